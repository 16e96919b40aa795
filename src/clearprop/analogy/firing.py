"""When a cell fires under many Poisson inputs."""

import math
from typing import NamedTuple

import numpy as np

from clearprop.analogy.bumps import bumps, windows
from clearprop.analogy.cells import Cell
from clearprop.analogy.settings import Settings
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons import Inputs, Recording, poisson, simulate

SPREAD = 0.5
"""Of the logarithm of synaptic weights, unequal in the brain, too: Song et al. (2005), PLoS Biology 3, e68."""


STRONGEST = 1024.0
"""The largest scale tried, a hundred times and more what the cells here need."""


class Firing(NamedTuple):
    """What went in, and what came of it, a bin a millisecond.

    Attributes:
        inputs: (bins, trials, inputs) spikes.
        weights: (inputs,) the relative strength of each input, all above 0.
        fired: (bins, trials) whether the cell fired in the bin.
        V: (bins, trials) its potential at the bin's end, cut off at `highest_mV`.
    """

    inputs: np.ndarray
    weights: np.ndarray
    fired: np.ndarray
    V: np.ndarray

    @property
    def rate_hz(self) -> float:
        """How often it fires."""
        return float(self.fired.mean() * 1000)


def inputs(settings: Settings, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(spikes (bins, trials, inputs), relative weights (inputs,)) of a seed."""
    number = settings.seed + 1000 * seed
    shape = {"inputs": settings.inputs, "duration_ms": settings.trial_ms, "trials": settings.trials}
    spikes = poisson(settings.input_rate_hz, **shape, seed=number)
    random = np.random.default_rng([number, 1])
    return spikes, random.lognormal(-(SPREAD**2) / 2, SPREAD, settings.inputs)


def run(
    cell: Cell,
    settings: Settings,
    spikes: np.ndarray,
    weights: np.ndarray,
    scale: float,
    float_type: str = "float32",
) -> Recording:
    """The cell under these spikes (bins, trials, inputs), all its synapses scaled."""
    inhibits = np.arange(settings.inputs) >= settings.excitatory
    arriving = [
        Inputs(
            own.synapse, spikes, cell.places(np.where(inhibits == own.inhibits, scale * own.strength * weights, 0.0))
        )
        for own in cell.contacts
    ]
    return simulate(
        cell.neuron, duration_ms=len(spikes), dt_ms=cell.dt_ms, method=cell.method, inputs=arriving,
        record=("V_mV",), record_every_ms=1.0, float_type=float_type,
    )  # fmt: skip


def fire(cell: Cell, settings: Settings, seed: int, scale: float) -> Firing:
    """A seed's firing."""
    spikes, weights = inputs(settings, seed)
    found = run(cell, settings, spikes, weights, scale)
    fired = np.zeros(spikes.shape[:2], bool)
    for trial, moments in enumerate(found.spikes_ms):
        fired[np.minimum(moments.astype(int), len(fired) - 1), trial] = True
    V = np.minimum(cell.neuron.soma(found.V_mV)[1:], cell.highest_mV)
    return Firing(spikes, weights, fired, V)


def calibrate(cell: Cell, settings: Settings) -> float:
    """The scale of the synapses at which the cell fires as often as was asked for, within a twentieth.

    Raises:
        ClearpropError: it never fires so often.
    """
    spikes, weights = inputs(settings, 0)

    def rate(scale: float) -> float:
        found = run(cell, settings, spikes, weights, scale)
        return sum(len(moments) for moments in found.spikes_ms) / settings.trials / settings.trial_ms * 1000

    low, high = 0.0, 1 / 16
    try:
        while high <= STRONGEST and rate(high) < settings.rate_hz:
            low, high = high, 2 * high
    except ClearpropError:  # its potential leaves all bounds
        high = math.inf
    if high > STRONGEST:
        raise ClearpropError(
            _("No strength of its synapses makes {neuron} fire {rate:g} times a second: ask for fewer.").format(
                neuron=type(cell.neuron).__name__, rate=settings.rate_hz
            )
        )
    for _round in range(12):
        middle = (low + high) / 2
        now = rate(middle)
        if abs(now / settings.rate_hz - 1) < 0.05:
            return middle
        low, high = (middle, high) if now < settings.rate_hz else (low, middle)
    return (low + high) / 2


def logistic(settings: Settings, seed: int, scale: float = 1.5) -> Firing:
    """A neuron that *is* a logistic unit: in each bin it fires with probability σ(z), z a weighted sum of what networks
    see of its inputs, whatever it did before.

        z = b + c Σ_{k,i} h_k s_i w_i x_{k,i},   h_k = Σ_t b_k(t) e^(−t/10 ms),   s_i = 1 to excite and −2 to inhibit

    with c such that z has the standard deviation `scale`, and b such that it fires as often as was asked for.
    """
    spikes, weights = inputs(settings, seed)
    basis, rate = bumps(settings.bumps, settings.window_ms), settings.input_rate_hz / 1000
    heights = basis.T @ np.exp(-np.arange(settings.window_ms) / 10.0)
    sign = np.where(np.arange(settings.inputs) < settings.excitatory, 1.0, -2.0)
    unit = np.outer(heights, sign * weights).ravel()
    bins = np.arange(settings.window_ms, settings.trial_ms)
    z = np.full(spikes.shape[:2], -np.inf)
    for trial in range(settings.trials):
        z[bins, trial] = windows(spikes, bins, np.full(len(bins), trial), basis, rate) @ unit
    z *= scale / z[bins].std()
    z += _bias(z[bins], settings.rate_hz / 1000)
    random = np.random.default_rng([settings.seed, seed, 7])
    fired = random.random(z.shape) < 1 / (1 + np.exp(-z))
    return Firing(spikes, weights, fired, np.where(np.isfinite(z), z, 0.0))


def _bias(z: np.ndarray, share: float) -> float:
    """b for which the mean of σ(z + b) is this share."""
    from scipy.optimize import brentq

    return float(brentq(lambda b: float((1 / (1 + np.exp(-z - b))).mean()) - share, -60.0, 60.0))  # pyright: ignore[reportArgumentType]


def shuffled(firing: Firing, settings: Settings) -> Firing:
    """The same spikes and potentials, each trial's beside another one's inputs, within the trials that learn, choose
    and score: nothing is left to be learnt, and every area under the ROC curve has to be one half.
    """
    order = np.concatenate([np.roll(part, 1) for part in settings.parts()])
    return firing._replace(fired=firing.fired[:, order], V=firing.V[:, order])
