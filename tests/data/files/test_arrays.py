"""Arrays from .npz and .h5 files."""

import h5py
import numpy as np
import pytest

from clearprop.data.source import open_table, open_table_for
from clearprop.errors import DataError

X, Y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])


@pytest.fixture(params=["npz", "h5"])
def arrays(request, tmp_path, monkeypatch):
    """Writes arrays into a file of either kind and gives its name."""
    monkeypatch.chdir(tmp_path)

    def write(**named):
        name = f"t.{request.param}"
        if request.param == "npz":
            np.savez(name, **named)
        else:
            with h5py.File(name, "w") as file:
                for key, value in named.items():
                    value = np.asarray(value)
                    file[key] = value.astype("S") if value.dtype.kind == "U" else value
        return name

    return write


@pytest.mark.parametrize(("x", "y"), [("X", "y"), ("x", "Y"), ("X_train", "y_train"), ("train_set_x", "train_set_y")])
def test_inputs_and_target_by_their_usual_names(arrays, x, y):
    data = open_table(arrays(**{x: X, y: Y, "note": np.zeros(3)}))
    assert np.array_equal(data.X, X) and np.array_equal(data.y, Y)
    assert (data.arrays, data.target, data.columns, data.has_test) == ((x, y), y, (), False)


def test_training_never_sees_the_test_arrays(arrays):
    name = arrays(X_train=X, y_train=Y, X_test=X[:2] + 100, y_test=Y[:2])
    assert open_table(name).arrays == ("X_train", "y_train")
    assert open_table(name).has_test
    assert open_table_for((), name, target="y").arrays == ("X_test", "y_test")
    assert open_table_for((), name).X.min() == 100


def test_a_model_takes_what_there_is(arrays):
    assert open_table_for((), arrays(X=X), target="y").y is None
    assert open_table_for((), arrays(X=X, y=Y)).y is None
    assert open_table_for((), arrays(train_set_x=X, train_set_y=Y), target="y").arrays == ("train_set_x", "train_set_y")


def test_images_keep_their_shape_and_type(arrays):
    images = np.arange(6 * 4 * 4 * 3, dtype=np.uint8).reshape(6, 4, 4, 3)
    data = open_table(arrays(X=images, y=Y))
    assert data.X.shape == (6, 4, 4, 3) and data.X.dtype == np.uint8


@pytest.mark.parametrize("y", [Y[:, None], Y[None], Y.astype(float), Y.astype(bool), Y.astype(np.uint8)])
def test_targets_in_their_usual_shapes(arrays, y):
    data = open_table(arrays(X=X, y=y))
    assert data.y.shape == (6,)
    assert np.array_equal(data.y, Y)


def test_text_targets(arrays):
    assert open_table(arrays(X=X, y=np.array(["cat", "dog"] * 3))).y.tolist() == ["cat", "dog"] * 3


def test_text_of_variable_length(tmp_path):
    with h5py.File(tmp_path / "t.h5", "w") as file:
        file["X"] = X
        file.create_dataset("y", data=["kött", "dog"] * 3, dtype=h5py.string_dtype())
    assert open_table(str(tmp_path / "t.h5")).y.tolist() == ["kött", "dog"] * 3


def test_a_line_of_numbers_is_one_input(arrays):
    assert open_table(arrays(X=X[:, 0], y=Y)).X.shape == (6, 1)


def broken(value):
    changed = X.copy()
    changed[2, 1] = value
    return changed


@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ({"images": X, "labels": Y}, r"holds the arrays images, labels; call the inputs X and the target y"),
        ({"X": X}, r"holds the arrays X; call the inputs"),
        ({"X_test": X, "y_test": Y}, r"holds the arrays X_test, y_test; call"),
        ({"X": X, "y": Y[:4]}, r"array y of t\.\w+ has shape \(4,\); one value for each of the 6 rows"),
        ({"X": X, "y": np.eye(6)}, r"array y of t\.\w+ has shape \(6, 6\)"),
        ({"X": broken(np.inf), "y": Y}, r"array X of t\.\w+ has inf at \[2, 1\]"),
        (
            {"X": X, "y": broken(np.inf)[:, 1]},
            r"array y of t\.\w+ has inf at \[2\]: replace it, or leave such rows out",
        ),
        ({"X": X, "y": broken(np.nan)[:, 1]}, r"array y of t\.\w+ has nan at \[2\]"),
        ({"X": np.zeros((0, 2)), "y": np.zeros(0)}, r"array X of t\.\w+ is empty"),
        ({"X": X.astype(complex), "y": Y}, r"array X of t\.\w+ should hold numbers; it holds complex128"),
        ({"X": X, "y": Y.astype(complex)}, r"array y of t\.\w+ should hold numbers or text"),
        ({"X": np.array(["a", "b"]), "y": Y[:2]}, r"array X of t\.\w+ should hold numbers; it holds"),
        ({"X": X[:1], "y": Y[:1]}, r"has one row only"),
    ],
)
def test_what_is_wrong_is_said(arrays, named, sentence):
    with pytest.raises(DataError, match=sentence):
        open_table(arrays(**named))


