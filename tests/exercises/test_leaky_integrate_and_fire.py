"""The exercise "leaky-integrate-and-fire": worked by hand, beside clearprop.neurons, and with learners' mistakes."""

import numpy as np
import pytest

from clearprop import exercises
from clearprop.exercises import solution
from clearprop.exercises.check import check_source
from clearprop.neurons import LeakyIntegrateAndFire, simulate

EXERCISE = exercises.get("leaky-integrate-and-fire")
FUNCTIONS = [function.name for function in EXERCISE.functions]

ANOTHER_WAY = """
import math
import numpy as np

def derivative(V_mV, I_nA, neuron):
    tau, R, rest = neuron["tau_m_ms"], neuron["resistance_MOhm"], neuron["v_rest_mV"]
    return (rest - V_mV) / tau + R * I_nA / tau

def euler_step(V_mV, I_nA, dt_ms, neuron):
    share = dt_ms / neuron["tau_m_ms"]
    end = neuron["v_rest_mV"] + neuron["resistance_MOhm"] * I_nA
    return (1 - share) * V_mV + share * end

def exact_step(V_mV, I_nA, dt_ms, neuron):
    kept = math.exp(-dt_ms / neuron["tau_m_ms"])
    end = neuron["v_rest_mV"] + neuron["resistance_MOhm"] * I_nA
    return kept * V_mV + (1 - kept) * end

def fire(V_mV, neuron):
    V_after = np.array(V_mV, float)
    spikes = np.logical_not(V_after < neuron["v_threshold_mV"])
    V_after[spikes] = neuron["v_reset_mV"]
    return V_after, spikes

def simulate(I_nA, dt_ms, neuron):
    n = len(I_nA)
    V, times = np.zeros(n + 1), []
    V[0] = neuron["v_rest_mV"]
    free_from_ms = 0.0
    for k in range(1, n + 1):
        before = (k - 1) * dt_ms
        if before < free_from_ms:
            V[k] = V[k - 1]
            continue
        V[k] = V[k - 1] + dt_ms * derivative(V[k - 1], I_nA[k - 1], neuron)
        if V[k] >= neuron["v_threshold_mV"]:
            times.append(k * dt_ms)
            V[k] = neuron["v_reset_mV"]
            free_from_ms = k * dt_ms + neuron["refractory_ms"]
    return V, np.array(times)

def rate_hz(spikes_ms):
    gaps_s = np.diff(spikes_ms) / 1000
    return 1 / np.mean(gaps_s) if len(gaps_s) else 0.0

def rheobase_nA(neuron):
    way = neuron["v_threshold_mV"] - neuron["v_rest_mV"]
    return way / neuron["resistance_MOhm"]

def exact_rate_hz(I_nA, neuron):
    end = neuron["resistance_MOhm"] * I_nA + neuron["v_rest_mV"]
    if end <= neuron["v_threshold_mV"]:
        return 0.0
    ratio = (neuron["v_threshold_mV"] - end) / (neuron["v_reset_mV"] - end)
    interval_s = (neuron["refractory_ms"] - neuron["tau_m_ms"] * math.log(ratio)) / 1000
    return 1 / interval_s
"""

