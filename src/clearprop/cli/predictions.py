"""What `clearprop predict` does."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars
from rich.console import Console
from scipy.special import expit

from clearprop.cli import show
from clearprop.cli.model import file_of, open_model, which_rows
from clearprop.cli.outputs import see_that_it_is_safe, write
from clearprop.cli.pictures import files_of, is_folder, left_out, read_images
from clearprop.cli.pixels import take_bytes
from clearprop.cli.tables import Rows, rows_for, see_images, telling_places
from clearprop.data.images import is_picture
from clearprop.data.table import Table
from clearprop.errors import ClearpropError, DataError
from clearprop.i18n import _, ngettext
from clearprop.i18n.visible import visible


def run(model: str, data: Sequence[str], output: str | None, proba: bool, spread: bool, strict: bool) -> None:
    """Predict, and write a line a row."""
    out = show.console(stderr=True)
    estimator, table = open_model(model)
    _see_that_it_has(model, estimator, table, proba, spread)
    if output is not None:
        see_that_it_is_safe(Path(output), "--output", *data, str(file_of(model)))
    if all(is_picture(each) or is_folder(each) for each in data):
        found = of_pictures(out, estimator, table, data, proba, spread, strict)
    else:
        found = _of_rows(out, estimator, table, _one(data), proba, spread)
    content = found.write_csv()
    if output is None:
        sys.stdout.write(content)
        sys.stdout.flush()
        return
    write(Path(output), content.encode())
    sentence = ngettext(
        "Wrote predictions for {n:,} row to {path}.", "Wrote predictions for {n:,} rows to {path}.", len(found)
    )
    show.say(out, sentence.format(n=len(found), path=output))


def _one(data: Sequence[str]) -> str:
    """The one table to predict for.

    Raises:
        DataError: there are several.
    """
    if len(data) > 1:
        odd = next(each for each in data if not (is_picture(each) or is_folder(each)))
        raise DataError(_("Several DATA have to be pictures or folders of them, and {} is not.").format(odd))
    return data[0]


def _of_rows(out: Console, estimator: Any, table: Table, data: str, proba: bool, spread: bool) -> polars.DataFrame:
    rows = rows_for(estimator, data, with_target=False)
    if note := which_rows(rows.source):
        show.say(out, note)
    with telling_places(rows.source):
        answers, P = answers_of(estimator, table, rows.X)
        return predictions(estimator, table, rows.X, answers, P, proba, spread)


def answers_of(estimator: Any, table: Table, X: Rows) -> tuple[np.ndarray, np.ndarray | None]:
    """(what is predicted, P): the likeliest class of each row and the probabilities of all, from one way forward, since
    each decodes pictures on disk; or the number and None.
    """
    if not table.classes:
        return estimator.predict(X), None
    if estimator.n_outputs_ > 1:
        P = estimator.predict_proba(X)
        return estimator.classes_[P.argmax(1)], P
    Z = estimator.decision_function(X)  # of two classes by its sign, as in `predict`: P may be ½ for both
    return estimator.classes_[(Z > 0).astype(int)], np.column_stack([expit(-Z), expit(Z)])


def predictions(
    estimator: Any, table: Table, X: Rows, answers: np.ndarray, P: np.ndarray | None, proba: bool, spread: bool
) -> polars.DataFrame:
    """A column `prediction`; `spread`, the standard deviation over an ensemble's members of the number predicted, or of
    the predicted class's probability; and `probability_CLASS` for each class.
    """
    columns = {"prediction": polars.Series(answers.tolist())}
    if spread:
        columns["spread"] = polars.Series(_spread(estimator.predict_members(X), P))
    if proba and P is not None:
        columns |= {f"probability_{label}": polars.Series(P[:, place]) for place, label in enumerate(table.classes)}
    return polars.DataFrame(columns)


def of_pictures(
    out: Console, estimator: Any, table: Table, data: Sequence[str], proba: bool, spread: bool, strict: bool
) -> polars.DataFrame:
    """A line a picture: its file, the class and its probability; or the number predicted."""
    shape = see_images(estimator.fitted_, data[0])
    files = files_of(data)
    gathered = read_images(files, shape, strict)
    for sentence in (*gathered.faults, *take_bytes(estimator)):
        show.say(out, sentence)
    X: Any = gathered.X
    X = X.reshape(len(X), *estimator.fitted_.input_shape) if isinstance(X, np.ndarray) else X
    named = {"file": polars.Series([visible(str(files[row])) for row in gathered.rows])}
    answers, P = answers_of(estimator, table, X)
    found = predictions(estimator, table, X, answers, P, proba, spread)
    if P is not None:
        found = found.rename({"prediction": "class"}).insert_column(1, polars.Series("probability", P.max(1)))
    if sentence := left_out(gathered.faults):
        show.say(out, sentence, style="yellow")
    return polars.DataFrame(named).hstack(found)


def _spread(members: np.ndarray, P: np.ndarray | None) -> np.ndarray:
    """(n,) √(Σ_m (ŷ_m − mean ŷ)² / (members − 1)); for classes, ŷ_m is the probability of the class predicted."""
    deviation = members.std(axis=0, ddof=1)
    return deviation if P is None else np.take_along_axis(deviation, P.argmax(1)[:, None], axis=1)[:, 0]


def _see_that_it_has(model: str, estimator: Any, table: Table, proba: bool, spread: bool) -> None:
    """See that the model has what is asked for.

    Raises:
        ClearpropError: it has no classes, or is no ensemble.
    """
    if proba and not table.classes:
        raise ClearpropError(
            _("{} predicts a number, which has no class probabilities: leave out --proba.").format(model)
        )
    if spread and estimator.fitted_.members < 2:
        raise ClearpropError(
            _("{} is one network, and --spread needs several: train with --ensemble 8, say.").format(model)
        )
