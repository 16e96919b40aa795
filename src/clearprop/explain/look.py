"""One image through the eyes of a network: what it predicts, what it looks for and sees, and what that rests on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Shaped

from clearprop.errors import ClearpropError
from clearprop.explain.asked import ask
from clearprop.explain.feature_maps import FeatureMaps, feature_maps_of, telling
from clearprop.explain.first_layer import Filters, filters_of
from clearprop.explain.occlusion import Occlusion, occlusion_of
from clearprop.explain.saliency import Saliency, saliency_of
from clearprop.i18n import number

STAGES, BEST = 6, 3
"""Stages whose maps are shown, and classes that are told, at most."""


@dataclass(frozen=True, eq=False)
class Look:
    """What was found.

    Attributes:
        image: (height, width, channels) as it was given.
        classes: the names of the classes; none where a number is predicted.
        answer: (classes,) the probability of each; or (1,) the number.
        asked: the place of the class that saliency and occlusion are about.
        occlusion: how much the answer falls with a part hidden.
        saliency: the gradient in the image; None where the learning rule predicts in a way of its own.
        filters: of the first layer; None where its weights do not take the image.
        maps: of the stages that are shown, from the image on.
        without: why something is missing, a sentence each.
        members: how many networks predict; the first of them is looked into.
    """

    image: Shaped[np.ndarray, "height width channels"]
    classes: tuple[str, ...]
    answer: Float[np.ndarray, " classes"]
    asked: int
    occlusion: Occlusion
    saliency: Saliency | None
    filters: Filters | None
    maps: tuple[FeatureMaps, ...]
    without: tuple[str, ...] = ()
    members: int = 1

    @property
    def best(self) -> list[tuple[str, float]]:
        """The likeliest classes with their probabilities, the likeliest first; none where a number is predicted."""
        order = np.argsort(-self.answer, kind="stable")[:BEST] if self.classes else []
        return [(self.classes[place], float(self.answer[place])) for place in order]

    def answers(self) -> list[str]:
        """The likeliest classes, such as "cat 93.1%", the likeliest first; or the number predicted."""
        if not self.classes:
            return [number(float(self.answer[0]), ".6g")]
        return [f"{name} {number(share, '.1%')}" for name, share in self.best]

    def text(self) -> str:
        """What the decision rests on, and what is shown of the network, a line each."""
        lines = [self.occlusion.text(), *([self.saliency.text()] if self.saliency else [])]
        lines += [self.filters.text()] if self.filters else []
        return "\n".join([*lines, *(maps.text() for maps in self.maps), *self.without])

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        one, other = self.occlusion, self.saliency
        return {
            "prediction": None if self.classes else float(self.answer[0]),
            "probabilities": dict(zip(self.classes, map(float, self.answer), strict=True)) if self.classes else None,
            "class": self.classes[self.asked] if self.classes else None,
            "occlusion": {
                "size": one.size,
                "tops": one.tops.tolist(),
                "lefts": one.lefts.tolist(),
                "falls": one.falls.tolist(),
            },
            "saliency": other and {"score": other.score, "map": other.map.tolist()},
            "filters": self.filters and {"layer": self.filters.name, "of": self.filters.of},
            "stages": [{"layer": maps.place, "name": maps.name, "of": maps.of} for maps in self.maps],
        }


def look(model: Any, image: Any, *, of: Any = None) -> Look:
    """Prediction, first filters, feature maps, saliency and occlusion of one image.

    Args:
        model: a `Fitted`, or an estimator that was fitted, which takes images. Of an ensemble, prediction and occlusion
            are the whole's, the rest is of its first network.
        image: (height, width, channels), or (height, width) of one channel.
        of: the name of the class that saliency and occlusion are about; None: the likeliest.

    Raises:
        ClearpropError: a model that takes no images, or an unknown class.
        DataError: an image of another shape.

    >>> from clearprop import Network, layers, train
    >>> X = np.random.default_rng(0).normal(size=(40, 4, 4, 1))
    >>> net = Network([layers.Flatten(), layers.Dense(2)])
    >>> found = look(train.fit(net, X, np.arange(40) % 2, loss="softmax_cross_entropy", epochs=1), X[0])
    >>> found.filters.images.shape, found.saliency.map.shape, found.occlusion.map.shape, found.maps
    ((2, 4, 4, 1), (4, 4), (4, 4), ())
    """
    asked = ask(model, image)
    place = asked.number_of(of)
    without: list[str] = []

    def or_a_sentence(make: Any) -> Any:
        try:
            return make()
        except ClearpropError as none:
            without.append(str(none))
            return None

    return Look(
        asked.image,
        asked.reading.classes,
        asked.answer().astype(float),
        place,
        occlusion_of(asked, place),
        or_a_sentence(lambda: saliency_of(asked, place)),
        or_a_sentence(lambda: filters_of(asked.one)),
        telling(feature_maps_of(asked), asked.one.network, STAGES),
        tuple(without),
        asked.whole.members,
    )
