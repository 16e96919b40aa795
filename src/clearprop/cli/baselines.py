"""The baselines beside a model: on the same split after a training, or what a model file knows of its training rows."""

from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from clearprop.cli import show
from clearprop.cli.fitting import at, drawn
from clearprop.cli.job import Job
from clearprop.data.table import Table
from clearprop.explain.baselines import MOST_CELLS, MOST_ROWS, Baseline, baselines
from clearprop.explain.evaluation import classification_scores, regression_scores
from clearprop.explain.score import Score
from clearprop.i18n import Sentence, _

SIDE, BLOCK = 32, 512
"""Blocks of pixels on a side that baselines see of an image, and how many images are shrunk at once."""

JUDGED = 5_000
"""Images held out that they are scored on, at most."""

LEAST = 200
"""Rows that they are fitted on, however many columns there are."""

FITTED = ("linear", "gradient boosting")
"""Those that look at the inputs."""

MANY = 20_000
"""Rows from which several threads are worth their while."""


def beside(job: Job, task: Any) -> tuple[dict[str, dict[str, Score]], list[str]]:
    """(the scores on the held-out rows of each baseline fitted on the training rows, what is to be said of them)

    They are given what the network is: the prepared columns; of images some, shrunk. What goes wrong with them is said.
    """
    simple, (rows, judged) = _simple(job), _rows(job)
    scores = {simple.name: _scores(job, simple, job.held_out)}
    try:
        found = _fitted(job, task, rows, judged)
        scores |= {each.name: _scores(job, each, judged) for each in found if each.prediction is not None}
    except Exception as error:  # too little memory, a file that is gone: the network is not lost for it
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        note = Sentence(lambda: _("It could not be fitted: {}").format(reason))
        return scores, [_told(name, note) for name in FITTED]
    return scores, [_told(each.name, note) for each in found if (note := _note(each, len(rows), len(job.training)))]


def _simple(job: Job) -> Baseline:
    """An answer that looks at no input, from all the training rows."""
    y, n, classes = job.given.y[job.training], len(job.held_out), job.given.classes
    if classes is None:
        with np.errstate(all="ignore"):
            return Baseline("mean", np.full(n, np.mean(y)))
    return Baseline("majority", np.tile([np.mean(y == label) for label in classes.tolist()], (n, 1)))


def _rows(job: Job) -> tuple[np.ndarray, np.ndarray]:
    """(the rows to fit on, those to score on): of images no more than are used, since each has to be shrunk."""
    seed = job.asked.seed
    if job.inputs.preparation is not None:
        return job.training, job.held_out
    columns = _shrunk(np.zeros((1, *job.given.X.shape[1:]))).shape[1]
    most = max(LEAST, min(MOST_ROWS, MOST_CELLS // columns))
    return drawn(job.training, most, seed), drawn(job.held_out, JUDGED, seed)


def _fitted(job: Job, task: Any, rows: np.ndarray, judged: np.ndarray) -> list[Baseline]:
    """The others, fitted and asked."""
    X, X_judged, y = _flat(job, rows), _flat(job, judged), job.given.y[rows]
    classes = None if job.given.classes is None else job.given.classes.tolist()
    codes = () if job.inputs.preparation is None else job.inputs.preparation.embedded
    places = range(X.shape[1] - len(codes), X.shape[1])
    with _threads(len(X)):
        found = baselines(X, y, X_judged, task, classes=classes, codes=places, seed=job.asked.seed)
    return [found[name] for name in FITTED]


def _scores(job: Job, baseline: Baseline, rows: np.ndarray) -> dict[str, Score]:
    y, groups = job.given.y[rows], at(job.given.groups, rows)
    if job.given.classes is None:
        return regression_scores(y, baseline.prediction, groups=groups)
    return classification_scores(y, baseline.prediction, job.given.classes.tolist(), groups=groups)


def _note(baseline: Baseline, rows: int, n: int) -> str | None:
    """What is to be said of it, and that it was given some of the rows, where it was."""
    if rows == n or baseline.prediction is None:
        return baseline.note
    some = Sentence(
        lambda: _("Fitted on {rows:,} of {n:,} rows, drawn by chance, to save time.").format(rows=rows, n=n)
    )
    return Sentence(lambda: f"{some} {baseline.note}") if baseline.note else some


def _told(name: str, note: str) -> Sentence:
    return Sentence(lambda: _("{baseline}: {note}").format(baseline=show.baseline(name), note=note))


def _threads(rows: int) -> Any:
    """One thread where there are few rows: on a busy machine, threads that wait for each other take minutes."""
    return threadpool_limits(1 if rows < MANY else None)


def _flat(job: Job, rows: np.ndarray) -> np.ndarray:
    """(n, columns) as the baselines take them; large images in blocks of pixels, so that they have some hundred."""
    if job.inputs.preparation is not None:
        return job.inputs.apply(job.given.X[rows], "float64", rows)
    parts = [np.asarray(job.given.X[rows[first : first + BLOCK]]) for first in range(0, len(rows), BLOCK)]
    return np.concatenate([_shrunk(part) for part in parts])


def _shrunk(images: np.ndarray) -> np.ndarray:
    """(n, columns): the mean over blocks of pixels, as large as leaves at most `SIDE` blocks on a side.

    >>> _shrunk(np.arange(64.0 * 64).reshape(1, 64, 64)).shape
    (1, 1024)
    """
    for axis in (1, 2):
        size = -(-images.shape[axis] // SIDE)
        starts = np.arange(0, images.shape[axis], size)
        counts = np.diff([*starts, images.shape[axis]]).reshape([-1 if a == axis else 1 for a in range(images.ndim)])
        images = np.add.reduceat(images.astype(np.float32), starts, axis=axis) / counts.astype(np.float32)
    return images.reshape(len(images), -1)


def simplest(table: Table, y: np.ndarray) -> dict[str, dict[str, Score]]:
    """The scores of an answer that looks at no input: the training rows' shares of the classes, or their mean.

    None where the model file does not say what they were.
    """
    if table.classes and table.class_counts:
        shares = np.array(table.class_counts) / sum(table.class_counts)
        return {"majority": classification_scores(y, np.tile(shares, (len(y), 1)), table.classes)}
    if not table.classes and (table.target_mean, table.target_scale) != ((0.0,), (1.0,)):  # y was learnt as it is
        return {"mean": regression_scores(y, np.full(len(y), table.target_mean[0]))}
    return {}


def sentence(table: Table) -> str:
    """What the simplest baseline is."""
    if not table.classes:
        sentence = _("The baseline always answers with the mean of the training rows, {:.4g}.")
        return sentence.format(table.target_mean[0])
    commonest = table.classes[table.class_counts.index(max(table.class_counts))]
    return _(
        "The baseline always answers with the most frequent class of the training rows, {}; its log-loss is that of"
        " their shares."
    ).format(commonest)
