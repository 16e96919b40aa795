"""What happened and why: checks and measures of a network, on the user's own data."""

from clearprop.explain.boundary import boundary
from clearprop.explain.boundary_columns import boundary_of_columns
from clearprop.explain.closeness import Closeness, closeness
from clearprop.explain.columns import Importance, column_importance
from clearprop.explain.confusion import Confusion, confusion
from clearprop.explain.descent import Descent, Descents, descent
from clearprop.explain.feature_maps import FeatureMaps, feature_maps
from clearprop.explain.first_layer import Filters, first_layer_filters
from clearprop.explain.gradient_check import Check, Offender, gradient_check
from clearprop.explain.landscape import Landscape, landscape
from clearprop.explain.look import Look, look
from clearprop.explain.occlusion import Occlusion, occlusion
from clearprop.explain.operation import Operation, Trace
from clearprop.explain.path import DescentPath, PathRecorder
from clearprop.explain.regions import Boundary
from clearprop.explain.report import report
from clearprop.explain.saliency import Saliency, saliency
from clearprop.explain.surfaces import Surface, plane_of
from clearprop.explain.trace import trace
from clearprop.explain.units import Units, units

__all__ = [
    "Boundary",
    "Check",
    "Closeness",
    "Confusion",
    "Descent",
    "DescentPath",
    "Descents",
    "FeatureMaps",
    "Filters",
    "Importance",
    "Landscape",
    "Look",
    "Occlusion",
    "Offender",
    "Operation",
    "PathRecorder",
    "Saliency",
    "Surface",
    "Trace",
    "Units",
    "boundary",
    "boundary_of_columns",
    "closeness",
    "column_importance",
    "confusion",
    "descent",
    "feature_maps",
    "first_layer_filters",
    "gradient_check",
    "landscape",
    "look",
    "occlusion",
    "plane_of",
    "report",
    "saliency",
    "trace",
    "units",
]
