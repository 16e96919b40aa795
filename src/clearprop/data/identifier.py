"""Does a column look like an identifier?  A row number, a customer's number, a UUID: a value of its own in each row."""

import re

import numpy as np
import polars

NAMES = {"id", "ids", "idx", "index", "uuid", "guid", "key", "identifier", "serial", "hash", "rownum", "rowid"}
"""Words that end or begin the name of such a column: customer_id, rowId, id."""

NEARLY_ALL = 0.95
"""The share of different values among those that are there."""

FEWEST = 20
"""Of fewer values nothing is said: all may differ by chance."""


def is_identifier(column: polars.Series, *, alone: bool = False) -> bool:
    """Whether it is one of these.

    - Text of which nearly all is different.
    - Whole numbers of which nearly all are different, under a name such as "customer_id".
    - Whole numbers all different that leave out less than half of an even spacing: 1, 2, 4, 5, ... or 1000, 1010, ...
      Not if the column stands alone: it then is what a curve is drawn over.

    column: as `kinds.typed` gives it; dates and truth values are none.

    >>> is_identifier(polars.Series("customer_id", [7.0 * i**2 for i in range(50)]))
    True
    >>> is_identifier(polars.Series("area", [7.0 * i**2 for i in range(50)]))
    False
    """
    present = column.drop_nulls()
    if len(present) < FEWEST or column.dtype not in (polars.String, polars.Float64):
        return False
    different = present.n_unique()
    if different < NEARLY_ALL * len(present):
        return False
    if column.dtype == polars.String:
        return True
    values = np.sort(present.to_numpy())
    if not np.all(np.isfinite(values)) or np.any(values != np.floor(values)) or abs(values).max() >= 2**53:
        return False
    return _is_named_so(column.name) or (different == len(present) and not alone and _is_evenly_stepped(values))


def _is_named_so(name: str) -> bool:
    """One of NAMES is the first or the last word; customerId and CustomerID are two words."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)
    return bool(words) and not NAMES.isdisjoint({words[0].lower(), words[-1].lower()})


def _is_evenly_stepped(values: np.ndarray) -> bool:
    """Whether whole numbers in rising order fill more than half of the places from the first to the last."""
    steps = np.diff(values).astype(np.int64)
    return bool(steps.sum() // np.gcd.reduce(steps) < 2 * len(steps))
