"""The image files of a folder and of the folders inside it."""

import contextlib
import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from clearprop.errors import DataError
from clearprop.files import why
from clearprop.i18n import _
from clearprop.i18n.visible import visible

EXTENSIONS = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".bmp", ".gif")


def is_picture(path: str | os.PathLike[str]) -> bool:
    """Whether a file's name is that of an image, and not hidden.

    >>> is_picture("photos/CAT.JPG"), is_picture("photos/._cat.jpg"), is_picture("photos/Thumbs.db")
    (True, False, False)
    """
    return _like_a_picture(Path(path).name)


def _like_a_picture(name: str) -> bool:
    return name.lower().endswith(EXTENSIONS) and not name.startswith(".")


class Inside(NamedTuple):
    """What a folder holds, each in the order of its names.

    Attributes:
        pictures: image files, by their names.
        folders: but for hidden ones.
        others: all else, hidden files and folders too.
    """

    pictures: tuple[Path, ...]
    folders: tuple[Path, ...]
    others: tuple[Path, ...]


def inside(folder: Path) -> Inside:
    """What a folder holds itself.

    Raises:
        DataError: it is missing, no folder, or not to be read.
    """
    pictures, folders, others = [], [], []
    with _plainly(folder), os.scandir(folder) as entries:
        for name, is_folder in sorted((entry.name, entry.is_dir()) for entry in entries):
            if is_folder and not name.startswith("."):
                folders.append(folder / name)
            elif not is_folder and _like_a_picture(name):
                pictures.append(folder / name)
            else:
                others.append(folder / name)
    return Inside(tuple(pictures), tuple(folders), tuple(others))


@contextlib.contextmanager
def _plainly(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DataError(
            _("{source} cannot be opened: {error}.").format(source=visible(str(folder)), error=why(error))
        ) from error


def walk(folder: Path, above: Sequence[Path] = ()) -> Iterator[Inside]:
    """What a folder holds, and then each folder inside it, however deep.

    Where links lead in a circle, each folder is seen once, and those `above` not at all.

    Raises:
        DataError: one of them cannot be read.
    """
    ahead, been = [folder], {_identity(path) for path in above}
    while ahead:
        here = ahead.pop()
        identity = _identity(here)
        if identity in been:
            continue
        been.add(identity)
        found = inside(here)
        ahead.extend(reversed(found.folders))
        yield found


def _identity(folder: Path) -> tuple[int, int]:
    """The same for every name that a folder has."""
    with _plainly(folder):
        there = folder.stat()
        return there.st_dev, there.st_ino


def pictures_in(folder: str | os.PathLike[str]) -> list[Path]:
    """The image files in a folder and in those inside it, a folder's own before those of the folders in it.

    Raises:
        DataError: a folder is missing or cannot be read.
    """
    return [file for found in walk(Path(folder)) for file in found.pictures]


def class_name(folder: Path) -> str:
    """A folder's name as that of a class: what cannot be seen spelt out, and é one letter, however it is stored."""
    return unicodedata.normalize("NFC", visible(folder.name))
