"""Pictures of neurons: what is drawn where, and the file."""

from contextlib import contextmanager

import numpy as np
import pytest
from matplotlib.figure import Figure

from clearprop import neurons
from clearprop.explain import neuron_pictures
from clearprop.explain.neuron_pictures import course, draw_curve, draw_pulse, draw_trace
from clearprop.neurons import HodgkinHuxley, LeakyIntegrateAndFire, Recording, simulate


@pytest.fixture
def figure(monkeypatch):
    """What is drawn, instead of a file."""
    drawn = Figure(figsize=(8, 6))

    @contextmanager
    def picture(path, width, height, title):
        drawn.suptitle(title)
        yield drawn

    monkeypatch.setattr(neuron_pictures, "picture", picture)
    return drawn


def line(axes, label):
    """The points of the line of this label."""
    return next(np.array(own.get_data()) for own in axes.lines if own.get_label() == label)


def by_hand(variables, spikes):
    time = np.arange(5.0)
    return Recording(time, {name: np.array(value) for name, value in variables.items()}, np.array(spikes), 4.0)


def test_a_threshold_s_spike_goes_as_far_up_as_the_potential_came():
    """From −70 to −60 mV, so up to −50, at the spike's own moment."""
    found = by_hand({"V_mV": [-70, -62, -70, -66, -63]}, [1.5])
    time, V = course(LeakyIntegrateAndFire(), found)
    assert time.tolist() == [0, 1, 1.5, 2, 3, 4]
    assert V.tolist() == [-70, -62, -50, -70, -66, -63]


def test_a_spike_that_is_computed_ends_where_it_does():
    """At 30 mV in Izhikevich's equations; Hodgkin and Huxley's is left as it is."""
    found = by_hand({"V_mV": [-70, -40, -65, -66, -65], "u": [0] * 5}, [1.5])
    assert course(neurons.Izhikevich(), found)[1].max() == 30
    assert course(HodgkinHuxley(), found)[1].tolist() == [-70, -40, -65, -66, -65]


def test_without_a_spike_the_course_is_the_recording():
    found = by_hand({"V_mV": [-70, -68, -67, -66, -66]}, [])
    assert course(LeakyIntegrateAndFire(), found)[1].tolist() == [-70, -68, -67, -66, -66]


def test_a_trace(figure):
    """The potential with a mark for each spike above it, the gates, the current as a step."""
    found = simulate(HodgkinHuxley(), 10.0, duration_ms=50)
    draw_trace("trace.png", HodgkinHuxley(), 10.0, found, "ten")
    potential, gates, current = figure.axes
    assert potential.get_ylabel() == "potential (mV)" and figure.get_suptitle() == "ten"
    marks = line(potential, "spikes")
    assert marks[0] == pytest.approx(found.spikes_ms) and (marks[1] > found.V_mV.max()).all()
    assert [own.get_label() for own in gates.lines] == ["m", "h", "n"] and gates.get_ylabel() == "m, h, n"
    assert line(gates, "n")[1] == pytest.approx(found.variables["n"])
    assert current.get_xlabel() == "time (ms)" and current.get_ylabel() == "current\n(µA/cm²)"
    assert np.array(current.lines[0].get_data())[:, 1:].tolist() == [[0, 0, 50], [0, 10, 10]]


def test_variables_have_their_units(figure):
    neuron = neurons.AdaptiveExponential()
    draw_trace("trace.png", neuron, 800.0, simulate(neuron, 800.0, duration_ms=20), "")
    assert figure.axes[1].get_ylabel() == "w (pA)"


def test_compartments_are_drawn_besides_the_soma(figure):
    neuron = neurons.BranchedLIF(branches=2)
    found = simulate(neuron, 0.3, duration_ms=20)
    draw_trace("trace.png", neuron, 0.3, found, "")
    assert len(figure.axes) == 2
    assert line(figure.axes[0], "other compartments")[1] == pytest.approx(found.V_mV[:, 1])
    assert line(figure.axes[0], "soma")[1].max() > neuron.spike_mV


def test_rates(figure):
    """Dots where it was simulated, the equation between them too, and a mark."""
    neuron = LeakyIntegrateAndFire()
    currents, rates = [8.0, 12.0, 20.0], [0.0, 43.6, 83.8]
    draw_curve("f.png", currents, rates, "", unit="nA", closed_form_hz=neuron.rate_hz, marks={"rheobase": 10.0})
    (axes,) = figure.axes
    assert axes.get_xlabel() == "current (nA)" and "spikes per second" in axes.get_ylabel()
    assert line(axes, "simulated").tolist() == [currents, rates]
    fine = line(axes, "closed form")
    assert np.interp(15.0, *fine) == pytest.approx(62.55, abs=0.1) and np.interp(9.9, *fine) == 0
    assert line(axes, "rheobase")[0].tolist() == [10.0, 10.0]


def test_rates_without_a_closed_form(figure):
    draw_curve("f.png", [1.0, 2.0], [0.0, 5.0], "", unit="nA")
    assert [own.get_label() for own in figure.axes[0].lines] == ["simulated"]


def test_a_pulse(figure):
    """A pulse of known speed, 2 cm/ms: later curves are further on, and the line's slope is 20 m/s."""
    time, place = np.arange(0, 10, 0.02), np.linspace(0.05, 9.95, 100)
    V = -65 + 100 * np.exp(-(((place - 2 * (time[:, None] - 1)) / 0.5) ** 2))
    draw_pulse("a.png", neurons.AxonRecording(time, place, V, -30.0), "")
    along, way = figure.axes
    peaks = [own.get_xdata()[np.argmax(own.get_ydata())] for own in along.lines]
    assert len(peaks) == 6 and (np.diff(peaks) > 0).all()
    assert along.get_xlabel() == "place along the axon (cm)" and way.get_xlabel() == "time (ms)"
    time, place = line(way, "20.0 m/s")
    assert np.diff(place) / np.diff(time) == pytest.approx(2.0, rel=1e-3)
    assert line(way, "the pulse")[1] == pytest.approx(place, abs=0.05)


def test_the_file(tmp_path):
    found = simulate(HodgkinHuxley(), 10.0, duration_ms=50)
    draw_trace(tmp_path / "trace.png", HodgkinHuxley(), 10.0, found, "ten")
    assert (tmp_path / "trace.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(OSError, match="nowhere"):
        draw_trace(tmp_path / "nowhere" / "trace.png", HodgkinHuxley(), 10.0, found, "")
    assert [path.name for path in tmp_path.iterdir()] == ["trace.png"]
