"""The exercise on the softmax: the solution by hand, the same written otherwise, and mistakes as learners make them."""

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source

EXERCISE = exercises.get("softmax")
CONVENTIONS = ("rows", "columns")

OTHERWISE_ROWS = """
import math
import numpy as np

def softmax(Z):
    out = []
    for row in Z.tolist():
        shifted = [math.exp(z - max(row)) for z in row]
        out.append([e / sum(shifted) for e in shifted])
    return np.array(out)

def one_hot(y, classes):
    Y = np.zeros((len(y), classes))
    for i, k in enumerate(y):
        Y[i, k] = 1
    return Y

def forward(X, W, b):
    Z = np.dot(X, W) + b[np.newaxis]
    return [Z, softmax(Z)]

def cross_entropy(A, Y):
    return -np.log(A[np.arange(len(A)), Y.argmax(axis=1)]).sum() / len(A)

def stable_cross_entropy(Z, Y):
    return np.mean(np.logaddexp.reduce(Z, axis=1) - Z[Y == 1])

def softmax_backward(dA, A):
    dZ = np.empty(A.shape)
    for i, a in enumerate(A):
        dZ[i] = (np.diag(a) - np.outer(a, a)) @ dA[i]
    return dZ

def backward(X, A, Y):
    dW, db = np.zeros((X.shape[1], A.shape[1])), np.zeros(A.shape[1])
    for x, a, y in zip(X, A, Y):
        dW += np.outer(x, a - y) / len(X)
        db += (a - y) / len(X)
    return dW, db

def classify(A):
    return np.array([np.argmax(a) for a in A])
"""

OTHERWISE_COLUMNS = """
import numpy as np

def softmax(Z):
    Z = Z - np.max(Z, axis=0)
    return np.exp(Z) / np.sum(np.exp(Z), axis=0)

def one_hot(y, classes):
    return (np.arange(classes).reshape(-1, 1) == y).astype(float)

def forward(X, W, b):
    Z = np.column_stack([W.dot(x) + b[:, 0] for x in X.T])
    return Z, softmax(Z)

def cross_entropy(A, Y):
    m = Y.shape[1]
    return np.squeeze(-1 / m * np.sum(Y * np.log(A)))

def stable_cross_entropy(Z, Y):
    Z = Z - Z.max(axis=0)
    return np.mean(np.log(np.exp(Z).sum(axis=0)) - (Z * Y).sum(axis=0))

def softmax_backward(dA, A):
    return A * dA - A * np.einsum("ki,ki->i", A, dA)

def backward(X, A, Y):
    m = X.shape[1]
    dZ = A - Y
    return (1 / m) * np.dot(dZ, X.T), (1 / m) * np.sum(dZ, axis=1, keepdims=True)

def classify(A):
    return np.argmax(A, axis=0)
"""
OTHERWISE = {"rows": OTHERWISE_ROWS, "columns": OTHERWISE_COLUMNS}


def said(text, convention):
    """{function: names of what is wrong} for those that are not right."""
    found = check_source(EXERCISE, convention, text)
    return {finding.function: finding.mistakes for finding in found if finding.status != "right"}


def changed(text, *replaced):
    """The text with another in place of each that stands there once."""
    for right, wrong in replaced:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    return text


def test_the_solution_by_hand():
    f = solution.compiled(solution.whole(EXERCISE, "rows"))
    np.testing.assert_allclose(f["softmax"](np.log([[1.0, 2.0, 5.0]])), [[0.125, 0.25, 0.625]])
    np.testing.assert_allclose(f["softmax"](np.array([[1000.0, 1000.0, 0.0]])), [[0.5, 0.5, 0.0]])
    A, Y = np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]]), f["one_hot"](np.array([1, 0]), 3)
    assert Y.tolist() == [[0, 1, 0], [1, 0, 0]]
    assert f["cross_entropy"](A, Y) == pytest.approx(1.5 * np.log(2))  # (ln 4 + ln 2) / 2
    assert f["stable_cross_entropy"](np.log(A) + 1000, Y) == pytest.approx(1.5 * np.log(2))
    # X = (2, 4): dW = (2 (½, −¾, ¼) + 4 (−½, ¼, ¼)) / 2, db = ((½, −¾, ¼) + (−½, ¼, ¼)) / 2
    dW, db = f["backward"](np.array([[2.0], [4.0]]), A, Y)
    assert dW.tolist() == [[-0.5, -0.25, 0.75]]
    assert db.tolist() == [0.0, -0.25, 0.25]
    # Σ A dA = 2
    assert f["softmax_backward"](np.array([[2.0, 4.0, 0.0]]), A[:1]).tolist() == [[0.0, 0.5, -0.5]]


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_written_otherwise_it_is_right(convention):
    assert said(OTHERWISE[convention], convention) == {}


