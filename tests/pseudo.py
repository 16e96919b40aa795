"""A language in which every translated letter is another sign: what still reads as English was not translated."""

import gettext
import re
from typing import Any

LETTERS = {ord("A") + i: 0x1D5A0 + i for i in range(26)} | {ord("a") + i: 0x1D5BA + i for i in range(26)}
"""To sans-serif letters, which are as wide."""

FIELD = re.compile(r"(\{[^{}]*\})")


def said(text: str) -> str:
    """Each letter as its other and decimals with a comma, but in placeholders."""
    return "".join(part if FIELD.fullmatch(part) else _said(part) for part in FIELD.split(text))


def _said(text: str) -> str:
    return re.sub(r"(?<=\d)\.(?=\d)", ",", text).translate(LETTERS)


class Pseudo(gettext.NullTranslations):
    """Translates everything."""

    def gettext(self, message: str) -> str:
        return said(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return said(msgid1 if n == 1 else msgid2)


def catalogue(code: str) -> gettext.NullTranslations:
    """In the place of `clearprop.i18n.catalogue.catalogue`."""
    return gettext.NullTranslations() if code == "en" else Pseudo()


NAMES = re.compile(r"--?[a-zA-Z][\w-]*|\S*\w[/_=.:]+[\w<{]\S*|[\w.-]*\w/|'[^']*'|<[^>]*>")
"""Options, paths, what has a dot or an underscore in it, what is quoted, types in the help: names in any language."""


def english(text: str, allowed: Any = ()) -> set[str]:
    """The words of two letters or more that were not translated, but names and those allowed."""
    words = set(re.findall(r"[A-Za-z]{2,}", NAMES.sub(" ", text)))
    return words - set(allowed)
