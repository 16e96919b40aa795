"""Scores and their intervals: beside hand-worked numbers, and how often they hold the truth."""

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics

from clearprop.errors import DataError
from clearprop.explain import intervals
from clearprop.explain.evaluation import classification_scores, confusion_matrix, regression_scores
from clearprop.explain.score import Score, over_folds


def simulated(draw, n, k=2, each=1):
    """Labels and probabilities of n rows; with each > 1, so many rows together share a label and a disturbance."""
    y = np.repeat(draw.integers(0, k, n // each), each)
    shared = np.repeat(draw.normal(size=(n // each, k)), each, 0) * (each > 1)
    P = np.exp(draw.normal(size=(n, k)) + shared + 1.5 * np.eye(k)[y])
    return y, P / P.sum(1, keepdims=True)


def test_scores_by_hand():
    """Of 4 rows, classes a b b b, taken for a a b b: 3 right; recalls 1 and 2/3; F1 of b = 2·2/(2·2 + 0 + 1)."""
    P = [[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.25, 0.75]]
    found = {name: score.value for name, score in classification_scores(list("abbb"), P, ["a", "b"]).items()}
    assert found == pytest.approx(
        {
            "accuracy": 3 / 4,
            "balanced_accuracy": 5 / 6,
            "log_loss": -np.mean(np.log([0.9, 0.4, 0.8, 0.75])),
            "auc": 1.0,
            "f1": 0.8,
        }
    )
    assert confusion_matrix(list("abbb"), list("aabb"), ["a", "b"]).tolist() == [[1, 0], [1, 2]]
    numbers = {name: score.value for name, score in regression_scores([1, 2, 3, 6], [1, 2, 5, 6]).items()}
    assert numbers == pytest.approx({"r2": 1 - 4 / 14, "rmse": 1.0, "mae": 0.5})


@pytest.mark.parametrize(("right", "n"), [(0, 5), (7, 10), (5, 5), (980, 1000)])
def test_wilson_is_scipys(right, n):
    theirs = stats.binomtest(right, n).proportion_ci(method="wilson")
    assert intervals.wilson(right / n, n) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_auc_of_several_classes_is_scikit_learns():
    y, P = simulated(np.random.default_rng(0), 300, 4)
    score = classification_scores(y, P, range(4))["auc"]
    assert score.value == pytest.approx(metrics.roc_auc_score(y, P, multi_class="ovr", average="macro"))


def test_delongs_variance_by_hand():
    """Hits 0.8, 0.4 and misses 0.6, 0.2, 0.1: placements 1, 2/3 and 1/2, 1, 1; variance (1/18)/2 + (1/12)/3."""
    p, hit = np.array([0.8, 0.4, 0.6, 0.2, 0.1]), np.array([True, True, False, False, False])
    low, high = intervals.of_auc(p[:, None], hit[:, None])
    area, spread = 5 / 6, np.sqrt((1 / 18) / 2 + (1 / 12) / 3)
    margin = stats.norm.ppf(0.975) * spread / (area * (1 - area))
    assert [np.log(v / (1 - v)) for v in (low, high)] == pytest.approx([np.log(5) - margin, np.log(5) + margin])


def test_newcombes_limit():
    """Where the areas agree that (1 − θ)² = Z² V(θ), for 20 hits and 30 misses, by substitution."""
    low = intervals._newcombe(20, 30)
    N = 24
    V = low * (1 - low) * (1 + N * (1 - low) / (2 - low) + N * low / (1 + low)) / 600
    assert (1 - low) ** 2 == pytest.approx(intervals.Z**2 * V)
    assert 0.85 < low < 0.97


@pytest.mark.parametrize(
    ("n", "k", "each"), [(60, 2, 1), (150, 3, 1), (300, 2, 5)], ids=["two classes", "three classes", "groups of five"]
)
def test_intervals_of_classes_hold_the_truth(n, k, each):
    """Of 100 simulated tables the truth (of 50,000 rows) is within in 95, or at least in 84 by chance (p 1e-4)."""
    draw = np.random.default_rng(n)
    y, P = simulated(draw, 50_000, k, each)
    truth = {name: score.value for name, score in classification_scores(y, P, range(k)).items()}
    within = dict.fromkeys(truth, 0)
    for _ in range(100):
        y, P = simulated(draw, n, k, each)
        groups = np.arange(n) // each if each > 1 else None
        for name, score in classification_scores(y, P, range(k), groups=groups).items():
            within[name] += score.low <= truth[name] <= score.high
    assert min(within.values()) >= stats.binom.ppf(1e-4, 100, 0.94)
    assert np.mean(list(within.values())) <= 99.5


def test_rows_that_are_alike_need_groups():
    """Without them the intervals are too narrow: what groups are for."""
    y, P = simulated(np.random.default_rng(0), 500, each=10)
    alone, together = (classification_scores(y, P, [0, 1], groups=groups) for groups in (None, np.arange(500) // 10))
    for name in alone:
        assert together[name].high - together[name].low > 1.3 * (alone[name].high - alone[name].low)
        assert together[name].value == alone[name].value


def test_intervals_of_numbers_hold_the_truth():
    """y = x + 0.5 e: R² 0.8, RMSE 0.5, MAE 0.5 √(2/π); 100 tables of 60 rows."""
    draw, within = np.random.default_rng(0), np.zeros(3)
    for _ in range(100):
        x, e = draw.normal(size=(2, 60))
        found = regression_scores(x + 0.5 * e, x)
        for place, truth in enumerate((0.8, 0.5, 0.5 * np.sqrt(2 / np.pi))):
            within[place] += list(found.values())[place].low <= truth <= list(found.values())[place].high
    assert within.min() >= stats.binom.ppf(1e-4, 100, 0.94) and within.max() <= 99.5


def test_blocks_of_rows_give_the_interval_of_rows():
    """100,000 rows in 1,000 blocks: ± 1.96 s/√n for the MAE, to 10%."""
    draw = np.random.default_rng(0)
    error = draw.exponential(size=100_000)
    _value, low, high = regression_scores(draw.normal(size=100_000) + error - error, np.zeros(100_000))["mae"]
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt((1 - 2 / np.pi) / 100_000), rel=0.1)


def test_the_seed_decides():
    y, P = simulated(np.random.default_rng(0), 100, 3)
    one, two, three = (classification_scores(y, P, range(3), seed=seed)["f1"] for seed in (1, 1, 2))
    assert one == two and one.value == three.value and one.low != three.low


def test_one_row():
    found = classification_scores(["b"], [[0.2, 0.8]], ["a", "b"])
    assert found["accuracy"] == (1.0, pytest.approx(0.2065, abs=1e-3), 1.0)
    assert found["auc"] == Score(None)
    assert found["log_loss"] == (pytest.approx(-np.log(0.8)), None, None)
    assert regression_scores([1.0], [2.0]) == {"r2": Score(None), "rmse": Score(1.0), "mae": Score(1.0)}


def test_a_class_that_no_row_has():
    """Of classes a, b, c none is c: recall and AUC are of a and b; F1 is of c too, once it is predicted."""
    P = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.7, 0.2], [0.3, 0.2, 0.5]])
    found = classification_scores(list("abba"), P, list("abc"))
    assert found["balanced_accuracy"].value == pytest.approx((1 / 2 + 1) / 2)
    assert found["f1"].value == pytest.approx((2 / 3 + 1 + 0) / 3)
    assert found["auc"].value == 1.0
    only = classification_scores(list("aa"), P[:2, :2] / 0.9, list("ab"))
    assert only["auc"] == Score(None) and only["f1"].value == 0.0
    assert classification_scores(["a"], [[0.9, 0.1]], ["a", "b"])["f1"] == Score(None)


@pytest.mark.parametrize("k", [2, 3])
def test_perfect_scores_have_a_lower_limit(k):
    y = np.arange(30) % k
    found = classification_scores(y, np.eye(k)[y], range(k))
    for name in ("accuracy", "balanced_accuracy", "auc", "f1"):
        assert found[name].value == 1.0 and 0.7 < found[name].low < 1.0 and found[name].high == 1.0
    assert found["log_loss"] == (pytest.approx(0), pytest.approx(0), pytest.approx(0))
    wrong = classification_scores(y, np.eye(k)[(y + 1) % k], range(k))
    assert wrong["accuracy"].low == 0.0 and wrong["accuracy"].high < 0.2
    assert np.isfinite(wrong["log_loss"].value)
    assert regression_scores(y, y) == {"r2": (1, 1, 1), "rmse": (0, 0, 0), "mae": (0, 0, 0)}


def test_r2_of_a_constant_is_not_defined():
    found = regression_scores([2.0, 2.0, 2.0], [1.0, 2.0, 3.0])
    assert found["r2"] == Score(None) and found["rmse"].value == pytest.approx(np.sqrt(2 / 3))


def test_the_spread_over_folds():
    """0.5, 0.6 and 0.7: s = 0.1."""
    found = over_folds(
        [{"r2": Score(v), "mae": Score(None), "auc": Score(w)} for v, w in ((0.5, None), (0.6, 0.9), (0.7, None))]
    )
    assert found["r2"] == pytest.approx((0.6, 0.1 / np.sqrt(3), 3))
    assert found["auc"] == (0.9, None, 1)
    assert "mae" not in found


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        (lambda: classification_scores([], np.zeros((0, 2)), [0, 1]), "Scores need rows"),
        (lambda: classification_scores([0, 1], [[0.5, 0.5]], [0, 1]), r"should be \(2, 2\), and is \(1, 2\)"),
        (lambda: classification_scores([2], [[0.5, 0.5]], [0, 1]), "The label 2 is none of the classes"),
        (lambda: classification_scores([1], [[0.5, 0.6]], [0, 1]), "must be 0 or more and sum to 1"),
        (lambda: classification_scores([1], [[-0.5, 1.5]], [0, 1]), "must be 0 or more and sum to 1"),
        (lambda: classification_scores([1], [[np.nan, 0.5]], [0, 1]), "not a finite number"),
        (lambda: classification_scores([1], [[0.5, 0.5]], [0, 1], groups=[1, 2]), "Scores need rows"),
        (lambda: regression_scores([1.0, 2.0], [1.0, np.inf]), "not a finite number"),
        (lambda: regression_scores([1.0, 2.0], [1.0]), "Scores need rows"),
        (lambda: confusion_matrix(["a"], ["c"], ["a", "b"]), "The label 'c' is none of the classes"),
    ],
)
def test_what_cannot_be_scored_is_refused(score, sentence):
    with pytest.raises(DataError, match=sentence):
        score()
