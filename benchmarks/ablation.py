"""What each part of the estimators' recipe for tables is worth: taken away, or another put in its place.

    python benchmarks/ablation.py [--seeds 3] [--only "ReLU"] [--tables diabetes,wine] [--output ablation.jsonl]

Every variant is fitted to the same folds (5-fold, split by `KFold` or `StratifiedKFold` with the seed). The test fold
is met once, at the end. The loss is 1 − R² for numbers and the log-loss, as a share of the entropy of the classes, for
classes: 0 is perfect, 1 is no better than a constant.

The table gives, against the recipe, the change in per cent of that loss (mean of the logarithm over the tables) and of
the error rate in points, ± the standard error over tables and seeds. Below 0 is better than the recipe. The line of
the recipe itself says how large its losses are.

Each result goes to the output at once, as a line of JSON; a later run leaves out what is there.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from sklearn import datasets
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.tree import DecisionTreeRegressor

from clearprop import Network, layers, optim
from clearprop.data.preparation import Preparation
from clearprop.data.preparation.scaling import Scaling
from clearprop.data.split import hold_out
from clearprop.train import Fitted, fit

FOLDS = 5


@dataclass(frozen=True)
class Recipe:
    """The defaults of `DeepClassifier` and `DeepRegressor`, every trick a setting."""

    hidden: tuple[int, ...] = (256, 256, 256)
    activation: str = "relu"
    initializer: str = "glorot"
    scaling: Scaling = "robust"
    scale_rate: float = 6.0
    input_dropout: float = 0.2
    dropout: float = 0.5
    fade: bool = True
    learning_rate: float = 1e-3
    schedule: Literal["constant", "cosine"] = "cosine"
    beta2: float = 0.999
    weight_decay: float = 0.3
    batch_size: int = 64
    epochs: int = 100
    validation_fraction: float = 0.0
    refit: bool = False
    members: int = 1


VARIANTS: dict[str, dict[str, Any]] = {
    "the recipe": {},
    "He's initial weights, not Glorot's": {"initializer": "he"},
    "mean and spread, not robust scaling": {"scaling": "standard"},
    "a constant rate": {"schedule": "constant"},
    "half the rate": {"learning_rate": 5e-4},
    "twice the rate": {"learning_rate": 2e-3},
    "no decay": {"weight_decay": 0.0},
    "decay 1": {"weight_decay": 1.0},
    "no learnt scale": {"scale_rate": 0.0},
    "no dropout of inputs": {"input_dropout": 0.0},
    "no dropout of hidden units": {"dropout": 0.0},
    "no dropout at all": {"dropout": 0.0, "input_dropout": 0.0},
    "dropout that does not fade": {"fade": False},
    "SiLU": {"activation": "silu"},
    "batches of 256": {"batch_size": 256},
    "a tenth held out, best epoch kept": {"validation_fraction": 0.1},
    "that, and refitted on all rows": {"validation_fraction": 0.1, "refit": True},
    "128 units a layer": {"hidden": (128, 128, 128)},
    "two layers of 512": {"hidden": (512, 512)},
    "200 epochs": {"epochs": 200},
    "4 members": {"members": 4},
    "8 members": {"members": 8},
}


class Table(NamedTuple):
    """Rows, targets, and whether these are classes."""

    X: np.ndarray
    y: np.ndarray
    classes: bool


def bundled(name: str) -> Callable[[], Table]:
    """One of scikit-learn's own."""

    def load() -> Table:
        X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
        return Table(X, y, name != "diabetes")

    return load


def outliers() -> Table:
    """A linear target; one row in fifty has an input 20 times too large."""
    random = np.random.default_rng(0)
    drawn: Any = datasets.make_regression(400, 10, n_informative=6, noise=20.0, random_state=0)
    X, y = drawn
    rows = random.choice(400, 8, replace=False)
    X[rows, random.integers(0, 10, 8)] *= 20
    return Table(X, y, False)


def sparse() -> Table:
    """Two smooth terms, eight columns of noise, a noisy target."""
    random = np.random.default_rng(1)
    X = random.normal(size=(400, 10))
    return Table(X, np.sin(2 * X[:, 0]) + X[:, 1] ** 2 / 2 + random.normal(size=400) / 2, False)


def steps() -> Table:
    """An irregular step function, where trees are at home."""
    random = np.random.default_rng(2)
    X = random.uniform(size=(400, 10))
    target = random.normal(size=200) + 2 * np.sin(9 * X[:200, 0])
    y = DecisionTreeRegressor(max_leaf_nodes=40, random_state=0).fit(X[:200, :5], target).predict(X[:, :5])
    return Table(X, y + 0.3 * y.std() * random.normal(size=400), False)


