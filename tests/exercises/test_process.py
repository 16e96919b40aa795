"""A learner's code in a process of its own: whatever it does, an answer comes back, and nothing is harmed."""

import sys
import time

import numpy as np
import pytest

from clearprop.exercises import worker
from clearprop.exercises.process import Call, answers

X = np.arange(3.0)

LEARNER = """
import numpy as np

def doubled(x):
    return 2 * x, {"list": [x, None], "tuple": (1, 2.5, True, "word")}

def endless(x):
    while True:
        pass

def leaves(x):
    import os
    os._exit(3)

def exits(x):
    raise SystemExit(2)

def exits_politely(x):
    import sys
    sys.exit("enough")

def huge(x):
    return np.ones(10**11)

def hoards(x):
    kept = []
    while True:
        kept.append(np.empty(10**7))

def deletes(x):
    import os
    os.remove(PRECIOUS)

def deletes_all(x):
    import pathlib, shutil
    shutil.rmtree(pathlib.Path(PRECIOUS).parent)

def moves(x):
    import pathlib
    pathlib.Path(PRECIOUS).rename(PRECIOUS + "2")

def empties(x):
    open(PRECIOUS, "w").close()

def appends(x):
    import os
    os.open(PRECIOUS, os.O_APPEND | os.O_WRONLY)

def saves(x):
    np.save(PRECIOUS, x)

def starts(x):
    import subprocess
    subprocess.run(["true"])

def shells(x):
    import os
    os.system("true")

def forks(x):
    import os
    os.fork()

def kills(x):
    import os
    os.kill(os.getppid(), 9)

def calls_home(x):
    import socket
    socket.create_connection(("127.0.0.1", 9))

def starts_behind_the_hook(x):
    import multiprocessing
    process = multiprocessing.get_context("spawn").Process(target=print)
    process.start()

def keeps_a_database(x):
    import sqlite3
    sqlite3.connect(PRECIOUS)

def reaches(x):
    import ctypes
    ctypes.string_at(0)

def imports(x):
    import clearprop

def changes(x):
    x *= 2
    print("twice")
    return x

def recurses(x):
    return recurses(x)

def strange(x):
    return object()

def holds_itself(x):
    held = [x]
    held.append(held)
    return held

def counts_far(x):
    return 10**30, 10**400

def fails_silently(x):
    class Silent(Exception):
        def __str__(self):
            raise ValueError
    raise Silent

def says_something_else(x):
    import os
    for place in range(3, 9):
        try:
            os.write(place, b'{"call": 1}\\n3\\n')
        except OSError:
            pass
    return x

def says_it_without_end(x):
    import os
    while True:
        os.write(3, b'{"call": -1, "begun": true}\\n')

def threads(x):
    import threading, time
    threading.Thread(target=lambda: time.sleep(60)).start()
    return x

def catches(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

def fails(x):
    y = x[:, 0]
    return y
"""

FAILS = {
    "endless": "timeout",
    "catches": "timeout",
    "leaves": "ended",
    "says_something_else": "ended",
    "says_it_without_end": "ended",
    "fails_silently": "Silent",
    "exits": "SystemExit",
    "exits_politely": "SystemExit",
    "huge": "MemoryError",
    "hoards": "MemoryError",
    "recurses": "RecursionError",
    "fails": "IndexError",
}
REFUSED = (
    *("deletes", "deletes_all", "moves", "empties", "appends", "saves"),
    *("starts", "shells", "forks", "kills", "calls_home", "reaches", "imports"),
    *("starts_behind_the_hook", "keeps_a_database"),
)
WELL = ("doubled", "changes", "strange", "holds_itself", "counts_far", "threads")


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """An answer to each function, all asked for in one go; and the file that some would have liked to be rid of."""
    precious = tmp_path_factory.mktemp("home") / "precious.txt"
    precious.write_text("a year's work")
    source = f"PRECIOUS = {str(precious)!r}\n" + LEARNER
    names = [*WELL, *FAILS, *REFUSED, "unwritten", "doubled"]
    calls = [Call(name, {"x": X}, {"x": "same"}, alone=False) for name in names]
    broken, given = answers(source, calls, functions=names, seconds=2, megabytes=1024)
    assert broken is None
    return dict(zip([*names[:-1], "doubled again"], given, strict=True)), precious


@pytest.mark.parametrize(("name", "failure"), [*FAILS.items(), *((name, "RefusedError") for name in REFUSED)])
def test_what_is_tried_is_told(done, name, failure):
    assert done[0][name].failure == failure


def test_nothing_was_harmed(done):
    assert done[1].read_text() == "a year's work"
    assert [path.name for path in done[1].parent.iterdir()] == ["precious.txt"]


def test_those_beside_them_are_answered(done):
    """Before and after: numbers, trees, whatever the others did."""
    for name in ("doubled", "doubled again"):
        array, tree = done[0][name].value
        assert array.tolist() == [0, 2, 4]
        assert tree["list"][0].tolist() == X.tolist()
        assert tree["list"][1] is None
        assert tree["tuple"] == (1, 2.5, True, "word")
    assert done[0]["threads"].value.tolist() == X.tolist()
    assert done[0]["strange"].value.name == "object"
    assert done[0]["holds_itself"].value[0].tolist() == X.tolist()
    assert done[0]["counts_far"].value[0] == 1e30
    assert done[0]["unwritten"].failure == "missing"


