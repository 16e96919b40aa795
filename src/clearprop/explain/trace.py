"""`trace`: one learning step of a trained network, every operation of it written down as it happens."""

from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from clearprop import optim, rules
from clearprop.errors import ClearpropError
from clearprop.explain import (  # those that are not used register their layers
    augment_equations,  # noqa: F401
    cortex_equations,  # noqa: F401
    equations,
    image_equations,  # noqa: F401
    loss_equations,
    norm_equations,  # noqa: F401
    own_equations,
    pool_equations,  # noqa: F401
    rule_equations,
)
from clearprop.explain.equations import SIGNS, Look, Told, label, most_important, named_leaves
from clearprop.explain.model import as_fitted
from clearprop.explain.operation import Operation, Phase, Trace
from clearprop.explain.spy import Call, SpiedLoss, Tape, record, spied, spied_rule
from clearprop.explain.terms import Added, Factor, Line
from clearprop.i18n import _
from clearprop.layers import Repeat, Sequence
from clearprop.layers.base import Pass
from clearprop.network import describe
from clearprop.optim.base import apply
from clearprop.registry import name_of
from clearprop.train.fitted import Fitted, precision


def trace(
    model: Any,
    X: Any,
    Y: Any,
    *,
    training: bool = False,
    seed: int = 0,
    units: int = 4,
    learning_rate: float | None = None,
    row: int = 0,
) -> Trace:
    """Every operation of one learning step in order: forward, loss, back and, with a learning rate, W ← W − η dW.

    The network's own layers, loss and learning rule run, and what they compute is written down: the numbers are those
    of the core, for any layer and any rule. Nothing is changed; of an ensemble, the first member is traced.

    >>> from clearprop import Network, layers, train
    >>> net = Network([layers.Dense(1)])
    >>> fitted = train.fit(net, [[1.0, 2.0]], [[1.0]], loss="squared", epochs=1)
    >>> fitted = fitted.replace(params=({"W": np.array([[0.1], [0.2]], "float32"), "b": np.zeros(1, "float32")},))
    >>> found = trace(fitted, [[1.0, 2.0]], [[1.0]])
    >>> [operation.title() for operation in found]
    ['Layer 0, dense: forward', 'The loss, squared', 'Layer 0, dense: backward']
    >>> found.operations[0].equations, found.operations[0].numbers
    (('Z = X W + b',), ('Z₁ = 1·0.1 + 2·0.2 + 0 = 0.5',))

    Args:
        model: a `Fitted`, or an estimator that was fitted.
        X, Y: rows and targets as `train.fit`, or the estimator's `fit`, takes them; of a network's rows also a single
            one without the axis of rows.
        training: a pass as in training: dropout drops, batch normalisation takes the batch's own statistics.
        seed: of what is drawn.
        units: how many units are shown with their numbers: those where |value · gradient| is largest. What works unit
            by unit on a layer's output (an activation, a dropout, a normalisation) shows the units of that layer.
        learning_rate: η of the step of gradient descent at the end; None: no step.
        row: which row's numbers are shown, from 0 as in Python; text for people counts rows from 1. Sums over rows are
            over all of them.

    Raises:
        DataError: data that the network does not take.
        ClearpropError: no trained network; there is no such row, or no unit to show, or a learning rate below 0.
    """
    fitted, X, Y = as_fitted(model, X, Y)
    fitted = fitted.member(0)
    if np.shape(X) == tuple(fitted.input_shape):
        X, Y = np.asarray(X)[None], np.asarray(Y)[None]
    X, Y = fitted.check(X, Y)
    if not 0 <= row < len(X):
        raise ClearpropError(
            _("There is no row {row}: they are numbered from 0 to {last}.").format(row=row, last=len(X) - 1)
        )
    if units < 1:
        raise ClearpropError(_("A trace shows 1 unit or more, not {units}.").format(units=units))
    with precision(fitted.dtype):
        step = _run(fitted, X, Y, training, seed)
        look = Look(row, units)
        operations = [*_of_calls(fitted, step, look), *_of_rule(fitted, step, look)]
        if learning_rate is not None:
            operations += _descent(fitted, step, learning_rate, look)
        numbered = tuple(replace(operation, number=number) for number, operation in enumerate(operations, 1))
        gradients = jax.tree.map(np.asarray, step.gradients)
    return Trace(numbered, float(step.value), gradients, len(X), row, _rule_name(fitted.rule))


Named = tuple[str, int, int]
"""A pass of the rule: its name, which step of it, and how many there are."""


