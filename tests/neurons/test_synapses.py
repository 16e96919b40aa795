"""Each synapse: its trace is its kernel, effects add up, and the currents are those of its equations."""

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from clearprop.errors import ClearpropError
from clearprop.neurons import NMDA, Alpha, Exponential, Inputs, LeakyIntegrateAndFire, Neuron, simulate
from clearprop.neurons.synapses import see_that_it_takes

SYNAPSES = [Exponential(5.0), Alpha(2.0), NMDA(), NMDA(1.0, 3.0, 0.5)]


@pytest.mark.parametrize("synapse", SYNAPSES, ids=repr)
def test_its_trace_is_its_kernel(synapse, float64):
    """A spike of weight 1.5, then steps of all lengths: 1.5 kernel(t) to 1e-12. Steps are exact, however long."""
    traces, time = synapse.arrive(synapse.rest(), 1.5), 0.0
    assert float(synapse.open(synapse.rest())) == 0.0
    for h in (0.0, 0.01, 0.1, 0.5, 0.5, 3.0, 20.0, 100.0):
        traces, time = synapse.decay(traces, h), time + h
        assert float(synapse.open(traces)) == pytest.approx(1.5 * float(synapse.kernel(time)), abs=1e-12)


@pytest.mark.parametrize("synapse", SYNAPSES, ids=repr)
def test_effects_add_up(synapse, float64):
    """Spikes at 0, 2 and 2.5 ms with weights of their own, then 4 ms: the sum of three kernels, to 1e-12."""
    traces = synapse.decay(synapse.arrive(synapse.rest(), 1.0), 2.0)
    traces = synapse.decay(synapse.arrive(traces, -0.3), 0.5)
    traces = synapse.decay(synapse.arrive(traces, 2.0), 4.0)
    wanted = synapse.kernel(6.5) - 0.3 * synapse.kernel(4.5) + 2 * synapse.kernel(4.0)
    assert float(synapse.open(traces)) == pytest.approx(float(wanted), abs=1e-12)


@pytest.mark.parametrize("synapse", SYNAPSES, ids=repr)
def test_kernels(synapse):
    """Nothing before the spike; a peak of 1; the areas τ, e τ and, for two exponentials, N (τ_decay − τ_rise)."""
    t = np.linspace(0, 400, 400_001)
    k = synapse.kernel(t)
    np.testing.assert_array_equal(synapse.kernel([-1e-9, -5.0]), 0.0)
    assert k.max() == pytest.approx(1.0, abs=1e-6)
    assert k.min() >= 0
    area = quad(lambda t: float(synapse.kernel(t)), 0, 2000, limit=500, points=[1, 5, 20, 100, 500])[0]
    if isinstance(synapse, Exponential):
        wanted = synapse.tau_ms
    elif isinstance(synapse, Alpha):
        wanted = np.e * synapse.tau_ms
        assert t[np.argmax(k)] == pytest.approx(synapse.tau_ms)
    else:
        rise, decay = synapse.tau_rise_ms, synapse.tau_decay_ms
        at_peak = (rise / decay) ** (rise / (decay - rise)) - (rise / decay) ** (decay / (decay - rise))
        wanted = (decay - rise) / at_peak
    assert area == pytest.approx(wanted, rel=1e-8)


def test_the_magnesium_block(float64):
    """Jahr and Stevens (1990), equation 4, in NumPy, at several potentials and concentrations; half of it is gone at
    ln([Mg]/3.57)/0.062, −20.5 mV at 1 mM; without magnesium there is none; no potential overflows.
    """
    V = np.array([-1000.0, -90.0, -70.0, -40.0, 0.0, 40.0])
    for magnesium in (0.1, 1.0, 2.0):
        wanted = 1 / (1 + magnesium / 3.57 * np.exp(-0.062 * V))
        np.testing.assert_allclose(NMDA(magnesium_mM=magnesium).block(V), wanted, rtol=1e-13)
    assert float(NMDA().block(np.log(1 / 3.57) / 0.062)) == pytest.approx(0.5, rel=1e-14)
    assert float(NMDA(magnesium_mM=0.0).block(-70.0)) == 1.0
    assert float(NMDA().block(-1e5)) == 0.0


