"""Files that are the same."""

from clearprop.data.images import doubles


def test_files_that_are_the_same(tmp_path):
    """By their bytes, whatever their names: not by size. Those that are not there are not the same."""
    for name, content in {"a": b"12", "b": b"34", "c": b"12", "d": b"5", "e": b"34", "f": b"12", "g": b""}.items():
        (tmp_path / name).write_bytes(content)
    files = [tmp_path / name for name in "abcdefghi"]
    assert doubles(files) == [(0, 2, 5), (1, 4)]
    assert doubles([]) == [] and doubles(files[:2]) == []
