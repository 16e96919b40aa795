"""A step of training on images in clearprop and in PyTorch eager, contiguous and channels last, interleaved in one run.

    python benchmarks/vision_speed.py [--nets convolutions,resnet] [--rounds 7] [--json FILE]

- convolutions: 28×28×1 → convolution 3×3×32 → ReLU → max pool 2 → convolution 3×3×64 → ReLU → max pool 2 → Dense 128 →
  ReLU → Dense 10, no padding, batches of 128.
- resnet: `networks.resnet(10)` on 32×32×3, batches of 128; PyTorch's has the same layers and as many parameters.

Ours is `train.fit` as it is used; PyTorch's a plain loop, the images on the device whole, shuffled batches picked from
them (for channels last from images that lie so). Where JAX has a GPU, PyTorch is given it too. Each contender trains
anew in each round, for an epoch that is not counted, since it compiles or warms up, and one that is. All in float32,
with Adam, on the same rows, on two threads, in turns in one process. Medians of the rounds; ratios are those of a
round. Nothing else should run meanwhile.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import jax
import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from speed import PAUSE, machine  # sets the threads, too

from clearprop import Network, layers, networks, optim, train

BATCH, RATE = 128, 1e-3
DEVICE = torch.device("cuda" if jax.default_backend() == "gpu" else "cpu")
LEAST = {"contiguous": 1.0, "channels last": 0.8}
"""The ratio to PyTorch that is asked for: how many times as fast."""


class Net(NamedTuple):
    """A network to time, in both libraries, on images of this shape, with so many steps an epoch."""

    ours: Callable[[], list[Any]]
    theirs: Callable[[], torch.nn.Module]
    shape: tuple[int, int, int]
    steps: int


def convolutions() -> list[Any]:
    """Two convolutions, each with a pool."""
    relu, pool = layers.Activation("relu"), layers.MaxPool(2)
    first, second = (layers.Conv2D(filters, 3, padding="valid") for filters in (32, 64))
    return [first, relu, pool, second, relu, pool, layers.Flatten(), layers.Dense(128), relu, layers.Dense(10)]


def torch_convolutions() -> torch.nn.Module:
    """The same in PyTorch."""
    nn = torch.nn
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10),
    )  # fmt: skip


def normalised(fan_in: int, filters: int, size: int, stride: int = 1) -> list[torch.nn.Module]:
    """A convolution without a bias, and batch normalisation."""
    convolution = torch.nn.Conv2d(fan_in, filters, size, stride, size // 2, bias=False)
    return [convolution, torch.nn.BatchNorm2d(filters)]


class Block(torch.nn.Module):
    """ReLU(body(X) + shortcut(X))."""

    def __init__(self, fan_in: int, filters: int, stride: int):
        super().__init__()
        first, second = normalised(fan_in, filters, 3, stride), normalised(filters, filters, 3)
        self.body = torch.nn.Sequential(*first, torch.nn.ReLU(), *second)
        self.shortcut = torch.nn.Sequential(*(normalised(fan_in, filters, 1, stride) if stride > 1 else []))

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """What the body adds to the shortcut."""
        return torch.relu(self.body(X) + self.shortcut(X))


def torch_resnet() -> torch.nn.Module:
    """`networks.resnet(10)` in PyTorch: three stages of two blocks."""
    parts: list[torch.nn.Module] = [*normalised(3, 16, 3), torch.nn.ReLU()]
    fan_in = 16
    for filters in (16, 32, 64):
        for _block in range(2):
            parts.append(Block(fan_in, filters, 1 if fan_in == filters else 2))
            fan_in = filters
    return torch.nn.Sequential(*parts, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(64, 10))


NETS = {
    "convolutions": Net(convolutions, torch_convolutions, (28, 28, 1), 40),
    "resnet": Net(lambda: networks.resnet(10), torch_resnet, (32, 32, 3), 12),
}


def data(net: Net) -> tuple[np.ndarray, np.ndarray]:
    """Images and classes at random: the speed does not depend on them."""
    random = np.random.default_rng(0)
    n = BATCH * net.steps
    return random.normal(size=(n, *net.shape)).astype("float32"), random.integers(10, size=n)


def clearprop_epoch(net: Net) -> Callable[[], float]:
    """Seconds of an epoch of `train.fit`, the second one."""
    (X, Y), network = data(net), Network(net.ours())

    def run() -> float:
        ended: list[float] = []
        train.fit(
            network, X, Y, loss="softmax_cross_entropy", optimizer=optim.adam(RATE), epochs=2, batch_size=BATCH,
            callbacks=[lambda run, record: ended.append(time.perf_counter())],
        )  # fmt: skip
        return ended[1] - ended[0]

    return run


def torch_epoch(net: Net, memory_format: torch.memory_format) -> Callable[[], float]:
    """Seconds of an epoch of a plain loop, the second one."""
    X, Y = data(net)
    x, y = torch.from_numpy(X).to(DEVICE), torch.from_numpy(Y).to(DEVICE)
    last = memory_format == torch.channels_last
    x = x if last else x.permute(0, 3, 1, 2).contiguous()
    loss = torch.nn.CrossEntropyLoss()

    def run() -> float:
        model: Any = net.theirs().to(DEVICE, memory_format=memory_format)  # pyright: ignore[reportCallIssue]
        optimizer, total, started = torch.optim.Adam(model.parameters(), RATE), torch.zeros((), device=DEVICE), 0.0
        for _epoch in range(2):
            started = time.perf_counter()
            for rows in torch.randperm(len(x), device=DEVICE).split(BATCH):
                batch = x[rows].permute(0, 3, 1, 2) if last else x[rows]
                optimizer.zero_grad()
                value = loss(model(batch), y[rows])
                value.backward()
                optimizer.step()
                total += value.detach()
            total.item()  # waits for the GPU
        return time.perf_counter() - started

    return run


def parameters(net: Net) -> tuple[int, int]:
    """How many numbers each library's network learns."""
    params = Network(net.ours()).init(jax.random.key(0), net.shape)[0]
    return sum(leaf.size for leaf in jax.tree.leaves(params)), sum(p.numel() for p in net.theirs().parameters())


