"""The reader of a file's family, by what its name ends in."""

from clearprop.data.files.content import Content, find
from clearprop.data.files.grid import Grid

ARRAYS = (".npz", ".h5", ".hdf5")


def holds_arrays(content: Content) -> bool:
    """Whether the file holds arrays, and not a table with named columns."""
    return content.suffix in ARRAYS


def read_grid(content: Content) -> Grid:
    """The table of a file; its reader, and what that stands on, is imported only now.

    Raises:
        DataError: it cannot be read; the sentence says where and what to do.
    """
    if content.suffix in (".csv", ".tsv"):
        from clearprop.data.files.delimited import read_delimited as read
    elif content.suffix == ".xlsx":
        from clearprop.data.files.excel import read_excel as read
    else:
        from clearprop.data.files.columnar import read_columnar as read
    return read(content)


__all__ = ["Content", "find", "holds_arrays", "read_grid"]
