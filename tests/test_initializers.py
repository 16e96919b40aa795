"""Initializers: the moments that their sources give."""

import math

import jax
import numpy as np
import pytest

from clearprop import initializers
from clearprop.errors import ClearpropError
from clearprop.initializers import INITIALIZERS, Glorot, He, LeCun, Normal, Orthogonal, fans

KEY = jax.random.key(3)
SHAPE = (300, 200)


def test_fans_of_a_matrix_and_of_a_convolution():
    """initializers.py: leading axes, a convolution's window, count towards both fans."""
    assert fans((7, 5)) == (7, 5)
    assert fans((3, 3, 8, 16)) == (72, 144)


@pytest.mark.parametrize(
    ("initializer", "variance"),
    [
        (Normal(0.02), 0.02**2),
        (Glorot(), 2 / 500),
        (Glorot("uniform"), 2 / 500),
        (He(), 2 / 300),
        (He("uniform"), 2 / 300),
        (LeCun(), 1 / 300),
        (LeCun("uniform"), 1 / 300),
    ],
    ids=str,
)
def test_mean_0_and_the_variance_of_the_source(initializer, variance):
    """Glorot & Bengio 2010, equations 12 and 16; He et al. 2015, equation 10; LeCun et al. 1998, section 4.6."""
    W = np.asarray(initializer(KEY, SHAPE), float)
    deviation = math.sqrt(variance)
    assert abs(W.mean()) < 4 * deviation / math.sqrt(W.size)
    assert W.var() == pytest.approx(variance, rel=4 * math.sqrt(2 / W.size))
    if getattr(initializer, "draw", "normal") == "uniform":
        limit = math.sqrt(3) * deviation
        assert 0.999 * limit < np.abs(W).max() <= limit * (1 + 1e-6)
    else:
        assert np.abs(W).max() > 3.5 * deviation


def test_glorot_uniform_has_the_bound_of_its_paper():
    """Glorot & Bengio 2010, equation 16: U(−√6/√(fan_in + fan_out), +…)."""
    assert np.abs(Glorot("uniform")(KEY, SHAPE)).max() == pytest.approx(math.sqrt(6 / 500), rel=1e-3)


@pytest.mark.parametrize(("fan_in", "fan_out", "gain"), [(6, 3, 1.0), (3, 6, 2.0), (4, 4, 1.0), (1, 1, 1.0)])
def test_orthogonal_columns_or_rows(fan_in, fan_out, gain):
    """Saxe, McClelland & Ganguli 2014: QᵀQ = 1 on the shorter side, times gain²."""
    W = np.asarray(Orthogonal(gain)(KEY, (fan_in, fan_out)), float)
    product = W.T @ W if fan_in >= fan_out else W @ W.T
    np.testing.assert_allclose(product, gain**2 * np.eye(min(fan_in, fan_out)), atol=1e-5)


def test_orthogonal_is_spread_evenly_over_the_rotations():
    """Mezzadri 2007: without the correction of signs, QR's own convention shows in the diagonal."""
    Q = jax.vmap(lambda key: Orthogonal()(key, (2, 2)))(jax.random.split(KEY, 4000))
    assert np.abs(np.asarray(Q).mean(0)).max() < 4 * math.sqrt(0.5 / 4000)


def test_orthogonal_takes_a_convolutions_shape():
    """All axes but the last count as rows."""
    assert Orthogonal()(KEY, (3, 3, 2, 4)).shape == (3, 3, 2, 4)


@pytest.mark.parametrize("name", INITIALIZERS.classes)
def test_the_same_key_draws_the_same_and_another_does_not(name):
    """Initializer: the same for the same key; of JAX's default float type."""
    draw = initializers.get(name)
    W = draw(KEY, (4, 3))
    assert (W.shape, W.dtype) == ((4, 3), "float32")
    np.testing.assert_array_equal(W, draw(KEY, (4, 3)))
    assert name == "zeros" or (draw(jax.random.key(4), (4, 3)) != W).any()
    with jax.enable_x64(True):
        assert draw(KEY, (4, 3)).dtype == "float64"


def test_zeros_are_zeros():
    """Right for biases."""
    assert not initializers.get("zeros")(KEY, (3, 2)).any()


def test_an_unknown_name_is_answered_with_the_nearest():
    """registry.py: the message suggests."""
    with pytest.raises(ClearpropError, match="Did you mean 'glorot'"):
        initializers.get("glorut")
