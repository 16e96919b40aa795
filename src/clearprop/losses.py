"""How wrong a prediction is: `loss(Y_hat, Y, weights) → (value, dY_hat)`.

The value and its derivative come from one function, so that they cannot drift apart. `weights` (n,) sum to 1 over the
batch (see `Pass`), so that a loss is a weighted sum and never divides:

    value = Σ_i w_i ℓ_i,     dY_hat_i = w_i ∂ℓ_i/∂Y_hat_i

where ℓ_i, the loss of one row, is the mean over its outputs (for the two cross-entropies over classes: the sum).

Four of them are *fused* with their output activation: they take the last Z and not the last A, because the two
derivatives multiplied out are simpler (σ(Z) − Y) and stay exact where the unfused ones run out of digits. `output`
names the activation that turns such a network's output into a prediction.

    >>> value, dY_hat = get("sigmoid_cross_entropy")(jnp.array([[0.0]]), jnp.array([[1.0]]), jnp.array([1.0]))
    >>> float(value), dY_hat                                      # ln 2 and σ(0) − 1
    (0.6931..., Array([[-0.5]], dtype=float32))
"""

import abc
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Shaped

from clearprop.errors import DataError
from clearprop.i18n import _
from clearprop.registry import Registry

Outputs = Float[Array, "n *outputs"]
Targets = Shaped[Array, "n *targets"]
Weights = Float[Array, " n"]
Targeting = Literal["number", "positive", "probability", "class"]


class Loss(abc.ABC):
    """A loss: call it for (value, dY_hat).  A plain function of the same form serves as well."""

    output: ClassVar[str] = "identity"
    """The activation that this loss is fused with: what turns the network's output into a prediction."""

    metric: ClassVar[str] = "r2"
    """The figure of merit that goes with this loss."""

    targets: ClassVar[Targeting] = "number"
    """What a target is."""

    @abc.abstractmethod
    def __call__(self, Y_hat: Outputs, Y: Targets, weights: Weights) -> tuple[Float[Array, ""], Outputs]:
        """(Σ_i w_i ℓ_i, its derivative by Y_hat)"""

    def check(self, Y: np.ndarray, outputs: int) -> None:
        """See that these targets can be learnt by a network with so many outputs.

        Raises:
            DataError: a class beyond the network's outputs, a negative count, and the like.
        """
        if self.targets == "class" and Y.ndim == 1:
            if not np.all(np.floor(Y) == Y) or Y.min() < 0 or Y.max() >= outputs:
                raise DataError(
                    _("Classes are whole numbers from 0 to {last}, since there are {n} outputs; Y has {value}.").format(
                        last=outputs - 1,
                        n=outputs,
                        value=next(y for y in Y if y != np.floor(y) or not 0 <= y < outputs),
                    )
                )
            return
        width = int(np.prod(Y.shape[1:]))
        if width != outputs:
            raise DataError(
                _("Y has {width} values a row and the network {n} outputs; they must agree.").format(
                    width=width, n=outputs
                )
            )
        if self.targets in ("probability", "class") and (Y.min() < 0 or Y.max() > 1):
            raise DataError(
                _("This loss needs targets between 0 and 1; Y reaches from {low} to {high}.").format(
                    low=Y.min(), high=Y.max()
                )
            )
        if self.targets == "class" and not np.allclose(Y.sum(-1), 1, atol=1e-3):
            raise DataError(
                _(
                    "Each row of Y should sum to 1, as the classes exclude each other; for labels that do not, see {}."
                ).format("sigmoid_cross_entropy")
            )
        if self.targets == "positive" and Y.min() < 0:
            raise DataError(_("This loss needs targets of 0 or more; Y has {low}.").format(low=Y.min()))


class Pointwise(Loss):
    """A loss in which each output is compared with its own target: ℓ_i is the mean over the outputs of a row."""

    @abc.abstractmethod
    def point(self, y_hat: Outputs, y: Outputs) -> tuple[Outputs, Outputs]:
        """(ℓ, ∂ℓ/∂ŷ) of each output."""

    def __call__(self, Y_hat: Outputs, Y: Targets, weights: Weights) -> tuple[Float[Array, ""], Outputs]:
        """(Σ_i w_i mean_j ℓ_ij, w_i ∂ℓ_ij/∂ŷ_ij / outputs)"""
        loss, derivative = self.point(Y_hat, Y.reshape(Y_hat.shape).astype(Y_hat.dtype))
        w = weights.reshape(-1, *[1] * (Y_hat.ndim - 1)) * (Y_hat.shape[0] / Y_hat.size)
        return (w * loss).sum(), w * derivative


