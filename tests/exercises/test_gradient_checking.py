"""Gradient checking: the exercise's numbers, another way to write it, and mistakes as learners make them."""

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source

EXERCISE = exercises.get("gradient-checking")
NAMES = [
    "numeric_gradient",
    "relative_difference",
    "is_right",
    "flatten",
    "unflatten",
    "check_gradients",
    "differences",
]

OTHER = """
import math

import numpy as np


def numeric_gradient(f, theta, epsilon):
    moved, slopes = theta.copy(), []
    for place, old in enumerate(theta):
        moved[place] = old + epsilon
        up = f(moved)
        moved[place] = old - epsilon
        down = f(moved)
        moved[place] = old
        slopes.append((up - down) / epsilon / 2)
    return np.array(slopes)


def length(a):
    return math.sqrt(sum(x * x for x in np.ravel(a)))


def relative_difference(a, b):
    return length(a - b) / (length(a) + length(b))


def is_right(difference, tolerance):
    if np.isnan(difference) or difference > tolerance:
        return False
    return True


def flatten(parameters):
    theta = []
    for layer in parameters:
        for name in ("W", "b"):
            theta.extend(float(number) for row in layer[name] for number in np.atleast_1d(row))
    return np.array(theta)


def unflatten(theta, like):
    left = list(theta)
    parameters = [{name: np.empty(layer[name].shape) for name in layer} for layer in like]
    for layer in parameters:
        for name in ("W", "b"):
            for place in np.ndindex(layer[name].shape):
                layer[name][place] = left.pop(0)
    return parameters


def check_gradients(cost, parameters, gradients, epsilon):
    numeric = numeric_gradient(lambda theta: cost(unflatten(theta, parameters)), flatten(parameters), epsilon)
    mine = flatten(gradients)
    return length(mine - numeric) / (length(mine) + length(numeric))


def differences(gradients, numeric):
    found = []
    for place in range(len(gradients)):
        found.append({})
        for name in gradients[place]:
            found[place][name] = relative_difference(gradients[place][name], numeric[place][name])
    return found
"""


def found(text, convention="columns"):
    """What is said of each function that is not right."""
    findings = check_source(EXERCISE, convention, text, seed=1)
    assert [each.function for each in findings] == NAMES
    return {each.function: each.mistakes for each in findings if each.status != "right"}


def with_(text, *changes):
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)
    return text


def test_by_hand():
    names = solution.compiled(solution.whole(EXERCISE, "rows"))
    f = lambda theta: theta[0] ** 2 + 3 * theta[0] * theta[1]  # noqa: E731
    np.testing.assert_allclose(names["numeric_gradient"](f, np.array([2.0, 1.0]), 0.5), [7, 6])
    cubes = names["numeric_gradient"](lambda theta: (theta**3).sum(), np.array([1.0, 2.0]), 0.1)
    np.testing.assert_allclose(cubes, [3.01, 12.01])  # 3 θ² + ε²
    assert names["relative_difference"](np.array([3.0, 0.0]), np.array([0.0, 4.0])) == pytest.approx(5 / 7)
    assert [names["is_right"](each, 1e-7) for each in (3e-10, 0.0, 0.002, np.nan)] == [True, True, False, False]
    layers = [{"W": np.array([[1, 2], [3, 4]]), "b": np.array([5, 6])}, {"W": np.array([[7], [8]]), "b": np.array([9])}]
    assert names["flatten"](layers).tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9]
    back = names["unflatten"](np.arange(1, 10), layers)
    assert all((back[i][name] == layers[i][name]).all() for i in range(2) for name in ("W", "b"))


def test_it_finds_an_error_in_back_prop():
    names = solution.compiled(solution.whole(EXERCISE, "rows"))
    random = np.random.default_rng(0)
    X, Y = random.normal(size=(5, 3)), random.normal(size=(5, 1))
    parameters = [{"W": random.normal(size=(3, 1)), "b": random.normal(size=1)}]

    def cost(parameters):
        return ((X @ parameters[0]["W"] + parameters[0]["b"] - Y) ** 2).mean() / 2

    dZ = X @ parameters[0]["W"] + parameters[0]["b"] - Y
    right = [{"W": X.T @ dZ / 5, "b": dZ.mean(0)}]
    assert names["is_right"](names["check_gradients"](cost, parameters, right, 1e-4), 1e-7)
    wrong = [{"W": X.T @ dZ, "b": dZ.mean(0)}]
    assert not names["is_right"](names["check_gradients"](cost, parameters, wrong, 1e-4), 1e-7)
    numeric = names["unflatten"](
        names["numeric_gradient"](
            lambda theta: cost(names["unflatten"](theta, parameters)), names["flatten"](parameters), 1e-4
        ),
        parameters,
    )
    apart = names["differences"](wrong, numeric)
    assert apart[0]["W"] == pytest.approx(4 / 6) and apart[0]["b"] < 1e-7


