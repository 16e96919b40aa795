"""Windows that move over an image: how far they reach, where they stand, and how many there are.

What convolutions and pooling share. Everything is a pair, first of the rows (height), then of the columns (width).
"""

from numbers import Integral
from typing import Any

from clearprop.errors import ClearpropError
from clearprop.i18n import _

Pair = tuple[int, int]
Padding = str | int | Pair | tuple[Pair, Pair]
"""What a user may say: "same", "valid", a number for all sides, (rows, columns), or ((top, bottom), (left, right))."""


def pair(value: Any, name: str = "size") -> Pair:
    """One number for both height and width, or one for each.

    Raises:
        ClearpropError: it is neither a whole number of 1 or more nor a pair of them.

    >>> pair(3), pair((1, 2))
    ((3, 3), (1, 2))
    """
    both = value if isinstance(value, tuple | list) else (value, value)
    if len(both) != 2 or not all(is_whole(v, least=1) for v in both):
        raise ClearpropError(
            _("{name} is a whole number of 1 or more, or a pair of them; not {value!r}.").format(name=name, value=value)
        )
    return int(both[0]), int(both[1])


def is_whole(value: Any, least: int) -> bool:
    """Whether it is a whole number of at least this."""
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


def padding_of(padding: Any) -> str | tuple[Pair, Pair]:
    """What a user says as "same", "valid" or ((top, bottom), (left, right)).

    A number is for all sides, a pair for rows and for columns.

    Raises:
        ClearpropError: it is none of these.

    >>> padding_of(1), padding_of((0, 2)), padding_of("same")
    (((1, 1), (1, 1)), ((0, 0), (2, 2)), 'same')
    """
    if isinstance(padding, str) and padding in ("same", "valid"):
        return padding
    sides = padding if isinstance(padding, tuple | list) else (padding, padding)
    sides = tuple(side if isinstance(side, tuple | list) else (side, side) for side in sides)
    if [len(side) for side in sides] != [2, 2] or not all(is_whole(p, least=0) for side in sides for p in side):
        raise ClearpropError(
            _(
                "Padding is 'same', 'valid', a whole number of 0 or more, a pair (rows, columns) of them, or"
                " ((top, bottom), (left, right)); not {padding!r}."
            ).format(padding=padding)
        )
    (top, bottom), (left, right) = sides
    return (int(top), int(bottom)), (int(left), int(right))


def pads(
    padding: Padding, size: Pair, kernel: Pair, stride: Pair = (1, 1), dilation: Pair = (1, 1)
) -> tuple[Pair, Pair]:
    """((top, bottom), (left, right)): the rows and columns that are added around an image of this size.

    "same" makes ⌈size / stride⌉ windows: p = max(0, (⌈size / stride⌉ − 1) stride + reach − size), half of it before
    and the odd one after; reach = (kernel − 1) dilation + 1.

    >>> pads("same", (28, 28), (3, 3)), pads("same", (28, 28), (2, 3), (2, 2)), pads("valid", (28, 28), (3, 3))
    (((1, 1), (1, 1)), ((0, 0), (0, 1)), ((0, 0), (0, 0)))
    """
    padding = padding_of(padding)
    if padding == "valid":
        return (0, 0), (0, 0)
    if not isinstance(padding, str):
        return padding
    (rows, columns) = (
        max(0, (-(-n // s) - 1) * s + (k - 1) * d + 1 - n)
        for n, k, s, d in zip(size, kernel, stride, dilation, strict=True)
    )
    return (rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2)


def out_size(size: Pair, kernel: Pair, stride: Pair, dilation: Pair, pads: tuple[Pair, Pair]) -> Pair:
    """How many windows there are, down and across: ⌊(size + pads − reach) / stride⌋ + 1.

    reach = (kernel − 1) dilation + 1 is how far a window spreads.

    Raises:
        ClearpropError: not even one fits.

    >>> out_size((28, 28), (3, 3), (2, 2), (1, 1), ((0, 1), (0, 1)))
    (14, 14)
    """
    height, width = (
        (n + sum(p) - (k - 1) * d - 1) // s + 1
        for n, k, s, d, p in zip(size, kernel, stride, dilation, pads, strict=True)
    )
    if min(height, width) < 1:
        raise ClearpropError(
            _(
                "A window of {window} does not fit into an image of {image}: take larger images, smaller windows, or"
                " padding='same'."
            ).format(window=f"{kernel[0]} × {kernel[1]}", image=f"{size[0]} × {size[1]}")
        )
    return height, width


def image(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """(height, width, channels) of an image.

    Raises:
        ClearpropError: the shape has more or fewer axes.

    >>> image((28, 28, 1))
    (28, 28, 1)
    """
    if len(shape) != 3:
        raise ClearpropError(
            _(
                "An image has the shape (height, width, channels); what came here has {shape}. Grey images have one"
                " channel: X[..., None]."
            ).format(shape=shape)
        )
    height, width, channels = shape
    return height, width, channels
