"""Folders of images on the command line: train, predict, evaluate, check."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest

import clearprop as package
from clearprop.cli import job
from clearprop.cli.asked import Asked
from clearprop.data.images import gathered
from pictures import quadrants, write, write_set

OPTIONS = ("--hidden", "8", "--epochs", 12, "--dropout", 0, "--learning-rate", 0.01, "--validation", 0.2)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Dark and light images, in train and test; one file of train is no image, another no image by its name."""
    folder = tmp_path_factory.mktemp("images") / "photos"
    write_set(folder / "train", {"dark": 14, "light": 16})
    write_set(folder / "test", {"dark": 3, "light": 5}, seed=1)
    (folder / "train" / "light" / "broken.jpg").write_text("no image")
    (folder / "train" / "light" / "Thumbs.db").write_text("hidden")
    return folder


@pytest.fixture(scope="module")
def trained(photos, clearprop):
    run = photos.parent / "run"
    done = clearprop("train", photos, *OPTIONS, "--output", run)
    assert done.status == 0, done.err
    return run, done


def test_what_is_said_of_a_training(trained, photos):
    out = trained[1].out
    assert f"Read {photos}: 30 images, brought to 8 × 8 pixels, in colour." in out
    assert "broken.jpg" in out and "1 file was left out: by its name it is no image." in out
    assert "Target: 'class', the name of an image's folder." in out
    assert "Classes: dark (14), light (16)." in out
    assert "24 rows to train on, 6 held out for validation." in out
    assert "random_crop" in out  # a folder's images are shifted unless something else is asked for
    assert "1 file could not be decoded and was left out; --strict stops at the first instead." in out
    assert f"Next: clearprop evaluate {trained[0]} {photos}" in out
    assert (trained[0] / "confusion.png").read_bytes().startswith(b"\x89PNG")


def rows_of(done):
    return list(csv.DictReader(io.StringIO(done.out)))


def test_pictures_are_predicted_with_their_file_class_and_probability(trained, photos, clearprop):
    """A file, a folder, and one that is no image, which is named and counted."""
    dark, broken = photos / "test" / "dark" / "000.png", photos / "train" / "light" / "broken.jpg"
    done = clearprop("predict", trained[0], dark, broken, photos / "test" / "light", "--proba")
    found = rows_of(done)
    assert list(found[0]) == ["file", "class", "probability", "probability_dark", "probability_light"]
    assert [row["file"] for row in found] == [
        str(dark),
        *(str(photos / "test" / "light" / f"00{i}.png") for i in range(5)),
    ]
    assert [row["class"] for row in found] == ["dark", *["light"] * 5]
    assert all(float(row["probability"]) == float(row["probability_" + row["class"]]) > 0.5 for row in found)
    assert str(broken) in done.err and "1 file could not be decoded" in done.err


def test_predictions_are_those_of_python(trained, photos, clearprop):
    files = sorted((photos / "test" / "light").iterdir())
    model = package.load(trained[0] / "model.safetensors")
    X = package.data.images.Pictures(files, (8, 8, 3)).read()
    found = [float(row["probability"]) for row in rows_of(clearprop("predict", trained[0], *files))]
    np.testing.assert_allclose(found, model.predict_proba(X).max(1), rtol=1e-6)