def skewed() -> Table:
    """Inputs with long tails."""
    random = np.random.default_rng(3)
    X = np.exp(1.5 * random.normal(size=(400, 10)))
    a, b, c, d = np.log(X[:, :4]).T
    return Table(X, (a - b * c + d + 0.7 * random.normal(size=400) > 0).astype(int), True)


def made(function: Callable[..., Any], classes: bool, *sizes: int, **settings: Any) -> Callable[[], Table]:
    """One of scikit-learn's generators."""

    def load() -> Table:
        X, y = function(*sizes, random_state=0, **settings)
        return Table(X, y, classes)

    return load


TABLES: dict[str, Callable[[], Table]] = {
    "diabetes": bundled("diabetes"),
    "breast_cancer": bundled("breast_cancer"),
    "wine": bundled("wine"),
    "digits": bundled("digits"),
    "iris": bundled("iris"),
    "friedman": made(datasets.make_friedman1, False, 400, 10, noise=1.0),
    "outliers": outliers,
    "sparse": sparse,
    "steps": steps,
    "moons": made(datasets.make_moons, True, 300, noise=0.3),
    "noisy": made(datasets.make_classification, True, 400, 10, n_informative=5, n_redundant=3, flip_y=0.1),
    "ten classes": made(
        datasets.make_classification, True, 600, n_informative=8, n_redundant=4, n_classes=10, n_clusters_per_class=1
    ),
    "skewed": skewed,
}


# --- one fit ---


def network(recipe: Recipe, outputs: int) -> Network:
    """The hidden layers, and what the recipe puts between them."""
    parts: list[Any] = [layers.Scale(recipe.scale_rate)] if recipe.scale_rate else []
    parts += [layers.Dropout(recipe.input_dropout, recipe.fade)] if recipe.input_dropout else []
    for units in recipe.hidden:
        parts += [layers.Dense(units, recipe.initializer), layers.Activation(recipe.activation)]
        parts += [layers.Dropout(recipe.dropout, recipe.fade)] if recipe.dropout else []
    return Network([*parts, layers.Dense(outputs)])


