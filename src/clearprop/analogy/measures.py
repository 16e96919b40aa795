"""How well a network knows when a neuron fires."""

from typing import Any

import numpy as np
from scipy.stats import norm, rankdata

FALSE_ALARMS = 1 / 400
"""A bin of a millisecond in 400: the rate at which Beniaguev, Segev and London (2021), Neuron 109, 2727, count hits."""


def measures(z: np.ndarray, fired: np.ndarray, V_hat: np.ndarray, V: np.ndarray) -> dict[str, Any]:
    """The four measures of one network.

    Args:
        z: (rows,) its log-odds of a spike in each bin of a millisecond.
        fired: (rows,) whether there was one.
        V_hat: (rows,) the potential it predicts.
        V: (rows,) the potential.

    Returns:
        "auc", "d_prime", "caught" and "explained_variance".
    """
    caught = float((z[fired] > np.quantile(z[~fired], 1 - FALSE_ALARMS)).mean())
    return {
        "auc": auc(z, fired),
        "d_prime": d_prime(caught, FALSE_ALARMS, int(fired.sum())),
        "caught": caught,
        "explained_variance": float(1 - np.var(V - V_hat) / np.var(V)),
    }


def d_prime(hits: float, false_alarms: float, n: int) -> float:
    """How many standard deviations two normal distributions lie apart of which a threshold cuts off these shares:

        D′ = Φ⁻¹(hits) − Φ⁻¹(false alarms)

    with no share closer to 0 or 1 than half a spike of n.

    Source: Green and Swets (1966), Signal detection theory and psychophysics, chapter 3.

    >>> round(d_prime(0.5, 0.0025, 1000), 3)
    2.807
    """
    return float(norm.ppf(np.clip(hits, 0.5 / n, 1 - 0.5 / n)) - norm.ppf(false_alarms))


def auc(z: np.ndarray, fired: np.ndarray) -> float:
    """The area under the ROC curve: how often a bin with a spike has a higher z than one without; ties count half.

        AUC = (Σ_hits rank − n₁ (n₁ + 1)/2) / (n₁ n₀)

    Source: Mann and Whitney (1947), Annals of Mathematical Statistics 18, 50.

    >>> auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
    0.75
    """
    hits, misses = int(fired.sum()), int((~fired).sum())
    return float((rankdata(z)[fired].sum() - hits * (hits + 1) / 2) / (hits * misses))


def roc(z: np.ndarray, fired: np.ndarray, points: int = 101) -> dict[str, list[float]]:
    """The curve itself, at evenly spaced square roots of the false-alarm rate, as most of it happens near 0."""
    false_alarms = np.linspace(0, 1, points) ** 2
    thresholds = np.quantile(z[~fired], 1 - false_alarms)
    hits = 1 - np.searchsorted(np.sort(z[fired]), thresholds, side="left") / fired.sum()
    return {"false_alarms": false_alarms.tolist(), "hits": hits.tolist()}