@pytest.mark.parametrize("convention", ["rows", "columns"])
def test_right_solutions_pass(convention):
    assert found(solution.whole(EXERCISE, convention), convention) == {}
    assert found(OTHER, convention) == {}


CHANGES = [
    {
        "numeric_gradient": ("down = f(moved)", "down = f(theta)", "moved_back_only"),
        "relative_difference": ("length(a) + length(b)", "length(a + b)", "norm_of_sum"),
        "is_right": ("if np.isnan(difference) or difference", "if difference", "nan_is_right"),
        "flatten": ('("W", "b"):\n            theta', '("b", "W"):\n            theta', "bias_first"),
        "check_gradients": ("cost(unflatten(theta, parameters))", "cost(parameters)", "theta_unused"),
        "differences": ("    return found\n", "    return list(reversed(found))\n", "backward_order"),
    },
    {
        "numeric_gradient": (") / epsilon / 2", ") / epsilon", "divided_by_epsilon"),
        "relative_difference": ("length(a - b) /", "abs(length(a) - length(b)) /", "lengths_only"),
        "is_right": ("    if np.isnan(difference)", "    return difference > tolerance\n    if False", "wrong_way"),
        "flatten": ("for row in layer[name] for", "for row in layer[name].T for", "column_by_column"),
        "unflatten": ('("W", "b"):\n            for', '("b", "W"):\n            for', "bias_first"),
        "check_gradients": ("mine = flatten(gradients)", "mine = flatten(parameters)", "parameters_for_gradients"),
        "differences": (
            "relative_difference(gradients[place][name], numeric[place][name])",
            "length(gradients[place][name] - numeric[place][name])",
            "not_relative",
        ),
    },
    {
        "numeric_gradient": ("        moved[place] = old\n", "", "not_restored"),
        "relative_difference": ("length(a) + length(b)", "length(b)", "other_norm"),
        "flatten": ('("W", "b"):\n            theta', '("W",):\n            theta', "missing_bias"),
        "unflatten": ("            for place", "            left = list(theta)\n            for place", "not_advanced"),
        "check_gradients": (" / (length(mine) + length(numeric))", "", "not_relative"),
    },
    {
        "numeric_gradient": ("(up - down) / epsilon / 2", "(up - f(theta)) / epsilon", "one_sided"),
        "relative_difference": (" / (length(a) + length(b))", "", "not_relative"),
        "is_right": ("np.isnan(difference) or difference > tolerance", "difference != 0", "exact"),
    },
    {
        "numeric_gradient": (
            OTHER[OTHER.index("    moved, slopes") : OTHER.index("        slopes.append")],
            "    slopes = []\n"
            "    for place in range(len(theta)):\n"
            "        theta[place] += epsilon\n"
            "        up = f(theta)\n"
            "        theta[place] -= epsilon + epsilon\n"
            "        down = f(theta)\n"
            "        theta[place] += epsilon\n",
            "changes_input",
        ),
        "relative_difference": (
            "return length(a - b) / (length(a) + length(b))",
            "return np.sum((a - b) ** 2) / (np.sum(a**2) + np.sum(b**2))",
            "not_rooted",
        ),
    },
]


@pytest.mark.parametrize("changes", CHANGES)
def test_mistakes_are_named_and_nothing_else_is(changes):
    text = OTHER
    for right, wrong, _name in changes.values():
        text = with_(text, (right, wrong))
    assert found(text) == {name: (mistake,) for name, (_r, _w, mistake) in changes.items()}


def test_several_mistakes_are_told_in_the_order_of_the_computation():
    text = with_(
        OTHER,
        ("np.isnan(difference) or ", ""),
        ("for row in layer[name] for", "for row in layer[name].T for"),
        ('for name in ("W", "b"):\n            theta', 'for name in ("b", "W"):\n            theta'),
        ("mine = flatten(gradients)", "mine = flatten(parameters)"),
        (" / (length(mine) + length(numeric))", ""),
    )
    assert found(text) == {
        "is_right": ("nan_is_right",),
        "flatten": ("bias_first", "column_by_column"),
        "check_gradients": ("not_relative", "parameters_for_gradients"),
    }
