"""Arrivals and velocities, on potentials made by hand."""

import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import AxonRecording

TWO = AxonRecording(
    time_ms=np.array([0.0, 1.0, 2.0, 3.0, 4.0]),
    place_cm=np.array([1.0, 3.0]),
    V_mV=np.array([[-70, -70], [30, -70], [-70, 10], [10, -70], [10, -30]], float),
    spike_mV=-20.0,
)


def test_a_pulse_arrives_where_a_straight_line_crosses():
    """−70 → 30 crosses −20 halfway; −70 → 10 at 5/8. From −20 or more to more is no crossing."""
    assert TWO.arrivals_ms(1.0).tolist() == [0.5, 2.625]
    assert TWO.arrivals_ms(3.0).tolist() == [1.625]


def test_between_two_segments_potentials_lie_on_a_straight_line_and_beyond_them_stay():
    assert TWO.at(1.5).tolist() == [-70, 5, -50, -10, 0]
    assert TWO.at(0.0).tolist() == TWO.at(1.0).tolist()
    assert TWO.at(4.0).tolist() == TWO.at(3.0).tolist() == [-70, -70, 10, -70, -30]
    assert TWO.end_cm == 4.0


def test_velocity_is_the_way_over_the_time():
    """2 cm in 1.125 ms, either way; by default from a quarter to three quarters: here 1 and 3 cm."""
    assert TWO.velocity_m_per_s(1.0, 3.0) == pytest.approx(20 / 1.125)
    assert TWO.velocity_m_per_s() == TWO.velocity_m_per_s(3.0, 1.0) == TWO.velocity_m_per_s(1.0, 3.0)


def test_what_cannot_be_said_is_a_plain_sentence():
    with pytest.raises(ClearpropError, match="1 pulses came by 3 cm within 4 ms, and 2 had to: give a longer"):
        TWO.velocity_m_per_s(pulse=1)
    with pytest.raises(ClearpropError, match=r"place_cm=4\.1 is not on the axon, which ends at 4 cm"):
        TWO.arrivals_ms(4.1)
    with pytest.raises(ClearpropError, match="from_cm and to_cm are both 2: give two places"):
        TWO.velocity_m_per_s(2.0, 2.0)
