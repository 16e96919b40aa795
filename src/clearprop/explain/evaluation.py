"""Scores of predictions, each with a 95% interval: how far chance, in which rows these were, may have moved it.

The values are scikit-learn's. The intervals are of `clearprop.explain.intervals`; they tell of the rows scored, not of
what another training would have given.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from clearprop.errors import DataError
from clearprop.explain import class_scores, intervals
from clearprop.explain.score import Score
from clearprop.i18n import _


def classification_scores(
    y: Any, P: Any, classes: Sequence[Any], *, groups: Any = None, seed: int = 0
) -> dict[str, Score]:
    """Accuracy, balanced accuracy, log-loss, AUC and F1.

    Args:
        y: (n,) the right labels.
        P: (n, classes) the probability of each class.
        classes: the labels in the order of P's columns.
        groups: (n,) of each row, where rows of one group are alike; they are then resampled as wholes.
        seed: of the resampling.

    Returns:
        "accuracy": the share of rows whose likeliest class is right. Wilson's interval.
        "balanced_accuracy": the mean over the classes in y of the share of their rows that are right. Wilson's, joined.
        "log_loss": the mean of −ln p of the right class, p at least 2.2e-16. Bootstrap.
        "auc": of two classes, the area under the ROC curve; of more, the mean of each class's against the rest, over
            those that some rows have and some have not. DeLong's.
        "f1": of two classes, the second's, 2 TP / (2 TP + FP + FN): 2 J / (1 + J) of Wilson's limits of
            J = TP / (TP + FP + FN). Of more, the mean over those in y or predicted. Bootstrap.
        With groups, all are by bootstrap, but for AUC, whose variance is summed over groups.

    Raises:
        DataError: no rows, lengths that differ, a label that is none of the classes, or a probability that is none.

    Source: Lam et al. (2024), "Confidence interval for the F1 score: a comparison of four methods", for J.

    >>> scores = classification_scores(["no", "yes", "yes"], [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]], ["no", "yes"])
    >>> scores["accuracy"]
    Score(value=0.667, low=0.208, high=0.939)
    """
    codes, P = class_numbers(y, P, classes)
    rows = class_scores.Rows(codes, P.argmax(1), len(classes), *_units(len(codes), groups, seed), seed)
    return {
        "accuracy": class_scores.accuracy(rows),
        "balanced_accuracy": class_scores.balanced_accuracy(rows),
        "log_loss": class_scores.log_loss(rows, P),
        "auc": class_scores.auc(rows, P),
        "f1": class_scores.f1(rows),
    }


def regression_scores(y: Any, y_hat: Any, *, groups: Any = None, seed: int = 0) -> dict[str, Score]:
    """R² = 1 − Σ (y − ŷ)² / Σ (y − ȳ)², RMSE = √(Σ (y − ŷ)² / n) and MAE = Σ |y − ŷ| / n, by bootstrap.

    Args:
        y, y_hat: (n,) the right values and the predicted ones.
        groups, seed: as for `classification_scores`.

    R² is not defined (None) for one row, or where y is the same in all.

    Raises:
        DataError: no rows, lengths that differ, or a number that is not finite.

    >>> regression_scores([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])["r2"].value
    0.5
    """
    from sklearn import metrics

    y, y_hat = np.asarray(y, float), np.asarray(y_hat, float)
    _check_lengths(len(y), y_hat.shape, (len(y),))
    _check_finite(y, y_hat)
    unit, _dependent = _units(len(y), groups, seed)
    error, from_mean = y - y_hat, y - y.mean()
    columns = [np.ones(len(y)), error**2, abs(error), from_mean, from_mean**2]
    sums = np.stack([np.bincount(unit, column) for column in columns], 1)
    found = {
        "r2": (metrics.r2_score, _r2),
        "rmse": (metrics.root_mean_squared_error, lambda s: np.sqrt(s[:, 1] / s[:, 0])),
        "mae": (metrics.mean_absolute_error, lambda s: s[:, 2] / s[:, 0]),
    }
    scores = {
        name: Score(float(value(y, y_hat)), *intervals.bootstrap(statistic, sums, seed))
        for name, (value, statistic) in found.items()
        if name != "r2" or np.ptp(y) > 0
    }
    return {"r2": Score(None), **scores}


def confusion_matrix(y: Any, predicted: Any, classes: Sequence[Any]) -> np.ndarray:
    """How many rows of each class (a line each) were taken for each class (a column each), (classes, classes).

    >>> confusion_matrix(["a", "b", "b"], ["a", "b", "a"], ["a", "b"])
    array([[1, 0],
           [1, 1]])

    Raises:
        DataError: no rows, lengths that differ, or a label that is none of the classes.
    """
    from sklearn import metrics

    y, predicted = np.asarray(y), np.asarray(predicted)
    _check_lengths(len(y), predicted.shape, (len(y),))
    return metrics.confusion_matrix(_codes(y, classes), _codes(predicted, classes), labels=np.arange(len(classes)))


def class_numbers(y: Any, P: Any, classes: Sequence[Any]) -> tuple[np.ndarray, np.ndarray]:
    """The place of each label (n,), and the probabilities (n, classes), which sum to 1 to the last digit.

    Raises:
        DataError: no rows, lengths that differ, a label that is none of the classes, or a probability that is none.
    """
    y, P = np.asarray(y), np.asarray(P, float)
    _check_lengths(len(y), P.shape, (len(y), len(classes)))
    _check_finite(P)
    if (P < 0).any() or (abs(P.sum(1) - 1) > 1e-3).any():
        raise DataError(_("The probabilities of a row's classes must be 0 or more and sum to 1."))
    return _codes(y, classes), P / P.sum(1, keepdims=True)


def _codes(y: np.ndarray, classes: Sequence[Any]) -> np.ndarray:
    """The place of each label among the classes."""
    place = {label: i for i, label in enumerate(np.asarray(classes).tolist())}
    different, inverse = np.unique(y, return_inverse=True)
    unknown = next((label for label in different.tolist() if label not in place), None)
    if unknown is not None:
        raise DataError(_("The label {!r} is none of the classes that were to be predicted.").format(unknown))
    return np.array([place[label] for label in different.tolist()])[inverse]


def _r2(sums: np.ndarray) -> np.ndarray:
    """1 − Σ e² / (Σ d² − (Σ d)² / n), d from the mean of all; a resample of equal values has none."""
    n, squares, _absolute, d, d2 = sums.T
    total = d2 - d**2 / n
    return 1 - np.divide(squares, total, out=np.full(len(sums), np.nan), where=total > 1e-12 * d2)


def _units(n: int, groups: Any, seed: int) -> tuple[np.ndarray, bool]:
    """What the rows are resampled with, and whether that is groups."""
    if groups is None:
        return intervals.units(n, None, seed), False
    groups = np.asarray(groups)
    _check_lengths(n, groups.shape, (n,))
    return intervals.units(n, groups, seed), True


def _check_lengths(n: int, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if not n or shape != expected:
        raise DataError(
            _("Scores need rows, and an answer for each: the shape should be {expected}, and is {shape}.").format(
                expected=expected, shape=shape
            )
        )


def _check_finite(*arrays: np.ndarray) -> None:
    if not all(np.isfinite(array).all() for array in arrays):
        raise DataError(_("A prediction, or a right answer, is not a finite number, so there is nothing to score."))
