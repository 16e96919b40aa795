"""A compiled function that remembers its programs: in this process, and on disk for the next."""

import functools
import hashlib
import json
import pickle
from collections.abc import Callable
from typing import Any

import jax
from jax.core import Tracer
from jax.experimental import serialize_executable

from clearprop.compilation import cache
from clearprop.compilation.description import UnknownPartError, describe, describe_tree, environment, settings


class Program:
    """`function(plan, *arguments)`, compiled for each plan and for each shape of the arguments.

    Args:
        function: of a plan, which is hashable and everything that is not a number, and of trees of arrays.
        donate: which arguments' memory the results may take; the plan is number 0.
        options: XLA's, for this function.
    """

    def __init__(
        self, function: Callable[..., Any], donate: tuple[int, ...] = (), options: dict[str, Any] | None = None
    ):
        functools.update_wrapper(self, function)
        self.function = function
        self._jitted = jax.jit(function, static_argnums=0, donate_argnums=donate, compiler_options=options)
        self._programs: dict[Any, Callable[..., Any]] = {}

    def __call__(self, plan: Any, *arguments: Any) -> Any:
        """The function's result."""
        return self.of(plan, *arguments)(*arguments)

    def of(self, plan: Any, *arguments: Any) -> Callable[..., Any]:
        """The program for this plan and for arguments of such shapes, to be called with arguments alone."""
        leaves, tree = jax.tree.flatten(arguments)
        if _only_jax_knows(leaves):
            return functools.partial(self._jitted, plan)
        kinds = tuple(_kind(leaf) for leaf in leaves)
        key = plan, tree, kinds, _precision()
        if key not in self._programs:
            self._programs[key] = self._make(plan, tree, kinds, arguments)
        return self._programs[key]

    def __len__(self) -> int:
        """How many programs there are in this process."""
        return len(self._programs)

    def _make(self, plan: Any, tree: Any, kinds: Any, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        """Read it, or compile it and keep it."""
        lower = functools.partial(self._jitted.lower, plan, *arguments)
        name = self._file_name(plan, tree, kinds)
        if name is None:
            return lower().compile()
        loaded = _load(cache.read(name))
        if loaded is not None:
            return loaded
        compiled = lower().compile()
        cache.write(name, pickle.dumps(serialize_executable.serialize(compiled)))
        return compiled

    def _file_name(self, plan: Any, tree: Any, kinds: Any) -> str | None:
        """A digest of all that the program depends on; None where it is not to be kept."""
        if cache.folder() is None or jax.device_count() > 1:
            return None
        try:
            words = [describe(self.function), describe(plan), describe_tree(tree), kinds]
        except UnknownPartError:
            return None
        return hashlib.sha256(json.dumps([*words, environment(), settings()]).encode()).hexdigest()


def program(donate: tuple[int, ...] = (), options: dict[str, Any] | None = None) -> Callable[..., Program]:
    """The decorator: `@program(donate=(1,))`."""
    return functools.partial(Program, donate=donate, options=options)


def _load(content: bytes | None) -> Callable[..., Any] | None:
    """The program, or None if there is none or it cannot be loaded here."""
    if content is None:
        return None
    try:
        return serialize_executable.deserialize_and_load(*pickle.loads(content))
    except Exception:  # whatever a program of another world may raise: compile instead
        return None


def _kind(leaf: Any) -> tuple[Any, ...]:
    """(shape, type, whether the type gives way) of an argument."""
    kind = jax.typeof(leaf)
    return kind.shape, str(kind.dtype), kind.weak_type


def _precision() -> tuple[Any, ...]:
    """The settings of JAX that may change within a process and change what is compiled."""
    return jax.config.jax_enable_x64, jax.config.jax_default_matmul_precision  # pyright: ignore[reportAttributeAccessIssue]


def _only_jax_knows(leaves: list[Any]) -> bool:
    """Whether this call is part of a larger computation, debugged, or placed on a device by hand."""
    config: Any = jax.config
    special = config.jax_disable_jit or config.jax_debug_nans or config.jax_debug_infs or config.jax_default_device
    return bool(special) or any(isinstance(leaf, Tracer) for leaf in leaves)
