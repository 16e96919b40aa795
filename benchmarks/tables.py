"""Small tables with every library's defaults: 5-fold cross-validation, repeated over seeds of the split.

    python benchmarks/tables.py [--seeds 10] [--only clearprop,realmlp] [--data wine,digits] [--output tables.jsonl]

scikit-learn's bundled tables: diabetes (R²), breast_cancer, wine and digits (accuracy, and log-loss in nats). Seed s
splits by `KFold` or `StratifiedKFold` (5, shuffle=True, random_state=s) and is the `random_state` of every model. A
library's figure for a seed is the mean over its five folds; the table gives the mean over the seeds ± its standard
error. Since all see the same folds, the paired differences of the second table say more than the errors of the first.

Each result goes to the output at once, as a line of JSON; a later run leaves out what is there (`--again` names what to
repeat) and tabulates all of it. Everything runs on `--threads` threads, one by default.
"""

import argparse
import importlib
import json
import logging
import os
import platform
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

FOLDS = 5
TABLES = {
    "diabetes": ("r2",),
    "breast_cancer": ("accuracy", "log_loss"),
    "wine": ("accuracy", "log_loss"),
    "digits": ("accuracy", "log_loss"),
}
"""Each table, and what is measured on it."""
TITLES = {"r2": "R²", "accuracy": "accuracy", "log_loss": "log-loss"}
LOWER_IS_BETTER = {"log_loss"}


class Task(NamedTuple):
    """What a library is told: the kind of target, the seed, the threads."""

    classes: bool
    seed: int
    threads: int


class Library(NamedTuple):
    """One line of the table: its package, and how its model with default settings is made."""

    package: str
    model: Callable[[Task], Any]


def part(module: str, name: str) -> Any:
    """A class of a library, imported only when its turn comes."""
    return getattr(importlib.import_module(module), name)


def scaled(model: Any) -> Any:
    """The model behind a StandardScaler."""
    return part("sklearn.pipeline", "make_pipeline")(part("sklearn.preprocessing", "StandardScaler")(), model)


def linear(task: Task) -> Any:
    """Logistic regression, given the steps to converge; for numbers ridge regression that chooses its own penalty."""
    if task.classes:
        return scaled(part("sklearn.linear_model", "LogisticRegression")(max_iter=1000))
    return scaled(part("sklearn.linear_model", "RidgeCV")())


def sklearn_mlp(task: Task) -> Any:
    """scikit-learn's network, on scaled inputs."""
    name = "MLPClassifier" if task.classes else "MLPRegressor"
    return scaled(part("sklearn.neural_network", name)(random_state=task.seed))


def hist_gradient_boosting(task: Task) -> Any:
    """scikit-learn's boosted trees."""
    name = "HistGradientBoostingClassifier" if task.classes else "HistGradientBoostingRegressor"
    return part("sklearn.ensemble", name)(random_state=task.seed)


def xgboost(task: Task) -> Any:
    """XGBoost's boosted trees."""
    return part("xgboost", "XGBClassifier" if task.classes else "XGBRegressor")(
        random_state=task.seed, n_jobs=task.threads
    )


def catboost(task: Task) -> Any:
    """CatBoost's boosted trees."""
    return part("catboost", "CatBoostClassifier" if task.classes else "CatBoostRegressor")(
        random_seed=task.seed, thread_count=task.threads, verbose=False, allow_writing_files=False
    )


def realmlp(task: Task) -> Any:
    """RealMLP with its tuned defaults."""
    return part("pytabkit", "RealMLP_TD_Classifier" if task.classes else "RealMLP_TD_Regressor")(
        device="cpu", random_state=task.seed, n_threads=task.threads
    )


def clearprop(task: Task, **settings: Any) -> Any:
    """Ours."""
    name = "DeepClassifier" if task.classes else "DeepRegressor"
    return part("clearprop", name)(random_state=task.seed, **settings)


LIBRARIES = {
    "linear": Library("scikit-learn", linear),
    "sklearn-mlp": Library("scikit-learn", sklearn_mlp),
    "hist-gradient-boosting": Library("scikit-learn", hist_gradient_boosting),
    "xgboost": Library("xgboost-cpu", xgboost),
    "catboost": Library("catboost", catboost),
    "realmlp": Library("pytabkit", realmlp),
    "clearprop": Library("clearprop", clearprop),
    "clearprop-ensemble-8": Library("clearprop", lambda task: clearprop(task, ensemble_size=8)),
}


