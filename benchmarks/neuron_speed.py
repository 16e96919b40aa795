"""A Hodgkin–Huxley f–I curve in clearprop and in Brian2, interleaved in one run; and data for a neuron's analogy.

    python benchmarks/neuron_speed.py [--rounds 9] [--currents 100] [--duration-ms 1000] [--seconds 6] [--json FILE]

The curve: so many currents from 0 to 30 µA/cm², each for so long from rest, by exponential Euler at 0.01 ms. Brian2
runs in .venv-simulators, a process for each of its ways, which lives through all rounds and times itself: "cython"
compiles loops and calls them from Python, "cpp_standalone" makes a program of its own. Told apart are *compile*, once;
*prepare*, what Brian2 does anew for every run; and *run*, which the ratios are of. Medians of the rounds.

The data: 100 trials of so many seconds, 80 excitatory and 20 inhibitory Poisson inputs through exponential synapses,
the potential recorded every ms, in float32. Run nothing else meanwhile.
"""

import argparse
import itertools
import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ["CLEARPROP_COMPILATION_CACHE"] = "off"  # what compiling takes is measured

import numpy as np
from rich.console import Console
from rich.table import Table

from clearprop import neurons

HERE = Path(__file__).parent
BRIAN2 = [HERE.parent / ".venv-simulators/bin/python", HERE / "brian2_worker.py"]
FLOAT_TYPES, TARGETS = ("float64", "float32"), ("cython", "cpp_standalone")
DT_MS, SETTLE_MS, PAUSE = 0.01, 200.0, 0.2
TRIALS, EXCITATORY, INHIBITORY, RATE_HZ = 100, 80, 20, 10.0

Contender = tuple[float, Callable[[], dict[str, Any]]]
"""How long it compiled, and a run: what it took, and the rates."""


def ours(settings: dict[str, Any], float_type: str) -> Contender:
    """Clearprop, in this process."""

    def run() -> dict[str, Any]:
        started = time.perf_counter()
        rates = neurons.f_i_curve(
            neurons.HodgkinHuxley(), settings["currents"], duration_ms=settings["duration_ms"], settle_ms=SETTLE_MS,
            dt_ms=DT_MS, method="exponential_euler", float_type=float_type,
        )  # fmt: skip
        return {"run_s": time.perf_counter() - started, "prepare_s": 0.0, "rates_hz": rates.tolist()}

    return run()["run_s"] - run()["run_s"], run


