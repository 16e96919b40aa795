"""Before the first step: the weights drawn, and whatever else learning changes, in one compiled program.

Drawn one by one, the arrays of a small network took longer than training it: some 25 little programs, each traced,
compiled or found in the cache, and called.
"""

from typing import Any, NamedTuple

import jax
import numpy as np

from clearprop.compilation import program
from clearprop.errors import DataError
from clearprop.i18n import _
from clearprop.layers.base import Shape
from clearprop.rules import own_key
from clearprop.traced import join
from clearprop.train import members as ensemble
from clearprop.train.program import Carry, Learner, begin

MOST_LAYERS = 32
"""Layers whose draws are compiled as one; a hundred draws in one program would take minutes to compile, while one by
one they share programs."""


class Start(NamedTuple):
    """What the program is compiled for: everything that is not a number; shape is that of one row."""

    network: Any
    rule: Any
    shapes: tuple[Shape, ...]
    members: int
    dtype: str


def start(plan: Start, optimizer: Any, numbers: Any, seed: int, given: dict[str, Any]) -> tuple[Carry, Any]:
    """(what training begins with, the source of its random numbers)

    Args:
        plan: what to compile for.
        optimizer: whose memory is to begin.
        numbers: of the rule.
        seed: of all that is drawn.
        given: params, state, learnt, memory, optimizer_state, to go on with; each may be None, to be drawn, and so may
            the state of any layer.

    Raises:
        DataError: something given has another shape than the network's own.
    """
    bits = np.array([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)
    if any(value is not None for value in given.values()):
        own = jax.eval_shape(lambda: _own(plan, optimizer, numbers, bits, {}))
        given = {name: _like(own[name], value, name) for name, value in given.items() if value is not None}
    else:
        given = {}
    draw = _start if len(plan.shapes) <= MOST_LAYERS else _start.function
    return draw(plan, optimizer, numbers, bits, given)


@program(options={"xla_backend_optimization_level": 1})  # it runs once: half the time to compile, and no slower
def _start(plan: Start, optimizer: Any, numbers: Any, bits: Any, given: dict[str, Any]) -> tuple[Carry, Any]:
    own = _own(plan, optimizer, numbers, bits, given)
    learner = Learner({"params": own["params"], "rule": own["learnt"]}, own["state"], own["memory"])
    key = jax.random.fold_in(jax.random.wrap_key_data(bits), 2)
    return begin(learner, own["optimizer_state"], plan.dtype, plan.members), ensemble.keys(plan.members, key)


def _own(plan: Start, optimizer: Any, numbers: Any, bits: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Each of `given`, drawn where it is not there."""
    key = jax.random.wrap_key_data(bits)
    keys = ensemble.keys(plan.members, key), ensemble.keys(plan.members, own_key(key))
    draw = ensemble.each(plan.members, lambda key: plan.network.init(key, plan.shapes[0])[:2])
    drawn = dict(zip(("params", "state"), _cast(draw(keys[0]), plan.dtype), strict=True))
    given = {**given, "state": _filled(given.get("state"), drawn["state"])}
    own = drawn | given
    rule = join(plan.rule, numbers)
    ready = ensemble.each(plan.members, lambda params, key: rule.init(plan.network, params, list(plan.shapes), key))
    learnt = dict(zip(("learnt", "memory"), _cast(ready(own["params"], keys[1]), plan.dtype), strict=True))
    own |= {**learnt, **given}
    fresh = ensemble.each(plan.members, optimizer.init)({"params": own["params"], "rule": own["learnt"]})
    return {"optimizer_state": fresh, **own}


def _filled(given: Any, own: Any) -> Any:
    """A network's state as given, with its own where there is none, of all layers or of some."""
    if not isinstance(given, tuple):
        return own if given is None else given
    return tuple(o if g is None else g for g, o in zip(given, own, strict=True))


def _cast(tree: Any, dtype: str) -> Any:
    return jax.tree.map(lambda a: a.astype(dtype) if a.dtype.kind == "f" else a, tree)


def _like(own: Any, given: Any, what: str) -> Any:
    """The given tree, seen to have the shapes of one's own."""
    try:
        if what == "state" and isinstance(given, tuple):
            own = tuple(None if g is None else o for o, g in zip(own, given, strict=True))
        given = jax.tree.map(lambda o, g: np.asarray(g, o.dtype), own, given)
        leaves = zip(jax.tree.leaves(own), jax.tree.leaves(given), strict=True)
        wrong = [g.shape for o, g in leaves if o.shape != g.shape]
    except (ValueError, TypeError) as error:
        raise DataError(
            _("{what} does not fit the network: {error}").format(what=what, error=str(error).splitlines()[0])
        ) from error
    if wrong:
        raise DataError(
            _("{what} does not fit the network: an array of shape {shape} is out of place.").format(
                what=what, shape=wrong[0]
            )
        )
    return given
