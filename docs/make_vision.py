"""The pictures of `vision.md` and of the README, and what the page quotes, from real runs.

    .venv/bin/python docs/make_vision.py

Runs the page's own code, which writes scikit-learn's digits out as pictures; trains on them, predicts, evaluates and
looks by the command line; draws the confusions and the V1 front end's filters. About two minutes.
"""

import contextlib
import re
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pages import clearprop, filled

from clearprop import DeepClassifier, explain, load
from clearprop.data.images import Pictures, decode, scan
from clearprop.explain import confusion_picture, first_layer_picture, look_picture

DOCS = Path(__file__).parent
PAGE, IMAGES = DOCS / "vision.md", DOCS / "images"
DIGIT = "digits/test/8/0028.png"
QUOTED = {
    "training": ("train digits --network lenet --image-size 16 --augment crop:pixels=1 --epochs 20", None),
    "prediction": (f"predict runs/digits digits/test/3 {DIGIT}", 5),
    "evaluation": ("evaluate runs/digits digits", None),
    "look": (f"look runs/digits {DIGIT} --output look.png", None),
}
"""What stands between each pair of marks: a command, and how many lines of what it prints."""


def main() -> None:
    """Write the digits, run the commands, fill the page, draw the pictures."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        exec(first_code(), {})
        page = PAGE.read_text(encoding="utf-8")
        for mark, (command, lines) in QUOTED.items():
            page = filled(page, mark, quoted(command, clearprop(*command.split(), folder=name), lines))
        PAGE.write_text(page, encoding="utf-8")
        shutil.copy("look.png", IMAGES / "vision-look.png")
        model = load("runs/digits/model.safetensors")
        draw_short(model)
        draw_confusions(model)
    draw_front_end()


def first_code() -> str:
    """The page's code that writes pictures."""
    found = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    return found[1]


def quoted(command: str, printed: str, most: int | None) -> str:
    """The command and what it printed, as a block."""
    lines = printed.strip().splitlines()
    left_out = ["…"] if most is not None and len(lines) > most else []
    return "\n".join(["```", f"$ clearprop {command}", *lines[:most], *left_out, "```"])


def draw_short(model: Any) -> None:
    """The same digit, with the maps of the first stage alone: for the README."""
    found = explain.look(model, decode(DIGIT, *model.fitted_.input_shape))
    look_picture.draw(IMAGES / "vision-short.png", replace(found, maps=found.maps[:1]), "")


def draw_confusions(model: Any) -> None:
    """What the test digits are taken for."""
    test = scan("digits").test
    assert test is not None
    X = Pictures(test.files, model.fitted_.input_shape).read()
    found = explain.confusion(test.y, model.predict_proba(X), model.classes_)
    confusion_picture.draw(IMAGES / "vision-confusion.png", found, "", X)


def draw_front_end() -> None:
    """The filters of V1, which are the same whatever is learnt behind them."""
    X, y = np.random.default_rng(0).normal(size=(8, 16, 16, 1)), np.arange(8) % 2
    model = DeepClassifier((), front_end="v1", epochs=1, random_state=0).fit(X, y)
    first_layer_picture.draw(IMAGES / "vision-v1.png", explain.first_layer_filters(model), "")


if __name__ == "__main__":
    main()
