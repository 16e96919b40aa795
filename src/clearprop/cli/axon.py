"""`clearprop axon`: a pulse on its way along an axon."""

from typing import Annotated

import typer

from clearprop.cli.app import Json
from clearprop.cli.neuron import Picture
from clearprop.i18n import _


def axon(
    radius: Annotated[
        float, typer.Option("--radius-um", help=_("Of the axon, in µm; the squid's giant axon's is 238."))
    ] = 238.0,
    length: Annotated[
        float | None,
        typer.Option(
            "--length-cm",
            help=_("From end to end, in cm; by default long enough for a steady pulse."),
            show_default=False,
        ),
    ] = None,
    temperature: Annotated[float, typer.Option("--temperature-C", help=_("Of the axon, in °C."))] = 18.5,
    resistivity: Annotated[
        float, typer.Option("--resistivity-ohm-cm", help=_("Of what is inside the axon, in Ω·cm."))
    ] = 35.4,
    duration: Annotated[
        float | None,
        typer.Option(help=_("How long, in ms; by default until the pulse has passed."), show_default=False),
    ] = None,
    output: Picture = None,
    json: Json = False,
) -> None:
    """Start a pulse at one end, see it arrive at the other, and say how fast it went."""
    from clearprop.cli import axon_pulse
    from clearprop.neurons import Axon, HodgkinHuxley

    wire = Axon(radius, length, resistivity, HodgkinHuxley(temperature_C=temperature))
    axon_pulse.run(wire, duration, output, json)
