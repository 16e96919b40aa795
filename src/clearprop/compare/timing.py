"""How long a step of a rule takes, beside back propagation's in the same run."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from clearprop import traced
from clearprop.compare.problem import Given, Problem
from clearprop.compare.settings import Settings
from clearprop.compare.training import defaults
from clearprop.estimators.architecture import optimizer
from clearprop.train import program
from clearprop.train.rows import Orders, make_rows
from clearprop.train.start import Start, start

ROUNDS, SECONDS = 9, 0.05
"""Rule and back propagation take turns so often, for about so long each."""


def ratio(problem: Problem, settings: Settings, rule: str, given: Given) -> float:
    """The time of a step over back propagation's, whose own is 1: the median of rounds in which the two take turns.

    On a machine with other work to do, a round's two times are near each other in time and so are slowed alike.
    """
    if rule == "backprop":
        return 1.0
    runs = [stepper(problem, settings, name, given) for name in (rule, "backprop")]
    for run in runs:
        run(1)  # compiles
    steps = max(1, round(SECONDS / max(min(run(4) / 4 for run in runs), 1e-6)))
    return statistics.median(runs[0](steps) / runs[1](steps) for _round in range(ROUNDS))


def stepper(problem: Problem, settings: Settings, rule: str, given: Given) -> Callable[[int], float]:
    """A function that takes so many steps of the compiled training, and says how many seconds they took."""
    X, Y = given.rows.training
    size = min(given.batch_size or len(X), len(X))
    full = size == len(X)
    kind, numbers = traced.split(settings.rule(rule))
    rates = defaults(settings)
    step = optimizer(settings.optimizer, rates["learning_rate"], rates["weight_decay"], None)
    plan = program.Plan(given.network, problem.loss, kind, (), 0 if full else size, full, False)
    shapes = tuple(given.network.shapes(X.shape[1:]))
    named: dict[str, Any] = {"params": None, "learnt": None, "memory": None, "optimizer_state": None}
    begun = Start(given.network, kind, shapes, 1, "float32")
    carry, key = start(begun, step, numbers, 0, {**named, "state": given.state})
    targets = Y.astype("int32" if Y.dtype.kind == "i" else "float32")
    rows = make_rows(np.asarray(X, "float32"), targets, None)
    job = program.Job(step, numbers, rows, None, key, np.int32(2**30), np.int32(2**30))
    batches = 1 if full else -(-len(X) // size)
    orders = Orders(len(X), 0 if full else batches * size, 0, True)
    window = orders.need(len(orders.window))

    def run(steps: int) -> float:
        nonlocal carry
        seconds, left = 0.0, steps
        while left > 0:
            now = min(left, len(window) * batches)
            progress = carry.progress._replace(batch=np.int32(0), stopped=np.int32(0))
            carry = carry._replace(progress=progress)
            started = time.perf_counter()
            carry, _records = program.run(plan, carry, job, window, np.int32(now))
            jax.block_until_ready(carry)
            seconds, left = seconds + time.perf_counter() - started, left - now
        return seconds

    return run
