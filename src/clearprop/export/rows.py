"""Rows to try a network on that comes without any: they reach all of its parts."""

from typing import Any

import numpy as np

from clearprop.layers import Embedding, Layer, Standardize
from clearprop.train.fitted import Fitted

ROWS = 64


def drawn(fitted: Fitted, seed: int = 0) -> np.ndarray:
    """Rows for the network's first layer: half of them normal numbers, on the scale of a `Standardize` there.

    The other half are whole numbers from −1 to one beyond the largest embedding, so that every category, and what is
    no category, is looked up. (ROWS, *input_shape)
    """
    random = np.random.default_rng(seed)
    shape = (ROWS // 2, *fitted.input_shape)
    first = fitted.network.layers[0] if fitted.network.layers else None
    mean, scale = 0.0, 1.0
    if isinstance(first, Standardize):
        mean, scale = (np.asarray(fitted.state[0][name], np.float64) for name in ("mean", "scale"))
    numbers = mean + scale * random.normal(size=shape)
    codes = random.integers(-1, categories_in(fitted.network) + 1, shape)
    return np.concatenate([numbers, codes]).astype(fitted.dtype)


def categories_in(part: Any) -> int:
    """The most categories that an embedding in here has; 2 where there is none."""
    if isinstance(part, Embedding):
        return part.categories
    inner = vars(part).values() if isinstance(part, Layer) else part if isinstance(part, tuple) else ()
    return max((categories_in(item) for item in inner), default=2)
