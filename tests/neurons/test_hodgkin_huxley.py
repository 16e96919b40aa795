"""Hodgkin and Huxley's neuron against what section 3 of the reference measured, and against its equations by hand."""

import jax
import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import HodgkinHuxley, f_i_curve, simulate, thresholds
from clearprop.neurons.hodgkin_huxley import rates

RATES = {7.0: 58.3, 10.0: 68.3, 20.0: 86.5, 50.0: 117.0}


def by_hand(V):
    """α and β of m, h, n as the paper writes them, its potential counted from rest and downward: v = −65 − V."""
    v = -65 - V
    return {
        "m": (0.1 * (v + 25) / (np.exp((v + 25) / 10) - 1), 4 * np.exp(v / 18)),
        "h": (0.07 * np.exp(v / 20), 1 / (np.exp((v + 30) / 10) + 1)),
        "n": (0.01 * (v + 10) / (np.exp((v + 10) / 10) - 1), 0.125 * np.exp(v / 80)),
    }


def test_rates_are_the_papers(float64):
    V = np.linspace(-120, 60, 77)
    for gate, pair in by_hand(V).items():
        for found, wanted in zip(rates(V)[gate], pair, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-13)


def test_sustained_rates():
    """Section 3: at 7, 10, 20 and 50 µA/cm² 58.3, 68.3, 86.5 and 117.0 Hz, within 0.5; at 6.2 and less nothing lasts,
    and at 6.3 it begins near 51: type II. RK4, 0.01 ms, float64.
    """
    found = f_i_curve(HodgkinHuxley(), [0.0, 2.0, 6.2, 6.3, *RATES], dt_ms=0.01)
    np.testing.assert_array_equal(found[:3], 0.0)
    assert found[3] == pytest.approx(51, abs=2)
    np.testing.assert_allclose(found[4:], list(RATES.values()), atol=0.5)


def test_its_thresholds():
    """Section 3: one spike from about 2.24 µA/cm² on, sustained firing from about 6.27, starting near 51 Hz."""
    found = thresholds(HodgkinHuxley(), dt_ms=0.01, duration_ms=700)
    assert found.rheobase == pytest.approx(2.24, abs=0.005)
    assert found.sustained == pytest.approx(6.27, abs=0.02)
    assert found.onset_hz == pytest.approx(51, abs=1)


def test_just_below_its_onset_it_fires_for_a_while_and_stops():
    """Section 3. Each interval is longer than the one before, near the 20 ms of its onset; then there are no more."""
    spikes = simulate(HodgkinHuxley(), 6.25, duration_ms=1000, dt_ms=0.01, record_every_ms=1.0).spikes_ms
    assert 5 < len(spikes) < 40
    assert spikes[-1] < 800
    intervals = np.diff(spikes)[1:]
    assert (np.diff(intervals) > 0).all()
    assert 1000 / intervals.mean() == pytest.approx(50, abs=1)


def test_one_spike_from_its_rheobase_on():
    """2.23 and 2.25 µA/cm²: none, and one."""
    found = simulate(HodgkinHuxley(), [2.23, 2.25], duration_ms=60, dt_ms=0.01, record_every_ms=1.0)
    assert [len(own) for own in found.spikes_ms] == [0, 1]


def test_at_rest_its_currents_balance(float64):
    """The paper's table 3 chose E_L so that nothing flows at rest. It was worked by hand: 4 nA/cm² are left, a
    three-hundredth of what sodium carries, and the potential moves by a hundredth of a mV.
    """
    neuron = HodgkinHuxley()
    state = {name: float(value) for name, value in neuron.rest().items()}
    sodium = 120 * state["m"] ** 3 * state["h"] * (-65 - 50)
    potassium = 36 * state["n"] ** 4 * (-65 + 77)
    leak = 0.3 * (-65 + 54.387)
    assert float(neuron.ionic(state)) == pytest.approx(sodium + potassium + leak, abs=1e-12)
    assert abs(sodium + potassium + leak) < 0.0043
    assert min(abs(sodium), abs(potassium), abs(leak)) > 1
    found = simulate(neuron, 0.0, duration_ms=60, dt_ms=0.01, record_every_ms=1.0)
    assert np.ptp(found.V_mV) < 0.02


