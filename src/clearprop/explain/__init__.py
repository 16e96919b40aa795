"""What happened and why: checks and measures of a network, on the user's own data."""

from clearprop.explain.closeness import Closeness, closeness
from clearprop.explain.columns import Importance, column_importance
from clearprop.explain.descent import Descent, Descents, descent
from clearprop.explain.gradient_check import Check, gradient_check
from clearprop.explain.operation import Operation, Trace
from clearprop.explain.trace import trace
from clearprop.explain.landscape import Landscape, landscape
from clearprop.explain.path import DescentPath, PathRecorder
from clearprop.explain.surfaces import Surface, plane_of

__all__ = [
    "Check",
    "Closeness",
    "Descent",
    "DescentPath",
    "Descents",
    "Importance",
    "Landscape",
    "PathRecorder",
    "Surface",
    "closeness",
    "column_importance",
    "descent",
    "gradient_check",
    "landscape",
    "plane_of",
]
