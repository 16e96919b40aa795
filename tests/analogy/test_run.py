"""The whole of it, small: what it finds, its controls, and that it goes on where it was stopped."""

import json
from dataclasses import replace

import pytest

from clearprop.analogy import Cell, Contact, Settings, measure
from clearprop.analogy.cells import lif
from clearprop.errors import ClearpropError
from clearprop.neurons import Exponential, LeakyIntegrateAndFire

SMALL = Settings(
    depths=(0, 1), seeds=3, excitatory=8, inhibitory=2, input_rate_hz=40.0, rate_hz=25.0, trials=15, trial_ms=1500,
    window_ms=40, bumps=5, hidden=16, epochs=6,
)  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """(what was found, its folder, the steps told)"""
    folder, steps = tmp_path_factory.mktemp("analogy") / "lif", []
    return measure(["lif"], SMALL, folder, told=steps.append), folder, steps


def test_there_is_a_record_for_the_neuron_and_for_each_control(found):
    record, folder, steps = found
    assert record == json.loads((folder / "results.json").read_text())
    assert list(record["neurons"]) == ["lif"] and list(record["controls"]) == ["logistic", "shuffled"]
    for one in (record["neurons"]["lif"], *record["controls"].values()):
        assert list(one["depths"]) == ["0", "1"]
        assert one["rate_hz"] == pytest.approx(25, rel=0.2)
    assert {path.name for path in folder.iterdir()} == {
        "analogy.json", "pieces", "results.json", "roc.png", "weights.png", "activity-lif.png"
    }  # fmt: skip
    assert len(list((folder / "pieces").iterdir())) == 9 + 1  # a piece for each of three and each seed, and the scale
    assert [step.done for step in steps] == sorted(step.done for step in steps) and steps[-1].done == steps[
        -1
    ].all == 18


def test_a_unit_knows_much_of_when_a_neuron_fires_and_nothing_of_shuffled_spikes(found):
    """Issue 5: every AUC of shuffled spikes is one half, within its interval."""
    record, _folder, _steps = found
    assert record["neurons"]["lif"]["depths"]["0"]["auc"]["mean"] > 0.8
    assert record["neurons"]["lif"]["depths"]["0"]["explained_variance"]["mean"] > 0.5
    for measured in record["controls"]["shuffled"]["depths"].values():
        assert measured["auc"]["low"] < 0.5 < measured["auc"]["high"]
        assert abs(measured["auc"]["mean"] - 0.5) < 0.05


def test_for_a_neuron_that_is_a_logistic_unit_depth_is_worth_nothing(found):
    """Issue 5: the paired difference is zero within its interval; and the unit finds the log-odds themselves."""
    record, _folder, _steps = found
    logistic = record["controls"]["logistic"]
    assert logistic["difference"]["auc"]["low"] <= 0 <= logistic["difference"]["auc"]["high"]
    assert logistic["depths"]["0"]["explained_variance"]["mean"] > 0.9


def test_excitation_weighs_for_a_spike_and_inhibition_against_it(found):
    _record, folder, _steps = found
    piece = json.loads((folder / "pieces" / "lif.seed-0.json").read_text())
    unit, kernel = piece["unit"], piece["kernel"]
    assert max(unit["excitatory"]) > 3 * abs(min(unit["excitatory"]))
    assert min(unit["inhibitory"]) < -3 * abs(max(unit["inhibitory"])) < 0 or max(unit["inhibitory"]) < 0
    assert max(kernel["synapse"]) == pytest.approx(1) == kernel["synapse"][0]
    assert max(kernel["potential"]) == pytest.approx(1) and kernel["potential"].index(max(kernel["potential"])) > 3


def test_stopped_it_goes_on_and_finds_the_same(found, tmp_path):
    """Ctrl-C in the middle; what is finished is not done again, and the rest comes out the same to the bit."""
    record, _folder, _steps = found
    done = []

    def stop(step):
        done.append(step)
        if len(done) == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure(["lif"], SMALL, tmp_path / "lif", told=stop)
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "lif" / "pieces").iterdir()}
    assert 1 < len(kept) < 10
    assert measure(["lif"], SMALL, tmp_path / "lif") == record
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "lif" / "pieces").iterdir()}
    assert {name: after[name] for name in kept} == kept
    with pytest.raises(ClearpropError, match="was begun with other settings: give another folder"):
        measure(["lif"], replace(SMALL, seeds=4), tmp_path / "lif")


def test_a_cell_of_your_own_is_measured(tmp_path):
    """A name and a cell: no file of the package knows of it."""
    cell = Cell(
        LeakyIntegrateAndFire(tau_m_ms=5.0, refractory_ms=1.0),
        (Contact(Exponential(2.0, None), False, 1.0), Contact(Exponential(2.0, None), True, -1.0)),
        -60.0,
    )
    found = measure([("quick", cell)], replace(SMALL, seeds=1), tmp_path / "own")
    assert found["neurons"]["quick"]["depths"]["0"]["auc"]["mean"] > 0.7


def test_neurons_named_twice_or_not_at_all_and_too_few_spikes_are_refused(tmp_path):
    for neurons in ([], ["lif", "lif"], [("a", lif()), ("a", lif())]):
        with pytest.raises(ClearpropError, match="Name one neuron or more, each once"):
            measure(neurons, SMALL, tmp_path / "x")
    with pytest.raises(ClearpropError, match=r"lif fired \d+ times in \d+ trials?, and 20 are needed"):
        measure(["lif"], replace(SMALL, rate_hz=1.0, trials=5, seeds=1), tmp_path / "y")
