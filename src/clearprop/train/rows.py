"""Rows as the compiled program takes them: on the device, their number rounded up, their order drawn on the host.

A program is compiled for the shapes of its arrays. So the number of rows is rounded up to a bucket and the rest padded:
the folds of a cross-validation, which differ by a row, share one program. A padded row has weight 0 and reaches
nothing.

The order of an epoch is drawn by NumPy and only gathered on the device: a sort there costs more than a small network's
step.
"""

import math
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _


class Rows(NamedTuple):
    """Inputs, targets and sample weights (None: all 1), padded to a bucket; `n` of them are real."""

    X: Any
    Y: Any
    weights: Any
    n: Any


def bucket(n: int) -> int:
    """`n` rounded up to five significant bits: at most 1/16 more.

    >>> [bucket(n) for n in (1, 31, 209, 1437, 1438, 60000)]
    [1, 31, 216, 1472, 1472, 61440]
    """
    step = 1 << max(0, n.bit_length() - 5)
    return -(-n // step) * step


def pad(array: np.ndarray, n: int) -> np.ndarray:
    """The array with its first row repeated up to n rows: numbers that the layers can take."""
    if len(array) == n:
        return array
    return np.concatenate([array, np.broadcast_to(array[:1], (n - len(array), *array.shape[1:]))])


def make_rows(X: np.ndarray, Y: np.ndarray, weights: np.ndarray | None, total: int | None = None) -> Rows:
    """The rows on the device, padded to their bucket, or to `total`."""
    total = total or bucket(len(X))
    if weights is not None:
        weights = np.concatenate([weights, np.zeros(total - len(X), weights.dtype)])
    return Rows(
        *(None if a is None else jnp.asarray(a) for a in (pad(X, total), pad(Y, total), weights)), jnp.int32(len(X))
    )


def normalised(rows: Rows) -> Any:
    """Weights over all the rows at once: they sum to 1, and are 0 for padding."""
    real = jnp.arange(rows.X.shape[0]) < rows.n
    if rows.weights is None:
        return jnp.where(real, 1 / rows.n, 0).astype(rows.X.dtype)
    return rows.weights / rows.weights.sum()


class Order:
    """The order of the rows in each epoch, one permutation an epoch, the same for the same seed."""

    def __init__(self, n: int, length: int, seed: int, shuffle: bool):
        self.length, self.shuffle = length, shuffle
        self._rows = np.arange(n, dtype=np.int32)
        self._random = np.random.default_rng([seed, 1])

    def draw(self) -> np.ndarray:
        """The next epoch's order, padded with row 0 to whole batches."""
        if self.shuffle:
            self._random.shuffle(self._rows)
        order = np.zeros(self.length, np.int32)
        order[: len(self._rows)] = self._rows
        return order


def as_inputs(X: Any, dtype: str, what: str = "X") -> np.ndarray:
    """Inputs as an array of this float type with a row a sample.

    Raises:
        DataError: no rows, not numbers, or a value that is missing or infinite; says where.
    """
    array = _as_numbers(X, what)
    if array.ndim == 0 or len(array) == 0:
        raise DataError(_("{what} has no rows; at least one is needed.").format(what=what))
    array = array.reshape(len(array), 1) if array.ndim == 1 else array
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        row, *column = np.argwhere(~np.isfinite(array))[0]
        raise DataError(
            _(
                "{what} has {value} at row {row}, column {column}: fill or drop what is missing or infinite first."
            ).format(
                what=what,
                value=array[(row, *column)],
                row=row,
                column=math.prod(column) if len(column) == 1 else tuple(map(int, column)),
            )
        )
    with np.errstate(over="ignore"):
        cast = np.ascontiguousarray(array, dtype)
    if not np.isfinite(cast).all():
        raise DataError(
            _("{what} has numbers beyond what {dtype} can hold: scale them down, or use float64.").format(
                what=what, dtype=dtype
            )
        )
    return cast


def as_targets(Y: Any, dtype: str, n: int, what: str = "Y") -> np.ndarray:
    """Targets as an array: whole numbers and truth values stay whole (classes), floats take the float type.

    Raises:
        DataError: another number of rows than X, not numbers, or a value that is missing or infinite.
    """
    array = _as_numbers(Y, what)
    if array.shape[:1] != (n,):
        raise DataError(
            _("{what} has {m} rows and X has {n}: they must be as many.").format(
                what=what, m=array.shape[0] if array.ndim else 0, n=n
            )
        )
    if array.dtype.kind in "biu":
        return np.ascontiguousarray(array, np.int32)
    cast = np.ascontiguousarray(array, dtype)
    if not np.isfinite(cast).all():
        row = int(np.argwhere(~np.isfinite(cast))[0][0])
        raise DataError(
            _("{what} is missing or infinite in row {row}: fill or drop such rows first.").format(what=what, row=row)
        )
    return cast


def as_weights(weights: Any, dtype: str, n: int) -> np.ndarray | None:
    """Sample weights (n,), or None where all count the same.

    Raises:
        DataError: another number of them than rows, one negative or not finite, or all 0.
    """
    if weights is None:
        return None
    array = np.asarray(weights, dtype)
    if array.shape != (n,):
        raise DataError(
            _("Sample weights have shape {}; one for each of the {} rows is needed.").format(array.shape, n)
        )
    if not np.isfinite(array).all() or array.min() < 0 or array.sum() == 0:
        raise DataError(_("Sample weights must be finite, none below 0, and not all 0."))
    return array


def _as_numbers(values: Any, what: str) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise DataError(_("{what} should be numbers; it holds {kind}.").format(what=what, kind=array.dtype))
    return array
