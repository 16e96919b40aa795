"""The first layer's weights as images, in every kind of layer that has some."""

import numpy as np
import pytest

import sighted
from clearprop import layers
from clearprop.errors import ClearpropError
from clearprop.explain import first_layer_filters

SHAPE = (6, 5, 3)
END = [layers.Flatten(), layers.Dense(2)]


def strongest(images):
    """In the order of their norms, by hand."""
    return images[np.argsort([-np.linalg.norm(image) for image in images], kind="stable")]


def weights(*place, parts):
    fitted = sighted.untrained(parts, SHAPE)
    W = fitted.state if type(parts[0]).__name__ == "V1" else fitted.params
    for key in place:
        W = W[key]
    return fitted, W


CONVOLUTION = layers.Conv2D(4, (3, 2))
CASES = {
    "conv2d": ((1, "W"), [layers.Standardize(), CONVOLUTION, *END], lambda W: W.transpose(3, 0, 1, 2)),
    "in a block": (
        (0, "body", 1, "W"),
        [layers.Residual([layers.Activation("relu"), layers.Conv2D(3)]), *END],
        lambda W: W.transpose(3, 0, 1, 2),
    ),
    "in the way around": (
        (0, "shortcut", 0, "W"),
        [layers.Residual([layers.Activation("relu")], [layers.Conv2D(3)]), *END],
        lambda W: W.transpose(3, 0, 1, 2),
    ),
    "repeated": ((0, "W"), [layers.Repeat(layers.Conv2D(3), 2), *END], lambda W: W[0].transpose(3, 0, 1, 2)),
    "grouped": ((0, "W"), [layers.Conv2D(6, 3, groups=3), *END], lambda W: W.transpose(3, 0, 1, 2)),
    "locally_connected": (
        (0, "W"),
        [layers.LocallyConnected(4, (3, 2)), *END],
        lambda W: np.stack([W[2, 2, :, f].reshape(3, 2, 3) for f in range(4)]),
    ),
    "v1": (
        (0, "W"),
        [layers.V1(simple_cells=2, complex_cells=1, kernel_size=3), *END],
        lambda W: W.transpose(3, 0, 1, 2),
    ),
    "dense": ((1, "W"), END, lambda W: np.stack([W[:, unit].reshape(SHAPE) for unit in range(2)])),
}


@pytest.mark.parametrize("case", CASES)
def test_they_are_the_weights(case):
    place, parts, images = CASES[case]
    fitted, W = weights(*place, parts=parts)
    found = first_layer_filters(fitted)
    np.testing.assert_array_equal(found.images, strongest(images(W)))
    np.testing.assert_array_equal(found.images, images(W)[found.which])
    np.testing.assert_allclose(found.norms, [np.linalg.norm(image) for image in found.images])
    assert found.of == len(images(W))


def test_of_many_those_of_the_largest_norm():
    fitted, W = weights(1, "W", parts=CASES["conv2d"][1])
    found = first_layer_filters(fitted, most=2)
    assert found.images.shape == (2, 3, 2, 3) and found.of == 4
    np.testing.assert_array_equal(found.images, strongest(W.transpose(3, 0, 1, 2))[:2])
    assert found.text() == (
        "What the first layer with weights (conv2d) looks for: 2 of 4 filters of 3 × 2 pixels, those of the largest"
        f" norm, from {found.norms[0]:.3g} down to {found.norms[1]:.3g}."
    )


@pytest.mark.parametrize(
    ("parts", "shape"),
    [
        ([layers.MaxPool(2), *END], SHAPE),
        ([layers.Flatten()], SHAPE),
        ([layers.Dense(2)], (7,)),
    ],
)
def test_weights_that_take_no_image(parts, shape):
    with pytest.raises(ClearpropError, match="do not take an image: there are no filters to see"):
        first_layer_filters(sighted.untrained(parts, shape))
