"""The adaptive exponential neuron against closed forms, and against SciPy."""

import math

import jax
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from clearprop.errors import ClearpropError
from clearprop.neurons import INTEGRATORS, AdaptiveExponential, LeakyIntegrateAndFire, simulate

PAPER = AdaptiveExponential()
WEAK = AdaptiveExponential(a_nS=1.0)


def spikes_by_scipy(neuron, current, duration_ms):
    """(the spikes, w after the last one), by an adaptive method of order 8.

    Below V_T + 2 Δ_T the equations are taken as they stand; above it u = exp(−(V − V_T)/Δ_T) in the place of V, for
    which a spike that takes off to infinity is a line that goes down to zero: C du/dt = −(u/Δ_T)(…) − g_L.
    """
    n = neuron

    def slow(V, w):
        return -n.g_leak_nS * (V - n.e_leak_mV) - w + current

    def below(_t, y):
        V, w = y
        sodium = n.g_leak_nS * n.slope_mV * np.exp((V - n.v_threshold_mV) / n.slope_mV)
        return [(slow(V, w) + sodium) / n.capacitance_pF, (n.a_nS * (V - n.e_leak_mV) - w) / n.tau_w_ms]

    def above(_t, y):
        u, w = y
        V = n.v_threshold_mV - n.slope_mV * np.log(max(u, 1e-300))
        du = -(u / n.slope_mV * slow(V, w) + n.g_leak_nS) / n.capacitance_pF
        return [du, (n.a_nS * (V - n.e_leak_mV) - w) / n.tau_w_ms]

    def takes_off(_t, y):
        return y[0] - (n.v_threshold_mV + 2 * n.slope_mV)

    def peaks(_t, y):
        return y[0] - np.exp((n.v_threshold_mV - n.v_peak_mV) / n.slope_mV)

    takes_off.terminal, takes_off.direction, peaks.terminal = True, 1, True
    exact = {"method": "DOP853", "rtol": 1e-11, "atol": 1e-13}
    spikes, t, y = [], 0.0, [n.e_leak_mV, 0.0]
    while True:
        part = solve_ivp(below, (t, duration_ms), y, events=takes_off, **exact)
        if part.status != 1:
            return np.array(spikes), y[1]
        start = [np.exp(-(part.y[0, -1] - n.v_threshold_mV) / n.slope_mV), part.y[1, -1]]
        part = solve_ivp(above, (part.t[-1], part.t[-1] + 5), start, events=peaks, max_step=0.05, **exact)
        t, y = part.t[-1], [n.v_reset_mV, part.y[1, -1] + n.b_pA]
        spikes.append(t)


@pytest.mark.parametrize("method", ["rk4", "exponential_euler"])
def test_each_spike_is_where_scipy_finds_it(method):
    """The docstring: a spike's moment is known to one step; the errors of the intervals add up."""
    dt = 0.005
    expected, _w = spikes_by_scipy(PAPER, 1000.0, 100)
    found = simulate(PAPER, 1000.0, duration_ms=100, dt_ms=dt, method=method).spikes_ms
    assert len(found) == len(expected) == 5
    assert (np.abs(found - expected) < dt * np.arange(1, 6)).all()


def test_it_rests_where_it_begins():
    """At E_L the exponential is e^(−10.1) of a leak over 2 mV: 2.5 fA in 34 nS are 7e-5 mV."""
    found = simulate(PAPER, 0.0, duration_ms=500)
    assert np.abs(found.V_mV + 70.6).max() < 1e-4
    assert not len(found.spikes_ms)


def test_it_tires():
    """Intervals lengthen, w jumps by b at each spike, and without b and a the intervals are all alike."""
    found = simulate(PAPER, 1000.0, duration_ms=200)
    intervals = np.diff(found.spikes_ms)
    assert (np.diff(intervals) > 0.5).all()
    jumps = np.diff(found.variables["w_pA"])
    # A step in which a spike falls has w's own course beside the jump: at most a (V_peak − E_L) / τ_w a ms.
    assert np.isclose(np.sort(jumps)[-len(found.spikes_ms) :], 80.5, atol=4 * 90.6 / 144 * 0.02).all()
    assert np.sort(jumps)[-len(found.spikes_ms) - 1] < 1
    even = np.diff(simulate(AdaptiveExponential(a_nS=0.0, b_pA=0.0), 1000.0, duration_ms=200).spikes_ms)
    assert np.ptp(even) < 2 * 0.01


def test_with_an_abrupt_slope_and_no_adaptation_it_is_a_leaky_integrate_and_fire_neuron():
    """Δ_T → 0, a = b = 0: an interval is t_ref + τ ln(RI / (RI − θ)), R = 1/g_L and θ = V_T − V_reset.

    From V_T on dV/dt is (d + Δ_T e^((V − V_T)/Δ_T)) / τ, with d = RI − θ, so that the upstroke takes another
    τ Δ_T/d ln(1 + d/Δ_T), which goes to 0 with Δ_T. What is left: a step of 0.01 ms, and that the leak grows by at most
    Δ_T ln(d/Δ_T) < 0.07 mV meanwhile, a twentieth of d.
    """
    slope, currents = 0.01, np.array([650.0, 800.0, 1000.0])
    abrupt = AdaptiveExponential(slope_mV=slope, a_nS=0.0, b_pA=0.0, refractory_ms=3.0)
    lif = LeakyIntegrateAndFire(abrupt.tau_m_ms, 1000 / 30, -70.6, -50.4, -70.6, 3.0)
    found = 1000 / simulate(abrupt, currents, duration_ms=500).rate_hz()
    d = currents / 30 - 20.2
    upstroke = abrupt.tau_m_ms * slope / d * np.log1p(d / slope)
    expected = [1000 / lif.rate_hz(current / 1000) for current in currents] + upstroke
    assert (np.abs(found - expected) < 0.01 + upstroke / 20).all()


