"""Tables, arrays and bundled samples, from files to numbers."""

from clearprop.data.cells import CellError
from clearprop.data.frame import as_frame
from clearprop.data.kinds import ColumnKind, kind_of
from clearprop.data.preparation import Preparation
from clearprop.data.samples import SAMPLES, Sample, sample
from clearprop.data.source import Source, open_table, open_table_for
from clearprop.data.split import hold_out
from clearprop.data.table import Table
from clearprop.data.task import Inferred, infer

__all__ = [
    "SAMPLES",
    "CellError",
    "ColumnKind",
    "Inferred",
    "Preparation",
    "Sample",
    "Source",
    "Table",
    "as_frame",
    "hold_out",
    "infer",
    "kind_of",
    "open_table",
    "open_table_for",
    "sample",
]
