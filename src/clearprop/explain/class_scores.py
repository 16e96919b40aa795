"""The scores of a classifier, one by one, from the right class and the predicted one of each row."""

from dataclasses import dataclass

import numpy as np

from clearprop.explain import intervals
from clearprop.explain.score import Score


@dataclass(frozen=True)
class Rows:
    """What a score of classes is made of.

    Attributes:
        codes, predicted: (n,) the right class and the predicted one, from 0 to k − 1.
        k: the number of classes.
        unit: (n,) what each row is resampled with.
        dependent: whether rows of a unit are alike, so that formulas for independent rows do not hold.
        seed: of the resampling.
    """

    codes: np.ndarray
    predicted: np.ndarray
    k: int
    unit: np.ndarray
    dependent: bool
    seed: int

    @property
    def right(self) -> np.ndarray:
        """(n,) whether the predicted class is the right one."""
        return self.predicted == self.codes

    def counts(self, codes: np.ndarray, of: np.ndarray | None = None) -> np.ndarray:
        """(units, k) how many rows, of those marked, have each code in each unit."""
        place = self.unit * self.k + codes
        size = (int(self.unit.max()) + 1) * self.k
        return np.bincount(place if of is None else place[of], minlength=size).reshape(-1, self.k)


def accuracy(rows: Rows) -> Score:
    """The share of rows that are right."""
    value = float(rows.right.mean())
    if not rows.dependent:
        return Score(value, *intervals.wilson(value, len(rows.codes)))
    sums = np.stack([np.bincount(rows.unit, rows.right), np.bincount(rows.unit)], 1)
    return Score(value, *intervals.bootstrap(_ratio, sums, rows.seed))


def balanced_accuracy(rows: Rows) -> Score:
    """The mean recall of the classes that are there."""
    from sklearn import metrics

    present, counts = np.unique(rows.codes, return_counts=True)
    recalls = np.array(
        metrics.recall_score(rows.codes, rows.predicted, labels=present, average=None)  # pyright: ignore[reportArgumentType]
    )
    value = float(recalls.mean())
    if not rows.dependent:
        return Score(value, *intervals.of_mean(recalls, counts))
    sums = np.hstack([rows.counts(rows.codes, rows.right), rows.counts(rows.codes)])
    return Score(value, *intervals.bootstrap(lambda s: _mean_ratio(s[:, : rows.k], s[:, rows.k :]), sums, rows.seed))


def log_loss(rows: Rows, P: np.ndarray) -> Score:
    """The mean of −ln p of the right class.  P: (n, k)"""
    from sklearn import metrics

    losses = -np.log(np.maximum(P[np.arange(len(P)), rows.codes], np.finfo(float).eps))
    sums = np.stack([np.bincount(rows.unit, losses), np.bincount(rows.unit)], 1)
    value = float(metrics.log_loss(rows.codes, P, labels=np.arange(rows.k)))
    return Score(value, *intervals.bootstrap(_ratio, sums, rows.seed))


def auc(rows: Rows, P: np.ndarray) -> Score:
    """The area under the ROC curve, of the second of two classes, or of each against the rest on average.  P: (n, k)"""
    from sklearn import metrics

    judged = [1] if rows.k == 2 else range(rows.k)
    columns = [c for c in judged if 0 < np.sum(rows.codes == c) < len(P)]
    if not columns:
        return Score(None)
    value = float(np.mean([metrics.roc_auc_score(rows.codes == c, P[:, c]) for c in columns]))
    hits = rows.codes[:, None] == np.array(columns)
    return Score(value, *intervals.of_auc(P[:, columns], hits, rows.unit if rows.dependent else None))


def f1(rows: Rows) -> Score:
    """2 TP / (2 TP + FP + FN), of the second of two classes, or the mean over those in y or predicted."""
    from sklearn import metrics

    judged = [1] if rows.k == 2 else list(range(rows.k))
    settings = {"labels": judged, "average": "macro", "zero_division": np.nan}
    value = float(metrics.f1_score(rows.codes, rows.predicted, **settings))
    if np.isnan(value):
        return Score(None)
    if rows.k == 2 and not rows.dependent:
        both, either = _both_and_either(rows, 1)
        return Score(value, *(2 * limit / (1 + limit) for limit in intervals.wilson(both / either, either)))
    low, high = intervals.bootstrap(lambda s: _mean_f1(s, judged), _f1_sums(rows), rows.seed)
    if value == 1 and not rows.dependent:  # resamples of rows that are all right are all right too
        low, high = intervals.wilson(1.0, len(rows.codes))
    return Score(value, low, high)


def _both_and_either(rows: Rows, c: int) -> tuple[int, int]:
    """How many rows are of a class and taken for it; how many are one or the other."""
    true, taken = rows.codes == c, rows.predicted == c
    return int(np.sum(true & taken)), int(np.sum(true | taken))


def _f1_sums(rows: Rows) -> np.ndarray:
    """(units, 3 k) for each class: rows of it taken for it, rows of it, rows taken for it."""
    return np.hstack([rows.counts(rows.codes, rows.right), rows.counts(rows.codes), rows.counts(rows.predicted)])


def _mean_f1(sums: np.ndarray, judged: list[int]) -> np.ndarray:
    right, true, taken = sums.reshape(len(sums), 3, -1)[:, :, judged].swapaxes(0, 1)
    return _mean_ratio(2 * right, true + taken)


def _ratio(sums: np.ndarray) -> np.ndarray:
    return sums[:, 0] / sums[:, 1]


def _mean_ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """The mean over columns (m, k) of part / whole, of those with a whole; (m,)."""
    there = whole > 0
    return np.divide(part, whole, out=np.zeros(part.shape), where=there).sum(1) / there.sum(1)
