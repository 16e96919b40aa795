"""Divisive normalisation: its saturation, its pool, PyTorch's local response normalisation, and the errors."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import gradients
from clearprop.errors import ClearpropError
from clearprop.layers import DivisiveNormalization, inference
from clearprop.registry import build, config_of


@partial(jax.jit, static_argnums=0, compiler_options=gradients.QUICK)
def both_ways(layer, X, dY):
    """(Y, dX, dγ) with γ = 1."""
    Y, backprop, _ = layer.forward({"gamma": jnp.ones(X.shape[-1])}, {}, X, inference(len(X)))
    own, dX = backprop(dY)
    return Y, dX, own["gamma"]


@pytest.mark.parametrize("exponent", [1.0, 2.5])
def test_responses_saturate_with_contrast(exponent):
    """Carandini & Heeger 2012: cⁿ / (σⁿ + cⁿ), half of the maximum at c = σ; of a drive below 0, the negative."""
    c = jnp.asarray([0.0, 0.1, 0.4, 2.0, 100.0, -2.0])
    X = jnp.tile(c[:, None, None, None], (1, 3, 3, 2))
    Y, dX, _ = both_ways(DivisiveNormalization(3, exponent, 0.4), X, jnp.ones_like(X))
    curve = jnp.abs(c) ** exponent / (0.4**exponent + jnp.abs(c) ** exponent)
    np.testing.assert_allclose(Y[:, 1, 1, 0], jnp.sign(c) * curve, rtol=1e-5)
    np.testing.assert_allclose(Y[2], 0.5, rtol=1e-6)
    assert float(Y[4].min()) > 0.99
    np.testing.assert_allclose(dX[0], 1 / 0.4 if exponent == 1 else 0, rtol=1e-6)  # in the dark σⁿ divides


def test_a_neighbour_suppresses():
    """By hand, n = 2, σ = 1, two channels, a window of 3 × 3 in a row of 4 pixels: a drive of 3 beside one of 1.

    In the middle the pool is 3 pixels of 2 channels, so 3² + 1² = 10 over 6; at an edge 2 of 2; from afar nothing.
    """
    X = jnp.zeros((1, 1, 4, 2)).at[0, 0, 1].set(jnp.array([3.0, -1.0])).at[0, 0, 3, 0].set(2.0)
    Y = both_ways(DivisiveNormalization(3), X, X)[0][0, 0]
    np.testing.assert_allclose(Y[1], [9 / (1 + 10 / 6), -1 / (1 + 10 / 6)], rtol=1e-6)
    np.testing.assert_allclose(Y[3], [4 / (1 + 4 / 4), 0], rtol=1e-6)


def test_against_pytorchs_local_response_norm(float64):
    """With n = 2 and a window of one pixel Y = |X| · X / (σ² + mean X²): PyTorch's X / (k + α/size Σ X²)^β, times |X|,
    with k = σ², β = 1, and a size that reaches all channels. Both ways.
    """
    random = np.random.default_rng(0)
    X, dY = random.normal(size=(2, 2, 3, 4, 5))
    x = torch.tensor(np.moveaxis(X, 3, 1), requires_grad=True)
    y = x.abs() * torch.nn.functional.local_response_norm(x, 9, alpha=9 / 5, beta=1.0, k=0.49)
    y.backward(torch.tensor(np.moveaxis(dY, 3, 1)))
    Y, dX, _ = both_ways(DivisiveNormalization(1, 2.0, 0.7), X, dY)
    np.testing.assert_allclose(Y, np.moveaxis(y.detach().numpy(), 1, 3), rtol=1e-12)
    np.testing.assert_allclose(dX, np.moveaxis(x.grad.numpy(), 1, 3), rtol=1e-10, atol=1e-13)


def test_settings_and_errors():
    """The docstring."""
    layer = DivisiveNormalization(3, 1.5)
    assert build(config_of(layer)) == layer == DivisiveNormalization((3, 3), 1.5, 1.0)
    for wrong in (1, 0.5, 1.0), (1, 2.0, 0.0), (1, float("nan"), 1.0):
        with pytest.raises(ClearpropError, match="an exponent of 1 or more and a sigma above 0"):
            DivisiveNormalization(*wrong)
    with pytest.raises(ClearpropError, match="An image has the shape"):
        layer.init(jax.random.key(0), (5,))
