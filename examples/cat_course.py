"""The course's programming exercise, cat or not, reproduced to the last digit: three models, the course's own weights.

    python examples/cat_course.py FOLDER        # with train_catvnoncat.h5 and test_catvnoncat.h5

Full-batch gradient descent in float64 from weights drawn by NumPy's legacy generator, W of shape (fan_out, fan_in) as
the course has it, transposed for ours. In float32 the deep network's costs drift after some hundred iterations.
"""

import itertools
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from clearprop import Network, layers, optim, train


def read(folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Images as rows of 12,288 numbers from 0 to 1, and 1 for a cat."""
    with h5py.File(folder / f"{part}_catvnoncat.h5") as file:
        X, y = np.array(file[f"{part}_set_x"]), np.array(file[f"{part}_set_y"])
    return X.reshape(len(X), -1) / 255, y


def model(units: list[int], scale: str) -> tuple[Network, tuple[Any, ...]]:
    """Hidden ReLU, one sigmoid output, and the course's weights: randn × 0.01, randn / √fan_in, or zeros."""
    np.random.seed(1)
    parts: list[layers.Layer] = []
    params: list[dict[str, np.ndarray]] = []
    for fan_in, fan_out in itertools.pairwise(units):
        factor = {"0.01": 0.01, "fan_in": 1 / np.sqrt(fan_in), "zeros": 0.0}[scale]
        W = np.random.randn(fan_out, fan_in) * factor
        parts += [layers.Dense(fan_out), layers.Activation("relu")]
        params += [{"W": W.T, "b": np.zeros(fan_out)}, {}]
    return Network([*parts[:-1], layers.Activation("sigmoid")]), tuple(params)


def main(folder: Path) -> None:
    """Train the three models; print the cost at every hundredth iteration, and how many images each gets right."""
    (X, y), (X_test, y_test) = read(folder, "train"), read(folder, "test")
    for units, scale, rate, iterations in (
        ([12288, 1], "zeros", 0.005, 2000),
        ([12288, 7, 1], "0.01", 0.0075, 2500),
        ([12288, 20, 7, 5, 1], "fan_in", 0.0075, 2500),
    ):
        net, params = model(units, scale)
        fitted = train.fit(
            net,
            X,
            y,
            loss="binary_cross_entropy",
            optimizer=optim.gradient_descent(rate),
            epochs=iterations,
            batch_size=None,
            params=params,
            dtype="float64",
        )
        print("-".join(map(str, units)))
        print("  cost", " ".join(f"{cost:.6f}" for cost in fitted.history["loss"][::100]))
        for name, images, cats in (("train", X, y), ("test", X_test, y_test)):
            right = int(((fitted.predict(images)[:, 0] > 0.5) == cats).sum())
            print(f"  {name} {right}/{len(cats)} right ({right / len(cats):.0%})")
    always = max(y_test.mean(), 1 - y_test.mean())
    print(f"Always answering 'cat' gets {always:.0%} of the test images right; 95% intervals there are ±11 points.")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
