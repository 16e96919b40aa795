"""Is the way back right?  The gradients that back propagation gives, against those found by nudging the weights.

For each parameter θ and a direction u of length 1, back propagation says ⟨dθ, u⟩ and the loss itself says

    (loss(θ + h u) − loss(θ − h u)) / 2h,

which agree to about h² if every equation is right. One direction tests every number of θ at once: u is half the
gradient's own direction, so that the answer is not lost in rounding, and half a random one, so that no wrong number can
hide. All of it in float64, on the user's own rows. Where a parameter does not agree, its numbers are nudged one by one,
to name those that are furthest off.
"""

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from clearprop.explain.model import as_fitted
from clearprop.layers.base import Pass, Shape
from clearprop.network import describe
from clearprop.train.fitted import precision
from clearprop.train.rows import as_targets

STEPS = (1e-4, 1e-5, 1e-6)
"""The sizes of nudge: a small one misses the kink (of a ReLU, say) that a large one meets. The best one counts."""

TOLERANCE = 1e-6

MOST, NAMED = 2000, 5
"""Numbers of a parameter that are nudged one by one (of a larger one those with the largest gradients, and others drawn
by chance, half and half), and the worst of them that are named."""


class Offender(NamedTuple):
    """One number of a parameter whose two derivatives differ: its place in the array, and the two."""

    place: tuple[int, ...]
    analytic: float
    numeric: float


class Check(NamedTuple):
    """One parameter's check.

    Attributes:
        layer: the layer's place and kind, "1 dense".
        parameter: its name within the layer, "W"; "body/0/W" within a block.
        shape: its shape.
        norm: the length of its gradient.
        analytic: back propagation's derivative along the direction tested.
        numeric: the same by nudging.
        error: |analytic − numeric| / max(|analytic|, |numeric|, 10⁻⁴ · max(1, loss)).
        passed: error ≤ tolerance.
        offenders: the numbers that are furthest off, the worst first; none where it passed.
    """

    layer: str
    parameter: str
    shape: Shape
    norm: float
    analytic: float
    numeric: float
    error: float
    passed: bool
    offenders: tuple[Offender, ...] = ()


def gradient_check(
    model: Any, X: Any, Y: Any, *, rows: int = 64, seed: int = 0, tolerance: float = TOLERANCE
) -> list[Check]:
    """Check the gradient of every parameter, on at most `rows` of these rows, as in a training pass.

    Dropout, if any, drops the same units each time. The gradient checked is back propagation's, whatever rule the
    network was trained by; of an ensemble, the first member's.

    Args:
        model: a `Fitted`, or an estimator that was fitted.
        X, Y: rows and targets, as `train.fit`, or the estimator's `fit`, takes them.
        rows: how many of them at most; of more, some are drawn.
        seed: of what is drawn.
        tolerance: the largest relative error that passes.

    Raises:
        ClearpropError: no trained network.
        DataError: data that the network does not take.
    """
    fitted, X, Y = as_fitted(model, X, Y)
    fitted = fitted.member(0)
    X, Y = fitted.check(X, Y)
    picked = np.sort(np.random.default_rng(seed).permutation(len(X))[:rows])
    with precision("float64"):
        X, Y = jnp.asarray(X[picked], "float64"), jnp.asarray(as_targets(Y[picked], "float64", len(picked)))
        params, state = jax.tree.map(_double, (fitted.params, fitted.state))
        given = (state, X, Y, jax.random.key(seed))
        value, gradients = _gradients(fitted.network, fitted.loss, params, *given)
        leaves, tree = jax.tree_util.tree_flatten_with_path(gradients)
        nothing = [np.zeros(gradient.shape) for _path, gradient in leaves]
        draw = np.random.default_rng(seed)
        checks = []
        for place, (path, gradient) in enumerate(leaves):
            u = _direction(np.asarray(gradient), draw)
            along = jax.tree.unflatten(tree, [*nothing[:place], u, *nothing[place + 1 :]])
            numeric = [_slope(fitted.network, fitted.loss, params, along, h, *given) for h in STEPS]
            check = _check(fitted, path, gradient, u, list(map(float, numeric)), float(value), tolerance)
            if not check.passed:
                check = check._replace(offenders=_offenders(fitted, params, place, np.asarray(gradient), draw, given))
            checks.append(check)
    return checks


