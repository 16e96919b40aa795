"""Room for the pixels that are decoded at once, over all threads: a few large images, or many small ones."""

import contextlib
import threading
from collections.abc import Iterator


class Room:
    """So many pixels at a time: a thread waits until there is room for its image; one larger than all, to be alone.

    >>> room = Room(10)
    >>> with room.taken(7), room.taken(99):  # a thread that has room does not wait for more
    ...     room.free
    3
    >>> room.free
    10
    """

    def __init__(self, pixels: int) -> None:
        """For this many."""
        self.most = self.free = pixels
        self._changed = threading.Condition()
        self._own = threading.local()

    @contextlib.contextmanager
    def taken(self, pixels: int) -> Iterator[None]:
        """Have room for this many for the length of a block."""
        if getattr(self._own, "held", False):  # it would wait for itself
            yield
            return
        pixels = min(pixels, self.most)
        with self._changed:
            self._changed.wait_for(lambda: self.free >= pixels)
            self.free -= pixels
        self._own.held = True
        try:
            yield
        finally:
            self._own.held = False
            with self._changed:
                self.free += pixels
                self._changed.notify_all()
