"""The branched neuron: linear algebra where it is linear, LIF without its branches, and clusters where it is not."""

import itertools

import numpy as np
import pytest
from scipy.linalg import expm

from clearprop.errors import ClearpropError
from clearprop.neurons import NMDA, BranchedLIF, Exponential, Inputs, LeakyIntegrateAndFire, simulate

SILENT = BranchedLIF(branches=3, v_threshold_mV=100.0)


def matrix(neuron):
    """(1 + k, 1 + k) A of C dV/dt = −A (V − E), written out."""
    A = np.diag([neuron.soma_leak_uS, *[neuron.branch_leak_uS] * neuron.branches])
    for branch in range(1, 1 + neuron.branches):
        A[0, 0] += neuron.coupling_uS
        A[branch, branch] += neuron.coupling_uS
        A[0, branch] = A[branch, 0] = -neuron.coupling_uS
    return A


def capacitances(neuron):
    return np.array([neuron.soma_nF, *[neuron.branch_nF] * neuron.branches])


@pytest.mark.parametrize("branches", [1, 3, 5])
def test_its_derivative_is_the_matrixs(branches, float64):
    """C dV/dt = −A (V − E) + I, for many neurons at once."""
    neuron = BranchedLIF(branches=branches)
    rng = np.random.default_rng(branches)
    V, current = rng.normal(-65, 5, (2, 1 + branches)), rng.normal(size=(2, 1 + branches))
    expected = (current - (V + 70) @ matrix(neuron)) / capacitances(neuron)
    np.testing.assert_allclose(neuron.derivative({"V_mV": V}, current)["V_mV"], expected, rtol=1e-12, atol=1e-12)


def test_a_current_into_the_soma_settles_where_the_linear_equations_say():
    """V = E + A⁻¹ I; the slowest mode of 20 ms has fallen by e⁻³⁰ in 600 ms."""
    currents = np.array([0.05, -0.1])
    found = simulate(SILENT, currents, duration_ms=600).V_mV[-1]
    expected = -70 + np.linalg.solve(matrix(SILENT), np.outer([1, 0, 0, 0], currents)).T
    assert found.shape == (2, 4)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_it_decays_as_the_matrix_exponential():
    """V(t) = E + e^(−C⁻¹A t) (V(0) − E), from a kick to one branch: a short current of 1 nA.

    Recorded from 5 ms after it began, when e^(−100) of its current is left; RK4's error is below (h/τ)⁴, τ = 2.2 ms.
    """
    spikes = np.zeros((50, 1))
    spikes[0] = 1
    kick = Inputs(Exponential(0.05, reversal_mV=None), spikes, np.array([[0.0, 1.0, 0.0, 0.0]]))
    V = simulate(SILENT, 0.0, duration_ms=50, dt_ms=0.02, inputs=[kick], record_every_ms=1.0).V_mV
    decay = expm(-matrix(SILENT) / capacitances(SILENT)[:, None] * 1.0)
    for before, after in itertools.pairwise(V[5:]):
        np.testing.assert_allclose(after, -70 + decay @ (before + 70), atol=1e-8)
    assert V[5, 1] > V[5, 0] > V[5, 2] > -69.9


def test_without_coupling_the_soma_is_a_leaky_integrate_and_fire_neuron():
    """The docstring: τ = C_s/g_s, R = 1/g_s; spike for spike, and the closed form's rate."""
    alone = BranchedLIF(branches=1, coupling_uS=0.0, soma_nF=0.2, soma_leak_uS=0.01)
    lif = LeakyIntegrateAndFire(20.0, 100.0, -70.0, -55.0, -65.0, 2.0)
    found, expected = (simulate(neuron, 0.3, duration_ms=300, dt_ms=0.1) for neuron in (alone, lif))
    np.testing.assert_allclose(found.spikes_ms, expected.spikes_ms, rtol=1e-12)
    np.testing.assert_allclose(found.rate_hz(), lif.rate_hz(0.3), rtol=1e-4)
    np.testing.assert_allclose(found.V_mV[:, 0], expected.V_mV, rtol=1e-12)
    assert (found.V_mV[:, 1] == -70).all()


def test_a_spike_resets_the_soma_alone_and_holds_it_alone():
    """For t_ref the soma stands at V_reset, while its branches go on towards it."""
    neuron = BranchedLIF(refractory_ms=4.0)
    found = simulate(neuron, 0.4, duration_ms=100, dt_ms=0.02)
    t = found.spikes_ms[0]
    held = (found.time_ms > t) & (found.time_ms < t + 4.0)
    before = found.V_mV[np.flatnonzero(held)[0] - 1]
    assert (found.V_mV[held][:, 0] == neuron.v_reset_mV).all()
    assert np.abs(found.V_mV[held][0, 1:] - before[1:]).max() < 0.1
    assert (np.diff(found.V_mV[held][:, 1]) < 0).all()
    # They fall to where the held soma and their own leak put them, as e^(−t (g_b + g_c)/C_b).
    end = -70 + neuron.coupling_uS / (neuron.coupling_uS + neuron.branch_leak_uS) * 5
    fall = np.exp(-0.02 * (neuron.coupling_uS + neuron.branch_leak_uS) / neuron.branch_nF)
    away = found.V_mV[held][:, 1] - end
    np.testing.assert_allclose(away[1:] / away[:-1], fall, rtol=1e-9)


