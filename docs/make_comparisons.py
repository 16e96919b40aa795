"""The comparisons of docs/learning-principles.md, their tables and pictures, from real runs.

    .venv/bin/python docs/make_comparisons.py --mnist ../shared/data/mnist.npz [--folder runs]

Runs the two commands that the page shows (each goes on from its folder, if it was begun before), writes their tables
between the page's marks, and their pictures to docs/images. On two cores the first takes hours, on a GPU minutes.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from pages import filled, markdown

from clearprop.cli.comparing import _line
from clearprop.compare.pictures import ACCURACY, ANGLES

PAGE = Path(__file__).with_name("learning-principles.md")
IMAGES = Path(__file__).with_name("images")

MNIST = ["--hidden", "256,256", "--epochs", "20", "--seeds", "5", "--tune", "8"]
TABLE = ["sample:breast_cancer", "--hidden", "64,64", "--epochs", "30", "--seeds", "10", "--tune", "8"]


def scores(found: dict[str, Any]) -> str:
    """What each rule came to, as `clearprop compare` prints it."""
    header = ["rule", "test accuracy", "less backprop's, 95% interval", "angle", "norm ratio", "B to W", "time a step"]
    return markdown(header, (_line(name, rule, found["metric"]) for name, rule in found["rules"].items()))


def layers(found: dict[str, Any]) -> str:
    """The angle to back propagation's gradient at the last epoch, layer by layer."""
    places = list(next(iter(found["rules"].values()))["layers"])
    rows = (
        [name, *(_degrees(rule["layers"].get(place, {}).get("angle")) for place in places)]
        for name, rule in found["rules"].items()
    )
    return markdown(["rule", *(f"layer {place}" for place in places)], rows)


def _degrees(angle: float | None) -> str:
    return "" if angle is None else f"{angle:.1f}°"


def needs(found: dict[str, Any]) -> str:
    """What a synapse must know."""
    header = ["rule", "transposed weights", "the output's error", "a second phase", "a backward network", "the label"]
    words = {"no": "", "yes": "yes", "signs": "their signs", False: "", True: "yes"}
    return markdown(
        header, ([name, *(words[v] for v in rule["needs"].values())] for name, rule in found["rules"].items())
    )


def rates(found: dict[str, Any]) -> str:
    """The rates that were chosen."""
    rows = ([name, ", ".join(f"{k} {v:g}" for k, v in rule["rates"].items())] for name, rule in found["rules"].items())
    return markdown(["rule", "rates"], rows)


def main() -> None:
    """Run both, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--mnist", required=True)
    parser.add_argument("--folder", default="runs", type=Path)
    arguments = parser.parse_args()
    text = PAGE.read_text(encoding="utf-8")
    for name, words in {"mnist": [arguments.mnist, *MNIST], "breast-cancer": TABLE}.items():
        folder = arguments.folder / name
        subprocess.run([sys.executable, "-m", "clearprop", "compare", *words, "--output", str(folder)], check=True)
        found = json.loads((folder / "results.json").read_text())
        for picture in (ACCURACY, ANGLES):
            (IMAGES / f"rules-{name}-{picture}").write_bytes((folder / picture).read_bytes())
        for what, table in {"scores": scores, "layers": layers, "needs": needs, "rates": rates}.items():
            text = filled(text, f"{name} {what}", table(found))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
