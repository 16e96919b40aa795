"""Decoded pictures, bytes from 0 to 255, for a model that learnt from other numbers."""

from typing import Any

import numpy as np

from clearprop.i18n import _
from clearprop.layers import Flatten, Reshape, Standardize

BRIGHTEST = 255


def take_bytes(estimator: Any) -> list[str]:
    """Let a model that learnt from numbers from 0 to 1 take bytes; returns what is to be told of it.

    With x a byte, (x / 255 − mean) / scale = (x − 255 mean) / (255 scale): so its first layer is changed, no picture.
    """
    fitted = estimator.fitted_
    place = _standardize(fitted.network.layers)
    if place is None or not _up_to_one(fitted.state[place]):
        return []
    changed = {name: BRIGHTEST * np.asarray(numbers) for name, numbers in fitted.state[place].items()}
    estimator._model = estimator._model.replace(
        state=tuple(changed if i == place else each for i, each in enumerate(fitted.state))
    )
    return [_("The model learnt from numbers from 0 to 1, so the pixels of pictures are divided by 255.")]


def _standardize(layers: Any) -> int | None:
    """The place of the layer that scales, if nothing but the shape is changed before it."""
    for place, layer in enumerate(layers):
        if isinstance(layer, Standardize):
            return place
        if not isinstance(layer, Reshape | Flatten):
            return None
    return None


def _up_to_one(state: Any) -> bool:
    """Whether mean and spread are those of numbers from 0 to 1, whose spread is ½ at most; what never changes has 1."""
    mean, scale = np.asarray(state["mean"]), np.asarray(state["scale"])
    varies = scale != 1
    return bool(varies.any() and mean.min() >= -1e-6 and mean.max() <= 1 + 1e-6 and (scale[varies] <= 0.5 + 1e-6).all())