@dataclass
class _Step:
    """What was recorded."""

    calls: list[Call]
    value: Any
    gradients: Any
    memory: Any
    params: Any
    X: Any


def _run(fitted: Fitted, X: Any, Y: Any, training: bool, seed: int) -> _Step:
    """The learning rule's own step, on spied layers."""
    tape = Tape()
    network, loss, rule = spied(fitted.network, tape), SpiedLoss(fitted.loss, tape), spied_rule(fitted.rule, tape)

    def step(X, Y, params, state, learnt, memory, weights, key):
        pass_ = Pass(training, key, weights)
        value, gradients, _state, memory = rule.gradients(network, loss, params, state, learnt, memory, X, Y, pass_)
        return value, gradients, memory

    kept = fitted.params, fitted.state, fitted.learnt, fitted.memory
    weights = np.full(len(X), 1 / len(X), fitted.dtype)
    given = jax.tree.map(jnp.asarray, (X, Y, *kept, weights))
    value, gradients, memory = record(step, tape, (*given, jax.random.key(seed)))
    return _Step(_linked(_in_passes(tape.calls)), value, gradients, memory, given[2], given[0])


def _linked(calls: list[Call]) -> list[Call]:
    """The calls, each forward with the one whose result it was given, just as it was; a layer within comes first."""
    made: dict[int, Call] = {}
    for call in calls:
        if call.phase == "forward":
            call.follows = made.get(id(call.given))
            made.setdefault(id(call.result), call)
    return calls


def _in_passes(calls: list[Call]) -> list[Call]:
    """The calls, each with the pass it belongs to: a pass ends where the signal starts forward again, or back again."""
    passes: list[list[Call]] = []
    for call in calls:
        if not passes or _starts(call, passes[-1]):
            passes.append([])
        passes[-1].append(call)
    for number, each in enumerate(passes):
        for call in each:
            call.stage = f"{call.stage}:{number}"
    return calls


def _starts(call: Call, current: list[Call]) -> bool:
    if call.stage != current[-1].stage:
        return True
    if call.phase == "forward":
        return any(other.phase != "forward" for other in current)
    return call.forward is not None and any(other.forward is call.forward for other in current)


def _stages(calls: list[Call], rule: Any) -> dict[str, Named]:
    """What each pass is called: (name, step, steps)."""
    found = list(dict.fromkeys(call.stage for call in calls))
    plain = [name for name in found if name.startswith(":")]
    settling = [name for name in found if name.startswith("settling")]
    if settling and not any(call.phase == "backward" for call in calls if call.stage == settling[-1]):
        settled = settling.pop()  # the look at where the activities came to rest
    else:
        settled = ""
    named: dict[str, Named] = {settled: ("settled", 0, 0)}
    named |= {name: ("settled", 0, 0) for name in found if name.startswith("settled")}
    named |= {name: ("settling", step, len(settling)) for step, name in enumerate(settling, 1)}
    if isinstance(rule, rules.ForwardForward) and len(plain) == 2:
        return named | {plain[0]: ("neutral", 0, 0), plain[1]: ("labels", 0, 0)}
    if len(plain) == 1:
        return named | {plain[0]: ("", 0, 0)}
    return named | {name: ("pass", step, len(plain)) for step, name in enumerate(plain, 1)}


def _of_calls(fitted: Fitted, step: _Step, look: Look) -> list[Operation]:
    """An operation for each call that computes something of its own, and those of the rule between them."""
    stages, found, skipped, before = _stages(step.calls, fitted.rule), [], 0, []
    in_sequence = isinstance(fitted.network, Sequence)
    for call in step.calls:
        named = stages[call.stage] if call.phase != "backward" or call.forward is None else _of_back(stages, call)
        name, number, of = named
        direct = call.top and (bool(call.keys) or call.phase == "loss")
        if name in ("settling", "pass") and 1 < number < of and of > 3:
            skipped = of - 2
        else:
            told = _between(fitted, call, before, step, look) if direct and in_sequence else None
            if told is not None:
                found.append(_operation(call.phase, call.place, "rule", told, named, skipped))
                skipped = 0
            if call.phase == "loss" or not isinstance(call.layer, Sequence | Repeat):
                found.append(_of_call(call, look, named, skipped))
                skipped = 0
        if direct:
            before.append(call)
    return found


def _of_back(stages: Any, call: Call) -> tuple[str, int, int]:
    """A way back may come long after its forward, as forward-forward's last layer's does: it is of that pass."""
    own = stages[call.stage]
    return stages[call.forward.stage] if own[0] == "labels" and call.forward else own


