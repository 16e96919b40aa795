"""Optimizers: the exercise's numbers, other ways to write it, and mistakes as learners make them."""

from pathlib import Path

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import run, solution, trial
from clearprop.exercises.check import check_source
from clearprop.exercises.written import Written

EXERCISE = exercises.get("optimizers")
NAMES = ["mini_batches", "momentum", "rmsprop", "correct_bias", "adam", "cosine_rate"]

OTHER = """
import math

import numpy as np


def mini_batches(X, Y, order, batch_size):
    X, Y = np.take(X, order, AXIS), np.take(Y, order, AXIS)
    count = math.ceil(len(order) / batch_size)
    cuts = [batch_size * k for k in range(1, count)]
    return [pair for pair in zip(np.split(X, cuts, AXIS), np.split(Y, cuts, AXIS))]


def momentum(W, dW, v, learning_rate, beta):
    new_v, new_W = np.zeros(v.shape), W.copy()
    for place in np.ndindex(v.shape):
        new_v[place] = v[place] * beta + dW[place]
        new_W[place] -= new_v[place] * learning_rate
    return [new_W, new_v]


def rmsprop(W, dW, s, learning_rate, beta, epsilon):
    s = s + (1 - beta) * (np.square(dW) - s)
    size = np.power(s, 0.5) + epsilon
    return W - dW * (learning_rate / size), s


def correct_bias(m, beta, t):
    share = sum((1 - beta) * beta**k for k in range(t))
    return m / share


def adam(W, dW, m, s, t, learning_rate, beta1, beta2, epsilon):
    m, s = m.copy(), s.copy()
    m *= beta1
    m += (1 - beta1) * dW
    s *= beta2
    s += (1 - beta2) * dW * dW
    size = math.sqrt(1 - beta2**t)
    rate = learning_rate * size / (1 - beta1**t)
    return W - rate * m / (np.sqrt(s) + epsilon * size), m, s


def cosine_rate(learning_rate, end, t, steps):
    if t > steps:
        return end
    share = math.cos(math.pi * t / steps / 2) ** 2
    return learning_rate * share + end * (1 - share)
"""


def found(text, convention="columns"):
    """What is said of each function that is not right."""
    findings = check_source(EXERCISE, convention, text, seed=1)
    assert [each.function for each in findings] == NAMES
    return {each.function: each.mistakes for each in findings if each.status != "right"}


def other(convention):
    return OTHER.replace("AXIS", "0" if convention == "rows" else "1")


def with_(text, *changes):
    for right, wrong in changes:
        assert right in text
        text = text.replace(right, wrong)
    return text


def test_by_hand():
    names = solution.compiled(solution.whole(EXERCISE, "rows"))
    one, two, four = np.array([1.0]), np.array([2.0]), np.array([4.0])
    W, v = names["momentum"](one, two, four, 0.1, 0.5)  # v = ½ · 4 + 2, W = 1 − 0.1 · 4
    assert (W[0], v[0]) == (0.6, 4)
    W, s = names["rmsprop"](one, np.array([8.0]), np.array([12.0]), 0.1, 0.75, 1)  # s = 9 + 16, W = 1 − 0.8 / 6
    assert (W[0], s[0]) == (pytest.approx(1 - 0.8 / 6), 25)
    W, m, s = names["adam"](one, four, two, 0 * one, 1, 0.1, 0.5, 0.75, 0)  # m̂ = 3 / ½, ŝ = 4 / ¼
    assert (W[0], m[0], s[0]) == (pytest.approx(1 - 0.1 * 6 / 4), 3, 4)
    assert [names["cosine_rate"](0.5, 0.1, t, 10) for t in (0, 5, 10, 14)] == pytest.approx([0.5, 0.3, 0.1, 0.1])
    X = np.arange(10.0).reshape(5, 2)
    batches = names["mini_batches"](X, X[:, :1], np.array([4, 2, 0, 1, 3]), 2)
    assert [x[:, 0].tolist() for x, _y in batches] == [[8, 4], [0, 2], [6]]


def test_adam_s_first_step_is_the_learning_rate_long():
    adam = solution.compiled(solution.whole(EXERCISE, "rows"))["adam"]
    W, _m, _s = adam(np.zeros(2), np.array([1e-3, -50.0]), np.zeros(2), np.zeros(2), 1, 0.01, 0.9, 0.999, 0)
    np.testing.assert_allclose(W, [-0.01, 0.01])


@pytest.mark.parametrize("convention", ["rows", "columns"])
def test_right_solutions_pass(convention):
    assert found(solution.whole(EXERCISE, convention), convention) == {}
    assert found(other(convention), convention) == {}


