"""The pictures of docs/neurons.md, and its tables of what was measured, from real runs.

    .venv/bin/python docs/make_neurons.py

Writes docs/images/neuron-*.png, and the tables between the page's marks. It takes about half a minute.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from pages import filled, markdown
from PIL import Image
from scipy.integrate import solve_ivp

from clearprop import neurons
from clearprop.explain.neuron_pictures import DASHED, course, draw_trace
from clearprop.explain.picture import BLUE, DARK_GREY, GREY, LIGHT_BLUE, ORANGE, picture
from clearprop.neurons.cable import BACKWARD_EULER, CRANK_NICOLSON
from clearprop.neurons.hodgkin_huxley import rates
from clearprop.neurons.integrators import Integrator

PAGE = Path(__file__).with_name("neurons.md")
IMAGES = Path(__file__).with_name("images")

LIF, SQUID, AXON = neurons.LeakyIntegrateAndFire(), neurons.HodgkinHuxley(), neurons.Axon()
FINE_MS = 0.01
"""The time step for Hodgkin and Huxley's neuron."""


def named(name: str) -> Path:
    """Where a picture goes."""
    return IMAGES / f"neuron-{name}.png"


# --- units ---


def draw_mcculloch_pitts() -> None:
    """Three propositions as units, each with the line where its sum is at the threshold, and one that is none."""
    units = {
        "x₁ and x₂\nw = (1, 1), θ = 2": neurons.McCullochPitts([1, 1], 2),
        "x₁ or x₂\nw = (1, 1), θ = 1": neurons.McCullochPitts([1, 1], 1),
        "x₁ and not x₂\nw = (1, −1), θ = 1": neurons.McCullochPitts([1, -1], 1),
        "either, not both\nno line parts them": None,
    }
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    grid = np.stack(np.meshgrid(*[np.linspace(-0.4, 1.4, 400)] * 2), -1)
    with picture(named("mcculloch-pitts"), 8.6, 2.9, "", axes_grid=False) as figure:
        for axes, (title, unit) in zip(figure.subplots(1, 4, sharey=True), units.items(), strict=True):
            true = corners.sum(1) == 1 if unit is None else unit(corners) == 1
            if unit is not None:
                axes.contourf(grid[..., 0], grid[..., 1], unit(grid), levels=[0.5, 1.5], colors=[LIGHT_BLUE], alpha=0.5)
            for (x, y), on in zip(corners, true, strict=True):
                axes.plot(x, y, "o", markersize=13, color=BLUE if on else "white", markeredgecolor=GREY)
                axes.text(x, y, int(on), ha="center", va="center", fontsize=8, color="white" if on else DARK_GREY)
            axes.set(title=title, xlabel="x₁", xticks=[0, 1], yticks=[0, 1], aspect="equal")
            axes.set(xlim=(-0.4, 1.4), ylim=(-0.4, 1.4))
        figure.axes[0].set_ylabel("x₂")


def draw_logistic() -> None:
    """Ever steeper logistic units of one input beside the threshold that they tend to, and their derivative."""
    x = np.linspace(-1, 3, 401)
    with picture(named("logistic"), 8.6, 2.9, "") as figure:
        output, slope = figure.subplots(1, 2, sharex=True)
        output.plot(x, neurons.McCullochPitts([1], 1)(x[:, None]), color=GREY, linestyle=DASHED, label="threshold 1")
        for k, colour in zip((1, 4, 16), (LIGHT_BLUE, BLUE, ORANGE), strict=True):
            unit = neurons.LogisticUnit([k], -k)
            output.plot(x, unit(x[:, None]), color=colour, label=f"w = {k}, b = −{k}")
            slope.plot(x, unit.derivative(x[:, None]), color=colour)
        output.set(title="a = σ(w x + b)", xlabel="x", ylabel="a")
        slope.set(title="da/dz = a (1 − a)", xlabel="x", ylabel="per unit of z")
        output.legend(loc="upper left", fontsize=8)


# --- point neurons ---


