"""Folders of images on the command line: train, predict, evaluate, check."""

import csv
import io
import os
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import clearprop as package
from clearprop.cli import job
from clearprop.cli.asked import Asked
from clearprop.cli.predictions import answers_of
from clearprop.cli.tables import see_images
from clearprop.data.images import decode, gathered, reading
from clearprop.errors import DataError
from clearprop.estimators import images
from clearprop.network import Network
from clearprop.train import Fitted
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
    assert "broken.jpg" in out and "1 file was left out, as it is no JPEG" in out and "by its name: 1 .db." in out
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


def test_what_cannot_be_used_is_told_by_all_that_read_a_folder(trained, photos, clearprop):
    """The file by name, the other by its ending, and how many; in JSON; strictly, it is an error."""
    done = clearprop("evaluate", trained[0], photos / "train")
    assert "Using the images" not in done.out and "by its name: 1 .db." in done.out
    assert "broken.jpg" in done.out and "1 file could not be decoded and was left out" in done.out
    seen = clearprop("evaluate", trained[0], photos / "train", "--json").json
    assert seen["data"]["rows"] == 30 and len(seen["left_out"]) == 1 and "broken.jpg" in seen["left_out"][0]
    strict = clearprop("evaluate", trained[0], photos / "train", "--strict")
    assert strict.status == 2 and "broken.jpg" in strict.err


def test_all_that_cannot_be_decoded_is_named(trained, photos, clearprop, tmp_path):
    for i in range(7):
        (tmp_path / f"bad{i}.png").write_text("no image")
    err = clearprop("predict", trained[0], photos / "test", tmp_path).err
    assert all(f"bad{i}.png" in err for i in range(7)) and "7 files could not be decoded" in err


def test_names_of_any_bytes_are_spelt_out(trained, photos, clearprop, tmp_path):
    content = (photos / "test" / "dark" / "000.png").read_bytes()
    for name in (b"caf\xe9.png", b"red\x1b[31m.png"):
        (tmp_path / os.fsdecode(name)).write_bytes(content)
    done = clearprop("predict", trained[0], tmp_path)
    assert [Path(row["file"]).name for row in rows_of(done)] == ["caf\\udce9.png", "red\\x1b[31m.png"]
    clearprop("predict", trained[0], tmp_path, "--output", "out.csv")
    assert Path("out.csv").read_text() == done.out


def test_which_part_is_evaluated_where_test_holds_no_classes(trained, photos, clearprop, tmp_path):
    write_set(tmp_path / "set" / "train", {"dark": 2, "light": 2})
    write(tmp_path / "set" / "test" / "1.png", quadrants())
    out = clearprop("evaluate", trained[0], tmp_path / "set").out
    assert f"Using the images in 'train' of {tmp_path / 'set'}." in out
    assert f"{tmp_path / 'set' / 'test'} holds images, but no folder of them for each class." in out


def test_pictures_on_disk_are_decoded_once_to_see_them_and_once_to_predict(trained, photos, clearprop, monkeypatch):
    words = [("predict", trained[0], photos / "test", "--proba"), ("evaluate", trained[0], photos, "--json")]
    in_memory = [clearprop(*each).out for each in words]
    decoded = []
    monkeypatch.setattr(gathered, "room", lambda: 1)
    monkeypatch.setattr(reading, "decode", lambda file, *size: decoded.append(file) or decode(file, *size))
    for each, before in zip(words, in_memory, strict=True):
        decoded.clear()
        assert clearprop(*each).out == before and len(decoded) == 8


def test_of_two_classes_the_sign_of_the_score_decides(trained):
    """As in `predict`, where both probabilities are ½ in 32 bits."""
    Z = np.array([-1e-9, 0.0, 1e-9], np.float32)
    model = SimpleNamespace(n_outputs_=1, classes_=np.array(["a", "b"]), decision_function=lambda X: X)
    answers, P = answers_of(model, package.load(trained[0] / "model.safetensors").fitted_.table, Z)
    assert answers.tolist() == ["a", "a", "b"] and P.tolist() == [[0.5, 0.5]] * 3


def test_images_have_the_shape_of_the_models(trained, clearprop, tmp_path):
    X, y = np.zeros((2, 8, 9, 3), np.uint8), np.array(["dark", "light"])
    np.savez(tmp_path / "wide.npz", X=X, y=y)
    done = clearprop("evaluate", trained[0], tmp_path / "wide.npz")
    assert done.status == 2 and "takes images of 8 × 8 × 3 numbers, and this one has 8 × 9 × 3." in done.err
    with pytest.raises(DataError, match="takes images of 8 × 8 × 4 numbers, and this one has 8 × 8 × 3"):
        see_images(Fitted(Network([]), (), (), None, None, (8, 8, 4)), "photos")