def brian2(processes: ExitStack, settings: dict[str, Any], target: str, float_type: str) -> Contender:
    """Brian2, in a process of its own."""
    settings = {**settings, "dt_ms": DT_MS, "settle_ms": SETTLE_MS, "target": target, "float_type": float_type}
    worker = processes.enter_context(
        subprocess.Popen(
            [*BRIAN2, json.dumps(settings)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
    )
    told, heard = worker.stdin, worker.stdout
    assert told is not None and heard is not None
    compile_s = json.loads(heard.readline())["compile_s"]

    def run() -> dict[str, Any]:
        told.write("run\n")
        return json.loads(heard.readline())

    run()  # the first is slower
    return compile_s, run


def curves(settings: dict[str, Any], rounds: int) -> dict[str, dict[str, Any]]:
    """Medians over the rounds, every contender once a round."""
    with ExitStack() as processes:
        contenders = {f"clearprop, {kind}": ours(settings, kind) for kind in FLOAT_TYPES}
        for target, kind in itertools.product(TARGETS, FLOAT_TYPES):
            contenders[f"Brian2 {target}, {kind}"] = brian2(processes, settings, target, kind)
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in contenders}
        for _round in range(rounds):
            for name, (_compile_s, run) in contenders.items():
                time.sleep(PAUSE)
                found[name].append(run())
    expected = np.array(found["clearprop, float64"][0]["rates_hz"])
    return {
        name: {
            "compile_s": contenders[name][0],
            "prepare_s": statistics.median(run["prepare_s"] for run in runs),
            "run_s": statistics.median(run["run_s"] for run in runs),
            "run_s_all": [run["run_s"] for run in runs],
            "furthest_hz": furthest(np.array(runs[0]["rates_hz"]), expected),
        }
        for name, runs in found.items()
    }


def furthest(rates: np.ndarray, expected: np.ndarray) -> float:
    """How far rates are apart where firing lasts; Brian2's are not told from those of a neuron that stops."""
    return float(np.abs(np.where(expected > 0, rates - expected, 0.0)).max())


def trials(neuron: neurons.Neuron, weight: float, seconds: float) -> dict[str, float]:
    """How long the data for an analogy take, drawn and simulated, once compiled; and how long that takes."""
    (first_s, _hz), *later = (_trials(neuron, weight, seconds, seed) for seed in range(4))
    run_s = statistics.median(took_s for took_s, _hz in later)
    return {"compile_s": first_s - run_s, "run_s": run_s, "fires_hz": later[0][1]}


def _trials(neuron: neurons.Neuron, weight: float, seconds: float, seed: int) -> tuple[float, float]:
    """(seconds it took, the rate at which it fired)."""
    started = time.perf_counter()
    spikes = neurons.poisson(RATE_HZ, EXCITATORY + INHIBITORY, 1000 * seconds, trials=TRIALS, seed=seed)
    excitatory = neurons.Exponential(5.0, 0.0), spikes[..., :EXCITATORY], np.full(EXCITATORY, weight)
    inhibitory = neurons.Exponential(10.0, -75.0), spikes[..., EXCITATORY:], np.full(INHIBITORY, weight)
    found = neurons.simulate(
        neuron, duration_ms=1000 * seconds, method="exponential_euler", record=("V_mV",), record_every_ms=1.0,
        inputs=[neurons.Inputs(*excitatory), neurons.Inputs(*inhibitory)], float_type="float32",
    )  # fmt: skip
    return time.perf_counter() - started, sum(map(len, found.spikes_ms)) / TRIALS / seconds


def machine() -> dict[str, Any]:
    """What this was measured on."""
    listed = subprocess.run(
        [BRIAN2[0], "-m", "pip", "list", "--format", "json"], capture_output=True, text=True, check=True
    )
    other = {own["name"]: own["version"] for own in json.loads(listed.stdout)}
    return {
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("clearprop", "jax", "numpy")},
        "Brian2": other["Brian2"],
    }


def show(console: Console, found: dict[str, dict[str, Any]]) -> None:
    """The medians as a table, with ratios to clearprop's in each precision (above 1: clearprop is faster)."""
    table = Table(title="Hodgkin–Huxley f–I curve, seconds")
    for column in ("", "compile", "prepare", "run", *(f"times clearprop's {kind}" for kind in FLOAT_TYPES), "Hz apart"):
        table.add_column(column, justify="right")
    for name, own in found.items():
        ratios = [f"{own['run_s'] / found[f'clearprop, {kind}']['run_s']:.2f}" for kind in FLOAT_TYPES]
        times = [f"{own[what]:.3f}" for what in ("compile_s", "prepare_s", "run_s")]
        table.add_row(name, *times, *ratios, f"{own['furthest_hz']:.3f}")
    console.print(table)


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--currents", type=int, default=100)
    parser.add_argument("--duration-ms", type=float, default=1000.0)
    parser.add_argument("--seconds", type=float, default=6.0, help="of each trial of the data")
    parser.add_argument("--json", help="also write the figures to this file")
    arguments = parser.parse_args()
    console, about = Console(width=150), machine()
    console.print(json.dumps(about), soft_wrap=True)
    settings = {"currents": np.linspace(0, 30, arguments.currents).tolist(), "duration_ms": arguments.duration_ms}
    found = curves(settings, arguments.rounds)
    show(console, found)
    data = {
        "lif": trials(neurons.LeakyIntegrateAndFire(), 0.03, arguments.seconds),
        "hodgkin_huxley": trials(neurons.HodgkinHuxley(), 0.02, arguments.seconds),
    }
    for name, own in data.items():
        console.print(
            f"{TRIALS} trials × {arguments.seconds:g} s of {name}: {own['run_s']:.2f} s, and {own['compile_s']:.2f} s"
            f" to compile; it fires at {own['fires_hz']:.1f} Hz"
        )
    if arguments.json:
        Path(arguments.json).write_text(json.dumps({"machine": about, "f_i_curve": found, "trials": data}) + "\n")


if __name__ == "__main__":
    main()
