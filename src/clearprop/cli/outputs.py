"""Files that commands write where they are told to."""

from pathlib import Path

from clearprop.errors import ClearpropError
from clearprop.files import write_atomically
from clearprop.i18n import _


def see_that_it_is_safe(output: Path, option: str, *read: str) -> None:
    """See that the file can be written, and is not one that is being read.

    Raises:
        ClearpropError: it is a directory, has no directory to be in, or is one of those read.
    """
    if output.is_dir():
        raise ClearpropError(_("{path} is a directory; {option} names a file.").format(path=output, option=option))
    if not output.absolute().parent.is_dir():
        raise ClearpropError(
            _("{output} cannot be written: there is no directory {parent}.").format(output=output, parent=output.parent)
        )
    if output.exists() and any(output.samefile(path) for path in map(Path, read) if path.exists()):
        raise ClearpropError(
            _("{path} is what is being read: give {option} another name.").format(path=output, option=option)
        )


def write(output: Path, content: bytes) -> None:
    """Write the file whole or not at all.

    Raises:
        ClearpropError: the folder is not writable, or the disk is full; what stood there still does.
    """
    try:
        write_atomically(output, content)
    except OSError as error:
        raise ClearpropError(
            _("{path} cannot be written: {what}.").format(path=output, what=error.strerror or error)
        ) from error
