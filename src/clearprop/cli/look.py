"""`clearprop look`: one image through the eyes of a network."""

from typing import Annotated

import typer

from clearprop.cli.app import Json, Model
from clearprop.i18n import _


def look(
    model: Model,
    image: Annotated[
        str,
        typer.Argument(
            metavar=_("IMAGE"),
            help=_("A picture (.jpg .png .webp .bmp .gif), or a file of arrays or sample:NAME with --row."),
            show_default=False,
        ),
    ],
    output: Annotated[
        str | None, typer.Option(help=_("Also draw a picture: the .png file to write."), show_default=False)
    ] = None,
    of: Annotated[
        str | None,
        typer.Option(
            "--class",
            help=_("The class whose probability is asked about; the likeliest unless given."),
            metavar=_("NAME"),
            show_default=False,
        ),
    ] = None,
    row: Annotated[
        int, typer.Option(help=_("Of a file of arrays or a sample: which image; the first one is 1."), min=1)
    ] = 1,
    json: Json = False,
) -> None:
    """Say what is predicted, what the network looks for and sees, and which part of the image the decision needs."""
    from clearprop.cli import looking

    looking.run(model, image, output, of, row - 1, json)
