"""What `clearprop info` does."""

from typing import Any

from rich.console import Console

import clearprop
from clearprop.cli import show
from clearprop.cli.job import layer_table
from clearprop.cli.model import file_of, report_beside
from clearprop.i18n import _
from clearprop.network import count
from clearprop.registry import name_of
from clearprop.train import Fitted

SHOWN = ("optimizer", "learning_rate", "batch_size", "dropout", "weight_decay", "seed")
"""The settings that `info` prints; --json has them all."""


def run(model: str, as_json: bool) -> None:
    """Describe the model file, and the run it is from where there is a report of it."""
    fitted = clearprop.load(file_of(model))
    report = report_beside(model)
    found = {"model": model, **describe(fitted), "report": report}
    if as_json:
        show.print_json(found)
    else:
        say(show.console(), found, report)


def describe(fitted: Fitted) -> dict[str, Any]:
    """What the model file itself says."""
    table = fitted.table
    return {
        "task": table.task if table else None,
        "target": table.target if table else None,
        "columns": list(table.columns) if table else [],
        "classes": list(table.classes) if table else [],
        "input_shape": list(fitted.input_shape),
        "network": layer_table(fitted.network, tuple(fitted.input_shape)),
        "parameters": count(fitted.params),
        "loss": name_of(type(fitted.loss)),
        "rule": name_of(type(fitted.rule)),
        "dtype": fitted.dtype,
        "epochs": len(fitted.history),
        "kept_epoch": fitted.kept_epoch,
        "stopped": fitted.stopped,
        "last_record": fitted.history[-1] if fitted.history else None,
    }


def say(out: Console, found: dict[str, Any], report: dict[str, Any] | None) -> None:
    """What it is for, its layers, how it was trained, and the last metrics."""
    show.say(out, _("{model}: {what}").format(model=found["model"], what=_purpose(found)), style="bold")
    show.network(out, found["network"])
    for sentence in (_trained_on(report), _trained_how(found, report), _kept(found)):
        if sentence:
            show.say(out, sentence)
    metrics = (report or {}).get("metrics") or {}
    columns = {_("training"): metrics.get("training"), _("validation"): metrics.get("validation")}
    baseline = metrics.get("baseline") or {}
    columns[_("baseline")] = baseline.get("validation") or baseline.get("training")
    if any(columns.values()):
        show.scores(out, {name: column for name, column in columns.items() if column})
    elif found["last_record"]:
        show.say(out, _("Its last epoch: {}.").format(_record(found["last_record"])))


def _purpose(found: dict[str, Any]) -> str:
    inputs = show.shape(found["input_shape"])
    if found["task"] is None:
        return _("a network of {inputs} inputs").format(inputs=inputs)
    if found["task"] == "regression":
        return _("predicts the number '{target}' from {inputs} inputs").format(target=found["target"], inputs=inputs)
    return _("tells {n} classes of '{target}' apart by {inputs} inputs: {classes}").format(
        n=len(found["classes"]), target=found["target"], inputs=inputs, classes=_some(found["classes"])
    )


def _some(labels: list[Any], at_most: int = 20) -> str:
    return ", ".join(map(str, labels[:at_most])) + (", …" if len(labels) > at_most else "")


def _trained_on(report: dict[str, Any] | None) -> str | None:
    data = (report or {}).get("data")
    if not data:
        return None
    return _("Trained on {training} of {source}, with {validation} held out.").format(
        training=show.rows(data["training_rows"]), source=data["source"], validation=f"{data['validation_rows']:,}"
    )


def _trained_how(found: dict[str, Any], report: dict[str, Any] | None) -> str:
    settings = (report or {}).get("settings")
    if not settings:
        return _("Trained by {rule} on {loss}.").format(rule=found["rule"], loss=found["loss"])
    return _("Trained by {rule} on {loss}: {settings}.").format(
        rule=found["rule"],
        loss=found["loss"],
        settings=", ".join(
            f"{name} {value}" for name, value in settings.items() if value is not None and name in SHOWN
        ),
    )


def _kept(found: dict[str, Any]) -> str:
    return _("Trained for {epochs} epochs ({stopped}); these are the weights of epoch {kept}.").format(
        epochs=found["epochs"], stopped=found["stopped"], kept=found["kept_epoch"]
    )


def _record(record: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in record.items() if isinstance(value, float))
