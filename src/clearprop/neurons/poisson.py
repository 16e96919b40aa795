"""Random spikes: each input fires whenever it likes, at a rate of its own."""

import math
from typing import Any

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.i18n import _

MOST_A_BIN = 100.0
"""Spikes to be expected in a bin; with more of them a count could pass 255, the most that uint8 holds."""


def poisson(
    rate_hz: Any, inputs: int, duration_ms: float, bin_ms: float = 1.0, trials: int | None = None, seed: int = 0
) -> np.ndarray:
    """Spike counts of inputs that fire at random, each a Poisson process: no spike knows of another.

        count ~ Poisson(rate · bin / 1000)   in each bin, independently

    Drawn by what defines the process: under each rate the number of spikes in all, N ~ Poisson(rate · time), then where
    each of them falls, uniformly. That takes as long as there are spikes, and not as there are bins.

    Args:
        rate_hz: one rate; (inputs,), one for each; or (bins, inputs), one for each bin too.
        inputs: how many.
        duration_ms: how long; the last bin is a whole one.
        bin_ms: how long a bin is.
        trials: how many times over; None: once, without an axis for it.
        seed: the same seed, the same spikes.

    Returns:
        Counts (bins, inputs), or (bins, trials, inputs), of uint8.

    Raises:
        ClearpropError: a rate that is negative, so high that more than 100 spikes are to be expected in a bin, or that
            does not fit; a number or a time that is not above 0.

    >>> poisson(20.0, 100, 1000.0).shape
    (1000, 100)
    >>> counts = poisson([5.0, 50.0], 2, 1000.0, trials=400)
    >>> counts.sum(0).mean(0).round()
    array([ 5., 50.])

    Source: Kingman (1993), Poisson Processes, section 2.4.
    """
    for name, value in {"inputs": inputs, "duration_ms": duration_ms, "bin_ms": bin_ms, "trials": trials}.items():
        if value is not None and not (math.isfinite(value) and value > 0):
            raise ClearpropError(_("{name} cannot be {value!r}: give a number above 0.").format(name=name, value=value))
    bins, each = math.ceil(duration_ms / bin_ms - 1e-9), trials or 1
    rates = _rates(rate_hz, bins, inputs)
    if rates.max() * bin_ms / 1000 > MOST_A_BIN:
        raise ClearpropError(
            _("rate_hz of {rate:g} is too high for bins of {bin:g} ms: give a shorter bin_ms.").format(
                rate=rates.max(), bin=bin_ms
            )
        )
    under_each = bins * each // len(rates)
    generator = np.random.default_rng(seed)
    spikes = generator.poisson(rates * bin_ms / 1000 * under_each)
    block, own = np.divmod(np.repeat(np.arange(rates.size), spikes.ravel()), inputs)
    bin_and_trial = block * under_each + generator.integers(under_each, size=len(block))
    counts = np.zeros((bins * each, inputs), np.uint8)
    np.add.at(counts.reshape(-1), bin_and_trial * inputs + own, 1)
    return counts if trials is None else counts.reshape(bins, each, inputs)


def _rates(rate_hz: Any, bins: int, inputs: int) -> np.ndarray:
    """(1, inputs), or (bins, inputs) where they change with time."""
    try:
        rates = np.asarray(rate_hz, float)
    except (TypeError, ValueError) as error:
        raise ClearpropError(_("rate_hz cannot be {!r}: give numbers.").format(rate_hz)) from error
    if rates.shape not in ((), (inputs,), (bins, inputs)):
        raise ClearpropError(
            _("rate_hz of shape {shape} does not fit: give one number, {inputs}, or {bins} × {inputs}.").format(
                shape=rates.shape, inputs=inputs, bins=bins
            )
        )
    if not (np.isfinite(rates).all() and rates.min() >= 0):
        raise ClearpropError(_("rate_hz cannot be negative or not finite: give 0 or more."))
    return np.broadcast_to(rates, (bins if rates.ndim == 2 else 1, inputs))
