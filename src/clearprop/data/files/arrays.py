"""Arrays from an .npz or .h5 file: X and y, or such pairs for training and for testing."""

import contextlib
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.data.files.content import Content
from clearprop.data.files.memory import see_room
from clearprop.data.names import listed, shown
from clearprop.errors import DataError
from clearprop.i18n import _

TRAINING = (("x_train", "y_train"), ("train_set_x", "train_set_y"), ("x", "y"))
TESTING = (("x_test", "y_test"), ("test_set_x", "test_set_y"))
"""The names that are looked for, in capitals or not, the first pair first."""

Stored = dict[str, Callable[[], Any]]
"""What a file holds, each array read when it is called for."""


@dataclass(frozen=True, eq=False)
class Arrays:
    """The pair of arrays that was read.

    Attributes:
        X: (n, ...) numbers; NaN where one is missing, never infinite.
        y: (n,) numbers or text; None where there are none.
        target: the name of y.
        names: of the arrays that were read.
        has_test: whether the file also holds arrays meant for testing.
    """

    X: np.ndarray
    y: np.ndarray | None
    target: str
    names: tuple[str, ...]
    has_test: bool


def read_arrays(content: Content, for_training: bool, with_target: bool = True) -> Arrays:
    """The rows of a file of arrays.

    For training those meant for training, otherwise those meant for testing where there are any.

    Raises:
        DataError: a file that is damaged, whose arrays have other names, or hold what cannot be used.
    """
    with _plainly(content), content.open() as stream:
        if content.suffix == ".npz":
            return _arrays(
                _npz(np.load(stream, allow_pickle=False), content.source), content, for_training, with_target
            )
        import h5py

        with h5py.File(stream) as tree:
            found = {name: item for name, item in tree.items() if isinstance(item, h5py.Dataset)}
            stored = {name: lambda d=d: _whole(d, content.source) for name, d in found.items()}
            return _arrays(stored, content, for_training, with_target)


@contextlib.contextmanager
def _plainly(content: Content) -> Iterator[None]:
    """Errors of the libraries that read, as one sentence."""
    try:
        yield
    except DataError:
        raise
    except (OSError, ValueError, AttributeError, KeyError, zipfile.BadZipFile, EOFError, MemoryError) as error:
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        raise DataError(
            _("{source} cannot be read as a {kind} file: {error}.").format(
                source=content.source, kind=content.suffix, error=reason
            )
        ) from error


def _npz(file: Any, source: str) -> Stored:
    if not isinstance(file, np.lib.npyio.NpzFile):
        raise ValueError(_("it holds a single array without a name"))
    see_room(sum(part.file_size for part in file.zip.infolist()) if file.zip else 0, source)
    return {name: lambda name=name: file[name] for name in file.files}


def _whole(dataset: Any, source: str) -> np.ndarray:
    see_room(dataset.nbytes, source)
    return dataset[()]


def _arrays(stored: Stored, content: Content, for_training: bool, with_target: bool) -> Arrays:
    by_lower = {name.lower(): name for name in stored}
    pair = _pair(by_lower, for_training)
    if pair is None:
        raise DataError(
            _(
                "{source} holds the arrays {found}; call the inputs X and the target y, or X_train, y_train, X_test and"
                " y_test."
            ).format(source=content.source, found=listed(list(stored)) or _("(none)"))
        )
    x_name, y_name = by_lower[pair[0]], by_lower.get(pair[1]) if with_target else None
    X = _inputs(stored[x_name](), x_name, content.source)
    y = None if y_name is None else _targets(stored[y_name](), y_name, len(X), content.source)
    names = tuple(name for name in (x_name, y_name) if name)
    return Arrays(X, y, y_name or pair[1], names, has_test=any(x in by_lower for x, _y in TESTING))


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
    if X.dtype.kind == "f":
        _refuse(X, np.isinf(X), name, source)
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
        _refuse(y, ~np.isfinite(y), name, source)
        return y.astype(np.int64) if np.all(y == np.floor(y)) and np.all(abs(y) < 2**53) else y
    return y


def _refuse(array: np.ndarray, bad: np.ndarray, name: str, source: str) -> None:
    """Name the first number that cannot be used, if there is one."""
    if bad.any():
        place = tuple(map(int, np.argwhere(bad)[0]))
        raise DataError(
            _("The array {name} of {source} has {value} at {place}: replace it, or leave such rows out.").format(
                name=shown(name), source=source, value=array[place], place=list(place)
            )
        )
