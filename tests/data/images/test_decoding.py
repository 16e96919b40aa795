"""Every format, mode and orientation against pixels made by hand; what is broken, too large, or no image."""

import io
import os
import struct
import time
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageFile

from clearprop.data.images import PictureError, colours, decode, decoding, opening
from clearprop.data.images.decoding import middle
from clearprop.data.images.room import Room
from pictures import QUADRANTS, encode, quadrants

LOSSLESS = {"PNG": {}, "BMP": {}, "GIF": {}, "WEBP": {"lossless": True, "exact": True}}
GREY = (QUADRANTS @ (0.299, 0.587, 0.114)).round().astype(np.uint8)


def close(X, Y, most):
    assert X.shape == Y.shape
    return np.abs(X.astype(int) - Y.astype(int)).max() <= most


def corners(X):
    """Four pixels (2, 2, channels) near the corners, away from where colours meet."""
    return X[[4, -5]][:, [4, -5]]


@pytest.fixture(autouse=True)
def _no_warnings_at_all():
    """Not even those that Python shows once only."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.parametrize("format", LOSSLESS)
def test_lossless_formats_to_the_bit(format):
    """In colour and in grey, of the size they have."""
    file = encode(quadrants(), format, **LOSSLESS[format])
    assert np.array_equal(decode(file, 16, 24, 3), quadrants())
    grey = decode(file, 16, 24, 1)
    assert grey.shape == (16, 24, 1) and grey.dtype == np.uint8
    assert close(grey[..., 0], GREY.repeat(8, 0).repeat(12, 1), 1)


@pytest.mark.parametrize(("format", "most"), [("JPEG", 4), ("WEBP", 14)])
def test_lossy_formats_nearly(format, most):
    file = encode(quadrants(32, 48), format, quality=95, **({"subsampling": 0} if format == "JPEG" else {}))
    assert close(corners(decode(file, 32, 48, 3)), QUADRANTS, most)
    assert close(corners(decode(file, 32, 48, 1))[..., 0], GREY, 6)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_modes_of_png(mode):
    """One bit, grey, palette, with alpha, 16 bits: the same image."""
    black = quadrants(colours=np.array([[[0] * 3, [255] * 3], [[255] * 3, [0] * 3]], np.uint8))
    file = encode(black, "PNG", "L" if mode == "I;16" else mode)
    if mode == "I;16":
        file = encode(black[..., 0].astype(np.uint16) * 257, "PNG")
        assert Image.open(io.BytesIO(file)).mode == "I;16"
    assert np.array_equal(decode(file, 16, 24, 3), black)
    assert np.array_equal(decode(file, 16, 24, 1), black[..., :1])


@pytest.mark.parametrize("mode", ["1", "L", "P"])
@pytest.mark.parametrize("format", ["BMP", "GIF", "PNG"])
def test_other_modes_of_other_formats(format, mode):
    black = quadrants(colours=np.array([[[0] * 3, [255] * 3], [[255] * 3, [0] * 3]], np.uint8))
    assert np.array_equal(decode(encode(black, format, mode), 16, 24, 3), black)


def test_sixteen_bits_are_scaled_and_not_cut():
    """Every value of 16 bits: its upper 8, in grey as in colour."""
    values = np.arange(2**16, dtype=np.uint16).reshape(256, 256)
    assert np.array_equal(decode(encode(values), 256, 256, 1)[..., 0], values >> 8)
    rows = b"".join(b"\0" + row.astype(">u2").repeat(3).tobytes() for row in values)
    colour = png(256, 256, 16, 2, rows)
    assert np.array_equal(decode(colour, 256, 256, 3), (values >> 8)[..., None].repeat(3, -1))


def png(width, height, depth, colour, rows, before=b"", after=b""):
    """A PNG of these rows, each led by its filter's 0."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + before + chunk(b"IDAT", zlib.compress(rows)) + after + chunk(b"IEND", b"")


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_what_is_transparent_lies_on_white():
    """A quarter of black over white is 191; the colour under what cannot be seen does not count."""
    pixels = np.array([[[0, 0, 0, 64], [200, 0, 0, 0]], [[9, 8, 7, 255], [0, 0, 100, 128]]], np.uint8)
    wanted = [[[191] * 3, [255] * 3], [[9, 8, 7], [127, 127, 177]]]
    for format, options in (("PNG", {}), ("WEBP", {"lossless": True, "exact": True})):
        assert close(decode(encode(pixels, format, **options), 2, 2, 3), np.array(wanted), 1)
    assert close(decode(encode(pixels[..., 2:], "PNG"), 2, 2, 1)[..., 0], np.array([[191, 255], [7, 177]]), 1)


