"""`clearprop export`: a model in a form that other programs run."""

from typing import Annotated

import typer

from clearprop.cli.app import Json, Model
from clearprop.i18n import _


def export(
    model: Model,
    onnx: Annotated[str, typer.Option(help=_("The .onnx file to write."), metavar=_("FILE"), show_default=False)],
    json: Json = False,
) -> None:
    """Write the model, columns' preparation and all, as one graph that was seen to predict the same."""
    from clearprop.cli import exporting

    exporting.run(model, onnx, json)
