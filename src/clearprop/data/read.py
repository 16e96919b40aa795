"""From a source named on a command line to numbers: `sample:NAME`, or a file of numbers (.csv, .npz, .h5).

`read` is for training. `read_for` reads what a model was trained on: its columns by their names, in whatever order they
stand.
"""

from pathlib import Path

from clearprop.data.dataset import Dataset, did_you_mean, need_columns
from clearprop.data.samples import SAMPLES, sample
from clearprop.data.table import Table
from clearprop.errors import DataError
from clearprop.i18n import _

EXTENSIONS = (".csv", ".npz", ".h5", ".hdf5")


def read(source: str, target: str | None = None) -> Dataset:
    """Rows to train on.  The target of a .csv is its last column unless named.

    >>> read("sample:iris").X.shape
    (150, 4)

    Raises:
        DataError: a source that is missing or cannot be used; the sentence says where and what to do.
    """
    dataset = _read(source, target, None)
    if target not in (None, dataset.target):
        raise DataError(
            _("The target of {source} is '{own}', and only a .csv lets you choose: leave out '{target}'.").format(
                source=source, own=dataset.target, target=target
            )
        )
    if len(dataset.values) < 2:
        raise DataError(_("{} has one row only; training needs two or more.").format(source))
    return dataset


def read_for(table: Table, source: str, *, with_target: bool = True) -> Dataset:
    """Rows for a model of this table.  Columns are found by their names, and others are left out.

    >>> table = Table(task="regression", columns=("bmi", "age"), target="progression")
    >>> read_for(table, "sample:diabetes").X.shape
    (442, 2)

    Raises:
        DataError: a source that is missing or cannot be used, or lacks a column, or a .csv the target.
    """
    return _read(source, table.target if with_target else None, table)


def _read(source: str, target: str | None, table: Table | None) -> Dataset:
    if source.startswith("sample:"):
        return _read_sample(source, table)
    path = _existing(source)
    if path.suffix.lower() == ".csv":
        from clearprop.data.csv_file import read_csv  # Polars takes a moment to import

        return read_csv(path, source, target, table)
    from clearprop.data.array_file import read_arrays

    return read_arrays(path, source, for_training=table is None)


def _read_sample(source: str, table: Table | None) -> Dataset:
    """A bundled sample; for a model, its columns in the model's order."""
    found = sample(source.removeprefix("sample:"))
    X, y, columns = found.load()
    if table is not None and table.columns:
        need_columns(table.columns, columns, source)
        X, columns = X[:, [columns.index(name) for name in table.columns]], table.columns
    return Dataset(X, y, columns, found.target, source)


def _existing(source: str) -> Path:
    """The path of a file that is there and has an extension that can be read."""
    path = Path(source)
    if path.is_dir():
        raise DataError(_("{} is a directory; a file is needed.").format(source))
    if not path.exists():
        raise DataError(_("There is no file '{source}'.{hint}").format(source=source, hint=_near(source)))
    if path.suffix.lower() not in EXTENSIONS:
        raise DataError(_("{} is of a kind that cannot be read: give numbers as .csv, .npz or .h5.").format(source))
    if path.stat().st_size == 0:
        raise DataError(_("{} is empty.").format(source))
    return path


def _near(source: str) -> str:
    """A suggestion in place of a file that is not there."""
    if source in SAMPLES:
        return did_you_mean(f"sample:{source}", [f"sample:{source}"])
    path = Path(source)
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return _(" There is no directory '{}' either.").format(path.parent)
    return did_you_mean(source, [str(path.with_name(name)) for name in names])