@pytest.mark.parametrize("format", ["PNG", "GIF"])
def test_transparent_entries_of_a_palette(format):
    """One entry; in a PNG also one of a half."""
    image = Image.fromarray(np.array([[0, 1], [1, 2]], np.uint8), "P")
    image.putpalette([10, 20, 30, 200, 0, 0, 0, 0, 90])
    image.save(one := io.BytesIO(), format, transparency=1)
    assert decode(one.getvalue(), 2, 2, 3).tolist() == [[[10, 20, 30], [255] * 3], [[255] * 3, [0, 0, 90]]]
    if format == "PNG":
        image.save(half := io.BytesIO(), format, transparency=bytes([255, 128, 0]))
        assert close(decode(half.getvalue(), 2, 2, 3)[0, 1], np.array([227, 127, 127]), 1)


@pytest.mark.parametrize(
    ("depth", "colour", "rows", "transparent", "wanted"),
    [
        (1, 0, b"\0\x40", (1,), [0, 255]),
        (2, 0, b"\0\x60", (2,), [85, 255]),
        (4, 0, b"\0\x5a", (10,), [85, 255]),
        (8, 0, b"\0\x05\x0a", (10,), [5, 255]),
        (16, 0, b"\0\x05\x00\x0a\x01", (0x0A01,), [5, 255]),
        (8, 2, b"\0\x05\x05\x05\x01\x02\x03", (1, 2, 3), [5, 255]),
        (16, 2, b"\0" + b"\x05\x00" * 3 + b"\x0a\x01" * 3, (0x0A01,) * 3, [5, 255]),
    ],
)
def test_the_transparent_grey_or_colour_of_a_png(depth, colour, rows, transparent, wanted):
    """Of as many bits as the pixels: of the two, the second cannot be seen."""
    trns = chunk(b"tRNS", struct.pack(f">{len(transparent)}H", *transparent))
    assert decode(png(2, 1, depth, colour, rows, trns), 1, 2, 1)[0, :, 0].tolist() == wanted


def test_cmyk():
    """A JPEG of a printer: no ink is white, all cyan has no red."""
    ink = np.array([[[0, 0, 0, 0], [255, 0, 0, 0]], [[0, 0, 0, 255], [0, 255, 255, 0]]], np.uint8)
    image = Image.fromarray(ink.repeat(16, 0).repeat(16, 1), "CMYK")
    image.save(file := io.BytesIO(), "JPEG", quality=100)
    wanted = np.array([[[255] * 3, [0, 255, 255]], [[0] * 3, [255, 0, 0]]])
    assert close(decode(file.getvalue(), 32, 32, 3)[8::16, 8::16], wanted, 3)
    assert close(decode(file.getvalue(), 32, 32, 1)[8::16, 8::16, 0], np.array([[255, 179], [0, 76]]), 3)


TURNED = {  # how the sensor's picture lies when the camera was held so: Exif 2.3, table 6
    1: lambda X: X,
    2: lambda X: X[:, ::-1],
    3: lambda X: X[::-1, ::-1],
    4: lambda X: X[::-1],
    5: lambda X: X.transpose(1, 0, 2),
    6: lambda X: X.transpose(1, 0, 2)[::-1],
    7: lambda X: X[::-1, ::-1].transpose(1, 0, 2),
    8: lambda X: X.transpose(1, 0, 2)[:, ::-1],
}


