"""The gradient check itself: a planted error must not get past it, neither past the numbers nor past the oracle."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
import pytest

import gradients
from clearprop import activations, layers, losses
from clearprop.layers import Pass
from clearprop.registry import Registry

pytestmark = pytest.mark.usefixtures("float64")

BOTH = pytest.mark.parametrize("against", [{"oracle": False}, {"numeric": False}], ids=["numbers", "oracle"])


class Planted(layers.Dense):
    """A dense layer whose way back has an error in it."""

    def __init__(self, error):
        super().__init__(2)
        object.__setattr__(self, "error", error)

    def forward(self, params, state, X, pass_):
        Z, right, state = super().forward(params, state, X, pass_)

        def backprop(dZ, feedback=params):
            gradients, dX = right(dZ, feedback)
            return self.error(gradients, dX, dZ, X)

        return Z, backprop, state


DENSE_ERRORS = {
    "wrong sign of dX": lambda g, dX, dZ, X: (g, -dX),
    "wrong sign of dW": lambda g, dX, dZ, X: (g | {"W": -g["W"]}, dX),
    "dW twice": lambda g, dX, dZ, X: (g | {"W": 2 * g["W"]}, dX),
    "db a mean, not a sum": lambda g, dX, dZ, X: (g | {"b": g["b"] / len(X)}, dX),
    "db without the first row": lambda g, dX, dZ, X: (g | {"b": dZ[1:].sum(0)}, dX),
    "dW transposed": lambda g, dX, dZ, X: (g | {"W": g["W"].T}, dX),
    "no db": lambda g, dX, dZ, X: ({"W": g["W"]}, dX),
    "dX a row late": lambda g, dX, dZ, X: (g, jnp.roll(dX, 1, 0)),
    "one entry of dX slightly off": lambda g, dX, dZ, X: (g, dX.at[0, 0].multiply(1 + 1e-6)),
}


@BOTH
@pytest.mark.parametrize("error", DENSE_ERRORS)
def test_an_error_planted_in_a_layer_is_found(error, against):
    """design.md, Habits: a planted error (a sign, a factor) must make the gradient test fail."""
    layer = Planted(DENSE_ERRORS[error])
    params, state = gradients.start(layer, (2,))
    function = gradients.of_layer(layer, state, Pass(True, None, jnp.full(4, 0.25)))
    with pytest.raises(gradients.GradientError):
        gradients.check(function, params, np.random.default_rng(0).normal(size=(4, 2)), **against)


def test_the_layer_without_an_error_passes():
    """The planted errors are found because of the errors, not because of where they are planted."""
    layer = Planted(lambda g, dX, dZ, X: (g, dX))
    params, state = gradients.start(layer, (2,))
    function = gradients.of_layer(layer, state, Pass(True, None, jnp.full(4, 0.25)))
    gradients.check(function, params, np.random.default_rng(0).normal(size=(4, 2)))


class WrongTanh(activations.Tanh):
    def derivative(self, Z, A):
        return 1 + A * A


class DoubleSigmoid(activations.Sigmoid):
    def derivative(self, Z, A):
        return 2 * A * (1 - A)


class ForgetfulSoftmax(activations.Softmax):
    def backward(self, dA, Z, A):
        return A * (dA - dA * A)


class SmoothThreshold(activations.HardThreshold):
    def derivative(self, Z, A):
        return jnp.ones_like(Z)


@BOTH
@pytest.mark.parametrize("wrong", [WrongTanh, DoubleSigmoid, ForgetfulSoftmax, SmoothThreshold])
def test_an_error_planted_in_an_activation_is_found(wrong, against):
    """design.md, Habits."""
    with pytest.raises(gradients.GradientError):
        gradients.check(gradients.of_activation(wrong()), np.random.default_rng(0).normal(size=(4, 3)), **against)


@dataclass(frozen=True)
class WrongSquared(losses.Squared):
    """A squared error whose derivative has an error in it."""

    error: str = ""

    def __call__(self, Y_hat, Y, weights):
        value, d = super().__call__(Y_hat, Y, weights)
        return value, {
            "sign": -d,
            "factor 2": d / 2,
            "no 1/n": d * len(weights),
            "no 1/outputs": d * Y_hat.shape[1],
            "no weights": d / weights[:, None] / len(weights),
        }[self.error]


@BOTH
@pytest.mark.parametrize("error", ["sign", "factor 2", "no 1/n", "no 1/outputs", "no weights"])
def test_an_error_planted_in_a_loss_is_found(error, against):
    """design.md, Habits; the fourth is scikit-learn's, whose multi-output regression gradient lacks 1/outputs."""
    random = np.random.default_rng(0)
    function = gradients.of_loss(WrongSquared(error), random.normal(size=(4, 3)), gradients.weights_for(4, "any"))
    with pytest.raises(gradients.GradientError):
        gradients.check(function, random.normal(size=(4, 3)), **against)


def test_a_part_with_neither_defaults_nor_an_example_is_noticed():
    """design.md, Habits: a new part is covered by existing, so one that cannot be made must not slip through."""

    @dataclass(frozen=True)
    class NeedsMore(layers.Layer):
        size: int

        def forward(self, params, state, X, pass_): ...

    classes = layers.LAYERS.classes
    table = object.__new__(Registry)  # not entered among the kinds
    table.classes = {**classes, "needs_more": NeedsMore}
    assert gradients.settings_missing(table, gradients.LAYER_EXAMPLES) == ["needs_more"]
