"""What a page is made of: sections, figures, tables, and numbers that can be read back exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from markupsafe import Markup

from clearprop.explain import picture
from clearprop.i18n import number


class Figure(NamedTuple):
    """A picture with its title and what there is to see."""

    svg: Markup
    title: str
    text: str


class Table(NamedTuple):
    """Rows under a header; the first cell of each is its name."""

    caption: str
    header: Sequence[Any]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading; `name` is its place in the address."""

    name: str
    title: str
    text: Sequence[str] = ()
    figures: Sequence[Figure] = ()
    sentences: Sequence[str] = ()
    tables: Sequence[Table] = ()
    template: str = "figures.html"


def figure(paint: Any, width: float, height: float, name: str, title: str, text: str) -> Figure:
    """What `paint(figure)` draws, in inches, for the page."""
    return Figure(Markup(picture.svg(paint, width, height, name, title, text)), title, text)


def exact(value: Any, spec: str = ".4g") -> Markup:
    """A number as the language writes it, with all of its digits beside it for who reads the page by program.

    >>> exact(-0.1 - 0.2)
    Markup('<data value="-0.30000000000000004">−0.3</data>')
    """
    plain = value.item() if isinstance(value, np.generic) else value
    return Markup('<data value="{}">{}</data>').format(repr(plain), signed(plain, spec))


def signed(value: Any, spec: str) -> str:
    """A number as the language writes it, with a minus as wide as the digits."""
    return number(value, spec).replace("-", "−")
