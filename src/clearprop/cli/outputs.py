"""Files that commands write where they are told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clearprop.errors import ClearpropError
from clearprop.files import why, write_atomically
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


def see_that_it_can_be_drawn(output: Path) -> Path:
    """The picture's path, once it is seen that --output can be written as one.

    Raises:
        ClearpropError: it does not end in .png, is a directory, or has no directory to be in.
    """
    if output.suffix.lower() != ".png":
        raise ClearpropError(_("--output {} is not a picture's name: it has to end in .png.").format(output))
    see_that_it_is_safe(output, "--output")
    return output


@contextmanager
def writing(output: Path) -> Iterator[None]:
    """While a file is written: what goes wrong names it.

    Raises:
        ClearpropError: the folder is not writable, or the disk is full.
    """
    try:
        yield
    except OSError as error:
        raise ClearpropError(
            _("{path} cannot be written: {what}.").format(path=output, what=why(error) or error)
        ) from error


def write(output: Path, content: bytes) -> None:
    """Write the file whole or not at all.

    Raises:
        ClearpropError: the folder is not writable, or the disk is full; what stood there still does.
    """
    with writing(output):
        write_atomically(output, content)
