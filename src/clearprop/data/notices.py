"""What a person should hear about a table before it is believed: as data, and as a sentence.

Nothing here stops a training. Each notice names what was seen and what helps.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import polars

from clearprop.data.duplicates import duplicates
from clearprop.data.frame import column_names
from clearprop.data.identifier import is_identifier
from clearprop.data.kinds import typed
from clearprop.data.leak import tells_all
from clearprop.data.names import shown
from clearprop.data.table import Task
from clearprop.i18n import Sentence, _, ngettext

About = Literal[
    "leak", "identifier", "constant", "missing", "duplicate rows", "one member", "imbalance", "few rows", "parameters"
]

RARE = 0.05
"""A class with a smaller share of the rows is rare, if the share is also below a fifth of an even one."""

FEW_ROWS = 50

PARAMETERS_PER_ROW = 100
"""Networks often have ten times as many parameters as rows, and learn well; with so many more it is said."""

NAMED = 5
"""So many columns are named in a sentence."""


class Notice(NamedTuple):
    """Something about a table.

    Attributes:
        about: what it is.
        columns: the columns that it is about; empty where it is about the rows.
        sentence: for a person; printed, it is in their language, and as a value English.
    """

    about: About
    columns: tuple[str, ...]
    sentence: str


def notices(
    X: polars.DataFrame | np.ndarray | None,
    y: Any,
    task: Task,
    *,
    names: Sequence[str] | None = None,
    kinds: Mapping[str, str] | None = None,
    parameters: int | None = None,
    seed: int = 0,
) -> list[Notice]:
    """All there is to say of a table, the gravest first.

    Args:
        X: a frame of columns of any kind (text as read from a file will do), or an array (n, columns) of numbers; None
            for images, whose pixels are no columns with a meaning of their own.
        y: (n,) the target, labels or numbers.
        task: "classification" or "regression".
        names: of an array's columns; x0, x1, … if not given.
        kinds: the kinds asked for by name, as of `Preparation.learn`: a column to "drop" is not looked at, one to be a
            "category" is text.
        parameters: how many parameters the network has, if known.
        seed: of the rows drawn where not all are looked at.

    Raises:
        DataError: a column of lists, structures, bytes or objects.

    >>> X = polars.DataFrame({"id": range(100, 160), "height": [i % 7 / 7 for i in range(60)], "unit": ["cm"] * 60})
    >>> for notice in notices(X, np.arange(60) % 3, "classification"):
    ...     print(notice.about, notice.columns)
    identifier ('id',)
    constant ('unit',)
    """
    y = np.asarray(y)
    columns = [] if X is None else _columns(X, names, kinds or {})
    filled = [c for c in columns if c.null_count() < len(c)]
    constant = [c.name for c in filled if len(c) > 1 and c.null_count() == 0 and c.n_unique() == 1]
    varying = [c for c in filled if c.name not in constant]
    identifiers = [c.name for c in varying if is_identifier(c, alone=len(columns) == 1)]
    judged = [c for c in varying if c.name not in identifiers or c.dtype != polars.String]
    leaks = tells_all(judged, y, task, seed) if len(columns) > 1 else []  # one column alone is all there is to go by
    found = [
        _of_columns("leak", leaks),
        _of_columns("identifier", [name for name in identifiers if name not in leaks]),
        _of_columns("constant", constant),
        _of_columns("missing", [c.name for c in columns if c.null_count() > len(c) / 2]),
        None if X is None else _of_duplicates(duplicates(columns, y), len(y)),
        _of_classes(y) if task == "classification" else None,
        _of_few_rows(len(y)),
        _of_parameters(len(y), parameters),
    ]
    return [notice for notice in found if notice is not None]


def _columns(X: polars.DataFrame | np.ndarray, names: Sequence[str] | None, kinds: Mapping[str, str]) -> list[Any]:
    """The columns as they are understood: numbers, truth values, dates or text, null where missing."""
    if isinstance(X, np.ndarray):
        flat = X.reshape(len(X), -1)
        named = column_names(flat.shape[1]) if names is None else [str(name) for name in names]
        cells = [polars.Series(name, flat[:, place]) for place, name in enumerate(named)]
    else:
        cells = X.get_columns()
    return [
        c.cast(polars.String) if kinds.get(c.name) == "category" else typed(c)
        for c in cells
        if kinds.get(c.name) != "drop"
    ]


def _of_columns(about: About, names: list[str]) -> Notice | None:
    """One sentence for all columns of which the same is to be said."""
    if not names:
        return None
    n = len(names)
    listed = ", ".join(f"'{shown(name)}'" for name in names[:NAMED]) + (", …" if n > NAMED else "")

    def sentence() -> str:
        return _sentence(about, n).format(listed=listed, n=n)

    return Notice(about, tuple(names), Sentence(sentence))


def _sentence(about: About, n: int) -> str:
    """What is to be said of n columns."""
    return {
        "leak": ngettext(
            "Column {listed} alone predicts the target almost without fault: leave it out if it is made from the target"
            " or known only after it.",
            "{n} columns ({listed}) each predict the target alone, almost without fault: leave out those that are made"
            " from the target or known only after it.",
            n,
        ),
        "identifier": ngettext(
            "Column {listed} looks like an identifier, with a value of its own in almost every row: leave it out, since"
            " nothing learnt from it holds for new rows.",
            "{n} columns ({listed}) look like identifiers, with a value of its own in almost every row: leave them out,"
            " since nothing learnt from them holds for new rows.",
            n,
        ),
        "constant": ngettext(
            "Column {listed} is the same in every row: nothing can be learnt from it.",
            "{n} columns ({listed}) are the same in every row: nothing can be learnt from them.",
            n,
        ),
        "missing": ngettext(
            "Column {listed} is missing in more than half of the rows: see whether it is worth having.",
            "{n} columns ({listed}) are missing in more than half of the rows: see whether they are worth having.",
            n,
        ),
    }[about]


def _of_duplicates(again: int, n: int) -> Notice | None:
    """Rows that stand in the table again."""
    if not again:
        return None
    sentence = lambda: ngettext(  # noqa: E731
        "{again:,} of {n:,} rows ({share:.0%}) is another one again, target and all: one held out may have been learnt"
        " from.",
        "{again:,} of {n:,} rows ({share:.0%}) are others again, target and all: some held out may have been learnt"
        " from. Remove them, or hold out by a column that all copies share (--group).",
        again,
    ).format(again=again, n=n, share=again / n)
    return Notice("duplicate rows", (), Sentence(sentence))


def _of_classes(y: np.ndarray) -> Notice | None:
    """The rarest class, if it has one row alone or far fewer than others."""
    labels, counts = np.unique(y, return_counts=True)
    rarest, label = int(counts.min()), labels.tolist()[counts.argmin()]
    share = rarest / len(y)
    if rarest == 1:
        single = int(np.sum(counts == 1))
        sentence = lambda: ngettext(  # noqa: E731
            "Class {label!r} has one row alone, which cannot be both learnt from and judged by: find more of it, join"
            " it to another class, or leave it out.",
            "{n} classes, such as {label!r}, have one row alone, which cannot be both learnt from and judged by: find"
            " more of them, join them to others, or leave them out.",
            single,
        ).format(label=_short(label), n=single)
        return Notice("one member", (), Sentence(sentence))
    if len(labels) < 2 or share >= min(RARE, 0.2 / len(labels)):
        return None
    sentence = lambda: _(  # noqa: E731
        "Only {share:.1%} of the rows ({rarest:,} of {n:,}) are of class {label!r}: accuracy says little of it; look at"
        ' balanced accuracy, and try class_weight="balanced" (--class-weight balanced).'
    ).format(share=share, rarest=rarest, n=len(y), label=_short(label))
    return Notice("imbalance", (), Sentence(sentence))


def _of_few_rows(n: int) -> Notice | None:
    if n >= FEW_ROWS:
        return None
    sentence = lambda: ngettext(  # noqa: E731
        "There is only {n} row: scores will be mostly chance.",
        "There are only {n} rows: scores will be mostly chance; a cross-validation (--folds) judges by each row once.",
        n,
    ).format(n=n)
    return Notice("few rows", (), Sentence(sentence))


def _of_parameters(n: int, parameters: int | None) -> Notice | None:
    if parameters is None or parameters <= PARAMETERS_PER_ROW * n:
        return None
    sentence = lambda: _(  # noqa: E731
        "The network has {parameters:,} parameters to learn from {n:,} rows: a smaller one may do better on new rows."
    ).format(parameters=parameters, n=n)
    return Notice("parameters", (), Sentence(sentence))


def _short(label: Any) -> Any:
    return shown(label) if isinstance(label, str) else label
