"""The analogy between a logistic unit and a neuron, as a number.

A neuron with many Poisson inputs fires. Networks learn from the inputs' spikes in the last tens of milliseconds when it
does: X → Y. The first of them is a logistic unit; the others are deeper. If the neuron were a logistic unit, the deeper
ones could not be better.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clearprop import __version__
from clearprop.analogy import cells, excerpt, firing, pictures, summary
from clearprop.analogy.bumps import bumps, windows
from clearprop.analogy.cells import Cell
from clearprop.analogy.firing import Firing
from clearprop.analogy.measures import measures, roc
from clearprop.analogy.networks import learn
from clearprop.analogy.settings import Settings
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.pieces import RESULTS, Folder
from clearprop.train import Fitted

NAME = "analogy"

OTHERS = 18
"""Bins without a spike for each with one, to learn from and to choose by; of the trials to score, every bin is taken.
That fewer of the others are seen moves a network's log-odds by a constant, and no rank."""

LEAST_SPIKES = 20


class Step(NamedTuple):
    """Where it stands: what it is at, and how many trainings of how many are done."""

    cell: str
    what: str
    done: int
    all: int


def request(named: Sequence[tuple[str, Cell]], settings: Settings) -> dict[str, Any]:
    """What analogy.json holds; it goes on only from a folder that holds the same."""
    return {
        "clearprop": __version__,
        "settings": settings.as_json(),
        "cells": {name: repr(cell) for name, cell in named},
    }


def measure(
    neurons: Sequence[str | tuple[str, Cell]],
    settings: Settings,
    output: str | Path,
    *,
    told: Callable[[Step], Any] | None = None,
) -> dict[str, Any]:
    """How far each neuron is from a logistic unit; what was stopped goes on from its folder.

    >>> import tempfile
    >>> small = Settings(depths=(0, 1), seeds=1, trials=10, trial_ms=1000, rate_hz=30.0, hidden=8, epochs=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = measure(["lif"], small, folder + "/analogy")
    >>> list(found["neurons"]), list(found["controls"])
    (['lif'], ['logistic', 'shuffled'])

    Args:
        neurons: names of `cells.CELLS`, or (name, cell) of your own.
        settings: how.
        output: the folder to write into, or to go on in.
        told: is called as it goes on.

    Returns:
        What `results.json` holds: a record for each neuron and for each of the two controls.

    Raises:
        ClearpropError: an unknown neuron, one that fires too rarely, a folder that holds something else.
        KeyboardInterrupt: Ctrl-C; what is finished is on disk.
    """
    named = [cells.get(neuron) for neuron in neurons]
    if len({name for name, _cell in named}) < max(len(named), 1):
        raise ClearpropError(_("Name one neuron or more, each once."))
    folder = Folder(output, request(named, settings), NAME)
    work = _Work(settings, folder, told or (lambda step: None), len(named) + 2)
    runs = {name: [work.neuron(name, cell, seed) for seed in range(settings.seeds)] for name, cell in named}
    first, cell = named[0]
    controls = {
        cells.LOGISTIC: [work.logistic(seed) for seed in range(settings.seeds)],
        cells.SHUFFLED: [work.shuffled(first, cell, seed) for seed in range(settings.seeds)],
    }
    found = {
        **request(named, settings),
        "neurons": {name: summary.of(own) for name, own in runs.items()},
        "controls": {name: summary.of(own) for name, own in controls.items()},
    }
    pictures.draw(folder.path, {**runs, **controls}, found)
    folder.write(RESULTS, found)
    return found


