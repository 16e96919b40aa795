"""The pictures of `seeing-it.md` and of the README, from real runs, and the text that the page quotes.

    .venv/bin/python docs/make_seeing.py

Trains on `sample:moons`, explains a row in every language, opens each page in a browser (Chromium, the one of
$CLEARPROP_CHROMIUM or on the PATH) and takes its picture; draws the other pictures by the functions of
`clearprop.explain`. About three minutes.
"""

import os
import shutil
import tempfile
from pathlib import Path

from pages import clearprop, filled
from playwright.sync_api import sync_playwright

from clearprop import explain, load
from clearprop.data.samples import sample
from clearprop.explain import boundary_picture, descent_picture, landscape_picture, units_picture
from clearprop.i18n import LANGUAGES

DOCS = Path(__file__).parent
IMAGES = DOCS / "images"
TRAIN = [
    "train",
    "sample:moons",
    "--hidden",
    "6,4",
    "--activation",
    "tanh",
    "--dropout",
    "0",
    "--epochs",
    "150",
    "--learning-rate",
    "0.02",
    "--weight-decay",
    "0",
    "--path",
]
ROW = "7"
STEP = 3
"""The operation that the pictures of the page show."""


def main() -> None:
    """Train, explain, draw, take pictures, and fill the page."""
    with tempfile.TemporaryDirectory() as folder:
        clearprop(*TRAIN, folder=folder)
        explain_row = ["explain", "runs/moons", "sample:moons", "--row", ROW]
        for language in LANGUAGES:
            clearprop(*explain_row, "--lang", language, "--output", f"{language}.html", folder=folder)
        shots(Path(folder))
        pictures(Path(folder, "runs", "moons"))
        quote(clearprop(*explain_row, "--lang", "en", folder=folder))


def shots(folder: Path) -> None:
    """A picture of the page at one step in every language."""
    browser_path = os.environ.get("CLEARPROP_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for language in LANGUAGES:
            page = browser.new_page(viewport={"width": 1100, "height": 1000})
            page.goto(f"file://{folder}/{language}.html#step-{STEP}")
            page.locator("#steps").screenshot(path=IMAGES / f"seeing-{language}.png")
        browser.close()


def pictures(run: Path) -> None:
    """The loss around the weights, ways down, decision regions, units."""
    model = load(run / "model.safetensors")
    X, y, _names = sample("moons").load()
    X, Y = model.prepare(X), model.encode(X, y)
    fitted = model.fitted_
    path = explain.DescentPath.load(run / "path.safetensors", fitted)
    plane = explain.landscape(fitted, X, Y, plane="path", path=path)
    landscape_picture.draw(IMAGES / "seeing-loss.png", plane, "")
    descents = explain.descent(explain.plane_of(plane, fitted, X, Y))
    descent_picture.draw(IMAGES / "seeing-descents.png", descents, "")
    boundary_picture.draw(IMAGES / "seeing-regions.png", explain.boundary(fitted, X, Y, inputs=(0, 1), path=path), "")
    units_picture.draw(IMAGES / "seeing-units.png", explain.units(fitted, X, Y), "")


def quote(printed: str) -> None:
    """The beginning of what the command prints, in the page."""
    lines = printed.rstrip().splitlines()
    page = DOCS / "seeing-it.md"
    text = "```\n" + "\n".join([*lines[:32], "…"]) + "\n```"
    page.write_text(filled(page.read_text(encoding="utf-8"), "what explain prints", text), encoding="utf-8")


if __name__ == "__main__":
    main()
