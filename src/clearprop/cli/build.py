"""The network that the options describe, and the optimizer."""

import math
from typing import Any

import numpy as np

from clearprop import activations, initializers, layers, optim
from clearprop.network import Network


def network(
    hidden: tuple[int, ...], activation: str, dropout: float, input_shape: tuple[int, ...], outputs: int
) -> Network:
    """[Flatten], Standardize, then Dense, Activation and Dropout for each hidden layer, then Dense.

    >>> network((8,), "tanh", 0.0, (2,), 1).layers[1]
    Dense(units=8, initializer=Glorot(draw='normal'), bias=True)
    """
    function = activations.get(activation)
    initializer = initializers.suited(function)
    parts: list[Any] = [*([layers.Flatten()] if len(input_shape) > 1 else []), layers.Standardize()]
    for units in hidden:
        parts += [layers.Dense(units, initializer), layers.Activation(function)]
        parts += [layers.Dropout(dropout)] if dropout else []
    return Network([*parts, layers.Dense(outputs)])


def start(network: Network, X: np.ndarray) -> tuple[Any, ...]:
    """The state before training: the scale of each input, taken from these rows."""
    flat = X.reshape(len(X), math.prod(X.shape[1:]))
    return tuple(
        layers.Standardize.state(flat) if isinstance(layer, layers.Standardize) else {} for layer in network.layers
    )


def optimizer(name: str, learning_rate: float, weight_decay: float | None) -> Any:
    """The optimizer of this name; Adam with a decay is AdamW."""
    if weight_decay is None:
        optim.get(name)  # refuses a name that is not known
        return optim.OPTIMIZERS[name](learning_rate)
    name = "adamw" if name == "adam" else name
    optim.get(name)
    return optim.OPTIMIZERS[name](learning_rate, weight_decay=weight_decay)
