"""A few smooth bumps in time, by which spikes of the last tens of milliseconds become a few numbers."""

import numpy as np


def bumps(count: int, window_ms: int) -> np.ndarray:
    """(window_ms, count): raised cosines, evenly spaced and equally wide in the logarithm of the time since the spike.

        b_k(t) = ½ (1 + cos(π (ln(t + c) − m_k) / 2w)) within 2w of its middle m_k, else 0;   w the step between middles

    Narrow where a spike has just come and wide where it lies long back. Each is scaled to Σ_t b_k(t)² = 1.

    Source: Pillow et al. (2008), Nature 454, 995, methods, with c = 2 ms.

    >>> bumps(8, 80).shape
    (80, 8)
    """
    offset = 2.0
    place = np.log(np.arange(window_ms) + offset)
    middles = np.linspace(place[0], np.log(0.6 * window_ms + offset), count)
    apart = (place[:, None] - middles) / (2 * (middles[1] - middles[0]))
    found = np.where(abs(apart) < 1, 0.5 * (1 + np.cos(np.pi * apart)), 0.0)
    return (found / np.sqrt((found**2).sum(0))).astype(np.float32)


def windows(spikes: np.ndarray, time: np.ndarray, trial: np.ndarray, basis: np.ndarray, rate: float) -> np.ndarray:
    """What networks see: for each row (time, trial), each input's spikes before it through each bump.

        x_{k,i} = (Σ_t b_k(t) s_i(now − t) − r Σ_t b_k(t)) / √r,    r spikes a bin, whose mean is 0 and variance about 1

    Args:
        spikes: (bins, trials, inputs).
        time: (rows,) the bin of each row, at least as far in as the window is long.
        trial: (rows,) its trial.
        basis: (window, bumps).
        rate: r, how many spikes an input sends in a bin, on average.

    Returns:
        (rows, bumps · inputs)
    """
    window, count = basis.shape
    found = np.empty((len(time), count, spikes.shape[2]), np.float32)
    back, shift = np.arange(window), rate * basis.sum(0)[:, None]
    for first in range(0, len(time), 2048):  # a few megabytes at a time
        some = slice(first, first + 2048)
        seen = spikes[time[some, None] - back, trial[some, None]].astype(np.float32)
        found[some] = (np.matmul(basis.T, seen) - shift) / np.sqrt(rate)
    return found.reshape(len(time), -1)
