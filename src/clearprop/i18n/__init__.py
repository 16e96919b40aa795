"""`_`: every sentence a user reads passes through here, so that it is said in their language.

English is the source language. Catalogues are `locale/<language>/LC_MESSAGES/clearprop.po`, compiled when the package
is built; where a sentence has no translation, the English one is shown.

    _("The network takes {n:,} values.").format(n=1234)      → "La red toma 1234 valores."
    ngettext("{n:,} row", "{n:,} rows", n).format(n=n)       → the right one of a language's plural forms
    number(0.5, ".1%")                                       → "50,0 %"

The language is that of `--lang` or of `use`, else the environment's locale, else English. Numbers that a sentence is
formatted with are written as the language writes them. What machines read (JSON, files) never passes through here.
"""

from clearprop.i18n.catalogue import Message, _, ngettext
from clearprop.i18n.language import LANGUAGES, SOURCE, chosen, from_environment, language, speaking, use
from clearprop.i18n.numbers import number
from clearprop.i18n.sentence import Sentence

__all__ = [
    "LANGUAGES",
    "SOURCE",
    "Message",
    "Sentence",
    "_",
    "chosen",
    "from_environment",
    "language",
    "ngettext",
    "number",
    "speaking",
    "use",
]
