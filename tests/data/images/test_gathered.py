"""The images of those files that can be decoded, and what is wrong with the others."""

import tracemalloc

import numpy as np
import pytest

from clearprop.data.images import PictureError, Pictures, decode, gather, gathered

SIZE = (4, 5, 3)


@pytest.fixture
def mixed(files, tmp_path):
    """41 files, before, among and behind them three that are no images."""
    bad = [tmp_path / f"bad{i}.png" for i in range(3)]
    for path in bad:
        path.write_bytes(b"no image")
    return [bad[0], *files[:20], bad[1], *files[20:], bad[2]]


def test_what_cannot_be_decoded_is_left_out_and_named(mixed, files, monkeypatch):
    """The others are as `decode` has them, in their order, in memory or on disk."""
    expected = np.stack([decode(file, *SIZE) for file in files])
    told = []
    memory = gather(mixed, SIZE, progress=lambda *done: told.append(done))
    monkeypatch.setattr(gathered, "room", lambda: 1)
    disk = gather(mixed, SIZE)
    assert isinstance(memory.X, np.ndarray) and isinstance(disk.X, Pictures)
    for found in (memory, disk):
        np.testing.assert_array_equal(np.asarray(found.X), expected)
        assert found.rows.tolist() == [*range(1, 21), *range(22, 43)]
        assert [sentence.split(" ")[0].split("/")[-1] for sentence in found.faults] == [f"bad{i}.png" for i in range(3)]
    assert told[-1] == (44, 44)


def test_strictly_the_first_that_cannot_be_is_an_error(mixed, decoders):
    with pytest.raises(PictureError, match=r"bad1\.png"):
        gather(mixed[1:], SIZE, strict=True)
    assert not decoders()


def test_none_is_none(mixed):
    assert gather([], SIZE).X.shape == (0, *SIZE)
    assert gather(mixed[:1], SIZE).X.shape == (0, *SIZE)


def test_they_are_in_memory_once(mixed):
    """2 MB of images, and not as much again, also where some are left out."""
    size = (128, 128, 1)
    tracemalloc.start()
    try:
        found = gather(mixed * 3, size)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.X.shape == (123, *size)
    assert peak < 1.5 * len(mixed * 3) * 128 * 128
