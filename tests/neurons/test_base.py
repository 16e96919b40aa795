"""What a neuron has to be."""

import dataclasses

import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import HodgkinHuxley, LeakyIntegrateAndFire, Neuron, simulate
from clearprop.neurons.base import ready


@dataclasses.dataclass(frozen=True)
class Capacitor(Neuron):
    """What a neuron has to have, and nothing else: C dV/dt = I."""

    capacitance_uF_per_cm2: float = 2.0

    def rest(self):
        return {"V_mV": -65.0}

    def derivative(self, state, current):
        return {"V_mV": current / self.capacitance_uF_per_cm2 + 0 * state["V_mV"]}


class WithoutPotential(Capacitor):
    def rest(self):
        return {"voltage": -65.0}


class NoDataclass(Neuron):
    def rest(self):
        return {"V_mV": -65.0}

    def derivative(self, state, current):
        return state


def test_two_methods_are_enough():
    """V = −65 + I t / C, to rounding: every method is exact for it."""
    found = simulate(Capacitor(), 4.0, duration_ms=10, dt_ms=0.1)
    assert found.V_mV[-1] == pytest.approx(-65 + 4 * 10 / 2, abs=1e-11)
    assert len(found.spikes_ms) == 0


def test_its_defaults():
    """Without a reset it is not reset, its state passes through; a spike is a crossing of 0 mV."""
    neuron = Capacitor()
    assert not neuron.is_reset
    assert LeakyIntegrateAndFire().is_reset
    assert not HodgkinHuxley().is_reset
    assert neuron.reset({"V_mV": 1.0}) == {"V_mV": 1.0}
    assert neuron.soma(3.0) == 3.0
    assert (neuron.spike_mV, neuron.refractory_ms, neuron.sites, neuron.largest_step_ms) == (0.0, 0.0, (), 0.1)


@pytest.mark.parametrize("wrong", ["hodgkin_huxley", HodgkinHuxley, None, NoDataclass()])
def test_what_is_no_neuron_is_refused(wrong):
    with pytest.raises(ClearpropError, match=r"is no neuron: give one of clearprop\.neurons, or a frozen"):
        ready(wrong)


def test_a_neuron_without_a_potential_is_refused():
    with pytest.raises(ClearpropError, match=r"WithoutPotential.rest\(\) lacks V_mV, the membrane potential\."):
        simulate(WithoutPotential(), 1.0, duration_ms=1.0)
