"""The cells whose firing is to be learnt: a neuron, and the synapses at which its inputs arrive."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons import (
    NMDA,
    AdaptiveExponential,
    BranchedLIF,
    Exponential,
    HodgkinHuxley,
    LeakyIntegrateAndFire,
    Neuron,
    Synapse,
)
from clearprop.registry import unknown


class Contact(NamedTuple):
    """Synapses of one kind, and which inputs have them.

    Attributes:
        synapse: what a spike does.
        inhibits: whether inhibitory inputs have them, or excitatory ones.
        strength: what a spike opens, per unit of the cell's scale.
    """

    synapse: Synapse
    inhibits: bool
    strength: float


@dataclass(frozen=True)
class Cell:
    """A neuron with its synapses.

    Attributes:
        neuron: its equations and parameters.
        contacts: its synapses. Their strengths relative to each other are the cell's; all are scaled together until
            it fires as often as was asked for.
        highest_mV: where its potential is cut off when networks learn it: the spike itself is another matter.
        dt_ms: the time step.
        method: how it is stepped; `exponential_euler` takes compartments that are coupled for separate ones.
    """

    neuron: Neuron
    contacts: tuple[Contact, ...]
    highest_mV: float
    dt_ms: float = 0.1
    method: str = "exponential_euler"

    @property
    def branches(self) -> int:
        """On how many dendritic branches inputs arrive, dealt out in turn; 0 where they arrive at the soma."""
        return self.neuron.sites[0] - 1 if self.neuron.sites else 0

    def places(self, weight: np.ndarray) -> np.ndarray:
        """The weights (inputs,) at the sites where they arrive: (inputs,), or (inputs, sites) with the soma first."""
        if not self.branches:
            return weight
        found = np.zeros((len(weight), 1 + self.branches))
        found[np.arange(len(weight)), 1 + np.arange(len(weight)) % self.branches] = weight
        return found


def lif() -> Cell:
    """Integrate-and-fire; synapses send a current, 5 ms long or, to inhibit, 10 ms and four times the charge."""
    neuron = LeakyIntegrateAndFire(tau_m_ms=20.0, refractory_ms=2.0)
    contacts = (Contact(Exponential(5.0, None), False, 1.0), Contact(Exponential(10.0, None), True, -2.0))
    return Cell(neuron, contacts, neuron.v_threshold_mV)


def adaptive_exponential() -> Cell:
    """Adaptive exponential, with conductances (in nS): AMPA, 5 ms, and GABA, 10 ms, at −80 mV."""
    contacts = (Contact(Exponential(5.0, 0.0), False, 1.0), Contact(Exponential(10.0, -80.0), True, 4.0))
    return Cell(AdaptiveExponential(), contacts, -50.0, 0.04)


def hodgkin_huxley() -> Cell:
    """Hodgkin–Huxley at 6.3 °C, with conductances (in mS/cm²)."""
    contacts = (Contact(Exponential(5.0, 0.0), False, 0.01), Contact(Exponential(10.0, -80.0), True, 0.04))
    return Cell(HodgkinHuxley(), contacts, -50.0, 0.025)


def branched() -> Cell:
    """Integrate-and-fire with NMDA on passive branches: AMPA and NMDA together at each excitatory synapse."""
    neuron = BranchedLIF()
    contacts = (
        Contact(Exponential(2.0, 0.0), False, 0.001),
        Contact(NMDA(tau_decay_ms=40.0), False, 0.0015),
        Contact(Exponential(10.0, -80.0), True, 0.002),
    )
    return Cell(neuron, contacts, neuron.v_threshold_mV, 0.1, "rk4")


CELLS: dict[str, Callable[[], Cell]] = {
    "lif": lif,
    "adaptive_exponential": adaptive_exponential,
    "hodgkin_huxley": hodgkin_huxley,
    "branched": branched,
}

LOGISTIC, SHUFFLED = "logistic", "shuffled"
"""The controls: a neuron that is a logistic unit, and spikes that belong to other inputs."""


def get(name: str | tuple[str, Cell]) -> tuple[str, Cell]:
    """(name, cell) of this name, with - for _ if you like; or a cell of your own, with the name that you give it.

    Raises:
        ClearpropError: there is none of this name.
    """
    if not isinstance(name, str):
        if name[0] in (LOGISTIC, SHUFFLED):
            raise ClearpropError(_("'{}' is the name of a control: call your cell something else.").format(name[0]))
        return name
    plain = name.strip().replace("-", "_")
    if plain not in CELLS:
        raise unknown("cell", name, CELLS)
    return plain, CELLS[plain]()
