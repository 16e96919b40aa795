"""The comparison: fair, complete, and able to go on where it was stopped."""

import json
from dataclasses import dataclass, replace

import jax
import numpy as np
import polars
import pytest
from sklearn.datasets import load_wine

from clearprop import rules
from clearprop.compare import Problem, Settings, compare, training
from clearprop.compare import settings as settings_module
from clearprop.compare.summary import _difference
from clearprop.errors import ClearpropError

WINE = Problem(*load_wine(return_X_y=True))
SMALL = Settings(
    rules=("backprop", "feedback_alignment", "predictive_coding:fixed_predictions=true"),
    seeds=2, hidden=(8,), epochs=3, tune=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def wine(tmp_path_factory):
    """(the folder, what was found, how far it was told to be)"""
    folder, steps = tmp_path_factory.mktemp("compare") / "wine", []
    return folder, compare(WINE, SMALL, folder, told=steps.append), steps


def test_there_is_a_record_for_each_rule_with_all_that_is_to_be_told(wine):
    """Issue 4, the comparison."""
    folder, found, _steps = wine
    assert found == json.loads((folder / "results.json").read_text())
    assert list(found["rules"]) == list(SMALL.rules)
    assert found["rows"] == {"training": 114, "validation": 28, "test": 36}
    for rule in found["rules"].values():
        assert len(rule["trials"]) == 2
        assert rule["rates"] == max(rule["trials"], key=lambda trial: trial["score"])["rates"]
        assert rule["test"]["mean"] == pytest.approx(np.mean(rule["test"]["each"]))
        assert rule["test"]["sd"] == pytest.approx(np.std(rule["test"]["each"], ddof=1))
        assert set(rule["layers"]) == {"0", "2"}
        assert rule["step_time_ratio"] > 0
        assert rule["diverged"] == 0
    other = found["rules"]["feedback_alignment"]
    assert other["angle"] > 5 and other["layers"]["2"]["feedback_angle"] > 5
    assert other["needs"]["backward_network"] and other["needs"]["transposed_weights"] == "no"


def test_it_is_fair_a_rule_that_is_back_propagation_gets_its_very_scores(wine):
    """Same splits, initial weights, batches, trials: with fixed predictions the two differ by rounding alone."""
    _folder, found, _steps = wine
    one, other = (found["rules"][name] for name in ("backprop", "predictive_coding:fixed_predictions=true"))
    assert one["test"]["each"] == pytest.approx(other["test"]["each"])
    assert [t["score"] for t in one["trials"]] == pytest.approx([t["score"] for t in other["trials"]])
    assert other["minus_backprop"]["mean"] == pytest.approx(0)
    assert other["angle"] < 1e-3
    assert other["norm_ratio"] == pytest.approx(1)


def test_the_log_has_a_line_for_each_epoch_of_each_run(wine):
    folder, found, _steps = wine
    log = polars.read_parquet(folder / "epochs.parquet")
    assert len(log) == 3 * 2 * 3
    expected = "rule seed epoch loss val_loss val_accuracy seconds angle norm_ratio angle_0 angle_2 norm_ratio_0"
    assert set(expected.split()) | {"feedback_angle_2"} <= set(log.columns)
    last = log.filter((polars.col("rule") == "feedback_alignment") & (polars.col("epoch") == 3))
    assert found["rules"]["feedback_alignment"]["angle"] == pytest.approx(last["angle"].mean())
    assert all((folder / name).read_bytes().startswith(b"\x89PNG") for name in ("accuracy.png", "angles.png"))


def test_it_is_told_how_far_it_is(wine):
    done = [step.done for step in wine[2]]
    assert done == sorted(done)
    assert (done[0], done[-1], wine[2][-1].all) == (0, 36, 36)
    assert {step.what for step in wine[2]} == {"trial 1 of 2", "trial 2 of 2", "seed 1 of 2", "seed 2 of 2", "timing"}


def test_a_stopped_comparison_goes_on_and_comes_to_the_same(wine, tmp_path):
    """What is finished is not made again; what is not is made, with the same result."""
    _folder, found, _steps = wine

    def stop(step):
        if step.rule == "feedback_alignment" and step.what == "seed 1 of 2" and step.done % 3 == 0 and made():
            raise KeyboardInterrupt

    made = lambda: (tmp_path / "w" / "pieces" / "feedback_alignment.seed-0.json").exists()  # noqa: E731
    with pytest.raises(KeyboardInterrupt):
        compare(WINE, SMALL, tmp_path / "w", told=stop)
    pieces = {path: path.stat().st_mtime_ns for path in (tmp_path / "w" / "pieces").iterdir()}
    assert len(pieces) == 6 + 2
    assert not (tmp_path / "w" / "results.json").exists()
    again = compare(WINE, SMALL, tmp_path / "w")
    assert all(path.stat().st_mtime_ns == when for path, when in pieces.items())
    for name, rule in again["rules"].items():
        assert rule["test"] == found["rules"][name]["test"]
        assert rule["angle"] == found["rules"][name]["angle"]


def test_a_folder_that_was_killed_at_birth_is_no_hindrance(tmp_path):
    (tmp_path / ".comparison.json.abc.tmp").write_text("{")
    assert compare(WINE, Settings(rules="backprop", seeds=1, hidden=(4,), epochs=1, tune=0), tmp_path)["rules"]


@dataclass(frozen=True)
class Twice(rules.Backprop):
    """Back propagation with a factor."""

    factor: float = 2.0

    def searched(self):
        return {"factor": (0.5, 4.0)}

    def gradients(self, *given):
        value, gradients, state, memory = super().gradients(*given)
        return value, jax.tree.map(lambda g: self.factor * g, gradients), state, memory


def test_a_rule_of_ones_own_is_compared_without_an_edit_of_the_package(tmp_path):
    settings = Settings(rules=("backprop", Twice(), Twice(3.0)), seeds=1, hidden=(6,), epochs=2, tune=1)
    found = compare(WINE, settings, tmp_path / "w")["rules"]
    assert list(found) == ["backprop", "twice", "twice:factor=3.0"]
    assert set(found["twice"]["rates"]) == {"learning_rate", "weight_decay", "factor"}
    assert found["twice"]["norm_ratio"] == pytest.approx(found["twice"]["rates"]["factor"], rel=1e-3)
    assert found["twice:factor=3.0"]["norm_ratio"] == pytest.approx(3.0, rel=1e-3)


def test_closeness_is_measured_on_rows_of_every_class():
    """In a file rows may stand by class; the probe is drawn."""
    X, y = np.random.default_rng(0).normal(size=(3000, 2)), np.repeat([0, 1, 2], 1000)
    seen = []
    original, training.closeness = training.closeness, lambda fitted, X, Y: seen.append(Y) or original(fitted, X, Y)
    try:
        problem, settings = Problem(X, y), Settings(rules="backprop", hidden=(4,), epochs=1)
        given, log = problem.given(settings, 0), []
        training.train(
            problem, settings, "backprop", training.defaults(settings), given, 0, [training.logging(given, log)]
        )
    finally:
        training.closeness = original
    assert len(seen[0]) == 500 and np.bincount(seen[0]).min() > 100


def test_an_undefined_score_is_no_divergence(tmp_path):
    """R² of a single row has no value; the training is finite all the same."""
    X = np.arange(8.0)[:, None]
    settings = Settings(rules="backprop", seeds=2, hidden=(4,), epochs=2, tune=2)
    found = compare(Problem(X, X[:, 0], "regression"), settings, tmp_path / "w")["rules"]["backprop"]
    assert found["diverged"] == 0
    assert all(trial["score"] is not None for trial in found["trials"])


def test_a_damaged_piece_is_made_again(wine):
    folder, found, _steps = wine
    piece = folder / "pieces" / "backprop.seed-1.json"
    piece.write_text(piece.read_text()[:100])
    assert compare(WINE, SMALL, folder)["rules"]["backprop"]["test"] == found["rules"]["backprop"]["test"]


@pytest.mark.parametrize(
    ("problem", "settings", "what"),
    [
        (WINE, replace(SMALL, epochs=4), "settings"),
        (Problem(WINE.X[:-1], WINE.y[:-1]), SMALL, "data"),
    ],
)
def test_another_comparison_is_not_mixed_with_it(wine, problem, settings, what):
    with pytest.raises(ClearpropError, match=f"was begun with other {what}: give another folder"):
        compare(problem, settings, wine[0])


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "diary.txt").write_text("dear")
    for place, message in ((tmp_path, "holds something else"), (tmp_path / "diary.txt", "is a file")):
        with pytest.raises(ClearpropError, match=message):
            compare(WINE, SMALL, place)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]