def exif(orientation, order="<", kind=3):
    """The shortest that says which way up."""
    value = struct.pack(order + ("HH" if kind == 3 else "I"), *((orientation, 0) if kind == 3 else (orientation,)))
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IHHHI", 8, 1, 0x0112, kind, 1)
    return b"Exif\0\0" + start + value + bytes(4)


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("format", ["PNG", "WEBP", "JPEG"])
def test_orientations(format, orientation):
    """A picture of four colours stored in each of the eight ways comes out as it was seen, its corners where they were.

    Where row 0 and column 0 of what is stored lie in what is seen is the definition; TURNED is worked out from it.
    """
    stored = np.ascontiguousarray(TURNED[orientation](quadrants(32, 48)))
    options = {"PNG": {}, "WEBP": {"lossless": True}, "JPEG": {"quality": 95, "subsampling": 0}}[format]
    for order, kind in (("<", 3), (">", 3), (">", 4)):
        file = encode(stored, format, exif=exif(orientation, order, kind), **options)
        assert close(corners(decode(file, 32, 48, 3)), QUADRANTS, 4)
    assert np.array_equal(np.asarray(_by_pillow(file)), decode(file, 32, 48, 3))


def _by_pillow(file):
    from PIL import ImageOps

    return ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB")


@pytest.mark.parametrize(
    "exif",
    [
        b"",
        b"Exif\0\0",
        b"Exif\0\0II*\0",
        exif(9),
        exif(0),
        exif(6)[:20],
        b"Exif\0\0XX*\0" + bytes(20),
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(30),
    ],
)
def test_exif_that_says_nothing_is_upright_without_a_warning(exif):
    assert np.array_equal(decode(encode(quadrants(), "PNG", exif=exif or b"\0"), 16, 24, 3), quadrants())
    decode(encode(quadrants(), "JPEG", exif=exif), 16, 24, 3)


def test_exif_of_odd_fields_warns_nobody():
    """A resolution that lies beyond the end: Pillow warns of it when it opens the file."""
    field = struct.pack("<HHII", 0x011A, 5, 1, 99999)
    odd = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + struct.pack("<HHIHH", 0x0112, 3, 1, 3, 0) + field + bytes(4)
    file = encode(quadrants(32, 48), "JPEG", exif=odd, quality=95)
    with pytest.raises(UserWarning, match=r"EXIF|Truncated|larger"):
        Image.open(io.BytesIO(file))
    assert close(corners(decode(file, 32, 48, 3)), QUADRANTS[::-1, ::-1], 4)


@pytest.mark.parametrize(("format", "options"), [("GIF", {}), ("WEBP", {"lossless": True}), ("PNG", {})])
def test_of_an_animation_the_first_image(format, options):
    more = [Image.fromarray(quadrants()[::-1]), Image.fromarray(quadrants()[:, ::-1])]
    file = encode(quadrants(), format, save_all=True, append_images=more, duration=50, **options)
    assert Image.open(io.BytesIO(file)).n_frames == 3
    assert np.array_equal(decode(file, 16, 24, 3), quadrants())


def test_a_broken_animation_of_png_warns_nobody():
    rows = b"".join(b"\0" + row.tobytes() for row in quadrants())
    file = png(24, 16, 8, 2, rows, chunk(b"acTL", bytes(8)))
    with pytest.raises(UserWarning, match="APNG"):
        Image.open(io.BytesIO(file))
    assert np.array_equal(decode(file, 16, 24, 3), quadrants())


def test_the_middle_is_kept():
    """30 wide, 20 high to 8 × 8: 5 columns fall on each side; of whole pixels none is mixed."""
    wide = np.zeros((8, 14, 3), np.uint8)
    wide[:, 3:11] = quadrants(8, 8)
    assert np.array_equal(decode(encode(wide), 8, 8, 3), quadrants(8, 8))
    assert np.array_equal(decode(encode(wide.transpose(1, 0, 2)), 8, 8, 3), quadrants(8, 8).transpose(1, 0, 2))
    odd = np.concatenate([wide, wide[:, -1:]], axis=1)
    assert np.array_equal(decode(encode(odd), 8, 8, 3), quadrants(8, 8))
    assert middle(10, 1000, 5, 5) == (0, 495, 10, 505) and middle(1, 1, 7, 3) == (
        0,
        pytest.approx(2 / 7),
        1,
        pytest.approx(5 / 7),
    )


