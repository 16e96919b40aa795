"""Which language is spoken."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from clearprop.errors import ClearpropError

LANGUAGES = {"en": "English", "es": "Español", "fr": "Français", "hi": "हिन्दी", "uk": "Українська"}
"""Each language's code and its own name for itself."""

SOURCE = "en"


def from_environment(environ: Mapping[str, str] = os.environ) -> str:
    """The first language we speak of those that the locale's variables ask for, in gettext's order; else English.

    >>> from_environment({"LANG": "uk_UA.UTF-8"}), from_environment({"LANGUAGE": "de:fr", "LANG": "uk_UA"})
    ('uk', 'fr')
    >>> from_environment({"LC_ALL": "C", "LANG": "es_ES.UTF-8"})
    'en'
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environ[name] for name in names if environ.get(name)), SOURCE)
    wanted = [locale]
    if locale.partition(".")[0] not in ("C", "POSIX"):  # there, LANGUAGE does not count
        wanted = [*environ.get("LANGUAGE", "").split(":"), locale]
    codes = (code.replace("-", "_").partition(".")[0].partition("@")[0].partition("_")[0].lower() for code in wanted)
    return next((code for code in codes if code in LANGUAGES), SOURCE)


_default = from_environment()
_here: ContextVar[str | None] = ContextVar("language", default=None)
"""The language of this thread or task, where it differs from the program's."""


def language() -> str:
    """The code of the language spoken now."""
    return _here.get() or _default


def chosen() -> str | None:
    """The language that this thread or task was told to speak, as by --lang; None where it is the program's."""
    return _here.get()


def use(code: str) -> None:
    """Speak this language from now on, in the whole program.

    Raises:
        ClearpropError: we do not speak it.
    """
    global _default
    _default = known(code)


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """Speak this language inside the block, in this thread only; None changes nothing.

    Raises:
        ClearpropError: we do not speak it.
    """
    token = _here.set(_here.get() if code is None else known(code))
    try:
        yield
    finally:
        _here.reset(token)


def known(code: str) -> str:
    """The code, seen to be that of a language we speak.

    Raises:
        ClearpropError: it is not.
    """
    if code not in LANGUAGES:
        from clearprop.i18n.catalogue import _

        raise ClearpropError(
            _("There is no language '{code}': clearprop speaks {known}.").format(
                code=code, known=", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
            )
        )
    return code
