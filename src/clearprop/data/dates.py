"""Dates and times, from text and from columns that hold them already; all of them at UTC."""

from datetime import datetime

import polars

from clearprop.data.cells import CellError, is_text, text_of
from clearprop.errors import DataError
from clearprop.i18n import _

_TIMES = ("", " %H:%M", " %H:%M:%S%.f", " %I:%M %p", " %I:%M:%S %p")
_ISO_TIMES = ("T%H:%M", "T%H:%M:%S%.f", "T%H:%M:%S%.f%#z", "T%H:%M%#z", " %H:%M:%S%.f%#z", " %H:%M%#z")
_YEAR_FIRST = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d")
_BY_NAME = ("%d %B %Y", "%d-%B-%Y", "%B %d, %Y", "%B %d %Y")
_DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")
_MONTH_FIRST = ("%m/%d/%Y", "%m-%d-%Y")

UNAMBIGUOUS = tuple(
    [f"%Y-%m-%d{time}" for time in _ISO_TIMES] + [day + time for day in (*_YEAR_FIRST, *_BY_NAME) for time in _TIMES]
)
"""Formats in which a date can mean only one day (in the letters of `strptime`, as Polars reads them)."""

FORMATS = UNAMBIGUOUS + tuple(day + time for day in (*_DAY_FIRST, *_MONTH_FIRST) for time in _TIMES)
"""The formats that are looked for, in this order: 03/04/2021 is 3 April unless the column then has a 13th month."""

TRIED = 100
"""A format is tried on so many cells before it is tried on all."""


def dates_of(cells: polars.Series, format: str | None = None) -> polars.Series:
    """The cells as dates with a time, at UTC and to the microsecond; null where they are missing.

    Text is read in the format given, or, where that does not fit, in one of UNAMBIGUOUS.

    >>> dates_of(polars.Series("seen", ["24/12/2025", "-"]), "%d/%m/%Y").to_list()
    [datetime.datetime(2025, 12, 24, 0, 0), None]

    Raises:
        CellError: text that is no date.
        DataError: numbers or truth values.
    """
    if not is_text(cells):
        return _typed(cells)
    text = text_of(cells)
    dates = text.cast(polars.Datetime("us")) if text.null_count() == len(text) else _read(text, format or FORMATS[0])
    if dates.null_count() == text.null_count():
        return dates
    another = date_format(cells, UNAMBIGUOUS)
    if another is not None:
        return _read(text, another)
    row = (dates.is_null() & text.is_not_null()).arg_true()[0]
    sentence = _(
        "Column '{column}' should hold dates like {example}, and has '{value}' in {place}: correct it, or leave the"
        " cell empty."
    )
    raise CellError(sentence, cells.name, row, text[row], _example(format or "%Y-%m-%d"))


def date_format(cells: polars.Series, formats: tuple[str, ...] = FORMATS) -> str | None:
    """The first format in which every cell of a column of text that is not missing is a date; None if there is none.

    >>> date_format(polars.Series(["03/04/2021", "03/14/2021"]))
    '%m/%d/%Y'
    """
    text = text_of(cells).drop_nulls()
    if not len(text) or not text.head(TRIED).str.contains(r"^\p{L}{3,9} \d|^\d{1,4}[-/. ]").all():
        return None
    fitting = (format for format in formats if not _read(text.head(TRIED), format).has_nulls())
    return next((format for format in fitting if not _read(text, format).has_nulls()), None)


def _typed(cells: polars.Series) -> polars.Series:
    if not (cells.dtype in (polars.Date, polars.Null) or cells.dtype == polars.Datetime):
        raise DataError(
            _("Column '{name}' should hold dates, and holds {kind}: leave it out, or write dates as text.").format(
                name=cells.name, kind=cells.dtype
            )
        )
    if getattr(cells.dtype, "time_zone", None):
        cells = cells.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return cells.cast(polars.Datetime("us"))


def _read(text: polars.Series, format: str) -> polars.Series:
    """Null where text is not a date in this format, its year in four digits."""
    dates = text.str.to_datetime(format, strict=False, time_unit="us")
    if getattr(dates.dtype, "time_zone", None):
        dates = dates.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    both = polars.DataFrame({"text": text, "year": dates.dt.to_string("%Y")})
    four = (polars.col("year").str.len_chars() == 4) & polars.col("text").str.contains(polars.col("year"), literal=True)
    return dates.set(~both.select(four).to_series(), None)


def _example(format: str) -> str:
    """A day in this format."""
    return datetime(2021, 12, 31, 18, 30).strftime(format.replace("%.f", "").replace("%#z", "Z"))
