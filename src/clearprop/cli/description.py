"""What `clearprop info` does."""

from typing import Any

from rich.console import Console

from clearprop import rules
from clearprop.cli import account, show
from clearprop.cli.layers import layer_table
from clearprop.cli.model import load, report_beside
from clearprop.cli.outcome import say_scores
from clearprop.data import ColumnKind
from clearprop.i18n import _, ngettext, number
from clearprop.i18n.numbers import is_number
from clearprop.network import count
from clearprop.registry import name_of
from clearprop.train import Fitted

SHOWN = ("optimizer", "learning_rate", "batch_size", "dropout", "weight_decay", "random_state")
"""The parameters that `info` prints; --json has them all."""


def run(model: str, as_json: bool) -> None:
    """Describe the model file, and the run it is from where there is a report of it."""
    estimator = load(model)
    fitted = estimator if isinstance(estimator, Fitted) else estimator.fitted_
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
        "columns": _columns(fitted),
        "classes": list(table.classes) if table else [],
        "input_shape": fitted.input_shape,
        "networks": fitted.members,
        "network": layer_table(fitted.network, tuple(fitted.input_shape)),
        "parameters": count(fitted.params),
        "loss": name_of(type(fitted.loss)),
        "rule": rules.name(fitted.rule),
        "settings": table.parameters if table else {},
        "dtype": fitted.dtype,
        "epochs": len(fitted.history),
        "kept_epoch": fitted.kept_epoch,
        "stopped": fitted.stopped,
        "last_record": fitted.history[-1] if fitted.history else None,
    }


def _columns(fitted: Fitted) -> list[dict[str, str]]:
    """The columns that go in, each with its kind and what told so."""
    preparation = fitted.table.preparation if fitted.table else None
    kinds = {} if preparation is None else preparation.kinds
    return [{"name": name, "kind": kind.kind, "because": kind.reason} for name, kind in kinds.items()]


def say(out: Console, found: dict[str, Any], report: dict[str, Any] | None) -> None:
    """What it is for, its columns and layers, how it was trained, and the last metrics."""
    show.say(out, _("{model}: {what}").format(model=found["model"], what=_purpose(found)), style="bold")
    if found["columns"]:
        account.say_kinds(out, {c["name"]: ColumnKind(c["kind"], c["because"]) for c in found["columns"]})
    show.network(out, found["network"])
    for sentence in (_members(found), _trained_on(report), _trained_how(found), _kept(found)):
        if sentence:
            show.say(out, sentence)
    metrics = (report or {}).get("metrics")
    if metrics:
        say_scores(out, metrics)
    elif found["last_record"]:
        show.say(out, _("Its last epoch: {}.").format(_record(found["last_record"])))


def _members(found: dict[str, Any]) -> str | None:
    if found["networks"] == 1:
        return None
    return show.ensemble(found["networks"])


def _purpose(found: dict[str, Any]) -> str:
    # Translators: {inputs} is "4 inputs" or "8 × 8 inputs"; the model's path and a colon stand before these.
    if found["task"] is None:
        return _("a network of {inputs}").format(inputs=_inputs(found))
    if found["task"] == "regression":
        return _("predicts the number '{target}' from {inputs}").format(target=found["target"], inputs=_inputs(found))
    count = len(found["classes"])
    return ngettext(
        "tells {n} class of '{target}' apart by {inputs}: {classes}",
        "tells {n} classes of '{target}' apart by {inputs}: {classes}",
        count,
    ).format(n=count, target=found["target"], inputs=_inputs(found), classes=_some(found["classes"]))


def _inputs(found: dict[str, Any]) -> str:
    shape = [len(found["columns"])] if found["columns"] else found["input_shape"]
    if len(shape) == 1:
        return ngettext("{n:,} input", "{n:,} inputs", shape[0]).format(n=shape[0])
    return _("{shape} inputs").format(shape=show.shape(shape))


def _some(labels: list[Any], at_most: int = 20) -> str:
    return ", ".join(map(str, labels[:at_most])) + (", …" if len(labels) > at_most else "")


def _trained_on(report: dict[str, Any] | None) -> str | None:
    data = (report or {}).get("data")
    if not data:
        return None
    # Translators: {training} is "1,234 rows".
    return _("Trained on {training} of {source}, with {validation:,} held out.").format(
        training=show.rows(data["training_rows"]), source=data["source"], validation=data["validation_rows"]
    )


def _trained_how(found: dict[str, Any]) -> str:
    settings = {name: value for name, value in found["settings"].items() if name in SHOWN and value is not None}
    if not settings:
        return _("Trained by {rule} on {loss}.").format(rule=found["rule"], loss=found["loss"])
    return _("Trained by {rule} on {loss}: {settings}.").format(
        rule=found["rule"],
        loss=found["loss"],
        settings=", ".join(f"{name} {_value(value)}" for name, value in settings.items()),
    )


def _value(value: Any) -> str:
    return number(value) if is_number(value) else str(value)


def _kept(found: dict[str, Any]) -> str:
    return ngettext(
        "Trained for {epochs} epoch ({stopped}); these are the weights of epoch {kept}.",
        "Trained for {epochs} epochs ({stopped}); these are the weights of epoch {kept}.",
        found["epochs"],
    ).format(epochs=found["epochs"], stopped=_stopped(found["stopped"]), kept=found["kept_epoch"])


def _stopped(why: str) -> str:
    """Why the training ended."""
    return {
        # Translators: these five say why a training ended: "Trained for 20 epochs (finished)".
        "finished": _("finished"),
        "patience": _("patience"),
        "diverged": _("diverged"),
        "interrupted": _("interrupted"),
        "callback": _("callback"),
    }.get(why, why)


def _record(record: dict[str, Any]) -> str:
    return ", ".join(f"{name} {number(value, '.4g')}" for name, value in record.items() if isinstance(value, float))
