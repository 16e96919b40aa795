"""`clearprop info`: what a model is, and how it was trained."""

from clearprop.cli.app import Json, Model, command
from clearprop.i18n import _


@command(_("Show a model's layers, shapes and parameter counts, and how it was trained."))
def info(model: Model, json: Json = False) -> None:
    """Describe the model, and the run it is from where its report is beside it."""
    from clearprop.cli import description

    description.run(model, json)
