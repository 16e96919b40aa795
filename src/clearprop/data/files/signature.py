"""What a file is by its first bytes, whatever its name says."""

from clearprop.errors import DataError
from clearprop.i18n import _

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of .xls, and of every Office file that a password protects."""

DATA = (
    (b"PAR1", "Parquet", (".parquet",)),
    (b"ARROW1", "Arrow", (".arrow", ".feather")),
    (b"\x89HDF\r\n\x1a\n", "HDF5", (".h5", ".hdf5")),
    (b"PK\x03\x04", "ZIP", (".zip", ".npz", ".xlsx")),
    (b"\x1f\x8b\x08", "gzip", (".gz",)),
    (b"BZh", "bzip2", (".bz2",)),
    (b"\xfd7zXZ\x00", "xz", (".xz",)),
    (b"\x28\xb5\x2f\xfd", "Zstandard", (".zst",)),
)
"""(first bytes, name, the extensions that go with it) of files that can be read, under their own names."""


def others() -> tuple[tuple[bytes, str], ...]:
    """(first bytes in lower case or as they are, what it is) of files that hold no table that can be read."""
    return (
        # Translators: these say what a file is: "{source} is a PNG image by its content".
        (b"\x89PNG\r\n", _("a PNG image")),
        (b"\xff\xd8\xff", _("a JPEG image")),
        (b"GIF8", _("a GIF image")),
        (b"%PDF-", _("a PDF document")),
        (b"SQLite format 3\x00", _("an SQLite database")),
        (b"FEA1", _("a Feather file of the old version 1")),
        (b"\x93NUMPY", _("a single NumPy array without a name")),
        (b"<!doctype html", _("a web page")),
        (b"<html", _("a web page")),
        (OLD_OFFICE, _("an old Excel file or another Office document")),
    )


def see_signature(head: bytes, suffix: str, source: str) -> None:
    """See that the first bytes of a file do not belong to a file of another kind.

    Raises:
        DataError: they do; it says what the file is.
    """
    for start, kind, suffixes in DATA:
        if head.startswith(start) and suffix not in suffixes and not _reads_as_text(head, suffix):
            raise DataError(
                _("{source} is a {kind} file by its content, not a {suffix} file: let its name end in {right}.").format(
                    source=source, kind=kind, suffix=suffix, right=_(" or ").join(suffixes)
                )
            )
    for start, kind in others():
        if (head.startswith(start) or head.lower().startswith(start)) and not _reads_as_text(head, suffix):
            raise DataError(
                _("{source} is {kind} by its content, not a {suffix} file: save the table itself as one.").format(
                    source=source, kind=kind, suffix=suffix
                )
            )


def _reads_as_text(head: bytes, suffix: str) -> bool:
    """Whether a table of text may start so: with a column called PAR1, ARROW1, BZh or GIF8."""
    if suffix not in (".csv", ".tsv") or head.lower().startswith((b"<", b"%pdf")):
        return False
    return all(byte >= 32 or byte in b"\t\r\n" for byte in head) and head.isascii()
