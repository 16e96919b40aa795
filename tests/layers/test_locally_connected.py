"""LocallyConnected: a convolution where all places have the same weights, arithmetic where they have not."""

import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.layers import Conv2D, LocallyConnected
from clearprop.registry import build, config_of
from convolutions import a_case, assert_close, begun, made, ours


@pytest.mark.parametrize(
    ("settings", "shape"),
    [({"kernel_size": (3, 2), "stride": (1, 2), "padding": "same"}, (4, 5, 2)), ({"padding": (1, 0)}, (3, 4, 1))],
)
def test_with_the_same_weights_everywhere_it_is_a_convolution(settings, shape, float64):
    """LocallyConnected's docstring: Conv2D's Z and dX, and a dW and db whose sums over all places are Conv2D's."""
    settings = {"padding": "valid", **settings}
    conv = Conv2D(3, **settings)
    params, X, dZ = a_case(conv, shape)
    places = dZ.shape[1:3]
    alike = {
        "W": np.broadcast_to(params["W"].reshape(-1, 3), (*places, params["W"].size // 3, 3)),
        "b": np.broadcast_to(params["b"], (*places, 3)),
    }
    Z, dW, db, dX = ours(LocallyConnected(3, **settings), alike, X, dZ)
    assert dW.shape == alike["W"].shape
    assert_close((Z, dW.sum((0, 1)).reshape(params["W"].shape), db.sum((0, 1)), dX), ours(conv, params, X, dZ))


def test_by_hand(float64):
    """Two places, each with weights of its own for the two pixels that it sees; the middle pixel is seen by both."""
    X = np.array([1.0, 2, 3]).reshape(1, 1, 3, 1)
    params = {"W": np.array([[1.0, 10], [100, 1000]]).reshape(1, 2, 2, 1), "b": np.array([0.5, 0]).reshape(1, 2, 1)}
    dZ = np.array([1.0, 2]).reshape(1, 1, 2, 1)
    Z, dW, db, dX = (np.squeeze(a) for a in ours(LocallyConnected(1, (1, 2)), params, X, dZ))
    np.testing.assert_array_equal(Z, [21.5, 3200])  # 1·1 + 10·2 + 0.5, 100·2 + 1000·3
    np.testing.assert_array_equal(dW, [[1, 2], [4, 6]])  # 1·[1 2], 2·[2 3]
    np.testing.assert_array_equal(db, [1, 2])
    np.testing.assert_array_equal(dX, [1, 210, 2000])  # 1·1, 10·1 + 100·2, 1000·2


def test_init_draws_W_place_by_place_and_starts_b_at_0():
    """He's variance for what one unit sees: 2 / (kernel height · kernel width · channels); no two places alike."""
    layer, images = LocallyConnected(20, 2, 2), (7, 9, 10)
    (_, state, shape), params = made(layer, images), begun(layer, images)
    assert (params["W"].shape, shape, state) == ((3, 4, 40, 20), (3, 4, 20), {})
    W = np.asarray(params["W"])
    assert W.var() == pytest.approx(2 / 40, rel=0.05)
    assert len({place.tobytes() for row in W for place in row}) == 12
    assert params["b"].shape == (3, 4, 20)
    assert not params["b"].any()
    assert "b" not in made(LocallyConnected(1, bias=False), (3, 3, 1))[0]


def test_settings_go_into_a_model_file():
    """registry.py: a configuration and back."""
    layer = LocallyConnected(3, padding=1)
    assert (layer.kernel_size, layer.stride, layer.padding) == ((3, 3), (1, 1), ((1, 1), (1, 1)))
    assert build(config_of(layer)) == layer


def test_what_it_cannot_be_is_refused():
    """LocallyConnected's errors."""
    with pytest.raises(ClearpropError, match="filters is a whole number of 1 or more"):
        LocallyConnected(0)
    with pytest.raises(ClearpropError, match=r"\(height, width, channels\)"):
        made(LocallyConnected(2), (28, 28))
    with pytest.raises(ClearpropError, match="does not fit into an image of 2 × 5"):
        made(LocallyConnected(2), (2, 5, 1))
