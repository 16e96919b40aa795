"""Names of columns: as a person may safely be shown them, and found again when they are misspelt."""

from collections import Counter
from collections.abc import Sequence

from clearprop.data.dataset import did_you_mean
from clearprop.errors import DataError
from clearprop.i18n import _

LONGEST = 40
"""Characters of a name or a cell that a sentence can hold."""


def shown(text: str) -> str:
    r"""A name or a cell as a sentence can hold it: one line, cut where it is long, and nothing that moves a cursor.

    >>> shown("in\x1b[2Jcome")
    'in�[2Jcome'
    """
    text = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return "".join(character if character.isprintable() else "�" for character in text)


def listed(names: Sequence[str]) -> str:
    """The first twenty names, side by side."""
    return ", ".join(map(shown, names[:20])) + (", …" if len(names) > 20 else "")


def see_named_once(header: Sequence[str], source: str) -> None:
    """See that no name is used twice; a column without a name is another matter.

    Raises:
        DataError: one is; it is named.
    """
    twice = next((name for name, times in Counter(header).items() if times > 1 and name), None)
    if twice is not None:
        raise DataError(
            _("{source} has more than one column called '{name}': give each a name of its own.").format(
                source=source, name=shown(twice)
            )
        )


def see_known(name: str, header: Sequence[str], source: str) -> None:
    """See that there is a column of this name.

    Raises:
        DataError: there is none; the nearest is suggested.
    """
    if name not in header:
        raise DataError(
            _("{source} has no column '{name}'.{hint} Its columns are: {known}.").format(
                source=source, name=shown(name), hint=did_you_mean(name, list(map(shown, header))), known=listed(header)
            )
        )


def see_needed(needed: Sequence[str], header: Sequence[str], source: str) -> None:
    """See that every column that a model needs is there.

    >>> see_needed(["height"], ["Height", "width"], "new.csv")
    Traceback (most recent call last):
        ...
    clearprop.errors.DataError: new.csv has no column 'height', which the model needs. Did you mean 'Height'?

    Raises:
        DataError: one is not; it is named, and the nearest suggested.
    """
    there = set(header)
    missing = next((name for name in needed if name not in there), None)
    if missing is not None:
        others = [shown(name) for name in header if name not in needed]
        raise DataError(
            _("{source} has no column '{name}', which the model needs.{hint}").format(
                source=source, name=shown(missing), hint=did_you_mean(missing, others)
            )
        )
