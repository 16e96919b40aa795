"""From a source named on a command line to rows."""

import numpy as np
import pytest

from clearprop.data import SAMPLES, Table, read, read_for
from clearprop.errors import DataError


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_a_sample():
    data = read("sample:wine")
    assert data.X.shape == (178, 13)
    assert (data.target, data.source) == ("cultivar", "sample:wine")


def test_a_sample_for_a_model_is_given_in_its_order():
    _, _, columns = SAMPLES["iris"].load()
    table = Table(task="regression", columns=columns[::-1])
    assert np.array_equal(read_for(table, "sample:iris").X, read("sample:iris").X[:, ::-1])
    with pytest.raises(DataError, match=r"sample:wine has no column 'petal width \(cm\)'"):
        read_for(table, "sample:wine")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("flower.csv", r"There is no file 'flower\.csv'\. Did you mean 'flowers\.csv'\?"),
        ("Flowers.CSV", r"There is no file 'Flowers\.CSV'\. Did you mean 'flowers\.csv'\?"),
        ("zzz.csv", r"There is no file 'zzz\.csv'\.$"),
        ("digits", r"There is no file 'digits'\. Did you mean 'sample:digits'\?"),
        ("nowhere/a.csv", r"There is no file 'nowhere/a\.csv'\. There is no directory 'nowhere' either"),
        ("folder", r"folder is a directory; a file is needed"),
        ("notes.txt", r"notes\.txt is of a kind that cannot be read: give numbers as \.csv, \.npz or \.h5"),
        ("empty.npz", r"empty\.npz is empty"),
        ("sample:irs", r"no sample called 'irs'\. Did you mean 'sample:iris'\?"),
        ("sample:", r"no sample called ''"),
    ],
)
def test_a_source_that_is_not_there(tmp_path, source, sentence):
    (tmp_path / "folder").mkdir()
    (tmp_path / "flowers.csv").write_text("a,b\n1,2\n")
    (tmp_path / "notes.txt").write_text("a,b\n1,2\n")
    (tmp_path / "empty.npz").touch()
    with pytest.raises(DataError, match=sentence):
        read(source)


def test_only_a_csv_lets_the_target_be_chosen():
    assert read("sample:iris", "species").target == "species"
    with pytest.raises(DataError, match=r"The target of sample:iris is 'species', and only a \.csv lets you choose"):
        read("sample:iris", "petal")
    np.savez("t.npz", X=np.zeros((2, 2)), y=np.arange(2))
    assert read("t.npz", "y").target == "y"
    with pytest.raises(DataError, match=r"only a \.csv lets you choose"):
        read("t.npz", "X")
