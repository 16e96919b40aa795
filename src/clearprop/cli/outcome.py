"""What `clearprop train` says after the training: scores beside baselines, the epoch kept, and what to do next."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from clearprop.cli import show
from clearprop.cli.given import Given
from clearprop.cli.job import Estimator, Job
from clearprop.cli.pictures import left_out
from clearprop.explain.intervals import LEVEL
from clearprop.i18n import _, ngettext, number


def say_what_came_of_it(
    out: Console, job: Job, estimator: Estimator, report: dict[str, Any], place: Path, saved: Path
) -> None:
    """The last table, the epoch kept, where everything is, and what to do next."""
    say_scores(out, report["metrics"], gap=out.is_terminal)  # a bar stands before it there, and elsewhere a table
    for note in report["metrics"]["notes"]:
        show.say(out, str(note))
    if no_better(report["metrics"]):
        show.say(
            out,
            _(
                "On the validation rows the network does no better than the simplest baseline: other hidden layers"
                " (--hidden), another learning rate (--learning-rate) or more epochs may help."
            )
            if estimator.network is None
            else _(
                "On the validation rows the network does no better than the simplest baseline: another network"
                " (--network), other changes of the images (--augment) or more epochs may help."
            ),
            style="yellow",
        )
    if job.given.images is not None and (sentence := left_out(job.given.images.faults)):
        show.say(out, sentence, style="yellow")
    show.say(out, _kept(estimator, len(job.held_out) > 0))
    if saved != place:
        show.say(out, _("{place} exists and was left as it is.").format(place=place))
    files = ", ".join(sorted(path.name for path in saved.iterdir()))
    show.say(out, _("Saved in {folder}: {files}.").format(folder=saved, files=files), style="bold")
    show.say(out, _("Next: {}").format(_next(job.given, saved)))


def say_scores(out: Console, metrics: Mapping[str, Any], *, gap: bool = True) -> None:
    """Training and validation beside the baselines; intervals where rows were not learnt from."""
    training = _("training")
    columns = {training: metrics["training"], _("validation"): metrics["validation"]}
    columns |= {show.baseline(name): found for name, found in metrics["baselines"].items()}
    found = {name: show.score_of(column) for name, column in columns.items() if column}
    bare = (training,) if metrics["validation"] else tuple(found)
    show.scores(out, found, bare=bare, gap=gap)
    if metrics["validation"] and any(score["low"] is not None for score in metrics["validation"].values()):
        show.say(
            out,
            _("Baselines are scored on the validation rows; {level:.0%} intervals in brackets.").format(level=LEVEL),
        )
    elif metrics["validation"]:
        show.say(out, _("Baselines are scored on the validation rows, which are too few groups for intervals."))


def say_folds(out: Console, found: Mapping[str, Any]) -> None:
    """The mean over the folds, its standard error, and each fold's own scores."""
    count = len(found["folds"])
    sentence = ngettext(
        "Cross-validation, {n} fold: the mean with its standard error, and each fold.",
        "Cross-validation, {n} folds: the mean with its standard error, and each fold.",
        count,
    )
    show.say(out, sentence.format(n=count))
    header = ["", _("mean"), *map(str, range(1, count + 1))]
    show.table(out, header, [_fold_line(name, found) for name in found["mean"]], right=range(1, count + 2))


def _fold_line(name: str, found: Mapping[str, Any]) -> list[str]:
    mean, error = found["mean"][name]["mean"], found["mean"][name]["standard_error"]
    shown = "" if error is None else number(100 * error, ".1f") if name in show.SHARES else number(error, ".2g")
    spread = shown and f" ± {shown}"
    own = [show.number(name, fold[name]["value"]) for fold in found["folds"]]
    return [show.metric(name), show.number(name, mean) + spread, *own]


def no_better(metrics: Mapping[str, Any]) -> bool:
    """Whether the network learnt nothing that held for the rows it did not learn from."""
    found = metrics["validation"]
    simplest = metrics["baselines"].get("majority") or metrics["baselines"].get("mean")
    if not (found and simplest):
        return False
    name = "r2" if "r2" in found else "accuracy"
    ours, theirs = found[name]["value"], simplest[name]["value"]
    return ours is not None and theirs is not None and ours <= theirs + 1e-6  # float32 against float64


def _kept(estimator: Estimator, judged: bool) -> str:
    """Which epoch's weights these are, and why."""
    fitted = estimator.fitted_
    if fitted.stopped == "interrupted" and not fitted.kept_epoch:
        return _("Interrupted in the first epoch; the weights are those it had reached.")
    best = judged and estimator.early_stopping
    # Translators: {which} is "the one with the best validation loss" or "the last one", said of the epoch.
    sentence = {
        "interrupted": _("Interrupted after {ran} of {epochs} epochs; kept the weights of epoch {kept}, {which}."),
        "patience": _("Stopped after {ran} of {epochs} epochs; kept the weights of epoch {kept}, {which}."),
        "diverged": _("Diverged in epoch {ran} of {epochs}; kept the weights of epoch {kept}, {which}."),
    }.get(fitted.stopped, _("Kept the weights of epoch {kept} of {epochs}, {which}."))
    which = _("the one with the best validation loss") if best else _("the last one")
    return sentence.format(ran=len(fitted.history), epochs=estimator.epochs, kept=fitted.kept_epoch, which=which)


def _next(given: Given, saved: Path) -> str:
    """A command to go on with."""
    source = given.source
    folder, data = shlex.quote(str(saved)), shlex.quote(source.source)
    if source.has_test:
        return f"clearprop evaluate {folder} {data}"
    if given.images is not None:
        return f"clearprop look {folder} {shlex.quote(str(given.images.files[0]))} --output look.png"
    if source.columns and not source.source.startswith("sample:"):
        return f"clearprop predict {folder} new.csv --output predictions.csv"
    return f"clearprop check {folder} {data}"
