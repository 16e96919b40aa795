"""What Brian2 and NEURON make of a model: runs in .venv-simulators, which has them and neither clearprop nor JAX.

A question comes in, `{"ask": a function's name below, …: its arguments}` in JSON, and its answer goes out. Potentials
are in mV, times in ms.
"""

import itertools
import json
import os
import sys
from pathlib import Path


def brian2(
    equations,
    parameters,
    start,
    current,
    duration_ms,
    dt_ms,
    method,
    threshold,
    reset="",
    refractory=0,
    arrivals=(),
    traces=False,
):
    """The spikes of each neuron; or, if asked for, its potential V at every step.

    Equations have time in ms, all else is plain numbers; `start` says what a variable begins in, and `arrivals` at what
    times which variables are added to: [[variable, what is added, times], …].
    """
    import brian2 as b
    import numpy as np

    b.prefs.codegen.target = "cython"
    b.prefs.codegen.runtime.cython.cache_dir = str(Path(sys.prefix) / "compiled")
    b.BrianLogger.suppress_hierarchy("brian2")
    clock = b.Clock(dt_ms * b.ms)
    cells = b.NeuronGroup(
        len(current),
        equations,
        method=method,
        threshold=threshold,
        reset=reset,
        refractory=refractory if isinstance(refractory, str) else refractory * b.ms,
        namespace=parameters,
        clock=clock,
    )
    cells.I = current
    for name, value in start.items():
        setattr(cells, name, value)
    monitor = b.StateMonitor(cells, "V", record=True, clock=clock) if traces else b.SpikeMonitor(cells)
    parts = [cells, monitor]
    for variable, amount, times in arrivals:
        # What is sent in a step is felt in the next.
        source = b.SpikeGeneratorGroup(1, [0] * len(times), (np.array(times) - dt_ms) * b.ms, clock=clock)
        onto = b.Synapses(source, cells, on_pre=f"{variable}_post += {amount!r}", clock=clock)
        onto.connect()
        parts += [source, onto]
    b.Network(parts).run(duration_ms * b.ms)
    if traces:
        return np.asarray(monitor.V).tolist()
    return [(train / b.ms).tolist() for _cell, train in sorted(monitor.spike_trains().items())]


def patches(current, duration_ms, every_ms, e_leak_mV, temperature_C):
    """The potentials of patches of NEURON's `hh` membrane, a current in µA/cm² into each, by its method CVODE."""
    h = _neuron(temperature_C)
    cells, kept = [], []
    for density in current:
        cell = h.Section()
        cell.insert("hh")
        cell(0.5).hh.el = e_leak_mV
        electrode = h.IClamp(cell(0.5))
        electrode.dur, electrode.amp = 1e9, density * cell(0.5).area() * 1e-5  # nA, of µA/cm² and µm²
        cells.append(h.Vector().record(cell(0.5)._ref_v, every_ms))
        kept += [cell, electrode]
    solver = h.CVode()
    solver.active(True)
    solver.rtol(0)
    solver.atol(1e-9)
    h.finitialize(-65)
    h.continuerun(duration_ms + every_ms)
    solver.active(False)
    return [list(trace) for trace in cells]


def velocity(
    radius_um, length_cm, pieces, places, dt_ms, duration_ms, pulse_nA, resistivity_ohm_cm, e_leak_mV, temperature_C
):
    """The velocity in m/s between two places (shares of the length) of a cable of `hh`, by Crank and Nicolson."""
    h = _neuron(temperature_C)
    axon = h.Section()
    axon.L, axon.diam, axon.Ra, axon.cm, axon.nseg = length_cm * 1e4, 2 * radius_um, resistivity_ohm_cm, 1, pieces
    axon.insert("hh")
    for piece in axon:
        piece.hh.el = e_leak_mV
    electrode = h.IClamp(axon(0))
    electrode.dur, electrode.amp = 0.5, pulse_nA
    centres = [(int(place * pieces) + 0.5) / pieces for place in places]
    traces = [h.Vector().record(axon(centre)._ref_v) for centre in centres]
    h.dt, h.steps_per_ms, h.secondorder = dt_ms, 1 / dt_ms, 2
    h.finitialize(-65)
    h.continuerun(duration_ms)
    first, last = (_upward(list(trace), dt_ms) for trace in traces)
    return (centres[1] - centres[0]) * length_cm * 10 / (last - first)


def _neuron(temperature_C):
    os.environ["NEURON_MODULE_OPTIONS"] = "-nogui"
    from neuron import h

    h.load_file("stdrun.hoc")
    h.usetable_hh = 0  # its rates as they are, and not from tables of one per mV
    h.celsius = temperature_C
    return h


def _upward(trace, dt_ms):
    """When it first passes 0 mV."""
    at = next(i for i, (low, high) in enumerate(itertools.pairwise(trace)) if low < 0 <= high)
    return dt_ms * (at + trace[at] / (trace[at] - trace[at + 1]))


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a simulator says must not end up in the answer
    question = json.load(sys.stdin)
    json.dump({"brian2": brian2, "patches": patches, "velocity": velocity}[question.pop("ask")](**question), answers)
    answers.flush()
