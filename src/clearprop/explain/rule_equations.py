"""What a learning rule does between the layers, with its equations: activities and errors that it makes itself."""

from collections.abc import Callable
from functools import singledispatch
from typing import Any

import jax
import numpy as np

from clearprop import rules
from clearprop.explain.equations import (
    Look,
    Told,
    array,
    label,
    most_important,
    value_lines,
)
from clearprop.explain.spy import Call
from clearprop.explain.terms import Added, Factor, Line, total


def changed(rule: Any, call: Call, before: list[Call], memory: Any, look: Look) -> Told | None:
    """What the rule gave this layer instead of what the layer beside it gave; None if it gave just that."""
    if any(_same(call.given, other.result) for other in _beside(call, before)):
        return None
    return handed(rule, call, before, memory, look)


def _beside(call: Call, before: list[Call]) -> list[Call]:
    """The calls whose result this one may have been given: the last of its own phase, and the last losses."""
    phases = ("forward",) if call.phase == "forward" else ("backward", "loss")
    found = (next((c for c in reversed(before) if c.phase == phase), None) for phase in phases)
    return [other for other in found if other is not None]


def _same(one: Any, other: Any) -> bool:
    if one is other:
        return True
    return other is not None and np.shape(one) == np.shape(other) and bool(np.array_equal(one, other))


@singledispatch
def handed(rule: Any, call: Call, before: list[Call], memory: Any, look: Look) -> Told:
    """Of a rule that is not known here: what it gave."""
    return _given(call, look, "X = rule(…)" if call.phase == "forward" else "dY = rule(…)")


def _given(call: Call, look: Look, *equations: str) -> Told:
    """The numbers handed over, under the name on the left of the last equation."""
    name = equations[-1].split(" = ")[0].split(" ← ")[0]
    V = array(call.given)
    shown = most_important(V[look.row], None, look.units)
    lines = value_lines(name, V[look.row], shown)
    return Told(equations, lines, {name: V}, 0, tuple(shown), V[look.row].size - len(shown))


@handed.register
def _(rule: rules.DirectFeedbackAlignment, call: Call, before: list[Call], memory: Any, look: Look) -> Told:
    given = array(call.given)
    dA = given.reshape(len(given), -1)
    for other in before:  # the output's error e is that of the last layer with a matrix
        e = array(other.given).reshape(len(dA), -1)
        for B in map(array, memory["direct"]):
            fits = other.phase == "backward" and e.shape[1] == B.shape[0] and B.shape[1] == dA.shape[1]
            if fits and np.allclose(e @ B, dA, rtol=1e-4, atol=1e-6 * (1 + np.abs(dA).max(initial=0))):
                return _direct(given, dA, e, B, look)
    return _given(call, look, "dA = e B")


def _direct(given, dA, e, B, look) -> Told:
    shown = most_important(dA[look.row], None, look.units)
    lines = tuple(
        total(label("dA", j, given.shape[1:]), list(zip(e[look.row], B[:, j], strict=True)), dA[look.row, j])
        for j in shown
    )
    return Told(("dA = e B",), lines, {"e": e, "B": B, "dA": given}, 2, tuple(shown), dA.shape[1] - len(shown))


@handed.register
def _(rule: rules.PredictiveCoding, call: Call, before: list[Call], memory: Any, look: Look) -> Told:
    if call.phase == "forward":
        return _moved_activity(rule, call, before, look)
    return _settled_error(rule, call, before, look) if rule.fixed_predictions else _own_error(call, before, look)


def _moved_activity(rule: Any, call: Call, before: list[Call], look: Look) -> Told:
    """v ← v + rate / w · (ε − Jᵀ ε): f(v) and Jᵀ ε are what the layers on either side gave at the v before."""
    told = _given(call, look, "ε = w (f(v) − v)", "v ← v + rate / w · (ε − Jᵀ ε)")
    was, above = _last(before, "forward", call.keys), _last(before, "backward", call.keys)
    below = None if was is None else _last(before[: before.index(was)], "forward", (call.keys[0] - 1,))
    if was is None or above is None or below is None:
        return told
    v, f, up = array(was.given), array(below.result), array(above.result)
    w, one, prediction, back = float(array(call.pass_.weights)[look.row]), *(V[look.row].ravel() for V in (v, f, up))

    def of(p):
        own = w, "·(", float(prediction[p]), Added(-float(one[p])), ")"
        return float(one[p]), Added(rule.rate), " / ", w, "·(", *own, Added(-float(back[p])), ")"

    values = {"v": v, "f(v)": f, "Jᵀ ε": up, "v′": array(call.given)}
    return _worked(told, "v", call, look, of, " ← ")._replace(values=values, inputs=3)


