"""The latest rows held out: what a model that is to foretell will meet. Rows of one time are never divided."""

from itertools import pairwise
from typing import Any

import numpy as np

from clearprop.data.split_groups import is_missing
from clearprop.errors import DataError
from clearprop.i18n import _, ngettext


def held_out(n: int, fraction: float, times: Any) -> np.ndarray:
    """The latest rows, cut between two times, where the share is nearest to the fraction.

    Raises:
        DataError: a row without a time, times that have no order, or only one.
    """
    when = time_numbers(n, times)
    ends = np.cumsum(np.bincount(when))
    if len(ends) < 2:
        raise DataError(_("All rows have the same time: name another column, or hold rows out without times."))
    return np.flatnonzero(when >= _cuts(ends, [n - fraction * n])[0])


def windows(n: int, k: int, times: Any) -> list[tuple[np.ndarray, np.ndarray]]:
    """(rows to train on, rows held out) of k expanding windows: those before a cut, those from it to the next.

    Where no two rows have the same time, they are those of scikit-learn's `TimeSeriesSplit(k)`.

    Raises:
        DataError: a row without a time, times that have no order, or no more of them than folds.
    """
    when = time_numbers(n, times)
    ends = np.cumsum(np.bincount(when))
    if len(ends) <= k:
        raise DataError(
            ngettext(
                "{folds} folds in time need {more} different times or more, and there is {times}: ask for fewer folds.",
                "{folds} folds in time need {more} different times or more, and there are {times}: ask for fewer"
                " folds.",
                len(ends),
            ).format(folds=k, more=k + 1, times=len(ends))
        )
    cuts = [*_cuts(ends, [n - place * (n // (k + 1)) for place in range(k, 0, -1)]), len(ends)]
    return [
        (np.flatnonzero(when < start), np.flatnonzero((when >= start) & (when < stop)))
        for start, stop in pairwise(cuts)
    ]


def time_numbers(n: int, times: Any) -> np.ndarray:
    """Each row's time as its place among the different times, from 0 for the earliest, (n,).

    Raises:
        DataError: another number of times than rows, a row without one, or text.
    """
    values = np.asarray(times)
    if values.shape != (n,):
        raise DataError(
            _("There must be a time for each row: {rows} rows, and times of shape {shape}.").format(
                rows=n, shape=values.shape
            )
        )
    missing = np.flatnonzero(is_missing(values))
    if len(missing):
        raise DataError(_("Row {row} has no time: fill it in, or leave such rows out.").format(row=int(missing[0]) + 1))
    text = next((v for v in values.tolist() if isinstance(v, str)), None) if values.dtype.kind in "OUST" else None
    if text is not None:
        raise DataError(_("The times are text, such as {!r}: give dates, such as 2026-01-31, or numbers.").format(text))
    return np.unique(values, return_inverse=True)[1]


def _cuts(ends: np.ndarray, wanted: list[float]) -> list[int]:
    """Before which times to cut, so that about as many rows as wanted come before each cut.

    ends: (times,) how many rows have this time or an earlier one. There is at least one time between two cuts.
    """
    cuts: list[int] = []
    for place, rows in enumerate(wanted):
        least = cuts[-1] + 1 if cuts else 1
        most = len(ends) - (len(wanted) - place)
        cuts.append(least + int(np.abs(ends[least - 1 : most] - rows).argmin()))
    return cuts
