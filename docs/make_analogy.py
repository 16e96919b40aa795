"""The figures and tables of docs/what-does-this-have-to-do-with-the-brain.md, from a real run.

    .venv/bin/python docs/make_analogy.py [--folder runs/analogy]

Runs the command that the page shows (it goes on from its folder, if it was begun before), writes its tables between the
page's marks, and its pictures to docs/images. On two cores it took 36 minutes beside other work.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pages import filled, markdown

from clearprop.analogy.pictures import ROC, WEIGHTS, activity_of
from clearprop.cli.likening import FORMS, line

PAGE = Path(__file__).with_name("what-does-this-have-to-do-with-the-brain.md")
IMAGES = Path(__file__).with_name("images")

WORDS = ["--neuron", "all", "--seeds", "5", "--trials", "200"]
PICTURES = {ROC: "analogy-roc.png", WEIGHTS: "analogy-weights.png", activity_of("lif"): "analogy-activity.png"}
MEASURES = ["AUC", "D′", "caught", "explained variance of V"]


def records(found: dict[str, Any]) -> dict[str, Any]:
    """The neurons, then the controls."""
    return {**found["neurons"], **{f"*{name}*": record for name, record in found["controls"].items()}}


def differences(found: dict[str, Any]) -> str:
    """The best depth less depth 0."""
    rows = ([name, *line(record["difference"], "+")] for name, record in records(found).items())
    return markdown(["best less depth 0", *MEASURES], rows)


def depths(found: dict[str, Any]) -> str:
    """Each depth of each neuron: means over the seeds."""
    rows = (
        [name if depth == "0" else "", depth, *(format(measured[key]["mean"], form) for key, form in FORMS.items())]
        for name, record in records(found).items()
        for depth, measured in record["depths"].items()
    )
    return markdown(["neuron", "depth", *MEASURES], rows)


def main() -> None:
    """Run it, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--folder", default="runs/analogy", type=Path)
    folder = parser.parse_args().folder
    subprocess.run([sys.executable, "-m", "clearprop", "analogy", *WORDS, "--output", str(folder)], check=True)
    found = json.loads((folder / "results.json").read_text())
    for picture, name in PICTURES.items():
        (IMAGES / name).write_bytes((folder / picture).read_bytes())
    text = PAGE.read_text(encoding="utf-8")
    for mark, table in {"differences": differences, "depths": depths}.items():
        text = filled(text, mark, table(found))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
