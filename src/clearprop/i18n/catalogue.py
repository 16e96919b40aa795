"""Sentences in the language that is spoken, from gettext's catalogues."""

import gettext
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from clearprop.i18n.language import SOURCE, language
from clearprop.i18n.numbers import is_number, number

DOMAIN, FOLDER = "clearprop", Path(__file__).parents[1] / "locale"


class Message(str):
    """A sentence; what it is formatted with is written as its language writes numbers."""

    __slots__ = ()

    def format(self, *args: Any, **kwargs: Any) -> str:
        """As `str.format`, with the language's decimal sign, digit groups and percentage."""
        if language() == SOURCE:
            return super().format(*args, **kwargs)
        return _LOCALISING.vformat(self, args, kwargs)


class _Localising(Formatter):
    """Writes numbers as the language does, but for those in what can be typed as it stands: --row {n}, dt_ms={dt:g}."""

    def parse(self, format_string: str) -> Iterator[Any]:
        for text, name, spec, conversion in super().parse(format_string):
            yield text, name, f"{_TYPED}{spec}" if name is not None and _BEFORE.search(text) else spec, conversion

    def format_field(self, value: Any, format_spec: str) -> Any:
        if format_spec.startswith(_TYPED):
            return super().format_field(value, format_spec.removeprefix(_TYPED))
        return number(value, format_spec) if is_number(value) else super().format_field(value, format_spec)


_TYPED, _BEFORE = "typed:", re.compile(r"--[\w-]+ $|(^|\w)=$")


_LOCALISING = _Localising()


def _(message: str) -> Message:
    """The sentence in the language spoken now."""
    return Message(catalogue(language()).gettext(message))


def ngettext(one: str, many: str, n: int) -> Message:
    """The sentence in the plural form that n of something takes."""
    return Message(catalogue(language()).ngettext(one, many, n))


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """The translations into a language; those into English change nothing."""
    if code == SOURCE:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, FOLDER, [code], fallback=True)
