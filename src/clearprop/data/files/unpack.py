"""What is packed in a .gz, .bz2, .xz, .zst or .zip file, and no more of it than memory holds."""

import bz2
import contextlib
import gzip
import lzma
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from clearprop.data.files.memory import see_room
from clearprop.data.names import shown
from clearprop.errors import DataError
from clearprop.i18n import _

PACKED = (".gz", ".bz2", ".xz", ".zst", ".zip")
DAMAGED = (OSError, EOFError, ValueError, NotImplementedError, zipfile.BadZipFile, zlib.error, lzma.LZMAError)
"""What the libraries raise for a file that is not whole, or packed in a way that they do not know."""

PIECE = 2**22
"""Bytes unpacked at a time, so that a bomb is noticed long before it is whole."""


def name_inside(path: Path, source: str) -> str:
    """The name of the one file that is packed: what stands before .gz, or what a .zip file says.

    Raises:
        DataError: a .zip file is damaged, or does not hold one file.
    """
    if path.suffix.lower() != ".zip":
        return path.stem
    with _plainly(source, ".zip"), zipfile.ZipFile(path) as archive:
        return _only_file(archive, source).filename


def unpack(path: Path, source: str) -> bytes:
    """The content of the one file that is packed.

    Raises:
        DataError: the file is damaged, holds several files, needs a password, or unpacks to more than memory holds.
    """
    suffix = path.suffix.lower()
    with _plainly(source, suffix):
        if suffix != ".zip":
            with _opener(suffix)(path, "rb") as stream:
                return _read(stream, source)
        with zipfile.ZipFile(path) as archive, archive.open(_only_file(archive, source)) as stream:
            return _read(stream, source)


@contextlib.contextmanager
def _plainly(source: str, suffix: str) -> Iterator[None]:
    """Errors of the libraries that unpack, as one sentence."""
    try:
        yield
    except DataError:
        raise
    except (*DAMAGED, _zstd().ZstdError) as error:
        raise DataError(
            _("{source} cannot be unpacked as a {suffix} file: it is cut or damaged.").format(
                source=source, suffix=suffix
            )
        ) from error


def _opener(suffix: str) -> Any:
    return {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open, ".zst": _zstd().open}[suffix]


def _zstd() -> Any:
    """The standard library's Zstandard, which Python has from 3.14 on; the same as a package before."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return zstd


def _read(stream: Any, source: str) -> bytes:
    content = bytearray()
    while piece := stream.read(PIECE):
        content += piece
        see_room(len(content), source)
    return bytes(content)


def _only_file(archive: zipfile.ZipFile, source: str) -> zipfile.ZipInfo:
    files = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_hidden(entry.filename)]
    if len(files) != 1:
        raise DataError(_several(files, source))
    if files[0].flag_bits & 1:
        raise DataError(_("{} is protected by a password: unpack it first.").format(source))
    return files[0]


def _is_hidden(name: str) -> bool:
    """What macOS adds to an archive."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _several(files: list[zipfile.ZipInfo], source: str) -> str:
    if not files:
        return _("{} holds no file.").format(source)
    return _(
        "{source} holds {number} files, {first} and {second} among them: unpack it, and name the one meant."
    ).format(source=source, number=len(files), first=shown(files[0].filename), second=shown(files[1].filename))
