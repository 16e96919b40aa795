"""Files written whole or not at all."""

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from clearprop.i18n import _


def why(error: BaseException) -> str:
    """What the system says of a file that cannot be used, in the user's language where we know it; "" if nothing."""
    known = {
        errno.ENOENT: _("No such file or directory"),
        errno.EACCES: _("Permission denied"),
        errno.EPERM: _("Operation not permitted"),
        errno.EEXIST: _("File exists"),
        errno.EISDIR: _("Is a directory"),
        errno.ENOTDIR: _("Not a directory"),
        errno.ENOSPC: _("No space left on device"),
        errno.EDQUOT: _("Disk quota exceeded"),
        errno.EROFS: _("Read-only file system"),
        errno.ENAMETOOLONG: _("File name too long"),
        errno.ENOTEMPTY: _("Directory not empty"),
        errno.EIO: _("Input/output error"),
    }
    if not isinstance(error, OSError) or error.errno is None:
        return ""
    return known.get(error.errno) or error.strerror or ""


def write_atomically(path: str | Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it: to a neighbour first, then renamed into place.

    Raises:
        OSError: the folder is missing or not writable, or the disk is full; the file is then as it was.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)  # mkstemp makes it private
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
