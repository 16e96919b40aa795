"""Reshape and Flatten: the same numbers in another shape."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearprop.errors import ClearpropError
from clearprop.layers import Flatten, Reshape, inference

KEY = jax.random.key(0)
SHAPES = st.lists(st.integers(1, 4), min_size=0, max_size=3).map(tuple)


@given(SHAPES, st.integers(1, 3))
def test_flatten_keeps_every_number_in_its_order(shape, n):
    """(n, ...) → (n, features), as NumPy's reshape; and dX is shaped as X was."""
    X = jnp.arange(n * math.prod(shape), dtype="float32").reshape(n, *shape)
    Y, backprop, _ = Flatten().forward({}, {}, X, inference(n))
    assert Flatten().init(KEY, shape)[2] == Y.shape[1:] == (math.prod(shape),)
    np.testing.assert_array_equal(Y.ravel(), X.ravel())
    np.testing.assert_array_equal(backprop(Y)[1], X)


@given(SHAPES, st.integers(0, 3))
def test_one_axis_may_be_left_open(shape, place):
    """−1: what is left; the same as naming it."""
    place = min(place, len(shape))
    after = (*shape[:place], 2, *shape[place:])
    open_ = (*shape[:place], -1, *shape[place:])
    before = (2 * math.prod(shape),)
    assert Reshape(open_).init(KEY, before)[2] == Reshape(after).init(KEY, before)[2] == after


@pytest.mark.parametrize("shape", [(-1, -1), (0, 2), (2, -3)])
def test_what_is_no_shape_is_refused(shape):
    """Reshape's error."""
    with pytest.raises(ClearpropError, match="A shape is whole numbers of 1 or more"):
        Reshape(shape)


@pytest.mark.parametrize(("before", "after"), [((6,), (4,)), ((6,), (4, -1)), ((2, 2), (5,))])
def test_what_does_not_fit_is_refused(before, after):
    """Reshape.init's error."""
    with pytest.raises(ClearpropError, match="cannot be reshaped to"):
        Reshape(after).init(KEY, before)
