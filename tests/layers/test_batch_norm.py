"""BatchNorm: against PyTorch, with weights, and what padding must not do."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from clearprop.layers import BatchNorm, Pass

RANDOM = np.random.default_rng(0)


def forward(layer, params, state, X, w, training=True):
    """(Y, backprop, state) with arrays of any kind."""
    as_arrays = jax.tree.map(jnp.asarray, (params, state, X))
    return layer.forward(*as_arrays, Pass(training, None, jnp.asarray(w)))


@pytest.mark.parametrize("positions", [(), (3,)], ids=["2-D", "3-D"])
def test_as_pytorchs_over_several_batches_and_then_in_use(positions, float64):
    """PyTorch 2.13, BatchNorm1d: output, gradients, running mean and *unbiased* running variance; then eval().

    Its momentum is 1 − ours, and its features are axis 1 where ours are the last.
    """
    theirs = torch.nn.BatchNorm1d(4, eps=1e-5, momentum=0.1, dtype=torch.float64)
    gamma, beta = RANDOM.normal(size=4), RANDOM.normal(size=4)
    theirs.weight.data, theirs.bias.data = torch.tensor(gamma), torch.tensor(beta)
    params, state = {"gamma": gamma, "beta": beta}, {"mean": np.zeros(4), "variance": np.ones(4)}
    for training in (True, True, True, False):
        theirs.train(training)
        theirs.zero_grad()
        X, dY = 3 * RANDOM.normal(size=(6, *positions, 4)) + 1, RANDOM.normal(size=(6, *positions, 4))
        x = torch.tensor(np.moveaxis(X, -1, 1).copy(), requires_grad=True)
        y = theirs(x)
        y.backward(torch.tensor(np.moveaxis(dY, -1, 1).copy()))
        Y, backprop, state = forward(BatchNorm(), params, state, X, np.full(6, 1 / 6), training)
        gradients, dX = backprop(jnp.asarray(dY))
        for ours, other in [
            (Y, np.moveaxis(y.detach().numpy(), 1, -1)),
            (dX, np.moveaxis(x.grad.numpy(), 1, -1)),
            (gradients["gamma"], theirs.weight.grad.numpy()),
            (gradients["beta"], theirs.bias.grad.numpy()),
            (state["mean"], theirs.running_mean.numpy()),
            (state["variance"], theirs.running_var.numpy()),
        ]:
            np.testing.assert_allclose(ours, other, rtol=1e-10, atol=1e-12)


def test_rows_count_by_their_weights(float64):
    """The docstring's μ = Σ w X, σ² = Σ w (X − μ)², and σ² / (1 − Σ w²) into the running variance."""
    X, w = RANDOM.normal(size=(4, 2)), np.array([0.4, 0.3, 0.3, 0.0])
    mean = w @ X
    variance = w @ (X - mean) ** 2
    start = {"mean": np.ones(2), "variance": np.full(2, 2.0)}
    Y, _, state = forward(BatchNorm(momentum=0.8), {"gamma": np.ones(2), "beta": np.zeros(2)}, start, X, w)
    np.testing.assert_allclose(Y, (X - mean) / np.sqrt(variance + 1e-5), rtol=1e-12)
    np.testing.assert_allclose(state["mean"], 0.8 + 0.2 * mean, rtol=1e-13)
    np.testing.assert_allclose(state["variance"], 1.6 + 0.2 * variance / (1 - w @ w), rtol=1e-13)


@pytest.mark.parametrize("w", [[1.0], [0.0, 1.0, 0.0]], ids=["one row", "one row and padding"])
def test_one_row_says_nothing_of_the_variance(w):
    """The docstring: a batch of one position leaves the running statistics alone; and nothing is divided by 0."""
    X = RANDOM.normal(size=(len(w), 2)).astype("float32")
    start = {"mean": np.ones(2, "float32"), "variance": np.full(2, 2, "float32")}
    params = {"gamma": np.ones(2, "float32"), "beta": np.full(2, 5, "float32")}
    Y, backprop, state = forward(BatchNorm(), params, start, X, np.array(w, "float32"))
    np.testing.assert_array_equal(state["mean"], start["mean"])
    np.testing.assert_array_equal(state["variance"], start["variance"])
    np.testing.assert_allclose(np.asarray(Y)[np.array(w) > 0], 5)
    assert np.isfinite(backprop(jnp.ones_like(Y))[1]).all()


def test_a_batch_of_which_no_row_counts_leaves_the_running_statistics_alone():
    """design.md, a pass: a row of weight 0 can never reach a statistic; a whole batch may consist of such."""
    X = RANDOM.normal(size=(3, 2)).astype("float32")
    start = {"mean": np.ones(2, "float32"), "variance": np.full(2, 2, "float32")}
    params = {"gamma": np.ones(2, "float32"), "beta": np.zeros(2, "float32")}
    _, _, state = forward(BatchNorm(), params, start, X, np.zeros(3, "float32"))
    np.testing.assert_array_equal(state["mean"], start["mean"])
    np.testing.assert_array_equal(state["variance"], start["variance"])


def test_a_feature_that_never_changes_stays_finite():
    """σ² = 0: √(0 + ε) is what it is divided by."""
    X = np.ones((4, 1), "float32")
    params = {"gamma": np.ones(1, "float32"), "beta": np.zeros(1, "float32")}
    state = {"mean": np.zeros(1, "float32"), "variance": np.ones(1, "float32")}
    Y, backprop, _ = forward(BatchNorm(), params, state, X, np.full(4, 0.25, "float32"))
    assert not Y.any()
    assert np.isfinite(backprop(jnp.ones((4, 1)))[1]).all()


def test_the_scale_carries_the_error_back_from_the_feedback(float64):
    """dX is proportional to feedback's γ; dγ and dβ are not touched by it."""
    X, dY, w = RANDOM.normal(size=(4, 2)), jnp.asarray(RANDOM.normal(size=(4, 2))), np.full(4, 0.25)
    params, state = {"gamma": np.ones(2), "beta": np.zeros(2)}, {"mean": np.zeros(2), "variance": np.ones(2)}
    for training in (True, False):
        _, backprop, _ = forward(BatchNorm(), params, state, X, w, training)
        own, dX = backprop(dY)
        same, dX_other = backprop(dY, {"gamma": jnp.array([2.0, -3.0]), "beta": jnp.ones(2)})
        np.testing.assert_allclose(dX_other, dX * np.array([2, -3]), rtol=1e-14)
        np.testing.assert_array_equal(own["gamma"], same["gamma"])