def test_shrinking_takes_all_pixels():
    """A checkerboard becomes grey, and does not vanish as it would were every eighth pixel taken; in steps too."""
    board = (np.indices((512, 512)).sum(0) % 2 * 255).astype(np.uint8)
    for format in ("PNG", "BMP"):
        assert close(decode(encode(board, format), 16, 16, 1), np.full((16, 16, 1), 127), 2)


def test_a_large_jpeg_is_decoded_at_a_part_of_its_size(monkeypatch):
    """And looks as if it were not."""
    ramp = np.add.outer(np.arange(800), np.arange(1200)).astype(float)
    pixels = np.stack([ramp / 2000, np.sin(ramp / 90) / 2 + 0.5, 1 - ramp / 2000], -1)
    file = encode((pixels * 255).astype(np.uint8), "JPEG", quality=95)
    sizes = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: (sizes.append(image.size), load(image))[1])
    fast = decode(file, 64, 96, 3)
    assert set(sizes) == {(300, 200)}
    monkeypatch.setattr("clearprop.data.images.decoding.ENOUGH", 100)
    assert close(decode(file, 64, 96, 3), fast, 3)


@pytest.mark.parametrize("orientation", [1, 5, 6, 8])
def test_a_part_of_its_size_on_whichever_side_it_lies(orientation, monkeypatch):
    """Stored 160 wide and 40 high, for 40 × 10 as it is seen: half of its size is enough."""
    tall = orientation >= 5
    file = encode(quadrants(40, 160), "JPEG", exif=exif(orientation))
    sizes = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: (sizes.append(image.size), load(image))[1])
    decode(file, *((40, 10) if tall else (10, 40)), 3)
    assert set(sizes) == {(80, 20)}


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (2, 3)])
def test_images_of_any_size(size):
    for format in ("PNG", "JPEG", "WEBP", "BMP", "GIF"):
        X = decode(encode(np.full((*size, 3), 77, np.uint8), format), 5, 4, 3)
        assert close(X, np.full((5, 4, 3), 77), 1)


def sentence(source):
    with pytest.raises(PictureError) as caught:
        decode(source, 8, 8, 3)
    return str(caught.value)


def test_files_that_cannot_be_used(tmp_path):
    """Each in a sentence that names the file and the fault."""
    folder = tmp_path
    (folder / "empty.png").write_bytes(b"")
    (folder / "page.jpg").write_bytes(b"<!doctype html><html>404</html>")
    (folder / "psd.jpg").write_bytes(b"8BPS\0\1" + bytes(100))
    (folder / "eps.png").write_bytes(encode(quadrants(), "EPS"))
    os.mkfifo(folder / "pipe.png")
    unlike = "is no JPEG, PNG, WebP, BMP or GIF image, whatever its name says."
    assert sentence(folder / "no.png") == f"{folder}/no.png cannot be opened: No such file or directory."
    assert sentence(folder / "empty.png") == f"{folder}/empty.png is empty."
    assert sentence(str(folder)) == f"{folder} is a directory; a file is needed."
    assert sentence("a\0b.png") == "a\\x00b.png cannot be opened: embedded null byte."
    for name in ("page.jpg", "psd.jpg", "eps.png"):
        assert sentence(folder / name) == f"{folder / name} {unlike}"
    assert sentence(folder / "pipe.png") == f"{folder}/pipe.png {unlike}"
    assert sentence(b"") == "The image is empty."


def test_a_name_is_shown_safely(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xe9\x1b[2J.png")
    path.write_bytes(b"x" * 40)
    assert sentence(path).startswith(f"{tmp_path}/caf\\udce9\\x1b[2J.png is no JPEG")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "BMP", "GIF"])
def test_cut_files(format, tmp_path):
    """Cut anywhere but within the last bytes, which some formats can spare, they are named and refused."""
    noise = np.random.default_rng(0).integers(0, 255, (24, 24, 3), np.uint8)
    file = encode(noise, format)
    path = tmp_path / f"x.{format}"
    for n in np.linspace(16, len(file) * 0.95, 12).astype(int):
        path.write_bytes(file[:n])
        assert sentence(path) == (f"{path} cannot be decoded as an image: the file is cut short, damaged or unusual.")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "BMP", "GIF"])
