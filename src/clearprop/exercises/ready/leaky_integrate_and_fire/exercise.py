"""The leaky integrate-and-fire neuron: its equation, its steps through time, its spikes and its rate."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from clearprop.exercises import core
from clearprop.exercises.core import neurons
from clearprop.exercises.exercise import Exercise, Function, Mistake
from clearprop.i18n import _

PARAMETERS = ("tau_m_ms", "resistance_MOhm", "v_rest_mV", "v_threshold_mV", "v_reset_mV", "refractory_ms")
"""Of a neuron, by the names that clearprop.neurons.LeakyIntegrateAndFire has for them."""


def neuron(*values: float) -> dict[str, float]:
    """A neuron's parameters by their names."""
    return dict(zip(PARAMETERS, values, strict=True))


USUAL = neuron(10.0, 1.0, -70.0, -60.0, -70.0, 5.0)
ROUND = neuron(8.0, 2.0, 0.0, 32.0, -8.0, 2.0)
"""Numbers that are easy to compute with: by steps of 1 ms the potential goes an eighth of the way to 2 I."""


def some(random: np.random.Generator) -> dict[str, float]:
    """A neuron at random, its reset below its rest, as after many spikes; the refractory time is steps of ½ ms."""
    rest = float(random.uniform(-75, -60))
    return neuron(
        float(random.uniform(5, 20)),
        float(random.uniform(0.5, 4)),
        rest,
        rest + float(random.uniform(5, 15)),
        rest - float(random.uniform(2, 8)),
        0.5 * float(random.integers(3, 9)),
    )


def weakest(of: dict[str, float]) -> float:
    """A current that only just makes it fire, if it flows for ever."""
    return (of["v_threshold_mV"] - of["v_rest_mV"]) / of["resistance_MOhm"]


