"""MNIST with fully connected networks: test error, mean of five seeds.

    python benchmarks/mnist.py [--seeds 5] [--json mnist.json]

Two networks, 784-500-10 and 784-512-256-10, trained on the 60,000 training images for 40 epochs under one schedule, the
last weights kept: nothing is chosen by the test images, which are read once, at the end. Data: `mnist.npz` in the
folder CLEARPROP_TEST_DATA (by default ../shared/data).
"""

import argparse
import json
import os
import statistics
import time
from pathlib import Path

import numpy as np

from clearprop import Network, layers, optim, train
from clearprop.optim import schedules

NETS = {"784-500-10": (500,), "784-512-256-10": (512, 256)}
EPOCHS, BATCH = 40, 128


def network(hidden: tuple[int, ...]) -> Network:
    """Hidden ReLU with dropout; a little on the inputs too."""
    parts: list[layers.Layer] = [layers.Flatten(), layers.Dropout(0.1)]
    for units in hidden:
        parts += [layers.Dense(units, "he"), layers.Activation("relu"), layers.Dropout(0.3)]
    return Network([*parts, layers.Dense(10)])


def main() -> None:
    """Train each network with each seed; print the test errors."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    with np.load(Path(os.environ.get("CLEARPROP_TEST_DATA", "../shared/data")) / "mnist.npz") as file:
        X, y, X_test, y_test = (file[name] for name in ("X_train", "y_train", "X_test", "y_test"))
    X, X_test = (images.astype("float32") / 255 for images in (X, X_test))
    results = {}
    for name, hidden in NETS.items():
        errors, seconds = [], []
        for seed in range(arguments.seeds):
            steps = EPOCHS * -(-len(X) // BATCH)
            started = time.perf_counter()
            fitted = train.fit(
                network(hidden),
                X,
                y,
                loss="softmax_cross_entropy",
                optimizer=optim.adam(schedules.one_cycle(2e-3, steps)),
                epochs=EPOCHS,
                batch_size=BATCH,
                seed=seed,
            )
            seconds.append(time.perf_counter() - started)
            errors.append(100 * (1 - fitted.evaluate(X_test, y_test)["accuracy"]))
            print(f"{name} seed {seed}: {errors[-1]:.2f}% in {seconds[-1]:.0f} s", flush=True)
        spread = statistics.stdev(errors) if len(errors) > 1 else 0.0
        print(
            f"{name}: test error {statistics.mean(errors):.2f}% ± {spread:.2f} (mean ± standard deviation)", flush=True
        )
        results[name] = {"test_error_percent": errors, "seconds": seconds}
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results) + "\n")


if __name__ == "__main__":
    main()
