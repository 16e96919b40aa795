"""The comparison: tune each rule's rates, train each on each seed, and say what came of it.

It is fair in this: the test rows are the same for all and read once, after the last epoch; in run s every rule has the
same training and validation rows, initial forward weights and order of batches; each rule's rates are the best of the
same number of seeded random trials by the validation rows of a split of their own, and what rules have in common
(learning rate, weight decay) is tried at the same values. The network is the same, and holds nothing random.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars

from clearprop import __version__
from clearprop.compare import pictures, summary, timing
from clearprop.compare.problem import TUNING, Given, Problem
from clearprop.compare.settings import Settings
from clearprop.compare.training import defaults, draw, logging, record, score, train
from clearprop.errors import ClearpropError
from clearprop.i18n import Sentence, _
from clearprop.pieces import RESULTS, Folder

NAME, EPOCHS = "comparison", "epochs.parquet"


def request(problem: Problem, settings: Settings, about: Any = None) -> dict[str, Any]:
    """What comparison.json holds; a comparison goes on only from a folder that holds the same."""
    data = {"digest": problem.digest(), **(about or {})}
    return {"clearprop": __version__, "settings": settings.as_json(), "data": data}


class Step(NamedTuple):
    """Where a comparison stands: what it is at, and how many epochs of how many are done."""

    rule: str
    what: str
    done: float
    all: int


Told = Callable[[Step], Any]


def compare(
    problem: Problem, settings: Settings, output: str | Path, *, told: Told | None = None, about: Any = None
) -> dict[str, Any]:
    """Compare learning rules; a comparison that was stopped goes on from its folder.

    >>> import tempfile
    >>> from sklearn.datasets import load_wine
    >>> wine = Problem(*load_wine(return_X_y=True))
    >>> settings = Settings(rules=("backprop", "feedback_alignment"), seeds=2, hidden=(8,), epochs=3, tune=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     found = compare(wine, settings, folder + "/wine")
    >>> list(found["rules"]), found["rules"]["backprop"]["angle"]
    (['backprop', 'feedback_alignment'], 0.0)

    Args:
        problem: X → y.
        settings: which rules, how often, with what network.
        output: the folder to write into, or to go on in.
        told: is called as training goes on.
        about: what else to note about the data, for `comparison.json`.

    Returns:
        What `results.json` holds: a record for each rule, by its name.

    Raises:
        ClearpropError: a rule that cannot train this network, data that cannot be divided, a folder that holds
            something else.
        KeyboardInterrupt: Ctrl-C; what is finished is on disk.
    """
    tuning = problem.given(settings, TUNING)
    names, refused = _trainable(problem, settings, tuning)
    asked = request(problem, settings, about)
    folder = Folder(output, asked, NAME)
    work = _Work(problem, settings, folder, told or (lambda step: None), len(names))
    tuned = {name: work.tune(name, tuning) for name in names}
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(settings.seeds):
        given = None
        for name in names:
            if given is None and not folder.has(f"{name}.seed-{number}"):
                given = problem.given(settings, number)
            runs[name].append(work.run(name, tuned[name]["rates"], given, number))
    times = {name: work.time(name, tuning) for name in names}
    training, validation, test = map(len, problem.split(settings, 0))
    parts: dict[str, int] = {"training": training, "validation": validation, "test": test}
    found = summary.results(problem, settings, asked, parts, tuned, runs, times, refused)
    polars.DataFrame(summary.lines(runs), infer_schema_length=None).write_parquet(_new(folder.path / EPOCHS))
    (folder.path / f".{EPOCHS}.tmp").replace(folder.path / EPOCHS)
    pictures.draw(folder.path, runs, problem.metric)
    folder.write(RESULTS, found)
    return found


def _new(path: Path) -> Path:
    return path.with_name(f".{path.name}.tmp")


def _trainable(problem: Problem, settings: Settings, given: Given) -> tuple[list[str], dict[str, str]]:
    """(the rules to compare, why each other that "all" names cannot train this network)

    Raises:
        ClearpropError: a rule that was asked for by its name cannot.
    """
    shapes = given.network.shapes(given.rows.training[0].shape[1:])

    def why_not(name: str, error: ClearpropError) -> Sentence:
        """Said again in each language: in English for results.json."""

        def say() -> str:
            try:
                settings.rule(name).check(given.network, problem.loss, shapes)
            except ClearpropError as again:
                return str(again)
            return str(error)

        return Sentence(say)

    refused = {}
    for name in settings.names():
        try:
            settings.rule(name).check(given.network, problem.loss, shapes)
        except ClearpropError as error:
            if settings.rules != "all":
                raise
            refused[name] = why_not(name, error)
    return [name for name in settings.names() if name not in refused], refused


class _Work:
    """The pieces of a comparison, each made once, and how far it is."""

    def __init__(self, problem: Problem, settings: Settings, folder: Folder, told: Told, count: int):
        self.problem, self.settings, self.folder, self.told = problem, settings, folder, told
        self.all, self.done = count * (settings.tune + settings.seeds) * settings.epochs, 0

    def tune(self, rule: str, given: Given) -> dict[str, Any]:
        """The best rates of the trials, by the validation metric of their last epoch; every trial is kept on disk."""
        trials = []
        for number, rates in enumerate(draw(self.settings, rule)):
            what = _("trial {number} of {all}").format(number=number + 1, all=self.settings.tune)

            def make(rates: dict[str, float] = rates, what: str = what) -> dict[str, Any]:
                fitted = train(self.problem, self.settings, rule, rates, given, TUNING, [_Pulse(self, rule, what)])
                return {"rates": rates, "score": score(self.problem, fitted)}

            trials.append(self._piece(f"{rule}.trial-{number}", rule, what, make))
        finished = [trial for trial in trials if trial["score"] is not None]
        best = max(finished, key=lambda trial: trial["score"], default=None)
        least = min(trials, key=lambda trial: trial["rates"]["learning_rate"], default=None)
        rates = (best or least or {"rates": defaults(self.settings)})["rates"]
        return {"rates": rates, "trials": trials}

    def run(self, rule: str, rates: dict[str, float], given: Given | None, number: int) -> dict[str, Any]:
        """One seed's training, scored on the test rows."""
        what = _("seed {number} of {all}").format(number=number + 1, all=self.settings.seeds)

        def make() -> dict[str, Any]:
            assert given is not None
            log: list[dict[str, Any]] = []
            told = [_Pulse(self, rule, what), logging(given, log)]
            fitted = train(self.problem, self.settings, rule, rates, given, number, told)
            return {"rates": rates, **record(self.problem, fitted, given, log)}

        return self._piece(f"{rule}.seed-{number}", rule, what, make)

    def time(self, rule: str, given: Given) -> float:
        """The time of a step over back propagation's."""
        self.told(Step(rule, _("timing"), self.done, self.all))
        measure = lambda: {"ratio": timing.ratio(self.problem, self.settings, rule, given)}  # noqa: E731
        return self.folder.piece(f"{rule}.time", measure)["ratio"]

    def _piece(self, name: str, rule: str, what: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        self.told(Step(rule, what, self.done, self.all))
        found = self.folder.piece(name, make)
        self.done += self.settings.epochs
        self.told(Step(rule, what, self.done, self.all))
        return found


class _Pulse:
    """A callback that tells how far a training is."""

    records_only = True

    def __init__(self, work: _Work, rule: str, what: str):
        self.work, self.rule, self.what = work, rule, what

    def __call__(self, run: Any, record: dict[str, Any]) -> None:
        """An epoch ended."""

    def pulse(self, run: Any) -> None:
        """A part of an epoch has passed."""
        done = self.work.done + run.epoch + run.fraction
        self.work.told(Step(self.rule, self.what, done, self.work.all))
