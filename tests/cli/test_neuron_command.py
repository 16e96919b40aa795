"""`clearprop neuron`."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from clearprop import neurons
from clearprop.cli.neuron_asked import WITHOUT_TIME, currents

BRAILLE = re.compile(r"[\u2801-\u28ff]")


def test_a_trace_of_the_leaky_neuron(clearprop):
    """reference.md, section 3: 43.63 Hz at 12 nA, in closed form; the first spike after τ ln 6 = 17.918 ms."""
    found = clearprop("neuron", "lif", "--current", 12, "--duration", 500, "--json").json
    assert found["rate_hz"] == pytest.approx(43.63, rel=1e-3)
    assert found["spikes_ms"][0] == pytest.approx(10 * np.log(6), rel=1e-3)
    assert len(found["spikes_ms"]) == 22
    told = {name: found[name] for name in ("neuron", "class", "current", "current_unit", "duration_ms", "picture")}
    assert told == {
        "neuron": "lif", "class": None, "current": 12, "current_unit": "nA", "duration_ms": 500, "picture": None
    }  # fmt: skip
    assert (found["dt_ms"], found["method"], found["rate_after_ms"]) == (0.1, "rk4", 100)
    assert found["parameters"]["tau_m_ms"] == 10


def test_a_trace_of_hodgkin_and_huxley(clearprop):
    """reference.md, section 3: 68.3 Hz at 10 µA/cm², which is what it gets unless told."""
    found = clearprop("neuron", "hodgkin-huxley", "--duration", 500, "--json").json
    assert (found["neuron"], found["current"], found["current_unit"]) == ("hodgkin-huxley", 10, "µA/cm²")
    assert found["rate_hz"] == pytest.approx(68.3, abs=0.1)


def test_a_class(clearprop):
    """Izhikevich (2003), figure 2: chattering is bursts of spikes close together."""
    found = clearprop("neuron", "izhikevich", "--class", "chattering", "--current", 10, "--json").json
    gaps = [late - early for early, late in pairwise(found["spikes_ms"])]
    assert (found["class"], found["parameters"]["c_mV"]) == ("chattering", -50)
    assert min(gaps) < 4 and max(gaps) > 30


def test_parameters_step_and_method(clearprop):
    """Half the resistance needs twice the current: R I is 12 mV again.  Of a class, what is set is changed alone."""
    parameters = ("--set", "resistance_MOhm=0.5", "--set", "refractory_ms = 0")
    step = ("--dt", 0.05, "--method", "exponential-euler")
    found = clearprop("neuron", "lif", "--current", 24, *parameters, *step, "--json").json
    assert found["rate_hz"] == pytest.approx(1000 / (10 * np.log(6)), rel=1e-3)
    assert (found["dt_ms"], found["method"]) == (0.05, "exponential_euler")
    found = clearprop("neuron", "izhikevich", "--class", "FS", "--set", "d=3", "--json").json
    assert found["parameters"] == {"a_per_ms": 0.1, "b": 0.2, "c_mV": -65, "d": 3}


def test_what_a_person_sees_of_a_trace(clearprop):
    done = clearprop("neuron", "lif", "--current", 12)
    lines = done.out.splitlines()
    assert lines[0] == "lif at 12 nA for 200 ms, in steps of 0.1 ms:"
    drawn = [line for line in lines if "│" in line]
    assert len(drawn) == 10 and drawn[0].startswith("    -50 mV │") and drawn[-1].startswith("    -70 mV │")
    assert all(BRAILLE.search(line) for line in drawn)
    assert [line.split() for line in lines if "43.63" in line] == [["8", "43.63", "22.92–22.92", "17.92", "178.34"]]
    assert "It fires at 17.9, 40.8, 63.8, 86.7, 109.6, 132.5, 155.4, 178.3 ms." in lines
    assert lines[-1].startswith("--output trace.png draws it")
    assert list(Path().iterdir()) == []


def test_a_neuron_that_does_not_fire(clearprop):
    done = clearprop("neuron", "lif", "--current", 9)
    assert "It does not fire: give more with --current" in done.out
    found = clearprop("neuron", "lif", "--current", 9, "--json").json
    assert (found["rate_hz"], found["spikes_ms"]) == (0, [])


@pytest.mark.parametrize("name", neurons.NEURONS.classes)
def test_every_neuron_fires_and_is_drawn(clearprop, name):
    """At the current that it is given unless told otherwise."""
    done = clearprop("neuron", name, "--duration", 50, "--output", "trace.png")
    assert done.status == 0 and "Drawn in trace.png." in done.out and "It fires at" in done.out
    assert Path("trace.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in Path().iterdir()] == ["trace.png"]


def test_rates_of_the_leaky_neuron(clearprop):
    """Within 0.1% of the closed form, and firing from 10 nA on."""
    found = clearprop("neuron", "lif", "--f-i", "0:30:0.5", "--output", "rates.png", "--json").json
    assert found["currents"] == np.arange(0, 30.1, 0.5).tolist()
    assert found["rates_hz"] == pytest.approx(found["closed_form_hz"], rel=1e-3)
    assert found["closed_form_hz"][24] == pytest.approx(43.63, abs=0.01)
    assert found["rheobase"] == pytest.approx(10, abs=0.01)
    assert found["picture"] == "rates.png" and Path("rates.png").read_bytes().startswith(b"\x89PNG")


def test_rates_of_hodgkin_and_huxley(clearprop):
    """reference.md, section 3: 58.3 and 68.3 Hz at 7 and 10 µA/cm², a spike from 2.24 on, firing from 6.27 on."""
    found = clearprop("neuron", "hodgkin-huxley", "--f-i", "7:10:3", "--json").json
    assert found["rates_hz"] == pytest.approx([58.3, 68.3], abs=0.5)
    assert found["rheobase"] == pytest.approx(2.24, abs=0.02)
    assert found["sustained_from"] == pytest.approx(6.27, abs=0.05)
    assert found["onset_hz"] == pytest.approx(51, abs=1)
    assert "closed_form_hz" not in found


def test_what_a_person_sees_of_rates(clearprop):
    lines = clearprop("neuron", "lif", "--f-i", "0:30:0.5").out.splitlines()
    assert lines[0] == "lif at each of 61 currents for 1000 ms, in steps of 0.1 ms:"
    table = [line.split() for line in lines if re.match(r"^ *\d+ +\d+\.\d\d +\d+\.\d\d$", line)]
    assert len(table) == 16 and ["12", "43.63", "43.63"] in table
    assert "One current in 4 is shown; --json has them all." in lines
    assert "A step to 10 nA makes it fire (the rheobase)." in lines
    assert lines[-1] == "--output rates.png draws it."


def test_rates_of_a_neuron_that_fires_nowhere(clearprop):
    options = ("--set", "resistance_MOhm=0.01", "--f-i", "0:3:1")
    found = clearprop("neuron", "lif", *options, "--json").json
    assert (found["rheobase"], found["sustained_from"], found["onset_hz"]) == (None, None, None)
    done = clearprop("neuron", "lif", *options, "--output", "rates.png")
    assert "It was not found to begin, and go on, firing between 0 and 30 nA." in done.out.splitlines()


def test_a_neuron_that_fires_without_a_current(clearprop):
    """It rests at −55 mV, 5 mV above its threshold: 1000/(5 + 10 ln 3) = 62.55 Hz by the closed form."""
    restless = ("neuron", "lif", "--set", "v_rest_mV=-55")
    found = clearprop(*restless, "--current", 0, "--json").json
    assert found["rate_hz"] == pytest.approx(62.55, abs=0.05) and found["spikes_ms"][0] == pytest.approx(0, abs=1e-9)
    lines = clearprop(*restless, "--f-i", "0:3:1").out.splitlines()
    assert "It fires at 0 nA already." in lines and not any(line.startswith("It was not found") for line in lines)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0:1:0.1", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
        ("-2:3:2", [-2, 0, 2]),
        ("5:5:1", [5]),
        ("0:0.95:0.3", [0, 0.3, 0.6, 0.9]),
    ],
)
def test_currents(text, found):
    """HIGH is among them where a whole number of steps leads to it."""
    assert currents(text).tolist() == found


WRONG = {
    ("lif", "--f-i", "a:b:c"): "--f-i is LOW:HIGH:STEP, such as 0:30:0.5; not 'a:b:c'.",
    ("lif", "--f-i", "0:30"): "--f-i is LOW:HIGH:STEP, such as 0:30:0.5; not '0:30'.",
    ("lif", "--f-i", "0:inf:1"): "--f-i is LOW:HIGH:STEP, such as 0:30:0.5; not '0:inf:1'.",
    ("lif", "--f-i", "30:0:1"): "--f-i 30:0:1 has no currents: HIGH cannot be below LOW, and STEP has to be above 0.",
    ("lif", "--f-i", "0:30:0"): "--f-i 0:30:0 has no currents",
    ("lif", "--f-i", "0:1:1e-9"): "--f-i 0:1:1e-9 has more than 10,000 currents: give a longer STEP.",
    ("lif", "--f-i", "0:1:1", "--current", 2): "Give --current for a trace, or --f-i for rates; not both.",
    ("hodkin-huxley",): "There is no neuron called 'hodkin_huxley'. Did you mean 'hodgkin_huxley'?",
    ("logistic",): "has no course in time: use clearprop.neurons.LogisticUnit in Python, or name one of",
    ("mcculloch-pitts",): "use clearprop.neurons.McCullochPitts in Python, or name one of lif, ",
    ("izhikevich", "--class", "chatering"): "called 'chatering'. Did you mean 'chattering'?",
    ("lif", "--class", "chattering"): "--class is for izhikevich; lif does not come in classes.",
    ("lif", "--set", "tau_ms=3"): "There is no parameter of lif called 'tau_ms'. Did you mean 'tau_m_ms'? Known: ",
    ("lif", "--set", "tau_m_ms"): "--set is NAME=VALUE, such as tau_m_ms=10; not 'tau_m_ms'.",
    ("lif", "--set", "tau_m_ms=slow"): "The setting 'tau_m_ms' of 'lif' cannot be 'slow'.",
    ("hodgkin-huxley", "--set", "capacitance_uF_per_cm2=-1"): "capacitance_uF_per_cm2 of HodgkinHuxley cannot be -1",
    ("hodgkin-huxley", "--dt", 1): "dt_ms=1 is too long a step for HodgkinHuxley",
    ("lif", "--dt", 0): "dt_ms cannot be 0.0: give a number above 0.",
    ("lif", "--duration", 0): "duration_ms cannot be 0.0: give a number above 0.",
    ("lif", "--current", "nan"): "current has to be finite",
    ("lif", "--current", 1e6, "--set", "v_threshold_mV=1e7"): "V_mV of LeakyIntegrateAndFire left all bounds",
    ("lif", "--method", "rk5"): "There is no integrator called 'rk5'. Did you mean 'rk4'?",
    ("lif", "--output", "trace.pdf"): "--output trace.pdf is not a picture's name: it has to end in .png.",
    ("lif", "--output", "nowhere/trace.png"): "nowhere/trace.png cannot be written: there is no directory nowhere.",
    ("lif", "--f-i", "0:1:1", "--output", "nowhere/a.png"): "nowhere/a.png cannot be written",
}  # fmt: skip
"""(words, how the sentence begins or what it holds)."""


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_is_told_in_a_sentence(clearprop, words):
    done = clearprop("neuron", *words)
    assert (done.status, done.out) == (2, "")
    assert WRONG[words] in done.err and done.err.count("\n") == 1
    assert "Traceback" not in done.err and "went wrong" not in done.err
    assert list(Path().iterdir()) == []


def test_a_disk_that_is_full(clearprop, monkeypatch):
    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    done = clearprop("neuron", "lif", "--output", "trace.png")
    assert (done.status, done.err) == (2, "trace.png cannot be written: No space left on device.\n")
    assert list(Path().iterdir()) == []


def test_the_names_that_help_gives_are_true(clearprop):
    text = " ".join(clearprop("neuron", "--help").out.split())
    for name in [*neurons.NEURONS.classes, *neurons.IZHIKEVICH_CLASSES, *neurons.INTEGRATORS]:
        assert name.replace("_", "-") in text.replace("_", "-")
    for name in WITHOUT_TIME.values():
        assert hasattr(neurons, name)
