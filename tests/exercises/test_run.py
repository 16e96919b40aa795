"""The learner's network beside clearprop's: equal where it is right, told where it is wrong, stopped in time."""

from pathlib import Path

import numpy as np
import pytest

from clearprop import exercises
from clearprop.errors import ClearpropError
from clearprop.exercises import run as running
from clearprop.exercises import solution
from clearprop.exercises.run import Compared
from clearprop.exercises.trial import Data, Rows, Settings
from clearprop.exercises.written import Written

SETTINGS = Settings(hidden=(), learning_rate=0.1, iterations=40, seconds=60)


@pytest.fixture(scope="module")
def exercise():
    return exercises.get("logistic-regression")


@pytest.fixture(scope="module")
def data():
    """Two classes that a line nearly tells apart."""
    random = np.random.default_rng(0)
    X = random.normal(size=(60, 4))
    y = (X[:, 0] + random.normal(size=60) > 0).astype(int)
    return Data(Rows(X[:50], y[:50]), Rows(X[50:], y[50:]), 2)


@pytest.fixture(scope="module")
def train(exercise, data):
    """Train with the right solution, something in it replaced, and said to be in this convention."""

    def train(convention="columns", replaced=("", ""), settings=SETTINGS, data=data, exercise=exercise) -> Compared:
        text = solution.whole(exercise, convention)
        assert replaced[0] in text
        return running.run(exercise, convention, Written(Path("mine.py"), text.replace(*replaced)), data, settings)

    return train


@pytest.mark.parametrize("convention", ["rows", "columns"])
def test_the_right_solution_learns_as_clearprop_does(train, data, convention):
    found = train(convention)
    assert found.sizes == (4, 1) and len(found.yours) == 40
    assert found.yours[0] == pytest.approx(np.log(2), rel=1e-12)  # all weights 0: every answer ½
    np.testing.assert_allclose(found.yours, found.ours, rtol=1e-9)
    assert found.same and found.parts_at is None and "the same to rounding" in found.says()
    assert found.accuracy["yours"] == found.accuracy["ours"]
    held_out = data.held_out
    assert held_out is not None
    commonest = np.bincount(data.training.y).argmax()
    assert found.accuracy["majority"]["held_out"] == np.mean(held_out.y == commonest)


def test_the_accuracy_is_that_of_the_weights_learnt(train, data):
    """Against gradient descent written here."""
    found = train("rows")
    (X, y), w, b = data.training, np.zeros(4), 0.0
    for _step in range(40):
        error = 1 / (1 + np.exp(-(X @ w + b))) - y
        w, b = w - 0.1 * X.T @ error / 50, b - 0.1 * error.mean()
    assert data.held_out is not None
    for part, rows in (("training", data.training), ("held_out", data.held_out)):
        assert found.accuracy["yours"][part] == np.mean((rows.X @ w + b > 0) == rows.y)


@pytest.mark.parametrize(
    ("right", "wrong", "at", "says"),
    [
        ("A - Y", "Y - A", 1, "a gradient or the step is wrong"),
        ("dZ @ X.T / n", "dZ @ X.T", 1, "a gradient or the step is wrong"),
        ("losses.mean()", "losses.sum()", 0, "the way forward or the cost is wrong"),
        ("losses.mean()", "np.nan", 0, "your cost is not a finite number"),
    ],
)
def test_a_wrong_learner_is_told_from_when_on(train, right, wrong, at, says):
    found = train(replaced=(right, wrong))
    assert found.same is False and found.parts_at == at and says in found.says()


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("    return losses.mean()", "    exit()", "mine.py, line 17: The code ends the program, with exit"),
        ("    return losses.mean()", "    return losses.maen()", "mine.py, line 17: train fails: AttributeError"),
        ("    return losses.mean()", "    raise NotImplementedError", "train calls a function that is not written yet"),
        ("def train(", "def trian(", "Your file has no function train"),
        ("    return before, costs, ", "    return costs, ", "train has to return three things"),
        ("costs.append(cost(A, Y))", "costs.append(A)", "numbers, one for each iteration"),
        ("costs.append(cost(A, Y))", "pass", "train returned 0 costs, and there were 40 iterations"),
        (
            'before, costs = [{"W": W',
            'before, costs = [{"W": W.T',
            "W of layer 1 should begin as finite numbers of shape (1, 4); yours has shape (4, 1)",
        ),
        ('before, costs = [{"W": W', 'before, costs = [{"V": W', "a list of 1"),
        ("    return forward(X, p", "    return 1\n    (X, p", "predict has to return numbers of shape (1, 50)"),
    ],
)
def test_code_that_fails_is_one_sentence(train, right, wrong, says):
    with pytest.raises(ClearpropError) as error:
        train(replaced=(right, wrong))
    assert says in str(error.value) and "\n" not in str(error.value)


