"""compilation/cache.py: files in a folder of the user's own, whole or not at all, and not too many."""

import os
import stat
import sys

import jax
import pytest

from clearprop.compilation import cache

posix = pytest.mark.skipif(sys.platform == "win32", reason="owners and modes are those of POSIX")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache of this test's own."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_what_was_written_is_read(folder):
    cache.write("a", b"machine code")
    assert cache.read("a") == b"machine code"
    assert cache.read("b") is None


@posix
def test_the_folder_is_the_users_alone(folder):
    """Mode 0700."""
    cache.write("a", b"machine code")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@posix
@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_others_may_write_is_not_believed(folder, what):
    """A compiled program is machine code: who can change it can do anything."""
    cache.write("a", b"machine code")
    place = folder if what == "folder" else folder / f"a{cache.SUFFIX}"
    place.chmod(0o777)
    assert cache.read("a") is None


@pytest.mark.parametrize(
    "change", [lambda b: b[:-1], lambda b: b[:-1] + b"?", lambda b: b""], ids=["cut", "edited", "empty"]
)
def test_a_damaged_file_is_not_read(folder, change):
    """The SHA-256 in front is that of the rest."""
    cache.write("a", b"machine code")
    file = folder / f"a{cache.SUFFIX}"
    file.write_bytes(change(file.read_bytes()))
    assert cache.read("a") is None


def test_the_files_used_last_are_kept(folder, monkeypatch):
    """Two of 32 + 100 bytes fit into 300; reading the older one makes it the newer."""
    monkeypatch.setattr(cache, "MAX_BYTES", 300)
    for age, name in ((300, "first"), (200, "second")):
        cache.write(name, bytes(100))
        file = folder / f"{name}{cache.SUFFIX}"
        os.utime(file, (file.stat().st_atime - age, file.stat().st_mtime - age))
    assert cache.read("first") == bytes(100)
    cache.write("third", bytes(100))
    assert [cache.read(name) is None for name in ("first", "second", "third")] == [False, True, False]


def test_nothing_else_in_the_folder_is_deleted(folder, monkeypatch):
    """The variable may name any folder."""
    monkeypatch.setattr(cache, "MAX_BYTES", 200)
    folder.mkdir(mode=0o700)
    (folder / "letter.txt").write_bytes(bytes(1000))
    for name in "ab":
        cache.write(name, bytes(100))
    assert (folder / "letter.txt").exists()
    assert sum(cache.read(name) is not None for name in "ab") == 1


def test_off(monkeypatch):
    monkeypatch.setenv(cache.VARIABLE, "off")
    cache.write("a", b"machine code")
    assert cache.folder() is None
    assert cache.read("a") is None


def test_jax_own_cache_takes_its_place(folder, tmp_path):
    """Where the user has turned it on, it keeps our programs too."""
    jax.config.update("jax_compilation_cache_dir", str(tmp_path / "jax"))
    try:
        assert cache.folder() is None
    finally:
        jax.config.update("jax_compilation_cache_dir", None)


def test_a_place_that_cannot_be_written_is_no_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "file" / "kept"))
    cache.write("a", b"machine code")
    assert cache.read("a") is None


@pytest.mark.parametrize(
    ("system", "variable", "inside"),
    [
        ("linux", "XDG_CACHE_HOME", ""),
        ("linux", "HOME", ".cache"),
        ("darwin", "HOME", "Library/Caches"),
        ("win32", "LOCALAPPDATA", ""),
    ],
)
def test_the_users_cache_folder(system, variable, inside, tmp_path, monkeypatch):
    """Where each system wants such files."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv(cache.VARIABLE, "")
    monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(sys, "platform", system)
    assert cache.folder() == tmp_path / inside / "clearprop"
