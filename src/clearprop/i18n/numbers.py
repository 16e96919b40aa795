"""Numbers as a language writes them: 1,234.5 in English, 1.234,5 in Spanish, 12,34,567 in Hindi; 50% and 50 %."""

import re
from functools import cache
from numbers import Real
from typing import Any, NamedTuple

from clearprop.i18n.language import SOURCE, language

SINGLE_GROUP = {"es": 5}
"""Digits that a number needs before they are grouped, where one group alone is not set off (1234, but 12.345)."""


class Signs(NamedTuple):
    """How a language writes a number; `groups` are the sizes of the last group and of those before it."""

    decimal: str
    group: str
    groups: tuple[int, int]
    percent: str


def is_number(value: Any) -> bool:
    """Whether it is one: NumPy's count, truth values do not."""
    return isinstance(value, Real) and not isinstance(value, bool)


def number(value: Any, spec: str = "") -> str:
    """The number by a format as Python has them, in the signs of the language spoken now.

    >>> from clearprop.i18n import speaking
    >>> with speaking("hi"):
    ...     number(1234567.8, ",.1f")
    '12,34,567.8'
    >>> with speaking("uk"):
    ...     number(0.123, ".1%")
    '12,3%'
    """
    return localised(format(value, spec))


def localised(text: str) -> str:
    """A text with the numbers in it, as Python writes them, in the signs of the language spoken now."""
    code = language()
    return text if code == SOURCE else _WRITTEN.sub(lambda found: _localised(found, code), text)


_WRITTEN = re.compile(r"(?P<whole>\d[\d,]*)(?:\.(?P<fraction>\d+))?(?P<rest>(?:e[+-]?\d+)?)(?P<percent>%?)")


def _localised(found: re.Match[str], code: str) -> str:
    signs, whole = _signs(code), found["whole"]
    if "," in whole:
        whole = _grouped(whole.replace(",", ""), signs, SINGLE_GROUP.get(code, 0))
    fraction = signs.decimal + found["fraction"] if found["fraction"] else ""
    return whole + fraction + found["rest"] + (signs.percent if found["percent"] else "")


def _grouped(digits: str, signs: Signs, least: int) -> str:
    if len(digits) < least:
        return digits
    last, before = signs.groups
    digits, parts = digits[:-last], [digits[-last:]]
    while digits:
        digits, part = digits[:-before], digits[-before:]
        parts.insert(0, part)
    return signs.group.join(parts)


@cache
def _signs(code: str) -> Signs:
    from babel import Locale  # not needed for English

    locale = Locale.parse(code)
    symbols = locale.number_symbols["latn"]
    percent = locale.percent_formats[None].suffix[0]
    return Signs(symbols["decimal"], symbols["group"], locale.decimal_formats[None].grouping, percent)
