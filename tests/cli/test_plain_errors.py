"""Every error of issue 3's list: one plain sentence that names the thing, exit status 2, nothing half-written."""

import io
import os
from pathlib import Path

import numpy as np
import pytest

QUICK = ("--hidden", "none", "--epochs", 1)


def table(*rows, header="x,z,y", times=10):
    """A .csv of these rows, several times."""
    return "\n".join([header, *rows * times]) + "\n"


def arrays(**named):
    content = io.BytesIO()
    np.savez(content, **named)
    return content.getvalue()


GOOD = table("1,2,a", "2,3,b")

CASES = {
    "missing": (None, (), "There is no file 'data.csv'."),
    "empty": ("", (), "data.csv is empty."),
    "only blank lines": ("\n \n", (), "data.csv is empty."),
    "ragged": ("x,y\n1,2\n1,2,3\n", (), "Line 3 of data.csv has 3 cells, and the header has 2."),
    "a short line": ("x,y,z\n1,2,3\n1,2\n", (), "Line 3 of data.csv has 2 cells, and the header has 3."),
    "not UTF-8": (b"x,y\n1,\xff\n", (), "data.csv is not UTF-8 text (see line 2)"),
    "no rows": ("x,y\n", (), "data.csv has a header and no rows."),
    "one row": ("x,y\n1,a\n", (), "data.csv has one row only"),
    "one column": (table("1", "2", header="y"), (), "data.csv has only the column 'y'"),
    "duplicate column names": (table("1,2,a", header="x,x,y"), (), "data.csv has more than one column called 'x'"),
    "unknown target": (GOOD, ("--target", "Y2"), "data.csv has no column 'Y2'."),
    "near target": (table("1,a", "2,b", header="x,price"), ("--target", "prise"), "Did you mean 'price'?"),
    "target missing in some rows": (table("1,a", "2,b", "3,", header="x,y"), (), "target 'y' has no value in line 4"),
    "target missing in all": (table("1,", "2,", header="x,y"), (), "'y' of data.csv has no value in any row"),
    "constant target": (table("1,a", "2,a", header="x,y"), (), "The target 'y' is 'a' in every row"),
    "constant number": (table("1,7", "2,7", header="x,y"), (), "The target 'y' is 7 in every row"),
    "a class with one member": (GOOD + "1,2,c\n", (), "The class 'c' of 'y' has one row only"),
    "a column wholly missing": (table("1,,a", "2,,b"), (), "has no values to learn from: leave it out, with --drop z"),
    "infinities": (table("1,2,a", "2,inf,b"), (), "Column 'z' has inf in line 3 of data.csv"),
    "beyond float32": (table("1,2,a", "2,1e39,b"), (), "Column 'z' has 1e+39 in line 3 of data.csv"),
    "infinite target": (table("1,2,1.5", "2,3,inf"), (), "The target 'y' has inf in line 3 of data.csv"),
    "text as a number": (table("1,2,a", "2,red,b"), ("--kind", "z=number"), "numbers, and has 'red' in line 3"),
    "text for a regression": (GOOD, ("--task", "regression"), "The target 'y' holds text, such as 'a'"),
    "nothing to learn from": (table("1,2,a", "1,2,b"), (), "There is no column to learn from: 'x' because"),
    "unknown column to drop": (GOOD, ("--drop", "w"), "data.csv has no column 'w'"),
    "unknown column of a kind": (GOOD, ("--kind", "w=number"), "There is no column 'w'"),
    "unknown group": (GOOD, ("--group", "w"), "data.csv has no column 'w'"),
    "groups and times": (GOOD, ("--group", "x", "--time", "z"), "data.csv has only the column 'y'"),
    "one group": (table("1,2,a", "1,3,b"), ("--group", "x"), "There are too few groups to hold one out"),
    "times without order": (table("1,u,a", "2,v,b"), ("--time", "z"), "The times are text, such as 'u'"),
    "more folds than rows of a class": (GOOD, ("--folds", "11"), "The class 'a' has 10 rows, fewer than the 11 folds"),
    "a learning rate that diverges": (
        table("1,2,0.5", "2,3,1.5", "5,1,2.5", times=100),
        ("--optimizer", "gradient_descent", "--learning-rate", 1e30),
        "The loss stopped being finite in epoch 1: try a smaller step, --learning-rate 0.001",
    ),
    "a learning rate that diverges in a fold": (
        table("1,2,0.5", "2,3,1.5", "5,1,2.5", times=100),
        ("--optimizer", "gradient_descent", "--learning-rate", 1e30, "--folds", 2),
        "The loss stopped being finite in epoch 1",
    ),
}  # fmt: skip
"""What is wrong: (the file's content, options, how the sentence begins or what it holds)."""


def seen(folder):
    """Every file below a folder, with its content."""
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def refused(done, sentence):
    """One sentence on standard error, and no more."""
    assert done.status == 2, done
    last = done.err.splitlines()[-1]
    assert sentence in last, done.err
    assert "Traceback" not in done.err and "went wrong" not in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("case", CASES)
