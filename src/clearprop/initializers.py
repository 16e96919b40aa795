"""Where the weights start: `initializer(key, shape)` draws an array.

For W of shape (..., fan_in, fan_out), leading axes (a convolution's window) count towards both fans. The aim of all but
the first two is that signals neither grow nor shrink from layer to layer.

    >>> He()(jax.random.key(0), (784, 128)).std()     # √(2 / 784) = 0.0505
    Array(0.05, dtype=float32)
"""

import abc
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp
from jaxtyping import Array

from clearprop.activations import SELU, ActivationFunction, HardThreshold, Sigmoid, Softmax, Tanh
from clearprop.registry import Registry

Draw = Literal["normal", "uniform"]


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """(fan_in, fan_out): how many inputs feed one unit, and how many units one input feeds."""
    window = math.prod(shape[:-2])
    return window * shape[-2], window * shape[-1]


class Initializer(abc.ABC):
    """Draws an array of a given shape, of JAX's default float type."""

    @abc.abstractmethod
    def __call__(self, key: Array, shape: Sequence[int]) -> Array:
        """An array of this shape, the same for the same key."""


@dataclass(frozen=True)
class Zeros(Initializer):
    """W = 0.  Right for biases; for hidden weights it makes all units of a layer the same for ever."""

    def __call__(self, key: Array, shape: Sequence[int]) -> Array:
        """W = 0"""
        return jnp.zeros(shape)


@dataclass(frozen=True)
class Normal(Initializer):
    """W ~ N(0, std²)."""

    std: float = 0.01

    def __call__(self, key: Array, shape: Sequence[int]) -> Array:
        """W = std · N(0, 1)"""
        return self.std * jax.random.normal(key, shape)


@dataclass(frozen=True)
class Scaled(Initializer):
    """W with mean 0 and a variance set by the fans, normal or uniform on ±√(3 variance)."""

    draw: Draw = "normal"

    @abc.abstractmethod
    def variance(self, fan_in: int, fan_out: int) -> float:
        """The variance of each weight."""

    def __call__(self, key: Array, shape: Sequence[int]) -> Array:
        """W = √variance · N(0, 1), or U(−√(3 variance), √(3 variance))"""
        variance = self.variance(*fans(shape))
        if self.draw == "normal":
            return math.sqrt(variance) * jax.random.normal(key, shape)
        limit = math.sqrt(3 * variance)
        return jax.random.uniform(key, shape, minval=-limit, maxval=limit)


@dataclass(frozen=True)
class Glorot(Scaled):
    """Var W = 2 / (fan_in + fan_out).  Glorot & Bengio 2010, equations 12 and 16; for tanh and sigmoid."""

    def variance(self, fan_in: int, fan_out: int) -> float:
        """2 / (fan_in + fan_out)"""
        return 2 / (fan_in + fan_out)


@dataclass(frozen=True)
class He(Scaled):
    """Var W = 2 / fan_in.  He et al. 2015, equation 10; for ReLU, which lets half of the variance through."""

    def variance(self, fan_in: int, fan_out: int) -> float:
        """2 / fan_in"""
        return 2 / fan_in


@dataclass(frozen=True)
class LeCun(Scaled):
    """Var W = 1 / fan_in.  LeCun, Bottou, Orr & Müller 1998, section 4.6; for linear units and SELU."""

    name = "lecun"

    def variance(self, fan_in: int, fan_out: int) -> float:
        """1 / fan_in"""
        return 1 / fan_in


@dataclass(frozen=True)
class Orthogonal(Initializer):
    """W = gain · Q with orthonormal columns, or rows where there are fewer.  Saxe, McClelland & Ganguli 2014."""

    gain: float = 1.0

    def __call__(self, key: Array, shape: Sequence[int]) -> Array:
        """Q of a normal matrix's QR decomposition, its signs made uniform (Mezzadri 2007)"""
        rows, columns = math.prod(shape[:-1]), shape[-1]
        normal = jax.random.normal(key, (max(rows, columns), min(rows, columns)))
        Q, R = jnp.linalg.qr(normal)
        Q = Q * jnp.sign(jnp.diagonal(R))
        return self.gain * (Q if rows >= columns else Q.T).reshape(shape)


INITIALIZERS = Registry("initializer", Initializer, [Zeros, Normal, Glorot, He, LeCun, Orthogonal])
get = INITIALIZERS.get


def suited(activation: ActivationFunction) -> str:
    """The name of the initializer that keeps signals their size before this activation.

    Glorot's for those that saturate, LeCun's for SELU, He's for all others, which are of ReLU's family.

    >>> suited(Tanh()), suited(SELU())
    ('glorot', 'lecun')
    """
    if isinstance(activation, SELU):
        return "lecun"
    return "glorot" if isinstance(activation, (Sigmoid, Tanh, Softmax, HardThreshold)) else "he"
