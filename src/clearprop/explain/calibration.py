"""Can a classifier's probabilities be believed?  Of rows said to be 80% likely, 80% should be so.

Rows are sorted by what was predicted and cut into bins of as many rows each; beside each bin's mean prediction stands
the share of its rows that were so. For two classes the prediction is the second's probability; for more, that of
the likeliest class, and a row "is so" if that class is right.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from clearprop.explain.evaluation import class_numbers
from clearprop.explain.intervals import LEVEL, wilson
from clearprop.explain.picture import BLUE, GREY, LIGHT_BLUE, picture
from clearprop.i18n import _


class Bin(NamedTuple):
    """Rows of about the same predicted probability.

    Attributes:
        rows: how many there are.
        predicted: the mean of their predicted probabilities.
        observed: the share of them that were so.
        low, high: its 95% interval (Wilson).
    """

    rows: int
    predicted: float
    observed: float
    low: float
    high: float


class Calibration(NamedTuple):
    """The bins, from the lowest probability up, and what they come to.

    Attributes:
        bins: the reliability table.
        error: the expected calibration error, Σ_b (rows_b / n) |observed_b − predicted_b|.
        brier: the Brier score, Σ_i (p_i − so_i)² / n, so_i being 1 or 0.
        about: the class that the probabilities are of; None where they are the likeliest class's.
    """

    bins: tuple[Bin, ...]
    error: float
    brier: float
    about: Any


def calibration(y: Any, P: Any, classes: Sequence[Any], *, bins: int = 10) -> Calibration:
    """How probabilities P (n, classes) of labels y (n,) compare with what happened.

    Rows of the same probability are never divided between bins, so that there may be fewer of them. The expected
    calibration error is above 0 by chance alone, and the more so the fewer the rows.

    Raises:
        DataError: as `evaluation.classification_scores` does.

    Source: Guo et al. (2017), "On calibration of modern neural networks", equation 3, with bins of equal counts as of
        Nguyen and O'Connor (2015).

    >>> found = calibration(["a", "b", "b", "b"], [[0.8, 0.2], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9]], ["a", "b"], bins=2)
    >>> [(b.rows, round(b.predicted, 3), b.observed) for b in found.bins]
    [(2, 0.2, 0.5), (2, 0.9, 1.0)]
    >>> found.error, found.about
    (0.2, 'b')
    """
    from sklearn.metrics import brier_score_loss

    codes, P = class_numbers(y, P, classes)
    if len(classes) == 2:
        p, so, about = P[:, 1], codes == 1, classes[1]
    else:
        p, so, about = P.max(1), P.argmax(1) == codes, None
    table = _table(p, so, bins)
    error = sum(b.rows / len(p) * abs(b.observed - b.predicted) for b in table)
    return Calibration(
        table, float(error), float(brier_score_loss(so, np.minimum(p, 1.0), labels=[False, True])), about
    )


def _table(p: np.ndarray, so: np.ndarray, bins: int) -> tuple[Bin, ...]:
    """Bins of about n / bins rows; a cut that would divide equal probabilities moves above them."""
    order = np.argsort(p, kind="stable")
    p, so = p[order], so[order]
    wanted = np.arange(1, bins) * len(p) // bins
    cuts = np.unique(np.searchsorted(p, p[np.maximum(wanted - 1, 0)], side="right")) if len(p) >= bins else _each(p)
    return tuple(
        _bin(p[start:stop], so[start:stop])
        for start, stop in zip([0, *cuts], [*cuts, len(p)], strict=True)
        if stop > start
    )


def _each(p: np.ndarray) -> np.ndarray:
    """Cuts between all that differ: where there are fewer rows than bins."""
    return np.flatnonzero(np.diff(p)) + 1


def _bin(p: np.ndarray, so: np.ndarray) -> Bin:
    observed = float(so.mean())
    return Bin(len(p), float(p.mean()), observed, *wilson(observed, len(p)))


def draw(path: Path, found: Calibration, title: str = "") -> None:
    """Write a reliability diagram as a .png file: observed beside predicted, with intervals, and each bin's rows.

    A point above the diagonal: it happens more often than was said. A bar that reaches the diagonal: chance may be all.
    """
    with picture(path, 4.8, 5.4, title) as figure:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        _points(upper, found)
        _counts(lower, found)


def _points(axes: Any, found: Calibration) -> None:
    """The diagonal, and each bin with its interval."""
    from matplotlib.ticker import PercentFormatter

    predicted = [b.predicted for b in found.bins]
    observed = np.array([b.observed for b in found.bins])
    margins = abs(np.array([(b.low, b.high) for b in found.bins]).T - observed)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle=(0, (4, 3)), label=_("as said"))
    axes.errorbar(
        predicted,
        observed,
        margins,
        color=BLUE,
        ecolor=LIGHT_BLUE,
        elinewidth=2,
        marker="o",
        markersize=4.5,
        linewidth=1,
        label=_("observed, with {level:.0%} intervals").format(level=LEVEL),
    )
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), ylabel=_("share that were so"), title=_summary(found))
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.legend(loc="best")


def _summary(found: Calibration) -> str:
    return _("calibration error {error:.1%}, Brier score {brier:.3f}").format(error=found.error, brier=found.brier)


def _counts(axes: Any, found: Calibration) -> None:
    """How many rows each bin has, where it stands."""
    about = _("the likeliest class") if found.about is None else repr(found.about)
    rows = [b.rows for b in found.bins]
    axes.vlines([b.predicted for b in found.bins], 0, rows, color=BLUE, linewidth=4)
    axes.set(ylim=(0, max(rows) * 1.15), ylabel=_("rows"))
    axes.set_xlabel(_("predicted probability of {}").format(about), parse_math=False)
