"""What a unit does with its sum: an activation function A = g(Z), and its derivative g′(Z) beside it.

Each is a frozen dataclass: call it for A; `backward(dA, Z, A)` gives dZ. For all but softmax a unit's output depends on
its own sum alone, so that dZ = dA · g′(Z). Shapes: Z, A, dA, dZ are all (..., units).

    >>> relu = get("relu")
    >>> relu(jnp.array([-1.0, 2.0])), relu.derivative(jnp.array([-1.0, 2.0]), jnp.array([0.0, 2.0]))
    (Array([0., 2.], dtype=float32), Array([0., 1.], dtype=float32))
"""

import abc
import math
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jax.scipy.special import logsumexp
from jaxtyping import Array, Float

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.registry import Registry, name_of

Units = Float[Array, "*batch units"]
Members = Float[Array, "members *batch units"]


class ActivationFunction(abc.ABC):
    """A = g(Z), with the way back."""

    @abc.abstractmethod
    def __call__(self, Z: Units) -> Units:
        """A = g(Z)."""

    @abc.abstractmethod
    def backward(self, dA: Units, Z: Units, A: Units) -> Units:
        """dZ, given dA = ∂loss/∂A and what the forward pass computed."""

    def average(self, Z: Members) -> Units:
        """The Z whose g(Z) is the mean of the members' g(Z_m): an ensemble's output, for a loss fused with g.

        Those that a loss of clearprop's is fused with have it.

        Raises:
            ClearpropError: this one has not.
        """
        raise ClearpropError(
            _("An ensemble cannot be averaged after the activation {name!r}: its class has no method average.").format(
                name=name_of(type(self))
            )
        )


class Elementwise(ActivationFunction):
    """An activation whose every output depends on its own Z alone."""

    @abc.abstractmethod
    def derivative(self, Z: Units, A: Units) -> Units:
        """g′(Z); A = g(Z) is given too, since many derivatives are shortest in terms of it."""

    def backward(self, dA: Units, Z: Units, A: Units) -> Units:
        """dZ = dA · g′(Z)"""
        return dA * self.derivative(Z, A)


@dataclass(frozen=True)
class Identity(Elementwise):
    """A = Z,  g′ = 1.  A linear unit."""

    def __call__(self, Z: Units) -> Units:
        """A = Z"""
        return Z

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = 1"""
        return jnp.ones_like(Z)

    def average(self, Z: Members) -> Units:
        """(1/k) Σ_m Z_m"""
        return Z.mean(0)


@dataclass(frozen=True)
class Sigmoid(Elementwise):
    """A = σ(Z) = 1 / (1 + e^−Z),  g′ = A (1 − A).  The logistic unit."""

    def __call__(self, Z: Units) -> Units:
        """A = 1 / (1 + e^−Z)"""
        return jax.nn.sigmoid(Z)

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = A (1 − A)"""
        return A * (1 - A)

    def average(self, Z: Members) -> Units:
        """ln Σ_m σ(Z_m) − ln Σ_m σ(−Z_m): the log-odds of the mean probability"""
        return logsumexp(jax.nn.log_sigmoid(Z), 0) - logsumexp(jax.nn.log_sigmoid(-Z), 0)


@dataclass(frozen=True)
class Tanh(Elementwise):
    """A = tanh Z,  g′ = 1 − A²."""

    def __call__(self, Z: Units) -> Units:
        """A = tanh Z"""
        return jnp.tanh(Z)

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = 1 − A²"""
        return 1 - A * A


@dataclass(frozen=True)
class ReLU(Elementwise):
    """A = max(0, Z),  g′ = 1 where Z > 0, else 0 (at 0 too).  Nair & Hinton 2010."""

    name = "relu"

    def __call__(self, Z: Units) -> Units:
        """A = max(0, Z)"""
        return jnp.maximum(Z, 0)

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = 1[Z > 0]"""
        return (A > 0).astype(Z.dtype)

    def backward(self, dA: Units, Z: Units, A: Units) -> Units:
        """dZ = dA where Z > 0, else 0.

        Written as a choice, not a product, so that an infinite dA stays out of a unit that is off; and from A, which
        the next layer keeps anyway, so that Z need not be kept.
        """
        return jnp.where(A > 0, dA, 0)


@dataclass(frozen=True)
class LeakyReLU(Elementwise):
    """A = Z where Z > 0, else slope · Z;  g′ = 1 or slope.  Maas, Hannun & Ng 2013."""

    slope: float = 0.01
    name = "leaky_relu"

    def __call__(self, Z: Units) -> Units:
        """A = Z or slope · Z"""
        return jnp.where(Z > 0, Z, self.slope * Z)

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = 1 or slope"""
        return jnp.where(Z > 0, jnp.ones_like(Z), self.slope)


@dataclass(frozen=True)
class ELU(Elementwise):
    """A = Z where Z > 0, else α (e^Z − 1);  g′ = 1 or A + α.  Clevert, Unterthiner & Hochreiter 2016."""

    alpha: float = 1.0

    def __call__(self, Z: Units) -> Units:
        """A = Z or α (e^Z − 1); the exponent is kept from overflowing where it is not used"""
        return jnp.where(Z > 0, Z, self.alpha * jnp.expm1(jnp.minimum(Z, 0)))

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = 1 or α e^Z = A + α"""
        return jnp.where(Z > 0, jnp.ones_like(Z), A + self.alpha)


