"""Neurons through time: currents in every form, records, and what cannot be simulated."""

import dataclasses

import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import Exponential, HodgkinHuxley, Inputs, LeakyIntegrateAndFire, Neuron, simulate
from clearprop.neurons.simulate import _record

LIF = LeakyIntegrateAndFire()


def test_below_threshold_it_is_the_closed_form():
    """V = V_rest + R I (1 − e^(−t/τ)), to what RK4 at 0.1 ms of 10 leaves, (h/τ)⁵/120 a step: about 1e-9."""
    found = simulate(LIF, 8.0, duration_ms=50)
    assert found.time_ms.shape == found.V_mV.shape == (501,)
    assert found.time_ms[-1] == pytest.approx(50)
    np.testing.assert_allclose(found.V_mV, -70 + 8 * (1 - np.exp(-found.time_ms / 10)), atol=1e-8)


def test_a_current_for_each_neuron():
    """(2, 3) currents: potentials (times, 2, 3), and six lists of spikes, each as that neuron's alone."""
    currents = np.array([[0.0, 12.0, 15.0], [20.0, -5.0, 30.0]])
    found = simulate(LIF, currents, duration_ms=50)
    assert found.V_mV.shape == (501, 2, 3)
    assert len(found.spikes_ms) == 6
    for own, current, V in zip(found.spikes_ms, currents.ravel(), found.V_mV.reshape(501, 6).T, strict=True):
        alone = simulate(LIF, current, duration_ms=50)
        np.testing.assert_allclose(own, alone.spikes_ms, rtol=1e-12)
        np.testing.assert_allclose(V, alone.V_mV, rtol=1e-12)


def test_a_current_that_is_a_function_of_time():
    """8 nA from 20 ms on, to one neuron and to several: still until then, and the closed form after."""
    wanted = np.where(np.arange(501) < 200, 0.0, 1 - np.exp(-(np.arange(501) * 0.1 - 20) / 10))
    one = simulate(LIF, lambda t: 8.0 * (t >= 20), duration_ms=50, dt_ms=0.1)
    np.testing.assert_allclose(one.V_mV, -70 + 8 * wanted, atol=1e-8)
    two = simulate(LIF, lambda t: np.array([8.0, -4.0]) * (t >= 20), duration_ms=50, dt_ms=0.1, record_every_ms=0.5)
    np.testing.assert_allclose(two.V_mV, -70 + np.outer(wanted[::5], [8, -4]), atol=1e-8)


def test_recording_less_often_changes_nothing_else():
    """Every tenth point of the same course, and the same spikes; only the variables asked for."""
    fine = simulate(HodgkinHuxley(), 10.0, duration_ms=20, dt_ms=0.02)
    coarse = simulate(HodgkinHuxley(), 10.0, duration_ms=20, dt_ms=0.02, record=["h", "V_mV"], record_every_ms=0.2)
    assert set(fine.variables) == {"V_mV", "m", "h", "n"}
    assert set(coarse.variables) == {"h", "V_mV"}
    np.testing.assert_allclose(coarse.time_ms, fine.time_ms[::10], rtol=1e-12)
    np.testing.assert_allclose(coarse.V_mV, fine.V_mV[::10], rtol=1e-9)
    np.testing.assert_allclose(coarse.spikes_ms, fine.spikes_ms, rtol=1e-9)
    assert len(fine.spikes_ms) == 2


def test_the_type_of_its_numbers():
    for float_type in ("float32", "float64"):
        assert simulate(LIF, 8.0, duration_ms=50, float_type=float_type).V_mV.dtype == float_type


def test_numbers_do_not_compile_anew():
    """Another capacitance, current or step of the same count: the same program."""
    simulate(LIF, 8.0, duration_ms=50, dt_ms=0.1)
    before = len(_record)
    simulate(LeakyIntegrateAndFire(tau_m_ms=7.0, v_rest_mV=-68.0), 3.0, duration_ms=25, dt_ms=0.05)
    assert len(_record) == before


@pytest.mark.parametrize("current", [1e6, -1e6])
def test_a_potential_that_leaves_all_bounds(current):
    """Issue 5, bad input: the sentence names the variable, the time and dt_ms."""
    with pytest.raises(ClearpropError, match=r"V_mV of HodgkinHuxley left all bounds at \d.* shorter dt_ms than 0\.01"):
        simulate(HodgkinHuxley(), current, duration_ms=5.0)


