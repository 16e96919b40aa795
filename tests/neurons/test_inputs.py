"""Spikes from elsewhere: when they arrive, where, and shapes that do not fit."""

import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import NMDA, BranchedLIF, Exponential, Inputs, LeakyIntegrateAndFire, simulate

CURRENT = Exponential(5.0, None)


def test_delays_by_hand():
    """Three inputs, delays of 0, 1.4 and 2.6 ms in bins of 1 ms: 0, 1 and 3 bins; what is late then never comes."""
    spikes = np.array([[1, 2, 3], [0, 0, 4], [5, 6, 0], [0, 7, 8]], np.uint8)
    found = Inputs(CURRENT, spikes, np.ones(3), [0.0, 1.4, 2.6]).arriving(1.0)
    np.testing.assert_array_equal(found, [[1, 0, 0], [0, 2, 0], [5, 0, 0], [0, 6, 3]])
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(Inputs(CURRENT, spikes, np.ones(3), 1.0).arriving(0.5)[2:], spikes[:2])
    for never in (4.0, 1e15):
        np.testing.assert_array_equal(Inputs(CURRENT, spikes, np.ones(3), never).arriving(1.0), 0 * spikes)
    assert Inputs(CURRENT, spikes, np.ones(3)).arriving(1.0) is spikes


def test_delays_of_several_neurons():
    spikes = np.arange(12).reshape(3, 2, 2)
    found = Inputs(CURRENT, spikes, np.ones(2), [0.0, 1.0]).arriving(1.0)
    np.testing.assert_array_equal(found[..., 0], spikes[..., 0])
    np.testing.assert_array_equal(found[1:, :, 1], spikes[:2, :, 1])
    np.testing.assert_array_equal(found[0, :, 1], 0)


@pytest.mark.parametrize(
    ("spikes", "weights", "sites"),
    [
        (np.zeros(5), np.ones(5), ()),
        (np.zeros((5, 2)), np.ones(3), ()),
        (np.zeros((5, 2)), 1.0, ()),
        (np.zeros((5, 2)), np.ones((2, 3)), ()),
        (np.zeros((5, 2)), np.ones(2), (3,)),
        (np.zeros((5, 2)), np.ones((3, 2)), (3,)),
    ],
)
def test_shapes_that_do_not_fit(spikes, weights, sites):
    with pytest.raises(ClearpropError, match=r"spikes of shape .* need weights of shape inputs.*, and got \("):
        Inputs(CURRENT, spikes, weights).check(sites)


@pytest.mark.parametrize("delays", [-1.0, [0.0, -0.1]])
def test_a_spike_cannot_arrive_before_it_was_sent(delays):
    with pytest.raises(ClearpropError, match="delays_ms cannot be below 0: a spike arrives after it was sent"):
        Inputs(CURRENT, np.zeros((5, 2)), np.ones(2), delays).check(())


@pytest.mark.parametrize("delays", [[0.0, 1.0, 2.0], "soon", np.nan])
def test_delays_that_cannot_be(delays):
    with pytest.raises(ClearpropError, match=r"delays_ms cannot be .*: give one number of ms, or 2"):
        Inputs(CURRENT, np.zeros((5, 2)), np.ones(2), delays).check(())


def test_what_is_no_number_is_refused():
    for spikes, weights in ((np.zeros((5, 1)), [np.nan]), (np.full((5, 1), np.inf), [1.0])):
        with pytest.raises(ClearpropError, match="spikes and weights have to be finite numbers"):
            Inputs(CURRENT, spikes, weights).check(())


def test_a_conductance_cannot_be_negative():
    """As in a circuit; a current can."""
    for synapse in (Exponential(5.0, -75.0), NMDA()):
        with pytest.raises(ClearpropError, match="weights cannot be below 0 where they are conductances: to inhibit,"):
            Inputs(synapse, np.zeros((5, 2)), [1.0, -1.0]).check(())
    Inputs(CURRENT, np.zeros((5, 2)), [1.0, -1.0]).check(())


