"""Folders of images: how they may be laid out, what is left out and said, what cannot be used."""

import os

import numpy as np
import pytest

from clearprop.data.images import is_picture, pictures_in, scan
from clearprop.errors import DataError
from pictures import quadrants, write, write_set


def put(folder, *names):
    """Files that are empty: a scan decodes nothing."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def names(part):
    return [file.name for file in part.files]


def sentence(folder, **options):
    with pytest.raises(DataError) as caught:
        scan(folder, **options)
    return str(caught.value)


def test_one_sub_folder_a_class(tmp_path):
    """Sorted by class, then by name; those of sub-sub-folders belong to their class; any case of the extension."""
    found = scan(
        put(tmp_path, "dog/2.jpeg", "dog/1.PNG", "cat/9.gif", "cat/kittens/tiny/3.webp", "cat/8.BMP", "cat/7.JpG")
    )
    assert found.classes == ("cat", "dog")
    assert names(found.train) == ["7.JpG", "8.BMP", "9.gif", "3.webp", "1.PNG", "2.jpeg"]
    assert found.train.y.tolist() == ["cat"] * 4 + ["dog"] * 2 and len(found.train) == 6
    assert found.test is None and found.validation is None
    assert found.ignored == 0 and found.beside == () and found.notes == ()
    assert found.source == str(tmp_path)


@pytest.mark.parametrize("validation", ["val", "Valid", "VALIDATION"])
def test_train_and_test(tmp_path, validation):
    put(tmp_path, "Train/cat/1.png", "Train/dog/2.png", "TEST/dog/3.png", f"{validation}/cat/4.png")
    found = scan(tmp_path)
    assert found.classes == ("cat", "dog")
    assert (names(found.train), names(found.test), names(found.validation)) == (
        ["1.png", "2.png"],
        ["3.png"],
        ["4.png"],
    )
    assert found.test.y.tolist() == ["dog"] and found.validation.y.tolist() == ["cat"]


def test_train_alone_is_a_part_too(tmp_path):
    assert scan(put(tmp_path, "train/cat/1.png", "train/dog/2.png")).classes == ("cat", "dog")


def test_a_class_may_be_called_train(tmp_path):
    """Where others stand beside it, that are no parts of a set."""
    found = scan(put(tmp_path, "train/steam/1.png", "plane/2.png", "car/3.png"))
    assert found.classes == ("car", "plane", "train")


def test_two_validation_folders_are_one(tmp_path):
    put(tmp_path, "train/cat/1.png", "train/dog/2.png", "val/cat/3.png", "valid/cat/4.png", "valid/dog/5.png")
    assert names(scan(tmp_path).validation) == ["3.png", "4.png", "5.png"]


def test_what_is_left_out_is_counted_and_said(tmp_path):
    """Hidden files, other files; images beside the folders of classes; folders without images."""
    put(tmp_path, "cat/1.png", "dog/2.png", "cat/Thumbs.db", "dog/.DS_Store", "dog/._2.png", "notes.txt", ".git/x.png")
    put(tmp_path, "loose.png", "bird/README.md")
    found = scan(tmp_path)
    assert found.classes == ("cat", "dog") and names(found.train) == ["1.png", "2.png"]
    assert found.ignored == 6 and [file.name for file in found.beside] == ["loose.png"]
    assert found.notes == (
        "3 files were left out, as they are no JPEG, PNG, WebP, BMP or GIF by their names: 1 .txt, 1 .md, 1 .db.",
        "3 files were left out: by their names they are no images.",
        "1 image was left out, as it lies beside the folders of the classes: loose.png.",
        "1 folder holds no images: bird.",
    )


def test_what_is_left_out_of_parts(tmp_path):
    """Beside the parts, beside their classes, in folders that are no part, and in a part without classes."""
    put(
        tmp_path,
        "train/cat/1.png",
        "train/dog/2.png",
        "train/a.png",
        "test/b.png",
        "c.png",
        "more/d.png",
        "e.txt",
        "train/f.txt",
    )
    found = scan(tmp_path)
    assert names(found.train) == ["1.png", "2.png"] and found.test is None
    assert sorted(file.name for file in found.beside) == ["a.png", "b.png", "c.png", "d.png"]
    assert found.ignored == 2 and "2 files were" in found.notes[0] and "4 images were" in found.notes[1]
    assert found.notes[-1] == f"{tmp_path}/test holds images, but no folder of them for each class."
    assert found.divided and not scan(tmp_path / "train").divided


def test_files_that_are_no_images_are_told_by_their_endings(tmp_path):
    """The most frequent first, in any case of their letters; where there is nothing else, in the error too."""
    heic = [f"cat/{i}.HEIC" for i in range(9)]
    put(tmp_path, *heic, "cat/10.heic", "dog/a.tiff", "dog/b.avif", "dog/LICENSE", "dog/c.tiff")
    told = "14 files were left out, as they are no JPEG, PNG, WebP, BMP or GIF by their names: 10 .heic, 2 .tiff, "
    assert sentence(tmp_path).endswith(f"named after classes. {told}1 LICENSE, 1 .avif.")
    assert scan(put(tmp_path, "cat/1.jpg", "dog/2.jpe")).notes[0].startswith(told)


def test_folders_that_cannot_be_learnt_from(tmp_path):
    assert sentence(tmp_path / "no") == f"There is no folder '{tmp_path}/no'."
    assert sentence(put(tmp_path, "file") / "file") == f"{tmp_path}/file cannot be opened: Not a directory."
    empty = put(tmp_path / "empty", "x.txt", "a/y.txt")
    assert sentence(empty).startswith(f"{empty} holds no images in folders named after classes. 2 files were left out")
    flat = put(tmp_path / "flat", "1.png", "2.png")
    assert sentence(flat) == f"{flat} holds images, but no folder of them for each class."
    parts = put(tmp_path / "parts", "train/1.png", "test/2.png")
    assert sentence(parts) == f"{parts} holds images, but no folder of them for each class."
    one = put(tmp_path / "one", "cat/1.png", "dog/x.txt")
    assert sentence(one) == f"{one} holds images of one class only, 'cat'; training needs two or more."
    assert scan(one, for_training=False).classes == ("cat",)


def test_a_class_that_is_not_in_train(tmp_path):
    put(tmp_path, "train/cat/1.png", "train/dog/2.png", "test/cat/3.png", "test/bird/4.png")
    told = f"The class 'bird' is in {tmp_path}/test/bird, and not among those to learn from."
    assert sentence(tmp_path) == told


def test_test_alone(tmp_path):
    """It cannot be learnt from; it can be tried on."""
    put(tmp_path, "test/cat/1.png", "test/dog/2.png")
    assert sentence(tmp_path) == f"{tmp_path} has no folder 'train' of images to learn from."
    found = scan(tmp_path, for_training=False)
    assert names(found.test) == ["1.png", "2.png"] and found.classes == ("cat", "dog")
    assert len(found.train) == 0 and found.train.y.shape == (0,)


def test_links_that_lead_in_a_circle_end(tmp_path):
    """Up to the top, to itself, to each other: every file is found once, and in its own class."""
    put(tmp_path, "cat/1.png", "dog/2.png", "dog/big/3.png")
    (tmp_path / "cat" / "up").symlink_to(tmp_path)
    (tmp_path / "cat" / "self").symlink_to(tmp_path / "cat")
    (tmp_path / "dog" / "big" / "back").symlink_to(tmp_path / "dog")
    (tmp_path / "dog" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    found = scan(tmp_path)
    assert names(found.train) == ["1.png", "2.png", "gone.png", "3.png"]
    assert found.train.y.tolist() == ["cat", "dog", "dog", "dog"]


def test_a_link_to_a_folder_is_a_folder(tmp_path):
    put(tmp_path, "elsewhere/1.png", "set/dog/2.png")
    (tmp_path / "set" / "cat").symlink_to(tmp_path / "elsewhere")
    assert scan(tmp_path / "set").train.y.tolist() == ["cat", "dog"]


@pytest.mark.skipif(os.getuid() == 0, reason="root may read all")
def test_a_folder_that_may_not_be_read(tmp_path):
    put(tmp_path, "cat/1.png", "dog/2.png")
    (tmp_path / "dog").chmod(0)
    try:
        assert sentence(tmp_path) == f"{tmp_path}/dog cannot be opened: Permission denied."
    finally:
        (tmp_path / "dog").chmod(0o755)


def test_names_of_any_bytes(tmp_path):
    """Accents in either form are one class; what is no text or moves a cursor is spelt out; nothing is lost."""
    put(
        tmp_path,
        "train/caf\u00e9/\u732b.png",
        "train/gatto/2.png",
        "test/cafe\u0301/3.png",
        "train/\u043a\u0456\u0442/4.png",
    )
    put(tmp_path, os.fsdecode(b"train/no\xff/\x1b[2J\xfe.png"))
    found = scan(tmp_path)
    assert found.classes == ("café", "gatto", "no\\udcff", "кіт")
    assert found.test.y.tolist() == ["café"] and all(file.exists() for file in found.train.files)
    for name in found.classes:
        name.encode()
    put(tmp_path, os.fsdecode(b"test/\x07\xff/5.png"))
    assert "'\\x07\\udcff'" in sentence(tmp_path) and sentence(tmp_path).encode()


@pytest.mark.parametrize(
    "name", ["a.jpg", "A.JPEG", "b.PnG", "c.webp", "d.bmp", "e.gif", "x.y.gif", "f.jfif", "g.Jpe", "h.apng"]
)
def test_names_of_images(name):
    assert is_picture(name) and is_picture(f"some/{name}")
    assert not is_picture(f".{name}") and not is_picture(f"{name}.txt") and not is_picture("jpg")


def test_the_images_in_a_folder(tmp_path):
    put(tmp_path, "2.png", "1.png", "b/3.png", "a/c/4.png", "x.txt")
    assert [str(path.relative_to(tmp_path)) for path in pictures_in(tmp_path)] == [
        "1.png",
        "2.png",
        "a/c/4.png",
        "b/3.png",
    ]
    with pytest.raises(DataError, match="cannot be opened: No such file"):
        pictures_in(tmp_path / "none")


def test_the_samples_that_tests_write(tmp_path):
    """tests/pictures.py."""
    found = scan(write_set(tmp_path, {"dark": 2, "light": 3}))
    assert found.train.y.tolist() == ["dark"] * 2 + ["light"] * 3
    assert np.array_equal(write(tmp_path / "x.jpg", quadrants()).read_bytes()[:3], b"\xff\xd8\xff")
