"""Rows held out."""

from datetime import date
from itertools import pairwise

import numpy as np
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, TimeSeriesSplit

from clearprop.data.split import folds, hold_out
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


@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 2)), min_size=4, max_size=60),
    st.floats(0.05, 0.6),
    st.integers(0, 100),
)
def test_no_group_is_divided_and_every_class_is_trained_on(rows, fraction, seed):
    groups, classes = np.array(rows).T
    try:
        training, held_out = hold_out(len(rows), fraction, seed=seed, classes=classes, groups=groups)
    except DataError as error:
        assert "too few groups" in str(error)
        assert not any(set(classes) == set(classes[groups != one]) for one in set(groups))
        return
    assert sorted([*training, *held_out]) == list(range(len(rows)))
    assert len(held_out) and not set(groups[training]) & set(groups[held_out])
    assert set(classes[training]) == set(classes)


@given(st.lists(st.integers(1, 30), min_size=2, max_size=8), st.floats(0.1, 0.5), st.integers(0, 100))
def test_no_other_groups_would_come_nearer_to_the_share(sizes, fraction, seed):
    """All subsets tried; exchanges of two stop at most the smallest group's size away from the best of them."""
    groups = np.repeat(np.arange(len(sizes)), sizes)
    n = len(groups)
    subsets = [sum(s for i, s in enumerate(sizes) if which >> i & 1) for which in range(1, 2 ** len(sizes) - 1)]
    best = min(abs(size - fraction * n) for size in subsets)
    _training, held_out = hold_out(n, fraction, seed=seed, groups=groups)
    assert abs(len(held_out) - fraction * n) <= best + min(sizes)


def test_a_group_that_fits_is_found_by_exchange():
    """Sizes 10, 10, 10, 10 and 7, a fifth of 47 is 9.4: a group of 10, whichever comes first in the random order."""
    groups = np.repeat(list("abcde"), [10, 10, 10, 10, 7])
    held = {groups[hold_out(47, 0.2, seed=seed, groups=groups)[1]][0] for seed in range(30)}
    assert held == set("abcd")


def test_the_classes_of_the_groups_held_out_are_in_proportion():
    """40 groups of one class each, of 5 rows, a quarter of the groups of class 1: so is a quarter of those held out."""
    groups = np.repeat(np.arange(40), 5)
    classes = (groups % 4 == 0).astype(int)
    for seed in range(20):
        _training, held_out = hold_out(200, 0.2, seed=seed, classes=classes, groups=groups)
        assert np.bincount(classes[held_out]).tolist() == [30, 10]


def test_many_groups_are_held_out_quickly_and_by_chance():
    """100,000 rows of 20,000 groups: to a row, and another seed holds out others."""
    groups = np.random.default_rng(0).integers(0, 20_000, 100_000)
    one, two = (set(hold_out(100_000, 0.1, seed=seed, groups=groups)[1].tolist()) for seed in (1, 2))
    assert abs(len(one) - 10_000) <= 1
    assert len(one & two) < 2_000


def test_the_latest_rows_are_held_out():
    """The year each row is from, in any order; the two of 2025 stay together."""
    years = np.array([2025, 2021, 2023, 2025, 2022, 2024])
    assert [part.tolist() for part in hold_out(6, 0.2, times=years)] == [[1, 2, 4, 5], [0, 3]]
    assert [part.tolist() for part in hold_out(6, 0.5, times=years)] == [[1, 2, 4], [0, 3, 5]]
    assert hold_out(6, 0.01, times=years)[1].tolist() == [0, 3]
    assert hold_out(6, 0.99, times=years)[0].tolist() == [1]
    assert hold_out(6, 0.0, times=years)[1].tolist() == []


@given(st.lists(st.integers(0, 6), min_size=2, max_size=40), st.floats(0.05, 0.95))
def test_what_is_held_out_is_later_than_all_else(times, fraction):
    times = np.array(times)
    try:
        training, held_out = hold_out(len(times), fraction, times=times)
    except DataError:
        assert len(set(times)) == 1
        return
    assert sorted([*training, *held_out]) == list(range(len(times)))
    assert times[training].max() < times[held_out].min()
    cuts = [np.sum(times >= t) for t in np.unique(times)[1:]]
    assert abs(len(held_out) - fraction * len(times)) <= min(abs(c - fraction * len(times)) for c in cuts) + 1e-9


