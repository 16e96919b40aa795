"""How large the activations and the errors are, layer by layer, and whether they vanish or explode on the way.

For each layer with weights W, over the rows i and units j, ℓ_i being the loss of row i alone:

    activations   √(mean A²)             of its activation function; of Z where it has none
    errors        √(mean (∂ℓ_i/∂Z)²)     n dZ, so that it does not depend on how many rows there are; likewise for A
    gradient      ‖dW‖,  and ‖dW‖ / ‖W‖  a step of gradient descent times this, over the learning rate

Their ratio from the last layer to the first says whether the error gets through: each layer multiplies it by about
g′ · W, so that it shrinks or grows as a power of the depth (Hochreiter 1991; Glorot & Bengio 2010, "Understanding the
difficulty of training deep feedforward neural networks").
"""

import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from clearprop.layers import Activation

VANISHING, EXPLODING = 1e-3, 1e3
"""A ratio below the one, or above the other."""

Verdict = Literal["vanishing", "exploding", "healthy", "no error"]


class Norms(NamedTuple):
    """One layer with weights; see the module's text.

    Attributes:
        place: where it stands in the network, and its name.
        activations: RMS of A.
        errors: RMS of n dA, the error as it reaches the layer's output.
        errors_of_sums: RMS of n dZ.
        weights: ‖W‖.
        gradient: ‖dW‖.
        relative: ‖dW‖ / ‖W‖.
    """

    place: str
    activations: float
    errors: float
    errors_of_sums: float
    weights: float
    gradient: float
    relative: float


def norms_by_layer(calls: Sequence[Any], n: int) -> tuple[Norms, ...]:
    """Of the forward calls that `spy` noted, in order; each layer's activation is the last before the next weights."""
    places = [place for place, call in enumerate(calls) if has_weights(call)]
    found = []
    for start, stop in zip(places, [*places[1:], len(calls)], strict=True):
        layer, after = calls[start], [c for c in calls[start + 1 : stop] if isinstance(c.layer, Activation)]
        output = after[-1] if after else layer
        W, dW = np.asarray(layer.params["W"]), np.asarray(layer.ways_back[0].after["W"])
        weights, gradient = float(np.linalg.norm(W)), float(np.linalg.norm(dW))
        found.append(
            Norms(
                layer.place,
                _rms(output.result),
                n * _rms(output.ways_back[0].given),
                n * _rms(layer.ways_back[0].given),
                weights,
                gradient,
                gradient / weights if weights else math.inf if gradient else 0.0,
            )
        )
    return tuple(found)


def has_weights(call: Any) -> bool:
    """Whether this is a layer that multiplies by a matrix: it calls it W."""
    return isinstance(call.params, dict) and "W" in call.params


def ratio(first: float, last: float) -> float:
    """first / last; NaN where both are 0 or either is not finite."""
    if not (math.isfinite(first) and math.isfinite(last)) or first == last == 0:
        return math.nan
    return first / last if last else math.inf


def error_verdict(norms: Sequence[Norms]) -> tuple[float, Verdict]:
    """(error at the first layer's sums / at the last one's, what that is)"""
    errors = [layer.errors_of_sums for layer in norms]
    if not errors:
        return math.nan, "healthy"
    found = ratio(errors[0], errors[-1])
    if errors[-1] == 0:
        return found, "no error"
    return found, _verdict(found, errors)


def activation_verdict(norms: Sequence[Norms]) -> tuple[float, Verdict]:
    """(activations of the last hidden layer / of the first, what that is)"""
    hidden = [layer.activations for layer in norms[:-1]]
    if not hidden:
        return math.nan, "healthy"
    found = ratio(hidden[-1], hidden[0])
    return found, _verdict(found, hidden) if any(hidden) else "vanishing"


def _verdict(found: float, values: Sequence[float]) -> Verdict:
    if not all(map(math.isfinite, values)) or found > EXPLODING:
        return "exploding"
    return "vanishing" if found < VANISHING else "healthy"


def _rms(array: Any) -> float:
    values = np.asarray(array, np.float64)
    return float(np.sqrt(np.mean(values * values)))
