"""`clearprop exercise …`: the programming exercise, from its start to a network that learns."""

from typing import Annotated, Literal

import typer

from clearprop.cli.app import Json, Lang, Seed, Target
from clearprop.cli.usage import Group
from clearprop.i18n import _

app = typer.Typer(cls=Group, no_args_is_help=True, add_completion=False)

Folder = Annotated[
    str, typer.Argument(metavar=_("FOLDER"), help=_("That the exercise was started in."), show_default=False)
]


@app.callback()
def _options(lang: Lang = None) -> None:  # spoken by the Group
    pass


def list_(
    folders: Annotated[
        list[str] | None,
        typer.Argument(
            metavar=_("FOLDER"),
            help=_("Show how far these have come instead: folders that an exercise was started in."),
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Print each exercise, in the order they are done in; or the progress in each folder."""
    from clearprop.cli import exercise_list

    return exercise_list.run(folders or (), json)


def start(
    name: Annotated[
        str,
        typer.Argument(
            metavar=_("NAME"),
            help=_("An exercise that {} shows, or the folder of a teacher's own.").format("clearprop exercise list"),
            show_default=False,
        ),
    ],
    convention: Annotated[
        Literal["rows", "columns"],
        typer.Option(help=_("Whether samples are the rows of X, and Z = X W + b, or its columns, and Z = W X + b.")),
    ] = "rows",
    output: Annotated[
        str | None,
        typer.Option(
            help=_("The folder to make; by default one with the name of the exercise."),
            metavar=_("FOLDER"),
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write a Python file and a notebook with the functions to write."""
    from clearprop.cli import exercise_start

    exercise_start.run(name, convention, output)


def check(
    folder: Annotated[
        str,
        typer.Argument(
            metavar=_("FOLDER"),
            help=_("That the exercise was started in, or a file in it; of its two files the changed one is read."),
            show_default=False,
        ),
    ],
    json: Json = False,
) -> int:
    """Say of each function whether it is right, and of wrong ones why; exit status 1 if not all are right."""
    from clearprop.cli import exercise_check

    return exercise_check.run(folder, json)


def hint(
    folder: Folder,
    function: Annotated[
        str, typer.Argument(metavar=_("FUNCTION"), help=_("The one that you want a hint for."), show_default=False)
    ],
    step: Annotated[
        int | None,
        typer.Option(
            help=_("Which one: 1 is a question, 2 the equation, 3 the line; by default the next one."),
            min=1,
            max=3,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print the next of three hints, and note that it was asked for."""
    from clearprop.cli import exercise_hints

    exercise_hints.hint(folder, function, step)


def solution(
    folder: Folder,
    function: Annotated[
        str | None,
        typer.Argument(metavar=_("FUNCTION"), help=_("Only this one; all unless given."), show_default=False),
    ] = None,
) -> None:
    """Print how it can be written."""
    from clearprop.cli import exercise_hints

    exercise_hints.solution(folder, function)


def run(
    folder: Annotated[
        str,
        typer.Argument(
            metavar=_("FOLDER"), help=_("That the exercise was started in, or a file in it."), show_default=False
        ),
    ],
    data: Annotated[
        str | None,
        typer.Argument(
            metavar=_("DATA"),
            help=_("A table, arrays, sample:NAME, or a folder of images; a sample that suits it unless given."),
            show_default=False,
        ),
    ] = None,
    layers: Annotated[
        str | None,
        typer.Option(
            help=_("Units of each hidden layer, such as 20,7,5; by default those of the exercise."),
            metavar=_("N,…"),
            show_default=False,
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(help=_("How far each step goes; by default as in the exercise."), show_default=False),
    ] = None,
    iterations: Annotated[
        int | None,
        typer.Option(help=_("How many steps; by default as in the exercise."), min=1, show_default=False),
    ] = None,
    seed: Seed = 1,
    image_size: Annotated[
        int | None,
        typer.Option(
            help=_("Pixels that images are brought to on a side; 64 or less is quick."), min=1, show_default=False
        ),
    ] = None,
    target: Target = None,
    positive: Annotated[
        str | None,
        typer.Option(
            help=_("Of two classes, the one that is 1; by default the second."),
            metavar=_("CLASS"),
            show_default=False,
        ),
    ] = None,
    validation: Annotated[
        float | None,
        typer.Option(
            help=_("Share of rows to judge by, where the data have none for it."), min=0, max=0.9, show_default=False
        ),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(help=_("Seconds that your code may take before it is stopped."), min=1)
    ] = 600,
    output: Annotated[
        str | None,
        typer.Option(
            help=_("The folder for the picture and the costs; by default 'run' in yours."),
            metavar=_("FOLDER"),
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Train your network on data, and clearprop's beside it from the same weights; exit status 1 if they part."""
    from clearprop.cli import exercise_running
    from clearprop.cli.exercise_folder import opened, suitable

    with opened(folder) as at:
        return exercise_running.run(
            folder, data or suitable(at.exercise), layers, learning_rate, iterations, seed, image_size, output, json,
            target=target, positive=positive, validation=validation, time_limit=time_limit,
        )  # fmt: skip


COMMANDS = {
    list_: _("List the exercises, or how far you have come."),
    start: _("Begin one: a Python file and a notebook with the functions to write."),
    check: _("Check what you wrote: what is right, what is wrong, and why."),
    hint: _("Give the next of three hints."),
    solution: _("Show the right solution."),
    run: _("Train your own network on real data, beside clearprop's."),
}
