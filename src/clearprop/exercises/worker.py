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
import io
import json
import os
import random
import sys
import traceback
import warnings
from typing import Any

import numpy as np

FILE = "exercise"
"""What tracebacks call the learner's file."""

# --- values as JSON and back ---


def encode(value: Any) -> Any:
    """A tree of arrays, numbers, strings, lists, tuples and dictionaries as JSON; of anything else its type's name."""
    if isinstance(value, Stored):
        return {"stored": value.path}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind not in "biufc":
            return {"other": f"array of {array.dtype}"}
        data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
        return {"array": [array.dtype.str, list(array.shape), data]}
    if isinstance(value, list | tuple):
        return {type(value).__name__ if type(value) in (list, tuple) else "list": [encode(each) for each in value]}
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {"dict": {key: encode(each) for key, each in value.items()}}
    return {"other": type(value).__name__}


def decode(value: Any) -> Any:
    """What `encode` was given; an `Other` for what it could not take."""
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    match kind:
        case "array":
            dtype, shape, data = content
            return np.frombuffer(base64.b64decode(data), dtype).reshape(shape).copy()
        case "list":
            return [decode(each) for each in content]
        case "tuple":
            return tuple(decode(each) for each in content)
        case "stored":
            return np.load(content, allow_pickle=False)
        case "dict":
            return {key: decode(each) for key, each in content.items()}
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
    "subprocess.", "socket.", "ctypes.", "shutil.", "pty.", "ftplib.", "smtplib.", "urllib.", "http.", "webbrowser.",
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
    functions, names = job["functions"], {"__name__": FILE}
    failure = tried(lambda: exec(compile(job["source"], FILE, "exec"), names), job["source"])[1]
    own = {name: value for name, value in names.items() if callable(value)}
    answer({"call": -1, **failure, "defined": list(own)})
    if failure:
        return
    right: dict[str, Any] = {"__name__": "solution"}
    exec(compile(job["right"], "solution", "exec"), right)
    for number, call in enumerate(job["calls"]):
        name = call["function"]
        if name not in own:
            continue
        names.update(own)
        if call["alone"]:  # all others are right, so that no error of theirs shows here
            names.update({other: right[other] for other in functions if other in right and other != name})
        answer({"call": number, "begun": True})
        answer({"call": number, **called(names[name], call, job["source"])})


def called(function: Any, call: dict[str, Any], source: str) -> dict[str, Any]:
    """What one call gave: its value, what it changed of its arguments, what it printed; or how it failed."""
    kinds = call["kinds"]
    arguments = {key: handed(decode(value), kinds.get(key)) for key, value in call["arguments"].items()}
    before = {
        key: value
        for key, value in call["arguments"].items()
        if kinds.get(key) not in ("random", "function") and not (isinstance(value, dict) and "stored" in value)
    }
    printed = io.StringIO()
    sys.stdout = sys.stderr = printed
    random.seed(0)
    np.random.seed(0)
    value, failure = tried(lambda: function(*arguments.values()), source)
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    changed = [key for key in before if json.dumps(encode(arguments[key])) != json.dumps(before[key])]  # NaN ≠ NaN
    return {"value": encode(value), **failure, "changed": changed, "printed": printed.getvalue()[:2000]}


def tried(action: Any, source: str) -> tuple[Any, dict[str, Any]]:
    """(value, {}), or (None, what was raised and in which of the learner's lines)."""
    try:
        return action(), {}
    except SyntaxError as error:
        return None, {"raised": type(error).__name__, "message": error.msg, "line": error.lineno}
    except BaseException as error:
        name = "RefusedError" if isinstance(error, RefusedImportError) else type(error).__name__
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == FILE]
        return None, {"raised": name, "message": str(error)[:500], "line": lines[-1] if lines else None}


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
    sys.addaudithook(refuse)
    run(job, answer)
    os._exit(0)  # a learner's threads do not hold it up


if __name__ == "__main__":
    main()
