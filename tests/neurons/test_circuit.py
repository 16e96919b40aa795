"""Neurons wired by axons: when a pulse arrives, worked out by hand; chains, rings, and what stops them."""

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import brentq

from clearprop.errors import ClearpropError
from clearprop.neurons import (
    Axon,
    BranchedLIF,
    Circuit,
    Exponential,
    HodgkinHuxley,
    Inputs,
    LeakyIntegrateAndFire,
    chain,
    simulate,
)

LIF = LeakyIntegrateAndFire()
PUSH = Exponential(1.0, None)
"""A synapse that lets a current in, for about a millisecond."""


def latency_ms(weight: float) -> float:
    """When a pulse of this weight at PUSH brings LIF, at rest, to its threshold 10 mV above.

    τ V' = −V + R w e^(−t/τs)  →  V = R w τs/(τ − τs) (e^(−t/τ) − e^(−t/τs)), which is highest at 2.56 ms.
    """

    def above(t):
        return weight * 1.0 / (10 - 1.0) * (math.exp(-t / 10) - math.exp(-t)) - 10.0

    return float(brentq(above, 0, 2.5))  # pyright: ignore[reportArgumentType]


def test_two_neurons_by_hand():
    """The first fires at τ ln(15/5) = 10.986 ms; the second 3 ms and the synapse's latency later."""
    pair = Circuit(LIF, PUSH, [[0, 200], [0, 0]], 3.0)
    first, second = pair.run([15.0, 0.0], duration_ms=16, dt_ms=0.01).spikes_ms
    assert first == pytest.approx([10 * math.log(3)], abs=1e-4)
    assert second == pytest.approx(first + 3.0 + latency_ms(200), abs=0.006)  # half a step, and what a step errs


def test_arrivals_are_rounded_to_the_nearest_step_and_not_all_down_or_up():
    """Over many pairs, of which each first one fires elsewhere within a step: late and early by half a step at most."""
    n, dt = 40, 0.1
    weights = 300.0 * np.eye(2 * n, k=n)
    current = np.concatenate([np.linspace(15, 25, n), np.zeros(n)])
    found = Circuit(LIF, PUSH, weights, 2.02).run(current, duration_ms=14, dt_ms=dt).spikes_ms
    late = [second[0] - first[0] for first, second in zip(found[:n], found[n:], strict=True)]
    late = np.array(late) - 2.02 - latency_ms(300)
    assert abs(late).max() < dt / 2 + 0.01
    assert abs(late.mean()) < dt / 8


def test_each_pair_has_its_own_delay_and_weight():
    """From one to three others, and from another to one of them, with two different delays."""
    weights, delays = np.zeros((4, 4)), np.full((4, 4), 99.0)
    weights[0, 1:], delays[0, 1:] = (200, 300, 400), (1.0, 2.5, 7.0)
    found = Circuit(LIF, PUSH, weights, delays).run([15.0, 0, 0, 0], duration_ms=20, dt_ms=0.05).spikes_ms
    assert [len(own) for own in found] == [1, 1, 1, 1]
    for to in (1, 2, 3):
        took = found[to][0] - found[0][0]
        assert took == pytest.approx(delays[0, to] + latency_ms(weights[0, to]), abs=0.05)


def test_alone_it_is_simulate():
    """Without weights, each neuron is one that `simulate` steps; with one, a neuron to which the same spike is sent."""
    current = np.array([12.0, 15.0, 20.0])
    alone = Circuit(LIF, PUSH, np.zeros((3, 3)), 1.0).run(current, duration_ms=50)
    same = simulate(LIF, current, duration_ms=50)
    np.testing.assert_allclose(alone.V_mV, same.V_mV, rtol=1e-12)
    for ours, theirs in zip(alone.spikes_ms, same.spikes_ms, strict=True):
        np.testing.assert_allclose(ours, theirs)

    pair = Circuit(LIF, PUSH, [[0, 100], [0, 0]], 1.0).run([15.0, 0.0], duration_ms=50)
    bins = np.zeros((500, 1))
    bins[np.rint((pair.spikes_ms[0] + 1.0) / 0.1).astype(int)] = 1
    fed = simulate(LIF, 0.0, duration_ms=50, inputs=[Inputs(PUSH, bins, [100.0])], record_every_ms=0.1)
    np.testing.assert_allclose(pair.V_mV[:, 1], fed.V_mV, rtol=1e-12)
    assert np.ptp(fed.V_mV) > 5