@dataclass(frozen=True)
class Squared(Pointwise):
    """ℓ = (ŷ − y)²,  ∂ℓ/∂ŷ = 2 (ŷ − y).  The mean squared error."""

    def point(self, y_hat: Outputs, y: Outputs) -> tuple[Outputs, Outputs]:
        """((ŷ − y)², 2 (ŷ − y))"""
        error = y_hat - y
        return error * error, 2 * error


@dataclass(frozen=True)
class Absolute(Pointwise):
    """ℓ = |ŷ − y|,  ∂ℓ/∂ŷ = sign(ŷ − y).  Its best constant is the median."""

    def point(self, y_hat: Outputs, y: Outputs) -> tuple[Outputs, Outputs]:
        """(|ŷ − y|, sign(ŷ − y))"""
        return jnp.abs(y_hat - y), jnp.sign(y_hat - y)


@dataclass(frozen=True)
class Huber(Pointwise):
    """ℓ = e²/2 where |e| ≤ δ, else δ (|e| − δ/2), with e = ŷ − y;  ∂ℓ/∂ŷ = e clipped to ±δ.  Huber 1964."""

    delta: float = 1.0

    def point(self, y_hat: Outputs, y: Outputs) -> tuple[Outputs, Outputs]:
        """(c (|e| − c/2) with c = min(|e|, δ), e clipped to ±δ)"""
        error = y_hat - y
        c = jnp.minimum(jnp.abs(error), self.delta)
        return c * (jnp.abs(error) - c / 2), jnp.clip(error, -self.delta, self.delta)


@dataclass(frozen=True)
class Poisson(Pointwise):
    """ℓ = ŷ − y ln ŷ,  ∂ℓ/∂ŷ = 1 − y/ŷ, for counts y and rates ŷ > 0 (kept above the root of the least float).

    The negative log-likelihood of a Poisson count, less ln y!, which no weight can change.
    """

    targets = "positive"

    def point(self, y_hat: Outputs, y: Outputs) -> tuple[Outputs, Outputs]:
        """(ŷ − y ln ŷ, 1 − y/ŷ)"""
        rate = jnp.maximum(y_hat, jnp.finfo(y_hat.dtype).tiny ** 0.5)
        return rate - y * jnp.log(rate), 1 - y / rate


@dataclass(frozen=True)
class LogPoisson(Pointwise):
    """ℓ = e^z − y z,  ∂ℓ/∂z = e^z − y: the Poisson loss fused with the exponential, z the logarithm of the rate.

    Past z = 60 (a rate of 10²⁶) the exponential goes on as its tangent, so that value and derivative stay finite.
    """

    output = "exponential"
    targets = "positive"

    def point(self, y_hat: Outputs, y: Outputs) -> tuple[Outputs, Outputs]:
        """(e^z − y z, e^z − y)"""
        rate = jnp.exp(jnp.minimum(y_hat, 60))
        return rate * (1 + jnp.maximum(y_hat - 60, 0)) - y * y_hat, rate - y


@dataclass(frozen=True)
class BinaryCrossEntropy(Pointwise):
    """ℓ = −y ln a − (1 − y) ln(1 − a),  ∂ℓ/∂a = (a − y) / (a (1 − a)), for a in (0, 1): one output, or many labels.

    Unfused: a comes from a sigmoid layer. It is kept one rounding step away from 0 and 1.
    """

    metric = "accuracy"
    targets = "probability"

    def point(self, y_hat: Outputs, y: Outputs) -> tuple[Outputs, Outputs]:
        """(−y ln a − (1 − y) ln(1 − a), (a − y) / (a (1 − a)))"""
        step = jnp.finfo(y_hat.dtype).eps
        a = jnp.clip(y_hat, step, 1 - step)
        return -y * jnp.log(a) - (1 - y) * jnp.log1p(-a), (a - y) / (a * (1 - a))


