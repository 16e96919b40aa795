"""Metrics: against scikit-learn's, with sample weights."""

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import metrics as theirs

from clearprop.errors import ClearpropError
from clearprop.train import metrics

RANDOM = np.random.default_rng(0)
N = 40
W = RANDOM.uniform(0, 2, N)
W[-3:] = 0
CLASSES, LABELS = RANDOM.integers(0, 3, N), RANDOM.integers(0, 2, (N, 3))
CHANCES, NUMBERS = RANDOM.dirichlet(np.ones(3), N), RANDOM.normal(size=(N, 2))
GUESSES = NUMBERS + RANDOM.normal(size=(N, 2))


def ours(name, prediction, Y):
    """The metric as the compiled program calls it: weights that sum to 1."""
    return float(metrics.get(name)(*map(jnp.asarray, (prediction, Y, W / W.sum()))))


RIGHT_ONES = theirs.accuracy_score(CLASSES, CHANCES.argmax(1), sample_weight=W)
SIDES = theirs.accuracy_score(LABELS[:, 0], CHANCES[:, 0] > 0.5, sample_weight=W)
ONE = theirs.r2_score(NUMBERS[:, 0], GUESSES[:, 0], sample_weight=W)

CASES = {
    "classes": ("accuracy", CHANCES, CLASSES, RIGHT_ONES),
    "one-hot classes": ("accuracy", CHANCES, np.eye(3)[CLASSES], RIGHT_ONES),
    "two classes, one output": ("accuracy", CHANCES[:, :1], LABELS[:, 0], SIDES),
    "labels": ("label_accuracy", CHANCES, LABELS, np.average((CHANCES > 0.5) == LABELS, axis=0, weights=W).mean()),
    "r2": ("r2", GUESSES, NUMBERS, theirs.r2_score(NUMBERS, GUESSES, sample_weight=W)),
    "r2, one output": ("r2", GUESSES[:, :1], NUMBERS[:, 0], ONE),
    "mae": ("mae", GUESSES, NUMBERS, theirs.mean_absolute_error(NUMBERS, GUESSES, sample_weight=W)),
    "rmse": ("rmse", GUESSES, NUMBERS, np.sqrt(theirs.mean_squared_error(NUMBERS, GUESSES, sample_weight=W))),
}


@pytest.mark.parametrize("case", CASES)
def test_as_in_scikit_learn(case, float64):
    """scikit-learn 1.9: accuracy_score, r2_score, mean_absolute_error, mean_squared_error, with sample_weight."""
    name, prediction, Y, expected = CASES[case]
    assert ours(name, prediction, Y) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("name", metrics.METRICS)
def test_padding_reaches_no_metric(name, float64):
    """design.md, a pass: a row of weight 0 counts for nothing, whatever it holds."""
    Y = CLASSES if name == "accuracy" else LABELS
    strange = CHANCES.copy()
    strange[W == 0] = 1e6
    assert ours(name, strange, Y) == ours(name, CHANCES, Y)


def test_of_no_variance_no_share_is_explained():
    """r2's docstring: nan where there is none, and no error."""
    assert np.isnan(ours("r2", GUESSES[:, :1], np.ones(N)))


def test_a_metric_of_ones_own_and_one_unknown():
    """metrics.get."""
    assert metrics.get(metrics.mae) is metrics.mae
    with pytest.raises(ClearpropError, match=r"no metric called 'mea'\. Did you mean 'mae'"):
        metrics.get("mea")
