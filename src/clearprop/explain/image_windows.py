"""Windows over an image, place by place: what a trace looks up to write a sum over a window with its numbers."""

from typing import Any, NamedTuple

import numpy as np

from clearprop.layers.axis import Axis
from clearprop.layers.windows import Pair


class Windows(NamedTuple):
    """Along each axis, tap i of window p meets the image at u = stride p + dilation i − before.

    >>> windows = Windows((3, 3), (2, 2), (1, 1), (1, 1), (5, 5), (3, 3))
    >>> windows.equation(), windows.meeting(0, 1)
    ('u = 2 p + i − 1, v = 2 q + j − 1', [(1, 2, 0, 0), (1, 0, 0, 1)])
    """

    kernel: Pair
    stride: Pair
    dilation: Pair
    before: Pair
    image: Pair
    windows: Pair

    def met(self, p: int, q: int) -> list[tuple[int, int, int, int]]:
        """(i, j, u, v) of the taps of this window that lie within the image."""
        down, across = (
            [(i, u) for i in range(self.kernel[axis]) if 0 <= (u := self._meets(axis, at, i)) < self.image[axis]]
            for axis, at in enumerate((p, q))
        )
        return [(i, j, u, v) for i, u in down for j, v in across]

    def meeting(self, u: int, v: int) -> list[tuple[int, int, int, int]]:
        """(i, j, p, q) of the taps that meet this place of the image."""
        down, across = (
            [
                (i, p)
                for p in range(self.windows[axis])
                for i in range(self.kernel[axis])
                if self._meets(axis, p, i) == at
            ]
            for axis, at in enumerate((u, v))
        )
        return [(i, j, p, q) for i, p in down for j, q in across]

    def of_tap(self, i: int, j: int) -> tuple[Any, Any]:
        """Where this tap lies within the image: what picks its windows, and what picks the places that it meets."""
        (p, u), (q, v) = (self._pairs(axis, tap) for axis, tap in enumerate((i, j)))
        return (p[:, None], q[None]), (u[:, None], v[None])

    def equation(self) -> str:
        """How the places hang together: "u = 2 p + i − 1, v = 2 q + j − 1"."""
        return ", ".join(map(self._equation, (0, 1), ("upi", "vqj")))

    def _equation(self, axis: int, names: str) -> str:
        image, window, tap = names
        times = lambda factor, name: name if factor == 1 else f"{factor} {name}"  # noqa: E731
        start = f" − {self.before[axis]}" if self.before[axis] else ""
        return f"{image} = {times(self.stride[axis], window)} + {times(self.dilation[axis], tap)}{start}"

    def _pairs(self, axis: int, tap: int) -> np.ndarray:
        found = [(p, self._meets(axis, p, tap)) for p in range(self.windows[axis])]
        return np.array([pair for pair in found if 0 <= pair[1] < self.image[axis]], int).reshape(-1, 2).T

    def _meets(self, axis: int, p: int, i: int) -> int:
        return self.stride[axis] * p + self.dilation[axis] * i - self.before[axis]


def of_axes(height: Axis, width: Axis) -> Windows:
    """The windows of a convolution, or of what goes the way of one."""
    both = (height, width)
    kernel, stride, dilation, size, places = (
        tuple(getattr(axis, name) for axis in both) for name in ("kernel", "stride", "dilation", "size", "places")
    )
    return Windows(kernel, stride, dilation, (height.padding[0], width.padding[0]), size, places)


def of_pool(layer: Any, X: np.ndarray) -> Windows:
    """The windows of a layer that pools these images."""
    grid = layer.grid(X.shape[1:])
    (top, _bottom), (left, _right) = grid.pads
    return Windows(grid.size, grid.stride, (1, 1), (top, left), grid.image, grid.count)
