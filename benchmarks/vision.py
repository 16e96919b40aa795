"""How well the networks for images learn: MNIST, learning rules, cats, and noise behind a front end.

    python benchmarks/vision.py [--only mnist,rules,cats,noise] [--seeds N] [--epochs N] [--output runs/vision]

Each training is a piece on disk, in the output's folder: what was stopped goes on, and prints tables in Markdown of all
that is there, means ± standard errors over the seeds. `--rows` and `--epochs` are for a short trial, in a folder of its
own. Data: `mnist.npz` and the two `_catvnoncat.h5` in the folder CLEARPROP_TEST_DATA (by default ../shared/data).

- mnist: test error of `DeepClassifier(network=…, epochs=15)` with its defaults, all 60,000 images learnt from, the last
  weights kept: nothing is chosen by the test images.
- rules: biotorch's LeNet (6-16-120-84) under each rule: Adam, the rate falling along half a cosine, no decay and no
  dropout, 60 epochs. The first rate is each rule's own, the best of four by the last 10,000 training images after 15
  epochs, with seed 0. Beside it what biotorch publishes (one figure a rule; its networks are trained in a way of their
  own), and the angle of the rule's gradient to back propagation's, all parameters together, at the end, on 1,000
  training images.
- cats: the course's 209 + 50 pictures. *test*: written out as a folder of PNGs, trained by `clearprop train` on the 209
  and scored by `clearprop evaluate` on the 50. *ten folds*: all 259, each predicted by a network that has not seen it,
  the same folds for all; beside the course's own network, trained on the same folds as in the course.
- noise: `lenet` trained on clean images for 5 epochs, with and without the front end, and with a learnt convolution in
  its place that has as many filters, of its size and stride; tested on images + noise, drawn from a normal distribution
  of each standard deviation (of the range from 0 to 1), clipped to that range. All see the same noise.
"""

import argparse
import json
import os
import runpy
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import numpy as np
from PIL import Image

from clearprop import DeepClassifier, layers, networks, optim, train
from clearprop.data.split import folds
from clearprop.explain.closeness import closeness
from clearprop.explain.intervals import wilson
from clearprop.pieces import Folder

DATA = Path(os.environ.get("CLEARPROP_TEST_DATA", "../shared/data"))
COURSE = Path(__file__).parents[1] / "examples" / "cat_course.py"


class Trial(NamedTuple):
    """What is asked for otherwise than usual; None: as usual."""

    seeds: int | None
    epochs: int | None
    rows: int | None


Found = dict[tuple[str, int], dict[str, Any]]
"""What came of each piece, by its arm and number."""


class Piece(NamedTuple):
    """One training: what is trained, with which seed or fold, and how, given what came of those before it."""

    arm: str
    number: int
    make: Callable[[Found], dict[str, Any]]


# --- data ---


@cache
def mnist() -> tuple[np.ndarray, ...]:
    """(images, digits) to learn from, (images, digits) to test with; images (n, 28, 28) uint8."""
    with np.load(DATA / "mnist.npz") as file:
        return tuple(file[name] for name in ("X_train", "y_train", "X_test", "y_test"))


@cache
def cats(part: str) -> tuple[np.ndarray, np.ndarray]:
    """(n, 64, 64, 3) uint8, and 1 for a cat; of "train" or "test"."""
    with h5py.File(DATA / f"{part}_catvnoncat.h5") as file:
        return np.array(file[f"{part}_set_x"]), np.array(file[f"{part}_set_y"]).ravel()


@cache
def all_cats() -> tuple[np.ndarray, np.ndarray]:
    """Both parts, one after the other."""
    (X, y), (X_test, y_test) = cats("train"), cats("test")
    return np.concatenate([X, X_test]), np.concatenate([y, y_test])


def error_percent(model: DeepClassifier, X: Any, y: Any) -> float:
    """The share of wrong answers."""
    return 100 * float((model.predict(X) != y).mean())


# --- MNIST ---


