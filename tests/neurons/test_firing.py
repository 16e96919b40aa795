"""The f–I curve and the thresholds, against closed forms, against simulations, and what counts as sustained."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import (
    BranchedLIF,
    HodgkinHuxley,
    Izhikevich,
    LeakyIntegrateAndFire,
    f_i_curve,
    firing,
    simulate,
    thresholds,
)
from clearprop.neurons.firing import _count, _Tally

LIF = LeakyIntegrateAndFire()


def test_the_curve_of_LIF_is_its_closed_form():
    """0 to 30 nA in steps of 0.5, the command's own example: within 0.1% everywhere, and 0 up to 10 nA."""
    currents = np.arange(0, 30.25, 0.5)
    found = f_i_curve(LIF, currents)
    np.testing.assert_allclose(found, [LIF.rate_hz(current) for current in currents], rtol=1e-3)
    assert found[currents <= 10].max() == 0


@pytest.mark.parametrize("neuron", [HodgkinHuxley(), BranchedLIF(2), Izhikevich.of_class("chattering")], ids=repr)
def test_a_rate_is_what_a_simulation_records(neuron):
    """The same spikes, counted as they come and afterwards; for a neuron with sites, with events, and with bursts."""
    current = neuron.typical_current
    found = f_i_curve(neuron, [current, 1.5 * current], duration_ms=400, settle_ms=100)
    recorded = simulate(neuron, [current, 1.5 * current], duration_ms=400, record=["V_mV"], record_every_ms=1.0)
    np.testing.assert_allclose(found, recorded.rate_hz(after_ms=100), rtol=1e-9)
    assert found.min() > 0


def test_shapes_and_types():
    """As the currents' own; float32 within a thousandth; no current, no rate."""
    currents = np.array([[12.0, 15.0, 20.0], [0.0, 5.0, 30.0]])
    wanted = [[LIF.rate_hz(current) for current in row] for row in currents]
    for float_type in ("float32", "float64"):
        np.testing.assert_allclose(f_i_curve(LIF, currents, float_type=float_type), wanted, rtol=1e-3)
    assert f_i_curve(LIF, 12.0).shape == ()
    assert f_i_curve(LIF, []).shape == (0,)


def test_one_that_stops_before_the_end_counts_as_silent():
    """Just below its onset Hodgkin and Huxley's neuron fires eight times or so, and no more."""
    found = f_i_curve(HodgkinHuxley(), [6.25], duration_ms=1000, settle_ms=0.0)
    recorded = simulate(HodgkinHuxley(), 6.25, duration_ms=1000, record=["V_mV"], record_every_ms=1.0)
    assert recorded.rate_hz() > 45
    assert found == [0.0]


def tally(moments, settle, every=1.0, end=100.0):
    """The tally of one neuron's spikes, looked at every so many ms."""
    found, count, last = _Tally(*map(jnp.asarray, (0, 0.0, 0, np.inf, 0.0))), 0, 0.0
    for look in np.arange(0, end, every):
        came = [moment for moment in moments if look <= moment < look + every]
        count, last = count + len(came), came[-1] if came else last
        found = found.with_spikes(jnp.asarray(count), jnp.asarray(last), jnp.asarray(look >= settle))
    return jax.device_get(found)


@pytest.mark.parametrize(
    ("moments", "rate"),
    [
        ([], 0),
        ([50], 0),
        ([10, 20, 95], 0),  # one after the settled time
        ([10, 40, 60, 80], 50),  # the end, at 100, is one interval away
        ([10, 30, 40, 50, 60, 70, 80], 100),  # and here exactly two
        ([10, 30, 40, 50, 60, 70, 79], 0),  # and here more than two
        ([40, 42, 44, 64, 66, 68], 5 / 28 * 1000),  # bursts: the pause of 20 counts
        ([30.2, 30.7, 50, 70, 90], 3 / 59.3 * 1000),  # two in the first look: the later one counts as the first
        ([*np.arange(30, 100, 0.25)], 4000),  # four in every look
    ],
)
def test_what_counts_as_sustained_by_hand(moments, rate, float64):
    """Settled from 25 ms on, ended at 100 ms, looked at every ms."""
    found = tally(moments, 25.0)
    assert float(found.rates_hz(100.0)) == pytest.approx(rate)
    assert found.spikes == len(moments)