def test_an_argument_that_changes_is_noticed_and_a_print_is_caught(done):
    answer = done[0]["changes"]
    assert (answer.changed, answer.printed) == (("x",), "twice\n")
    assert done[0]["doubled"].changed == ()


def test_the_line_is_the_learners(done):
    lines = ["PRECIOUS", *LEARNER.splitlines()]
    assert "x[:, 0]" in lines[done[0]["fails"].line - 1]


@pytest.mark.parametrize(
    ("source", "failure", "line"),
    [
        ("def f(:", "SyntaxError", 1),
        ("\n1 / 0", "ZeroDivisionError", 2),
        ("import sys\nsys.exit()", "SystemExit", 2),
        ("while True: pass", "timeout", None),
        ("import os\nos._exit(0)", "ended", None),
        ("import torch", "RefusedError", 1),
    ],
)
def test_a_file_that_cannot_even_be_read(source, failure, line):
    broken, given = answers(source, [Call("f", {}, {}, False)], functions=["f"], seconds=2)
    assert (broken.failure, broken.line) == (failure, line)
    assert [answer.failure for answer in given] == ["skipped"]


def test_a_function_that_hangs_is_asked_once():
    """A second case would take as long again."""
    source = "def f(x):\n    while True: pass\ndef g(x):\n    return x"
    calls = [Call(name, {"x": n}, {}, False) for name in "fg" for n in range(5)]
    started = time.monotonic()
    given = answers(source, calls, functions=["f", "g"], seconds=1)[1]
    assert [answer.failure for answer in given] == ["timeout", *["skipped"] * 4, *[""] * 5]
    assert time.monotonic() - started < 20  # once, and not five times, with room for a slow machine


def test_others_are_right_while_one_is_asked():
    """`alone`: the learner's own helper stays, the exercise's functions are the right ones."""
    source = "def f(x):\n    return -1\ndef helper(x):\n    return x\ndef g(x):\n    return helper(f(x))"
    right = "def f(x):\n    return x + 1\ndef g(x):\n    return f(x)"
    asked = [Call("g", {"x": 1}, {}, alone) for alone in (True, False)] + [Call("f", {"x": 1}, {}, True)]
    given = answers(source, asked, functions=["f", "g"], right=right)[1]
    assert [answer.value for answer in given] == [2, -1, -1]


KEPT = """
def f(x):
    return -1
BY_NAME = {"f": f}
def g(x, h=f):
    return BY_NAME["f"](x), h(x), f(x)
also_g = g
"""


def test_others_are_right_wherever_they_are_kept():
    """In a dictionary or as a default, and afterwards they are the learner's again."""
    right = "def f(x):\n    return x + 1\ndef g(x):\n    return 0\ndef also_g(x):\n    return 0"
    asked = [Call(name, {"x": 1}, {}, alone) for name, alone in (("g", True), ("also_g", True), ("g", False))]
    given = answers(KEPT, [*asked, Call("f", {"x": 1}, {})], functions=["f", "g", "also_g"], right=right)[1]
    assert [answer.value for answer in given] == [(2, 2, 2), (2, 2, 2), (-1, -1, -1), -1]


def test_others_are_called_as_the_learner_calls_them():
    source = """
def f(t, slope=False):
    return -1
def g(x):
    return f(t=x), f(x, slope=False), f(slope=False, t=x)
def h(x):
    return f(x, slope=True)
"""
    right = "def f(x):\n    return x + 1"
    asked = [Call(name, {"x": 1}, {}) for name in "gh"]
    g, h = answers(source, asked, functions=["f", "g", "h"], right=right)[1]
    assert (g.value, h.failure) == ((2, 2, 2), "TypeError")


def test_classes_find_the_module_that_they_were_written_in():
    source = "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n"
    source += "def f(x):\n    return A(x).x"
    assert answers(source, [Call("f", {"x": 1}, {})], functions=["f"])[1][0].value == 1


def test_what_ends_between_two_calls_is_not_asked_for_ever():
    right = "raise ValueError"  # the worker itself goes down
    given = answers("def f(x):\n    return x", [Call("f", {"x": 1}, {})] * 2, functions=["f"], right=right)[1]
    assert [answer.failure for answer in given] == ["ended", "skipped"]


def test_a_seed_and_a_text_become_what_they_stand_for():
    source = "def f(random, g):\n    return random.randn(), g(3)"
    call = Call("f", {"random": 1, "g": "lambda t: t ** 2"}, {"random": "random", "g": "function"}, False)
    assert answers(source, [call], functions=["f"])[1][0].value == (np.random.RandomState(1).randn(), 9)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_were_the_hook_got_around_no_byte_could_be_written():
    source = "import resource\ndef f():\n    return resource.getrlimit(resource.RLIMIT_FSIZE)"
    assert answers(source, [Call("f", {}, {}, False)], functions=["f"])[1][0].value == (0, 0)


def test_an_answer_names_no_file_to_be_read():
    """Arguments may lie in files; what comes back from a learner's process does not make ours open one."""
    assert isinstance(worker.decode({"stored": "/etc/passwd"}), worker.Other)
