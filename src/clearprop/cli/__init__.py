"""The command line: thin callers, no mathematics.

A file a command. These import nothing heavy before a command runs, so that `clearprop --help` answers at once; the
files that they call when it does (`training`, `show`, `evaluation`, …) import what they need.
"""

import io
import sys

from clearprop.cli import (
    analogy,
    axon,
    check,
    compare,
    evaluate,
    explain_columns,
    export,
    info,
    neuron,
    predict,
    samples,
    train,
)
from clearprop.cli.app import app, ending_plainly
from clearprop.i18n import _

COMMANDS = {
    train.train: _("Train a model on a table, and save it with a report."),
    predict.predict: _("Predict the target of new rows, as .csv."),
    evaluate.evaluate: _("Score a model on known answers, beside a baseline."),
    explain_columns.explain_columns: _("Show which columns it predicts from."),
    export.export: _("Write it for other programs, as ONNX."),
    compare.compare: _("Compare learning rules, side by side and fairly."),
    neuron.neuron: _("Show how a neuron fires under a current."),
    axon.axon: _("Show a pulse travel along an axon, and how fast."),
    analogy.analogy: _("Measure how far a logistic unit is from a neuron."),
    info.info: _("Show its columns and layers, and how it was trained."),
    check.check: _("Check its gradients on your data, analytic against numeric."),
    samples.samples: _("List the bundled samples, such as sample:digits."),
}

for function, text in COMMANDS.items():
    app.command(help=text)(ending_plainly(function))

__all__ = ["app", "main"]


def main() -> None:
    """Run the command that was typed, and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows "?", and the run goes on
    app(prog_name="clearprop")
