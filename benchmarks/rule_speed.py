"""What a step of each learning rule costs, as a ratio to back propagation's, and beside biotorch's feedback alignment.

    python benchmarks/rule_speed.py [--rounds 15] [--json FILE]

Every rule takes turns with back propagation, in this process, on the same rows: the compiled step of `fit`, rows picked
and Adam included. Then our feedback alignment takes turns with biotorch's on the same net, PyTorch's eager loop with
the same optimizer and batches. Medians of the rounds. Run nothing else meanwhile. The Makefile installs biotorch
without what it asks for beside PyTorch (torchvision and more), which its layers do not need.
"""

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from biotorch.layers.fa import Linear  # pyright: ignore[reportMissingImports]

from clearprop import rules
from clearprop.compare import Problem, Settings, timing
from clearprop.compare.problem import Given

NETS = {"784-500-10": (784, (500,), 128), "784-512-256-10": (784, (512, 256), 128), "64-128-10": (64, (128,), 64)}
"""Inputs, hidden units, batch."""

ROWS, SECONDS, PAUSE = 12_800, 0.2, 0.1
"""Rows to pick batches from; how long a turn is; the threads of PyTorch spin for a while after their work."""

AGAINST_BIOTORCH = "feedback_alignment"


def problem(inputs: int) -> Problem:
    """Rows of noise, and one of ten classes for each."""
    draw = np.random.default_rng(0)
    X = draw.normal(size=(ROWS * 2, inputs)).astype("float32")
    return Problem(X, draw.integers(0, 10, len(X)))


def biotorch_step(given: Given, hidden: tuple[int, ...], batch: int) -> Callable[[int], float]:
    """Seconds for so many steps of biotorch's feedback alignment: rows picked, forward, back, Adam."""
    X, Y = (torch.from_numpy(np.ascontiguousarray(part)) for part in given.rows.training)
    sizes = (X.shape[1], *hidden)
    parts: list[Any] = []
    for fan_in, units in itertools.pairwise(sizes):
        parts += [Linear(fan_in, units), torch.nn.ReLU()]
    model = torch.nn.Sequential(*parts, Linear(sizes[-1], 10))
    learn = [p for p in model.parameters() if p.requires_grad]
    optimizer, loss = torch.optim.Adam(learn, 1e-3), torch.nn.CrossEntropyLoss()

    def run(steps: int) -> float:
        started = time.perf_counter()
        order = torch.randperm(len(X))
        for step in range(steps):
            first = step * batch % (len(X) - batch)
            picked = order[first : first + batch]
            optimizer.zero_grad()
            loss(model(X[picked]), Y[picked]).backward()
            optimizer.step()
        return time.perf_counter() - started

    return run


def turns(one: Callable[[int], float], other: Callable[[int], float], rounds: int) -> tuple[float, float, float]:
    """(the median ratio of the two's times in a round, microseconds a step of each)"""
    counts = []
    for run in (one, other):
        run(3)  # compiles, and warms the caches
        counts.append(max(2, round(SECONDS / (run(20) / 20))))
    times = []
    for _round in range(rounds):
        pair = []
        for run, steps in zip((one, other), counts, strict=True):
            time.sleep(PAUSE)
            pair.append(run(steps) / steps)
        times.append(pair)
    return (
        statistics.median(a / b for a, b in times),
        *(1e6 * statistics.median(pair[which] for pair in times) for which in (0, 1)),
    )


def main() -> None:
    """Print a table for each net."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    results: dict[str, Any] = {}
    for net, (inputs, hidden, batch) in NETS.items():
        task, settings = problem(inputs), Settings(hidden=hidden, batch_size=batch)
        given = task.given(settings, 0)
        stepper = lambda name: timing.stepper(task, settings, name, given)  # noqa: B023, E731
        found = {name: turns(stepper(name), stepper("backprop"), arguments.rounds) for name in rules.all_names()}
        print(f"\n{net}, batches of {batch}: back propagation takes {found['backprop'][1]:.0f} µs a step")
        for name, (ratio, ours, theirs) in found.items():
            print(f"  {name:42} {ratio:5.2f}   ({ours:.0f} and {theirs:.0f} µs)", flush=True)
        ratio, ours, theirs = turns(stepper(AGAINST_BIOTORCH), biotorch_step(given, hidden, batch), arguments.rounds)
        print(
            f"  {AGAINST_BIOTORCH}: {ours:.0f} µs, biotorch's {theirs:.0f} µs: {1 / ratio:.1f} times as fast",
            flush=True,
        )
        results[net] = {"ratio_to_backprop": found, "biotorch": {"ours_us": ours, "theirs_us": theirs, "ratio": ratio}}
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results) + "\n")


if __name__ == "__main__":
    main()
