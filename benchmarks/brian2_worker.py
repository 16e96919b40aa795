"""Brian2's side of neuron_speed.py: runs in .venv-simulators, makes one model, and runs it whenever it is told to.

    .venv-simulators/bin/python benchmarks/brian2_worker.py '{"currents": [10], "duration_ms": 1000, "dt_ms": 0.01,
        "settle_ms": 200, "target": "cython", "float_type": "float64"}'

The first line of JSON that it prints says how long making and compiling took, and each further one, for each line that
comes in, how long a run took, without what it prepares anew for every run (`prepare_s`), and the rates it found.
"""

import json
import os
import sys
import tempfile
import time
import warnings

import brian2 as b  # pyright: ignore[reportMissingImports]
import numpy as np

EQUATIONS = """
dV/dt = (I - 120 * m**3 * h * (V - 50) - 36 * n**4 * (V + 77) - 0.3 * (V + 54.387)) / ms : 1
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


def model(settings):
    """The neurons and what records their spikes."""
    clock = b.Clock(settings["dt_ms"] * b.ms)
    cells = b.NeuronGroup(
        len(settings["currents"]),
        EQUATIONS,
        method="exponential_euler",
        threshold="V > 0",
        refractory="V > 0",
        clock=clock,
        dtype=getattr(np, settings["float_type"]),
    )
    cells.V, cells.I = -65.0, settings["currents"]
    for gate in "mhn":
        setattr(cells, gate, f"a_{gate} / (a_{gate} + b_{gate})")
    spikes = b.SpikeMonitor(cells)
    return b.Network(cells, spikes), spikes


def rates(spikes, settle_ms):
    """One over each neuron's mean interval after a moment, in Hz; 0 with fewer than two spikes."""
    found = []
    for _cell, train in sorted(spikes.spike_trains().items()):
        late = train[train >= settle_ms * b.ms] / b.second
        found.append((len(late) - 1) / (late[-1] - late[0]) if len(late) > 1 else 0.0)
    return [float(rate) for rate in found]


def in_python(settings, folder):
    """(what runs it, for how long it compiled): loops compiled one by one, called by Python."""
    b.prefs.codegen.target = settings["target"]
    b.prefs.codegen.runtime.cython.cache_dir = folder
    started = time.perf_counter()
    network, spikes = model(settings)
    network.run(0 * b.ms)
    network.store()
    compiled_s = time.perf_counter() - started

    def run():
        network.restore()
        started = time.perf_counter()
        network.run(0 * b.ms)
        prepared = time.perf_counter()
        network.run(settings["duration_ms"] * b.ms)
        prepare_s = prepared - started
        return {"run_s": time.perf_counter() - prepared - prepare_s, "prepare_s": prepare_s}

    return run, spikes, compiled_s


def alone(settings, folder):
    """The same for a program of its own in C++, without Python; it says itself how long its loop took."""
    b.set_device("cpp_standalone", build_on_run=False, directory=folder)
    started = time.perf_counter()
    network, spikes = model(settings)
    network.run(settings["duration_ms"] * b.ms)
    b.device.build(directory=folder, compile=True, run=False)
    compiled_s = time.perf_counter() - started

    def run():
        started = time.perf_counter()
        b.device.run(folder, with_output=False, run_args=[])
        whole_s = time.perf_counter() - started
        return {"run_s": b.device._last_run_time, "prepare_s": whole_s - b.device._last_run_time}

    return run, spikes, compiled_s


def main():
    """Make it, and run it for every line that comes in."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what compilers say must not end up among the answers
    b.BrianLogger.suppress_hierarchy("brian2")
    warnings.filterwarnings("ignore", "overflow encountered in cast")  # it compares 32-bit numbers with 1e50
    settings = json.loads(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        make = alone if settings["target"] == "cpp_standalone" else in_python
        run, spikes, compiled_s = make(settings, folder)
        print(json.dumps({"compile_s": compiled_s}), file=answers, flush=True)
        for _line in sys.stdin:
            found = run()
            print(json.dumps({**found, "rates_hz": rates(spikes, settings["settle_ms"])}), file=answers, flush=True)


if __name__ == "__main__":
    main()
