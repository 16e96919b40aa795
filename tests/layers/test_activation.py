"""Activation: the layer around an activation function."""

import jax.numpy as jnp
import numpy as np
import pytest

from clearprop.activations import LeakyReLU
from clearprop.errors import ClearpropError
from clearprop.layers import Activation, inference


def test_a_name_is_looked_up_and_an_object_kept():
    """Activation's docstring."""
    assert Activation("leaky_relu") == Activation(LeakyReLU())
    assert Activation(LeakyReLU(0.3)).function == LeakyReLU(0.3)
    with pytest.raises(ClearpropError, match="Did you mean 'tanh'"):
        Activation("tahn")


def test_it_learns_nothing_and_needs_no_feedback(float64):
    """dZ = dA g′(Z), whatever the feedback is."""
    Z = jnp.array([[-1.0, 0.5]])
    A, backprop, state = Activation("tanh").forward({}, {}, Z, inference(1))
    gradients, dZ = backprop(jnp.ones((1, 2)), {"W": 3})
    assert (gradients, state) == ({}, {})
    np.testing.assert_allclose(dZ, 1 - np.tanh(Z) ** 2, rtol=1e-15)
    np.testing.assert_allclose(A, np.tanh(Z), rtol=1e-15)