@dataclass(frozen=True)
class SELU(Elementwise):
    """A = λ · ELU_α(Z), with the λ and α that keep mean 0 and variance 1.  Klambauer et al. 2017, equation 14."""

    def __call__(self, Z: Units) -> Units:
        """A = λ Z or λ α (e^Z − 1)"""
        return SELU_SCALE * jnp.where(Z > 0, Z, SELU_ALPHA * jnp.expm1(jnp.minimum(Z, 0)))

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = λ or λ α e^Z = A + λ α"""
        return jnp.where(Z > 0, jnp.full_like(Z, SELU_SCALE), A + SELU_SCALE * SELU_ALPHA)


SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


@dataclass(frozen=True)
class GELU(Elementwise):
    """A = Z Φ(Z),  g′ = Φ(Z) + Z φ(Z), Φ and φ the standard normal's distribution and density.

    Hendrycks & Gimpel 2016; the exact form, not the tanh approximation.
    """

    def __call__(self, Z: Units) -> Units:
        """A = Z Φ(Z)"""
        return Z * _normal_cdf(Z)

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = Φ(Z) + Z φ(Z)"""
        return _normal_cdf(Z) + Z * jnp.exp(-Z * Z / 2) / math.sqrt(2 * math.pi)


def _normal_cdf(Z: Units) -> Units:
    return (1 + jax.lax.erf(Z / math.sqrt(2))) / 2


@dataclass(frozen=True)
class SiLU(Elementwise):
    """A = Z σ(Z),  g′ = σ + A (1 − σ).  Also called swish; Elfwing, Uchibe & Doya 2018."""

    name = "silu"

    def __call__(self, Z: Units) -> Units:
        """A = Z σ(Z)"""
        return Z * jax.nn.sigmoid(Z)

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = σ + A (1 − σ)"""
        s = jax.nn.sigmoid(Z)
        return s + A * (1 - s)


@dataclass(frozen=True)
class Mish(Elementwise):
    """A = Z tanh(softplus Z),  g′ = t + Z (1 − t²) σ(Z) with t = tanh(softplus Z).  Misra 2019."""

    def __call__(self, Z: Units) -> Units:
        """A = Z tanh(softplus Z)"""
        return Z * jnp.tanh(jnp.logaddexp(Z, 0))

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = t + Z (1 − t²) σ(Z)"""
        t = jnp.tanh(jnp.logaddexp(Z, 0))
        return t + Z * (1 - t * t) * jax.nn.sigmoid(Z)


@dataclass(frozen=True)
class Softplus(Elementwise):
    """A = ln(1 + e^Z),  g′ = σ(Z).  Dugas et al. 2001."""

    def __call__(self, Z: Units) -> Units:
        """A = ln(1 + e^Z), without overflow"""
        return jnp.logaddexp(Z, 0)

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = σ(Z)"""
        return jax.nn.sigmoid(Z)


@dataclass(frozen=True)
class Exponential(Elementwise):
    """A = e^Z,  g′ = A.  The rate of a Poisson count, whose logarithm the network gives."""

    def __call__(self, Z: Units) -> Units:
        """A = e^Z"""
        return jnp.exp(Z)

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = A"""
        return A

    def average(self, Z: Members) -> Units:
        """ln Σ_m e^Z_m − ln k: the logarithm of the mean rate"""
        return logsumexp(Z, 0) - math.log(Z.shape[0])


@dataclass(frozen=True)
class HardThreshold(Elementwise):
    """A = 1 where Z ≥ 0, else 0;  g′ = 0.  McCulloch & Pitts 1943.

    Its derivative is zero wherever it has one, and that is what is passed back: below such a layer nothing is learnt by
    gradient descent. That is the point: it is why the units of deep learning are smooth.
    """

    def __call__(self, Z: Units) -> Units:
        """A = 1[Z ≥ 0]"""
        return (Z >= 0).astype(Z.dtype)

    def derivative(self, Z: Units, A: Units) -> Units:
        """g′ = 0"""
        return jnp.zeros_like(Z)


@dataclass(frozen=True)
class Softmax(ActivationFunction):
    """A_j = e^Z_j / Σ_k e^Z_k,  dZ_j = A_j (dA_j − Σ_k dA_k A_k).  Bridle 1990."""

    def __call__(self, Z: Units) -> Units:
        """A_j = e^(Z_j − max Z) / Σ_k e^(Z_k − max Z)"""
        e = jnp.exp(Z - Z.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    def backward(self, dA: Units, Z: Units, A: Units) -> Units:
        """dZ = A (dA − Σ dA A)"""
        return A * (dA - (dA * A).sum(-1, keepdims=True))

    def average(self, Z: Members) -> Units:
        """ln Σ_m softmax(Z_m) − ln k: the logarithms of the mean probabilities"""
        return logsumexp(jax.nn.log_softmax(Z, -1), 0) - math.log(Z.shape[0])


ACTIVATIONS = Registry(
    "activation",
    ActivationFunction,
    [
        Identity,
        Sigmoid,
        Tanh,
        ReLU,
        LeakyReLU,
        ELU,
        SELU,
        GELU,
        SiLU,
        Mish,
        Softplus,
        Exponential,
        HardThreshold,
        Softmax,
    ],
)
get = ACTIVATIONS.get
