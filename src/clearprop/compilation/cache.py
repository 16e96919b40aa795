r"""Compiled programs on disk, in the user's own cache folder: a new process need not compile again.

Where: `$XDG_CACHE_HOME/clearprop` (`~/.cache/clearprop`), `~/Library/Caches/clearprop` on macOS,
`%LOCALAPPDATA%\clearprop` on Windows; or the folder that CLEARPROP_COMPILATION_CACHE names. That variable set to
"off" turns it off, and so does JAX's own cache, if you have turned that on.

A compiled program is machine code. So the folder and each file have to be the user's own and writable by nobody else;
a file begins with the SHA-256 of the rest, since code that was cut would not fail but crash. The files used last are
kept, up to `MAX_BYTES`. Nothing here ever fails: what cannot be read is compiled, what cannot be written is not kept.
"""

import contextlib
import hashlib
import os
import sys
from pathlib import Path

import jax

from clearprop.files import write_atomically

VARIABLE = "CLEARPROP_COMPILATION_CACHE"
MAX_BYTES = 256 * 2**20
SUFFIX = ".clearprop-program"
"""Of our files; whatever else is in the folder is not ours to delete."""
_DIGEST = hashlib.sha256().digest_size


def folder() -> Path | None:
    """The folder, or None where programs are not to be kept."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen.lower() == "off" or jax.config.jax_compilation_cache_dir:  # pyright: ignore[reportAttributeAccessIssue]
        return None
    with contextlib.suppress(OSError, RuntimeError):  # no home, no right to write there
        path = Path(chosen) if chosen else _user_cache() / "clearprop"
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path if _is_ours_alone(path) else None
    return None


def read(name: str) -> bytes | None:
    """The content of this name, if it is there and whole."""
    path = folder()
    if path is None:
        return None
    try:
        file = path / f"{name}{SUFFIX}"
        content = file.read_bytes() if _is_ours_alone(file) else b""
        os.utime(file)  # used now
    except OSError:
        return None
    whole = hashlib.sha256(content[_DIGEST:]).digest() == content[:_DIGEST]
    return content[_DIGEST:] if whole else None


def write(name: str, content: bytes) -> None:
    """Keep this content, and no more than `MAX_BYTES` in all."""
    path = folder()
    if path is None or len(content) > MAX_BYTES:
        return
    with contextlib.suppress(OSError):
        write_atomically(path / f"{name}{SUFFIX}", hashlib.sha256(content).digest() + content)
        _forget_the_oldest(path)


def _user_cache() -> Path:
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")


def _is_ours_alone(path: Path) -> bool:
    if sys.platform == "win32":
        return True  # the user's folders are theirs there
    status = path.stat()
    return status.st_uid == os.getuid() and not status.st_mode & 0o022


def _forget_the_oldest(path: Path) -> None:
    """Delete those that were not used for longest, until the rest is small enough."""
    files = sorted(((file, file.stat()) for file in path.glob(f"*{SUFFIX}")), key=lambda f: f[1].st_mtime)
    excess = sum(status.st_size for _file, status in files) - MAX_BYTES
    for file, status in files:
        if excess <= 0:
            return
        file.unlink(missing_ok=True)
        excess -= status.st_size
