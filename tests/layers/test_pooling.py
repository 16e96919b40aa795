"""Pooling: numbers by hand, PyTorch's, edges, ties and NaN."""

from functools import cache, partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch

import gradients
from clearprop.errors import ClearpropError
from clearprop.layers import LAYERS, AveragePool, GlobalAveragePool, MaxPool, inference
from clearprop.registry import build, config_of

X = jnp.asarray([[1.0, 5.0, 2.0], [3.0, 4.0, 2.0], [0.0, 9.0, 7.0]])[None, :, :, None]


@cache
def compiled(layer):
    """(X, dY) → (Y, dX); dY = 1 where it is None."""

    @partial(jax.jit, compiler_options=gradients.QUICK)
    def compute(X, dY=None):
        Y, backprop, _ = layer.forward({}, {}, X, inference(len(X)))
        return Y, backprop(jnp.ones_like(Y) if dY is None else dY)[1]

    return compute


def both_ways(layer, X, dY=None):
    """(Y, dX) without the axes of length 1."""
    return [np.squeeze(a) for a in compiled(layer)(X, dY)]


def test_by_hand():
    """MaxPool's and AveragePool's equations: a 3 × 3 image; the last row and column fit no window of 2 × 2."""
    Y, dX = both_ways(MaxPool(), X)
    assert (Y, dX.tolist()) == (5, [[0, 1, 0], [0, 0, 0], [0, 0, 0]])
    Y, dX = both_ways(MaxPool(2, 1), X, jnp.asarray([[1.0, 2.0], [3.0, 4.0]])[None, :, :, None])
    assert Y.tolist() == [[5, 5], [9, 9]]
    assert dX.tolist() == [[0, 1 + 2, 0], [0, 0, 0], [0, 3 + 4, 0]]
    Y, dX = both_ways(AveragePool(), X)
    assert (Y, dX.tolist()) == (13 / 4, [[0.25, 0.25, 0], [0.25, 0.25, 0], [0, 0, 0]])
    Y, dX = both_ways(AveragePool(2, padding="same"), X)
    assert Y.tolist() == [[13 / 4, 4 / 2], [9 / 2, 7]]
    assert dX.tolist() == [[0.25, 0.25, 0.5], [0.25, 0.25, 0.5], [0.5, 0.5, 1]]
    Y, dX = both_ways(GlobalAveragePool(), X)
    assert (float(Y), np.unique(dX).tolist()) == (pytest.approx(33 / 9), [pytest.approx(1 / 9)])


TORCH = [
    ((5, 6), MaxPool()),
    ((7, 6), MaxPool(3, 2)),
    ((7, 6), MaxPool((3, 2), (2, 1), 1)),
    ((8, 9), MaxPool((2, 1), (3, 4))),
]


@pytest.mark.parametrize("values", ["any", "many ties"])
@pytest.mark.parametrize(("size", "largest"), TORCH)
def test_against_pytorch(size, largest, values, float64):
    """An independent implementation, both ways: `max_pool2d`, whose ties go to the first, and `avg_pool2d`."""
    random = np.random.default_rng(0)
    X = random.normal(size=(2, *size, 3)) if values == "any" else random.integers(0, 2, (2, *size, 3)).astype(float)
    x = torch.tensor(np.moveaxis(X, 3, 1), requires_grad=True)
    window = (largest.size, largest.stride, (largest.padding[0][0],) * 2 if largest.padding != "valid" else 0)
    mean = AveragePool(largest.size, largest.stride, largest.padding)
    for layer, y in (
        (largest, torch.nn.functional.max_pool2d(x, *window)),
        (mean, torch.nn.functional.avg_pool2d(x, *window, count_include_pad=False)),
    ):
        dy = torch.tensor(random.normal(size=y.shape))
        (dx,) = torch.autograd.grad(y, x, dy)
        Y, dX = compiled(layer)(X, np.moveaxis(dy.numpy(), 1, 3))
        np.testing.assert_allclose(Y, np.moveaxis(y.detach().numpy(), 1, 3), rtol=1e-12)
        np.testing.assert_allclose(dX, np.moveaxis(dx.numpy(), 1, 3), rtol=1e-12, atol=1e-15)


def test_negative_images_and_padding():
    """MaxPool's docstring: padding is −∞, not 0."""
    Y, dX = both_ways(MaxPool(3, 3, ((2, 0), (2, 0))), -X)
    assert (Y.tolist(), dX[0, 0]) == (-1, 1)


def test_nan_comes_through():
    """What is not a number is seen, not hidden: in every window that sees it, and in no other."""
    holed = jnp.ones((1, 4, 4, 1)).at[0, 1, 1, 0].set(jnp.nan)
    for layer in MaxPool(), AveragePool():
        assert np.isnan(both_ways(layer, holed)[0]).tolist() == [[True, False], [False, False]]


def test_a_window_of_many_pixels():
    """Places in a window of more than 127 pixels are counted in more than a byte."""
    wide = jnp.zeros((1, 1, 130, 1)).at[0, 0, 129, 0].set(1)
    Y, dX = both_ways(MaxPool((1, 130)), wide)
    assert (float(Y), int(dX.argmax()), dX.sum()) == (1, 129, 1)


def test_settings_are_kept():
    """layers/base.py: pairs whatever was said; a model file holds them."""
    layer = MaxPool(3, (2, 1), (0, 1))
    assert layer == MaxPool((3, 3), (2, 1), ((0, 0), (1, 1)))
    assert build(config_of(layer)) == layer == build(config_of(build(config_of(layer))))
    assert LAYERS.get("average_pool") == AveragePool(2, 2, "valid")


def test_the_errors():
    """The docstrings."""
    with pytest.raises(ClearpropError, match="an image of 2 × 9"):
        MaxPool(3).init(jax.random.key(0), (2, 9, 1))
    for layer in MaxPool(), GlobalAveragePool():
        with pytest.raises(ClearpropError, match=r"\(height, width, channels\); what came here has \(4, 4\)"):
            layer.init(jax.random.key(0), (4, 4))
    with pytest.raises(ClearpropError, match=r"a window of \(2, 2\) could see nothing but padding"):
        AveragePool(2, 1, 2)
    with pytest.raises(ClearpropError, match="stride is a whole number"):
        MaxPool(2, 0)
