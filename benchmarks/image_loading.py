"""How long training waits for images that are decoded as it goes: a folder of 10,000 small JPEGs, never all in memory.

    python benchmarks/image_loading.py [--images 10000] [--networks lenet,resnet] [--epochs 3] [--json FILE]

The images are 64 × 64, of ten classes: soft blobs of a class's own colours under a little noise, so that they compress
as photographs do. They are written to a temporary folder; then each network trains on them in a process of its own, by
`DeepClassifier(network=…).fit(Pictures(files, (64, 64, 3)), y)`, which reads them chunk after chunk in the background.

Told are the seconds in which steps stood still for a chunk (`run.waited`) beside those of the epochs: the first chunk
apart, which nobody can be ahead of, and all together; how many images a second decoding alone brings, and training
takes; and the process's peak memory. Nothing else should run meanwhile.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SIDE, CLASSES = 64, 10


def write_images(folder: Path, count: int) -> None:
    """A folder of so many JPEGs, in one sub-folder a class."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(partial(write_image, folder), range(count)))


def write_image(folder: Path, number: int) -> None:
    """One of them: 5 × 5 random colours about those of its class, drawn large and soft; then noise."""
    random, kind = np.random.default_rng([0, number]), number % CLASSES
    colours = np.random.default_rng([1, kind]).integers(60, 196, (5, 5, 3))
    blobs = np.clip(colours + random.normal(0, 50, (5, 5, 3)), 0, 255).astype(np.uint8)
    large = np.asarray(Image.fromarray(blobs).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    noisy = np.clip(large + random.normal(0, 6, large.shape), 0, 255).astype(np.uint8)
    path = folder / f"class {kind}" / f"{number:05}.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(noisy).save(path, quality=90)


class Clock:
    """A callback that notes, after each compiled call and each epoch, when it was and how long was waited so far."""

    records_only = True

    def __init__(self):
        self.calls: list[tuple[float, float]] = []
        self.epochs: list[tuple[float, float]] = []

    def begin(self, run: Any) -> None:
        """Before the first chunk is asked for."""
        self.epochs.append((time.perf_counter(), 0.0))

    def pulse(self, run: Any) -> None:
        """After a call."""
        self.calls.append((time.perf_counter(), run.waited))

    def __call__(self, run: Any, record: dict[str, Any]) -> None:
        """After an epoch."""
        self.epochs.append((time.perf_counter(), run.waited))


def measure(folder: Path, network: str, epochs: int) -> dict[str, Any]:
    """Train in this process, and say what it took."""
    from clearprop import DeepClassifier
    from clearprop.data.images import Pictures, scan

    found = scan(folder).train
    pictures = Pictures(found.files, (SIDE, SIDE, 3))
    started = time.perf_counter()
    decoded = sum(len(pictures[first : first + 1000].read()) for first in range(0, len(pictures), 1000))
    decoding_s, before = time.perf_counter() - started, peak_mb()
    clock = Clock()
    started = time.perf_counter()
    DeepClassifier(network=network, epochs=epochs, random_state=0, callbacks=[clock]).fit(pictures, found.y)
    (begun, _zero), (first, first_waited), (end, waited) = clock.epochs[0], clock.calls[0], clock.epochs[-1]
    each = [
        {"seconds": b[0] - a[0], "waited": b[1] - a[1]} for a, b in zip(clock.epochs, clock.epochs[1:], strict=False)
    ]
    return {
        "images": decoded,
        "decoded_a_second": decoded / decoding_s,
        "trained_a_second": len(pictures) / each[-1]["seconds"],
        "first_chunk_waited_s": first_waited,
        "share_after_first_chunk": (waited - first_waited) / (end - first),
        "share_of_all": waited / (end - begun),
        "epochs": each,
        "fit_s": time.perf_counter() - started,
        "peak_mb": peak_mb(),
        "peak_before_training_mb": before,
    }


def peak_mb() -> float:
    """The most memory that this process has had (Linux counts in KiB, macOS in bytes)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e6 / 1024)


def in_own_process(folder: Path, network: str, epochs: int) -> dict[str, Any]:
    """The same in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--measure", str(folder), "--networks", network, "--epochs", str(epochs)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def show(network: str, found: dict[str, Any]) -> None:
    """What was found, in sentences."""
    waits = ", ".join(f"{each['waited']:.2f} of {each['seconds']:.1f} s" for each in found["epochs"])
    first, after, whole = (found[name] for name in ("first_chunk_waited_s", "share_after_first_chunk", "share_of_all"))
    peak, before, decoded = found["peak_mb"], found["peak_before_training_mb"], found["images"] * SIDE * SIDE * 3 / 1e6
    print(
        f"{network}: learns from {found['trained_a_second']:,.0f} images a second in the last epoch; decoding alone"
        f" brings {found['decoded_a_second']:,.0f}; fit took {found['fit_s']:.0f} s\n"
        f"  steps waited {first:.2f} s for the first chunk, then {after:.2%} of the time; {whole:.2%} in all\n"
        f"  epoch by epoch: {waits}\n"
        f"  peak memory {peak:,.0f} MB, before training {before:,.0f} MB; all images decoded are {decoded:,.0f} MB",
        flush=True,
    )


def main() -> None:
    """Write the images, train on them, and print what was waited for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--networks", default="lenet,resnet")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        print(json.dumps(measure(asked.measure, asked.networks, asked.epochs)))
        return
    results: dict[str, Any] = {"cores": os.cpu_count()}
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        write_images(Path(folder), asked.images)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*.jpg"))
        print(f"{asked.images:,} JPEGs of {size / asked.images:,.0f} bytes, in {time.perf_counter() - started:.0f} s")
        for network in asked.networks.split(","):
            results[network] = in_own_process(Path(folder), network, asked.epochs)
            show(network, results[network])
    if asked.json:
        asked.json.write_text(json.dumps(results) + "\n")


if __name__ == "__main__":
    main()
