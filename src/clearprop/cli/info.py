"""`clearprop info`: what a model is, and how it was trained."""

from clearprop.cli.app import Json, Model


def info(model: Model, json: Json = False) -> None:
    """Describe the model, and the run it is from where its report is beside it."""
    from clearprop.cli import description

    description.run(model, json)