def jacobian(neuron, V, current):
    state = {"V_mV": V, "w_pA": neuron.a_nS * (V - neuron.e_leak_mV)}
    slopes = jax.jacobian(lambda s: neuron.derivative(s, current))(state)
    return np.array([[float(slopes[row][column]) for column in state] for row in state])


def holding(neuron, V):
    """The current that holds it at V."""
    sodium = neuron.g_leak_nS * neuron.slope_mV * np.exp((V - neuron.v_threshold_mV) / neuron.slope_mV)
    return (neuron.g_leak_nS + neuron.a_nS) * (V - neuron.e_leak_mV) - sodium


V = np.linspace(-70.0, -48.0, 220001)


def test_rest_loses_its_stability_at_the_rheobase(float64):
    """A Hopf bifurcation, as a/g_L = 0.133 is above τ_m/τ_w = 0.065: the eigenvalues cross zero as a complex pair,
    below the current at which the fixed points vanish.
    """
    held = holding(PAPER, V)
    up = slice(held.argmax() + 1)
    assert abs(PAPER.rheobase_pA - 627.18) < 0.01
    assert held.max() > PAPER.rheobase_pA + 0.1
    for beside, sign in ((-0.02, -1), (0.02, 1)):
        at = np.interp(PAPER.rheobase_pA + beside, held[up], V[up])
        values = np.linalg.eigvals(jacobian(PAPER, at, holding(PAPER, at)))
        assert (np.sign(values.real) == sign).all()
        assert (values.imag != 0).all()


def test_rest_vanishes_at_the_rheobase_where_adaptation_is_weak(float64):
    """A saddle-node bifurcation, as a/g_L = 0.033 is below τ_m/τ_w = 0.065: no current above it holds the neuron
    anywhere; there one eigenvalue is zero, and the other negative.
    """
    held = holding(WEAK, V)
    assert abs(held.max() - WEAK.rheobase_pA) < 1e-6
    at = -50.4 + 2 * np.log1p(1 / 30)
    values = np.sort(np.linalg.eigvals(jacobian(WEAK, at, WEAK.rheobase_pA)).real)
    assert abs(values[1]) < 1e-12
    assert values[0] < -1e-3


@pytest.mark.parametrize("neuron", [PAPER, WEAK], ids=["hopf", "saddle-node"])
def test_a_current_that_grows_slowly_makes_it_fire_from_the_rheobase_on(neuron):
    """As the closed form says: up to 1% below it, nothing; up to 1% above, it fires. So slow that w lags by 6% of what
    the current still has to grow.
    """
    ends = neuron.rheobase_pA * np.array([0.99, 1.01])
    found = simulate(
        neuron,
        lambda t: ends * -math.expm1(-t / 300),
        duration_ms=2000,
        dt_ms=0.04,
        record=("V_mV",),
        record_every_ms=1.0,
    )
    assert [len(spikes) > 0 for spikes in found.spikes_ms] == [False, True]


def test_without_rest_there_is_no_rheobase():
    """From a = −g_L on, more potential draws in more current."""
    assert AdaptiveExponential(a_nS=-29.0).rheobase_pA < PAPER.rheobase_pA
    with pytest.raises(ClearpropError, match=r"a_nS=-30 of AdaptiveExponential leaves no rest.* give one above -30\."):
        _ = AdaptiveExponential(a_nS=-30.0).rheobase_pA


def test_a_current_that_is_switched_on_makes_it_fire_below_the_rheobase():
    """The docstring: w comes too late."""
    currents = PAPER.rheobase_pA * np.array([0.9, 0.98])
    assert [len(s) for s in simulate(PAPER, currents, duration_ms=100).spikes_ms] == [0, 1]


@pytest.mark.parametrize("method", INTEGRATORS)
@pytest.mark.parametrize("float_type", ["float32", "float64"])
def test_its_upstroke_overflows_nowhere(method, float_type):
    """With a very steep slope, and a current far too strong: infinity less infinity would be no number."""
    steep = AdaptiveExponential(slope_mV=0.1)
    found = simulate(steep, 20000.0, duration_ms=20, dt_ms=0.04, method=method, float_type=float_type)
    assert len(found.spikes_ms) > 5


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"capacitance_pF": 0.0}, "capacitance_pF of AdaptiveExponential cannot be 0: give a number above 0"),
        ({"slope_mV": -1}, "slope_mV of AdaptiveExponential cannot be -1"),
        ({"v_reset_mV": 20.0}, "v_reset_mV of AdaptiveExponential is 20, and has to lie below 20 mV"),
        ({"refractory_ms": -1}, "refractory_ms of AdaptiveExponential cannot be -1: give 0 or more"),
    ],
)
def test_what_cannot_be_is_said(settings, sentence):
    with pytest.raises(ClearpropError, match=sentence):
        AdaptiveExponential(**settings)


def test_a_step_too_long_is_said():
    with pytest.raises(ClearpropError, match=r"dt_ms=0\.1 is too long a step for AdaptiveExponential"):
        simulate(PAPER, 1000.0, duration_ms=10, dt_ms=0.1)
