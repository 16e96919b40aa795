"""`clearprop predict`: what a model says of new rows."""

from typing import Annotated

import typer

from clearprop.cli.app import Model
from clearprop.i18n import _


def predict(
    model: Model,
    data: Annotated[
        list[str],
        typer.Argument(
            metavar=_("DATA…"),
            help=_("A table, arrays or sample:NAME as it was trained on; or pictures and folders of them."),
            show_default=False,
        ),
    ],
    output: Annotated[
        str | None, typer.Option(help=_("The .csv file to write; standard output unless given."), show_default=False)
    ] = None,
    proba: Annotated[bool, typer.Option("--proba", help=_("Also the probability of each class."))] = False,
    spread: Annotated[
        bool,
        typer.Option("--spread", help=_("Also how far the networks of an ensemble differ: their standard deviation.")),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help=_("Stop at an image that cannot be decoded, rather than leave it out."))
    ] = False,
) -> None:
    """Read the rows, predict, and write a line for each."""
    from clearprop.cli import predictions

    predictions.run(model, data, output, proba, spread, strict)
