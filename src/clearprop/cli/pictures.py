"""Images as the data of a command: a folder with one sub-folder a class, or files."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.cli import copies, show
from clearprop.cli.bar import pieces_bar
from clearprop.data import Source
from clearprop.data.images import Gathered, doubles, gather, pictures_in, pictures_size, scan
from clearprop.data.images.folder import Folder
from clearprop.data.images.reading import Size
from clearprop.errors import DataError
from clearprop.i18n import _, ngettext

NAMED = 5
"""So many files that cannot be decoded are told of one by one."""

TARGET = "class"
"""What is predicted of an image: the name of its folder."""


@dataclass(frozen=True, eq=False)
class Images:
    """A folder's images, and what was found on the way.

    Attributes:
        source: the images as rows.
        files: of each row.
        size: (height, width, channels).
        held_out: (n,) whether an image lies in the folder's part for validation; None where it has none.
        groups: (n,) the same number for files with the same content; None where there are no two.
        faults: what is wrong with each file that was left out.
    """

    source: Source
    files: tuple[Path, ...]
    size: Size
    held_out: np.ndarray | None
    faults: tuple[str, ...]
    groups: np.ndarray | None = None


def is_folder(source: str) -> bool:
    """Whether a DATA is a folder, and so images."""
    return not source.startswith("sample:") and Path(source).is_dir()


def images_to_learn(folder: str, image_size: int | None, strict: bool, named: Sequence[str] = ()) -> Images:
    """The images of a folder to train on.

    Args:
        folder: its path.
        image_size: pixels on a side; None: what suits them.
        strict: whether a file that cannot be decoded is an error.
        named: columns that were asked for, which images do not have.

    Raises:
        DataError: nothing to learn from.
    """
    if named:
        raise DataError(
            _("{source} holds images, which have no columns: leave out '{name}'.").format(source=folder, name=named[0])
        )
    found = scan(folder)
    parts = [part for part in (found.train, found.validation) if part is not None]
    files = tuple(file for part in parts for file in part.files)
    y = np.concatenate([part.y for part in parts])
    judged = None if found.validation is None else np.arange(len(files)) >= len(found.train)
    with _bar(_("looking at the images")) as progress:
        height, width, channels = pictures_size(files, progress)
    size = (height, width, channels) if image_size is None else (image_size, image_size, channels)
    gathered = read_images(files, size, strict)
    kept, labels = tuple(files[row] for row in gathered.rows), y[gathered.rows]
    judged = None if judged is None else judged[gathered.rows]
    same = doubles(kept)
    again = copies.shared(same, judged, "validation") if judged is not None else copies.told(same)
    notes = (*found.notes, *_told(gathered.faults), *copies.twice(same, kept, labels), *again)
    source = _source(folder, gathered, kept, y, notes, found, "train")
    return Images(source, kept, size, judged, gathered.faults, copies.numbered(same, labels))


def images_for(folder: str, size: Size, with_target: bool, strict: bool = False) -> Images:
    """The images of a folder for a model: those in `test` where there is one, else all.

    Raises:
        DataError: no image that can be decoded.
    """
    found = scan(folder, for_training=False)
    name, part = ("train", found.train) if found.test is None else ("test", found.test)
    gathered = read_images(part.files, size, strict)
    kept = tuple(part.files[row] for row in gathered.rows)
    both = (*found.train.files, *kept)
    again = [] if found.test is None else copies.shared(doubles(both), np.arange(len(both)) >= len(found.train), name)
    notes = (*found.notes, *_told(gathered.faults), *again)
    source = _source(folder, gathered, kept, part.y if with_target else None, notes, found, name)
    return Images(source, kept, size, None, gathered.faults)


def files_of(data: Sequence[str]) -> list[Path]:
    """The pictures that are named, and those in the folders that are, in their order.

    Raises:
        DataError: a folder without any.
    """
    files: list[Path] = []
    for each in data:
        found = pictures_in(each) if is_folder(each) else [Path(each)]
        if not found:
            raise DataError(_("{} holds no images.").format(each))
        files += found
    return files


def read_images(files: Sequence[Path], size: Size, strict: bool) -> Gathered:
    """The images of these files, with a bar.

    Raises:
        DataError: none can be decoded; with `strict`, the first that cannot.
    """
    with _bar(_("reading the images")) as progress:
        gathered = gather(files, size, strict=strict, progress=progress)
    if not len(gathered.rows):
        raise DataError(_("None of the images can be decoded; the first: {what}").format(what=gathered.faults[0]))
    return gathered


def _source(
    folder: str, gathered: Gathered, files: tuple[Path, ...], y: Any, notes: Sequence[str], found: Folder, part: str
) -> Source:
    X: Any = gathered.X
    return Source(
        X,
        None if y is None else y[gathered.rows],
        (),
        TARGET,
        folder,
        has_test=found.test is not None,
        notes=tuple(notes),
        where=lambda row: str(files[row]),
        part=part if found.divided else "",
    )


def _told(faults: Sequence[str]) -> list[str]:
    """The first of the files that were left out, by name."""
    more = len(faults) - NAMED
    named = list(faults[:NAMED])
    if more > 0:
        named.append(ngettext("And {n:,} more.", "And {n:,} more.", more).format(n=more))
    return named


def left_out(faults: Sequence[str]) -> str:
    """How many files were left out; "" where none was."""
    n = len(faults)
    if not n:
        return ""
    return ngettext(
        "{n:,} file could not be decoded and was left out; --strict stops at the first instead.",
        "{n:,} files could not be decoded and were left out; --strict stops at the first instead.",
        n,
    ).format(n=n)


@contextmanager
def _bar(what: str) -> Iterator[Any]:
    """A bar on a terminal's standard error while many files are read."""
    with pieces_bar(show.console(stderr=True)) as move:
        yield lambda done, of_all: move(what, "", done, of_all)
