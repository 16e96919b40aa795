"""The data of a training as they were given: rows, targets, and what they are held out by."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.cli.asked import Asked
from clearprop.cli.pictures import Images, images_to_learn, is_folder
from clearprop.cli.tables import Rows, as_rows
from clearprop.data import Inferred, Source, infer, open_table
from clearprop.data.kinds import typed
from clearprop.errors import DataError
from clearprop.i18n import _


@dataclass(frozen=True)
class Given:
    """Data, and what is inferred of the target.

    Attributes:
        source: the data as they were read.
        X: its rows, as an estimator takes them.
        y: (n,) their targets.
        inferred: the task, and what told so.
        groups, times: (n,) by which rows are held out; None for by chance.
        images: what else is known of a folder of images; None for all other data.
    """

    source: Source
    X: Rows
    y: np.ndarray
    inferred: Inferred
    groups: Any = None
    times: Any = None
    images: Images | None = None

    @property
    def task(self) -> str:
        """What kind of thing the target is."""
        return self.inferred.task

    @property
    def classes(self) -> np.ndarray | None:
        """The classes in their order; None for a regression."""
        return np.unique(self.y) if self.task == "classification" else None


def given(asked: Asked) -> Given:
    """Read the data, and infer the task.

    Raises:
        DataError: data that cannot be used.
    """
    if is_folder(asked.source):
        return _of_images(asked)
    source = open_table(asked.source, asked.target, drop=asked.drop, aside=asked.aside)
    inferred = infer(source.values, source.target, asked.task)
    groups = None if asked.group is None else source.aside[asked.group].to_numpy()
    times = None if asked.time is None else typed(source.aside[asked.time]).to_numpy()
    data = Given(source, as_rows(source, source.columns), source.values, inferred, groups, times)
    if data.classes is not None:
        _see_members(data)
    return data


def _of_images(asked: Asked) -> Given:
    named = (*((asked.target,) if asked.target else ()), *asked.drop, *asked.aside, *asked.kinds)
    images = images_to_learn(asked.source, asked.image_size, asked.strict, named)
    source: Any = images.source
    data = Given(source, source.X, source.y, infer(source.y, source.target, asked.task), images.groups, images=images)
    _see_members(data)
    return data


def _see_members(data: Given) -> None:
    """See that each class has two rows or more: one alone can be learnt from or judged by, and not both."""
    classes, counts = np.unique(data.y, return_counts=True)
    if counts.min() < 2:
        raise DataError(
            _(
                "The class {label!r} of '{target}' has one row only: give more of its rows, join it to another class,"
                " or leave the row out."
            ).format(label=classes.tolist()[counts.argmin()], target=data.source.target)
        )