def draw_lif() -> None:
    """Its potential under too little and enough, and its rate."""
    currents = np.arange(0, 30.5, 1.0)
    simulated = neurons.f_i_curve(LIF, currents)
    fine = np.linspace(0, 30, 1000)
    with picture(named("lif"), 8.6, 3.0, "") as figure:
        trace, curve = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.4, 1]})
        for current, colour in ((9.0, LIGHT_BLUE), (15.0, BLUE)):
            found = neurons.simulate(LIF, current, duration_ms=100)
            trace.plot(*course(LIF, found), color=colour, label=f"{current:g} nA")
        trace.axhline(LIF.v_threshold_mV, color=GREY, linestyle=DASHED, linewidth=1, label="threshold")
        trace.set(xlabel="time (ms)", ylabel="potential (mV)", ylim=(-71, -46))
        trace.legend(loc="upper left", ncols=3, fontsize=8)
        curve.plot(fine, [LIF.rate_hz(each) for each in fine], color=ORANGE, label="closed form")
        curve.plot(currents, simulated, "o", color=BLUE, markersize=3.5, label="simulated")
        curve.set(xlabel="current (nA)", ylabel="rate (Hz)")
        curve.legend(loc="upper left")


def draw_adaptive_exponential() -> None:
    """Potential, adaptation and current."""
    neuron = neurons.AdaptiveExponential()
    found = neurons.simulate(neuron, 1000.0, duration_ms=250)
    draw_trace(named("adaptive-exponential"), neuron, 1000.0, found, "")


Into = Callable[[float], Any] | float
PULSES = {gap: lambda t, gap=gap: 2.2 * ((10 <= t < 11) | (10 + gap <= t < 11 + gap)) for gap in (20, 40)}
"""Two pulses of 1 ms, each too weak to make the resonator fire."""
RELEASE = {"released": lambda t: -10.0 if 50 <= t < 150 else 0.0}
PANELS: list[tuple[str, str, Mapping[Any, Into], float]] = [
    ("regular_spiking", "regular spiking: tires", {"10 mV/ms": 10.0}, 250),
    ("intrinsically_bursting", "intrinsically bursting: one burst first", {"10 mV/ms": 10.0}, 250),
    ("chattering", "chattering: bursts", {"10 mV/ms": 10.0}, 250),
    ("fast_spiking", "fast spiking: fast, and does not tire", {"10 mV/ms": 10.0}, 250),
    ("low_threshold_spiking", "low-threshold spiking: fast, and tires", {"10 mV/ms": 10.0}, 250),
    ("resonator", "resonator: fires to pulses 40 ms apart, not 20", PULSES, 90),
    ("thalamo_cortical", "thalamo-cortical: evenly from rest", {"3 mV/ms": 3.0}, 250),
    ("thalamo_cortical", "thalamo-cortical: a burst when let go", RELEASE, 250),
]


def draw_izhikevich() -> None:
    """All seven classes, the last one under two currents."""
    with picture(named("izhikevich"), 8.6, 6.6, "") as figure:
        for axes, (name, title, into, duration) in zip(figure.subplots(4, 2).flat, PANELS, strict=True):
            neuron = neurons.Izhikevich.of_class(name)
            for colour, current in zip((LIGHT_BLUE, BLUE) if len(into) > 1 else (BLUE,), into.values(), strict=True):
                found = neurons.simulate(neuron, current, duration_ms=duration, dt_ms=0.02)
                axes.plot(*course(neuron, found), color=colour, linewidth=0.9)
                time = np.concatenate([[-0.04 * duration, -1e-9], found.time_ms])
                level = [current(t) if callable(current) else current for t in found.time_ms]
                zero = -72 if len(into) > 1 else -105
                axes.plot(time, zero + np.concatenate([[0, 0], level]), color=ORANGE if colour == BLUE else "#eec3a0")
            axes.set(title=title, ylim=(-118, 38), yticks=[-60, 0], xlim=(-0.04 * duration, duration))
            if len(into) > 1:  # near rest, so that the swing is seen; the spike goes on above
                axes.set(ylim=(-73, -50), yticks=[-70, -60])
            axes.grid(visible=False)
        figure.supxlabel("time (ms)", fontsize=9)
        figure.supylabel("potential (mV); below it, in orange, the current", fontsize=9)


