"""Standardize: mean 0 and variance 1 on the data it was taken from."""

import tracemalloc

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop.layers import Standardize, inference, standardize


def test_data_get_mean_0_and_variance_1(float64):
    """The docstring; a column that never changes has scale 1."""
    X = np.random.default_rng(0).normal(5, 3, size=(50, 3))
    X[:, 1] = 4.2
    state = jax.tree.map(jnp.asarray, Standardize.state(X))
    Y, backprop, after = Standardize().forward({}, state, jnp.asarray(X), inference(50))
    np.testing.assert_allclose(Y.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(Y.std(0), [1, 0, 1], atol=1e-12)
    assert after is state
    np.testing.assert_allclose(backprop(jnp.ones((50, 3)))[1][0], 1 / np.array([X[:, 0].std(), 1, X[:, 2].std()]))


def test_bytes_share_one_mean_and_one_scale():
    """state: pixels are not scaled each by its own; one that is nearly always dark would be blown up.  By hand."""
    X = np.array([[[0, 10]], [[0, 30]]], np.uint8)
    state = Standardize.state(X)
    assert state["mean"].tolist() == [[10, 10]]
    np.testing.assert_allclose(state["scale"], [[np.sqrt((100 + 100 + 0 + 400) / 4)] * 2])
    assert Standardize.state(np.zeros((3, 2), np.uint8))["scale"].tolist() == [1, 1]


def test_until_told_it_changes_nothing():
    """init: mean 0, scale 1."""
    params, state, shape = Standardize().init(jax.random.key(0), (2,))
    Y, _, _ = Standardize().forward(params, state, jnp.array([[1.0, 2.0]]), inference(1))
    assert (params, shape, Y.tolist()) == ({}, (2,), [[1, 2]])


@pytest.mark.parametrize(("dtype", "shared"), [(np.uint8, False), (np.float32, True), (np.float32, False)])
def test_a_block_at_a_time_as_all_at_once(dtype, shared, monkeypatch):
    """And in no more room than a few blocks take; the last is shorter, and an image may be larger than a block."""
    X = np.random.default_rng(1).integers(0, 256, (501, 40, 50)).astype(dtype)[:, ::-1]
    axis = 0 if dtype == np.float32 and not shared else None
    mean, scale = X.mean(axis, dtype=np.float64), X.std(axis, dtype=np.float64)
    for most in (1000, 2000 * 30):
        monkeypatch.setattr(standardize, "AT_ONCE", most)
        tracemalloc.start()
        state = Standardize.state(X, shared)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        np.testing.assert_allclose(state["mean"], np.broadcast_to(mean, (40, 50)), rtol=1e-13)
        np.testing.assert_allclose(state["scale"], np.broadcast_to(scale, (40, 50)), rtol=1e-13)
        assert peak < 3_000_000  # X has a million numbers


def test_from_some_rows_and_from_those_read_when_asked():
    X, rows = np.arange(60, dtype=np.uint8).reshape(20, 3), np.array([0, 7, 19])

    class OnDisk:
        shape, dtype = X.shape, X.dtype

        def read(self, numbers):
            return X[numbers]

    for state in (Standardize.state(X, rows=rows), Standardize.state(OnDisk(), rows=rows)):
        np.testing.assert_allclose(state["mean"], X[rows].mean())
        np.testing.assert_allclose(state["scale"], X[rows].std())
