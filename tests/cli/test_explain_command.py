"""`clearprop explain`."""

import shutil

import jax
import numpy as np
import polars
import pytest

import clearprop as package
from clearprop import explain


@pytest.fixture
def own(flowers, tmp_path):
    """The run in a folder that a test may change."""
    shutil.copytree(flowers.folder, tmp_path / "own")
    return tmp_path / "own"


def test_the_steps_are_those_of_the_row_asked_for(clearprop, flowers):
    done = clearprop("explain", flowers.folder, flowers.data, "--row", 5, "--units", 2, "--json")
    model = package.load(flowers.folder / "model.safetensors")
    rows = polars.read_csv(flowers.data)
    X = model.prepare(rows.drop("species")[4:5])
    Y = np.array([model.classes_.tolist().index(rows["species"][4])])
    wanted = explain.trace(model.fitted_.member(0), X, Y, units=2, learning_rate=0.1)
    assert done.status == 0 and done.json["row"] == 5 and done.json["report"] is None
    assert done.json["trace"]["loss"] == wanted.loss
    assert [op["numbers"] for op in done.json["trace"]["operations"]] == [list(op.numbers) for op in wanted]


def test_what_is_printed_names_the_inputs_and_the_answer(clearprop, flowers):
    done = clearprop("explain", flowers.folder, flowers.data, "--row", 2)
    assert done.status == 0 and done.err == ""
    assert done.out.startswith(f"Row 2 of {flowers.data}: predicted ")
    assert "the answer is rose." in done.out
    assert "What goes in: X₁ petal, X₂ sepal, X₃ noise." in done.out
    for heading in ("Forward\n───", "Loss\n────", "Backward\n────", "Gradient descent\n────"):
        assert heading in done.out
    assert done.out.rstrip().endswith("With --output report.html this and more becomes a page to walk through.")


def test_a_number_is_predicted_in_six_digits(clearprop, houses):
    done = clearprop("explain", houses.folder, houses.data, "--lang", "es")
    rows = polars.read_csv(houses.data)
    predicted = package.load(houses.folder / "model.safetensors").predict(rows.drop("price")[:1])[0]
    assert f"{predicted:.6g}".replace(".", ",") in done.out.splitlines()[0]


def test_the_page_is_written_whole_or_not_at_all(clearprop, flowers, tmp_path, monkeypatch):
    monkeypatch.setattr("clearprop.cli.explaining.report", lambda *things, **more: "<!DOCTYPE html>नमस्ते")
    done = clearprop("explain", flowers.folder, flowers.data, "--output", "page.html")
    assert done.out.rstrip().endswith("Wrote page.html: open it in a browser.")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "<!DOCTYPE html>नमस्ते"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--row", 1000], "{data} has no row 1000: its rows are 1 to 90."),
        (
            ["--output", "page.txt"],
            "The page is a .html file: give --output a name such as report.html, not 'page.txt'.",
        ),
        (["--output", "no/page.html"], "no/page.html cannot be written: there is no folder no."),
        (["--output", "folder.html"], "folder.html cannot be written: it is a folder."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(clearprop, flowers, tmp_path, more, sentence):
    (tmp_path / "folder.html").mkdir()
    done = clearprop("explain", flowers.folder, flowers.data, *more)
    assert (done.status, done.out, done.err) == (2, "", sentence.format(data=flowers.data) + "\n")


def test_the_page_is_of_the_trace_that_was_printed_and_a_foreign_path_is_told(
    clearprop, flowers, own, tmp_path, monkeypatch
):
    given = {}
    monkeypatch.setattr("clearprop.cli.explaining.report", lambda *things, **more: given.update(more) or "page")
    done = clearprop("explain", own, flowers.data, "--row", 2, "--output", "page.html")
    assert done.status == 0 and given["steps"].text() in done.out
    model = package.load(own / "model.safetensors")
    path = explain.DescentPath.load(own / "path.safetensors", model.fitted_)
    explain.DescentPath(path.epochs[:-1], jax.tree.map(lambda leaf: leaf[:-1], path.params)).save(
        own / "path.safetensors"
    )
    done = clearprop("explain", own, flowers.data, "--output", "other.html")
    sentence = "does not lead to this model's weights: delete it, or train again with --path."
    assert (done.status, done.err) == (2, f"{own / 'path.safetensors'} {sentence}\n")
    assert not (tmp_path / "other.html").exists()


def test_a_damaged_path_is_told_and_no_page_written(clearprop, flowers, own, tmp_path):
    file = own / "path.safetensors"
    file.write_bytes(file.read_bytes()[:-20])
    done = clearprop("explain", own, flowers.data, "--output", "page.html")
    assert done.status == 2 and done.err.startswith(f"{file}: ") and done.err.count("\n") == 1
    assert not (tmp_path / "page.html").exists()
