"""Images decoded in parallel: in order, and no thread is left."""

import numpy as np
import pytest

from clearprop.data.images import PictureError, Pictures, decode
from clearprop.data.images.parallel import each
from clearprop.i18n import language, speaking


def test_in_parallel_as_one_after_another(pictures):
    """To the bit, in order, with any number of threads; progress counts every one."""
    told = []
    serial = np.stack([decode(file, 4, 5, 3) for file in pictures.files])
    for threads in (1, 2, 5):
        assert np.array_equal(pictures.read(threads=threads, progress=lambda *done: told.append(done)), serial)
    assert told[:6] == [(8, 41), (16, 41), (24, 41), (32, 41), (40, 41), (41, 41)]
    assert np.asarray(pictures[:0]).shape == (0, 4, 5, 3)


def test_of_two_that_cannot_be_decoded_the_first_is_named(tmp_path, files, decoders):
    bad = [tmp_path / "bad1.png", tmp_path / "bad2.png"]
    for path in bad:
        path.write_bytes(b"no image")
    with pytest.raises(PictureError, match=r"bad1\.png is no JPEG"):
        Pictures([*files[:20], bad[0], *files[20:], bad[1]], (4, 5, 3)).read()
    assert not decoders()


def test_each_keeps_the_order_and_ends_its_threads(decoders):
    squares = each(lambda x: x * x, range(50))
    assert next(squares) == 0
    squares.close()
    assert not decoders() and list(each(lambda x: x * x, range(50), threads=3)) == [x * x for x in range(50)]


def test_in_a_thread_the_language_is_the_callers():
    with speaking("es"):
        assert list(each(lambda _item: language(), range(3), threads=2)) == ["es"] * 3
