"""The MODEL of a command: a run folder or a .safetensors file."""

import json
from pathlib import Path
from typing import Any

from clearprop import loading
from clearprop.data import Source
from clearprop.data.dataset import did_you_mean
from clearprop.data.table import Table
from clearprop.errors import ModelFileError
from clearprop.i18n import _
from clearprop.train import Fitted

MODEL, HISTORY, REPORT = "model.safetensors", "history.jsonl", "report.json"
CURVE, CALIBRATION, CONFUSION, PATH = "curve.png", "calibration.png", "confusion.png", "path.safetensors"
"""What a run folder holds; calibration.png for classifiers only, confusion.png for those of images, the last one where
a descent's path is kept."""


def file_of(model: str) -> Path:
    """The model file that is meant.

    Raises:
        ModelFileError: there is none.
    """
    path = Path(model)
    if path.is_dir():
        if not (path / MODEL).exists():
            raise ModelFileError(_("{folder} holds no {file}: is it a run folder?").format(folder=model, file=MODEL))
        return path / MODEL
    if not path.exists():
        near = [str(p) for p in path.parent.iterdir()] if path.parent.is_dir() else []
        raise ModelFileError(
            _("There is no run folder or model file '{model}'.{hint}").format(
                model=model, hint=did_you_mean(model, near)
            )
        )
    return path


def load(model: str) -> Any:
    """The estimator that was saved, or a plain network that was saved without one.

    Raises:
        ModelFileError: it cannot be loaded.
    """
    return loading.load(file_of(model))


def open_model(model: str) -> tuple[Any, Table]:
    """The estimator, and the table it was trained on.

    Raises:
        ModelFileError: it cannot be loaded, was not trained on a table, or predicts several things at once.
    """
    estimator = load(model)
    if isinstance(estimator, Fitted):
        raise ModelFileError(
            _(
                "{model} does not say which columns and classes it is for, as it was saved from Python: use it there."
            ).format(model=model)
        )
    table: Table = estimator.fitted_.table
    if table.labels or not table.flat or (len(table.target_mean) > 1 and not table.classes):
        raise ModelFileError(
            _(
                "{model} predicts several targets at once, which the command line does not read: use it in Python."
            ).format(model=model)
        )
    return estimator, table


def report_beside(model: str) -> dict[str, Any] | None:
    """The report in the model's run folder; None where there is none that can be read."""
    path = file_of(model)
    if path.name != MODEL:
        return None
    try:
        report = json.loads(path.with_name(REPORT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return report if isinstance(report, dict) else None


def which_rows(source: Source) -> str | None:
    """What is to be told of how a source was read, a line each: which arrays of a file, or part of a folder, are used
    where it has several, and its notes. None where there is nothing.
    """
    told = [*_part(source), *map(str, source.notes)]
    return "\n".join(told) or None


def _part(source: Source) -> list[str]:
    if source.part:
        return [_("Using the images in '{part}' of {source}.").format(part=source.part, source=source.source)]
    if not source.arrays:
        return []
    return [_("Using the arrays {arrays} of {source}.").format(arrays=", ".join(source.arrays), source=source.source)]


def seen(source: Source, model: str) -> bool | None:
    """Whether the model was trained on this very source; None where that is not known."""
    data = (report_beside(model) or {}).get("data")
    if not isinstance(data, dict):
        return None
    if source.source.startswith("sample:"):
        return data.get("source") == source.source
    same_file = data.get("path") == str(Path(source.source).resolve())
    return same_file and data.get("arrays") == list(source.arrays) and data.get("part", "") == source.part
