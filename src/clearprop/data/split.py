"""Rows held out, to be scored and never learnt from: drawn by chance, by whole groups, or the latest ones."""

from typing import Any

import numpy as np

from clearprop.data import split_groups, split_times
from clearprop.errors import DataError
from clearprop.i18n import _, ngettext

Parts = tuple[np.ndarray, np.ndarray]
"""(rows to train on, rows held out), each in rising order."""


def hold_out(
    n: int,
    fraction: float,
    *,
    seed: int = 0,
    classes: np.ndarray | None = None,
    groups: Any = None,
    times: Any = None,
) -> Parts:
    """Which of n rows to train on and which to hold out: two arrays of row numbers in rising order.

    The same for the same seed. With classes (n,), each has the same share of both parts (to a row), and at least one
    row to train on.

    With groups (n,), whole groups are held out: no group is in both parts, the share comes as near to the fraction as
    the groups' sizes let it, and the classes' shares too. With times (n,), numbers or dates, the latest rows are held
    out; rows of one time stay together, and neither the classes nor the seed have a say.

    >>> hold_out(10, 0.2, seed=0, classes=np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]))
    (array([0, 1, 3, 4, 5, 6, 8, 9]), array([2, 7]))
    >>> hold_out(6, 0.3, groups=["Ann", "Bob", "Ann", "Bob", "Ann", "Ann"])
    (array([0, 2, 4, 5]), array([1, 3]))
    >>> hold_out(5, 0.3, times=[2024, 2021, 2024, 2022, 2023])
    (array([1, 3, 4]), array([0, 2]))

    Raises:
        DataError: a fraction outside 0 ≤ fraction < 1; too few rows, groups or times to hold any out; a row without its
            group or time; groups and times together.
    """
    if not 0 <= fraction < 1:
        raise DataError(
            _("The share of rows held out for validation lies from 0 up to, but not including, 1; it is {}.").format(
                fraction
            )
        )
    _not_both(groups, times)
    draw = np.random.default_rng([seed, 0])
    if not fraction:
        held_out = np.arange(0)
    elif groups is not None:
        held_out = split_groups.held_out(n, fraction, draw, groups, classes)
    elif times is not None:
        held_out = split_times.held_out(n, fraction, times)
    else:
        held_out = _held_out(n, fraction, draw, classes)
    return _parts(n, held_out)


def folds(
    n: int,
    k: int,
    *,
    seed: int = 0,
    classes: np.ndarray | None = None,
    groups: Any = None,
    times: Any = None,
) -> list[Parts]:
    """k ways to hold rows out, for a cross-validation: (rows to train on, rows held out) of each.

    Each row is held out once. The folds' sizes differ by a row at most, and so does the number of rows that each of
    the classes (n,) has in them. With groups (n,), no group is divided, and sizes and classes are as even as that lets
    them be. With times (n,), the windows expand: the rows are cut by time into k + 1 parts, rows of one time staying
    together, and part 1, 2, ... k is held out after training on all that came before it; part 0 is never held out.

    >>> [held_out.tolist() for _training, held_out in folds(6, 3, classes=np.array([0, 1, 0, 1, 0, 1]))]
    [[2, 3], [4, 5], [0, 1]]
    >>> [(training.tolist(), held_out.tolist()) for training, held_out in folds(5, 2, times=[1, 2, 3, 3, 4])]
    [([0, 1], [2, 3]), ([0, 1, 2, 3], [4])]

    Raises:
        DataError: fewer than two folds; more folds than rows, groups, times or the rows of a class; a class that one
            fold would hold out wholly; a row without its group or time; groups and times together.
    """
    if k < 2:
        raise DataError(_("A cross-validation needs 2 folds or more; {} were asked for.").format(k))
    if k > n:
        raise DataError(
            ngettext(
                "{folds} folds need as many rows or more, and there is {rows}: ask for fewer folds.",
                "{folds} folds need as many rows or more, and there are {rows}: ask for fewer folds.",
                n,
            ).format(folds=k, rows=n)
        )
    _not_both(groups, times)
    if times is not None:
        return split_times.windows(n, k, times)
    _enough_of_each(k, classes)
    draw = np.random.default_rng([seed, 0])
    if groups is not None:
        return [_parts(n, held_out) for held_out in split_groups.folds(n, k, draw, groups, classes)]
    order, _first = _order(n, draw, classes)
    # Rows of a class stand together: every k-th of them is a k-th of each class.
    return [_parts(n, order[place::k]) for place in range(k)]


def _parts(n: int, held_out: np.ndarray) -> Parts:
    return np.setdiff1d(np.arange(n), held_out), np.sort(held_out)


def _held_out(n: int, fraction: float, draw: np.random.Generator, classes: np.ndarray | None) -> np.ndarray:
    """Rows drawn by chance, from each class in proportion, the first of each left to train on."""
    order, first = _order(n, draw, classes)
    candidates = order[~first]
    size = min(max(1, round(fraction * n)), len(candidates))
    if not size:
        raise DataError(
            _("There are too few rows to hold some out for validation: give more, or hold none out (validation 0).")
        )
    # Rows of a class stand together: to take them evenly spaced is to take from each class in proportion.
    return candidates[np.arange(size) * len(candidates) // size]


def _order(n: int, draw: np.random.Generator, classes: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The rows in random order, class by class, and whether each is the first of its class."""
    order = draw.permutation(n)
    if classes is None:
        return order, np.arange(n) == 0
    order = order[np.argsort(classes[order], kind="stable")]
    return order, np.concatenate([[True], classes[order][1:] != classes[order][:-1]])


def _not_both(groups: Any, times: Any) -> None:
    if groups is not None and times is not None:
        raise DataError(_("Rows are held out by groups or by time, not by both: name one of them."))


def _enough_of_each(k: int, classes: np.ndarray | None) -> None:
    """See that every fold can have a row of every class."""
    if classes is None:
        return
    labels, counts = np.unique(classes, return_counts=True)
    if counts.min() < k:
        raise DataError(
            ngettext(
                "The class {label!r} has {rows} row, fewer than the {folds} folds: ask for fewer folds, leave the class"
                " out, or join it to another.",
                "The class {label!r} has {rows} rows, fewer than the {folds} folds: ask for fewer folds, leave the"
                " class out, or join it to another.",
                int(counts.min()),
            ).format(label=labels.tolist()[counts.argmin()], rows=counts.min(), folds=k)
        )
