"""The threshold unit: logic, and its limits."""

import itertools

import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import McCullochPitts

PAIRS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


@pytest.mark.parametrize(
    ("unit", "X", "truth"),
    [
        (McCullochPitts([1, 1], 2), PAIRS, [0, 0, 0, 1]),
        (McCullochPitts([1, 1], 1), PAIRS, [0, 1, 1, 1]),
        (McCullochPitts([-1], 0), [[0], [1]], [1, 0]),
        (McCullochPitts([1, -1], 1), PAIRS, [0, 0, 1, 0]),
    ],
    ids=["and", "or", "not", "and not"],
)
def test_logic(unit, X, truth):
    """McCulloch and Pitts (1943), figure 1: b, c and d, and negation."""
    assert unit(X).tolist() == truth


def functions_of_one_unit():
    """Every function of two inputs that a unit with weights and threshold of a fine grid computes."""
    grid = np.arange(-3, 3.25, 0.25)
    return {tuple(McCullochPitts([v, w], t)(PAIRS)) for v, w, t in itertools.product(grid[::2], grid[::2], grid)}


def test_one_unit_computes_all_of_two_inputs_but_exclusive_or_and_its_negation():
    """Minsky and Papert (1969): of the 16 functions 14 are linearly separable. For exclusive or, w₁ ≥ θ and w₂ ≥ θ,
    with 0 < θ for (0, 0), give w₁ + w₂ ≥ 2θ > θ, and so (1, 1) fires too.
    """
    everything = set(itertools.product((0, 1), repeat=4))
    assert everything - functions_of_one_unit() == {(0, 1, 1, 0), (1, 0, 0, 1)}


def test_two_layers_of_units_compute_exclusive_or():
    hidden = np.stack([McCullochPitts([1, -1], 1)(PAIRS), McCullochPitts([-1, 1], 1)(PAIRS)], -1)
    assert McCullochPitts([1, 1], 1)(hidden).tolist() == [0, 1, 1, 0]


def test_it_takes_one_row_or_many_axes():
    unit = McCullochPitts([1.0, 2.0, 3.0], 3.0)
    assert unit([0, 0, 1]) == 1
    assert unit(np.ones((2, 5, 3))).shape == (2, 5)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: McCullochPitts([[1, 2]], 1), r"weights of McCullochPitts have the shape \(1, 2\)"),
        (lambda: McCullochPitts([], 1), "give a row of numbers"),
        (lambda: McCullochPitts(["a"], 1), "weights of McCullochPitts cannot be used"),
        (lambda: McCullochPitts([np.nan], 1), "weights of McCullochPitts cannot be used"),
        (lambda: McCullochPitts([1], np.nan), "threshold of McCullochPitts cannot be nan"),
        (lambda: McCullochPitts([1, 2], 1)([[1, 2, 3]]), r"X of shape \(1, 3\) does not fit McCullochPitts.*2 long"),
        (lambda: McCullochPitts([1, 2], 1)(5), r"X of shape \(\) does not fit"),
        (lambda: McCullochPitts([1, 2], 1)([[1], [1, 2]]), "X cannot be used"),
    ],
)
def test_what_does_not_fit_is_said(make, sentence):
    with pytest.raises(ClearpropError, match=sentence):
        make()
