"""X as a caller has it — array, sparse, pandas, Polars, lists — as an array of numbers or a frame of columns."""

from typing import Any

import numpy as np
import polars
from scipy.sparse import issparse
from sklearn.utils.validation import (
    _check_feature_names,  # pyright: ignore[reportPrivateUsage]
    _check_n_features,  # pyright: ignore[reportPrivateUsage]
    validate_data,
)

from clearprop.data.frame import as_frame
from clearprop.data.source import Rows
from clearprop.errors import DataError
from clearprop.i18n import _
from clearprop.train.rows import is_stored

FLOATS = [np.float64, np.float32]


def read_rows(estimator: Any, X: Any, reset: bool, as_columns: bool = False) -> Rows:
    """X, seen to have rows, and the columns that the estimator was fitted with (`reset` notes them instead).

    Args:
        estimator: notes `n_features_in_` and `feature_names_in_`.
        X: (n, columns), or (n, …) for images; numbers may be missing (NaN), never infinite.
        reset: whether this is the X that is learnt from.
        as_columns: whether it is read column by column even if it holds nothing but numbers.

    Returns:
        An array of floats, or a frame where there is anything but numbers.

    Raises:
        ValueError: an X that cannot be used.
    """
    if not reset and _is_plain(estimator, X):
        return X
    if is_stored(X):  # images that are read when they are needed
        _check_n_features(estimator, X, reset=reset)
        return X
    if issparse(X):
        return _dense(validate_data(estimator, X, reset=reset, dtype=FLOATS, accept_sparse="csr"))
    if as_columns or not _is_of_numbers(X):
        return _frame(estimator, X, reset)
    images = getattr(X, "ndim", 2) > 2  # bytes stay bytes: the network scales them
    return validate_data(  # pyright: ignore[reportReturnType]
        estimator,
        X,
        reset=reset,
        dtype="numeric" if images else FLOATS,
        ensure_all_finite=True if images else "allow-nan",
        allow_nd=True,
    )


def _is_plain(estimator: Any, X: Any) -> bool:
    """Whether X is at a glance what was fitted: scikit-learn's full look takes as long as a small network."""
    return (
        type(X) is np.ndarray
        and X.dtype in FLOATS
        and X.ndim == 2
        and len(X) > 0
        and X.shape[1] == estimator.n_features_in_
        and not hasattr(estimator, "feature_names_in_")
        and not np.isinf(X).any()
    )


def _is_of_numbers(X: Any) -> bool:
    """Whether scikit-learn can make an array of numbers of X; what it cannot is read column by column."""
    if hasattr(X, "dtypes") and hasattr(X, "columns"):
        return all(_is_numeric(dtype) for dtype in X.dtypes)
    if isinstance(X, polars.LazyFrame | dict):
        return False
    array = X if isinstance(X, np.ndarray) else np.asarray(X, dtype=object) if isinstance(X, list | tuple) else None
    if array is None or array.dtype.kind not in "OUS" or array.ndim < 2:
        return True
    try:
        array.astype(np.float64)
    except (TypeError, ValueError):
        return False
    return True


def _is_numeric(dtype: Any) -> bool:
    """Of pandas' and Polars' types alike."""
    if hasattr(dtype, "is_numeric"):
        return bool(dtype.is_numeric())
    return getattr(dtype, "kind", "O") in "iuf"


def _frame(estimator: Any, X: Any, reset: bool) -> polars.DataFrame:
    """A frame with the names that the columns had in `fit`."""
    _check_feature_names(estimator, X, reset=reset)
    frame = as_frame(X)
    frame = frame if isinstance(frame, polars.DataFrame) else _named(frame)
    if not (len(frame) and frame.width):
        raise DataError(_("X has no rows, or no columns; at least one is needed."))
    _check_n_features(estimator, np.empty((1, frame.width)), reset=reset)
    return frame


def _named(array: np.ndarray) -> polars.DataFrame:
    return polars.DataFrame({f"x{place}": array[:, place] for place in range(array.shape[1])}, nan_to_null=True)


def _dense(X: Any) -> np.ndarray:
    """A sparse X with its zeros.

    Raises:
        DataError: it does not fit in this machine's memory.
    """
    try:
        return X.toarray()
    except MemoryError as error:
        raise DataError(
            _("X is sparse, and with its zeros too large for this machine: {rows} × {columns} numbers.").format(
                rows=X.shape[0], columns=X.shape[1]
            )
        ) from error
