"""The baselines beside a network for images: on some of them, read once, and never at the cost of the network."""

import numpy as np
import pytest

from clearprop.cli import baselines, show, training
from clearprop.cli.asked import Asked
from clearprop.cli.job import prepare
from clearprop.data.images import Pictures, gathered, pictures
from clearprop.explain import baselines as explained
from pictures import write_set


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("baselines") / "photos"
    return write_set(folder, {"dark": 24, "light": 16})


@pytest.fixture
def stored(photos, monkeypatch):
    """A training from disk; 30 images to train on and 10 held out."""
    monkeypatch.setattr(gathered, "room", lambda: 1)  # nothing fits in memory
    monkeypatch.setattr("clearprop.estimators.images.room", lambda: 10**9)
    job = prepare(Asked(str(photos), validation=0.25, parameters={"hidden_layer_sizes": (4,)}))
    assert isinstance(job.given.X, Pictures)
    return job


def few(monkeypatch):
    """Three to fit on, four to score on."""
    for name, value in {"LEAST": 3, "MOST_CELLS": 0, "JUDGED": 4}.items():
        monkeypatch.setattr(baselines, name, value)


def test_no_more_images_are_read_than_are_used(stored, monkeypatch):
    """And what is said and scored agrees with it; the most frequent class is of all."""
    read = []
    monkeypatch.setattr(Pictures, "__array__", lambda self, *_: (read.append(len(self)), self.read())[1])
    found, notes = baselines.beside(stored, "classification")
    assert (sorted(read), notes) == ([10, 30], [])
    whole, read[:] = found["majority"], []
    few(monkeypatch)
    found, notes = baselines.beside(stored, "classification")
    assert sorted(read) == [3, 4]
    assert found["majority"] == whole and set(found) == {"majority", *baselines.FITTED}
    assert whole["accuracy"].value == np.mean(stored.given.y[stored.held_out] == "dark")
    some = "Fitted on 3 of 30 rows, drawn by chance, to save time."
    assert notes == [f"{show.baseline(name)}: {some}" for name in baselines.FITTED]
    assert baselines.beside(stored, "classification")[0] == found  # drawn by the seed


def test_a_sample_of_the_sample_is_said_too(stored, monkeypatch):
    few(monkeypatch)
    monkeypatch.setattr(explained, "MOST_HISTOGRAMS", 0)
    _found, notes = baselines.beside(stored, "classification")
    assert notes[1].endswith(
        "of 30 rows, drawn by chance, to save time. Boosted for 10 rounds rather than 100, to save time."
    )


@pytest.mark.parametrize("error", [MemoryError(), OSError("a file is gone")])
def test_what_goes_wrong_with_them_is_said(stored, monkeypatch, error):
    """And not raised, which would lose the network: it is saved together with its report."""

    def fail(*_args):
        raise error

    monkeypatch.setattr(baselines, "_flat", fail)
    found, notes = baselines.beside(stored, "classification")
    assert list(found) == ["majority"]
    reason = str(error) or "MemoryError"
    assert notes == [f"{show.baseline(name)}: It could not be fitted: {reason}" for name in baselines.FITTED]


def test_few_images_are_read_for_the_picture_of_what_is_taken_for_what(stored, tmp_path, monkeypatch):
    """All are taken for light: of the dark ones, two are shown."""
    read, really = [], pictures.read
    monkeypatch.setattr(pictures, "read", lambda files, *a, **b: (read.extend(files), really(files, *a, **b))[1])
    training._draw_confusion(tmp_path / "confusion.png", stored, np.tile([0.4, 0.6], (10, 1)), "held out")
    assert len(read) == 2 and all(file.parent.name == "dark" for file in read)
    assert (tmp_path / "confusion.png").read_bytes().startswith(b"\x89PNG")