def test_a_chain_of_hodgkin_huxley_neurons_passes_one_pulse_on():
    """Each fires once, later than the one before by the delay and one and the same latency."""
    row = chain(HodgkinHuxley(), 5, Exponential(2.0, 0.0), 0.3, 4.0)
    found = row.run(lambda t: [20.0 * (t < 1), 0, 0, 0, 0], duration_ms=30, record_every_ms=1.0)
    assert [len(own) for own in found.spikes_ms] == [1] * 5
    hops = np.diff([float(own[0]) for own in found.spikes_ms])
    np.testing.assert_allclose(hops, hops[0], atol=0.01)
    assert 4.5 < hops[0] < 6.5
    assert found.V_mV.shape == (31, 5)

    weak = chain(HodgkinHuxley(), 5, Exponential(2.0, 0.0), 0.05, 4.0)
    found = weak.run(lambda t: [20.0 * (t < 1), 0, 0, 0, 0], duration_ms=30, record_every_ms=1.0)
    assert [len(own) for own in found.spikes_ms] == [1, 0, 0, 0, 0]


def test_longer_delays_add_up_along_a_chain():
    """The last of four, at 2 and at 5 ms: three times 3 ms later."""
    last = [
        chain(LIF, 4, PUSH, 200.0, delay).run(lambda t: [150.0 * (t < 1), 0, 0, 0], duration_ms=30).spikes_ms[-1][0]
        for delay in (2.0, 5.0)
    ]
    assert last[1] - last[0] == pytest.approx(9.0, abs=0.2)


def test_a_chain_may_be_wired_by_an_axon():
    """Its delay is the axon's length over the speed of a pulse along it: 11.3 cm at 18.7 m/s, 6.0 ms."""
    axon = Axon()
    row = chain(LIF, 2, PUSH, 200.0, axon)
    assert row.delays_ms == pytest.approx(10 * axon.end_cm / axon.velocity_m_per_s())
    first, second = row.run([15.0, 0.0], duration_ms=20, dt_ms=0.05).spikes_ms
    assert second[0] - first[0] == pytest.approx(axon.delay_ms() + latency_ms(200), abs=0.05)


def test_a_ring_keeps_the_pulse_going():
    """Once started, each fires once a round, for ever."""
    n, ring = 5, Circuit(LIF, PUSH, 200.0 * np.roll(np.eye(5), 1, axis=1), 4.0)
    found = ring.run(lambda t: [150.0 * (t < 1), 0, 0, 0, 0], duration_ms=100)
    rounds = [np.diff(own) for own in found.spikes_ms]
    np.testing.assert_allclose(np.concatenate(rounds), n * (4.0 + latency_ms(200)), atol=0.3)
    assert [len(own) for own in rounds] == [4, 4, 3, 3, 3]
    order = sorted((time, place) for place, own in enumerate(found.spikes_ms) for time in own)
    assert all(after[1] == (before[1] + 1) % n for before, after in itertools.pairwise(order))


def test_a_weight_too_small_stops_the_pulse():
    """V of PUSH is highest at 0.0774 of the weight: 130 brings it to 10.06 mV, 128 to 9.91."""
    for weight, fired in ((128.0, 1), (130.0, 4)):
        found = chain(LIF, 4, PUSH, weight, 2.0).run(lambda t: [150.0 * (t < 1), 0, 0, 0], duration_ms=30)
        assert sum(len(own) for own in found.spikes_ms) == fired


@pytest.mark.parametrize("synapse", [Exponential(5.0, None), Exponential(5.0, -70.0)], ids=["current", "conductance"])
def test_inhibition_silences(synapse):
    """The second neuron fires alone, and not while the first one does."""
    weight = -30.0 if synapse.reversal_mV is None else 3.0
    quiet, loud = (
        Circuit(LIF, synapse, [[0, own], [0, 0]], 1.0).run([25.0, 15.0], duration_ms=200, dt_ms=0.1).spikes_ms[1]
        for own in (weight, 0.0)
    )
    assert len(loud) > 10
    assert len(quiet) <= 1


