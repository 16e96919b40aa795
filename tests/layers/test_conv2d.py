"""Conv2D: against PyTorch's, against loops and arithmetic; what is refused."""

import itertools

import numpy as np
import pytest
import torch

from clearprop.errors import ClearpropError
from clearprop.layers import Conv2D
from clearprop.layers.axis import axes
from clearprop.registry import build, config_of
from convolutions import a_case, assert_close, begun, made, ours, pytorchs

TABLE = {
    "as it stands": (Conv2D(3), (5, 4, 2)),
    "one channel": (Conv2D(2), (4, 5, 1)),
    "1 × 1, stride 2, odd": (Conv2D(3, 1, 2), (5, 3, 2)),
    "1 × 3": (Conv2D(2, (1, 3), (1, 2)), (3, 6, 2)),
    "3 × 1, stride 2 down": (Conv2D(2, (3, 1), (2, 1)), (6, 3, 2)),
    "stride 2, even and odd": (Conv2D(2, 3, 2), (6, 7, 2)),
    "as large as the image": (Conv2D(3, (3, 4), padding="valid"), (3, 4, 2)),
    "larger than the image": (Conv2D(2, 5, padding=(2, 3)), (2, 1, 2)),
    "four edges": (Conv2D(2, 3, 2, ((0, 3), (1, 0))), (4, 5, 2)),
    "dilation and stride": (Conv2D(2, 2, (1, 2), 1, (3, 2)), (5, 6, 2)),
    "even, groups": (Conv2D(4, (2, 4), (1, 2), groups=2), (4, 5, 6)),
}


@pytest.mark.parametrize("case", TABLE)
def test_as_pytorchs(case, float64):
    """torch.nn.functional.conv2d of PyTorch 2.13: output and gradients in float64, for 1, 2 and 3 images."""
    layer, shape = TABLE[case]
    (top, bottom), (left, right) = (axis.padding for axis in axes(layer, shape))

    def operation(x, W, b):
        x = torch.nn.functional.pad(x, (left, right, top, bottom))
        return torch.nn.functional.conv2d(x, W, b, layer.stride, 0, layer.dilation, layer.groups)

    given = a_case(layer, shape, n=1 + len(case) % 3)
    assert_close(ours(layer, *given), pytorchs(operation, *given))


def test_by_hand(float64):
    """Z[p, q] = b + Σ W[i, j] X[p + i, q + j], and its gradients."""
    X = np.array([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]).reshape(1, 3, 3, 1)
    params = {"W": np.array([[1.0, 0], [-1, 2]]).reshape(2, 2, 1, 1), "b": np.array([10.0])}
    dZ = np.array([[1.0, 0], [0, 3]]).reshape(1, 2, 2, 1)
    Z, dW, db, dX = (np.squeeze(a) for a in ours(Conv2D(1, 2, padding="valid"), params, X, dZ))
    #  10 + 1 − 4 + 2·5   10 + 2 − 5 + 2·6
    #  10 + 4 − 7 + 2·8   10 + 5 − 8 + 2·9
    np.testing.assert_array_equal(Z, [[17, 19], [23, 25]])
    #  1·[1 2; 4 5] + 3·[5 6; 8 9]: what the window saw, times the error there
    np.testing.assert_array_equal(dW, [[16, 20], [28, 32]])
    assert db == 4
    #  the window, 1 times at the top left and 3 times at the bottom right; both reach the middle: 1·2 + 3·1
    np.testing.assert_array_equal(dX, [[1, 0, 0], [-1, 5, 0], [0, -3, 6]])


def test_as_the_equations_say(float64):
    """Conv2D's docstrings, term by term: a loop over places, window, channels and filters."""
    layer, shape = Conv2D(4, (2, 3), (2, 1), ((1, 0), (2, 1)), (1, 2), groups=2), (5, 6, 2)
    params, X, dZ = a_case(layer, shape)
    W, Z, dW, dX = params["W"], np.zeros_like(dZ) + params["b"], np.zeros_like(params["W"]), np.zeros_like(X)
    for p, q, f, i, j in itertools.product(range(3), range(5), range(4), range(2), range(3)):
        y, x, channel = 2 * p + 1 * i - 1, 1 * q + 2 * j - 2, f // 2  # filters 0, 1 see channel 0; 2, 3 see channel 1
        if 0 <= y < 5 and 0 <= x < 6:
            Z[:, p, q, f] += W[i, j, 0, f] * X[:, y, x, channel]
            dW[i, j, 0, f] += (X[:, y, x, channel] * dZ[:, p, q, f]).sum()
            dX[:, y, x, channel] += W[i, j, 0, f] * dZ[:, p, q, f]
    assert_close(ours(layer, params, X, dZ), (Z, dW, dZ.sum((0, 1, 2)), dX))


def test_init_draws_W_for_its_fans_and_starts_b_at_0():
    """He: variance 2 / (kernel height · kernel width · channels of a group)."""
    layer, images = Conv2D(64, (3, 5), 2, groups=2), (7, 8, 32)
    (_, state, shape), params = made(layer, images), begun(layer, images)
    assert (params["W"].shape, shape, state) == ((3, 5, 16, 64), (4, 4, 64), {})
    assert float(params["W"].var()) == pytest.approx(2 / (3 * 5 * 16), rel=0.05)
    assert not params["b"].any()
    assert "b" not in made(Conv2D(1, bias=False), (3, 3, 1))[0]


def test_settings_are_kept_as_pairs_and_go_into_a_model_file():
    """Conv2D's docstring; registry.py: a configuration and back."""
    layer = Conv2D(3, 5, (1, 2), padding=1, dilation=2)
    assert (layer.kernel_size, layer.stride, layer.dilation) == ((5, 5), (1, 2), (2, 2))
    assert layer.padding == ((1, 1), (1, 1))
    assert layer == Conv2D(3, (5, 5), (1, 2), (1, 1), (2, 2))
    assert config_of(layer)["layer"] == "conv2d"
    assert build(config_of(layer)) == layer


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv2D(0), "filters is a whole number of 1 or more, not 0"),
        (lambda: Conv2D(2, groups=0), "groups is a whole number of 1 or more, not 0"),
        (lambda: Conv2D(2, (3, 0)), r"kernel_size .* not \(3, 0\)"),
        (lambda: Conv2D(2, stride=-1), "stride .* not -1"),
        (lambda: Conv2D(2, dilation=0), "dilation .* not 0"),
        (lambda: Conv2D(2, padding="full"), "Padding is 'same', 'valid', .* not 'full'"),
        (lambda: Conv2D(2, padding=-1), "Padding is 'same', 'valid', .* not -1"),
        (
            lambda: made(Conv2D(2), (28, 28)),
            r"\(height, width, channels\); what came here has \(28, 28\)\. Grey images",
        ),
        (lambda: made(Conv2D(4, groups=2), (5, 5, 3)), "3 channels and 4 filters into 2 equal groups"),
        (lambda: made(Conv2D(3, groups=2), (5, 5, 4)), "4 channels and 3 filters into 2 equal groups"),
        (lambda: made(Conv2D(2, 5, padding="valid"), (4, 9, 1)), "window of 5 × 5 does not fit into an image of 4 × 9"),
    ],
)
def test_what_is_no_convolution_is_refused(make, message):
    """Conv2D's errors."""
    with pytest.raises(ClearpropError, match=message):
        make()
