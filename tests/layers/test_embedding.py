"""Embedding: against PyTorch, and what it does with odd categories."""

import jax.numpy as jnp
import numpy as np
import pytest
import torch

from clearprop.errors import ClearpropError
from clearprop.layers import Embedding, inference


@pytest.mark.parametrize("dtype", ["int32", "float64"])
def test_as_pytorchs(dtype, float64):
    """PyTorch 2.13, torch.nn.Embedding: output and dE, a category that comes twice and one that never does."""
    random = np.random.default_rng(0)
    X, E, dY = np.array([[0, 3], [3, 2], [0, 0]]), random.normal(size=(4, 2)), random.normal(size=(3, 2, 2))
    theirs = torch.nn.Embedding(4, 2, dtype=torch.float64)
    theirs.weight.data = torch.tensor(E)
    y = theirs(torch.tensor(X))
    y.backward(torch.tensor(dY))
    Y, backprop, _ = Embedding(4, 2).forward({"E": jnp.asarray(E)}, {}, jnp.asarray(X, dtype), inference(3))
    gradients, dX = backprop(jnp.asarray(dY))
    np.testing.assert_array_equal(Y, y.detach().numpy())
    np.testing.assert_allclose(gradients["E"], theirs.weight.grad.numpy(), rtol=1e-14)
    assert not gradients["E"][1].any()
    assert dX.shape == X.shape
    assert not dX.any()


def test_a_category_outside_the_table_reads_its_nearest():
    """The docstring."""
    E = jnp.arange(6.0).reshape(3, 2)
    Y, _, _ = Embedding(3, 2).forward({"E": E}, {}, jnp.array([-1.0, 0.0, 2.0, 99.0]), inference(4))
    np.testing.assert_array_equal(Y, E[np.array([0, 0, 2, 2])])


@pytest.mark.parametrize("sizes", [(0, 2), (2, 0)])
def test_an_empty_table_is_refused(sizes):
    """Embedding's error."""
    with pytest.raises(ClearpropError, match="1 category and 1 feature or more"):
        Embedding(*sizes)
