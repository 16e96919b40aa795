"""Photographs from end to end: cats and what is no cat, as a folder of .png files, through the command line.

A network that learnt for a few seconds; what it reaches is no more than a sign that all parts fit.
"""

import numpy as np
import pytest

from clearprop.data.images import Pictures
from pictures import write

NAMES = ("non-cat", "cat")


@pytest.fixture(scope="module")
def cats(reference_data, tmp_path_factory):
    """(the folder, {part: (images in the order of their files' names, labels)})"""
    h5py = pytest.importorskip("h5py")
    folder, held = tmp_path_factory.mktemp("cats") / "cats", {}
    for part in ("train", "test"):
        path = reference_data / f"{part}_catvnoncat.h5"
        if not path.is_file():
            pytest.skip(f"no {path.name} in {reference_data} (set CLEARPROP_TEST_DATA)")
        with h5py.File(path) as file:
            X, y = file[f"{part}_set_x"][:], file[f"{part}_set_y"][:]
        for i, (pixels, label) in enumerate(zip(X, y, strict=True)):
            write(folder / part / NAMES[label] / f"{i:03}.png", pixels)
        held[part] = X, y
    return folder, held


def test_decoded_pixels_are_those_that_were_stored(cats):
    """As they are: nothing is scaled, and .png loses nothing."""
    folder, held = cats
    assert [len(held[part][0]) for part in ("train", "test")] == [209, 50]
    for part, (X, _y) in held.items():
        files = sorted((folder / part).rglob("*.png"), key=lambda file: file.name)
        np.testing.assert_array_equal(Pictures(files, (64, 64, 3)).read(), X)


def test_cats_are_told_from_what_is_none(cats, clearprop):
    """Of 50 new images 76% are right [62.6, 85.7]; always "non-cat", the commoner class in training, is right of 34%.

    Always "cat" would be right of 66%: so few images do not tell more.
    """
    folder, _held = cats
    options = ("--network", "lenet", "--image-size", 32, "--epochs", 10, "--class-weight", "balanced", "--seed", 0)
    alone = ("--validation", 0, "--dropout", 0, "--augment", "none")
    done = clearprop("train", folder, *options, *alone, "--output", "run")
    assert done.status == 0, done.err
    assert "209 images, brought to 32 × 32 pixels, in colour." in done.out
    assert "Classes: cat (72), non-cat (137)." in done.out
    found = clearprop("evaluate", "run", folder, "--json").json
    assert found["data"]["rows"] == 50 and found["classes"] == ["cat", "non-cat"]
    assert [sum(row) for row in found["confusion"]] == [33, 17]
    majority = found["baselines"]["majority"]["accuracy"]
    assert majority["value"] == 0.34 and found["metrics"]["accuracy"]["low"] > majority["high"]
    assert found["metrics"]["auc"]["low"] > 0.5