MISTAKES = {
    "derivative": [
        ("(rest - V_mV) / tau", "(V_mV - rest) / tau", "wrong_sign"),
        ("(rest - V_mV) / tau + R * I_nA / tau", "rest - V_mV + R * I_nA", "missing_tau"),
        ("R * I_nA", "I_nA", "missing_resistance"),
        ("(rest - V_mV)", "-V_mV", "missing_rest"),
    ],
    "euler_step": [
        ('dt_ms / neuron["tau_m_ms"]', '1 / neuron["tau_m_ms"]', "missing_step"),
        ("(1 - share) * V_mV + share * end", "share * (end - V_mV)", "missing_start"),
        ("(1 - share) * V_mV + share * end", "V_mV - share * (end - V_mV)", "wrong_sign"),
        ("(1 - share) * V_mV + share * end", "V_mV + (end - V_mV) * share / dt_ms**2", "step_divides"),
    ],
    "exact_step": [
        ("math.exp(-dt_ms", "math.exp(dt_ms", "wrong_sign"),
        ("kept * V_mV + (1 - kept) * end", "kept * end + (1 - kept) * V_mV", "ends_swapped"),
        ('math.exp(-dt_ms / neuron["tau_m_ms"])', '1 - dt_ms / neuron["tau_m_ms"]', "euler_step"),
        ('neuron["v_rest_mV"] + ', "", "missing_rest"),
    ],
    "fire": [
        ('np.logical_not(V_after < neuron["v_threshold_mV"])', 'V_after > neuron["v_threshold_mV"]', "above_threshold"),
        ('V_after[spikes] = neuron["v_reset_mV"]', "pass", "missing_reset"),
        ("v_reset_mV", "v_rest_mV", "reset_to_rest"),
        ("V_after[spikes]", "V_after[~spikes]", "others_reset"),
    ],
    "simulate": [
        ('V[k] = neuron["v_reset_mV"]', "pass", "missing_reset"),
        ("if before < free_from_ms:", "if before <= free_from_ms and times:", "refractory_too_long"),
        ("times.append(k * dt_ms)", "times.append((k - 1) * dt_ms)", "spike_early"),
        ("if V[k] >= ", "if V[k] > ", "above_threshold"),
    ],
    "rate_hz": [
        (" / 1000", "", "not_in_seconds"),
        ("1 / np.mean(gaps_s)", "len(spikes_ms) / gaps_s.sum()", "spikes_for_intervals"),
        ("1 / np.mean(gaps_s)", "1000 * np.mean(gaps_s)", "inverted"),
        ("1 / np.mean(gaps_s)", "1000 * len(gaps_s) / spikes_ms[-1]", "from_the_beginning"),
    ],
    "rheobase_nA": [
        ("v_rest_mV", "v_reset_mV", "from_reset"),
        ("way /", "way *", "multiplied"),
        ('way / neuron["resistance_MOhm"]', "way", "missing_resistance"),
        ('- neuron["v_rest_mV"]', "- 0", "missing_rest"),
    ],
    "exact_rate_hz": [
        (") / 1000", ")", "not_in_seconds"),
        ('neuron["refractory_ms"] - neuron', "-neuron", "missing_refractory"),
        ('- neuron["tau_m_ms"] * math', '+ neuron["tau_m_ms"] * math', "inverted"),
        ('neuron["v_reset_mV"] - end', 'neuron["v_rest_mV"] - end', "from_rest"),
    ],
}
"""For each function: what a learner has written instead, and what it is called."""


def named(text: str, convention: str = "columns") -> dict[str, tuple[str, ...]]:
    """What is wrong with each function that is not right."""
    found = check_source(EXERCISE, convention, text, seed=1)
    assert [finding.function for finding in found] == FUNCTIONS
    assert all((finding.status == "right") == (not finding.mistakes) for finding in found)
    return {finding.function: finding.mistakes for finding in found if finding.mistakes}


def changed(name: str, old: str, new: str, text: str = ANOTHER_WAY) -> str:
    """The text with this in one of its functions."""
    start = text.index(f"def {name}(")
    place = text.index(old, start)
    return text[:place] + new + text[place + len(old) :]


@pytest.fixture(scope="module")
def written():
    """The solution's functions."""
    return solution.compiled(solution.whole(EXERCISE, "columns"))


