"""The leaky integrate-and-fire neuron against its closed form."""

import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import LeakyIntegrateAndFire, f_i_curve, simulate

PUBLISHED = {12.0: 43.63, 15.0: 62.55, 20.0: 83.81}
"""Hz by R I in mV: section 3 of the reference, τ = 10 ms, θ = 10 mV, t_ref = 5 ms."""


def test_its_rates_are_the_closed_forms_and_the_published_ones():
    """Section 3 of the reference: within 0.1% of f = 1/(t_ref + τ ln(RI/(RI − θ))), worked out here anew; the published
    numbers, of four digits, to their last one.
    """
    neuron, RI = LeakyIntegrateAndFire(), np.array(list(PUBLISHED))
    found = simulate(neuron, RI, duration_ms=2000).rate_hz()
    closed = 1000 / (5 + 10 * np.log(RI / (RI - 10)))
    np.testing.assert_allclose(found, closed, rtol=1e-3)
    np.testing.assert_allclose(found, list(PUBLISHED.values()), atol=0.011)
    np.testing.assert_allclose([neuron.rate_hz(current) for current in RI], closed, rtol=1e-14)


def test_rates_in_float32():
    found = simulate(LeakyIntegrateAndFire(), list(PUBLISHED), duration_ms=2000, float_type="float32").rate_hz()
    np.testing.assert_allclose(found, list(PUBLISHED.values()), rtol=1e-3)


@pytest.mark.parametrize("refractory_ms", [0.0, 5.0])
def test_the_rates_error_falls_with_the_second_power_of_the_step(refractory_ms):
    """A spike's moment is found between two points of time: half the step, a quarter of the error, over 40 currents."""
    neuron = LeakyIntegrateAndFire(refractory_ms=refractory_ms)
    currents, steps = np.linspace(11.5, 40, 40), [2.0, 1.0, 0.5, 0.25]
    closed = np.array([neuron.rate_hz(current) for current in currents])
    errors = [
        np.mean(abs(f_i_curve(neuron, currents, duration_ms=1500, settle_ms=0, dt_ms=dt) / closed - 1)) for dt in steps
    ]
    assert errors[0] < 0.02
    assert np.polyfit(np.log(steps), np.log(errors), 1)[0] == pytest.approx(2, abs=0.25)


def test_every_parameter_is_where_it_belongs():
    """Another cell, its rate from the closed form with V_reset apart from V_rest, and its potential between spikes."""
    neuron = LeakyIntegrateAndFire(20.0, 50.0, -65.0, -50.0, -60.0, 2.0)
    current = 0.5  # nA: 25 mV, 10 above threshold
    assert neuron.rate_hz(current) == pytest.approx(1000 / (2 + 20 * np.log(20 / 10)), rel=1e-14)
    found = simulate(neuron, current, duration_ms=500, dt_ms=0.05)
    assert found.rate_hz(100) == pytest.approx(neuron.rate_hz(current), rel=1e-4)
    assert found.spikes_ms[0] == pytest.approx(20 * np.log(25 / 10), abs=1e-3)
    np.testing.assert_allclose(found.V_mV[:300], -40 - 25 * np.exp(-found.time_ms[:300] / 20), rtol=1e-8)


def test_it_is_silent_up_to_its_threshold():
    """R I = θ is reached after an infinite time only."""
    neuron = LeakyIntegrateAndFire()
    assert (neuron.rate_hz(10.0), neuron.rate_hz(-5.0)) == (0.0, 0.0)
    assert len(simulate(neuron, 9.99, duration_ms=300).spikes_ms) == 0


def test_a_reset_above_the_threshold_is_refused():
    with pytest.raises(ClearpropError, match=r"v_reset_mV of LeakyIntegrateAndFire is -55, and .* below -60 mV"):
        LeakyIntegrateAndFire(v_reset_mV=-55.0)
