"""The loss at many weights around the trained ones, in one compiled function.

    L(a, b) = loss(θ + a u + b v)

The directions and the weights are arguments of the program, so that it is compiled once for a network, whatever the
plane and the grid.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from clearprop.compilation import program
from clearprop.layers.base import Params
from clearprop.train import Fitted
from clearprop.train.program import Learner, Plan, score
from clearprop.train.rows import make_rows, normalised

CHUNK = 32
"""Points that one call works through."""

Progress = Callable[[int, int], None]


class LossesAround:
    """The loss over some rows, as `Fitted.evaluate` computes it.  To be used in `precision(fitted.dtype)`."""

    def __init__(self, fitted: Fitted, X: np.ndarray, Y: np.ndarray):
        self.fitted = fitted
        self._plan = Plan(fitted.network, fitted.loss, fitted.rule, (), 0, True, False)
        self._learner = Learner({"params": fitted.params, "rule": fitted.learnt}, fitted.state, fitted.memory)
        self._rows = make_rows(X, Y, None)

    def at(self, directions: tuple[Params, ...], points: np.ndarray, progress: Progress | None = None) -> np.ndarray:
        """The loss at each of these points (m, directions), NaN where it is not finite."""
        directions = jax.tree.map(lambda u: jnp.asarray(u, self.fitted.dtype), directions)
        losses = []
        for start in range(0, len(points), CHUNK):
            some = points[start : start + CHUNK]
            whole = np.concatenate([some, np.zeros((CHUNK - len(some), points.shape[1]))]).astype(self.fitted.dtype)
            losses.append(np.asarray(_losses(self._plan, self._learner, directions, whole, self._rows))[: len(some)])
            if progress is not None:
                progress(start + len(some), len(points))
        return _finite(np.concatenate(losses))

    def along(self, stacked: Params) -> np.ndarray:
        """The loss at each of these weights, (k,); `stacked`: a tree as the weights, with k as every first axis."""
        return _finite(np.asarray(_losses_of(self._plan, self._learner, stacked, self._rows)))


@program()
def _losses(plan: Plan, learner: Learner, directions: Any, points: Any, rows: Any) -> Any:
    """loss(θ + a u + b v) for each (a, b) of points."""

    def loss(point):
        def moved(w, *along):
            return w + sum(c * u for c, u in zip(point, along, strict=True))

        return _loss(plan, learner, jax.tree.map(moved, learner.weights["params"], *directions), rows)

    return lax.map(loss, points)


@program()
def _losses_of(plan: Plan, learner: Learner, stacked: Any, rows: Any) -> Any:
    return lax.map(lambda params: _loss(plan, learner, params, rows), stacked)


def _loss(plan: Plan, learner: Learner, params: Any, rows: Any) -> Any:
    weights = {**learner.weights, "params": params}
    return score(plan, learner._replace(weights=weights), rows, normalised(rows))[0]


def _finite(loss: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(loss), loss, np.nan).astype(float)
