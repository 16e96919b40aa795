"""What all tests share: shapes checked as the code runs, 64-bit numbers where asked for, reference data where it is."""

import gc
import os
import signal
from pathlib import Path

import hypothesis
import jaxtyping
import pytest

# Tests leave nothing in the user's folders, and find nothing there.
os.environ["CLEARPROP_COMPILATION_CACHE"] = "off"

# Nor do they speak the language of whoever runs them, and neither do the processes that they start.
for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE"):
    os.environ.pop(name, None)
os.environ["LANG"] = "C.UTF-8"

# Before the first import of clearprop: every annotated shape is checked while the tests (and the doctests) run.
jaxtyping.install_import_hook("clearprop", "typecheck.check")

import jax  # noqa: E402

# A run in the background of a shell inherits that Ctrl-C is ignored, and hands it on to the processes that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis.settings.register_profile("same", derandomize=True, database=None, deadline=None, max_examples=25)
hypothesis.settings.load_profile("same")


MOST_MAPS = 20_000
"""Of the 65,530 memory maps that Linux lets a process have. Every compiled program takes some, and XLA ends the process
where there are no more."""


@pytest.fixture(autouse=True, scope="module")
def _not_too_many_programs():
    """After a file of tests whose process holds a great many compiled programs, all of them are let go."""
    yield
    maps = Path("/proc/self/maps")
    if not maps.exists() or len(maps.read_bytes().splitlines()) < MOST_MAPS:
        return
    from clearprop.compilation.program import Program

    for thing in gc.get_objects():
        if type(thing) is Program:  # isinstance wakes lazy modules
            thing._programs.clear()
    jax.clear_caches()
    gc.collect()


@pytest.fixture
def float64():
    """JAX with 64-bit numbers, for the length of a test."""
    with jax.enable_x64(True):
        yield


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder of reference data: CLEARPROP_TEST_DATA, or ../shared/data beside the repository."""
    folder = Path(os.environ.get("CLEARPROP_TEST_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no reference data: there is no folder {folder} (set CLEARPROP_TEST_DATA)")
    return folder