def test_a_model_of_numbers_up_to_one_takes_pictures(photos, clearprop, tmp_path):
    """Pixels are divided by 255, whichever command decodes them; its own arrays, and a model of bytes, stay."""
    files = sorted((photos / "test").glob("*/*.png"))
    X = package.data.images.Pictures(files, (8, 8, 3)).read() / 255
    y = np.array([file.parent.name for file in files])
    X[:, 0, 0] = 1  # always white, as a frame may be: its scale is 1
    clf = package.DeepClassifier((4,), epochs=30, learning_rate=0.03, dropout=0, random_state=0).fit(X, y)
    clf.save(tmp_path / "model.safetensors")
    model, note = tmp_path / "model.safetensors", "so the pixels of pictures are divided by 255."
    done = clearprop("predict", model, *files, "--proba")
    P = np.array([[float(row["probability_dark"]), float(row["probability_light"])] for row in rows_of(done)])
    X[:, 0, 0] = package.data.images.Pictures(files, (8, 8, 3)).read()[:, 0, 0] / 255
    np.testing.assert_allclose(P, clf.predict_proba(X), rtol=1e-4, atol=1e-7)
    assert note in done.err
    seen = clearprop("evaluate", model, photos)
    assert note in seen.out and clearprop("look", model, files[0]).out.count(note) == 1
    np.savez(tmp_path / "own.npz", X=X, y=y)
    own = clearprop("evaluate", model, tmp_path / "own.npz", "--json").json
    folder = clearprop("evaluate", model, photos, "--json").json
    assert own["metrics"]["log_loss"]["value"] == pytest.approx(folder["metrics"]["log_loss"]["value"], rel=1e-4)
    assert note not in clearprop("evaluate", model, tmp_path / "own.npz").out


def test_images_read_when_needed_train_the_same_model(trained, photos, clearprop, monkeypatch):
    """No room in memory: the same weights, the same predictions; the rows held out are as many."""
    monkeypatch.setattr(gathered, "room", lambda: 1)
    monkeypatch.setattr(images, "room", lambda: 10**9)
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
    assert network(hidden_layer_sizes=(4,)) is None and network(hidden_layer_sizes=(4,), activation="tanh") is None
    assert job.estimator(Asked("flowers.csv"), "classification").network is None


def test_doubles_in_two_classes_are_told(tmp_path):
    folder = write_set(tmp_path / "set", {"dark": 4, "light": 4})
    twin = folder / "light" / "twin.png"
    twin.write_bytes((folder / "dark" / "000.png").read_bytes())
    (note, _copy) = job.prepare(Asked(str(folder), parameters={"hidden_layer_sizes": (4,)})).given.source.notes
    assert "1 image is in more than one class" in note and "twin.png" in note


def test_copies_are_held_out_together(tmp_path):
    """So that none of them is learnt from; without copies, each class is held out in proportion, as ever."""
    folder = write_set(tmp_path / "set", {"dark": 10, "light": 10})
    assert job.prepare(Asked(str(folder), parameters={"hidden_layer_sizes": (4,)})).given.groups is None
    for i in range(5):
        (folder / "dark" / f"copy{i}.png").write_bytes((folder / "dark" / f"00{i}.png").read_bytes())
    prepared = job.prepare(Asked(str(folder), validation=0.3, parameters={"hidden_layer_sizes": (4,)}))
    files = prepared.given.images.files
    halves = [{files[row].read_bytes() for row in rows} for rows in (prepared.training, prepared.held_out)]
    assert not halves[0] & halves[1] and len(prepared.held_out) in (7, 8)
    assert len(halves[1]) < len(prepared.held_out)  # there are copies among them, so that chance would divide some
    assert "5 images are copies of others." in prepared.given.source.notes


def test_images_to_judge_by_that_are_learnt_from_are_told(trained, clearprop, tmp_path):
    write_set(tmp_path / "set" / "train", {"dark": 4, "light": 4})
    for part in ("test", "val"):
        write_set(tmp_path / "set" / part, {"dark": 2, "light": 2}, seed=1)
        (tmp_path / "set" / part / "dark" / "again.png").write_bytes((tmp_path / "set/train/dark/000.png").read_bytes())
    out = clearprop("evaluate", trained[0], tmp_path / "set").out
    assert "1 image of 'test' is in 'train' too" in out
    prepared = job.prepare(Asked(str(tmp_path / "set"), parameters={"hidden_layer_sizes": (4,)}))
    assert "1 image of 'validation' is in 'train' too" in prepared.given.source.notes[0]
    done = clearprop("train", tmp_path / "set", "--validation", 0.3)
    assert done.status == 2 and "has a part for validation, which is what is held out: leave out --valid" in done.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("train", "{photos}", "--network", "lenet", "--hidden", "4"),
            "'lenet' has layers of its own: leave out --hid",
        ),
        (("train", "{photos}", "--activation", "tanh"), "'resnet' has layers of its own: leave out --activation."),
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
    """The files that cannot be decoded are named, and the file of the row is."""
    done = clearprop("check", trained[0], photos / "train", "--rows", 2)
    assert done.status == 0 and "broken.jpg" in done.out
    done = clearprop("explain", trained[0], photos / "train", "--row", 2)
    assert done.status == 0 and "the answer is dark" in done.out and "broken.jpg" in done.out
    assert f"\n{photos / 'train' / 'dark' / '001.png'}\n" in done.out