def draw_hodgkin_huxley() -> None:
    """The potential and its gates, and the rate, which begins far above 0."""
    found, currents = neurons.simulate(SQUID, 10.0, duration_ms=40, dt_ms=FINE_MS), np.arange(0, 51, 1.0)
    at = threshold_of_squid()
    with picture(named("hodgkin-huxley"), 8.6, 3.6, "") as figure:
        left, curve = figure.subfigures(1, 2, width_ratios=[1.3, 1])
        potential, gates = left.subplots(2, 1, sharex=True)
        potential.plot(found.time_ms, found.V_mV, color=BLUE)
        potential.set(ylabel="potential (mV)", title="10 µA/cm²")
        for gate, colour in zip("mhn", (ORANGE, LIGHT_BLUE, DARK_GREY), strict=True):
            gates.plot(found.time_ms, found.variables[gate], color=colour, label=gate)
        gates.set(ylabel="gates", xlabel="time (ms)")
        gates.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8)
        axes = curve.subplots()
        axes.plot(currents, neurons.f_i_curve(SQUID, currents, dt_ms=FINE_MS), "o", color=BLUE, markersize=3)
        axes.axvline(at.rheobase, color=GREY, linestyle=DASHED, label=f"fires once from {at.rheobase:.2f}")
        axes.axvline(at.sustained, color=GREY, linestyle=":", label=f"goes on from {at.sustained:.2f}")
        axes.set(xlabel="current (µA/cm²)", ylabel="sustained rate (Hz)", ylim=(-4, 125))
        axes.legend(loc="lower right", fontsize=8)


@cache
def threshold_of_squid() -> neurons.Thresholds:
    """Hodgkin and Huxley's, at 6.3 °C."""
    return neurons.thresholds(SQUID, dt_ms=FINE_MS)


# --- branches ---

MOST = 24
"""Synapses that fire at once."""
AMPA, NMDA = (neurons.Exponential(2.0), 0.0004), (neurons.NMDA(), 0.0008)
"""What a synapse consists of, each with its weight in µS."""