def test_other_sizes_and_kinds_of_picture_are_brought_to_the_models(trained, clearprop, tmp_path):
    """A large grey one, and one that is wide."""
    light = write(tmp_path / "large.jpg", np.full((90, 60), 230, np.uint8))
    dark = write(tmp_path / "wide.webp", quadrants(20, 80) // 8)
    assert [row["class"] for row in rows_of(clearprop("predict", trained[0], light, dark))] == ["light", "dark"]


def test_the_test_part_is_evaluated(trained, photos, clearprop):
    done = clearprop("evaluate", trained[0], photos)
    assert done.status == 0 and f"Using the images in 'test' of {photos}." in done.out
    assert "on 8 rows" in done.out and "was trained on these rows" not in done.out
    seen = clearprop("evaluate", trained[0], photos / "train", "--json").json
    assert seen["data"]["rows"] == 30


def test_images_read_when_needed_train_the_same_model(trained, photos, clearprop, monkeypatch):
    """No room in memory: the same weights, the same predictions; the rows held out are as many."""
    monkeypatch.setattr(gathered, "room", lambda: 1)
    monkeypatch.setattr(job, "room", lambda: 10**9)
    done = clearprop("train", photos, *OPTIONS, "--output", "stored")
    assert done.status == 0, done.err
    ours, theirs = (package.load(place / "model.safetensors").fitted_ for place in (Path("stored"), trained[0]))
    for mine, other in zip(ours.params, theirs.params, strict=True):
        for name in mine:
            np.testing.assert_array_equal(mine[name], other[name])
    assert clearprop("predict", "stored", photos / "test").out == clearprop("predict", trained[0], photos / "test").out


def test_a_folders_own_validation_part_is_held_out(clearprop, tmp_path):
    write_set(tmp_path / "set" / "train", {"dark": 10, "light": 10})
    write_set(tmp_path / "set" / "val", {"dark": 2, "light": 1}, seed=1)
    asked = Asked(str(tmp_path / "set"), parameters={"hidden_layer_sizes": (4,)})
    prepared = job.prepare(asked)
    assert len(prepared.training) == 20
    held_out = [prepared.given.source.place(int(row)) for row in prepared.held_out]
    assert held_out == [str(tmp_path / "set/val" / name) for name in ("dark/000.png", "dark/001.png", "light/000.png")]


def test_a_folder_is_learnt_by_a_residual_network_unless_asked_otherwise(photos):
    def network(**parameters):
        return job.estimator(Asked(str(photos), parameters=parameters), "classification").network

    assert network() == "resnet" and network(network="lenet") == "lenet"
    assert network(hidden_layer_sizes=(4,)) is None
    assert job.estimator(Asked("flowers.csv"), "classification").network is None


def test_doubles_in_two_classes_are_told(clearprop, photos, tmp_path):
    folder = write_set(tmp_path / "set", {"dark": 4, "light": 4})
    twin = folder / "light" / "twin.png"
    twin.write_bytes((folder / "dark" / "000.png").read_bytes())
    out = clearprop("train", folder, *OPTIONS[:2], "--epochs", 1).out
    assert "1 image is in more than one class" in " ".join(out.split())
    assert "twin.png" in out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("train", "{photos}", "--strict"), "broken.jpg"),
        (("train", "{photos}", "--target", "x"), "holds images, which have no columns: leave out 'x'."),
        (("train", "{photos}", "--drop", "id"), "holds images, which have no columns: leave out 'id'."),
        (("train", "{photos}", "--network", "resnett"), "There is no network called 'resnett'. Did you mean 'resnet'?"),
        (("train", "{photos}", "--front-end", "v2"), "There is no front end called 'v2'."),
        (("train", "{photos}", "--augment", "flop"), "flop"),
        (("train", "sample:iris", "--network", "lenet"), "network='lenet' is for images"),
        (("train", "sample:iris", "--augment", "flip"), "augment='flip' is for images"),
        (("train", "sample:iris", "--image-size", "8"), "--image-size is for a folder of images"),
        (("train", "sample:iris", "--strict"), "--strict is for a folder of images"),
        (("train", "{photos}/train/dark"), "holds images, but no folder of them for each class."),
        (("train", "{photos}/nothing"), "nothing"),
        (("predict", "{run}", "nothing.png"), "nothing.png"),
        (("predict", "{run}", "{photos}", "some.csv"), "Several DATA have to be pictures or folders of them"),
        (("predict", "{run}", "{photos}", "--strict"), "broken.jpg"),
        (("predict", "{run}", "."), ". holds no images."),
        (("evaluate", "{run}", "."), ". holds no images in folders named after classes."),
        (("predict", "{run}", "{broken}"), "None of the images can be decoded; the first: "),
    ],
)
def test_faults_in_one_plain_sentence(words, sentence, trained, photos, clearprop):
    broken = photos / "train" / "light" / "broken.jpg"
    done = clearprop(*(word.format(photos=photos, run=trained[0], broken=broken) for word in words))
    assert done.status == 2 and sentence in done.err and done.err.count("\n") <= 2, done.err


def test_a_class_that_the_model_does_not_know(trained, clearprop, tmp_path):
    write_set(tmp_path / "others", {"dark": 1, "grey": 1})
    done = clearprop("evaluate", trained[0], tmp_path / "others")
    assert done.status == 2 and "the model knows only 'dark', 'light'" in done.err


def test_a_model_of_a_table_takes_no_pictures(flowers, photos, clearprop):
    done = clearprop("predict", flowers.folder, photos / "test")
    assert done.status == 2 and "holds images, and the model takes none." in done.err


def test_gradients_are_checked_and_a_row_followed_on_images(trained, photos, clearprop):
    assert clearprop("check", trained[0], photos, "--rows", 2).status == 0
    done = clearprop("explain", trained[0], photos, "--row", 2)
    assert done.status == 0 and "the answer is dark" in done.out
