"""Adam: momentum and RMSProp together, both corrected for having started at zero."""

import jax
import jax.numpy as jnp

from clearprop.optim.base import Direction, Optimizer, Rate, optimizer, zeros_like


def adam(learning_rate: Rate = 1e-3, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> Optimizer:
    """m ← β₁ m + (1 − β₁) g,  s ← β₂ s + (1 − β₂) g²,  w ← w − η m̂ / (√ŝ + ε), m̂ = m / (1 − β₁ᵗ), ŝ = s / (1 − β₂ᵗ).

    Kingma & Ba 2015, algorithm 1.
    """
    return optimizer(_KIND, learning_rate, beta1=beta1, beta2=beta2, epsilon=epsilon)


def adamw(
    learning_rate: Rate = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    weight_decay: float = 0.01,
) -> Optimizer:
    """As Adam, with w ← w − η (m̂ / (√ŝ + ε) + λ w): the decay is not divided by √ŝ.

    Loshchilov & Hutter 2019, algorithm 2. Different from theirs: λ is multiplied by the learning rate, as PyTorch and
    Optax do.
    """
    return optimizer(_KIND, learning_rate, weight_decay, beta1=beta1, beta2=beta2, epsilon=epsilon)


def _start(params):
    return {"m": zeros_like(params), "s": zeros_like(params)}


def _point(numbers, gradients, memory, t):
    b1, b2, epsilon = numbers["beta1"], numbers["beta2"], numbers["epsilon"]
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, memory["m"], gradients)
    s = jax.tree.map(lambda s, g: b2 * s + (1 - b2) * g * g, memory["s"], gradients)
    c1, c2 = 1 / (1 - b1**t), 1 / jnp.sqrt(1 - b2**t)
    direction = jax.tree.map(lambda m, s: c1 * m / (c2 * jnp.sqrt(s) + epsilon), m, s)
    return direction, {"m": m, "s": s}


_KIND = Direction("adam", _start, _point)