def _settled_error(rule: Any, call: Call, before: list[Call], look: Look) -> Told:
    """ε ← ε − rate (ε − Jᵀ ε), from 0; Jᵀ ε is what the layer above gave each time."""
    ups = [array(c.result) for c in before if c.phase == "backward" and c.keys == (call.keys[0] + 1,)]
    if not ups:
        return _given(call, look, "ε = 0")
    told, old = _given(call, look, "ε ← ε − rate (ε − Jᵀ ε)"), 0 * ups[0]
    for up in ups[:-1]:
        old = old - rule.rate * (old - up)
    one, back = (V[look.row].ravel() for V in (old, ups[-1]))
    of = lambda p: (  # noqa: E731
        float(one[p]), Added(-rule.rate), "·(", float(one[p]), Added(-float(back[p])), ")"
    )  # fmt: skip
    values = {"ε": old, "Jᵀ ε": ups[-1], "ε′": array(call.given)}
    return _worked(told, "ε", call, look, of, " ← ")._replace(values=values, inputs=2)


def _last(calls: list[Call], phase: str, keys: tuple[Any, ...]) -> Call | None:
    """The last call of this phase of the layer at these keys."""
    return next((call for call in reversed(calls) if (call.phase, call.keys) == (phase, keys)), None)


def _own_error(call: Call, before: list[Call], look: Look) -> Told:
    """ε = w (f(v) − v): f(v) is what the layer gave, v what the layer after it was given."""
    told = _given(call, look, "ε = w (f(v) − v)")
    after = (call.keys[0] + 1,)
    v = next((other.given for other in reversed(before) if other.phase == "forward" and other.keys == after), None)
    if v is None or call.forward is None or np.shape(v) != np.shape(call.given):
        return told
    w, f, v = float(array(call.pass_.weights)[look.row]), array(call.forward.result), array(v)
    rows = f[look.row].ravel(), v[look.row].ravel()
    of = lambda p: (w, "·(", float(rows[0][p]), Added(-float(rows[1][p])), ")")  # noqa: E731
    return _worked(told, "ε", call, look, of)._replace(values={"f(v)": f, "v": v, **told.values}, inputs=2)


@handed.register
def _(rule: rules.ForwardForward, call: Call, before: list[Call], memory: Any, look: Look) -> Told:
    if call.phase == "backward":
        return _of_goodness(rule, call, look)
    if call.keys == (0,):
        return _given(call, look, "X = [X, X]")
    last = next(other for other in reversed(before) if other.phase == "forward")
    V, own = array(last.result)[look.row].ravel(), array(call.given)[look.row].ravel()
    if _follows_sum(call, before):
        of = lambda p: (float(V[p]), Added(float(own[p]) - float(V[p])))  # noqa: E731
        return _worked(_given(call, look, "Z ← Z + L E"), "Z", call, look, of, " ← ")
    g = float((V.astype(float) ** 2).mean())
    of = lambda p: (float(V[p]), " / √(", g, Added(1e-8), ")")  # noqa: E731
    return _worked(_given(call, look, "g = mean A²", "Â = A / √(g + ε)"), "Â", call, look, of)


def _of_goodness(rule: rules.ForwardForward, call: Call, look: Look) -> Told:
    """dA, by the goodness of the row; of ∓, − is for the right labels, which come first, and + for the wrong ones."""
    loss, slope = "loss = Σ w softplus(∓s (g − θ))", "dg = ∓w s σ(∓s (g − θ))"
    told = _given(call, look, "g = mean A²", loss, slope, "dA = 2 A / units · dg")
    if call.forward is None:
        return told
    A = array(call.forward.result)
    a, w = A[look.row].ravel(), float(array(call.pass_.weights)[look.row])
    sign = -1.0 if look.row < len(A) / 2 else 1.0
    inside = sign * rule.sharpness, "·(", float((a.astype(float) ** 2).mean()), Added(-rule.threshold), ")"
    dg = "(", sign * w, "·", rule.sharpness, "·σ(", *inside, "))"
    told = _worked(told, "dA", call, look, lambda p: ("2·", Factor(float(a[p])), " / ", float(a.size), "·", *dg))
    return told._replace(values={"A": A, **told.values}, inputs=1)


def _worked(told: Told, name: str, call: Call, look: Look, of: Callable[[int], Line], is_: str = " = ") -> Told:
    """The same with how each number comes about: name₁ = … = 0.5, or name₁ ← … = 0.5."""
    V = array(call.given)[look.row]
    found = ((label(name, p, V.shape), is_, *of(p), " = ", float(V.ravel()[p])) for p in told.shown)
    return told._replace(lines=tuple(found))


def _follows_sum(call: Call, before: list[Call]) -> bool:
    """Whether it comes right after the first layer that multiplies by a matrix, which the label adds to."""
    last = next((c for c in reversed(before) if c.phase == "forward"), None)
    first = next((c for c in before if c.phase == "forward" and jax.tree.leaves(rules.weights(c.params))), None)
    return last is not None and first is not None and last.keys == first.keys
