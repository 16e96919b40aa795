"""JSON as the standard has it and nothing more, and no larger than a model file can need."""

import json
import math
from typing import Any

from pydantic_core import from_json

from clearprop.i18n import _

MAX_CONTAINERS = 2**17
"""How many lists and objects a text may hold: "{}" is two bytes in a file and some hundred in memory."""

MAX_COMMAS = 2**20
"""How many commas, and so all other values."""


def parse(text: str) -> Any:
    """The value of a JSON text.

    Python's own parser also takes NaN, duplicate keys and numbers of any size; this one does not.

    Raises:
        ValueError: it is not JSON, or is larger or more deeply nested (200) than allowed.

    >>> parse('{"units": 3}')
    {'units': 3}
    >>> parse('{"units": 3, "units": 4}')
    Traceback (most recent call last):
    ValueError: 'units' is said twice
    """
    if text.count("[") + text.count("{") > MAX_CONTAINERS or text.count(",") > MAX_COMMAS:
        raise ValueError(
            _("it holds more than {n} lists and objects or {m} commas").format(n=MAX_CONTAINERS, m=MAX_COMMAS)
        )
    from_json(text, allow_inf_nan=False)  # NaN, and the nesting, on which Python's parser could use up the stack
    return json.loads(text, object_pairs_hook=_once, parse_int=_integer, parse_float=_number)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(_("{key!r} is said twice").format(key=key))
        found[key] = value
    return found


def _integer(digits: str) -> int:
    value = int(digits)
    if not -(2**63) <= value < 2**63:
        raise ValueError(_("{digits} is beyond 64 bits").format(digits=digits[:24]))
    return value


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError(_("{digits} is beyond 64 bits").format(digits=digits[:24]))
    return value
