"""What there is to look at: a stretch of spikes and potential, and what the logistic unit weighs."""

from typing import Any

import numpy as np

from clearprop.analogy.cells import Cell
from clearprop.analogy.firing import Firing, run
from clearprop.analogy.settings import Settings
from clearprop.train import Fitted

LENGTH_MS = 500


def unit(fitted: Fitted, fires: Firing, basis: np.ndarray, settings: Settings, rate: float) -> dict[str, list[float]]:
    """The logistic unit's weight of a spike by its age, over the input's own strength, for inputs of a kind together:

        u_i(t) = Σ_k W_{k,i} b_k(t) / √r;   Σ_i w_i u_i(t) / Σ_i w_i² over those that excite, and over the others

    in log-odds, a value for each ms of the window; basis is (window, bumps), r spikes a bin.
    """
    W = np.asarray(fitted.params[-1]["W"])[:, 0].reshape(basis.shape[1], -1)
    by_age = basis @ W / np.sqrt(rate)
    found: dict[str, list[float]] = {"age_ms": list(map(float, range(len(basis))))}
    for kind, own in (("excitatory", slice(settings.excitatory)), ("inhibitory", slice(settings.excitatory, None))):
        w = fires.weights[own]
        found[kind] = (by_age[:, own] @ w / max(float(w @ w), 1e-12)).tolist()
    return found


def kernel(cell: Cell, settings: Settings) -> dict[str, list[float]]:
    """What one spike does to the synapse and to the potential of a cell too weak to fire, each with a peak of 1."""
    spikes = np.zeros((settings.window_ms, 2, settings.inputs), np.uint8)
    spikes[0, 0, 0] = 1  # and none in the other trial
    V = cell.neuron.soma(run(cell, settings, spikes, np.ones(settings.inputs), 1e-2, "float64").V_mV)
    first = cell.contacts[0].synapse.kernel(np.arange(settings.window_ms))
    return {"synapse": _to_one(first), "potential": _to_one(V[1:, 0] - V[1:, 1])}


def of(
    fires: Firing, fitted: dict[int, Fitted], rows: tuple[np.ndarray, np.ndarray], X: np.ndarray, settings: Settings
) -> dict[str, Any]:
    """Half a second of the scored trial with the most spikes in it: inputs, potential, spikes and what networks say."""
    first, last = settings.window_ms, min(settings.window_ms + LENGTH_MS, settings.trial_ms)
    trial = max(settings.parts()[2], key=lambda trial: fires.fired[first:last, trial].sum())
    own = (rows[1] == trial) & (rows[0] < last)
    time, source = np.nonzero(fires.inputs[first:last, trial])
    return {
        "first_ms": first,
        "inputs": {"time_ms": (time + first).tolist(), "input": source.tolist()},
        "excitatory": settings.excitatory,
        "V": fires.V[first:last, trial].astype(float).round(3).tolist(),
        "fired_ms": (np.nonzero(fires.fired[first:last, trial])[0] + first).tolist(),
        "log_odds": {
            str(depth): one.predict(X[own])[:, 0].astype(float).round(3).tolist() for depth, one in fitted.items()
        },
    }


def _to_one(values: Any) -> list[float]:
    values = np.asarray(values, float)
    return (values / max(abs(values).max(), 1e-300)).tolist()