def _check(fitted, path, gradient, u, numerics, loss, tolerance) -> Check:
    """What is said of one parameter."""
    analytic = float((gradient * u).sum())
    numeric = min(numerics, key=lambda found: abs(found - analytic))
    floor = 1e-4 * max(1.0, abs(loss))  # below it, a difference of two losses is rounding
    error = abs(analytic - numeric) / max(abs(analytic), abs(numeric), floor)
    index, *names = (getattr(key, "idx", getattr(key, "key", key)) for key in path)
    layer, parameter = f"{index} {describe(fitted.network.layers[index])}", "/".join(map(str, names))
    norm = float(jnp.linalg.norm(gradient))
    return Check(layer, parameter, gradient.shape, norm, analytic, numeric, error, bool(error <= tolerance))


def _offenders(fitted, params, place, gradient, draw, given) -> tuple[Offender, ...]:
    """The numbers of the parameter at this place in the tree that are furthest off, found by nudging each alone."""
    flat = gradient.ravel()
    tried = np.argsort(-np.abs(flat), kind="stable")
    if len(tried) > MOST:
        tried = np.concatenate([tried[: MOST // 2], draw.permutation(tried[MOST // 2 :])[: MOST // 2]])
    numeric = np.asarray(_slopes(fitted.network, fitted.loss, place, params, tried, *given))
    nearest = numeric[np.argmin(np.abs(numeric - flat[tried]), axis=0), np.arange(len(tried))]
    worst = np.argsort(-np.abs(nearest - flat[tried]), kind="stable")[:NAMED]
    return tuple(
        Offender(tuple(map(int, np.unravel_index(tried[i], gradient.shape))), float(flat[tried[i]]), float(nearest[i]))
        for i in worst
    )


def _direction(gradient: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """A random direction and the gradient's own, half and half; on the same side, so that they cannot cancel."""
    u = draw.normal(size=gradient.shape)
    u = u if (u * gradient).sum() >= 0 else -u
    norm = np.linalg.norm(gradient)
    u = u / np.linalg.norm(u) + (gradient / norm if norm else 0)
    return u / np.linalg.norm(u)


@partial(jax.jit, static_argnums=(0, 1))
def _gradients(network, loss, params, state, X, Y, key):
    pass_ = Pass(True, key, jnp.full((len(X),), 1 / len(X)))
    Y_hat, backprop, _state = network.forward(params, state, X, pass_)
    value, dY_hat = loss(Y_hat, Y, pass_.weights)
    return value, backprop(dY_hat)[0]


@partial(jax.jit, static_argnums=(0, 1))
def _slope(network, loss, params, along, h, state, X, Y, key):
    """(loss(θ + h u) − loss(θ − h u)) / 2h"""
    pass_ = Pass(True, key, jnp.full((len(X),), 1 / len(X)))

    def value(step):
        moved = jax.tree.map(lambda w, u: w + step * u, params, along)
        return loss(network.forward(moved, state, X, pass_)[0], Y, pass_.weights)[0]

    return (value(h) - value(-h)) / (2 * h)


@partial(jax.jit, static_argnums=(0, 1, 2))
def _slopes(network, loss, place, params, tried, state, X, Y, key):
    """(steps, tried): ∂loss/∂θ_i by nudging θ_i alone, for each size of nudge"""
    leaves, tree = jax.tree.flatten(params)

    def along(i):
        u = jnp.zeros(leaves[place].size).at[i].set(1).reshape(leaves[place].shape)
        zeros = [jnp.zeros(leaf.shape) for leaf in leaves]
        direction = jax.tree.unflatten(tree, [*zeros[:place], u, *zeros[place + 1 :]])
        return jnp.stack([_slope(network, loss, params, direction, h, state, X, Y, key) for h in STEPS])

    return jax.lax.map(along, tried).T


def _double(leaf: Any) -> Any:
    leaf = jnp.asarray(leaf)
    return leaf.astype("float64") if leaf.dtype.kind == "f" else leaf
