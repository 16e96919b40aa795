"""Neurons against Brian2 and NEURON, which `make simulators` installs: without them this fails, and never skips.

Not part of `make test`. simulators.py runs the two in their own environment; here are the questions, and the equations
in Brian2's notation, written anew. Where both take the same steps by the same method, only rounding is between them.
Elsewhere the tolerance is what the coarser of the two misses, in time steps: Brian2 sees a spike, and resets, at the
end of a step, an error of first order.
"""

import dataclasses
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clearprop import neurons

HERE = Path(__file__).parent
PYTHON = HERE.parents[1] / ".venv-simulators" / "bin" / "python"


def ask(function: str, **question: Any) -> Any:
    """What a function of simulators.py answers."""
    assert PYTHON.exists(), "Brian2 and NEURON are not installed: run `make simulators`"
    words = json.dumps({"ask": function, **question})
    done = subprocess.run([PYTHON, HERE / "simulators.py"], input=words, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def upward(trace: Any, dt_ms: float) -> np.ndarray:
    """The moments at which a potential passes 0 mV, by a straight line between two points."""
    trace = np.asarray(trace)
    at = np.flatnonzero((trace[:-1] < 0) & (trace[1:] >= 0))
    return dt_ms * (at + trace[at] / (trace[at] - trace[at + 1]))


def near_each_spike(ours: Any, theirs: Any, per_spike_ms: float) -> None:
    """Each neuron fires as often as in Brian2, and at most so much earlier or later with every spike."""
    for own, other in zip(ours, theirs, strict=True):
        assert abs(len(own) - len(other)) <= 1  # the last may fall on either side of the end
        n = min(len(own), len(other))
        assert n and (np.abs(own[:n] - other[:n]) <= per_spike_ms * (np.arange(n) + 1)).all()


# --- leaky integrate-and-fire ---

LIF = """
dV/dt = (v_rest_mV - V + resistance_MOhm * I) / tau_m_ms / ms : 1 (unless refractory)
I : 1
"""


def test_leaky_integrate_and_fire_fires_as_in_brian2():
    neuron, current, dt_ms = neurons.LeakyIntegrateAndFire(), [9.9, 10.5, 12.0, 15.0, 20.0, 40.0], 0.005
    theirs = ask(
        "brian2", equations=LIF, parameters=dataclasses.asdict(neuron), start={"V": neuron.v_rest_mV}, current=current,
        duration_ms=500, dt_ms=dt_ms, method="exact", threshold="V >= v_threshold_mV", reset="V = v_reset_mV",
        refractory=neuron.refractory_ms,
    )  # fmt: skip
    ours = neurons.simulate(neuron, current, duration_ms=500, record=()).spikes_ms
    assert len(ours[0]) == len(theirs[0]) == 0
    near_each_spike(ours[1:], theirs[1:], dt_ms)


def test_leaky_integrate_and_fire_sums_currents_as_in_brian2():
    neuron = neurons.LeakyIntegrateAndFire(v_threshold_mV=0.0)
    times, weight, tau_ms = [3, 4, 10, 11, 12, 30], 4.0, 3.0
    equations = LIF.replace("* I)", "* (I + s))") + "ds/dt = -s / tau_ms / ms : 1"
    theirs = ask(
        "brian2", equations=equations, parameters=dataclasses.asdict(neuron) | {"tau_ms": tau_ms},
        start={"V": neuron.v_rest_mV}, current=[2.0], duration_ms=60, dt_ms=0.01, method="exact", traces=True,
        threshold="V >= v_threshold_mV", arrivals=[["s", weight, times]],
    )  # fmt: skip
    inputs = neurons.Inputs(neurons.Exponential(tau_ms, None), trains(times, 60), [weight])
    ours = neurons.simulate(neuron, 2.0, duration_ms=60, dt_ms=0.01, inputs=[inputs], record_every_ms=1.0)
    np.testing.assert_allclose(ours.V_mV[:-1], theirs[0][::100], rtol=0, atol=1e-5)


def trains(times: list[int], duration_ms: int) -> np.ndarray:
    """(bins of 1 ms, 1) with a spike at each of the times."""
    return np.isin(np.arange(duration_ms), times)[:, None]


# --- adaptive exponential, Izhikevich ---


def test_adaptive_exponential_fires_as_in_brian2():
    """By Euler's method, since within an upstroke of the exponential no stage of a better one is of use.

    On a slope that grows from f to F, Euler is late by h/2 · ln(F/f): some 4 steps here, to which the reset adds one.
    """
    neuron, current, dt_ms = neurons.AdaptiveExponential(), [600.0, 1000.0, 1500.0, 2000.0], 0.002
    equations = """
    dV/dt = (inward - w + I) / capacitance_pF / ms : 1
    inward = g_leak_nS * (e_leak_mV - V + slope_mV * exp((V - v_threshold_mV) / slope_mV)) : 1
    dw/dt = (a_nS * (V - e_leak_mV) - w) / tau_w_ms / ms : 1
    I : 1
    """
    theirs = ask(
        "brian2", equations=equations, parameters=dataclasses.asdict(neuron), start={"V": neuron.e_leak_mV, "w": 0},
        current=current, duration_ms=300, dt_ms=dt_ms, method="euler", threshold="V >= v_peak_mV",
        reset="V = v_reset_mV; w += b_pA",
    )  # fmt: skip
    ours = neurons.simulate(neuron, current, duration_ms=300, dt_ms=dt_ms, record=()).spikes_ms
    near_each_spike(ours, theirs, 6 * dt_ms)


def test_izhikevichs_classes_fire_as_in_brian2():
    """Brian2 is late by a step or less at a reset, and the recovery, kicked later, makes up to one more of it."""
    every, dt_ms = [neurons.Izhikevich.of_class(name) for name in neurons.IZHIKEVICH_CLASSES], 0.002
    equations = """
    dV/dt = (0.04 * V**2 + 5 * V + 140 - u + I) / ms : 1
    du/dt = a * (b * V - u) / ms : 1
    a : 1
    b : 1
    c : 1
    d : 1
    I : 1
    """
    start = dict(zip("abcd", zip(*map(dataclasses.astuple, every), strict=True), strict=True))
    rest = [neuron.rest() for neuron in every]
    start |= {"V": [float(own["V_mV"]) for own in rest], "u": [float(own["u"]) for own in rest]}
    theirs = ask(
        "brian2", equations=equations, parameters={}, start=start, current=[10.0] * len(every), duration_ms=300,
        dt_ms=dt_ms, method="rk4", threshold="V >= 30", reset="V = c; u += d",
    )  # fmt: skip
    ours = [neurons.simulate(own, 10.0, duration_ms=300, dt_ms=dt_ms, record=()).spikes_ms for own in every]
    near_each_spike(ours, theirs, 2 * dt_ms)


# --- Hodgkin–Huxley ---

HODGKIN_HUXLEY = """
dV/dt = (I - sodium - potassium - g_leak_mS_per_cm2 * (V - e_leak_mV)) / capacitance_uF_per_cm2 / ms : 1
sodium = g_na_mS_per_cm2 * m**3 * h * (V - e_na_mV) : 1
potassium = g_k_mS_per_cm2 * n**4 * (V - e_k_mV) : 1
dm/dt = a_m * (1 - m) - b_m * m : 1
dh/dt = a_h * (1 - h) - b_h * h : 1
dn/dt = a_n * (1 - n) - b_n * n : 1
a_m = 1 / exprel(-(V + 40) / 10) / ms : Hz
b_m = 4 * exp(-(V + 65) / 18) / ms : Hz
a_h = 0.07 * exp(-(V + 65) / 20) / ms : Hz
b_h = 1 / (1 + exp(-(V + 35) / 10)) / ms : Hz
a_n = 0.1 / exprel(-(V + 55) / 10) / ms : Hz
b_n = 0.125 * exp(-(V + 65) / 80) / ms : Hz
I : 1
"""
CURRENTS, EVERY_MS, DURATION_MS = [7.0, 10.0, 20.0], 0.01, 300


@pytest.fixture(scope="module")
def hodgkin_huxley() -> neurons.Recording:
    """What is compared with both simulators."""
    return neurons.simulate(
        neurons.HodgkinHuxley(), CURRENTS, duration_ms=DURATION_MS, dt_ms=EVERY_MS, record=("V_mV",)
    )


def test_hodgkin_huxley_is_brian2s_to_rounding(hodgkin_huxley):
    neuron = neurons.HodgkinHuxley()
    theirs = ask(
        "brian2", equations=HODGKIN_HUXLEY, parameters=dataclasses.asdict(neuron), current=CURRENTS, traces=True,
        start={"V": -65.0} | {gate: f"a_{gate} / (a_{gate} + b_{gate})" for gate in "mhn"}, duration_ms=DURATION_MS,
        dt_ms=EVERY_MS, method="rk4", threshold="V > 0", refractory="V > 0",
    )  # fmt: skip
    np.testing.assert_allclose(hodgkin_huxley.V_mV[:-1].T, theirs, rtol=0, atol=1e-6)


def test_hodgkin_huxley_fires_as_in_neuron(hodgkin_huxley):
    """A patch of NEURON's own `hh`: other code for the rates, another method, 5 digits of a spike's moment alike."""
    neuron = neurons.HodgkinHuxley()
    theirs = ask(
        "patches", current=CURRENTS, duration_ms=DURATION_MS, every_ms=EVERY_MS,
        e_leak_mV=neuron.e_leak_mV, temperature_C=neuron.temperature_C,
    )  # fmt: skip
    for column, (own, other) in enumerate(zip(hodgkin_huxley.spikes_ms, theirs, strict=True)):
        np.testing.assert_allclose(own, upward(other, EVERY_MS), rtol=0, atol=1e-5)
        n = min(len(other), len(hodgkin_huxley.V_mV))
        np.testing.assert_allclose(hodgkin_huxley.V_mV[:n, column], other[:n], rtol=0, atol=5e-3)


def test_hodgkin_huxley_has_neurons_rates_with_its_leak():
    """Its `hh` has E_L = −54.3 mV: 58.4, 68.2 and 86.1 Hz at 7, 10 and 20 µA/cm²."""
    neuron = neurons.HodgkinHuxley(e_leak_mV=-54.3)
    theirs = ask("patches", current=CURRENTS, duration_ms=1000, every_ms=0.05, e_leak_mV=-54.3, temperature_C=6.3)
    ours = neurons.simulate(neuron, CURRENTS, duration_ms=1000, dt_ms=0.01, record=()).rate_hz(200)
    between = [np.diff(late[late > 200]).mean() for late in (upward(trace, 0.05) for trace in theirs)]
    np.testing.assert_allclose(ours, 1000 / np.array(between), rtol=0, atol=0.05)
    np.testing.assert_allclose(ours, [58.4, 68.2, 86.1], rtol=0, atol=0.5)


# --- the axon ---


def test_the_pulse_travels_as_in_neuron():
    axon = neurons.Axon()
    theirs = ask(
        "velocity", radius_um=axon.radius_um, length_cm=axon.end_cm, pieces=axon.count, places=[0.25, 0.75],
        dt_ms=0.001, duration_ms=axon.end_cm / axon.space_constant_cm, pulse_nA=1000 * axon.pulse().current_uA,
        resistivity_ohm_cm=axon.resistivity_ohm_cm, e_leak_mV=axon.membrane.e_leak_mV,
        temperature_C=axon.membrane.temperature_C,
    )  # fmt: skip
    assert abs(axon.velocity_m_per_s() / theirs - 1) < 0.01


# --- synapses ---


def test_synapses_open_and_close_as_in_brian2():
    """Alpha and exponential conductances and NMDA with its block onto one membrane, each with its own spikes."""
    neuron = neurons.LeakyIntegrateAndFire(v_threshold_mV=100.0, tau_m_ms=20.0)
    alpha, slow, inhibiting = neurons.Alpha(2.0), neurons.NMDA(), neurons.Exponential(10.0, -80.0)
    times, weights = ([5, 6, 30], [10, 11, 12, 13], [20, 50]), (2.0, 3.0, 0.3)
    t = np.arange(0, 100, 1e-4)
    highest = float((np.exp(-t / slow.tau_decay_ms) - np.exp(-t / slow.tau_rise_ms)).max())
    equations = """
    dV/dt = (v_rest_mV - V + resistance_MOhm * (I + into)) / tau_m_ms / ms : 1
    into = (alpha + (fall - rise) / highest / (1 + exp(-0.062 * V) / 3.57)) * (0 - V) + gaba * (-80 - V) : 1
    dalpha/dt = (exp(1) * sent - alpha) / (2 * ms) : 1
    dsent/dt = -sent / (2 * ms) : 1
    drise/dt = -rise / (tau_rise_ms * ms) : 1
    dfall/dt = -fall / (tau_decay_ms * ms) : 1
    dgaba/dt = -gaba / (10 * ms) : 1
    I : 1
    """
    onto = [[name, weights[of], times[of]] for name, of in (("sent", 0), ("rise", 1), ("fall", 1), ("gaba", 2))]
    theirs = ask(
        "brian2", equations=equations, start={"V": neuron.v_rest_mV}, current=[0.0], duration_ms=100, dt_ms=0.01,
        parameters=dataclasses.asdict(neuron) | dataclasses.asdict(slow) | {"highest": highest}, method="rk2",
        traces=True, threshold="V >= v_threshold_mV", arrivals=onto,
    )  # fmt: skip
    inputs = [
        neurons.Inputs(own, trains(came, 100), [weight])
        for own, came, weight in zip((alpha, slow, inhibiting), times, weights, strict=True)
    ]
    ours = neurons.simulate(neuron, 0.0, duration_ms=100, dt_ms=0.01, inputs=inputs, record_every_ms=1.0)
    assert np.ptp(ours.V_mV) > 20
    np.testing.assert_allclose(ours.V_mV[:-1], theirs[0][::100], rtol=0, atol=1e-4)
