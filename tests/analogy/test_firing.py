"""When cells fire: as often as asked for, and the two controls."""

import numpy as np
import pytest

from clearprop.analogy import Settings, firing
from clearprop.analogy.bumps import bumps, windows
from clearprop.analogy.cells import CELLS, lif
from clearprop.errors import ClearpropError

SMALL = Settings(excitatory=16, inhibitory=4, trials=10, trial_ms=1000, rate_hz=20.0, input_rate_hz=20.0)


def test_inputs_are_of_the_seed_and_weights_differ_around_1():
    spikes, weights = firing.inputs(SMALL, 3)
    again, weights_again = firing.inputs(SMALL, 3)
    assert (spikes == again).all() and (weights == weights_again).all()
    assert spikes.shape == (1000, 10, 20)
    assert spikes.mean() == pytest.approx(0.02, rel=0.05)
    assert (firing.inputs(SMALL, 4)[0] != spikes).any()
    many = firing.inputs(Settings(excitatory=2000, trials=5, trial_ms=160), 0)[1]
    assert many.mean() == pytest.approx(1, abs=5 * 0.53 / np.sqrt(2000)) and many.min() > 0


def test_its_synapses_are_set_so_that_it_fires_as_often_as_asked_for():
    scale = firing.calibrate(lif(), SMALL)
    fires = firing.fire(lif(), SMALL, 0, scale)
    assert fires.rate_hz == pytest.approx(20, rel=0.06)
    assert fires.V.max() <= lif().highest_mV
    assert fires.fired.shape == fires.V.shape == (1000, 10)


def test_a_rate_that_it_never_reaches_is_refused():
    from dataclasses import replace

    slow = replace(lif(), neuron=replace(lif().neuron, refractory_ms=100.0))
    with pytest.raises(ClearpropError, match="No strength of its synapses makes LeakyIntegrateAndFire fire 20 times"):
        firing.calibrate(slow, SMALL)


def test_the_logistic_neuron_is_a_logistic_unit_of_what_networks_see():
    """z is linear in the windows (least squares leaves nothing), has the asked-for spread, and spikes follow σ(z)."""
    fires = firing.logistic(SMALL, 0)
    basis = bumps(SMALL.bumps, SMALL.window_ms)
    time = np.arange(SMALL.window_ms, SMALL.trial_ms)
    seen = np.concatenate([windows(fires.inputs, time, np.full(len(time), t), basis, 0.02) for t in range(10)])
    z = np.concatenate([fires.V[time, t] for t in range(10)])
    X = np.column_stack([seen, np.ones(len(seen))])
    rest = z - X @ np.linalg.lstsq(X, z, rcond=None)[0]
    assert abs(rest).max() < 1e-3
    assert z.std() == pytest.approx(1.5, rel=0.15)
    p = 1 / (1 + np.exp(-z))
    fired = np.concatenate([fires.fired[time, t] for t in range(10)])
    assert p.mean() == pytest.approx(0.02, rel=1e-3)
    error = np.sqrt((p * (1 - p)).sum())
    assert abs(fired.sum() - p.sum()) < 4 * error
    high = p > np.quantile(p, 0.9)
    assert abs(fired[high].sum() - p[high].sum()) < 4 * np.sqrt((p * (1 - p))[high].sum())


def test_shuffled_spikes_are_the_same_beside_other_inputs_of_the_same_part():
    fires = firing.logistic(SMALL, 0)
    other = firing.shuffled(fires, SMALL)
    assert (other.inputs == fires.inputs).all()
    for part in SMALL.parts():
        own = list(part)
        assert sorted(other.fired[:, own].sum(0)) == sorted(fires.fired[:, own].sum(0))
        if len(own) > 1:
            assert all((other.fired[:, trial] != fires.fired[:, trial]).any() for trial in own)


@pytest.mark.parametrize("name", CELLS)
def test_every_cell_bears_its_time_step(name):
    """Half the step moves the potential of a quiet cell by less than a tenth of a millivolt."""
    from dataclasses import replace

    settings = Settings(excitatory=16, inhibitory=4, trials=5, trial_ms=200, input_rate_hz=20.0)
    spikes, weights = firing.inputs(settings, 0)
    cell = CELLS[name]()
    scale = {"lif": 1.0, "adaptive_exponential": 1.0, "hodgkin_huxley": 0.5, "branched": 0.2}[name]
    coarse, fine = (
        cell.neuron.soma(firing.run(replace(cell, dt_ms=dt), settings, spikes, weights, scale).V_mV)
        for dt in (cell.dt_ms, cell.dt_ms / 2)
    )
    assert abs(coarse - fine).max() < 0.1
