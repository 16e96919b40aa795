"""What tests of images share: networks with drawn weights, not trained, and images."""

from functools import cache
from typing import Any

import jax
import numpy as np

from clearprop import Network, layers, losses, rules
from clearprop.network import abstract
from clearprop.train import Fitted

COLOURED = (8, 6, 3)


def untrained(parts: Any, shape: Any, loss: str = "softmax_cross_entropy", dtype: str = "float64", **more: Any) -> Any:
    """A `Fitted` of these layers: weights are drawn here, not by `init`, which takes longer; statistics are above 0."""
    net, draw = Network(parts), np.random.default_rng(3)
    shapes = abstract(net, shape)
    params = jax.tree.map(lambda leaf: draw.normal(0, 0.4, leaf.shape).astype(dtype), shapes[0])
    state = jax.tree.map(lambda leaf: draw.uniform(0.5, 2, leaf.shape).astype(dtype), shapes[1])
    given = {"rule": rules.get("backprop"), **more}
    return Fitted(net, params, state, losses.get(loss), input_shape=shape, dtype=dtype, **given)


def linear(shape: Any, outputs: int, **more: Any) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray]:
    """(a network of standardised pixels and one dense layer, its W (*shape, outputs), mean and scale (*shape))"""
    fitted = untrained([layers.Standardize(), layers.Flatten(), layers.Dense(outputs)], shape, **more)
    fitted.params[-1]["b"][:] = 0
    pixels = fitted.state[0]
    return fitted, fitted.params[-1]["W"].reshape(*shape, outputs), pixels["mean"], pixels["scale"]


@cache
def convolutional(**more: Any) -> Any:
    """Two convolutions, one of them in a residual block, with a pool, for images of `COLOURED`."""
    return untrained(
        [
            layers.Standardize(),
            layers.Conv2D(5, 3),
            layers.BatchNorm(),
            layers.Activation("tanh"),
            layers.MaxPool(2),
            layers.Residual([layers.Conv2D(5, 3), layers.Activation("relu")]),
            layers.Flatten(),
            layers.Dense(3),
        ],
        COLOURED,
        **more,
    )


def image(shape: Any = COLOURED, seed: int = 0) -> np.ndarray:
    """Drawn numbers."""
    return np.random.default_rng(seed).normal(size=shape)
