"""Augmentation: what is drawn and how often, each image for itself, nothing in use, the way back exact."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import gradients
from clearprop.errors import ClearpropError
from clearprop.layers import Pass, RandomColor, RandomCrop, RandomFlip, augmentations, inference
from clearprop.registry import build, config_of

KEY = jax.random.key(0)
ALL = pytest.mark.parametrize("layer", [RandomFlip(), RandomCrop(2), RandomColor()], ids=lambda layer: str(layer)[:11])


@partial(jax.jit, static_argnums=0, compiler_options=gradients.QUICK)
def trained(layer, X, dY, key=KEY):
    """(Y, dX) while training."""
    Y, backprop, _ = layer.forward({}, {}, X, Pass(True, key, jnp.full(len(X), 1 / len(X))))
    return Y, backprop(dY)[1]


@ALL
def test_in_use_nothing_is_changed(layer):
    """Augmentation's docstring: Y = X and dX = dY, the same array; likewise while training without a key."""
    X = jnp.ones((2, 4, 4, 3))
    for pass_ in inference(2), Pass(True, None, jnp.full(2, 0.5)), Pass(False, KEY, jnp.full(2, 0.5)):
        Y, backprop, _ = layer.forward({}, {}, X, pass_)
        assert Y is X
        assert backprop(X)[1] is X


@ALL
def test_the_way_back_is_the_transpose(layer, float64):
    """⟨dY, J V⟩ = ⟨Jᵀ dY, V⟩ for the J of a key; J V is a difference of two outputs, since Y = J X + b."""
    X, V, dY = np.random.default_rng(0).normal(size=(3, 6, 4, 5, 3))
    moved = trained(layer, X + V, dY)[0] - trained(layer, X, dY)[0]
    assert float(jnp.vdot(dY, moved)) == pytest.approx(float(jnp.vdot(trained(layer, X, dY)[1], V)), rel=1e-12)


@ALL
def test_images_never_mix(layer, float64):
    """Another image beside it changes nothing about an image, there or back; images alike come out each in its way."""
    X = np.tile(np.random.default_rng(0).normal(size=(4, 5, 3)), (6, 1, 1, 1))
    other = X.copy()
    other[2] = 100
    for one, two in zip(trained(layer, X, X), trained(layer, other, other), strict=True):
        np.testing.assert_array_equal(np.delete(one, 2, 0), np.delete(two, 2, 0))
    assert len({Y.tobytes() for Y in np.asarray(trained(layer, X, X)[0])}) > 1


def test_how_often_and_what_is_flipped():
    """RandomFlip's equation, and its share of 2,000 images within four standard errors."""
    X = jnp.tile(jnp.arange(6.0).reshape(1, 2, 3, 1), (2000, 1, 1, 1))
    Y = np.asarray(trained(RandomFlip(0.3), X, X)[0])[..., 0]
    flipped = Y[:, 0, 0] == 2
    assert flipped.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 2000))
    assert np.unique(Y[flipped], axis=0).tolist() == [[[2, 1, 0], [5, 4, 3]]]
    assert np.unique(Y[~flipped], axis=0).tolist() == [[[0, 1, 2], [3, 4, 5]]]


def test_how_far_and_what_is_moved():
    """RandomCrop's equation: of the 9 moves by at most a pixel, all equally often, 4 leave a pixel in a corner of a
    2 × 2 image inside, each elsewhere; 5 leave nothing but zeros.
    """
    X = jnp.zeros((1800, 2, 2, 1)).at[:, 0, 1].set(7)
    Y = np.asarray(trained(RandomCrop(1), X, X)[0])[..., 0]
    places, counts = np.unique(Y, axis=0, return_counts=True)
    assert set(np.unique(Y)) == {0, 7}
    assert {p.tobytes() for p in places} == {np.float32(p).tobytes() for p in ([[7, 0], [0, 0]], [[0, 7], [0, 0]],
        [[0, 0], [7, 0]], [[0, 0], [0, 7]], [[0, 0], [0, 0]])}  # fmt: skip
    for brightest, share in (0, 5 / 9), (7, 4 / 9):
        found = counts[places.max((1, 2)) == brightest].sum() / 1800
        assert found == pytest.approx(share, abs=4 * np.sqrt(20 / 81 / 1800))
    inside = counts[places.max((1, 2)) == 7] / 1800
    np.testing.assert_allclose(inside, 1 / 9, atol=4 * np.sqrt(8 / 81 / 1800))


