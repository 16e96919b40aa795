"""The exercise on L2 and dropout: the solution by hand, the same written otherwise, and learners' mistakes."""

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source

EXERCISE = exercises.get("regularisation")
CONVENTIONS = ("rows", "columns")

OTHERWISE_ROWS = """
import numpy as np

def l2_penalty(parameters, n, lambd):
    total = 0.0
    for layer in parameters:
        for weight in layer["W"].ravel():
            total += weight * weight
    return 0.5 * lambd * total / n

def l2_gradients(gradients, parameters, n, lambd):
    return [dict(g, dW=g["dW"] + p["W"] * lambd / n) for g, p in zip(gradients, parameters)]

def weight_decay(W, dW, n, lambd, learning_rate):
    return W - learning_rate * (dW + lambd / n * W)

def dropout_mask(U, keep):
    D = np.zeros(U.shape, dtype=int)
    D[U < keep] = 1
    return D

def dropout(A, D, keep, training):
    return np.where(D == 1, A / keep, 0) if training else A

def dropout_backward(dA, D, keep):
    dA = dA / keep
    dA[D == 0] = 0
    return dA

def layer_forward(A_before, W, b, D, keep):
    Z = np.empty(D.shape)
    for i, a in enumerate(A_before):
        Z[i] = a @ W + b
    return Z, dropout(Z, D, keep, True).clip(min=0)

def layer_backward(dA, A_before, W, Z, D, keep):
    dZ = np.where((Z > 0) & (D == 1), dA, 0) / keep
    dW, db = np.zeros(W.shape), np.zeros(W.shape[1])
    for a, error in zip(A_before, dZ):
        dW += np.outer(a, error) / len(Z)
        db += error / len(Z)
    return np.dot(W, dZ.T).T, dW, db
"""

