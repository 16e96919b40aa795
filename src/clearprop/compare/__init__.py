"""Learning rules side by side: one network, data, seeds and tuning budget for each; `run` says how it is fair."""

from clearprop.compare.problem import Problem
from clearprop.compare.run import compare
from clearprop.compare.settings import Settings

__all__ = ["Problem", "Settings", "compare"]
