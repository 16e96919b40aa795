"""The network and the optimizer that an estimator's parameters describe."""

from typing import Any

import numpy as np

from clearprop import activations, initializers, layers, optim
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.network import Network


def network(hidden: Any, activation: Any, dropout: float, outputs: int, output: str | None = None) -> Network:
    """Standardize, then Dense, Activation and Dropout for each hidden layer, then Dense; no hidden layer: one Dense.

    Args:
        hidden: units of each hidden layer, or a number for one.
        activation: a name or object of `clearprop.activations`, or one for each hidden layer.
        dropout: the share of hidden units left out; 0 leaves the layers out.
        outputs: units of the last layer.
        output: the activation after the last layer, where the loss is not fused with it.

    Raises:
        ClearpropError: another number of activations than of hidden layers, an unknown name, a layer without units.

    >>> network((8, 4), ("tanh", "relu"), 0.0, 1).layers[1]
    Dense(units=8, initializer=Glorot(draw='normal'), bias=True)
    """
    parts: list[Any] = [layers.Standardize()]
    sizes = [int(units) for units in np.atleast_1d(np.asarray(hidden))]
    for units, function in zip(sizes, _functions(activation, len(sizes)), strict=True):
        initializer = initializers.suited(function)
        parts += [layers.Dense(units, initializer), layers.Activation(function)]
        parts += [layers.Dropout(float(dropout))] if dropout else []
    return Network([*parts, layers.Dense(outputs), *([layers.Activation(output)] if output else [])])


def _functions(activation: Any, count: int) -> list[Any]:
    """An activation for each hidden layer."""
    if isinstance(activation, (str, activations.ActivationFunction)):
        return [activations.get(activation)] * count
    if len(activation) != count:
        raise ClearpropError(
            _("There are {n} hidden layers and {m} activations: give one name, or one for each layer.").format(
                n=count, m=len(activation)
            )
        )
    return [activations.get(each) for each in activation]


def optimizer(thing: Any, learning_rate: Any, weight_decay: float) -> Any:
    """The optimizer of this name with these numbers (Adam with a decay is AdamW); an object is taken as it is.

    >>> optimizer("adam", 1e-3, 0.01).weight_decay
    0.01
    """
    if not isinstance(thing, str):
        return optim.get(thing)
    if thing == "adam":
        return optim.adamw(learning_rate, weight_decay=weight_decay)
    return optim.OPTIMIZERS[thing](learning_rate, weight_decay=weight_decay)
