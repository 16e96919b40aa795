"""Each row brought to mean 0 and variance 1 over its own features."""

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State, rows


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Y = γ X̂ + β,  X̂ = (X − μ) / √(σ² + ε), with μ and σ² over the last axis.  X: (..., features).

    Ba, Kiros & Hinton 2016, equation 3.
    """

    epsilon: float = 1e-5

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """γ = 1, β = 0."""
        return {"gamma": jnp.ones(shape[-1]), "beta": jnp.zeros(shape[-1])}, {}, shape

    def forward(
        self, params: Params, state: State, X: Float[Array, "n *positions features"], pass_: Pass
    ) -> tuple[Float[Array, "n *positions features"], Backprop, State]:
        """Y = γ X̂ + β"""
        centred = X - X.mean(-1, keepdims=True)
        scale = 1 / jnp.sqrt((centred * centred).mean(-1, keepdims=True) + self.epsilon)
        X_hat = centred * scale

        def backprop(dY, feedback=params):
            """dγ = Σ dY X̂,  dβ = Σ dY,  dX = (D − mean D − X̂ mean(D X̂)) / √(σ² + ε) with D = γ dY"""
            D = feedback["gamma"] * dY
            dX = scale * (D - D.mean(-1, keepdims=True) - X_hat * (D * X_hat).mean(-1, keepdims=True))
            return {"gamma": rows(dY * X_hat).sum(0), "beta": rows(dY).sum(0)}, dX

        return params["gamma"] * X_hat + params["beta"], backprop, state
