"""The axon: its speed against the paper's and theory's, its potential against closed forms and another solver."""

import dataclasses
import itertools
import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from clearprop.errors import ClearpropError
from clearprop.neurons import Axon, HodgkinHuxley, LeakyIntegrateAndFire, Pulse
from clearprop.neurons.cable import BACKWARD_EULER, CRANK_NICOLSON
from clearprop.neurons.refractory import refractory_ms

STILL = HodgkinHuxley(
    g_na_mS_per_cm2=0.0, g_k_mS_per_cm2=0.0, g_leak_mS_per_cm2=1.0, e_leak_mV=-65.0, temperature_C=18.5
)
"""A membrane that only leaks, with a time constant of 1 ms."""


@pytest.fixture(scope="module")
def squid():
    """The axon of the paper, and a pulse along it."""
    axon = Axon()
    return axon, axon.run()


def test_the_squids_pulse_travels_at_the_papers_speed(squid):
    """Hodgkin and Huxley (1952): 18.8 m/s computed, at 18.5 °C, radius 238 µm, R₂ 35.4 Ω·cm (21.2 measured)."""
    axon, found = squid
    assert (axon.radius_um, axon.resistivity_ohm_cm, axon.membrane.temperature_C) == (238, 35.4, 18.5)
    assert found.velocity_m_per_s() == pytest.approx(18.8, rel=0.02)
    assert axon.velocity_m_per_s() == found.velocity_m_per_s()
    assert axon.delay_ms() == pytest.approx(10 * axon.end_cm / found.velocity_m_per_s())


def test_its_speed_is_steady_between_a_quarter_and_three_quarters(squid):
    axon, found = squid
    parts = np.linspace(0.25, 0.75, 6) * axon.end_cm
    speeds = [found.velocity_m_per_s(*ends) for ends in itertools.pairwise(parts)]
    np.testing.assert_allclose(speeds, found.velocity_m_per_s(), rtol=1e-3)


def test_its_shape_is_steady_too(squid):
    """The potential at two places is the same, later by the way over the speed: equation 29 of the paper."""
    axon, found = squid
    near, far = axon.end_cm * 0.4, axon.end_cm * 0.6
    later = np.interp(found.time_ms, found.time_ms + 10 * (far - near) / found.velocity_m_per_s(), found.at(near))
    during = (found.time_ms > 3.6) & (found.time_ms < 12)
    np.testing.assert_allclose(later[during], found.at(far)[during], atol=0.5)


def test_warmth_makes_it_faster_and_heat_blocks_it(squid):
    """Gates that move faster let the pulse rise sooner, until they close before it has risen."""
    axon, found = squid

    def at(celsius):
        return dataclasses.replace(axon, membrane=HodgkinHuxley(temperature_C=celsius))

    speeds = [at(6.3).velocity_m_per_s(), found.velocity_m_per_s(), at(30.0).velocity_m_per_s()]
    assert sorted(speeds) == speeds
    with pytest.raises(ClearpropError, match=r"0 pulses came by 2\.82 cm within 16 ms.*lower temperature_C"):
        at(36.0).velocity_m_per_s()


def test_speed_grows_as_the_root_of_the_radius():
    """Cable theory: x only appears as x/√(a/2R), so that speed ~ √radius. On one wire, with no length scaled."""
    radii = np.array([60.0, 120.0, 240.0, 480.0])
    speeds = [Axon(radius, length_cm=12.0, segments=320).velocity_m_per_s(duration_ms=16) for radius in radii]
    assert np.polyfit(np.log(radii), np.log(speeds), 1)[0] == pytest.approx(0.5, abs=0.01)


def test_lengths_left_alone_follow_the_radius(squid):
    """λ ~ √radius, and so do the length and the segments."""
    axon, _found = squid
    thin = dataclasses.replace(axon, radius_um=axon.radius_um / 100)
    assert thin.end_cm == pytest.approx(axon.end_cm / 10)
    assert thin.count == axon.count
    assert thin.velocity_m_per_s() == pytest.approx(axon.velocity_m_per_s() / 10)


def _potential(axon, dt_ms, at_cm=3.0, time_ms=2.0):
    found = axon.run(duration_ms=time_ms, dt_ms=dt_ms, record_every_ms=time_ms)
    return float(found.at(at_cm)[-1])