@dataclasses.dataclass(frozen=True)
class Capacitor(Neuron):
    """dV/dt = I, from 0: it never leaks."""

    def rest(self):
        return {"V_mV": 0.0}

    def derivative(self, state, current):
        return {"V_mV": current + 0 * state["V_mV"]}


def test_a_potential_no_neuron_has():
    """1000 mV are passed at 2.5 ms by 400 mV/ms, though a number that large is still one."""
    assert simulate(Capacitor(), 399.0, duration_ms=2.5, dt_ms=0.1).V_mV[-1] == pytest.approx(997.5)
    with pytest.raises(
        ClearpropError, match=r"V_mV of Capacitor left all bounds at 2\.6 ms: give a shorter dt_ms than"
    ):
        simulate(Capacitor(), -399.0, duration_ms=3.0, dt_ms=0.1)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"dt_ms": 3.0}, r"dt_ms=3 is too long a step for LeakyIntegrateAndFire"),
        ({"dt_ms": -0.1}, r"dt_ms cannot be -0\.1"),
        ({"duration_ms": 0.0}, r"duration_ms cannot be 0\.0"),
        (
            {"record_every_ms": 0.15, "dt_ms": 0.1},
            r"record_every_ms=0\.15 is not a whole number of steps of dt_ms=0\.1",
        ),
        ({"current": "much"}, r"current cannot be 'much': give numbers"),
        ({"current": lambda _t: "much"}, r"current cannot be .*: give numbers"),
        ({"current": [1.0, np.nan]}, r"current has to be finite"),
        ({"method": "rk5"}, r"no integrator called 'rk5'"),
        ({"record": ["W_mV"]}, r"There is no variable to record called 'W_mV'\. Did you mean 'V_mV'\? Known: V_mV\."),
        ({"float_type": "float16"}, r"float_type cannot be 'float16': give one of float32, float64\."),
    ],
)
def test_what_cannot_be_simulated(settings, words):
    with pytest.raises(ClearpropError, match=words):
        simulate(LIF, **{"current": 1.0, "duration_ms": 10.0, **settings})


def test_spikes_that_follow_each_other_within_a_step():
    """By the closed form 50 in each ms, of which steps of 0.1 ms keep 10, ever later; steps of 0.01 keep them."""
    fast = LeakyIntegrateAndFire(refractory_ms=0.0)
    with pytest.raises(ClearpropError, match=r"LeakyIntegrateAndFire fires more than once within dt_ms=0\.1: give"):
        simulate(fast, 5000.0, duration_ms=5)
    found = simulate(fast, 5000.0, duration_ms=5, dt_ms=0.01)
    assert found.rate_hz() == pytest.approx(fast.rate_hz(5000.0), rel=1e-3)
    assert len(found.spikes_ms) == pytest.approx(5e-3 * fast.rate_hz(5000.0), abs=2)


@pytest.mark.parametrize("current", [np.ones(1000), lambda _t: np.ones(1000)])
def test_more_than_memory_holds(current):
    """1e8 ms in steps of 0.1 are 16 GB for each of a thousand neurons: refused at once, not when it is all used up."""
    with pytest.raises(
        ClearpropError, match=r"16,000\.0 GB would be recorded, more than half of .* shorter duration_ms"
    ):
        simulate(LIF, current, duration_ms=1e8)
    with pytest.raises(ClearpropError, match=r"8,040\.0 GB would be recorded"):
        simulate(LIF, current, duration_ms=1e8, record_every_ms=20.0, dt_ms=0.1)
    with pytest.raises(ClearpropError, match=r"4,000\.0 GB would be recorded"):
        simulate(LIF, current, duration_ms=1e8, record=(), float_type="float32")


def test_shapes_of_currents_and_inputs_that_do_not_fit():
    """Three neurons' currents, two neurons' spikes."""
    spikes = Inputs(Exponential(), np.zeros((50, 2, 4)), np.ones(4))
    with pytest.raises(ClearpropError, match=r"current .*\(3,\).* spikes .*\(2,\)"):
        simulate(LIF, [1.0, 2.0, 3.0], duration_ms=5, inputs=[spikes])
