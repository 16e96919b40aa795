"""An optimizer of your own, without editing the package, in three ways.

    python examples/own_optimizer.py

1. A new direction: `optim.optimizer` adds the learning rate, its schedule and decoupled decay.
2. An (init, update) pair, as in Optax: any Optax transformation is one.
3. A chain of ours.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from sklearn.datasets import load_digits

from clearprop import Network, layers, optim, train
from clearprop.optim import schedules


def lion(learning_rate: optim.Rate = 1e-4, beta1: float = 0.9, beta2: float = 0.99, weight_decay: float = 0.0):
    """d = sign(β₁ m + (1 − β₁) g),  m ← β₂ m + (1 − β₂) g,  w ← w − η (d + λ w).  Chen et al. 2023, algorithm 2."""
    return optim.optimizer(LION, learning_rate, weight_decay, beta1=beta1, beta2=beta2)


def _start(params):
    return jax.tree.map(jnp.zeros_like, params)


def _point(numbers, gradients, m, t):
    b1, b2 = numbers["beta1"], numbers["beta2"]
    direction = jax.tree.map(lambda m, g: jnp.sign(b1 * m + (1 - b1) * g), m, gradients)
    return direction, jax.tree.map(lambda m, g: b2 * m + (1 - b2) * g, m, gradients)


LION = optim.Direction("lion", _start, _point)


class SignDescent(NamedTuple):
    """w ← w − 0.001 sign(g), as a bare (init, update) pair."""

    @staticmethod
    def init(params):
        return ()

    @staticmethod
    def update(gradients, state, params):
        return jax.tree.map(lambda g: -0.001 * jnp.sign(g), gradients), state


def main() -> None:
    """Train the same network by each."""
    X, y = load_digits(return_X_y=True)
    net = Network([layers.Dense(64), layers.Activation("relu"), layers.Dense(10)])
    for name, optimizer in {
        "Lion": lion(schedules.cosine(1e-3, steps=12 * 30)),
        "sign descent": SignDescent(),
        "clipped AdamW": optim.chain(optim.clip_by_global_norm(1.0), optim.adamw(3e-3)),
    }.items():
        fitted = train.fit(net, X[:1500] / 16, y[:1500], loss="softmax_cross_entropy", optimizer=optimizer, epochs=30)
        print(f"{name:15} test accuracy {fitted.evaluate(X[1500:] / 16, y[1500:])['accuracy']:.3f}")


if __name__ == "__main__":
    main()
