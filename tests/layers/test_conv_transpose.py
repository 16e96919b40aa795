"""ConvTranspose: against PyTorch's, and as the way back of a Conv2D."""

import itertools

import jax.numpy as jnp
import numpy as np
import pytest
import torch

from clearprop.errors import ClearpropError
from clearprop.initializers import Orthogonal
from clearprop.layers import Conv2D, ConvTranspose, inference
from clearprop.layers.axis import axes_back
from clearprop.registry import build, config_of
from convolutions import a_case, assert_close, begun, made, ours, pytorchs

TABLE = {
    "as it stands": (ConvTranspose(3), (3, 2, 2)),
    "padding, groups": (ConvTranspose(4, 3, 2, ((1, 0), (0, 2)), groups=2), (3, 4, 6)),
    "same, dilation": (ConvTranspose(2, (3, 2), (2, 1), "same", (1, 3)), (3, 4, 2)),
    "stride past the window": (ConvTranspose(2, (1, 2), 3, "same"), (2, 3, 1)),
    "stride 1": (ConvTranspose(2, 3, 1, 1), (3, 4, 2)),
}


@pytest.mark.parametrize("case", TABLE)
def test_as_pytorchs(case, float64):
    """torch.nn.functional.conv_transpose2d of PyTorch 2.13, its edges cut off, or zeros added: output and gradients."""
    layer, shape = TABLE[case]
    height, width = axes_back(layer, shape)

    def operation(x, W, b):
        z = torch.nn.functional.conv_transpose2d(x, W, None, layer.stride, 0, 0, layer.groups, layer.dilation)
        (top, _), (left, _) = height.padding, width.padding
        down, across = height.size + top - z.shape[2], width.size + left - z.shape[3]
        return torch.nn.functional.pad(z, (-left, across, -top, down)) + b[:, None, None]

    given = a_case(layer, shape, n=1 + len(case) % 3)
    assert_close(ours(layer, *given), pytorchs(operation, *given))


def test_by_hand(float64):
    """Each pixel puts a copy of the window, times itself; where copies meet, they add up."""
    X = np.array([1.0, 3]).reshape(1, 1, 2, 1)
    params = {"W": np.array([1.0, 2, 4]).reshape(1, 3, 1, 1), "b": np.array([10.0])}
    dZ = np.array([1.0, 0, 1, 0, -1]).reshape(1, 1, 5, 1)
    Z, dW, db, dX = (np.squeeze(a) for a in ours(ConvTranspose(1, (1, 3), (1, 2)), params, X, dZ))
    #  1·[1 2 4], and 3·[1 2 4] two pixels on: 4 and 3 meet
    np.testing.assert_array_equal(Z, [11, 12, 17, 16, 22])
    #  what each pixel of the window was given, times the error where it went: 1·1 + 3·1, 1·0 + 3·0, 1·1 − 3·1
    np.testing.assert_array_equal(dW, [4, 0, -2])
    assert db == 1
    #  1·1 + 4·1, 1·1 − 4·1
    np.testing.assert_array_equal(dX, [5, -3])


@pytest.mark.parametrize(
    ("settings", "shape"),
    [
        ({"kernel_size": 3, "stride": (2, 1), "padding": "same", "dilation": (1, 2)}, (6, 4, 2)),
        ({"kernel_size": (3, 2), "stride": 2, "padding": ((1, 0), (0, 1)), "groups": 2}, (6, 5, 4)),
    ],
)
def test_it_is_a_convolutions_way_back(settings, shape, float64):
    """ConvTranspose's docstring: with the same settings and W, the dX of a Conv2D, and back by its forward."""
    conv = Conv2D(6, bias=False, **settings)
    params, X, dZ = a_case(conv, shape)
    Z, backprop, _ = conv.forward(params, {}, jnp.asarray(X), inference(2))
    back = ConvTranspose(shape[-1], bias=False, **settings)
    assert made(back, Z.shape[1:])[0]["W"].shape == params["W"].shape
    assert made(back, Z.shape[1:])[2] == shape
    Y, back_again, _ = back.forward(params, {}, jnp.asarray(dZ), inference(2))
    assert_close((Y, back_again(jnp.asarray(X))[1]), (backprop(jnp.asarray(dZ))[1], Z))


def test_init_draws_W_for_what_meets_in_a_pixel():
    """ConvTranspose's docstring: with a window of 4 and a stride of 2, 2 · 2 pixels of X are added up in each of Z."""
    layer, images = ConvTranspose(60, 4), (5, 6, 50)
    (_, state, shape), params = made(layer, images), begun(layer, images)
    assert (params["W"].shape, shape, state) == ((4, 4, 60, 50), (12, 14, 60), {})
    assert float(params["W"].var()) == pytest.approx(2 / (2 * 2 * 50), rel=0.03)
    assert not params["b"].any()
    assert "b" not in made(ConvTranspose(1, bias=False), (3, 3, 1))[0]


def test_each_smaller_window_is_drawn_by_itself():
    """With stride 2 and dilation 3, rows 0 and 2 of a window meet, and rows 1 and 3; each is orthogonal by itself."""
    layer = ConvTranspose(2, (4, 1), (2, 1), dilation=(3, 1), groups=2, initializer=Orthogonal())
    W = np.asarray(begun(layer, (3, 3, 6))["W"])  # (4, 1, 1, 6): three channels a group
    for first, group in itertools.product((0, 1), (slice(0, 3), slice(3, 6))):
        assert (W[first::2, :, :, group] ** 2).sum() == pytest.approx(1, rel=1e-5)


def test_settings_go_into_a_model_file():
    """registry.py: a configuration and back."""
    layer = ConvTranspose(3, padding=(0, 1))
    assert (layer.kernel_size, layer.stride, layer.padding) == ((2, 2), (2, 2), ((0, 0), (1, 1)))
    assert build(config_of(layer)) == layer


def test_what_is_no_convolution_is_refused():
    """ConvTranspose's errors."""
    with pytest.raises(ClearpropError, match="stride is a whole number of 1 or more"):
        ConvTranspose(2, stride=0)
    with pytest.raises(ClearpropError, match=r"Padding of \(\(1, 1\), \(1, 1\)\) leaves nothing of the output"):
        made(ConvTranspose(2, padding=1), (1, 4, 2))
    with pytest.raises(ClearpropError, match="3 channels and 4 filters into 2 equal groups"):
        made(ConvTranspose(4, groups=2), (5, 5, 3))
    with pytest.raises(ClearpropError, match=r"\(height, width, channels\)"):
        made(ConvTranspose(4), (5,))
