"""Random directions among the weights that are as long as the weights themselves, unit by unit.

A step of length 1 along a plain random direction may be far for one layer and nothing for the next, since a network's
weights may be made larger in one layer and smaller in another without a change of what it computes. So each unit's part
of the direction is scaled to the length of the unit's own weights:

    u_j ← u_j ‖w_j‖ / ‖u_j‖

w_j, the *filter* of unit j, is column j of a `Dense` layer's W, W[:, :, :, j] of a `Conv2D`'s, W[:, :, j, :] of what a
`ConvTranspose` sends to filter j, W[p, q, :, j] of each place of a `LocallyConnected`, and row j of an `Embedding`'s E.
Biases and the numbers of normalisation and scaling get 0. Each copy in a `Repeat` has filters of its own.

Source: Li, Xu, Taylor, Studer & Goldstein (2018), "Visualizing the loss landscape of neural nets", section 4.
"""

from typing import Any

import jax
import numpy as np

from clearprop.layers import Columns, ConvTranspose, LocallyConnected, Repeat, Residual, Sequence
from clearprop.layers.base import Layer, Params


def filter_normalised(network: Layer, params: Params, draw: np.random.Generator) -> Params:
    """A random direction, a tree as `params` (of NumPy's float64), each filter as long as the weights' own.

    >>> from clearprop import layers
    >>> W, b = np.array([[3.0, 0.0], [4.0, 0.0]]), np.ones(2)
    >>> u = filter_normalised(Sequence([layers.Dense(2)]), ({"W": W, "b": b},), np.random.default_rng(0))[0]
    >>> np.linalg.norm(u["W"], axis=0), u["b"]
    (array([5., 0.]), array([0., 0.]))
    """
    axes = _filter_axes(network, params, 0)

    def direction(w, filter_axes):
        w = np.asarray(w, float)
        u = draw.normal(size=w.shape)  # drawn even where it is not used: other layers' directions stay as they are
        if not filter_axes:
            return np.zeros(w.shape)
        length, own = (np.sqrt((a * a).sum(filter_axes, keepdims=True)) for a in (u, w))
        return u * (own / length)

    leaves, tree = jax.tree.flatten(params)
    return jax.tree.unflatten(tree, [direction(w, a) for w, a in zip(leaves, axes, strict=True)])


def _filter_axes(layer: Layer, params: Params, copies: int) -> list[tuple[int, ...]]:
    """For each array of the layer, the axes that its filters extend over; none for what has no filters.

    copies: how many axes in front are those of `Repeat`.
    """
    if isinstance(layer, Repeat):
        return _filter_axes(layer.body, params, copies + 1)
    if isinstance(layer, Residual):  # in the order of the tree: sorted by name
        return [a for name in ("body", "shortcut") for a in _filter_axes(getattr(layer, name), params[name], copies)]
    inner = layer.layers if isinstance(layer, Sequence) else None
    inner = [part for _count, part in layer.parts] if isinstance(layer, Columns) else inner
    if inner is not None:
        return [a for each, own in zip(inner, params, strict=True) for a in _filter_axes(each, own, copies)]
    return [_axes_of(layer, path, leaf, copies) for path, leaf in jax.tree_util.tree_leaves_with_path(params)]


def _axes_of(layer: Layer, path: Any, leaf: Any, copies: int) -> tuple[int, ...]:
    """All axes of one copy's array but that of the units; what is no matrix has no filters."""
    name, axes = getattr(path[-1], "key", None), tuple(range(copies, np.ndim(leaf)))
    if len(axes) < 2 or name == "b":
        return ()
    if name == "E":
        return axes[1:]
    if isinstance(layer, LocallyConnected):
        return axes[-2:-1]
    if isinstance(layer, ConvTranspose):  # in groups, the channels of one stand beside those of others: each by itself
        return (*axes[:2], axes[3]) if layer.groups == 1 else axes[:2]
    return axes[:-1]
