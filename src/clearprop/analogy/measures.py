"""How well a network knows when a neuron fires."""

from typing import Any

import numpy as np
from scipy.stats import rankdata

FALSE_ALARM_EVERY_MS = 400
"""Beniaguev, Segev and London (2021), Neuron 109, 2727, take this rate of false alarms."""


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
    hit, rest = z[fired], z[~fired]
    return {
        "auc": auc(z, fired),
        "d_prime": float((hit.mean() - rest.mean()) / np.sqrt((hit.var() + rest.var()) / 2)),
        "caught": float((hit > np.quantile(rest, 1 - 1 / FALSE_ALARM_EVERY_MS)).mean()),
        "explained_variance": float(1 - np.var(V - V_hat) / np.var(V)),
    }


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
