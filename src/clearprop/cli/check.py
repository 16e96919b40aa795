"""`clearprop check`: are the gradients right, on the user's own data?"""

from typing import Annotated

import typer

from clearprop.cli.app import Data, Json, Model
from clearprop.i18n import _


def check(
    model: Model,
    data: Data,
    rows: Annotated[int, typer.Option(help=_("Use at most so many rows."), min=1)] = 64,
    json: Json = False,
) -> int:
    """Print a line a parameter; exit status 1 if one does not agree."""
    from clearprop.cli import gradients

    return gradients.run(model, data, rows, json)
