"""A table with the cells of some columns in another order of the rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np


def names_of(X: Any) -> list[str]:
    """A frame's column names; an array's columns are called "0", "1", …"""
    return list(X.columns) if _is_frame(X) else [str(index) for index in range(np.shape(X)[1])]


def shuffled(X: Any, columns: Sequence[str], order: np.ndarray) -> Any:
    """X with row i of these columns being what was row order[i]; X itself stays as it is."""
    if _is_frame(X):
        return X.with_columns(X[column].gather(order) for column in columns)
    places = [int(column) for column in columns]
    array = np.array(X)
    array[:, places] = array[order][:, places]
    return array


def _is_frame(X: Any) -> bool:
    return hasattr(X, "with_columns")
