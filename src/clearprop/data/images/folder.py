"""A folder of images, one sub-folder a class: its files and what they show."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop.data.images.told import PARTS, Part, notes, see_classes, without_classes
from clearprop.data.images.walk import Inside, class_name, inside, pictures_in, walk
from clearprop.errors import DataError
from clearprop.i18n import _
from clearprop.i18n.visible import visible


@dataclass(frozen=True, eq=False)
class Labelled:
    """Image files and the class of each.

    Attributes:
        files: sorted by class, then by name.
        y: (n,) text, the class of each.
    """

    files: tuple[Path, ...]
    y: np.ndarray

    def __len__(self) -> int:
        """How many images."""
        return len(self.files)


@dataclass(frozen=True, eq=False)
class Folder:
    """A folder of images.

    Attributes:
        source: as it was named.
        classes: sorted.
        train: to learn from; all there is, where the folder is not divided.
        test: None where there is none; so is `validation`.
        validation: to stop early by.
        divided: whether the folder has such parts.
        ignored: how many files were left out as they are no images by their names, or hidden.
        beside: images that belong to no class, as they lie beside the classes' folders, and were left out.
        notes: what a person should be told of how the folder was read, each a sentence.
    """

    source: str
    classes: tuple[str, ...]
    train: Labelled
    test: Labelled | None
    validation: Labelled | None
    divided: bool
    ignored: int
    beside: tuple[Path, ...]
    notes: tuple[str, ...]


def scan(folder: str | os.PathLike[str], *, for_training: bool = True) -> Folder:
    """The images of a folder: one sub-folder a class, or `train` and `test` (and `validation`) with one each.

    Sub-folders of a class's folder belong to it. Nothing is decoded.

    >>> import tempfile
    >>> photos = Path(tempfile.mkdtemp())
    >>> for name in ("cat/1.jpg", "cat/2.PNG", "dog/1.jpg", "dog/notes.txt"):
    ...     (photos / name).parent.mkdir(exist_ok=True)
    ...     (photos / name).touch()
    >>> found = scan(photos)
    >>> found.classes, found.train.y.tolist(), found.ignored
    (('cat', 'dog'), ['cat', 'cat', 'dog'], 1)

    Args:
        folder: where the images are.
        for_training: whether there must be images to learn from, of two classes or more.

    Raises:
        DataError: there is no such folder, it holds no images in folders of classes or those of one class only, or a
            class is in `test` or `validation` that is not in `train`.
    """
    source, top = visible(os.fspath(folder)), _top(Path(folder))
    divided = _divided(top)
    roots = _roots(top) if divided else {"train": [Path(folder)]}
    parts = {"train": Part()} | {name: _part(paths, Path(folder)) for name, paths in roots.items()}
    beside = (*(_strays(top) if divided else ()), *(file for part in parts.values() for file in part.beside))
    ignored = (*(top.others if divided else ()), *(file for part in parts.values() for file in part.ignored))
    see_classes(parts, divided, beside, ignored, source, for_training)
    labelled = {name: _labelled(part.classes) for name, part in parts.items() if part.classes or name == "train"}
    return Folder(
        source,
        tuple(sorted({name for part in parts.values() for name in part.classes})),
        labelled["train"],
        labelled.get("test"),
        labelled.get("validation"),
        divided,
        len(ignored),
        beside,
        (
            *notes(ignored, beside, [name for part in parts.values() for name in part.bare]),
            *without_classes(parts, roots),
        ),
    )


def _top(folder: Path) -> Inside:
    if not folder.exists():
        raise DataError(_("There is no folder '{}'.").format(visible(str(folder))))
    return inside(folder)


def _divided(top: Inside) -> bool:
    """Whether a folder's sub-folders are parts of the set; a class may be called train too, beside other classes."""
    names = {path.name.lower() for path in top.folders}
    parts = [path for path in top.folders if path.name.lower() in PARTS]
    alone = names <= PARTS.keys() or ("train" in names and len(names & PARTS.keys()) > 1)
    return alone and any(inside(path).folders for path in parts)


def _roots(top: Inside) -> dict[str, list[Path]]:
    """The folders of each part."""
    roots: dict[str, list[Path]] = {}
    for path in top.folders:
        if path.name.lower() in PARTS:
            roots.setdefault(PARTS[path.name.lower()], []).append(path)
    return roots


def _strays(top: Inside) -> list[Path]:
    """The images beside the parts of a set, and in folders that are none."""
    folders = [path for path in top.folders if path.name.lower() not in PARTS]
    return [*top.pictures, *(file for path in folders for file in pictures_in(path))]


def _part(roots: Sequence[Path], above: Path) -> Part:
    """What lies in the folders of one part, those of the same name taken together."""
    classes: dict[str, list[Path]] = {}
    tops = [inside(root) for root in roots]
    ignored, bare = [file for top in tops for file in top.others], []
    for path in (path for top in tops for path in top.folders):
        every = list(walk(path, (above, *roots)))
        files = [file for found in every for file in found.pictures]
        ignored += [file for found in every for file in found.others]
        if files:
            classes.setdefault(class_name(path), []).extend(files)
        else:
            bare.append(path.name)
    return Part(classes, tuple(ignored), tuple(file for top in tops for file in top.pictures), tuple(bare))


def _labelled(classes: dict[str, list[Path]]) -> Labelled:
    names = sorted(classes)
    files = [file for name in names for file in classes[name]]
    return Labelled(tuple(files), np.repeat(np.array(names, dtype=np.str_), [len(classes[name]) for name in names]))
