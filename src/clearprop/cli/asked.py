"""What was asked for on the command line, as the estimators take it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from clearprop.errors import ClearpropError
from clearprop.i18n import _

KINDS = ("number", "category", "boolean", "date", "drop")
"""What a column can be taken for; `clearprop.data.kinds` says how."""


@dataclass(frozen=True)
class Asked:
    """What `clearprop train` was asked for.

    Attributes:
        source: the data.
        target: the column to predict; None for the source's own.
        task: "classification" or "regression"; None to infer it.
        drop: columns that are left out.
        kinds: what columns are to be taken for.
        group: the column whose equal rows stay together when rows are held out; None for none.
        time: the column by which the latest rows are held out; None for none.
        folds: how many a cross-validation has; None for no cross-validation.
        validation: the share of rows held out; None for the estimator's own, 0 for none.
        seed: of all that is random.
        parameters: what the estimator is made with, by its own names; without those it has a default for.
        image_size: pixels that images are brought to on a side; None for what suits them.
        strict: whether an image that cannot be decoded is an error.
    """

    source: str
    target: str | None = None
    task: Any = None
    drop: tuple[str, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict)
    group: str | None = None
    time: str | None = None
    folds: int | None = None
    validation: float | None = None
    seed: int = 0
    parameters: dict[str, Any] = field(default_factory=dict)
    image_size: int | None = None
    strict: bool = False

    @property
    def aside(self) -> tuple[str, ...]:
        """The columns that say how rows are held out, and are not learnt from."""
        return tuple(dict.fromkeys(name for name in (self.group, self.time) if name is not None))


def units(text: str) -> tuple[int, ...]:
    """The hidden layers that were asked for.

    >>> units("128,64"), units("none")
    ((128, 64), ())

    Raises:
        ClearpropError: not whole numbers above 0 with commas between.
    """
    if text.strip().lower() in ("", "none"):
        return ()
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = (0,)
    if min(sizes) < 1:
        raise ClearpropError(
            _("--hidden is units with commas between, such as 128,64, or 'none'; not '{}'.").format(text)
        )
    return sizes


def functions(text: str) -> str | tuple[str, ...]:
    """The activation of every hidden layer, or of each.

    >>> functions("relu"), functions("relu,tanh")
    ('relu', ('relu', 'tanh'))
    """
    names = tuple(name.strip() for name in text.split(","))
    return names if len(names) > 1 else text.strip()


def names(texts: Sequence[str]) -> tuple[str, ...]:
    """Names of columns, with commas between; one that has a comma itself is put in double quotes.

    >>> names(["id,name", '"last, first"'])
    ('id', 'name', 'last, first')
    """
    return tuple(name.strip() for text in texts for name in _cells(text))


def _cells(text: str) -> list[str]:
    """The cells of a line of .csv."""
    return [cell for line in csv.reader([text], skipinitialspace=True) for cell in line]


def kinds(texts: Sequence[str]) -> dict[str, str]:
    """The kinds that were asked for, each as "column=kind".

    >>> kinds(["zip=category", "a=b=number"])
    {'zip': 'category', 'a=b': 'number'}

    Raises:
        ClearpropError: a text without a known kind at its end, or one column with two kinds.
    """
    found: dict[str, str] = {}
    for text in texts:
        column, equals, kind = (part.strip() for part in text.rpartition("="))
        if not equals or kind not in KINDS:
            raise ClearpropError(
                _("--kind is a column, = and one of {kinds}, such as zip=category; not '{text}'.").format(
                    kinds=", ".join(KINDS), text=text
                )
            )
        if found.setdefault(column, kind) != kind:
            raise ClearpropError(
                _("--kind gives column '{column}' two kinds, {one} and {other}: give one.").format(
                    column=column, one=found[column], other=kind
                )
            )
    return found