def test_gates_rest_where_they_settle(float64):
    """α/(α + β) at −65 mV: 0.0529, 0.5961, 0.3177, as textbooks give them; there no gate moves."""
    neuron = HodgkinHuxley()
    rest, slope = neuron.rest(), neuron.derivative(neuron.rest(), 0.0)
    for gate, (alpha, beta) in by_hand(-65.0).items():
        assert float(rest[gate]) == pytest.approx(alpha / (alpha + beta), rel=1e-13)
        assert abs(float(slope[gate])) < 1e-15
    assert [round(float(rest[gate]), 4) for gate in "mhn"] == [0.0529, 0.5961, 0.3177]


def test_temperature_speeds_the_gates_and_only_them(float64):
    """By q10 = 3 for 10 °C: dm/dt and the others three times, dV/dt as it was."""
    state = {"V_mV": -30.0, "m": 0.3, "h": 0.4, "n": 0.5}
    cold, warm = (HodgkinHuxley(temperature_C=T).derivative(state, 5.0) for T in (6.3, 16.3))
    assert float(cold["V_mV"]) == float(warm["V_mV"])
    for gate in "mhn":
        assert float(warm[gate]) == pytest.approx(3 * float(cold[gate]), rel=1e-14)
    assert HodgkinHuxley(temperature_C=26.3).speed == pytest.approx(9, rel=1e-14)
    assert HodgkinHuxley(temperature_C=18.5, q10=2.0).speed == pytest.approx(2**1.22, rel=1e-14)


def test_its_derivative_by_hand(float64):
    """All four equations in NumPy, with every parameter another than by default."""
    neuron = HodgkinHuxley(2.0, 100.0, 30.0, 0.5, 55.0, -80.0, -60.0, 10.0, 2.5)
    V, m, h, n, I = -20.0, 0.2, 0.5, 0.6, 7.0  # noqa: E741
    found = neuron.derivative({"V_mV": V, "m": m, "h": h, "n": n}, I)
    ionic = 100 * m**3 * h * (V - 55) + 30 * n**4 * (V + 80) + 0.5 * (V + 60)
    assert float(found["V_mV"]) == pytest.approx((I - ionic) / 2, rel=1e-14)
    for gate, x in {"m": m, "h": h, "n": n}.items():
        alpha, beta = by_hand(V)[gate]
        assert float(found[gate]) == pytest.approx(2.5**0.37 * (alpha * (1 - x) - beta * x), rel=1e-13)


def test_no_potential_makes_it_NaN(float64):
    """The derivative and its Jacobian at the singular potentials exactly."""
    for V in (-40.0, -55.0):
        state = {"V_mV": V, "m": 0.1, "h": 0.5, "n": 0.4}
        neuron = HodgkinHuxley()
        for leaf in jax.tree.leaves((neuron.derivative(state, 0.0), jax.jacfwd(neuron.derivative)(state, 0.0))):
            assert np.isfinite(leaf)


@pytest.mark.parametrize(
    "settings",
    [{"temperature_C": 70}, {"temperature_C": 1e5}, {"temperature_C": -60}, {"q10": 1e9, "temperature_C": 18}],
)
def test_heat_and_cold_that_no_gate_follows(settings):
    """Q10 = 3 is a factor of 1000 at 69.2 °C."""
    with pytest.raises(
        ClearpropError, match=r"temperature_C=.* with q10=.* makes the gates of .* more than 1,000 times"
    ):
        HodgkinHuxley(**settings)
    assert HodgkinHuxley(temperature_C=69.0).speed == pytest.approx(3**6.27)
