"""Files are written whole or not at all."""

import os
import stat

import pytest

from clearprop.files import write_atomically


def test_content_and_permissions(tmp_path):
    """A file like any other the user makes, whatever the private ways of temporary ones."""
    write_atomically(tmp_path / "a", b"one")
    write_atomically(tmp_path / "a", b"two")
    (tmp_path / "plain").write_bytes(b"")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == stat.S_IMODE((tmp_path / "plain").stat().st_mode)


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, fails):
    """A full disk while writing, or a rename that is refused."""
    write_atomically(tmp_path / "a", b"old")

    def refuse(*arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, fails, refuse)
    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(tmp_path / "a", b"new")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
