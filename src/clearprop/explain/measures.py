"""How good predictions are, as one number, higher for better: what an importance is a fall of."""

from collections.abc import Callable

import numpy as np

from clearprop.registry import unknown

Measure = Callable[[np.ndarray, np.ndarray], float]


def accuracy(y: np.ndarray, predictions: np.ndarray) -> float:
    """The share of rows with the right label.  y, predictions: (n,) labels."""
    return float(np.mean(np.asarray(y) == np.asarray(predictions)))


def log_loss(y: np.ndarray, predictions: np.ndarray) -> float:
    """(1/n) Σ_i ln p_i(y_i): minus the log-loss.  y: (n,) class numbers; predictions: (n, classes) probabilities.

    A probability of 0 counts as the smallest step of its float type, as in scikit-learn.
    """
    p = np.take_along_axis(predictions, np.asarray(y, int)[:, None], axis=1)
    return float(np.mean(np.log(np.maximum(p, np.finfo(p.dtype).eps))))


def r2(y: np.ndarray, predictions: np.ndarray) -> float:
    """1 − Σ (y − ŷ)² / Σ (y − mean y)².  y, predictions: (n,) numbers, y not all the same."""
    y, predictions = np.asarray(y, np.float64), np.asarray(predictions, np.float64)
    return float(1 - ((y - predictions) ** 2).sum() / ((y - y.mean()) ** 2).sum())


MEASURES: dict[str, Measure] = {"accuracy": accuracy, "log_loss": log_loss, "r2": r2}


def get(score: str | Measure) -> Measure:
    """The score of this name, or the function itself.

    Raises:
        ClearpropError: there is none of this name.
    """
    if not isinstance(score, str):
        return score
    if score not in MEASURES:
        raise unknown("score", score, MEASURES)
    return MEASURES[score]
