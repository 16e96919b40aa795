"""Modules that are imported when they are first asked for something."""

import importlib
from typing import Any


class Later:
    """A module that is imported when it is first used: JAX takes a second, and a list of exercises does not need it.

    >>> math = Later("math")
    >>> math.sqrt(9)
    3.0
    """

    def __init__(self, name: str):
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(importlib.import_module(self._name), attribute)
