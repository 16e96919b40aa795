"""The exercise on one hidden layer: by hand, the course's own costs, and mistakes as a learner writes them."""

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source

EXERCISE = exercises.get("one-hidden-layer")

ROWS = """
import math
import numpy as np

def initialize(sizes, random):
    W1 = 0.01 * random.randn(sizes[0], sizes[1])
    W2 = 0.01 * random.randn(sizes[1], sizes[2])
    return [W1, np.zeros(len(W1[0])), W2, np.zeros(len(W2[0]))]

def forward(X, W1, b1, W2, b2):
    Z1 = np.array([[sum(x[i] * W1[i, j] for i in range(len(x))) + b1[j] for j in range(len(b1))] for x in X])
    A1 = np.where(Z1 > 0, Z1, 0)
    Z2 = np.dot(A1, W2) + b2.reshape(1, -1)
    return Z1, A1, Z2, np.exp(Z2) / (1 + np.exp(Z2))

def cost(A, Y):
    total = 0
    for a, y in zip(A[:, 0], Y[:, 0]):
        total += -math.log(a) if y else -math.log(1 - a)
    return total / len(A)

def backward(X, Y, Z1, A1, A2, W2):
    n = len(X)
    dW1, db1, dW2, db2 = np.zeros((X.shape[1], A1.shape[1])), np.zeros(A1.shape[1]), np.zeros(W2.shape), 0
    for i in range(n):
        error = A2[i] - Y[i]
        dW2 = dW2 + np.outer(A1[i], error) / n
        db2 = db2 + error / n
        hidden = W2 @ error
        hidden[Z1[i] <= 0] = 0
        dW1 = dW1 + np.outer(X[i], hidden) / n
        db1 = db1 + hidden / n
    return dW1, db1, dW2, db2

def update(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    pairs = zip((W1, b1, W2, b2), (dW1, db1, dW2, db2))
    return tuple(old - gradient * learning_rate for old, gradient in pairs)

def accuracy(A, Y):
    return 1 - np.abs(np.round(A) - Y).sum() / len(A)
"""

COLUMNS = """
import numpy as np

def initialize(sizes, random):
    n_x, n_h, n_y = sizes
    W1 = random.randn(n_h, n_x) / 100
    W2 = random.randn(n_y, n_h) / 100
    return W1, np.zeros((n_h, 1)), W2, np.zeros((n_y, 1))

def forward(X, W1, b1, W2, b2):
    Z1 = np.dot(W1, X) + b1
    A1 = (Z1 + np.abs(Z1)) / 2
    Z2 = np.einsum("kh,hm->km", W2, A1) + b2
    return Z1, A1, Z2, 0.5 + 0.5 * np.tanh(Z2 / 2)

def cost(A, Y):
    m = Y.shape[1]
    logprobs = np.dot(np.log(A), Y.T) + np.dot(np.log(1 - A), (1 - Y).T)
    return float(np.squeeze(-logprobs / m))

def backward(X, Y, Z1, A1, A2, W2):
    m = X.shape[1]
    dZ2 = (A2 - Y) / m
    dZ1 = np.where(A1 > 0, np.dot(W2.T, dZ2), 0)
    return np.dot(dZ1, X.T), dZ1 @ np.ones((m, 1)), np.dot(dZ2, A1.T), np.sum(dZ2, axis=1).reshape(-1, 1)

def update(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    eta = -learning_rate
    return W1 + eta * dW1, b1 + eta * db1, W2 + eta * dW2, b2 + eta * db2

def accuracy(A, Y):
    right = 0
    for a, y in zip(A[0], Y[0]):
        if (a > 0.5 and y == 1) or (a <= 0.5 and y == 0):
            right += 1
    return right / A.shape[1]
"""

