"""Permutation importance beside closed forms and scikit-learn's own."""

import math

import numpy as np
import polars
import pytest
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score, r2_score
from sklearn.metrics import log_loss as reference_log_loss

from clearprop.errors import ClearpropError, DataError
from clearprop.explain.columns import column_importance
from clearprop.explain.columns_picture import draw
from clearprop.explain.measures import accuracy, log_loss, r2

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(1000, 4)) * [1, 2, 1, 1]
BETA = np.array([2.0, 1.0, 0.3, 0.0])
Y = X @ BETA + RANDOM.normal(size=1000)


def linear(X):
    """A model whose importances are known."""
    return X @ BETA


def minus_mse(y, predictions):
    """Minus the mean squared error."""
    return -np.mean((y - predictions) ** 2)


def by_name(found):
    """{name: importance}"""
    return {importance.name: importance for importance in found}


def test_a_linear_models_importance_is_twice_beta_squared_variance():
    """E (β x_j − β x_j′)² = 2 β² var x_j, x_j′ being another row's; of a shuffle the error is 1/√n of it."""
    found = by_name(column_importance(linear, X, linear(X), minus_mse, repeats=20))
    for j, beta in enumerate(BETA):
        exact = 2 * beta**2 * X[:, j].var()
        assert found[str(j)].mean == pytest.approx(exact, rel=0.03)
        assert found[str(j)].low <= exact <= found[str(j)].high


def test_the_mean_and_deviation_are_those_of_scikit_learn():
    """Its `permutation_importance` with other shuffles: the same within the error of the mean over repeats."""
    model = LinearRegression().fit(X, Y)
    theirs = permutation_importance(model, X, Y, scoring="r2", n_repeats=50, random_state=1)
    found = by_name(column_importance(model.predict, X, Y, "r2", repeats=50))
    for j in range(4):
        error = 4 * math.hypot(theirs.importances_std[j], found[str(j)].deviation) / math.sqrt(50)
        assert abs(found[str(j)].mean - theirs.importances_mean[j]) <= error
        assert found[str(j)].deviation == pytest.approx(theirs.importances_std[j], rel=0.5)


def test_the_intervals_cover_as_often_as_they_say():
    """Of 80 samples of 150 rows, 95% of the intervals cover 2 β² var x: more than 85% (2.6 standard errors below)."""
    covered = 0
    for seed in range(80):
        random = np.random.default_rng(seed)
        x = random.normal(size=(150, 1))
        y = 2 * x[:, 0] + random.normal(size=150)
        [found] = column_importance(lambda X: 2 * X[:, 0], x, y, minus_mse, repeats=5, seed=seed)
        covered += found.low <= 8 <= found.high
    assert covered >= 0.85 * 80


def test_an_irrelevant_column_has_an_interval_about_0():
    """A model that goes by noise a little: nothing is lost by shuffling it but by chance."""
    weights = np.array([*BETA[:3], 0.02])
    found = by_name(column_importance(lambda X: X @ weights, X, X @ BETA + RANDOM.normal(size=1000), minus_mse))
    assert found["3"].low <= 0 <= found["3"].high
    assert found["2"].low > 0


def test_what_is_not_used_and_what_is_constant_is_exactly_0():
    """The predictions are the same to the bit, and so is the interval."""
    constant = X * [1, 1, 1, 0] + [0, 0, 0, 5]
    found = by_name(column_importance(lambda X: X @ [1, 0, 1, 1], constant, Y, "r2", repeats=3))
    assert found["1"][2:] == (0, 0, 0, 0)
    assert found["3"][2:] == (0, 0, 0, 0)
    assert found["0"].mean > 0


def test_duplicates_share_and_together_they_count():
    """β x split over two equal columns: each alone 2 (β/2)² var x, a quarter; both 2 β² var x."""
    double = np.column_stack([X[:, 0], X[:, 0]])
    y = 2 * X[:, 0]
    alone = column_importance(lambda X: X.sum(1), double, y, minus_mse)
    [both] = column_importance(lambda X: X.sum(1), double, y, minus_mse, groups={"x": ["0", "1"]})
    assert both.name == "x"
    assert both.columns == ("0", "1")
    assert alone[0].mean == pytest.approx(both.mean / 4, rel=1e-9)
    assert both.mean == pytest.approx(8 * X[:, 0].var(), rel=0.05)


