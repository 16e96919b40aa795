"""What `clearprop train` does: read, infer, train, score, save, and say so."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import account, model, outcome, run_folder, show
from clearprop.cli.app import FAILED, INTERRUPTED, complain
from clearprop.cli.asked import Asked
from clearprop.cli.bar import bar
from clearprop.cli.fitting import diverged, if_readable, learn, see_that_it_learnt
from clearprop.cli.folds import cross_validate
from clearprop.cli.job import Estimator, Job, prepare
from clearprop.cli.report import calibration_of, report_of
from clearprop.explain import calibration, confusion_picture, curve
from clearprop.explain.confusion import confusion
from clearprop.explain.path import MOST, PathRecorder
from clearprop.files import write_atomically
from clearprop.i18n import _

MOST_CLASSES = 40
"""A confusion matrix of more is not drawn."""

MOST_BYTES, FEWEST = 10_000_000, 8
"""What the path of a descent may take by itself, and the epochs that are too few to be one."""


def run(asked: Asked, output: str | None, as_json: bool, path: bool | None = None) -> int:
    """Train as asked; returns the exit status. path: whether to keep that of the descent; None: if it is small."""
    out = show.console(stderr=as_json)
    place = run_folder.place_for(asked.source, output)
    run_folder.see_that_it_can_be_made(place)
    job = prepare(asked)
    notices = account.say_before(out, job)
    folds = _folds(out, job)
    recorder = recorder_for(sum(layer["parameters"] for layer in job.layers()), path)
    estimator, seconds = _learn(out, job, [] if recorder is None else [recorder])
    see_that_it_learnt(job, estimator)
    stopped = estimator.fitted_.stopped
    with run_folder.undisturbed():
        P = _probabilities(job, estimator)
        found = None if P is None else calibration.calibration(job.given.y[job.held_out], P, _labels(job))
        report = report_of(job, estimator, seconds, folds, notices, calibration_of(found))
        saved = run_folder.save(place, lambda folder: write(folder, estimator, report, job, P, found, recorder))
    outcome.say_what_came_of_it(out, job, estimator, report, place, saved)
    if as_json:
        show.print_json({**report, "run": str(saved)})
    if stopped == "diverged":
        complain(diverged(estimator))
    return {"diverged": FAILED, "interrupted": INTERRUPTED}.get(stopped, 0)


def _folds(out: Console, job: Job) -> dict[str, Any] | None:
    """The cross-validation, if one was asked for."""
    if job.asked.folds is None:
        return None
    found = cross_validate(out, job.asked, job.given)
    outcome.say_folds(out, found)
    return found


def recorder_for(parameters: int, path: bool | None) -> PathRecorder | None:
    """What takes down the path of the descent: of 64 epochs if asked for, else of as many as fit in `MOST_BYTES`."""
    most = MOST if path else min(MOST, MOST_BYTES // max(4 * parameters, 1))
    return None if path is False or most < FEWEST else PathRecorder(most)


def _learn(out: Console, job: Job, callbacks: Sequence[Any]) -> tuple[Estimator, float]:
    """Train, with a live bar on a terminal; returns the fitted estimator and the seconds it took."""
    account.say_parts(out, job)
    show.network(out, job.layers())
    if job.members > 1:
        show.say(out, show.ensemble(job.members))
    started = time.perf_counter()
    with bar(out, job.epochs) as bars:
        estimator = learn(job, [*bars, *callbacks])
    return estimator, time.perf_counter() - started


def _probabilities(job: Job, estimator: Any) -> np.ndarray | None:
    """Of the classes, for the rows held out."""
    if job.given.classes is None or not len(job.held_out):
        return None
    return if_readable(job, lambda: estimator.predict_proba(job.given.X[job.held_out]))


def _labels(job: Job) -> list[Any]:
    return np.unique(job.given.y).tolist()


def write(
    folder: Path,
    estimator: Estimator,
    report: dict[str, Any],
    job: Job,
    P: np.ndarray | None,
    found: calibration.Calibration | None,
    recorder: PathRecorder | None,
) -> None:
    """Fill the run folder."""
    fitted = estimator.fitted_
    fitted.save(folder / model.MODEL)
    fitted.history.save(folder / model.HISTORY)
    if recorder is not None:
        recorder.path.save(folder / model.PATH)
    write_atomically(folder / model.REPORT, (show.dumps(report) + "\n").encode())
    name, target = Path(job.given.source.source).name, job.given.source.target
    sizes = "-".join(map(str, np.atleast_1d(estimator.hidden_layer_sizes)))
    ready = estimator.network is not None
    # Translators: {sizes} is "128-64", the units of each hidden layer.
    some, none = (
        _("{source}: '{target}', by a network of {sizes} units"),
        _("{source}: '{target}', by a network of no hidden units"),
    )
    named = _("{source}: '{target}', by {network}")
    title = (named if ready else some if sizes else none).format(
        source=name, target=target, sizes=sizes, network=estimator.network
    )
    curve.draw(folder / model.CURVE, fitted.history, fitted.kept_epoch, title)
    if found is not None:
        title = _("{source}: '{target}', on the validation rows").format(source=name, target=target)
        calibration.draw(folder / model.CALIBRATION, found, title)
        if P is not None and len(job.given.X.shape) > 2 and len(_labels(job)) <= MOST_CLASSES:
            _draw_confusion(folder / model.CONFUSION, job, P, title)


def _draw_confusion(path: Path, job: Job, P: np.ndarray, title: str) -> None:
    """What images are taken for what, with some of them: of those on disk only these are read."""
    mistakes = confusion(job.given.y[job.held_out], P, _labels(job))
    confusion_picture.draw(path, mistakes, title, job.given.X[job.held_out])
