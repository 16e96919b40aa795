"""Samples as rows or as columns: the same numbers, transposed."""

from typing import Any

import numpy as np

from clearprop.exercises.exercise import Kind


def convert(value: Any, kind: Kind, convention: str) -> Any:
    """A value that is in rows, in the convention: a tree of values, by a tree of kinds."""
    return value if convention == "rows" else _walk(value, kind, _TO_COLUMNS)


def convert_back(value: Any, kind: Kind, convention: str) -> Any:
    """The value of a learner, in rows; what has another form than its kind says is left as it is."""
    return value if convention == "rows" else _walk(value, kind, _TO_ROWS)


def _walk(value: Any, kind: Kind, rules: dict[str, Any]) -> Any:
    match kind, value:
        case dict(), dict():
            return {key: _walk(each, kind[key], rules) if key in kind else each for key, each in value.items()}
        case [inner], list() | tuple() if isinstance(kind, list):
            return type(value)(_walk(each, inner, rules) for each in value)
        case tuple(), tuple() | list() if len(kind) == len(value):
            return type(value)(_walk(each, inner, rules) for each, inner in zip(value, kind, strict=True))
        case str(), np.ndarray():
            return rules.get(kind, lambda array: array)(value)
        case _:
            return value


def _transposed(array: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(array.T) if array.ndim == 2 else array


def _column(array: np.ndarray) -> np.ndarray:
    return array[:, None] if array.ndim == 1 else array


def _flat(array: np.ndarray) -> np.ndarray:
    """(k, 1) → (k,); other shapes are wrong, and those of two axes are turned as a wrong one in rows would be."""
    if array.ndim == 2:
        return array[:, 0] if array.shape[1] == 1 else _transposed(array)
    return array[None, :] if array.ndim == 1 else array


_TO_COLUMNS = {"samples": _transposed, "weights": _transposed, "bias": _column}
_TO_ROWS = {"samples": _transposed, "weights": _transposed, "bias": _flat}
