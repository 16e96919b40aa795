"""One step: where a spike falls in it, what is reset, and how long it stands still."""

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

from clearprop.neurons import BranchedLIF, Exponential, LeakyIntegrateAndFire, Neuron
from clearprop.neurons.integrators import EULER
from clearprop.neurons.step import Course, advance, begin, driven


@dataclasses.dataclass(frozen=True)
class Ramp(Neuron):
    """dV/dt = I, from −1 mV; fires at 0, starts anew at −1; a counter beside it."""

    refractory_ms: float = 0.0

    def rest(self):
        return {"V_mV": -1.0, "count": 0.0}

    def derivative(self, state, current):
        return {"V_mV": current + 0 * state["V_mV"], "count": 0 * state["count"]}

    def reset(self, state):
        return {"V_mV": -1.0 + 0 * state["V_mV"], "count": state["count"] + 1}


def walk(neuron, rate, steps, dt=1.0):
    """[(V, count, wait, the spike's moment or None)] after each step."""
    course, found = begin(neuron, ()), []
    for number in range(steps):
        course, fired, left = advance(neuron, EULER, course, rate, dt)
        moment = round((number + 1) * dt - float(left), 12) if fired else None
        found.append((float(course.state["V_mV"]), float(course.state["count"]), float(course.wait_ms), moment))
    return found


def test_a_ramp_by_hand(float64):
    """0.4 mV/ms: −0.6, −0.2, 0.2: crossed half a step before 3 ms. What is left of that step is added to the next:
    from −1, 1.5 ms long, −0.4; then 0.0, at its threshold exactly, at 5 ms: an interval of 1/0.4 = 2.5 ms.
    """
    found = walk(Ramp(), 0.4, 10)
    np.testing.assert_allclose(
        [row[:3] for row in found[:5]],
        [(-0.6, 0, 0), (-0.2, 0, 0), (-1.0, 1, -0.5), (-0.4, 1, 0), (-1.0, 2, 0)], atol=1e-12,
    )  # fmt: skip
    assert [row[3] for row in found if row[3]] == pytest.approx([2.5, 5.0, 7.5, 10.0], abs=1e-9)


def test_a_refractory_period_begins_at_the_spike(float64):
    """It waits 1.2 ms from 2.5 ms on: 0.7 are left at 3 ms; it rises from 3.7 ms, and fires 2.5 ms later."""
    found = walk(Ramp(1.2), 0.4, 20)
    assert found[2] == (-1.0, 1.0, pytest.approx(0.7), 2.5)
    assert found[3][0] == pytest.approx(-1 + 0.3 * 0.4)
    assert [row[3] for row in found if row[3]] == pytest.approx([2.5, 6.2, 9.9, 13.6, 17.3], abs=1e-9)


def test_a_neuron_that_rests_above_its_threshold_fires_from_the_beginning(float64):
    """At 0 ms, and then as any other: every 2.5 ms. Where a current pulls it below at once, it does not."""

    @dataclasses.dataclass(frozen=True)
    class Restless(Ramp):
        def rest(self):
            return {"V_mV": 0.5, "count": 0.0}

    found = walk(Restless(), 0.4, 10)
    assert [row[3] for row in found if row[3] is not None] == pytest.approx([0.0, 2.5, 5.0, 7.5, 10.0], abs=1e-9)
    assert walk(Restless(), -0.1, 1)[0] == (pytest.approx(-0.1), 0.0, 0.0, None)
    course = begin(BranchedLIF(branches=2, v_rest_mV=-50.0), (2,))
    np.testing.assert_allclose(course.state["V_mV"], [[-55.0, -50.0, -50.0]] * 2)
    assert (course.state["V_mV"][:, 0] < -55.0).all()


def test_a_spike_may_change_another_variable_alone(float64):
    """Counted once for each crossing, though the potential stays above for as long as it likes."""

    @dataclasses.dataclass(frozen=True)
    class Counter(Ramp):
        def reset(self, state):
            return {**state, "count": state["count"] + 1}

    found = walk(Counter(), 0.4, 10)
    assert [row[3] for row in found if row[3] is not None] == [2.5]
    assert found[-1][:2] == (pytest.approx(3.0), 1.0)


def test_each_neuron_for_itself(float64):
    """Three ramps in one state go as each alone."""
    rates = np.array([0.4, 0.31, 0.0])
    course, neuron = begin(Ramp(), (3,)), Ramp()
    spikes = np.zeros(3, int)
    for _step in range(20):
        course, fired, _left = advance(neuron, EULER, course, rates, 1.0)
        spikes += np.asarray(fired)
    np.testing.assert_array_equal(spikes, [8, 6, 0])
    np.testing.assert_array_equal(course.state["count"], spikes)
    assert float(course.state["V_mV"][2]) == -1.0


def test_a_neuron_without_a_reset_goes_on(float64):
    """The crossing is seen once, and its moment; nothing is changed by it; also where it hits the threshold."""

    @dataclasses.dataclass(frozen=True)
    class Free(Neuron):
        def rest(self):
            return {"V_mV": -1.0}

        def derivative(self, state, current):
            return {"V_mV": current + 0 * state["V_mV"]}

    course, seen = begin(Free(), ()), []
    for number in range(6):
        course, fired, left = advance(Free(), EULER, course, 0.4, 1.0)
        seen += [number + 1 - float(left)] if fired else []
    assert seen == [pytest.approx(2.5)]
    assert float(course.state["V_mV"]) == pytest.approx(1.4)
    course, seen = begin(Free(), ()), []
    for _step in range(4):
        course, fired, _left = advance(Free(), EULER, course, 0.5, 1.0)
        seen.append(bool(fired))
    assert seen == [False, True, False, False]


def test_begin_gives_every_neuron_its_place(float64):
    """Numbers become arrays of the neurons' shape, in the precision that is set."""
    course = begin(LeakyIntegrateAndFire(), (2, 3))
    assert course.state["V_mV"].shape == course.wait_ms.shape == (2, 3)
    assert course.state["V_mV"].dtype == jnp.float64
    assert isinstance(course, Course)


def test_driven_adds_what_the_synapses_let_in(float64):
    """dV/dt of LIF: R (I + g (E − V) + a current) / τ, by hand; without synapses the neuron itself."""
    neuron = LeakyIntegrateAndFire()
    fed = driven(neuron, [Exponential(5.0, 0.0), Exponential(5.0, None)], [{"s": 0.1}, {"s": 2.0}])
    found = fed.derivative({"V_mV": jnp.asarray(-65.0)}, 3.0)["V_mV"]
    assert float(found) == pytest.approx((-70 + 65 + 3 + 0.1 * 65 + 2) / 10, rel=1e-14)
    assert float(neuron.derivative({"V_mV": -65.0}, 3.0)["V_mV"]) == pytest.approx((-70 + 65 + 3) / 10)
    assert driven(neuron, [], []) is neuron