def test_a_frame_keeps_its_kinds_of_columns():
    """Polars, with text and gaps; the frame given stays as it is."""
    frame = polars.DataFrame({"city": ["a", None, "b", "a"] * 50, "n": list(range(200))})
    before = frame.clone()
    y = np.array(["yes", "no", "no", "yes"] * 50)

    def predict(frame):
        assert frame.schema == before.schema
        return np.where(frame["city"].fill_null("none") == "a", "yes", "no")

    first, second = column_importance(predict, frame, y, "accuracy")
    assert (first.name, second.name) == ("city", "n")
    assert first.mean == pytest.approx(0.5, abs=0.05)
    assert second.mean == 0
    assert frame.equals(before)


def test_the_same_seed_gives_the_same():
    """And another seed something else."""
    first, again, other = (column_importance(linear, X, Y, "r2", seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_the_greatest_comes_first():
    """β² var x: 4, 4, 0.09, 0."""
    assert [found.name for found in column_importance(linear, X, Y, "r2")][2:] == ["2", "3"]


def test_a_single_repeat_has_no_deviation():
    """And has an interval nevertheless."""
    found = column_importance(linear, X, Y, "r2", repeats=1)[0]
    assert math.isnan(found.deviation)
    assert found.low < found.mean < found.high


def test_the_measures_are_those_of_scikit_learn():
    """accuracy_score, log_loss and r2_score."""
    y, P = RANDOM.integers(0, 3, 50), RANDOM.dirichlet(np.ones(3), 50)
    P[0] = [0, 0, 1] if y[0] == 0 else [1, 0, 0]
    assert accuracy(y, P.argmax(1)) == accuracy_score(y, P.argmax(1))
    assert log_loss(y, P) == pytest.approx(-reference_log_loss(y, P))
    assert r2(Y, linear(X)) == pytest.approx(r2_score(Y, linear(X)))


@pytest.mark.parametrize(
    ("changes", "error", "sentence"),
    [
        ({"score": "r3"}, ClearpropError, "no score called 'r3'. Known: accuracy"),
        ({"repeats": 0}, ClearpropError, "1 time or more, not 0"),
        ({"groups": {"g": ["0", "9"]}}, ClearpropError, "no column '9'"),
        ({"groups": {"g": ["0"], "h": ["0"]}}, ClearpropError, "'0' is in two groups"),
        ({"y": Y[:5]}, DataError, "not 1000 and 5"),
        ({"X": X[:1], "y": Y[:1]}, DataError, "two rows or more"),
    ],
)
def test_what_cannot_be_asked_is_told(changes, error, sentence):
    """One sentence each."""
    with pytest.raises(error, match=sentence):
        column_importance(**{"predict": linear, "X": X, "y": Y, "score": "r2", **changes})


def test_the_picture_shows_twenty_and_says_so(tmp_path, monkeypatch):
    """Fifty columns with names as they come: long, in other scripts, with dollars and line breaks."""
    from matplotlib.axes import Axes

    texts = []
    monkeypatch.setattr(Axes, "set_yticks", lambda axes, places, labels, **_: texts.extend(labels))
    monkeypatch.setattr(Axes, "set_title", lambda axes, text, **_: texts.append(text))
    names = ["a long name " * 9, "новий стовпець", "$x$\nnext", "面積", ""] + [f"column {i}" for i in range(45)]
    frame = polars.DataFrame(dict.fromkeys(names, X[:60, 0]))
    found = column_importance(lambda frame: np.zeros(60), frame, Y[:60], "r2", repeats=1)
    draw(tmp_path / "importance.png", found, "$title", "accuracy")
    assert (tmp_path / "importance.png").read_bytes().startswith(b"\x89PNG")
    assert len(texts) == 21
    assert texts[0].startswith("a long name")
    assert len(texts[0]) == 40
    assert texts[2] == "$x$ next"
    assert texts[-1] == "the 20 most important of 50 columns"
