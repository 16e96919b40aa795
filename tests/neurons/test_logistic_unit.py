"""The logistic unit: its values, its derivative, and its limit."""

import numpy as np
import pytest
from scipy.special import expit

from clearprop.errors import ClearpropError
from clearprop.neurons import LogisticUnit, McCullochPitts

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 7))
UNIT = LogisticUnit(RNG.normal(size=7), 0.3)


def test_it_is_the_logistic_function_of_a_weighted_sum():
    """Against SciPy's expit."""
    np.testing.assert_allclose(UNIT(X), expit(X @ UNIT.weights + 0.3), rtol=1e-14)


def test_z_is_the_log_odds():
    a = UNIT(X)
    np.testing.assert_allclose(np.log(a / (1 - a)), UNIT.z(X), rtol=1e-12)


def test_the_derivative_is_that_of_finite_differences():
    """Central differences in the bias, which moves z by as much: their error is h² / 6 times a third derivative of at
    most 1/8.
    """
    h = 1e-4
    up, down = (LogisticUnit(UNIT.weights, UNIT.bias + step)(X) for step in (h, -h))
    np.testing.assert_allclose(UNIT.derivative(X), (up - down) / (2 * h), atol=h**2 / 48 + 1e-12)


def test_steep_it_is_a_threshold_unit():
    """The docstring's limit; no sum here is within 1e-3 of the threshold, so that e⁻¹⁰ is the largest difference."""
    threshold, k = 0.4, 1e4
    assert np.abs(X @ UNIT.weights - threshold).min() > 1e-3
    steep = LogisticUnit(k * UNIT.weights, -k * threshold)
    np.testing.assert_allclose(steep(X), McCullochPitts(UNIT.weights, threshold)(X), atol=np.exp(-10))


def test_at_the_threshold_itself_it_stays_at_one_half():
    for k in (1, 1e3, 1e6):
        assert LogisticUnit([k], -k)([1.0]) == 0.5


def test_no_sum_overflows():
    """Warnings are errors."""
    assert LogisticUnit([1.0])([[1e300], [-1e300], [800.0]]).tolist() == [1.0, 0.0, 1.0]
    assert LogisticUnit([1.0]).derivative([[1e300]]).tolist() == [0.0]


def test_what_does_not_fit_is_said():
    with pytest.raises(ClearpropError, match=r"X of shape \(50, 6\) does not fit LogisticUnit: its last axis"):
        UNIT(X[:, :6])
    with pytest.raises(ClearpropError, match="bias of LogisticUnit cannot be inf"):
        LogisticUnit([1.0], np.inf)
