"""`clearprop predict`: what a model says of new rows."""

from typing import Annotated

import typer

from clearprop.cli.app import Data, Model
from clearprop.i18n import _


def predict(
    model: Model,
    data: Data,
    output: Annotated[
        str | None, typer.Option(help=_("The .csv file to write; standard output unless given."), show_default=False)
    ] = None,
    proba: Annotated[bool, typer.Option("--proba", help=_("Also the probability of each class."))] = False,
    spread: Annotated[
        bool,
        typer.Option("--spread", help=_("Also how far the networks of an ensemble differ: their standard deviation.")),
    ] = False,
) -> None:
    """Read the rows, predict, and write a line for each."""
    from clearprop.cli import predictions

    predictions.run(model, data, output, proba, spread)
