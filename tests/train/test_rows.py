"""Rows: buckets, padding, orders, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.errors import DataError
from clearprop.train.rows import Orders, as_inputs, as_targets, as_weights, bucket, make_rows, normalised, pad


@given(st.integers(1, 10**9))
def test_a_bucket_holds_its_rows_and_wastes_at_most_a_sixteenth(n):
    """bucket's docstring: five significant bits; at most 1/16 more; a bucket is its own bucket; no smaller one for more
    rows.
    """
    size = bucket(n)
    assert n <= size <= n * (1 + 1 / 16)
    assert bucket(size) == size
    assert size <= bucket(n + 1)
    assert size % (1 << max(0, n.bit_length() - 5)) == 0


@given(st.integers(1, 6), st.integers(0, 4))
def test_padding_repeats_the_first_row(n, more):
    """pad's docstring: numbers that the layers can take."""
    array = np.arange(2.0 * n).reshape(n, 2)
    padded = pad(array, n + more)
    np.testing.assert_array_equal(padded[:n], array)
    np.testing.assert_array_equal(padded[n:], np.repeat(array[:1], more, 0))


@pytest.mark.parametrize("weights", [None, np.arange(1.0, 34.0)])
def test_weights_over_all_rows_sum_to_1_in_full_precision(weights, float64):
    """normalised: 0 for padding. With 64-bit numbers 1/n must be theirs (JAX divides whole numbers in float32)."""
    rows = make_rows(np.zeros((33, 2)), np.zeros(33), weights)
    assert rows.X.shape == (34, 2)
    w = np.asarray(normalised(rows))
    assert w.dtype == "float64"
    expected = np.ones(33) if weights is None else weights
    np.testing.assert_allclose(w[:33], expected / expected.sum(), rtol=1e-15)
    assert w[33] == 0


def test_every_order_has_every_row_once_and_the_padding_is_row_0():
    """Orders' docstring: a permutation an epoch, padded to whole batches."""
    orders = Orders(10, 12, seed=0, shuffle=True)
    window = orders.need(3)
    for order in window[:3]:
        assert sorted(order[:10]) == list(range(10))
        assert order[10:].tolist() == [0, 0]
    assert (window[0] != window[1]).any()
    assert Orders(10, 12, seed=0, shuffle=False).need(1)[0, :10].tolist() == list(range(10))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8), st.integers(0, 3))
def test_the_orders_are_the_same_however_they_are_asked_for(calls, seed):
    """Orders: the k-th epoch's order depends on the seed and k alone, not on how many are drawn at a time."""
    all_at_once = Orders(7, 8, seed, True).need(60).copy()
    orders, epoch = Orders(7, 8, seed, True), 0
    for needed, used in calls:
        used = min(used, needed)
        window = orders.need(needed)
        np.testing.assert_array_equal(window[:needed], all_at_once[epoch : epoch + needed])
        orders.used(used)
        epoch += used


def test_a_full_batch_needs_no_order():
    """Orders: of length 0."""
    assert Orders(10, 0, seed=0, shuffle=True).need(2)[:2].size == 0


def test_inputs_are_rows_of_numbers():
    """as_inputs: one column may come as a vector; whole numbers and truth values become floats."""
    assert as_inputs([1, 2, 3], "float32").tolist() == [[1], [2], [3]]
    assert as_inputs(np.array([[True, False]]), "float64").dtype == "float64"
    images = as_inputs(np.zeros((2, 4, 4, 1), np.uint8), "float32")
    assert (images.shape, images.dtype, images.flags.c_contiguous) == ((2, 4, 4, 1), "float32", True)


@pytest.mark.parametrize(
    ("X", "sentence"),
    [
        (3.0, "no rows"),
        ([], "no rows"),
        (np.zeros((3, 0)), "no columns"),
        ([["a"]], "should be numbers"),
        (np.array([{}]), "should be numbers"),
        ([[1.0, 2.0], [3.0, np.nan]], "nan at row 1, column 1"),
        ([1.0, np.inf], "inf at row 1, column 0"),
        (np.where(np.arange(24).reshape(2, 3, 4) == 23, np.nan, 0), r"nan at row 1, column \(2, 3\)"),
        ([[1e39]], "beyond what float32 can hold"),
    ],
    ids=str,
)
def test_inputs_that_cannot_be_used_are_refused_with_their_place(X, sentence):
    """as_inputs' errors."""
    with pytest.raises(DataError, match=sentence):
        as_inputs(X, "float32")


@pytest.mark.parametrize(
    ("Y", "dtype", "values"),
    [
        ([True, False], "int32", [1, 0]),
        (np.array([3, 1], np.uint8), "int32", [3, 1]),
        ([-(2**31) + 1, 2**31 - 1], "int32", [-(2**31) + 1, 2**31 - 1]),
        ([2**31, 5], "float32", [2**31, 5]),
        (np.array([2**63 + 2**62, 1], np.uint64), "float32", [2**63 + 2**62, 1]),
        ([0.5, 1.0], "float32", [0.5, 1.0]),
    ],
    ids=str,
)
def test_whole_targets_stay_whole_where_32_bits_hold_them(Y, dtype, values):
    """as_targets' docstring."""
    targets = as_targets(Y, "float32", 2)
    assert (targets.dtype, targets.tolist()) == (dtype, values)


@pytest.mark.parametrize(
    ("Y", "sentence"),
    [
        ([1.0], "Y has 1 rows and X has 2"),
        (1.0, "Y has 0 rows and X has 2"),
        (["x", "y"], "should be numbers"),
        ([[0.0, 1.0], [0.0, np.inf]], "in row 1"),
        ([1e39, 0.0], "in row 0"),
    ],
    ids=str,
)
def test_targets_that_cannot_be_used_are_refused(Y, sentence):
    """as_targets' errors."""
    with pytest.raises(DataError, match=sentence):
        as_targets(Y, "float32", 2)


def test_sample_weights():
    """as_weights: none, or one a row."""
    assert as_weights(None, "float32", 3) is None
    assert as_weights([0, 2, 1], "float32", 3).tolist() == [0, 2, 1]
    for weights, sentence in [
        ([1, 2], "one for each of the 3 rows"),
        ([[1], [2], [3]], "one for each of the 3 rows"),
        ([1, -1, 1], "none below 0"),
        ([0, 0, 0], "not all 0"),
        ([1, np.inf, 1], "finite"),
        (["a", "b", "c"], "should be numbers"),
    ]:
        with pytest.raises(DataError, match=sentence):
            as_weights(weights, "float32", 3)


def test_rows_are_on_the_device_with_their_number():
    """make_rows: padded to the bucket; weights 0 there."""
    rows = make_rows(np.ones((33, 2), "float32"), np.arange(33, dtype="int32"), np.ones(33, "float32"))
    assert all(isinstance(a, jax.Array) for a in rows)
    assert (rows.Y[-1], rows.weights[-1], int(rows.n)) == (0, 0, 33)
    assert jnp.asarray(rows.weights).sum() == 33
