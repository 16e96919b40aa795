"""What kind is a column?"""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from clearprop.data.kinds import ColumnKind, check_asked, kind_of
from clearprop.errors import DataError

SENTENCES = [f"This is the {i}. of the texts" for i in range(30)]


@pytest.mark.parametrize(
    ("cells", "kind", "reason"),
    [
        ([1, 2, None], "number", "numbers"),
        ([0.5, 1.5], "number", "numbers"),
        (["1", " 2.5e3", "n/a"], "number", "numbers"),
        (["0", "1", "0"], "number", "numbers"),
        ([timedelta(1), timedelta(2)], "number", "numbers"),
        ([True, False], "boolean", "truth values"),
        ([True, None], "boolean", "truth values"),
        (["Yes", "no", ""], "boolean", "truth values"),
        (["y", "N"], "boolean", "truth values"),
        (["true", None], "boolean", "truth values"),
        (["yes", "false"], "category", "text"),
        ([date(2020, 1, 1), date(2020, 1, 2)], "date", "dates"),
        ([datetime(2020, 1, 1, 5), None], "date", "dates"),
        (["2020-01-01", "2020-01-02", "?"], "date", "dates"),
        (["03/04/2021", "05/06/2021"], "date", "dates, day first"),
        (["31.12.2021", "05.06.2021"], "date", "dates, day first"),
        (["03/04/2021", "05/16/2021"], "date", "dates, month first"),
        (["3 April 2021", "5 May 2021"], "date", "dates"),
        (["2020-01-01", "01.02.2020"], "category", "text"),
        (["a", "b", "a"], "category", "text"),
        (["1", "2", "many"], "category", "text"),
        ([f"row {i}" for i in range(30)], "left out", "identifier"),
        ([f"row {i}" for i in range(9)], "left out", "identifier"),
        ([f"row {i}" for i in range(8)], "category", "text"),
        ([f"row {i % 15}" for i in range(30)], "category", "text"),
        ([f"row {i % 29}" for i in range(30)], "left out", "identifier"),
        (SENTENCES, "left out", "free text"),
        ([None, None], "left out", "no values"),
        (["", "na"], "left out", "no values"),
        ([float("nan")], "left out", "no values"),
        ([3, 3], "left out", "constant"),
        (["3", "3.0"], "left out", "constant"),
        (["yes", "YES"], "left out", "constant"),
        ([True, True], "left out", "constant"),
        (["x"], "left out", "constant"),
    ],
)
def test_the_kind_is_inferred_and_the_reason_given(cells, kind, reason):
    found = kind_of(pl.Series("c", cells))
    assert found == (kind, reason)
    assert found.because().startswith("because ")


def test_declared_categories_are_categories_however_many():
    assert kind_of(pl.Series([f"row {i}" for i in range(30)], dtype=pl.Categorical)) == ("category", "categories")
    assert kind_of(pl.Series(["1", "2"], dtype=pl.Enum(["1", "2"]))) == ("category", "categories")


def test_a_row_of_weight_2_is_two_rows():
    """30 texts, 30 rows: an identifier; each of weight 2: seen twice, a category."""
    cells = pl.Series([f"row {i}" for i in range(30)])
    for weights in (None, np.ones(30)):
        assert kind_of(cells, weights).reason == "identifier"
    assert kind_of(cells, np.full(30, 2.0)) == kind_of(pl.concat([cells, cells])) == ("category", "text")


@pytest.mark.parametrize("cells", [[[1, 2]], [{"a": 1}], [b"x"], [object()]])
def test_what_is_no_cell_is_refused(cells):
    with pytest.raises(DataError, match=r"Column 'odd' holds .*: leave it out"):
        kind_of(pl.Series("odd", cells))


def test_what_is_asked_for_is_checked():
    check_asked({"zip": "category", "id": "drop"}, ["zip", "id"])
    with pytest.raises(DataError, match=r"no column 'Zip', which was to be of the kind category. Did you mean 'zip'\?"):
        check_asked({"Zip": "category"}, ["zip"])
    with pytest.raises(DataError, match=r"'categry', asked for column 'zip', is no kind of .* Did you mean 'category'"):
        check_asked({"zip": "categry"}, ["zip"])
    assert ColumnKind("category", "asked").because() == "as you asked"