@cache
def answer_mV(clustered: bool, with_nmda: bool) -> np.ndarray:
    """(times, number) how far above rest the soma is after 4, 8, … synapses fire at once, on one branch or on four."""
    neuron = neurons.BranchedLIF(v_threshold_mV=100.0)
    on = np.eye(5)[1 + (np.zeros(MOST, int) if clustered else np.arange(MOST) % 4)]
    spikes = np.zeros((120, MOST // 4, MOST))
    for place in range(MOST // 4):
        spikes[5, place, : 4 * (place + 1)] = 1
    inputs = [neurons.Inputs(kind, spikes, weight * on) for kind, weight in ([AMPA, NMDA] if with_nmda else [AMPA])]
    found = neurons.simulate(neuron, 0.0, duration_ms=120, inputs=inputs, record_every_ms=1.0)
    return found.V_mV[..., 0] + 70


def draw_branched() -> None:
    """The soma's answer to synapses on one branch, or spread over four."""
    looks: dict[tuple[bool, bool], Any] = {
        (True, True): {"color": BLUE, "label": "on one branch, with NMDA"},
        (False, True): {"color": LIGHT_BLUE, "label": "over four branches, with NMDA"},
        (True, False): {"color": ORANGE, "label": "on one branch, AMPA alone"},
        (False, False): {"color": GREY, "label": "over four branches, AMPA alone"},
    }
    with picture(named("branched"), 8.6, 3.0, "") as figure:
        trace, peaks = figure.subplots(1, 2)
        for which, look in looks.items():
            found = answer_mV(*which)
            trace.plot(np.arange(len(found)), found[:, 2], **look)
            peaks.plot(np.arange(4, MOST + 1, 4), found.max(0), "o-", markersize=3.5, **look)
        trace.set(title="12 synapses at 5 ms", xlabel="time (ms)", ylabel="soma above rest (mV)")
        peaks.set(title="the highest it gets", xlabel="synapses that fire at once", ylabel="soma above rest (mV)")
        peaks.set(xticks=np.arange(4, MOST + 1, 4))
        peaks.legend(loc="upper left", fontsize=8)


# --- what arrives ---


def draw_synapses() -> None:
    """What a spike opens, over time, and magnesium's block."""
    t, V = np.linspace(-5, 100, 1051), np.linspace(-100, 50, 301)
    kernels = {
        "exponential, τ 5 ms": (neurons.Exponential(5.0), BLUE),
        "alpha, τ 2 ms": (neurons.Alpha(2.0), ORANGE),
        "NMDA, 2 and 80 ms": (neurons.NMDA(), DARK_GREY),
    }
    with picture(named("synapses"), 8.6, 2.9, "") as figure:
        over_time, block = figure.subplots(1, 2)
        for label, (synapse, colour) in kernels.items():
            over_time.plot(t, synapse.kernel(t), color=colour, label=label)
        over_time.set(title="open after a spike at 0 ms", xlabel="time (ms)", ylabel="of the weight")
        over_time.legend(loc="upper right", fontsize=8)
        for magnesium, colour in ((0.1, LIGHT_BLUE), (1.0, DARK_GREY), (2.0, BLUE)):
            block.plot(V, neurons.NMDA(magnesium_mM=magnesium).block(V), color=colour, label=f"{magnesium:g} mM")
        block.set(title="NMDA: the share that magnesium leaves open", xlabel="potential (mV)", ylabel="B(V)")
        block.legend(loc="upper left", fontsize=8)


def draw_poisson() -> None:
    """Spikes of thirty inputs, and how far apart they are."""
    spikes = neurons.poisson(20.0, 100, 100_000.0)
    apart = np.concatenate([np.diff(np.repeat(np.arange(len(own)), own)) for own in spikes.T])
    # Whole milliseconds: 9 stands for 8.5 to 9.5, and 0 for what is below a half.
    edges, fine = np.array([0, *np.arange(9.5, 300, 10)]), np.linspace(0, 300, 301)
    with picture(named("poisson"), 8.6, 2.7, "") as figure:
        raster, intervals = figure.subplots(1, 2, gridspec_kw={"width_ratios": [1.5, 1]})
        time, which = np.nonzero(spikes[:1000, :30])
        raster.plot(time, which, "|", color=BLUE, markersize=4)
        raster.set(xlabel="time (ms)", ylabel="input", title="30 inputs at 20 Hz")
        raster.grid(visible=False)
        intervals.hist(apart, edges, density=True, color=LIGHT_BLUE, label="drawn")
        intervals.plot(fine, 0.02 * np.exp(-0.02 * fine), color=ORANGE, label="r exp(−r t)")
        intervals.set(xlabel="between two spikes (ms)", ylabel="per ms", title="intervals")
        intervals.legend()


def draw_stdp() -> None:
    """The change by a pair, in closed form and by the traces."""
    rule, fine = neurons.PairSTDP(), np.linspace(-80, 80, 1601)
    apart = [own for own in range(-80, 81, 10) if own]
    found = [one_pair(rule, own) for own in apart]
    with picture(named("stdp"), 5.6, 3.0, "") as figure:
        axes = figure.subplots()
        for half in (fine[fine < 0], fine[fine > 0]):
            axes.plot(half, rule.change(half), color=ORANGE, label=None if half[0] < 0 else "Δw, closed form")
        axes.plot(apart, found, "o", color=BLUE, markersize=4, label="by the two traces")
        axes.axhline(0, color=GREY, linewidth=0.8)
        axes.set(xlabel="t_post − t_pre (ms)", ylabel="change of weight")
        axes.legend(loc="upper left", fontsize=8)


def one_pair(rule: neurons.PairSTDP, apart_ms: int) -> float:
    """What becomes of a weight of 0.5 when two spikes lie so far apart, less 0.5."""
    pre, post = np.zeros((101, 1)), np.zeros((101, 1))
    pre[max(-apart_ms, 0)], post[max(apart_ms, 0)] = 1, 1
    return float(rule.run(pre, post, [[0.5]], dt_ms=1.0)[0, 0]) - 0.5


# --- the wire ---

RADII_UM = np.array([60.0, 120.0, 240.0, 480.0])


@cache
def velocities() -> np.ndarray:
    """(radii,) of a pulse along axons alike but for the radius; no length is scaled with it."""
    wires = [neurons.Axon(radius, length_cm=12.0, segments=320) for radius in RADII_UM]
    return np.array([wire.velocity_m_per_s(duration_ms=16) for wire in wires])


def exponent() -> float:
    """The power of the radius with which the velocity grows."""
    return float(np.polyfit(np.log(RADII_UM), np.log(velocities()), 1)[0])


def draw_axon() -> None:
    """Place against time for one pulse, and for two that meet; the speed by the radius."""
    meeting = AXON.run([AXON.pulse(), AXON.pulse(AXON.end_cm)], duration_ms=10)
    with picture(named("axon"), 9.0, 3.1, "", axes_grid=False) as figure:
        panels = figure.subplots(1, 3)
        runs = {"one pulse": AXON.run(duration_ms=10), "two that meet": meeting}
        shades: Any = None
        for axes, (title, found) in zip(panels, runs.items(), strict=False):
            shades = axes.contourf(
                found.time_ms, found.place_cm, found.V_mV.T, levels=np.arange(-80, 61, 10), cmap="Blues"
            )
            axes.set(title=title, xlabel="time (ms)", ylabel="place (cm)")
        figure.colorbar(shades, ax=panels[1], label="mV")
        fine = np.linspace(0, 500, 200)
        panels[2].plot(fine, velocities()[0] * np.sqrt(fine / RADII_UM[0]), color=ORANGE, label="√radius")
        panels[2].plot(RADII_UM, velocities(), "o", color=BLUE, markersize=4, label="simulated")
        panels[2].set(title="velocity", xlabel="radius (µm)", ylabel="m/s")
        panels[2].legend()


def draw_chain() -> None:
    """A pulse passed on by five neurons."""
    row = neurons.chain(SQUID, 5, neurons.Exponential(2.0, 0.0), 0.3, AXON)
    found = row.run(lambda t: [20.0 * (t < 1), 0, 0, 0, 0], duration_ms=45)
    with picture(named("chain"), 8.6, 2.9, "") as figure:
        axes = figure.subplots()
        for place, V in enumerate(found.V_mV.T):
            axes.plot(found.time_ms, V - 120 * place, color=BLUE if place % 2 == 0 else ORANGE)
            fired = found.spikes_ms[place][0]
            axes.annotate(f"{fired:.1f} ms", (fired + 2.2, -10 - 120 * place), fontsize=8)
        axes.set_yticks(-65 - 120 * np.arange(5), [f"neuron {place}" for place in range(5)])
        axes.set_xlabel("time (ms)")
        axes.grid(visible=False, axis="y")


# --- methods ---

STEPS = np.array([400, 800, 1600, 3200])
SPIKE_MS = 4.0
"""Of Hodgkin and Huxley's neuron under 10 µA/cm²: a spike rises and falls."""


@cache
def exactly() -> dict[str, float]:
    """Where it is at the end, by SciPy's method of order 8."""
    rest = {name: float(value) for name, value in SQUID.rest().items()}
    with jax.enable_x64(True):
        field = jax.jit(lambda y: jnp.stack([*SQUID.derivative(dict(zip(rest, y, strict=True)), 10.0).values()]))
        found = solve_ivp(
            lambda _t, y: np.asarray(field(y)), (0, SPIKE_MS), [*rest.values()], "DOP853", rtol=1e-13, atol=1e-13
        )
    return dict(zip(rest, found.y[:, -1].tolist(), strict=True))


def error_mV(method: Integrator, steps: int) -> float:
    """How far the potential is off at the end."""
    with jax.enable_x64(True):
        start = {name: jnp.asarray(value, float) for name, value in SQUID.rest().items()}
        one = lambda _i, y: method.step(lambda y: SQUID.derivative(y, 10.0), y, SPIKE_MS / steps)  # noqa: E731
        end = jax.jit(lambda n: jax.lax.fori_loop(0, n, one, start))(steps)
        return abs(float(end["V_mV"]) - exactly()["V_mV"])


@cache
def errors_mV() -> dict[str, np.ndarray]:
    """(steps,) by method."""
    return {name: np.array([error_mV(own, int(n)) for n in STEPS]) for name, own in neurons.INTEGRATORS.items()}


def order(name: str) -> float:
    """The power of the step with which the error falls: a line through its logarithms."""
    return -float(np.polyfit(np.log(STEPS), np.log(errors_mV()[name]), 1)[0])


def order_along_the_wire(method: Any) -> float:
    """Of a method for the cable: by how much less the potential changes each time the step is halved."""
    restless = neurons.HodgkinHuxley(temperature_C=18.5, e_leak_mV=-45.0)
    axon = neurons.Axon(membrane=restless, method=method)
    found = [axon.run(duration_ms=2.0, dt_ms=0.0025 / n, record_every_ms=2.0).at(3.0)[-1] for n in (1, 2, 4)]
    return float(np.log2((found[1] - found[0]) / (found[2] - found[1])))


def draw_integrators() -> None:
    """Error against step, each method its line."""
    marks = dict(zip(neurons.INTEGRATORS, (("o", ORANGE), ("s", DARK_GREY), ("D", BLUE), ("^", GREY)), strict=True))
    with picture(named("integrators"), 5.6, 3.4, "") as figure:
        axes = figure.subplots()
        for name, found in errors_mV().items():
            mark, colour = marks[name]
            label = f"{name}: {order(name):.2f}"
            axes.loglog(SPIKE_MS / STEPS, found, mark + "-", color=colour, markersize=4, label=label)
        axes.set(xlabel="time step (ms)", ylabel="error after a spike (mV)")
        axes.set_xticks(SPIKE_MS / STEPS, [f"{each:g}" for each in SPIKE_MS / STEPS])
        axes.minorticks_off()
        axes.legend(fontsize=8, title="measured order", title_fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))


# --- tables ---


def of_izhikevich() -> str:
    """Each class: its numbers, and the intervals between its spikes under 10 mV/ms."""
    rows = []
    for name, numbers in neurons.IZHIKEVICH_CLASSES.items():
        spikes = neurons.simulate(neurons.Izhikevich(*numbers), 10.0, duration_ms=500, dt_ms=0.02, record=()).spikes_ms
        apart = np.diff(spikes)
        cells = [f"{apart[0]:.1f}", f"{apart[-1]:.1f}", f"{apart.min():.1f}", f"{apart.max():.1f}"]
        rows.append(
            [f"`{name}`", ", ".join(f"{each:g}".replace("-", "−") for each in numbers), str(len(spikes)), *cells]
        )
    return markdown(["class", "a, b, c, d", "spikes", "first interval (ms)", "last", "shortest", "longest"], rows)


def of_integrators() -> str:
    """Each method: its order as it says and as measured."""
    rows = [
        [f"`{name}`", str(own.order), f"{order(name):.2f}", f"{errors_mV()[name][0]:.2g}"]
        for name, own in neurons.INTEGRATORS.items()
    ]
    wire = {"`cable.BACKWARD_EULER`": BACKWARD_EULER, "`cable.CRANK_NICOLSON`": CRANK_NICOLSON}
    rows += [[name, str(own.order), f"{order_along_the_wire(own):.2f}", "–"] for name, own in wire.items()]
    return markdown(["method", "order", "measured", "error at 0.01 ms (mV)"], rows)


def against_the_reference() -> str:
    """What others say, what comes out here, and how."""
    rows = [*of_lif(), *of_squid(), *of_wire(), *of_rates()]
    return markdown(["what", "elsewhere", "here", "how it was measured"], rows)


def of_lif() -> list[list[str]]:
    """The closed form."""
    currents = (12.0, 15.0, 20.0)
    found = neurons.f_i_curve(LIF, currents)
    return [
        [f"LIF at R I = {current:g} mV", f"{LIF.rate_hz(current):.3f} Hz, closed form", f"{rate:.3f} Hz", "RK4, 0.1 ms"]
        for current, rate in zip(currents, found, strict=True)
    ]


def of_squid() -> list[list[str]]:
    """Hodgkin and Huxley's neuron."""
    at, wanted = threshold_of_squid(), {7.0: 58.3, 10.0: 68.3, 20.0: 86.5, 50.0: 117.0}
    above, *found = neurons.f_i_curve(SQUID, [6.27, *wanted], dt_ms=FINE_MS)
    below = neurons.simulate(SQUID, 6.25, duration_ms=1000, dt_ms=FINE_MS, record=()).spikes_ms
    how = "RK4, 0.01 ms, spikes at 0 mV"
    return [
        ["Hodgkin–Huxley, one spike from", "about 2.24 µA/cm²", f"{at.rheobase:.3f}", f"{how}, steps of 1 s"],
        ["it goes on firing from", "about 6.27 µA/cm²", f"{at.sustained:.3f}", "the same"],
        ["its rate there", "near 51 Hz", f"{at.onset_hz:.1f} Hz; {above:.1f} at 6.27", "the same"],
        ["just below, at 6.25", "for a while, and stops", f"{len(below)} spikes, the last at {below[-1]:.0f} ms", how],
        *(
            [f"its rate at {current:g} µA/cm²", f"{theirs:.1f} Hz", f"{ours:.2f} Hz", f"{how}, from 200 ms to 1 s"]
            for (current, theirs), ours in zip(wanted.items(), found, strict=True)
        ),
    ]


def of_wire() -> list[list[str]]:
    """The squid's axon."""
    speed = AXON.velocity_m_per_s()
    finer = dataclasses.replace(AXON, segments=1280).velocity_m_per_s(dt_ms=0.0005)
    how = "Crank–Nicolson, {} segments a λ, {} ms"
    return [
        [
            "the squid's axon, 18.5 °C",
            "18.8 m/s computed, 21.2 in the animal",
            f"{speed:.2f} m/s",
            how.format(20, 0.002),
        ],
        ["the same, finer", "the same", f"{finer:.2f} m/s", how.format(80, 0.0005)],
        ["velocity by radius", "radius^0.5", f"radius^{exponent():.3f}", "60 to 480 µm, 12 cm, 320 segments, 0.002 ms"],
    ]


def of_rates() -> list[list[str]]:
    """Where the formulas of α are 0/0."""
    with jax.enable_x64(True):
        rows = []
        for gate, V, wanted in (("m", -40.0, 1.0), ("n", -55.0, 0.1)):
            value, slope = jax.value_and_grad(lambda V, gate=gate: rates(V)[gate][0])(V)
            what = f"α_{gate} at −{-V:g} mV"
            how = f"exactly; its slope there is {float(slope):.3g} per ms and mV"
            rows.append([what, f"{wanted} per ms (l'Hôpital)", f"{float(value)} per ms", how])
    return rows


def write_tables() -> None:
    """Between the page's marks."""
    text = PAGE.read_text(encoding="utf-8")
    tables = {"reference": against_the_reference, "izhikevich": of_izhikevich, "integrators": of_integrators}
    for mark, table in tables.items():
        text = filled(text, mark, table())
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    """Every picture, and every table."""
    for draw in (
        draw_mcculloch_pitts, draw_logistic, draw_lif, draw_adaptive_exponential, draw_izhikevich, draw_hodgkin_huxley,
        draw_branched, draw_synapses, draw_poisson, draw_stdp, draw_axon, draw_chain, draw_integrators,
    ):  # fmt: skip
        draw()
    for path in IMAGES.glob("neuron-*.png"):
        with Image.open(path) as drawn:
            smaller = drawn.convert("RGB").quantize(64, dither=Image.Dither.NONE)
        smaller.save(path, optimize=True)
    write_tables()


if __name__ == "__main__":
    main()
