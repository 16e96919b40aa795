"""A column that nothing is learnt from; it is kept so that it can be told why."""

from typing import Literal

from clearprop.data.preparation.column import Column


class LeftOutColumn(Column):
    """Becomes nothing, and need not be there."""

    kind: Literal["left out"] = "left out"
