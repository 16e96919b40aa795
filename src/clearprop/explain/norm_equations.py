"""The equations of the two normalisations, with their numbers; see `equations`."""

import math
from typing import Any, NamedTuple

import numpy as np

from clearprop import layers
from clearprop.explain.equations import Look, Told, _at, _rowwise, _sums, _with_own, array, backward, forward
from clearprop.explain.spy import Call
from clearprop.explain.terms import Added, Factor, Line, indexed


class Normed(NamedTuple):
    """Mean, variance and X̂ at every place, all of X's shape; w is what each row counts."""

    mean: np.ndarray
    variance: np.ndarray
    X_hat: np.ndarray
    w: np.ndarray


def normed(layer: Any, call: Call) -> Normed:
    """The statistics that the layer took, found by its equations from what went in."""
    X = array(call.given)
    w = array(call.pass_.weights).reshape(-1, *[1] * (X.ndim - 1)) / math.prod(X.shape[1:-1])
    if isinstance(layer, layers.LayerNorm):
        mean = X.mean(-1, keepdims=True)
        variance = ((X - mean) ** 2).mean(-1, keepdims=True)
    elif call.pass_.training:
        axes = tuple(range(X.ndim - 1))
        mean = (w * X).sum(axes)
        variance = (w * (X - mean) ** 2).sum(axes)
    else:
        mean, variance = array(call.state["mean"]), array(call.state["variance"])
    return Normed(mean + 0 * X, variance + 0 * X, (X - mean) / np.sqrt(variance + layer.epsilon), w + 0 * X)


_STATISTICS = {
    "layer": ("μ = mean X", "σ² = mean (X − μ)²"),
    "batch": ("μ = Σ w X", "σ² = Σ w (X − μ)²"),
    "running": (),
}

_RUNNING = (
    "mean ← momentum · mean + (1 − momentum) μ",
    "variance ← momentum · variance + (1 − momentum) σ² / (1 − Σ w²)",
)


def _kind(layer: Any, call: Call) -> str:
    return "layer" if isinstance(layer, layers.LayerNorm) else "batch" if call.pass_.training else "running"


@forward.register(layers.BatchNorm)
@forward.register(layers.LayerNorm)
def _(layer: Any, call: Call, look: Look) -> Told:
    found = normed(layer, call)
    gamma, beta = array(call.params["gamma"]), array(call.params["beta"])
    x, m, v = _at(call.given, look), _at(found.mean, look), _at(found.variance, look)
    places = len(gamma)

    def of(p):
        top = Factor(float(gamma[p % places])), "·(", float(x[p]), Added(-float(m[p])), ")"
        return *top, " / √(", float(v[p]), Added(layer.epsilon), ")", Added(float(beta[p % places]))

    equations = (*_STATISTICS[_kind(layer, call)], "X̂ = (X − μ) / √(σ² + ε)", "Y = γ X̂ + β")
    values = {
        "X": array(call.given),
        "γ": gamma,
        "β": beta,
        "μ": _distinct(layer, found.mean),
        "σ²": _distinct(layer, found.variance),
    }
    told = _rowwise(call, look, "Y", equations, values, of)
    return _with_running(layer, call, told, found) if _moves(layer, call) else told


def _moves(layer: Any, call: Call) -> bool:
    """Whether the statistics kept for later moved: not in use, nor by a single row."""
    return _kind(layer, call) == "batch" and any(not np.array_equal(call.state[k], call.after[k]) for k in call.state)


def _with_running(layer: Any, call: Call, told: Told, found: Normed) -> Told:
    """The same with what becomes of the mean and the variance that are kept for later."""
    unbiased = 1 - float((found.w[..., 0] ** 2).sum())
    lines, values, m = told.lines, dict(told.values), layer.momentum
    for name, batch, share in (("mean", "μ", ()), ("variance", "σ²", (" / ", unbiased))):
        old, new = array(call.state[name]), array(call.after[name])
        for j in dict.fromkeys(p % len(new) for p in told.shown):
            kept: Line = (f"{indexed(name, j)} ← ", m, "·", Factor(float(old[j])), " + (", 1.0, Added(-m), ")·")
            lines += ((*kept, Factor(float(values[batch][j])), *share, " = ", float(new[j])),)
        values[f"{name}′"] = new
    return told._replace(equations=told.equations + _RUNNING, lines=lines, values=values)


def _distinct(layer: Any, V: np.ndarray) -> np.ndarray:
    """A statistic once: for each row and position, or for each feature."""
    return V[..., 0] if isinstance(layer, layers.LayerNorm) else V.reshape(-1, V.shape[-1])[0]


_WAY_BACK = {
    "layer": ("D = γ dY", "dX = (D − mean(D) − X̂ mean(D X̂)) / √(σ² + ε)"),
    "batch": ("dX = γ / √(σ² + ε) · (dY − w dβ − w X̂ dγ)",),
    "running": ("dX = γ / √(σ² + ε) · dY",),
}


@backward.register(layers.BatchNorm)
@backward.register(layers.LayerNorm)
def _(layer: Any, call: Call, look: Look) -> Told:
    assert call.forward is not None
    found, kind = normed(layer, call.forward), _kind(layer, call)
    dY, gamma = array(call.given), array(call.feedback["gamma"])
    dgamma, dbeta = array(call.after["gamma"]), array(call.after["beta"])
    root = _at(np.sqrt(found.variance + layer.epsilon), look)
    if kind == "layer":
        D = gamma * dY
        first, back = D, (D.mean(-1, keepdims=True) + 0 * D, found.X_hat * (D * found.X_hat).mean(-1, keepdims=True))
    else:
        first, back = dY, (found.w * dbeta, found.w * found.X_hat * dgamma)
    f, (b1, b2) = _at(first, look), (_at(part, look) for part in back)

    def of(p):
        if kind == "running":
            return Factor(float(gamma[p % len(gamma)])), " / ", float(root[p]), "·", Factor(float(f[p]))
        inside = "(", float(f[p]), Added(-float(b1[p])), Added(-float(b2[p])), ")"
        if kind == "layer":
            return *inside, " / ", float(root[p])
        return Factor(float(gamma[p % len(gamma)])), " / ", float(root[p]), "·", *inside

    equations = ("dγ = Σ dY X̂", "dβ = Σ dY", *_WAY_BACK[kind])
    values = {"dY": dY, "X̂": found.X_hat, "γ": gamma}
    told = _rowwise(call, look, "dX", equations, values, of, back=True)
    own = _sums("dγ", dgamma, dY, found.X_hat, look, gamma) + _sums("dβ", dbeta, dY, None, look, gamma)
    return _with_own(told, {"dγ": dgamma, "dβ": dbeta}, own, look)
