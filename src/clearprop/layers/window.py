"""Moved to `axis`; this name goes."""

from clearprop.layers.axis import Axis, Pair, axes, axes_back

__all__ = ["Axis", "Pair", "axes", "axes_back"]