COLUMNS = [
    {
        "softmax": ("np.exp(Z - Z.max(0, keepdims=True))", "np.exp(Z)", "unstable"),
        "one_hot": ("[:, y]", "[:, y - 1]", "off_by_one"),
        "forward": (" + b", "", "missing_bias"),
        "cross_entropy": (
            "return losses.mean()\n\n\ndef stable", "return losses.sum()\n\n\ndef stable", "missing_mean",
        ),
        "stable_cross_entropy": ("log_total = np.log(np.exp(Z - top).sum(0, keepdims=True)) + top",
                                 "log_total = np.log(np.exp(Z).sum(0))", "unstable"),
        "softmax_backward": ("A * (dA - (dA * A).sum(0, keepdims=True))", "(1 - A) * A * dA", "sigmoid_slope"),
        "backward": ("X.T / n", "X.T", "missing_mean"),
        "classify": ("A.argmax(0)", "np.argmax(A, axis=1)", "wrong_axis"),
    },
    {
        "softmax": ("e / e.sum(0, keepdims=True)", "e / np.sum(e)", "sum_of_all"),
        "one_hot": ("np.eye(classes)[:, y]", "(np.arange(classes)[:, None] != y) * 1.0", "inverted"),
        "forward": ("return Z, softmax(Z)", "return Z, Z", "missing_activation"),
        "cross_entropy": ("-(Y * np.log(A)).sum(0)", "(Y * np.log(A)).sum(0)", "wrong_sign"),
        "stable_cross_entropy": (".sum(0, keepdims=True)) + top", ".sum(0, keepdims=True))", "max_not_added"),
        "softmax_backward": ("(dA * A).sum(0, keepdims=True)", "(dA * A).sum(1, keepdims=True)", "wrong_axis"),
        "backward": ("n = X.shape[1]", "n = X.shape[0]", "wrong_count"),
        "classify": ("A.argmax(0)", "A.argmax(0) + 1", "off_by_one"),
    },
    {
        "softmax": ("Z.max(0, keepdims=True))", "np.max(Z))", "max_of_all"),
        "forward": ("W @ X + b", "W * X + b", "product_for_matmul"),
        "cross_entropy": ("-(Y * np.log(A)).sum(0)", "-(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum(0)",
                          "binary_cost"),
        "stable_cross_entropy": ("return losses.mean()\n\n\ndef softmax_b",
                                 "return np.mean(-np.sum(Y * np.log(softmax(Z)), 0))\n\n\ndef softmax_b",
                                 "log_of_zero"),
        "softmax_backward": ("dA - (dA * A).sum(0, keepdims=True)", "dA", "missing_sum"),
        "backward": ("dZ = A - Y", "dZ = Y - A", "wrong_sign"),
        "classify": ("A.argmax(0)", "A.max(0)", "value_for_place"),
    },
]  # fmt: skip
"""Rounds of {function: (text of the solution in columns, what stands there instead, what it is called)}."""


@pytest.mark.parametrize("mistakes", COLUMNS)
def test_mistakes_in_columns(mistakes):
    text = changed(solution.whole(EXERCISE, "columns"), *((right, wrong) for right, wrong, _name in mistakes.values()))
    assert said(text, "columns") == {function: (name,) for function, (_right, _wrong, name) in mistakes.items()}


def test_mistakes_in_what_is_written_otherwise():
    text = changed(
        OTHERWISE_COLUMNS,
        ("np.sum(np.exp(Z), axis=0)", "np.sum(np.exp(Z), axis=1, keepdims=True)"),
        ("(Z * Y).sum(axis=0))", "(Z * Y).sum(axis=0)) * Z.shape[1]"),
        ("return (1 / m) * np.dot", "return np.dot"),
        ("-1 / m * np.sum(Y * np.log(A))", "-np.mean(Y * np.log(A))"),
    )
    assert said(text, "columns") == {
        "softmax": ("wrong_axis",),
        "cross_entropy": ("mean_of_all",),
        "stable_cross_entropy": ("missing_mean",),
        "backward": ("missing_mean",),
    }


def test_several_mistakes_at_once_are_told_in_the_order_of_the_computation():
    text = changed(
        solution.whole(EXERCISE, "columns"),
        ("np.exp(Z - Z.max(0, keepdims=True))", "np.exp(Z)"),
        ("return e / e.sum(0, keepdims=True)", "return e"),
        ("A - Y", "Y - A"),
        ("dZ @ X.T / n", "dZ @ X.T"),
        ("dZ.sum(1, keepdims=True) / n", "dZ"),
    )
    assert said(text, "columns") == {
        "softmax": ("unstable", "not_normalised"),
        "backward": ("wrong_sign", "missing_mean", "missing_sum"),
    }


def test_it_learns_the_same_in_both_conventions():
    random = np.random.RandomState(0)
    X, y = random.randn(30, 4), random.randint(0, 3, 30)
    X[:, :3] += 2 * np.eye(3)[y]
    rows, columns = (solution.compiled(solution.whole(EXERCISE, convention)) for convention in CONVENTIONS)
    Y = np.eye(3)[y]
    _before, costs, after = rows["train"](X, Y, [4, 3], 0.5, 100, random)
    assert costs[0] == pytest.approx(np.log(3))
    assert costs[-1] < 0.4
    _before, others, parameters = columns["train"](X.T, Y.T, [4, 3], 0.5, 100, random)
    np.testing.assert_allclose(costs, others)
    np.testing.assert_allclose(rows["predict"](X, after), columns["predict"](X.T, parameters).T)
    assert (rows["predict"](X, after).argmax(1) == y).mean() > 0.9
