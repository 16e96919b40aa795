"""What an electrode would have recorded: potentials over time, and when each neuron fired."""

import dataclasses
from typing import Any

import numpy as np


@dataclasses.dataclass(frozen=True)
class Recording:
    """Neurons through time.

    Attributes:
        time_ms: (times,) the moments recorded, the first at the beginning.
        variables: each variable by name, (times, …, sites), where … are the neurons: nothing for one alone.
        spikes_ms: for one neuron (spikes,), the moments at which it fired; for more a list of such, neuron by neuron.
        duration_ms: how long it was simulated.
    """

    time_ms: np.ndarray
    variables: dict[str, np.ndarray]
    spikes_ms: Any
    duration_ms: float

    @property
    def V_mV(self) -> np.ndarray:
        """The membrane potential (times, …)."""
        return self.variables["V_mV"]

    def rate_hz(self, after_ms: float = 0.0) -> Any:
        """Spikes per second after a moment: one over the mean interval between them, 0 with fewer than two.

        >>> from clearprop.neurons import LeakyIntegrateAndFire, simulate
        >>> simulate(LeakyIntegrateAndFire(), 12.0, duration_ms=500).rate_hz()
        43.63
        """
        if isinstance(self.spikes_ms, np.ndarray):
            return rate_hz(self.spikes_ms, after_ms)
        return np.array([rate_hz(own, after_ms) for own in self.spikes_ms])


def rate_hz(spikes_ms: np.ndarray, after_ms: float = 0.0) -> float:
    """One over the mean interval between spikes after a moment; 0 where there are fewer than two.

    >>> rate_hz(np.array([10.0, 30.0, 50.0]))
    50.0
    """
    late = spikes_ms[spikes_ms >= after_ms]
    return float(1000 * (len(late) - 1) / (late[-1] - late[0])) if len(late) > 1 else 0.0
