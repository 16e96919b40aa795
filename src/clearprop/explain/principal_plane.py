"""The plane in which most of a descent's path lies: its two principal axes.

    D_k = θ_k − θ_T,    C = D − mean D = U S Vᵀ,    u, v = the first two columns of V,    explained_i = S_i² / Σ S²

The path's point k in the plane is (⟨D_k, u⟩, ⟨D_k, v⟩), so that the trained weights θ_T are (0, 0).

Source: Li et al. (2018), "Visualizing the loss landscape of neural nets", section 7.2.
"""

import jax
import numpy as np
from jaxtyping import Float

from clearprop.errors import ClearpropError
from clearprop.explain.path import DescentPath
from clearprop.i18n import _
from clearprop.layers.base import Params


def principal_plane(
    path: DescentPath,
) -> tuple[tuple[Params, Params], Float[np.ndarray, "k 2"], Float[np.ndarray, "2"]]:
    """((u, v) of length 1 as trees of float64, the path's points, the share of its variance along each)

    The directions are such that the path begins on the left of the trained weights, and above them.

    Raises:
        ClearpropError: fewer than 3 points, or all of them the same; a single weight.
    """
    if len(path) < 3:
        raise ClearpropError(
            _("A plane needs a path of 3 epochs or more, the initial weights' among them; this one has {n}.").format(
                n=len(path)
            )
        )
    theta = path.matrix()
    D = theta - theta[-1]
    S, V = np.linalg.svd(D - D.mean(0), full_matrices=False)[1:]
    if len(V) < 2:
        raise ClearpropError(_("The network has a single weight, so that its path has no plane."))
    if not S[0] > 0:
        raise ClearpropError(_("The path goes nowhere, so that it has no plane: train with a learning rate above 0."))
    start = V[:2] @ D[0]
    axes = V[:2] * np.where(start * [-1, 1] < 0, -1, 1)[:, None]
    u, v = (_as_tree(axis, path) for axis in axes)
    return (u, v), D @ axes.T, S[:2] ** 2 / (S**2).sum()


def _as_tree(vector: np.ndarray, path: DescentPath) -> Params:
    """One number for each weight, in the shape of the weights."""
    leaves, tree = jax.tree.flatten(path.params)
    ends = np.cumsum([leaf[0].size for leaf in leaves])
    parts = np.split(vector, ends[:-1])
    return jax.tree.unflatten(tree, [part.reshape(leaf.shape[1:]) for part, leaf in zip(parts, leaves, strict=True)])
