"""Quantiles and scales, against hand-worked numbers, NumPy and scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import RobustScaler, StandardScaler

from clearprop.data.preparation.scaling import learn_scaling, quantiles, smooth_clip

SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
CELLS = st.sampled_from([-2.0, 0.0, 1.0, 1.0, 3.5, 1e6, np.nan])
TABLES = hnp.arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=CELLS).map(
    lambda X: np.where(np.isnan(X).all(0), 0.0, X)
)


def test_robust_by_hand():
    """1 … 9: the quartiles are the 3rd, 5th and 7th value; 0, 0, 0, 0, 8: no spread between them; 5, 5: none at all."""
    center, scale = learn_scaling(np.arange(1.0, 10)[:, None], None, "robust")
    assert (center.tolist(), scale.tolist()) == ([5.0], [1 / 4])
    X = np.array([[0.0, 5.0], [0.0, 5.0], [0.0, 5.0], [0.0, 5.0], [8.0, 5.0]])
    center, scale = learn_scaling(X, None, "robust")
    assert (center.tolist(), scale.tolist()) == ([0.0, 5.0], [2 / 8, 0.0])


def test_standard_by_hand():
    """1, 1, 4 with weights 1, 1, 2: mean 10/4, variance (2 · 1.5² + 2 · 1.5²) / 4."""
    center, scale = learn_scaling(np.array([[1.0], [1.0], [4.0]]), np.array([1.0, 1.0, 2.0]), "standard")
    assert (center.tolist(), scale.tolist()) == ([2.5], [1 / 1.5])


def test_the_clip_by_hand():
    """3 / √2 at 3; the slope is 1 at 0; the limits are ±3."""
    assert smooth_clip(np.array([0.0, 3.0, -3.0])) == pytest.approx([0, 3 / 2**0.5, -3 / 2**0.5], rel=1e-15)
    assert smooth_clip(np.array([1e-6])) == pytest.approx([1e-6], rel=1e-12)
    assert smooth_clip(np.array([-1e140, 1e140])).tolist() == [-3.0, 3.0]


@given(TABLES)
def test_quantiles_are_numpys(X):
    """np.nanquantile(method="inverted_cdf"), to the bit."""
    theirs = np.nanquantile(X, SHARES, axis=0, method="inverted_cdf")
    np.testing.assert_array_equal(quantiles(X, None, SHARES), theirs)


@given(TABLES, st.data())
def test_a_weight_is_a_number_of_rows(X, data):
    """To the bit where quantiles are taken; to rounding where means are."""
    counts = np.array(data.draw(st.lists(st.integers(1, 3), min_size=len(X), max_size=len(X))))
    repeated = np.repeat(X, counts, axis=0)
    weights = counts.astype(float)
    np.testing.assert_array_equal(quantiles(X, weights, SHARES), quantiles(repeated, None, SHARES))
    np.testing.assert_array_equal(quantiles(X, 0.5 * weights, SHARES), quantiles(repeated, None, SHARES))
    for ours, theirs in zip(
        learn_scaling(X, weights, "standard"), learn_scaling(repeated, None, "standard"), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12)


def test_standard_is_scikit_learns():
    X = np.random.default_rng(0).normal(3, 7, (50, 4))
    X[::7, 1] = np.nan
    w = np.random.default_rng(1).uniform(0.1, 2, 50)
    for weights in (None, w):
        center, scale = learn_scaling(X, weights, "standard")
        theirs = StandardScaler().fit(X, sample_weight=weights)
        np.testing.assert_allclose(center, theirs.mean_, rtol=1e-12)
        np.testing.assert_allclose(1 / scale, theirs.scale_, rtol=1e-12)


def test_robust_is_scikit_learns_where_the_quartiles_are_values():
    """With 4k + 1 rows the interpolated quartiles are values of the column, and so the two methods agree."""
    X = np.random.default_rng(0).normal(3, 7, (41, 4))
    center, scale = learn_scaling(X, None, "robust")
    theirs = RobustScaler().fit(X)
    np.testing.assert_array_equal(center, theirs.center_)
    np.testing.assert_allclose(1 / scale, theirs.scale_, rtol=1e-15)


@pytest.mark.parametrize("scaling", ["robust", "standard"])
def test_what_rounding_leaves_is_no_spread(scaling):
    """0.1 + 0.2 is not 0.3; but numbers far below 1 can have a spread (a charge in coulombs)."""
    X = np.array([[0.3, 1.602e-19, 1e9], [0.1 + 0.2, 3.204e-19, 1e9 + 1], [0.3, 4.8e-19, 1e9 + 2]])
    scale = learn_scaling(X, None, scaling)[1]
    assert scale[0] == 0
    assert scale[1] > 1e18
    assert 0.4 < scale[2] < 2


def test_a_large_mean_keeps_the_digits_of_a_small_spread():
    X = 1.7e12 + np.arange(5.0)[:, None]
    center, scale = learn_scaling(X, None, "robust")
    assert ((X - center) * scale)[:, 0].tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0]
