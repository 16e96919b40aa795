"""The network and the optimizer that an estimator's parameters describe."""

import math
from typing import Any

import jax
import numpy as np

from clearprop import activations, layers, optim
from clearprop.errors import ClearpropError
from clearprop.estimators.images import image_layers, is_of_images, ready_layers, rows_to_scale, see_no_images
from clearprop.estimators.inputs import Inputs
from clearprop.i18n import _
from clearprop.layers.base import Shape
from clearprop.network import Network

EMBEDDING = 8
"""Numbers that a category is embedded as, at most.  Holzmüller, Grinsztajn & Steinwart 2024 use as many."""

OF_INPUTS = 0.4
"""The share of inputs left out, for each hidden unit's: 0.2 of them for 0.5, as Srivastava et al. 2014 have it."""


def network_of(model: Any, outputs: int, output: str | None, inputs: Inputs, shape: Shape) -> Network:
    """The network that an estimator's parameters describe, for rows of this shape: columns, or an image.

    Args:
        model: the estimator; `network`, `front_end` and `augment` say what it does with images, the others the rest.
        outputs: units of the last layer.
        output: the activation after the last layer, where the loss is not fused with it.
        inputs: what the network is given.
        shape: of a row of X.

    Raises:
        ClearpropError: what is for images is asked of columns, or a network of one's own has other outputs; else as
            `network`.
    """
    if not is_of_images(model):
        return network(model.hidden_layer_sizes, model.activation, model.dropout, outputs, output, inputs)
    if inputs.preparation is None:
        first = image_layers(shape, model.augment, model.front_end)
    else:
        see_no_images(model)
        first = first_layers(inputs)
    if model.network is not None:
        parts = [*first, *ready_layers(model.network, outputs, model.dropout)]
        _see_outputs(Network(parts).shapes(shape)[-1], outputs)
    else:
        parts = [*first, layers.Flatten(), *hidden_layers(model.hidden_layer_sizes, model.activation, model.dropout)]
        parts.append(layers.Dense(outputs))
    return Network([*parts, *([layers.Activation(output)] if output else [])])


def _see_outputs(shape: Shape, outputs: int) -> None:
    """See that a network of one's own ends in as many units as y needs.

    Raises:
        ClearpropError: it does not.
    """
    if shape != (outputs,):
        raise ClearpropError(
            _(
                "The network's last layer gives an output of shape {shape}, and y needs {n} numbers: let it be"
                " Dense({n})."
            ).format(shape=shape, n=outputs)
        )


def network(hidden: Any, activation: Any, dropout: float, outputs: int, output: str | None, inputs: Inputs) -> Network:
    """What takes the prepared columns; Dense, Activation and Dropout for each hidden layer; Dense.

    With hidden layers, each column first gets a learnt scale, and some are left out in each step.

    Args:
        hidden: units of each hidden layer, or a number for one; none: one Dense.
        activation: a name or object of `clearprop.activations`, or one for each hidden layer.
        dropout: the share of hidden units left out, and `OF_INPUTS` times as large a share of the inputs.
        outputs: units of the last layer.
        output: the activation after the last layer, where the loss is not fused with it.
        inputs: what the network is given.

    Raises:
        ClearpropError: another number of activations than of hidden layers, an unknown name, a layer without units.

    >>> network((8,), "tanh", 0.0, 1, None, Inputs(None)).layers[3]
    Dense(units=8, initializer=Glorot(draw='normal'), bias=True)
    """
    parts = [*first_layers(inputs), *hidden_layers(hidden, activation, dropout), layers.Dense(outputs)]
    return Network([*parts, *([layers.Activation(output)] if output else [])])


def hidden_layers(hidden: Any, activation: Any, dropout: float) -> list[Any]:
    """A learnt scale of the inputs, some left out; Dense, Activation and Dropout for each hidden layer."""
    sizes = [int(units) for units in np.atleast_1d(np.asarray(hidden))]
    parts: list[Any] = [layers.Scale(), *_left_out(OF_INPUTS * dropout)] if sizes else []
    for units, function in zip(sizes, functions(activation, len(sizes)), strict=True):
        parts += [layers.Dense(units), layers.Activation(function), *_left_out(dropout)]
    return parts


def _left_out(rate: float) -> list[Any]:
    return [layers.Dropout(float(rate), fade=True)] if rate else []


def first_layers(inputs: Inputs) -> list[Any]:
    """Images are flattened and scaled, categories embedded, numbers taken as they are prepared."""
    if inputs.preparation is None:
        return [layers.Flatten(), layers.Standardize()]
    plain = inputs.preparation.numbers + inputs.preparation.indicators
    embedded = [(1, layers.Embedding(codes, min(EMBEDDING, codes))) for codes in inputs.preparation.embedded]
    if not embedded:
        return []
    return [layers.Columns(((plain, layers.Activation("identity")), *embedded) if plain else tuple(embedded))]


def start(network: Network, X: Any, members: int) -> Any:
    """The state to begin with: the scale of the images that are learnt from, the same for each member.

    What other layers keep is their own.

    In front of fully connected layers each pixel has a scale of its own (bytes share one); of a network for images all
    pixels share one, so that a shifted image stays what it is.
    """
    places = [place for place, layer in enumerate(network.layers) if isinstance(layer, layers.Standardize)]
    if not places:
        return None
    shape = network.shapes(X.shape[1:])[places[0]]
    pixels = layers.Standardize.state(X, shared=len(shape) > 1, rows=rows_to_scale(X))
    pixels = {name: values.reshape(shape) for name, values in pixels.items()}
    alike = jax.tree.map(lambda a: np.broadcast_to(a, (members, *a.shape)), pixels) if members > 1 else pixels
    return tuple(alike if isinstance(layer, layers.Standardize) else None for layer in network.layers)


def functions(activation: Any, count: int) -> list[Any]:
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


def optimizer(thing: Any, learning_rate: Any, weight_decay: float, steps: int | None) -> Any:
    """The optimizer of this name with these numbers (Adam with a decay is AdamW); an object is taken as it is.

    A learning rate that is a number falls to 0 along half a cosine over so many steps; it stays where they are None.

    >>> optimizer("adam", 1e-3, 0.01, None).weight_decay
    0.01
    """
    if not isinstance(thing, str):
        return optim.get(thing)
    if steps is not None and not callable(learning_rate):
        learning_rate = optim.schedules.cosine(float(learning_rate), steps)
    if thing == "adam":
        return optim.adamw(learning_rate, weight_decay=weight_decay)
    return optim.OPTIMIZERS[thing](learning_rate, weight_decay=weight_decay)


def batch_size(asked: Any, n: int, most: int = 1024) -> int | None:
    """Rows a step: as asked; "auto": 64, and more where n rows would take over 160 steps an epoch, up to `most`.

    >>> [batch_size("auto", n) for n in (50, 5_000, 25_000, 1_000_000)]
    [64, 64, 128, 1024]
    """
    if asked != "auto":
        return None if asked is None else int(asked)
    return min(most, 64 << max(0, round(math.log2(max(n, 1) / (64 * 160)))))
