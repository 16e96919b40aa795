import numpy as np
import pytest

from clearprop.errors import DataError
from clearprop.estimators.scale import Scale


def test_mean_and_spread_of_each_column():
    scale = Scale.of(np.array([[1.0, 5.0], [3.0, 5.0]]))
    assert scale.mean.tolist() == [2, 5]
    assert scale.scale.tolist() == [1, 1]


def test_a_weight_of_two_is_a_row_given_twice():
    X = np.random.default_rng(0).normal(size=(4, 2))
    weighted, repeated = Scale.of(X, np.array([2, 1, 0, 1])), Scale.of(X[[0, 0, 1, 3]])
    np.testing.assert_allclose(weighted.mean, repeated.mean, rtol=1e-14)
    np.testing.assert_allclose(weighted.scale, repeated.scale, rtol=1e-14)


def test_there_and_back():
    X = np.random.default_rng(0).normal(1e6, 3, size=(50, 3))
    scale = Scale.of(X)
    np.testing.assert_allclose(scale.undo(scale.apply(X)), X, rtol=1e-14)


def test_float32_rows_are_computed_with_in_float64():
    X = np.array([[16777216.0], [16777218.0]], np.float32)
    assert Scale.of(X).apply(X).tolist() == [[-1.0], [1.0]]


def test_numbers_too_large():
    with pytest.raises(DataError, match="Column 1 has numbers too large"):
        Scale.of(np.array([[0.0, 1e300], [1.0, -1e300]]))
