"""Images on disk as an array that is read when it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearprop.data.images.parallel import Progress
from clearprop.data.images.reading import Size, read


@dataclass(frozen=True, init=False, repr=False)
class Pictures:
    """Images on disk, (n, height, width, channels) uint8: an array that is read when it is asked for.

    `pictures[rows]` are those of some rows, still on disk; `numpy.asarray(pictures)` and `read` decode them.

    >>> import tempfile
    >>> from PIL import Image
    >>> files = [Path(tempfile.mkdtemp()) / f"{i}.png" for i in range(3)]
    >>> for i, file in enumerate(files):
    ...     Image.new("L", (9, 7), 10 * i).save(file)
    >>> pictures = Pictures(files, shape=(4, 5, 1))
    >>> pictures.shape, pictures[1:].read()[:, 0, 0, 0].tolist()
    ((3, 4, 5, 1), [10, 20])

    Attributes:
        files: of the images.
        image_shape: (height, width, channels) that each is brought to: see `decode`.
    """

    files: tuple[Path, ...]
    image_shape: Size

    def __init__(self, files: Sequence[str | Path], shape: Sequence[int]) -> None:
        """Of these files, each of this shape (height, width, channels)."""
        object.__setattr__(self, "files", tuple(map(Path, files)))
        height, width, channels = (int(length) for length in shape)
        if height < 1 or width < 1 or channels not in (1, 3):
            raise ValueError(f"images of shape {shape}: (height, width, 1 or 3) is needed")
        object.__setattr__(self, "image_shape", (height, width, channels))

    def __repr__(self) -> str:
        """What it is, without a page of paths."""
        return f"<Pictures {len(self.files)} of {self.image_shape}>"

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(n, height, width, channels)."""
        return (len(self.files), *self.image_shape)

    @property
    def dtype(self) -> np.dtype:
        """Bytes."""
        return np.dtype(np.uint8)

    @property
    def ndim(self) -> int:
        """4."""
        return 4

    @property
    def size(self) -> int:
        """The numbers in it."""
        return len(self.files) * int(np.prod(self.image_shape))

    @property
    def nbytes(self) -> int:
        """The bytes it takes once decoded."""
        return self.size

    def __len__(self) -> int:
        """How many images."""
        return len(self.files)

    def __getitem__(self, rows: Any) -> Any:
        """Those of some rows (a slice, indices or truth values) as `Pictures`; of a single index the image itself.

        Raises:
            IndexError: there are no such rows.
        """
        if isinstance(rows, slice):
            return Pictures(self.files[rows], self.image_shape)
        if isinstance(rows, int | np.integer):
            return read([self.files[rows]], self.image_shape, threads=1)[0]
        chosen = np.arange(len(self))[np.asarray(rows, dtype=None if len(rows) else np.intp)]
        return Pictures([self.files[row] for row in chosen], self.image_shape)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """All of them, decoded."""
        if copy is False:
            raise ValueError("images on disk are an array only once they are decoded")
        return self.read().astype(dtype or self.dtype, copy=False)

    def read(self, indices: Any = None, progress: Progress | None = None, threads: int | None = None) -> np.ndarray:
        """All of them or those of some rows: (n, height, width, channels) uint8, decoded in parallel.

        Args:
            indices: the rows: a slice, indices or truth values.
            progress: is told (images done, of all).
            threads: as many as cores unless said.

        Raises:
            PictureError: one cannot be decoded; the first of them is named.
        """
        files = self.files if indices is None else self[indices].files
        return read(files, self.image_shape, progress, threads)
