"""A layer's equations, in symbols as its code has them, and with the numbers of one row in them.

`forward(layer, call, look)` and `backward(layer, call, look)` are told for each kind of layer by its class; a layer
that is not known here is told by what goes in and comes out. Units are counted along a row laid out flat.
"""

from collections.abc import Callable, Sequence
from functools import singledispatch
from typing import Any, NamedTuple

import jax
import numpy as np

from clearprop import layers
from clearprop.activations import ActivationFunction, Elementwise, Softmax
from clearprop.explain.spy import Call
from clearprop.explain.terms import Added, Factor, Line, indexed, total
from clearprop.registry import name_of


class Look(NamedTuple):
    """Which row is shown, and how many units."""

    row: int
    units: int


class Told(NamedTuple):
    """What is said of a call; the arrays by name, those that go in first, and how many of them do."""

    equations: tuple[str, ...]
    lines: tuple[Line, ...]
    values: dict[str, np.ndarray]
    inputs: int
    shown: tuple[int, ...] = ()
    left_out: int = 0


def most_important(value: Any, gradient: Any, units: int) -> list[int]:
    """The places, laid out flat, where |value · gradient| is largest: what the loss owes to each, to first order.

    >>> most_important([1.0, -3.0, 0.5], [1.0, 1.0, 1.0], 2)
    [0, 1]
    """
    score = np.abs(np.ravel(value) if gradient is None else np.ravel(value) * np.ravel(gradient))
    return sorted(map(int, np.argsort(-np.nan_to_num(score), kind="stable")[:units]))


SIGNS = {"theta": "θ", "gamma": "γ", "beta": "β"}
"""What equations call these parameters."""


def label(name: str, place: int, shape: tuple[int, ...]) -> str:
    """The name with the subscripts of a place in an array of this shape."""
    return indexed(name, *subscripts(place, shape)) if shape else name