def test_currents(float64):
    """open (E − V) for a conductance, open for a current, and B(V) for NMDA."""
    assert float(Exponential(5.0, -75.0).current({"s": 2.0}, -60.0)) == -30.0
    assert float(Exponential(5.0, None).current({"s": 2.0}, -60.0)) == 2.0
    assert float(Alpha(5.0, None).current({"s": 2.0, "x": 1.0}, -60.0)) == 2.0
    traces = NMDA().decay(NMDA().arrive(NMDA().rest(), 1.0), 10.0)
    wanted = float(NMDA().kernel(10.0)) / (1 + np.exp(0.062 * 60) / 3.57) * (0 + 60)
    assert float(NMDA().current(traces, jnp.asarray(-60.0))) == pytest.approx(wanted, rel=1e-12)


@dataclasses.dataclass(frozen=True)
class Integral(Neuron):
    """dV/dt = I: the potential is the sum of all current."""

    def rest(self):
        return {"V_mV": 0.0}

    def derivative(self, state, current):
        return {"V_mV": current + 0 * state["V_mV"]}


@pytest.mark.parametrize("synapse", [Exponential(5.0, None), Alpha(2.0, None)], ids=repr)
def test_in_a_simulation_the_trace_is_the_kernel(synapse):
    """Spikes at 0 and 7 ms: each step adds h times the kernels in its middle, where the trace is held, to 1e-12."""
    spikes, h = np.zeros((200, 1)), 0.1
    spikes[[0, 70], 0] = 1, 2
    found = simulate(Integral(), 0.0, duration_ms=20, dt_ms=h, inputs=[Inputs(synapse, spikes, [0.5])])
    middle = (np.arange(200) + 0.5) * h
    wanted = np.cumsum(0.5 * h * (synapse.kernel(middle) + 2 * synapse.kernel(middle - 7)))
    np.testing.assert_allclose(found.V_mV[1:], wanted, atol=1e-12)


SILENT = LeakyIntegrateAndFire(resistance_MOhm=2.0, v_threshold_mV=100.0)


def test_a_conductance_that_is_held_open():
    """A spike in every step: open tends to w e^(−h/2τ)/(1 − e^(−h/τ)) = g, and V to (V_rest + R g E)/(1 + R g)."""
    spikes, h, w = np.ones((4000, 1)), 0.1, 0.004
    inputs = Inputs(Exponential(5.0, -20.0), spikes, [w])
    found = simulate(SILENT, 0.0, duration_ms=400, dt_ms=h, inputs=[inputs])
    g = w * np.exp(-h / 10) / (1 - np.exp(-h / 5))
    assert found.V_mV[-1] == pytest.approx((-70 - 20 * 2 * g) / (1 + 2 * g), abs=1e-10)


def test_NMDA_held_open():
    """The root of (V_rest − V)/R + g B(V)(E − V), by SciPy: the block makes it steep, with g the trace's own limit."""
    spikes, h, w = np.ones((20_000, 1)), 0.1, 0.0005
    synapse = NMDA(tau_rise_ms=2.0, tau_decay_ms=20.0)
    found = simulate(SILENT, 0.0, duration_ms=2000, dt_ms=h, record_every_ms=h, inputs=[Inputs(synapse, spikes, [w])])
    g = w * sum(synapse.kernel((np.arange(20_000) + 0.5) * h))
    root = brentq(lambda V: (-70 - V) / 2 + g / (1 + np.exp(-0.062 * V) / 3.57) * -V, -70, 0, xtol=1e-13)
    assert found.V_mV[-1] == pytest.approx(root, abs=1e-8)


def test_NMDA_opens_faster_than_it_closes():
    with pytest.raises(ClearpropError, match=r"NMDA cannot have tau_rise_ms=80, tau_decay_ms=2, .*opens faster"):
        NMDA(80.0, 2.0)


def test_what_is_no_synapse():
    with pytest.raises(ClearpropError, match=r"synapse cannot be 'exponential': give one of clearprop"):
        see_that_it_takes("exponential", np.ones(2))
