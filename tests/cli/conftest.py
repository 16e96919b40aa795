"""What the tests of the command line share: a way to call it, and runs that are trained once."""

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from typer.testing import CliRunner

from clearprop.cli.commands import app


class Done(NamedTuple):
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Its standard output, seen to be strict JSON."""

        def refuse(word):
            raise AssertionError(word)

        return json.loads(self.out, parse_constant=refuse)


def call(*words: object) -> Done:
    """Run a command in this process, as without a terminal."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="session")
def clearprop():
    """`clearprop("train", …)` → Done."""
    return call


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    """Every test in an empty folder, without the settings of whoever runs it."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"):
        monkeypatch.delenv(name, raising=False)


def write_flowers(path: Path, rows: int = 90, seed: int = 0) -> None:
    """Three kinds of flower, told apart by two of three columns."""
    draw = np.random.default_rng(seed)
    kinds = np.arange(rows) % 3
    petal, sepal = kinds + draw.normal(0, 0.3, rows), 5 - kinds + draw.normal(0, 0.3, rows)
    names = np.array(["aster", "rose", "tulip"])[kinds]
    lines = [
        f"{p:.4f},{s:.4f},{n:.4f},{k}" for p, s, n, k in zip(petal, sepal, draw.normal(size=rows), names, strict=True)
    ]
    path.write_text("petal,sepal,noise,species\n" + "\n".join(lines) + "\n")


def write_houses(path: Path, rows: int = 120) -> None:
    """A price that is linear in size and age."""
    draw = np.random.default_rng(1)
    size, age = draw.uniform(50, 200, rows), draw.uniform(0, 80, rows)
    price = 3000 * size - 1000 * age + 50_000 + draw.normal(0, 5000, rows)
    lines = [f"{s:.2f},{p:.2f},{a:.2f}" for s, p, a in zip(size, price, age, strict=True)]
    path.write_text("size,price,age\n" + "\n".join(lines) + "\n")


def write_customers(path: Path, rows: int = 160, seed: int = 0) -> None:
    """A table as it comes: text, dates, truth values, gaps, an identifier, a column that never changes.

    Who churns: those of the plan "basic", and whose spend is below 30; a tenth is noise.
    """
    draw = np.random.default_rng(seed)
    plans = draw.choice(["basic", "plus", "pro"], rows)
    spend = draw.uniform(10, 120, rows)
    churned = ((plans == "basic") | (spend < 30)) ^ (draw.random(rows) < 0.1)
    days = np.datetime64("2024-01-01") + draw.integers(0, 700, rows)
    gap = draw.random(rows) < 0.15
    lines = [
        f"c-{1000 + i},{plans[i]},{'n/a' if gap[i] else f'{spend[i]:.2f}'},{days[i]},{'yes' if i % 3 else 'no'},EU,"
        f"{'town' + str(i // 8)},{'left' if churned[i] else 'stayed'}"
        for i in range(rows)
    ]
    header = "id,plan,spend,since,newsletter,region,town,churned"
    path.write_text("\n".join([header, *lines]) + "\n")


class Trained(NamedTuple):
    """A run, and the data it was trained on."""

    folder: Path
    data: Path
    done: Done


SMALL = (
    "--batch-size",
    16,
    "--learning-rate",
    0.01,
    "--validation",
    0.2,
    "--dropout",
    0,
    "--weight-decay",
    0,
    "--early-stopping",
)


def _train(folder: Path, data: Path, *options: object) -> Trained:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = call("train", data, *options)
    assert done.status == 0, done.err
    return Trained(folder / "runs" / data.stem, data, done)


@pytest.fixture(scope="session")
def flowers(tmp_path_factory) -> Trained:
    """A classifier of three kinds of flower, from a .csv file."""
    folder = tmp_path_factory.mktemp("flowers")
    write_flowers(folder / "flowers.csv")
    return _train(folder, folder / "flowers.csv", *SMALL, "--hidden", "8", "--epochs", 40)


@pytest.fixture(scope="session")
def houses(tmp_path_factory) -> Trained:
    """A linear regression of prices."""
    folder = tmp_path_factory.mktemp("houses")
    write_houses(folder / "houses.csv")
    options = ("--target", "price", "--hidden", "none", "--epochs", 60, "--learning-rate", 0.05, "--json")
    return _train(folder, folder / "houses.csv", *SMALL, *options)


@pytest.fixture(scope="session")
def images(tmp_path_factory) -> Trained:
    """Which half of an image of bytes is bright; the file has test arrays too."""
    folder = tmp_path_factory.mktemp("images")
    draw = np.random.default_rng(2)
    X, y = draw.integers(0, 100, (80, 6, 6, 1)).astype(np.uint8), np.arange(80) % 2
    X[y == 0, :, :3] += 120
    X[y == 1, :, 3:] += 120
    np.savez(folder / "halves.npz", X_train=X[:60], y_train=y[:60], X_test=X[60:], y_test=y[60:])
    return _train(folder, folder / "halves.npz", *SMALL, "--hidden", "4", "--epochs", 30)


@pytest.fixture(scope="session")
def customers(tmp_path_factory) -> Trained:
    """An ensemble of two, from a table as it comes."""
    folder = tmp_path_factory.mktemp("customers")
    write_customers(folder / "customers.csv")
    return _train(
        folder, folder / "customers.csv", *SMALL, "--hidden", "8", "--epochs", 30, "--ensemble", 2, "--drop", "id"
    )


@pytest.fixture
def copied(flowers, tmp_path) -> Path:
    """A copy of the flowers' run folder, to be spoilt."""
    return Path(shutil.copytree(flowers.folder, tmp_path / "copied"))
