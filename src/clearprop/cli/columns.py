"""What `clearprop explain-columns` does."""

from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import show
from clearprop.cli.model import file_of, open_model, seen
from clearprop.cli.outputs import see_that_it_is_safe, writing
from clearprop.cli.tables import Known, fill, rows_for, telling_places
from clearprop.data.table import Table
from clearprop.errors import ClearpropError
from clearprop.explain import columns_picture
from clearprop.explain.columns import Importance, column_importance
from clearprop.explain.intervals import LEVEL
from clearprop.i18n import _, ngettext, number

WIDTH = 24
"""Characters of the longest bar."""


def run(model: str, data: str, output: str | None, repeats: int, seed: int, as_json: bool) -> None:
    """Shuffle each column, and print and draw how much worse the model is for it."""
    estimator, table = open_model(model)
    if table.preparation is None:
        raise ClearpropError(_("{} takes images, which have no columns to explain.").format(model))
    if output is not None:
        see_that_it_is_safe(Path(output), "--output", data, str(file_of(model)))
    rows = rows_for(estimator, data)
    with telling_places(rows.source):
        found = importances(estimator, table, rows, repeats, seed)
    measure = "log_loss" if table.classes else "rmse"
    if output is not None:
        title = _("{source}: what '{target}' is predicted from").format(source=Path(data).name, target=table.target)
        with writing(Path(output)):
            columns_picture.draw(output, found, title, f"−{show.metric(measure)}")
    if as_json:
        columns = [{**each._asdict(), "columns": each.columns} for each in found]
        told = {"model": model, "data": data, "rows": len(rows.X), "repeats": repeats, "score": measure}
        show.print_json({**told, "seen_in_training": seen(rows.source, model), "columns": columns, "picture": output})
        return
    out = show.console()
    say(out, found, measure, rows, repeats)
    if output is not None:
        show.say(out, _("Drawn in {}.").format(output))
    if seen(rows.source, model):
        show.say(
            out, _("The model was trained on these rows: what it learnt by heart counts as important."), style="yellow"
        )


def importances(estimator: Any, table: Table, rows: Known, repeats: int, seed: int) -> list[Importance]:
    """By how much the log-loss of classes, or the RMSE of numbers, rises when a column is shuffled; the highest first.

    Columns that the model left out are not asked about.
    """
    X: Any = rows.X
    X = X if isinstance(X, np.ndarray) else X.select(table.preparation.needed)  # pyright: ignore[reportOptionalMemberAccess]
    if table.classes:
        codes = np.searchsorted(estimator.classes_, rows.y)
        return column_importance(
            lambda X: estimator.predict_proba(fill(table, X)), X, codes, "log_loss", repeats=repeats, seed=seed
        )
    return column_importance(
        lambda X: estimator.predict(fill(table, X)), X, rows.y, _minus_rmse, repeats=repeats, seed=seed
    )


def _minus_rmse(y: np.ndarray, predictions: np.ndarray) -> float:
    """−√(Σ (y − ŷ)² / n), which is defined for rows with one and the same target too."""
    return -float(np.sqrt(np.mean((y - predictions) ** 2)))


def say(out: Console, found: list[Importance], measure: str, rows: Known, repeats: int) -> None:
    """A line a column, with a bar."""
    longest = max((each.mean for each in found), default=0.0)
    # Translators: {measure} is "log-loss" or "RMSE", {rows} "1,234 rows".
    sentence = ngettext(
        "By how much the {measure} rises ({rows} of {source}, each column shuffled {n} time):",
        "By how much the {measure} rises ({rows} of {source}, each column shuffled {n} times):",
        repeats,
    )
    about = {"rows": show.rows(len(rows.X)), "source": rows.source.source, "n": repeats}
    show.say(out, sentence.format(measure=show.metric(measure), **about))
    show.table(
        out,
        # Translators: "rise": by how much a measure of error rises.
        [_("column"), _("rise"), _("{level:.0%} interval").format(level=LEVEL), ""],
        [
            [each.name, number(each.mean, ".4g"), show.interval(each.low, each.high, ".3g"), _bar(each.mean, longest)]
            for each in found
        ],
        right=(1, 2),
    )
    show.say(out, _("Of columns that say the same, each is covered by the others: a low rise need not mean no use."))


def _bar(value: float, longest: float) -> str:
    """A bar in eighths of a character."""
    eighths = round(8 * WIDTH * max(0.0, value) / longest) if longest > 0 else 0
    return "█" * (eighths // 8) + ("▏▎▍▌▋▊▉"[eighths % 8 - 1] if eighths % 8 else "")
