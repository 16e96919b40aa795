"""A column of any kind, as a model file tells them apart: by `kind`."""

from typing import Annotated

from pydantic import Field

from clearprop.data.preparation.boolean import BooleanColumn
from clearprop.data.preparation.category import CategoryColumn
from clearprop.data.preparation.date import DateColumn
from clearprop.data.preparation.left_out import LeftOutColumn
from clearprop.data.preparation.number import NumberColumn

AnyColumn = Annotated[
    NumberColumn | CategoryColumn | BooleanColumn | DateColumn | LeftOutColumn, Field(discriminator="kind")
]
