"""What a network is worth: by hand, by closed forms, and beside scikit-learn."""

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score, roc_curve

from clearprop.analogy.measures import auc, d_prime, measures, roc


def gaussians(n, apart):
    """(z, fired): two normal distributions of variance 1, so far apart."""
    random = np.random.default_rng(0)
    fired = np.arange(n) % 4 == 0
    return random.normal(size=n) + apart * fired, fired


def test_the_area_by_hand():
    """Of hits 3, 1 and misses 2, 1, 0: 3 beats all three; 1 beats one and ties with one: (3 + 1.5)/6."""
    z, fired = np.array([3.0, 1.0, 2.0, 1.0, 0.0]), np.array([True, True, False, False, False])
    assert auc(z, fired) == pytest.approx(0.75)


@pytest.mark.parametrize("apart", [0.0, 1.0, 2.5])
def test_the_area_is_scikit_learns_and_the_closed_form(apart):
    z, fired = gaussians(40_000, apart)
    assert auc(z, fired) == pytest.approx(roc_auc_score(fired, z), abs=1e-12)
    assert auc(z, fired) == pytest.approx(norm.cdf(apart / np.sqrt(2)), abs=0.01)


def test_d_prime_is_the_distance_in_standard_deviations():
    z, fired = gaussians(400_000, 1.5)
    assert measures(z, fired, z, z)["d_prime"] == pytest.approx(1.5, abs=0.03)


def test_d_prime_is_finite_when_nothing_or_everything_is_caught():
    """Half a spike of 10 is the least: Φ⁻¹(.05) + 2.807 and Φ⁻¹(.95) + 2.807."""
    assert d_prime(0.0, 1 / 400, 10) == pytest.approx(-1.645 + 2.807, abs=1e-3)
    assert d_prime(1.0, 1 / 400, 10) == pytest.approx(1.645 + 2.807, abs=1e-3)


def test_caught_is_the_share_above_what_one_bin_in_400_exceeds():
    z, fired = gaussians(400_000, 2.0)
    expected = 1 - norm.cdf(norm.ppf(1 - 1 / 400) - 2.0)
    assert measures(z, fired, z, z)["caught"] == pytest.approx(expected, abs=0.01)


def test_explained_variance_is_1_for_the_potential_itself_and_0_for_a_constant():
    z, fired = gaussians(400, 1.0)
    V = np.random.default_rng(1).normal(size=400)
    assert measures(z, fired, V + 3, V)["explained_variance"] == pytest.approx(1)
    assert measures(z, fired, np.zeros(400), V)["explained_variance"] == pytest.approx(0)
    assert measures(z, fired, 0.5 * V, V)["explained_variance"] == pytest.approx(0.75)


def test_the_curve_goes_through_scikit_learns_points():
    z, fired = gaussians(4_000, 1.0)
    found = roc(z, fired)
    false_alarms, hits, _thresholds = roc_curve(fired, z)
    assert found["false_alarms"][0] == 0 and found["false_alarms"][-1] == 1 == found["hits"][-1]
    assert found["hits"] == pytest.approx(np.interp(found["false_alarms"], false_alarms, hits), abs=0.02)
