"""Text that a terminal shows and is not steered by."""

import unicodedata


def visible(text: str) -> str:
    r"""The text with control and formatting characters spelt out, but line breaks and the joiners that scripts need.

    >>> visible("red\x1b[2J, \u202egreen")
    'red\\x1b[2J, \\u202egreen'
    """
    steering = (c for c in set(text) if unicodedata.category(c) in ("Cc", "Cf") and c not in "\n\t\u200c\u200d")
    return text.translate({ord(c): c.encode("unicode_escape").decode() for c in steering})
