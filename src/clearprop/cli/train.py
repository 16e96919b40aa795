"""`clearprop train`: from data to a trained network in a run folder."""

from typing import Annotated, Literal

import typer

from clearprop.cli.app import Data, Json
from clearprop.i18n import _


def train(
    data: Data,
    target: Annotated[
        str | None,
        typer.Option(help=_("The column to predict; the last one of a .csv unless named."), show_default=False),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            help=_(
                "The run folder. By default runs/<data name>; one that exists is kept and the next free number taken."
            ),
            show_default=False,
        ),
    ] = None,
    task: Annotated[
        Literal["auto", "classification", "regression"],
        typer.Option(help=_("What the target is; inferred from its values unless given.")),
    ] = "auto",
    hidden: Annotated[
        str,
        typer.Option(
            help=_("Units of each hidden layer; 'none' for logistic or linear regression."), metavar="UNITS,…"
        ),
    ] = "128,64",
    activation: Annotated[
        str,
        typer.Option(
            help=_("What a hidden unit computes: {}, ….").format(
                "relu, leaky_relu, elu, selu, gelu, silu, tanh, sigmoid"
            )
        ),
    ] = "relu",
    epochs: Annotated[int, typer.Option(help=_("How many times to go through the rows."), min=1)] = 60,
    batch_size: Annotated[int, typer.Option(help=_("Rows a step."), min=1)] = 128,
    learning_rate: Annotated[float, typer.Option(help=_("How far a step goes."))] = 1e-3,
    optimizer: Annotated[
        str,
        typer.Option(
            help=_("How weights move: {}.").format("gradient_descent, momentum, nesterov, rmsprop, adam, adamw")
        ),
    ] = "adam",
    dropout: Annotated[float, typer.Option(help=_("Share of hidden units left out at random in each step."))] = 0.0,
    weight_decay: Annotated[
        float | None,
        typer.Option(help=_("Decoupled decay of the weights; by default the optimizer's own."), show_default=False),
    ] = None,
    validation: Annotated[
        float,
        typer.Option(help=_("Share of rows held out, never learnt from, to choose the best epoch by; 0 for none.")),
    ] = 0.2,
    patience: Annotated[
        int | None,
        typer.Option(help=_("Stop after so many epochs without a better validation loss."), show_default=False, min=1),
    ] = None,
    rule: Annotated[
        str, typer.Option(help=_("How the error reaches each layer: {}.").format("backprop, feedback_alignment"))
    ] = "backprop",
    seed: Annotated[
        int, typer.Option(help=_("Of all that is random; the same seed gives the same result."), min=0, max=2**32 - 1)
    ] = 0,
    json: Json = False,
) -> int:
    """Read the options, and train."""
    from clearprop.cli import job, training

    options = job.Options(
        job.units(hidden),
        activation,
        epochs,
        batch_size,
        learning_rate,
        optimizer,
        dropout,
        weight_decay,
        validation,
        patience,
        rule,
        seed,
    )
    return training.run(data, target, output, None if task == "auto" else task, options, json)