def slopes(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Potentials of several neurons, and currents."""
    yield {"V_mV": -65.0, "I_nA": 0.0, "neuron": USUAL}  # (−5 + 0) / 10 = −½ mV/ms
    yield {"V_mV": -70.0, "I_nA": 15.0, "neuron": USUAL}  # (0 + 15) / 10 = 1½ mV/ms
    for many in (1, 4):
        yield {"V_mV": random.uniform(-80, -50, many), "I_nA": random.uniform(1, 20, many), "neuron": some(random)}


def steps(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """The same, and the length of a step."""
    yield {"V_mV": 8.0, "I_nA": 20.0, "dt_ms": 2.0, "neuron": ROUND}  # 8 + 2 · (−8 + 40) / 8 = 16 mV
    for case in list(slopes(random))[1:]:
        yield {"V_mV": case["V_mV"], "I_nA": case["I_nA"], "dt_ms": 0.5, "neuron": case["neuron"]}


def potentials(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Below the threshold, at it, and above it."""
    yield {"V_mV": np.array([31.0, 32.0, 33.0]), "neuron": ROUND}  # the last two fire
    yield {"V_mV": 33.0, "neuron": ROUND}
    for _case in range(2):
        one = some(random)
        yield {"V_mV": one["v_threshold_mV"] + random.normal(size=6), "neuron": one}


def currents(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """A current for each step."""
    # By an eighth of the way to 72 mV, from 0: 9, 16.875, 23.765625, 29.794921875, and above 32: a spike at 5 ms;
    # −8 mV for two steps more; then 2, 10.75, …
    yield {"I_nA": np.full(16, 36.0), "dt_ms": 1.0, "neuron": ROUND}
    # By a fifth of the way to 125 mV: 25, 45, and 61, which is the threshold itself
    yield {"I_nA": np.full(12, 125.0), "dt_ms": 2.0, "neuron": neuron(10.0, 1.0, 0.0, 61.0, -1.0, 4.0)}
    yield {"I_nA": np.full(4, 9.0), "dt_ms": 0.5, "neuron": USUAL}  # too weak: no spike
    for many in (40, 60):
        one = some(random)
        yield {"I_nA": weakest(one) * random.uniform(2.5, 5, many), "dt_ms": 0.5, "neuron": one}


def trains(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Moments of spikes."""
    yield {"spikes_ms": np.array([10.0, 30.0, 50.0])}  # two intervals in 40 ms: 50 Hz
    yield {"spikes_ms": np.array([10.0])}
    yield {"spikes_ms": np.array([])}
    for many in (2, 7):
        yield {"spikes_ms": np.sort(random.uniform(0, 200, many))}


def alone(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Neurons."""
    yield {"neuron": ROUND}  # 32 mV / 2 MOhm = 16 nA
    for _case in range(3):
        yield {"neuron": some(random)}


def constants(random: np.random.Generator) -> Iterator[dict[str, Any]]:
    """Constant currents, too weak ones among them."""
    yield {"I_nA": 12.0, "neuron": USUAL}  # 1000 / (5 + 10 ln 6) = 43.63 Hz
    yield {"I_nA": 10.0, "neuron": USUAL}  # reaches the threshold after a time without end
    yield {"I_nA": 2.0, "neuron": USUAL}
    for _case in range(3):
        one = some(random)
        yield {"I_nA": weakest(one) * float(random.uniform(1.2, 4)), "neuron": one}


def right_derivative(V_mV: Any, I_nA: Any, neuron: dict[str, float]) -> dict[str, Any]:
    """By the equation of neurons.LeakyIntegrateAndFire."""
    return {"dV_dt": core.slope(_lif(neuron), V_mV, I_nA)}


def right_euler_step(V_mV: Any, I_nA: Any, dt_ms: float, neuron: dict[str, float]) -> dict[str, Any]:
    """By the integrator of this name."""
    return {"V_mV": core.potential_after(_lif(neuron), "euler", V_mV, I_nA, dt_ms)}


def right_exact_step(V_mV: Any, I_nA: Any, dt_ms: float, neuron: dict[str, float]) -> dict[str, Any]:
    """By the integrator that is exact for such an equation."""
    return {"V_mV": core.potential_after(_lif(neuron), "exponential_euler", V_mV, I_nA, dt_ms)}


def right_fire(V_mV: Any, neuron: dict[str, float]) -> dict[str, Any]:
    """By the neuron's own threshold and reset."""
    one = _lif(neuron)
    fired = np.asarray(V_mV) >= one.spike_mV
    return {"V_mV": np.where(fired, one.reset({"V_mV": V_mV})["V_mV"], V_mV), "fired": fired}


def right_simulate(I_nA: Any, dt_ms: float, neuron: dict[str, float]) -> dict[str, Any]:
    """Steps of the integrator, the neuron's threshold and its reset. A spike counts at the end of its step.

    (In neurons.simulate it counts where a straight line crosses the threshold within the step; where that is at the
    step's end, both give the same.)
    """
    V, wait, trace, spikes = np.array(neuron["v_rest_mV"]), 0, [neuron["v_rest_mV"]], []
    for place, current in enumerate(I_nA, 1):
        if wait:
            wait -= 1
        else:
            after = right_euler_step(V, current, dt_ms, neuron)["V_mV"]
            V, fired = right_fire(after, neuron).values()
            if fired:
                spikes.append(place * dt_ms)
                wait = round(neuron["refractory_ms"] / dt_ms)
        trace.append(float(V))
    return {"V_mV": np.array(trace), "spikes_ms": np.array(spikes)}


def right_rate_hz(spikes_ms: Any) -> dict[str, Any]:
    """By the rate of a neurons.Recording."""
    return {"rate_hz": neurons.recording.rate_hz(spikes_ms)}


def right_rheobase_nA(neuron: dict[str, float]) -> dict[str, Any]:
    """The current at which the potential comes to rest at the threshold: there dV/dt, a straight line in I, is 0."""
    at_0, at_1 = (right_derivative(neuron["v_threshold_mV"], I_nA, neuron)["dV_dt"] for I_nA in (0.0, 1.0))
    return {"I_nA": float(at_0 / (at_0 - at_1))}


def right_exact_rate_hz(I_nA: float, neuron: dict[str, float]) -> dict[str, Any]:
    """By the closed form of neurons.LeakyIntegrateAndFire."""
    return {"rate_hz": _lif(neuron).rate_hz(I_nA)}


def _lif(parameters: dict[str, float]) -> Any:
    return neurons.LeakyIntegrateAndFire(**parameters)


def exercise() -> Exercise:
    """The exercise in the language that is spoken."""
    return Exercise(
        name="leaky-integrate-and-fire",
        title=_("A leaky integrate-and-fire neuron"),
        words=_(
            "A nerve cell adds up the current that flows into it, and leaks. When its potential reaches a threshold, it"
            " fires a spike and starts anew. You write its equation, its steps through time, and its rate. A neuron is"
            " given as a dictionary of its parameters; each name ends with its unit."
        ),
        functions=(
            _derivative(),
            _euler_step(),
            _exact_step(),
            _fire(),
            _simulate(),
            _rate_hz(),
            _rheobase_nA(),
            _exact_rate_hz(),
        ),
    )


def _each(names: str) -> str:
    return _("{names}: numbers, or arrays with a value for each neuron;").format(names=names) + " "


def _parameters(*names: str) -> str:
    """What of a neuron is needed, as it is written in the code."""
    return ", ".join(f'neuron["{name}"]' for name in names)


def _missing_rest(right: str, wrong: str = "") -> Mistake:
    return Mistake(
        "missing_rest",
        right,
        wrong,
        _("The resting potential is missing: without a current the neuron rests there, and not at 0 mV."),
    )


def _not_in_seconds() -> Mistake:
    return Mistake(
        "not_in_seconds",
        "1000 ",
        "1 ",
        _("This is a rate per ms: Hz means per second, and a second has 1000 ms."),
    )


def _missing_resistance(right: str, wrong: str) -> Mistake:
    return Mistake(
        "missing_resistance",
        right,
        wrong,
        _("The resistance R is missing: a current I moves the potential by R · I. 1 nA through 1 MOhm is 1 mV."),
    )


def _derivative() -> Function:
    return Function(
        name="derivative",
        words=_(
            "How fast the potential moves, in mV per ms. The leak pulls it back to rest, and the current drives it up."
        ),
        equation="dV/dt = (−(V − V_rest) + R I) / τ",
        shapes=_each("V_mV, I_nA") + _parameters("tau_m_ms", "resistance_MOhm", "v_rest_mV"),
        arguments={"V_mV": "same", "I_nA": "same", "neuron": "same"},
        outputs={"dV_dt": "same"},
        right=right_derivative,
        cases=slopes,
        question=_("Without a current, which way does the potential go if it is above rest?"),
        mistakes=(
            Mistake(
                "wrong_sign",
                "-(V_mV",
                "(V_mV",
                _("The leak has the wrong sign: above rest it pulls the potential down, below rest up."),
            ),
            Mistake(
                "missing_tau",
                ' / neuron["tau_m_ms"]',
                "",
                _("It is not divided by τ: the time constant says how slowly the potential moves."),
            ),
            Mistake("tau_multiplied", ") / neuron", ") * neuron", _("It is multiplied by τ: a large τ makes it slow.")),
            _missing_resistance('neuron["resistance_MOhm"] * I_nA', "I_nA"),
            _missing_rest('-(V_mV - neuron["v_rest_mV"])', "-V_mV"),
            Mistake(
                "leak_from_reset",
                "v_rest_mV",
                "v_reset_mV",
                _("The leak goes to the reset potential: it goes to the resting potential."),
            ),
            Mistake("missing_leak", "(leak + drive)", "drive", _("The leak is missing: only the current is in it.")),
            Mistake(
                "tau_for_half",
                '(leak + drive) / neuron["tau_m_ms"]',
                'leak / neuron["tau_m_ms"] + drive',
                _("Only the leak is divided by τ: what the current drives is divided by it, too."),
            ),
        ),
    )


def _euler_step() -> Function:
    return Function(
        name="euler_step",
        words=_("The potential one step later, as if it moved as fast all the time as it does now."),
        equation="V ← V + dt · dV/dt",
        shapes=_each("V_mV, I_nA") + _parameters("tau_m_ms", "resistance_MOhm", "v_rest_mV"),
        arguments={"V_mV": "same", "I_nA": "same", "dt_ms": "same", "neuron": "same"},
        outputs={"V_mV": "same"},
        right=right_euler_step,
        cases=steps,
        question=_("How far do you come in a time dt at a given speed, and where do you start?"),
        mistakes=(
            Mistake(
                "missing_step",
                "dt_ms * ",
                "",
                _("The step dt is missing: dV/dt is a speed, and times dt it is a way."),
            ),
            Mistake(
                "missing_start",
                "V_mV + dt_ms",
                "dt_ms",
                _("This is only the change: the new potential is the old one and the change."),
            ),
            Mistake("wrong_sign", "V_mV + dt_ms", "V_mV - dt_ms", _("The change is subtracted: it is added.")),
            Mistake(
                "step_divides",
                "dt_ms * derivative(V_mV, I_nA, neuron)",
                "derivative(V_mV, I_nA, neuron) / dt_ms",
                _("It is divided by dt: a longer step moves the potential further."),
            ),
        ),
    )


def _exact_step() -> Function:
    return Function(
        name="exact_step",
        words=_(
            "The potential one step later, exactly, while the current stays the same: it comes ever closer to where it"
            " would end."
        ),
        equation="V_end = V_rest + R I,  V ← V_end + (V − V_end) e^(−dt/τ)",
        shapes=_each("V_mV, I_nA") + _parameters("tau_m_ms", "resistance_MOhm", "v_rest_mV"),
        arguments={"V_mV": "same", "I_nA": "same", "dt_ms": "same", "neuron": "same"},
        outputs={"V_mV": "same"},
        right=right_exact_step,
        cases=steps,
        question=_("What must come out for a very short step, and what for a very long one?"),
        mistakes=(
            Mistake(
                "wrong_sign",
                "np.exp(-dt_ms",
                "np.exp(dt_ms",
                _("The exponent lacks its minus: the way that is left gets shorter with time, not longer."),
            ),
            Mistake(
                "inverted",
                'dt_ms / neuron["tau_m_ms"]',
                'neuron["tau_m_ms"] / dt_ms',
                _("The exponent is upside down: it is −dt/τ."),
            ),
            Mistake(
                "missing_tau",
                ' / neuron["tau_m_ms"]',
                "",
                _("The exponent lacks τ: the time is measured in time constants, dt/τ."),
            ),
            Mistake(
                "ends_swapped",
                "end + (V_mV - end)",
                "V_mV + (end - V_mV)",
                _("Start and end are swapped: after a long time the potential is at V_end."),
            ),
            _missing_rest('neuron["v_rest_mV"] + '),
            _missing_resistance('neuron["resistance_MOhm"] * I_nA', "I_nA"),
            Mistake(
                "euler_step",
                'np.exp(-dt_ms / neuron["tau_m_ms"])',
                '(1 - dt_ms / neuron["tau_m_ms"])',
                _("This is the Euler step: it is close for short steps, but not exact."),
            ),
        ),
    )


def _fire() -> Function:
    return Function(
        name="fire",
        words=_(
            "Which neurons fire, and their potentials after it: those that fire are reset, the others stay as they are."
        ),
        equation="fired = (V ≥ V_threshold),  V ← V_reset if fired",
        shapes=_each("V_mV, fired") + _parameters("v_threshold_mV", "v_reset_mV"),
        arguments={"V_mV": "same", "neuron": "same"},
        outputs={"V_mV": "same", "fired": "same"},
        right=right_fire,
        cases=potentials,
        question=_("Does a neuron fire whose potential is the threshold itself?"),
        mistakes=(
            Mistake(
                "above_threshold",
                "V_mV >= ",
                "V_mV > ",
                _("A potential that is the threshold itself makes a spike, too: take >= and not >."),
            ),
            Mistake(
                "missing_reset",
                'np.where(fired, neuron["v_reset_mV"], V_mV)',
                "V_mV",
                _("There is no reset: after a spike the potential is V_reset."),
            ),
            Mistake(
                "reset_to_rest",
                "v_reset_mV",
                "v_rest_mV",
                _("It is reset to rest: after a spike the potential is V_reset, which may be lower."),
            ),
            Mistake(
                "others_reset",
                'fired, neuron["v_reset_mV"], V_mV',
                'fired, V_mV, neuron["v_reset_mV"]',
                _("The wrong ones are reset: those that fired are, the others stay as they are."),
            ),
            Mistake(
                "wrong_comparison",
                "V_mV >= ",
                "V_mV <= ",
                _("Those below the threshold fire: a neuron fires at the threshold and above."),
            ),
        ),
    )


def _simulate() -> Function:
    return Function(
        name="simulate",
        words=_(
            "The neuron through time, from rest, with a current for each step. A step is an Euler step, and then it may"
            " fire. A spike counts at the end of its step. After it the potential stays at V_reset for the refractory"
            " time, a whole number of steps. Returned are the potential at the beginning and after each step, and the"
            " times of the spikes."
        ),
        equation=(
            "V[0] = V_rest,  V[k + 1] = V[k] + dt · dV/dt\n"
            "if V[k + 1] ≥ V_threshold:  t = (k + 1) · dt,  V[k + 1], …, V[k + 1 + t_ref / dt] = V_reset"
        ),
        shapes="I_nA: (steps,), V_mV: (steps + 1,), spikes_ms: (spikes,); " + _parameters("v_rest_mV", "refractory_ms"),
        arguments={"I_nA": "same", "dt_ms": "same", "neuron": "same"},
        outputs={"V_mV": "same", "spikes_ms": "same"},
        right=right_simulate,
        cases=currents,
        question=_("How many steps fit into the refractory time, and what does the neuron do in them?"),
        mistakes=(
            Mistake(
                "missing_reset",
                "V, fired = fire(V, neuron)",
                "_, fired = fire(V, neuron)",
                _("There is no reset: after a spike the potential is V_reset, as fire returns it."),
            ),
            Mistake(
                "above_threshold",
                "V, fired = fire(V, neuron)",
                'V, fired = fire(V, neuron | {"v_threshold_mV": np.nextafter(neuron["v_threshold_mV"], np.inf)})',
                _("A potential that is the threshold itself makes a spike, too: take >= and not >."),
            ),
            Mistake(
                "missing_refractory",
                'wait = round(neuron["refractory_ms"] / dt_ms)',
                "wait = 0",
                _("There is no refractory time: after a spike the neuron stands still for t_ref."),
            ),
            Mistake(
                "refractory_too_short",
                'round(neuron["refractory_ms"] / dt_ms)',
                'round(neuron["refractory_ms"] / dt_ms) - 1',
                _("The refractory time is one step too short: t_ref / dt whole steps follow the step of the spike."),
            ),
            Mistake(
                "refractory_too_long",
                'round(neuron["refractory_ms"] / dt_ms)',
                'round(neuron["refractory_ms"] / dt_ms) + 1',
                _("The refractory time is one step too long: t_ref / dt steps after its spike the neuron moves again."),
            ),
            Mistake(
                "refractory_in_steps",
                'round(neuron["refractory_ms"] / dt_ms)',
                'round(neuron["refractory_ms"])',
                _("The refractory time is taken as a number of steps: it is in ms, so divide it by dt."),
            ),
            Mistake(
                "spike_early",
                "(step + 1) * dt_ms",
                "step * dt_ms",
                _("The spikes are one step early: a spike counts at the end of its step."),
            ),
            Mistake(
                "spikes_in_steps",
                "(step + 1) * dt_ms",
                "step + 1",
                _("The spikes are counted in steps: times are in ms, so multiply by dt."),
            ),
            Mistake(
                "starts_at_reset",
                'V, wait = neuron["v_rest_mV"], 0',
                'V, wait = neuron["v_reset_mV"], 0',
                _("It starts at V_reset: it starts at rest."),
            ),
            Mistake(
                "missing_start",
                "return np.array(trace)",
                "return np.array(trace[1:])",
                _("V lacks the potential at the beginning: it has one value more than there are steps."),
            ),
        ),
    )


def _rate_hz() -> Function:
    return Function(
        name="rate_hz",
        words=_(
            "Spikes per second: one over the mean interval between spikes. With fewer than two spikes there is no"
            " interval, and the rate is 0."
        ),
        equation="f = 1000 · (n − 1) / (t_n − t_1)",
        shapes="spikes_ms: (n,)",
        arguments={"spikes_ms": "same"},
        outputs={"rate_hz": "same"},
        right=right_rate_hz,
        cases=trains,
        question=_("How many intervals lie between three spikes?"),
        mistakes=(
            _not_in_seconds(),
            Mistake(
                "spikes_for_intervals",
                "len(spikes_ms) - 1",
                "len(spikes_ms)",
                _("The spikes are counted: between n spikes there are n − 1 intervals."),
            ),
            Mistake(
                "from_the_beginning",
                "spikes_ms[-1] - spikes_ms[0]",
                "spikes_ms[-1]",
                _("The time before the first spike is counted, too: the intervals begin with the first spike."),
            ),
            Mistake(
                "inverted",
                "1000 * intervals / (spikes_ms[-1] - spikes_ms[0])",
                "(spikes_ms[-1] - spikes_ms[0]) / intervals",
                _("This is the mean interval in ms: the rate is one over it."),
            ),
            Mistake(
                "single_spike",
                "if len(spikes_ms) < 2:",
                "if len(spikes_ms) < 1:",
                _("A single spike has no interval: the rate is then 0. Yours divides by 0."),
            ),
        ),
    )


def _rheobase_nA() -> Function:
    return Function(
        name="rheobase_nA",
        words=_(
            "The current that only just brings the potential to the threshold. A stronger one makes the neuron fire."
        ),
        equation="V_rest + R I = V_threshold,  I = (V_threshold − V_rest) / R",
        shapes=_parameters("resistance_MOhm", "v_rest_mV", "v_threshold_mV"),
        arguments={"neuron": "same"},
        outputs={"I_nA": "same"},
        right=right_rheobase_nA,
        cases=alone,
        question=_("Where does the potential end if a constant current I flows for a long time?"),
        mistakes=(
            Mistake(
                "from_reset",
                "v_rest_mV",
                "v_reset_mV",
                _("The way is taken from V_reset: a constant current moves the potential by R · I from rest."),
            ),
            Mistake(
                "multiplied",
                ") / neuron",
                ") * neuron",
                _("It is multiplied by R: the current is the potential divided by the resistance."),
            ),
            Mistake(
                "missing_resistance",
                ' / neuron["resistance_MOhm"]',
                "",
                _("R is missing: this is a potential in mV, and divided by R it is a current."),
            ),
            _missing_rest(' - neuron["v_rest_mV"]'),
            Mistake(
                "wrong_sign",
                'neuron["v_threshold_mV"] - neuron["v_rest_mV"]',
                'neuron["v_rest_mV"] - neuron["v_threshold_mV"]',
                _("It has the wrong sign: the current takes the potential up from rest to the threshold."),
            ),
        ),
    )


def _exact_rate_hz() -> Function:
    return Function(
        name="exact_rate_hz",
        words=_(
            "The rate under a constant current, without a simulation: after each spike the neuron stands still for the"
            " refractory time, and then climbs from V_reset to the threshold. Up to the rheobase the rate is 0."
        ),
        equation="V_end = V_rest + R I,  f = 1000 / (t_ref + τ ln((V_end − V_reset) / (V_end − V_threshold)))",
        shapes=_parameters(*PARAMETERS),
        arguments={"I_nA": "same", "neuron": "same"},
        outputs={"rate_hz": "same"},
        right=right_exact_rate_hz,
        cases=constants,
        question=_("How long does exact_step take from V_reset to the threshold?"),
        mistakes=(
            _not_in_seconds(),
            Mistake(
                "missing_refractory",
                'neuron["refractory_ms"] + climb_ms',
                "climb_ms",
                _("The refractory time is missing: it is a part of each interval."),
            ),
            Mistake(
                "inverted",
                "np.log(ratio)",
                "np.log(1 / ratio)",
                _("The ratio in the logarithm is upside down: the time to climb would be below 0."),
            ),
            Mistake(
                "missing_tau",
                'neuron["tau_m_ms"] * np',
                "np",
                _("τ is missing: the logarithm counts time constants, and times τ they are ms."),
            ),
            Mistake(
                "from_rest",
                'end - neuron["v_reset_mV"]',
                'end - neuron["v_rest_mV"]',
                _("The climb starts at rest: after a spike it starts at V_reset."),
            ),
            Mistake(
                "other_logarithm",
                "np.log(",
                "np.log10(",
                _("This is the logarithm to the base 10: the equation has the natural one, np.log."),
            ),
            _missing_rest('neuron["v_rest_mV"] + '),
        ),
    )
