"""Does one column alone tell the target?  Then it may be the target in other words, and not be known in use.

Each half of the rows is predicted from the other: from numbers by a shallow decision tree (and, for a regression, a
straight line), from categories by the commonest class, or the mean, of each.
"""

import warnings

import numpy as np
import polars

from clearprop.data.table import Task

ALMOST_ALL = 0.99
"""The accuracy or R² from which a column counts as the target in other words."""

SURELY = 0.95
"""What the accuracy must be by its 95% interval (Wilson's lower limit): 73 rows, all right, are enough."""

FEWEST_ROWS = 50
FEWEST_OTHERS = 20
"""So many rows that are not of the commonest class are needed, or nothing is said."""

MOST_ROWS = 5_000
MOST_COLUMNS = 2_000
"""Tables of more columns are pictures or the like, of which no column tells all."""

MOST_CELLS = 1_000_000
"""Fewer rows where there are many columns, to bound the time."""


def tells_all(columns: list[polars.Series], y: np.ndarray, task: Task, seed: int = 0) -> list[str]:
    """The names of the columns that alone predict y (n,) almost without fault, on at most 5,000 rows drawn by chance.

    columns: as `kinds.typed` gives them: text is categories, all else numbers.
    """
    n = len(y)
    if not 0 < len(columns) <= MOST_COLUMNS or n < FEWEST_ROWS:
        return []
    rows = np.random.default_rng([seed, 4]).permutation(n)[
        : min(MOST_ROWS, max(FEWEST_ROWS, MOST_CELLS // len(columns)))
    ]
    told = np.unique(y, return_inverse=True)[1][rows] if task == "classification" else y[rows].astype(float)
    judge = _tells_class if task == "classification" else _tells_number
    return [column.name for column in columns if judge(_predicted(column, rows, told, task), told)]


def _predicted(column: polars.Series, rows: np.ndarray, y: np.ndarray, task: Task) -> list[np.ndarray]:
    """y (n,) as each way to predict it gives it, each half of the rows from the other."""
    ways = [_by_category] if column.dtype == polars.String else [_by_tree]
    ways += [_by_line] if task == "regression" and column.dtype != polars.String else []
    x = codes(column)[rows] if column.dtype == polars.String else numbers(column)[rows]
    halves = np.arange(len(y)) % 2 == 0
    predictions = []
    for way in ways:
        predicted = np.empty(len(y))
        for learn in (halves, ~halves):
            predicted[~learn] = way(x[learn], y[learn], x[~learn], task)
        predictions.append(predicted)
    return predictions


def numbers(column: polars.Series) -> np.ndarray:
    """A column of numbers, truth values or dates as float64 (n,), NaN where it is missing."""
    return column.to_physical().cast(polars.Float64).fill_null(np.nan).to_numpy()


def codes(column: polars.Series) -> np.ndarray:
    """A column of text as a number for each word (n,), 0 where it is missing."""
    return column.rank("dense").fill_null(0).cast(polars.Int64).to_numpy()


def _tells_class(predictions: list[np.ndarray], y: np.ndarray) -> bool:
    """Accuracy ≥ 0.99, surely ≥ 0.95, with at most a tenth of the errors of always saying the commonest class."""
    n, others = len(y), len(y) - np.bincount(y).max()
    right = max(int(np.sum(predicted == y)) for predicted in predictions)
    z = 1.96
    share = right / n
    low = (share + z**2 / (2 * n) - z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))) / (1 + z**2 / n)
    return bool(others >= FEWEST_OTHERS and share >= ALMOST_ALL and low >= SURELY and n - right <= others / 10)


def _tells_number(predictions: list[np.ndarray], y: np.ndarray) -> bool:
    """R² ≥ 0.99"""
    total = np.sum((y - y.mean()) ** 2)
    return bool(
        total > 0 and min(np.sum((y - predicted) ** 2) for predicted in predictions) <= (1 - ALMOST_ALL) * total
    )


def _by_tree(x: np.ndarray, y: np.ndarray, asked: np.ndarray, task: Task) -> np.ndarray:
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    if task == "classification":
        model = DecisionTreeClassifier(max_leaf_nodes=max(8, 3 * len(np.unique(y))), random_state=0)
    else:
        model = DecisionTreeRegressor(max_leaf_nodes=64, random_state=0)
    largest = np.finfo(np.float32).max
    x, asked = (np.clip(values, -largest, largest)[:, None] for values in (x, asked))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(x, y).predict(asked)


def _by_category(x: np.ndarray, y: np.ndarray, asked: np.ndarray, task: Task) -> np.ndarray:
    """The commonest class of the category, or its mean; of all rows for a category not met."""
    size = int(max(x.max(), asked.max())) + 1
    met = np.bincount(x, minlength=size) > 0
    if task == "classification":
        k = int(y.max()) + 1
        counts = np.bincount(x * k + y, minlength=size * k).reshape(size, k)
        return np.where(met, counts.argmax(1), counts.sum(0).argmax())[asked]
    means = np.bincount(x, y, minlength=size) / np.maximum(np.bincount(x, minlength=size), 1)
    return np.where(met, means, y.mean())[asked]


def _by_line(x: np.ndarray, y: np.ndarray, asked: np.ndarray, task: Task) -> np.ndarray:
    """ȳ + slope · (x − x̄); a missing x counts as the mean."""
    known = np.isfinite(x)
    if not known.any() or np.ptp(x[known]) == 0:
        return np.full(len(asked), y.mean())
    centre, scale = x[known].mean(), np.abs(x[known]).max()
    distance = (x[known] - centre) / scale
    slope = distance @ (y[known] - y[known].mean()) / max(distance @ distance, 1e-300)
    return y[known].mean() + slope * np.where(np.isfinite(asked), (asked - centre) / scale, 0.0)
