"""Where a learner's code runs: a process of its own, with limits, that gets inputs and gives back outputs.

    python -I worker.py < job > answers

It is run as a file and imports nothing of clearprop's, so that it starts at once and has nothing worth having. The job
is one line of JSON, and so is each answer, written as soon as it is known: so whoever asked can tell which call a
loop without an end, an exit or a crash belongs to. What a learner prints is caught, not mixed in.

Limits: memory, the processor's seconds, no file longer than nothing; a hook that refuses to write, delete, start
programs, use the network or import more than NumPy and Python's own library. They are there against accidents. Python
has ways around such a hook: code that is written to do harm needs a container or a virtual machine.
"""

import base64
import inspect
import io
import json
import os
import random
import sys
import traceback
import warnings
from contextlib import suppress
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

FILE = "exercise"
"""What tracebacks call the learner's file."""

# --- values as JSON and back ---


DEPTH = 10
"""Lists in lists that are looked into; a list that holds itself has no end."""


def encode(value: Any, depth: int = DEPTH) -> Any:
    """A tree of arrays, numbers, strings, lists, tuples and dictionaries as JSON; of anything else its type's name."""
    if isinstance(value, Stored):
        return {"stored": value.path}
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return float(value) if abs(value) < 2**1023 else {"other": "int"}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind not in "biufc":
            return {"other": f"array of {array.dtype}"}
        data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
        return {"array": [array.dtype.str, list(array.shape), data]}
    if isinstance(value, list | tuple) and depth:
        kind = type(value).__name__ if type(value) in (list, tuple) else "list"
        return {kind: [encode(each, depth - 1) for each in value]}
    if isinstance(value, dict) and depth and all(isinstance(key, str) for key in value):
        return {"dict": {key: encode(each, depth - 1) for key, each in value.items()}}
    return {"other": type(value).__name__}


def decode(value: Any, files: bool = False) -> Any:
    """What `encode` was given; an `Other` for what it could not take. With `files`, stored arrays are read."""
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    match kind:
        case "array":
            dtype, shape, data = content
            return np.frombuffer(base64.b64decode(data), dtype).reshape(shape).copy()
        case "list":
            return [decode(each, files) for each in content]
        case "tuple":
            return tuple(decode(each, files) for each in content)
        case "stored" if files:
            return np.load(content, allow_pickle=False)
        case "dict":
            return {key: decode(each, files) for key, each in content.items()}
        case _:
            return Other(content)


class Stored:
    """A large array on its way here: a .npy file, that is read when it is handed on and not looked at for changes."""

    def __init__(self, path: str):
        """Where it lies."""
        self.path = path


class Other:
    """A value that is no number, array, string, list, tuple or dictionary of these."""

    def __init__(self, name: str):
        """The name of its type."""
        self.name = name


def handed(value: Any, kind: Any) -> Any:
    """An argument as the learner gets it: a seed as a generator, a text as the function that it is."""
    if kind == "random":
        return np.random.RandomState(value)
    if kind == "function":
        return eval(value, {"np": np})
    return value


# --- limits ---

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
REFUSED = (
    "subprocess.", "socket.", "ctypes.", "shutil.", "pty.", "ftplib.", "smtplib.", "sqlite3.", "urllib.", "http.",
    "webbrowser.",
)  # fmt: skip
CHANGING = {
    "chflags", "chmod", "chown", "exec", "fork", "forkpty", "kill", "killpg", "link", "lockf", "mkdir", "posix_spawn",
    "putenv", "remove", "removexattr", "rename", "rmdir", "setxattr", "spawn", "startfile", "symlink", "system",
    "truncate", "unlink", "unsetenv", "utime",
}  # fmt: skip
"""Of the module os."""


class RefusedError(PermissionError):
    """The learner's code asked for something that it is not to do here."""


class RefusedImportError(ImportError):
    """It asked for a module that is not there; Python's own `copy` asks for one of Jython's, and goes on without it."""


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Python's audit hook: raise `RefusedError` or `RefusedImportError` for what reaches out of this process."""
    if event == "open":
        _path, mode, flags = arguments
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & WRITING):
            raise RefusedError("write")
    elif event == "import":
        top = arguments[0].split(".")[0]
        if top != "numpy" and top not in sys.stdlib_module_names:
            raise RefusedImportError(f"import {top}")
    elif event.startswith(REFUSED) or (event.startswith("os.") and event[3:] in CHANGING):
        raise RefusedError(event)


def start_nothing(*_arguments: Any) -> None:
    """In place of what starts programs for Python's `multiprocessing`, which the hook does not hear of."""
    raise RefusedError("subprocess")