class Key(NamedTuple):
    """What one line of the output is about."""

    library: str
    data: str
    seed: int


# --- measuring ---


def folds(data: str, seed: int) -> Iterator[tuple[Any, Any, Any, Any]]:
    """(X, y to learn from, X, y to score) of each fold."""
    X, y = part("sklearn.datasets", f"load_{data}")(return_X_y=True)
    splitter = part("sklearn.model_selection", "StratifiedKFold" if "accuracy" in TABLES[data] else "KFold")
    for learn, judge in splitter(FOLDS, shuffle=True, random_state=seed).split(X, y):
        yield X[learn], y[learn], X[judge], y[judge]


def scores(model: Any, X: Any, y: Any, measures: Iterable[str]) -> dict[str, float]:
    """Each measure of the fitted model over these rows; CatBoost's classes come as a column."""
    found = {}
    for name in measures:
        function = part("sklearn.metrics", {"accuracy": "accuracy_score", "r2": "r2_score"}.get(name, name))
        if name == "log_loss":
            found[name] = float(function(y, model.predict_proba(X), labels=model.classes_))
        else:
            found[name] = float(function(y, model.predict(X).ravel()))
    return found


def measure(key: Key, threads: int) -> dict[str, Any]:
    """The record of one library on one table with one seed: means over the folds."""
    task = Task("accuracy" in TABLES[key.data], key.seed, threads)
    found, seconds = [], []
    for X, y, X_test, y_test in folds(key.data, key.seed):
        model = LIBRARIES[key.library].model(task)
        started = time.perf_counter()
        model.fit(X, y)
        seconds.append(time.perf_counter() - started)
        found.append(scores(model, X_test, y_test, TABLES[key.data]))
    means = {name: statistics.mean(each[name] for each in found) for name in TABLES[key.data]}
    package = LIBRARIES[key.library].package
    return {
        **key._asdict(),
        "scores": means,
        "seconds_a_fit": statistics.mean(seconds),
        "version": f"{package} {version(package)}",
        "date": date.today().isoformat(),
    }


