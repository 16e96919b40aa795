"""Images on disk that several files of tests read, and a watch over the threads that decode."""

import threading

import numpy as np
import pytest

from clearprop.data.images import Pictures
from clearprop.data.images.parallel import THREADS
from pictures import write


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """41 images, each of its own number in all its pixels, of different formats and sizes."""
    folder = tmp_path_factory.mktemp("images")
    kinds = (".png", ".bmp", ".gif", ".png")
    return tuple(write(folder / f"{i:02}{kinds[i % 4]}", np.full((5 + i % 3, 6, 3), i, np.uint8)) for i in range(41))


@pytest.fixture
def pictures(files):
    return Pictures(files, shape=(4, 5, 3))


@pytest.fixture
def decoders():
    """Gives the threads that decode now; after the test there are none."""

    def threads():
        return [thread for thread in threading.enumerate() if thread.name.startswith(THREADS)]

    yield threads
    assert not threads()