@pytest.mark.parametrize("method", [BACKWARD_EULER, CRANK_NICOLSON], ids=["backward_euler", "crank_nicolson"])
def test_its_error_falls_with_the_power_of_the_step_that_the_method_states(method):
    """At a place where the pulse is just rising; each halving of the step brings 2ᵖ times less than the one before.

    With a leak that pulls upward, so that it moves, and its gates move, from the first step on.
    """
    restless = HodgkinHuxley(temperature_C=18.5, e_leak_mV=-45.0)
    found = [_potential(Axon(membrane=restless, method=method), dt) for dt in (0.0025, 0.00125, 0.000625)]
    assert np.log2(np.diff(found)[0] / np.diff(found)[1]) == pytest.approx(method.order, abs=0.1)


def test_its_error_falls_with_the_second_power_of_the_segments_length():
    speeds = [Axon(segments=n).velocity_m_per_s() for n in (160, 320, 640)]
    assert np.log2(np.diff(speeds)[0] / np.diff(speeds)[1]) == pytest.approx(2, abs=0.1)
    limit = speeds[2] + np.diff(speeds)[1] / 3
    assert speeds[1] == pytest.approx(limit, rel=2e-3)


def test_the_default_time_step_is_short_enough(squid):
    axon, found = squid
    finer = axon.run(dt_ms=0.0005, record_every_ms=0.02)
    assert found.velocity_m_per_s() == pytest.approx(finer.velocity_m_per_s(), rel=2e-4)


def _as_in_the_paper(axon, duration_ms):
    """The same wire by an explicit solver, with the rates as printed in the paper: V from rest, downward."""
    n, dx = axon.count, axon.end_cm / axon.count
    a = axon.radius_um * 1e-4
    stimulus = axon.pulse()

    def vtrap(x, y):
        return x / np.expm1(x / y)

    def slope(t, y):
        V, m, h, n_ = y.reshape(4, n)
        down = -(V + 65)
        phi = 3 ** ((18.5 - 6.3) / 10)
        wide = np.concatenate([V[:1], V, V[-1:]])
        into = np.zeros(n)
        into[0] = stimulus.current_uA / (2 * np.pi * a * dx) * (t < stimulus.duration_ms)
        ionic = 120 * m**3 * h * (V - 50) + 36 * n_**4 * (V + 77) + 0.3 * (V + 54.387)
        dV = 1000 * a / (2 * 35.4) * np.diff(wide, 2) / dx**2 - ionic + into
        dm = 0.1 * vtrap(down + 25, 10) * (1 - m) - 4 * np.exp(down / 18) * m
        dh = 0.07 * np.exp(down / 20) * (1 - h) - h / (np.exp((down + 30) / 10) + 1)
        dn = 0.01 * vtrap(down + 10, 10) * (1 - n_) - 0.125 * np.exp(down / 80) * n_
        return np.concatenate([dV, phi * dm, phi * dh, phi * dn])

    rest = HodgkinHuxley().rest()
    start = np.repeat([float(rest[name]) for name in ("V_mV", "m", "h", "n")], n)
    # In two parts, since the current ends at a corner.
    first = solve_ivp(slope, (0, stimulus.duration_ms - 1e-12), start, rtol=1e-6, atol=1e-8)
    return solve_ivp(slope, (stimulus.duration_ms, duration_ms), first.y[:, -1], rtol=1e-6, atol=1e-8).y[:n, -1]


def test_it_agrees_with_another_solver():
    """SciPy's explicit RK45, the equations written anew: potentials all along the wire while a pulse is on its way."""
    axon = Axon(length_cm=4.0, segments=60)
    found = axon.run(duration_ms=2.0, dt_ms=0.00125, record_every_ms=2.0)
    theirs = _as_in_the_paper(axon, 2.0)
    assert theirs.max() - theirs.min() > 80
    np.testing.assert_allclose(found.V_mV[-1], theirs, atol=0.02)


def test_pulses_that_meet_annihilate(squid):
    """Behind each pulse the axon is refractory: after they meet neither goes on, and each end sees only its own."""
    axon, _found = squid
    found = axon.run([axon.pulse(0.0), axon.pulse(axon.end_cm)])
    for share in np.linspace(0, 1, 11):
        assert len(found.arrivals_ms(share * axon.end_cm)) == 1
    assert found.arrivals_ms(axon.end_cm) == pytest.approx(found.arrivals_ms(0.0))
    np.testing.assert_allclose(found.V_mV, found.V_mV[:, ::-1], atol=1e-6)
    assert found.V_mV[-1].max() < -55  # nothing is under way


