"""`clearprop look`."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import clearprop as package
from clearprop.explain import look


@pytest.fixture
def picture(tmp_path):
    """A picture of 12 × 12 whose left half is bright; scaled to the model's 6 × 6."""
    pixels = np.full((12, 12), 40, np.uint8)
    pixels[:, :6] = 190
    path = tmp_path / "left <b>half \x1b[2J.png"
    Image.fromarray(pixels).save(path)
    return path


def test_what_a_person_reads(clearprop, images, picture):
    done = clearprop("look", images.folder, picture, "--output", "look.png")
    model = package.load(images.folder / "model.safetensors")
    pixels = np.full((6, 6, 1), 40)
    pixels[:, :3] = 190
    found = look(model, np.asarray(pixels, np.uint8))
    first, second = found.answers()
    lines = done.out.splitlines()
    assert done.status == 0 and done.err == ""
    assert lines[0].startswith(str(picture.parent)) and lines[0].endswith(f"half \\x1b[2J.png: {first}")
    assert lines[1] == f"  {second}" and first.startswith("0 ")
    assert lines[2].startswith("With a square of 1 × 1 pixels hidden") or lines[2].startswith("No square of 1 × 1")
    assert lines[3].startswith("How far a small change of each pixel would move the score of 0. ")
    assert lines[-1] == "Drawn in look.png." and Path("look.png").read_bytes().startswith(b"\x89PNG")


def test_as_json_of_another_class(clearprop, images):
    """A row of a file of arrays."""
    done = clearprop("look", images.folder, images.data, "--row", 3, "--class", 1, "--json")
    found = done.json
    model, data = package.load(images.folder / "model.safetensors"), np.load(images.data)
    rows = data["X_test"]
    assert found["row"] == 3 and found["class"] == "1" and found["picture"] is None
    assert list(found["probabilities"].values()) == pytest.approx(model.predict_proba(rows[2:3])[0], abs=1e-6)
    wanted = look(model, rows[2], of="1")
    np.testing.assert_allclose(found["occlusion"]["falls"], wanted.occlusion.falls)
    np.testing.assert_allclose(found["saliency"]["map"], wanted.saliency.map)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nothing.png",), "nothing.png"),
        (("halves.npz", "--row", 900), "halves.npz has no row 900: its rows are 1 to 20."),
        (("halves.npz", "--class", "up"), "The network knows no class 'up', only 0, 1."),
        (("halves.npz", "--output", "look.gif"), "it has to end in .png"),
        (("halves.npz", "--output", "nowhere/look.png"), "there is no directory nowhere"),
        (("sample:digits",), "The model takes images of 6 × 6 × 1 numbers, and this one has 64."),
    ],
)
def test_what_is_refused(clearprop, images, monkeypatch, words, sentence):
    monkeypatch.chdir(images.data.parent)
    done = clearprop("look", images.folder, *words)
    assert done.status == 2 and done.out == "" and sentence in done.err and done.err.count("\n") == 1


def test_a_model_of_a_table_is_told_what_to_do(clearprop, flowers):
    done = clearprop("look", flowers.folder, flowers.data)
    assert done.status == 2 and "is of a table, not of images" in done.err


def test_the_image_is_not_drawn_over(clearprop, images, picture):
    before = picture.read_bytes()
    done = clearprop("look", images.folder, picture, "--output", picture)
    assert done.status == 2 and "is what is being read" in done.err and picture.read_bytes() == before
