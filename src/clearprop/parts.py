"""The parts of the package, imported when they are first asked for, with Python's garbage collector standing aside.

Importing JAX and scikit-learn makes hundreds of thousands of objects, nearly all of them there to stay. The collector
would go through them again and again while they are made, and more than once when Python ends: of the 1.9 s that a
process took which imports `DeepClassifier` and does nothing else, 0.7 s (`docs/speed.md`). So it is off while they are
imported, and what is there then is frozen (`gc.freeze`): the collector leaves it alone.

What the caller had before is collected first, then frozen with the rest. Only objects in cycles are a collector's
business at all, so the most this can cost is that such ones, alive at that moment, are not freed when they are let go.
"""

import gc
import importlib
import sys
from types import ModuleType


def part(name: str) -> ModuleType:
    """The module `clearprop.<name>`."""
    if "jax" in sys.modules or not gc.isenabled():  # they are there, or the caller has plans of their own
        return importlib.import_module(f"clearprop.{name}")
    gc.collect()
    gc.disable()
    try:
        module = importlib.import_module(f"clearprop.{name}")
        if "jax" in sys.modules:
            gc.freeze()
        return module
    finally:
        gc.enable()
