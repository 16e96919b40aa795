"""Baselines: what each can learn, and that nothing odd stops them."""

import numpy as np
import pytest

from clearprop.explain import baselines as module
from clearprop.explain.baselines import baselines

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(300, 3))
Y = np.where(X[:, 0] + X[:, 1] > 0, "yes", "no")


def accuracy(baseline, labels, y):
    return np.mean(np.array(labels)[baseline.prediction.argmax(1)] == y)


def test_the_majority_gives_the_training_shares():
    found = baselines(X[:4], np.array(list("abbb")), X[:2], "classification", classes=["a", "b", "c"])
    assert found["majority"].prediction.tolist() == [[0.25, 0.75, 0.0]] * 2
    assert baselines(X[:4], np.array([1.0, 2, 3, 6]), X[:2], "regression")["mean"].prediction.tolist() == [3.0, 3.0]


def test_a_line_and_trees_learn_what_is_there():
    found = baselines(X[:200], Y[:200], X[200:], "classification")
    assert list(found) == ["majority", "linear", "gradient boosting"]
    assert accuracy(found["linear"], ["no", "yes"], Y[200:]) > 0.95
    assert accuracy(found["gradient boosting"], ["no", "yes"], Y[200:]) > 0.85
    assert all(b.note is None and b.prediction.sum(1) == pytest.approx(1) for b in found.values())
    y = 3 * X[:, 0] + 1
    numbers = baselines(X[:200], y[:200], X[200:], "regression")
    assert np.corrcoef(numbers["linear"].prediction, y[200:])[0, 1] > 0.999
    assert np.corrcoef(numbers["gradient boosting"].prediction, y[200:])[0, 1] > 0.95


def test_codes_are_categories_and_not_numbers():
    """y depends on whether the code is even: nothing for a line through 0 to 9."""
    codes = DRAW.integers(0, 10, (600, 1)).astype(float)
    y = codes[:, 0].astype(int) % 2
    found = baselines(codes[:400], y[:400], codes[400:], "classification", codes=[0])
    as_number = baselines(codes[:400], y[:400], codes[400:], "classification")
    assert accuracy(found["linear"], [0, 1], y[400:]) == 1.0 > accuracy(as_number["linear"], [0, 1], y[400:])
    assert accuracy(found["gradient boosting"], [0, 1], y[400:]) == 1.0


def test_a_class_not_trained_on_has_its_column():
    found = baselines(X[:60], np.arange(60) % 2 * 2, X[:5], "classification", classes=[0, 1, 2])
    for baseline in found.values():
        assert baseline.prediction.shape == (5, 3) and not baseline.prediction[:, 1].any()


def test_missing_and_infinite_numbers_many_and_new_codes():
    odd = X[:200].copy()
    odd[::3, 0], odd[5, 1], odd[:, 2] = np.nan, np.inf, np.arange(200) * 7
    test = odd[:20].copy()
    test[:, 2] = 5000
    for codes in ((), (2,)):
        found = baselines(odd, Y[:200], test, "classification", codes=codes)
        assert all(np.isfinite(b.prediction).all() for b in found.values())


def test_rare_codes_share_one_place(monkeypatch):
    """The two commonest keep a number; the rest, the missing and the new ones are missing."""
    monkeypatch.setattr(module, "MOST_CODES", 2)
    train, test = module._by_frequency(np.array([5.0, 5, 9, 9, 7, np.nan]), np.array([9.0, 5, 7, 8, np.nan]))
    assert np.array_equal(train, [0, 0, 1, 1, np.nan, np.nan], equal_nan=True)
    assert np.array_equal(test, [1, 0, np.nan, np.nan, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("X_train", "y_train", "task"),
    [
        (X[:1], Y[:1], "classification"),
        (X[:10], np.array(["a"] * 10), "classification"),
        (X[:3], np.array(["a", "b", "c"]), "classification"),
        (np.zeros((10, 0)), np.array(["a", "b"] * 5), "classification"),
        (np.full((10, 2), np.nan), np.array(["a", "b"] * 5), "classification"),
        (np.full((10, 2), 1e300), np.arange(10.0), "regression"),
        (X[:1], np.array([2.0]), "regression"),
        (X[:10], np.full(10, 2.0), "regression"),
        (X[:10], np.full(10, 1e308), "regression"),
    ],
)
def test_odd_data_stop_nothing(X_train, y_train, task):
    for baseline in baselines(X_train, y_train, X_train, task).values():
        assert baseline.prediction is not None or "It could not be fitted" in baseline.note


def test_of_many_rows_some_are_drawn(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 250)
    first, second = (baselines(X, Y, X[:5], "classification", seed=3) for _ in range(2))
    assert first["linear"].note == "Fitted on 250 of 300 rows, drawn by chance, to save time."
    for name in first:
        assert np.array_equal(first[name].prediction, second[name].prediction)
