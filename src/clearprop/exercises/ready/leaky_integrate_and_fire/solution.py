"""The leaky integrate-and-fire neuron. Times are in ms, potentials in mV, resistances in MOhm, currents in nA."""

import numpy as np

NEURON = {
    "tau_m_ms": 10.0,
    "resistance_MOhm": 1.0,
    "v_rest_mV": -70.0,
    "v_threshold_mV": -60.0,
    "v_reset_mV": -70.0,
    "refractory_ms": 5.0,
}
"""A neuron to try the functions with."""


def derivative(V_mV, I_nA, neuron):
    leak = -(V_mV - neuron["v_rest_mV"])  # hint
    drive = neuron["resistance_MOhm"] * I_nA  # hint
    return (leak + drive) / neuron["tau_m_ms"]  # hint


def euler_step(V_mV, I_nA, dt_ms, neuron):
    return V_mV + dt_ms * derivative(V_mV, I_nA, neuron)  # hint


def exact_step(V_mV, I_nA, dt_ms, neuron):
    end = neuron["v_rest_mV"] + neuron["resistance_MOhm"] * I_nA  # hint
    return end + (V_mV - end) * np.exp(-dt_ms / neuron["tau_m_ms"])  # hint


def fire(V_mV, neuron):
    fired = V_mV >= neuron["v_threshold_mV"]  # hint
    return np.where(fired, neuron["v_reset_mV"], V_mV), fired  # hint


def simulate(I_nA, dt_ms, neuron):
    V, wait = neuron["v_rest_mV"], 0
    trace, spikes = [V], []
    for step in range(len(I_nA)):
        if wait > 0:  # hint
            wait = wait - 1  # hint
        else:
            V = euler_step(V, I_nA[step], dt_ms, neuron)
            V, fired = fire(V, neuron)  # hint
            if fired:
                spikes.append((step + 1) * dt_ms)
                wait = round(neuron["refractory_ms"] / dt_ms)  # hint
        trace.append(V)
    return np.array(trace), np.array(spikes)


def rate_hz(spikes_ms):
    if len(spikes_ms) < 2:
        return 0.0
    intervals = len(spikes_ms) - 1  # hint
    return 1000 * intervals / (spikes_ms[-1] - spikes_ms[0])  # hint


def rheobase_nA(neuron):
    return (neuron["v_threshold_mV"] - neuron["v_rest_mV"]) / neuron["resistance_MOhm"]  # hint


def exact_rate_hz(I_nA, neuron):
    if I_nA <= rheobase_nA(neuron):
        return 0.0
    end = neuron["v_rest_mV"] + neuron["resistance_MOhm"] * I_nA
    ratio = (end - neuron["v_reset_mV"]) / (end - neuron["v_threshold_mV"])
    climb_ms = neuron["tau_m_ms"] * np.log(ratio)  # hint
    interval_ms = neuron["refractory_ms"] + climb_ms  # hint
    return 1000 / interval_ms  # hint


def rate_curve_hz(currents_nA, duration_ms, dt_ms, neuron):
    """The simulated rate and the exact one for each current."""
    steps = round(duration_ms / dt_ms)
    simulated = [rate_hz(simulate(np.full(steps, I_nA), dt_ms, neuron)[1]) for I_nA in currents_nA]
    return np.array(simulated), np.array([exact_rate_hz(I_nA, neuron) for I_nA in currents_nA])
