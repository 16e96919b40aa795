"""What the first layer looks for: its filters, or the weights of its units, as small images."""

from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from jaxtyping import Float, Int

from clearprop.errors import ClearpropError
from clearprop.explain.asked import image_shape
from clearprop.explain.model import as_network
from clearprop.i18n import _
from clearprop.layers import LocallyConnected, Repeat, Residual, Sequence
from clearprop.layers.windows import pair
from clearprop.network import describe

MOST = 32
"""Filters that are shown: those of the largest norm."""


@dataclass(frozen=True, eq=False)
class Filters:
    """The filters of the largest norm, the largest first.

    Attributes:
        name: of the layer.
        images: (filters, height, width, channels).
        which: (filters,) their places in the layer, from 0.
        norms: (filters,) √(Σ W²) of each.
        of: how many the layer has.
    """

    name: str
    images: Float[np.ndarray, "filters height width channels"]
    which: Int[np.ndarray, " filters"]
    norms: Float[np.ndarray, " filters"]
    of: int

    def text(self) -> str:
        """How many there are, of what size, and which are shown."""
        return _(
            "What the first layer with weights ({name}) looks for: {shown} of {all:,} filters of {height} × {width}"
            " pixels, those of the largest norm, from {high:.3g} down to {low:.3g}."
        ).format(
            name=self.name,
            shown=len(self.images),
            all=self.of,
            height=self.images.shape[1],
            width=self.images.shape[2],
            high=float(self.norms[0]),
            low=float(self.norms[-1]),
        )


def first_layer_filters(model: Any, *, most: int = MOST) -> Filters:
    """The first layer's W as images, one for each filter or unit.

    A convolution has W (height, width, channels, filters); a dense layer that is given the flattened image has an image
    of weights for each unit; of a layer without shared weights, they are those in the middle of the image; of V1, whose
    filters are fixed, those. In a `Repeat`, it is the first copy's.

    Args:
        model: a `Fitted`, or an estimator that was fitted, which takes images; of an ensemble, the first network.
        most: filters, at most.

    Raises:
        ClearpropError: a model that takes no images, or whose first weights do not take an image.

    >>> from clearprop import Network, layers, train
    >>> X = np.random.default_rng(0).normal(size=(8, 4, 6, 1))
    >>> net = Network([layers.Flatten(), layers.Dense(5), layers.Activation("relu"), layers.Dense(2)])
    >>> found = first_layer_filters(train.fit(net, X, np.arange(8) % 2, loss="softmax_cross_entropy", epochs=1), most=3)
    >>> found.images.shape, found.of
    ((3, 4, 6, 1), 5)
    """
    fitted, _prepare = as_network(model)
    return filters_of(fitted.member(0), most)


def filters_of(fitted: Any, most: int = MOST) -> Filters:
    """As `first_layer_filters`, of one network."""
    shape = image_shape(fitted)
    first = None if shape is None else _first(fitted.network, fitted.params, fitted.state)
    W = None if first is None else _as_images(*first, shape)
    if first is None or W is None:
        raise ClearpropError(_("The first weights of this network do not take an image: there are no filters to see."))
    norms = np.sqrt(np.square(W, dtype=np.float64).sum((1, 2, 3)))
    which = np.argsort(-norms, kind="stable")[:most]
    return Filters(describe(first[0]), W[which], which, norms[which], len(W))


def _first(layer: Any, params: Any, state: Any) -> tuple[Any, np.ndarray] | None:
    """(layer, its filters) of the first layer that has weights or fixed filters, W; in containers too."""
    if isinstance(layer, Sequence):
        parts = zip(layer.layers, params, state, strict=True)
        return next((found for part in parts if (found := _first(*part)) is not None), None)
    if isinstance(layer, Residual):
        return _first(layer.body, params["body"], state["body"]) or _first(
            layer.shortcut, params["shortcut"], state["shortcut"]
        )
    if isinstance(layer, Repeat):
        return _first(layer.body, *jax.tree.map(lambda leaf: leaf[0], (params, state)))
    known = next((kept for kept in (params, state) if isinstance(kept, dict) and "W" in kept), None)
    return None if known is None else (layer, np.asarray(known["W"]))


def _as_images(layer: Any, W: np.ndarray, shape: Any) -> np.ndarray | None:
    """(filters, height, width, channels); None where they are of no image."""
    height, width, channels = shape
    if isinstance(layer, LocallyConnected):
        W = W[W.shape[0] // 2, W.shape[1] // 2].reshape(*pair(layer.kernel_size), -1, W.shape[-1])
    if W.ndim == 2 and W.shape[0] == height * width * channels:
        W = W.reshape(height, width, channels, -1)
    return np.moveaxis(W, -1, 0) if W.ndim == 4 else None
