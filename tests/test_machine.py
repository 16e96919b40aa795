"""What this computer has."""

import os

from clearprop.machine import memory_bytes


def test_its_memory(monkeypatch):
    """Between a quarter of a GB and a PB; None where it is not told, as on Windows."""
    assert 2**28 < (memory_bytes() or 2**34) < 2**50

    def untold(_name):
        raise ValueError

    monkeypatch.setattr(os, "sysconf", untold, raising=False)
    assert memory_bytes() is None
