"""What an estimator makes of images: the layers in front, a ready network, and how its parameters name them."""

from typing import Any

import numpy as np

from clearprop import layers, networks
from clearprop.data.images import room
from clearprop.errors import ClearpropError, DataError
from clearprop.i18n import _
from clearprop.layers.augment import augmentations
from clearprop.layers.base import Layer, Shape
from clearprop.registry import unknown
from clearprop.train.rows import is_stored

FRONT_ENDS = {"v1": layers.V1}
"""Fixed first stages by name."""

SOME = 2**16
"""Images that their common mean and spread are taken from, at most: those on disk are read once more for it."""

CHANNELS = (1, 3, 4)
"""Of images as they come: grey, in colour, in colour with transparency."""


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
    """What comes before the network: an axis for the channel of grey images, the scale, augmentation, the front end.

    Raises:
        DataError: the channels seem to come first.
    """
    if len(shape) == 3 and shape[0] in CHANNELS and min(shape[1:]) > max(CHANNELS):
        raise DataError(
            _("Images of shape {shape} seem to have their channels first: give X.transpose(0, 2, 3, 1).").format(
                shape=shape
            )
        )
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


def rows_to_scale(X: Any) -> np.ndarray | None:
    """The rows that the first mean and spread are taken from: of more than `SOME` images as many, evenly spread.

    They are the same wherever the images lie. None: all of an array.
    """
    if isinstance(X, np.ndarray) and (X.ndim < 3 or len(X) <= SOME):
        return None
    some = min(len(X), SOME)
    return np.arange(some) * len(X) // some


def held_out_share(X: Any, share: float) -> float:
    """The share of rows to hold out; of images on disk no more than there is room for in memory, as numbers."""
    return min(share, room() / (4 * _bytes(X))) if is_stored(X) else share


def see_room(X_val: Any) -> None:
    """See that images on disk to judge by, which are read once and kept, fit in memory.

    Raises:
        DataError: they do not.
    """
    if is_stored(X_val) and _bytes(X_val) > room():
        raise DataError(
            _("The validation images take {size:.1f} GB in memory, more than {most:.1f}: give fewer of them.").format(
                size=_bytes(X_val) / 1e9, most=room() / 1e9
            )
        )


def _bytes(X: Any) -> int:
    return int(np.prod(X.shape)) * np.dtype(X.dtype).itemsize
