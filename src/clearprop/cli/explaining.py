"""What `clearprop explain` does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import show
from clearprop.cli.bar import pieces_bar
from clearprop.cli.model import MODEL, PATH, file_of, open_model, which_rows
from clearprop.cli.pictures import is_folder
from clearprop.cli.tables import Known, rows_for, telling_places
from clearprop.errors import ClearpropError, DataError, ModelFileError
from clearprop.explain import DescentPath, Trace, trace
from clearprop.explain.report import report
from clearprop.explain.terms import indexed
from clearprop.files import write_atomically
from clearprop.i18n import _, number
from clearprop.i18n.numbers import is_number
from clearprop.train import Fitted


def run(
    model: str, data: str, row: int, output: str | None, units: int, learning_rate: float, seed: int, as_json: bool
) -> None:
    """Follow a row through the network; write the page if one was asked for."""
    out = show.console(stderr=as_json)
    see_that_it_can_be_written(output)
    estimator, _table = open_model(model)
    given = rows_for(estimator, data)
    if row >= len(given.y):
        raise DataError(
            _("{data} has no row {row}: its rows are 1 to {rows}.").format(data=data, row=row + 1, rows=len(given.y))
        )
    with telling_places(given.source):
        X, Y = _one(estimator, given, row)
    found = trace(estimator.fitted_.member(0), X, Y, units=units, learning_rate=learning_rate, seed=seed)
    if output is not None:
        page = _page(out, estimator, given, model, data, row, found, units, seed)
        write_atomically(output, page.encode())
    if as_json:
        show.print_json({"model": model, "data": data, "row": row + 1, "report": output, "trace": found.as_dict()})
        return
    _say(out, given, estimator, found, data, row, output)


def _one(estimator: Any, given: Known, row: int) -> tuple[Any, Any]:
    """The row as the network takes it."""
    one = given.X[row : row + 1]
    return estimator.prepare(one), estimator.encode(one, given.y[row : row + 1])


def _say(out: Console, given: Known, estimator: Any, found: Any, data: str, row: int, output: str | None) -> None:
    if which_rows(given.source):
        show.say(out, which_rows(given.source) or "")
    if is_folder(data):
        show.say(out, given.source.place(row))
    predicted = np.ravel(estimator.predict(given.X[row : row + 1]))[0]
    show.say(
        out,
        _("Row {row} of {data}: predicted {predicted}, the answer is {answer}.").format(
            row=row + 1, data=data, predicted=_value(predicted), answer=_value(given.y[row])
        ),
        style="bold",
    )
    if estimator.fitted_.members > 1:
        show.say(out, _("Shown is the first of {n} networks.").format(n=estimator.fitted_.members))
    if names := _names(estimator.fitted_):
        show.say(out, _("What goes in: {names}.").format(names=names))
    out.print()
    show.say(out, found.text())
    if output is not None:
        show.say(out, _("Wrote {path}: open it in a browser.").format(path=output), style="green")
    else:
        show.say(out, _("With --output report.html this and more becomes a page to walk through."))


MOST_NAMES = 24
"""Inputs that are told by name; of more, such as pixels, none."""


def _names(fitted: Fitted) -> str:
    """What the subscripts of X stand for: "X₁ age, X₂ plan=basic"; "" where there are too many, or no table."""
    preparation = getattr(fitted.table, "preparation", None)
    names = () if preparation is None else preparation.features
    if len(names) > MOST_NAMES:
        return ""
    return ", ".join(f"{indexed('X', place)} {name}" for place, name in enumerate(names))


def _value(value: Any) -> Any:
    """A class as it is, a number in six digits."""
    return number(value, ".6g") if is_number(value) else value


def see_that_it_can_be_written(output: str | None) -> None:
    """Better known before the work than after it.

    Raises:
        DataError: the page's name does not end in .html, or its folder is not there.
    """
    if output is None:
        return
    if Path(output).suffix.lower() not in (".html", ".htm"):
        raise DataError(
            _("The page is a .html file: give --output a name such as report.html, not '{}'.").format(output)
        )
    if not Path(output).parent.is_dir():
        raise DataError(
            _("{output} cannot be written: there is no folder {folder}.").format(
                output=output, folder=Path(output).parent
            )
        )
    if Path(output).is_dir():
        raise DataError(_("{output} cannot be written: it is a folder.").format(output=output))


def _page(
    out: Console, estimator: Any, given: Known, model: str, data: str, row: int, steps: Trace, units: int, seed: int
) -> str:
    with _progress(out) as progress:
        return report(
            estimator,
            given.X,
            given.y,
            row=row,
            path=path_beside(model, estimator.fitted_),
            name=Path(data).name,  # the page may go to somebody else: not where it lies
            steps=steps,
            units=units,
            seed=seed,
            progress=progress,
        )


@contextmanager
def _progress(out: Console) -> Iterator[Callable[[str, int, int], None]]:
    with pieces_bar(out) as move:
        yield lambda what, done, of_all: move(what, "", done, of_all)


def path_beside(model: str, fitted: Fitted) -> DescentPath | None:
    """The weights by epoch in the model's run folder; None where there are none.

    Raises:
        ModelFileError: the file is damaged, or another training's.
    """
    file = file_of(model)
    place = file.with_name(PATH)
    if file.name != MODEL or not place.exists():
        return None
    path = DescentPath.load(place, fitted)
    try:
        path.see_that_it_leads_to(fitted)
    except ClearpropError as other:
        raise ModelFileError(
            _("{path} does not lead to this model's weights: delete it, or train again with --path.").format(path=place)
        ) from other
    return path
