"""Tables, arrays and bundled samples, from files to numbers."""

from clearprop.data.dataset import Dataset
from clearprop.data.read import read, read_for
from clearprop.data.samples import SAMPLES, Sample, sample
from clearprop.data.split import hold_out
from clearprop.data.table import Table
from clearprop.data.task import Inferred, infer, table_of

__all__ = [
    "SAMPLES",
    "Dataset",
    "Inferred",
    "Sample",
    "Table",
    "hold_out",
    "infer",
    "read",
    "read_for",
    "sample",
    "table_of",
]
