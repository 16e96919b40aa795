"""What the checker says of a learner's file: the equation that is wrong, and why."""

import pytest

from clearprop import exercises
from clearprop.errors import ClearpropError
from clearprop.exercises import solution
from clearprop.exercises.check import check_source


@pytest.fixture(scope="module")
def exercise():
    return exercises.get("logistic-regression")


def said(exercise, text, convention="columns", **options):
    """{function: names of what is wrong} for those that are not right."""
    findings = check_source(exercise, convention, text, **options)
    assert [finding.function for finding in findings] == [function.name for function in exercise.functions]
    assert all((finding.status == "wrong") == bool(finding.says) for finding in findings)
    return {finding.function: finding.mistakes for finding in findings if finding.status != "right"}


def changed(exercise, convention, *replaced):
    """The right solution with other text in it."""
    text = solution.whole(exercise, convention)
    for right, wrong in replaced:
        assert text.count(right) == 1, right
        text = text.replace(right, wrong)
    return text


OTHERWISE = """
import math
import numpy as np

def sigmoid(Z):
    return 0.5 * (1 + np.tanh(Z / 2))

def forward(X, W, b):
    out = np.empty((1, X.shape[1]))
    for sample in range(X.shape[1]):
        total = b[0, 0]
        for weight, value in zip(W[0], X[:, sample]):
            total += weight * value
        out[0, sample] = sigmoid(np.array([[total]]))[0, 0]
    return out

def cost(A, Y):
    n, total = A.shape[1], 0.0
    for a, y in zip(A.ravel(), Y.ravel()):
        total -= math.log(a if y == 1 else 1 - a)
    return total / n

def backward(X, A, Y):
    errors = np.subtract(A, Y)[0]
    return np.array([[np.mean(errors * row) for row in X]]), np.array([[errors.mean()]])

def update(W, b, dW, db, learning_rate):
    return [W - dW * learning_rate, b - db * learning_rate]
"""


def test_a_right_solution_written_another_way_is_right(exercise):
    assert said(exercise, OTHERWISE) == {}


@pytest.mark.parametrize("convention", ["rows", "columns"])
def test_the_solution_is_right_and_in_the_other_convention_it_is_not(exercise, convention):
    text = solution.whole(exercise, convention)
    assert said(exercise, text, convention) == {}
    other = "rows" if convention == "columns" else "columns"
    assert set(said(exercise, text, other)) == {"forward", "backward"}


@pytest.mark.parametrize(
    ("function", "name", "right", "wrong"),
    [
        ("sigmoid", "wrong_sign", "np.exp(-Z)", "np.exp(+Z)"),
        ("forward", "missing_bias", "W @ X + b", "np.dot(W, X)"),
        ("cost", "missing_mean", "losses.mean()", "np.sum(losses)"),
        ("cost", "wrong_sign", "losses = -(", "losses = +("),
        ("cost", "factor", "losses.mean()", "losses.mean() / np.log(2)"),
        ("backward", "mean_twice", "n = X.shape[1]", "n = X.shape[1] ** 2"),
        ("backward", "wrong_sign", "dZ = A - Y", "dZ = -(A - Y)"),
        ("update", "wrong_sign", "W = W - learning_rate * dW", "W = W + learning_rate * dW"),
    ],
)
def test_a_mistake_is_named_however_it_is_written(exercise, function, name, right, wrong):
    found = said(exercise, changed(exercise, "columns", (right, wrong)))
    assert list(found) == [function]
    assert set(found[function]) == {name}


def test_several_at_once_are_told_one_by_one_in_the_order_of_the_computation(exercise):
    text = changed(
        exercise, "columns", ("W @ X + b", "W @ X"), ("dZ = A - Y", "dZ = Y - A"),
        ("dW = dZ @ X.T / n", "dW = dZ @ X.T"), ("db = dZ.sum(1, keepdims=True) / n", "db = dZ.sum(1, keepdims=True)"),
    )  # fmt: skip
    assert said(exercise, text) == {"forward": ("missing_bias",), "backward": ("wrong_sign", "missing_mean")}


def test_each_output_has_its_own(exercise):
    text = changed(exercise, "columns", ("dW = dZ @ X.T", "dW = -dZ @ X.T"), ("dZ.sum(1, keepdims=True)", "dZ"))
    finding = next(each for each in check_source(exercise, "columns", text) if each.function == "backward")
    assert finding.mistakes == ("wrong_sign", "missing_sum")
    assert finding.says[0].startswith("dW")
    assert finding.says[1].startswith("db")


def test_a_lost_axis_is_told_in_the_learners_shapes(exercise):
    text = changed(exercise, "columns", ("dZ.sum(1, keepdims=True)", "dZ.sum(1)"))
    finding = next(each for each in check_source(exercise, "columns", text) if each.status == "wrong")
    assert (finding.function, finding.mistakes) == ("backward", ("keepdims_lost",))
    assert finding.says == ("db has the shape (1,) where (1, 1) is wanted.",)


