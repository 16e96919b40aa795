"""The equations of pooling, with their numbers; see `equations`, and `image_equations` for what the letters count."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from clearprop import layers
from clearprop.explain.equations import Look, Told, _at, _rowwise, array, backward, forward, subscripts
from clearprop.explain.image_windows import of_pool
from clearprop.explain.spy import Call
from clearprop.explain.terms import Line, total

ALL = 9
"""The numbers of a window that are written out at most; of more, so many of the largest."""


@forward.register
def _(layer: layers.MaxPool, call: Call, look: Look) -> Told:
    X, Y = array(call.given), array(call.result)
    at = of_pool(layer, X)

    def of(place):
        p, q, c = subscripts(place, Y.shape[1:])
        seen = [float(X[look.row, u, v, c]) for _i, _j, u, v in at.met(p, q)]
        kept = [seen[k] for k in sorted(np.argsort(-np.array(seen), kind="stable")[:ALL])]
        listed = [piece for value in kept for piece in (", ", value)][1:]
        return "max(", *listed, ")" if len(kept) == len(seen) else ", …)"

    return _rowwise(call, look, "Y", ["Y[p,q,c] = max X[u,v,c]", at.equation()], {"X": X}, of)


@backward.register
def _(layer: layers.MaxPool, call: Call, look: Look) -> Told:
    """The error goes to the largest X of each window; of equal ones, to the first."""
    assert call.forward is not None
    X, dY = array(call.forward.given), array(call.given)
    at, x, d = of_pool(layer, X), X[look.row], dY[look.row]

    def of(place):
        u, v, c = subscripts(place, X.shape[1:])
        won = []
        for _i, _j, p, q in at.meeting(u, v):
            met = at.met(p, q)
            largest = met[int(np.argmax([x[s, t, c] for _a, _b, s, t in met]))]
            won.append((d[p, q, c], float(largest[2:] == (u, v))))
        return _sum(won)

    equations = ["dX[u,v,c] = Σ dY[p,q,c] 1[X[u,v,c] = Y[p,q,c]]", at.equation()]
    values = {"dY": dY, "X": X, "Y": array(call.forward.result)}
    return _rowwise(call, look, "dX", equations, values, of, back=True)


@forward.register
def _(layer: layers.AveragePool, call: Call, look: Look) -> Told:
    X, Y = array(call.given), array(call.result)
    at = of_pool(layer, X)

    def of(place):
        p, q, c = subscripts(place, Y.shape[1:])
        return _mean([X[look.row, u, v, c] for _i, _j, u, v in at.met(p, q)])

    equations = ["Y[p,q,c] = Σ X[u,v,c] / n[p,q]", at.equation()]
    return _rowwise(call, look, "Y", equations, {"X": X}, of)


@backward.register
def _(layer: layers.AveragePool, call: Call, look: Look) -> Told:
    assert call.forward is not None
    X, dY = array(call.forward.given), array(call.given)
    at, d = of_pool(layer, X), dY[look.row]

    def of(place):
        u, v, c = subscripts(place, X.shape[1:])
        return _sum([(d[p, q, c], 1 / len(at.met(p, q))) for _i, _j, p, q in at.meeting(u, v)])

    equations = ["dX[u,v,c] = Σ dY[p,q,c] / n[p,q]", at.equation()]
    return _rowwise(call, look, "dX", equations, {"dY": dY}, of, back=True)


@forward.register
def _(layer: layers.GlobalAveragePool, call: Call, look: Look) -> Told:
    X = array(call.given)
    of = lambda c: _mean(X[look.row, ..., c].ravel().tolist())  # noqa: E731
    return _rowwise(call, look, "Y", ["Y[c] = Σ X[u,v,c] / n"], {"X": X}, of)


@backward.register
def _(layer: layers.GlobalAveragePool, call: Call, look: Look) -> Told:
    dX, d = array(call.result), _at(call.given, look)
    pixels = float(np.prod(dX.shape[1:-1]))
    of = lambda place: (float(d[place % len(d)]), " / ", pixels)  # noqa: E731
    return _rowwise(call, look, "dX", ["dX[u,v,c] = dY[c] / n"], {"dY": array(call.given)}, of, back=True)


def _sum(terms: Sequence[tuple[Any, ...]]) -> Line:
    """a·b + c·d + …; 0 where nothing is summed."""
    return total("", list(terms) or [(0.0, 1.0)], 0.0)[1:-2]


def _mean(values: Sequence[Any]) -> Line:
    """(a + b + …) / n"""
    if len(values) == 1:
        return float(values[0]), " / ", 1.0
    return "(", *total("", [(v,) for v in values], 0.0)[1:-2], ") / ", float(len(values))