def optimizer(recipe: Recipe, n: int) -> Any:
    """Adam with the recipe's schedule over all steps, and its decay."""
    steps = recipe.epochs * -(-n // recipe.batch_size)
    rate = recipe.learning_rate
    falling = optim.schedules.cosine(rate, steps) if recipe.schedule == "cosine" else rate
    return optim.adamw(falling, beta2=recipe.beta2, weight_decay=recipe.weight_decay)


def train(recipe: Recipe, table: Table, learn: Any, judge: Any, seed: int, epochs: int | None = None) -> Fitted:
    """Fit to some prepared rows, the best epoch chosen by others if there are any; cut off after so many epochs."""
    X, y, classes = table
    outputs = int(y.max()) + 1 if classes and y.max() > 1 else 1
    return fit(
        network(recipe, outputs),
        X[learn],
        y[learn],
        loss="squared" if not classes else "softmax_cross_entropy" if outputs > 1 else "sigmoid_cross_entropy",
        optimizer=optimizer(recipe, len(learn)),
        epochs=epochs or recipe.epochs,
        batch_size=recipe.batch_size,
        seed=seed,
        validation=None if judge is None else (X[judge], y[judge]),
        keep="last" if judge is None else "best",
        metrics=[],
        members=recipe.members,
    )


def one_fold(recipe: Recipe, table: Table, rows: np.ndarray, test: np.ndarray, seed: int) -> tuple[float, float]:
    """(loss, error rate) on the test rows of a network fitted to the others."""
    classes = table.y[rows] if table.classes else None
    learn, judge = (rows[part] for part in hold_out(len(rows), recipe.validation_fraction, seed=seed, classes=classes))
    X = Preparation.learn(table.X[learn], scaling=recipe.scaling).apply(table.X)
    mean, spread = (0, 1) if table.classes else (table.y[learn].mean(), table.y[learn].std())
    ready = Table(X, table.y if table.classes else (table.y - mean) / spread, table.classes)
    fitted = train(recipe, ready, learn, judge if len(judge) else None, seed)
    if recipe.refit:
        fitted = train(recipe, ready, rows, None, seed, fitted.kept_epoch)
    return measure(fitted.predict(X[test]), ready, test)


def measure(predicted: np.ndarray, table: Table, test: np.ndarray) -> tuple[float, float]:
    """(loss, error rate) of predictions of the test rows."""
    y = table.y[test]
    if not table.classes:
        loss = float(((predicted[:, 0] - y) ** 2).mean() / y.var())
        return loss, loss
    if predicted.shape[1] == 1:
        predicted = np.column_stack([1 - predicted, predicted])
    predicted = predicted.astype(float) / predicted.sum(1, keepdims=True, dtype=float)  # of float32 to float64's digits
    shares = np.bincount(y) / len(y)
    entropy = -sum(p * np.log(p) for p in shares if p)
    loss = log_loss(y, predicted, labels=np.arange(predicted.shape[1]))
    return float(loss / entropy), float((predicted.argmax(1) != y).mean())


def run(recipe: Recipe, table: Table, seed: int) -> dict[str, float]:
    """Mean loss, mean error rate and mean seconds of a fit over the folds of one split."""
    splitter = (StratifiedKFold if table.classes else KFold)(FOLDS, shuffle=True, random_state=seed)
    started = time.perf_counter()
    found = [one_fold(recipe, table, rows, test, seed) for rows, test in splitter.split(table.X, table.y)]
    loss, error = np.mean(found, axis=0)
    return {"loss": float(loss), "error": float(error), "seconds": (time.perf_counter() - started) / FOLDS}


# --- all of them ---


def jobs(variants: list[str], tables: list[str], seeds: int) -> Iterator[tuple[str, str, int]]:
    """(variant, table, seed), a table's together since they share compiled programs."""
    for table in tables:
        for variant in variants:
            for seed in range(seeds):
                yield variant, table, seed


def read(path: Path) -> dict[tuple[str, str, int], dict[str, Any]]:
    """The results there are."""
    lines = path.read_text().splitlines() if path.exists() else []
    records = [json.loads(line) for line in lines]
    return {(record["variant"], record["table"], record["seed"]): record for record in records}


def changes(results: dict[Any, Any], variant: str) -> dict[str, list[float]]:
    """Against the recipe on the same folds, in per cent of the loss (numbers, classes) and points of the error rate."""
    found: dict[str, list[float]] = {"numbers": [], "classes": [], "errors": []}
    for (name, table, seed), own in results.items():
        base = results.get(("the recipe", table, seed))
        if name == variant and base:
            found["classes" if TABLES[table]().classes else "numbers"].append(100 * np.log(own["loss"] / base["loss"]))
            found["errors"] += [100 * (own["error"] - base["error"])] if TABLES[table]().classes else []
    return found


def mean_and_error(values: list[float]) -> str:
    """The mean ± its standard error."""
    if len(values) < 2:
        return "–"
    return f"{statistics.mean(values):+.1f} ± {statistics.stdev(values) / len(values) ** 0.5:.1f}"


def report(results: dict[Any, Any]) -> str:
    """The Markdown tables."""
    lines = ["| variant | 1 − R², % | log-loss, % | error, points | seconds a fit |", "| --- | --- | --- | --- | --- |"]
    for variant in dict.fromkeys(name for name, _table, _seed in results):
        found = changes(results, variant)
        seconds = statistics.mean(own["seconds"] for (name, _t, _s), own in results.items() if name == variant)
        figures = " | ".join(mean_and_error(values) for values in found.values())
        lines.append(f"| {variant} | {figures} | {seconds:.2f} |")
    return "\n".join(lines)


def main() -> None:
    """Run what is not there yet, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="", help="variants whose name contains this, and the recipe")
    parser.add_argument("--tables", default=",".join(TABLES))
    parser.add_argument("--output", type=Path, default=Path("ablation.jsonl"))
    arguments = parser.parse_args()
    results = read(arguments.output)
    variants = [name for name in VARIANTS if name == "the recipe" or arguments.only in name]
    for variant, table, seed in jobs(variants, arguments.tables.split(","), arguments.seeds):
        if (variant, table, seed) in results:
            continue
        found = run(replace(Recipe(), **VARIANTS[variant]), TABLES[table](), seed)
        results[variant, table, seed] = {"variant": variant, "table": table, "seed": seed, **found}
        with arguments.output.open("a") as file:
            file.write(json.dumps(results[variant, table, seed]) + "\n")
        print(f"{table}, {variant}, seed {seed}: {found}", flush=True)
    print("\n".join(f"{name}: {value}" for name, value in asdict(Recipe()).items()), report(results), sep="\n\n")


if __name__ == "__main__":
    main()
