"""A plane through the space of inputs, to see a network's answers on: every point of it is a row.

Two kinds, x being a row laid out flat and (a, b) its place on the plane:

    principal components     x(a, b) = μ + σ ∘ (a v₁ + b v₂),     a = ((x − μ) / σ) · v₁,  b likewise
    two inputs               x(a, b) = at, but for x_i = a and x_j = b

μ and σ are the inputs' means and standard deviations (1 where an input never changes), v₁ and v₂ the first two right
singular vectors of the standardised rows: the directions in which they differ most (Pearson 1901; Hotelling 1933).
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from clearprop.errors import DataError
from clearprop.i18n import _

MARGIN = 0.05
"""Of the range, on either side."""


class Plane(NamedTuple):
    """Where to look.

    Attributes:
        kind: "principal components", "inputs" or "columns".
        names: of the two axes; "" for principal components.
        across, up: (points,) each: the grid's values along the two.
        rows: (a, b) → the rows of the network's input there, for a and b of shape (m,).
        places: (n, 2) where the data's rows lie on the plane, or would if they lay on it; NaN where that is not known.
        away: (n,) how far each lies off it: the root mean square over the inputs, in standard deviations.
        explained: for principal components, the share of the variance that each of the two explains.
    """

    kind: str
    names: tuple[str, str]
    across: np.ndarray
    up: np.ndarray
    rows: Callable[[np.ndarray, np.ndarray], np.ndarray]
    places: np.ndarray
    away: np.ndarray
    explained: tuple[float, float] | None = None

    def grid(self) -> np.ndarray:
        """The rows of the whole grid, line by line: (points², …)."""
        a, b = np.meshgrid(self.across, self.up)
        return self.rows(a.ravel(), b.ravel())


def standardised(X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """((X − μ) / σ, μ, σ) in float64, rows laid out flat.

    >>> standardised(np.array([[1.0, 5.0], [3.0, 5.0]]))[0]
    array([[-1.,  0.],
           [ 1.,  0.]])
    """
    flat = X.reshape(len(X), -1).astype(np.float64)
    mean, deviation = flat.mean(0), flat.std(0)
    deviation = np.where(deviation > 1e-12 * np.maximum(1, abs(mean)), deviation, 1.0)
    return (flat - mean) / deviation, mean, deviation


def principal_plane(X: np.ndarray, points: int) -> Plane:
    """The plane through the mean of X along its first two principal components.

    Each direction's largest number is positive, so that the same data give the same picture.

    Raises:
        DataError: rows that all lie on one line, or are of one input.
    """
    Z, mean, deviation = standardised(X)
    _U, s, V = np.linalg.svd(Z, full_matrices=False)
    if len(s) < 2 or s[1] <= 1e-5 * s[0]:  # rows may come in 32 bits
        raise DataError(_("These rows differ in one direction only: a plane needs two."))
    V = V[:2] * np.sign(V[[0, 1], abs(V[:2]).argmax(1)])[:, None]
    shares = s[:2] ** 2 / (s**2).sum()
    places = Z @ V.T

    def rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return (mean + deviation * (np.stack([a, b], 1) @ V)).reshape(-1, *X.shape[1:])

    away = np.sqrt(np.mean((Z - places @ V) ** 2, 1))
    across, up = (ticks(along.min(), along.max(), points) for along in places.T)
    return Plane("principal components", ("", ""), across, up, rows, places, away, (float(shares[0]), float(shares[1])))


def plane_of_inputs(X: np.ndarray, inputs: tuple[int, int], at: Any, points: int, names: tuple[str, str]) -> Plane:
    """The plane on which inputs i and j vary and all others are those of `at`, by default the means.

    Raises:
        DataError: an input that is not there, the same one twice, one that never changes, or an `at` of another shape.
    """
    flat = X.reshape(len(X), -1)
    _see_inputs(flat, inputs)
    if at is not None and np.size(at) != flat.shape[1]:
        raise DataError(
            _("The row to stay at has {m} numbers; the network takes {n}.").format(m=np.size(at), n=flat.shape[1])
        )
    base = flat.mean(0) if at is None else np.asarray(at, np.float64).ravel()
    i, j = inputs

    def rows(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        moved = np.repeat(base[None], len(a), 0)
        moved[:, i], moved[:, j] = a, b
        return moved.reshape(-1, *X.shape[1:])

    away = (flat - base) / standardised(X)[2]
    away[:, [i, j]] = 0
    places = flat[:, [i, j]].astype(np.float64)
    across, up = (ticks(along.min(), along.max(), points) for along in places.T)
    return Plane("inputs", names, across, up, rows, places, np.sqrt(np.mean(away**2, 1)))


def _see_inputs(flat: np.ndarray, inputs: tuple[int, int]) -> None:
    last = flat.shape[1] - 1
    for index in inputs:
        if not 0 <= index <= last:
            raise DataError(
                _("There is no input {index}: they are numbered from 0 to {last}.").format(index=index, last=last)
            )
        if np.ptp(flat[:, index]) == 0:
            raise DataError(_("Input {} is the same in every row: choose one that varies.").format(index))
    if inputs[0] == inputs[1]:
        raise DataError(_("A plane needs two inputs, and input {} was given twice.").format(inputs[0]))


def ticks(low: float, high: float, points: int) -> np.ndarray:
    """So many values over a range, slightly widened.

    >>> ticks(0.0, 10.0, 3)
    array([-0.5,  5. , 10.5])
    """
    margin = MARGIN * (high - low)
    return np.linspace(low - margin, high + margin, points)
