"""Many copies of one layer in a row, compiled as one: depth without the compile time."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax.extend import core
from jaxtyping import Array

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, Values
from clearprop.layers.sequence import Sequence


@dataclass(frozen=True)
class Repeat(Layer):
    """Y = body_T(… body_2(body_1(X))): `times` copies of a layer, each with weights of its own.

    As a sequence of the copies, but the compiler sees one body and a loop (`jax.lax.scan`), so that 200 blocks compile
    as fast as one. params, state, gradients and feedback are the body's with one more axis in front: W is
    (times, fan_in, units). The body must leave the shape of a row as it is.

    >>> from clearprop.layers import Dense
    >>> params, _state, shape = Repeat(Dense(8), 200).init(jax.random.key(0), (8,))
    >>> params["W"].shape, shape
    ((200, 8, 8), (8,))
    """

    body: Layer
    times: int

    def __init__(self, body: Layer | Iterable[Layer], times: int):
        """A list of layers becomes a sequence."""
        if times < 1:
            raise ClearpropError(_("A layer is repeated 1 time or more, not {}.").format(times))
        object.__setattr__(self, "body", body if isinstance(body, Layer) else Sequence(body))
        object.__setattr__(self, "times", times)

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Each copy's own draw, stacked.

        Raises:
            ClearpropError: the body changes the shape of a row.
        """
        after = self.body.init(key, shape)[2]
        if after != tuple(shape):
            raise ClearpropError(
                _("A repeated layer must keep the shape of a row; this one makes {} of {}.").format(after, tuple(shape))
            )
        params, state = jax.vmap(lambda k: self.body.init(k, shape)[:2])(jax.random.split(key, self.times))
        return params, state, after

    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """X → copy 1 → … → copy T → Y"""
        way_back: list[Any] = []

        def step(X, copy):
            own_params, own_state, index = copy
            Y, backprop, own_state = self.body.forward(own_params, own_state, X, pass_.of_layer(index))
            # A loop can hand on arrays but no function: the way back is split into a program, the same for every
            # copy, and the arrays that it needs, which the loop stacks.
            program, result = jax.make_jaxpr(backprop, return_shape=True)(Y, own_params)
            way_back[:] = [program.jaxpr, jax.tree.structure(result)]
            return Y, (own_state, program.consts)

        Y, (state, kept) = jax.lax.scan(step, X, (params, state, jnp.arange(self.times)))
        program, structure = way_back

        def backprop(dY, feedback=params):
            """From dY back through copy T, …, copy 1 to dX"""

            def step_back(dY, copy):
                needs, B = copy
                found = core.jaxpr_as_fun(core.ClosedJaxpr(program, needs))(dY, *jax.tree.leaves(B))
                gradients, dX = jax.tree.unflatten(structure, found)
                return dX, gradients

            dX, gradients = jax.lax.scan(step_back, dY, (kept, feedback), reverse=True)
            return gradients, dX

        return Y, backprop, state
