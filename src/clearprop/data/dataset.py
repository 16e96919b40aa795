"""Rows to learn from or to predict for, as every kind of source gives them."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _

LARGEST = float(np.finfo(np.float32).max)
"""Networks compute in float32, which can hold no larger number."""


@dataclass(frozen=True)
class Dataset:
    """Inputs, and the right answers where there are any.

    Attributes:
        X: (n, ...) inputs, a row a sample.
        y: (n,) target values as they stand in the source, numbers or text; None where there are none.
        columns: the names of the inputs in their order; empty for arrays.
        target: the name of the target.
        source: where it came from, as it was named.
        arrays: the names of the arrays that were read, where the source is a file of arrays.
        has_test: whether the source also holds arrays meant for testing.
    """

    X: np.ndarray
    y: np.ndarray | None
    columns: tuple[str, ...]
    target: str
    source: str
    arrays: tuple[str, ...] = ()
    has_test: bool = False

    @property
    def values(self) -> np.ndarray:
        """The target values.

        Raises:
            DataError: there are none.
        """
        if self.y is None:
            raise DataError(_("{} has no target, and the right answers are needed here.").format(self.source))
        return self.y


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
