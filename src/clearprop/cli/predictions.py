"""What `clearprop predict` does."""

import sys
from pathlib import Path

import polars

from clearprop.cli import show
from clearprop.cli.model import file_of, open_model, read_for, which_rows
from clearprop.data import Dataset, Table
from clearprop.errors import ClearpropError
from clearprop.files import write_atomically
from clearprop.i18n import _
from clearprop.train import Fitted


def run(model: str, data: str, output: str | None, proba: bool) -> None:
    """Predict, and write a line a row."""
    out = show.console(stderr=True)
    fitted, table = open_model(model)
    if proba and table.task == "regression":
        raise ClearpropError(
            _("{} predicts a number, which has no class probabilities: leave out --proba.").format(model)
        )
    if output is not None:
        see_that_it_is_safe(Path(output), data, model)
    dataset = read_for(table, data, with_target=False)
    if which_rows(dataset):
        show.say(out, which_rows(dataset) or "")
    content = predictions(fitted, table, dataset, proba).write_csv()
    if output is None:
        sys.stdout.write(content)
        sys.stdout.flush()
        return
    write_atomically(output, content.encode())
    show.say(out, _("Wrote predictions for {rows} to {path}.").format(rows=show.rows(len(dataset.X)), path=output))


def predictions(fitted: Fitted, table: Table, dataset: Dataset, proba: bool) -> polars.DataFrame:
    """A column `prediction`, and one `probability_CLASS` for each class if asked for."""
    raw = fitted.predict(dataset.X)
    columns = {"prediction": polars.Series(table.labels(raw).tolist())}
    if proba:
        probabilities = table.probabilities(raw)
        columns |= {f"probability_{label}": polars.Series(probabilities[:, i]) for i, label in enumerate(table.classes)}
    return polars.DataFrame(columns)


def see_that_it_is_safe(output: Path, data: str, model: str) -> None:
    """See that the file can be written, and is not one that is being read.

    Raises:
        ClearpropError: it is a directory, has no directory to be in, or is the data or the model.
    """
    if output.is_dir():
        raise ClearpropError(_("{} is a directory; --output names a file.").format(output))
    if not output.absolute().parent.is_dir():
        raise ClearpropError(
            _("{output} cannot be written: there is no directory {parent}.").format(output=output, parent=output.parent)
        )
    if output.exists() and any(output.samefile(p) for p in (Path(data), file_of(model)) if p.exists()):
        raise ClearpropError(_("{} is what is being read: give --output another name.").format(output))
