"""What a model file says besides its arrays: the document in its metadata."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from clearprop.data import Table
from clearprop.i18n import _

FORMAT = 1
"""The version of the format that this program writes and reads."""

BLANK = "0" * 64
"""Stands for the hash while the hash is computed."""

MAX_MEMBERS = 2**12
"""How many networks an ensemble in a file may have."""

Part = dict[str, JsonValue]
"""A layer, loss or rule as `registry.config_of` describes it."""

Size = Annotated[int, Field(ge=0, lt=2**31)]
Score = bool | int | float | str | None


def _equally_long(history: list[dict[str, list[Score]]]) -> list[dict[str, list[Score]]]:
    if any(len({len(column) for column in block.values()}) > 1 for block in history):
        raise ValueError(_("columns of the history are not equally long"))
    return history


class Document(BaseModel):
    """The JSON document of a model file, checked strictly: no other fields, no conversions, no NaN.

    Attributes:
        format: the version of the format.
        clearprop: the version of the program that wrote it.
        sha256: the hash of the whole file with these 64 digits as zeros.
        network: the layers, as a configuration; so are
        loss: what it was trained on, and
        rule: the learning rule.
        input_shape: the shape of one row.
        dtype: the float type of the weights.
        kept_epoch: the epoch whose weights these are.
        stopped: why training ended.
        history: a record an epoch, as `records.to_columns` gives them; numbers that were not finite are null.
        table: the columns and classes, for a model of a table.
        members: how many networks it is, if an ensemble.

    >>> Document.model_validate_json('{"format": 1, "import": "os"}')
    Traceback (most recent call last):
    pydantic_core._pydantic_core.ValidationError: ...
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)

    format: Literal[1]
    clearprop: str = Field(max_length=100)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    network: Part
    loss: Part
    rule: Part
    input_shape: tuple[Size, ...] = Field(max_length=31)  # and the batch's axis; see outline.MAX_AXES
    dtype: Literal["float32", "float64"]
    kept_epoch: int = Field(ge=0)
    stopped: Literal["finished", "patience", "diverged", "interrupted", "callback", "running"]
    history: Annotated[list[dict[str, list[Score]]], AfterValidator(_equally_long)]
    table: Table | None
    members: int = Field(ge=1, le=MAX_MEMBERS)
