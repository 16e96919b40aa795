"""Rows that stand in a table more than once: one is learnt from, its copy held out, and the score is too good."""

import numpy as np
import polars

from clearprop.data.leak import codes, numbers

SHARE = 0.05
"""The share of rows that are copies from which they count."""

BY_CHANCE = 0.005
"""Where chance alone would make so many rows the same, columns of few values say, copies mean nothing."""


def duplicates(columns: list[polars.Series], y: np.ndarray) -> int:
    """How many rows are another row again, target y (n,) and all; 0 if they are few, or chance may have made them.

    columns: as `kinds.typed` gives them.

    >>> columns = [polars.Series(f"{power}", (np.arange(100) % 90) ** power) for power in (1, 2, 3)]
    >>> duplicates(columns, np.zeros(100)), duplicates(columns[:1], np.zeros(100))
    (10, 0)
    """
    n = len(y)
    if n < 2 or not columns:
        return 0
    target = np.unique(y, return_inverse=True)[1]
    again = n - polars.DataFrame([*columns, polars.Series("\0target", target)]).n_unique()
    return again if again >= max(2, SHARE * n) and _by_chance(columns) * n < BY_CHANCE else 0


def _by_chance(columns: list[polars.Series], most: int = 5_000) -> float:
    """The probability that two rows are the same, were the columns independent: Π_columns Σ_values share²."""
    probability = 1.0
    for column in columns:
        x = codes(column[:most]) if column.dtype == polars.String else numbers(column[:most])
        shares = np.unique(x, return_counts=True)[1] / len(x)
        probability *= float(np.sum(shares**2))
        if probability < 1e-12:
            break
    return probability
