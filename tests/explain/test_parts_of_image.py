"""Where most of a map is, in words."""

import numpy as np
import pytest

from clearprop.explain.parts_of_image import shares, where

SAID = [
    ["in the upper left", "at the top, in the middle", "in the upper right"],
    ["at the left, halfway down", "in the middle", "at the right, halfway down"],
    ["in the lower left", "at the bottom, in the middle", "in the lower right"],
]


@pytest.mark.parametrize(("line", "column"), list(np.ndindex(3, 3)))
def test_each_part_has_its_sentence(line, column):
    """Of an image of 10 × 7, whose parts are not quite equal."""
    heat = np.zeros((10, 7))
    heat[line * 4 + 1, column * 3] = 3
    heat[5 if line != 1 else 9, 3] += 1
    heat[0, 0] -= 50 * (line + column > 0)  # what is below 0 does not count
    assert where(heat) == f"The largest part of it is {SAID[line][column]} (75%)."


def test_shares_of_an_even_map_are_even():
    np.testing.assert_allclose(shares(np.full((9, 6), 0.3)), np.full((3, 3), 1 / 9))


def test_what_is_spread_or_nothing():
    assert where(np.ones((6, 6))) == "It is spread over the whole image: no ninth of it holds more than 11%."
    assert where(-np.ones((6, 6))) == where(np.zeros((2, 2))) == "It is zero everywhere."
