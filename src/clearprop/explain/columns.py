"""Which columns does a model go by?  Permutation importance: how much worse it predicts when a column is shuffled.

With score S (higher is better) and π_r a random order of the rows, the importance of column j over R repeats is

    I_j = S(y, f(X)) − (1/R) Σ_r S(y, f(X with the cells of column j in the order π_r))

Breiman 2001, "Random forests", section 10; Fisher, Rudin & Dominici 2019, "All models are wrong, but many are useful",
section 3: their e_switch and e_orig, of which this is the difference where they take the ratio. It tells of this model
and not of nature: of two columns that say the same, each is covered by the other, unless they are shuffled together.

The interval says what other rows of the same kind would give. It is the delete-a-group jackknife's (Kott 2001): without
each of G groups of rows in turn (as rows, and as rows that a shuffled cell comes from), I_j is I_(g), and

    SE² = (G − 1) / G Σ_g (I_(g) − mean I)²,     I_j ± t_{0.975, G−1} SE

scikit-learn's `permutation_importance` gives the spread over the shuffles alone, and turns a Polars frame into an array
of objects, so that a model that reads columns by their kind cannot be asked; hence ours.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from clearprop.errors import ClearpropError, DataError
from clearprop.explain.measures import Measure, get
from clearprop.explain.shuffle import names_of, shuffled
from clearprop.i18n import _

GROUPS = 20
"""Of rows, for the interval."""


class Importance(NamedTuple):
    """How much a column matters.

    Attributes:
        name: the column's, or the group's.
        columns: those shuffled together.
        mean: I_j, the mean fall of the score.
        deviation: the standard deviation of the fall over the repeats; NaN for one.
        low, high: the interval that covers the importance on other rows, with 95% confidence.
    """

    name: str
    columns: tuple[str, ...]
    mean: float
    deviation: float
    low: float
    high: float


def column_importance(
    predict: Callable[[Any], Any],
    X: Any,
    y: Any,
    score: str | Measure,
    *,
    repeats: int = 10,
    seed: int = 0,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> list[Importance]:
    """The importance of each column, the greatest first; the same for the same seed.

    Args:
        predict: X → predictions, as the score takes them.
        X: a Polars frame, or an array (n, columns), whose columns are called "0", "1", … ; rows that were not learnt
            from, or what was learnt by heart counts as important.
        y: (n,) what should be predicted.
        score: "accuracy", "log_loss", "r2" (see `explain.measures`), or a function (y, predictions) → a number, higher
            for better.
        repeats: how often each column is shuffled.
        seed: of the shuffles.
        groups: columns to be shuffled together, by a name for them; every other column stands alone.

    Raises:
        DataError: fewer than two rows, or another number of them in y.
        ClearpropError: a column in `groups` that is not there or there twice, or a score that is not known.

    >>> X = np.random.default_rng(0).normal(size=(200, 2))
    >>> [(found.name, found.mean > 0.5) for found in column_importance(lambda X: X[:, 1], X, X[:, 1], "r2")]
    [('1', True), ('0', False)]
    """
    measure, y = get(score), np.asarray(y)
    n = len(X)
    if n < 2 or len(y) != n:
        raise DataError(
            _("To shuffle a column, two rows or more with a target each are needed, not {n} and {m}.").format(
                n=n, m=len(y)
            )
        )
    if repeats < 1:
        raise ClearpropError(_("A column is shuffled 1 time or more, not {}.").format(repeats))
    random = np.random.default_rng(seed)
    orders = np.array([random.permutation(n) for _repeat in range(repeats)])
    parts = random.permutation(n) % min(GROUPS, n)
    baseline = np.asarray(predict(X))
    found = []
    for name, columns in _together(names_of(X), groups or {}).items():
        after = [np.asarray(predict(shuffled(X, columns, order))) for order in orders]
        falls = np.array([measure(y, baseline) - measure(y, guess) for guess in after])
        error = _margin(measure, y, baseline, after, orders, parts)
        mean, deviation = float(falls.mean()), float(falls.std(ddof=1)) if repeats > 1 else math.nan
        found.append(Importance(name, columns, mean, deviation, mean - error, mean + error))
    return sorted(found, key=lambda importance: -importance.mean)


def _margin(
    measure: Measure,
    y: np.ndarray,
    baseline: np.ndarray,
    after: list[np.ndarray],
    orders: np.ndarray,
    parts: np.ndarray,
) -> float:
    """t_{0.975, G−1} SE"""
    from scipy.special import stdtrit

    count = int(parts.max()) + 1
    falls = []
    for part in range(count):
        own = parts != part
        falls_without = [
            measure(y[kept], baseline[kept]) - measure(y[kept], guess[kept])
            for guess, order in zip(after, orders, strict=True)
            if (kept := own & (parts[order] != part)).any()
        ]
        falls.append(np.mean(falls_without) if falls_without else math.nan)
    return float(stdtrit(count - 1, 0.975) * np.sqrt((count - 1) * np.var(falls)))


def _together(names: Sequence[str], groups: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """{name: columns shuffled together}: the groups, and each column that is in none."""
    grouped = [column for columns in groups.values() for column in columns]
    for column in grouped:
        if column not in names:
            raise ClearpropError(
                _("There is no column '{column}' to be shuffled with others; known: {known}.").format(
                    column=column, known=", ".join(map(repr, names[:20]))
                )
            )
        if grouped.count(column) > 1:
            raise ClearpropError(_("The column '{column}' is in two groups: leave it in one.").format(column=column))
    alone = {name: (name,) for name in names if name not in grouped}
    return {name: tuple(columns) for name, columns in groups.items()} | alone
