"""Columns of any kind become numbers, by what was learnt from the training rows and is kept as data."""

from clearprop.data.preparation.boolean import BooleanColumn
from clearprop.data.preparation.category import CategoryColumn
from clearprop.data.preparation.column import Column
from clearprop.data.preparation.date import DateColumn
from clearprop.data.preparation.left_out import LeftOutColumn
from clearprop.data.preparation.number import NumberColumn
from clearprop.data.preparation.preparation import Preparation

__all__ = [
    "BooleanColumn",
    "CategoryColumn",
    "Column",
    "DateColumn",
    "LeftOutColumn",
    "NumberColumn",
    "Preparation",
]
