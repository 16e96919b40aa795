"""`clearprop compare`."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clearprop import rules

QUICK = ("--seeds", 2, "--hidden", "6", "--epochs", 2, "--tune", 1)


@pytest.fixture(scope="module")
def runs(clearprop, tmp_path_factory):
    """(what the command said, its folder)"""
    place = tmp_path_factory.mktemp("runs") / "wine"
    rules = "backprop,kolen_pollack,sign_symmetry:magnitudes=fixed_random"
    return clearprop("compare", "sample:wine", "--rules", rules, *QUICK, "--output", place), place


def test_it_says_what_it_does_and_what_came_of_it(runs):
    done, place = runs
    assert done.status == 0
    assert "Each rule trains on 114 rows, its rates are chosen by 28 others, and 36 more are read once" in done.out
    lines = [line.split() for line in done.out.splitlines()]
    for name in ("backprop", "kolen_pollack", "sign_symmetry:magnitudes=fixed_random"):
        assert sum(line[:1] == [name] for line in lines) == 2  # in both tables
    assert "their signs" in done.out
    assert f"to {place}." in done.out
    assert {path.name for path in place.iterdir()} == {
        "comparison.json", "pieces", "results.json", "epochs.parquet", "accuracy.png", "angles.png"
    }  # fmt: skip


def test_the_same_command_goes_on_from_its_folder_and_json_is_the_results(runs, clearprop):
    _done, place = runs
    rules = "backprop,kolen_pollack,sign_symmetry:magnitudes=fixed_random"
    again = clearprop("compare", "sample:wine", "--rules", rules, *QUICK, "--output", place, "--json")
    assert f"Going on with what is finished in {place}" in again.err
    assert again.json == {**json.loads((place / "results.json").read_text()), "output": str(place)}


def test_without_a_folder_named_it_finds_its_own_and_takes_no_other(clearprop):
    first = ("compare", "sample:iris", "--rules", "backprop", *QUICK)
    assert "to runs/compare-iris." in clearprop(*first).out
    assert "to runs/compare-iris-2." in clearprop(*first, "--seed", 1).out
    assert "Going on with what is finished in runs/compare-iris." in clearprop(*first).out
    assert sorted(path.name for path in Path("runs").iterdir()) == ["compare-iris", "compare-iris-2"]


def test_a_regression_leaves_out_what_cannot_learn_it(clearprop, monkeypatch):
    """Of two rules as if these were all, to be quick."""
    monkeypatch.setattr(rules, "all_names", lambda: ["backprop", "forward_forward"])
    done = clearprop("compare", "sample:diabetes", "--seeds", 1, "--hidden", "4", "--epochs", 1, "--tune", 0)
    assert done.status == 0
    assert "test R²" in done.out
    assert "Left out: forward_forward tells right labels from wrong ones" in done.out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--rules", "bakprop"], "There is no rule called 'bakprop'. Did you mean 'backprop'?"),
        (["--rules", "weight_mirror:rate=7"], "weight_mirror: rate is a number from 0 to 1, not 7.0."),
        (["--rules", "forward_forward", "--hidden", "none"], "forward_forward trains hidden layers"),
        (["--rules", "backprop,backprop"], "'backprop' is there twice."),
        (["--hidden", "a"], "--hidden is units with commas between"),
        (["--target", "grape"], "leave out 'grape'"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_leaves_nothing(clearprop, options, message, tmp_path):
    done = clearprop("compare", "sample:wine", *options)
    assert done.status == 2
    assert message in done.err
    assert len(done.err.splitlines()) == 1
    assert not (tmp_path / "runs").exists()


def test_a_comparison_that_is_killed_goes_on_where_it_was(clearprop):
    """Issue 4: a finished (rule, seed) is on disk at once; told by a test that kills it."""
    words = ["compare", "sample:wine", "--rules", "backprop,feedback_alignment", "--seeds", "12", "--hidden", "5",
             "--epochs", "3", "--tune", "0", "--output", "killed"]  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "clearprop", *words], stdout=subprocess.DEVNULL, env=os.environ)
    pieces, until = Path("killed", "pieces"), time.monotonic() + 120
    while len(list(pieces.glob("*.seed-*.json")) if pieces.exists() else []) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    before = {path.name: path.stat().st_mtime_ns for path in pieces.glob("*.json")}
    assert 3 <= len(before) < 24
    assert not Path("killed", "results.json").exists()
    done = clearprop(*words)
    assert done.status == 0
    assert "Going on with what is finished in killed" in done.out
    after = {path.name: path.stat().st_mtime_ns for path in pieces.glob("*.json")}
    assert {name: after[name] for name in before} == before
    assert len(json.loads(Path("killed", "results.json").read_text())["rules"]["backprop"]["test"]["each"]) == 12