def read(path: Path) -> dict[Key, dict[str, Any]]:
    """The records of a file of JSON lines; of two about the same thing the later."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    records = [json.loads(line) for line in lines if line]
    return {Key(r["library"], r["data"], r["seed"]): r for r in records}


# --- tables in Markdown ---


def columns() -> list[tuple[str, str]]:
    """(data, measure) of each column of figures."""
    return [(data, name) for data, measures in TABLES.items() for name in measures]


def by_seed(records: dict[Key, dict[str, Any]], library: str, data: str, name: str) -> dict[int, float]:
    """{seed: score}"""
    return {k.seed: r["scores"][name] for k, r in records.items() if (k.library, k.data) == (library, data)}


def mean_and_error(values: Iterable[float], sign: str = "") -> str:
    """The mean ± its standard error s / √n, where there are two values and more."""
    values = list(values)
    error = f" ± {statistics.stdev(values) / len(values) ** 0.5:.3f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):{sign}.3f}{error}"


def line(cells: Iterable[str]) -> str:
    """One row of Markdown."""
    return f"| {' | '.join(cells)} |"


def header(first: str, *last: str) -> list[str]:
    """The two rows that open a table."""
    titles = [first, *(f"{data} {TITLES[name]}" for data, name in columns()), *last]
    return [line(titles), line(["---"] * len(titles))]


def best(records: dict[Key, dict[str, Any]], libraries: list[str], data: str, name: str) -> str:
    """The library with the best mean in this column."""
    values = {library: by_seed(records, library, data, name).values() for library in libraries}
    means = {library: statistics.mean(each) for library, each in values.items() if each}
    return (min if name in LOWER_IS_BETTER else max)(means, key=lambda library: means[library], default="")


def scores_table(records: dict[Key, dict[str, Any]], libraries: list[str]) -> list[str]:
    """Mean ± standard error; the best of each column in bold."""
    winners = [best(records, libraries, data, name) for data, name in columns()]
    rows = header("", "seeds", "s a fit")
    for library in libraries:
        cells = []
        for (data, name), winner in zip(columns(), winners, strict=True):
            values = by_seed(records, library, data, name).values()
            text = mean_and_error(values) if values else "–"
            cells.append(f"**{text}**" if library == winner else text)
        rows.append(line([library, *cells, *seeds_and_seconds(records, library)]))
    return rows


def seeds_and_seconds(records: dict[Key, dict[str, Any]], library: str) -> tuple[str, str]:
    """How many seeds (the fewest and the most of any table), and the mean over the tables of the seconds of a fit."""
    mine = [(k.data, r["seconds_a_fit"]) for k, r in records.items() if k.library == library]
    tables = {data: [seconds for d, seconds in mine if d == data] for data, _ in mine}
    counts = sorted({len(each) for each in tables.values()})
    seconds = statistics.mean(statistics.mean(each) for each in tables.values())
    return "–".join(map(str, counts[:1] + counts[1:][-1:])), f"{seconds:.2f}"


def differences_table(records: dict[Key, dict[str, Any]], libraries: list[str], other: str) -> list[str]:
    """Each library's figure less the other's, seed by seed: mean ± standard error."""
    rows = header(f"less {other}")
    for library in [each for each in libraries if each != other]:
        cells = [library]
        for data, name in columns():
            mine, theirs = by_seed(records, library, data, name), by_seed(records, other, data, name)
            both = [mine[seed] - theirs[seed] for seed in mine.keys() & theirs.keys()]
            cells.append(mean_and_error(both, "+") if both else "–")
        rows.append(line(cells))
    return rows


def report(records: dict[Key, dict[str, Any]], other: str) -> str:
    """Both tables, with the versions and dates of the results in them."""
    libraries = [library for library in LIBRARIES if any(key.library == library for key in records)]
    parts = ["\n".join(scores_table(records, libraries))]
    if other in libraries and len(libraries) > 1:
        parts.append("\n".join(differences_table(records, libraries, other)))
    versions = ", ".join(sorted({r["version"] for r in records.values()}))
    dates = sorted({r["date"] for r in records.values()})
    parts.append(f"{versions}; Python {platform.python_version()}; {' to '.join(dates[:1] + dates[1:][-1:])}.")
    return "\n\n".join(parts)


# --- the run ---


def names(known: Iterable[str]) -> Callable[[str], list[str]]:
    """How a list of names on the command line is read."""

    def parse(text: str) -> list[str]:
        unknown = set(text.split(",")) - set(known)
        if unknown:
            raise argparse.ArgumentTypeError(f"{min(unknown)!r} is none of {', '.join(known)}")
        return text.split(",")

    return parse


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=10, help="how many, from 0")
    parser.add_argument("--only", type=names(LIBRARIES), default=list(LIBRARIES), help="libraries")
    parser.add_argument("--data", type=names(TABLES), default=list(TABLES))
    parser.add_argument("--output", type=Path, default=Path("tables.jsonl"), help="where results accumulate")
    parser.add_argument("--again", type=names(LIBRARIES), default=[], help="libraries to measure anew")
    parser.add_argument("--against", choices=LIBRARIES, default="realmlp", help="the library of the second table")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def keep_to(threads: int) -> None:
    """Before NumPy, PyTorch or JAX are imported: so many threads each (NPROC is XLA's)."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"):
        os.environ[name] = str(threads)


def main() -> None:
    """Measure what is not yet there, seed by seed; print the tables."""
    chosen = arguments()
    keep_to(chosen.threads)
    warnings.simplefilter("ignore")  # the defaults of some do not converge; that is theirs to say, once
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    wanted = [Key(name, data, seed) for seed in range(chosen.seeds) for name in chosen.only for data in chosen.data]
    done = {key for key in read(chosen.output) if key.library not in chosen.again}
    for key in [key for key in wanted if key not in done]:
        record = measure(key, chosen.threads)
        with chosen.output.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
        figures = ", ".join(f"{name} {value:.4f}" for name, value in record["scores"].items())
        print(
            f"{key.library}, {key.data}, seed {key.seed}: {figures}; {record['seconds_a_fit']:.2f} s", file=sys.stderr
        )
    print(report(read(chosen.output), chosen.against))


if __name__ == "__main__":
    main()
