"""The exercise on first weights: the solution by hand, the same written otherwise, and learners' mistakes."""

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source

EXERCISE = exercises.get("initialisation")
CONVENTIONS = ("rows", "columns")

OTHERWISE_ROWS = """
import math
import numpy as np

def zeros(sizes):
    layers = range(1, len(sizes))
    return tuple({"b": np.array([0.0] * sizes[l]), "W": np.full((sizes[l - 1], sizes[l]), 0.0)} for l in layers)

def apart(W):
    return math.sqrt(np.var(W, axis=1).mean())

def lecun(N):
    return N / math.sqrt(len(N))

def he(N):
    return math.sqrt(2) * N / len(N) ** 0.5

def glorot(U):
    limit = (6 / sum(U.shape)) ** 0.5
    return -limit + U * (limit - -limit)

def initialise(normals):
    return [dict(W=N * (2 / N.shape[0]) ** 0.5, b=np.zeros_like(N[0])) for N in normals]

def size(A):
    return np.linalg.norm(A) / math.sqrt(A.size)

def forward_sizes(X, weights):
    if not weights:
        return []
    A = np.dot(X, weights[0]).clip(min=0)
    return [float(size(A))] + forward_sizes(A, weights[1:])

def backward_sizes(dA, weights, sums):
    sizes = [0.0] * len(weights)
    for l in range(len(weights) - 1, -1, -1):
        dZ = np.where(sums[l] > 0, dA, 0)
        dA = np.dot(weights[l], dZ.T).T
        sizes[l] = size(dA)
    return sizes
"""

