"""A loss's equations, in symbols as its code has them, and with the numbers of one row in them."""

import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from clearprop import losses
from clearprop.explain.equations import Look, Told, array, most_important, number_lines, value_lines
from clearprop.explain.spy import Call
from clearprop.explain.terms import Added, Factor, Line, Piece, total
from clearprop.registry import name_of

POINTS = {
    "squared": ("ℓ = (ŷ − y)²", "∂ℓ/∂ŷ = 2 (ŷ − y)", "({a}{-y})²", "2·({a}{-y})"),
    "absolute": ("ℓ = |ŷ − y|", "∂ℓ/∂ŷ = sign(ŷ − y)", "|{a}{-y}|", "sign({a}{-y})"),
    "huber": (
        "ℓ = c (|e| − c / 2), c = min(|e|, δ), e = ŷ − y", "∂ℓ/∂ŷ = clip(e, −δ, δ)",
        "{c}·(|{a}{-y}| − {c} / 2)", "clip({a}{-y}, {-δ}, {δ})",
    ),
    "poisson": ("ℓ = ŷ − y ln ŷ", "∂ℓ/∂ŷ = 1 − y / ŷ", "{a} − {y!}·ln {a}", "1 − {y} / {a}"),
    "log_poisson": ("ℓ = e^z − y z", "∂ℓ/∂z = e^z − y", "e^({a}) − {y!}·{a!}", "e^({a}){-y}"),
    "binary_cross_entropy": (
        "ℓ = −y ln a − (1 − y) ln(1 − a)", "∂ℓ/∂a = (a − y) / (a (1 − a))",
        "−{y!}·ln {a} − (1{-y})·ln(1 − {a})", "({a}{-y}) / ({a}·(1 − {a}))",
    ),
    "sigmoid_cross_entropy": (
        "ℓ = max(z, 0) − y z + ln(1 + e^−|z|)", "∂ℓ/∂z = σ(z) − y",
        "max({a}, 0) − {y!}·{a!} + ln(1 + e^−|{a}|)", "σ({a}){-y}",
    ),
}  # fmt: skip
"""ℓ and its derivative in symbols, then both for numbers: {a} the output, {y} the target, {a!} in parentheses if below
0, {-y} taken off; δ and c are Huber's."""

CLASSES = {
    "softmax_cross_entropy": ("z = Ŷ − max Ŷ", "ℓ = ln Σ_k e^z_k − Σ_j y_j z_j", "dŶ_j = w (e^z_j / Σ_k e^z_k − y_j)"),
    "categorical_cross_entropy": ("ℓ = −Σ_j y_j ln a_j", "dŶ_j = −w y_j / a_j"),
}


def told(call: Call, look: Look) -> Told:
    """What is said of the loss."""
    loss, Y_hat, dY_hat = call.layer, array(call.given), array(call.result)
    Y, w = map(array, call.params)
    value = array(call.after)
    shown = most_important(Y_hat[look.row], dY_hat[look.row], look.units)
    values = {"Ŷ": Y_hat, "Y": Y, "w": w}
    name = name_of(type(loss)) if type(loss).__module__ == losses.__name__ else ""
    if isinstance(loss, losses.Pointwise):
        equations, lines = _pointwise(loss, name, Y_hat, Y, w, dY_hat, value, look, shown)
    elif name in CLASSES:
        equations, lines = _classes(name, Y_hat, Y, w, dY_hat, value, look, shown)
    else:
        own = kind_of(loss)
        equations = (f"loss = {own}(Ŷ, Y, w)", "dŶ = ∂loss/∂Ŷ")
        lines = (("loss = ", float(value)), *value_lines("dŶ", dY_hat[look.row], shown))
    left = Y_hat[look.row].size - len(shown)
    return Told(tuple(equations), tuple(lines), {**values, "loss": value, "dŶ": dY_hat}, 3, tuple(shown), left)


def kind_of(loss: Any) -> str:
    """The loss's name: of a function of the user's own, the function's."""
    return getattr(loss, "__name__", None) or name_of(type(loss))