def limit(megabytes: int, seconds: int) -> None:
    """Memory, processor time and files, where the system can limit them."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, most in (
        (resource.RLIMIT_AS, megabytes * 2**20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # macOS has no RLIMIT_AS to speak of
            continue


# --- the calls ---


def run(job: dict[str, Any], answer: Any) -> None:
    """Read the learner's file, then make every call; `answer` is given a dictionary for each."""
    answer({"call": -1, "begun": True})
    functions = job["functions"]
    sys.modules[FILE] = ModuleType(FILE)  # classes look for the module that they were written in
    names = vars(sys.modules[FILE])
    failure = tried(lambda: exec(compile(job["source"], FILE, "exec"), names), job["source"])[1]
    own = {name: value for name, value in names.items() if callable(value)}
    answer({"call": -1, **failure, "defined": list(own)})
    if failure:
        return
    codes = {name: own[name].__code__ for name in functions if name in own and is_plain(own[name])}
    right: dict[str, Any] = {"__name__": "solution"}
    exec(compile(job["right"], "solution", "exec"), right)
    right |= {name: by_place(right[name], own[name]) for name in codes if name in right}
    for number, call in enumerate(job["calls"]):
        name = call["function"]
        if name not in own:
            continue
        others = {other: right[other] for other in functions if other in right and other != name and call["alone"]}
        names.update(own | others)  # all others are right, so that no error of theirs shows here
        lead(own, codes, name, others)
        answer({"call": number, "begun": True})
        answer({"call": number, **called(names[name], call, job["source"])})


def is_plain(value: Any) -> bool:
    """Whether it is a function whose code another can take the place of."""
    return isinstance(value, FunctionType) and value.__closure__ is None


def by_place(right: Any, theirs: FunctionType) -> Any:
    """`right`, to be called as the learner's own is: by other names, or with more that is as it is by default."""
    ours, mine = inspect.signature(right), inspect.signature(theirs)

    def called_as_theirs(*arguments: Any, **named: Any) -> Any:
        try:
            ours.bind(*arguments, **named)
        except TypeError:
            with suppress(TypeError):
                given = list(mine.bind(*arguments, **named).arguments.items())
                first, more = given[: len(ours.parameters)], given[len(ours.parameters) :]
                if all(mine.parameters[name].default is value for name, value in more):
                    arguments, named = tuple(value for _name, value in first), {}
        return right(*arguments, **named)

    return right if ours == mine else called_as_theirs


def lead(own: dict[str, Any], codes: dict[str, CodeType], name: str, others: dict[str, Any]) -> None:
    """Have the learner's other functions lead to these wherever they are kept: in a dictionary, as a default, …"""
    for each, code in codes.items():
        own[each].__code__ = code
    for each in codes:
        if each in others and own[each] is not own[name]:
            own[each].__globals__["__right__"] = others
            own[each].__code__ = eval(f"lambda *a, **k: __right__[{each!r}](*a, **k)").__code__


def called(function: Any, call: dict[str, Any], source: str) -> dict[str, Any]:
    """What one call gave: its value, what it changed of its arguments, what it printed; or how it failed."""
    kinds = call["kinds"]
    arguments = {key: handed(decode(value, files=True), kinds.get(key)) for key, value in call["arguments"].items()}
    before = {
        key: value
        for key, value in call["arguments"].items()
        if kinds.get(key) not in ("random", "function") and not (isinstance(value, dict) and "stored" in value)
    }
    printed = io.StringIO()
    sys.stdout = sys.stderr = printed
    random.seed(0)
    np.random.seed(0)
    value, failure = tried(lambda: encode(function(*arguments.values())), source)
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    changed = [key for key in before if json.dumps(encode(arguments[key])) != json.dumps(before[key])]  # NaN ≠ NaN
    return {"value": value, **failure, "changed": changed, "printed": printed.getvalue()[:2000]}


def tried(action: Any, source: str) -> tuple[Any, dict[str, Any]]:
    """(value, {}), or (None, what was raised and in which of the learner's lines)."""
    try:
        return action(), {}
    except SyntaxError as error:
        return None, {"raised": type(error).__name__, "message": error.msg, "line": error.lineno}
    except BaseException as error:
        name = "RefusedError" if isinstance(error, RefusedImportError) else type(error).__name__
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
        return None, {"raised": name, "message": _message(error), "line": lines[-1] if lines else None}


def _message(error: BaseException) -> str:
    try:
        return str(error)[:500]
    except BaseException:
        return ""


def main() -> None:
    """Read the job, set the limits, answer."""
    job = json.loads(sys.stdin.buffer.readline())
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for place in (0, 1, 2):
        os.dup2(nowhere, place)

    def answer(content: dict[str, Any]) -> None:
        out.write(json.dumps(content) + "\n")
        out.flush()

    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    limit(job["megabytes"], job["seconds"])
    with suppress(ImportError):  # Windows
        import _posixsubprocess

        _posixsubprocess.fork_exec = start_nothing
    sys.addaudithook(refuse)
    run(job, answer)
    os._exit(0)  # a learner's threads do not hold it up


if __name__ == "__main__":
    main()
