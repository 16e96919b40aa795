"""Numbers brought to about the same size, column by column, in float64.

Robust scaling with smooth clipping is that of RealMLP (Holzmüller, Grinsztajn and Steinwart, "Better by default: strong
pre-tuned MLPs and boosted trees on tabular data", NeurIPS 2024, section 3 and appendix A).
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from clearprop.data.cells import number_error
from clearprop.data.dataset import LARGEST

Scaling = Literal["robust", "standard"]

NOISE = 1e-12
"""A spread below this share of the largest number is what rounding leaves: the column counts as constant."""

SMALLEST = 1e-100
"""So does a spread below this, so that what is scaled can be squared in float64."""

LARGEST_SCALE = 1 / SMALLEST


def learn_scaling(X: np.ndarray, weights: np.ndarray | None, scaling: Scaling) -> tuple[np.ndarray, np.ndarray]:
    """(center, scale), each (columns,), of numbers (n, columns) with NaN where they are missing.

    With quantiles q of the values there are, each counted with its weight w:

        robust:    center = q50,         scale = 1 / (q75 − q25);  2 / (q100 − q0) if that spread is 0
        standard:  center = Σ w x / Σ w, scale = 1 / √(Σ w (x − center)² / Σ w)

    and scale = 0 where every spread is 0. Every column has at least one value, of a weight above 0.
    """
    low, q25, q50, q75, high = quantiles(X, weights, (0.0, 0.25, 0.5, 0.75, 1.0))
    noise = np.maximum(NOISE * np.maximum(np.abs(low), np.abs(high)), SMALLEST)
    if scaling == "robust":
        return q50, np.where(q75 - q25 > noise, _inverse(q75 - q25), 2 * _inverse(high - low, noise))
    w = np.where(np.isnan(X), 0.0, 1.0 if weights is None else weights[:, None])
    mean = (w * np.nan_to_num(X)).sum(0) / w.sum(0)
    spread = np.sqrt((w * np.nan_to_num(X - mean) ** 2).sum(0) / w.sum(0))
    return mean, np.where(high - low > noise, _inverse(spread, noise), 0.0)


def quantiles(X: np.ndarray, weights: np.ndarray | None, shares: tuple[float, ...]) -> np.ndarray:
    """(shares, columns): in each column the smallest x for which Σ w of the values up to x ≥ share · Σ w.

    NaN is left out. These are NumPy's quantiles by the method "inverted_cdf": a weight of 2 is two rows, to the bit.

    >>> quantiles(np.array([[1.0], [2.0], [3.0]]), np.array([1, 1, 2]), (0.25, 0.5, 0.75))
    array([[1.],
           [2.],
           [3.]])
    """
    if weights is None:
        ordered = np.sort(X, axis=0)  # NaN last
        needed = np.multiply.outer(shares, (~np.isnan(X)).sum(0))
        places = np.maximum(np.ceil(needed).astype(int) - 1, 0)
        return np.take_along_axis(ordered, places, axis=0)
    order = np.argsort(X, axis=0)
    ordered = np.take_along_axis(X, order, axis=0)
    below = np.where(np.isnan(ordered), 0.0, weights[order]).cumsum(0)
    places = np.array([(below < share * below[-1]).sum(0) for share in shares])
    return np.take_along_axis(ordered, places, axis=0)


def smooth_clip(Z: np.ndarray) -> np.ndarray:
    """z / √(1 + (z/3)²): about z near 0, and never beyond ±3."""
    return Z / np.sqrt(1 + (Z / 3) ** 2)


def out_of_reach(X: np.ndarray) -> np.ndarray:
    """Where a number is infinite or beyond float32; a missing one is not."""
    return np.abs(X) > LARGEST


def refuse_out_of_reach(X: np.ndarray, bad: np.ndarray, names: Sequence[str]) -> None:
    """See that no number is bad.

    Raises:
        CellError: the first that is.
    """
    if bad.any():
        row, place = (int(i) for i in np.argwhere(bad)[0])
        raise number_error(names[place], row, X[row, place].item())


def _inverse(spread: np.ndarray, noise: np.ndarray | float = SMALLEST) -> np.ndarray:
    """1 / spread, and 0 where the spread is noise."""
    return np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > noise)
