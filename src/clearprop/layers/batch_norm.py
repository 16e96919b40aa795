"""Each feature brought to mean 0 and variance 1 over the batch."""

import math
from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State


@dataclass(frozen=True)
class BatchNorm(Layer):
    """Y = γ X̂ + β,  X̂ = (X − μ) / √(σ² + ε), with the batch's μ and σ² while training, running ones otherwise.

    X: (n, ..., features); μ and σ² are over all axes but the last. Rows count by their weights, so a padded row does
    not count: μ = Σ_i w_i X_i,  σ² = Σ_i w_i (X_i − μ)². The running ones move by
    running ← momentum · running + (1 − momentum) · batch, with σ² / (1 − Σ w²) as the batch's unbiased variance (σ² n /
    (n − 1) for equal weights). A batch of one position leaves them alone.

    Ioffe & Szegedy 2015, algorithm 1.
    """

    momentum: float = 0.9
    epsilon: float = 1e-5

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """γ = 1, β = 0; running mean 0, variance 1."""
        one, zero = jnp.ones(shape[-1]), jnp.zeros(shape[-1])
        return {"gamma": one, "beta": zero}, {"mean": zero, "variance": one}, shape

    def forward(
        self, params: Params, state: State, X: Float[Array, "n *positions features"], pass_: Pass
    ) -> tuple[Float[Array, "n *positions features"], Backprop, State]:
        """Y = γ X̂ + β"""
        if not pass_.training:
            return self._with_running_statistics(params, state, X)
        axes = tuple(range(X.ndim - 1))
        w = pass_.weights.reshape(-1, *[1] * (X.ndim - 1)) / math.prod(X.shape[1:-1])
        mean = (w * X).sum(axes)
        variance = (w * (X - mean) ** 2).sum(axes)
        scale = 1 / jnp.sqrt(variance + self.epsilon)
        X_hat = (X - mean) * scale

        def backprop(dY, feedback=params):
            """dγ = Σ dY X̂,  dβ = Σ dY,  dX = γ / √(σ² + ε) · (dY − w dβ − w X̂ dγ)"""
            dgamma, dbeta = (dY * X_hat).sum(axes), dY.sum(axes)
            dX = feedback["gamma"] * scale * (dY - w * dbeta - w * X_hat * dgamma)
            return {"gamma": dgamma, "beta": dbeta}, dX

        return params["gamma"] * X_hat + params["beta"], backprop, self._moved(state, mean, variance, w, X)

    def _moved(self, state: State, mean: Array, variance: Array, w: Array, X: Array) -> State:
        """The running statistics after this batch."""
        positions = math.prod(X.shape[1:-1])
        shared = positions * (w * w).sum()  # Σ w² over every position: 1 / n for n equal ones
        known = (shared > 0) & (shared < 1 - 1e-6)  # of one position, or none, nothing is known
        step = jnp.where(known, 1 - self.momentum, 0)
        unbiased = variance / jnp.where(known, 1 - shared, 1)
        return {
            "mean": state["mean"] + step * (mean - state["mean"]),
            "variance": state["variance"] + step * (unbiased - state["variance"]),
        }

    def _with_running_statistics(self, params: Params, state: State, X: Array) -> tuple[Array, Backprop, State]:
        scale = 1 / jnp.sqrt(state["variance"] + self.epsilon)
        X_hat = (X - state["mean"]) * scale

        def backprop(dY, feedback=params):
            """dγ = Σ dY X̂,  dβ = Σ dY,  dX = γ / √(σ² + ε) · dY"""
            axes = tuple(range(X.ndim - 1))
            gradients = {"gamma": (dY * X_hat).sum(axes), "beta": dY.sum(axes)}
            return gradients, feedback["gamma"] * scale * dY

        return params["gamma"] * X_hat + params["beta"], backprop, state
