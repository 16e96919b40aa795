"""Work on many files at once, in threads: decoders let others run while they work.

What is asked for comes back in its order, whatever the order in which it is done; what goes wrong is raised where its
result would stand. Leaving early ends the threads.
"""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

from clearprop.machine import cores

PIECE = 8
"""Files that a thread takes at a time."""

Progress = Callable[[int, int], None]
"""Is told (files done, of all)."""

THREADS = "clearprop-image"
"""How the threads' names begin."""


@contextlib.contextmanager
def pool(threads: int | None = None) -> Iterator[ThreadPoolExecutor]:
    """Threads for the length of a block, as many as cores unless said; afterwards none is left, and nothing waits."""
    executor = ThreadPoolExecutor(threads or cores(), THREADS)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def submit(executor: ThreadPoolExecutor, function: Callable[..., Any], *args: Any) -> Future[Any]:
    """Have a function called in a thread, where the language is the caller's."""
    return executor.submit(copy_context().run, function, *args)


def each(
    function: Callable[[Any], Any], items: Sequence[Any], progress: Progress | None = None, threads: int | None = None
) -> Iterator[Any]:
    """The function of every item, in their order.

    >>> list(each(len, ["a", "bc", "def"]))
    [1, 2, 3]
    """
    with pool(threads) as executor:
        pieces = [items[start : start + PIECE] for start in range(0, len(items), PIECE)]
        waiting = [submit(executor, _piece, function, piece) for piece in pieces]
        done = 0
        for future in waiting:
            results = future.result()
            done += len(results)
            if progress is not None:
                progress(done, len(items))
            yield from results


def _piece(function: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    return [function(item) for item in items]
