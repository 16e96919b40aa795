"""Metrics in the target's own units, of a model and of the baseline beside it."""

import jax
import jax.numpy as jnp
import numpy as np

from clearprop.data import Table
from clearprop.losses import CategoricalCrossEntropy
from clearprop.train import Fitted, metrics
from clearprop.train.fitted import precision


def scores(fitted: Fitted, table: Table, X: np.ndarray, values: np.ndarray) -> dict[str, float]:
    """Accuracy and log-loss of a classifier, R², RMSE and MAE of a regression.

    Log-loss is the loss that the classifier was trained on: the mean of −ln p, p being the right class's probability.
    """
    Y = table.encode(values)
    if table.task == "classification":
        found = fitted.evaluate(X, Y, metrics=["accuracy"])
        return {"accuracy": found["accuracy"], "log_loss": found["loss"]}
    return _regression(table.labels(fitted.predict(X)), values)


def baseline(table: Table, values: np.ndarray) -> dict[str, float] | None:
    """The same metrics of an answer that needs no inputs: the training rows' commonest class, or their mean.

    The baseline's probabilities are the shares of the classes in the training rows. None where these are not known.
    """
    if table.task == "regression":
        return _regression(np.full(len(values), table.target_mean), values)
    if not table.class_counts:
        return None
    shares = np.array(table.class_counts) / sum(table.class_counts)
    with precision("float64"):
        prediction, Y, weights = _arrays(np.tile(shares, (len(values), 1)), table.encode(values))
        log_loss, _derivative = CategoricalCrossEntropy()(prediction, Y, weights)
        return {"accuracy": float(metrics.accuracy(prediction, Y, weights)), "log_loss": float(log_loss)}


def _regression(prediction: np.ndarray, values: np.ndarray) -> dict[str, float]:
    with precision("float64"):
        arrays = _arrays(prediction.astype(float)[:, None], values.astype(float))
        return {metric.__name__: float(metric(*arrays)) for metric in (metrics.r2, metrics.rmse, metrics.mae)}


def _arrays(prediction: np.ndarray, Y: np.ndarray) -> tuple[jax.Array, jax.Array, jax.Array]:
    """As the metrics take them, every row weighing the same."""
    return jnp.asarray(prediction), jnp.asarray(Y), jnp.full(len(Y), 1 / len(Y))


def confusion(table: Table, values: np.ndarray, predicted: np.ndarray) -> list[list[int]]:
    """How many rows of each class (a line each) were taken for each class (a column each)."""
    counts = np.zeros((len(table.classes), len(table.classes)), int)
    np.add.at(counts, (table.encode(values), table.encode(predicted)), 1)
    return counts.tolist()
