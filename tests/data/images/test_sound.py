"""Which files can be decoded."""

import numpy as np
import pytest

from clearprop.data.images import PictureError, sound
from clearprop.i18n import speaking
from pictures import encode


def test_sound_files_and_others(tmp_path, files):
    """In their order, each fault in a sentence; strict: the first of them."""
    cut, empty = tmp_path / "cut.jpg", tmp_path / "empty.png"
    whole = encode(np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8), "JPEG")
    cut.write_bytes(whole[:-3000])
    empty.touch()
    told = []
    good, bad = sound([cut, *files, empty], progress=lambda *done: told.append(done))
    assert good == list(files) and [file for file, _ in bad] == [cut, empty] and told[-1] == (43, 43)
    assert bad[0][1] == f"{cut} cannot be decoded as an image: the file is cut short, damaged or unusual."
    with pytest.raises(PictureError, match=r"empty\.png is empty"):
        sound([*files, empty, cut], strict=True)
    assert sound([]) == ([], [])


def test_sentences_of_threads_are_in_the_language_of_the_caller(tmp_path):
    (tmp_path / "x.png").touch()
    with speaking("es"):
        _, [(_, spanish)] = sound([tmp_path / "x.png"])
    assert "x.png" in spanish and "is empty" not in spanish
