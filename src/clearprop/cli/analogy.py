"""`clearprop analogy`: how far a logistic unit is from a neuron."""

from typing import Annotated

import typer

from clearprop.cli.app import Json, Seed
from clearprop.i18n import _


def analogy(
    neuron: Annotated[
        str,
        typer.Option(
            help=_("Neurons, with commas between, or 'all': {}.").format(
                "lif, adaptive-exponential, hodgkin-huxley, branched"
            ),
            metavar=_("NEURON,…"),
        ),
    ] = "lif",
    depths: Annotated[
        str, typer.Option(help=_("Hidden layers of the networks; 0 is the logistic unit."), metavar=_("DEPTH,…"))
    ] = "0,1,2,3",
    seeds: Annotated[int, typer.Option(help=_("How often all is done, each time with other synapses and spikes."))] = 5,
    trials: Annotated[int, typer.Option(help=_("Stretches of time; three fifths of them are learnt from."))] = 100,
    trial_ms: Annotated[int, typer.Option(help=_("How long each is."))] = 6000,
    excitatory: Annotated[int, typer.Option(help=_("Inputs that excite."))] = 80,
    inhibitory: Annotated[int, typer.Option(help=_("Inputs that inhibit."))] = 20,
    input_rate_hz: Annotated[float, typer.Option(help=_("How often each input fires."))] = 10.0,
    rate_hz: Annotated[
        float, typer.Option(help=_("How often the neuron fires; the strength of its synapses is set so."))
    ] = 8.0,
    window_ms: Annotated[int, typer.Option(help=_("How far back networks see the spikes."))] = 80,
    hidden: Annotated[int, typer.Option(help=_("Units of each hidden layer."))] = 64,
    epochs: Annotated[int, typer.Option(help=_("How many times a training goes through its rows."))] = 12,
    output: Annotated[
        str | None,
        typer.Option(
            help=_("The folder. What was stopped goes on there. By default runs/analogy, or the next that is free."),
            show_default=False,
        ),
    ] = None,
    seed: Seed = 0,
    json: Json = False,
) -> int:
    """Read the options, and measure."""
    from clearprop.analogy import CELLS, Settings
    from clearprop.cli import likening

    names = list(CELLS) if neuron.strip() == "all" else [name for name in neuron.split(",") if name.strip()]
    settings = Settings(
        depths=likening.depths(depths), seeds=seeds, excitatory=excitatory, inhibitory=inhibitory,
        input_rate_hz=input_rate_hz, rate_hz=rate_hz, trials=trials, trial_ms=trial_ms, window_ms=window_ms,
        hidden=hidden, epochs=epochs, seed=seed,
    )  # fmt: skip
    return likening.run(names, settings, output, json)
