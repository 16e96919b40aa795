"""The exercise on a single unit: by hand, the course's own costs, and mistakes as a learner writes them."""

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source

EXERCISE = exercises.get("logistic-regression")

OTHERWISE = """
import numpy as np

def sigmoid(Z):
    return np.exp(Z) / (np.exp(Z) + 1)

def forward(X, W, b):
    return np.array([[1 / (1 + np.exp(-(x @ W[:, 0]) - b[0]))] for x in X])

def cost(A, Y):
    right = np.where(Y == 1, A, 1 - A)
    return -np.log(right).sum() / len(A)

def backward(X, A, Y):
    n = len(X)
    return np.einsum("ni,nk->ik", X, A - Y) / n, np.mean(A - Y, axis=0)

def update(W, b, dW, db, learning_rate):
    return np.subtract(W, np.multiply(dW, learning_rate)), b + -learning_rate * db
"""

SEVERAL = """
def sigmoid(Z):
    return 1 / (1 + np.exp(Z))

def forward(X, W, b):
    return sigmoid(np.dot(W, X))

def cost(A, Y):
    return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A))

def backward(X, A, Y):
    return np.dot(A - Y, X.T), np.sum(A - Y, axis=1, keepdims=True)

def update(W, b, dW, db, learning_rate):
    W -= learning_rate * dW
    b -= learning_rate * db
    return W, b
"""

OTHERS = """
def sigmoid(Z):
    return np.tanh(Z)

def forward(X, W, b):
    return W @ X + b

def cost(A, Y):
    return (Y * np.log(A) + (1 - Y) * np.log(1 - A)).mean()

def backward(X, A, Y):
    dZ = (A - Y) * A * (1 - A)
    return dZ @ X.T / X.shape[1], np.mean(dZ, axis=1, keepdims=True)

def update(W, b, dW, db, learning_rate):
    return W - dW, b - db
"""


def found(text, convention="columns"):
    return {each.function: each.mistakes for each in check_source(EXERCISE, convention, text) if each.mistakes}


def test_by_hand():
    """σ(0) = ½, σ(ln 3) = ¾; two samples with errors −½ and ¾."""
    by = solution.compiled(solution.whole(EXERCISE, "rows"))
    X, A, Y = np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([[0.5], [0.75]]), np.array([[1.0], [0.0]])
    np.testing.assert_allclose(by["forward"](X, np.array([[0.0], [1.0]]), np.array([-2.0]))[0], 0.5)
    np.testing.assert_allclose(by["sigmoid"](np.array([0, np.log(3)])), [0.5, 0.75])
    np.testing.assert_allclose(by["cost"](A, Y), np.log(8) / 2)
    dW, db = by["backward"](X, A, Y)
    np.testing.assert_allclose(dW, [[-0.25], [1.0]])
    np.testing.assert_allclose(db, [0.125])


def test_the_costs_of_the_course(cat_pictures):
    """Zeros, rate 0.005: ln 2 at the start, and 0.584508 after 100 iterations, as its notebook prints."""
    by = solution.compiled(solution.whole(EXERCISE, "columns"))
    _before, costs, _after = by["train"](*cat_pictures, [12288, 1], 0.005, 101, np.random.RandomState(1))
    assert costs[::100] == pytest.approx([0.693147, 0.584508], abs=1e-6)


def test_written_another_way():
    assert found(OTHERWISE, "rows") == {}


def test_each_mistake_is_named():
    right = solution.whole(EXERCISE, "columns")
    assert found(right + SEVERAL) == {
        "sigmoid": ("wrong_sign",),
        "forward": ("missing_bias",),
        "cost": ("missing_mean",),
        "backward": ("missing_mean",),
        "update": ("changes_input",),
    }
    assert found(right + OTHERS) == {
        "sigmoid": ("other_function",),
        "forward": ("missing_activation",),
        "cost": ("wrong_sign",),
        "backward": ("derivative_twice",),
        "update": ("missing_rate",),
    }
