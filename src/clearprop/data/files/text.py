"""From bytes to UTF-8 text with lines that end in one way."""

import codecs
import re

from clearprop.errors import DataError
from clearprop.i18n import _


def utf8(content: bytes, source: str) -> bytes:
    r"""The text as UTF-8 without the mark that some programs put before it, its lines ending in \n or \r\n.

    UTF-16 with its mark, which Excel calls “Unicode text”, is turned into UTF-8.

    Raises:
        DataError: it is empty, holds NUL bytes, or is in another encoding; the first such line is named.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = _from_utf16(content, source)
    content = content.removeprefix(codecs.BOM_UTF8)
    if b"\0" in content:
        raise DataError(
            _(
                "{source} holds a NUL byte in line {line}: it is damaged, or no text; save it again as “CSV UTF-8”."
            ).format(source=source, line=_line(content, content.index(b"\0")))
        )
    _see_utf8(content, source)
    if not content or content.isspace():
        raise DataError(_("{} is empty.").format(source))
    return _with_line_ends(content)


def _from_utf16(content: bytes, source: str) -> bytes:
    try:
        return content.decode("utf-16").encode()
    except UnicodeError as error:
        raise DataError(
            _("{source} is cut or damaged: it starts as UTF-16 text and does not go on so.").format(source=source)
        ) from error


def _see_utf8(content: bytes, source: str) -> None:
    try:
        if not content.isascii():
            content.decode()
    except UnicodeDecodeError as error:
        raise DataError(
            _("{source} is not UTF-8 text (see line {line}): save it again as “CSV UTF-8”.").format(
                source=source, line=_line(content, error.start)
            )
        ) from error


def _with_line_ends(content: bytes) -> bytes:
    r"""Lines that end in \r alone, as old programs wrote them, end in \n; what is quoted is left alone."""
    if b"\r" in content and (b"\n" not in content or b'"' not in content):
        return re.sub(rb"\r\n?", b"\n", content)
    return content


def _line(content: bytes, place: int) -> int:
    return content[:place].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
