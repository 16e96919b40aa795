"""Compiled functions that are compiled once: in a process, and on disk for the processes after it.

`program` calls, `description` says what a program was compiled from, `cache` keeps it.
"""

from clearprop.compilation.program import Program, program

__all__ = ["Program", "program"]
