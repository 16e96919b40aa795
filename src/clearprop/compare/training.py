"""One training of a comparison: a rule, its rates, a seed."""

import dataclasses
import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop.compare.problem import Given, Problem
from clearprop.compare.settings import Settings
from clearprop.estimators.architecture import optimizer
from clearprop.explain.closeness import closeness
from clearprop.train import Fitted, Run, TrainingWarning, fit
from clearprop.train.history import finite

PROBE = 500
"""Training rows that closeness to back propagation is measured on, after each epoch."""

DEFAULTS = {"learning_rate": 1e-3, "weight_decay": 0.0}
"""Rates where none are tuned; other optimizers than Adam and RMSProp take a learning rate of 0.1."""


def draw(settings: Settings, rule: str) -> list[dict[str, float]]:
    """The rates of each trial, evenly in their logarithms: what all rules have in common is the same for each."""
    found = []
    for trial in range(settings.tune):
        rates = {}
        for place, (name, (low, high)) in enumerate(settings.searched(rule).items()):
            share = np.random.default_rng([settings.seed, 2, trial, place]).uniform()
            rates[name] = float(f"{math.exp(math.log(low) + share * math.log(high / low)):.3g}")
        found.append(rates)
    return found


def defaults(settings: Settings) -> dict[str, float]:
    """The rates of a comparison without tuning; a rule's own are those that it has by itself."""
    small = settings.optimizer in ("adam", "adamw", "rmsprop")
    return {**DEFAULTS, "learning_rate": DEFAULTS["learning_rate"] if small else 0.1}


def train(
    problem: Problem,
    settings: Settings,
    rule: str,
    rates: dict[str, float],
    given: Given,
    number: int,
    callbacks: Sequence[Any],
) -> Fitted:
    """Train with these rates; the seed is the run's, so that each rule begins with the same weights and batches.

    Raises:
        KeyboardInterrupt: as soon as the epoch has ended.
    """
    plain: Any = settings.rule(rule)
    own = {name: value for name, value in rates.items() if name not in DEFAULTS}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrainingWarning)  # what it would say is in the results
        fitted = fit(
            given.network,
            *given.rows.training,
            loss=problem.loss,
            optimizer=optimizer(settings.optimizer, rates["learning_rate"], rates["weight_decay"], None),
            rule=dataclasses.replace(plain, **own),
            epochs=settings.epochs,
            batch_size=given.batch_size,
            seed=seed_of(settings, number),
            state=given.state,
            validation=given.rows.validation,
            metrics=[problem.metric],
            callbacks=callbacks,
        )
    if fitted.stopped == "interrupted":
        raise KeyboardInterrupt
    return fitted


def seed_of(settings: Settings, number: int) -> int:
    """Of the initial weights and the order of batches in run `number`."""
    return settings.seed * 2**20 + number


def score(problem: Problem, fitted: Fitted) -> float | None:
    """The last epoch's validation metric, or the loss, negative, where it has none; None if training diverged."""
    last = fitted.history[-1]
    found = [value for value in (last[f"val_{problem.metric}"], -last["val_loss"]) if math.isfinite(value)]
    return None if fitted.stopped == "diverged" or not found else found[0]


def record(problem: Problem, fitted: Fitted, given: Given, log: list[dict[str, Any]]) -> dict[str, Any]:
    """What is kept of a run: its log, and the test rows' scores, which nothing has read before."""
    X, Y = given.rows.test
    scores = {} if fitted.stopped == "diverged" else fitted.evaluate(X, Y, metrics=[problem.metric])
    return {"stopped": fitted.stopped, "test": {name: finite(v) for name, v in scores.items()}, "epochs": log}


def logging(given: Given, log: list[dict[str, Any]]) -> Callable[[Run, dict[str, Any]], None]:
    """A callback that adds a line to the log after each epoch: the scores, and the closeness to back propagation."""
    X, Y = given.rows.training
    rows = np.random.default_rng(len(X)).permutation(len(X))[:PROBE]  # in a file they may stand by class
    X, Y = X[rows], Y[rows]

    def note(run: Run, scores: dict[str, Any]) -> None:
        found = closeness(run.fitted, X, Y)
        line = {**scores, "angle": found.angle, "norm_ratio": found.norm_ratio}
        for layer in found.layers:
            line |= {f"angle_{layer.place}": layer.angle, f"norm_ratio_{layer.place}": layer.norm_ratio}
            if layer.feedback_angle is not None:
                line[f"feedback_angle_{layer.place}"] = layer.feedback_angle
        log.append({name: finite(value) for name, value in line.items()})

    return note
