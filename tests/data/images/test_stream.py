"""Images decoded ahead: in order, in parallel, in bounds; and no thread is left."""

import gc
import time
import tracemalloc

import numpy as np
import pytest

from clearprop.data.images import PictureError, Pictures, decode
from clearprop.data.images import stream as streaming
from clearprop.data.images.parallel import each


def numbers(X):
    return np.asarray(X)[:, 0, 0, 0].tolist()


def test_in_parallel_as_one_after_another(pictures):
    """To the bit, in order, with any number of threads; progress counts every one."""
    told = []
    serial = np.stack([decode(file, 4, 5, 3) for file in pictures.files])
    for threads in (1, 2, 5):
        assert np.array_equal(pictures.read(threads=threads, progress=lambda *done: told.append(done)), serial)
        assert np.array_equal(np.concatenate(list(pictures.stream(np.arange(41), 7, threads=threads))), serial)
    assert told[:6] == [(8, 41), (16, 41), (24, 41), (32, 41), (40, 41), (41, 41)]
    assert np.asarray(pictures[:0]).shape == (0, 4, 5, 3) and list(pictures.stream([], 3)) == []


@pytest.mark.parametrize(("chunk", "ahead"), [(1, 0), (7, 1), (8, 2), (41, 3), (100, 2)])
def test_a_stream_keeps_the_order(pictures, chunk, ahead):
    order = np.random.default_rng(1).permutation(41)
    chunks = list(pictures.stream(order, chunk, ahead))
    assert [len(X) for X in chunks] == [min(chunk, 41 - start) for start in range(0, 41, chunk)]
    assert numbers(np.concatenate(chunks)) == order.tolist()


def test_a_stream_decodes_ahead_and_no_further(pictures, monkeypatch):
    """With nobody taking them, the chunk that is next and `ahead` more are decoded; then it waits."""
    decoded = []
    monkeypatch.setattr(streaming, "decode", lambda file, *size: (decoded.append(file), decode(file, *size))[1])
    stream = pictures.stream(np.arange(40), 4, ahead=2)
    assert decoded == []
    for taken in range(1, 8):
        next(stream)
        patience = time.monotonic() + 20
        while len(decoded) < 4 * (taken + 2) and time.monotonic() < patience:
            time.sleep(0.001)
        time.sleep(0.01)  # time enough for one too many
        assert len(decoded) == 4 * (taken + 2)
    stream.close()
    assert len(decoded) <= 36


def test_a_stream_holds_few_chunks_in_memory(files):
    """Of 400 chunks, each of 200 kB, never more than 6 are there."""
    many = Pictures(files * 10, (128, 128, 3))
    tracemalloc.start()
    try:
        for X in many.stream(np.arange(400) % len(many), 4, ahead=2):
            assert len(X) == 4
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 6 * 4 * 128 * 128 * 3 + 500_000


@pytest.mark.parametrize("end", ["closed", "forgotten", "raised"])
def test_a_stream_that_is_left_early_leaves_no_threads(pictures, end, decoders):
    stream = pictures.stream(np.arange(41), 2)
    next(stream)
    assert decoders()
    if end == "closed":
        stream.close()
    elif end == "forgotten":
        del stream
        gc.collect()
    else:
        with pytest.raises(KeyboardInterrupt):
            stream.throw(KeyboardInterrupt)
    assert not decoders()


def test_what_a_decoder_raises_comes_out_where_its_chunk_would(tmp_path, files, decoders):
    """After the chunks before it; of two, the first in order; and the threads end."""
    bad = [tmp_path / "bad1.png", tmp_path / "bad2.png"]
    for path in bad:
        path.write_bytes(b"no image")
    pictures = Pictures([*files[:20], bad[0], *files[20:], bad[1]], (4, 5, 3))
    stream = pictures.stream(np.arange(43), 5)
    assert [len(next(stream)) for _ in range(4)] == [5] * 4
    with pytest.raises(PictureError, match=r"bad1\.png is no JPEG"):
        next(stream)
    assert not decoders() and list(stream) == []
    with pytest.raises(PictureError, match=r"bad1\.png is no JPEG"):
        pictures.read()


def test_each_keeps_the_order_and_ends_its_threads(decoders):
    squares = each(lambda x: x * x, range(50))
    assert next(squares) == 0
    squares.close()
    assert not decoders() and list(each(lambda x: x * x, range(50), threads=3)) == [x * x for x in range(50)]
