"""Every script of `examples/` runs, and what it shows is so."""

import re
import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name, capsys, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", [name, *map(str, arguments)])
    runpy.run_path(str(EXAMPLES / f"{name}.py"), run_name="__main__")
    return capsys.readouterr().out


def accuracies(text):
    return dict(re.findall(r"^(\S.*?) +test accuracy (0\.\d+)", text, re.MULTILINE))


def test_own_layer(capsys, monkeypatch):
    """Both ways of writing the layer learn, pass the gradient check, and give the same predictions."""
    out = run("own_layer", capsys, monkeypatch)
    assert all(float(a) > 0.85 for a in accuracies(out).values())
    assert all(float(e) < 1e-6 for e in re.findall(r"worst gradient error (\S+)", out))
    assert float(out.split("largest difference between the two:")[1]) < 1e-5


def test_own_loss(capsys, monkeypatch):
    """The 90% quantile has 90% of new points below it, to three standard errors of 1,000 points."""
    shares = [float(share) for share in re.findall(r"(\d+\.\d)% of new points", run("own_loss", capsys, monkeypatch))]
    assert len(shares) == 2
    assert all(abs(share - 90) < 3 for share in shares)


def test_own_rule(capsys, monkeypatch):
    """Backprop and sign feedback get further than fixed random feedback, and all beat chance by far."""
    found = {rule: float(a) for rule, a in accuracies(run("own_rule", capsys, monkeypatch)).items()}
    assert set(found) == {"backprop", "feedback_alignment", "SignFeedback"}
    assert min(found.values()) > 0.8


def test_own_optimizer(capsys, monkeypatch):
    found = accuracies(run("own_optimizer", capsys, monkeypatch))
    assert set(found) == {"Lion", "sign descent", "clipped AdamW"}
    assert all(float(a) > 0.8 for a in found.values())


def test_own_neuron(capsys, monkeypatch):
    """Rinzel & Ermentrout 1998: it oscillates from a Hopf bifurcation at 94 µA/cm² (and beside rest from 88
    on) to one at 212; at 100 and 200, rates as SciPy's solve_ivp finds them.
    """
    out = run("own_neuron", capsys, monkeypatch)
    rates = {int(current): float(rate) for current, rate in re.findall(r"(\d+) µA/cm² +(\d+\.\d) Hz", out)}
    assert {current for current, rate in rates.items() if rate} == set(range(90, 220, 10))
    assert (rates[100], rates[200]) == (11.7, 15.2)


def test_every_example_is_tested():
    tested = set(re.findall(r'run\("(\w+)"', Path(__file__).read_text()))
    assert {path.stem for path in EXAMPLES.glob("*.py")} == tested | {
        "cat_course"
    }  # of which tests/train/test_course.py is


@pytest.fixture(autouse=True)
def _no_leftovers(monkeypatch, tmp_path):
    """Examples run in an empty folder and leave nothing in the project."""
    monkeypatch.chdir(tmp_path)
