"""What every reader of data needs: the largest number that can be used, and columns found by their names."""

import difflib
from collections.abc import Sequence

import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _

LARGEST = float(np.finfo(np.float32).max)
"""Networks compute in float32, which can hold no larger number."""


def need_columns(needed: Sequence[str], header: Sequence[str], source: str) -> None:
    """See that every column that a model needs is there.

    >>> need_columns(["height"], ["Height", "width"], "new.csv")
    Traceback (most recent call last):
        ...
    clearprop.errors.DataError: new.csv has no column 'height', which the model needs. Did you mean 'Height'?

    Raises:
        DataError: one is not; it is named, and the nearest suggested.
    """
    missing = next((name for name in needed if name not in header), None)
    if missing is not None:
        raise DataError(
            _("{source} has no column '{name}', which the model needs.{hint}").format(
                source=source, name=missing, hint=did_you_mean(missing, [h for h in header if h not in needed])
            )
        )


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Did you mean 'this'?, or nothing where nothing is near; capitals are not told apart."""
    by_lower = {k.lower(): k for k in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return _(" Did you mean '{}'?").format(by_lower[near[0]]) if near else ""
