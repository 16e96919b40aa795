"""Izhikevich's neuron: each class shows its pattern by a measure; each spike is where SciPy finds it.

The patterns are those of figure 2 of Izhikevich (2003), IEEE Transactions on Neural Networks 14, 1569, and what its
section III says of each.
"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from clearprop.errors import ClearpropError
from clearprop.neurons import IZHIKEVICH_CLASSES, Izhikevich, simulate
from clearprop.neurons.izhikevich import ABBREVIATIONS

DT = 0.02


def course(name, current, duration_ms=500):
    return simulate(Izhikevich.of_class(name), current, duration_ms=duration_ms, dt_ms=DT)


def intervals(name, current=10.0):
    return np.diff(course(name, current).spikes_ms)


def test_the_classes_are_the_papers():
    """reference.md, section 3, and the paper's figure 2."""
    assert {short: IZHIKEVICH_CLASSES[long] for short, long in ABBREVIATIONS.items()} == {
        "rs": (0.02, 0.2, -65, 8),
        "ib": (0.02, 0.2, -55, 4),
        "ch": (0.02, 0.2, -50, 2),
        "fs": (0.1, 0.2, -65, 2),
        "lts": (0.02, 0.25, -65, 2),
        "rz": (0.1, 0.26, -65, 2),
        "tc": (0.02, 0.25, -65, 0.05),
    }


def spikes_by_scipy(neuron, current, duration_ms):
    a, b, c, d = neuron.a_per_ms, neuron.b, neuron.c_mV, neuron.d

    def slope(_t, y):
        return [0.04 * y[0] ** 2 + 5 * y[0] + 140 - y[1] + current, a * (b * y[0] - y[1])]

    def peaks(_t, y):
        return y[0] - 30

    peaks.terminal, peaks.direction = True, 1
    spikes, t, y = [], 0.0, [float(value) for value in neuron.rest().values()]
    while True:
        part = solve_ivp(slope, (t, duration_ms), y, events=peaks, method="DOP853", rtol=1e-11, atol=1e-11)
        if part.status != 1:
            return np.array(spikes)
        t, y = part.t[-1], [c, part.y[1, -1] + d]
        spikes.append(t)


@pytest.mark.parametrize("name", IZHIKEVICH_CLASSES)
def test_each_spike_is_where_scipy_finds_it(name):
    """The moment of a spike is interpolated by a line, which misses at most h² V̈ / 8V̇, and u at the reset with it: V̈/V̇
    = 0.08 v + 5 is 7.4 per ms at the peak, so about 4e-4 ms for a step of 0.02; it adds up over the spikes.
    """
    neuron = Izhikevich.of_class(name)
    expected = spikes_by_scipy(neuron, 10.0, 100.0)
    found = course(name, 10.0, 100).spikes_ms
    assert len(found) == len(expected)
    assert (np.abs(found - expected) < 8e-4 * np.arange(1, len(found) + 1)).all()


def test_the_error_falls_with_the_square_of_the_step():
    """advance's docstring: rates are exact to the second power of the step. Over the 21 spikes of the resonator."""
    neuron = Izhikevich.of_class("RZ")
    expected = spikes_by_scipy(neuron, 10.0, 100.0)
    steps = np.array([0.05, 0.025, 0.0125, 0.00625])
    errors = [
        np.abs(simulate(neuron, 10.0, duration_ms=100, dt_ms=dt).spikes_ms - expected).mean() for dt in steps.tolist()
    ]
    assert abs(np.polyfit(np.log(steps), np.log(errors), 1)[0] - 2) < 0.2


@pytest.mark.parametrize("name", IZHIKEVICH_CLASSES)
def test_it_rests_where_it_begins(name, float64):
    """rest()'s docstring: both equations are zero there, and all eigenvalues negative."""
    neuron = Izhikevich.of_class(name)
    state = {key: float(value) for key, value in neuron.rest().items()}
    assert all(abs(value) < 1e-12 for value in neuron.derivative(state, 0.0).values())
    a, b = neuron.a_per_ms, neuron.b
    jacobian = np.array([[0.08 * state["V_mV"] + 5, -1], [a * b, -a]])
    assert (np.linalg.eigvals(jacobian).real < 0).all()


def test_where_nothing_is_at_rest_it_begins_where_it_moves_least(float64):
    """rest()'s docstring: b = 0.3, (5 − b)² = 22.09 < 22.4."""
    neuron = Izhikevich(b=0.3)
    v = float(neuron.rest()["V_mV"])
    assert abs(v + 4.7 / 0.08) < 1e-12
    left = [float(neuron.derivative({"V_mV": at, "u": 0.3 * at}, 0.0)["V_mV"]) for at in (v - 1, v, v + 1)]
    assert 0 < left[1] < min(left[0], left[2])


def test_regular_spiking_tires():
    """ "fire a few spikes with short interspike period and then the period increases": the ratio of last to first."""
    found = intervals("RS")
    assert found[-1] / found[0] > 2
    assert np.ptp(found[1:]) < 0.2 * found[-1]


def test_intrinsically_bursting_begins_with_a_burst_and_goes_on_with_single_spikes():
    """ "a stereotypical burst of spikes followed by repetitive single spikes"."""
    found = intervals("IB")
    assert (found[:2] < 5).all()
    assert (found[2:] > 25).all()
    assert len(found) > 10


