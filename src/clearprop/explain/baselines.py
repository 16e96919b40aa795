"""What is reached without a deep network, on the same rows: what a score has to be compared with.

- "majority" or "mean": an answer that looks at no input, the training shares of the classes or the mean;
- "linear": logistic or ridge regression, codes one-hot;
- "gradient boosting": scikit-learn's HistGradientBoosting, codes as categories.

All with scikit-learn's settings as they come, since a baseline is what one gets without trying.
"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop.data.table import Task
from clearprop.i18n import Sentence, _, ngettext

MOST_ROWS = 50_000
"""Fitted on so many rows at most, drawn by chance."""

MOST_CELLS = 2_000_000
"""Fewer rows where there are many columns (or, for boosting, many classes): a bound on time and memory."""

MOST_HISTOGRAMS = 100_000
"""Columns times trees of the boosting: fewer rounds than 100, down to 10, where there would be more."""

MOST_CODES = 254
"""As many categories as HistGradientBoosting takes beside missing ones; the rarer share one."""

Model = Callable[[np.ndarray, np.ndarray], Any]


@dataclass(frozen=True)
class Baseline:
    """One baseline's answers.

    Attributes:
        name: "majority", "mean", "linear" or "gradient boosting".
        prediction: probabilities (n, classes) or numbers (n,) for the test rows; None where it could not be fitted.
        note: a sentence on what was done otherwise than expected, or why there is no prediction; None if nothing.
    """

    name: str
    prediction: np.ndarray | None
    note: str | None = None


def baselines(
    X_train: np.ndarray,
    y_train: np.ndarray,
    X_test: np.ndarray,
    task: Task,
    *,
    classes: Sequence[Any] | None = None,
    codes: Sequence[int] = (),
    seed: int = 0,
) -> dict[str, Baseline]:
    """Each baseline, by name, fitted on the training rows and asked about the test rows.

    Nothing is raised for odd data: a baseline that cannot be fitted says why.

    Args:
        X_train, X_test: (n, columns) numbers; NaN is a missing one.
        y_train: (n,) labels or numbers.
        task: "classification" or "regression".
        classes: the labels in the order of the probabilities; those of y_train in rising order, if not given.
        codes: the columns whose numbers stand for categories.
        seed: of the rows drawn where there are too many, and of the boosting.

    >>> X, y = np.arange(20.0)[:, None], np.repeat(["a", "b"], 10)
    >>> found = baselines(X, y, np.array([[3.0], [17.0]]), "classification")
    >>> found["majority"].prediction
    array([[0.5, 0.5],
           [0.5, 0.5]])
    >>> found["linear"].prediction.argmax(1)
    array([0, 1])
    """
    X_train, X_test = (np.where(np.isfinite(X), X, np.nan).astype(float) for X in (X_train, X_test))
    given = _Given(X_train, np.asarray(y_train), X_test, task, tuple(codes), seed)
    if task == "regression":
        with np.errstate(all="ignore"):
            simple = Baseline("mean", np.full(len(X_test), float(np.mean(given.y))))
        return {b.name: b for b in (simple, _fitted(given, "linear", None), _fitted(given, "gradient boosting", None))}
    labels = np.unique(given.y) if classes is None else np.asarray(classes)
    shares = np.array([np.mean(given.y == label) for label in labels.tolist()])
    simple = Baseline("majority", np.tile(shares, (len(X_test), 1)))
    return {b.name: b for b in (simple, *(_fitted(given, name, labels) for name in ("linear", "gradient boosting")))}


@dataclass(frozen=True)
class _Given:
    """The arguments, cleaned."""

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    task: Task
    codes: tuple[int, ...]
    seed: int


def _fitted(given: _Given, name: str, labels: np.ndarray | None) -> Baseline:
    """A model fitted on a sample of the rows if need be, and its answers."""
    trees = 1 if name == "linear" else _trees(given, given.y)
    rows = _rows(given, trees)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # a baseline that has not wholly converged is one still
            build = _linear if name == "linear" else _boosting
            prediction = build(given, rows)
            if labels is not None:
                prediction = _in_order(prediction, np.unique(given.y[rows]), labels)
    except Exception as error:  # whatever a library says of odd data: the report goes on without this baseline
        reason = str(error).strip().split("\n")[0] or type(error).__name__
        return Baseline(name, None, Sentence(lambda: _("It could not be fitted: {}").format(reason)))
    if not np.isfinite(prediction).all():
        return Baseline(
            name, None, Sentence(lambda: _("It could not be fitted: its predictions are not finite numbers."))
        )
    rounds = _rounds(given.X.shape[1], trees) if name != "linear" else 100
    note = Sentence(lambda: " ".join([*_on_a_sample(len(rows), len(given.y)), *_of_fewer(rounds)]))
    return Baseline(name, prediction, note or None)


def _rows(given: _Given, trees: int) -> np.ndarray:
    """The rows to fit on, all of them or some drawn by chance."""
    most = max(200, min(MOST_ROWS, MOST_CELLS // (max(1, given.X.shape[1]) * trees)))
    n = len(given.y)
    return np.arange(n) if n <= most else np.sort(np.random.default_rng([given.seed, 3]).permutation(n)[:most])


def _on_a_sample(rows: int, n: int) -> list[str]:
    if rows == n:
        return []
    sentence = _("Fitted on {rows:,} of {n:,} rows, drawn by chance, to save time.")
    return [sentence.format(rows=rows, n=n)]


def _of_fewer(rounds: int) -> list[str]:
    if rounds == 100:
        return []
    return [
        ngettext(
            "Boosted for {n} round rather than 100, to save time.",
            "Boosted for {n} rounds rather than 100, to save time.",
            rounds,
        ).format(n=rounds)
    ]


def _linear(given: _Given, rows: np.ndarray) -> np.ndarray:
    """Numbers standardised, a missing one the mean; codes one-hot."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = [c for c in range(given.X.shape[1]) if c not in given.codes]
    prepare = make_column_transformer(
        (make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=MOST_CODES), list(given.codes)),
    )
    if given.task == "regression":
        model = make_pipeline(prepare, RidgeCV(np.logspace(-3, 4, 15)))
        return model.fit(given.X[rows], given.y[rows].astype(float)).predict(given.X_test)
    return (
        make_pipeline(prepare, LogisticRegression(max_iter=100))
        .fit(given.X[rows], given.y[rows])
        .predict_proba(given.X_test)
    )


