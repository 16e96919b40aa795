"""Where in an image most of a map is, in words, for who does not see it."""

import numpy as np
from jaxtyping import Float

from clearprop.i18n import _

SPREAD = 0.2
"""A part of nine holds 11% of what is even; with less than this, none stands out."""


def shares(heat: Float[np.ndarray, "height width"]) -> Float[np.ndarray, "3 3"]:
    """The share of the map in each of nine equal parts, left to right and top to bottom; what is below 0 is left out.

    >>> heat = np.zeros((6, 6))
    >>> heat[0, 5], heat[3, 3] = 3, 1
    >>> shares(heat)[0, 2], shares(heat)[1, 1]
    (np.float64(0.75), np.float64(0.25))
    """
    heat = np.maximum(np.asarray(heat, float), 0)
    line, column = (np.arange(size) * 3 // size for size in heat.shape)
    found = np.zeros((3, 3))
    np.add.at(found, (line[:, None], column[None, :]), heat)
    total = found.sum()
    return found / total if total > 0 else found


def where(heat: Float[np.ndarray, "height width"]) -> str:
    """A sentence on where most of it is.

    >>> heat = np.zeros((6, 6))
    >>> heat[0, 5], heat[3, 3] = 3, 1
    >>> print(where(heat))
    The largest part of it is in the upper right (75%).
    """
    found = shares(heat)
    share = float(found.max())
    if share == 0:
        return _("It is zero everywhere.")
    if share < SPREAD:
        return _("It is spread over the whole image: no ninth of it holds more than {share:.0%}.").format(share=share)
    return _sentences()[int(found.argmax())].format(share=share)


def _sentences() -> tuple[str, ...]:
    """One for each part, line by line."""
    return (
        _("The largest part of it is in the upper left ({share:.0%})."),
        _("The largest part of it is at the top, in the middle ({share:.0%})."),
        _("The largest part of it is in the upper right ({share:.0%})."),
        _("The largest part of it is at the left, halfway down ({share:.0%})."),
        _("The largest part of it is in the middle ({share:.0%})."),
        _("The largest part of it is at the right, halfway down ({share:.0%})."),
        _("The largest part of it is in the lower left ({share:.0%})."),
        _("The largest part of it is at the bottom, in the middle ({share:.0%})."),
        _("The largest part of it is in the lower right ({share:.0%})."),
    )