class Arm(NamedTuple):
    """A network with its settings, with how many seeds, and the test error that is asked of it, in percent."""

    settings: dict[str, Any]
    seeds: int
    at_most: float


MNIST = {
    "lenet": Arm({"network": "lenet"}, 5, 0.8),
    "resnet": Arm({"network": "resnet"}, 3, 0.5),
    "resnet, crop:pixels=2": Arm({"network": "resnet", "augment": "crop:pixels=2"}, 3, 0.5),
}


def mnist_pieces(trial: Trial) -> Iterator[Piece]:
    """Each network with each seed."""
    for name, arm in MNIST.items():
        for seed in range(trial.seeds or arm.seeds):
            yield Piece(name, seed, partial(mnist_error, arm.settings, seed, trial))


def mnist_error(settings: dict[str, Any], seed: int, trial: Trial, found: Found) -> dict[str, Any]:
    """Test error of one training."""
    X, y, X_test, y_test = mnist()
    started = time.perf_counter()
    model = DeepClassifier(**settings, epochs=trial.epochs or 15, random_state=seed).fit(
        X[: trial.rows], y[: trial.rows]
    )
    return {"seconds": time.perf_counter() - started, "error": error_percent(model, X_test, y_test)}


def mnist_table(found: Found) -> list[str]:
    """Mean error beside what is asked."""
    rows = []
    for name, arm in MNIST.items():
        if errors := of_arm(found, name, "error"):
            seconds = statistics.mean(of_arm(found, name, "seconds"))
            each = " ".join(f"{error:.2f}" for error in errors)
            rows.append([name, f"{mean_and_error(errors)}%", f"≤ {arm.at_most}%", each, f"{seconds:.0f}"])
    return table(["network", "test error", "asked", "each seed", "s a training"], rows)


# --- learning rules ---

BIOTORCH = {
    "backprop": 0.91,
    "feedback_alignment": 1.70,
    "direct_feedback_alignment": 1.61,
    "sign_symmetry:magnitudes=uniform": 0.94,
    "sign_symmetry:magnitudes=batch_random": 0.91,
    "sign_symmetry:magnitudes=fixed_random": 0.97,
    "kolen_pollack": None,
}
"""Each rule, and the test error on MNIST that biotorch has for its LeNet, in percent."""

RATES, TRYING, LEARNING = (3e-4, 1e-3, 3e-3, 1e-2), 15, 60
"""First rates to try, epochs to try them for, epochs of the training that counts."""
HELD_OUT = 10_000


def their_lenet(outputs: int) -> list[Any]:
    """The widths of 1998."""
    return networks.lenet(outputs, filters=(6, 16), units=(120, 84))


def rules_pieces(trial: Trial) -> Iterator[Piece]:
    """For each rule its rates; then each seed with the best of them."""
    for rule in BIOTORCH:
        for place in range(len(RATES)):
            yield Piece(f"{rule} validation", place, partial(validation_error, rule, RATES[place], trial))
        for seed in range(trial.seeds or 3):
            yield Piece(rule, seed, partial(rule_error, rule, seed, trial))


def under(rule: str, rate: float, seed: int, epochs: int) -> DeepClassifier:
    """Their LeNet, to be trained by this rule."""
    return DeepClassifier(
        network=their_lenet, rule=rule, learning_rate=rate, weight_decay=0.0, epochs=epochs, random_state=seed
    )


def validation_error(rule: str, rate: float, trial: Trial, found: Found) -> dict[str, Any]:
    """The error on the last training images, which are not learnt from."""
    X, y, *_test = mnist()
    learn = slice(0, min(trial.rows or len(X), len(X) - HELD_OUT))
    model = under(rule, rate, 0, trial.epochs or TRYING).fit(X[learn], y[learn])
    return {"rate": rate, "error": error_percent(model, X[-HELD_OUT:], y[-HELD_OUT:])}


