"""What happened and why: checks and measures of a network, on the user's own data."""

from clearprop.explain.boundary import boundary
from clearprop.explain.boundary_columns import boundary_of_columns
from clearprop.explain.closeness import Closeness, closeness
from clearprop.explain.columns import Importance, column_importance
from clearprop.explain.descent import Descent, Descents, descent
from clearprop.explain.gradient_check import Check, Offender, gradient_check
from clearprop.explain.landscape import Landscape, landscape
from clearprop.explain.operation import Operation, Trace
from clearprop.explain.path import DescentPath, PathRecorder
from clearprop.explain.regions import Boundary
from clearprop.explain.report import report
from clearprop.explain.surfaces import Surface, plane_of
from clearprop.explain.trace import trace
from clearprop.explain.units import Units, units

__all__ = [
    "Boundary",
    "Check",
    "Closeness",
    "Descent",
    "DescentPath",
    "Descents",
    "Importance",
    "Landscape",
    "Offender",
    "Operation",
    "PathRecorder",
    "Surface",
    "Trace",
    "Units",
    "boundary",
    "boundary_of_columns",
    "closeness",
    "column_importance",
    "descent",
    "gradient_check",
    "landscape",
    "plane_of",
    "report",
    "trace",
    "units",
]
