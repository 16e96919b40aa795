"""What `clearprop train` says, before the training and after it."""

import shlex
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import model, show
from clearprop.cli.job import Job, Options
from clearprop.data import Dataset
from clearprop.i18n import _
from clearprop.train import Fitted


def say_what_was_read(out: Console, job: Job, chosen: bool) -> None:
    """Rows, columns, target, task and why, classes with their counts, and what is held out."""
    show.say(out, _read(job.dataset))
    if job.dataset.has_test:
        show.say(out, model.which_rows(job.dataset) or "")
    show.say(out, _target(job.dataset, chosen))
    show.say(out, _task(job))
    if job.table.classes:
        show.say(out, _("Classes: {}.").format(_classes(job)))
    show.say(out, _parts(job))


def _read(data: Dataset) -> str:
    rows, width = show.rows(len(data.X)), show.shape(data.X.shape[1:])
    if data.arrays:
        return _("Read {source}: {rows}, each with {width} inputs.").format(source=data.source, rows=rows, width=width)
    return _("Read {source}: {rows}, {width} input columns.").format(source=data.source, rows=rows, width=width)


def _target(data: Dataset, chosen: bool) -> str:
    by_default = not chosen and data.columns and not data.source.startswith("sample:")
    note = _(" (the last column; --target names another)") if by_default else ""
    return _("Target: '{name}'{note}.").format(name=data.target, note=note)


def _task(job: Job) -> str:
    other = "regression" if job.table.task == "classification" else "classification"
    hint = "" if job.inferred.reason in ("asked", "text") else _(" (--task {other} if it is not)").format(other=other)
    return _("Task: {task}, {because}{hint}.").format(
        task=show.task(job.table.task), because=job.inferred.because(), hint=hint
    )


def _parts(job: Job) -> str:
    training = show.rows(len(job.training))
    if not len(job.held_out):
        return _("{training} to train on, none held out.").format(training=training)
    return _("{training} to train on, {held_out} held out for validation.").format(
        training=training, held_out=f"{len(job.held_out):,}"
    )


def _classes(job: Job, at_most: int = 20) -> str:
    """Each class with its count."""
    classes, counts = np.unique(job.dataset.values, return_counts=True)
    words = [f"{label} ({count:,})" for label, count in zip(classes.tolist(), counts.tolist(), strict=True)]
    more = len(words) - at_most
    return ", ".join(words[:at_most]) + (_(" and {} more").format(more) if more > 0 else "")


def say_what_came_of_it(
    out: Console, job: Job, fitted: Fitted, report: dict[str, Any], place: Path, saved: Path
) -> None:
    """The last table, the epoch kept, where everything is, and what to do next."""
    metrics = report["metrics"]
    columns = {_("training"): metrics["training"], _("validation"): metrics["validation"]}
    baseline = metrics["baseline"]["validation"] or metrics["baseline"]["training"]
    columns = {name: found for name, found in {**columns, _("baseline"): baseline}.items() if found}
    show.scores(out, columns, gap=out.is_terminal)  # a bar stands before it there, and elsewhere a table and its gap
    show.baseline(out, job.table)
    if no_better(metrics):
        show.say(
            out,
            _(
                "On the validation rows the network does no better than the baseline: other hidden layers (--hidden),"
                " another learning rate (--learning-rate) or more epochs may help."
            ),
            style="yellow",
        )
    show.say(out, _kept(fitted, job))
    if saved != place:
        show.say(out, _("{place} exists and was left as it is.").format(place=place))
    show.say(out, _("Saved in {folder}: {files}.").format(folder=saved, files=", ".join(_files())), style="bold")
    show.say(out, _("Next: {}").format(_next(job.dataset, saved)))


def no_better(metrics: dict[str, Any]) -> bool:
    """Whether the network learnt nothing that held for the rows it did not learn from."""
    found, baseline = metrics["validation"], metrics["baseline"]["validation"]
    name = "r2" if found and "r2" in found else "accuracy"
    return bool(found and baseline and found[name] <= baseline[name] + 1e-6)  # float32 against float64


def _files() -> tuple[str, ...]:
    return model.MODEL, model.HISTORY, model.REPORT, model.CURVE


def _kept(fitted: Fitted, job: Job) -> str:
    """Which epoch's weights these are, and why."""
    if fitted.stopped == "interrupted" and not fitted.kept_epoch:
        return _("Interrupted in the first epoch; the weights are those it had reached.")
    sentence = {
        "interrupted": _("Interrupted after {ran} of {epochs} epochs; kept the weights of epoch {kept}, {best}."),
        "patience": _("Stopped after {ran} of {epochs} epochs; kept the weights of epoch {kept}, {best}."),
        "diverged": _("Diverged in epoch {ran} of {epochs}; kept the weights of epoch {kept}, {best}."),
    }.get(fitted.stopped, _("Kept the weights of epoch {kept} of {epochs}, {best}."))
    best = _("the one with the best validation loss") if len(job.held_out) else _("the one with the best training loss")
    return sentence.format(ran=len(fitted.history), epochs=job.options.epochs, kept=fitted.kept_epoch, best=best)


def _next(dataset: Dataset, saved: Path) -> str:
    """A command to go on with."""
    folder, source = shlex.quote(str(saved)), shlex.quote(dataset.source)
    if dataset.has_test:
        return f"clearprop evaluate {folder} {source}"
    if dataset.columns and not dataset.source.startswith("sample:"):
        return f"clearprop predict {folder} new.csv --output predictions.csv"
    return f"clearprop check {folder} {source}"


def diverged(fitted: Fitted, options: Options) -> str:
    """What happened and what helps."""
    return _(
        "The loss stopped being finite in epoch {epoch}: try a smaller step, --learning-rate {rate:g}, or inputs"
        " without extreme values."
    ).format(epoch=len(fitted.history), rate=options.learning_rate / 10)
