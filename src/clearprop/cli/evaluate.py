"""`clearprop evaluate`: how well a model does on rows whose answers are known."""

from typing import Annotated

import typer

from clearprop.cli.app import Data, Json, Model
from clearprop.i18n import _


def evaluate(
    model: Model,
    data: Data,
    strict: Annotated[
        bool, typer.Option("--strict", help=_("Stop at an image that cannot be decoded, rather than leave it out."))
    ] = False,
    json: Json = False,
) -> None:
    """Score, and print the metrics and the confusion matrix."""
    from clearprop.cli import evaluation

    evaluation.run(model, data, json, strict)
