"""Whether two values are the same: trees of numbers, to a tolerance."""

from typing import Any

import numpy as np


def is_same(value: Any, wanted: Any, tolerance: float) -> bool:
    """Whether a learner's value is the wanted one: the same tree, the same shapes, the same numbers.

    A list may stand for a tuple and a number for an array without axes; nothing else may differ.
    """
    if isinstance(wanted, dict):
        return (
            isinstance(value, dict)
            and value.keys() == wanted.keys()
            and all(is_same(value[key], wanted[key], tolerance) for key in wanted)
        )
    if isinstance(wanted, list | tuple):
        return (
            isinstance(value, list | tuple)
            and len(value) == len(wanted)
            and all(is_same(mine, theirs, tolerance) for mine, theirs in zip(value, wanted, strict=True))
        )
    if wanted is None or isinstance(wanted, str):
        return value is wanted or (isinstance(wanted, str) and value == wanted)
    return is_number(value) and same_numbers(value, wanted, tolerance)


def is_number(value: Any) -> bool:
    """Whether it is a number or an array of them."""
    return isinstance(value, bool | int | float | complex | np.ndarray | np.generic)


def same_numbers(value: Any, wanted: Any, tolerance: float) -> bool:
    """|value − wanted| ≤ tolerance · the largest |wanted| (at least 10⁻³⁰⁰), shapes and all."""
    value, wanted = np.asarray(value), np.asarray(wanted)
    if value.shape != wanted.shape:
        return False
    finite = np.abs(wanted[np.isfinite(wanted)]) if wanted.dtype.kind in "fc" else np.abs(wanted.astype(float))
    largest = max(float(finite.max(initial=0.0)), 1e-300)
    return bool(np.allclose(value, wanted, rtol=0, atol=tolerance * largest, equal_nan=True))


def leaves(value: Any, wanted: Any, where: str = "") -> list[tuple[str, Any, Any]]:
    """(place, value, wanted) of each array or number of a tree; a place where the trees differ ends there."""
    if isinstance(wanted, dict) and isinstance(value, dict) and value.keys() == wanted.keys():
        return [leaf for key in wanted for leaf in leaves(value[key], wanted[key], f"{where}[{key!r}]")]
    if isinstance(wanted, list | tuple) and isinstance(value, list | tuple) and len(value) == len(wanted):
        pairs = enumerate(zip(value, wanted, strict=True))
        return [leaf for place, (mine, theirs) in pairs for leaf in leaves(mine, theirs, f"{where}[{place}]")]
    return [(where, value, wanted)]
