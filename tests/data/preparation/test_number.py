"""Numbers: scaled, clipped, with an indicator where they are missing."""

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from clearprop.data import CellError, Preparation
from clearprop.data.preparation import NumberColumn

LARGEST = float(np.finfo(np.float32).max)


def test_robust_by_hand():
    """1 … 9 with median 5 and quartiles 3 and 7: 17 is 3 quartile spreads above, and is clipped to 3 / √2."""
    preparation = Preparation.learn(np.arange(1.0, 10)[:, None])
    assert preparation.features == ("x0",)
    assert preparation.apply(np.array([[5.0], [17.0]])) == pytest.approx(np.array([[0], [3 / 2**0.5]]), rel=1e-15)


def test_standard_is_linear():
    """For a network without hidden layers: (x − center) · scale, and nothing else."""
    X = np.array([[1.0], [3.0]])
    preparation = Preparation.learn(X, scaling="standard")
    assert preparation.is_linear
    assert preparation.apply(np.array([[2.0], [1002.0]])).tolist() == [[0.0], [1000.0]]
    Z = (X - preparation.center) * preparation.scale
    np.testing.assert_array_equal(preparation.apply(X), Z)
    assert not Preparation.learn(X).is_linear
    assert not Preparation.learn({"x": [1, 2], "b": [True, False]}, scaling="standard").is_linear


@pytest.mark.parametrize(
    "X", [np.array([[1.0], [np.nan], [3.0], [5.0]]), {"x0": ["1", "?", "3", "5"]}], ids=["array", "text"]
)
def test_a_missing_number_is_0_with_an_indicator_if_one_was_missing_in_training(X):
    """1, 3, 5: median 3, quartiles 1 and 5."""
    preparation = Preparation.learn(X)
    assert preparation.features == ("x0", "x0 missing")
    z = 0.5 / (1 + (0.5 / 3) ** 2) ** 0.5
    assert preparation.apply(X) == pytest.approx(np.array([[-z, 0], [0, 1], [0, 0], [z, 0]]), rel=1e-15)
    whole = Preparation.learn(np.array([[1.0], [3.0], [5.0]]))
    assert whole.apply(np.array([[np.nan]])).tolist() == [[0.0]]


def test_the_indicator_is_that_of_its_column():
    """Where columns before it were left out, in an array and in a frame."""
    X = np.array([[7, np.nan, 5, np.nan], [7, 1, 6, np.nan], [7, 3, np.nan, np.nan], [7, 5, 6, np.nan]])
    frame = pl.DataFrame(X, schema=["x0", "x1", "x2", "x3"])
    preparation = Preparation.learn(frame)
    assert preparation.features == ("x1", "x2", "x1 missing", "x2 missing")
    assert preparation.apply(X)[:, 2:].tolist() == [[1, 0], [0, 0], [0, 1], [0, 0]]
    for table in (frame, frame.select("x3", "x2", "x1"), frame.with_columns(pl.col("x1").cast(pl.String))):
        np.testing.assert_array_equal(preparation.apply(table), preparation.apply(X))


def test_an_array_keeps_its_width():
    """Columns that are constant or empty are zeros, so that the folds of an array are as wide as each other."""
    X = np.array([[7, np.nan, 5], [7, np.nan, 6], [7, np.nan, 9]])
    preparation = Preparation.learn(X)
    assert preparation.features == ("x0", "x1", "x2")
    assert preparation.apply(X)[:, :2].tolist() == [[0, 0]] * 3
    assert preparation.apply(np.array([[8.0, 1.0, 6.0]])).tolist() == [[0, 0, 0]]


def test_a_number_that_never_changes_where_it_is_there():
    preparation = Preparation.learn(np.array([[4.0], [np.nan]]))
    assert preparation.scale.tolist() == [0.0]
    assert preparation.apply(np.array([[4.0], [1e30], [np.nan]])).tolist() == [[0, 0], [0, 0], [0, 1]]


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e39, -1e300])
@pytest.mark.parametrize("scaling", ["robust", "standard"])
def test_infinity_and_numbers_beyond_float32_are_named(value, scaling):
    """Both when learning and when predicting, in an array, in a frame, and in text."""
    good = np.arange(12.0).reshape(4, 3)
    bad = good.copy()
    bad[2, 1] = value
    preparation = Preparation.learn(good, scaling=scaling, names=["a", "b", "c"])
    tables = [bad, pl.DataFrame(bad, schema=["a", "b", "c"]), pl.DataFrame(bad.astype(str), schema=["a", "b", "c"])]
    for table in tables:
        for use in (preparation.apply, lambda X: Preparation.learn(X, names=["a", "b", "c"])):
            with pytest.raises(
                CellError, match=r"^Column 'b' has .* in row 3: only numbers up to 3.4e\+38 can be"
            ) as caught:
                use(table)
            assert (caught.value.column, caught.value.row, caught.value.value) == ("b", 2, value)


def test_what_scaling_takes_beyond_float32_is_named():
    """Without a clip a number can leave float32 even if it fits; with one it cannot."""
    X = np.array([[0.0], [1e-30]])
    with pytest.raises(CellError, match=r"'x0' has 1e\+38 in row 2"):
        Preparation.learn(X, scaling="standard").apply(np.array([[0.0], [1e38]]))
    far = Preparation.learn(X).apply(np.array([[LARGEST], [-LARGEST]]))
    assert far.tolist() == [[3.0], [-3.0]]


@pytest.mark.parametrize("tiny", [5e-324, 1e-300, 1e-99])
def test_tiny_numbers_stay_finite(tiny):
    X = np.array([[-tiny, 0.0], [0.0, 1.0], [tiny, 2.0]])
    for scaling in ("robust", "standard"):
        assert np.isfinite(Preparation.learn(X, scaling=scaling).apply(X)).all()


def test_every_type_of_array_gives_the_same():
    X = np.array([[1, 0], [3, 1], [4, 1]])
    expected = Preparation.learn(X.astype(float)).apply(X.astype(float))
    for dtype in (np.int8, np.uint64, np.float32, np.float16, object):
        np.testing.assert_array_equal(Preparation.learn(X.astype(dtype)).apply(X.astype(dtype)), expected)


@pytest.mark.parametrize(
    "fields", [{"scale": -1.0}, {"scale": 1e101}, {"center": 1e39}, {"center": float("nan")}, {"x": 1}]
)
def test_a_column_that_contradicts_itself_is_refused(fields):
    good = {"name": "a", "reason": "numbers", "center": 0.0, "scale": 1.0, "missing": False}
    assert NumberColumn(**good)
    with pytest.raises(ValidationError):
        NumberColumn(**{**good, **fields})
