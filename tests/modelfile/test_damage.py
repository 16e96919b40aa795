"""A file that is not to the bit what was written is refused: cut, flipped, lengthened, or never a model at all."""

import os
import random
import tracemalloc

import pytest
from model_files import tiny_file

from clearprop import load
from clearprop.errors import ModelFileError


@pytest.fixture(scope="module")
def content():
    return tiny_file()


@pytest.fixture
def refuses(tmp_path):
    """Loads bytes and sees that they are refused in a sentence or two that name the file."""
    path = tmp_path / "model.safetensors"

    def check(content):
        path.write_bytes(content)
        try:
            fitted = load(path)
        except ModelFileError as error:  # pytest.raises would take most of the time
            message = str(error)
            assert message.startswith(f"{path}: It is ") and message.endswith(".") and "\n" not in message
            return message
        pytest.fail(f"{fitted} was loaded")

    return check


@pytest.fixture(autouse=True)
def no_large_allocation():
    tracemalloc.start()
    yield
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8e6


def test_cut_at_every_length(content, refuses):
    for length in range(len(content)):
        refuses(content[:length])


def flipped(content, bit):
    return content[: bit // 8] + bytes([content[bit // 8] ^ 1 << bit % 8]) + content[bit // 8 + 1 :]


def test_every_byte_of_the_header(content, refuses):
    """The length, both JSON texts and the hash itself; every bit of the length."""
    draw = random.Random(2)
    for byte in range(8 + int.from_bytes(content[:8], "little")):
        for bit in range(8) if byte < 8 else [draw.randrange(8)]:
            refuses(flipped(content, 8 * byte + bit))


def test_four_thousand_bits_anywhere(content, refuses):
    draw = random.Random(0)
    for _ in range(4_000):
        bit = draw.randrange(8 * len(content))
        refuses(flipped(content, bit))


def test_every_bit_of_the_arrays(content, refuses):
    for bit in range(8 * (8 + int.from_bytes(content[:8], "little")), 8 * len(content)):
        assert "SHA-256" in refuses(flipped(content, bit))


def test_bytes_put_in_left_out_or_exchanged(content, refuses):
    draw = random.Random(1)
    for _ in range(300):
        a, b, c = sorted(draw.randrange(len(content) + 1) for _ in range(3))
        for changed in (
            content[:a] + draw.randbytes(1 + b - a) + content[a:],
            content[:a] + content[b:],
            content[:a] + content[b:c] + content[a:b] + content[c:],
            content + draw.randbytes(1 + a),
        ):
            if changed != content:
                refuses(changed)


def test_something_else(content, refuses):
    for other in (
        b"",
        b"\x00" * 8,
        b"\x00" * 5000,
        b"\xff" * 8,
        b"\xff" * 5000,
        (2**62).to_bytes(8, "little") + content[8:],
        b"PK\x03\x04" + content,
        b"name,price\n" * 100,
        content + content,
        content.replace(b"sha256", b"sha512"),
        content.replace(b"sha256", b'sha256\\":\\"' + b"0" * 64 + b'\\",\\"sha256'),
    ):
        refuses(other)


def test_no_file(tmp_path):
    with pytest.raises(ModelFileError, match=r"nothing.safetensors cannot be read: No such file"):
        load(tmp_path / "nothing.safetensors")
    with pytest.raises(ModelFileError, match=r"It is not a file. Give the file itself"):
        load(tmp_path)
    with pytest.raises(ModelFileError, match="cannot be read"):
        load(str(tmp_path / "a\0b"))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ModelFileError, match="cannot be read: Not a directory"):
        load(tmp_path / "file" / "model.safetensors")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelFileError, match="not a file"):
        load(tmp_path / "pipe")