def test_a_pulse_started_in_the_middle_goes_both_ways(squid):
    axon, _found = squid
    found = axon.run([axon.pulse(axon.end_cm / 2)])
    near, far = found.arrivals_ms(0.0), found.arrivals_ms(axon.end_cm)
    assert len(near) == len(far) == 1
    assert near == pytest.approx(far)
    assert found.velocity_m_per_s(axon.end_cm * 0.75, axon.end_cm * 0.9) == pytest.approx(18.7, rel=0.01)


def test_a_second_pulse_soon_after_does_not_travel_and_later_one_does_slowly(squid):
    axon, _found = squid

    def second(gap_ms):
        return axon.run([axon.pulse(), axon.pulse(start_ms=gap_ms)], duration_ms=32)

    assert len(second(1.0).arrivals_ms(axon.end_cm / 4)) == 1
    soon, late = second(2.0), second(16.0)
    assert soon.velocity_m_per_s(pulse=0) == pytest.approx(late.velocity_m_per_s(pulse=0))
    assert soon.velocity_m_per_s(pulse=1) < 0.9 * soon.velocity_m_per_s(pulse=0)
    assert late.velocity_m_per_s(pulse=1) == pytest.approx(late.velocity_m_per_s(pulse=0), rel=0.01)
    with pytest.raises(ClearpropError, match=r"2 pulses came by .* and 3 had to"):
        late.velocity_m_per_s(pulse=2)


def test_the_refractory_period_is_where_the_second_begins_to_travel(squid):
    axon, _found = squid
    found = refractory_ms(axon, 0.1)
    arrived = [
        len(axon.run([axon.pulse(), axon.pulse(start_ms=gap)], duration_ms=32).arrivals_ms(axon.end_cm / 2))
        for gap in (found - 0.11, found)
    ]
    assert arrived == [1, 2]
    assert 1 < found < 2


def test_an_axon_too_short_for_a_steady_pulse(squid):
    """Half of the shortest allowed has the velocity of its ends, 7% too high; the shortest one's is within 2%."""
    axon, found = squid
    length = axon.space_constant_cm
    short = Axon(length_cm=length)
    assert short.run(duration_ms=6).velocity_m_per_s() > 1.05 * found.velocity_m_per_s()
    with pytest.raises(ClearpropError, match=r"length_cm=0\.70\d* of Axon is too short .* give 1\.41 or more, or none"):
        short.velocity_m_per_s()
    assert Axon(length_cm=2 * length).velocity_m_per_s() == pytest.approx(found.velocity_m_per_s(), rel=0.02)
    assert short.delay_ms() == pytest.approx(axon.delay_ms() / 16)


def test_without_a_current_it_rests(squid):
    assert np.ptp(squid[0].run([]).V_mV) < 0.01


def test_it_is_all_or_none(squid):
    """A current a twelfth as strong starts nothing; one twice as strong the same pulse, sooner."""
    axon, found = squid
    strength = axon.pulse().current_uA
    weak, twice = (axon.run([axon.pulse(current_uA=strength * by)]) for by in (1 / 12, 2))
    middle = axon.end_cm / 2
    assert weak.at(middle).max() < -64
    assert twice.at(middle).max() == pytest.approx(found.at(middle).max(), abs=0.05)
    assert twice.velocity_m_per_s() == pytest.approx(found.velocity_m_per_s(), rel=1e-4)
    assert twice.arrivals_ms(middle)[0] < found.arrivals_ms(middle)[0]


def test_a_passive_cable_holds_the_closed_form():
    """Sealed at L, with I at 0: V = I R∞ cosh((L − x)/λ)/sinh(L/λ), R∞ = 1/(2πa λ g), λ = √(a/(2 R_i g))."""
    axon = Axon(membrane=dataclasses.replace(STILL, capacitance_uF_per_cm2=0.5), length_cm=2.0, segments=320)
    a, length = 0.0238, math.sqrt(1000 * 0.0238 / (2 * 35.4 * 1.0))
    assert axon.space_constant_cm == pytest.approx(length)
    found = axon.run([Pulse(0.0, 0.0, 100.0, 1.0)], duration_ms=16)
    x = axon.place_cm
    exact = 1.0 / (2 * np.pi * a * length) * np.cosh((2 - x) / length) / np.sinh(2 / length)
    np.testing.assert_allclose(found.V_mV[-1] + 65, exact, rtol=1e-4)


