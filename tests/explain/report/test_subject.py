"""What a page is about: of many images some, which keep the numbers that they have in the caller's data."""

import numpy as np
import pytest

import sighted
from clearprop import layers
from clearprop.data.images import Pictures
from clearprop.explain.report import subject as module
from clearprop.explain.report.subject import Subject
from pictures import write_set

Y = np.arange(40) % 2


@pytest.fixture(scope="module")
def fitted():
    return sighted.untrained([layers.Standardize(), layers.Flatten(), layers.Dense(2)], (4, 4, 3))


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = write_set(tmp_path_factory.mktemp("images"), {"dark": 40}, size=4)
    return Pictures(sorted(folder.glob("*/*")), (4, 4, 3))


@pytest.mark.parametrize("row", [0, 17, 39])
def test_of_many_images_some_are_read(row, fitted, images, monkeypatch):
    """On disk, in memory or as lists; the one that is followed is among them, and all have their own targets."""
    monkeypatch.setattr(module, "IMAGES", 10)
    pixels = np.asarray(images)
    for X in (images, pixels, pixels.tolist()):
        few = Subject(fitted, X, Y, row, None, "").few(3)
        assert len(few.X) == len(set(few.drawn)) == 10 and few.number(few.row) == row + 1
        ours, targets = few.prepared
        np.testing.assert_array_equal(ours, pixels[few.drawn])
        np.testing.assert_array_equal(targets, Y[few.drawn])
        assert isinstance(X, list) or ours.dtype == np.uint8, "bytes stay bytes"
    assert (few.drawn != Subject(fitted, pixels, Y, row, None, "").few(4).drawn).any()


def test_all_are_kept_where_they_are_no_more_or_no_images(fitted, images, monkeypatch):
    assert len(images) <= module.IMAGES
    few = Subject(fitted, images, Y, 5, None, "").few(0)
    assert few.X is images and few.number(5) == 6
    monkeypatch.setattr(module, "IMAGES", 10)
    table = sighted.untrained([layers.Dense(2)], (3,))
    assert len(Subject(table, np.zeros((40, 3)), Y, 5, None, "").few(0).X) == 40
