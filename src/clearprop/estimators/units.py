"""A network that learnt on scaled rows, with its weights in the units of the caller's own X and y.

The scaling is linear, so that it can be multiplied into the first and the last layer::

    (x − m) / s W + b  =  x (W / s) + (b − m / s W)            the first layer, with X's mean m and scale s
    s (a W + b) + m    =  a (W s) + (b s + m)                  the last one, with y's
"""

from typing import Any

import numpy as np

from clearprop.estimators.scale import Scale
from clearprop.layers import Dense, Standardize
from clearprop.train import Fitted


def weights(model: Fitted, inputs: Scale, targets: Scale) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """(W of each dense layer, b of each), float64, such that X W + b takes X, and gives y, as the caller has them."""
    dense = [model.params[index] for index in _dense(model)]
    Ws, bs = ([np.asarray(p[name], np.float64) for p in dense] for name in "Wb")
    bs[0] = bs[0] - inputs.mean / inputs.scale @ Ws[0]
    Ws[0] = Ws[0] / inputs.scale[:, None]
    Ws[-1], bs[-1] = Ws[-1] * targets.scale, bs[-1] * targets.scale + targets.mean
    return Ws, bs


def alone(model: Fitted, inputs: Scale, targets: Scale) -> Fitted:
    """The network as a model that stands alone: it takes X as the caller has it, and gives y so.

    Its `Standardize` gets X's numbers, its last dense layer is multiplied by y's.
    """
    params: list[Any] = list(model.params)
    last = _dense(model)[-1]
    W, b = (np.asarray(params[last][name], np.float64) for name in "Wb")
    params[last] = {
        "W": (W * targets.scale).astype(model.dtype),
        "b": (b * targets.scale + targets.mean).astype(model.dtype),
    }
    numbers = {"mean": inputs.mean.astype(model.dtype), "scale": inputs.scale.astype(model.dtype)}
    state = tuple(
        numbers if isinstance(layer, Standardize) else s
        for layer, s in zip(model.network.layers, model.state, strict=True)
    )
    return model.replace(params=tuple(params), state=state)


def _dense(model: Fitted) -> list[int]:
    return [index for index, layer in enumerate(model.network.layers) if isinstance(layer, Dense)]
