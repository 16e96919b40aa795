"""Inputs brought to a common scale by numbers taken from the training data."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State

AT_ONCE = 2**23
"""Numbers that are looked at together, so that nothing as large as X is needed beside it."""


@dataclass(frozen=True)
class Standardize(Layer):
    """Y = (X − mean) / scale, with a mean and scale that are data and never learnt.  X, Y: (n, ...).

    They start as 0 and 1; `Standardize.state(X)` takes them from data, for `train.fit(…, state=…)`.

    >>> Standardize.state(np.array([[1.0, 5.0], [3.0, 5.0]]))
    {'mean': array([2., 5.]), 'scale': array([1., 1.])}
    """

    @staticmethod
    def state(X: Any, shared: bool = False, rows: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """Mean and standard deviation of each input, the scale of one that never changes being 1.

        Bytes are pixels: they share one mean and one scale, so that a pixel that is nearly always dark is not blown up;
        so do others where `shared`.

        Args:
            X: (n, ...) an array; or, with `rows`, whatever has a shape, a dtype and `read(rows)`.
            shared: whether all inputs have one mean and one scale.
            rows: the numbers of the rows that they are taken from; all, if not given.
        """
        blocks = partial(_blocks, X, rows)
        mean, scale = _of_bytes(blocks()) if X.dtype == np.uint8 else _of_numbers(blocks, None if shared else 0)
        scale = np.where(scale > 1e-12 * np.maximum(1, np.abs(mean)), scale, 1.0)
        return {"mean": np.broadcast_to(mean, X.shape[1:]), "scale": np.broadcast_to(scale, X.shape[1:])}

    def init(self, key: Array, shape: Shape) -> tuple[Params, State, Shape]:
        """Nothing to learn; mean 0, scale 1."""
        return {}, {"mean": jnp.zeros(shape), "scale": jnp.ones(shape)}, shape

    def forward(
        self, params: Params, state: State, X: Float[Array, "n *features"], pass_: Pass
    ) -> tuple[Float[Array, "n *features"], Backprop, State]:
        """Y = (X − mean) / scale"""

        def backprop(dY, feedback=params):
            """dX = dY / scale"""
            return {}, dY / state["scale"]

        return (X - state["mean"]) / state["scale"], backprop, state


def _blocks(X: Any, rows: np.ndarray | None) -> Iterator[np.ndarray]:
    """The rows, some at a time."""
    step = max(1, AT_ONCE // max(1, int(np.prod(X.shape[1:]))))
    take = X.__getitem__ if isinstance(X, np.ndarray) else X.read
    for first in range(0, len(X) if rows is None else len(rows), step):
        yield X[first : first + step] if rows is None else take(rows[first : first + step])


def _of_bytes(blocks: Iterable[np.ndarray]) -> tuple[Any, Any]:
    """(mean, spread) from how often each of the 256 values occurs."""
    values, counts = np.arange(256), np.zeros(256, np.int64)
    for block in blocks:
        counts += np.bincount(block.ravel(), minlength=256)
    mean = counts @ values / counts.sum()
    return mean, np.sqrt(counts @ (values - mean) ** 2 / counts.sum())


def _of_numbers(blocks: Callable[[], Iterable[np.ndarray]], axis: int | None) -> tuple[Any, Any]:
    """(mean, spread) along an axis, the mean in a pass of its own so that nothing cancels."""
    n = sum(block.size if axis is None else len(block) for block in blocks())
    mean = sum(block.sum(axis, dtype=np.float64) for block in blocks()) / n
    return mean, np.sqrt(sum(((block - mean) ** 2).sum(axis, dtype=np.float64) for block in blocks()) / n)
