"""Neurons: units, point neurons, synapses and the axon, each its equations, parameters and source."""

from clearprop.neurons.adaptive_exponential import AdaptiveExponential
from clearprop.neurons.axon import Axon
from clearprop.neurons.axon_recording import AxonRecording
from clearprop.neurons.base import Neuron
from clearprop.neurons.branched import BranchedLIF
from clearprop.neurons.circuit import Circuit, chain
from clearprop.neurons.firing import Thresholds, f_i_curve, thresholds
from clearprop.neurons.hodgkin_huxley import HodgkinHuxley
from clearprop.neurons.inputs import Inputs
from clearprop.neurons.integrate_and_fire import LeakyIntegrateAndFire
from clearprop.neurons.integrators import INTEGRATORS
from clearprop.neurons.izhikevich import IZHIKEVICH_CLASSES, Izhikevich
from clearprop.neurons.logistic_unit import LogisticUnit
from clearprop.neurons.mcculloch_pitts import McCullochPitts
from clearprop.neurons.named import NEURONS, get
from clearprop.neurons.plasticity import PairSTDP
from clearprop.neurons.poisson import poisson
from clearprop.neurons.pulse import Pulse
from clearprop.neurons.recording import Recording
from clearprop.neurons.refractory import refractory_ms
from clearprop.neurons.simulate import simulate
from clearprop.neurons.synapses import NMDA, Alpha, Exponential, Synapse

__all__ = [
    "INTEGRATORS",
    "IZHIKEVICH_CLASSES",
    "NEURONS",
    "NMDA",
    "AdaptiveExponential",
    "Alpha",
    "Axon",
    "AxonRecording",
    "BranchedLIF",
    "Circuit",
    "Exponential",
    "HodgkinHuxley",
    "Inputs",
    "Izhikevich",
    "LeakyIntegrateAndFire",
    "LogisticUnit",
    "McCullochPitts",
    "Neuron",
    "PairSTDP",
    "Pulse",
    "Recording",
    "Synapse",
    "Thresholds",
    "chain",
    "f_i_curve",
    "get",
    "poisson",
    "refractory_ms",
    "simulate",
    "thresholds",
]
