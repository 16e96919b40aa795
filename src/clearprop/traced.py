"""Numbers that a compiled program is called with, and not compiled for.

A part (a learning rule, a neuron) is a frozen dataclass. Its fields that hold floats, a rate or a capacitance, reach
the program as traced numbers: changing one does not compile anew. What remains says which program it is.
"""

import copy
import dataclasses
from typing import Any, TypeVar

T = TypeVar("T")

Numbers = dict[str, Any]


def split(part: T) -> tuple[T, Numbers]:
    """(the part without its numbers, the numbers): what a program is compiled for, and what it is called with.

    >>> from clearprop.rules import WeightMirror
    >>> split(WeightMirror(rate=0.02))[1]["rate"]
    0.02
    """
    fields = dataclasses.fields(part) if dataclasses.is_dataclass(part) else ()
    numbers = {f.name: value for f in fields if isinstance(value := getattr(part, f.name), float)}
    return join(part, dict.fromkeys(numbers)), numbers


def join(part: T, numbers: Numbers) -> T:
    """The part with these numbers, which are not checked again: they may be tracers."""
    if not numbers:
        return part
    joined = copy.copy(part)
    for name, value in numbers.items():
        object.__setattr__(joined, name, value)
    return joined