def rule_error(rule: str, seed: int, trial: Trial, found: Found) -> dict[str, Any]:
    """Test error with the best rate, and the angle to back propagation's gradient at the end."""
    X, y, X_test, y_test = mnist()
    rate = best_rate(found, rule)
    model = under(rule, rate, seed, trial.epochs or LEARNING).fit(X[: trial.rows], y[: trial.rows])
    few = slice(0, 1000)
    close = closeness(model.fitted_, model.prepare(X[few]), model.encode(X[few], y[few]))
    return {"rate": rate, "error": error_percent(model, X_test, y_test), "angle": close.angle}


def best_rate(found: Found, rule: str) -> float:
    """The rate with the least error on validation images; the smallest of equals."""
    tried = [result for (arm, _place), result in found.items() if arm == f"{rule} validation"]
    return min(tried, key=lambda result: result["error"])["rate"]


def rules_table(found: Found) -> list[str]:
    """Each rule's error beside biotorch's."""
    rows = []
    for rule, published in BIOTORCH.items():
        if errors := of_arm(found, rule, "error"):
            theirs = "–" if published is None else f"{published:.2f}%"
            angle = f"{mean_and_error(of_arm(found, rule, 'angle'), 1)}°"
            rows.append([rule, f"{mean_and_error(errors)}%", theirs, f"{best_rate(found, rule):g}", angle])
    return table(["rule", "test error", "biotorch's", "first rate", "angle to back propagation"], rows)


# --- cats ---

CATS = {
    "lenet, flip,crop": {"network": "lenet", "augment": "flip,crop"},
    "vgg_small, flip,crop": {"network": "vgg_small", "augment": "flip,crop"},
    "resnet, flip,crop": {"network": "resnet", "augment": "flip,crop"},
    "resnet, flip,crop,color": {"network": "resnet", "augment": "flip,crop,color"},
}
COURSES = "12288-20-7-5-1, as in the course"
FOLDS, ITERATIONS, RATE = 10, 2500, 0.0075


def cats_pieces(trial: Trial) -> Iterator[Piece]:
    """The official test images with each seed; then each fold."""
    for name, settings in CATS.items():
        for seed in range(trial.seeds or 3):
            yield Piece(f"{name}, test", seed, partial(command_line, settings, seed, trial))
    for fold in range(FOLDS):
        for name, settings in CATS.items():
            yield Piece(f"{name}, folds", fold, partial(fold_right, partial(our_cats, settings, trial), fold))
        yield Piece(f"{COURSES}, folds", fold, partial(fold_right, partial(the_courses, trial), fold))


def command_line(settings: dict[str, Any], seed: int, trial: Trial, found: Found) -> dict[str, Any]:
    """Right answers on the test images, by `clearprop train` and `clearprop evaluate` on a folder of files."""
    with tempfile.TemporaryDirectory() as folder:
        write_photos(Path(folder) / "photos")
        asked = [f"--{name}={value}" for name, value in settings.items()]
        asked += [f"--epochs={trial.epochs}"] if trial.epochs else []
        clearprop(folder, "train", "photos", *asked, "--validation=0", f"--seed={seed}", "--output=run")
        report = clearprop(folder, "evaluate", "run", "photos")
    return {"right": sum(row[place] for place, row in enumerate(report["confusion"])), "of": report["data"]["rows"]}