@dataclass(frozen=True)
class SigmoidCrossEntropy(Pointwise):
    """ℓ = max(z, 0) − y z + ln(1 + e^−|z|),  ∂ℓ/∂z = σ(z) − y: binary cross-entropy fused with the sigmoid."""

    output = "sigmoid"
    metric = "accuracy"
    targets = "probability"

    def point(self, y_hat: Outputs, y: Outputs) -> tuple[Outputs, Outputs]:
        """(max(z, 0) − y z + ln(1 + e^−|z|), σ(z) − y)"""
        loss = jnp.maximum(y_hat, 0) - y * y_hat + jnp.log1p(jnp.exp(-jnp.abs(y_hat)))
        return loss, jax.nn.sigmoid(y_hat) - y


class Classes(Loss):
    """A loss over exclusive classes.  Y: class numbers (n,), or a probability for each class (n, classes)."""

    metric = "accuracy"
    targets = "class"


@dataclass(frozen=True)
class CategoricalCrossEntropy(Classes):
    """ℓ = −Σ_j y_j ln a_j,  ∂ℓ/∂a_j = −y_j / a_j, for probabilities a (n, classes) from a softmax layer.

    Unfused. a is kept above the root of the least float, so that 1/a stays finite.
    """

    def __call__(self, Y_hat: Outputs, Y: Targets, weights: Weights) -> tuple[Float[Array, ""], Outputs]:
        """(−Σ_i w_i Σ_j y_ij ln a_ij, −w_i y_ij / a_ij)"""
        y, w = one_hot(Y, Y_hat), weights[:, None]
        a = jnp.maximum(Y_hat, jnp.finfo(Y_hat.dtype).tiny ** 0.5)
        return -(w * y * jnp.log(a)).sum(), -w * y / a


@dataclass(frozen=True)
class SoftmaxCrossEntropy(Classes):
    """ℓ = ln Σ_k e^z_k − Σ_j y_j z_j,  ∂ℓ/∂z_j = softmax(z)_j − y_j, for Σ_j y_j = 1: fused with the softmax.

    The largest z is taken off first, so that nothing overflows.
    """

    output = "softmax"

    def __call__(self, Y_hat: Outputs, Y: Targets, weights: Weights) -> tuple[Float[Array, ""], Outputs]:
        """(Σ_i w_i (ln Σ_k e^z_ik − Σ_j y_ij z_ij), w_i (softmax(z_i) − y_i))"""
        y, w = one_hot(Y, Y_hat), weights[:, None]
        z = Y_hat - Y_hat.max(-1, keepdims=True)
        e = jnp.exp(z)
        total = e.sum(-1, keepdims=True)
        value = (w * (jnp.log(total) - (y * z).sum(-1, keepdims=True))).sum()
        return value, w * (e / total - y)


def one_hot(Y: Targets, Y_hat: Outputs) -> Outputs:
    """Class numbers (n,) as rows of a single 1 (n, classes); rows of probabilities as they are."""
    if Y.ndim == Y_hat.ndim:
        return Y.astype(Y_hat.dtype)
    return (Y[:, None] == jnp.arange(Y_hat.shape[-1])).astype(Y_hat.dtype)


@dataclass(frozen=True)
class FromValue(Loss):
    """A loss from a function `value(Y_hat, Y, weights)` that gives no derivative: that is made automatically.

    >>> cosh = FromValue(lambda Y_hat, Y, w: (w[:, None] * jnp.log(jnp.cosh(Y_hat - Y))).sum())
    >>> cosh(jnp.array([[1.0]]), jnp.array([[0.0]]), jnp.array([1.0]))       # ln cosh 1 and tanh 1
    (Array(0.43378, dtype=float32), Array([[0.76159]], dtype=float32))
    """

    value: Callable[[Outputs, Targets, Weights], Float[Array, ""]]

    def __call__(self, Y_hat: Outputs, Y: Targets, weights: Weights) -> tuple[Float[Array, ""], Outputs]:
        """(value, ∂value/∂Y_hat)"""
        return jax.value_and_grad(self.value)(Y_hat, Y, weights)


LOSSES = Registry(
    "loss",
    Loss,
    [
        Squared,
        Absolute,
        Huber,
        Poisson,
        LogPoisson,
        BinaryCrossEntropy,
        SigmoidCrossEntropy,
        CategoricalCrossEntropy,
        SoftmaxCrossEntropy,
    ],
)
get = LOSSES.get
