"""An image, and the trained network that is asked about it: what it predicts, and for which class."""

import math
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Shaped

from clearprop.errors import ClearpropError, DataError
from clearprop.explain.answers import Answers, answers
from clearprop.explain.model import as_network
from clearprop.i18n import _
from clearprop.layers import Standardize
from clearprop.train import Fitted
from clearprop.train.rows import as_inputs, pad

AT_ONCE = 64
"""Images that are predicted at once, so that a large image needs little memory, and all calls share one program."""


class Asked(NamedTuple):
    """What is asked.

    Attributes:
        whole: the trained network, or the ensemble of them.
        one: the network that is looked into: of an ensemble the first.
        image: (height, width, channels) as it was given.
        X: (1, *input_shape) as the network takes it.
        reading: how the network's outputs are read.
    """

    whole: Fitted
    one: Fitted
    image: Shaped[np.ndarray, "height width channels"]
    X: np.ndarray
    reading: Answers

    def answer(self) -> np.ndarray:
        """The probability of each class, (classes,); the value alone, (1,), where a number is predicted."""
        return predicted(self.whole, self.reading, self.X)[0]

    def number_of(self, name: Any) -> int:
        """The place of a class by its name; None: of the likeliest. 0 where a number is predicted.

        Raises:
            ClearpropError: there is no such class.
        """
        if name is None:
            return int(self.answer().argmax())
        if str(name) not in self.reading.classes:
            raise ClearpropError(
                _("The network knows no class '{name}', only {known}.").format(
                    name=name, known=", ".join(self.reading.classes[:20]) or "–"
                )
            )
        return self.reading.classes.index(str(name))


def image_shape(fitted: Fitted) -> tuple[int, int, int] | None:
    """(height, width, channels) of the images that the network takes; None where its rows are no images.

    >>> from clearprop import Network
    >>> [image_shape(Fitted(Network([]), (), (), None, None, shape)) for shape in ((28, 28), (8, 6, 3), (64,))]
    [(28, 28, 1), (8, 6, 3), None]
    """
    shape = tuple(fitted.input_shape)
    if len(shape) not in (2, 3) or min(shape[:2]) < 2:
        return None
    return shape[0], shape[1], shape[2] if len(shape) == 3 else 1


def ask(model: Any, image: Any) -> Asked:
    """The image as the network takes it.

    Args:
        model: a `Fitted`, or an estimator that was fitted, which takes images.
        image: (height, width, channels), or (height, width) of one channel; numbers as those it was trained on.

    Raises:
        ClearpropError: a model that takes no images.
        DataError: an image of another shape, or numbers that are not finite.
    """
    whole, prepare = as_network(model)
    shape, image = image_shape(whole), np.asarray(image)
    if shape is None:
        raise ClearpropError(
            _("This model takes no images, but rows of {shape} numbers.").format(
                shape=" × ".join(map(str, whole.input_shape))
            )
        )
    if (*image.shape, *(1,) * (3 - image.ndim)) != shape:
        raise DataError(
            _("The model takes images of {want} numbers, and this one has {have}.").format(
                want=" × ".join(map(str, shape)), have=" × ".join(map(str, image.shape))
            )
        )
    row = image.reshape(1, *whole.input_shape)
    X = as_inputs(prepare(row), whole.dtype).astype(whole.dtype)
    return Asked(whole, whole.member(0), image.reshape(shape), X, answers(whole))


def told(reading: Answers, Y_hat: np.ndarray) -> np.ndarray:
    """The probability of each class, (n, classes); or the values, (n, 1)."""
    P = reading.probabilities(Y_hat)
    return reading.read(Y_hat)[0][:, None] if P is None else P


def predicted(fitted: Fitted, reading: Answers, X: np.ndarray) -> np.ndarray:
    """As `told`, of many images, `AT_ONCE` after each other."""
    parts = [X[start : start + AT_ONCE] for start in range(0, len(X), AT_ONCE)]
    return np.concatenate([told(reading, fitted.predict(pad(part, AT_ONCE))[: len(part)]) for part in parts])


def seed_of(asked: Asked, number: int) -> np.ndarray:
    """∂(score of the class)/∂(the network's output), (1, *outputs): what a way back begins with.

    The score of one of several classes is its own output, before softmax; of two classes told apart by one output z, z
    or −z; of a number, the number in its own units.
    """
    shape, reading = asked.one.network.shapes(asked.one.input_shape)[-1], asked.reading
    dY = np.zeros((1, math.prod(shape)), asked.one.dtype)
    if reading.exclusive:
        dY[0, number] = 1
    elif reading.classes:
        dY[0, reading.output] = 1 if number else -1
    else:
        dY[0, reading.output] = reading.scale
    return dY.reshape(1, *shape)


def blank(asked: Asked) -> np.ndarray:
    """What stands for nothing at each pixel, (height, width, channels): the mean of the images that it learnt from.

    Where the network has no such mean (no `Standardize`), it is the mean colour of the image itself.
    """
    for layer, state in zip(asked.one.network.layers, asked.one.state, strict=True):
        if isinstance(layer, Standardize):
            return np.asarray(state["mean"], asked.X.dtype).reshape(asked.image.shape)
    pixels = asked.X.reshape(asked.image.shape)
    return np.broadcast_to(pixels.mean((0, 1)), pixels.shape)
