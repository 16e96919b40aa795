"""What a person is told of a folder of images: what stops it from being learnt, and what was left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from clearprop.data.names import listed, shown
from clearprop.errors import DataError
from clearprop.i18n import _, ngettext
from clearprop.i18n.visible import visible

PARTS = {"train": "train", "test": "test", "val": "validation", "valid": "validation", "validation": "validation"}
"""Names of folders, in capitals or not, that are parts of a set and no classes."""


@dataclass(frozen=True)
class Part:
    """One part of a set.

    Attributes:
        classes: the files of each class.
        ignored: how many files were left out as they are no images by their names, or hidden.
        beside: images that lie beside the classes' folders.
        bare: names of folders without images.
    """

    classes: dict[str, list[Path]] = field(default_factory=dict)
    ignored: int = 0
    beside: tuple[Path, ...] = ()
    bare: tuple[str, ...] = ()


def see_classes(parts: dict[str, Part], divided: bool, beside: Sequence[Path], source: str, for_training: bool) -> None:
    """See that there are classes to learn, and no others.

    Raises:
        DataError: there are not.
    """
    train = parts["train"].classes
    found = any(part.classes for part in parts.values())
    if divided and found and not train and for_training:
        raise DataError(_("{} has no folder 'train' of images to learn from.").format(source))
    if (not found and beside) or (found and not divided and all(name.lower() in PARTS for name in train)):
        raise DataError(_("{} holds images, but no folder of them for each class.").format(source))
    if not found:
        raise DataError(_("{} holds no images in folders named after classes.").format(source))
    if for_training and len(train) == 1:
        raise DataError(
            _("{source} holds images of one class only, '{name}'; training needs two or more.").format(
                source=source, name=shown(next(iter(train)))
            )
        )
    if train:
        _see_known(parts)


def _see_known(parts: dict[str, Part]) -> None:
    for part in parts.values():
        strange = next((name for name in sorted(part.classes) if name not in parts["train"].classes), None)
        if strange is not None:
            raise DataError(
                _("The class '{name}' is in {part}, and not among those to learn from.").format(
                    name=shown(strange), part=visible(str(part.classes[strange][0].parent))
                )
            )


def notes(ignored: int, beside: Sequence[Path], bare: Sequence[str]) -> tuple[str, ...]:
    """What was left out of a folder, each a sentence."""
    sentences = []
    if n := ignored:
        sentences.append(
            ngettext(
                "{n:,} file was left out: by its name it is no image.",
                "{n:,} files were left out: by their names they are no images.",
                n,
            ).format(n=n)
        )
    if n := len(beside):
        sentences.append(
            ngettext(
                "{n:,} image was left out, as it lies beside the folders of the classes: {names}.",
                "{n:,} images were left out, as they lie beside the folders of the classes: {names}.",
                n,
            ).format(n=n, names=listed([path.name for path in beside]))
        )
    if n := len(bare):
        sentences.append(
            ngettext("{n:,} folder holds no images: {names}.", "{n:,} folders hold no images: {names}.", n).format(
                n=n, names=listed(bare)
            )
        )
    return tuple(sentences)