def test_a_delay_longer_than_the_time():
    """The first fires, and what it sends is still under way at the end; however long, it takes no memory."""
    for delay in (20.0, 1e12):
        first, second = Circuit(LIF, PUSH, [[0, 200], [0, 0]], delay).run([15.0, 0.0], duration_ms=16).spikes_ms
        assert (len(first), len(second)) == (1, 0)


def test_a_neuron_may_excite_itself():
    """After a spike it sends itself another, 8 ms later, when it is no longer refractory."""
    (found,) = Circuit(LIF, PUSH, [[200.0]], 8.0).run(lambda t: 150.0 * (t < 1), duration_ms=40).spikes_ms
    np.testing.assert_allclose(np.diff(found), 8.0 + latency_ms(200), atol=0.1)
    assert len(found) == 5


def test_pulses_reach_the_soma_of_a_neuron_with_branches():
    row = chain(BranchedLIF(), 3, PUSH, 500.0, 2.0)
    found = row.run([30.0, 0.0, 0.0], duration_ms=20)
    assert found.V_mV.shape[1:] == (3, *BranchedLIF().sites)
    assert [len(own) > 0 for own in found.spikes_ms] == [True, True, True]


def test_single_precision_is_near():
    pair = Circuit(LIF, PUSH, [[0, 200], [0, 0]], 3.0)
    both = [pair.run([15.0, 0.0], duration_ms=16, float_type=kind) for kind in ("float32", "float64")]
    assert both[0].V_mV.dtype == np.float32
    np.testing.assert_allclose(np.concatenate(both[0].spikes_ms), np.concatenate(both[1].spikes_ms), atol=1e-3)


def test_bad_input_is_said_plainly():
    square = np.ones((2, 2))
    for wrong, sentence in (
        ((LIF, PUSH, square, -1.0), "delays_ms cannot be below 0"),
        ((LIF, PUSH, np.ones((2, 3)), 1.0), "weights of shape .2, 3. need to be a square"),
        ((LIF, PUSH, square, [1.0, 2.0]), "delays_ms of shape .2,. need to be one number, or"),
        ((LIF, PUSH, [[1.0, math.nan], [0, 0]], 1.0), "weights cannot be .*: give finite numbers"),
        ((LIF, PUSH, "many", 1.0), "weights cannot be 'many'"),
        ((LIF, PUSH, square, math.inf), "delays_ms cannot be inf"),
        ((LIF, Exponential(5.0, 0.0), -square, 1.0), "weights cannot be below 0 where they are conductances"),
    ):
        with pytest.raises(ClearpropError, match=sentence):
            Circuit(*wrong)
    pair = Circuit(LIF, PUSH, [[0, 1], [0, 0]], 0.05)
    with pytest.raises(ClearpropError, match=r"delays_ms cannot be 0\.05 with steps of 0\.1 ms: give a shorter dt_ms"):
        pair.run(15.0, duration_ms=5)
    assert len(pair.run(15.0, duration_ms=5, dt_ms=0.05).time_ms) == 101
    for current in (np.ones(3), lambda t: [1.0, 2.0, 3.0]):
        with pytest.raises(ClearpropError, match=r"current of shape .3,. does not fit 2 neurons"):
            pair.run(current, duration_ms=5, dt_ms=0.05)
    with pytest.raises(ClearpropError, match=r"There is no variable to record called 'u'\. Known: V_mV\."):
        pair.run(15.0, duration_ms=5, dt_ms=0.05, record=["u"])
    with pytest.raises(ClearpropError, match="GB would be recorded, more than half of this computer's memory"):
        Circuit(LIF, PUSH, np.eye(1000), 1.0).run(duration_ms=1e8)
    with pytest.raises(ClearpropError, match="n cannot be 0"):
        chain(LIF, 0, PUSH, 1.0, 1.0)
