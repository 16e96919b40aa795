"""What happened, epoch by epoch."""

import json
from pathlib import Path
from typing import Any, SupportsIndex, overload


class History(list[dict[str, Any]]):
    """A record an epoch: {"epoch": 1, "loss": …, "val_loss": …, …}.  A name gives a column, a number a record.

    >>> history = History([{"epoch": 1, "loss": 0.7}, {"epoch": 2, "loss": 0.5}])
    >>> history["loss"], history[-1]["epoch"]
    ([0.7, 0.5], 2)
    """

    @overload
    def __getitem__(self, key: str) -> list[Any]: ...
    @overload
    def __getitem__(self, key: SupportsIndex) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, key: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, key: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """A column by its name, or a record by its place."""
        return [record[key] for record in self] if isinstance(key, str) else super().__getitem__(key)

    @property
    def columns(self) -> list[str]:
        """The names of what was recorded."""
        return list(self[0]) if self else []

    def save(self, path: str | Path) -> None:
        """Write a line of JSON for each record (numbers that are not finite as null)."""
        from clearprop.files import write_atomically

        lines = (json.dumps({k: finite(v) for k, v in record.items()}) + "\n" for record in self)
        write_atomically(path, "".join(lines).encode())


def finite(value: Any) -> Any:
    """The value for JSON, which has no number that is not finite: None in its place."""
    return None if isinstance(value, float) and value - value != 0 else value
