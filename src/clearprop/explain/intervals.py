"""95% intervals of scores: in closed form where there is a standard one, else by resampling the rows.

Time is bounded: what is resampled are at most 1,000 units. Rows (or whole groups) are dealt into so many blocks by
chance, and a block's sums stand for its rows; with n rows far more than blocks the interval is the same to about
1 / √(2 · 1,000) = 2% of its width, and a million rows take no longer to resample than a thousand.
"""

import statistics
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

LEVEL = 0.95
Z = 1.959963984540054
"""The standard normal's 97.5% point: 95% lie within ± Z."""

UNITS = 1_000
RESAMPLES = 1_000

Interval = tuple[float | None, float | None]
"""(low, high); None where too little is known to say."""


def wilson(share: Any, n: Any) -> tuple[Any, Any]:
    """Of a share of n independent rows (numbers or arrays): (low, high) of Wilson's score interval,

        (p + z²/2n ± z √(p (1 − p)/n + z²/4n²)) / (1 + z²/n)

    which stays within 0 and 1 and has a width where the share is 0 or 1.

    Source: Wilson (1927), Journal of the American Statistical Association 22, 209.

    >>> wilson(0.9, 10)
    (0.596, 0.982)
    """
    centre, margin = share + Z**2 / (2 * n), Z * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    low, high = (centre - margin) / (1 + Z**2 / n), (centre + margin) / (1 + Z**2 / n)
    low, high = np.where(share <= 0, 0.0, low), np.where(share >= 1, 1.0, high)  # exactly, not to a rounding
    return (low, high) if low.ndim else (float(low), float(high))


def of_mean(shares: np.ndarray, n: np.ndarray) -> Interval:
    """Of the mean of independent shares, each of n rows of its own: Wilson's intervals joined by MOVER,

        low = mean − √Σ (p_c − l_c)² / k,   high = mean + √Σ (u_c − p_c)² / k.

    Source: Zou and Donner (2008), Statistics in Medicine 27, 1693, equation 6.
    """
    low, high = wilson(shares, n)
    mean, k = shares.mean(), len(shares)
    below, above = np.sqrt(np.sum((shares - low) ** 2)) / k, np.sqrt(np.sum((high - shares) ** 2)) / k
    return float(max(0.0, mean - below)), float(min(1.0, mean + above))


def with_interval(values: Sequence[float]) -> dict[str, float | None]:
    """The mean of a few values (of seeds, say) and its 95% interval, d̄ ± t_{k−1} s_d / √k; no interval of one value.

    Source: Student (1908), Biometrika 6, 1.

    >>> {name: round(value, 3) for name, value in with_interval([0.1, 0.2, 0.3]).items()}
    {'mean': 0.2, 'low': -0.048, 'high': 0.448}
    """
    mean = statistics.fmean(values)
    if len(values) < 2:
        return {"mean": mean, "low": None, "high": None}
    from scipy import stats

    margin = float(stats.t.ppf(0.975, len(values) - 1)) * statistics.stdev(values) / len(values) ** 0.5
    return {"mean": mean, "low": mean - margin, "high": mean + margin}


def units(n: int, groups: np.ndarray | None, seed: int) -> np.ndarray:
    """The unit (n,) that each row is resampled with: its own, its group's, or a block of some of these."""
    own = np.arange(n) if groups is None else np.unique(groups, return_inverse=True)[1]
    count = int(own.max()) + 1
    return own if count <= UNITS else np.random.default_rng([seed, 1]).permutation(count)[own] % UNITS


