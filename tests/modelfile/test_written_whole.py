"""A file is written whole or not at all, and what stood there before stays until then."""

import os
import tempfile
from pathlib import Path

import pytest
from model_files import X, tiny

from clearprop import load
from clearprop.errors import ModelFileError


@pytest.fixture(scope="module")
def fitted():
    return tiny()


@pytest.fixture
def old(fitted, tmp_path):
    """A model that is there already."""
    path = tmp_path / "model.safetensors"
    fitted.replace(kept_epoch=1).save(path)
    return path


def full(*args):
    raise OSError(28, "No space left on device")


def forbidden(*args, **kwargs):
    raise PermissionError(13, "Permission denied")


def interrupted(*args):
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("owner", "name", "failure", "expected"),
    [
        (os, "fsync", full, ModelFileError),
        (os, "fsync", interrupted, KeyboardInterrupt),
        (Path, "replace", full, ModelFileError),
        (Path, "replace", interrupted, KeyboardInterrupt),
        (tempfile, "mkstemp", forbidden, ModelFileError),
    ],
)
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    owner, name, failure, expected, fitted, old, monkeypatch
):
    before = old.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failure)
        with pytest.raises(expected) as caught:
            fitted.save(old)
    if expected is ModelFileError:
        assert str(caught.value).startswith(
            f"{old} cannot be written: {'Perm' if failure is forbidden else 'No space'}"
        )
    assert list(old.parent.iterdir()) == [old]
    assert old.read_bytes() == before
    assert load(old).kept_epoch == 1


def test_a_model_that_cannot_be_saved_leaves_the_old_file(fitted, old):
    before = old.read_bytes()
    with pytest.raises(ValueError, match="cannot be saved"):
        fitted.replace(params=()).save(old)
    assert old.read_bytes() == before


def test_a_newer_model_takes_the_place_of_the_old(fitted, old):
    fitted.save(old)
    assert load(old).kept_epoch == fitted.kept_epoch
    assert list(old.parent.iterdir()) == [old]
    assert (load(old).predict(X) == fitted.predict(X)).all()


def test_a_folder_that_is_not_there(fitted, tmp_path):
    with pytest.raises(ModelFileError, match=r"cannot be written: No such file or directory. See that its folder"):
        fitted.save(tmp_path / "missing" / "model.safetensors")
    with pytest.raises(ModelFileError, match="cannot be written"):
        fitted.save(tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_folder_that_is_not_writable(fitted, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(ModelFileError, match="Permission denied"):
        fitted.save(tmp_path / "model.safetensors")
    tmp_path.chmod(0o700)
