"""A network and a loss that write down what is done with them.

Every layer is copied, and the copy's class is a subclass that notes what goes in and what comes out; so the learning
rule runs as it always does, on layers that compute as they always do, and the tape holds the very numbers.

The whole is compiled once, as training is, with everything noted as a result. Loops are unrolled for it, so that each
turn of them is noted. What is traced for something else within (inside a layer's own `jax.vjp`, say) is not noted: the
layer around it is.
"""

import copy
import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
from jax.core import Tracer
from jax.extend import core

from clearprop.layers import Dropout, Repeat, Sequence
from clearprop.layers.base import Layer
from clearprop.network import describe
from clearprop.rules import PredictiveCoding


@dataclass(eq=False)
class Call:
    """One forward, one way back, or one loss.

    Attributes:
        phase: "forward", "backward" or "loss".
        layer: the layer as it was given, or the loss.
        keys: where its parameters are in the network's tree.
        place: its place and name, "2 residual / body / 0 dense".
        given: what went in: X; on the way back dY; for the loss Y_hat.
        result: what came out: Y; on the way back dX; for the loss dY_hat.
        params, state, pass_: as the forward got them; for the loss, params are (Y, weights).
        after: a forward's new state; a way back's gradients; a loss's value.
        feedback: what the way back got in the parameters' place.
        forward: the forward that a way back belongs to, else None.
        follows: the forward whose result a forward was given, if it was just that.
        ways_back: those that belong to a forward.
        inside: the calls of a container's own layers, one level down.
        factor: of a dropout layer's forward, M / (1 − rate): its way back of ones.
        stage: which of the rule's passes.
        top: whether it is inside no other call but the network's own.
    """

    phase: str
    layer: Any
    keys: tuple[Any, ...]
    place: str
    given: Any
    result: Any = None
    params: Any = None
    state: Any = None
    pass_: Any = None
    after: Any = None
    feedback: Any = None
    forward: "Call | None" = None
    follows: "Call | None" = None
    ways_back: list["Call"] = field(default_factory=list)
    inside: list["Call"] = field(default_factory=list)
    factor: Any = None
    stage: str = ""
    top: bool = True

    def arrays(self) -> tuple[Any, ...]:
        """All that was noted of numbers."""
        return tuple(getattr(self, name) for name in NUMBERS)

    def fill(self, arrays: tuple[Any, ...]) -> None:
        """The numbers in the place of what stood for them."""
        for name, value in zip(NUMBERS, arrays, strict=True):
            setattr(self, name, value)


NUMBERS = ("given", "result", "params", "state", "pass_", "after", "feedback", "factor")


