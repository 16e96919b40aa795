"""`clearprop evaluate`: how well a model does on rows whose answers are known."""

from clearprop.cli.app import Data, Json, Model


def evaluate(model: Model, data: Data, json: Json = False) -> None:
    """Score, and print the metrics and the confusion matrix."""
    from clearprop.cli import evaluation

    evaluation.run(model, data, json)
