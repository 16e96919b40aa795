"""The equations of layers after the visual cortex, with their numbers; see `equations`."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from clearprop import layers
from clearprop.explain.equations import Look, Told, _at, _rowwise, _sums, _with_own, array, backward, forward
from clearprop.explain.spy import Call
from clearprop.explain.terms import Added, Factor


def _pool(layer: layers.DivisiveNormalization, V: np.ndarray) -> tuple[np.ndarray, Any]:
    """(mean of V over each pool, all of V's shape; its way back)"""
    over_window = layers.AveragePool(layer.size, 1, "same")
    channels = jnp.asarray(V.mean(-1, keepdims=True))
    P, back, _state = over_window.forward({}, {}, channels, layers.inference(len(V)))
    return array(P) + 0 * V, lambda dP: array(back(jnp.asarray(dP))[1]) / V.shape[-1] + 0 * V


@forward.register
def _(layer: layers.DivisiveNormalization, call: Call, look: Look) -> Told:
    X, gamma, n = array(call.given), array(call.params["gamma"]), layer.exponent
    P, _back = _pool(layer, np.abs(X) ** n)
    d, p = _at(np.sign(X) * np.abs(X) ** n, look), _at(P, look)

    def of(place):
        top = Factor(float(gamma[place % len(gamma)])), "·", Factor(float(d[place]))
        return *top, " / (", float(layer.sigma**n), Added(float(p[place])), ")"

    equations = ["D = |X|^n sign X", "P = mean |X|^n", "Y = γ D / (σ^n + P)"]
    return _rowwise(call, look, "Y", equations, {"X": X, "γ": gamma, "P": P}, of)


@backward.register
def _(layer: layers.DivisiveNormalization, call: Call, look: Look) -> Told:
    assert call.forward is not None
    X, dY, gamma, n = array(call.forward.given), array(call.given), array(call.feedback["gamma"]), layer.exponent
    P, back = _pool(layer, np.abs(X) ** n)
    N = layer.sigma**n + P
    R = np.sign(X) * np.abs(X) ** n / N
    E = back(-(gamma * dY * R / N).sum(-1, keepdims=True))
    slope, d, below, shared = (_at(V, look) for V in (n * np.abs(X) ** (n - 1), dY, N, np.sign(X) * E))

    def of(place):
        own = Factor(float(gamma[place % len(gamma)])), "·", Factor(float(d[place])), " / ", float(below[place])
        return Factor(float(slope[place])), "·(", *own, Added(float(shared[place])), ")"

    equations = [
        "N = σ^n + P", "dγ = Σ dY D / N", "dN = −Σ_c γ dY D / N²", "E = meanᵀ dN",
        "dX = n |X|^(n − 1) (γ dY / N + E sign X)",
    ]  # fmt: skip
    told = _rowwise(call, look, "dX", equations, {"dY": dY, "X": X, "γ": gamma, "N": N}, of, back=True)
    dgamma = array(call.after["gamma"])
    return _with_own(told, {"dγ": dgamma}, _sums("dγ", dgamma, dY, R, look, gamma), look)