def test_a_training_without_an_end_is_stopped(train):
    with pytest.raises(ClearpropError, match="train was stopped after 2 seconds: it may have a loop without an end"):
        train(replaced=("    for _ in range(iterations):", "    while True:"), settings=Settings((), 0.1, 40, 1, 2.0))


def test_a_large_array_arrives_as_it_was(exercise):
    """It goes as a file: 1 MiB and more."""
    X = np.random.default_rng(1).normal(size=(40, 4000))
    y = np.arange(40) % 2
    text = solution.whole(exercise, "columns") + "\n\ndef cost(A, Y):\n    return X_.sum()\n"
    text = text.replace("    W, b = np.zeros", "    global X_\n    X_ = X\n    W, b = np.zeros", 1)
    settings = Settings((), 0.0, 2, 1, 60.0)
    found = running.run(exercise, "columns", Written(Path("mine.py"), text), Data(Rows(X, y), None, 2), settings)
    assert found.yours[0] == np.ascontiguousarray(X.T).sum() and list(found.accuracy["yours"]) == ["training"]


def test_classes_that_one_output_cannot_tell_apart(train):
    data = Data(Rows(np.zeros((6, 2)), np.arange(6) % 3), None, 3)
    with pytest.raises(ClearpropError, match="two classes apart, and these data have 3"):
        train(data=data)


def test_layers_that_the_network_does_not_have(train):
    with pytest.raises(ClearpropError, match="does not have the hidden layers 5,3"):
        train(settings=Settings((5, 3), 0.1, 40))


def test_an_exercise_without_a_network():
    with pytest.raises(ClearpropError, match="There is nothing to train in the exercise convolution"):
        running.run_of(exercises.get("convolution"))


def test_several_classes(train):
    """Softmax, against gradient descent written here."""
    exercise = exercises.get("softmax")
    X = np.random.default_rng(2).normal(size=(30, 3))
    y = X.argmax(1)
    found = train("columns", settings=SETTINGS, data=Data(Rows(X, y), None, 3), exercise=exercise)
    assert found.same and found.differences.max() < 1e-9 and found.sizes == (3, 3)
    assert found.accuracy["ours"]["training"] == found.accuracy["yours"]["training"] > 0.8


def compared(yours, ours, same_start=True) -> Compared:
    return Compared((2, 1), np.array(yours, float), np.array(ours, float), {}, same_start)


def test_costs_part_where_they_differ_by_more_than_rounding():
    found = compared([1, 0.5 * (1 + 1e-12), 0.4], [1, 0.5, 0.3])
    assert found.parts_at == 2 and found.differences[1] == pytest.approx(1e-12, rel=1e-3)
    assert "The costs part in iteration 2: yours is 0.4, clearprop's is 0.3." in found.says()
    assert compared([1, np.inf], [1, np.nan]).same, "both have run away"
    assert compared([1, np.inf], [1, 2]).parts_at == 1
    assert "such as very large ones" in compared([1, np.inf], [1, 2]).says(), "a step that is too long is no wrong one"
    assert "a gradient or the step is wrong" in compared([1, 3], [1, 2]).says()
    assert compared([1, 2, 3], [1, 2]).same, "clearprop's ended as it diverged"
    assert compared([1e-17, 0], [0, 1e-20]).same


def test_nothing_is_claimed_where_each_begins_by_itself():
    found = compared([1, 0.5], [1, 0.3], same_start=False)
    assert found.same is None and "weights of their own" in found.says()


@pytest.mark.parametrize(
    ("n", "iterations"),
    [
        (1, [0]),
        (5, [0, 1, 2, 3, 4]),
        (101, [*range(0, 101, 10)]),
        (300, [0, 100, 200, 299]),
        (2500, [*range(0, 2500, 100), 2499]),
        (5000, [*range(0, 5000, 200), 4999]),
    ],
)
def test_the_table_has_every_hundredth_cost_or_what_suits_their_number(n, iterations):
    costs = np.linspace(1, 0, n)
    lines = running.table(compared(costs, costs))
    assert [i for i, _yours, _ours in lines] == iterations
    assert all(yours == costs[i] for i, yours, _ours in lines)
