"""What every reader of data needs: the largest number that can be used, and the nearest of some names."""

import difflib
from collections.abc import Sequence

import numpy as np

from clearprop.i18n import _

LARGEST = float(np.finfo(np.float32).max)
"""Networks compute in float32, which can hold no larger number."""


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Did you mean 'this'?, or nothing where nothing is near; capitals are not told apart."""
    by_lower = {k.lower(): k for k in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return _(" Did you mean '{}'?").format(by_lower[near[0]]) if near else ""
