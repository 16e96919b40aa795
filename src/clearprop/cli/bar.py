"""A live bar while a network trains: epoch, loss, validation metric, time left."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from clearprop.cli import show
from clearprop.i18n import _, number
from clearprop.train import Run


class Bar:
    """The callback that moves the bar."""

    records_only = True

    def __init__(self, progress: Progress, epochs: int):
        self.progress = progress
        self.task = progress.add_task("", total=epochs, epoch=0, figures=_("compiling …"))

    def __call__(self, run: Run, record: dict[str, Any]) -> None:
        """An epoch ended."""
        self.progress.update(self.task, epoch=record["epoch"], figures=figures(record))

    def pulse(self, run: Run) -> None:
        """A part of an epoch has passed."""
        self.progress.update(self.task, completed=run.epoch + run.fraction)


class TimeLeft(ProgressColumn):
    """How long it will take; once done, how long it took."""

    max_refresh = 0.5

    def render(self, task: Task) -> Text:
        """The time as minutes and seconds; nothing while it is not known."""
        if task.finished:
            # Translators: how long it took: "in 1:05".
            return Text(_("in {}").format(_clock(task.finished_time or 0)))
        return Text("" if task.time_remaining is None else _("{} left").format(_clock(task.time_remaining)))


def _clock(seconds: float) -> str:
    """Minutes and seconds, and hours if there are any: "1:05"."""
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def figures(record: dict[str, Any]) -> str:
    """What an epoch's record says, in a few words."""
    words = [_("loss {:.3g}").format(record["loss"])]
    words += [
        _("validation {metric} {value}").format(metric=show.metric(name[4:]), value=_short(name[4:], value))
        for name, value in record.items()
        if name.startswith("val_") and name != "val_loss"
    ]
    return "  ".join(words)


def _short(name: str, value: float) -> str:
    return show.number(name, value) if name in show.SHARES else number(value, ".3f")


@contextmanager
def pieces_bar(out: Console) -> Iterator[Any]:
    """A function (name, what, done, all) that moves a bar over many trainings; it does nothing without a terminal."""
    if not out.is_terminal or out.is_dumb_terminal:
        yield lambda name, what, done, all_: None
        return
    columns = (
        TextColumn("{task.fields[name]}"),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[what]}"),
        TimeLeft(),
    )
    with Progress(*columns, console=out) as progress:
        task = progress.add_task("", total=None, name="", what="")

        def move(name: str, what: str, done: float, all_: int) -> None:
            progress.update(task, name=name, what=what, completed=done, total=all_)

        yield move


@contextmanager
def bar(out: Console, epochs: int, label: str = "") -> Iterator[list[Bar]]:
    """The callbacks that show the bar, after a label: one on a terminal, elsewhere none."""
    if not out.is_terminal or out.is_dumb_terminal:
        yield []
        return
    columns = (
        *([TextColumn(label)] if label else []),
        TextColumn(_("epoch {epoch}/{epochs}").format(epoch="{task.fields[epoch]}", epochs=epochs)),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[figures]}"),
        TimeLeft(),
    )
    with Progress(*columns, console=out) as progress:
        yield [Bar(progress, epochs)]