def test_charge_is_conserved():
    """Without channels, all that comes in through electrodes, wherever and whenever, stays: Σ C V area = ∫ I dt."""
    tight = dataclasses.replace(STILL, g_leak_mS_per_cm2=1e-12, capacitance_uF_per_cm2=2.0)
    axon = Axon(membrane=tight, length_cm=11.0, segments=320)
    found = axon.run(
        [Pulse(0.0, 0.0, 0.5, 3.0), Pulse(4.321, 1.23456, 0.0001, 500.0), Pulse(11.0, 15.9, 5.0, -1.0)], duration_ms=16
    )
    area = 2 * np.pi * 0.0238 * 11.0 / 320
    charge = 2.0 * area * (found.V_mV[-1] + 65).sum()
    assert charge == pytest.approx(0.5 * 3 + 0.0001 * 500 - 0.1, rel=1e-9)


def test_an_electrode_is_where_it_is_and_not_at_the_nearest_segment():
    """Without channels a potential spreads to both sides alike: its centre stays where the current went in."""
    tight = dataclasses.replace(STILL, g_leak_mS_per_cm2=1e-12)
    axon = Axon(membrane=tight, length_cm=11.0, segments=320)
    found = axon.run([Pulse(4.321, 0.0, 0.05, 10.0)], duration_ms=0.1)
    above = found.V_mV[-1] + 65
    assert (axon.place_cm @ above) / above.sum() == pytest.approx(4.321, abs=1e-6)


def test_bad_input_is_said_plainly(squid):
    axon, _found = squid
    wrong: dict[str, Any]
    for wrong, sentence in (
        ({"radius_um": 0.0}, "radius_um of Axon cannot be 0: give a number above 0"),
        ({"length_cm": -1.0}, "length_cm of Axon cannot be -1: give a number above 0"),
        ({"length_cm": math.nan}, "length_cm of Axon cannot be nan"),
        ({"resistivity_ohm_cm": -3.0}, "resistivity_ohm_cm of Axon"),
        ({"segments": 79}, "segments of Axon cannot be 79: give a whole number of 80 or more"),
        ({"segments": 2, "length_cm": 0.1}, "segments of Axon cannot be 2: give a whole number of 3 or more"),
        ({"membrane": dataclasses.replace(STILL, g_leak_mS_per_cm2=0.0)}, "g_leak_mS_per_cm2"),
    ):
        with pytest.raises(ClearpropError, match=sentence):
            Axon(**wrong)
    other = Axon()
    object.__setattr__(other, "membrane", LeakyIntegrateAndFire())  # which the test run's types would not let in
    with pytest.raises(ClearpropError, match=r"membrane of Axon cannot be Leaky.*: give a HodgkinHuxley, whose"):
        other.__post_init__()
    with pytest.raises(ClearpropError, match="GB would be recorded, more than half of this computer's memory"):
        axon.run(duration_ms=1e6, record_every_ms=0.002)
    with pytest.raises(ClearpropError, match=r"dt_ms=0\.02 is too long a step"):
        axon.run(dt_ms=0.02)
    with pytest.raises(ClearpropError, match=r"at_cm=50 is not on the axon, which ends at 11\.27 cm"):
        axon.run([axon.pulse(50.0)])
    with pytest.raises(ClearpropError, match="duration_ms of Pulse cannot be 0"):
        axon.pulse(duration_ms=0.0)
    with pytest.raises(ClearpropError, match=r"V_mV of HodgkinHuxley left all bounds at .* or a weaker current"):
        axon.run([axon.pulse(current_uA=1e4)])
    with pytest.raises(ClearpropError, match="tolerance_ms cannot be 0"):
        refractory_ms(axon, 0.0)
    with pytest.raises(ClearpropError, match="no second pulse travels"):
        refractory_ms(dataclasses.replace(axon, membrane=dataclasses.replace(STILL, g_leak_mS_per_cm2=0.677)))