@pytest.mark.parametrize(
    "times",
    [
        np.array(["2026-01-02", "2026-01-01", "2026-03-01"], "datetime64[D]"),
        [date(2026, 1, 2), date(2026, 1, 1), date(2026, 3, 1)],
        polars.Series([date(2026, 1, 2), date(2026, 1, 1), date(2026, 3, 1)]),
        [2.5, -1.0, 3e9],
    ],
)
def test_dates_and_numbers_are_times(times):
    assert hold_out(3, 0.3, times=times)[1].tolist() == [2]


@given(st.lists(st.integers(0, 2), min_size=9, max_size=60), st.integers(2, 5), st.integers(0, 100))
def test_each_row_is_held_out_once_and_classes_are_even(labels, k, seed):
    classes = np.array(labels)
    if np.unique(classes, return_counts=True)[1].min() < k:
        with pytest.raises(DataError, match="fewer than the"):
            folds(len(classes), k, seed=seed, classes=classes)
        return
    found = folds(len(classes), k, seed=seed, classes=classes)
    assert sorted(row for _, held_out in found for row in held_out) == list(range(len(classes)))
    assert all(sorted([*training, *held_out]) == list(range(len(classes))) for training, held_out in found)
    counts = np.array([[np.sum(classes[held_out] == c) for c in range(3)] for _, held_out in found])
    assert np.ptp(counts, 0).max() <= 1 and np.ptp(counts.sum(1)) <= 1


def test_folds_without_classes_differ_by_a_row_and_by_seed():
    found = [folds(11, 3, seed=seed) for seed in (1, 1, 2)]
    assert sorted(len(held_out) for _, held_out in found[0]) == [3, 4, 4]
    first = [sets[0][1].tolist() for sets in found]
    assert first[0] == first[1] != first[2]


@given(st.integers(0, 1000), st.integers(2, 5))
def test_folds_of_groups_are_as_even_as_those_of_scikit_learn(seed, k):
    """Sizes beside GroupKFold's, which puts the largest group into the emptiest fold, as ours does: the same sizes."""
    groups = np.random.default_rng(seed).geometric(0.1, 200)
    theirs = sorted(len(test) for _, test in GroupKFold(k).split(groups, groups=groups))
    found = folds(200, k, seed=seed, groups=groups)
    assert sorted(len(held_out) for _, held_out in found) == theirs
    assert all(not set(groups[training]) & set(groups[held_out]) for training, held_out in found)


def test_classes_of_folds_of_groups_are_as_even_as_those_of_scikit_learn():
    """Over 30 tables the classes' shares spread no more than StratifiedGroupKFold's, on average."""
    ours, theirs = [], []
    for seed in range(30):
        draw = np.random.default_rng(seed)
        groups = draw.integers(0, 25, 300)
        classes = (draw.random(25)[groups] * 0.6 > draw.random(300)).astype(int)
        for spread, sets in (
            (ours, [h for _, h in folds(300, 5, seed=seed, classes=classes, groups=groups)]),
            (theirs, [h for _, h in StratifiedGroupKFold(5).split(classes, classes, groups)]),
        ):
            spread.append(np.std([classes[held_out].mean() for held_out in sets]))
    assert np.mean(ours) <= np.mean(theirs)


@pytest.mark.parametrize(("n", "k"), [(6, 5), (23, 4), (100, 3)])
def test_windows_are_those_of_scikit_learn_where_no_times_are_equal(n, k):
    """TimeSeriesSplit, on rows in any order."""
    times = np.random.default_rng(n).permutation(n)
    row_of = np.argsort(times)
    for (training, held_out), (train, test) in zip(
        folds(n, k, times=times), TimeSeriesSplit(k).split(times), strict=True
    ):
        assert training.tolist() == sorted(row_of[train])
        assert held_out.tolist() == sorted(row_of[test])


