"""What `clearprop exercise run` does: the learner's network trains on real data beside clearprop's."""

import csv
import io
import shlex
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import asked, exercise_data, exercise_plot, outputs, show
from clearprop.cli.exercise_folder import Opened, opened
from clearprop.cli.pictures import left_out
from clearprop.cli.run_folder import see_that_it_can_be_made
from clearprop.errors import ClearpropError
from clearprop.exercises import curves
from clearprop.exercises.check import check_source
from clearprop.exercises.exercise import Exercise
from clearprop.exercises.folder import chosen_file
from clearprop.exercises.run import Compared, run_of, table
from clearprop.exercises.run import run as compare
from clearprop.exercises.trial import Settings
from clearprop.exercises.written import Written, see_python
from clearprop.exercises.written import read as read_written
from clearprop.explain.intervals import LEVEL, wilson
from clearprop.explain.score import Score
from clearprop.i18n import _, number

CURVES, COSTS = "curves.png", "costs.csv"
"""What is written, into this folder of the learner's unless told otherwise:"""
RUN = "run"

PARTED = 1
"""The exit status where the costs part."""

MINUTES = 10


@dataclass(frozen=True)
class Learner:
    """Whose code runs: the exercise, how samples lie, what is written, and the folder that it is in."""

    exercise: Exercise
    convention: str
    written: Written
    folder: Path


def run(
    folder: str,
    data: str,
    layers: str | None = None,
    learning_rate: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    image_size: int | None = None,
    output: str | None = None,
    json: bool = False,
    *,
    target: str | None = None,
    positive: str | None = None,
    validation: float | None = None,
    time_limit: float = 60.0 * MINUTES,
) -> int:
    """Train both networks, draw and write the costs; returns the exit status, 1 where they part.

    Args:
        folder: the learner's, as `clearprop exercise start` made it.
        data: a table, arrays, a sample, or a folder of images.
        layers: the units of each hidden layer, with commas between; None for the exercise's.
        learning_rate: η; None for the exercise's.
        iterations: steps; None for the exercise's.
        seed: of the learner's first weights.
        image_size: pixels on a side that images are brought to.
        output: the folder for the picture and the costs.
        json: whether to print JSON.
        target: the column to predict.
        positive: the class that is 1, of two.
        validation: the share of rows held out, where the data have none of their own for it.
        time_limit: the seconds that the learner's code may take.

    Raises:
        ClearpropError: there is nothing to train, the data do not suit it, the learner's code fails.
    """
    with opened(folder) as at:
        how = run_of(at.exercise)
        settings = Settings(
            how.hidden if layers is None else _units(layers),
            how.learning_rate if learning_rate is None else learning_rate,
            how.iterations if iterations is None else iterations,
            seed,
            time_limit,
        )
        wanted = asked.Asked(data, target, validation=validation, seed=seed, image_size=image_size)
        return _run(show.console(stderr=json), _learner(at), wanted, positive, settings, output, json)


def _run(
    out: Console,
    mine: Learner,
    wanted: asked.Asked,
    positive: str | None,
    settings: Settings,
    output: str | None,
    json: bool,
) -> int:
    """Read the data, train, and say what came of it."""
    place = _place(mine.folder, output)
    read = exercise_data.read(wanted, positive)
    _say_data(out, read)
    with _waiting(out):
        found = _compared(mine, read, settings)
    wrong = () if found.same else _wrong(mine)
    files = _write(place, mine, read, found)
    _say(out, mine, read, found, wrong)
    show.say(out, _("Saved in {folder}: {files}.").format(folder=place, files=", ".join(files)), style="bold")
    if json:
        show.print_json(_told(mine, read, settings, found, wrong, place, files))
    return PARTED if found.same is False else 0


def _learner(at: Opened) -> Learner:
    """What the folder holds, or the file in it that was named.

    Raises:
        ClearpropError: there is nothing that is Python.
    """
    written = read_written(at.file) if at.file else chosen_file(at.folder, at.record)[0]
    see_python(written)
    return Learner(at.exercise, at.record.convention, written, at.folder)


def _units(text: str) -> tuple[int, ...]:
    """The hidden layers that were asked for.

    Raises:
        ClearpropError: no units with commas between.
    """
    try:
        return asked.units(text)
    except ClearpropError as error:
        sentence = _("{option} is units with commas between, such as 20,7,5, or 'none'; not '{text}'.")
        raise ClearpropError(sentence.format(option="--layers", text=text)) from error


def _place(folder: Path, output: str | None) -> Path:
    """The folder for what is written, made once there is something.

    Raises:
        ClearpropError: it cannot be made.
    """
    place = folder / RUN if output is None else Path(output)
    if place.exists() and not place.is_dir():
        raise ClearpropError(_("{path} is a file; {option} names a folder.").format(path=place, option="--output"))
    if not place.exists():
        see_that_it_can_be_made(place)
    return place


def _waiting(out: Console) -> AbstractContextManager[Any]:
    """A sign of life on a terminal."""
    live = out.is_terminal and not out.is_dumb_terminal
    return out.status(_("Your network learns, then clearprop's …")) if live else nullcontext()


def _compared(mine: Learner, read: exercise_data.Read, settings: Settings) -> Compared:
    """Both trainings; where the learner's fails, what `check` would say is named.

    Raises:
        ClearpropError: it fails.
    """
    try:
        return compare(mine.exercise, mine.convention, mine.written, read.data, settings)
    except ClearpropError as error:
        wrong = _wrong(mine)
        if not wrong:
            raise
        raise ClearpropError(f"{error} {_advice(mine, wrong)}") from error


