"""What a program was compiled from, in words that mean the same in every process.

Two programs with the same words have to be the same program. So everything is spelt out, types by their full names, and
only what clearprop itself defines may appear: its own source is part of the words, a user's code is not.
"""

import dataclasses
import functools
import os
import platform
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

import jax
import jaxlib.version

from clearprop.machine import cores

PACKAGE = Path(__file__).parents[1]


class UnknownPartError(Exception):
    """Something that is not clearprop's own: a program made with it cannot be recognised in another process."""


def describe(part: Any) -> Any:
    """A part as nested lists of plain values.

    Raises:
        UnknownPartError: an object, a class or a function that clearprop does not define.

    >>> from clearprop import layers
    >>> describe(layers.Dropout(0.5))
    ['clearprop.layers.dropout.Dropout', [['rate', 0.5], ['fade', False]]]
    """
    if part is None or isinstance(part, (bool, int, float, str)):
        return part
    if type(part) in (list, tuple):
        return [describe(item) for item in part]
    if isinstance(part, (type, FunctionType)):
        return _name(part)
    if isinstance(part, tuple) and hasattr(part, "_fields"):
        return [_name(type(part)), [describe(item) for item in part]]
    if isinstance(part, Mapping):
        return ["dict", [[describe(key), describe(value)] for key, value in part.items()]]
    if dataclasses.is_dataclass(part):
        values = [[field.name, describe(getattr(part, field.name))] for field in dataclasses.fields(part)]
        return [_name(type(part)), values]
    raise UnknownPartError(repr(part))


def describe_tree(tree: Any) -> Any:
    """The structure of a tree of arrays: the type of each node with what it keeps besides its children."""
    node = tree.node_data()
    if node is None:
        return "leaf" if tree.num_leaves else "none"
    kind, kept = node
    return [_name(kind), describe(kept), [describe_tree(child) for child in tree.children()]]


def _name(thing: type | FunctionType) -> str:
    if thing.__module__ == "builtins":
        return thing.__qualname__
    own = thing.__module__.split(".")[0] == "clearprop"
    if not own or "<" in thing.__qualname__:  # a lambda, or a function within one
        raise UnknownPartError(repr(thing))
    return f"{thing.__module__}.{thing.__qualname__}"


@functools.cache
def environment() -> list[Any]:
    """What else machine code depends on: the source of clearprop, the versions, the machine, XLA's flags."""
    device = jax.devices()[0]
    return [
        [[str(path.relative_to(PACKAGE)), *_state(path)] for path in sorted(PACKAGE.rglob("*.py"))],
        [
            jax.__version__,
            jaxlib.version.__version__,
            device.platform,
            device.device_kind,
            device.client.platform_version,
        ],
        [platform.platform(), platform.machine(), *_processor(), cores()],
        [[name, os.environ[name]] for name in ("XLA_FLAGS", "NPROC") if name in os.environ],
    ]


def settings() -> list[Any]:
    """JAX's settings as they are here and now."""
    return [[name, repr(getattr(jax.config, name, None))] for name in sorted(jax.config.values)]


def _state(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _processor() -> list[str]:
    """The model and its instructions: code compiled for one processor may not run on another."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return [platform.processor()]
    wanted = ("model name", "flags", "Features")
    return sorted({line for line in lines if line.startswith(wanted)})
