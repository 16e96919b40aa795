"""`clearprop explain`: one row forward and back through the network, and all of it as a page."""

from typing import Annotated

import typer

from clearprop.cli.app import Data, Json, Model
from clearprop.i18n import _


def explain(
    model: Model,
    data: Data,
    row: Annotated[int, typer.Option(help=_("Which row of the data to follow; the first one is 1."), min=1)] = 1,
    output: Annotated[
        str | None,
        typer.Option(
            help=_(
                "The .html file to write besides: the steps to walk through, the loss around the weights, decision"
                " regions, units and more. It is whole in itself, to open anywhere."
            ),
            show_default=False,
        ),
    ] = None,
    units: Annotated[
        int, typer.Option(help=_("How many units of a large layer to show: those that matter most."), min=1)
    ] = 4,
    learning_rate: Annotated[
        float, typer.Option(help=_("How far the step of gradient descent goes that ends the trace."), min=0.0)
    ] = 0.1,
    seed: Annotated[int, typer.Option(help=_("Of the rows and directions that are drawn."), min=0, max=2**32 - 1)] = 0,
    json: Json = False,
) -> None:
    """Print every equation with the row's own numbers in it: forward, the loss, back, and a step of descent."""
    from clearprop.cli import explaining

    explaining.run(model, data, row - 1, output, units, learning_rate, seed, json)
