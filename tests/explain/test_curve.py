"""The picture of a training."""

import matplotlib.image
import numpy as np
import pytest

from clearprop.explain import curve
from clearprop.train import History


def history(epochs, **columns):
    return History([{"epoch": i + 1, **{name: f(i) for name, f in columns.items()}} for i in range(epochs)])


@pytest.mark.parametrize(
    ("history", "kept", "wide"),
    [
        (
            history(30, loss=lambda i: 2 / (i + 1), val_loss=lambda i: 3 / (i + 1), val_accuracy=lambda i: i / 30),
            30,
            True,
        ),
        (history(30, loss=lambda i: 2 - i / 30, val_loss=lambda i: 3, val_r2=lambda i: -i), 5, True),
        (history(1, loss=lambda i: 2.0), 1, False),
        (history(3, loss=lambda i: float("nan"), val_loss=lambda i: float("inf"), val_accuracy=lambda i: 0.5), 0, True),
        (History(), 0, False),
    ],
    ids=["classes", "numbers", "one epoch", "diverged", "none"],
)
def test_it_is_drawn_whatever_happened(tmp_path, history, kept, wide):
    curve.draw(tmp_path / "c.png", history, kept, "a $title$ with 目标 and {braces}")
    image = matplotlib.image.imread(tmp_path / "c.png")
    assert image.shape[:2] == (570, 1440 if wide else 840)
    assert np.ptp(image[..., :3]) > 0.5


def colours(path):
    image = (matplotlib.image.imread(path)[..., :3] * 255).round().astype(int)
    return {f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.unique(image.reshape(-1, 3), axis=0)}


def test_both_losses_and_the_kept_epoch_are_in_it(tmp_path):
    whole = history(20, loss=lambda i: 2.0 - i / 20, val_loss=lambda i: 2.2 - i / 40, val_accuracy=lambda i: i / 40)
    curve.draw(tmp_path / "whole.png", whole, 10, "t")
    assert {curve.TRAINING, curve.VALIDATION, curve.KEPT} <= colours(tmp_path / "whole.png")
    curve.draw(tmp_path / "alone.png", history(20, loss=lambda i: 2.0 - i / 20), 0, "t")
    assert curve.TRAINING in colours(tmp_path / "alone.png")
    assert not {curve.VALIDATION, curve.KEPT} & colours(tmp_path / "alone.png")


def test_the_style_of_others_is_left_alone(tmp_path):
    before = dict(matplotlib.rcParams)
    curve.draw(tmp_path / "c.png", history(2, loss=lambda i: 1.0), 1, "t")
    assert dict(matplotlib.rcParams) == before
