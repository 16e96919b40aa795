"""Parts that a user might write, one of each kind."""

from dataclasses import dataclass

import jax.numpy as jnp

from clearprop import layers, losses, rules
from clearprop.activations import ActivationFunction
from clearprop.initializers import Initializer


@dataclass(frozen=True)
class Bend(ActivationFunction):
    """A = strength · Z |Z|"""

    strength: float = 1.0

    def __call__(self, Z):
        return self.strength * Z * abs(Z)

    def backward(self, dA, Z, A):
        return 2 * self.strength * dA * abs(Z)


@dataclass(frozen=True)
class Constant(Initializer):
    """W = value"""

    value: float

    def __call__(self, key, shape):
        return jnp.full(shape, self.value)


@dataclass(frozen=True)
class Stretch(layers.Automatic):
    """Y = s X + Σ shifts, with another layer inside, and a setting named as a kind of part is."""

    activation: str
    inner: layers.Layer
    shifts: tuple[float, ...] = ()

    def init(self, key, shape):
        return {"s": jnp.ones(shape)}, {"count": jnp.zeros((), int), "seen": jnp.array([True, False])}, shape

    def compute(self, params, X):
        return X * params["s"] + sum(self.shifts)


@dataclass(frozen=True)
class Quartic(losses.Loss):
    """ℓ = (ŷ − y)^power"""

    power: int = 4

    def __call__(self, Y_hat, Y, weights):
        error, w = Y_hat - Y, weights[:, None]
        return (w * error**self.power).sum(), w * self.power * error ** (self.power - 1)


@dataclass(frozen=True)
class Counting(rules.Rule):
    """Back propagation with a matrix to learn, a counter, and an array of no size."""

    width: int = 2

    def init(self, network, params, shapes, key):
        return {"B": jnp.ones((self.width, *shapes[0]))}, (jnp.zeros((), int), jnp.zeros((0, 3)))

    def gradients(self, network, loss, params, state, learnt, memory, X, Y, pass_):
        value, gradients, state, _ = rules.Backprop().gradients(network, loss, params, state, (), (), X, Y, pass_)
        return value, {**gradients, "rule": learnt}, state, (memory[0] + 1, memory[1])


OWN = [Bend, Constant, Stretch, Quartic, Counting]
