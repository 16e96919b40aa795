"""What the seeds came to: means, and intervals over them."""

from typing import Any

from clearprop.explain.intervals import with_interval

MEASURES = ("auc", "d_prime", "caught", "explained_variance")


def of(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """A neuron's record.

    "depths" has each measure of each depth, on the trials that were scored; "best_depth", for each measure and seed,
    the depth that did best by it on the trials to choose by; "best" its measure on the trials that were scored;
    "difference" the paired difference best − depth 0, and "differences" those of each depth.
    """
    depths = list(runs[0]["depths"])
    chosen = {name: [_chosen(run, name) for run in runs] for name in MEASURES}
    return {
        "rate_hz": with_interval([run["rate_hz"] for run in runs])["mean"],
        "depths": {
            depth: {name: with_interval(_each(runs, [depth] * len(runs), name)) for name in MEASURES}
            for depth in depths
        },
        "best_depth": {name: [int(depth) for depth in own] for name, own in chosen.items()},
        "best": {name: with_interval(_each(runs, own, name)) for name, own in chosen.items()},
        "difference": {name: _less(runs, own, name) for name, own in chosen.items()},
        "differences": {
            depth: {name: _less(runs, [depth] * len(runs), name) for name in MEASURES}
            for depth in depths
            if depth != "0"
        },
    }


def _chosen(run: dict[str, Any], name: str) -> str:
    return max(run["depths"], key=lambda depth: run["depths"][depth]["validation"][name])


def _less(runs: list[dict[str, Any]], depths: list[str], name: str) -> dict[str, float | None]:
    """The paired difference of these depths, one for each seed, and depth 0."""
    pairs = zip(_each(runs, depths, name), _each(runs, ["0"] * len(runs), name), strict=True)
    return with_interval([a - b for a, b in pairs])


def _each(runs: list[dict[str, Any]], depths: list[str], name: str) -> list[float]:
    return [run["depths"][depth]["test"][name] for run, depth in zip(runs, depths, strict=True)]
