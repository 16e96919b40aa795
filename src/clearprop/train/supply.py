"""The rows of each call of the compiled program: all, in memory; or chunk after chunk of what does not fit there.

The program itself knows nothing of chunks. It takes the batch at a place of an epoch's order; of stored rows, it is
given a chunk that stands in this order already, and an order that says: one after the other, and from the front again.
So the same seed trains the same network to the bit, wherever the rows lie.
"""

import abc
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import numpy as np

from clearprop.train.rows import Orders, Rows, on_device

CHUNK_BYTES = 2**25
"""What a chunk of stored rows takes; four of them may be in memory at once, 128 MB."""

AHEAD = 2
"""Chunks that are read while another is used."""

READER = "clearprop-read"
"""How the name of the thread that reads begins."""


def rows_at_once(X: Any) -> int:
    """How many of these stored rows are a chunk."""
    return max(1, CHUNK_BYTES // (int(np.prod(X.shape[1:])) * np.dtype(X.dtype).itemsize))


def read_ahead(X: Any, chunks: Iterable[np.ndarray]) -> Generator[tuple[np.ndarray, np.ndarray], None, None]:
    """(numbers, rows of these numbers), chunk after chunk; while one is used, the next `AHEAD` are read in a thread.

    Closed, or left early, what is being read is read to its end, and nothing more is.

    Args:
        X: has `read(numbers)`, which gives the rows of these numbers as an array.
        chunks: the numbers of the rows of each chunk.

    Raises:
        Exception: whatever `read` raises; where its chunk would come.
    """
    reader = ThreadPoolExecutor(1, READER)
    under_way: deque[tuple[np.ndarray, Future[np.ndarray]]] = deque()
    try:
        for numbers in chunks:
            in_our_language = copy_context().run
            under_way.append((numbers, reader.submit(in_our_language, X.read, numbers)))
            if len(under_way) > AHEAD:
                yield _read(*under_way.popleft())
        while under_way:
            yield _read(*under_way.popleft())
    finally:
        reader.shutdown(cancel_futures=True)


def _read(numbers: np.ndarray, rows: Future[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """A chunk when it is read; who yields it does not keep it."""
    return numbers, rows.result()


class Supply(abc.ABC):
    """Gives each call its rows.

    Attributes:
        batches: how many an epoch has.
        waited: the seconds that calls had to wait for their rows.
    """

    waited = 0.0

    def __init__(self, batches: int):
        self.batches = batches

    @abc.abstractmethod
    def call(self, done: int, budget: int, epochs: int) -> tuple[Rows, np.ndarray, int]:
        """(rows, orders of the epochs to come, batches) of the next call.

        Args:
            done: batches of the epoch under way that are done.
            budget: batches that the call may take.
            epochs: epochs that may end in it.
        """

    @abc.abstractmethod
    def ended(self, epochs: int) -> None:
        """So many epochs ended in the call."""

    def close(self) -> None:
        """No more calls will come."""
        return


class InMemory(Supply):
    """The same rows for every call, and the orders of as many epochs as it may need."""

    def __init__(self, rows: Rows, orders: Orders, batches: int):
        super().__init__(batches)
        self._rows, self._orders = rows, orders

    def call(self, done: int, budget: int, epochs: int) -> tuple[Rows, np.ndarray, int]:
        """As many batches as the window of orders has."""
        now = min(budget, min(epochs, len(self._orders.window)) * self.batches - done)
        return self._rows, self._orders.need(-(-(done + now) // self.batches)), now

    def ended(self, epochs: int) -> None:
        """Their orders go."""
        self._orders.used(epochs)


class Stored(Supply):
    """Rows that are read chunk after chunk, in the background, ahead of the calls that learn from them.

    Args:
        X: has a length, a shape and `read(numbers)`, which gives the rows of these numbers as an array.
        Y: (n, ...) their targets.
        weights: (n,) how much each counts; None: all the same.
        batch_size: rows a step.
        seed, shuffle: of the orders, as for rows in memory.
        epochs: how many there will be at most.
    """

    def __init__(
        self,
        X: Any,
        Y: np.ndarray,
        weights: np.ndarray | None,
        batch_size: int,
        seed: int,
        shuffle: bool,
        epochs: int,
    ):
        super().__init__(-(-len(X) // batch_size))
        self._n, self._Y, self._weights = len(X), Y, weights
        self._total = None if weights is None else weights.sum()
        self._a_chunk = int(np.clip(rows_at_once(X) // batch_size, 1, self.batches))  # batches
        self._size = self._a_chunk * batch_size
        self._window = (np.arange(self.batches * batch_size, dtype=np.int32) % self._size)[None]
        self._chunks = read_ahead(X, self._numbers(Orders(len(X), len(X), seed, shuffle), epochs))
        self._chunk, self._rows = -1, None

    def call(self, done: int, budget: int, epochs: int) -> tuple[Rows, np.ndarray, int]:
        """At most the batches that are left of a chunk."""
        chunk, first = divmod(done, self._a_chunk)
        if chunk != self._chunk:
            self._rows = None  # one chunk less in memory while the next is waited for
            self._chunk, self._rows = chunk, self._next()
        assert self._rows is not None
        return self._rows, self._window, min(budget, self._a_chunk - first, self.batches - done)

    def ended(self, epochs: int) -> None:
        """The next call begins with another order's first chunk."""
        if epochs:
            self._chunk = -1

    def close(self) -> None:
        """What is being read is read to its end; nothing more is."""
        self._chunks.close()

    def _numbers(self, orders: Orders, epochs: int) -> Iterator[np.ndarray]:
        """The numbers of the rows of each chunk, epoch after epoch."""
        for _epoch in range(epochs):
            order = orders.need(1)[0].copy()
            orders.used(1)
            yield from (order[first : first + self._size] for first in range(0, len(order), self._size))

    def _next(self) -> Rows:
        started = time.perf_counter()
        numbers, X = next(self._chunks)
        self.waited += time.perf_counter() - started
        weights = None if self._weights is None else self._weights[numbers]
        return on_device(X, self._Y[numbers], weights, self._size, self._n, self._total)