def test_by_hand(written):
    """The neuron that is given with the exercise, and one with round numbers."""
    usual = written["NEURON"]
    assert written["derivative"](-65.0, 0.0, usual) == -0.5  # 5 mV above rest, a tenth of it in a ms
    assert written["euler_step"](-65.0, 15.0, 0.5, usual) == -64.5  # −65 + ½ · (−5 + 15) / 10
    assert written["exact_step"](-70.0, 10.0, 10 * np.log(2), usual) == pytest.approx(-65)  # half of the way
    assert written["rheobase_nA"](usual) == 10
    assert written["rate_hz"](np.array([10.0, 30.0, 50.0])) == 50
    assert written["rate_hz"](np.array([10.0])) == written["exact_rate_hz"](10.0, usual) == 0
    assert written["exact_rate_hz"](12.0, usual) == pytest.approx(43.63, abs=0.005)  # 1000 / (5 + 10 ln 6)
    V, fired = written["fire"](np.array([-61.0, -60.0, -59.0]), usual)
    assert V.tolist() == [-61, -70, -70] and fired.tolist() == [False, True, True]


def test_as_clearprops_neuron(written):
    """Step by step, where the threshold is reached at a step's end: by a fifth of the way to 125 mV, 25, 45, 61."""
    neuron = {"tau_m_ms": 10.0, "resistance_MOhm": 1.0, "v_rest_mV": 0.0, "v_threshold_mV": 61.0}
    neuron |= {"v_reset_mV": 0.0, "refractory_ms": 4.0}
    V, spikes = written["simulate"](np.full(12, 125.0), 2.0, neuron)
    assert V.tolist() == [0, 25, 45, 0, 0, 0, 25, 45, 0, 0, 0, 25, 45]
    ours = simulate(LeakyIntegrateAndFire(**neuron), 125.0, duration_ms=24, dt_ms=2.0, method="euler")
    assert ours.V_mV == pytest.approx(V)
    assert ours.spikes_ms == pytest.approx(spikes)
    assert spikes.tolist() == [6, 16]


def test_rates_as_clearprops_neuron(written):
    """With short steps the simulated rate is the exact one; clearprop's moments of spikes lie within the step."""
    simulated, exact = written["rate_curve_hz"]([9.0, 12.0, 20.0], 400.0, 0.02, written["NEURON"])
    assert simulated == pytest.approx(exact, rel=0.004)
    assert exact == pytest.approx([LeakyIntegrateAndFire().rate_hz(I_nA) for I_nA in (9.0, 12.0, 20.0)])
    V, spikes = written["simulate"](np.full(2000, 12.0), 0.05, written["NEURON"])
    ours = simulate(LeakyIntegrateAndFire(), 12.0, duration_ms=100, dt_ms=0.05, method="euler")
    assert np.abs(spikes - ours.spikes_ms).max() < 0.05 * len(spikes)
    assert V[:400] == pytest.approx(ours.V_mV[:400].clip(max=-60), abs=0.06)


@pytest.mark.parametrize("convention", ["rows", "columns"])
def test_another_way_is_right(convention):
    assert named(ANOTHER_WAY, convention) == {}


@pytest.mark.parametrize("place", range(max(map(len, MISTAKES.values()))))
def test_mistakes_are_named(place):
    """One in each function at a time, and no other function is blamed."""
    text, wanted = ANOTHER_WAY, {}
    for name, own in MISTAKES.items():
        old, new, called = own[place]
        text, wanted[name] = changed(name, old, new, text), (called,)
    assert named(text) == wanted


def test_several_at_once():
    """Told in the order of the computation."""
    text = changed("derivative", "(rest - V_mV) / tau + R * I_nA / tau", "V_mV - rest + I_nA")
    text = changed("simulate", "times.append(k * dt_ms)", "times.append(k)", text)
    text = changed("simulate", 'V[k] = neuron["v_reset_mV"]', "pass", text)
    text = changed("simulate", 'neuron["refractory_ms"]', "0", text)
    text = changed("exact_rate_hz", 'neuron["refractory_ms"] - neuron', "-neuron", text)
    text = changed("exact_rate_hz", ") / 1000", ")", text)
    assert named(text, "rows") == {
        "derivative": ("wrong_sign", "missing_resistance", "missing_tau"),
        "simulate": ("missing_reset", "spikes_in_steps", "missing_refractory"),
        "exact_rate_hz": ("missing_refractory", "not_in_seconds"),
    }
