"""A learner's functions called in processes of their own: whatever they do, an answer for each call comes back."""

import json
import os
import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from clearprop.exercises import worker
from clearprop.exercises.exercise import Kind

SECONDS, MEGABYTES = 5.0, 2048
"""What one call may take, unless told otherwise."""
STARTING = 30.0
"""Seconds that the process itself may take to start, and to take up its next call, on a busy machine."""
STOPPED = ("timeout", "ended")
KEPT = ("PATH", "SYSTEMROOT", "HOME", "TMPDIR", "TEMP")


class Call(NamedTuple):
    """One call of one function.

    Attributes:
        function: its name.
        arguments: by name, in the learner's convention.
        kinds: of the arguments.
        alone: whether the exercise's other functions are the right ones meanwhile.
    """

    function: str
    arguments: Mapping[str, Any]
    kinds: Mapping[str, Kind]
    alone: bool = True


@dataclass(frozen=True)
class Answer:
    """What came of a call.

    Attributes:
        failure: "" if it returned; else the name of what it raised, or "timeout", "ended" (the process is gone: it
            left, or crashed), "skipped" (a call of the same function had to be stopped before), "missing" (no such
            function).
        value: what it returned.
        message, line: of what was raised, and the line of the learner's file.
        changed: the arguments that it changed.
        printed: what it printed.
    """

    failure: str = ""
    value: Any = None
    message: str = ""
    line: int | None = None
    changed: tuple[str, ...] = ()
    printed: str = ""


@dataclass
class _Log:
    """What is known so far: an answer for each call by its number, and how the file failed as it was read."""

    answers: dict[int, Answer] = field(default_factory=dict)
    file: Answer | None = None

    def put(self, number: int | None, answer: Answer) -> None:
        """The answer of a call; of the file itself where the number is None."""
        if number is None:
            self.file = answer
        else:
            self.answers[number] = answer


def answers(
    source: str,
    calls: Sequence[Call],
    *,
    functions: Sequence[str],
    right: str = "",
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
) -> tuple[Answer | None, list[Answer]]:
    """(how the learner's file failed as it was read, or None; an answer for each call).

    Args:
        source: the learner's file.
        calls: in their order.
        functions: the exercise's.
        right: the right solution in the learner's convention, for calls that are `alone`.
        seconds: for each call.
        megabytes: of memory, for all of the process.
    """
    log, left = _Log(), list(range(len(calls)))
    while left and log.file is None:
        job = _job(source, [calls[n] for n in left], functions, right, seconds, megabytes)
        _hear(job, left, calls, seconds, log)
        stopped = {calls[n].function for n, answer in log.answers.items() if answer.failure in STOPPED}
        for n in left:
            if n not in log.answers and calls[n].function in stopped:
                log.answers[n] = Answer("skipped")
        left = _unanswered(left, log)
    return log.file, [log.answers.get(n, Answer("skipped")) for n in range(len(calls))]


def _job(
    source: str, calls: Sequence[Call], functions: Sequence[str], right: str, seconds: float, megabytes: int
) -> dict[str, Any]:
    """What the worker is told."""
    told = [
        {
            "function": call.function,
            "alone": call.alone,
            "kinds": {key: kind for key, kind in call.kinds.items() if isinstance(kind, str)},
            "arguments": {key: worker.encode(value) for key, value in call.arguments.items()},
        }
        for call in calls
    ]
    return {
        "source": source, "right": right, "functions": list(functions), "calls": told, "megabytes": megabytes,
        "seconds": int(seconds * (len(calls) + 1)) + 5,
    }  # fmt: skip


def _hear(job: dict[str, Any], left: list[int], calls: Sequence[Call], seconds: float, log: _Log) -> None:
    """Have a worker make the calls that are left, until all are answered or one of them ends it."""
    with tempfile.TemporaryDirectory() as empty, _started(empty) as process:
        lines = _lines(process, job)
        begun: int | None = None
        call, waiting, wait = -2, False, seconds + STARTING
        while True:
            try:
                told = lines.get(timeout=wait)
            except queue.Empty:
                return log.put(begun, Answer("timeout"))
            if told is None and not waiting and call > -2:  # between two calls, or after the last
                return log.answers.update({n: Answer("ended") for n in _unanswered(left, log)[:1]})
            if told is None or not _follows(told, call, waiting, len(left)):
                return log.put(begun, Answer("ended"))
            call = told["call"]
            number = None if call == -1 else left[call]
            begun, waiting, wait = number, "begun" in told, seconds + (0 if "begun" in told else STARTING)
            if waiting:
                continue
            if number is not None:
                log.put(number, _answer(told))
            elif "raised" in told:
                return log.put(None, _answer(told))
            else:
                missing = [n for n in left if calls[n].function not in told.get("defined", ())]
                log.answers.update(dict.fromkeys(missing, Answer("missing")))


def _unanswered(left: list[int], log: _Log) -> list[int]:
    return [n for n in left if n not in log.answers]


def _follows(told: Any, call: int, waiting: bool, count: int) -> bool:
    """Whether it is what the worker says next: that a later call has begun, or what came of this one.

    Anything else was written there by the learner's code.
    """
    if not isinstance(told, dict) or not isinstance(told.get("call"), int):
        return False
    return not waiting and call < told["call"] < count if "begun" in told else waiting and told["call"] == call


def _answer(told: dict[str, Any]) -> Answer:
    return Answer(
        told.get("raised", ""), worker.decode(told.get("value")), told.get("message", ""), told.get("line"),
        tuple(told.get("changed", ())), told.get("printed", ""),
    )  # fmt: skip


@contextmanager
def _started(folder: str) -> "Iterator[subprocess.Popen[bytes]]":
    """The worker, in an empty folder, with nothing of our environment but what Python needs; gone in the end."""
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | single
    process = subprocess.Popen(
        [sys.executable, "-I", "-B", "-X", "utf8", str(Path(worker.__file__))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder, env=environment,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()  # pyright: ignore[reportOptionalMemberAccess]


def _lines(process: "subprocess.Popen[bytes]", job: dict[str, Any]) -> "queue.Queue[dict[str, Any] | None]":
    """What the worker says, line by line, then None; it is told its job meanwhile."""
    said: queue.Queue[dict[str, Any] | None] = queue.Queue()
    stdin, stdout = process.stdin, process.stdout
    assert stdin and stdout

    def tell() -> None:
        with suppress(OSError):  # it has ended before it heard all
            stdin.write(json.dumps(job).encode() + b"\n")
            stdin.flush()

    def listen() -> None:
        with suppress(ValueError, OSError, RecursionError):  # cut off in the middle of a line
            for line in stdout:
                said.put(json.loads(line))
        said.put(None)

    for task in (tell, listen):
        threading.Thread(target=task, daemon=True).start()
    return said