def clearprop(folder: str, *arguments: str) -> dict[str, Any]:
    """What the command, in this folder, says as JSON."""
    command = [sys.executable, "-m", "clearprop", *arguments, "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder).stdout)


def write_photos(folder: Path) -> None:
    """The pictures as PNGs: train and test, with a folder for each class."""
    for part in ("train", "test"):
        for number, (pixels, cat) in enumerate(zip(*cats(part), strict=True)):
            place = folder / part / ("cat" if cat else "no cat")
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(place / f"{number:03}.png")


def fold_right(predict: Callable[[Any, Any, Any, int], Any], fold: int, found: Found) -> dict[str, Any]:
    """Right answers on the pictures held out."""
    X, y = all_cats()
    learn, judge = folds(len(y), FOLDS, classes=y)[fold]
    started = time.perf_counter()
    answers = predict(X[learn], y[learn], X[judge], fold)
    return {"right": int((answers == y[judge]).sum()), "of": len(judge), "seconds": time.perf_counter() - started}


def our_cats(settings: dict[str, Any], trial: Trial, X: Any, y: Any, X_test: Any, seed: int) -> Any:
    """The answers of a ready network."""
    model = DeepClassifier(**settings, random_state=seed, **({"epochs": trial.epochs} if trial.epochs else {}))
    return model.fit(X, y).predict(X_test)


def the_courses(trial: Trial, X: Any, y: Any, X_test: Any, seed: int) -> Any:
    """The answers of the course's network: its weights, all images in each step, 64-bit numbers."""
    net, params = runpy.run_path(str(COURSE))["model"]([12288, 20, 7, 5, 1], "fan_in")
    flat = [images.reshape(len(images), -1) / 255 for images in (X, X_test)]
    fitted = train.fit(
        net, flat[0], y, loss="binary_cross_entropy", optimizer=optim.gradient_descent(RATE),
        epochs=trial.epochs or ITERATIONS, batch_size=None, params=params, dtype="float64",
    )  # fmt: skip
    return fitted.predict(flat[1])[:, 0] > 0.5


def cats_table(found: Found) -> list[str]:
    """Accuracies with Wilson's 95% intervals, beside those of one answer to everything."""
    rows = []
    for name in [*CATS, COURSES]:
        shares = [found[key]["right"] / found[key]["of"] for key in sorted(found) if key[0] == f"{name}, test"]
        pooled = pooled_right(found, f"{name}, folds")
        test = mean_share(shares) if shares else share_of(40, 50) if name == COURSES else "–"
        if shares or pooled:
            rows.append([name, test, share_of(*pooled) if pooled else "–"])
    (_X, train_y), (_X_test, test_y), (_all, y) = cats("train"), cats("test"), all_cats()
    for answer, title in ((1, "always “cat”"), (int(train_y.mean() > 0.5), "the training majority, “no cat”")):
        rows.append([title, *(share_of(int((part == answer).sum()), len(part)) for part in (test_y, y))])
    return table(["", "right of the 50 test images", "right of all, ten folds"], rows)


def pooled_right(found: Found, arm: str) -> tuple[int, int] | None:
    """(right, of) over all folds; None while one of them is missing."""
    each = [result for (name, _fold), result in found.items() if name == arm]
    return (sum(e["right"] for e in each), sum(e["of"] for e in each)) if len(each) == FOLDS else None


def share_of(right: int, of: int) -> str:
    """A share with Wilson's interval."""
    low, high = wilson(right / of, of)
    return f"{right}/{of} = {right / of:.1%} ({low:.1%} to {high:.1%})"


def mean_share(shares: list[float]) -> str:
    """The mean over the seeds, with the interval that such a share of 50 images has."""
    mean = statistics.mean(shares)
    low, high = wilson(mean, 50)
    return f"{mean:.1%} ({low:.1%} to {high:.1%}; seeds {' '.join(f'{each:.0%}' for each in shares)})"


# --- noise ---

SPREADS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
FRONT_ENDS: dict[str, Any] = {
    "without": None,
    "v1": "v1",
    "v1 with noise while training": layers.V1(noise=1.0),
    "learnt convolution": layers.Sequence([layers.Conv2D(64, 9, 2, 4), layers.Activation("relu")]),
    "v1, stride 1": layers.V1(stride=1),
    "learnt convolution, stride 1": layers.Sequence([layers.Conv2D(64, 9, 1, 4), layers.Activation("relu")]),
}


def noise_pieces(trial: Trial) -> Iterator[Piece]:
    """Each front end with each seed."""
    for seed in range(trial.seeds or 5):
        for name, front_end in FRONT_ENDS.items():
            yield Piece(name, seed, partial(noise_errors, front_end, seed, trial))


def noise_errors(front_end: Any, seed: int, trial: Trial, found: Found) -> dict[str, Any]:
    """Test errors at each strength of noise."""
    X, y, X_test, y_test = mnist()
    model = DeepClassifier(network="lenet", front_end=front_end, epochs=trial.epochs or 5, random_state=seed)
    model.fit(X[: trial.rows], y[: trial.rows])
    noise = np.random.default_rng(seed).normal(size=X_test.shape)
    noisy = (255 * np.clip(X_test / 255 + spread * noise, 0, 1) for spread in SPREADS)
    return {"errors": [error_percent(model, images.astype(np.float32), y_test) for images in noisy]}


def noise_table(found: Found) -> list[str]:
    """Errors; then differences to the network without a front end, seed by seed."""
    by_arm = {name: of_arm(found, name, "errors") for name in FRONT_ENDS}
    titles = [f"{spread:g}" for spread in SPREADS]
    rows = [
        [name, *(f"{mean_and_error(column)}" for column in zip(*errors, strict=True))]
        for name, errors in by_arm.items()
        if errors
    ]
    plain = {number: result["errors"] for (name, number), result in found.items() if name == "without"}
    differences = []
    for arm in list(FRONT_ENDS)[1:]:
        pairs = [(result["errors"], plain[n]) for (name, n), result in found.items() if name == arm and n in plain]
        if pairs:
            change = np.array([np.subtract(*pair) for pair in pairs]).T
            differences.append([arm, *(mean_and_error(column, sign="+") for column in change.tolist())])
    return [
        *table(["test error in %, noise of", *titles], rows),
        "",
        *table(["less that without it, paired", *titles], differences),
    ]


# --- tables in Markdown ---


def of_arm(found: Found, arm: str, what: str) -> list[Any]:
    """What each number of an arm has."""
    return [found[key][what] for key in sorted(found) if key[0] == arm]


def mean_and_error(values: Iterable[float], digits: int = 2, sign: str = "") -> str:
    """The mean ± its standard error s / √n, where there are two values and more."""
    values = list(values)
    error = f" ± {statistics.stdev(values) / len(values) ** 0.5:.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.mean(values):{sign}.{digits}f}{error}"


def table(titles: list[str], rows: list[list[str]]) -> list[str]:
    """Lines of Markdown."""
    return [f"| {' | '.join(cells)} |" for cells in (titles, ["---"] * len(titles), *rows)]


# --- the run ---

PARTS = {
    "mnist": (mnist_pieces, mnist_table),
    "rules": (rules_pieces, rules_table),
    "cats": (cats_pieces, cats_table),
    "noise": (noise_pieces, noise_table),
}


def run(part: str, folder: Folder, trial: Trial) -> Found:
    """Every piece of a part, made now or before."""
    found: Found = {}
    for arm, number, make in PARTS[part][0](trial):
        name = f"{part} {arm} {number}"
        new = not folder.has(name)
        found[arm, number] = folder.piece(name, partial(make, found))
        if new:
            print(name, json.dumps(found[arm, number]), file=sys.stderr, flush=True)
    return found


def main() -> None:
    """Train what is not yet there; print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, with commas between")
    parser.add_argument("--seeds", type=int, help="how many, from 0; by default as the part says")
    parser.add_argument("--epochs", type=int, help="for a trial")
    parser.add_argument("--rows", type=int, help="of MNIST to learn from, for a trial")
    parser.add_argument("--output", type=Path, default=Path("runs/vision"), help="where results accumulate")
    asked = parser.parse_args()
    unknown = set(asked.only.split(",")) - set(PARTS)
    if unknown:
        parser.error(f"{min(unknown)!r} is none of {', '.join(PARTS)}")
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # ends at once; else `fit` would give back what is half trained
    trial = Trial(asked.seeds, asked.epochs, asked.rows)
    folder = Folder(
        asked.output.resolve(), {"benchmark": "vision", "epochs": asked.epochs, "rows": asked.rows}, "vision"
    )
    for part in asked.only.split(","):
        found = run(part, folder, trial)
        print(f"\n## {part}\n", *PARTS[part][1](found), sep="\n", flush=True)


if __name__ == "__main__":
    main()
