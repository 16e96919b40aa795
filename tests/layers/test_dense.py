"""Dense: against PyTorch's Linear, and its own rules."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

from clearprop.errors import ClearpropError
from clearprop.initializers import He
from clearprop.layers import Dense, Pass, inference


@pytest.mark.parametrize("positions", [(), (3,)], ids=["2-D", "3-D"])
@pytest.mark.parametrize("bias", [True, False])
def test_as_pytorchs_linear(positions, bias, float64):
    """PyTorch 2.13, torch.nn.Linear, whose weight is Wᵀ: output, dW, db and dX in float64."""
    random = np.random.default_rng(0)
    X, dZ = random.normal(size=(5, *positions, 4)), random.normal(size=(5, *positions, 2))
    linear = torch.nn.Linear(4, 2, bias=bias, dtype=torch.float64)
    x = torch.tensor(X, requires_grad=True)
    z = linear(x)
    z.backward(torch.tensor(dZ))
    params = {"W": jnp.asarray(linear.weight.detach().numpy().T)}
    if bias:
        params["b"] = jnp.asarray(linear.bias.detach().numpy())
    Z, backprop, _ = Dense(2, bias=bias).forward(params, {}, jnp.asarray(X), inference(5))
    gradients, dX = backprop(jnp.asarray(dZ))
    np.testing.assert_allclose(Z, z.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(gradients["W"], linear.weight.grad.numpy().T, rtol=1e-12)
    if bias:
        np.testing.assert_allclose(gradients["b"], linear.bias.grad.numpy(), rtol=1e-12)
    np.testing.assert_allclose(dX, x.grad.numpy(), rtol=1e-12)


def test_the_error_travels_back_through_the_feedback(float64):
    """design.md, the contract: dX = dZ Bᵀ with B from `feedback`, dW = Xᵀ dZ whatever it is."""
    random = np.random.default_rng(0)
    X, W, B, dZ = (jnp.asarray(random.normal(size=s)) for s in ((5, 3), (3, 2), (3, 2), (5, 2)))
    _, backprop, _ = Dense(2).forward({"W": W, "b": jnp.zeros(2)}, {}, X, Pass(True, None, jnp.full(5, 0.2)))
    gradients, dX = backprop(dZ, {"W": B, "b": jnp.ones(2)})
    np.testing.assert_array_equal(dX, dZ @ B.T)
    np.testing.assert_array_equal(gradients["W"], X.T @ dZ)
    np.testing.assert_array_equal(gradients["b"], dZ.sum(0))


def test_init_draws_W_and_starts_b_at_0():
    """Dense's docstring."""
    params, state, shape = Dense(50, He()).init(jax.random.key(0), (2, 200))
    assert (params["W"].shape, shape, state) == ((200, 50), (2, 50), {})
    assert float(params["W"].std()) == pytest.approx(0.1, rel=0.05)
    assert not params["b"].any()
    assert "b" not in Dense(2, bias=False).init(jax.random.key(0), (3,))[0]


def test_what_is_no_dense_layer_is_refused():
    """Dense's errors."""
    with pytest.raises(ClearpropError, match="needs 1 unit or more, not 0"):
        Dense(0)
    with pytest.raises(ClearpropError, match="no axis but the batch's"):
        Dense(2).init(jax.random.key(0), ())
    with pytest.raises(ClearpropError, match=r"no initializer called 'glorott'\. Did you mean 'glorot'"):
        Dense(2, "glorott")
