"""RMSProp: each weight's step is divided by the running size of its own gradient."""

import jax
import jax.numpy as jnp

from clearprop.optim.base import Direction, Optimizer, Rate, optimizer, zeros_like


def rmsprop(
    learning_rate: Rate = 1e-3, beta: float = 0.9, epsilon: float = 1e-8, weight_decay: float = 0.0
) -> Optimizer:
    """s ← β s + (1 − β) g²,  w ← w − η (g / (√s + ε) + λ w).  Tieleman & Hinton 2012, lecture 6e; s starts at 0."""
    return optimizer(_KIND, learning_rate, weight_decay, beta=beta, epsilon=epsilon)


def _point(numbers, gradients, s, t):
    beta, epsilon = numbers["beta"], numbers["epsilon"]
    s = jax.tree.map(lambda s, g: beta * s + (1 - beta) * g * g, s, gradients)
    return jax.tree.map(lambda g, s: g / (jnp.sqrt(s) + epsilon), gradients, s), s


_KIND = Direction("rmsprop", zeros_like, _point)