def test_random_bytes_give_an_image_or_a_sentence(format):
    """Flipped, cut, doubled: nothing but a PictureError ever comes out, and no warning."""
    random = np.random.default_rng(len(format))
    noise = random.integers(0, 255, (12, 12, 3), np.uint8)
    options = {"exif": exif(6)} if format in ("JPEG", "PNG", "WEBP") else {}
    files = [encode(noise, format, **options), encode(noise[..., 0], format)]
    refused = 0
    for trial in range(300):
        file = bytearray(files[trial % 2])
        for place in random.integers(0, len(file) if trial % 3 else 60, random.integers(1, 5)):
            file[place % len(file)] = random.integers(256)
        if trial % 5 == 0:
            file = file[: random.integers(len(file))]
        try:
            assert decode(bytes(file), 8, 8, 3).shape == (8, 8, 3)
        except PictureError:
            refused += 1
    assert 20 < refused < 300


def bombs():
    screen = b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0)
    frame = b"," + struct.pack("<4HB", 0, 0, 65535, 65535, 0) + b"\x02\x01\x00\x00;"
    small = b"GIF89a" + struct.pack("<HHBBB", 10000, 5000, 0, 0, 0)
    beyond = b"," + struct.pack("<4HB", 0, 0, 12000, 11000, 0) + b"\x02\x01\x00\x00;"
    webp = b"RIFF" + struct.pack("<I", 100) + b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4)
    bmp = b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40, 40000, 40000, 1, 24, 0, 0, 0, 0, 0, 0)
    jpeg = bytearray(encode(quadrants(), "JPEG"))
    place = jpeg.index(b"\xff\xc0") + 5
    jpeg[place : place + 4] = struct.pack(">HH", 60000, 60000)
    return {
        "png": (png(50000, 50000, 8, 2, b""), "50,000 × 50,000"),
        "animation": (png(50000, 50000, 8, 2, b"", chunk(b"acTL", bytes(8))), "50,000 × 50,000"),
        "gif": (screen + frame, "65,535 × 65,535"),
        "gif beyond": (small + beyond, "11,000 × 12,000"),
        "webp": (webp + (16000).to_bytes(3, "little") + (16382).to_bytes(3, "little") + bytes(80), "16,383 × 16,001"),
        "bmp": (bmp, "40,000 × 40,000"),
        "jpeg": (bytes(jpeg), "60,000 × 60,000"),
    }


@pytest.mark.parametrize("name", bombs())
def test_bombs_are_refused_by_their_headers(name, monkeypatch):
    """Before any room is made for their pixels, and without Pillow's own warning."""
    file, size = bombs()[name]
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: pytest.fail("decoded"))
    assert sentence(file) == f"The image has {size} pixels; 100,000,000 is the most that is decoded."


