"""What each stage makes of an image: the very numbers of the forward pass, the strongest first."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import sighted
from clearprop import layers
from clearprop.explain import feature_maps
from clearprop.explain.feature_maps import telling
from clearprop.explain.spy import Tape, spied
from clearprop.layers.base import inference


@pytest.fixture(scope="module")
def found():
    return feature_maps(sighted.convolutional(), sighted.image(), most=2)


def test_they_are_what_the_tape_holds(found):
    fitted, tape = sighted.convolutional(), Tape()
    with jax.enable_x64(True):
        params, state, X = jax.tree.map(jnp.asarray, (fitted.params, fitted.state, sighted.image()[None]))
        spied(fitted.network, tape).forward(params, state, X, inference(1, X.dtype))
    top = [call for call in tape.calls if call.top and call.keys]
    assert [maps.place for maps in found] == [0, 1, 2, 3, 4, 5], (
        "the residual block is one stage, the last that is flat none"
    )
    assert [maps.name for maps in found][-2:] == ["max_pool", "residual"]
    for maps in found:
        Y = np.asarray(top[maps.place].result)[0]
        strengths = np.sqrt((Y**2).mean((0, 1)))
        order = np.argsort(-strengths)[:2]
        assert maps.channels.tolist() == order.tolist() and maps.of == Y.shape[-1]
        np.testing.assert_allclose(maps.strengths, strengths[order], rtol=1e-9)
        for map_, channel in zip(maps.maps, order, strict=True):
            np.testing.assert_allclose(map_, Y[..., channel], rtol=1e-9, atol=1e-12)


def test_said_with_its_numbers(found):
    last = found[-1]
    assert last.text() == (
        f"Layer 5, residual: the 2 strongest of 5 maps of 4 × 3, from channel {last.channels[0] + 1} with a root mean"
        f" square of {last.strengths[0]:.3g}."
    )


def test_the_telling_ones(found):
    """Neither the pixels nor what the next layer finishes: the activation, the pool and the block."""
    net = sighted.convolutional().network
    assert [maps.place for maps in telling(found, net, 6)] == [3, 4, 5]
    assert [maps.place for maps in telling(found, net, 2)] == [3, 5]
    ends = sighted.untrained([layers.Dropout(0.5), layers.Conv2D(2), layers.Activation("relu")], sighted.COLOURED)
    assert [maps.place for maps in telling(feature_maps(ends, sighted.image()), ends.network, 6)] == [2]


def test_a_network_that_flattens_the_image_has_none_to_tell():
    fitted = sighted.linear((4, 5, 3), 3)[0]
    (pixels,) = feature_maps(fitted, sighted.image((4, 5, 3)))
    assert pixels.place == 0 and telling((pixels,), fitted.network, 6) == ()
