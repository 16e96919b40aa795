"""What the seeds came to: means, and intervals over them."""

from typing import Any

from clearprop.explain.intervals import with_interval

MEASURES = ("auc", "d_prime", "caught", "explained_variance")


def of(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """A neuron's record.

    "depths" has each measure of each depth, on the trials that were scored; "best" those of the depth that did best on
    the trials to choose by, seed by seed; "difference" the paired difference best − depth 0; "differences" those of
    each depth.
    """
    depths = list(runs[0]["depths"])
    best = [str(run["best_depth"]) for run in runs]
    return {
        "rate_hz": with_interval([run["rate_hz"] for run in runs])["mean"],
        "depths": {depth: _measures(runs, [depth] * len(runs)) for depth in depths},
        "best_depth": [run["best_depth"] for run in runs],
        "best": _measures(runs, best),
        "difference": _less(runs, best),
        "differences": {depth: _less(runs, [depth] * len(runs)) for depth in depths if depth != "0"},
    }


def _measures(runs: list[dict[str, Any]], depths: list[str]) -> dict[str, Any]:
    return {name: with_interval(_each(runs, depths, name)) for name in MEASURES}


def _less(runs: list[dict[str, Any]], depths: list[str]) -> dict[str, Any]:
    zero = ["0"] * len(runs)
    return {
        name: with_interval([a - b for a, b in zip(_each(runs, depths, name), _each(runs, zero, name), strict=True)])
        for name in MEASURES
    }


def _each(runs: list[dict[str, Any]], depths: list[str], name: str) -> list[float]:
    return [run["depths"][depth]["test"][name] for run, depth in zip(runs, depths, strict=True)]
