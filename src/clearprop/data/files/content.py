"""From a file's name to its content: found, seen to be what its name says, and unpacked."""

import io
import os
from dataclasses import dataclass
from pathlib import Path

from clearprop.data.dataset import did_you_mean
from clearprop.data.files.memory import see_room
from clearprop.data.files.signature import see_signature
from clearprop.data.files.unpack import PACKED, name_inside, unpack
from clearprop.data.samples import SAMPLES
from clearprop.errors import DataError
from clearprop.files import why
from clearprop.i18n import _

EXTENSIONS = (".csv", ".tsv", ".parquet", ".feather", ".arrow", ".npz", ".h5", ".hdf5", ".xlsx")


@dataclass(frozen=True)
class Content:
    """A file that is there, and of a kind that can be read.

    Attributes:
        source: the file as it was named.
        suffix: what it holds once unpacked: one of `EXTENSIONS`.
    """

    source: str
    suffix: str

    def read(self) -> bytes:
        """All of it, unpacked.

        Raises:
            DataError: it cannot be opened or unpacked, or is more than memory holds.
        """
        with self.open() as stream:
            stream.seek(0, os.SEEK_END)
            see_room(stream.tell(), self.source)
            stream.seek(0)
            return stream.read()

    def open(self) -> io.BufferedIOBase:
        """A stream of it, unpacked."""
        path = Path(self.source)
        if path.suffix.lower() in PACKED:
            inside = unpack(path, self.source)
            _see_content(inside[:64], self.suffix, self.source)
            return io.BytesIO(inside)
        return _open(path, self.source)


def find(source: str) -> Content:
    """The file of this name.

    Raises:
        DataError: it is missing, empty, a directory, or of another kind than can be read.
    """
    path = Path(source)
    if path.is_dir():
        raise DataError(_("{} is a directory; a file is needed.").format(source))
    if not path.exists():
        raise DataError(_("There is no file '{source}'.{hint}").format(source=source, hint=_near(source)))
    suffix = path.suffix.lower()
    if suffix not in (*EXTENSIONS, *PACKED) or not path.is_file():
        raise _unknown(source)
    with _open(path, source) as stream:
        head = stream.read(64)
    _see_content(head, suffix, source)
    if suffix in PACKED:
        suffix = Path(name_inside(path, source)).suffix.lower()
        if suffix not in EXTENSIONS:
            raise _unknown(source)
    return Content(source, suffix)


def _see_content(head: bytes, suffix: str, source: str) -> None:
    if not head:
        raise DataError(_("{} is empty.").format(source))
    if suffix != ".xlsx":  # which may be protected by a password, and its reader says so
        see_signature(head, suffix, source)


def _open(path: Path, source: str) -> io.BufferedIOBase:
    try:
        return path.open("rb")
    except OSError as error:
        raise DataError(_("{source} cannot be opened: {error}.").format(source=source, error=why(error))) from error


def _unknown(source: str) -> DataError:
    return DataError(
        _("{source} is of a kind that cannot be read: give {known}, or one of them packed as {packed}.").format(
            source=source, known=", ".join(EXTENSIONS), packed=", ".join(PACKED)
        )
    )


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
