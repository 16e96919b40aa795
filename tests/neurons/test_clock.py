"""Steps, frames, and what cannot be one."""

import math

import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import BranchedLIF, HodgkinHuxley, LeakyIntegrateAndFire
from clearprop.neurons.clock import Clock, clock, round_down

LIF, HH = LeakyIntegrateAndFire(), HodgkinHuxley()


@pytest.mark.parametrize(
    ("neuron", "dt_ms"),
    [
        (LIF, 0.1),
        (LeakyIntegrateAndFire(tau_m_ms=1.0), 0.05),
        (LeakyIntegrateAndFire(tau_m_ms=0.1), 0.005),
        (HH, 0.01),
        (HodgkinHuxley(temperature_C=26.3), 0.001),  # gates nine times as fast: 0.05 / 9 / 4 = 0.0014
    ],
)
def test_without_a_step_one_that_suits_the_neuron(neuron, dt_ms):
    """A quarter of the longest that it bears, rounded down to 1, 2 or 5, and at most 0.1 ms."""
    assert clock(neuron, 10.0) == Clock(dt_ms, 1, round(10 / dt_ms))


def test_a_step_is_made_to_fit_a_frame():
    """0.25 ms are three steps of 0.0833 ms, the longest that is not above 0.1."""
    found = clock(LIF, 10.0, frame_ms=0.25)
    assert found == Clock(0.25 / 3, 3, 40)
    assert found.frame_ms == pytest.approx(0.25)
    assert clock(LIF, 10.0, 0.05, 1.0) == Clock(0.05, 20, 10)


def test_the_last_frame_is_a_whole_one():
    assert clock(LIF, 10.01, 0.1).frames == 101
    assert clock(LIF, 0.3, 0.1).frames == 3  # though 0.3 / 0.1 is computed as 2.9999…
    assert clock(LIF, 1e-3, 0.1).frames == 1


def test_its_times():
    ticks = Clock(0.5, 2, 3)
    np.testing.assert_array_equal(ticks.frame_times(), [0, 1, 2, 3])
    np.testing.assert_array_equal(ticks.step_times(), [0, 0.5, 1, 1.5, 2, 2.5])


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_times_that_cannot_be(value, place):
    name = [None, "duration_ms", "dt_ms", "record_every_ms"][place]
    arguments = [LIF, 10.0, 0.1, 1.0]
    arguments[place] = value
    with pytest.raises(ClearpropError, match=rf"{name} cannot be {value!r}: give a number above 0\."):
        clock(*arguments)


def test_a_step_too_long_for_the_neuron():
    """Issue 5, bad input: the sentence names dt_ms, the neuron and its limit; the limit itself will do."""
    with pytest.raises(ClearpropError, match=r"dt_ms=0\.1 is too long .* HodgkinHuxley, whose .* need 0\.0425 ms or"):
        clock(HH, 10.0, 0.1)
    assert clock(LIF, 10.0, 2.0).dt_ms == 2.0


@pytest.mark.parametrize("arguments", [(1e9, 0.1), (1e300, 1e-10), (10.0, 5e-324), (10.0, 0.1, 1e300), (1e9,)])
def test_more_steps_than_can_be_counted(arguments):
    with pytest.raises(ClearpropError, match=r"ms in steps of .* too many steps: give a shorter duration_ms, or"):
        clock(LIF, *arguments)
    assert clock(LIF, 2e8, 0.1).frames == 2_000_000_000


def test_numbers_of_a_recording():
    """3 neurons with 5 sites of 2 variables in 10 frames of 4 steps, in each of which any may fire."""
    assert Clock(0.1, 4, 10).numbers(BranchedLIF(), 3, 2) == 3 * 10 * (2 * 5 + 4)


def test_a_frame_that_is_not_a_whole_number_of_steps():
    for frame in (0.25, 0.04):
        with pytest.raises(ClearpropError, match=rf"record_every_ms={frame} is not a whole number .* dt_ms=0\.1\."):
            clock(LIF, 10.0, 0.1, frame)


def test_round_down():
    """1, 2 or 5 times a power of ten: not above, and more than two fifths of what was given."""
    for value in np.geomspace(1e-5, 100, 500):
        found = round_down(float(value))
        assert 0.4 * value < found <= value * (1 + 1e-9)
        assert f"{found:e}"[:8] in ("1.000000", "2.000000", "5.000000")
    assert [round_down(value) for value in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)] == [0.1, 0.2, 0.5, 1.0, 2.0, 5.0]
