"""Neurons: units, point neurons, synapses and the axon, each its equations, parameters and source."""

from clearprop.neurons.base import Neuron
from clearprop.neurons.hodgkin_huxley import HodgkinHuxley
from clearprop.neurons.inputs import Inputs
from clearprop.neurons.integrate_and_fire import LeakyIntegrateAndFire
from clearprop.neurons.integrators import INTEGRATORS
from clearprop.neurons.recording import Recording
from clearprop.neurons.simulate import simulate
from clearprop.neurons.synapses import NMDA, Alpha, Exponential, Synapse

__all__ = [
    "INTEGRATORS",
    "NMDA",
    "Alpha",
    "Exponential",
    "HodgkinHuxley",
    "Inputs",
    "LeakyIntegrateAndFire",
    "Neuron",
    "Recording",
    "Synapse",
    "simulate",
]
