"""What `clearprop compare` does: read, train every rule, and say what came of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from clearprop.cli import account, show
from clearprop.cli.app import INTERRUPTED, complain
from clearprop.cli.asked import Asked
from clearprop.cli.bar import pieces_bar
from clearprop.cli.given import Given, given
from clearprop.cli.run_folder import see_that_it_can_be_made
from clearprop.cli.tables import telling_places
from clearprop.compare import Problem, Settings, compare
from clearprop.compare.pictures import ACCURACY, ANGLES
from clearprop.compare.run import EPOCHS, NAME, request
from clearprop.explain.intervals import LEVEL
from clearprop.i18n import _, ngettext, number
from clearprop.pieces import RESULTS, own_or_free, would_go_on


def run(asked: Asked, settings: Settings, output: str | None, as_json: bool) -> int:
    """Compare as asked; returns the exit status."""
    out = show.console(stderr=as_json)
    if output is not None:
        see_that_it_can_be_made(Path(output))
    data = given(asked)
    problem = Problem(data.X, data.y, data.task, data.source.columns or None, asked.kinds or None)
    about = {"source": asked.source, "target": data.source.target, "drop": list(asked.drop)}
    wanted = request(problem, settings, about)
    name = "compare-" + Path(asked.source.removeprefix("sample:")).stem
    place = Path(output) if output is not None else own_or_free(Path("runs", name), wanted, NAME)
    _say_before(out, asked, data, problem, settings)
    if would_go_on(place, wanted, NAME):
        show.say(out, _("Going on with what is finished in {}.").format(place))
    try:
        with telling_places(data.source), pieces_bar(out) as move:
            found = compare(problem, settings, place, told=lambda step: move(*step), about=about)
    except KeyboardInterrupt:
        complain(_("Interrupted; what is finished is in {}, and the same command goes on from there.").format(place))
        return INTERRUPTED
    say(out, found)
    files = ", ".join((RESULTS, EPOCHS, ACCURACY, ANGLES))
    show.say(out, _("Wrote {files} to {place}.").format(files=files, place=place))
    if as_json:
        show.print_json({**found, "output": str(place)})
    return 0


def _say_before(out: Console, asked: Asked, data: Given, problem: Problem, settings: Settings) -> None:
    account.say_data(out, asked, data)
    training, validation, test = (len(rows) for rows in problem.split(settings, 0))
    show.say(
        out,
        _(
            "Each rule trains on {training}, its rates are chosen by {validation:,} others, and {test:,} more are read"
            " once, at the end."
        ).format(training=show.rows(training), validation=validation, test=test),
    )


def say(out: Console, found: Mapping[str, Any]) -> None:
    """The tables: what each rule came to, and what a synapse must know for it."""
    rules, metric = found["rules"], found["metric"]
    header = [
        _("rule"),
        _("test {}").format(show.metric(metric)),
        _("less backprop's, {level:.0%} interval").format(level=LEVEL),
        _("angle"),
        _("norm ratio"),
        _("B to W"),
        _("time a step"),
    ]
    show.table(out, header, [_line(name, rule, metric) for name, rule in rules.items()], right=range(1, 7))
    show.say(
        out,
        _(
            "Test: mean ± standard deviation over the seeds. Angle and norm ratio: of the rule's gradient and"
            " backprop's at the last epoch, all parameters together. B to W: the angle between feedback and forward"
            " weights, the mean over layers. Time a step: backprop's is 1."
        ),
    )
    header = [
        _("what a synapse must know"),
        _("transposed weights"),
        _("the output's error"),
        _("a second phase"),
        _("a backward network"),
        _("the label"),
    ]
    show.table(out, header, [[name, *_needs(rule["needs"])] for name, rule in rules.items()])
    for name, rule in rules.items():
        if rule["diverged"]:
            count = len(rule["test"]["each"])
            text = ngettext("{name} diverged in {n} of {count} run.", "{name} diverged in {n} of {count} runs.", count)
            show.say(out, text.format(name=name, n=rule["diverged"], count=count))
    for reason in found["refused"].values():
        show.say(out, _("Left out: {}").format(reason))


def _line(name: str, rule: Mapping[str, Any], metric: str) -> list[str]:
    test, less = rule["test"], rule["minus_backprop"]
    back = [layer["feedback_angle"] for layer in rule["layers"].values() if layer["feedback_angle"] is not None]
    undefined = _("diverged") if rule["diverged"] else "–"
    score = undefined if test["mean"] is None else _value(metric, test["mean"], test["sd"])
    return [
        name,
        score,
        "" if less is None or name == "backprop" else _difference(metric, less),
        "" if rule["angle"] is None else number(rule["angle"], ".1f") + "°",
        "" if rule["norm_ratio"] is None else number(rule["norm_ratio"], ".2f"),
        number(sum(back) / len(back), ".1f") + "°" if back else "",
        number(rule["step_time_ratio"], ".2f"),
    ]


def _value(metric: str, mean: float, sd: float | None) -> str:
    """The mean and the standard deviation; a share in per cent, "97.2% ± 0.3"."""
    factor, form, spread = (100, ".1%", ".1f") if metric in show.SHARES else (1, ".3f", ".3f")
    return number(mean, form) + ("" if sd is None else f" ± {number(factor * sd, spread)}")


def _difference(metric: str, less: Mapping[str, float | None]) -> str:
    factor, digits = (100, 1) if metric in show.SHARES else (1, 3)
    mean, *limits = (factor * value for value in less.values() if value is not None)
    form = f"+.{digits}f"
    return number(mean, form) + (f" [{show.series(limits, form)}]" if limits else "")


def _needs(needs: Mapping[str, Any]) -> list[str]:
    """Yes, or nothing; of the transposed weights, the signs alone."""
    words = {"no": "", "yes": _("yes"), "signs": _("their signs"), False: "", True: _("yes")}
    return [words[value] for value in needs.values()]
