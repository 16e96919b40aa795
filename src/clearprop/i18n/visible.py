"""Text that a terminal shows and is not steered by."""

import unicodedata


def visible(text: str) -> str:
    r"""The text with control and formatting characters spelt out, but line breaks and the joiners that scripts need.

    So are lone surrogates, which stand for bytes of a file's name that are no UTF-8, and which no file can hold.

    >>> visible("red\x1b[2J, \u202egreen")
    'red\\x1b[2J, \\u202egreen'
    >>> visible("caf\udce9.csv").encode()
    b'caf\\udce9.csv'
    """
    steering = (c for c in set(text) if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c not in "\n\t\u200c\u200d")
    return text.translate({ord(c): c.encode("unicode_escape").decode() for c in steering})
