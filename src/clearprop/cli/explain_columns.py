"""`clearprop explain-columns`: which columns a model's predictions depend on."""

from typing import Annotated

import typer

from clearprop.cli.app import Data, Json, Model
from clearprop.i18n import _


def explain_columns(
    model: Model,
    data: Data,
    output: Annotated[
        str | None, typer.Option(help=_("Also draw a picture: the .png file to write."), show_default=False)
    ] = None,
    repeats: Annotated[int, typer.Option(help=_("How often each column is shuffled."), min=1)] = 10,
    seed: Annotated[int, typer.Option(help=_("Of the shuffling."), min=0, max=2**32 - 1)] = 0,
    json: Json = False,
) -> None:
    """Shuffle each column in turn, and say how much worse the model then is, the most important column first."""
    from clearprop.cli import columns

    columns.run(model, data, output, repeats, seed, json)
