"""What commands of `clearprop exercise` share: a learner's folder, opened in its language, and its progress kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from clearprop import exercises
from clearprop.cli.app import complain
from clearprop.exercises import folder as folders
from clearprop.exercises.exercise import Exercise, Function
from clearprop.exercises.folder import Record
from clearprop.files import why
from clearprop.i18n import _, chosen, speaking
from clearprop.registry import unknown


class Opened(NamedTuple):
    """A learner's folder.

    Attributes:
        folder: where it is.
        file: the file in it that was named, if one was.
        record: what its exercise.json holds.
        exercise: what is done in it.
    """

    folder: Path
    file: Path | None
    record: Record
    exercise: Exercise

    def function(self, name: str) -> Function:
        """The function of this name.

        Raises:
            ClearpropError: the exercise has none.
        """
        known = {each.name: each for each in self.exercise.functions}
        if name not in known:
            raise unknown("function", name, known)
        return known[name]


@contextmanager
def opened(place: str, language: str | None = None) -> Iterator[Opened]:
    """The folder, and what is said inside the block is said in its language, or in this one, or that of --lang.

    Raises:
        ClearpropError: it is no folder of an exercise.
    """
    folder, file = folders.split(Path(place))
    record = folders.load(folder)
    with speaking(language or chosen() or record.language):
        yield Opened(folder, file, record, exercises.get(record.exercise))


def suitable(exercise: Exercise) -> str:
    """A bundled sample that a network of the exercise can learn: of two classes, or of ten."""
    return "sample:digits" if exercise.run and exercise.run.output == "softmax" else "sample:breast_cancer"


def keep(folder: Path, record: Record) -> None:
    """Write the progress down; where that cannot be done it is said, and what was asked for is done all the same."""
    try:
        folders.save(folder, record)
    except OSError as error:
        complain(_("The progress could not be saved: {what}.").format(what=why(error) or type(error).__name__))


def say_code(out: Console, text: str) -> None:
    """Lines as they are, indented, however narrow the terminal is."""
    for line in text.splitlines():
        out.print(f"    {line}" if line.strip() else "", soft_wrap=True)