def test_numbers_do_not_compile_anew():
    f_i_curve(LIF, [12.0, 15.0], duration_ms=100, settle_ms=10)
    before = len(_count)
    f_i_curve(LeakyIntegrateAndFire(tau_m_ms=9.0), [3.0, 40.0], duration_ms=50, settle_ms=0, dt_ms=0.05)
    assert len(_count) == before


def test_thresholds_of_LIF():
    """It begins at θ/R = 10 nA, to the grid's last step; one that fires once fires on: the two are nearly one, and
    the rate at the onset is what the closed form gives there.
    """
    found = thresholds(LIF, duration_ms=600)
    assert 10 < found.rheobase < 10 + 30 / 49**3 * 1.01
    assert found.rheobase <= found.sustained < found.rheobase + 0.001
    assert found.onset_hz == pytest.approx(LIF.rate_hz(found.sustained), rel=1e-2)


def test_thresholds_that_are_not_in_the_range():
    with pytest.raises(ClearpropError, match="LeakyIntegrateAndFire fires at 12 nA already: give a lower `lowest`"):
        thresholds(LIF, lowest=12.0, duration_ms=600)
    with pytest.raises(ClearpropError, match="does not keep firing at any current from 0 to 8 nA: give a higher `high"):
        thresholds(LIF, highest=8.0, duration_ms=600)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"settle_ms": 300.0}, r"settle_ms cannot be 300\.0: give a number from 0 to below duration_ms, 300"),
        ({"settle_ms": -1.0}, r"settle_ms cannot be -1\.0"),
        ({"settle_ms": float("nan")}, r"settle_ms cannot be nan"),
        ({"duration_ms": -5.0}, r"duration_ms cannot be -5\.0"),
        ({"dt_ms": 5.0}, r"dt_ms=5 is too long"),
        ({"currents": [1.0, float("nan")]}, r"current has to be finite"),
        ({"currents": "much"}, r"current cannot be 'much'"),
        ({"method": "rk5"}, r"no integrator called 'rk5'"),
        ({"float_type": "float16"}, r"float_type cannot be 'float16'"),
    ],
)
def test_what_cannot_be(settings, words):
    with pytest.raises(ClearpropError, match=words):
        f_i_curve(LIF, **{"currents": [1.0], "duration_ms": 300.0, **settings})


def test_a_potential_that_leaves_all_bounds():
    """Issue 5, bad input: the sentence names the variable, the current and dt_ms."""
    words = r"V_mV of HodgkinHuxley left all bounds at a current of 1e\+06 µA/cm²: give a shorter dt_ms than 0\.01"
    with pytest.raises(ClearpropError, match=words):
        f_i_curve(HodgkinHuxley(), [10.0, 1e6], duration_ms=20, settle_ms=0)


def test_a_neuron_that_rests_above_its_threshold():
    """A pacemaker: at −55 mV without a current, 5 mV above where it fires, the closed form says 62.6 Hz."""
    neuron = LeakyIntegrateAndFire(v_rest_mV=-55.0)
    currents = [-6.0, -4.0, 0.0, 2.0]
    found, wanted = f_i_curve(neuron, currents), [neuron.rate_hz(current) for current in currents]
    assert wanted[0] == 0 < min(wanted[1:])
    np.testing.assert_allclose(found, wanted, rtol=1e-3)


def test_spikes_that_follow_each_other_within_a_step():
    """50 a ms, in steps of 0.1 ms, ended long before the time did and would be no sustained rate."""
    fast = LeakyIntegrateAndFire(refractory_ms=0.0)
    with pytest.raises(ClearpropError, match=r"LeakyIntegrateAndFire fires more than once within dt_ms=0\.1: give"):
        f_i_curve(fast, [20.0, 5000.0])


def test_currents_dealt_out_to_several_cores_give_the_same_rates(monkeypatch):
    """101 currents on three cores: parts of 34, the last one filled up, and put together again in order."""
    currents = np.linspace(0, 30, 101)
    found = []
    for count in (1, 3):
        monkeypatch.setattr(firing, "cores", lambda count=count: count)
        found.append(f_i_curve(LeakyIntegrateAndFire(), currents, duration_ms=300, settle_ms=50))
    assert (found[0] == found[1]).all()
    assert (np.diff(found[0]) >= 0).all() and found[0][-1] > 100
