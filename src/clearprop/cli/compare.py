"""`clearprop compare`: learning rules side by side."""

from typing import Annotated, Any

import typer

from clearprop.cli.app import Data, Drop, Json, Kind, Seed, Target, Task
from clearprop.i18n import _


def compare(
    data: Data,
    target: Target = None,
    rules: Annotated[
        str,
        typer.Option(
            help=_("Learning rules, with commas between and settings after colons, or 'all'. Known: {}.").format(
                "backprop, feedback_alignment, direct_feedback_alignment, sign_symmetry, kolen_pollack, weight_mirror,"
                " predictive_coding, forward_forward"
            ),
            metavar=_("RULE,…"),
        ),
    ] = "all",
    seeds: Annotated[
        int, typer.Option(help=_("How often each rule is trained, from other initial weights each time."), min=1)
    ] = 5,
    hidden: Annotated[
        str, typer.Option(help=_("Units of each hidden layer; 'none' for a single layer."), metavar=_("UNITS,…"))
    ] = "128",
    activation: Annotated[str, typer.Option(help=_("What a hidden unit computes."), metavar=_("NAME"))] = "relu",
    epochs: Annotated[int, typer.Option(help=_("How many times a training goes through its rows."), min=1)] = 20,
    tune: Annotated[
        int,
        typer.Option(
            help=_("Random trials that each rule has to find its rates, on validation rows; 0 for default rates."),
            min=0,
        ),
    ] = 8,
    optimizer: Annotated[
        str,
        typer.Option(
            help=_("How weights move: {}.").format("gradient_descent, momentum, nesterov, rmsprop, adam, adamw"),
            metavar=_("NAME"),
        ),
    ] = "adam",
    batch_size: Annotated[
        int | None, typer.Option(help=_("Rows a step; by default more for more rows."), show_default="auto", min=1)
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            help=_("The folder. A comparison that was stopped goes on there. By default runs/compare-<data name>."),
            show_default=False,
        ),
    ] = None,
    task: Task = "auto",
    drop: Drop = None,
    kind: Kind = None,
    seed: Seed = 0,
    json: Json = False,
) -> int:
    """Read the options, and compare."""
    from clearprop.cli import asked, comparing
    from clearprop.compare import Settings

    wanted = asked.Asked(
        data, target, None if task == "auto" else task, asked.names(drop or ()), asked.kinds(kind or ()), seed=seed
    )
    size: Any = "auto" if batch_size is None else batch_size
    settings = Settings(  # checked before any data are read
        rules=tuple(name.strip() for name in rules.split(",")),
        seeds=seeds,
        hidden=asked.units(hidden),
        activation=activation,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=size,
        tune=tune,
        seed=seed,
    )
    return comparing.run(wanted, settings, output, json)
