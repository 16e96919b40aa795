"""Rows held out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.data import hold_out
from clearprop.errors import DataError


@given(st.lists(st.integers(0, 4), min_size=2, max_size=200), st.floats(0, 0.95), st.integers(0, 2**32 - 1))
def test_every_row_is_in_one_part_and_every_class_is_trained_on(labels, fraction, seed):
    classes = np.array(labels)
    try:
        training, held_out = hold_out(len(classes), fraction, seed=seed, classes=classes)
    except DataError:
        assert fraction and len(set(labels)) == len(labels)
        return
    assert sorted([*training, *held_out]) == list(range(len(classes)))
    assert set(classes[training]) == set(classes)
    assert bool(len(held_out)) == bool(fraction)


@given(st.integers(0, 1000))
def test_each_class_has_its_share(seed):
    """Of 100, 60 and 40 rows a fifth is 20, 12 and 8, to a row."""
    classes = np.random.default_rng(seed).permutation(np.repeat([0, 1, 2], [100, 60, 40]))
    _training, held_out = hold_out(200, 0.2, seed=seed, classes=classes)
    assert len(held_out) == 40
    assert np.all(abs(np.bincount(classes[held_out]) - [20, 12, 8]) <= 1)


def test_the_seed_decides():
    one, two, three = (hold_out(100, 0.3, seed=seed)[1].tolist() for seed in (1, 1, 2))
    assert one == two != three
    assert len(one) == 30


def test_every_row_is_held_out_as_often():
    """Over many seeds; 60 of 300 times each, with a standard deviation of 7."""
    often = np.zeros(20)
    for seed in range(300):
        often[hold_out(20, 0.2, seed=seed, classes=np.arange(20) % 2)[1]] += 1
    assert often.sum() == 300 * 4
    assert often.min() > 25 and often.max() < 95


def test_text_can_be_stratified():
    classes = np.array(["a", "b"] * 10)
    _, held_out = hold_out(20, 0.2, classes=classes)
    assert sorted(classes[held_out]) == ["a", "a", "b", "b"]


@pytest.mark.parametrize("fraction", [1.0, -0.1, float("nan")])
def test_a_share_beyond_reason_is_refused(fraction):
    with pytest.raises(DataError, match="from 0 up to, but not including, 1"):
        hold_out(10, fraction)


def test_too_few_rows_are_refused():
    with pytest.raises(DataError, match="too few rows"):
        hold_out(3, 0.5, classes=np.array([0, 1, 2]))
