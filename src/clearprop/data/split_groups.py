"""Whole groups held out: rows of one patient, one city, one writer are never in both parts.

A group is what it has of each class, a row of `shares`: its part of all rows, then its part of each class's. Shares of
rows and of rare classes weigh alike that way. Held out is a set of groups whose shares add up to nearly the fraction.
"""

from typing import Any

import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _, ngettext

CANDIDATES = 200
"""Of more groups than this, only so many are tried for a better fit: with many small groups chance fits well."""

LARGEST_TRIAL = 10**7
"""Pairs of candidates, times classes, that are tried at once: a bound on memory where there are many classes."""

NEVER = 1e6
"""The cost of a split that leaves nothing of a class to train on, or holds nothing out."""


def held_out(n: int, fraction: float, draw: np.random.Generator, groups: Any, classes: np.ndarray | None) -> np.ndarray:
    """The rows of the groups held out.

    Starts with groups in random order up to the fraction, then takes one in, leaves one out, or exchanges two, as long
    as that brings Σ_c (share of class c held out − fraction)², over the classes and all rows, down.

    Raises:
        DataError: a row without a group, or no way to hold a group out and train on every class.
    """
    numbers = group_numbers(n, groups)
    shares = _shares(numbers, classes)
    if len(shares) < 2:
        raise _too_few()
    order = draw.permutation(len(shares))
    first = np.abs(np.cumsum(shares[order, 0]) - fraction).argmin() + 1
    chosen = np.zeros(len(shares), bool)
    chosen[order[:first]] = True
    most = max(2, min(CANDIDATES, int((LARGEST_TRIAL / shares.shape[1]) ** 0.5)))
    candidates = order[:: -(-len(order) // most)]
    cost = float(_cost(shares[chosen].sum(0, keepdims=True), fraction)[0])
    while True:
        move, less = _best_move(shares, chosen, candidates, fraction)
        if not less < cost - 1e-12:
            break
        chosen[move] = ~chosen[move]
        cost = less
    if cost >= NEVER:
        raise _too_few()
    return np.flatnonzero(chosen[numbers])


def _too_few() -> DataError:
    return DataError(
        _(
            "There are too few groups to hold one out and still train on every class: give more groups, hold rows out"
            " without groups, or hold none out (validation 0)."
        )
    )


def folds(n: int, k: int, draw: np.random.Generator, groups: Any, classes: np.ndarray | None) -> list[np.ndarray]:
    """The rows of each fold: the largest group first, each to the fold where Σ_folds Σ_c share² stays least.

    Raises:
        DataError: a row without a group, fewer groups than folds, or a class that one fold holds all of.
    """
    numbers = group_numbers(n, groups)
    shares = _shares(numbers, classes)
    if len(shares) < k:
        raise DataError(
            ngettext(
                "{folds} folds need as many groups or more, and there is {groups}: ask for fewer folds.",
                "{folds} folds need as many groups or more, and there are {groups}: ask for fewer folds.",
                len(shares),
            ).format(folds=k, groups=len(shares))
        )
    order = draw.permutation(len(shares))
    order = order[np.argsort(-shares[order, 0], kind="stable")]
    filled, fold_of = np.zeros((k, shares.shape[1])), np.empty(len(shares), int)
    for group in order:
        # (f + s)² − f² = 2 f s + s²: the fold with the least f · s. An empty one has 0, so that none stays empty.
        fold = (filled @ shares[group]).argmin()
        filled[fold] += shares[group]
        fold_of[group] = fold
    _every_class_left(filled, classes)
    return [np.flatnonzero(fold_of[numbers] == fold) for fold in range(k)]


def group_numbers(n: int, groups: Any) -> np.ndarray:
    """The group of each row as a number from 0, (n,).

    Raises:
        DataError: another number of groups than rows, or a row without one.
    """
    values = np.asarray(groups)
    if values.shape != (n,):
        raise DataError(
            _("There must be a group for each row: {rows} rows, and groups of shape {shape}.").format(
                rows=n, shape=values.shape
            )
        )
    missing = np.flatnonzero(is_missing(values))
    if len(missing):
        raise DataError(
            _("Row {row} has no group: fill it in, or leave such rows out.").format(row=int(missing[0]) + 1)
        )
    if values.dtype == object:  # text and numbers may stand in one column, and have no order
        values = values.astype(str)
    return np.unique(values, return_inverse=True)[1]


def is_missing(values: np.ndarray) -> np.ndarray:
    """Which values (n,) are none: None, NaN, a date that is none, text without a letter."""
    if values.dtype.kind in "fmMc":
        return np.isnan(values) if values.dtype.kind in "fc" else np.isnat(values)
    if values.dtype.kind == "O":
        return np.array([v is None or v != v or (isinstance(v, str) and not v.strip()) for v in values], bool)
    return np.strings.strip(values) == "" if values.dtype.kind in "UST" else np.zeros(len(values), bool)


def _shares(numbers: np.ndarray, classes: np.ndarray | None) -> np.ndarray:
    """(groups, 1 + classes): the group's part of all rows, and of the rows of each class."""
    sizes = np.bincount(numbers)[:, None] / len(numbers)
    if classes is None:
        return sizes
    labels, codes = np.unique(classes, return_inverse=True)
    counts = np.bincount(numbers * len(labels) + codes, minlength=len(sizes) * len(labels)).reshape(len(sizes), -1)
    return np.hstack([sizes, counts / counts.sum(0)])


def _cost(held: np.ndarray, fraction: float) -> np.ndarray:
    """How far shares held out (..., 1 + classes) are from the fraction, and whether a part lacks what it must have."""
    nothing_held = held[..., 0] < 1e-9
    lacking = (held > 1 - 1e-9).sum(-1)  # a class, or all rows, wholly held out
    return ((held - fraction) ** 2).sum(-1) + NEVER * (lacking + nothing_held)


def _best_move(
    shares: np.ndarray, chosen: np.ndarray, candidates: np.ndarray, fraction: float
) -> tuple[np.ndarray, float]:
    """The one or two candidates that, changed over, bring the cost lowest; and that cost."""
    change = np.where(chosen[candidates], -1.0, 1.0)[:, None] * shares[candidates]
    pairs = change[:, None] + change[None, :]
    place = np.arange(len(candidates))
    pairs[place, place] = change  # the same one twice is that one alone
    cost = _cost(shares[chosen].sum(0) + pairs, fraction)
    one, other = np.unravel_index(cost.argmin(), cost.shape)
    return np.unique(candidates[[one, other]]), float(cost[one, other])


def _every_class_left(filled: np.ndarray, classes: np.ndarray | None) -> None:
    """See that no fold holds all rows of a class."""
    wholly = (filled[:, 1:] > 1 - 1e-9).any(0)
    if classes is not None and wholly.any():
        raise DataError(
            _(
                "All rows of the class {label!r} fall into one fold, since few groups have it: ask for other folds or"
                " groups, or leave the class out."
            ).format(label=np.unique(classes).tolist()[wholly.argmax()])
        )