def _between(fitted: Fitted, call: Call, before: list[Call], step: _Step, look: Look) -> Told | None:
    """What the rule did before this call, if it did anything."""
    if call.phase == "loss" or (call.phase == "forward" and call.keys == (0,) and np.array_equal(call.given, step.X)):
        return None
    return rule_equations.changed(fitted.rule, call, before, fitted.memory, look)


def _of_call(call: Call, look: Look, named: tuple[str, int, int], skipped: int) -> Operation:
    if call.phase == "loss":
        told, kind = loss_equations.told(call, look), loss_equations.kind_of(call.layer)
    else:
        tell = equations.forward if call.phase == "forward" else equations.backward
        told, kind = tell(call.layer, call, look), name_of(type(call.layer))
    return _operation(call.phase, call.place, kind, told, named, skipped)


def _operation(phase: Any, place: str, kind: str, told: Told, named: Named = ("", 0, 0), skipped: int = 0) -> Operation:
    names, (stage, number, of) = tuple(told.values), named
    return Operation(
        0, phase, place, kind, told.equations, told.lines, told.values, names[: told.inputs], names[told.inputs :],
        told.shown, told.left_out, stage, number, of, skipped,
    )  # fmt: skip


def _of_rule(fitted: Fitted, step: _Step, look: Look) -> list[Operation]:
    """The rule's own gradients, and the change of what it keeps."""
    own = own_equations.own_gradients(fitted.rule, step.gradients["rule"], fitted.learnt, step.calls, look)
    moved = own_equations.moved_memory(fitted.rule, fitted.memory, step.memory, look)
    phases: list[tuple[Phase, Told | None]] = [("backward", own), ("backward", moved)]
    return [_operation(phase, "", "rule", told) for phase, told in phases if told is not None]


def _descent(fitted: Fitted, step: _Step, learning_rate: float, look: Look) -> list[Operation]:
    """w ← w − η dw for every parameter, layer by layer, then for what the rule learns besides."""
    weights = {"params": step.params, "rule": jax.tree.map(jnp.asarray, fitted.learnt)}
    optimizer = optim.gradient_descent(learning_rate)
    after = jax.jit(_moved)(optimizer, step.gradients, weights)
    found = []
    for place, own in _by_layer(fitted.network, weights["params"]):
        gradients, moved = (named_leaves(own(tree)) for tree in (step.gradients["params"], after["params"]))
        told = _stepped(named_leaves(own(weights["params"])), gradients, moved, learning_rate, look)
        if told is not None:
            found.append(_operation("descent", place[0], place[1], told))
    own = (own_equations.by_name(fitted.rule, tree["rule"]) for tree in (weights, step.gradients, after))
    told = _stepped(*own, rate=learning_rate, look=look)
    return found if told is None else [*found, _operation("descent", "", "rule", told)]


def _moved(optimizer: optim.Optimizer, gradients: Any, weights: Any) -> Any:
    """The weights after one step."""
    updates, _memory = optimizer.update(gradients, optimizer.init(weights), weights)
    return apply(weights, updates)


def _by_layer(network: Any, params: Any) -> list[Any]:
    """((place, kind), how to get its part of a tree) for each layer of the network; a block is one."""
    if not isinstance(network, Sequence):
        return [(("", name_of(type(network))), lambda tree: tree)]
    return [
        ((f"{index} {describe(layer)}", name_of(type(layer))), lambda tree, index=index: tree[index])
        for index, layer in enumerate(network.layers)
    ]


def _stepped(old: dict, gradients: dict, new: dict, rate: float, look: Look) -> Told | None:
    """W ← W − η dW, for each array of a layer."""
    if not old:
        return None
    lines: list[Line] = []
    symbols, values, found, left = [], {}, {}, 0
    for name, W in old.items():
        g, sign = gradients[name], str(SIGNS.get(name, name))
        shown = most_important(W, g, look.units) if W.any() else most_important(g, None, look.units)
        for p in shown:
            numbers = float(W.ravel()[p]), float(g.ravel()[p]), float(new[name].ravel()[p])
            lines.append((f"{label(sign, p, W.shape)} ← ", numbers[0], Added(-rate) if rate else " − 0", "·",
                          Factor(numbers[1]), " = ", numbers[2]))  # fmt: skip
        symbols.append(f"{sign} ← {sign} − η d{sign}")
        values |= {sign: W, f"d{sign}": g}
        found |= {f"{sign}′": new[name]}
        left += W.size - len(shown)
    return Told(tuple(symbols), tuple(lines), {**values, **found}, len(values), (), left)


def _rule_name(rule: Any) -> str:
    return name_of(type(rule))