@given(st.lists(st.integers(0, 9), min_size=4, max_size=50), st.integers(2, 4))
def test_windows_divide_no_time(times, k):
    times = np.array(times)
    if len(times) < k or len(set(times)) <= k:
        with pytest.raises(DataError, match="ask for fewer folds"):
            folds(len(times), k, times=times)
        return
    found = folds(len(times), k, times=times)
    for training, held_out in found:
        assert len(held_out) and times[training].max() < times[held_out].min()
    for (training, held_out), (later, _) in pairwise(found):
        assert later.tolist() == sorted([*training, *held_out])
    assert times.max() in times[found[-1][1]]


NAN = float("nan")


@pytest.mark.parametrize(
    ("split", "sentence"),
    [
        (lambda: hold_out(3, 0.3, groups=["a", "a", "a"]), "too few groups to hold one out"),
        (lambda: hold_out(0, 0.3, groups=[]), "too few groups to hold one out"),
        (lambda: hold_out(4, 0.3, classes=np.array([0, 0, 1, 1]), groups=[1, 1, 2, 2]), "still train on every class"),
        (lambda: hold_out(3, 0.3, groups=["a", None, "b"]), "^Row 2 has no group: fill it in"),
        (lambda: hold_out(3, 0.3, groups=["a", "b", " "]), "^Row 3 has no group"),
        (lambda: hold_out(3, 0.3, groups=np.array(["a", "b", ""])), "^Row 3 has no group"),
        (lambda: hold_out(3, 0.3, groups=np.array([NAN, 1, 2])), "^Row 1 has no group"),
        (lambda: hold_out(3, 0.3, groups=["a", "b"]), r"a group for each row: 3 rows, and groups of shape \(2,\)"),
        (lambda: hold_out(3, 0.3, times=[1, 1, 1]), "^All rows have the same time: name another column"),
        (lambda: hold_out(3, 0.3, times=[1, NAN, 1]), "^Row 2 has no time"),
        (lambda: hold_out(2, 0.3, times=np.array(["2026-01-01", "NaT"], "datetime64[D]")), "^Row 2 has no time"),
        (lambda: hold_out(2, 0.3, times=["3 May", "4 May"]), "^The times are text, such as '3 May': give dates"),
        (lambda: hold_out(3, 0.3, times=[[1, 2, 3]]), "a time for each row"),
        (lambda: hold_out(3, 0.3, times=[1, 2, 3], groups=[1, 2, 3]), "by groups or by time, not by both"),
        (lambda: folds(5, 1), "needs 2 folds or more; 1 were asked for"),
        (lambda: folds(3, 5), "5 folds need as many rows or more, and there are 3: ask for fewer folds"),
        (lambda: folds(6, 3, groups=[1, 1, 1, 2, 2, 2]), "3 folds need as many groups or more, and there are 2"),
        (lambda: folds(6, 2, groups=[1] * 6), "and there is 1: ask for fewer folds"),
        (lambda: folds(6, 3, times=[1, 1, 1, 2, 2, 3]), "3 folds in time need 4 different times or more.* are 3"),
        (lambda: folds(5, 2, classes=np.array([0, 0, 0, 0, 1])), "^The class 1 has 1 row, fewer than the 2 folds"),
        (lambda: folds(5, 3, classes=np.array(list("aabbb"))), "^The class 'a' has 2 rows, fewer than the 3 folds"),
        (
            lambda: folds(6, 2, classes=np.array(list("aabbbb")), groups=[1, 1, 2, 2, 3, 3]),
            "All rows of the class 'a' fall into one fold",
        ),
    ],
)
def test_what_cannot_be_split_is_refused(split, sentence):
    with pytest.raises(DataError, match=sentence):
        split()


def test_results_for_a_seed_stay_as_they_are():
    """As the first version of clearprop drew them: a model's report says which rows were held out."""
    classes = np.arange(30) % 3
    assert hold_out(30, 0.2, seed=7, classes=classes)[1].tolist() == [0, 5, 17, 24, 25, 28]
    assert hold_out(30, 0.2, seed=7)[1].tolist() == [6, 10, 14, 18, 24, 26]
