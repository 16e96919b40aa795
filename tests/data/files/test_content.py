"""Files that are packed, that are not there, or that are something else than their name says."""

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import numpy as np
import polars
import pytest
from backports import zstd

from clearprop.data.files import memory
from clearprop.data.files.unpack import unpack
from clearprop.data.source import open_table
from clearprop.errors import DataError

TABLE = b"a,b,y\n1,2,0\n3,4,1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def zipped(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_DOT_", ".").replace("_SLASH_", "/"), content)
    return stream.getvalue()


PACKED = {
    "t.csv.gz": gzip.compress(TABLE, mtime=0),
    "t.CSV.GZ": gzip.compress(TABLE[:6], mtime=0) + gzip.compress(TABLE[6:]),
    "t.csv.bz2": bz2.compress(TABLE),
    "t.tsv.xz": lzma.compress(TABLE.replace(b",", b"\t")),
    "t.csv.zst": zstd.compress(TABLE),
    "t.zip": zipped(inner_DOT_csv=TABLE, __MACOSX_SLASH___inner_DOT_csv=b"x", _DOT_DS_Store=b"x"),
}


@pytest.mark.parametrize("name", PACKED)
def test_packed_files(folder, name):
    (folder / name).write_bytes(PACKED[name])
    data = open_table(name)
    assert data.X.rows() == [("1", "2"), ("3", "4")]
    assert data.place(1) == f"line 3 of {name}"


@pytest.mark.parametrize("kind", ["parquet", "arrow", "npz", "h5"])
def test_any_file_may_be_packed(folder, kind):
    write_small(f"t.{kind}")
    (folder / f"p.{kind}.gz").write_bytes(gzip.compress((folder / f"t.{kind}").read_bytes()))
    whole, packed = open_table(f"t.{kind}"), open_table(f"p.{kind}.gz")
    assert np.array_equal(np.asarray(whole.X), np.asarray(packed.X)) and np.array_equal(whole.y, packed.y)


def write_small(name):
    frame = polars.DataFrame({"a": [1, 2, 3], "y": [0, 1, 0]})
    if name.endswith("parquet"):
        frame.write_parquet(name)
    elif name.endswith("arrow"):
        frame.write_ipc(name)
    elif name.endswith("npz"):
        np.savez(name, X=frame["a"].to_numpy(), y=frame["y"].to_numpy())
    else:
        import h5py

        with h5py.File(name, "w") as file:
            file["X"], file["y"] = frame["a"].to_numpy(), frame["y"].to_numpy()


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.bz2", "t.tsv.xz", "t.csv.zst", "t.zip"])
def test_a_cut_is_noticed(folder, name):
    for length in (7, len(PACKED[name]) // 2, len(PACKED[name]) - 3):
        (folder / name).write_bytes(PACKED[name][:length])
        with pytest.raises(DataError, match=rf"{name} cannot be unpacked as a \.\w+ file: it is cut or damaged\.$"):
            open_table(name)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        (
            "t.zip",
            zipped(a_DOT_csv=TABLE, b_DOT_csv=TABLE),
            r"t\.zip holds 2 files, a\.csv and b\.csv among them: unpack",
        ),
        ("t.zip", zipped(), r"t\.zip holds no file\.|cannot be unpacked"),
        (
            "t.zip",
            zipped(a_DOT_png=b"x"),
            r"t\.zip is of a kind that cannot be read: give \.csv, .*, or one of them packed",
        ),
        ("t.zip", zipped(a_DOT_csv=b""), r"t\.zip is empty\."),
        ("t.csv.gz", gzip.compress(b"", mtime=0), r"t\.csv\.gz is empty\."),
        ("t.gz", gzip.compress(TABLE, mtime=0), r"t\.gz is of a kind that cannot be read"),
        ("t.csv.gz", TABLE, r"t\.csv\.gz cannot be unpacked as a \.gz file"),
        (
            "t.csv.gz",
            gzip.compress(b"PAR1\0\0", mtime=0),
            r"t\.csv\.gz is a Parquet file by its content, not a \.csv file",
        ),
        ("t.parquet", gzip.compress(TABLE, mtime=0), r"t\.parquet is a gzip file by its content, not a \.parquet file"),
        ("t.xlsx", b"PAR1\0\0", r"t\.xlsx is a Parquet file by its content"),
        ("t.feather", b"FEA1\0\0", r"t\.feather is a Feather file of the old version 1 by its content"),
        ("t.npz", b"\x93NUMPY\x01\0", r"t\.npz is a single NumPy array without a name by its content"),
        ("t.txt", TABLE, r"t\.txt is of a kind that cannot be read: give \.csv, \.tsv, \.parquet"),
        ("empty.npz", b"", r"empty\.npz is empty\."),
    ],
)
def test_what_is_wrong_is_said(folder, name, content, sentence):
    (folder / name).write_bytes(content)
    with pytest.raises(DataError, match=sentence):
        open_table(name)


