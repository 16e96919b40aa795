"""The DATA of `clearprop exercise run` as the course has them: images flattened and divided by 255, tables prepared."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.cli.asked import Asked
from clearprop.cli.given import Given, given
from clearprop.cli.job import split
from clearprop.cli.pictures import images_for
from clearprop.cli.tables import telling_places
from clearprop.data import open_table_for
from clearprop.data.dataset import did_you_mean
from clearprop.errors import ClearpropError, DataError
from clearprop.estimators.inputs import Inputs, Part
from clearprop.exercises.trial import Data, Rows
from clearprop.i18n import _
from clearprop.train.rows import is_stored

BRIGHTEST = 255
HELD_OUT = 0.1
"""The share of rows that are held out where the data say nothing of it."""

MOST = 2**27
"""Numbers that are learnt from at most: all are taken in every step, in 64 bits."""

NEGATED = r"(non|not|no|without)[-_ ]?{name}"
"""What a class is called that is everything else."""


@dataclass(frozen=True)
class Read:
    """Data, and what they are.

    Attributes:
        data: the numbers.
        classes: in the order of their numbers.
        given: as they were read.
        held_out: where the rows to judge by come from: "test", "validation", or "" where there are none.
    """

    data: Data
    classes: tuple[Any, ...]
    given: Given
    held_out: str


def read(asked: Asked, positive: str | None = None) -> Read:
    """The rows of a table, of arrays or of a folder of images, and their classes as numbers.

    Rows meant for testing are judged by, where there are any; else a share of all is held out.

    Args:
        asked: the data, and how rows are held out.
        positive: the class that is 1, of two; by default the second, but "cat" where the other is "non-cat".

    Raises:
        ClearpropError: data that cannot be used, or that have no classes.
    """
    found = given(asked)
    if found.classes is None:
        raise DataError(
            _("'{target}' of {source} is a number, and the exercises learn classes: give data with classes.").format(
                target=found.source.target, source=asked.source
            )
        )
    classes = _ordered(found.classes.tolist(), positive)
    training, held_out, inputs = _parts(asked, found)
    X, y = _numbers(found.X, training, inputs), _classes(found.y[training], classes)
    judged, part = None, ""
    if found.source.has_test:
        judged, part = _test(asked, found, inputs, classes), "test"
    elif len(held_out):
        judged = Rows(_numbers(found.X, held_out, inputs), _classes(found.y[held_out], classes))
        part = "validation"
    return Read(Data(Rows(X, y), judged, len(classes)), classes, found, part)


def _parts(asked: Asked, found: Given) -> tuple[np.ndarray, np.ndarray, Inputs]:
    """(the rows to learn from, those to judge by, what the former say of the columns)"""
    rows = np.arange(len(found.y))
    own = found.images is not None and found.images.held_out is not None
    if found.source.has_test and not own:
        training, held_out = rows, rows[:0]
    else:
        training, held_out = split(asked, found, rows, HELD_OUT)
    part = Part(found.X[training], None, None, training)
    with telling_places(found.source):
        inputs = Inputs.learn(part, found.source.columns or None, asked.kinds or None, linear=True)
    return training, held_out, inputs


def _test(asked: Asked, found: Given, inputs: Inputs, classes: tuple[Any, ...]) -> Rows:
    """The rows that a folder's `test` or a file's test arrays hold."""
    if found.images is not None:
        source = images_for(asked.source, found.images.size, True, asked.strict).source
    else:
        source = open_table_for(found.source.columns, asked.source, target=found.source.target)
    X: Any = source.X
    unknown = [label for label in np.unique(source.values).tolist() if label not in classes]
    if unknown:
        raise DataError(
            _("The class {label!r} is among those to test with and not among those to learn from.").format(
                label=unknown[0]
            )
        )
    return Rows(_numbers(X, np.arange(len(X)), inputs), _classes(source.values, classes))


def _numbers(X: Any, rows: np.ndarray, inputs: Inputs) -> np.ndarray:
    """(n, inputs) float64: the prepared columns, or pixels in the order of rows, columns, channels."""
    width = int(np.prod(X.shape[1:])) if inputs.preparation is None else inputs.preparation.width
    if len(rows) * width > MOST:
        raise DataError(
            _(
                "{n:,} rows of {width:,} numbers are too many to take all of them in every step: give fewer rows, or"
                " smaller images (--image-size)."
            ).format(n=len(rows), width=width)
        )
    if inputs.preparation is not None:
        return inputs.apply(X[rows], "float64", rows)
    pixels = X.read(rows) if is_stored(X) else np.asarray(X[rows])
    flat = pixels.reshape(len(rows), width)
    return flat / BRIGHTEST if flat.dtype == np.uint8 else flat.astype(np.float64)


def _classes(y: np.ndarray, classes: tuple[Any, ...]) -> np.ndarray:
    """(n,) the number of each row's class."""
    number = {label: place for place, label in enumerate(classes)}
    return np.array([number[label] for label in y.tolist()], int)


def _ordered(classes: list[Any], positive: str | None) -> tuple[Any, ...]:
    """The classes, of two the one last that is 1.

    >>> _ordered(["cat", "non-cat"], None), _ordered([0, 1], None), _ordered(["cat", "dog"], "cat")
    (('non-cat', 'cat'), (0, 1), ('dog', 'cat'))
    """
    if positive is not None:
        known = [str(label) for label in classes]
        if positive not in known:
            hint = did_you_mean(positive, known)
            raise ClearpropError(_("There is no class '{name}'.{hint}").format(name=positive, hint=hint))
        if len(classes) == 2 and known[0] == positive:
            return classes[1], classes[0]
    elif len(classes) == 2 and re.fullmatch(NEGATED.format(name=re.escape(str(classes[0]))), str(classes[1]), re.I):
        return classes[1], classes[0]
    return tuple(classes)
