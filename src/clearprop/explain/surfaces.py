"""Surfaces to descend on: a value and its gradient for each point (a, b).

Three by name, written out with their derivatives, and the plane of a landscape: the loss of a network, whose gradient
there is back propagation's, projected on the plane's directions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from clearprop.errors import ClearpropError
from clearprop.explain.besides import predicts_by_forward
from clearprop.explain.landscape import Landscape
from clearprop.explain.model import as_fitted
from clearprop.i18n import _
from clearprop.layers.base import inference
from clearprop.registry import unknown
from clearprop.train.fitted import precision

FINE = 161
"""Points along each axis of a named surface's map."""


class Map(NamedTuple):
    """The value on a grid, to be drawn: (points of b, points of a), NaN where it is not finite."""

    a: np.ndarray
    b: np.ndarray
    value: np.ndarray


@dataclass(frozen=True, eq=False)
class Surface:
    """A surface over (a, b).

    Attributes:
        name: "bowl", "rosenbrock", "saddle", or "plane" for that of a network's loss.
        function: (numbers, point (2,)) → (value, gradient (2,)); traced by JAX.
        numbers: arrays that the function needs.
        start: where a descent begins unless it is told.
        map: the surface on a grid.
        least: its least value, where that is known.
        dtype: the float type that it is computed in.
    """

    name: str
    function: Callable[[Any, Any], tuple[Any, Any]]
    numbers: Any
    start: Float[np.ndarray, "2"]
    map: Map
    least: float | None = None
    dtype: str = "float64"

    def __call__(self, point: Any) -> tuple[float, Float[np.ndarray, "2"]]:
        """(value, gradient) at a point (a, b)."""
        with precision(self.dtype):
            value, gradient = _at(self.function, self.numbers, jnp.asarray(point, self.dtype))
            return float(value), np.asarray(gradient, float)


@partial(jax.jit, static_argnums=0)
def _at(function: Any, numbers: Any, point: Any) -> tuple[Any, Any]:
    """The function's value and gradient, as one compiled program."""
    return function(numbers, point)


def bowl(numbers: Any, point: Any) -> tuple[Any, Any]:
    """f = (a² + 25 b²) / 2,  df = (a, 25 b).  Least at (0, 0): 0; 25 times as steep along b as along a."""
    a, b = point
    return (a * a + 25 * b * b) / 2, jnp.stack([a, 25 * b])


def rosenbrock(numbers: Any, point: Any) -> tuple[Any, Any]:
    """f = (1 − a)² + 100 (b − a²)²,  df = (−2 (1 − a) − 400 a (b − a²), 200 (b − a²)).  Least at (1, 1): 0.

    Rosenbrock 1960: a curved valley, whose floor hardly falls.
    """
    a, b = point
    off = b - a * a
    return (1 - a) ** 2 + 100 * off * off, jnp.stack([-2 * (1 - a) - 400 * a * off, 200 * off])


def saddle(numbers: Any, point: Any) -> tuple[Any, Any]:
    """f = a²/2 − b²/2 + b⁴/4,  df = (a, b³ − b).  A saddle at (0, 0); least at (0, 1) and (0, −1): −1/4."""
    a, b = point
    return a * a / 2 - b * b / 2 + b**4 / 4, jnp.stack([a, b**3 - b])


_NAMED: dict[str, tuple[Any, ...]] = {
    # name: (function, start, (least a, most a), (least b, most b), least value)
    "bowl": (bowl, (-4.5, 1.2), (-5.0, 5.0), (-1.6, 1.6), 0.0),
    "rosenbrock": (rosenbrock, (-1.2, 1.0), (-1.8, 1.8), (-0.8, 2.4), 0.0),
    "saddle": (saddle, (-1.6, 0.01), (-2.0, 2.0), (-1.6, 1.6), -0.25),
}

SURFACES = tuple(_NAMED)


def named(name: str) -> Surface:
    """A surface by its name.

    Raises:
        ClearpropError: an unknown name.

    >>> named("bowl")((2.0, 1.0))
    (14.5, array([ 2., 25.]))
    """
    if name not in _NAMED:
        raise unknown("surface", name, _NAMED)
    function, start, across, up, least = _NAMED[name]
    a, b = (np.linspace(low, high, FINE) for low, high in (across, up))
    with precision("float64"):
        value = np.asarray(function((), jnp.stack(jnp.meshgrid(a, b)))[0])
    return Surface(name, function, (), np.array(start), Map(a, b, value), least)


class _Plane(NamedTuple):
    """(a, b) → (loss(θ + a u + b v), (⟨dθ, u⟩, ⟨dθ, v⟩)), where dθ is back propagation's gradient there."""

    network: Any
    loss: Any

    def __call__(self, numbers: Any, point: Any) -> tuple[Any, Any]:
        params, (u, v), state, X, Y = numbers
        moved = jax.tree.map(lambda w, u, v: w + point[0] * u + point[1] * v, params, u, v)
        pass_ = inference(len(X), X.dtype)
        Y_hat, backprop, _state = self.network.forward(moved, state, X, pass_)
        value, dY_hat = self.loss(Y_hat, Y, pass_.weights)
        gradients = backprop(dY_hat)[0]
        along = [sum(jax.tree.leaves(jax.tree.map(lambda g, d: (g * d).sum(), gradients, d))) for d in (u, v)]
        return value, jnp.stack(along)


def plane_of(found: Landscape, model: Any, X: Any, Y: Any) -> Surface:
    """The plane of a landscape as a surface to descend on, with back propagation's gradient.

    f(a, b) = loss(θ + a u + b v),  df = (⟨dθ, u⟩, ⟨dθ, v⟩)

    A descent begins where the descent's path does, or else four fifths of the way from the trained weights to the
    highest corner of the grid.

    Args:
        found: a landscape with two directions.
        model, X, Y: what it was made of.

    Raises:
        ClearpropError: no trained network; a landscape along a line; a network whose rule predicts in a way of its own.
    """
    if found.b is None:
        raise ClearpropError(_("A descent needs a plane, and this landscape is along a line: ask for plane='random'."))
    fitted, X, Y = as_fitted(model, X, Y)
    fitted = fitted.member(0)
    if not predicts_by_forward(fitted):
        raise ClearpropError(
            _("This network's learning rule predicts in a way of its own, so that back propagation has no gradient.")
        )
    X, Y = fitted.check(X, Y)
    with precision(fitted.dtype):
        directions = jax.tree.map(lambda u: jnp.asarray(u, fitted.dtype), found.directions)
        numbers = (fitted.params, directions, fitted.state, jnp.asarray(X[found.rows]), jnp.asarray(Y[found.rows]))
    return Surface(
        "plane",
        _Plane(fitted.network, fitted.loss),
        numbers,
        _start(found),
        Map(found.a, found.b, found.loss),
        dtype=fitted.dtype,
    )


def _start(found: Landscape) -> np.ndarray:
    """Where the path begins; without one, towards the corner of the plane where the loss is highest."""
    if found.path is not None:
        return found.path.points[0]
    a, b = found.a[[0, -1]], np.asarray(found.b)[[0, -1]]
    corners = found.loss[np.ix_([0, -1], [0, -1])]
    row, column = np.unravel_index(np.argmax(np.nan_to_num(corners, nan=-np.inf)), (2, 2))
    return 0.8 * np.array([a[column], b[row]])
