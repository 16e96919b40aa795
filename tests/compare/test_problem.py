"""What is to be learnt: rows divided fairly, and one network for all."""

import numpy as np
import polars
import pytest

from clearprop.compare import Problem, Settings
from clearprop.compare.problem import TUNING
from clearprop.layers import Activation, Dense

RANDOM = np.random.default_rng(0)
NUMBERS = RANDOM.normal(size=(100, 3))
KINDS = np.array(["a", "b", "c", "a"] * 25)
SETTINGS = Settings(hidden=(7, 5))


def test_the_test_rows_are_the_same_in_every_run_and_in_no_other_part():
    problem = Problem(NUMBERS, KINDS)
    tests = set()
    for number in (0, 1, TUNING):
        training, validation, test = problem.split(SETTINGS, number)
        assert sorted([*training, *validation, *test]) == list(range(100))
        assert (len(training), len(validation), len(test)) == (64, 16, 20)
        tests.add(tuple(test))
    assert len(tests) == 1
    first, second = (set(problem.split(SETTINGS, number)[0]) for number in (0, 1))
    assert first != second
    assert first == set(problem.split(SETTINGS, 0)[0])


@pytest.mark.parametrize(
    ("y", "task", "outputs", "loss", "metric"),
    [
        (KINDS, "classification", 3, "SoftmaxCrossEntropy", "accuracy"),
        (NUMBERS[:, 0] > 0, "classification", 1, "SigmoidCrossEntropy", "accuracy"),
        (NUMBERS[:, 0], "regression", 1, "Squared", "r2"),
    ],
)
def test_the_network_and_its_loss_suit_the_target(y, task, outputs, loss, metric):
    problem = Problem(NUMBERS, y, task)
    given = problem.given(SETTINGS, 0)
    assert given.network.layers == (Dense(7), Activation("relu"), Dense(5), Activation("relu"), Dense(outputs))
    assert (type(problem.loss).__name__, problem.metric) == (loss, metric)
    assert [len(Y) for _X, Y in given.rows] == [64, 16, 20]
    if task == "regression":
        assert given.rows.training[1].mean() == pytest.approx(0, abs=1e-12)


def test_columns_of_any_kind_and_images():
    frame = polars.DataFrame({"n": NUMBERS[:, 0], "town": KINDS})
    X = Problem(frame, KINDS).given(SETTINGS, 0).rows.training[0]
    assert X.shape == (64, 4)  # a number and three towns
    images = Problem(RANDOM.integers(0, 255, (100, 4, 4), np.uint8), KINDS).given(SETTINGS, 0)
    assert images.state is not None
    assert images.rows.test[0].shape == (20, 4, 4)


def test_a_digest_tells_data_apart():
    same, frame = Problem(NUMBERS, KINDS).digest(), polars.DataFrame({"n": NUMBERS[:, 0], "town": KINDS})
    assert same == Problem(NUMBERS.copy(), KINDS.copy()).digest()
    changed = NUMBERS.copy()
    changed[3, 1] += 1e-9
    others = {
        Problem(changed, KINDS).digest(),
        Problem(NUMBERS, KINDS[::-1]).digest(),
        Problem(frame, KINDS).digest(),
        Problem(frame.with_columns(polars.col("n") + 1), KINDS).digest(),
        same,
    }
    assert len(others) == 5
