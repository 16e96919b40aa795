"""The command line: thin callers, no mathematics.

A file a command. These import nothing heavy before a command runs, so that `clearprop --help` answers at once; the
files that they call when it does (`training`, `show`, `evaluation`, …) import what they need.
"""

import io
import sys
from collections.abc import Sequence

from clearprop.errors import ClearpropError
from clearprop.i18n import use

__all__ = ["main"]


def main() -> None:
    """Run the command that was typed, and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows "?", and the run goes on
    code = asked_language(sys.argv[1:])
    if code is not None:
        try:
            use(code)
        except ClearpropError as error:
            print(error, file=sys.stderr)
            sys.exit(2)
    from clearprop.cli.commands import app  # texts of the help are made there, in the language chosen

    app(prog_name="clearprop")


def asked_language(words: Sequence[str]) -> str | None:
    """What --lang says on a command line, the last one if there are several; None where it is not there.

    >>> asked_language(["train", "iris.csv", "--lang", "uk"]), asked_language(["--lang=fr", "info"])
    ('uk', 'fr')
    """
    found = None
    for place, word in enumerate(words):
        if word == "--":
            break
        if word == "--lang" and place + 1 < len(words):
            found = words[place + 1]
        elif word.startswith("--lang="):
            found = word.removeprefix("--lang=")
    return found
