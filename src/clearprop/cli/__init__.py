"""The command line: thin callers, no mathematics.

A file a command. These import nothing heavy before a command runs, so that `clearprop --help` answers at once; the files
that they call when it does (`training`, `show`, `scores`, …) import what they need.
"""

import contextlib
import sys

from clearprop.cli import check, evaluate, info, predict, samples, train
from clearprop.cli.app import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command that was typed, and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows "?", and the run goes on
    app(prog_name="clearprop")
