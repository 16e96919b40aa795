"""A folder of images, one sub-folder a class: its files and what they show."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clearprop.data.images.walk import Inside, class_name, inside, walk
from clearprop.data.names import listed, shown
from clearprop.errors import DataError
from clearprop.i18n import _, ngettext
from clearprop.i18n.visible import visible

PARTS = {"train": "train", "test": "test", "val": "validation", "valid": "validation", "validation": "validation"}
"""Names of folders, in capitals or not, that are parts of a set and no classes."""


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
        ignored: how many files were left out as they are no images by their names, or hidden.
        beside: images that belong to no class, as they lie beside the classes' folders, and were left out.
        notes: what a person should be told of how the folder was read, each a sentence.
    """

    source: str
    classes: tuple[str, ...]
    train: Labelled
    test: Labelled | None
    validation: Labelled | None
    ignored: int
    beside: tuple[Path, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _Part:
    """The files of each class in a part of the set, and what was left out on the way."""

    classes: dict[str, list[Path]]
    ignored: int
    beside: tuple[Path, ...]
    bare: tuple[str, ...]


def scan(folder: str | os.PathLike[str], *, for_training: bool = True) -> Folder:
    """The images of a folder: one sub-folder a class, or `train` and `test` (and `validation`) with one each.

    Sub-folders of a class's folder belong to it. Nothing is decoded.

    Args:
        folder: where the images are.
        for_training: whether two classes or more are needed.

    Raises:
        DataError: there is no such folder, it holds no images in folders of classes or those of one class only, or a
            class is in `test` or `validation` that is not in `train`.
    """
    source, found = visible(os.fspath(folder)), _top(Path(folder))
    divided = _divided(found)
    roots = {"train": [Path(folder)]} if not divided else _roots(found)
    parts = {name: _part(paths) for name, paths in roots.items()}
    parts = {name: part for name, part in parts.items() if part.classes or name == "train"}
    classes = tuple(sorted(parts["train"].classes))
    outside = (found.pictures, found.others) if divided else ((), ())
    beside = (*outside[0], *(file for part in parts.values() for file in part.beside))
    ignored = len(outside[1]) + sum(part.ignored for part in parts.values())
    _see_classes(parts, classes, beside, source, for_training)
    bare = [name for part in parts.values() for name in part.bare]
    labelled = {name: _labelled(part.classes) for name, part in parts.items()}
    return Folder(
        source,
        classes,
        labelled["train"],
        labelled.get("test"),
        labelled.get("validation"),
        ignored,
        beside,
        tuple(_notes(ignored, beside, bare)),
    )


def _top(folder: Path) -> Inside:
    if not folder.exists():
        raise DataError(_("There is no folder '{}'.").format(visible(str(folder))))
    return inside(folder)


def _divided(found: Inside) -> bool:
    """Whether a folder's sub-folders are parts of the set; a class may be called train too, beside other classes."""
    names = {path.name.lower() for path in found.folders}
    train = [path for path in found.folders if path.name.lower() == "train"]
    others = names - {"train"}
    return any(inside(path).folders for path in train) and (not others or bool(others & PARTS.keys()))


def _roots(found: Inside) -> dict[str, list[Path]]:
    """The folders of each part."""
    roots: dict[str, list[Path]] = {}
    for path in found.folders:
        if path.name.lower() in PARTS:
            roots.setdefault(PARTS[path.name.lower()], []).append(path)
    return roots


def _part(roots: Sequence[Path]) -> _Part:
    """What lies in the folders of one part, those of the same name taken together."""
    classes: dict[str, list[Path]] = {}
    tops = [inside(root) for root in roots]
    ignored, bare = sum(len(top.others) for top in tops), []
    for path in (path for top in tops for path in top.folders):
        every = list(walk(path))
        files = [file for found in every for file in found.pictures]
        ignored += sum(len(found.others) for found in every)
        if files:
            classes.setdefault(class_name(path), []).extend(files)
        else:
            bare.append(path.name)
    return _Part(classes, ignored, tuple(file for top in tops for file in top.pictures), tuple(bare))


def _labelled(classes: dict[str, list[Path]]) -> Labelled:
    names = sorted(classes)
    files = [file for name in names for file in classes[name]]
    return Labelled(tuple(files), np.repeat(np.array(names, dtype=np.str_), [len(classes[name]) for name in names]))


def _see_classes(
    parts: dict[str, _Part], classes: tuple[str, ...], beside: tuple[Path, ...], source: str, for_training: bool
) -> None:
    """See that there are classes to learn, and no others."""
    if not classes and beside:
        raise DataError(_("{} holds images, but no folder of them for each class.").format(source))
    if not classes:
        raise DataError(_("{} holds no images in folders named after classes.").format(source))
    if for_training and len(classes) == 1:
        raise DataError(
            _("{source} holds images of one class only, '{name}'; training needs two or more.").format(
                source=source, name=shown(classes[0])
            )
        )
    for part in parts.values():
        strange = next((name for name in sorted(part.classes) if name not in classes), None)
        if strange is not None:
            raise DataError(
                _("The class '{name}' is in {part}, and not among those to learn from.").format(
                    name=shown(strange), part=visible(str(part.classes[strange][0].parent))
                )
            )


def _notes(ignored: int, beside: tuple[Path, ...], bare: list[str]) -> list[str]:
    notes = []
    if ignored:
        n = ignored
        notes.append(
            ngettext(
                "{n:,} file was left out: by its name it is no image.",
                "{n:,} files were left out: by their names they are no images.",
                n,
            ).format(n=n)
        )
    if beside:
        n = len(beside)
        notes.append(
            ngettext(
                "{n:,} image was left out, as it lies beside the folders of the classes: {names}.",
                "{n:,} images were left out, as they lie beside the folders of the classes: {names}.",
                n,
            ).format(n=n, names=listed([path.name for path in beside]))
        )
    if bare:
        n = len(bare)
        notes.append(
            ngettext("{n:,} folder holds no images: {names}.", "{n:,} folders hold no images: {names}.", n).format(
                n=n, names=listed(bare)
            )
        )
    return notes