def peak_mV(clustered, synapses, of=12, sites=5):
    """How far above rest the soma gets when 12 synapses fire at once: on one branch, or three on each of four."""
    neuron = BranchedLIF(v_threshold_mV=100.0)
    where = 1 + (np.zeros(of, int) if clustered else np.arange(of) % 4)
    on = np.eye(sites)[where]
    spikes = np.zeros((120, of))
    spikes[5] = 1
    inputs = [Inputs(kind, spikes, weight_uS * on) for kind, weight_uS in synapses]
    return simulate(neuron, 0.0, duration_ms=120, inputs=inputs, record_every_ms=1.0).V_mV[:, 0].max() + 70


def test_with_nmda_neighbours_help_each_other_and_without_it_they_are_in_each_others_way():
    """Polsky, Mel and Schiller (2004), Nature Neuroscience 7, 621: inputs to one branch of a pyramidal cell sum to more
    than the same inputs to different branches, due to NMDA receptors. With AMPA alone it is the other way round: a
    branch that is depolarised leaves less of a driving force (Rall 1964). 0.4 nS of AMPA and 0.8 nS of NMDA each.
    """
    ampa, nmda = (Exponential(2.0), 0.0004), (NMDA(), 0.0008)
    assert peak_mV(True, [nmda, ampa]) > 1.3 * peak_mV(False, [nmda, ampa])
    assert peak_mV(True, [ampa]) < 0.9 * peak_mV(False, [ampa])


def test_twelve_clustered_nmda_synapses_do_more_than_twelve_times_one():
    """Supralinear, as the NMDA spikes of Schiller et al. (2000), Nature 404, 285, are; with AMPA sublinear."""
    ampa, nmda = (Exponential(2.0), 0.0004), (NMDA(), 0.0008)
    assert peak_mV(True, [nmda, ampa]) > 1.5 * 12 * peak_mV(True, [nmda, ampa], of=1)
    assert peak_mV(True, [ampa]) < 0.8 * 12 * peak_mV(True, [ampa], of=1)


def test_inhibition_on_the_excited_branch_counts_for_more_than_on_another():
    """Koch, Poggio and Torre (1983), PNAS 80, 2799: on-path inhibition shunts excitation."""
    neuron = BranchedLIF(v_threshold_mV=100.0)
    spikes = np.zeros((60, 1))
    spikes[5] = 1

    def peak(site):
        excitation = Inputs(Exponential(5.0), spikes, 0.004 * np.eye(5)[[1]])
        inhibition = Inputs(Exponential(10.0, reversal_mV=-70.0), spikes, 0.008 * np.eye(5)[[site]])
        return (
            simulate(neuron, 0.0, duration_ms=60, inputs=[excitation, inhibition], record_every_ms=1.0).V_mV[:, 0].max()
        )

    assert peak(1) + 70 < 0.7 * (peak(2) + 70)


def test_the_default_is_of_the_size_that_was_measured():
    """The docstring: a branch of 300 µm by 1 µm, 0.9 µF/cm², 150 Ω·cm to its middle, and 7 to 18 nS in all."""
    neuron = BranchedLIF()
    area_cm2 = np.pi * 1e-4 * 300e-4
    assert abs(neuron.branch_nF / (0.9e3 * area_cm2) - 1) < 0.02
    assert abs(neuron.coupling_uS / (1e6 * np.pi * 0.5e-4**2 / (150 * 150e-4)) - 1) < 0.02
    assert 0.0072 < neuron.soma_leak_uS + 4 * neuron.branch_leak_uS < 0.0184
    taus = np.array([neuron.soma_nF / neuron.soma_leak_uS, neuron.branch_nF / neuron.branch_leak_uS])
    assert (np.abs(taus - 20) < 2).all()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: BranchedLIF(branches=0), "branches of BranchedLIF cannot be 0: give a whole number, 1 or more"),
        (lambda: BranchedLIF(coupling_uS=-1.0), "coupling_uS of BranchedLIF cannot be -1: give 0 or more"),
        (lambda: BranchedLIF(branch_nF=0.0), "branch_nF of BranchedLIF cannot be 0"),
        (lambda: BranchedLIF(v_reset_mV=-50.0), "v_reset_mV of BranchedLIF is -50, and has to lie below -55 mV"),
        (
            lambda: simulate(SILENT, inputs=[Inputs(NMDA(), np.zeros((5, 3)), np.ones(3))], duration_ms=5),
            r"need weights of shape inputs × 4, and got \(3,\)",
        ),
    ],
)
def test_what_cannot_be_is_said(make, sentence):
    with pytest.raises(ClearpropError, match=sentence):
        make()
