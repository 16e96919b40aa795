"""Bumps in time: their shape, and what networks see through them."""

import numpy as np
import pytest

from clearprop.analogy.bumps import bumps, windows


def test_a_bump_is_a_raised_cosine_in_the_logarithm_of_time():
    """Pillow et al. 2008: evenly spaced middles, zero beyond two spacings, equal squares of the sum."""
    basis = bumps(6, 80)
    place = np.log(np.arange(80) + 2)
    middles = np.linspace(np.log(2), np.log(50), 6)
    width = 2 * (middles[1] - middles[0])
    for k, middle in enumerate(middles):
        expected = np.array(
            [0.5 * (1 + np.cos(np.pi * (p - middle) / width)) if abs(p - middle) < width else 0 for p in place]
        )
        assert basis[:, k] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-6)
    assert basis[0, 0] == basis[:, 0].max()  # the first is highest at the spike itself
    assert (np.diff(basis.argmax(0)) > 0).all() and (basis[-1, :-2] == 0).all()


def test_every_age_within_the_window_is_seen():
    basis = bumps(8, 80)
    assert (basis[:60].sum(1) > 0.05).all()


def test_a_window_is_the_sum_of_what_each_spike_weighs():
    """By an explicit loop over ages."""
    random = np.random.default_rng(0)
    spikes = random.poisson(0.1, (60, 3, 4)).astype(np.uint8)
    basis = bumps(5, 20)
    time, trial = np.array([19, 40, 59]), np.array([0, 2, 1])
    found = windows(spikes, time, trial, basis, 0.1).reshape(3, 5, 4)
    for row in range(3):
        for k in range(5):
            for i in range(4):
                seen = sum(basis[age, k] * spikes[time[row] - age, trial[row], i] for age in range(20))
                expected = (seen - 0.1 * basis[:, k].sum()) / np.sqrt(0.1)
                assert found[row, k, i] == pytest.approx(expected, abs=1e-5)


def test_of_poisson_spikes_a_window_has_mean_0_and_variance_1():
    random = np.random.default_rng(1)
    spikes = random.poisson(0.05, (5080, 1, 40)).astype(np.uint8)
    time = np.arange(80, 5080, 20)
    seen = windows(spikes, time, np.zeros(len(time), int), bumps(4, 80), 0.05).reshape(len(time), 4, 40)
    n = len(time) * 40
    assert abs(seen.mean((0, 2))).max() < 5 / np.sqrt(n / 4)  # rows overlap: a quarter of them are independent
    assert seen.var((0, 2)) == pytest.approx(np.ones(4), abs=0.1)
