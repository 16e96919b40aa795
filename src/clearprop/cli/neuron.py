"""`clearprop neuron`: what a neuron does under a current."""

from typing import Annotated

import typer

from clearprop.cli.app import Json
from clearprop.i18n import _

Picture = Annotated[
    str | None,
    typer.Option(help=_("Also draw a picture: the .png file to write."), metavar=_("FILE"), show_default=False),
]


def neuron(
    name: Annotated[
        str,
        typer.Argument(
            metavar=_("NAME"),
            help=_("One of: {}.").format("lif, adaptive-exponential, izhikevich, hodgkin-huxley, branched"),
            show_default=False,
        ),
    ],
    class_: Annotated[
        str | None,
        typer.Option(
            "--class",
            help=_("Of izhikevich: {}.").format(
                "regular_spiking, intrinsically_bursting, chattering, fast_spiking, low_threshold_spiking, resonator,"
                " thalamo_cortical"
            ),
            metavar=_("CLASS"),
            show_default=False,
        ),
    ] = None,
    current: Annotated[
        float | None,
        typer.Option(
            help=_("Into it from 0 ms on, in its own unit; by default one at which it fires."), show_default=False
        ),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option(help=_("How long, in ms."), show_default=_("{} for a trace, {} for rates").format(200, 1000)),
    ] = None,
    dt: Annotated[
        float | None,
        typer.Option(help=_("The time step, in ms; by default one that suits the neuron."), show_default=False),
    ] = None,
    method: Annotated[
        str,
        typer.Option(
            help=_("How time is stepped: {}.").format("euler, midpoint, rk4, exponential_euler"), metavar=_("NAME")
        ),
    ] = "rk4",
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help=_("A parameter of the neuron, such as tau_m_ms=20. May be given several times."),
            metavar=_("NAME=VALUE"),
            show_default=False,
        ),
    ] = None,
    f_i: Annotated[
        str | None,
        typer.Option(
            "--f-i",
            help=_("Instead of a trace, the rate at each of these currents, such as 0:30:0.5."),
            metavar=_("LOW:HIGH:STEP"),
            show_default=False,
        ),
    ] = None,
    output: Picture = None,
    json: Json = False,
) -> None:
    """Show its potential over time and when it fires; or its rate against the current."""
    from clearprop.cli import neuron_asked, neuron_curve, neuron_trace

    asked = neuron_asked.asked(name, class_, set_ or (), output)
    step = method.replace("-", "_")
    if f_i is None:
        neuron_trace.run(asked, current, 200.0 if duration is None else duration, dt, step, json)
    else:
        currents = neuron_asked.currents(f_i, current)
        neuron_curve.run(asked, currents, 1000.0 if duration is None else duration, dt, step, json)
