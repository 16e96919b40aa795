"""Numbers as colours: pixels as they are, 0 as paper, blue above and orange below."""

import numpy as np
import pytest

from clearprop.explain.image_colours import as_pixels, as_signed, as_weights, laid_over, mosaic
from clearprop.explain.picture import BLUE, ORANGE


def hexadecimal(colour):
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour[:3])


def test_pixels_are_as_they_look():
    colour = np.array([[[255, 0, 51]]], np.uint8)
    assert hexadecimal(as_pixels(colour)[0, 0]) == "#ff0033"
    np.testing.assert_array_equal(as_pixels(colour / 255), as_pixels(colour))
    grey = as_pixels(np.array([[[-1.0], [3.0], [1.0]]]))
    assert grey[0].tolist() == [[0, 0, 0, 1], [1, 1, 1, 1], [0.5, 0.5, 0.5, 1]], "other numbers are stretched"
    assert as_pixels(np.full((2, 2, 2), 7.0)).shape == (2, 2, 4), "all the same, of two channels"


def test_signed_numbers_by_their_share_of_the_greatest():
    zero, most, least, half = as_signed(np.array([[0.0, 4, -4, 2]]), 4.0)[0]
    assert [hexadecimal(each) for each in (zero, most, least)] == ["#ffffff", BLUE, ORANGE]
    np.testing.assert_allclose(half, (zero + most) / 2)
    assert as_signed(np.zeros((1, 2)), 0.0).tolist() == [[[1, 1, 1, 1]] * 2]


def test_a_filter_of_three_channels_is_in_colour():
    assert as_weights(np.array([[[0.0, 2, -2]]]), 2.0)[0, 0].tolist() == [0.5, 1, 0, 1]
    two = np.array([[[1.0, 3], [-2, -2]]])
    np.testing.assert_array_equal(as_weights(two, 2.0), as_signed(np.array([[2.0, -2]]), 2.0))


def test_a_map_lies_over_a_pale_image():
    image = np.array([[[0], [255]]], np.uint8)
    bare = laid_over(image, np.zeros((1, 2)), 0.0)
    assert bare[0, :, 0] == pytest.approx([0.55, 1]) and (bare[..., 3] == 1).all()
    full = laid_over(image, np.array([[5.0, 0]]), 5.0)
    np.testing.assert_allclose(full[0, 0, :3], 0.15 * 0.55 + 0.85 * as_signed([[1.0]], 1.0)[0, 0, :3])
    np.testing.assert_array_equal(full[0, 1], bare[0, 1])


def test_a_mosaic_has_each_tile_in_its_place():
    tiles = [np.full((2, 3, 4), value) for value in (0.1, 0.2, 0.3)]
    whole = mosaic(tiles, 2, gap=2)
    assert whole.shape == (6, 8, 4)
    assert (whole[:2, :3] == 0.1).all() and (whole[:2, 5:] == 0.2).all() and (whole[4:, :3] == 0.3).all()
    assert not whole[2:4].any() and not whole[:, 3:5].any() and not whole[4:, 5:].any()
