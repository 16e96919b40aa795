"""What `clearprop evaluate` does."""

from typing import Any

from rich.console import Console

from clearprop.cli import baselines, show
from clearprop.cli.fitting import plain
from clearprop.cli.model import open_model, seen, which_rows
from clearprop.cli.pictures import left_out
from clearprop.cli.predictions import answers_of
from clearprop.cli.report import calibration_of
from clearprop.cli.tables import Known, rows_for, telling_places
from clearprop.data.table import Table
from clearprop.explain.calibration import calibration
from clearprop.explain.evaluation import classification_scores, confusion_matrix, regression_scores
from clearprop.explain.intervals import LEVEL
from clearprop.i18n import _, number

SMALL = 12
"""Up to so many classes, the confusion matrix is shown."""


def run(model: str, data: str, as_json: bool, strict: bool = False) -> None:
    """Score the model, and print how it did."""
    estimator, table = open_model(model)
    rows = rows_for(estimator, data, strict=strict)
    source = rows.source
    with telling_places(source):
        answers, P = answers_of(estimator, table, rows.X)
    metrics = regression_scores(rows.y, answers) if P is None else classification_scores(rows.y, P, table.classes)
    found = {
        "model": model,
        "data": {"source": data, "arrays": source.arrays, "rows": len(rows.X), "target": source.target},
        "task": table.task,
        "seen_in_training": seen(source, model),
        "left_out": rows.left_out,
        "metrics": plain(metrics.items()),
        "baselines": {name: plain(each.items()) for name, each in baselines.simplest(table, rows.y).items()},
    }
    if P is not None:
        found["classes"] = table.classes
        found["confusion"] = confusion_matrix(rows.y, answers, table.classes).tolist()
        found["calibration"] = calibration_of(calibration(rows.y, P, table.classes))
    if as_json:
        show.print_json(found)
    else:
        say(show.console(), found, table, rows)


def say(out: Console, found: dict[str, Any], table: Table, rows: Known) -> None:
    """The metrics beside the baseline, the confusion matrix and the calibration."""
    if which_rows(rows.source):
        show.say(out, which_rows(rows.source) or "")
    show.say(
        out,
        # Translators: {rows} is "1,234 rows".
        _("{model} on {rows} of {source}, target '{target}':").format(
            model=found["model"],
            rows=show.rows(len(rows.X)),
            source=rows.source.source,
            target=rows.source.target,
        ),
    )
    columns = {_("model"): found["metrics"]}
    columns |= {show.baseline(name): each for name, each in found["baselines"].items()}
    show.scores(out, {name: show.score_of(column) for name, column in columns.items()})
    show.say(out, _("{level:.0%} intervals in brackets.").format(level=LEVEL))
    if found["baselines"]:
        show.say(out, baselines.sentence(table))
    if table.classes:
        say_classes(out, table, found)
    if found["seen_in_training"]:
        show.say(out, _("The model was trained on these rows: expect less of it on new ones."), style="yellow")
    if sentence := left_out(rows.left_out):
        show.say(out, sentence, style="yellow")


def say_classes(out: Console, table: Table, found: dict[str, Any]) -> None:
    """A line for each class, a column for what its rows were taken for; and how far probabilities can be believed."""
    labels = [str(label) for label in table.classes]
    if len(labels) <= SMALL:
        show.table(
            out,
            # Translators: the corner of a confusion matrix: a line for what a row is, a column for what was predicted.
            [_("is ↓  predicted →"), *labels],
            [
                [label, *(number(n, ",") if n else "·" for n in row)]
                for label, row in zip(labels, found["confusion"], strict=True)
            ],
            right=range(1, 1 + len(labels)),
        )
    show.say(
        out,
        _("Calibration: predicted probabilities are off by {error:.1%} in the mean (Brier score {brier:.3g}).").format(
            error=found["calibration"]["error"], brier=found["calibration"]["brier"]
        ),
    )
