"""parts.py: the garbage collector stands aside while JAX and scikit-learn are imported, and is as before after it."""

import subprocess
import sys

import pytest


def said(code: str) -> list[str]:
    """What a new process prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()


def test_what_was_imported_is_frozen_and_the_collector_goes_on():
    """Python's gc.freeze: frozen objects are left out of every collection."""
    count = "print(gc.get_freeze_count(), gc.isenabled())"
    before, _enabled, after, enabled = said(f"import gc, clearprop; {count}; clearprop.train; {count}")
    assert int(before) == 0
    assert int(after) > 50_000
    assert enabled == "True"


@pytest.mark.parametrize(
    ("first", "enabled"), [("import jax", "True"), ("import gc; gc.disable()", "False")], ids=["loaded", "off"]
)
def test_nothing_is_frozen_where_jax_was_there_or_the_collector_was_off(first, enabled):
    """Then there is nothing to gain, or the caller has plans of their own."""
    code = f"{first}; import gc, clearprop; clearprop.train; print(gc.get_freeze_count(), gc.isenabled())"
    assert said(code) == ["0", enabled]


def test_garbage_is_not_frozen():
    """What could be collected before the import is collected before it."""
    code = (
        "import gc, weakref, clearprop\n"
        "class Node: pass\n"
        "node = Node(); node.itself = node; seen = weakref.ref(node); del node\n"
        "clearprop.train; print(seen() is None)"
    )
    assert said(code) == ["True"]


def test_the_collector_goes_on_after_an_import_that_failed():
    """The switch is in a `finally`."""
    code = (
        "import gc, clearprop.parts\n"
        "try: clearprop.parts.part('nothing')\n"
        "except ModuleNotFoundError: print(gc.isenabled())"
    )
    assert said(code) == ["True"]
