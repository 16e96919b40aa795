"""Pair STDP: its window, the sum over all pairs, its bounds, and where uncorrelated spikes take a weight."""

import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import PairSTDP, poisson

RULE = PairSTDP(0.02, 0.03, 15.0, 30.0, w_min=None)


def test_its_window():
    """Song, Miller and Abbott (2000), equation 1: A₊ and −A₋ on both sides of 0, 1/e of that after τ, nothing at 0."""
    found = RULE.change([-300.0, -30.0, -1e-9, 0.0, 1e-9, 15.0, 300.0])
    wanted = [-0.03 * np.exp(-10), -0.03 / np.e, -0.03, 0.0, 0.02, 0.02 / np.e, 0.02 * np.exp(-20)]
    np.testing.assert_allclose(found, wanted, rtol=1e-9)
    defaults = PairSTDP()
    assert defaults.a_minus / defaults.a_plus == pytest.approx(1.05)  # theirs
    assert float(defaults.change(20.0)) == pytest.approx(0.01 / np.e)


def test_two_traces_are_the_sum_over_all_pairs():
    """Three inputs, two outputs, 400 steps with up to several spikes in each: every pair's Δw, added up in NumPy."""
    generator, dt = np.random.default_rng(0), 0.5
    pre, post = generator.poisson(0.1, (400, 3)), generator.poisson(0.15, (400, 2))
    w = generator.normal(size=(3, 2))
    time = np.arange(400) * dt
    window = RULE.change(time[None, :] - time[:, None])  # (pre's time, post's time)
    found = RULE.run(pre, post, w, dt)
    np.testing.assert_allclose(found, w + pre.T @ window @ post, rtol=1e-11)
    assert abs(found - w).min() > 1e-3


def test_spikes_of_one_step_do_nothing_to_each_other():
    """Δt = 0: neither came first. A step apart it is a whole window's height."""
    assert RULE.run([[1], [0]], [[1], [0]], [[0.5]], 1.0) == pytest.approx(0.5, abs=0)
    assert float(RULE.run([[1], [0]], [[0], [1]], [[0.5]], 1.0)[0, 0]) == pytest.approx(0.5 + 0.02 * np.exp(-1 / 15))
    assert float(RULE.run([[0], [1]], [[1], [0]], [[0.5]], 1.0)[0, 0]) == pytest.approx(0.5 - 0.03 * np.exp(-1 / 30))


def test_a_weight_stays_between_its_bounds():
    """Causal pairs only, and their reverse: up to w_max and down to w_min, at every step and not just at the end."""
    one = np.zeros((300, 1), int)
    one[::30] = 1
    rule = PairSTDP(0.2, 0.2, w_min=0.1, w_max=0.7)
    assert rule.run(one, np.roll(one, 2, 0), [[0.5]], 1.0) == 0.7
    assert rule.run(np.roll(one, 2, 0), one, [[0.5]], 1.0) == 0.1
    # from the bound it comes back by what happens then, and not by what was cut off before
    up_then_down = rule.run([[1], [0], [0], [1]], [[0], [1], [1], [0]], [[0.65]], 1.0)
    y = np.exp(-1 / 20) + np.exp(-2 / 20)
    assert float(up_then_down[0, 0]) == pytest.approx(max(0.1, 0.7 - 0.2 * y))


def test_uncorrelated_spikes_take_a_weight_down():
    """Poisson trains of rate r: every pair of times is as likely, so E Δw = r² T (A₊ τ₊ − A₋ τ₋), here less what the
    ends and steps of 1 ms cut off; the mean of 400 synapses within 4 standard errors, and so its sign.
    """
    rate, seconds = 20.0, 20.0
    pre, post = poisson(rate, 20, seconds * 1000, seed=1), poisson(rate, 20, seconds * 1000, seed=2)
    for rule in (PairSTDP(w_min=None), RULE, PairSTDP(0.02, 0.01, w_min=None)):
        area = rule.a_plus * rule.tau_plus_ms - rule.a_minus * rule.tau_minus_ms
        drift = rule.run(pre, post, np.zeros((20, 20)), 1.0)
        wanted = (rate / 1000) ** 2 * seconds * 1000 * area
        # Synapses of one neuron share its train: as independent as there are neurons, on either side.
        error = np.sqrt(drift.mean(0).var(ddof=1) / 20 + drift.mean(1).var(ddof=1) / 20)
        assert drift.mean() == pytest.approx(wanted, abs=4 * error)
        assert abs(wanted) > 4 * error or rule.a_minus == 0.0105  # whose areas differ by a twentieth only
    assert drift.mean() > 0


def test_types_and_numbers():
    """float32 to its precision; both bounds left out; another rate compiles nothing that is seen here."""
    pre, post = np.eye(4, dtype=np.uint8), np.eye(4, k=1, dtype=np.uint8)
    double, single = (RULE.run(pre, post, np.ones((4, 4)), 1.0, kind) for kind in ("float64", "float32"))
    assert (double.dtype, single.dtype) == (np.float64, np.float32)
    np.testing.assert_allclose(single, double, rtol=1e-5)


@pytest.mark.parametrize(
    ("pre", "post", "w"),
    [
        (np.zeros((5, 2)), np.zeros((4, 3)), np.zeros((2, 3))),
        (np.zeros((5, 2)), np.zeros((5, 3)), np.zeros((3, 2))),
        (np.zeros(5), np.zeros((5, 3)), np.zeros((1, 3))),
    ],
)
def test_shapes_that_do_not_fit(pre, post, w):
    with pytest.raises(ClearpropError, match=r"pre \(.* post \(.* and weights \(.* do not fit: give \(steps, inputs\)"):
        RULE.run(pre, post, w, 1.0)


@pytest.mark.parametrize("dt_ms", [0.0, -1.0, float("nan")])
def test_a_step_that_cannot_be(dt_ms):
    with pytest.raises(ClearpropError, match="dt_ms cannot be"):
        RULE.run([[1]], [[1]], [[1.0]], dt_ms)


def test_bounds_that_leave_no_room():
    with pytest.raises(ClearpropError, match="w_min=1 of PairSTDP has to lie below w_max=1"):
        PairSTDP(w_min=1.0, w_max=1.0)
