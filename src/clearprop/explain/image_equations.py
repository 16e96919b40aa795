"""The equations of layers that add up what a window of an image shows, with their numbers; see `equations`.

In the equations p, q count a window's place down and across, i, j the place within it, u, v the image's own; all count
from 0, as arrays do. What would stand outside the image is 0 and has no term.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from clearprop import layers
from clearprop.explain.equations import (
    Look,
    Told,
    array,
    backward,
    forward,
    label,
    most_important,
    shown_inputs,
    shown_units,
    subscripts,
)
from clearprop.explain.image_windows import Windows, of_axes
from clearprop.explain.spy import Call
from clearprop.explain.terms import Line, total
from clearprop.layers.axis import axes, axes_back

Terms = list[tuple[Any, ...]]


class Sums(NamedTuple):
    """What such a layer adds up: the factors of each term, for one place of Z, of dW or of dX.

    Attributes:
        symbols: Z, dW and dX; where W stands in the last, it is that which the error travels back through.
        windows: where they are.
        of_Z: (a row of X, W, place) → terms.
        of_dW: (X, dZ, place) → terms, over all rows and windows.
        of_dX: (a row of dZ, W, place) → terms.
        group: which of W's channels goes with c, where W has those of a group alone.
    """

    symbols: tuple[str, str, str]
    windows: Windows
    of_Z: Callable[..., Terms]
    of_dW: Callable[..., Terms]
    of_dX: Callable[..., Terms]
    group: str = ""

    def places(self) -> tuple[str, ...]:
        """The equations of the places that the sums go over."""
        return (self.windows.equation(), *([self.group] if self.group else []))


def _products(one: Any, other: Any) -> Terms:
    return list(zip(np.ravel(one), np.ravel(other), strict=True)) or [(0.0,)]


def convolution(layer: Any, image: tuple[int, ...], W: tuple[int, ...]) -> Sums:
    """Of images and weights of these shapes."""
    return _shared(of_axes(*axes(layer, image)), W, layer.groups)


def _shared(at: Windows, W: tuple[int, ...], groups: int) -> Sums:
    """The windows have the same weights; filter f sees the channels of its group alone."""
    each, filters = W[2], W[3] // groups

    def of_Z(x, W, place):
        p, q, f = place
        met, first = at.met(p, q), f // filters * each
        seen = [x[u, v, first : first + each] for _i, _j, u, v in met]
        return _products(seen, [W[i, j, :, f] for i, j, _u, _v in met])

    def of_dW(X, dZ, place):
        i, j, c, f = place
        (p, q), (u, v) = at.of_tap(i, j)
        return _products(X[:, u, v, f // filters * each + c], dZ[:, p, q, f])

    def of_dX(d, W, place):
        u, v, c = place
        met, first = at.meeting(u, v), c // each * filters
        own = slice(first, first + filters)
        return _products([d[p, q, own] for _i, _j, p, q in met], [W[i, j, c % each, own] for i, j, _p, _q in met])

    symbols = "Z[p,q,f] = Σ X[u,v,c] W[i,j,c,f]", "dW[i,j,c,f] = Σ X[u,v,c] dZ[p,q,f]", "Σ dZ[p,q,f] W[i,j,c,f]"
    return Sums(_in_groups(symbols, "c", groups), at, of_Z, of_dW, of_dX, f"c′ = c mod {each}" if groups > 1 else "")


def _transposed(layer: Any, image: tuple[int, ...], W: tuple[int, ...]) -> Sums:
    """A convolution's way back: its windows are over Z, and what it is given is at p, q."""
    way = _shared(of_axes(*axes_back(layer, image)), W, layer.groups)

    def of_dW(X, dZ, place):
        return [term[::-1] for term in way.of_dW(dZ, X, place)]

    symbols = "Z[u,v,f] = Σ X[p,q,c] W[i,j,f,c]", "dW[i,j,f,c] = Σ X[p,q,c] dZ[u,v,f]", "Σ dZ[u,v,f] W[i,j,f,c]"
    group = way.group.replace("c", "f")
    return Sums(_in_groups(symbols, "f", layer.groups), way.windows, way.of_dX, of_dW, way.of_Z, group)


def _in_groups(symbols: tuple[str, str, str], letter: str, groups: int) -> tuple[str, str, str]:
    """The same where W and dW count the channels (or filters) of one group alone: c′, the rest of c."""
    if groups == 1:
        return symbols
    return tuple(re.sub(rf"(W\[i,j,){letter}", rf"\1{letter}′", symbol) for symbol in symbols)  # pyright: ignore[reportReturnType]