@pytest.mark.parametrize("name", ["t.npz", "t.h5"])
@pytest.mark.parametrize("content", [b"not one", b"PK\x03\x04 cut", b"\x89HDF\r\n\x1a\n cut"])
def test_a_damaged_file_is_refused(tmp_path, monkeypatch, name, content):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=rf"{name} (cannot be read as a \.\w+ file|is a \w+ file by its content)"):
        open_table(name)


def test_a_single_array_is_no_npz(tmp_path):
    with (tmp_path / "t.npz").open("wb") as file:
        np.save(file, X)
    with pytest.raises(DataError, match=r"t\.npz is a single NumPy array without a name"):
        open_table(str(tmp_path / "t.npz"))


def test_every_cut_is_noticed(tmp_path):
    np.savez(tmp_path / "t.npz", X=X, y=Y)
    whole = (tmp_path / "t.npz").read_bytes()
    for length in range(1, len(whole), 37):
        (tmp_path / "t.npz").write_bytes(whole[:length])
        with pytest.raises(DataError, match="cannot be read"):
            open_table(str(tmp_path / "t.npz"))


def test_no_code_is_run_from_a_file(tmp_path):
    """An array of Python objects is a pickle, which can do anything: it is refused."""
    np.savez(tmp_path / "t.npz", X=np.array([{}, {}]), y=Y[:2])
    with pytest.raises(DataError, match="cannot be read"):
        open_table(str(tmp_path / "t.npz"))


def test_the_reference_data(reference_data):
    cats = open_table(str(reference_data / "train_catvnoncat.h5"))
    assert cats.X.shape == (209, 64, 64, 3) and np.bincount(cats.y).tolist() == [137, 72]
    test = open_table_for((), str(reference_data / "test_catvnoncat.h5"), target="y")
    assert np.bincount(test.values).tolist() == [17, 33]
    assert open_table_for((), str(reference_data / "mnist.npz")).X.shape == (10_000, 28, 28)


def test_missing_numbers_are_kept_and_large_ones_too(arrays):
    """NaN is a missing value, and scaling is in float64: only infinities are refused."""
    assert np.isnan(open_table(arrays(X=broken(np.nan), y=Y)).X[2, 1])
    assert open_table(arrays(X=broken(1e300), y=Y)).X[2, 1] == 1e300


def test_columns_of_arrays_have_no_names(arrays):
    name = arrays(X=X, y=Y)
    assert open_table(name, "y").target == "y"
    with pytest.raises(
        DataError, match=r"The target of t\.\w+ is 'y', and only a table lets you choose: leave out 'X'"
    ):
        open_table(name, "X")
    for open_it in (lambda **named: open_table(name, **named), lambda **named: open_table_for((), name, **named)):
        with pytest.raises(
            DataError, match=r"t\.\w+ holds arrays, whose columns have no names, so .* no column 'city'"
        ):
            open_it(aside=["city"])
    with pytest.raises(DataError, match="no column 'a'"):
        open_table(name, drop=["a"])
    assert open_table(name).place(2) == f"row 3 of {name}"


def test_an_array_larger_than_memory_is_not_read(tmp_path, monkeypatch):
    """HDF5 keeps an array that was never written as its shape alone."""
    monkeypatch.chdir(tmp_path)
    with h5py.File("t.h5", "w") as file:
        file.create_dataset("X", shape=(2**20, 2**24), dtype="f8", chunks=(1024, 1024))
        file["y"] = Y
    with pytest.raises(DataError, match=r"t\.h5 holds more than"):
        open_table("t.h5")
