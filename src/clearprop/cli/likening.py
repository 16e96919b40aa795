"""What `clearprop analogy` does: make neurons fire, let networks learn when, and say what came of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from clearprop.analogy import Settings, cells, measure
from clearprop.analogy.pictures import files
from clearprop.analogy.run import NAME, request
from clearprop.cli import show
from clearprop.cli.app import INTERRUPTED, complain
from clearprop.cli.bar import pieces_bar
from clearprop.cli.run_folder import see_that_it_can_be_made
from clearprop.errors import ClearpropError
from clearprop.explain.intervals import LEVEL
from clearprop.i18n import _, number
from clearprop.pieces import RESULTS, own_or_free, would_go_on


def depths(text: str) -> tuple[int, ...]:
    """The depths that were asked for.

    >>> depths("0,2")
    (0, 2)

    Raises:
        ClearpropError: not whole numbers of 0 and more with commas between.
    """
    try:
        found = tuple(int(part) for part in text.split(","))
    except ValueError:
        found = (-1,)
    if min(found) < 0 or max(found) > 20:
        raise ClearpropError(
            _("--depths is numbers of hidden layers, 0 to 20, with commas between, such as 0,1,2; not '{}'.").format(
                text
            )
        )
    return found


def run(neurons: Sequence[str], settings: Settings, output: str | None, as_json: bool) -> int:
    """Measure as asked; returns the exit status."""
    out = show.console(stderr=as_json)
    if output is not None:
        see_that_it_can_be_made(Path(output))
    wanted = request([cells.get(name) for name in neurons], settings)
    place = Path(output) if output is not None else own_or_free(Path("runs", NAME), wanted, NAME)
    if would_go_on(place, wanted, NAME):
        show.say(out, _("Going on with what is finished in {}.").format(place))
    _say_before(out, list(wanted["cells"]), settings)
    try:
        with pieces_bar(out) as move:
            found = measure(neurons, settings, place, told=lambda step: move(*step))
    except KeyboardInterrupt:
        complain(_("Interrupted; what is finished is in {}, and the same command goes on from there.").format(place))
        return INTERRUPTED
    say(out, found)
    written = ", ".join([RESULTS, *files(list(found["neurons"]))])
    show.say(out, _("Wrote {files} to {place}.").format(files=written, place=place))
    if as_json:
        show.print_json({**found, "output": str(place)})
    return 0


def _say_before(out: Console, names: Sequence[str], settings: Settings) -> None:
    learn, choose, score = (len(part) for part in settings.parts())
    show.say(
        out,
        _(
            "{neurons}: {excitatory} inputs excite and {inhibitory} inhibit, each firing {rate:g} times a second by"
            " chance. From the spikes of the last {window} ms networks learn when the neuron fires: they learn from"
            " {learn} trials of {seconds:g} s, are chosen by {choose} others, and {score} more are scored."
        ).format(
            neurons=", ".join(names), excitatory=settings.excitatory, inhibitory=settings.inhibitory,
            rate=settings.input_rate_hz, window=settings.window_ms, learn=learn, choose=choose, score=score,
            seconds=settings.trial_ms / 1000,
        ),
    )  # fmt: skip


def say(out: Console, found: Mapping[str, Any]) -> None:
    """The tables: each depth of each neuron, and what depth is worth."""
    header = [
        _("neuron"),
        _("depth"),
        "AUC",
        "D′",
        # Translators: the share of spikes that were caught.
        _("caught"),
        _("explained variance of V"),
    ]
    records = {**found["neurons"], **found["controls"]}
    rows = [
        [name if place == 0 else "", depth, *line(measured)]
        for name, record in records.items()
        for place, (depth, measured) in enumerate(record["depths"].items())
    ]
    show.table(out, header, rows, right=range(1, 6))
    # Translators: by how much the best depth's measure is above depth 0's.
    header = [_("best less depth 0"), _("fires, Hz"), "AUC", "D′", _("caught"), _("explained variance of V")]
    lines = [
        [name, number(record["rate_hz"], ".1f"), *line(record["difference"], "+")] for name, record in records.items()
    ]
    show.table(out, header, lines, right=range(1, 6), gap=False)
    show.say(
        out,
        _(
            "Means over the seeds, with {level:.0%} intervals. Depth 0 is a logistic unit. AUC: how often a"
            " millisecond with a spike gets higher odds than one without; caught: spikes named at one false alarm in"
            " 400 ms; D′: how many standard deviations apart that would put the two. Best: the depth that does best"
            " by the same measure on the trials to choose by, seed by seed. Controls: logistic, a neuron that is a"
            " logistic unit; shuffled, spikes beside the inputs of other trials."
        ).format(level=LEVEL),
    )


FORMS = {"auc": ".4f", "d_prime": ".2f", "caught": ".1%", "explained_variance": ".3f"}


def line(measured: Mapping[str, Any], sign: str = "") -> list[str]:
    return [_between(measured[name], sign + form) for name, form in FORMS.items()]


def _between(value: Mapping[str, float | None], form: str) -> str:
    """The mean and, where there are seeds enough, its interval."""
    mean = number(value["mean"], form)
    return mean if value["low"] is None else f"{mean} {show.interval(value['low'], value['high'], form)}"
