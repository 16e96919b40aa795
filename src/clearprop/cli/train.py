"""`clearprop train`: from data to a trained model in a run folder.

What is not asked for is left to the estimators, whose defaults they are; the help repeats them, and a test compares.
"""

from typing import Annotated, Literal

import typer

from clearprop.cli.app import Data, Drop, Json, Kind, Seed, Target, Task
from clearprop.i18n import _


def train(
    data: Data,
    target: Target = None,
    output: Annotated[
        str | None,
        typer.Option(
            help=_(
                "The run folder. By default runs/<data name>; one that exists is kept and the next free number taken."
            ),
            show_default=False,
        ),
    ] = None,
    task: Task = "auto",
    drop: Drop = None,
    kind: Kind = None,
    group: Annotated[
        str | None,
        typer.Option(
            help=_("Hold out whole groups: rows that are alike in this column are not divided. It is not learnt from."),
            metavar=_("COLUMN"),
            show_default=False,
        ),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            help=_("Hold out the latest rows by this column, dates or numbers. It is not learnt from."),
            metavar=_("COLUMN"),
            show_default=False,
        ),
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(
            help=_("First score by a cross-validation of so many folds, then train as without it."),
            show_default=False,
            min=2,
        ),
    ] = None,
    validation: Annotated[
        float | None,
        typer.Option(
            help=_("Share of rows held out, never learnt from, to score the model on; 0 for none."),
            show_default="0.1",
        ),
    ] = None,
    ensemble: Annotated[
        int | None,
        typer.Option(
            help=_("Networks trained together: their mean is the prediction, their spread says how sure it is."),
            show_default="1",
            min=1,
        ),
    ] = None,
    class_weight: Annotated[
        Literal["balanced"] | None,
        typer.Option(help=_("Let every class count the same in all."), show_default=False),
    ] = None,
    hidden: Annotated[
        str | None,
        typer.Option(
            help=_("Units of each hidden layer; 'none' for logistic or linear regression."),
            metavar=_("UNITS,…"),
            show_default="256,256,256",
        ),
    ] = None,
    activation: Annotated[
        str | None,
        typer.Option(
            help=_("What a hidden unit computes, or one name for each layer: {}, ….").format(
                "relu, leaky_relu, elu, selu, gelu, silu, tanh, sigmoid"
            ),
            metavar=_("NAME,…"),
            show_default="relu",
        ),
    ] = None,
    epochs: Annotated[
        int | None, typer.Option(help=_("How many times to go through the rows, at most."), show_default="100", min=1)
    ] = None,
    batch_size: Annotated[
        int | None, typer.Option(help=_("Rows a step; by default more for more rows."), show_default="auto", min=1)
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            help=_("How far the first step goes; by itself 0.001, and 0.03 without hidden layers."), show_default="auto"
        ),
    ] = None,
    optimizer: Annotated[
        str | None,
        typer.Option(
            help=_("How weights move: {}.").format("gradient_descent, momentum, nesterov, rmsprop, adam, adamw"),
            show_default="adam",
        ),
    ] = None,
    network: Annotated[
        str | None,
        typer.Option(
            help=_("For images, in place of --hidden: {}; a folder's by default resnet.").format(
                "lenet, vgg_small, resnet"
            ),
            show_default=False,
        ),
    ] = None,
    image_size: Annotated[
        int | None,
        typer.Option(
            help=_(
                "Pixels on a side that images are brought to; by default the size that all have, up to 96, else 64."
            ),
            show_default=False,
            min=1,
            max=4096,
        ),
    ] = None,
    augment: Annotated[
        str | None,
        typer.Option(
            help=_("Change images at random in each step: {}, or 'none'; a folder's by default crop.").format(
                "flip, crop, color"
            ),
            metavar=_("NAME,…"),
            show_default=False,
        ),
    ] = None,
    front_end: Annotated[
        str | None,
        typer.Option(
            help=_("A fixed first stage for images: {}, after the primary visual cortex.").format("v1"),
            show_default=False,
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help=_("Stop at an image that cannot be decoded, rather than leave it out."))
    ] = False,
    dropout: Annotated[
        float | None, typer.Option(help=_("Share of hidden units left out at random in each step."), show_default="0.5")
    ] = None,
    weight_decay: Annotated[
        float | None,
        typer.Option(help=_("Decoupled decay of the weights; by default as suits the network."), show_default="auto"),
    ] = None,
    early_stopping: Annotated[
        bool | None,
        typer.Option(
            "--early-stopping/--no-early-stopping",
            help=_("Stop when the rows held out are predicted no better, and keep the best epoch; else the last one."),
            show_default="False",
        ),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            help=_("How the error reaches each layer: {}; settings follow after colons, sign_symmetry:{}.").format(
                "backprop, feedback_alignment, direct_feedback_alignment, sign_symmetry, kolen_pollack, weight_mirror,"
                " predictive_coding, forward_forward",
                "magnitudes=fixed_random",
            ),
            show_default="backprop",
        ),
    ] = None,
    path: Annotated[
        bool | None,
        typer.Option(
            "--path/--no-path",
            help=_("Keep the weights of up to 64 epochs, to look at the descent; by default as many as fit in 10 MB."),
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
    json: Json = False,
) -> int:
    """Read the options, and train."""
    from clearprop.cli import asked, training

    parameters = {
        "hidden_layer_sizes": None if hidden is None else asked.units(hidden),
        "activation": None if activation is None else asked.functions(activation),
        "optimizer": optimizer,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "epochs": epochs,
        "dropout": dropout,
        "weight_decay": weight_decay,
        "class_weight": class_weight,
        "early_stopping": early_stopping,
        "rule": rule,
        "ensemble_size": ensemble,
        "network": network,
        "front_end": front_end,
        "augment": augment,
    }
    wanted = asked.Asked(
        data,
        target,
        None if task == "auto" else task,
        asked.names(drop or ()),
        asked.kinds(kind or ()),
        group,
        time,
        folds,
        validation,
        seed,
        {name: value for name, value in parameters.items() if value is not None},
        image_size,
        strict,
    )
    return training.run(wanted, output, json, path)
