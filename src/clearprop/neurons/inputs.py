"""Spikes from elsewhere, and the synapses at which they arrive."""

import dataclasses
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.synapses import Synapse, see_that_it_takes


@dataclasses.dataclass(frozen=True)
class Inputs:
    """Trains of spikes that reach a neuron through synapses of one kind.

    Args:
        synapse: what a spike does.
        spikes: (bins, …, inputs) how many spikes each input sends in each bin of time; they arrive as the bin begins.
            … are the neurons, or nothing where all receive the same. `simulate` wants bins for all of the time.
        weights: (inputs,), or (inputs, sites) for a neuron of several compartments: what a spike opens, in the neuron's
            unit of current (per mV where the synapse has a reversal potential).
        delays_ms: one for all, or (inputs,): how long a spike is on its way, rounded to whole bins.
    """

    synapse: Synapse
    spikes: Any
    weights: Any
    delays_ms: Any = 0.0

    def arriving(self, bin_ms: float) -> np.ndarray:
        """The spikes when they arrive: (bins, …, inputs), without those still on their way when the last bin ends."""
        spikes = np.asarray(self.spikes)
        lag = np.rint(np.broadcast_to(self.delays_ms, spikes.shape[-1:]) / bin_ms).astype(int)
        if not lag.any():
            return spikes
        late = np.zeros_like(spikes)
        for by in np.unique(lag[lag < len(spikes)]):
            own = lag == by
            late[by:, ..., own] = spikes[: len(spikes) - by, ..., own]
        return late

    def check(self, sites: tuple[int, ...]) -> None:
        """See that shapes fit each other, and a neuron of these sites.

        Raises:
            ClearpropError: they do not, a number is not finite, a delay or a conductance is negative.
        """
        spikes, weights = np.shape(self.spikes), np.shape(self.weights)
        if len(spikes) < 2 or weights != (spikes[-1], *sites):
            wanted = " × ".join([_("inputs"), *map(str, sites)])
            raise ClearpropError(
                _("spikes of shape {spikes} need weights of shape {wanted}, and got {weights}.").format(
                    spikes=spikes, wanted=wanted, weights=weights
                )
            )
        if not (_finite(self.weights) and _finite(self.spikes)):
            raise ClearpropError(_("spikes and weights have to be finite numbers."))
        see_that_it_takes(self.synapse, np.asarray(self.weights))
        if np.shape(self.delays_ms) not in ((), spikes[-1:]) or not _finite(self.delays_ms):
            raise ClearpropError(
                _("delays_ms cannot be {delays!r}: give one number of ms, or {inputs}, one for each input.").format(
                    delays=self.delays_ms, inputs=spikes[-1]
                )
            )
        if np.min(self.delays_ms) < 0:
            raise ClearpropError(_("delays_ms cannot be below 0: a spike arrives after it was sent."))


def _finite(given: Any) -> bool:
    """Whether these are numbers, none of them infinite."""
    values = np.asarray(given)
    return values.dtype.kind in "bui" or (values.dtype.kind == "f" and bool(np.isfinite(values).all()))
