"""Cells by name, and where inputs arrive."""

import numpy as np
import pytest

from clearprop.analogy import CELLS, Cell, cells
from clearprop.errors import ClearpropError


def test_every_cell_is_there_by_its_name_and_with_hyphens():
    for name in CELLS:
        assert cells.get(name.replace("_", "-"))[0] == name
        assert isinstance(cells.get(name)[1], Cell)


def test_a_name_that_is_not_there_gets_a_suggestion_and_a_controls_is_taken():
    with pytest.raises(ClearpropError, match="Did you mean 'branched'"):
        cells.get("branchd")
    with pytest.raises(ClearpropError, match="'logistic' is the name of a control"):
        cells.get(("logistic", cells.lif()))


def test_inputs_arrive_at_the_soma_or_are_dealt_out_over_branches():
    weight = np.arange(1.0, 6.0)
    assert cells.lif().places(weight) is weight
    cell = cells.branched()
    places = cell.places(weight)
    assert places.shape == (5, 1 + cell.branches) and (places[:, 0] == 0).all()
    assert places.sum(1) == pytest.approx(weight)
    assert places.argmax(1).tolist() == [1, 2, 3, 4, 1]


@pytest.mark.parametrize("name", CELLS)
def test_excitation_excites_and_inhibition_inhibits(name):
    """The potential after one spike of each kind, of a cell at rest."""
    from clearprop.analogy import Settings
    from clearprop.analogy.firing import run

    settings = Settings(excitatory=1, inhibitory=1, trials=5)
    spikes = np.zeros((30, 3, 2), np.uint8)
    spikes[0, 1, 0] = spikes[0, 2, 1] = 1
    cell = CELLS[name]()
    V = cell.neuron.soma(run(cell, settings, spikes, np.ones(2), 0.01).V_mV)
    assert (V[-1, 1] - V[-1, 0] > 1e-6) or (V[:, 1] - V[:, 0]).max() > 1e-4
    assert (V[:, 2] - V[:, 0]).min() < -1e-6
