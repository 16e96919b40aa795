"""What a user waits for: `fit` on the digits in a new process, import and all; and `predict` of one row.

    python benchmarks/fit_speed.py [--rounds 11] [--json fit_speed.json]

Every contender is a script of its own: it imports, loads scikit-learn's digits, fits 100 hidden units for 100 epochs,
and ends. The clock stands beside it and counts everything, from the start of Python to its end. Interleaved: each
contender once a round; medians over the rounds. *cold*: with an empty compilation cache; *warm*: with the cache that an
earlier process has filled. Then, in processes that have fitted, the time of `predict` for one row: the median of many
calls.

All with the settings and threads that they come with. Nothing else should run meanwhile.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

DATA = """
from sklearn.datasets import load_digits
X, y = load_digits(return_X_y=True)
"""
CLEARPROP = f"""
from clearprop import DeepClassifier
{DATA}
model = DeepClassifier((100,), epochs=100, early_stopping=False, random_state=0).fit(X, y)
"""
SKLEARN = f"""
import warnings
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
{DATA}
warnings.simplefilter("ignore", ConvergenceWarning)
model = MLPClassifier((100,), max_iter=100, random_state=0).fit(X, y)
"""
PARTS = {
    "python": "pass",
    "sklearn.base": "import sklearn.base",
    "jax": "import jax",
    "MLPClassifier": "from sklearn.neural_network import MLPClassifier" + DATA,
    "DeepClassifier": "from clearprop import DeepClassifier" + DATA,
}
"""What the time goes to: these are imported, and nothing else is done."""
ONE_ROW = """
import statistics, time
row, times = X[:1], []
for _ in range(3000):
    started = time.perf_counter()
    model.predict(row)
    times.append(time.perf_counter() - started)
print(1e6 * statistics.median(times[1000:]))
"""


def seconds(code: str, cache: str) -> float:
    """Wall-clock seconds of a process of its own that runs this code."""
    started = time.perf_counter()
    run(code, cache)
    return time.perf_counter() - started


def run(code: str, cache: str) -> str:
    """What it prints."""
    environment = {**os.environ, "CLEARPROP_COMPILATION_CACHE": cache}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, check=True, text=True, capture_output=True
    ).stdout


def measure(rounds: int) -> dict[str, dict[str, list[float]]]:
    """Every contender once a round, after a round that is not counted."""
    fits: dict[str, list[float]] = {"cold": [], "warm": [], "scikit-learn": []}
    parts: dict[str, list[float]] = {name: [] for name in PARTS}
    rows: dict[str, list[float]] = {"clearprop": [], "scikit-learn": []}
    with tempfile.TemporaryDirectory() as warm:
        for number in range(rounds + 1):
            with tempfile.TemporaryDirectory() as cold:
                found = {"cold": seconds(CLEARPROP, cold)}
            found |= {"warm": seconds(CLEARPROP, warm), "scikit-learn": seconds(SKLEARN, "off")}
            each = {name: seconds(code, warm) for name, code in PARTS.items()}
            one = {
                "clearprop": float(run(CLEARPROP + ONE_ROW, warm)),
                "scikit-learn": float(run(SKLEARN + ONE_ROW, warm)),
            }
            for all_of_them, new in ((fits, found), (parts, each), (rows, one)):
                for name, value in new.items():
                    all_of_them[name] += [value] if number else []
    return {"fit_s": fits, "parts_s": parts, "one_row_us": rows}


def main() -> None:
    """Measure, and print the medians and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", type=Path, help="also write every figure to this file")
    arguments = parser.parse_args()
    found = measure(arguments.rounds)
    versions = {name: version(name) for name in ("clearprop", "jax", "scikit-learn")}
    print(f"{date.today()}, {os.cpu_count()} cores, {versions}, medians of {arguments.rounds} rounds")
    medians = {what: {name: statistics.median(v) for name, v in each.items()} for what, each in found.items()}
    theirs = medians["fit_s"]["scikit-learn"]
    for name, value in medians["fit_s"].items():
        print(f"fit in a new process, {name}: {value:.2f} s, {value / theirs:.2f} of scikit-learn's")
    for name, value in medians["parts_s"].items():
        print(f"of it, a process that only imports {name}: {value:.2f} s")
    theirs = medians["one_row_us"]["scikit-learn"]
    for name, value in medians["one_row_us"].items():
        print(f"predict of one row, {name}: {value:.0f} µs, {value / theirs:.2f} of scikit-learn's")
    if arguments.json:
        arguments.json.write_text(json.dumps({"date": str(date.today()), "versions": versions, **found}) + "\n")


if __name__ == "__main__":
    main()
