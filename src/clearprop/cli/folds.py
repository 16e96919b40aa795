"""The cross-validation of `clearprop train --folds`: what to expect on rows that a model has not seen."""

from dataclasses import replace
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli.asked import Asked
from clearprop.cli.bar import bar
from clearprop.cli.fitting import at, learn, plain, scores, see_that_it_learnt
from clearprop.cli.given import Given
from clearprop.cli.job import Job, estimator, job_of
from clearprop.cli.tables import telling_places
from clearprop.data.split import folds
from clearprop.explain.score import Score, over_folds
from clearprop.i18n import _


def cross_validate(out: Console, asked: Asked, data: Given) -> dict[str, Any]:
    """Each fold in turn is scored by a model that learnt from the others; early stopping holds a part of these out.

    Returns:
        {"folds": the scores of each, "mean": {name: the mean over the folds and its standard error}}, for JSON.
    """
    classes = None if data.classes is None else data.y
    count = asked.folds or 0
    parts = folds(len(data.y), count, seed=asked.seed, classes=classes, groups=data.groups, times=data.times)
    if not estimator(asked, data.task).early_stopping:
        asked = replace(asked, validation=0.0)  # rows held out of a fold's training rows would choose nothing
    found = []
    for number, (rows, fold) in enumerate(parts, 1):
        job = job_of(asked, data, rows)
        with bar(out, job.epochs, _("fold {number}/{count}").format(number=number, count=count)) as callbacks:
            found.append(_score(job, fold, callbacks))
    return {
        "folds": [{"rows": len(fold), **plain(each.items())} for (_rows, fold), each in zip(parts, found, strict=True)],
        "mean": {name: spread._asdict() for name, spread in over_folds(found).items()},
    }


def _score(job: Job, fold: np.ndarray, callbacks: list[Any]) -> dict[str, Score]:
    data = job.given
    with telling_places(data.source):
        job.inputs.apply(data.X[fold], "float64", fold)
    model = learn(job, callbacks)
    see_that_it_learnt(job, model)
    if model.fitted_.stopped == "interrupted":
        raise KeyboardInterrupt
    return scores(model, data.X[fold], data.y[fold], at(data.groups, fold))