def _local(layer: Any, image: tuple[int, ...], W: tuple[int, ...]) -> Sums:
    """Each window has weights of its own, k counting through it row by row, channels last."""
    at, channels = of_axes(*axes(layer, image)), image[2]
    k = lambda i, j: (i * at.kernel[1] + j) * channels  # noqa: E731

    def of_Z(x, W, place):
        p, q, f = place
        met = at.met(p, q)
        own = [W[p, q, k(i, j) : k(i, j) + channels, f] for i, j, _u, _v in met]
        return _products([x[u, v] for _i, _j, u, v in met], own)

    def of_dW(X, dZ, place):
        p, q, tap, f = place
        seen = [(u, v) for i, j, u, v in at.met(p, q) if k(i, j) == tap - tap % channels]
        return _products(X[:, *seen[0], tap % channels], dZ[:, p, q, f]) if seen else [(0.0,)]

    def of_dX(d, W, place):
        u, v, c = place
        met = at.meeting(u, v)
        return _products([d[p, q] for _i, _j, p, q in met], [W[p, q, k(i, j) + c] for i, j, p, q in met])

    symbols = "Z[p,q,f] = Σ X[u,v,c] W[p,q,k,f]", "dW[p,q,k,f] = Σ X[u,v,c] dZ[p,q,f]", "Σ dZ[p,q,f] W[p,q,k,f]"
    return Sums(symbols, at, of_Z, of_dW, of_dX)


KINDS: dict[type, Callable[..., Sums]] = {
    layers.Conv2D: convolution,
    layers.ConvTranspose: _transposed,
    layers.LocallyConnected: _local,
}


def _sums(layer: Any, X: np.ndarray, W: np.ndarray) -> Sums:
    return next(make for kind, make in KINDS.items() if isinstance(layer, kind))(layer, X.shape[1:], W.shape)


def _forward(layer: Any, call: Call, look: Look) -> Told:
    X, Z, W = array(call.given), array(call.result), array(call.params["W"])
    b = array(call.params["b"]) if layer.bias else None
    sums, z, shape = _sums(layer, X, W), Z[look.row].ravel(), Z.shape[1:]
    biases = None if b is None else np.broadcast_to(b, shape).ravel()
    shown, lines = shown_units(call, look), []
    for place in shown:
        terms = sums.of_Z(X[look.row], W, subscripts(place, shape))
        lines.append(total(label("Z", place, shape), terms, z[place], None if biases is None else float(biases[place])))
    values = {"X": X, "W": W, **({} if b is None else {"b": b})}
    equations = sums.symbols[0] + (f" + {_bias(b)}" if b is not None else ""), *sums.places()
    return Told(equations, tuple(lines), {**values, "Z": Z}, len(values), tuple(shown), z.size - len(shown))


def _bias(b: np.ndarray) -> str:
    return "b[f]" if b.ndim == 1 else "b[p,q,f]"


def _backward(layer: Any, call: Call, look: Look) -> Told:
    assert call.forward is not None
    X, dZ, dX, W = map(array, (call.forward.given, call.given, call.result, call.params["W"]))
    gradients, B = {name: array(g) for name, g in call.after.items()}, array(call.feedback["W"])
    name, sums = ("W" if np.array_equal(B, W) else "B"), _sums(layer, X, W)
    entries, inputs = most_important(W, gradients["W"], look.units), shown_inputs(call, look)
    lines = [_entry("dW", gradients["W"], place, lambda at: sums.of_dW(X, dZ, at)) for place in entries]
    left = W.size - len(entries) + dX[look.row].size - len(inputs)
    own, bias = _of_bias(gradients.get("b"), dZ, look, sums.symbols[0][1:8])
    lines += [*own, *(_entry("dX", dX[look.row], p, lambda at: sums.of_dX(dZ[look.row], B, at)) for p in inputs)]
    left += gradients["b"].size - len(own) if own else 0
    place = "[u,v,c]" if sums.symbols[0].startswith("Z[p") else "[p,q,c]"
    back = f"dX{place} = {sums.symbols[2].replace('W', name)}"
    found = {f"d{key}": g for key, g in gradients.items()}
    equations = (sums.symbols[1], *bias, back, *sums.places())
    return Told(equations, tuple(lines), {"dZ": dZ, "X": X, name: B, **found, "dX": dX}, 3, tuple(inputs), left)


def _entry(name: str, V: np.ndarray, place: int, terms: Callable[[Any], Terms]) -> Line:
    """name_place = Σ terms"""
    return total(label(name, place, V.shape), terms(subscripts(place, V.shape)), V.ravel()[place])


def _of_bias(db: np.ndarray | None, dZ: np.ndarray, look: Look, places: str) -> tuple[list[Line], tuple[str, ...]]:
    """db, summed over rows, and over places too where they share it."""
    if db is None:
        return [], ()
    d = dZ.reshape(-1, db.size)
    shown = most_important(np.abs(d).sum(0), None, look.units)
    lines = [total(label("db", place, db.shape), [(v,) for v in d[:, place]], db.ravel()[place]) for place in shown]
    return lines, (f"d{_bias(db)} = Σ dZ{places}",)


for _kind in KINDS:
    forward.register(_kind)(_forward)
    backward.register(_kind)(_backward)
