"""What `clearprop train` says before the training: what it read, what it inferred, and how rows are held out."""

from dataclasses import replace
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import show
from clearprop.cli.asked import Asked
from clearprop.cli.given import Given
from clearprop.cli.job import Job
from clearprop.cli.model import which_rows
from clearprop.data import ColumnKind
from clearprop.data.notices import notices
from clearprop.i18n import _, ngettext, number

NAMES = 60
"""Characters that the names of columns of one kind may take in the table of kinds."""


def say_before(out: Console, job: Job) -> list[Any]:
    """What was read and inferred, and what to look out for; returns the latter, for the report."""
    say_what_was_read(out, job)
    return say_notices(out, job)


def say_what_was_read(out: Console, job: Job) -> None:
    """Rows, columns, target, task and why, classes with their counts, kinds of columns and why."""
    say_data(out, job.asked, job.given)
    if job.inputs.preparation is not None:
        say_kinds(out, job.inputs.preparation.kinds)


def say_data(out: Console, asked: Asked, data: Given) -> None:
    """Rows, columns, target, task and why, classes with their counts."""
    show.say(out, _read(data))
    read = which_rows(replace(data.source, part=""))  # of a folder, it is clear which part is learnt from
    for note in (read, _left_out(asked)):
        if note:
            show.say(out, note)
    show.say(out, _target(data, chosen=asked.target is not None))
    show.say(out, _task(data))
    if data.classes is not None:
        show.say(out, _classes(data.y))


def _read(data: Given) -> str:
    source, rows = data.source, show.rows(len(data.y))
    if data.images is not None:
        return _read_images(source.source, len(data.y), data.images.size)
    if source.columns:
        return ngettext(
            "Read {source}: {rows}, {width} input column.",
            "Read {source}: {rows}, {width} input columns.",
            len(source.columns),
        ).format(source=source.source, rows=rows, width=len(source.columns))
    width = show.shape(data.X.shape[1:])
    return _("Read {source}: {rows}, each with {width} inputs.").format(source=source.source, rows=rows, width=width)


def _read_images(source: str, n: int, size: tuple[int, int, int]) -> str:
    grey = ngettext(
        "Read {source}: {n:,} image, brought to {width} × {height} pixels, grey.",
        "Read {source}: {n:,} images, brought to {width} × {height} pixels, grey.",
        n,
    )
    colour = ngettext(
        "Read {source}: {n:,} image, brought to {width} × {height} pixels, in colour.",
        "Read {source}: {n:,} images, brought to {width} × {height} pixels, in colour.",
        n,
    )
    sentence = grey if size[2] == 1 else colour
    return sentence.format(source=source, n=n, width=size[1], height=size[0])


def _left_out(asked: Asked) -> str:
    return _("Left out, as you asked: {}.").format(", ".join(asked.drop)) if asked.drop else ""


def _target(data: Given, chosen: bool) -> str:
    if data.images is not None:
        return _("Target: '{name}', the name of an image's folder.").format(name=data.source.target)
    by_default = not chosen and data.source.columns and not data.source.source.startswith("sample:")
    if by_default:
        return _("Target: '{name}' (the last column; --target names another).").format(name=data.source.target)
    return _("Target: '{name}'.").format(name=data.source.target)


def _task(data: Given) -> str:
    other = "regression" if data.task == "classification" else "classification"
    # Translators: {because} is a clause: "because it holds text", "as you asked". --task is to be typed as it stands.
    sure, unsure = _("Task: {task}, {because}."), _("Task: {task}, {because} (--task {other} if it is not).")
    sentence = sure if data.inferred.reason in ("asked", "text") else unsure
    return sentence.format(task=show.task(data.task), because=data.inferred.because(), other=other)


def _classes(y: np.ndarray, at_most: int = 20) -> str:
    """Each class with its count."""
    classes, counts = np.unique(y, return_counts=True)
    words = [f"{label} ({number(count, ',')})" for label, count in zip(classes.tolist(), counts.tolist(), strict=True)]
    more, listed = len(words) - at_most, ", ".join(words[:at_most])
    if more > 0:
        return ngettext("Classes: {listed} and {n} more.", "Classes: {listed} and {n} more.", more).format(
            listed=listed, n=more
        )
    return _("Classes: {}.").format(listed)


def say_kinds(out: Console, kinds: dict[str, ColumnKind]) -> None:
    """A line for each kind and reason: how many columns, which, and why."""
    alike: dict[ColumnKind, list[str]] = {}
    for name, kind in kinds.items():
        alike.setdefault(kind, []).append(name)
    lines = [[_kind(kind.kind), number(len(names), ","), _some(names), kind.because()] for kind, names in alike.items()]
    show.table(out, [_("kind"), _("columns"), _("which"), _("why")], lines, right=(1,))


def _kind(name: str) -> str:
    """A kind as a person calls it."""
    names = {
        # Translators: these five are what a column is taken for.
        "number": _("number"),
        "category": _("category"),
        "boolean": _("truth value"),
        "date": _("date"),
        "left out": _("left out"),
    }
    return names.get(name, name)


def _some(names: list[str]) -> str:
    """As many of the names as there is room for, at least one."""
    shown = len(names)
    while shown > 1 and len(", ".join(names[:shown])) > NAMES:
        shown -= 1
    return ", ".join(names[:shown]) + (", …" if shown < len(names) else "")


def say_notices(out: Console, job: Job) -> list[dict[str, Any]]:
    """What in the data may not be as meant, such as a column that alone tells the target; for the report too.

    Columns that are left out already are not told of again.
    """
    data = job.given
    kinds = {} if job.inputs.preparation is None else job.inputs.preparation.kinds
    left_out = {name: "drop" for name, kind in kinds.items() if kind.kind == "left out"}
    X: Any = data.X
    found = notices(
        X if len(X.shape) == 2 else None,
        data.y,
        data.inferred.task,
        kinds={**job.asked.kinds, **left_out},
        parameters=sum(layer["parameters"] for layer in job.layers()),
        seed=job.asked.seed,
    )
    for notice in found:
        show.say(out, str(notice.sentence), style="yellow")
    return [notice._asdict() for notice in found]


def say_parts(out: Console, job: Job) -> None:
    """How many rows are learnt from, how many held out, and by what."""
    rows = {"training": show.rows(len(job.training)), "held_out": len(job.held_out)}
    if not len(job.held_out):
        # Translators: {training} is "1,234 rows".
        sentence = _("{training} to train on, none held out.").format(**rows)
    elif job.asked.group is not None:
        groups = len(np.unique(job.given.groups[job.held_out]))
        sentence = ngettext(
            "{training} to train on, {held_out:,} held out for validation: {n} whole group of '{column}'.",
            "{training} to train on, {held_out:,} held out for validation: {n} whole groups of '{column}'.",
            groups,
        ).format(**rows, n=groups, column=job.asked.group)
    elif job.asked.time is not None:
        sentence = _("{training} to train on, {held_out:,} held out for validation: the latest by '{column}'.").format(
            **rows, column=job.asked.time
        )
    else:
        sentence = _("{training} to train on, {held_out:,} held out for validation.").format(**rows)
    show.say(out, sentence)
