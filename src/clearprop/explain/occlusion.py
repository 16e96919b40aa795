"""Which part of an image the decision needs: a square is hidden, place after place, and the probability told anew."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from clearprop.errors import ClearpropError
from clearprop.explain.asked import AT_ONCE, Asked, ask, blank, predicted
from clearprop.explain.parts_of_image import where
from clearprop.i18n import _

PLACES = 12
"""Of the square along a side, about, unless a stride is given."""


@dataclass(frozen=True, eq=False)
class Occlusion:
    """What was found.

    Attributes:
        name: the class; "" where a number is predicted.
        whole: its probability with nothing hidden; or the number predicted.
        size: pixels of the square, a side.
        tops, lefts: the first line and column of each place of the square.
        falls: (tops, lefts) by how much less it is with the square there; negative where hiding raises it.
        map: (height, width) the mean fall over the squares that a pixel lies in.
    """

    name: str
    whole: float
    size: int
    tops: Int[np.ndarray, " tops"]
    lefts: Int[np.ndarray, " lefts"]
    falls: Float[np.ndarray, "tops lefts"]
    map: Float[np.ndarray, "height width"]

    def text(self) -> str:
        """How much a hidden square changes, and where the image must not be hidden, in two sentences."""
        low, high = self.whole - float(self.falls.max()), self.whole - float(self.falls.min())
        told = {"size": self.size, "name": self.name, "whole": self.whole, "low": low, "high": high}
        if not self.name:
            return _(
                "With a square of {size} × {size} pixels hidden, {whole:.4g} is predicted as {low:.4g} to {high:.4g}."
            ).format(**told)
        if low >= self.whole - 5e-4:
            return _(
                "No square of {size} × {size} pixels, when hidden, lowers the probability of {name}, {whole:.1%}."
            ).format(**told)
        what = _(
            "With a square of {size} × {size} pixels hidden, the probability of {name} falls from {whole:.1%} to"
            " {low:.1%} at worst."
        ).format(**told)
        return f"{what} {where(self.map)}"


def occlusion(
    model: Any, image: Any, *, of: Any = None, size: int | None = None, stride: int | None = None
) -> Occlusion:
    """p(class | X) − p(class | X with a square hidden), for a square that is slid over the image.

    Hidden pixels take the mean of the images that were learnt from, which `Standardize` turns into 0; in a network
    without it, the image's own mean colour. The squares reach from edge to edge.

    Args:
        model: a `Fitted`, or an estimator that was fitted, which takes images; of an ensemble, the mean prediction.
        image: (height, width, channels), or (height, width) of one channel.
        of: the name of the class; None: the likeliest. Where a number is predicted, it is the number that falls.
        size: pixels of the square, a side; None: a fifth of the shorter side.
        stride: pixels from one place to the next; None: so that there are about 12 along the longer side.

    Raises:
        ClearpropError: a model that takes no images, an unknown class, a square that does not fit, a stride below 1.
        DataError: an image of another shape.

    Source: Zeiler & Fergus 2014, "Visualizing and understanding convolutional networks", section 4.2, whose square is
    grey.

    >>> from clearprop import Network, layers, optim, train
    >>> X = np.random.default_rng(0).normal(size=(40, 4, 4, 1))
    >>> Y = (X[:, 1, 2, 0] > 0).astype(int)
    >>> net = Network([layers.Flatten(), layers.Dense(2)])
    >>> fitted = train.fit(net, X, Y, loss="softmax_cross_entropy", optimizer=optim.adam(0.1), epochs=20)
    >>> found = occlusion(fitted, X[0], size=1)
    >>> divmod(int(found.map.argmax()), 4)
    (1, 2)
    """
    asked = ask(model, image)
    return occlusion_of(asked, asked.number_of(of), size, stride)


def occlusion_of(asked: Asked, number: int, size: int | None = None, stride: int | None = None) -> Occlusion:
    """As `occlusion`, of the class at this place."""
    height, width, _channels = asked.image.shape
    size = max(1, round(min(height, width) / 5)) if size is None else size
    stride = max(1, round((max(height, width) - size) / PLACES)) if stride is None else stride
    if not 1 <= size <= min(height, width) or stride < 1:
        raise ClearpropError(
            _(
                "A square of {size} pixels a side, moved by {stride}, cannot be slid over an image of"
                " {height} × {width}."
            ).format(size=size, stride=stride, height=height, width=width)
        )
    tops, lefts = _steps(height, size, stride), _steps(width, size, stride)
    lines, columns = _squares(tops, height, size), _squares(lefts, width, size)
    whole = float(asked.answer()[number])
    falls = whole - _with_hidden(asked, lines, columns)[:, number].reshape(len(tops), len(lefts))
    heat = lines.T @ falls @ columns / np.maximum(np.outer(lines.sum(0), columns.sum(0)), 1)
    names = asked.reading.classes
    return Occlusion(names[number] if names else "", whole, size, tops, lefts, falls, heat)


def _steps(length: int, size: int, stride: int) -> np.ndarray:
    """Where the square begins, along one side; the last one touches the edge.

    >>> _steps(10, 3, 3).tolist(), _steps(5, 5, 2).tolist()
    ([0, 3, 6, 7], [0])
    """
    return np.unique(np.append(np.arange(0, length - size + 1, stride), length - size))


def _squares(starts: np.ndarray, length: int, size: int) -> np.ndarray:
    """(starts, length) whether a line of pixels is hidden."""
    place = np.arange(length) - starts[:, None]
    return (place >= 0) & (place < size)


def _with_hidden(asked: Asked, lines: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The answer with each square hidden, (places, classes); the images are made when they are predicted."""
    pixels, nothing, found = asked.X.reshape(asked.image.shape), blank(asked), []
    places = np.arange(len(lines) * len(columns))
    for start in range(0, len(places), AT_ONCE):
        top, left = np.divmod(places[start : start + AT_ONCE], len(columns))
        masks = lines[top, :, None] & columns[left, None, :]
        hidden = np.where(masks[..., None], nothing, pixels).reshape(len(masks), *asked.whole.input_shape)
        found.append(predicted(asked.whole, asked.reading, hidden))
    return np.concatenate(found).astype(float)
