"""What `clearprop train` does: read, build, train, score, save, and say so."""

import time
import warnings
from pathlib import Path
from typing import Any

from rich.console import Console

from clearprop.cli import account, build, curve, model, run_folder, show
from clearprop.cli.app import FAILED, INTERRUPTED, complain
from clearprop.cli.bar import bar
from clearprop.cli.job import Job, Options, prepare
from clearprop.cli.report import report_of
from clearprop.data.table import Task
from clearprop.files import write_atomically
from clearprop.i18n import _
from clearprop.train import Fitted, TrainingWarning, fit


def run(source: str, target: str | None, output: str | None, task: Task | None, options: Options, as_json: bool) -> int:
    """Train as asked; returns the exit status."""
    out = show.console(stderr=as_json)
    place = run_folder.place_for(source, output)
    run_folder.see_that_it_can_be_made(place)
    job = prepare(source, target, task, options)
    account.say_what_was_read(out, job, chosen=target is not None)
    show.network(out, job.layers())
    fitted, seconds = learn(out, job)
    if fitted.stopped == "diverged" and not fitted.kept_epoch:
        complain(account.diverged(fitted, options))
        return FAILED
    with run_folder.undisturbed():
        report = report_of(job, fitted, seconds)
        saved = run_folder.save(place, lambda folder: write(folder, fitted, report, job))
    account.say_what_came_of_it(out, job, fitted, report, place, saved)
    if as_json:
        show.print_json({**report, "run": str(saved)})
    if fitted.stopped == "diverged":
        complain(account.diverged(fitted, options))
    return {"diverged": FAILED, "interrupted": INTERRUPTED}.get(fitted.stopped, 0)


def learn(out: Console, job: Job) -> tuple[Fitted, float]:
    """Train, with a live bar on a terminal; returns the fitted network and the seconds it took."""
    o, table = job.options, job.table
    (X, values), (Xv, values_v) = job.rows(job.training), job.rows(job.held_out)
    losses = {0: "squared", 2: "sigmoid_cross_entropy"}
    started = time.perf_counter()
    with bar(out, o.epochs) as callbacks, warnings.catch_warnings():
        warnings.simplefilter("ignore", TrainingWarning)  # said in our own words, when all is saved
        fitted = fit(
            job.network,
            X,
            table.encode(values),
            loss=losses.get(len(table.classes), "softmax_cross_entropy"),
            optimizer=build.optimizer(o.optimizer, o.learning_rate, o.weight_decay),
            rule=o.rule,
            epochs=o.epochs,
            batch_size=o.batch_size,
            seed=o.seed,
            state=build.start(job.network, X),
            validation=(Xv, table.encode(values_v)) if len(Xv) else None,
            patience=o.patience,
            keep="best",
            callbacks=callbacks,
        )
    return fitted.replace(table=table), time.perf_counter() - started


def write(folder: Path, fitted: Fitted, report: dict[str, Any], job: Job) -> None:
    """Fill the run folder."""
    fitted.save(folder / model.MODEL)
    fitted.history.save(folder / model.HISTORY)
    write_atomically(folder / model.REPORT, (show.dumps(report) + "\n").encode())
    sizes = "-".join(str(size) for size in job.sizes())
    title = _("{source}: '{target}', by a network of {sizes} units").format(
        source=Path(job.dataset.source).name, target=job.dataset.target, sizes=sizes
    )
    curve.draw(folder / model.CURVE, fitted.history, fitted.kept_epoch, title)