@pytest.mark.parametrize(
    ("body", "mistakes", "says"),
    [
        ("return X @ W", ("ValueError",), "matmul"),
        ("return None", ("nothing_returned",), "returns nothing"),
        ("return [1, 2]", ("wrong_type",), "list"),
        ("return sigmoid(W @ X + b)[0]", ("keepdims_lost",), "(5,) where (1, 5)"),
        ("return 'A'", ("wrong_type",), "str"),
        ("return np.full((1, X.shape[1]), np.nan)", ("not_finite",), "NaN"),
        ("return np.cos(W @ X)", ("other_numbers",), "is wanted"),
        ("b += 1; return sigmoid(W @ X + b - 1)", ("changes_input",), "changes b"),
        ("while True: pass", ("timeout",), "2 s"),
        ("import os; os._exit(0)", ("ended",), "exit"),
        ("raise SystemExit", ("SystemExit",), "return a value"),
        ("return np.ones(10 ** 12)", ("memory",), "memory"),
        ("open('x', 'w')", ("refused",), "not allowed"),
        ("import torch", ("refused",), "only NumPy"),
        ("return forward(X, W, b)", ("RecursionError",), "calls itself"),
    ],
)
def test_whatever_a_function_does_one_sentence_says_it(exercise, body, mistakes, says):
    text = changed(exercise, "columns", ("Z = W @ X + b", body))
    findings = {each.function: each for each in check_source(exercise, "columns", text, seconds=2)}
    assert findings["forward"].mistakes == mistakes
    assert says in findings["forward"].says[0]
    assert all(each.status == "right" for name, each in findings.items() if name != "forward")


def test_an_error_has_its_line(exercise):
    text = changed(exercise, "columns", ("Z = W @ X + b", "Z = X @ W + b"))
    finding = next(each for each in check_source(exercise, "columns", text) if each.status == "wrong")
    assert "X @ W" in text.splitlines()[finding.line - 1]


def test_what_is_not_written_is_no_mistake(exercise):
    text = OTHERWISE.replace("def update", "def other")
    findings = {each.function: each.status for each in check_source(exercise, "columns", text)}
    assert findings == {**dict.fromkeys(["sigmoid", "forward", "cost", "backward"], "right"), "update": "unwritten"}


def test_a_learners_own_helper_may_take_more(exercise):
    """sigmoid has an argument of its own: right together, though not with the solution's sigmoid."""
    text = changed(
        exercise, "columns", ("def sigmoid(Z):", "def sigmoid(Z, sign=-1):"), ("np.exp(-Z)", "np.exp(sign * Z)"),
        ("return sigmoid(Z)", "return sigmoid(Z, sign=-1)"),
    )  # fmt: skip
    assert said(exercise, text) == {}


def test_what_is_printed_is_kept(exercise):
    text = changed(exercise, "columns", ("dZ = A - Y", "dZ = A - Y; print('dZ', dZ.shape)"))
    findings = {each.function: each for each in check_source(exercise, "columns", text)}
    assert findings["backward"].printed.startswith("dZ (1, 2)") or findings["backward"].printed.startswith("dZ (1, ")
    assert findings["backward"].status == "right"


@pytest.mark.parametrize(
    ("text", "says"),
    [("def f(:", "line 1: It stops with SyntaxError"), ("x = 1 / 0", "ZeroDivisionError"), ("exit()", "exit")],
)
def test_a_file_that_does_not_run_is_an_error(exercise, text, says):
    with pytest.raises(ClearpropError, match=says):
        check_source(exercise, "columns", text)


def test_a_planted_error_in_the_right_answers_is_seen(exercise, monkeypatch):
    """The tests above, tested: were the core wrong, the solution would not be right."""
    from clearprop.exercises import core

    monkeypatch.setattr(core, "loss", lambda name, A, Y: 1.0)
    assert set(said(exercise, solution.whole(exercise, "columns"))) == {"cost"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def exercise(:", "SyntaxError"),
        ("x = 1", "AttributeError"),
        ("import nothing_of_this_name", "nothing_of_this"),
    ],
)
def test_a_teachers_exercise_that_cannot_be_used_is_told(tmp_path, text, says):
    (tmp_path / "exercise.py").write_text(text)
    with pytest.raises(ClearpropError, match=says):
        exercises.get(str(tmp_path))


def test_arguments_may_have_other_names(exercise):
    """The course calls some of them otherwise: they are given by their place."""
    text = changed(exercise, "columns", ("def sigmoid(Z):", "def sigmoid(z):"), ("np.exp(-Z)", "np.exp(-z)"))
    assert said(exercise, text) == {}


def test_what_is_nearly_right_is_told_so(exercise):
    text = changed(
        exercise, "columns", ("Y * np.log(A) + (1", "Y * np.log(A + 1e-8) + (1"),
        ("dW = dZ @ X.T / n", "dW = (dZ @ X.T / n).astype(np.float32)"),
    )  # fmt: skip
    assert said(exercise, text) == {"cost": ("nearly_right",), "backward": ("nearly_right",)}


def test_two_that_call_each_other_without_end_are_not_right(exercise):
    """Each is right beside the other's right one; together they never end."""
    text = changed(exercise, "columns", ("return 1 / (1 + np.exp(-Z))", "return forward(Z, np.eye(len(Z)), 0)"))
    assert said(exercise, text) == {"sigmoid": ("RecursionError",), "forward": ("RecursionError",)}


def test_outputs_in_another_order_are_told_so(exercise):
    finding = check_source(exercise, "columns", changed(exercise, "columns", ("return dW, db", "return db, dW")))[3]
    assert (finding.function, finding.mistakes) == ("backward", ("other_order",))
    assert finding.says == ("It is to return dW, db, in this order, as a tuple.",)
