"""Layers that give only a forward: automatic differentiation gives the way back."""

import abc
from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array

from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, Values


class Automatic(Layer):
    """A layer of your own: write `compute(params, X)`, and `init` if it learns something.

    The package's own layers write their way back by hand, which is what it exists for; this is for yours. The way back
    takes `feedback` like any other: dX is found with the feedback weights in the parameters' place.
    """

    @abc.abstractmethod
    def compute(self, params: Params, X: Values) -> Values:
        """Y, from JAX operations."""

    def forward(self, params: Params, state: State, X: Values, pass_: Pass) -> tuple[Values, Backprop, State]:
        """Y = compute(params, X)"""
        Y, pull = jax.vjp(self.compute, params, X)

        def backprop(dY, feedback=params):
            """Both from the vector–Jacobian product of `compute`."""
            gradients, dX = pull(dY)
            if feedback is not params:
                dX = jax.vjp(lambda x: self.compute(feedback, x), X)[1](dY)[0]
            return gradients, dX

        return Y, backprop, state


@dataclass(frozen=True)
class Lambda(Automatic):
    """Y = function(X), a function of yours that learns nothing.  X: (n, ...), Y: (n, ...).

    >>> import jax, jax.numpy as jnp
    >>> Lambda(lambda X: jnp.concatenate([jnp.sin(X), jnp.cos(X)], -1)).init(jax.random.key(0), (3,))[2]
    (6,)
    """

    function: Callable[[Values], Values]

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Nothing to learn; the shape is found by tracing the function."""
        return {}, {}, jax.eval_shape(self.function, jax.ShapeDtypeStruct((1, *shape), jnp.float32)).shape[1:]

    def compute(self, params: Params, X: Values) -> Values:
        """Y = function(X)"""
        return self.function(X)
