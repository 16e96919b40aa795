"""LayerNorm: against PyTorch."""

import jax.numpy as jnp
import numpy as np
import pytest
import torch

from clearprop.layers import LayerNorm, inference


@pytest.mark.parametrize("positions", [(), (3,)], ids=["2-D", "3-D"])
def test_as_pytorchs(positions, float64):
    """PyTorch 2.13, torch.nn.LayerNorm: output and gradients in float64."""
    random = np.random.default_rng(0)
    X, dY = 2 * random.normal(size=(5, *positions, 4)) + 1, random.normal(size=(5, *positions, 4))
    theirs = torch.nn.LayerNorm(4, eps=1e-5, dtype=torch.float64)
    theirs.weight.data, theirs.bias.data = torch.tensor(random.normal(size=4)), torch.tensor(random.normal(size=4))
    x = torch.tensor(X, requires_grad=True)
    y = theirs(x)
    y.backward(torch.tensor(dY))
    params = {"gamma": jnp.asarray(theirs.weight.detach().numpy()), "beta": jnp.asarray(theirs.bias.detach().numpy())}
    Y, backprop, _ = LayerNorm().forward(params, {}, jnp.asarray(X), inference(5))
    gradients, dX = backprop(jnp.asarray(dY))
    for ours, other in [
        (Y, y.detach()),
        (dX, x.grad),
        (gradients["gamma"], theirs.weight.grad),
        (gradients["beta"], theirs.bias.grad),
    ]:
        np.testing.assert_allclose(ours, other.numpy(), rtol=1e-11, atol=1e-13)


def test_a_row_of_equal_numbers_stays_finite():
    """σ² = 0: √(0 + ε) is what it is divided by; so for one feature, which always equals its mean."""
    params = {"gamma": jnp.ones(3), "beta": jnp.full(3, 2.0)}
    Y, backprop, _ = LayerNorm().forward(params, {}, jnp.full((1, 3), 7.0), inference(1))
    assert Y.tolist() == [[2, 2, 2]]
    assert np.isfinite(backprop(jnp.array([[1.0, 2.0, 3.0]]))[1]).all()


def test_rows_are_of_no_concern_to_each_other(float64):
    """Ba, Kiros & Hinton 2016: no statistic over the batch, so a row alone gives what it gives among others."""
    X = jnp.asarray(np.random.default_rng(0).normal(size=(4, 3)))
    params = {"gamma": jnp.ones(3), "beta": jnp.zeros(3)}
    together = LayerNorm().forward(params, {}, X, inference(4))[0]
    np.testing.assert_allclose(together[1:2], LayerNorm().forward(params, {}, X[1:2], inference(1))[0], rtol=1e-14)