def test_what_a_change_of_color_is():
    """RandomColor's equation, read off the output: the image's mean moves by b, its grey is stretched by c, its colours
    by c s, each evenly within its bounds and independently; the three by themselves leave the others alone.
    """
    x = np.random.default_rng(0).normal(size=(4, 5, 3)).astype("f")
    Y = np.asarray(trained(RandomColor(0.1, 0.2, 0.3), np.tile(x, (2000, 1, 1, 1)), np.zeros_like(x)[None])[0], float)

    def parts(V):
        grey = V.mean(-1, keepdims=True)
        mean = grey.mean((-3, -2), keepdims=True)
        return mean, grey - mean, V - grey

    mean, grey, color = parts(x.astype(float))
    mean_after, grey_after, color_after = parts(Y)
    b = (mean_after - mean).ravel()
    c = (grey_after * grey).sum((1, 2, 3)) / (grey**2).sum()
    s = (color_after * color).sum((1, 2, 3)) / (color**2).sum() / c
    rebuilt = (b + mean.ravel()).reshape(-1, 1, 1, 1) + np.multiply.outer(c, grey) + np.multiply.outer(c * s, color)
    np.testing.assert_allclose(Y, rebuilt, atol=1e-5)  # so that grey images, whose X − G is 0, have no s
    for values, middle, width in (b, 0, 0.1), (c, 1, 0.2), (s, 1, 0.3):
        share = np.sort((values - middle) / width / 2 + 0.5)  # evenly from 0 to 1
        assert np.abs(share - (np.arange(2000) + 0.5) / 2000).max() < 1.95 / np.sqrt(2000)  # Kolmogorov–Smirnov, 0.001
    assert np.abs(np.corrcoef([b, c, s]) - np.eye(3)).max() < 4 / np.sqrt(2000)


def test_augmentations_by_name():
    """`augmentations`' docstring; and a model file holds what it gives."""
    layers = augmentations("flip,crop:pixels=2, color:brightness=1:contrast=0")
    assert layers == [RandomFlip(), RandomCrop(2), RandomColor(1.0, 0.0)]
    assert [build(config_of(layer)) for layer in layers] == layers
    assert augmentations("none") == augmentations("") == []
    with pytest.raises(ClearpropError, match=r"There is no augmentation called 'colour'\. Did you mean 'color'"):
        augmentations("flip,colour")
    with pytest.raises(ClearpropError, match=r"'crop' has no setting 'pixel'\."):
        augmentations("crop:pixel=2")


def test_a_crop_moves_by_an_eighth_of_the_image_unless_told():
    """RandomCrop's docstring: 4 pixels of 32, 1 at least."""
    for side, most in ((32, 4), (6, 1)):
        X = np.zeros((200, side, side + 8, 1), np.float32)
        X[:, side // 2, side // 2] = 1
        Y = np.asarray(RandomCrop().draw(jax.random.key(0), X)[0](X))
        rows, columns = (np.argwhere(Y)[:, axis] - side // 2 for axis in (1, 2))
        assert rows.min() == columns.min() == -most and rows.max() == columns.max() == most


def test_the_errors():
    """The docstrings."""
    with pytest.raises(ClearpropError, match=r"probability lies from 0 to 1; it is 1\.5"):
        RandomFlip(1.5)
    with pytest.raises(ClearpropError, match="saturation lies from 0 to 1; it is -1"):
        RandomColor(0, 0, -1)
    with pytest.raises(ClearpropError, match=r"An image is cropped by 0, 1, 2, … pixels; not by -1\."):
        RandomCrop(-1)
    with pytest.raises(ClearpropError, match="An image has the shape"):
        RandomFlip().init(KEY, (3, 3))