@pytest.mark.parametrize("bins", [50, 200])
def test_bins_that_do_not_fill_the_time(bins):
    """100 ms of spikes in bins of 1 ms, and it is forgotten to say so: they would all come in the first 10 ms."""
    inputs = [Inputs(CURRENT, np.zeros((100, 1)), [1.0])]
    with pytest.raises(ClearpropError, match=r"spikes in 100 bins of 0\.1 ms do not fill 100 ms: give record_every_ms"):
        simulate(QUIET, duration_ms=100, inputs=inputs)
    inputs = [Inputs(CURRENT, np.zeros((bins, 1)), [1.0])]
    with pytest.raises(ClearpropError, match=rf"spikes in {bins} bins of 1 ms do not fill 100 ms"):
        simulate(QUIET, duration_ms=100, inputs=inputs, record_every_ms=1.0)


QUIET = LeakyIntegrateAndFire(v_threshold_mV=100.0)


def response(t, w, tau=5.0, tau_m=10.0):
    """V − V_rest of LIF to w e^(−t/τ), in closed form: w τ/(τ_m − τ) (e^(−t/τ_m) − e^(−t/τ))."""
    t = np.maximum(t, 0)
    return w * tau / (tau_m - tau) * (np.exp(-t / tau_m) - np.exp(-t / tau))


def test_a_neuron_answers_each_input_with_its_weight_and_delay():
    """Two inputs at 0 and 10 ms, the second of weight −3 and 5 ms late; bins of 1 ms of 20 steps. The closed form, to
    the second power of the step: the trace is held at its middle, (h/τ)²/24 = 4e-6.
    """
    spikes = np.zeros((40, 2), np.uint8)
    spikes[0, 0], spikes[10, 1] = 1, 2
    inputs = Inputs(CURRENT, spikes, [4.0, -3.0], [0.0, 5.0])
    found = simulate(QUIET, 0.0, duration_ms=40, dt_ms=0.05, record_every_ms=1.0, inputs=[inputs])
    wanted = -70 + response(found.time_ms, 4.0) + response(found.time_ms - 15, -6.0)
    np.testing.assert_allclose(found.V_mV, wanted, atol=2e-5)


def test_neurons_with_spikes_of_their_own():
    """(bins, neurons, inputs) beside one current: each neuron as if alone; two kinds of synapse add up."""
    spikes = np.zeros((20, 2, 1), np.uint8)
    spikes[3, 0, 0] = spikes[8, 1, 0] = 1
    both = np.zeros((20, 1), np.uint8)
    both[1] = 1
    settings = {"duration_ms": 20, "dt_ms": 0.1, "record_every_ms": 1.0}
    own, shared = Inputs(CURRENT, spikes, [2.0]), Inputs(Exponential(3.0, None), both, [1.0])
    found = simulate(QUIET, 1.0, inputs=[own, shared], **settings)
    assert found.V_mV.shape == (21, 2)
    steady = -70 + 1 - np.exp(-found.time_ms / 10)
    for neuron, at in enumerate((3, 8)):
        wanted = steady + response(found.time_ms - at, 2.0) + response(found.time_ms - 1, 1.0, 3.0)
        np.testing.assert_allclose(found.V_mV[:, neuron], wanted, atol=1e-4)


def test_weights_by_site():
    """On a branch: its potential moves first and most, and the other branch, alike but for the input, least."""
    neuron = BranchedLIF(branches=2)
    weights = np.zeros((1, 3))
    weights[0, 1] = 0.01
    spikes = np.zeros((10, 1), np.uint8)
    spikes[0] = 1
    settings = {"duration_ms": 10, "record_every_ms": 1.0}
    found = simulate(neuron, 0.0, inputs=[Inputs(CURRENT, spikes, weights)], **settings)
    assert found.V_mV.shape == (11, 3)
    soma, there, beside = (found.V_mV[1:] + 70).T
    assert (there > 2 * soma).all()
    assert (soma > beside).all()
    assert (beside > 0).all()
    mirrored = simulate(neuron, 0.0, inputs=[Inputs(CURRENT, spikes, weights[:, [0, 2, 1]])], **settings)
    np.testing.assert_allclose(mirrored.V_mV, found.V_mV[:, [0, 2, 1]], rtol=1e-12)
