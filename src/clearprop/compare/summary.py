"""What a comparison found: a record for each rule."""

import statistics
from typing import Any

from clearprop.compare.problem import Problem
from clearprop.compare.settings import Settings
from clearprop.explain.intervals import with_interval

Runs = dict[str, list[dict[str, Any]]]


def results(
    problem: Problem,
    settings: Settings,
    asked: dict[str, Any],
    rows: dict[str, int],
    tuned: dict[str, dict[str, Any]],
    runs: Runs,
    times: dict[str, float],
    refused: dict[str, str],
) -> dict[str, Any]:
    """What results.json holds."""
    metric = problem.metric
    return {
        **asked,
        "metric": metric,
        "rows": rows,
        "rules": {
            name: {
                "needs": settings.rule(name).needs._asdict(),
                **_of_rule(name, runs, tuned[name], times[name], metric),
            }
            for name in runs
        },
        "refused": refused,
    }


def _of_rule(name: str, runs: Runs, tuned: dict[str, Any], time: float, metric: str) -> dict[str, Any]:
    own = runs[name]
    scores = [run["test"].get(metric) for run in own]
    finished = [score for score in scores if score is not None]
    last = [run["epochs"][-1] for run in own if run["epochs"] and run["stopped"] != "diverged"]
    places = [key.removeprefix("angle_") for key in (last[0] if last else {}) if key.startswith("angle_")]
    return {
        "rates": tuned["rates"],
        "trials": tuned["trials"],
        "diverged": sum(run["stopped"] == "diverged" for run in own),
        "test": {
            "mean": _mean(finished),
            "sd": statistics.stdev(finished) if len(finished) > 1 else None,
            "each": scores,
        },
        "minus_backprop": _difference(scores, [run["test"].get(metric) for run in runs.get("backprop", [])]),
        "angle": _mean([line["angle"] for line in last]),
        "norm_ratio": _mean([line["norm_ratio"] for line in last]),
        "layers": {
            place: {
                what: _mean([line.get(f"{what}_{place}") for line in last])
                for what in ("angle", "norm_ratio", "feedback_angle")
            }
            for place in places
        },
        "step_time_ratio": time,
    }


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None


def _difference(ours: list[float | None], theirs: list[float | None]) -> dict[str, float | None] | None:
    """The mean of the paired differences, and its 95% interval, of the seeds that both finished."""
    pairs = zip(ours, theirs, strict=False)
    d = [a - b for a, b in pairs if a is not None and b is not None]
    return with_interval(d) if d else None


def lines(runs: Runs) -> list[dict[str, Any]]:
    """A line for each epoch of each run, with the columns that any of them has."""
    found = [
        {"rule": name, "seed": seed, **line}
        for name, own in runs.items()
        for seed, run in enumerate(own)
        for line in run["epochs"]
    ]
    columns = dict.fromkeys(column for line in found for column in line)
    return [{column: line.get(column) for column in columns} for line in found]
