"""Automatic and Lambda: a user's own layer that gives only its forward."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

import gradients
from clearprop.layers import Automatic, Dense, Lambda, Pass, inference


@dataclass(frozen=True)
class MyDense(Automatic):
    """Dense, as a user would write it who does not know the way back."""

    units: int

    def init(self, key, shape):
        return Dense(self.units).init(key, shape)

    def compute(self, params, X):
        return X @ params["W"] + params["b"]


def test_it_is_the_layer_written_by_hand(float64):
    """Automatic's docstring: gradients, dX, and dX with feedback weights in the parameters' place."""
    params, state = jax.tree.map(jnp.asarray, gradients.start(Dense(2), (3,)))
    feedback, _ = jax.tree.map(jnp.asarray, gradients.start(Dense(2), (3,), seed=4))
    X, dY = jax.random.normal(jax.random.key(0), (4, 3)), jax.random.normal(jax.random.key(1), (4, 2))
    pass_ = Pass(True, None, jnp.full(4, 0.25))
    hand, automatic = (layer.forward(params, state, X, pass_) for layer in (Dense(2), MyDense(2)))
    np.testing.assert_allclose(automatic[0], hand[0], rtol=1e-14)
    for arguments in (dY,), (dY, feedback):
        for a, b in zip(jax.tree.leaves(automatic[1](*arguments)), jax.tree.leaves(hand[1](*arguments)), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-13)


def test_its_way_back_passes_the_check(float64):
    """As for the package's own layers."""
    params, state = gradients.start(MyDense(2), (3,))
    X = np.random.default_rng(0).normal(size=(4, 3))
    gradients.check(gradients.of_layer(MyDense(2), state, inference(4)), params, X)


def test_a_lambda_finds_its_shape_by_tracing():
    """Lambda.init: nothing is computed."""
    layer = Lambda(lambda X: X.reshape(X.shape[0], -1)[:, :2])
    assert layer.init(jax.random.key(0), (3, 4)) == ({}, {}, (2,))
    Y, backprop, _ = layer.forward({}, {}, jnp.ones((5, 3, 4)), inference(5))
    gradients_, dX = backprop(jnp.ones((5, 2)))
    assert (Y.shape, gradients_, float(dX.sum())) == ((5, 2), {}, 10.0)
