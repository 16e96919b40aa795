"""The equations of layers after the visual cortex, with their numbers; see `equations`."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from clearprop import layers
from clearprop.explain.equations import (
    Look,
    Told,
    _at,
    _rowwise,
    _sums,
    _with_own,
    array,
    backward,
    forward,
    label,
    shown_inputs,
    shown_units,
    subscripts,
)
from clearprop.explain.image_equations import Sums, convolution
from clearprop.explain.spy import Call
from clearprop.explain.terms import Added, Factor, Line, indexed, total
from clearprop.layers.v1 import SPONTANEOUS


class Seen(NamedTuple):
    """What V1's cells compute: Q of all filters, M of all cells, and what noise adds to one of them for each."""

    Q: np.ndarray
    M: np.ndarray
    noise: np.ndarray | None


def _windows(layer: layers.V1, filters: int) -> layers.Conv2D:
    """The convolution that its filters are: a window around each stride-th pixel."""
    return layers.Conv2D(filters, layer.kernel_size, layer.stride, layer.kernel_size // 2, bias=False)


def _seen(layer: layers.V1, call: Call) -> Seen:
    X, simple = jnp.asarray(call.given), layer.simple_cells
    windows = _windows(layer, call.state["W"].shape[3])
    Q = layer.gain * array(windows.forward(call.state, {}, X, call.pass_)[0])
    S, C = np.maximum(Q[..., :simple], 0), np.hypot(*np.split(Q[..., simple:], 2, -1))
    M = np.concatenate([S, C], -1)
    if not layer.noise or not call.pass_.training or call.pass_.key is None:
        return Seen(Q, M, None)
    return Seen(Q, M, array(jax.random.normal(call.pass_.key, M.shape, M.dtype)))


def _filters(layer: layers.V1, call: Call) -> tuple[Sums, np.ndarray]:
    """(the sums over windows, W)"""
    W = array(call.state["W"])
    return convolution(_windows(layer, W.shape[3]), array(call.given).shape[1:], W.shape), W


@forward.register
def _(layer: layers.V1, call: Call, look: Look) -> Told:
    X, Y, found, (sums, W) = array(call.given), array(call.result), _seen(layer, call), _filters(layer, call)
    shown, lines, m = shown_units(call, look), [], _at(found.M, look)
    for place in shown:
        p, q, cell = subscripts(place, Y.shape[1:])
        own = [cell] if cell < layer.simple_cells else [cell, cell + layer.complex_cells]
        for f in own:
            terms = [(*_gain(layer), *term) for term in sums.of_Z(X[look.row], W, (p, q, f))]
            lines.append(total(indexed("Q", p, q, f), terms, found.Q[look.row, p, q, f]))
        one, *other = (float(found.Q[look.row, p, q, f]) for f in own)
        cells: Line = ("√(", Factor(one), "² + ", Factor(other[0]), "²)") if other else ("max(0, ", one, ")")
        if found.noise is not None:
            xi = float(_at(found.noise, look)[place])
            spread = "√(", layer.noise, "·(", float(m[place]), Added(SPONTANEOUS), "))·", Factor(xi)
            cells = "max(0, ", *cells, " + ", *spread, ")"
        lines.append((f"{label('Y', place, Y.shape[1:])} = ", *cells, " = ", float(Y[look.row].ravel()[place])))
    equations = (_of_Q(layer), *sums.places(), "S = max(0, Q)", "C = √(Q₀² + Q₁²)", _of_cells(found))
    values = {"X": X, "W": W, "Q": found.Q, "Y": Y}
    return Told(equations, tuple(lines), values, 2, tuple(shown), Y[look.row].size - len(shown))


def _gain(layer: layers.V1) -> tuple[float, ...]:
    return () if layer.gain == 1 else (layer.gain,)


def _of_Q(layer: layers.V1) -> str:
    return f"Q[p,q,f] = {'' if layer.gain == 1 else 'gain '}Σ X[u,v,c] W[i,j,c,f]"


def _of_cells(found: Seen) -> str:
    return "Y = [S, C]" if found.noise is None else f"Y = max(0, M + √(noise (M + {SPONTANEOUS})) ξ), M = [S, C]"


@backward.register
def _(layer: layers.V1, call: Call, look: Look) -> Told:
    assert call.forward is not None
    found, (sums, W), dY = _seen(layer, call.forward), _filters(layer, call.forward), array(call.given)
    dM = dY if found.noise is None else _through_noise(layer, found, array(call.forward.result), dY)
    Q, Q0, Q1 = np.split(found.Q, [layer.simple_cells, layer.simple_cells + layer.complex_cells], -1)
    dS, dC = np.split(dM, [layer.simple_cells], -1)
    C = found.M[..., layer.simple_cells :]
    share = dC / np.where(C > 0, C, 1)
    dQ = np.concatenate([np.where(Q > 0, dS, 0), share * Q0, share * Q1], -1)
    shape, inputs = array(call.result).shape[1:], shown_inputs(call, look)
    dX = array(call.result)[look.row].ravel()
    lines = []
    for place in inputs:
        terms = [(*_gain(layer), *term) for term in sums.of_dX(dQ[look.row], W, subscripts(place, shape))]
        lines.append(total(label("dX", place, shape), terms, dX[place]))
    noise = [] if found.noise is None else [f"dM = dY (1 + noise ξ / (2 √(noise (M + {SPONTANEOUS})))) 1[Y > 0]"]
    equations = (
        *noise, "dQ = dS 1[Q > 0]", "dQ₀ = dC Q₀ / C", "dQ₁ = dC Q₁ / C",
        f"dX[u,v,c] = {'' if layer.gain == 1 else 'gain '}Σ dQ[p,q,f] W[i,j,c,f]", *sums.places(),
    )  # fmt: skip
    values = {"dY": dY, "Q": found.Q, "W": W, "dQ": dQ, "dX": array(call.result)}
    return Told(equations, tuple(lines), values, 3, tuple(inputs), dX.size - len(inputs))


def _through_noise(layer: layers.V1, found: Seen, Y: np.ndarray, dY: np.ndarray) -> np.ndarray:
    assert found.noise is not None
    spread = np.sqrt(layer.noise * (found.M + SPONTANEOUS))
    return np.where(Y > 0, dY * (1 + layer.noise * found.noise / (2 * spread)), 0)


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