COSINE = OTHER[OTHER.index("    if t > steps:") :]

CHANGES = [
    {
        "mini_batches": ("math.ceil(len(order) / batch_size)", "len(order) // batch_size", "last_merged"),
        "momentum": ("* beta + dW[place]", "* beta + (1 - beta) * dW[place]", "averaged"),
        "rmsprop": ("np.power(s, 0.5) + epsilon", "np.power(s + epsilon, 0.5)", "epsilon_inside"),
        "correct_bias": ("return m / share", "return m", "missing_correction"),
        "adam": (" / (1 - beta1**t)", "", "m_not_corrected"),
        "cosine_rate": (
            COSINE,
            "    return learning_rate * (1 + math.cos(math.pi * min(t / steps, 1))) / 2\n",
            "end_unused",
        ),
    },
    {
        "mini_batches": (", np.take(Y, order, AXIS)", ", Y", "targets_apart"),
        "momentum": ("new_v[place] * learning_rate", "v[place] * learning_rate", "uses_old"),
        "rmsprop": ("np.power(s, 0.5)", "s", "missing_root"),
        "correct_bias": ("range(t)", "range(t + 1)", "off_by_one_step"),
        "adam": ("(1 - beta2) * dW * dW", "(1 - beta2) * dW", "not_squared"),
        "cosine_rate": ("if t > steps:", "if False:", "rises_again"),
    },
    {
        "mini_batches": ("np.take(X, order, AXIS), np.take(Y, order, AXIS)", "X, Y", "not_shuffled"),
        "momentum": ("return [new_W, new_v]", "return [new_W, v]", "memory_lost"),
        "rmsprop": ("s + (1 - beta) * (np.square(dW) - s)", "s + beta * (np.square(dW) - s)", "swapped"),
        "adam": ("    size = math", "    t += 1; size = math", "off_by_one_step"),
        "cosine_rate": (
            COSINE,
            "    return learning_rate + (end - learning_rate) * math.cos(math.pi * min(t / steps, 1) / 2) ** 2\n",
            "upside_down",
        ),
    },
    {
        "momentum": ("v[place] * beta", "v[place]", "no_decay"),
        "rmsprop": ("W - dW", "W + dW", "wrong_sign"),
        "adam": (
            "    size = math.sqrt(1 - beta2**t)\n    rate = learning_rate * size / (1 - beta1**t)",
            "    size, rate = 1, learning_rate",
            "missing_correction",
        ),
    },
    {
        "momentum": ("W.copy()", "W", "changes_input"),
        "rmsprop": ("(learning_rate / size)", "(1 / size)", "missing_rate"),
        "adam": ("    m *= beta1\n    m += (1 - beta1) * dW", "    m *= 1 - beta1\n    m += beta1 * dW", "m_swapped"),
    },
    {"adam": ("m, s = m.copy(), s.copy()", "m = m.copy()", "changes_input")},
]


@pytest.mark.parametrize("changes", CHANGES)
def test_mistakes_are_named_and_nothing_else_is(changes):
    text = OTHER
    for right, wrong, _name in changes.values():
        text = with_(text, (right, wrong))
    assert found(text.replace("AXIS", "1")) == {name: (mistake,) for name, (_r, _w, mistake) in changes.items()}


def test_the_last_batch_dropped():
    whole_ones = "batch_size * (len(order) // batch_size)"
    text = with_(solution.whole(EXERCISE, "columns"), ("len(order), batch_size):", f"{whole_ones}, batch_size):"))
    assert found(text) == {"mini_batches": ("last_dropped",)}


def test_several_mistakes_are_told_in_the_order_of_the_computation():
    text = with_(
        solution.whole(EXERCISE, "columns"),
        ("W = W - learning_rate * v", "W = W + v"),
        ("s = beta2 * s + (1 - beta2) * dW**2", "s = beta2 * s + (1 - beta2) * dW"),
        ("learning_rate * m_hat / (np.sqrt(s_hat) + epsilon)", "learning_rate * m_hat / (s_hat + epsilon)"),
    )
    assert found(text) == {
        "momentum": ("wrong_sign", "missing_rate"),
        "adam": ("not_squared", "missing_root"),
    }


def test_the_learner_s_adam_learns_as_clearprop_s():
    random = np.random.default_rng(0)
    X, y = random.normal(size=(100, 3)), random.integers(0, 3, 100)
    data = trial.Data(trial.Rows(X, y), None, 3)
    text = solution.whole(EXERCISE, "columns")
    compared = run.run(EXERCISE, "columns", Written(Path("exercise.py"), text), data, trial.Settings((32,), 0.01, 4))
    assert compared.same and len(compared.yours) == 4
