"""Figures of merit: `metric(prediction, Y, weights) → number`, higher or lower being better as its name says.

`prediction` is the network's output after the loss's output activation: probabilities, rates or values. `weights` (n,)
sum to 1. They run inside the compiled epoch, on the whole validation set.
"""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float, Shaped

from clearprop.registry import unknown

Prediction = Float[Array, "n *outputs"]
Targets = Shaped[Array, "n *targets"]
Weights = Float[Array, " n"]
Metric = Callable[[Any, Any, Any], Any]


def accuracy(prediction: Prediction, Y: Targets, weights: Weights) -> Float[Array, ""]:
    """The share of rows whose likeliest class is the right one; with one output, the side of ½ it is on."""
    if prediction.shape[-1] == 1:
        return label_accuracy(prediction, Y, weights)
    right = Y if Y.ndim < prediction.ndim else Y.argmax(-1)
    return (weights * (prediction.argmax(-1) == right)).sum()


def label_accuracy(prediction: Prediction, Y: Targets, weights: Weights) -> Float[Array, ""]:
    """The share of labels on the right side of ½, each output being a label of its own."""
    right = (prediction > 0.5) == (Y.reshape(prediction.shape) > 0.5)
    return (weights * right.reshape(weights.size, -1).astype(weights.dtype).mean(-1)).sum()


def r2(prediction: Prediction, Y: Targets, weights: Weights) -> Float[Array, ""]:
    """1 − Σ w (y − ŷ)² / Σ w (y − ȳ)², the mean over outputs: the share of variance explained (nan of no variance)."""
    y = Y.reshape(weights.size, -1).astype(prediction.dtype)
    w, y_hat = weights[:, None], prediction.reshape(y.shape)
    around_mean = (w * (y - (w * y).sum(0)) ** 2).sum(0)
    return (1 - (w * (y - y_hat) ** 2).sum(0) / jnp.where(around_mean > 0, around_mean, jnp.nan)).mean()


def rmse(prediction: Prediction, Y: Targets, weights: Weights) -> Float[Array, ""]:
    """√ Σ w (y − ŷ)², the mean over the outputs under the root: the usual size of an error, in Y's units."""
    squares = (prediction - Y.reshape(prediction.shape)) ** 2
    return jnp.sqrt((weights * squares.reshape(weights.size, -1).mean(-1)).sum())


def mae(prediction: Prediction, Y: Targets, weights: Weights) -> Float[Array, ""]:
    """Σ w |y − ŷ|, the mean over the outputs: the mean size of an error, in Y's units."""
    sizes = jnp.abs(prediction - Y.reshape(prediction.shape))
    return (weights * sizes.reshape(weights.size, -1).mean(-1)).sum()


METRICS: dict[str, Metric] = {f.__name__: f for f in (accuracy, label_accuracy, r2, rmse, mae)}


def get(metric: str | Metric) -> Metric:
    """A metric by its name, or the function itself.

    Raises:
        ClearpropError: an unknown name.
    """
    if callable(metric):
        return metric
    if metric not in METRICS:
        raise unknown("metric", metric, METRICS)
    return METRICS[metric]
