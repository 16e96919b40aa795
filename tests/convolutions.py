"""What the tests of layers that look at images share: weights and errors for a layer, and PyTorch's gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import torch

import gradients
from clearprop.layers import inference


def a_case(layer, shape, n=2):
    """(params, X, dZ) for n images of this shape, in float64."""
    params, _state = gradients.start(layer, shape)
    _params, _state, after = made(layer, shape)
    random = np.random.default_rng(n)
    return params, random.normal(size=(n, *shape)), random.normal(size=(n, *after))


def made(layer, shape):
    """(params, state, shape) as `init` gives them; of the arrays, the shapes alone."""
    after = []

    def init(key):
        params, state, shape_after = layer.init(key, shape)
        after.append(shape_after)
        return params, state

    return *jax.eval_shape(init, jax.random.key(0)), after[0]


def begun(layer, shape):
    """The parameters that the layer begins with, drawn in one program."""
    return jax.jit(lambda key: layer.init(key, shape)[0])(jax.random.key(0))


def ours(layer, params, X, dZ):
    """(Z, dW, db, dX), compiled."""

    def compute(params, X, dZ):
        Z, backprop, _state = layer.forward(params, {}, X, inference(len(X)))
        own, dX = backprop(dZ)
        return Z, own["W"], own["b"], dX

    return jax.jit(compute, compiler_options=gradients.QUICK)(params, jnp.asarray(X), jnp.asarray(dZ))


def pytorchs(operation, params, X, dZ):
    """(Z, dW, db, dX) of PyTorch's operation(X, W, b).  Its images have channels first, its W our last two axes: (1, 0,
    height, width) for a W of ours (height, width, 0, 1).
    """
    given = X.transpose(0, 3, 1, 2), params["W"].transpose(3, 2, 0, 1), params["b"]
    x, W, b = (torch.tensor(np.ascontiguousarray(a), requires_grad=True) for a in given)
    z = operation(x, W, b)
    z.backward(torch.tensor(dZ.transpose(0, 3, 1, 2)))
    last = lambda images: images.detach().numpy().transpose(0, 2, 3, 1)  # noqa: E731
    return last(z), W.grad.numpy().transpose(2, 3, 1, 0), b.grad.numpy(), last(x.grad)


def assert_close(found, expected):
    """Lists of arrays, the same to rounding."""
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)
