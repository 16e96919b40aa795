"""What this computer has."""

import os

from clearprop.machine import cores, memory_bytes


def test_its_memory(monkeypatch):
    """Between a quarter of a GB and a PB; None where it is not told, as on Windows."""
    assert 2**28 < (memory_bytes() or 2**34) < 2**50

    def untold(_name):
        raise ValueError

    monkeypatch.setattr(os, "sysconf", untold, raising=False)
    assert memory_bytes() is None


def test_its_cores(monkeypatch):
    """Those that this process may use, or all, where a process cannot be told."""
    assert 1 <= cores() <= (os.cpu_count() or 1)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert cores() == (os.cpu_count() or 1)
