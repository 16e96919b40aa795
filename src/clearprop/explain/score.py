"""What a score is: a value with the limits of its 95% interval; and several of it over folds."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np


class Score(NamedTuple):
    """A score and the limits of its 95% interval; None where it is not defined, or too little is known to say."""

    value: float | None
    low: float | None = None
    high: float | None = None


class Spread(NamedTuple):
    """A score over several folds or seeds: their mean and its standard error, None of one alone."""

    mean: float
    standard_error: float | None
    folds: int


def over_folds(scores: Iterable[Mapping[str, Score]]) -> dict[str, Spread]:
    """Of each score's values over k folds or seeds: the mean, and its standard error s / √k.

    A score that is not defined in a fold is left out there, one defined in none altogether. The folds of a
    cross-validation share training rows, so that theirs is a little too small.

    >>> over_folds([{"r2": Score(0.5)}, {"r2": Score(0.7)}])["r2"]
    Spread(mean=0.6, standard_error=0.1, folds=2)

    Source: Bengio and Grandvalet (2004), Journal of Machine Learning Research 5, 1089.
    """
    values: dict[str, list[float]] = {}
    for fold in scores:
        for name, score in fold.items():
            values.setdefault(name, []).extend([] if score.value is None else [score.value])
    return {name: _spread(np.array(found)) for name, found in values.items() if found}


def _spread(values: np.ndarray) -> Spread:
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return Spread(float(values.mean()), error, len(values))
