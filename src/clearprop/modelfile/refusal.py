"""Every way in which a file can be wrong, as a sentence and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import ValidationError

from clearprop.i18n import _

LONGEST = 300


class RefusedError(Exception):
    """What is wrong with a file, and what to do; `load` makes a `ModelFileError` of it, with the file's name.

    Attributes:
        advice: what to do, a sentence; copying the file or training again helps against most.
    """

    def __init__(self, what: str, advice: str | None = None):
        super().__init__(what)
        self.advice = _("Copy it again from where it came, or train again.") if advice is None else advice


@contextmanager
def refusing(sentence: str, advice: str | None = None) -> Iterator[None]:
    """Whatever goes wrong inside is told in this sentence, its {reason} filled in.

    A stranger's file can make a layer, JAX or Pydantic fail in more ways than can be foreseen, so that every exception
    counts.

    Raises:
        RefusedError: anything went wrong; one from inside passes through as it is.

    >>> with refusing("Its network cannot be built: {reason}."):
    ...     [][0]
    Traceback (most recent call last):
    clearprop.modelfile.refusal.RefusedError: Its network cannot be built: list index out of range.
    """
    try:
        yield
    except RefusedError:
        raise
    except Exception as error:
        raise RefusedError(sentence.format(reason=reason(error)), advice) from error


def reason(error: Exception) -> str:
    """An exception as a clause: one line, bounded, without a full stop; a stranger may have had a say in it."""
    if isinstance(error, RecursionError):
        return _("its parts are nested too deeply")
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return shorten(": ".join([".".join(map(str, first["loc"])), first["msg"]]))
    return shorten(str(error) or type(error).__name__)


def shorten(text: str, longest: int = LONGEST) -> str:
    r"""The text on one line, with nothing in it that a terminal would obey, and cut where it is long.

    >>> shorten("beware\x1b[2J of\nthis.")
    'beware [2J of this'
    """
    line = "".join(c if c.isprintable() else " " for c in text[: 4 * longest])
    line = " ".join(line.split()).rstrip(".")
    return line if len(line) <= longest else line[:longest] + "…"