MISTAKEN = (
    (
        """
def initialize(sizes, random):
    n_x, n_h, n_y = sizes
    return random.randn(n_h, n_x), np.zeros((n_h, 1)), random.randn(n_y, n_h), np.zeros((n_y, 1))

def forward(X, W1, b1, W2, b2):
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    return Z1, A1, Z2, sigmoid(Z2)

def cost(A, Y):
    return -np.sum(np.multiply(Y, np.log(A)) + np.multiply(1 - Y, np.log(1 - A)))

def backward(X, Y, Z1, A1, A2, W2):
    m = X.shape[1]
    dZ2 = A2 - Y
    dZ1 = np.multiply(np.dot(W2.T, dZ2), 1 - np.power(A1, 2))
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return np.dot(dZ1, X.T) / m, db1, np.dot(dZ2, A1.T) / m, np.sum(dZ2, axis=1, keepdims=True) / m

def update(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    return W1 + learning_rate * dW1, b1 + learning_rate * db1, W2 + learning_rate * dW2, b2 + learning_rate * db2

def accuracy(A, Y):
    return np.sum(np.round(A) == Y)
""",
        {
            "initialize": ("not_scaled",),
            "forward": ("other_function",),
            "cost": ("missing_mean",),
            "backward": ("other_function",),
            "update": ("wrong_sign",),
            "accuracy": ("missing_mean",),
        },
    ),
    (
        """
def initialize(sizes, random):
    n_x, n_h, n_y = sizes
    return np.zeros((n_h, n_x)), np.zeros((n_h, 1)), np.zeros((n_y, n_h)), np.zeros((n_y, 1))

def forward(X, W1, b1, W2, b2):
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1
    return Z1, A1, Z2, sigmoid(Z2)

def cost(A, Y):
    return -np.mean(Y * np.log(A))

def backward(X, Y, Z1, A1, A2, W2):
    dZ2 = A2 - Y
    dZ1 = (W2.T @ dZ2) * (A1 > 0)
    return dZ1 @ X.T, dZ1.sum(axis=1, keepdims=True), dZ2 @ A1.T, dZ2.sum(axis=1, keepdims=True)

def update(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    W1 -= learning_rate * dW1
    b1 -= learning_rate * db1
    return W1, b1, W2 - learning_rate * dW2, b2 - learning_rate * db2

def accuracy(A, Y):
    return np.mean(np.round(A) != Y)
""",
        {
            "initialize": ("same_weights",),
            "forward": ("missing_bias",),
            "cost": ("missing_half",),
            "backward": ("missing_mean",),
            "update": ("changes_input",),
            "accuracy": ("errors_counted",),
        },
    ),
    (
        """
def initialize(sizes, random):
    n_x, n_h, n_y = sizes
    W1, W2 = random.randn(n_x, n_h) * 0.01, random.randn(n_h, n_y) * 0.01
    return W1, np.zeros((n_h, 1)), W2, np.zeros((n_y, 1))

def forward(X, W1, b1, W2, b2):
    Z1 = W1 * X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    return Z1, A1, Z2, sigmoid(Z2)

def backward(X, Y, Z1, A1, A2, W2):
    m = X.shape[1]
    dZ2 = A2 - Y
    dZ1 = W2.T @ dZ2
    return dZ1 @ X.T / m, dZ1.mean(1, keepdims=True), dZ2 @ A1.T / m, dZ2.mean(1, keepdims=True)

def update(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    return W1 - learning_rate * dW1, b1 - learning_rate * db1, W2 - learning_rate * dW2, b2

def cost(A, Y):
    return (Y * np.log(A) + (1 - Y) * np.log(1 - A)).mean()
""",
        {
            "initialize": ("transposed", "transposed"),
            "cost": ("wrong_sign",),
            "forward": ("product_for_matmul",),
            "backward": ("missing_derivative",),
            "update": ("not_updated",),
        },
    ),
    (
        """
def forward(X, W1, b1, W2, b2):
    Z1 = W1.T @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    return Z1, A1, Z2, sigmoid(Z2)

def backward(X, Y, Z1, A1, A2, W2):
    m = X.shape[1]
    dZ2 = A2 - Y
    dZ1 = W2.T @ dZ2 * (Z1 > 0)
    return dZ1 @ A1.T / m, dZ1.mean(1, keepdims=True), dZ2 @ A1.T / m, dZ2 / m

def update(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    return W1 + dW1, b1 + db1, W2 + dW2, b2 + db2
""",
        {
            "forward": ("transposed",),
            "backward": ("missing_sum", "off_by_one_layer"),
            "update": ("wrong_sign", "missing_rate"),
        },
    ),
    (  # several at once, in the order of the computation
        """
def forward(X, W1, b1, W2, b2):
    Z1 = W1 @ X
    A1 = Z1
    Z2 = W2 @ A1 + b2
    return Z1, A1, Z2, np.maximum(Z2, 0)

def backward(X, Y, Z1, A1, A2, W2):
    dZ2 = Y - A2
    dZ1 = W2.T @ dZ2 * A1
    return dZ1 @ X.T, dZ1.sum(1, keepdims=True), dZ2 @ A1.T, dZ2.sum(1, keepdims=True)

def update(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    return W1 - dW1, b1, W2 - dW2, b2 - db2
""",
        {
            "forward": ("missing_bias", "missing_activation", "last_activation"),
            "backward": ("wrong_sign", "missing_mean", "function_for_derivative"),
            "update": ("missing_rate", "not_updated"),
        },
    ),
)