def test_a_rule_that_diverges_is_reported_as_diverged(tmp_path, monkeypatch):
    """Steps of 1e30 end in numbers that are not finite; the rule stays in the results."""
    monkeypatch.setattr(settings_module, "STEPS", {"gradient_descent": (1e30, 1e31)})
    settings = Settings(rules=("backprop",), seeds=2, hidden=(8,), optimizer="gradient_descent", epochs=3, tune=1)
    found = compare(WINE, settings, tmp_path / "w")["rules"]["backprop"]
    assert found["diverged"] == 2
    assert found["trials"][0]["score"] is None
    assert found["test"] == {"mean": None, "sd": None, "each": [None, None]}
    assert found["minus_backprop"] is None


def test_a_rule_that_cannot_train_the_network_is_left_out_of_all_and_refused_by_name(tmp_path):
    X, y = np.random.default_rng(0).normal(size=(60, 2)), np.linspace(0, 1, 60)
    problem = Problem(X, y, "regression")
    with pytest.raises(ClearpropError, match="forward_forward tells right labels from wrong ones"):
        compare(problem, Settings(rules=("forward_forward",)), tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_the_interval_of_paired_differences_by_hand():
    """d = 1, 2, 3: mean 2, s = 1, t₂ = 4.3027, margin 4.3027 / √3 = 2.4841; runs that diverged are left out."""
    found = _difference([2.0, 4.0, 6.0, None, 1.0], [1.0, 2.0, 3.0, 1.0, None])
    assert found == pytest.approx({"mean": 2.0, "low": 2 - 2.4841, "high": 2 + 2.4841}, abs=1e-4)
    assert _difference([1.0], [0.5]) == {"mean": 0.5, "low": None, "high": None}
    assert _difference([None], [0.5]) is None
