"""What an optimizer is: an (init, update) pair, as in Optax, so that any Optax transformation drops in unchanged::

    init(params)                        → state
    update(gradients, state, params)    → (updates, state)      params ← params + updates

Ours all have the same last step, with η_t the learning rate at step t and λ the decoupled decay:

    w ← w − η_t (direction + λ w)

and differ in the direction alone. So each file of this folder holds a direction and nothing else.

The numbers (η, λ, β …) are leaves of a tree that the compiled program takes as arguments: changing one never
recompiles. The functions are the same for every optimizer of a kind.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Int

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Params
from clearprop.optim.schedules import Schedule, schedule

Numbers = dict[str, Any]
Rate = float | Schedule | Callable[[Array], Any]


class Direction(NamedTuple):
    """How a kind of optimizer turns gradients into the direction to go against.

    `start(params) → memory`;  `point(numbers, gradients, memory, t) → (direction, memory)`, t = 1 at the first step.
    """

    name: str
    start: Callable[[Params], Any]
    point: Callable[[Numbers, Params, Any, Any], tuple[Params, Any]]


class OptimizerState(NamedTuple):
    """How many steps have been taken, and what the direction remembers."""

    step: Int[Array, ""]
    memory: Any


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Optimizer:
    """w ← w − η_t (direction + λ w).  Made by `gradient_descent`, `adam` and their like."""

    direction: Direction = field(metadata={"static": True})
    learning_rate: Any
    weight_decay: Any
    numbers: Numbers

    def init(self, params: Params) -> OptimizerState:
        """No step taken yet."""
        return OptimizerState(jnp.zeros((), jnp.int32), self.direction.start(params))

    def update(self, gradients: Params, state: OptimizerState, params: Params) -> tuple[Params, OptimizerState]:
        """(−η_t (direction + λ w), new state)"""
        rate = schedule(self.learning_rate)(state.step)
        step = state.step + 1
        direction, memory = self.direction.point(self.numbers, gradients, state.memory, step)
        updates = jax.tree.map(lambda d, w: -rate * (d + self.weight_decay * w), direction, params)
        return updates, OptimizerState(step, memory)


def optimizer(direction: Direction, learning_rate: Rate, weight_decay: float = 0.0, **numbers: float) -> Optimizer:
    """An optimizer of this kind, its numbers checked.

    Raises:
        ClearpropError: a rate, decay or number that is negative or not finite.
    """
    for name, value in {"learning_rate": learning_rate, "weight_decay": weight_decay, **numbers}.items():
        if isinstance(value, (int, float)) and not (math.isfinite(value) and value >= 0):
            raise ClearpropError(
                _("{optimizer}: {name} must be a finite number of 0 or more, not {value}.").format(
                    optimizer=direction.name, name=name, value=value
                )
            )
    return Optimizer(direction, schedule(learning_rate), float(weight_decay), {k: float(v) for k, v in numbers.items()})


def zeros_like(params: Params) -> Params:
    """Zeros of the parameters' shapes: what a direction that remembers starts from."""
    return jax.tree.map(jnp.zeros_like, params)


def apply(params: Params, updates: Params) -> Params:
    """The parameters after a step: params + updates."""
    return jax.tree.map(jnp.add, params, updates)