def test_data_that_cannot_be_learnt_from(clearprop, tmp_path, case):
    content, options, sentence = CASES[case]
    if content is not None:
        (tmp_path / "data.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    before = seen(tmp_path)
    refused(clearprop("train", "data.csv", *QUICK, *options), sentence)
    assert seen(tmp_path) == before and not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("d.npz", arrays(X=np.array([[1.0], [np.inf], [2.0], [3.0]]), y=np.array([0, 1, 0, 1])), "d.npz"),
        ("d.npz", arrays(X=np.zeros((4, 2))), "d.npz"),
        ("d.npz", b"PK\x03\x04 cut", "d.npz"),
        ("d.parquet", b"PAR1 cut", "d.parquet"),
        ("d.h5", b"\x89HDF\r\n\x1a\n cut", "d.h5"),
        ("d.xlsx", b"PK\x03\x04 cut", "d.xlsx"),
        ("d.csv.gz", b"\x1f\x8b\x08 cut", "d.csv.gz"),
        ("d.docx", b"PK\x03\x04", "d.docx is of a kind that cannot be read"),
    ],
)
def test_other_files_that_cannot_be_learnt_from(clearprop, tmp_path, name, content, sentence):
    (tmp_path / name).write_bytes(content)
    refused(clearprop("train", name, *QUICK), sentence)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_directory(clearprop, tmp_path):
    (tmp_path / "data.csv").mkdir()
    refused(clearprop("train", "data.csv", *QUICK), "data.csv holds no images in folders named after classes")


NEW = {
    "lacks a column": ("petal,noise,species\n1,2,rose\n", "new.csv has no column 'sepal', which the model needs."),
    "near column": ("petal,Sepal,noise,species\n1,2,3,rose\n", "Did you mean 'Sepal'?"),
    "text where a number is expected": (
        "petal,sepal,noise,species\n1,2,3,rose\n1,red,3,rose\n",
        "Column 'sepal' should hold numbers, and has 'red' in line 3 of new.csv",
    ),
    "infinite": (
        "petal,sepal,noise,species\n1,2,3,rose\n1,-inf,3,rose\n",
        "Column 'sepal' has -inf in line 3 of new.csv",
    ),
    "beyond float32": (
        "petal,sepal,noise,species\n1,2,3,rose\n1,1e99,3,rose\n",
        "Column 'sepal' has 1e+99 in line 3 of",
    ),
    "empty": ("", "new.csv is empty."),
    "no rows": ("petal,sepal,noise,species\n", "new.csv has a header and no rows."),
}


@pytest.mark.parametrize("command", ["predict", "evaluate", "explain-columns", "check"])
@pytest.mark.parametrize("case", NEW)
def test_rows_that_a_model_cannot_take(clearprop, flowers, tmp_path, command, case):
    content, sentence = NEW[case]
    (tmp_path / "new.csv").write_text(content)
    before = seen(tmp_path)
    refused(clearprop(command, flowers.folder, "new.csv"), sentence)
    assert seen(tmp_path) == before


def cut(content):
    return content[:-10]


def edited(content):
    return content[:-10] + bytes([content[-10] ^ 1]) + content[-9:]


def of_another_version(content):
    return content.replace(b'\\"format\\":', b'\\"formaX\\":')


@pytest.mark.parametrize("spoil", [cut, edited, of_another_version, lambda content: b""])
def test_a_model_file_that_is_damaged(clearprop, copied, flowers, tmp_path, spoil):
    model = copied / "model.safetensors"
    model.write_bytes(spoil(model.read_bytes()))
    for words in (("predict", copied, flowers.data), ("info", copied), ("export", copied, "--onnx", "m.onnx")):
        refused(clearprop(*words), str(model))
    assert not (tmp_path / "m.onnx").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_output_folder_that_is_not_writable(clearprop, tmp_path):
    (tmp_path / "closed").mkdir(mode=0o500)
    refused(clearprop("train", "sample:moons", *QUICK, "--output", "closed/run"), "closed/run cannot be made")


def test_an_output_folder_that_is_said_not_to_be_writable(clearprop, tmp_path, monkeypatch):
    """As above, for those who may write anywhere."""
    monkeypatch.setattr("os.access", lambda path, mode: False)
    refused(clearprop("train", "sample:moons", *QUICK), "runs/moons cannot be made")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("train", "sample:moons", *QUICK),
        ("predict", "MODEL", "DATA", "--output", "p.csv"),
        ("explain-columns", "MODEL", "DATA", "--repeats", 1, "--output", "c.png"),
        ("export", "MODEL", "--onnx", "m.onnx"),
    ],
)
def test_a_disk_that_is_full(clearprop, flowers, tmp_path, monkeypatch, words):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    words = [{"MODEL": flowers.folder, "DATA": flowers.data}.get(word, word) for word in words]
    done = clearprop(*words)
    assert done.status == 2 and "No space left on device" in done.err.splitlines()[-1]
    assert len(done.err.splitlines()) == 1 and "Traceback" not in done.err
    assert list(tmp_path.iterdir()) == []


def test_python_says_the_same():
    """A `ValueError` with the sentence of the command."""
    import clearprop

    with pytest.raises(ValueError, match=r"There is no file 'nowhere\.csv'\."):
        clearprop.data.open_table("nowhere.csv")
    assert not Path("nowhere.csv").exists()