def test_chattering_repeats_bursts():
    """ "stereotypical bursts of closely spaced spikes": intervals of two kinds, with none between 6 and 30 ms, and the
    frequency within a burst beyond 150 Hz; the interburst frequency may be as high as 40 Hz.
    """
    found = intervals("CH")
    within, between = found[found < 6], found[found > 30]
    assert len(within) + len(between) == len(found)
    assert len(between) > 5
    assert len(within) > 3 * len(between)
    assert 1000 / np.median(within) > 150


def test_fast_spiking_is_fast_and_does_not_tire():
    """ "periodic trains of action potentials with extremely high frequency practically without any adaptation": after
    the start, at more than three times the rate of a regular one, its intervals change by less than 1%.
    """
    found, regular = intervals("FS"), intervals("RS")
    assert regular[-1] > 3 * found[-1]
    assert np.ptp(found[len(found) // 4 :]) < 0.01 * found[-1]
    assert found[-1] / found[0] < regular[-1] / regular[0]


def test_low_threshold_spiking_tires_and_fires_at_low_currents():
    """ "high-frequency trains … with a noticeable spike frequency adaptation", "low firing thresholds": it fires at a
    fifth of the current that the regular and the fast one need.
    """
    found = intervals("LTS")
    assert found[-1] / found[0] > 3
    currents = np.array([0.75, 3.5, 4.0])
    assert [len(s) > 1 for s in course("LTS", currents).spikes_ms] == [True, True, True]
    assert [len(s) > 1 for s in course("RS", currents).spikes_ms] == [False, False, True]
    assert [len(s) > 1 for s in course("FS", currents).spikes_ms] == [False, False, True]


def released(name):
    """Held down for 200 ms, and let go: (the spikes, the potential before that)."""
    found = course(name, lambda t: -10.0 if 100 <= t < 300 else 0.0)
    return found.spikes_ms, found.V_mV[round(299 / DT)]


def test_thalamo_cortical_fires_evenly_from_rest_and_a_burst_when_released():
    """ "at rest and then depolarized, they exhibit tonic firing"; "if a negative current step is delivered … a rebound
    burst"; other classes are silent then, or fire once.
    """
    tonic = intervals("TC", 3.0)
    assert len(tonic) > 20
    assert np.ptp(tonic[-10:]) < 0.01 * tonic[-1]
    spikes, held = released("TC")
    assert held < -70
    assert len(spikes) >= 3
    assert (spikes > 300).all()
    assert (np.diff(spikes[:3]) < 10).all()
    assert [len(released(name)[0]) for name in ("RS", "FS", "LTS")] == [0, 0, 1]


def test_the_resonator_answers_two_pulses_that_come_in_its_own_rhythm():
    """ "sustained subthreshold oscillations", "resonate to rhythmic inputs": its eigenvalues at rest, −0.05 ± 0.153 i
    per ms, swing in 41 ms. Two pulses too weak to make it fire do so when about as far apart, not when half as far or
    one and a half times; and 4 ms apart, as they then add up.
    """
    gaps = np.array([4.0, 20.0, 28.0, 36.0, 40.0, 44.0, 48.0, 54.0, 60.0, 1000.0])
    found = course("RZ", lambda t: 2.2 * ((10 <= t < 11) | ((10 + gaps <= t) & (t < 11 + gaps))), 150)
    assert [len(spikes) for spikes in found.spikes_ms] == [1, 0, 0, 0, 1, 1, 1, 0, 0, 0]


def test_the_resonator_swings_and_a_regular_one_does_not():
    """After a small pulse: its extremes follow at half a period of 41 ms, each smaller by e^(−0.05 · 20.5) = 0.36."""
    found = course("RZ", lambda t: 0.1 if 10 <= t < 12 else 0.0, 150)
    V = found.V_mV - found.V_mV[0]
    at = 1 + np.flatnonzero(np.diff(V)[:-1] * np.diff(V)[1:] < 0)[1:5]
    half = np.pi / 0.1532971
    np.testing.assert_allclose(np.diff(found.time_ms[at]), half, rtol=0.02)
    np.testing.assert_allclose(V[at[1:]] / V[at[:-1]], -np.exp(-0.05 * half), rtol=0.05)
    b, a = 0.2, 0.02  # regular spiking, at −70 mV: two real eigenvalues
    assert (np.linalg.eigvals([[0.08 * -70 + 5, -1], [a * b, -a]]).imag == 0).all()


@pytest.mark.parametrize("name", ["chattering", "Chattering", "CH", "ch", " chattering "])
def test_a_class_by_any_of_its_names(name):
    assert Izhikevich.of_class(name) == Izhikevich(0.02, 0.2, -50, 2)
    assert Izhikevich.of_class("low-threshold-spiking") == Izhikevich.of_class("LTS")


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Izhikevich.of_class("chatering"), "called 'chatering'. Did you mean 'chattering'"),
        (lambda: Izhikevich.of_class("purkinje"), "Known: chattering, fast_spiking, intrinsically_bursting"),
        (lambda: Izhikevich(c_mV=30.0), "c_mV of Izhikevich is 30, and has to lie below 30 mV"),
        (lambda: Izhikevich(a_per_ms=0), "a_per_ms of Izhikevich cannot be 0"),
        (lambda: Izhikevich(d=float("nan")), "d of Izhikevich cannot be nan"),
    ],
)
def test_what_cannot_be_is_said(make, sentence):
    with pytest.raises(ClearpropError, match=sentence):
        make()
