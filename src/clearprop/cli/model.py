"""The MODEL of a command: a run folder or a .safetensors file."""

import json
from pathlib import Path
from typing import Any

import clearprop
from clearprop.data import Dataset, Table, read_for
from clearprop.data.dataset import did_you_mean
from clearprop.errors import ModelFileError
from clearprop.i18n import _
from clearprop.train import Fitted

MODEL, HISTORY, REPORT, CURVE = "model.safetensors", "history.jsonl", "report.json", "curve.png"
"""What a run folder holds."""


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


def open_model(model: str) -> tuple[Fitted, Table]:
    """The network, and the table it was trained on.

    Raises:
        ModelFileError: it cannot be loaded, or was not trained on a table.
    """
    fitted = clearprop.load(file_of(model))
    if fitted.table is None:
        raise ModelFileError(
            _(
                "{model} does not say which columns and classes it is for, as it was saved from Python: use it there."
            ).format(model=model)
        )
    return fitted, fitted.table


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


def which_rows(dataset: Dataset) -> str | None:
    """Which arrays of a file are used, where it has several; else None."""
    if not dataset.arrays:
        return None
    return _("Using the arrays {arrays} of {source}.").format(arrays=", ".join(dataset.arrays), source=dataset.source)


__all__ = ["CURVE", "HISTORY", "MODEL", "REPORT", "file_of", "open_model", "read_for", "report_beside", "which_rows"]