class Tape:
    """The calls in the order in which they ended."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.stage = ""
        self.kind: type = jax.Array
        self._open: list[Call] = []

    def notes(self, V: Any) -> bool:
        """Whether these values are of the step itself, and not traced for something within it."""
        return isinstance(V, self.kind) or not isinstance(V, Tracer)

    def note(self, call: Call, do: Callable[[], None]) -> None:
        """Do what the call is, and write it down."""
        call.stage = self.stage
        call.top = not any(around.keys for around in self._open)
        if self._open:
            self._open[-1].inside.append(call)
        self._open.append(call)
        try:
            do()
        finally:
            self._open.pop()
        self.calls.append(call)


def spied(layer: Any, tape: Tape, keys: tuple[Any, ...] = (), place: str = "") -> Any:
    """A copy of the layer, or network, that notes its calls and those of all layers within it."""
    inner = _with_spied_parts(_unrolled(layer), tape, keys, place)
    compute = type(inner).forward

    def forward(self, params, state, X, pass_):
        if not tape.notes(X):
            return compute(self, params, state, X, pass_)
        call, back = Call("forward", layer, keys, place, X, params=params, state=state, pass_=pass_), []

        def do():
            call.result, way_back, call.after = compute(self, params, state, X, pass_)
            back.append(way_back)
            if isinstance(layer, Dropout):
                call.factor = way_back(jnp.ones_like(call.result))[1]

        tape.note(call, do)
        return call.result, _noted_way_back(call, back[0], params, tape), call.after

    return _of_class(inner, {"forward": forward})


def _noted_way_back(forward: Call, go_back: Callable[..., Any], params: Any, tape: Tape) -> Callable[..., Any]:
    def backprop(dY, feedback=params):
        if not tape.notes(dY):
            return go_back(dY, feedback)
        call = Call("backward", forward.layer, forward.keys, forward.place, dY, params=params, feedback=feedback)
        call.state, call.pass_, call.forward = forward.state, forward.pass_, forward

        def do():
            call.after, call.result = go_back(dY, feedback)

        forward.ways_back.append(call)
        tape.note(call, do)
        return call.after, call.result

    return backprop


class SpiedLoss:
    """A loss that notes its calls and is else the loss."""

    def __init__(self, loss: Any, tape: Tape):
        self._loss, self._tape = loss, tape

    def __getattr__(self, name: str) -> Any:
        """What the loss itself has."""
        return getattr(self._loss, name)

    def __call__(self, Y_hat, Y, weights):
        """(value, dY_hat), noted"""
        if not self._tape.notes(Y_hat):
            return self._loss(Y_hat, Y, weights)
        call = Call("loss", self._loss, (), "", Y_hat, params=(Y, weights))

        def do():
            call.after, call.result = self._loss(Y_hat, Y, weights)

        self._tape.note(call, do)
        return call.after, call.result


def spied_rule(rule: Any, tape: Tape) -> Any:
    """A copy of the rule that says on the tape which of its passes it is in, where it has names for them."""
    if not isinstance(rule, PredictiveCoding):
        return rule

    def settle(name):
        method = getattr(type(rule), name)

        def noted(self, *given):
            tape.stage = "settling"
            try:
                return method(self, *given)
            finally:
                tape.stage = "settled"

        return noted

    return _of_class(copy.copy(rule), {name: settle(name) for name in ("_settle_errors", "_settle_activities")})


def record(step: Callable[..., Any], tape: Tape, arguments: tuple[Any, ...]) -> Any:
    """`step(*arguments)`, compiled; the tape's calls get their numbers.

    A step whose course hangs on its numbers (a loop until something is small) cannot be unrolled: it runs one operation
    after the other.
    """
    try:
        return _record_compiled(step, tape, arguments)
    except jax.errors.ConcretizationTypeError:
        tape.calls, tape.stage, tape.kind = [], "", jax.Array
        with jax.disable_jit():
            return step(*arguments)


def _record_compiled(step: Callable[..., Any], tape: Tape, arguments: tuple[Any, ...]) -> Any:
    trees: list[Any] = []  # how the results are put together again: places in the list of different arrays

    def noted(*arguments):
        tape.kind = type(jax.tree.leaves(arguments)[0])
        result = step(*arguments)
        leaves, tree = jax.tree.flatten((result, [call.arrays() for call in tape.calls]))
        different = {id(leaf): leaf for leaf in leaves}
        order = {name: place for place, name in enumerate(different)}
        trees[:] = [tree, [order[id(leaf)] for leaf in leaves]]
        return list(different.values())

    with jax.disable_jit():
        program = jax.make_jaxpr(noted)(*arguments)
    compiled = jax.jit(core.jaxpr_as_fun(program), compiler_options={"xla_backend_optimization_level": 1})
    found = compiled(*jax.tree.leaves(arguments))  # it runs once: half the time to compile
    tree, places = trees
    result, numbers = jax.tree.unflatten(tree, [found[place] for place in places])
    for call, arrays in zip(tape.calls, numbers, strict=True):
        call.fill(arrays)
    return result


class _Unrolled(Repeat):
    """A `Repeat` whose loop is Python's, so that every copy's numbers are there to be noted."""

    copies: tuple[Layer, ...]

    def forward(self, params, state, X, pass_):
        backs, states = [], []
        for index, body in enumerate(self.copies):
            X, back, after = body.forward(_slice(params, index), _slice(state, index), X, pass_.of_layer(index))
            backs.append(back)
            states.append(after)

        def backprop(dY, feedback=params):
            found = []
            for index in reversed(range(len(backs))):
                gradients, dY = backs[index](dY, _slice(feedback, index))
                found.append(gradients)
            return _stacked(found[::-1]), dY

        return X, backprop, _stacked(states)


def _slice(tree: Any, index: int) -> Any:
    return jax.tree.map(lambda leaf: leaf[index], tree)


def _stacked(trees: list[Any]) -> Any:
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *trees)


def _unrolled(layer: Any) -> Any:
    if not isinstance(layer, Repeat):
        return layer
    twin = _of_class(copy.copy(layer), {"forward": _Unrolled.forward})
    object.__setattr__(twin, "copies", (layer.body,) * layer.times)
    return twin


def _with_spied_parts(layer: Any, tape: Tape, keys: tuple[Any, ...], place: str) -> Any:
    """A copy whose fields hold spied layers where they held layers."""
    twin = copy.copy(layer)
    for name in _fields(twin):
        value = getattr(twin, name)
        if (isinstance(value, Layer) and name != "body") or (name == "body" and not isinstance(layer, Repeat)):
            new = _spied_child(value, tape, keys, place, name)
        elif isinstance(value, (tuple, list)):
            new = _spied_items(value, tape, keys, place)
        else:
            continue
        object.__setattr__(twin, name, new)
    return twin


def _spied_items(items: Any, tape: Tape, keys: tuple[Any, ...], place: str) -> Any:
    """A tuple or list with spied layers, also one level down, as `Columns` has them."""
    return type(items)(
        type(item)(_spied_child(part, tape, keys, place, index) for part in item)
        if isinstance(item, (tuple, list)) and not hasattr(item, "_fields")
        else _spied_child(item, tape, keys, place, index)
        for index, item in enumerate(items)
    ) if not hasattr(items, "_fields") else items  # fmt: skip


def _spied_child(part: Any, tape: Tape, keys: tuple[Any, ...], place: str, key: Any) -> Any:
    if not isinstance(part, Layer):
        return part
    name = str(key) if isinstance(part, Sequence) else f"{key} {describe(part)}"
    return spied(part, tape, (*keys, key), f"{place} / {name}" if place else name)


def _fields(part: Any) -> list[str]:
    names = [f.name for f in dataclasses.fields(part)] if dataclasses.is_dataclass(part) else []
    return list(dict.fromkeys([*names, *getattr(part, "__dict__", ())]))


def _of_class(part: Any, methods: dict[str, Any]) -> Any:
    """The object itself, its class now a subclass of the same name with other methods."""
    cls: Any = type(part)
    named = {"name": cls.__dict__["name"]} if "name" in cls.__dict__ else {}
    own = {"__slots__": (), "__module__": cls.__module__, **named, **methods}
    object.__setattr__(part, "__class__", type(cls)(cls.__name__, (cls,), own))
    return part
