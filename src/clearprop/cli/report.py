"""report.json: everything that `train` prints, for machines.  Its keys are English in every language."""

from pathlib import Path
from typing import Any

import numpy as np

from clearprop import __version__
from clearprop.cli.baselines import beside, simplest
from clearprop.cli.fitting import at, drawn, if_readable, plain, scores
from clearprop.cli.job import Estimator, Job
from clearprop.explain.calibration import Calibration
from clearprop.train.rows import is_stored

STORED_SCORED = 5_000
"""Training rows that a model is scored on where they lie on disk."""


def report_of(
    job: Job, model: Estimator, seconds: float, folds: Any, notices: list[Any], calibration: Any
) -> dict[str, Any]:
    """The report of a training."""
    fitted = model.fitted_
    return {
        "clearprop": __version__,
        "data": _data(job),
        "columns": _columns(job),
        "task": job.given.task,
        "task_because": job.given.inferred.reason,
        "notices": notices,
        "network": job.layers(),
        "parameters": sum(layer["parameters"] for layer in job.layers()),
        "settings": settings(job, model),
        "training": {
            "epochs": len(fitted.history),
            "kept_epoch": fitted.kept_epoch,
            "stopped": fitted.stopped,
            "seconds": round(seconds, 3),
        },
        "cross_validation": folds,
        "metrics": _metrics(job, model),
        "calibration": calibration,
    }


def settings(job: Job, model: Estimator) -> dict[str, Any]:
    """The estimator's parameters as they were, and how rows were held out."""
    asked = job.asked
    parameters = {name: value for name, value in model.get_params(deep=False).items() if name != "callbacks"}
    parameters["validation_fraction"] = model.validation_fraction if asked.validation is None else asked.validation
    own = {"drop": asked.drop, "group": asked.group, "time": asked.time, "folds": asked.folds}
    return {**parameters, **own, "image_size": asked.image_size, "strict": asked.strict}


def _data(job: Job) -> dict[str, Any]:
    source, data = job.given.source, job.given
    classes, counts = np.unique(data.y, return_counts=True) if data.classes is not None else (np.empty(0), np.empty(0))
    is_sample = source.source.startswith("sample:")
    return {
        "source": source.source,
        "path": None if is_sample else str(Path(source.source).resolve()),
        "arrays": source.arrays,
        "part": source.part,
        "rows": len(data.y),
        "training_rows": len(job.training),
        "validation_rows": len(job.held_out),
        "input_shape": data.X.shape[1:],
        "target": source.target,
        "classes": [{"class": label, "rows": n} for label, n in zip(classes.tolist(), counts.tolist(), strict=True)],
        "notes": source.notes,
        "left_out": [] if data.images is None else data.images.faults,
    }


def _columns(job: Job) -> list[dict[str, str]]:
    """Each column's kind and what told so."""
    kinds = {} if job.inputs.preparation is None else job.inputs.preparation.kinds
    return [{"name": name, "kind": kind.kind, "because": kind.reason} for name, kind in kinds.items()]


def _metrics(job: Job, model: Estimator) -> dict[str, Any]:
    """The model's scores on each part, and those of baselines on the validation rows.

    Where there are none, only the simplest baseline is scored, on the training rows.
    """
    data = job.given
    found: dict[str, Any] = {
        name: if_readable(job, lambda rows=rows: _scores(job, model, rows)) if len(rows) else None
        for name, rows in (("training", _some(job)), ("validation", job.held_out))
    }
    if found["validation"]:
        others, found["notes"] = beside(job, data.task)
    else:
        others, found["notes"] = simplest(model.fitted_.table, data.y[job.training]), []
    found["baselines"] = {name: plain(each.items()) for name, each in others.items()}
    return found


def _scores(job: Job, model: Estimator, rows: np.ndarray) -> dict[str, Any]:
    data = job.given
    return plain(scores(model, data.X[rows], data.y[rows], at(data.groups, rows)).items())


def _some(job: Job) -> np.ndarray:
    """The training rows to score on: all; of those on disk some, drawn by chance, as each has to be read again."""
    rows = job.training
    return drawn(rows, STORED_SCORED, job.asked.seed) if is_stored(job.given.X) else rows


def calibration_of(found: Calibration | None) -> dict[str, Any] | None:
    """How far the probabilities can be believed, for JSON."""
    if found is None:
        return None
    return {**found._asdict(), "bins": [each._asdict() for each in found.bins]}
