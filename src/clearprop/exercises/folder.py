"""The learner's folder: the exercise, how it is done, and how far it has come.

exercise.json               which exercise, convention and language; digests of the files below; progress
deep_network.py, .ipynb     either of which the learner writes in
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clearprop.errors import ClearpropError
from clearprop.exercises import NAMES, template
from clearprop.exercises.exercise import Exercise
from clearprop.exercises.written import Written, read
from clearprop.files import write_atomically
from clearprop.i18n import LANGUAGES, _, language

RECORD = "exercise.json"
RIGHT, UNWRITTEN = "right", "unwritten"
"""The status of a function that is; else it is wrong."""


class Progress(BaseModel):
    """How far a function has come.

    Attributes:
        status: when it was last checked: "right", "wrong" or "unwritten".
        first_right: when it was right for the first time, in UTC (ISO 8601); None if it never was.
        hints: how many of them were shown.
    """

    model_config = ConfigDict(strict=True, extra="forbid")
    status: Literal["right", "wrong", "unwritten"] = "unwritten"
    first_right: str | None = None
    hints: int = Field(default=0, ge=0, le=3)


class Record(BaseModel):
    """What exercise.json holds.

    Attributes:
        exercise: its name, or the folder of a teacher's own.
        convention: where the samples lie.
        language: of the files, and of what is said in this folder.
        files: the digest of what each of them said at the start.
        checks: how many there were.
        functions: how far each has come, in the order of the exercise.
    """

    model_config = ConfigDict(strict=True, extra="forbid")
    exercise: str
    convention: Literal["rows", "columns"]
    language: str
    files: dict[str, str]
    checks: int = Field(default=0, ge=0)
    functions: dict[str, Progress]

    @property
    def right(self) -> int:
        """How many functions were right when they were last checked."""
        return sum(each.status == RIGHT for each in self.functions.values())


def start(folder: Path, exercise: Exercise, convention: Literal["rows", "columns"]) -> Record:
    """Write both files and the record into a folder, made if it is not there, in the language spoken now.

    Raises:
        ClearpropError: it holds something.
        OSError: it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ClearpropError(_("{folder} is there already and is not empty: give another one.").format(folder=folder))
    folder.mkdir(parents=True, exist_ok=True)
    files = template.files(exercise, convention)
    for name, text in files.items():
        write_atomically(folder / name, text.encode())
    record = Record(
        exercise=exercise.name if exercise.name in NAMES else str(exercise.folder),
        convention=convention,
        language=language(),
        files={name: digest(read(folder / name)) for name in files},
        functions={function.name: Progress() for function in exercise.functions},
    )
    save(folder, record)
    return record


def load(folder: Path) -> Record:
    """What the folder's exercise.json holds.

    Raises:
        ClearpropError: there is none, or it is damaged.
        OSError: it cannot be read.
    """
    path = folder / RECORD
    if not path.is_file():
        raise ClearpropError(
            # Translators: {command} is a command.
            _("{folder} is no folder of an exercise: {command} makes one.").format(
                folder=folder, command="clearprop exercise start"
            )
        )
    try:
        record = Record.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise _damaged(path) from error
    if record.language not in LANGUAGES or not record.files or any(Path(name).name != name for name in record.files):
        raise _damaged(path)
    return record


def _damaged(path: Path) -> ClearpropError:
    return ClearpropError(
        _("{path} is damaged: start the exercise again in another folder, and copy your functions there.").format(
            path=path
        )
    )


def save(folder: Path, record: Record) -> None:
    """Write exercise.json whole.

    Raises:
        OSError: it cannot be written; it is then as it was.
    """
    write_atomically(folder / RECORD, (record.model_dump_json(indent=2) + "\n").encode())


def split(place: Path) -> tuple[Path, Path | None]:
    """The folder of an exercise, and the file in it that was named, if one was.

    Raises:
        ClearpropError: there is neither.
    """
    if not place.exists():
        raise ClearpropError(_("There is no folder or file '{}'.").format(place))
    return (place.parent, place) if place.is_file() else (place, None)


def chosen_file(folder: Path, record: Record) -> tuple[Written, bool]:
    """What the learner has written, and whether both files were changed.

    It is the file that was changed since the start; of two the one changed last; of none the Python file.

    Raises:
        ClearpropError: neither is there, or what was changed is not readable.
        OSError: it cannot be read.
    """
    there = [folder / name for name in record.files if (folder / name).is_file()]
    if not there:
        raise ClearpropError(
            _("{folder} holds neither of {files}: name the file to check.").format(
                folder=folder, files=", ".join(record.files)
            )
        )
    changed = [path for path in there if _was_changed(path, record)]
    last = max(changed, key=lambda path: path.stat().st_mtime_ns) if changed else there[0]
    return read(last), len(changed) > 1


def _was_changed(path: Path, record: Record) -> bool:
    """Whether a file says something else than at the start; one that cannot be read does."""
    try:
        return digest(read(path)) != record.files[path.name]
    except ClearpropError:
        return True


def digest(written: Written) -> str:
    """SHA-256 of the code: a notebook that was only opened, run and saved is as it was."""
    return hashlib.sha256(written.text.encode()).hexdigest()


def checked(record: Record, statuses: Mapping[str, str]) -> None:
    """Note down what a check has found."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    record.checks += 1
    record.functions = {
        name: _after(record.functions.get(name, Progress()), status, now) for name, status in statuses.items()
    }


def _after(progress: Progress, status: str, now: str) -> Progress:
    first = progress.first_right or (now if status == RIGHT else None)
    return progress.model_copy(update={"status": status, "first_right": first})
