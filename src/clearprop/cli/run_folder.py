"""A run's folder: written whole or not at all, and never over another."""

import contextlib
import os
import shutil
import signal
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from clearprop.errors import ClearpropError
from clearprop.files import why
from clearprop.i18n import _


def place_for(source: str, output: str | None) -> Path:
    """The folder that was asked for, or `runs/<data name>`.

    >>> place_for("sample:digits", None).as_posix(), place_for("data/flowers.csv", None).as_posix()
    ('runs/digits', 'runs/flowers')
    """
    return Path("runs", Path(source.removeprefix("sample:")).stem) if output is None else Path(output)


def see_that_it_can_be_made(place: Path) -> None:
    """Better known before the training than after it.

    Raises:
        ClearpropError: the folder has no name of its own, or cannot be made where it should be.
    """
    if not place.name or place.name == "..":
        raise ClearpropError(_("{} cannot be a run folder: give a name, such as runs/digits.").format(place))
    above = next(folder for folder in place.absolute().parents if folder.exists())
    if not above.is_dir():
        raise ClearpropError(_("{place} cannot be made: {above} is a file.").format(place=place, above=above))
    if not os.access(above, os.W_OK | os.X_OK):
        raise ClearpropError(
            _("{place} cannot be made: {above} is not yours to write in.").format(place=place, above=above)
        )


def save(place: Path, fill: Callable[[Path], None]) -> Path:
    """Let `fill` write into a new folder, and give that the name asked for, or the next free one: digits, digits-2, ….

    It is complete before anybody sees it; renaming it is one act of the file system, so that of two processes that want
    the same name one gets the next.

    Raises:
        ClearpropError: the folder cannot be written; nothing is left of it.
    """
    new_parents = [folder for folder in place.absolute().parents if not folder.exists()]
    built = place.with_name(f".{place.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        built.mkdir(parents=True)
        fill(built)
        return _rename(built, place)
    except BaseException as error:
        shutil.rmtree(built, ignore_errors=True)
        for folder in new_parents:
            with contextlib.suppress(OSError):
                folder.rmdir()
        cause = error if isinstance(error, OSError) else error.__cause__
        if not isinstance(cause, OSError):
            raise
        raise ClearpropError(
            _("{place} cannot be written, so nothing was saved: {what}.").format(place=place, what=why(cause))
        ) from error


def _rename(built: Path, place: Path) -> Path:
    """Take the first name that is free."""
    free, number = place, 1
    while True:
        try:
            if not os.path.lexists(free):
                return built.rename(free)  # fails where there is by now a folder with something in it
        except OSError:
            if not os.path.lexists(free):
                raise
        number += 1
        free = place.with_name(f"{place.name}-{number}")


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """While weights are scored and saved, Ctrl-C is not heard: an impatient one shall not lose them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
