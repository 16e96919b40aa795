"""All commands, with a line on each; the texts of the help are made on import, in the language chosen by then."""

from clearprop.cli import (
    analogy,
    axon,
    check,
    compare,
    evaluate,
    exercise,
    explain,
    explain_columns,
    export,
    info,
    look,
    neuron,
    predict,
    samples,
    train,
)
from clearprop.cli.app import app, ending_plainly
from clearprop.cli.usage import Command
from clearprop.i18n import _

COMMANDS = {
    train.train: _("Train a model on a table or images, and save it with a report."),
    predict.predict: _("Predict the target of new rows, as .csv."),
    evaluate.evaluate: _("Score a model on known answers, beside a baseline."),
    explain.explain: _("Follow a row forward and back, with its numbers in every equation."),
    explain_columns.explain_columns: _("Show which columns it predicts from."),
    look.look: _("Show what the network sees in an image, and what it decides by."),
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
    app.command(help=text, cls=Command)(ending_plainly(function))

GROUPS = {"exercise": _("Write forward prop and back prop yourself, and have it checked.")}

for function, text in exercise.COMMANDS.items():
    name = function.__name__.rstrip("_")  # list_ is the command list
    exercise.app.command(name, help=text, cls=Command)(ending_plainly(function))
app.add_typer(exercise.app, name="exercise", help=GROUPS["exercise"])

__all__ = ["COMMANDS", "GROUPS", "app"]