def bootstrap(statistic: Callable[[np.ndarray], np.ndarray], sums: np.ndarray, seed: int) -> Interval:
    """Of a statistic of sums over rows: the bias-corrected and accelerated percentiles (BCa) over resampled units.

    Args:
        statistic: sums of resamples (m, columns) → (m,).
        sums: (units, columns) the sums over the rows of each unit.
        seed: the same interval for the same seed.

    Returns:
        (low, high); both None for fewer than two units, or where the statistic is not defined for every resample.

    Source: Efron (1987), Journal of the American Statistical Association 82, 171; computed by SciPy.
    """
    from scipy import stats

    n = len(sums)
    if n < 2:
        return None, None

    def of_resample(drawn: np.ndarray, axis: int) -> np.ndarray:
        """The statistic of the units drawn (..., units); how often each was drawn, times its sums, adds them up."""
        flat = drawn.reshape(-1, drawn.shape[axis])
        place = flat + n * np.arange(len(flat))[:, None]
        times = np.bincount(place.ravel(), minlength=n * len(flat)).reshape(-1, n)
        return statistic(times @ sums).reshape(drawn.shape[:-1])

    draw = np.random.default_rng([seed, 2])
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a statistic that is the same in every resample
        found = stats.bootstrap((np.arange(n),), of_resample, n_resamples=RESAMPLES, batch=200, rng=draw)
    values = found.bootstrap_distribution
    if not np.isfinite(values).all():
        return None, None
    limits = found.confidence_interval
    if not np.isfinite(limits).all():  # every resample the same, or all on one side of the value
        limits = np.percentile(values, (2.5, 97.5))
    return float(limits[0]), float(limits[1])


def of_auc(p: np.ndarray, hits: np.ndarray, unit: np.ndarray | None = None) -> Interval:
    """Of the area under the ROC curve, averaged over the columns: DeLong's variance on the scale of log-odds.

    Each row moves the area by its placement: a hit by the share of misses below it, over the number of hits; a miss by
    the share of hits above it, over the number of misses. The variance is the sum of the squares of what the rows
    (or, with units, the rows of a unit together) move the mean of the areas by. An area of 1, where that is 0, has
    Newcombe's lower limit.

    Args:
        p: (n, columns) the higher, the likelier a hit.
        hits: (n, columns) true and false, both in each column.
        unit: (n,) the group of each row, or None where rows are independent.

    Source: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837; LeDell, Petersen and van der Laan (2015),
        Electronic Journal of Statistics 9, 1583, for the sum over units.
    """
    areas, moved = zip(*(_placements(p[:, c], hits[:, c]) for c in range(p.shape[1])), strict=True)
    area, moves = float(np.mean(areas)), np.mean(moved, 0)
    if not 0 < area < 1:
        limits = [_newcombe(int(column.sum()), int((~column).sum())) for column in hits.T]
        return (float(np.mean(limits)), 1.0) if area >= 1 else (0.0, 1 - float(np.mean(limits)))
    spread = np.sqrt(np.sum((moves if unit is None else np.bincount(unit, moves)) ** 2))
    log_odds, margin = np.log(area / (1 - area)), Z * spread / (area * (1 - area))
    return float(1 / (1 + np.exp(margin - log_odds))), float(1 / (1 + np.exp(-margin - log_odds)))


def _placements(p: np.ndarray, hit: np.ndarray) -> tuple[float, np.ndarray]:
    """The area, and by how much each row (n,) moves it; ties count half."""
    from scipy.stats import rankdata

    rank, hits, misses = rankdata(p), int(hit.sum()), int((~hit).sum())
    placement = np.empty(len(p))
    placement[hit] = (rank[hit] - rankdata(p[hit])) / misses
    placement[~hit] = 1 - (rank[~hit] - rankdata(p[~hit])) / hits
    area = placement[hit].mean()
    # n − 1 in place of n, as in any sample's variance; one hit alone says nothing of its own spread.
    scale = np.where(hit, np.sqrt(hits * max(hits - 1, 1)), np.sqrt(misses * max(misses - 1, 1)))
    return float(area), (placement - area) / scale


def _newcombe(hits: int, misses: int) -> float:
    """The lowest area θ of which an area of 1 is within Z spreads: 1 − θ = Z √V(θ), V from Hanley and McNeil,

        V(θ) = θ (1 − θ) (1 + N (1 − θ)/(2 − θ) + N θ/(1 + θ)) / (hits · misses),   N = (hits + misses)/2 − 1.

    Source: Newcombe (2006), Statistics in Medicine 25, 559, method 5.
    """
    from scipy.optimize import brentq

    N = (hits + misses) / 2 - 1

    def beyond(area: float) -> float:
        spread = area * (1 + N * (1 - area) / (2 - area) + N * area / (1 + area)) / (hits * misses)
        return (1 - area) - Z**2 * spread

    return float(brentq(beyond, 0.0, 1.0))  # pyright: ignore[reportArgumentType]
