"""`clearprop axon`."""

from pathlib import Path

import numpy as np
import pytest


def test_the_squids_giant_axon(clearprop):
    """Hodgkin and Huxley (1952) computed 18.8 m/s for a radius of 238 µm, 35.4 Ω·cm and 18.5 °C."""
    found = clearprop("axon", "--radius-um", 238, "--temperature-C", 18.5, "--output", "axon.png", "--json").json
    assert found["velocity_m_per_s"] == pytest.approx(18.8, rel=0.02)
    assert (found["radius_um"], found["temperature_C"], found["resistivity_ohm_cm"]) == (238, 18.5, 35.4)
    places, arrivals = np.array(found["places_cm"]), np.array(found["arrivals_ms"])
    assert places[0] == 0 and places[-1] == found["length_cm"]
    assert (np.diff(arrivals) > 0).all() and found["duration_ms"] > arrivals[-1]
    assert 10 * (places[3] - places[1]) / (arrivals[3] - arrivals[1]) == pytest.approx(found["velocity_m_per_s"])
    assert min(found["peaks_mV"]) > 0
    assert found["picture"] == "axon.png" and Path("axon.png").read_bytes().startswith(b"\x89PNG")


def test_a_quarter_of_the_radius_halves_the_velocity(clearprop):
    """Cable theory: it grows as √radius; and as 1/√resistivity."""
    fast, thin, resistive = (
        clearprop("axon", *options, "--json").json["velocity_m_per_s"]
        for options in ((), ("--radius-um", 238 / 4), ("--resistivity-ohm-cm", 4 * 35.4))
    )
    assert thin == pytest.approx(fast / 2, rel=1e-3) and resistive == pytest.approx(fast / 2, rel=1e-3)


def test_what_a_person_sees(clearprop):
    lines = clearprop("axon").out.splitlines()
    assert lines[0] == "An axon of 11.3 cm, radius 238 µm, 18.5 °C. The potential along it at 3.1 ms:"
    assert sum("│" in line for line in lines) == 10
    assert any(line.split() == ["5.64", "3.06", "25.5"] for line in lines)
    assert "The pulse travels at 18.7 m/s, between a quarter and three quarters of the way." in lines
    assert lines[-1].startswith("--output axon.png draws it")
    assert list(Path().iterdir()) == []


def test_a_pulse_that_has_not_yet_arrived_at_the_end(clearprop):
    found = clearprop("axon", "--duration", 5, "--output", "axon.png", "--json").json
    assert found["arrivals_ms"][-1] is None and found["velocity_m_per_s"] == pytest.approx(18.8, rel=0.02)
    assert any(line.split()[:2] == ["11.27", "–"] for line in clearprop("axon", "--duration", 5).out.splitlines())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--radius-um", -1), "radius_um of Axon cannot be -1: give a number above 0."),
        (("--length-cm", 0), "length_cm of Axon cannot be 0"),
        (("--length-cm", 0.5), "length_cm=0.5 of Axon is too short for a pulse of steady velocity"),
        (("--temperature-C", 1000), "temperature_C=1000 with q10=3 makes the gates of HodgkinHuxley more than 1,000"),
        (("--resistivity-ohm-cm", 0), "resistivity_ohm_cm of Axon cannot be 0: give a number above 0."),
        (("--temperature-C", "nan"), "temperature_C of HodgkinHuxley cannot be nan: give a number."),
        (("--duration", 0), "duration_ms cannot be 0.0: give a number above 0."),
        (("--duration", 1), "give a longer duration_ms"),
        (("--temperature-C", 45), "as heat blocks an axon, a lower temperature_C"),
        (("--output", "axon.svg"), "--output axon.svg is not a picture's name: it has to end in .png."),
        (("--output", "nowhere/axon.png"), "nowhere/axon.png cannot be written: there is no directory nowhere."),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(clearprop, options, sentence):
    done = clearprop("axon", *options)
    assert (done.status, done.out) == (2, "")
    assert sentence in done.err and done.err.count("\n") == 1 and "went wrong" not in done.err
    assert list(Path().iterdir()) == []
