"""What an estimator makes of images: the layers in front, a ready network, and how its parameters name them."""

from typing import Any

import numpy as np

from clearprop import layers, networks
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.layers.augment import augmentations
from clearprop.layers.base import Layer, Shape
from clearprop.registry import unknown

FRONT_ENDS = {"v1": lambda: layers.V1()}
"""Fixed first stages by name."""

SOME = 1000
"""Images that their common mean and spread are taken from, where they are not all in memory."""


def is_of_images(model: Any) -> bool:
    """Whether an estimator's parameters ask for more than hidden layers of units."""
    return any(getattr(model, name) is not None for name in ("network", "augment", "front_end"))


def see_no_images(model: Any) -> None:
    """See that nothing is asked for that only images have; layers of one's own may take columns.

    Raises:
        ClearpropError: it is.
    """
    given = {"network": model.network, "augment": model.augment, "front_end": model.front_end}
    wrong = next((name for name, value in given.items() if isinstance(value, str)), None)
    if wrong is not None:
        raise ClearpropError(
            _(
                "{name}={value!r} is for images, of (height, width) or (height, width, channels); these rows have"
                " columns."
            ).format(name=wrong, value=given[wrong])
        )


def image_layers(shape: Shape, augment: Any, front_end: Any) -> list[Any]:
    """What comes before the network: an axis for the channel of grey images, the scale, augmentation, the front end."""
    grey: list[Any] = [layers.Reshape((*shape, 1))] if len(shape) == 2 else []
    changed = augmentations(augment) if isinstance(augment, str) else list(augment or ())
    return [*grey, layers.Standardize(), *changed, *_front_end(front_end)]


def _front_end(asked: Any) -> list[Any]:
    if asked is None or isinstance(asked, Layer):
        return [asked] if asked else []
    if asked not in FRONT_ENDS:
        raise unknown("front end", asked, FRONT_ENDS)
    return [FRONT_ENDS[asked]()]


def ready_layers(network: Any, outputs: int, dropout: float) -> list[Any]:
    """The layers that a parameter `network` stands for: a name, a function of the outputs, or the layers themselves."""
    if isinstance(network, str):
        return networks.get(network)(outputs, dropout=float(dropout))
    if isinstance(network, layers.Sequence):
        return list(network.layers)
    made: Any = network(outputs) if callable(network) else network
    return list(made)


def some_images(X: Any) -> np.ndarray:
    """All images that are in memory, and some of those that are not."""
    if isinstance(X, np.ndarray):
        return X
    return X.read(np.unique(np.linspace(0, len(X) - 1, SOME).astype(int)))