def _wrong(mine: Learner) -> tuple[str, ...]:
    """The functions that `check` finds wrong or unwritten."""
    try:
        findings = check_source(mine.exercise, mine.convention, mine.written.text, place=mine.written.place)
    except ClearpropError:
        return ()
    return tuple(each.function for each in findings if each.status != "right")


def _advice(mine: Learner, wrong: tuple[str, ...]) -> str:
    """Which functions are not right yet, and how to see why."""
    command = f"clearprop exercise check {shlex.quote(str(mine.folder))}"
    if not wrong:
        return _("Your functions pass {command}: see what was changed in train or predict.").format(command=command)
    return _("Not right yet: {functions}. {command} says why.").format(functions=", ".join(wrong), command=command)


def _say_data(out: Console, read: exercise_data.Read) -> None:
    """What is learnt from."""
    training = read.data.training
    n, inputs = training.X.shape
    source = read.given.source
    show.say(
        out,
        _("{rows} of {source}, {inputs:,} inputs each.").format(rows=show.rows(n), source=source.source, inputs=inputs),
    )
    if len(read.classes) == 2:
        show.say(
            out, _("The class 1 is {one}, the class 0 is {zero}.").format(one=read.classes[1], zero=read.classes[0])
        )
    for note in source.notes:
        show.say(out, str(note))
    if read.given.images is not None and (sentence := left_out(read.given.images.faults)):
        show.say(out, sentence, style="yellow")


def _say(out: Console, mine: Learner, read: exercise_data.Read, found: Compared, wrong: tuple[str, ...]) -> None:
    """Both curves, some of the costs, how often each is right, and whether they agree."""
    exercise_plot.draw(out, found.yours, found.ours)
    show.table(
        out,
        [_("iteration"), _("your cost"), _("clearprop's cost")],
        [[number(i, ","), _cost(yours), _cost(ours)] for i, yours, ours in table(found)],
        right=range(3),
        gap=False,
    )
    _say_accuracy(out, read, found)
    show.say(out, found.says(), style="yellow" if found.same is False else "")
    at = found.parts_at
    # After steps that are too long, numbers run away in functions that are right, too.
    too_large = at is not None and at > 0 and not np.isfinite(found.yours[at])
    if wrong or (found.same is False and not too_large):
        show.say(out, _advice(mine, wrong), style="yellow")


def _cost(value: float) -> str:
    return number(value, ".6f") if np.isfinite(value) else "–"


def _say_accuracy(out: Console, read: exercise_data.Read, found: Compared) -> None:
    """The share of right answers on each part, beside that of always giving the commonest answer."""
    who = {"yours": _("yours"), "ours": _("clearprop's"), "majority": show.baseline("majority")}
    parts = {"training": _("training"), "held_out": _("test") if read.held_out == "test" else _("validation")}
    sizes = {part: len(rows.y) for part, rows in read.data.parts.items()}

    def shown(part: str, share: float) -> str:
        limits = wilson(share, sizes[part]) if part == "held_out" else (None, None)
        return show.score("accuracy", Score(share, *limits))

    names = [name for name in who if name in found.accuracy]
    show.table(
        out,
        [_("right answers"), _("rows"), *(who[name] for name in names)],
        [
            [parts[part], number(n, ","), *(shown(part, found.accuracy[name][part]) for name in names)]
            for part, n in sizes.items()
        ],
        right=range(1, 2 + len(names)),
        gap=False,
    )
    if read.data.held_out is not None:
        show.say(out, _("{level:.0%} intervals in brackets.").format(level=LEVEL))


def _write(place: Path, mine: Learner, read: exercise_data.Read, found: Compared) -> list[str]:
    """The picture, and all costs.

    Raises:
        ClearpropError: they cannot be written.
    """
    title = _("{exercise}, on {source}").format(
        exercise=mine.exercise.title, source=Path(read.given.source.source).name
    )
    with outputs.writing(place):
        place.mkdir(parents=True, exist_ok=True)
    with outputs.writing(place / CURVES):
        curves.draw(place / CURVES, found, title)
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["iteration", "learner", "clearprop"])
    lines.writerows(
        [i, *("" if i >= len(costs) else repr(float(costs[i])) for costs in (found.yours, found.ours))]
        for i in range(len(found.yours))
    )
    outputs.write(place / COSTS, text.getvalue().encode())
    return [COSTS, CURVES]


def _told(
    mine: Learner,
    read: exercise_data.Read,
    settings: Settings,
    found: Compared,
    wrong: tuple[str, ...],
    place: Path,
    files: list[str],
) -> dict[str, Any]:
    """All of it for machines."""
    names = {"yours": "learner", "ours": "clearprop", "majority": "majority"}
    return {
        "exercise": mine.exercise.name,
        "convention": mine.convention,
        "data": {
            "source": read.given.source.source,
            "training_rows": len(read.data.training.y),
            "held_out_rows": 0 if read.data.held_out is None else len(read.data.held_out.y),
            "held_out": read.held_out,
            "inputs": read.data.training.X.shape[1],
            "classes": list(read.classes),
        },
        "sizes": list(found.sizes),
        "learning_rate": settings.learning_rate,
        "iterations": settings.iterations,
        "seed": settings.seed,
        "costs": {"learner": found.yours.tolist(), "clearprop": found.ours.tolist()},
        "same": found.same,
        "parts_at": found.parts_at if found.same_start else None,
        "largest_relative_difference": float(found.differences.max()),
        "not_right": list(wrong),
        "accuracy": {
            part: {names[who]: shares[part] for who, shares in found.accuracy.items()} for part in read.data.parts
        },
        "saved": [str(place / name) for name in files],
    }
