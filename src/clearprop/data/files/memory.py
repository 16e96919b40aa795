"""How much of a file memory can hold: a file of a few bytes may ask for any amount."""

from clearprop.errors import DataError
from clearprop.i18n import _
from clearprop.machine import memory_bytes

UNKNOWN = 16 * 2**30
"""Bytes taken for granted where the system does not say what it has."""


def limit() -> int:
    """The bytes that one file's content may take: half of this computer's memory."""
    return (memory_bytes() or UNKNOWN) // 2


def see_room(size: int, source: str) -> None:
    """See that a content of this many bytes fits.

    Raises:
        DataError: it does not.
    """
    most = limit()
    if size > most:
        raise DataError(
            _(
                "{source} holds more than {most:.1f} GB once unpacked, half of this computer's memory: give a part of"
                " its rows or columns."
            ).format(source=source, most=most / 1e9)
        )