def _boosting(given: _Given, rows: np.ndarray) -> np.ndarray:
    """Codes as categories, those rare or new as missing ones."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    X, X_test = given.X[rows], given.X_test.copy()
    for c in given.codes:
        X[:, c], X_test[:, c] = _by_frequency(X[:, c], X_test[:, c])
    settings: dict[str, Any] = {"random_state": given.seed, "categorical_features": list(given.codes) or None}
    y = given.y[rows]
    settings["max_iter"] = _rounds(X.shape[1], _trees(given, y))
    if given.task == "regression":
        return HistGradientBoostingRegressor(**settings).fit(X, y.astype(float)).predict(X_test)
    settings["early_stopping"] = bool(len(y) > 10_000 and np.unique(y, return_counts=True)[1].min() >= 10)
    return HistGradientBoostingClassifier(**settings).fit(X, y).predict_proba(X_test)


def _trees(given: _Given, y: np.ndarray) -> int:
    """How many trees a round of boosting grows: one for each class where there are more than two."""
    k = 1 if given.task == "regression" else len(np.unique(y))
    return k if k > 2 else 1


def _rounds(columns: int, trees: int) -> int:
    return int(np.clip(MOST_HISTOGRAMS // (max(1, columns) * trees), 10, 100))


def _by_frequency(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes renumbered from 0 for the commonest; those beyond MOST_CODES, or not in train, are NaN."""
    values, counts = np.unique(train[~np.isnan(train)], return_counts=True)
    kept = np.sort(values[np.argsort(-counts, kind="stable")[:MOST_CODES]])

    def renumbered(column: np.ndarray) -> np.ndarray:
        place = np.minimum(np.searchsorted(kept, column), max(len(kept) - 1, 0))
        known = kept[place] == column if len(kept) else np.zeros(len(column), bool)
        return np.where(known, place, np.nan)

    return renumbered(train), renumbered(test)


def _in_order(P: np.ndarray, found: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Probabilities of the classes met in fitting, in the order of the labels; 0 for the others."""
    place = {label: i for i, label in enumerate(labels.tolist())}
    ordered = np.zeros((len(P), len(labels)))
    ordered[:, [place[label] for label in found.tolist()]] = P
    return ordered
