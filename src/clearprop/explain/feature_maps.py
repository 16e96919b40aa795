"""What each stage of a network makes of an image: its outputs that still have a height and a width."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from clearprop import layers
from clearprop.compilation import program
from clearprop.explain.asked import Asked, ask
from clearprop.i18n import _
from clearprop.layers.base import inference
from clearprop.network import describe
from clearprop.train.fitted import precision

MOST = 8
"""Maps of a stage: the strongest ones."""

PIXELS = (
    layers.Standardize,
    layers.Scale,
    layers.Dropout,
    layers.RandomFlip,
    layers.RandomCrop,
    layers.RandomColor,
)
"""Layers that leave an image an image."""

FINISH = (layers.Activation, layers.BatchNorm, layers.LayerNorm, layers.DivisiveNormalization, layers.Dropout)
"""Layers that finish, number by number, what the one before them began."""


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """The strongest maps of one stage, the strongest first.

    Attributes:
        place: of the stage among the network's layers, from 0.
        name: of its layer.
        maps: (maps, height, width).
        channels: (maps,) which of the stage's channels they are, from 0.
        strengths: (maps,) the root mean square of each, from the strongest on.
        of: how many the stage has.
    """

    place: int
    name: str
    maps: Float[np.ndarray, "maps height width"]
    channels: Int[np.ndarray, " maps"]
    strengths: Float[np.ndarray, " maps"]
    of: int

    def text(self) -> str:
        """Which they are, and how strong the strongest is."""
        return _(
            "Layer {place}, {name}: the {shown} strongest of {all:,} maps of {height} × {width}, from channel {channel}"
            " with a root mean square of {strength:.3g}."
        ).format(
            place=self.place,
            name=self.name,
            shown=len(self.maps),
            all=self.of,
            height=self.maps.shape[1],
            width=self.maps.shape[2],
            channel=int(self.channels[0]) + 1,
            strength=float(self.strengths[0]),
        )


def feature_maps(model: Any, image: Any, *, most: int = MOST) -> tuple[FeatureMaps, ...]:
    """The maps of every stage whose output is (height, width, channels) with height and width above 1.

    A prediction's forward pass: nothing is dropped, and statistics are those that were learnt. A container, such as a
    residual block, is one stage. A map's strength is √(mean of its squares).

    Args:
        model: a `Fitted`, or an estimator that was fitted, which takes images; of an ensemble, the first network.
        image: (height, width, channels), or (height, width) of one channel.
        most: maps of a stage, at most.

    Raises:
        ClearpropError: a model that takes no images.
        DataError: an image of another shape.

    >>> from clearprop import Network, layers, train
    >>> X = np.random.default_rng(0).normal(size=(8, 4, 4, 3))
    >>> net = Network([layers.Activation("relu"), layers.Flatten(), layers.Dense(2)])
    >>> (found,) = feature_maps(train.fit(net, X, np.arange(8) % 2, loss="softmax_cross_entropy", epochs=1), X[0])
    >>> found.name, found.maps.shape, bool((found.maps >= 0).all())
    ('activation relu', (3, 4, 4), True)
    """
    return feature_maps_of(ask(model, image), most)


def feature_maps_of(asked: Asked, most: int = MOST) -> tuple[FeatureMaps, ...]:
    """As `feature_maps`, of what is asked."""
    one = asked.one
    with precision(one.dtype):
        params, state = jax.tree.map(jnp.asarray, (one.params, one.state))
        outputs = _outputs(one.network, params, state, jnp.asarray(asked.X))
    return tuple(
        _strongest(place, describe(layer), np.asarray(Y[0]), most)
        for place, (layer, Y) in enumerate(zip(one.network.layers, outputs, strict=True))
        if Y.ndim == 4 and min(Y.shape[1:3]) > 1
    )


def telling(found: tuple[FeatureMaps, ...], network: Any, most: int) -> tuple[FeatureMaps, ...]:
    """Those of a few stages, spread evenly: none before the first filters, none that the next layer finishes."""
    begun = next((place for place, layer in enumerate(network.layers) if not _leaves_pixels(layer)), 0)
    kept = [
        maps
        for maps in found
        if maps.place >= begun and not isinstance((*network.layers, None)[maps.place + 1], FINISH)
    ]
    if len(kept) <= most:
        return tuple(kept)
    return tuple(kept[round(place)] for place in np.linspace(0, len(kept) - 1, most))


def _leaves_pixels(layer: Any) -> bool:
    """Whether a layer only scales pixels, or acts while training alone."""
    return isinstance(layer, PIXELS)


def _strongest(place: int, name: str, Y: np.ndarray, most: int) -> FeatureMaps:
    strengths = np.sqrt(np.mean(np.square(Y, dtype=np.float64), (0, 1)))
    channels = np.argsort(-strengths, kind="stable")[:most]
    return FeatureMaps(place, name, np.moveaxis(Y, -1, 0)[channels], channels, strengths[channels], Y.shape[-1])


@program()
def _outputs(network: Any, params: Any, state: Any, X: Any) -> list[Any]:
    """What comes out of each stage."""
    return [stage.output for stage in network.stages(params, state, X, inference(1, X.dtype))[0]]
