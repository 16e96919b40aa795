"""What each unit of one hidden layer does on given rows: how often it is active, what for, and whether it still learns.

For a unit with sums Z and activations A = g(Z) over the rows:

    active        the share of rows with Z > 0
    dead          A = 0 and dZ = 0 in every row: it says nothing and learns nothing
    saturated     |g′(Z)| < FLAT · max |g′| and A ≠ 0 in more than MOSTLY of the rows: it hardly learns
    prefers       the class with the greatest mean A
    selectivity   AUC: how often A is higher for a row of that class than for another one, ties counting half
    correlation   of A with the target, where that is a number

A unit of a ReLU that is off in most rows, A = 0, is not saturated but selective. The AUC is ½ for a unit that cannot
tell the class and 1 for one that always can (Hanley & McNeil 1982).
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from clearprop import activations
from clearprop.explain.planes import standardised

FLAT, MOSTLY = 0.01, 0.95

TOP = 3
"""Inputs and rows that are named for each unit."""


class Targets(NamedTuple):
    """What the rows stand for.

    Attributes:
        classes: the names of the classes; none where the target is a number.
        members: (n, classes) whether a row is of a class.
        values: (n,) the target's numbers, where there are no classes.
    """

    classes: tuple[str, ...]
    members: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class HiddenLayer:
    """The units of one layer, an item each.

    Attributes:
        place: where the activation stands in the network, and its name.
        mean, deviation: (units,) of A.
        active: (units,) the share of rows.
        dead, saturated: (units,) truth values.
        class_means: (units, classes) mean A of each class, NaN for a class without rows.
        prefers: (units,) the place of a class; −1 for none, as of a unit that is dead.
        selectivity: (units,) AUC for that class; NaN where it is not defined.
        correlation: (units,) with a target that is a number; NaN where it is not defined.
        inputs: (units, 3) the inputs it responds to most, the strongest first; and
        strength: (units, 3) how: σ_j W_j, what a standard deviation of the input adds to Z, where the layer takes the
            inputs themselves; else the correlation of A with the input.
        by_weight: which of the two.
        rows: (units, 3) the rows that drive it most.
        weights: (inputs, units) σ_j W_j of all inputs; None where the layer does not take the inputs themselves.
        image: (height, width) of the places at which a filter, which is the unit then, looks at an image; else empty.
    """

    place: str
    mean: np.ndarray
    deviation: np.ndarray
    active: np.ndarray
    dead: np.ndarray
    saturated: np.ndarray
    class_means: np.ndarray
    prefers: np.ndarray
    selectivity: np.ndarray
    correlation: np.ndarray
    inputs: np.ndarray
    strength: np.ndarray
    by_weight: bool
    rows: np.ndarray
    weights: np.ndarray | None
    image: tuple[int, ...] = ()

    def __len__(self) -> int:
        """How many units there are."""
        return len(self.mean)


def activity(
    place: str, g: Any, Z: Any, A: Any, dZ: Any, X: np.ndarray, targets: Targets, weights: np.ndarray | None
) -> HiddenLayer:
    """What the units of a layer do.

    Args:
        place: where it is.
        g: its activation.
        Z, A, dZ: (n, …, units), concrete. Axes in between are positions: all count as rows, and a row's own A is their
            mean.
        X: (n, inputs) the network's inputs.
        targets: what the rows stand for.
        weights: (inputs, units) σ_j W_j, if the layer takes the inputs themselves.
    """
    flat = flatness(g, Z, A)
    z, a, d = (np.asarray(array, np.float64).reshape(-1, Z.shape[-1]) for array in (Z, A, dZ))
    own = np.asarray(A, np.float64).reshape(len(X), -1, A.shape[-1]).mean(1)
    dead = np.logical_not((a != 0) | (d != 0)).all(0)
    saturated = ((flat.reshape(a.shape) & (a != 0)).mean(0) > MOSTLY) & ~dead
    strengths = correlations(own, X) if weights is None else weights.T
    top = np.argsort(-np.abs(strengths), 1, kind="stable")[:, :TOP]
    class_means, prefers, selectivity = _preferences(own, targets.members, dead)
    of_target = correlations(own, targets.values[:, None])[:, 0] if not targets.classes else np.full(len(dead), np.nan)
    return HiddenLayer(
        place,
        a.mean(0),
        a.std(0),
        (z > 0).mean(0),
        dead,
        saturated,
        class_means,
        prefers,
        selectivity,
        np.where(own.std(0) > 0, of_target, np.nan),
        top,
        np.take_along_axis(strengths, top, 1),
        weights is not None,
        np.argsort(-own, 0, kind="stable")[:TOP].T,
        weights,
        tuple(Z.shape[1:3]) if Z.ndim == 4 else (),
    )


def flatness(g: Any, Z: Any, A: Any) -> np.ndarray:
    """Where |g′(Z)| < FLAT · max |g′|, the greatest being that over Z from −10 to 10.

    >>> from clearprop.activations import get
    >>> Z = jnp.array([[-6.0, 0.0, 6.0]])
    >>> flatness(get("sigmoid"), Z, get("sigmoid")(Z)), flatness(get("softmax"), Z, Z)
    (array([[ True, False,  True]]), array([[False, False, False]]))
    """
    if not isinstance(g, activations.Elementwise):
        return np.zeros(np.shape(Z), bool)
    some = jnp.linspace(-10, 10, 2001, dtype=Z.dtype)
    greatest = np.abs(np.asarray(g.derivative(some, g(some)))).max()
    return np.abs(np.asarray(g.derivative(Z, A))) < FLAT * greatest


def correlations(A: np.ndarray, X: np.ndarray) -> np.ndarray:
    """Pearson's of every column of A with every column of X, (columns of A, columns of X); 0 for one that is constant.

    >>> correlations(np.array([[0.0], [1.0], [2.0]]), np.array([[5.0, 1.0], [5.0, 0.0], [5.0, -1.0]]))
    array([[ 0., -1.]])
    """
    return np.round(standardised(A)[0].T @ standardised(X)[0] / len(A), 12) + 0.0


def _preferences(A: np.ndarray, members: np.ndarray, dead: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(class means, preferred class, AUC): AUC_c = (Σ ranks of c − n_c (n_c + 1) / 2) / (n_c (n − n_c))"""
    from scipy.stats import rankdata

    units, count = A.shape[1], members.sum(0).astype(float)
    if not members.shape[1]:
        return np.empty((units, 0)), np.full(units, -1), np.full(units, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = A.T @ members / count
        ranks = rankdata(A, axis=0).T @ members
        auc = (ranks - count * (count + 1) / 2) / (count * (len(A) - count))
    prefers = np.where(dead | ~count.any(), -1, np.nan_to_num(means, nan=-np.inf).argmax(1))
    chosen = np.take_along_axis(auc, np.maximum(prefers, 0)[:, None], 1)[:, 0]
    return means, prefers, np.where(prefers < 0, np.nan, chosen)
