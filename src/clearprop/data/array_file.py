"""Arrays from an .npz or .h5 file: X and y, or such pairs for training and for testing."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.data.dataset import LARGEST, Dataset
from clearprop.errors import DataError
from clearprop.i18n import _

TRAINING = (("x_train", "y_train"), ("train_set_x", "train_set_y"), ("x", "y"))
TESTING = (("x_test", "y_test"), ("test_set_x", "test_set_y"))
"""The names that are looked for, in capitals or not, the first pair first."""

Arrays = dict[str, Callable[[], Any]]
"""What a file holds, each array read when it is called for."""


def read_arrays(path: Path, source: str, for_training: bool) -> Dataset:
    """The rows of a file of arrays.

    For training those meant for training, otherwise those meant for testing where there are any.

    Raises:
        DataError: a file that is damaged, whose arrays have other names, or hold what cannot be used.
    """
    try:
        if path.suffix.lower() == ".npz":
            with path.open("rb") as file:
                return _dataset(_npz(np.load(file, allow_pickle=False)), source, for_training)
        import h5py

        with h5py.File(path) as tree:
            found = {name: item for name, item in tree.items() if isinstance(item, h5py.Dataset)}
            return _dataset({name: lambda d=d: d[()] for name, d in found.items()}, source, for_training)
    except DataError:
        raise
    except (OSError, ValueError, AttributeError, KeyError, zipfile.BadZipFile, EOFError) as error:
        if isinstance(error, PermissionError):
            raise
        raise DataError(
            _("{source} cannot be read as a {kind} file: {error}.").format(
                source=source,
                kind=path.suffix.lower(),
                error=str(error).splitlines()[0].rstrip(".") if str(error) else "",
            )
        ) from error


def _npz(file: Any) -> Arrays:
    if not isinstance(file, np.lib.npyio.NpzFile):
        raise ValueError(_("it holds a single array without a name"))
    return {name: lambda name=name: file[name] for name in file.files}


def _dataset(arrays: Arrays, source: str, for_training: bool) -> Dataset:
    by_lower = {name.lower(): name for name in arrays}
    pair = _pair(by_lower, for_training)
    if pair is None:
        raise DataError(
            _(
                "{source} holds the arrays {found}; call the inputs X and the target y, or X_train, y_train, X_test and"
                " y_test."
            ).format(source=source, found=", ".join(arrays) or _("(none)"))
        )
    x_name, y_name = by_lower[pair[0]], by_lower.get(pair[1])
    X = _inputs(arrays[x_name](), x_name, source)
    y = None if y_name is None else _targets(arrays[y_name](), y_name, len(X), source)
    return Dataset(
        X,
        y,
        (),
        y_name or pair[1],
        source,
        tuple(name for name in (x_name, y_name) if name),
        has_test=any(x in by_lower for x, _y in TESTING),
    )


def _pair(names: dict[str, str], for_training: bool) -> tuple[str, str] | None:
    """The pair of names to read; only the inputs have to be there."""
    wanted = TRAINING if for_training else TESTING + TRAINING
    return next(((x, y) for x, y in wanted if x in names and (y in names or not for_training)), None)


def _inputs(X: np.ndarray, name: str, source: str) -> np.ndarray:
    if X.dtype.kind not in "biuf":
        raise DataError(
            _("The array {name} of {source} should hold numbers; it holds {kind}.").format(
                name=name, source=source, kind=X.dtype
            )
        )
    if X.ndim == 0 or X.size == 0:
        raise DataError(_("The array {name} of {source} is empty.").format(name=name, source=source))
    X = X[:, None] if X.ndim == 1 else X
    _see_finite(X, name, source)
    return X


def _targets(y: np.ndarray, name: str, rows: int, source: str) -> np.ndarray:
    """One value a row (n,), text as text."""
    if y.dtype.kind == "O":  # HDF5's text of variable length
        y = np.array([v.decode() if isinstance(v, bytes) else v for v in y.reshape(-1).tolist()]).reshape(y.shape)
    y = np.char.decode(y, "utf-8") if y.dtype.kind == "S" else y
    if y.dtype.kind not in "biufU":
        raise DataError(
            _("The array {name} of {source} should hold numbers or text; it holds {kind}.").format(
                name=name, source=source, kind=y.dtype
            )
        )
    if y.size != rows:
        raise DataError(
            _(
                "The array {name} of {source} has shape {shape}; one value for each of the {rows} rows is needed."
            ).format(name=name, source=source, shape=y.shape, rows=rows)
        )
    y = y.reshape(rows)  # (n, 1) and the course's (1, n) too
    if y.dtype.kind == "f":
        _see_finite(y, name, source)
        return y.astype(np.int64) if np.all(y == np.floor(y)) and np.all(abs(y) < 2**53) else y
    return y


def _see_finite(array: np.ndarray, name: str, source: str) -> None:
    """See that no number is missing, infinite or too large."""
    if array.dtype.kind != "f":
        return
    good = np.isfinite(array) & (np.abs(array) <= LARGEST)
    if not good.all():
        place = tuple(map(int, np.argwhere(~good)[0]))
        raise DataError(
            _("The array {name} of {source} has {value} at {place}: fill or drop what is missing or too large.").format(
                name=name, source=source, value=array[place], place=list(place)
            )
        )
