"""Poisson spikes: their numbers, intervals and independence, each within its standard error."""

import numpy as np
import pytest
from scipy import stats

from clearprop.errors import ClearpropError
from clearprop.neurons import poisson


def test_counts_have_the_mean_and_variance_of_a_poisson_process():
    """50 Hz in bins of 10 ms: mean ½, variance ½, with standard errors √(λ/n) and √((λ + 2λ²)/n) over n = 400,000 bins;
    and every share of bins with 0, 1, 2, … spikes, by a χ² test.
    """
    counts = poisson(50.0, 40, 10_000.0, 10.0, trials=10, seed=1)
    assert counts.shape == (1000, 10, 40)
    assert counts.dtype == np.uint8
    n = counts.size
    assert counts.mean() == pytest.approx(0.5, abs=4 * np.sqrt(0.5 / n))
    assert counts.var() == pytest.approx(0.5, abs=4 * np.sqrt((0.5 + 2 * 0.25) / n))
    seen = np.bincount(counts.ravel(), minlength=6)[:6]
    assert stats.chisquare(seen, stats.poisson.pmf(np.arange(6), 0.5) * n, sum_check=False).pvalue > 1e-3


def test_intervals_are_exponential():
    """20 Hz in bins of 0.01 ms, 1/5000 of an interval: a Kolmogorov–Smirnov test of some 4000 intervals."""
    when = np.flatnonzero(poisson(20.0, 1, 200_000.0, 0.01, seed=2)[:, 0]) * 0.01
    assert len(when) > 3500
    assert stats.kstest(np.diff(when), stats.expon(scale=50.0).cdf).pvalue > 1e-3


def test_inputs_and_bins_know_nothing_of_each_other():
    """Correlations between inputs, and of each with itself a bin later: none beyond 4 or so standard errors of 1/√n."""
    counts = poisson(100.0, 10, 20_000.0, seed=3).astype(float)
    assert abs(np.corrcoef(counts.T)[np.triu_indices(10, 1)]).max() < 4.5 / np.sqrt(20_000)
    later = [np.corrcoef(own[1:], own[:-1])[0, 1] for own in counts.T]
    assert np.abs(later).max() < 4.5 / np.sqrt(20_000)


def test_the_same_seed_the_same_spikes():
    first, again, other = (poisson(10.0, 50, 1000.0, trials=2, seed=seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 4.5 / np.sqrt(first.size)
    assert (first != other).any()
    assert (first[:, 0] != first[:, 1]).any()


def test_a_rate_for_each_input():
    """0, 5 and 80 Hz over 50 trials of 2 s: each within 4 standard errors √(rate/time); the one of 0 never fires."""
    rates = np.array([0.0, 5.0, 80.0])
    found = poisson(rates, 3, 2000.0, trials=50, seed=7).sum((0, 1)) / 100.0
    assert found[0] == 0
    assert (abs(found - rates) <= 4 * np.sqrt(rates / 100)).all()


def test_a_rate_for_each_bin():
    """Two inputs, 10 bins of 100 ms, 400 trials: every mean within 4.5 standard errors, and 0 where it is 0."""
    rates = np.outer(np.arange(10), [10.0, 20.0])
    found = poisson(rates, 2, 1000.0, 100.0, trials=400, seed=8).mean(1)
    assert found.shape == (10, 2)
    assert (abs(found - rates / 10) <= 4.5 * np.sqrt(rates / 10 / 400)).all()
    assert poisson(rates, 2, 1000.0, 100.0).shape == (10, 2)


def test_the_last_bin_is_a_whole_one():
    assert poisson(10.0, 3, 10.5).shape == (11, 3)
    assert poisson(10.0, 3, 0.3, 0.1, trials=1).shape == (3, 1, 3)
    assert poisson(0.0, 3, 10.0).max() == 0


def test_many_are_drawn_at_once():
    """Issue 5, speed: 100 trials of 6 s with 100 inputs at 10 Hz, 60 million bins."""
    counts = poisson(10.0, 100, 6000.0, trials=100)
    assert counts.shape == (6000, 100, 100)
    assert counts.sum(dtype=int) == pytest.approx(600_000, abs=5 * np.sqrt(600_000))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"rate_hz": -1.0}, "rate_hz cannot be negative"),
        ({"rate_hz": [1.0, np.nan]}, "rate_hz cannot be negative or not finite"),
        ({"rate_hz": "fast"}, "rate_hz cannot be 'fast': give numbers"),
        ({"rate_hz": [1.0, 2.0, 3.0]}, r"rate_hz of shape \(3,\) does not fit: give one number, 2, or 10 × 2"),
        ({"rate_hz": np.ones((2, 2))}, r"rate_hz of shape \(2, 2\) does not fit"),
        ({"rate_hz": 2e5}, r"rate_hz of 200000 is too high for bins of 1 ms: give a shorter bin_ms"),
        ({"inputs": 0}, "inputs cannot be 0: give a number above 0"),
        ({"duration_ms": -1.0}, r"duration_ms cannot be -1\.0"),
        ({"bin_ms": 0.0}, r"bin_ms cannot be 0\.0"),
        ({"trials": 0}, "trials cannot be 0"),
    ],
)
def test_what_cannot_be(arguments, words):
    with pytest.raises(ClearpropError, match=words):
        poisson(**{"rate_hz": 10.0, "inputs": 2, "duration_ms": 10.0, **arguments})