def measure(net: Net, rounds: int) -> dict[str, Any]:
    """Milliseconds a step: medians over the rounds, every contender once a round; and of each round all."""
    count = parameters(net)
    assert count[0] == count[1], f"different networks: {count} parameters"
    contenders = {
        "clearprop": clearprop_epoch(net),
        "contiguous": torch_epoch(net, torch.contiguous_format),
        "channels last": torch_epoch(net, torch.channels_last),
    }
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for run in contenders.values():
        run()
    for _round in range(rounds):
        for name, run in contenders.items():
            time.sleep(PAUSE)
            times[name].append(1e3 * run() / net.steps)
    ratios = {
        name: statistics.median(theirs / ours for theirs, ours in zip(times[name], times["clearprop"], strict=True))
        for name in LEAST
    }
    medians = {name: statistics.median(each) for name, each in times.items()}
    return {"parameters": count[0], "ms_a_step": medians, "times_as_fast": ratios, "ms_all": times}


def show(console: Console, results: dict[str, Any]) -> None:
    """The medians as a table."""
    asked = ", ".join(f"{name} {least:g}" for name, least in LEAST.items())
    out = Table(title=f"ms a step; ratios: how many times as fast clearprop is (asked at least: {asked})")
    for column in ("network", "clearprop", "images/s", "PyTorch contiguous", "ratio", "channels last", "ratio"):
        out.add_column(column, justify="right")
    for name, found in results.items():
        ms, ratio = found["ms_a_step"], found["times_as_fast"]
        cells = [f"{ms['clearprop']:.1f}", f"{1e3 * BATCH / ms['clearprop']:,.0f}"]
        for other in LEAST:
            cells += [f"{ms[other]:.1f}", f"{ratio[other]:.2f}"]
        out.add_row(name, *cells)
    console.print(out)


def main() -> None:
    """Measure, and print a table and a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--nets", default=",".join(NETS))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, help="an epoch, for a trial")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    asked = parser.parse_args()
    console, about = Console(width=150), machine()
    console.print(json.dumps(about), soft_wrap=True)
    results = {}
    for name in asked.nets.split(","):
        net = NETS[name]._replace(**({"steps": asked.steps} if asked.steps else {}))
        results[name] = measure(net, asked.rounds)
        show(console, results)
    if asked.json:
        asked.json.write_text(json.dumps({"machine": about, "batch": BATCH, "nets": results}) + "\n")


if __name__ == "__main__":
    main()
