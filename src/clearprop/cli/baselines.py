"""The baselines beside a model: on the same split after a training, or what a model file knows of its training rows."""

from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from clearprop.cli import show
from clearprop.cli.fitting import at
from clearprop.cli.job import Job
from clearprop.data.table import Table
from clearprop.explain.baselines import baselines
from clearprop.explain.evaluation import classification_scores, regression_scores
from clearprop.explain.score import Score
from clearprop.i18n import Sentence, _

SIDE, BLOCK = 32, 512
"""Blocks of pixels on a side that baselines see of an image, and how many images are shrunk at once."""

MANY = 20_000
"""Rows from which several threads are worth their while."""


def beside(job: Job, task: Any) -> tuple[dict[str, dict[str, Score]], list[str]]:
    """(the scores on the held-out rows of each baseline fitted on the training rows, what is to be said of them)

    They are given what the network is: the prepared columns.
    """
    data, held_out = job.given, job.held_out
    classes = None if data.classes is None else data.classes.tolist()
    X, X_held_out = (_flat(job, rows) for rows in (job.training, held_out))
    codes = () if job.inputs.preparation is None else job.inputs.preparation.embedded
    places = range(X.shape[1] - len(codes), X.shape[1])
    with _threads(len(X)):
        found = baselines(X, data.y[job.training], X_held_out, task, classes=classes, codes=places, seed=job.asked.seed)
    y, groups = data.y[held_out], at(data.groups, held_out)
    scores = {
        name: regression_scores(y, baseline.prediction, groups=groups)
        if classes is None
        else classification_scores(y, baseline.prediction, classes, groups=groups)
        for name, baseline in found.items()
        if baseline.prediction is not None
    }
    return scores, [_told(name, baseline.note) for name, baseline in found.items() if baseline.note]


def _told(name: str, note: str) -> Sentence:
    return Sentence(lambda: _("{baseline}: {note}").format(baseline=show.baseline(name), note=note))


def _threads(rows: int) -> Any:
    """One thread where there are few rows: on a busy machine, threads that wait for each other take minutes."""
    return threadpool_limits(1 if rows < MANY else None)


def _flat(job: Job, rows: np.ndarray) -> np.ndarray:
    """(n, columns) as the baselines take them; large images in blocks of pixels, so that they have some hundred."""
    X: Any = job.inputs.apply(job.given.X[rows], "float64", rows)
    blocks = range(0, len(X), BLOCK)
    parts = [np.asarray(X[first : first + BLOCK]) for first in blocks]
    return np.concatenate([_shrunk(part) if part.ndim > 2 else part.astype(np.float64) for part in parts])


def _shrunk(images: np.ndarray) -> np.ndarray:
    """(n, columns): the mean over blocks of pixels, as large as leaves at most `SIDE` blocks on a side.

    >>> _shrunk(np.arange(64.0 * 64).reshape(1, 64, 64)).shape
    (1, 1024)
    """
    for axis in (1, 2):
        size = -(-images.shape[axis] // SIDE)
        starts = np.arange(0, images.shape[axis], size)
        counts = np.diff([*starts, images.shape[axis]]).reshape([-1 if a == axis else 1 for a in range(images.ndim)])
        images = np.add.reduceat(images.astype(np.float64), starts, axis=axis) / counts
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
