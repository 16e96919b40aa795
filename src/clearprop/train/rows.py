"""Rows as the compiled program takes them: on the device, their number rounded up, their order drawn on the host.

A program is compiled for the shapes of its arrays. So the number of rows is rounded up to a bucket and the rest padded:
the folds of a cross-validation, which differ by a row, share one program. A padded row has weight 0 and reaches
nothing.

The order of an epoch is drawn by NumPy and only gathered on the device: a sort there costs more than a small network's
step.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _


class Rows(NamedTuple):
    """Inputs, targets and sample weights (None: all 1), padded.

    Attributes:
        X: (rows, ...) numbers of the float type, or bytes, which take a quarter of the room; see `floats`.
        Y: (rows, ...) their targets.
        weights: (rows,) how much each counts; None: all the same.
        n: how many rows an epoch has; of a chunk, more than there are here.
        total: the sum of the weights over an epoch; None where there are none.
    """

    X: Any
    Y: Any
    weights: Any
    n: Any
    total: Any = None


def floats(X: Any) -> Any:
    """Bytes as numbers, and numbers as they are: pixels stay bytes until a batch is computed."""
    return X.astype(jnp.result_type(float)) if X.dtype == jnp.uint8 else X


def is_stored(X: Any) -> bool:
    """Whether rows lie elsewhere than in memory: they have a shape, and `read(numbers)` gives some of them."""
    return not isinstance(X, np.ndarray) and callable(getattr(X, "read", None)) and hasattr(X, "shape")


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
    return on_device(X, Y, weights, total, len(X), None if weights is None else weights.sum())


def on_device(X: np.ndarray, Y: np.ndarray, weights: np.ndarray | None, size: int, n: int, total: Any) -> Rows:
    """These rows padded to `size`, of an epoch that has `n` rows with weights that sum to `total`."""
    if weights is not None:
        weights = np.concatenate([weights, np.zeros(size - len(X), weights.dtype)])
    return jax.device_put(Rows(pad(X, size), pad(Y, size), weights, np.int32(n), total))


def normalised(rows: Rows) -> Any:
    """Weights over all the rows at once: they sum to 1, and are 0 for padding."""
    real = jnp.arange(rows.X.shape[0]) < rows.n
    if rows.weights is None:
        return jnp.where(real, 1 / rows.n.astype(floats(rows.X[:1]).dtype), 0)
    return rows.weights / rows.weights.sum()


class Orders:
    """The orders of the rows in the epochs to come, a permutation an epoch, the same for the same seed.

    A window of them goes to each call of the program; its first is that of the epoch under way. `length` is that of an
    order: whole batches, padded with row 0; 0 where all rows are one batch and no order is needed.
    """

    def __init__(self, n: int, length: int, seed: int, shuffle: bool):
        self.window = np.zeros((max(1, min(64, 2**20 // max(length, 1))), length), np.int32)
        self._drawn, self._shuffle = 0, shuffle
        self._rows = np.arange(min(n, length), dtype=np.int32)
        self._random = np.random.default_rng([seed, 1])

    def need(self, epochs: int) -> np.ndarray:
        """The window, with at least so many orders drawn."""
        for place in range(self._drawn, epochs):
            if self._shuffle:
                self._random.shuffle(self._rows)
            self.window[place, : len(self._rows)] = self._rows
        self._drawn = max(self._drawn, epochs)
        return self.window

    def used(self, epochs: int) -> None:
        """So many epochs ended: their orders go, the next one is first."""
        self._drawn -= epochs
        self.window[: self._drawn] = self.window[epochs : epochs + self._drawn].copy()


def as_inputs(X: Any, dtype: str, what: str = "X", keep_bytes: bool = False) -> np.ndarray:
    """Inputs as an array of this float type with a row a sample; bytes may be kept as they are.

    Raises:
        DataError: no rows, not numbers, or a value that is missing or infinite; says where.
    """
    array = _as_numbers(X, what)
    if array.ndim == 0 or len(array) == 0:
        raise DataError(_("{what} has no rows; at least one is needed.").format(what=what))
    if array.size == 0:
        raise DataError(_("{what} has rows but no columns; at least one is needed.").format(what=what))
    array = array.reshape(len(array), 1) if array.ndim == 1 else array
    if keep_bytes and array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        row, *column = np.argwhere(~np.isfinite(array))[0]
        raise DataError(
            _(
                "{what} has {value} at row {row}, column {column}: fill or drop what is missing or infinite first."
            ).format(
                what=what,
                value=array[(row, *column)],
                row=row,
                column=column[0] if len(column) == 1 else tuple(map(int, column)),
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
    """Targets as an array: whole numbers and truth values stay whole (classes), the rest takes the float type.

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
    if array.dtype.kind in "biu" and (array.size == 0 or np.abs(array, dtype=float).max() < 2**31):
        return np.ascontiguousarray(array, np.int32)
    with np.errstate(over="ignore"):
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
    with np.errstate(over="ignore"):
        array = _as_numbers(weights, _("The sample weights")).astype(dtype)
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
        raise DataError(_("{what} should be numbers; there is {kind}.").format(what=what, kind=array.dtype))
    return array
