"""Rows held out, to be scored and never learnt from."""

import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _


def hold_out(
    n: int, fraction: float, *, seed: int = 0, classes: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Which of n rows to train on and which to hold out: two arrays of row numbers in rising order.

    The same for the same seed. With classes (n,), each has the same share of both parts (to a row), and at least one
    row to train on.

    >>> hold_out(10, 0.2, seed=0, classes=np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]))
    (array([0, 1, 3, 4, 5, 6, 8, 9]), array([2, 7]))

    Raises:
        DataError: a fraction outside 0 ≤ fraction < 1, or too few rows to hold any out.
    """
    if not 0 <= fraction < 1:
        raise DataError(
            _("The share of rows held out for validation lies from 0 up to, but not including, 1; it is {}.").format(
                fraction
            )
        )
    order, first = _order(n, np.random.default_rng([seed, 0]), classes)
    candidates = order[~first]
    size = min(max(1, round(fraction * n)), len(candidates)) if fraction else 0
    if fraction and not size:
        raise DataError(
            _("There are too few rows to hold some out for validation: give more, or hold none out (validation 0).")
        )
    # Rows of a class stand together: to take them evenly spaced is to take from each class in proportion.
    held_out = np.sort(candidates[np.arange(size) * len(candidates) // max(size, 1)])
    return np.setdiff1d(np.arange(n), held_out), held_out


def _order(n: int, draw: np.random.Generator, classes: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The rows in random order, class by class, and whether each is the first of its class."""
    order = draw.permutation(n)
    if classes is None:
        return order, np.arange(n) == 0
    order = order[np.argsort(classes[order], kind="stable")]
    return order, np.concatenate([[True], classes[order][1:] != classes[order][:-1]])