class _Work:
    """The pieces, each made once, and how far they are."""

    def __init__(self, settings: Settings, folder: Folder, told: Callable[[Step], Any], count: int):
        self.settings, self.folder, self.told = settings, folder, told
        self.done, self.all = 0, count * settings.seeds * len(settings.depths)

    def neuron(self, name: str, cell: Cell, seed: int) -> dict[str, Any]:
        """A seed of a neuron."""
        return self._piece(name, seed, lambda: {
            **self._learnt(name, seed, self._fires(name, cell, seed)), "kernel": excerpt.kernel(cell, self.settings),
        })  # fmt: skip

    def logistic(self, seed: int) -> dict[str, Any]:
        """A seed of the neuron that is a logistic unit."""
        return self._piece(
            cells.LOGISTIC, seed, lambda: self._learnt(cells.LOGISTIC, seed, firing.logistic(self.settings, seed))
        )

    def shuffled(self, name: str, cell: Cell, seed: int) -> dict[str, Any]:
        """A seed of the first neuron, its spikes beside other inputs."""
        return self._piece(cells.SHUFFLED, seed, lambda: self._learnt(
            cells.SHUFFLED, seed, firing.shuffled(self._fires(name, cell, seed), self.settings)
        ))  # fmt: skip

    def _piece(self, name: str, seed: int, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        before = self.done
        self._say(name, seed, 0)
        found = self.folder.piece(f"{name}.seed-{seed}", make)
        self.done = before + len(self.settings.depths)
        self._say(name, seed, 0)
        return found

    def _fires(self, name: str, cell: Cell, seed: int) -> Firing:
        scale = self.folder.piece(f"{name}.scale", lambda: {"scale": firing.calibrate(cell, self.settings)})["scale"]
        return firing.fire(cell, self.settings, seed, scale)

    def _learnt(self, name: str, seed: int, fires: Firing) -> dict[str, Any]:
        """Train a network of each depth; what each is worth, and what the logistic unit looks at."""
        settings = self.settings
        basis, rate = bumps(settings.bumps, settings.window_ms), settings.input_rate_hz / 1000
        training, choosing, scoring = _parts(name, fires, settings, seed)
        middle, spread = float(fires.V[training].mean()), float(fires.V[training].std()) or 1.0

        def data(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
            V = (fires.V[rows] - middle) / spread
            return windows(fires.inputs, rows[0], rows[1], basis, rate), np.stack([fires.fired[rows], V], 1).astype(
                np.float32
            )

        parts, found, fitted = [data(rows) for rows in (training, choosing, scoring)], {}, {}
        for depth in settings.depths:
            self._say(name, seed, depth)
            fitted[depth] = learn(depth, settings, settings.seed + seed, parts[0], parts[1])
            found[str(depth)] = _scored(fitted[depth], parts[1], parts[2])
            self.done += 1
        shown = {depth: fitted[depth] for depth in (0, settings.depths[-1])}
        return {
            "rate_hz": fires.rate_hz,
            "spikes": [int(fires.fired[rows].sum()) for rows in (training, choosing, scoring)],
            "depths": found,
            "unit": excerpt.unit(fitted[0], fires, basis, settings, rate),
            "excerpt": excerpt.of(fires, shown, scoring, parts[2][0], settings),
        }

    def _say(self, name: str, seed: int, depth: int) -> None:
        what = _("seed {number} of {all}, depth {depth}").format(number=seed + 1, all=self.settings.seeds, depth=depth)
        self.told(Step(name, what, self.done, self.all))


Rows = tuple[np.ndarray, np.ndarray]


def _parts(name: str, fires: Firing, settings: Settings, seed: int) -> list[Rows]:
    """The rows (bin, trial) to learn from, to choose by and to score.

    Raises:
        ClearpropError: too few spikes to learn from.
    """
    random, found = np.random.default_rng([settings.seed, seed, 11]), []
    for trials, others in zip(settings.parts(), (OTHERS, OTHERS, None), strict=True):
        time, trial = np.meshgrid(np.arange(settings.window_ms, settings.trial_ms), list(trials), indexing="ij")
        time, trial = time.ravel(), trial.ravel()
        fired = fires.fired[time, trial]
        if fired.sum() < LEAST_SPIKES:
            raise ClearpropError(
                _(
                    "{name} fired {n} times in {trials} trials, and {least} are needed: give more or longer trials."
                ).format(name=name, n=int(fired.sum()), trials=len(trials), least=LEAST_SPIKES)
            )
        share = 1.0 if others is None else others * fired.sum() / max((~fired).sum(), 1)
        kept = fired | (random.random(len(fired)) < share)
        found.append((time[kept], trial[kept]))
    return found


def _scored(fitted: Fitted, choosing: Any, scoring: Any) -> dict[str, Any]:
    """What a network is worth on the trials to choose by and to score."""
    found: dict[str, Any] = {"epochs": len(fitted.history), "kept_epoch": fitted.kept_epoch}
    for part, (X, Y) in (("validation", choosing), ("test", scoring)):
        Y_hat, fired = fitted.predict(X), Y[:, 0] > 0.5
        found[part] = measures(Y_hat[:, 0], fired, Y_hat[:, 1], Y[:, 1])
    return {**found, "roc": roc(Y_hat[:, 0], fired)}
