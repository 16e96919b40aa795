"""What a neuron is: how its membrane potential moves with the current into it, and what happens when it fires.

A neuron is a frozen dataclass of its parameters, with a unit in each one's name, and two methods::

    rest()                      → state          what it begins in
    derivative(state, current)  → d state / dt   per millisecond

A state is a dictionary of arrays; `state["V_mV"]` is the membrane potential. Any method of `integrators` steps it, and
`simulate` does so from beginning to end. A neuron whose equations make the spike themselves (Hodgkin–Huxley) needs
nothing else; one that is told to fire (integrate-and-fire) says at what potential and what is reset.

`examples/own_neuron.py` adds one in twenty lines; no file of the package has to know of it.
"""

import abc
import dataclasses
from typing import Any, ClassVar

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.parameters import check_parameters

State = dict[str, Any]
"""Variables by name, each with its unit: arrays of one shape, neurons first, then a neuron's `sites` if it has any."""


class Neuron(abc.ABC):
    """A neuron; see the module's text for the contract."""

    current_unit: ClassVar[str] = "µA/cm²"
    """What currents into it are measured in. A synapse's conductance is in this unit per mV."""

    typical_current: ClassVar[float] = 10.0
    """A current, in its unit, at which it fires."""

    positive: ClassVar[tuple[str, ...]] = ()
    """Parameters that cannot be zero or less, such as a capacitance."""

    not_negative: ClassVar[tuple[str, ...]] = ("refractory_ms",)
    """Parameters that cannot be less than zero, such as a conductance."""

    spike_mV: float = 0.0
    """The potential that, crossed upward, counts as a spike."""

    refractory_ms: float = 0.0
    """For how long after a spike its variables stand still."""

    sites: ClassVar[tuple[int, ...]] = ()
    """The shape of one neuron's potential: () for a point, (k,) for k compartments, of which the first is the soma."""

    def __post_init__(self) -> None:
        """See that every parameter is a number, and can be the one it is."""
        check_parameters(self)

    @abc.abstractmethod
    def rest(self) -> State:
        """What one neuron begins in: each variable a number, or an array of `sites`."""

    @abc.abstractmethod
    def derivative(self, state: State, current: Any) -> State:
        """d/dt of each variable, per ms, while `current` (of V_mV's shape, in `current_unit`) flows in."""

    def reset(self, state: State) -> State:
        """The state after a spike; as it was, for a neuron whose equations bring the potential back themselves."""
        return state

    def soma(self, V_mV: Any) -> Any:
        """The potential where spikes are seen: (…, sites) → (…)."""
        return V_mV

    @property
    def is_reset(self) -> bool:
        """Whether a spike is an event that resets it, not a course of its potential."""
        return type(self).reset is not Neuron.reset

    @property
    def largest_step_ms(self) -> float:
        """The longest time step at which its equations are still followed."""
        return 0.1


def ready(neuron: Any) -> None:
    """See that this is a neuron that can be simulated.

    Raises:
        ClearpropError: it is not; the sentence says what it lacks.
    """
    if not isinstance(neuron, Neuron) or not dataclasses.is_dataclass(neuron):
        raise ClearpropError(
            _("{!r} is no neuron: give one of clearprop.neurons, or a frozen dataclass derived from Neuron.").format(
                neuron
            )
        )
    if "V_mV" not in neuron.rest():
        raise ClearpropError(_("{}.rest() lacks V_mV, the membrane potential.").format(type(neuron).__name__))