def found(text, convention="columns"):
    return {each.function: each.mistakes for each in check_source(EXERCISE, convention, text) if each.mistakes}


def test_by_hand():
    """One sample forwards; two backwards: dZ2 = (−½, ¼), dZ1 = ((−1, 0), (½, −¼))."""
    by = solution.compiled(solution.whole(EXERCISE, "rows"))
    X, W1, W2 = np.array([[1.0, 2.0]]), np.array([[1.0, -1.0], [1.0, 0.0]]), np.array([[1.0], [2.0]])
    Z1, A1, Z2, A2 = by["forward"](X, W1, np.array([0.0, 0.5]), W2, np.array([-3.0]))
    assert (Z1.tolist(), A1.tolist(), Z2.tolist(), A2.tolist()) == ([[3, -0.5]], [[3, 0]], [[0]], [[0.5]])
    np.testing.assert_allclose(by["cost"](np.array([[0.5], [0.75]]), np.array([[1.0], [0.0]])), np.log(8) / 2)
    dW1, db1, dW2, db2 = by["backward"](
        np.array([[1.0, 2.0], [0.0, 1.0]]),
        np.array([[1.0], [0.0]]),
        np.array([[1.0, -1.0], [3.0, 3.0]]),
        np.array([[1.0, 0.0], [3.0, 3.0]]),
        np.array([[0.5], [0.25]]),
        np.array([[2.0], [-1.0]]),
    )
    assert (dW2.tolist(), db2.tolist()) == ([[0.125], [0.375]], [-0.125])
    assert (dW1.tolist(), db1.tolist()) == ([[-0.5, 0], [-0.75, -0.125]], [-0.25, -0.125])
    assert by["accuracy"](np.array([[0.9], [0.2], [0.6]]), np.array([[1.0], [0.0], [0.0]])) == pytest.approx(2 / 3)


def test_the_costs_of_the_course(cat_pictures):
    by = solution.compiled(solution.whole(EXERCISE, "columns"))
    _before, costs, _after = by["train"](*cat_pictures, [12288, 7, 1], 0.0075, 101, np.random.RandomState(1))
    assert costs[0] == pytest.approx(0.693049735659989, abs=1e-12)
    assert costs[100] == pytest.approx(0.646432, abs=1e-6)


@pytest.mark.parametrize(("convention", "text"), [("rows", ROWS), ("columns", COLUMNS)])
def test_written_another_way(convention, text):
    assert found(text, convention) == {}


@pytest.mark.parametrize(("wrong", "names"), MISTAKEN)
def test_each_mistake_is_named(wrong, names):
    assert found(solution.whole(EXERCISE, "columns") + wrong) == names


def test_a_mean_forgotten_in_one_place_only():
    right = solution.whole(EXERCISE, "columns")
    assert right.count("dZ1 @ X.T / n") == 1
    (told,) = [
        each for each in check_source(EXERCISE, "columns", right.replace("dZ1 @ X.T / n", "dZ1 @ X.T")) if each.says
    ]
    assert (told.function, told.mistakes) == ("backward", ("missing_mean",))
    assert told.says[0].startswith("dW1 is n times too large")