def subscripts(place: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Where a place is, in an array of this shape; from 0."""
    return tuple(map(int, np.unravel_index(place, shape)))


def value_lines(name: str, V: np.ndarray, shown: Sequence[int]) -> tuple[Line, ...]:
    """name₁ = 0.5, … for these places."""
    return tuple((f"{label(name, place, V.shape)} = ", float(V.ravel()[place])) for place in shown)


def number_lines(name: str, V: np.ndarray, shown: Sequence[int], of: Callable[[int], Line]) -> tuple[Line, ...]:
    """name₁ = (what `of` says of the place) = 0.5, … for these places."""
    return tuple((f"{label(name, place, V.shape)} = ", *of(place), " = ", float(V.ravel()[place])) for place in shown)


def array(V: Any) -> np.ndarray:
    """As NumPy's."""
    return np.asarray(V)


UNIT_BY_UNIT = (
    layers.Activation,
    layers.Dropout,
    layers.BatchNorm,
    layers.LayerNorm,
    layers.Scale,
    layers.Standardize,
)
"""Layers whose output's units are those of their input: they are shown for the units that the layer before shows."""


def shown_units(call: Call, look: Look) -> list[int]:
    """The units of a forward's output that matter most in this row, by the error that came back to them."""
    if isinstance(call.layer, UNIT_BY_UNIT) and call.follows is not None:
        return shown_units(call.follows, look)
    Y = array(call.result)[look.row]
    dY = array(call.ways_back[-1].given) if call.ways_back else None
    same = dY is not None and dY.shape[1:] == Y.shape and len(dY) > look.row
    return most_important(Y, dY[look.row] if same and dY is not None else None, look.units)


def shown_inputs(call: Call, look: Look) -> list[int]:
    """The inputs of a way back that matter most in this row: the units that the layer before shows, if there is one."""
    if call.forward is not None and call.forward.follows is not None:
        return shown_units(call.forward.follows, look)
    dX = array(call.result)[look.row]
    X = array(call.forward.given)[look.row] if call.forward else dX
    return most_important(X, dX, look.units)


def named_leaves(tree: Any) -> dict[str, np.ndarray]:
    """The arrays of a tree by their names: "W", "body/0/W"."""
    leaves = jax.tree_util.tree_flatten_with_path(tree)[0]
    key = lambda k: str(getattr(k, "idx", getattr(k, "key", getattr(k, "name", k))))  # noqa: E731
    return {"/".join(map(key, path)) or "θ": array(leaf) for path, leaf in leaves}


def _rowwise(
    call: Call, look: Look, name: str, equations: Sequence[str], values: dict, of: Callable, back=False
) -> Told:
    """What is told where each unit of a row has an equation like the others'."""
    V = array(call.result)[look.row]
    shown = shown_inputs(call, look) if back else shown_units(call, look)
    lines = number_lines(name, V, shown, of)
    values = {**values, name: array(call.result)}
    return Told(tuple(equations), lines, values, len(values) - 1, tuple(shown), V.size - len(shown))


def _at(V: Any, look: Look) -> np.ndarray:
    """This row, laid out flat."""
    return array(V)[look.row].ravel()


@singledispatch
def forward(layer: Any, call: Call, look: Look) -> Told:
    """Of a layer that is not known here: Y = its name of X."""
    Y = array(call.result)
    shown = shown_units(call, look)
    values = {"X": array(call.given), **named_leaves(call.params)}
    lines = value_lines("Y", Y[look.row], shown)
    equation = f"Y = {name_of(type(layer))}({', '.join(values)})"
    return Told((equation,), lines, {**values, "Y": Y}, len(values), tuple(shown), Y[look.row].size - len(shown))


@singledispatch
def backward(layer: Any, call: Call, look: Look) -> Told:
    """Of a layer that is not known here: the derivative of the loss by each parameter, and by X."""
    dX, gradients = array(call.result), named_leaves(call.after)
    values = {"dY": array(call.given), "X": array(call.forward.given if call.forward else call.given)}
    values |= named_leaves(call.feedback)
    shown = shown_inputs(call, look)
    lines, left = (), dX[look.row].size - len(shown)
    for name, gradient in gradients.items():
        places = most_important(gradient, None, look.units)
        lines += value_lines(f"d{name}", gradient, places)
        left += gradient.size - len(places)
    equations = (*(f"d{name} = ∂loss/∂{name}" for name in gradients), "dX = ∂loss/∂X")
    found = {**{f"d{name}": gradient for name, gradient in gradients.items()}, "dX": dX}
    lines += value_lines("dX", dX[look.row], shown)
    return Told(equations, lines, {**values, **found}, len(values), tuple(shown), left)


@forward.register
def _(layer: layers.Dense, call: Call, look: Look) -> Told:
    X, Z, W = array(call.given), array(call.result), array(call.params["W"])
    b = array(call.params["b"]) if layer.bias else None
    shown, shape = shown_units(call, look), Z.shape[1:]
    lines = []
    for place in shown:
        *position, unit = np.unravel_index(place, shape)
        terms = list(zip(X[look.row][tuple(position)], W[:, unit], strict=True))
        bias = None if b is None else float(b[unit])
        lines.append(total(label("Z", place, shape), terms, Z[look.row].ravel()[place], bias))
    values = {"X": X, "W": W, **({} if b is None else {"b": b})}
    equation = "Z = X W" if b is None else "Z = X W + b"
    return Told((equation,), tuple(lines), {**values, "Z": Z}, len(values), tuple(shown), Z[look.row].size - len(shown))


@backward.register
def _(layer: layers.Dense, call: Call, look: Look) -> Told:
    assert call.forward is not None
    X, dZ, dX, W = map(array, (call.forward.given, call.given, call.result, call.params["W"]))
    gradients, B = {name: array(g) for name, g in call.after.items()}, array(call.feedback["W"])
    name = "W" if np.array_equal(B, W) else "B"
    x, d = X.reshape(-1, X.shape[-1]), dZ.reshape(-1, dZ.shape[-1])
    entries = most_important(W, gradients["W"], look.units)
    lines = [entry_of_dW("dW", gradients["W"], x, d, place) for place in entries]
    equations, left = ["dW = Xᵀ dZ"], W.size - len(entries)
    if layer.bias:
        units = most_important(np.abs(d).sum(0), None, look.units)
        lines += [total(indexed("db", j), [(v,) for v in d[:, j]], gradients["b"][j]) for j in units]
        equations, left = [*equations, "db = Σ dZ"], left + d.shape[1] - len(units)
    inputs = shown_inputs(call, look)
    for place in inputs:
        *position, i = np.unravel_index(place, dX.shape[1:])
        terms = list(zip(dZ[look.row][tuple(position)], B[i], strict=True))
        lines.append(total(label("dX", place, dX.shape[1:]), terms, dX[look.row].ravel()[place]))
    values = {"dZ": dZ, "X": X, name: B}
    found = {f"d{key}": g for key, g in gradients.items()}
    return Told(
        (*equations, f"dX = dZ {name}ᵀ"), tuple(lines), {**values, **found, "dX": dX}, 3, tuple(inputs),
        left + dX[look.row].size - len(inputs),
    )  # fmt: skip


def entry_of_dW(name: str, dW: np.ndarray, x: np.ndarray, d: np.ndarray, place: int) -> Line:
    """dW_ij = Σ_rows x_i d_j, by this name."""
    i, j = map(int, np.unravel_index(place, dW.shape))
    return total(indexed(name, i, j), list(zip(x[:, i], d[:, j], strict=True)), dW[i, j])


FORMULAS = {
    "identity": ("A = Z", "g′(Z) = 1", "{z}"),
    "sigmoid": ("A = σ(Z) = 1 / (1 + e^−Z)", "g′(Z) = A (1 − A)", "σ({z})"),
    "tanh": ("A = tanh(Z)", "g′(Z) = 1 − A²", "tanh({z})"),
    "relu": ("A = max(0, Z)", "g′(Z) = 1[Z > 0]", "max(0, {z})"),
    "leaky_relu": (
        "A = max(0, Z) + slope · min(0, Z)", "g′(Z) = 1[Z > 0] + slope · 1[Z ≤ 0]", "leaky_relu({z})",
    ),
    "elu": (
        "A = max(0, Z) + α (e^(min(0, Z)) − 1)", "g′(Z) = 1[Z > 0] + (A + α) 1[Z ≤ 0]", "elu({z})",
    ),
    "selu": (
        "A = λ (max(0, Z) + α (e^(min(0, Z)) − 1))", "g′(Z) = λ 1[Z > 0] + (A + λ α) 1[Z ≤ 0]", "selu({z})",
    ),
    "gelu": ("A = Z Φ(Z)", "g′(Z) = Φ(Z) + Z φ(Z)", "gelu({z})"),
    "silu": ("A = Z σ(Z)", "g′(Z) = σ(Z) + A (1 − σ(Z))", "silu({z})"),
    "mish": ("A = Z tanh(ln(1 + e^Z))", "g′(Z) = t + Z (1 − t²) σ(Z), t = tanh(ln(1 + e^Z))", "mish({z})"),
    "softplus": ("A = ln(1 + e^Z)", "g′(Z) = σ(Z)", "softplus({z})"),
    "exponential": ("A = e^Z", "g′(Z) = A", "exp({z})"),
    "hard_threshold": ("A = 1[Z ≥ 0]", "g′(Z) = 0", "1[{z} ≥ 0]"),
}  # fmt: skip
"""A, g′ and how A is written of a number, for each activation that works unit by unit."""


def _formulas(g: ActivationFunction) -> tuple[str, str, str]:
    """Those of an activation; one that is not known here is called g."""
    name = name_of(type(g))
    known = FORMULAS.get(name) if type(g).__module__ == Elementwise.__module__ else None
    return known or (f"A = {name}(Z)", "", f"{name}({{z}})")


@forward.register
def _(layer: layers.Activation, call: Call, look: Look) -> Told:
    g, Z = layer.function, array(call.given)
    z, A = Z[look.row].ravel(), array(call.result)[look.row]
    if isinstance(g, Softmax):
        return _softmax(call, look)
    first, _derivative, form = _formulas(g)  # pyright: ignore[reportArgumentType]
    before, after = form.split("{z}")
    told = _rowwise(call, look, "A", [first], {"Z": Z}, lambda place: (before, float(z[place]), after))
    return told if A.size else told._replace(lines=())


def _softmax(call: Call, look: Look) -> Told:
    """A_j = e^(Z_j − max Z) / Σ_k e^(Z_k − max Z)"""
    Z = array(call.given)
    width = Z.shape[-1]
    rows = Z[look.row].reshape(-1, width).astype(float)
    high = rows.max(-1)
    sums = np.exp(rows - high[:, None]).sum(-1)

    def of(place):
        r, j = divmod(place, width)
        return "e^(", float(rows[r, j]), Added(-float(high[r])), ") / ", float(sums[r])

    return _rowwise(call, look, "A", ["A_j = e^(Z_j − max Z) / Σ_k e^(Z_k − max Z)"], {"Z": Z}, of)


@backward.register
def _(layer: layers.Activation, call: Call, look: Look) -> Told:
    assert call.forward is not None
    g, Z, A = layer.function, array(call.forward.given), array(call.forward.result)
    values = {"dA": array(call.given), "Z": Z, "A": A}
    d = _at(call.given, look)
    if isinstance(g, Softmax):
        a, sums = _at(A, look), (array(call.given) * A).sum(-1, keepdims=True) + 0 * A
        s = _at(sums, look)
        of = lambda p: (Factor(float(a[p])), "·(", float(d[p]), Added(-float(s[p])), ")")  # noqa: E731
        return _rowwise(call, look, "dZ", ["dZ_j = A_j (dA_j − Σ_k dA_k A_k)"], values, of, back=True)
    if isinstance(g, Elementwise):
        slope = _at(jax.jit(g.derivative)(Z, A), look)
        equations = ["dZ = dA g′(Z)", _formulas(g)[1]]
        of = lambda p: (Factor(float(d[p])), "·", Factor(float(slope[p])))  # noqa: E731
        return _rowwise(call, look, "dZ", [e for e in equations if e], values, of, back=True)
    told = backward.dispatch(object)(layer, call, look)
    return told._replace(equations=("dZ = ∂loss/∂Z",))


@forward.register
def _(layer: layers.Dropout, call: Call, look: Look) -> Told:
    X, x, factor = array(call.given), _at(call.given, look), _dropped(call, look)
    if factor is None:
        told = _rowwise(call, look, "Y", ["Y = X"], {"X": X}, lambda p: ())
        return told._replace(lines=value_lines("Y", x, told.shown))
    kept = _kept(layer, call)
    of = lambda p: (Factor(float(x[p])), "·", float(factor[p] > 0), " / ", kept)  # noqa: E731
    return _rowwise(call, look, "Y", ["Y = X M / (1 − rate)"], {"X": X}, of)


@backward.register
def _(layer: layers.Dropout, call: Call, look: Look) -> Told:
    dY, d, factor = array(call.given), _at(call.given, look), _dropped(call.forward, look)
    if factor is None:
        told = _rowwise(call, look, "dX", ["dX = dY"], {"dY": dY}, lambda p: (), back=True)
        return told._replace(lines=value_lines("dX", d, told.shown))
    kept = _kept(layer, call)
    of = lambda p: (Factor(float(d[p])), "·", float(factor[p] > 0), " / ", kept)  # noqa: E731
    return _rowwise(call, look, "dX", ["dX = dY M / (1 − rate)"], {"dY": dY}, of, back=True)


def _kept(layer: layers.Dropout, call: Call) -> float:
    """1 − rate, at this progress."""
    return 1 - float(layer._rate(call.pass_.progress))


def _dropped(call: Call | None, look: Look) -> np.ndarray | None:
    """M / (1 − rate) of this row; None where nothing is dropped."""
    assert call is not None
    return _at(call.factor, look) if call.pass_.training and call.layer.rate > 0 else None


@forward.register
def _(layer: layers.Scale, call: Call, look: Look) -> Told:
    X, x, theta = array(call.given), _at(call.given, look), array(call.params["theta"])
    of = lambda p: (Factor(float(x[p])), "·", layer.rate, "·", Factor(float(theta[p % len(theta)])))  # noqa: E731
    return _rowwise(call, look, "Y", ["Y = X s", "s = rate θ"], {"X": X, "θ": theta}, of)


@backward.register
def _(layer: layers.Scale, call: Call, look: Look) -> Told:
    assert call.forward is not None
    X, dY, theta, gradient = map(
        array, (call.forward.given, call.given, call.feedback["theta"], call.after["theta"])
    )  # fmt: skip
    d, width = _at(dY, look), len(theta)
    of = lambda p: (Factor(float(d[p])), "·", layer.rate, "·", Factor(float(theta[p % width])))  # noqa: E731
    told = _rowwise(call, look, "dX", ["dθ = rate Σ dY X", "dX = dY s"], {"dY": dY, "X": X, "θ": theta}, of, back=True)
    own = _sums("dθ", gradient, dY, X, look, theta, factor=layer.rate)
    return _with_own(told, {"dθ": gradient}, own, look)


def _sums(name, gradient, dY, other, look, theta, factor: float | None = None) -> tuple[Line, ...]:
    """name_j = (factor ·) Σ_rows dY_j other_j, for those of a feature each that matter most."""
    d, o = dY.reshape(-1, dY.shape[-1]), None if other is None else other.reshape(-1, dY.shape[-1])
    lines = []
    for j in most_important(theta, gradient, look.units):
        more = () if factor is None else (factor,)
        terms = [(*more, v) if o is None else (*more, v, o[r, j]) for r, v in enumerate(d[:, j])]
        lines.append(total(indexed(name, j), terms, gradient[j]))
    return tuple(lines)


def _with_own(told: Told, gradients: dict[str, np.ndarray], lines: tuple[Line, ...], look: Look) -> Told:
    """The same with the gradients of the layer's own parameters before dX."""
    values = dict(told.values)
    dX = values.pop("dX")
    left = sum(g.size for g in gradients.values()) - len(lines)
    return told._replace(
        lines=lines + told.lines, values={**values, **gradients, "dX": dX}, left_out=told.left_out + left
    )


@forward.register
def _(layer: layers.Standardize, call: Call, look: Look) -> Told:
    mean, scale = array(call.state["mean"]), array(call.state["scale"])
    x, m, s = _at(call.given, look), mean.ravel(), scale.ravel()
    of = lambda p: ("(", float(x[p]), Added(-float(m[p])), ") / ", float(s[p]))  # noqa: E731
    values = {"X": array(call.given), "mean": mean, "scale": scale}
    return _rowwise(call, look, "Y", ["Y = (X − mean) / scale"], values, of)


@backward.register
def _(layer: layers.Standardize, call: Call, look: Look) -> Told:
    scale, d = array(call.state["scale"]), _at(call.given, look)
    of = lambda p: (float(d[p]), " / ", float(scale.ravel()[p]))  # noqa: E731
    return _rowwise(call, look, "dX", ["dX = dY / scale"], {"dY": array(call.given), "scale": scale}, of, back=True)


@forward.register
def _(layer: layers.Embedding, call: Call, look: Look) -> Told:
    category = _categories(layer, call.given)[look.row].ravel()
    of = lambda p: (f"E[{category[p // layer.features]}]" + indexed("", p % layer.features),)  # noqa: E731
    return _rowwise(call, look, "Y", ["Y = E[X]"], {"X": array(call.given), "E": array(call.params["E"])}, of)


@backward.register
def _(layer: layers.Embedding, call: Call, look: Look) -> Told:
    assert call.forward is not None
    X, dY, dE, dX = map(array, (call.forward.given, call.given, call.after["E"], call.result))
    category, d = _categories(layer, X).ravel(), dY.reshape(-1, layer.features)
    shown, lines = most_important(dE, None, look.units), []
    for place in shown:
        k, j = divmod(place, layer.features)
        terms = [(v,) for v in d[category == k, j]] or [(0.0,)]
        lines.append(total(f"dE[{k}]" + indexed("", j), terms, dE[k, j]))
    equations = ("dE[k] = Σ 1[X = k] dY", "dX = 0")
    return Told(equations, tuple(lines), {"dY": dY, "X": X, "dE": dE, "dX": dX}, 2, (), dE.size - len(shown))


def _categories(layer: layers.Embedding, X: Any) -> np.ndarray:
    """The rows of the table that are looked up, from 0."""
    return np.clip(array(X).astype(int), 0, layer.categories - 1)


@forward.register(layers.Reshape)
@forward.register(layers.Flatten)
def _(layer: Any, call: Call, look: Look) -> Told:
    return Told(("Y = reshape(X)",), (), {"X": array(call.given), "Y": array(call.result)}, 1)


@backward.register(layers.Reshape)
@backward.register(layers.Flatten)
def _(layer: Any, call: Call, look: Look) -> Told:
    return Told(("dX = reshape(dY)",), (), {"dY": array(call.given), "dX": array(call.result)}, 1)


@forward.register
def _(layer: layers.Residual, call: Call, look: Look) -> Told:
    body, around = (array(part.result) for part in call.inside)
    plain = isinstance(layer.shortcut, layers.Sequence) and not layer.shortcut.layers
    equation, name = ("Y = body(X) + X", "X") if plain else ("Y = body(X) + shortcut(X)", "shortcut(X)")
    b, a = _at(body, look), _at(around, look)
    of = lambda p: (float(b[p]), Added(float(a[p])))  # noqa: E731
    return _rowwise(call, look, "Y", [equation], {"body(X)": body, name: around}, of)


@backward.register
def _(layer: layers.Residual, call: Call, look: Look) -> Told:
    body, around = (array(part.result) for part in call.inside)
    plain = isinstance(layer.shortcut, layers.Sequence) and not layer.shortcut.layers
    name = "dY" if plain else "dX_shortcut"
    b, a = _at(body, look), _at(around, look)
    of = lambda p: (float(b[p]), Added(float(a[p])))  # noqa: E731
    return _rowwise(call, look, "dX", [f"dX = dX_body + {name}"], {"dX_body": body, name: around}, of, back=True)


@forward.register
def _(layer: layers.Columns, call: Call, look: Look) -> Told:
    parts = {indexed("Y", p): array(part.result) for p, part in enumerate(call.inside)}
    return Told((f"Y = [{', '.join(parts)}]",), (), {**parts, "Y": array(call.result)}, len(parts))


@backward.register
def _(layer: layers.Columns, call: Call, look: Look) -> Told:
    parts = {indexed("dX", p): array(part.result) for p, part in enumerate(call.inside)}
    return Told((f"dX = [{', '.join(parts)}]",), (), {**parts, "dX": array(call.result)}, len(parts))
