"""report.json: everything that `train` prints, for machines.  English in every language."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from clearprop import __version__
from clearprop.cli.job import Job
from clearprop.cli.scores import baseline, scores
from clearprop.train import Fitted


def report_of(job: Job, fitted: Fitted, seconds: float) -> dict[str, Any]:
    """The report of a training."""
    return {
        "clearprop": __version__,
        "data": _data(job),
        "task": job.table.task,
        "task_because": job.inferred.reason,
        "network": job.layers(),
        "parameters": sum(layer["parameters"] for layer in job.layers()),
        "settings": asdict(job.options),
        "training": {
            "epochs": len(fitted.history),
            "kept_epoch": fitted.kept_epoch,
            "stopped": fitted.stopped,
            "seconds": round(seconds, 3),
        },
        "metrics": _metrics(job, fitted),
    }


def _data(job: Job) -> dict[str, Any]:
    data, values = job.dataset, job.dataset.values
    classes, counts = np.unique(values, return_counts=True) if job.table.classes else (np.empty(0), np.empty(0))
    is_sample = data.source.startswith("sample:")
    return {
        "source": data.source,
        "path": None if is_sample else str(Path(data.source).resolve()),
        "arrays": list(data.arrays),
        "rows": len(data.X),
        "training_rows": len(job.training),
        "validation_rows": len(job.held_out),
        "input_shape": list(data.X.shape[1:]),
        "columns": list(data.columns),
        "target": data.target,
        "classes": [{"class": label, "rows": n} for label, n in zip(classes.tolist(), counts.tolist(), strict=True)],
    }


def _metrics(job: Job, fitted: Fitted) -> dict[str, Any]:
    """By part: the model's, and the baseline's on the same rows."""
    parts = {"training": job.rows(job.training), "validation": job.rows(job.held_out)}
    found: dict[str, Any] = {
        name: scores(fitted, job.table, X, values) if len(X) else None for name, (X, values) in parts.items()
    }
    found["baseline"] = {
        name: baseline(job.table, values) if len(values) else None for name, (_X, values) in parts.items()
    }
    return found
