"""Dates from text and from typed columns."""

from datetime import date, datetime, timedelta, timezone

import polars as pl
import pytest

from clearprop.data.cells import CellError
from clearprop.data.dates import date_format, dates_of
from clearprop.errors import DataError

DAY = datetime(2021, 3, 14)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2021-03-14", DAY),
        ("2021-03-14 15:09", datetime(2021, 3, 14, 15, 9)),
        ("2021-03-14 15:09:26", datetime(2021, 3, 14, 15, 9, 26)),
        ("2021-03-14T15:09:26.535897", datetime(2021, 3, 14, 15, 9, 26, 535897)),
        ("2021-03-14T15:09:26Z", datetime(2021, 3, 14, 15, 9, 26)),
        ("2021-03-14T15:09:26+02:00", datetime(2021, 3, 14, 13, 9, 26)),
        ("2021/03/14", DAY),
        ("0800-12-25", datetime(800, 12, 25)),
        ("14.03.2021", DAY),
        ("14/03/2021 15:09", datetime(2021, 3, 14, 15, 9)),
        ("03/14/2021", DAY),
        ("3/14/2021 3:09 PM", datetime(2021, 3, 14, 15, 9)),
        ("14-03-2021", DAY),
        ("14 Mar 2021", DAY),
        ("14 March 2021", DAY),
        ("March 14, 2021", DAY),
        ("14-Mar-2021", DAY),
    ],
)
def test_formats(text, instant):
    cells = pl.Series([text, None, " na "])
    assert dates_of(cells, date_format(cells)).to_list() == [instant, None, None]


@pytest.mark.parametrize("text", ["", "21-03-14", "14/03/21", "2021-02-30", "123-45-6789", "20210314", "Mars", "1.5"])
def test_what_is_no_date(text):
    """Nor are years of two digits, which could be days."""
    assert date_format(pl.Series([text])) is None


def test_the_column_settles_the_order_of_day_and_month():
    """03/04 alone is 3 April, by our choice; another row can say that it is 4 March."""
    assert date_format(pl.Series(["03/04/2021", "05/06/2021"])) == "%d/%m/%Y"
    assert date_format(pl.Series(["03/04/2021", "05/13/2021"])) == "%m/%d/%Y"
    assert date_format(pl.Series(["03/04/2021"] * 200 + ["05/13/2021"])) == "%m/%d/%Y"
    assert date_format(pl.Series(["13/04/2021", "05/13/2021"])) is None


def test_typed_dates_are_brought_to_utc():
    zone = timezone(timedelta(hours=2))
    assert dates_of(pl.Series([date(2021, 3, 14), None])).to_list() == [DAY, None]
    assert dates_of(pl.Series([datetime(2021, 3, 14, 2, tzinfo=zone)])).to_list() == [DAY]
    there = pl.Series([DAY]).dt.replace_time_zone("America/New_York")
    assert dates_of(there).to_list() == [datetime(2021, 3, 14, 5)]
    assert dates_of(pl.Series([DAY], dtype=pl.Datetime("ns"))).dtype == pl.Datetime("us")


def test_another_format_is_read_only_where_it_can_mean_one_day():
    assert dates_of(pl.Series(["2021-03-14"]), "%d/%m/%Y").to_list() == [DAY]
    with pytest.raises(CellError, match=r"'born' should hold dates like 31/12/2021, and has '2021-3' in row 2"):
        dates_of(pl.Series("born", ["01/02/2021", "2021-3"]), "%d/%m/%Y")
    with pytest.raises(CellError, match=r"should hold dates like 2021-12-31, and has '01/02/2021' in row 1"):
        dates_of(pl.Series("born", ["01/02/2021"]))


def test_numbers_are_no_dates():
    with pytest.raises(DataError, match=r"Column 'born' should hold dates, and holds Int64"):
        dates_of(pl.Series("born", [20210314]))
