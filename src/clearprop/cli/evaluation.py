"""What `clearprop evaluate` does."""

from pathlib import Path
from typing import Any

from rich.console import Console

from clearprop.cli import show
from clearprop.cli.model import open_model, read_for, report_beside, which_rows
from clearprop.cli.scores import baseline, confusion, scores
from clearprop.data import Dataset, Table
from clearprop.i18n import _

SMALL = 12
"""Up to so many classes, the confusion matrix is shown."""


def run(model: str, data: str, as_json: bool) -> None:
    """Score the model, and print how it did."""
    fitted, table = open_model(model)
    dataset = read_for(table, data)
    values = dataset.values
    found = {
        "model": model,
        "data": {"source": data, "arrays": list(dataset.arrays), "rows": len(dataset.X), "target": dataset.target},
        "task": table.task,
        "seen_in_training": seen(dataset, report_beside(model)),
        "metrics": scores(fitted, table, dataset.X, values),
        "baseline": baseline(table, values),
    }
    if table.classes:
        found["classes"] = list(table.classes)
        found["confusion"] = confusion(table, values, table.labels(fitted.predict(dataset.X)))
    if as_json:
        show.print_json(found)
    else:
        say(show.console(), found, table, dataset)


def seen(dataset: Dataset, report: dict[str, Any] | None) -> bool | None:
    """Whether the model was trained on this very source; None where that is not known."""
    data = (report or {}).get("data")
    if not isinstance(data, dict):
        return None
    if dataset.source.startswith("sample:"):
        return data.get("source") == dataset.source
    same_file = data.get("path") == str(Path(dataset.source).resolve())
    return same_file and data.get("arrays") == list(dataset.arrays)


def say(out: Console, found: dict[str, Any], table: Table, dataset: Dataset) -> None:
    """The metrics beside the baseline, and the confusion matrix."""
    if which_rows(dataset):
        show.say(out, which_rows(dataset) or "")
    show.say(
        out,
        _("{model} on {rows} of {source}, target '{target}':").format(
            model=found["model"], rows=show.rows(len(dataset.X)), source=dataset.source, target=dataset.target
        ),
    )
    columns = {_("model"): found["metrics"], _("baseline"): found["baseline"]}
    show.scores(out, {name: column for name, column in columns.items() if column})
    show.baseline(out, table)
    if table.classes and len(table.classes) <= SMALL:
        say_confusion(out, table, found["confusion"])
    if found["seen_in_training"]:
        show.say(out, _("The model was trained on these rows: expect less of it on new ones."), style="yellow")


def say_confusion(out: Console, table: Table, counts: list[list[int]]) -> None:
    """A line for each class, a column for what its rows were taken for."""
    labels = [str(label) for label in table.classes]
    show.table(
        out,
        [_("is ↓  predicted →"), *labels],
        [[label, *(f"{n:,}" if n else "·" for n in row)] for label, row in zip(labels, counts, strict=True)],
        right=range(1, 1 + len(labels)),
    )
