"""Equations with numbers in them: "Z₁ = 0.5·0.1 + 1·(−0.3) + 0.2 = −0.05".

A line is kept as its pieces and written when it is read, in the language spoken then. A piece is text that is written
as it stands, a number, or one of the classes below.
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from clearprop.i18n import ngettext, number

ALL, LARGEST = 5, 3
"""A sum of up to so many terms is written out; of a longer one, so many of the largest, and the sum of the others."""

_SUPERSCRIPT = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Factor(NamedTuple):
    """A number that is multiplied or has something taken off: in parentheses if it is below 0."""

    value: float


class Added(NamedTuple):
    """A number that is added, with its sign: " + 0.2" or " − 0.2"."""

    value: float


class More(NamedTuple):
    """The terms of a sum that are not written out: how many there are, and their sum."""

    terms: int
    together: float


Piece = str | float | Factor | Added | More
Line = tuple[Piece, ...]


def written(line: Line) -> str:
    """The line as text, its numbers as the language spoken now writes them.

    >>> written(total("Z₁", [(0.5, 0.1), (1.0, -0.3)], -0.05, bias=0.2))
    'Z₁ = 0.5·0.1 + 1·(−0.3) + 0.2 = −0.05'
    """
    return "".join(_piece(piece) for piece in line)


def digits(value: Any) -> str:
    """A number to five digits, with a true minus sign and powers of ten.

    >>> digits(-0.25), digits(1.5e-7)
    ('−0.25', '1.5·10⁻⁷')
    """
    text = number(float(value) + 0.0, ".5g").replace("-", "−")
    mantissa, exponent, power = text.partition("e")
    if not exponent:
        return text
    sign, power = "−" * power.startswith("−"), power.lstrip("−+").lstrip("0")
    return f"{mantissa}·10{(sign + power).translate(_SUPERSCRIPT)}"


def _piece(piece: Piece) -> str:
    match piece:
        case str():
            return piece
        case Factor(value):
            return f"({digits(value)})" if value < 0 else digits(value)
        case Added(value):
            return f" − {digits(-value)}" if math.copysign(1, value) < 0 else f" + {digits(value)}"
        case More(count, rest):
            said = ngettext("({n:,} more: {sum})", "({n:,} more: {sum})", count)
            return " + … " + said.format(n=count, sum=digits(rest))
        case _:
            return digits(piece)


def indexed(name: str, *places: int) -> str:
    """The name with subscripts; places count from 0, as arrays do, and subscripts from 1, as equations do.

    >>> indexed("W", 0, 11)
    'W₁,₁₂'
    """
    return name + ",".join(str(place + 1).translate(_SUBSCRIPT) for place in places)


def total(name: str, terms: Sequence[tuple[Any, ...]], result: Any, bias: float | None = None) -> Line:
    """name = a·b + c·d + … + bias = result; a term is one factor or more."""
    shown, more = _largest(terms)
    pieces: list[Piece] = [f"{name} = "]
    for place, term in enumerate(shown):
        if len(term) == 1:
            pieces.append(Added(term[0]) if place else float(term[0]))
            continue
        pieces += [" + "] * bool(place) + _product(term)
    pieces += [more] if more else []
    pieces += [Added(bias)] if bias is not None else []
    one_number = len(shown) == 1 and len(shown[0]) == 1 and not more and bias is None
    return (*pieces,) if one_number else (*pieces, " = ", float(result))


def _product(term: tuple[Any, ...]) -> list[Piece]:
    return [piece for place, value in enumerate(term) for piece in (["·"] * bool(place) + [Factor(float(value))])]


def _largest(terms: Sequence[tuple[Any, ...]]) -> tuple[list[tuple[Any, ...]], More | None]:
    """The terms to write out, in their order, and what the others are together."""
    if len(terms) <= ALL:
        return list(terms), None
    products = [_times(term) for term in terms]
    order = sorted(range(len(terms)), key=lambda place: -abs(products[place]))
    kept = sorted(order[:LARGEST])
    rest = sum(products[place] for place in order[LARGEST:])
    return [terms[place] for place in kept], More(len(terms) - LARGEST, rest)


def _times(term: tuple[Any, ...]) -> float:
    product = 1.0
    for value in term:
        product *= float(value)
    return product
