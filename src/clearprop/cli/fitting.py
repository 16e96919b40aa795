"""Estimators trained on a job's rows, and scored."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

import numpy as np

from clearprop.cli.app import complain
from clearprop.cli.job import Estimator, Job, estimator
from clearprop.cli.tables import Rows
from clearprop.errors import ClearpropError, DataError
from clearprop.estimators import DeepClassifier
from clearprop.explain.evaluation import classification_scores, regression_scores
from clearprop.explain.score import Score
from clearprop.i18n import _
from clearprop.train import TrainingWarning
from clearprop.train.fit import ReadingWarning
from clearprop.train.rows import is_stored

T = TypeVar("T")


def learn(job: Job, callbacks: Sequence[Any]) -> Estimator:
    """The estimator that was asked for, trained on the job's rows."""
    X, y = job.given.X, job.given.y
    model = estimator(job.asked, job.given.task, callbacks)
    held_out = {"X_val": X[job.held_out], "y_val": y[job.held_out]} if len(job.held_out) else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TrainingWarning)  # said in our own words, when all is saved
        warnings.simplefilter("always", ReadingWarning)
        warnings.showwarning = lambda message, *_more: complain(str(message))
        model.fit(X[job.training], y[job.training], **held_out)
    model.callbacks, model.target_name_ = None, job.given.source.target  # pyright: ignore[reportAttributeAccessIssue]
    return model


def if_readable(job: Job, ask: Callable[[], T]) -> T | None:
    """What is asked of rows that have to be read again; None, and a sentence, if one no longer can be.

    A training is not lost because one of its files is, by the time that it is scored.
    """
    try:
        return ask()
    except (OSError, DataError) as error:
        if not is_stored(job.given.X):
            raise
        complain(str(error))
        return None


def scores(model: Estimator, X: Rows, y: Any, groups: Any = None) -> dict[str, Score]:
    """The scores of a model on these rows, with their intervals."""
    if isinstance(model, DeepClassifier):
        return classification_scores(y, model.predict_proba(X), model.classes_.tolist(), groups=groups)
    return regression_scores(y, model.predict(X), groups=groups)


def see_that_it_learnt(job: Job, model: Estimator) -> None:
    """See that there are weights worth keeping.

    Raises:
        ClearpropError: the loss was not finite in the first epoch, or what was kept does not predict finite numbers.
    """
    fitted = model.fitted_
    if fitted.stopped != "diverged":
        return
    if not fitted.kept_epoch or not np.isfinite(fitted.predict(model.prepare(job.given.X))).all():
        raise ClearpropError(diverged(model))


def diverged(model: Estimator) -> str:
    """What happened and what helps."""
    return _(
        "The loss stopped being finite in epoch {epoch}: try a smaller step, --learning-rate {rate:g}, or inputs"
        " without extreme values."
    ).format(epoch=len(model.history_), rate=min(model.rate_and_decay[0] / 10, 1e-3))


def at(values: Any, rows: np.ndarray) -> Any:
    """The values of these rows, where there are any."""
    return None if values is None else values[rows]


def drawn(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """So many of the rows at most, drawn by chance, in their order."""
    return rows if len(rows) <= most else np.sort(np.random.default_rng([seed, 4]).permutation(rows)[:most])


def plain(found: Iterable[tuple[str, Score]]) -> dict[str, Any]:
    """Scores for JSON."""
    return {name: score._asdict() for name, score in found}