OTHERWISE_COLUMNS = """
import numpy as np

def l2_penalty(parameters, n, lambd):
    penalty = 0
    for layer in parameters:
        penalty = penalty + lambd / 2 * np.linalg.norm(layer["W"]) ** 2 / n
    return penalty

def l2_gradients(gradients, parameters, n, lambd):
    new = []
    for l in range(len(parameters)):
        W, dW, db = parameters[l]["W"], gradients[l]["dW"], gradients[l]["db"]
        new.append({"db": db, "dW": (n * dW + lambd * W) / n})
    return new

def weight_decay(W, dW, n, lambd, learning_rate):
    shrunk = W - learning_rate * lambd / n * W
    return shrunk - learning_rate * dW

def dropout_mask(U, keep):
    return np.where(U < keep, 1.0, 0.0)

def dropout(A, D, keep, training):
    if training:
        A = np.multiply(A, D)
        return A / keep
    return A

def dropout_backward(dA, D, keep):
    return np.multiply(dA, D) * (1 / keep)

def layer_forward(A_before, W, b, D, keep):
    Z = np.dot(W, A_before) + b
    A = Z * (Z > 0)
    A = A * D / keep
    return Z, A

def layer_backward(dA, A_before, W, Z, D, keep):
    m = A_before.shape[1]
    dA = dA * D / keep
    dZ = np.array(dA)
    dZ[Z <= 0] = 0
    dW = 1 / m * np.dot(dZ, A_before.T)
    db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
    return W.T.dot(dZ), dW, db
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
    parameters = [{"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": np.array([5.0, 6.0])}]
    assert f["l2_penalty"](parameters, 3, 0.5) == 2.5  # 30 · ½ / 6
    (after,) = f["l2_gradients"]([{"dW": np.ones((2, 2)), "db": np.ones(2)}], parameters, 2, 0.5)
    assert after["dW"].tolist() == [[1.25, 1.5], [1.75, 2.0]]  # 1 + ¼ W
    assert after["db"].tolist() == [1.0, 1.0]
    assert f["weight_decay"](2.0, 3.0, 4, 2.0, 0.1) == pytest.approx(1.6)  # (1 − 0.05) 2 − 0.3
    A, D = np.array([[1.0, -2.0, 3.0]]), f["dropout_mask"](np.array([[0.1, 0.5, 0.7]]), 0.5)
    assert D.tolist() == [[True, False, False]]
    assert f["dropout"](A, D, 0.5, True).tolist() == [[2.0, 0.0, 0.0]]
    assert f["dropout"](A, D, 0.5, False).tolist() == A.tolist()
    assert f["dropout_backward"](A, D, 0.5).tolist() == [[2.0, 0.0, 0.0]]
    W, b, X = np.array([[1.0, -1.0, 2.0]]), np.array([1.0, 0.0, 0.0]), np.array([[3.0]])
    Z, A = f["layer_forward"](X, W, b, D, 0.5)
    assert (Z.tolist(), A.tolist()) == ([[4.0, -3.0, 6.0]], [[8.0, 0.0, 0.0]])
    dA, dW, db = f["layer_backward"](np.ones((1, 3)), X, W, Z, D, 0.5)  # dZ = (2, 0, 0)
    assert (dA.tolist(), dW.tolist(), db.tolist()) == ([[2.0]], [[6.0, 0.0, 0.0]], [2.0, 0.0, 0.0])


def test_the_penalty_s_slope_is_what_is_added():
    f = solution.compiled(solution.whole(EXERCISE, "rows"))
    random = np.random.RandomState(0)
    W, step = random.randn(3, 2), 1e-6
    zero = [{"dW": np.zeros((3, 2)), "db": np.zeros(2)}]

    def penalty(i, by):
        moved = W.copy()
        moved.flat[i] += by
        return f["l2_penalty"]([{"W": moved, "b": np.ones(2)}], 5, 0.7)

    slope = [(penalty(i, step) - penalty(i, -step)) / (2 * step) for i in range(W.size)]
    (after,) = f["l2_gradients"](zero, [{"W": W, "b": np.ones(2)}], 5, 0.7)
    np.testing.assert_allclose(after["dW"].ravel(), slope, rtol=1e-6)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_written_otherwise_it_is_right(convention):
    assert said(OTHERWISE[convention], convention) == {}


COLUMNS = [
    {
        "l2_penalty": ("lambd / 2 *", "lambd *", "missing_half"),
        "l2_gradients": ("(n * dW + lambd * W) / n", "dW + lambd * W", "missing_mean"),
        "weight_decay": ("W - learning_rate * lambd / n * W", "W * (1 - lambd / n)", "missing_rate"),
        "dropout_mask": ("U < keep", "U > keep", "inverted"),
        "dropout": ("return A / keep", "return A", "not_scaled"),
        "dropout_backward": ("np.multiply(dA, D)", "dA", "mask_missing_back"),
        "layer_forward": ("    A = A * D / keep\n", "", "missing_dropout"),
        "layer_backward": ("dA = dA * D / keep", "dA = dA / keep", "mask_missing_back"),
    },
    {
        "l2_penalty": (" ** 2 / n", " ** 2 / n + lambd / (2 * n) * np.sum(layer['b'] ** 2)", "bias_penalised"),
        "l2_gradients": ('{"db": db,', '{"db": db + lambd * parameters[l]["b"] / n,', "bias_penalised"),
        "weight_decay": ("W - learning_rate * lambd", "W + learning_rate * lambd", "wrong_sign"),
        "dropout_mask": ("U < keep", "U < 1 - keep", "rate_for_keep"),
        "dropout": ("    return A\n", "    return A * keep\n", "scaled_at_prediction"),
        "dropout_backward": (" * (1 / keep)", "", "not_scaled"),
        "layer_forward": ("A = A * D / keep", "A *= D", "not_scaled"),
        "layer_backward": ("    dZ[Z <= 0] = 0\n", "", "missing_slope"),
    },
    {
        "l2_penalty": ("** 2 / n", "** 2", "missing_mean"),
        "l2_gradients": ("n * dW + lambd * W", "n * dW + lambd / 2 * W", "half_too_many"),
        "weight_decay": ("shrunk = W - learning_rate * lambd / n * W", "shrunk = W", "missing_decay"),
        "dropout_mask": ("1.0, 0.0", "1 / keep, 0.0", "scaled_mask"),
        "dropout": ("    if training:", "    if True:", "dropped_at_prediction"),
        "dropout_backward": ("(1 / keep)", "(1 / (1 - keep))", "scaled_by_rate"),
        "layer_forward": ("A = Z * (Z > 0)", "A = Z", "missing_activation"),
        "layer_backward": ("    dA = dA * D / keep\n", "", "missing_dropout"),
    },
]  # fmt: skip
"""Rounds of {function: (text of what is written otherwise in columns, what stands there instead, its name)}."""


@pytest.mark.parametrize("mistakes", COLUMNS)
def test_mistakes_in_columns(mistakes):
    text = changed(OTHERWISE_COLUMNS, *((right, wrong) for right, wrong, _name in mistakes.values()))
    assert said(text, "columns") == {function: (name,) for function, (_right, _wrong, name) in mistakes.items()}


def test_several_mistakes_at_once_are_told_in_the_order_of_the_computation():
    text = changed(
        solution.whole(EXERCISE, "columns"),
        ('sum((layer["W"] ** 2).sum()', 'sum((layer["W"] ** 2).sum() + (layer["b"] ** 2).sum()'),
        ("return lambd / 2 * squares / n", "return lambd * squares"),
        ('dW = gradients[i]["dW"] + lambd / n *', 'dW = gradients[i]["dW"] - lambd *'),
        ("return dA * D / keep", "return dA"),
        ("dropout_backward(dA, D, keep) * (Z > 0)", "dA * D"),
        ("dW = dZ @ A_before.T / n", "dW = dZ @ A_before.T"),
        ("db = dZ.sum(1, keepdims=True) / n\n    dA_before", "db = dZ.sum(1, keepdims=True)\n    dA_before"),
    )  # fmt: skip
    assert said(text, "columns") == {
        "l2_penalty": ("bias_penalised", "missing_half", "missing_mean"),
        "l2_gradients": ("wrong_sign", "missing_mean"),
        "dropout_backward": ("mask_missing_back", "not_scaled"),
        "layer_backward": ("not_scaled", "missing_slope", "missing_mean"),
    }


def test_an_input_that_is_changed_in_place():
    text = changed(
        solution.whole(EXERCISE, "rows"),
        ("    return A * D / keep", "    A *= D / keep\n    return A"),
        ('dW = gradients[i]["dW"] + lambd', 'dW = gradients[i]["dW"]\n        dW += lambd'),
    )
    assert said(text, "rows") == {"l2_gradients": ("changes_input",), "dropout": ("changes_input",)}


class Drawn:
    """A generator that draws the same weights and masks in both conventions."""

    def __init__(self, transposed):
        self.random, self.transposed = np.random.RandomState(1), transposed

    def randn(self, *shape):
        return self.random.randn(*shape[::-1]).T if self.transposed else self.random.randn(*shape)

    def rand(self, *shape):
        return self.random.rand(*shape[::-1]).T if self.transposed else self.random.rand(*shape)


def test_it_learns_the_same_in_both_conventions():
    random = np.random.RandomState(0)
    X = random.randn(60, 3)
    Y = (X[:, :1] > X[:, 1:2]).astype(float)
    rows, columns = (solution.compiled(solution.whole(EXERCISE, convention)) for convention in CONVENTIONS)
    _before, costs, after = rows["train"](X, Y, [3, 8, 6, 1], 0.5, 100, Drawn(False))
    _before, others, parameters = columns["train"](X.T, Y.T, [3, 8, 6, 1], 0.5, 100, Drawn(True))
    assert np.mean(costs[-10:]) < costs[0] / 2
    np.testing.assert_allclose(costs, others)
    np.testing.assert_allclose(rows["predict"](X, after), columns["predict"](X.T, parameters).T)
    assert ((rows["predict"](X, after) > 0.5) == Y).mean() > 0.9