OTHERWISE_COLUMNS = """
import numpy as np

def zeros(sizes):
    parameters = []
    for l in range(1, len(sizes)):
        parameters += [{"W": np.zeros((sizes[l], sizes[l - 1])), "b": np.zeros((sizes[l], 1))}]
    return parameters

def apart(W):
    units, inputs = W.shape
    total = 0.0
    for i in range(inputs):
        mean = sum(W[:, i]) / units
        for j in range(units):
            total += (W[j, i] - mean) ** 2
    return np.sqrt(total / (units * inputs))

def lecun(N):
    return np.divide(N, np.sqrt(N.shape[1]))

def he(N):
    return N * np.sqrt(2.0 / N.shape[1])

def glorot(U):
    fan_out, fan_in = U.shape
    return (U - 0.5) * 2 * np.sqrt(6) / np.sqrt(fan_in + fan_out)

def initialise(normals):
    parameters = []
    for N in normals:
        W = he(N)
        b = np.zeros((W.shape[0], 1))
        parameters.append({"W": W, "b": b})
    return parameters

def size(A):
    return (A * A).mean() ** 0.5

def forward_sizes(X, weights):
    A, sizes = X, []
    for l in range(len(weights)):
        A = weights[l].dot(A)
        A = A * (A > 0)
        sizes.append(size(A))
    return sizes

def backward_sizes(dA, weights, sums):
    sizes = []
    for l in reversed(range(len(weights))):
        dZ = dA.copy()
        dZ[sums[l] <= 0] = 0
        dA = weights[l].T.dot(dZ)
        sizes.insert(0, size(dA))
    return sizes
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
    assert [layer["W"].shape for layer in f["zeros"]([4, 3, 2])] == [(4, 3), (3, 2)]
    assert f["apart"](np.array([[1.0, 1.0], [-2.0, -2.0]])) == 0
    assert f["apart"](np.array([[1.0, 3.0], [4.0, 2.0]])) == 1  # means 2 and 3
    N = np.array([[1.0, -2.0, 0.0], [4.0, 2.0, 1.0], [0.0, 0.0, 3.0], [1.0, 1.0, 1.0]])
    np.testing.assert_allclose(f["lecun"](N), N / 2)  # fan_in = 4
    np.testing.assert_allclose(f["he"](N[:2]), N[:2])  # 2 / 2
    np.testing.assert_allclose(
        f["glorot"](np.array([[0.0], [0.5], [1.0], [0.75], [0.25]])).ravel(), [-1, 0, 1, 0.5, -0.5]
    )
    assert f["size"](np.array([[1.0, -7.0]])) == 5  # √((1 + 49) / 2)
    W = np.array([[1.0, 1.0], [-1.0, 1.0]])
    assert f["forward_sizes"](np.array([[3.0, 4.0]]), [W]) == pytest.approx([7 / np.sqrt(2)])  # (−1, 7)
    # dZ = (2, 0), dA = (2 · 1, 2 · −1)
    assert f["backward_sizes"](np.array([[2.0, 5.0]]), [W], [np.array([[1.0, -1.0]])]) == pytest.approx([2.0])


def test_zeros_stay_together_and_he_keeps_the_size():
    f = solution.compiled(solution.whole(EXERCISE, "rows"))
    random = np.random.RandomState(0)
    X, Y = random.randn(20, 4), random.randint(0, 2, (20, 1))
    parameters = f["zeros"]([4, 3, 1])
    parameters[1]["W"] += 1
    parameters[0]["b"] += 1
    for _step in range(10):
        sums, outputs = f["forward"](X, parameters)
        parameters = f["step"](Y, parameters, sums, outputs, 0.5)
    assert np.abs(parameters[0]["W"]).max() > 0.01
    assert f["apart"](parameters[0]["W"]) == pytest.approx(0)
    N = [random.randn(300, 300) for _layer in range(10)]
    X = random.randn(100, 300)
    assert f["forward_sizes"](X, [f["he"](each) for each in N])[-1] == pytest.approx(1, abs=0.3)
    assert f["forward_sizes"](X, [f["lecun"](each) for each in N])[-1] < 0.05  # 2^−5


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_written_otherwise_it_is_right(convention):
    assert said(OTHERWISE[convention], convention) == {}


COLUMNS = [
    {
        "zeros": ('np.zeros((sizes[l], sizes[l - 1]))', 'np.zeros((sizes[l - 1], sizes[l]))', "transposed"),
        "apart": ("return np.sqrt(total / (units * inputs))", "return total / (units * inputs)", "missing_root"),
        "lecun": ("np.divide(N, np.sqrt(N.shape[1]))", "N / N.shape[1]", "missing_root"),
        "he": ("2.0 / N.shape[1]", "2.0 / N.shape[0]", "fan_out_for_fan_in"),
        "glorot": ("(U - 0.5) * 2 *", "(U - 0.5) *", "half_as_wide"),
        "initialise": ("W = he(N)", "W = N", "not_scaled"),
        "size": ("(A * A).mean() ** 0.5", "np.std(A)", "spread_for_size"),
        "forward_sizes": ("        A = A * (A > 0)\n", "", "missing_activation"),
        "backward_sizes": ("sizes.insert(0, size(dA))", "sizes.append(size(dA))", "order_reversed"),
    },
    {
        "zeros": ("range(1, len(sizes)):", "range(1, len(sizes) - 1):", "off_by_one_layer"),
        "apart": ("sum(W[:, i]) / units", "W.sum() / (units * inputs)", "mean_of_all"),
        "lecun": ("np.divide(N, np.sqrt(N.shape[1]))", "N * N.shape[1] ** 0.5", "inverted"),
        "he": ("np.sqrt(2.0 / N.shape[1])", "np.sqrt(2.0) / N.shape[1]", "root_of_part"),
        "glorot": ("(U - 0.5) * 2 *", "U *", "not_centred"),
        "initialise": ("b = np.zeros(", "b = np.ones(", "bias_not_zero"),
        "size": ("(A * A).mean()", "(A * A).sum()", "sum_for_mean"),
        "forward_sizes": ("A = weights[l].dot(A)", "A = weights[l].dot(X)", "not_passed_on"),
        "backward_sizes": ("        dZ[sums[l] <= 0] = 0\n", "", "missing_slope"),
    },
    {
        "zeros": ('"b": np.zeros((sizes[l], 1))', '"b": np.zeros((sizes[l - 1], 1))', "bias_per_input"),
        "he": ("2.0 / N.shape[1]", "1.0 / N.shape[1]", "lecun_for_he"),
        "lecun": ("np.sqrt(N.shape[1])", "np.sqrt(N.shape[1] / 2)", "he_for_lecun"),
        "glorot": ("2 * np.sqrt(6)", "2 * np.sqrt(2)", "normal_for_uniform"),
        "initialise": ("for N in normals:", "for N in normals[:len(normals) - 1]:", "off_by_one_layer"),
        "size": ("(A * A).mean() ** 0.5", "np.mean(np.square(A))", "missing_root"),
        "forward_sizes": (
            "        A = A * (A > 0)\n        sizes.append(size(A))",
            "        sizes.append(size(A))\n        A = A * (A > 0)",
            "before_activation",
        ),
        "backward_sizes": ("sums[l] <= 0", "sums[l] > 0", "inverted"),
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
        ("    fan_in = N.shape[1]\n    return N * np.sqrt(2 / fan_in)", "    return N * 2 / N.shape[0]"),
        ("limit = np.sqrt(6 / (fan_in + fan_out))", "limit = 6 / (fan_in + fan_out)"),
        ("2 * U - 1", "U"),
        ("A = np.maximum(0, Z)\n", "A = Z\n"),
        ("dA * (sums[i] > 0)", "dA"),
        ("return sizes[::-1]", "return sizes"),
    )
    assert said(text, "columns") == {
        "he": ("fan_out_for_fan_in", "missing_root"),
        "glorot": ("missing_root", "not_centred"),
        "forward_sizes": ("missing_activation",),
        "backward_sizes": ("missing_slope", "order_reversed"),
    }


class Drawn:
    """A generator that draws the same weights in both conventions."""

    def __init__(self, transposed):
        self.random, self.transposed = np.random.RandomState(1), transposed

    def randn(self, *shape):
        return self.random.randn(*shape[::-1]).T if self.transposed else self.random.randn(*shape)


def test_it_learns_the_same_in_both_conventions():
    random = np.random.RandomState(0)
    X = random.randn(40, 3)
    Y = (X[:, :1] > X[:, 1:2]).astype(float)
    rows, columns = (solution.compiled(solution.whole(EXERCISE, convention)) for convention in CONVENTIONS)
    _before, costs, after = rows["train"](X, Y, [3, 5, 4, 1], 0.5, 100, Drawn(False))
    _before, others, parameters = columns["train"](X.T, Y.T, [3, 5, 4, 1], 0.5, 100, Drawn(True))
    assert costs[-1] < 0.2 < costs[0]
    np.testing.assert_allclose(costs, others)
    np.testing.assert_allclose(rows["predict"](X, after), columns["predict"](X.T, parameters).T)
