"""What was recorded, and the rates in it."""

import numpy as np
import pytest

from clearprop.neurons import Recording
from clearprop.neurons.recording import rate_hz


def test_a_rate_is_one_over_the_mean_interval():
    """Three intervals of 20 ms in all: 150 Hz; the moment itself still counts; nothing to divide by: 0."""
    spikes = np.array([2.0, 5.0, 10.0, 22.0])
    assert rate_hz(spikes) == pytest.approx(150.0)
    assert rate_hz(spikes, 5.0) == pytest.approx(2000 / 17)
    assert rate_hz(spikes, 10.1) == rate_hz(spikes[:1]) == rate_hz(spikes[:0]) == 0.0


def test_one_neuron_and_several():
    time, V = np.arange(3.0), np.zeros((3, 2))
    one = Recording(time, {"V_mV": V[:, 0]}, np.array([1.0, 2.0]), 2.0)
    assert one.rate_hz() == 1000.0
    assert one.V_mV is one.variables["V_mV"]
    two = Recording(time, {"V_mV": V}, [np.array([0.5, 1.0, 1.5]), np.array([])], 2.0)
    np.testing.assert_array_equal(two.rate_hz(), [2000.0, 0.0])
    np.testing.assert_array_equal(two.rate_hz(after_ms=1.0), [2000.0, 0.0])
