"""A = g(Z), unit by unit."""

from dataclasses import dataclass

from jaxtyping import Array, Float

from clearprop import activations
from clearprop.layers.base import Backprop, Layer, Params, Pass, State


@dataclass(frozen=True)
class Activation(Layer):
    """A = g(Z), with g a name of `clearprop.activations` or one of its objects.  Z, A: (..., units).

    >>> import jax.numpy as jnp
    >>> from clearprop.layers import inference
    >>> A, backprop, _ = Activation("relu").forward({}, {}, jnp.array([[-1.0, 2.0]]), inference(1))
    >>> A, backprop(jnp.array([[10.0, 10.0]]))
    (Array([[0., 2.]], dtype=float32), ({}, Array([[ 0., 10.]], dtype=float32)))
    """

    function: str | activations.ActivationFunction

    def __post_init__(self) -> None:
        """Look the function up."""
        object.__setattr__(self, "function", activations.get(self.function))

    def forward(
        self, params: Params, state: State, X: Float[Array, "n *units"], pass_: Pass
    ) -> tuple[Float[Array, "n *units"], Backprop, State]:
        """A = g(Z)"""
        Z, g = X, self.function
        A = g(Z)  # pyright: ignore[reportCallIssue]

        def backprop(dA, feedback=params):
            """dZ = dA g′(Z)"""
            return {}, g.backward(dA, Z, A)  # pyright: ignore[reportAttributeAccessIssue]

        return A, backprop, state
