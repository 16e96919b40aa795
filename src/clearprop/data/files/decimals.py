"""Numbers as much of Europe writes them, 1.234,5, in tables whose cells a semicolon separates."""

import polars

from clearprop.data.cells import text_of

NUMBER = r"^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d*)?([eE][+-]?\d+)?$|^[+-]?,\d+$"


def with_points(cells: polars.DataFrame) -> tuple[polars.DataFrame, list[int]]:
    """(the cells, their decimals with a point; the places of the columns that were changed)

    A column is changed if each of its values is such a number, and at least one has a comma.

    >>> cells = polars.DataFrame({"0": ["1.234,5", "7"], "1": ["a,b", "7"]})
    >>> with_points(cells)[0].rows()
    [('1234.5', 'a,b'), ('7', '7')]
    """
    changed = [place for place, column in enumerate(cells) if _has_commas(column)]
    points = polars.col([str(place) for place in changed]).str.replace_all(".", "", literal=True)
    return cells.with_columns(points.str.replace(",", ".", literal=True)), changed


def _has_commas(column: polars.Series) -> bool:
    """Whether the column holds numbers only, some of them with a comma."""
    values = text_of(column).drop_nulls()
    with_comma = values.str.contains(",", literal=True)
    return bool(with_comma.any()) and bool(values.str.contains(NUMBER).all())
