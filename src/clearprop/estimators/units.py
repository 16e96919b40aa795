"""The weights of a network that learnt on prepared rows, as matrices in the units of the caller's own X and y.

The scaling of y is linear, and so is that of X for a network without hidden layers; so they can be multiplied into the
last and the first layer::

    (x − c) s W + b      =  x (s W) + (b − c s W)              the first layer, with X's center c and scale s
    s (a W + b) + m      =  a (W s) + (b s + m)                the last one, with y's mean m and scale s

The learnt scale of each column goes into the first layer too. A convolution's W is a bank of filters, whose last axis
is its units'.
"""

from typing import Any

import numpy as np

from clearprop.estimators import scale
from clearprop.estimators.inputs import Inputs
from clearprop.layers import Scale
from clearprop.train import Fitted


def weights(model: Fitted, inputs: Inputs, targets: scale.Scale) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """(W of each layer that has one, b of each), float64; of an ensemble each with a leading axis of members.

    They come in the order of the layers, those of a block's body before its shortcut's; b is 0 where a layer has none.
    """
    if model.members > 1:
        each = [weights(model.member(i), inputs, targets) for i in range(model.members)]
        return tuple([np.stack(w) for w in zip(*lists, strict=True)] for lists in zip(*each, strict=True))  # pyright: ignore[reportReturnType]
    found = _with_weights(model.params)
    Ws = [np.asarray(own["W"], np.float64) for own in found]
    bs = [np.asarray(own.get("b", np.zeros(own["W"].shape[-1])), np.float64) for own in found]
    for layer, params in zip(model.network.layers, model.params, strict=True):
        if isinstance(layer, Scale):
            Ws[0] = layer.rate * np.asarray(params["theta"], np.float64)[:, None] * Ws[0]
    if inputs.is_linear and len(model.network.layers) == 1:
        Ws[0], bs[0] = _in_units(inputs, Ws[0], bs[0])
    Ws[-1], bs[-1] = Ws[-1] * targets.scale, bs[-1] * targets.scale + targets.mean
    return Ws, bs


def _with_weights(params: Any) -> list[dict[str, Any]]:
    """The parameters of each layer that multiplies by a matrix."""
    if isinstance(params, dict) and "W" in params:
        return [params]
    parts = params.values() if isinstance(params, dict) else params if isinstance(params, tuple) else ()
    return [own for part in parts for own in _with_weights(part)]


def _in_units(inputs: Inputs, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(W, b) for the caller's own numbers; with a row of zeros for each column left out, if there are only numbers."""
    preparation: Any = inputs.preparation
    numbers = preparation.numbers
    b = b - preparation.center * preparation.scale @ W[:numbers]
    W = np.concatenate([W[:numbers] * preparation.scale[:, None], W[numbers:]])
    if not preparation.layout.only_numbers or preparation.indicators:
        return W, b
    whole = np.zeros((len(preparation.columns), W.shape[1]))
    whole[preparation.layout.used] = W
    return whole, b
