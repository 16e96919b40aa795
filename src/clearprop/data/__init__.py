"""Tables, arrays and bundled samples, from files to numbers."""

from clearprop.data.table import Table

__all__ = ["Table"]
