"""The equations of what a learning rule learns or keeps besides the weights: feedback matrices B, the labels' E."""

from typing import Any

import jax
import numpy as np

from clearprop import layers, rules
from clearprop.explain.equations import Look, Told, array, entry_of_dW, label, most_important, named_leaves, value_lines
from clearprop.explain.spy import Call
from clearprop.explain.terms import Added, Factor, Line, total


def by_name(rule: Any, tree: Any) -> dict[str, np.ndarray]:
    """The arrays of a tree of the rule's own, as equations call them: E, or B[2] where it goes with layer 2's W.

    >>> list(by_name(rules.KolenPollack(), (None, {"W": 1.0}))), list(by_name(rules.ForwardForward(), 1.0))
    (['B[1]'], ['E'])
    """
    letter = "E" if isinstance(rule, rules.ForwardForward) else "M" if isinstance(rule, rules.SignSymmetry) else "B"
    alone = isinstance(tree, np.ndarray | jax.Array | float)
    return {letter if alone else f"{letter}[{name.removesuffix('/W')}]": V for name, V in named_leaves(tree).items()}


def own_gradients(rule: Any, gradients: Any, learnt: Any, calls: list[Call], look: Look) -> Told | None:
    """The gradients of what the rule learns besides the weights; None where it learns nothing."""
    found = {f"d{name}": gradient for name, gradient in by_name(rule, gradients).items()}
    if not found:
        return None
    if isinstance(rule, rules.ForwardForward):
        return _of_labels(found["dE"], array(learnt), calls, look)
    if isinstance(rule, rules.KolenPollack):
        return _twins(found, gradients, calls, look)
    return _listed(found, ("dB = ∂loss/∂B",), look)


def _of_labels(dE: np.ndarray, E: np.ndarray, calls: list[Call], look: Look) -> Told:
    """dE = Lᵀ dZ; which label each row was shown is read off what was added to its Z."""
    told = _listed({"dE": dE}, ("dE = Lᵀ dZ",), look)
    direct = [call for call in calls if call.top and call.keys]
    weighted = next(c.keys for c in direct if c.phase == "forward" and jax.tree.leaves(rules.weights(c.params)))
    back = next(c for c in direct if c.phase == "backward" and c.keys == weighted)
    assert back.forward is not None
    after = next((c for c in direct[direct.index(back.forward) + 1 :] if c.phase == "forward"), None)
    Z = array(back.forward.result)
    if after is None or np.shape(after.given) != Z.shape:
        return told
    table, d = E.reshape(len(E), -1), array(back.given).reshape(len(Z), -1)
    added = (array(after.given) - Z).reshape(len(Z), 1, -1)
    shown = ((added - table) ** 2).sum(-1).argmin(1)  # the row of E that it is, to rounding
    lines = []
    for place in most_important(dE, None, look.units):
        c, j = divmod(place, table.shape[1])
        terms = [(v,) for v in d[shown == c, j]] or [(0.0,)]
        lines.append(total(label("dE", place, dE.shape), terms, dE.ravel()[place]))
    L = np.eye(len(E), dtype=dE.dtype)[shown]
    return told._replace(lines=tuple(lines), values={"L": L, "dZ": array(back.given), "dE": dE}, inputs=2)


def _twins(found: dict[str, np.ndarray], gradients: Any, calls: list[Call], look: Look) -> Told:
    """dB = dW, with the sums of a dense layer's dW."""
    dense = {c.keys for c in calls if type(c.layer) is layers.Dense}
    paths = [path for path, _leaf in jax.tree_util.tree_flatten_with_path(gradients)[0]]
    lines: tuple[Line, ...] = ()
    places = [tuple(getattr(key, "idx", getattr(key, "key", key)) for key in path[:-1]) for path in paths]
    told = _listed(found, ("dB = dW = Xᵀ dZ" if dense.issuperset(places) else "dB = dW",), look)
    for keys, (name, dB) in zip(places, found.items(), strict=True):
        backs = [c for c in calls if (c.phase, c.keys) == ("backward", keys) and keys in dense]
        shown = most_important(dB, None, look.units)
        if len(backs) != 1 or backs[0].forward is None:
            lines += value_lines(name, dB, shown)
            continue
        x, d = (array(V).reshape(-1, V.shape[-1]) for V in (backs[0].forward.given, backs[0].given))
        lines += tuple(entry_of_dW(name, dB, x, d, place) for place in shown)
    return told._replace(lines=lines)


def moved_memory(rule: Any, before: Any, after: Any, look: Look) -> Told | None:
    """What the rule keeps without learning it, where this step changed it; else None."""
    was, now = by_name(rule, before), by_name(rule, after)
    found = {name: V for name, V in now.items() if name not in was or not np.array_equal(V, was[name])}
    if not found:
        return None
    if isinstance(rule, rules.WeightMirror):
        return _mirrored(rule, {name: was[name] for name in found}, found, look)
    return _listed(found, ("M = |D|" if isinstance(rule, rules.SignSymmetry) else "B ← rule(B)",), look)


def _mirrored(rule: rules.WeightMirror, was: dict, now: dict, look: Look) -> Told:
    """B ← (1 − decay) B + rate · Sᵀ R / n; what the noise brought, Sᵀ R / n, is one number."""
    told, lines = _listed(now, ("B ← (1 − decay) B + rate · Sᵀ R / n",), look), []
    decay = rule.rate if rule.decay is None else rule.decay
    for name, B in now.items():
        for p in most_important(B, None, look.units):
            old, new = float(was[name].ravel()[p]), float(B.ravel()[p])
            noise = (new - (1 - decay) * old) / rule.rate if rule.rate else 0.0
            kept = f"{label(name, p, B.shape)} ← (", 1.0, Added(-decay), ")·", Factor(old)
            lines.append((*kept, Added(rule.rate), "·", Factor(noise), " = ", new))
    values = {**was, **{f"{name}′": B for name, B in now.items()}}
    return told._replace(lines=tuple(lines), values=values, inputs=len(was))


def _listed(found: dict[str, np.ndarray], equations: tuple[str, ...], look: Look) -> Told:
    lines, left = (), 0
    for name, V in found.items():
        shown = most_important(V, None, look.units)
        lines += value_lines(name, V, shown)
        left += V.size - len(shown)
    return Told(equations, lines, found, 0, (), left)