def _pointwise(loss, name, Y_hat, Y, w, dY_hat, value, look, shown):
    """ℓ and ∂ℓ/∂ŷ of each output shown, the sum over the rows, and dŶ."""
    y = Y.reshape(Y_hat.shape).astype(Y_hat.dtype)
    ell, derivative = map(array, jax.jit(loss.point)(Y_hat, y))
    outputs = Y_hat[0].size
    own = kind_of(loss)
    first, second, form, slope = POINTS.get(
        name, (f"ℓ = {own}(ŷ, y)", "∂ℓ/∂ŷ", f"{own}({{a}}, {{y}})", f"{own}′({{a}}, {{y}})")
    )
    a, t, d = (V[look.row].ravel() for V in (Y_hat, y, derivative))
    row, delta = ell[look.row], float(loss.delta) if name == "huber" else 0.0
    lines = list(number_lines("ℓ", row, shown, lambda p: filled(form, a[p], t[p], delta)))
    rows = ell.reshape(len(ell), -1).mean(1)
    lines.append(total("loss", list(zip(w, rows, strict=True)), value))
    share = float(w[look.row]) / outputs

    def of(p):
        return Factor(share), "·(", *filled(slope, a[p], t[p], delta), ") = ", Factor(share), "·", Factor(float(d[p]))

    lines += number_lines("dŶ", dY_hat[look.row], shown, of)
    mean = ("loss = Σ w ℓ", "dŶ = w ∂ℓ/∂ŷ") if outputs == 1 else ("loss = Σ w (Σ_j ℓ_j) / m", "dŶ = w / m · ∂ℓ/∂ŷ")
    return (first, mean[0], second, mean[1]), lines


def _classes(name, Y_hat, Y, w, dY_hat, value, look, shown):
    """ℓ of the row, the sum over the rows, and dŶ of each class shown."""
    y = array(losses.one_hot(jnp.asarray(Y), jnp.asarray(Y_hat)))
    own, target = float(w[look.row]), y[look.row]
    if name == "softmax_cross_entropy":
        z = Y_hat.astype(float) - Y_hat.max(-1, keepdims=True)
        sums, dots = np.exp(z).sum(-1), (y * z).sum(-1)
        ell = np.log(sums) - dots
        of_row: Line = ("ℓ = ln ", float(sums[look.row]), Added(-float(dots[look.row])), " = ", float(ell[look.row]))
        chances = np.exp(z[look.row]) / sums[look.row]
        of = lambda j: (Factor(own), "·(", float(chances[j]), Added(-float(target[j])), ")")  # noqa: E731
    else:
        a = np.maximum(Y_hat, np.finfo(Y_hat.dtype).tiny ** 0.5).astype(float)
        logs = np.log(a)
        ell = -(y * logs).sum(-1)
        of_row = total("ℓ", [(-target[j], logs[look.row, j]) for j in np.flatnonzero(target)], ell[look.row])
        of = lambda j: (Factor(-own), "·", Factor(float(target[j])), " / ", float(a[look.row, j]))  # noqa: E731
    sums_ = total("loss", list(zip(w, ell, strict=True)), value)
    *before, last = CLASSES[name]
    return (*before, "loss = Σ w ℓ", last), [of_row, sums_, *number_lines("dŶ", dY_hat[look.row], shown, of)]


def filled(form: str, a: Any, y: Any, delta: float = 0.0) -> Line:
    """The form with an output and a target in it, and Huber's δ.

    >>> filled("({a}{-y})²", 0.5, 1.0)
    ('(', 0.5, Added(value=-1.0), ')²')
    """
    a, y = float(a), float(y)
    known: dict[str, Piece] = {"{a}": a, "{y}": y, "{a!}": Factor(a), "{y!}": Factor(y), "{-y}": Added(-y)}
    known |= {"{δ}": delta, "{-δ}": -delta, "{c}": min(abs(a - y), delta)}
    return tuple(known.get(part, part) for part in re.split(r"(\{[^}]*\})", form) if part)
