"""clearprop's own training beside a learner's: the same data, the same first weights, in 64-bit numbers."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from clearprop import layers, losses, optim
from clearprop import train as training
from clearprop.exercises.exercise import Run
from clearprop.exercises.trial import Settings
from clearprop.network import Network

LOSSES = {"sigmoid": "sigmoid_cross_entropy", "softmax": "softmax_cross_entropy"}
"""What is minimised, by the activation of the last layer; each is fused with it."""

Predict = Callable[[np.ndarray], np.ndarray]


def train(
    how: Run, before: list[dict[str, np.ndarray]], X: np.ndarray, Y: np.ndarray, settings: Settings
) -> tuple[np.ndarray, Predict | None]:
    """(the cost before each step, what the network gives in the end for samples or None).

        W ← W − η dW,  b ← b − η db,   of all samples at once

    Args:
        how: the activations, and what is done instead of this.
        before: the learner's first weights, in rows.
        X: (n, inputs)
        Y: (n, outputs)
        settings: η, how many steps, and the seed of the weights that are clearprop's own.
    """
    if how.ours is not None:
        return np.asarray(how.ours(before, X, Y, settings.learning_rate, settings.iterations), np.float64), None
    network, params = _network(how, before)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", training.TrainingWarning)  # that it diverged is seen in the costs
        fitted = training.fit(
            network,
            X,
            Y,
            loss=losses.get(LOSSES[how.output]),
            optimizer=optim.gradient_descent(settings.learning_rate),
            epochs=settings.iterations,
            batch_size=None,
            seed=settings.seed,
            params=params if how.same_start else None,
            dtype="float64",
        )
    return np.asarray(fitted.history["loss"], np.float64), fitted.predict


def _network(how: Run, before: list[dict[str, np.ndarray]]) -> tuple[Network, tuple[Any, ...]]:
    """Dense layers with activations between, and the first weights; the last activation is the loss's."""
    parts: list[layers.Layer] = []
    params: list[dict[str, np.ndarray]] = []
    for layer in before:
        parts += [layers.Dense(layer["W"].shape[1]), layers.Activation(how.activation)]
        params += [layer, {}]
    return Network(parts[:-1]), tuple(params[:-1])
