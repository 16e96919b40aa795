"""A column of dates, with or without a time of day."""

from typing import Literal, get_args

import numpy as np
import polars
from pydantic import BaseModel, Field, model_validator

from clearprop.data.cells import is_text
from clearprop.data.dates import FORMATS, date_format, dates_of
from clearprop.data.kinds import Reason
from clearprop.data.preparation.column import Column, Names, Parts, parts
from clearprop.data.preparation.number import Center, Scale
from clearprop.data.preparation.scaling import Scaling, learn_scaling

DAY_US = 86_400_000_000
"""Microseconds in a day."""

MONDAY = np.datetime64("1970-01-05")

PartName = Literal[
    "days", "year", "month sin", "month cos", "day sin", "day cos", "weekday sin", "weekday cos", "time sin", "time cos"
]

PARTS: tuple[PartName, ...] = get_args(PartName)
"""Days since 1970, and the year; and where a date stands in the year (by months), in the month, in the week and in the
day, as a point on a circle."""


def parts_of(dates: np.ndarray) -> dict[PartName, np.ndarray]:
    """Each part (n,) of dates (n,) in microseconds, NaN where a date is missing.

    With months, days and weekdays counted from 0, a share s of a cycle is month / 12, day / 31, weekday / 7 (Monday is
    0), or the share of the day that is over; its parts are sin 2πs and cos 2πs, rounded, so that sin π is 0.
    """
    days, months = dates.astype("datetime64[D]"), dates.astype("datetime64[M]")
    shares = {
        "month": (months - dates.astype("datetime64[Y]").astype(months.dtype)) / np.timedelta64(12, "M"),
        "day": (days - months.astype(days.dtype)) / np.timedelta64(31, "D"),
        "weekday": (days - MONDAY) / np.timedelta64(7, "D") % 1,
        "time": (dates - days) / np.timedelta64(DAY_US, "us"),
    }
    year = 1970 + (dates.astype("datetime64[Y]") - np.datetime64("1970", "Y")) / np.timedelta64(1, "Y")
    circles = {
        f"{cycle} {turn.__name__}": np.round(turn(2 * np.pi * share), 12)
        for cycle, share in shares.items()
        for turn in (np.sin, np.cos)
    }
    return {"days": (dates - np.datetime64("1970")) / np.timedelta64(DAY_US, "us"), "year": year, **circles}  # pyright: ignore[reportReturnType]


class DatePart(BaseModel):
    """One number made of a date, and its scaling (`NumberColumn`)."""

    model_config = Column.model_config

    part: PartName
    center: Center
    scale: Scale


class DateColumn(Column):
    """A date becomes numbers: its parts that are not the same in all training rows, each 0 where it is missing.

    Attributes:
        format: how text says a date, in the letters of strptime; None where the column was of dates.
        parts: the parts and their scaling.
        missing: whether a training row had no value: then an indicator is 1 where there is none, else 0.
    """

    kind: Literal["date"] = "date"
    format: str | None
    parts: tuple[DatePart, ...] = Field(max_length=len(PARTS))
    missing: bool

    @model_validator(mode="after")
    def _agrees(self) -> "DateColumn":
        if self.format is not None and self.format not in FORMATS:
            raise ValueError("a format of dates is one of those known")
        if len({part.part for part in self.parts}) != len(self.parts):
            raise ValueError("each part of a date stands once")
        return self

    @property
    def results(self) -> Names:
        """A number a part, and perhaps the indicator."""
        numbers = tuple(f"{self.name} {part.part}" for part in self.parts)
        return Names(numbers=numbers, indicators=(f"{self.name} missing",) if self.missing else ())

    @property
    def scaling(self) -> tuple[tuple[float, float], ...]:
        """That of each part."""
        return tuple((part.center, part.scale) for part in self.parts)

    def prepare(self, cells: polars.Series) -> Parts:
        """The parts, NaN where the date is missing, and the indicator."""
        dates = dates_of(cells, self.format).to_numpy()
        found = parts_of(dates)
        return parts(
            len(cells), [found[part.part] for part in self.parts], [np.isnat(dates)] if self.missing else [], []
        )

    @classmethod
    def learn(cls, cells: polars.Series, reason: Reason, weights: np.ndarray | None, scaling: Scaling) -> "DateColumn":
        """The format and the parts.

        Raises:
            CellError: a cell that is no date.
        """
        format = date_format(cells) if is_text(cells) else None
        dates = dates_of(cells, format)
        X = np.column_stack(list(parts_of(dates.to_numpy()).values()))
        center, scale = learn_scaling(X, weights, scaling)
        found = zip(PARTS, center.tolist(), scale.tolist(), strict=True)
        kept = tuple(DatePart(part=name, center=c, scale=s) for name, c, s in found if s > 0)
        return cls(name=cells.name, reason=reason, format=format, parts=kept, missing=dates.has_nulls())
