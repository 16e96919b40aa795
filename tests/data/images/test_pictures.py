"""An array on disk: like NumPy's, and lazy."""

import ast
import pickle
from pathlib import Path

import numpy as np
import pytest

from clearprop.data import images
from clearprop.data.images import PictureError, Pictures, decode, pictures_size, scan, sound
from pictures import write_set


def numbers(X):
    return np.asarray(X)[:, 0, 0, 0].tolist()


def test_it_is_an_array(pictures):
    assert pictures.shape == (41, 4, 5, 3) and len(pictures) == 41 and pictures.ndim == 4
    assert pictures.dtype == np.uint8 and pictures.size == pictures.nbytes == 41 * 60
    X = np.asarray(pictures)
    assert X.shape == pictures.shape and X.dtype == np.uint8 and X.flags.writeable
    assert np.array_equal(X, np.stack([decode(file, 4, 5, 3) for file in pictures.files]))
    assert np.asarray(pictures, dtype=np.float32).dtype == np.float32
    with pytest.raises(ValueError, match="decoded"):
        np.array(pictures, copy=False)


def test_rows_as_of_an_array(pictures):
    """A slice, indices, truth values, one index; none of them decodes but the last."""
    every = np.arange(41)
    chosen = (slice(3, 30, 4), slice(None, None, -1), [5, 5, 0, -1], every % 3 == 0, every[:0], every[7:9])
    for rows in chosen:
        assert isinstance(pictures[rows], Pictures)
        assert numbers(pictures[rows]) == numbers(pictures.read(rows)) == every[rows].tolist()
    assert len(pictures[[]]) == 0
    assert np.array_equal(pictures[7], decode(pictures.files[7], 4, 5, 3))
    assert np.array_equal(pictures[np.int64(-1)], pictures[40])
    for wrong in (41, [0, 41], np.ones(40, bool)):
        with pytest.raises(IndexError):
            pictures[wrong]


def test_nothing_is_read_before_it_is_asked_for(tmp_path):
    """Files that are not there can be chosen from, and are missed when they are read."""
    lazy = Pictures([tmp_path / "a.png", str(tmp_path / "b.png")], (4, 4, 1))
    assert lazy[[1, 0]].files[0].name == "b.png" and pickle.loads(pickle.dumps(lazy)) == lazy
    with pytest.raises(PictureError, match=r"a\.png cannot be opened: No such file or directory"):
        lazy.read()
    with pytest.raises(AttributeError):
        lazy.files = ()


@pytest.mark.parametrize("shape", [(4, 4), (0, 4, 3), (4, 4, 2), (4, 4, 3, 1)])
def test_shapes_that_cannot_be(shape):
    with pytest.raises(ValueError, match=r"values to unpack|\(height, width, 1 or 3\)"):
        Pictures((), shape)


def test_from_a_folder_to_an_array(tmp_path):
    """All of it: what is written is read, each image beside its class."""
    found = scan(write_set(tmp_path, {"dark": 9, "light": 8}))
    good, bad = sound(found.train.files)
    X = np.asarray(Pictures(good, pictures_size(good)))
    assert bad == [] and X.shape == (17, 8, 8, 3)
    assert ((X.mean((1, 2, 3)) > 128) == (found.train.y == "light")).all()


def test_pillow_is_imported_when_an_image_is_decoded():
    """And no sooner: no file imports it at its top."""
    for path in Path(images.__file__).parent.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            assert not (isinstance(node, ast.Import | ast.ImportFrom) and "PIL" in ast.unparse(node))
