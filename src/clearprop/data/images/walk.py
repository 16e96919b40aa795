"""The image files of a folder and of the folders inside it."""

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from clearprop.errors import DataError
from clearprop.files import why
from clearprop.i18n import _
from clearprop.i18n.visible import visible

EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif")


def is_picture(path: str | os.PathLike[str]) -> bool:
    """Whether a file's name is that of an image, and not hidden.

    >>> is_picture("photos/CAT.JPG"), is_picture("photos/._cat.jpg"), is_picture("photos/Thumbs.db")
    (True, False, False)
    """
    path = Path(path)
    return path.suffix.lower() in EXTENSIONS and not path.name.startswith(".")


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
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.is_dir()) for entry in entries)
    except OSError as error:
        raise DataError(
            _("{source} cannot be opened: {error}.").format(source=visible(str(folder)), error=why(error))
        ) from error
    folders = tuple(folder / name for name, is_folder in found if is_folder and not name.startswith("."))
    pictures = tuple(folder / name for name, is_folder in found if not is_folder and is_picture(name))
    taken = {*folders, *pictures}
    return Inside(pictures, folders, tuple(folder / name for name, _is in found if folder / name not in taken))


def walk(folder: Path) -> Iterator[Inside]:
    """What a folder holds, and then each folder inside it, however deep; one that links lead to again, once.

    Raises:
        DataError: one of them cannot be read.
    """
    ahead, been = [folder], set()
    while ahead:
        here = ahead.pop()
        there = here.stat()
        if (there.st_dev, there.st_ino) in been:
            continue
        been.add((there.st_dev, there.st_ino))
        found = inside(here)
        ahead.extend(reversed(found.folders))
        yield found


def pictures_in(folder: str | os.PathLike[str]) -> list[Path]:
    """The image files in a folder and in those inside it, a folder's own before those of the folders in it.

    Raises:
        DataError: a folder is missing or cannot be read.
    """
    inside(Path(folder))
    return [file for found in walk(Path(folder)) for file in found.pictures]


def holds_pictures(path: str | os.PathLike[str]) -> bool:
    """Whether this is a folder with images in it, or in one inside it."""
    try:
        return Path(path).is_dir() and any(found.pictures for found in walk(Path(path)))
    except (DataError, OSError, ValueError):
        return False


def class_name(folder: Path) -> str:
    """A folder's name as that of a class: what cannot be seen spelt out, and é one letter, however it is stored."""
    return unicodedata.normalize("NFC", visible(folder.name))