def test_just_below_the_limit_pillow_does_not_warn(monkeypatch):
    """Its own lies at 89 million pixels."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    for format in ("PNG", "JPEG", "BMP", "GIF"):
        decode(encode(quadrants(10, 12), format), 8, 8, 3)
    monkeypatch.setattr(opening, "MOST_PIXELS", 119)
    assert "has 10 × 12 pixels; 119 is the most" in sentence(encode(quadrants(10, 12)))


def test_texts_and_profiles_that_unpack_to_any_length_are_never_unpacked():
    rows = b"".join(b"\0" + row.tobytes() for row in quadrants())
    bomb = zlib.compress(bytes(2**24), 9)
    before = chunk(b"zTXt", b"k\0\0" + bomb) + chunk(b"iCCP", b"p\0\0" + bomb) + chunk(b"iTXt", b"k\0\1\0\0\0" + bomb)
    file = png(24, 16, 8, 2, rows, before, before[: len(before) // 3])
    with pytest.raises(ValueError, match="too large"):
        Image.open(io.BytesIO(file)).load()
    assert np.array_equal(decode(png(24, 16, 8, 2, rows, before, before), 16, 24, 3), quadrants())


def test_too_large_a_file_for_its_pixels_is_not_read(monkeypatch):
    """8 bytes a pixel and 10 besides: a GIF of 16 × 24 holds its pixels and no more."""
    monkeypatch.setattr(opening, "BYTES_BESIDES", 10)
    for format in ("PNG", "GIF", "WEBP", "BMP", "JPEG"):
        file = encode(quadrants(), format)
        full = file + bytes(8 * 16 * 24 + 10 - len(file))
        assert decode(full, 16, 24, 3).shape == (16, 24, 3)
        assert "unusual" in sentence(full + b"\0")


def endless():
    """Of each kind 30 MB of parts that hold nothing."""
    start = png(3000, 3000, 8, 0, b"")[:33]
    gif = b"GIF89a" + struct.pack("<HHBBB", 3000, 3000, 0, 0, 0)
    return {
        "png": start + chunk(b"IDAT", b"") * 2_500_000,
        "png texts": start + chunk(b"tEXt", b"") * 2_500_000,
        "gif": gif + b"!\xfe" + b"\x01x" * 15_000_000,
        "gif extensions": gif + b"!\xfe\0" * 10_000_000,
        "jpeg": b"\xff\xd8" + b"\xff\xe1\0\2" * 7_500_000,
        "jpeg fill": b"\xff\xd8" + b"\xff" * 30_000_000,
    }


def test_files_of_endless_parts_are_refused_at_once():
    """Passed over one by one, by us and by Pillow, they would take from 3 to 25 seconds each."""
    files = endless()
    start = time.process_time()
    assert {sentence(file)[-8:] for file in files.values()} == {"unusual."}
    assert time.process_time() - start < 3


def test_what_is_transparent_lies_on_white_strip_by_strip(monkeypatch):
    """As Pillow lays the whole; the last strip is shorter."""
    pixels = np.random.default_rng(0).integers(0, 256, (16, 24, 4)).astype(np.uint8)
    page = Image.new("RGBA", (24, 16), "white")
    whole = Image.alpha_composite(page, Image.fromarray(pixels)).convert("RGB")
    monkeypatch.setattr(colours, "STRIP", 24 * 5)
    assert np.array_equal(decode(encode(pixels), 16, 24, 3), np.asarray(whole))
    monkeypatch.setattr(colours, "STRIP", 1)
    assert np.array_equal(decode(encode(pixels), 16, 24, 1)[..., 0], np.asarray(whole.convert("L")))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "BMP"])
def test_all_threads_together_decode_no_more_than_there_is_room_for(format, monkeypatch):
    """Room for two and a half images, then for none: one is decoded alone."""
    file, at_once, seen, plain = encode(quadrants(), format), [0], [], decoding.plain

    def slow(image, channels):
        at_once[0] += 1
        seen.append(at_once[0])
        time.sleep(0.005)
        at_once[0] -= 1
        return plain(image, channels)

    monkeypatch.setattr(decoding, "plain", slow)
    for pixels, most in ((960, 2), (10, 1)):
        room = Room(pixels)
        monkeypatch.setattr(opening, "ROOM", room)
        monkeypatch.setattr(decoding, "ROOM", room)
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _i: decode(file, 16, 24, 3), range(16)))
        assert max(seen) == most and room.free == pixels
        seen.clear()
        sentence(file[: len(file) // 2])
        assert room.free == pixels, "given back where it went wrong"


def test_of_a_jpeg_what_is_decoded_counts(monkeypatch):
    """800 × 1,200 at a quarter of its size; but all of it where it is progressive."""
    for progressive, pixels in ((False, 200 * 300), (True, 800 * 1200)):
        room = Room(10**6)
        monkeypatch.setattr(decoding, "ROOM", room)
        monkeypatch.setattr(decoding, "plain", lambda image, _channels, room=room: _left(image, room))
        file = encode(quadrants(800, 1200), "JPEG", progressive=progressive)
        assert decode(file, 64, 96, 3).max() == 0
        assert LEFT.pop() == 10**6 - pixels


LEFT = []


def _left(image, room):
    LEFT.append(room.free)
    return Image.new("RGB", image.size)