def test_a_zip_with_a_password(folder):
    """Bit 0 of the general purpose flags says that a file is encrypted (APPNOTE 4.4.4)."""
    content = bytearray(zipped(a_DOT_csv=TABLE))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (folder / "t.zip").write_bytes(content)
    with pytest.raises(DataError, match=r"t\.zip is protected by a password: unpack it first\."):
        open_table("t.zip")


@pytest.mark.parametrize("name", ["t.csv.gz", "t.csv.bz2", "t.csv.xz", "t.csv.zst", "t.csv.zip"])
def test_a_bomb_is_refused_before_it_is_whole(folder, monkeypatch, name):
    """64 MB of zeros in a few kB; the limit is set to 8 MB for the test."""
    monkeypatch.setattr(memory, "limit", lambda: 2**23)
    zeros = bytes(2**26)
    pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress}
    (folder / name).write_bytes(zipped(t_DOT_csv=zeros) if name.endswith("zip") else pack[name[6:]](zeros))
    with pytest.raises(
        DataError, match=rf"{name} holds more than 0\.0 GB once unpacked, half of this computer's memory"
    ):
        unpack(Path(name), name)


def test_a_large_file_is_refused(folder, monkeypatch):
    monkeypatch.setattr(memory, "limit", lambda: 10)
    (folder / "t.csv").write_bytes(TABLE)
    with pytest.raises(DataError, match=r"t\.csv holds more than"):
        open_table("t.csv")


def test_half_of_the_memory_is_the_limit():
    assert 2**28 < memory.limit() < 2**50


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("flower.csv", r"There is no file 'flower\.csv'\. Did you mean 'flowers\.csv'\?"),
        ("Flowers.CSV", r"There is no file 'Flowers\.CSV'\. Did you mean 'flowers\.csv'\?"),
        ("zzz.csv", r"There is no file 'zzz\.csv'\.$"),
        ("digits", r"There is no file 'digits'\. Did you mean 'sample:digits'\?"),
        ("nowhere/a.csv", r"There is no file 'nowhere/a\.csv'\. There is no directory 'nowhere' either"),
        ("folder", r"folder is a directory; a file is needed"),
        ("folder.csv", r"folder\.csv is a directory; a file is needed"),
        ("sample:irs", r"no sample called 'irs'\. Did you mean 'sample:iris'\?"),
        ("sample:", r"no sample called ''"),
    ],
)
def test_a_source_that_is_not_there(folder, source, sentence):
    (folder / "folder").mkdir()
    (folder / "folder.csv").mkdir()
    (folder / "flowers.csv").write_bytes(TABLE)
    with pytest.raises(DataError, match=sentence):
        open_table(source)


def test_a_file_that_may_not_be_opened(folder, monkeypatch):
    (folder / "t.csv").write_bytes(TABLE)

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    with pytest.raises(DataError, match=r"t\.csv cannot be opened: Permission denied\."):
        open_table("t.csv")
