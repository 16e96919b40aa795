"""Inputs brought to a common scale by numbers taken from the training data."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from clearprop.layers.base import Backprop, Layer, Params, Pass, Shape, State


@dataclass(frozen=True)
class Standardize(Layer):
    """Y = (X − mean) / scale, with a mean and scale that are data and never learnt.  X, Y: (n, ...).

    They start as 0 and 1; `Standardize.state(X)` takes them from data, for `train.fit(…, state=…)`.

    >>> Standardize.state(np.array([[1.0, 5.0], [3.0, 5.0]]))
    {'mean': array([2., 5.]), 'scale': array([1., 1.])}
    """

    @staticmethod
    def state(X: np.ndarray, shared: bool = False) -> dict[str, np.ndarray]:
        """Mean and standard deviation of each input, the scale of one that never changes being 1.

        Bytes are pixels: they share one mean and one scale, so that a pixel that is nearly always dark is not blown up;
        so do others where `shared`.
        """
        axis = None if shared or X.dtype == np.uint8 else 0
        mean, scale = (np.asarray(f(axis, dtype=np.float64)) for f in (X.mean, X.std))
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
