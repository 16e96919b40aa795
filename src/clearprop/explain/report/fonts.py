"""The fonts that a page brings along: of each only the letters that stand in it."""

import base64
import io
import logging
from pathlib import Path
from typing import NamedTuple

from clearprop.explain.picture import FONTS


class Font(NamedTuple):
    """A font file, by the name and weight that the page knows it by."""

    family: str
    weight: int
    file: str


FACES = (
    Font("Noto Sans", 400, "NotoSans-Regular.ttf"),
    Font("Noto Sans", 700, "NotoSans-Bold.ttf"),
    Font("Noto Sans Devanagari", 400, "NotoSansDevanagari-Regular.ttf"),
    Font("Noto Sans Devanagari", 700, "NotoSansDevanagari-Bold.ttf"),
    Font("STIX Two Math", 400, "STIXTwoMath-Regular.ttf"),
    Font("DejaVu Sans", 400, "DejaVuSans.ttf"),
)
"""In the order in which the page looks for a letter; the last is Matplotlib's, for signs that the others lack."""

ALWAYS = " 0123456789.,-−+"


def font_faces(text: str) -> str:
    """The @font-face rules, with the fonts in them, for a page in which these letters stand."""
    wanted = {ord(letter) for letter in text + ALWAYS}
    mathematics = {code for letter in wanted if (code := _italic(letter))}  # how MathML draws a single letter
    rules, found = [], set[int]()
    for face in FACES:
        has, content = _cut(face, (wanted | mathematics) if "Math" in face.family else wanted, found)
        if content:
            rules.append(
                f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight};'
                f" src: url(data:font/woff;base64,{base64.b64encode(content).decode()}) format('woff') }}"
            )
        found |= has
    return "\n".join(rules)


def _cut(face: Font, wanted: set[int], found: set[int]) -> tuple[set[int], bytes]:
    """(the letters that the font has of those wanted, the font with them alone); nothing where it has none."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)
    with TTFont(_path(face.file), recalcTimestamp=False) as font:
        has = wanted & set(font.getBestCmap() or ())
        if not has - {ord(letter) for letter in ALWAYS} or (face is FACES[-1] and not has - found):
            return set(), b""
        cutter = Subsetter(Options(layout_features=["*"], hinting=False, drop_tables=["FFTM"]))
        cutter.populate(unicodes=has - found if face is FACES[-1] else has)
        cutter.subset(font)
        font.flavor = "woff"
        content = io.BytesIO()
        font.save(content)
    return has, content.getvalue()


def _path(file: str) -> Path:
    if (FONTS / file).exists():
        return FONTS / file
    import matplotlib

    return Path(matplotlib.get_data_path(), "fonts", "ttf", file)


def _italic(letter: int) -> int | None:
    """The letter as mathematics writes a variable: x → 𝑥, α → 𝛼."""
    if letter == ord("h"):
        return 0x210E
    for first, last, italic in (
        (65, 90, 0x1D434),
        (97, 122, 0x1D44E),
        (0x391, 0x3A9, 0x1D6E2),
        (0x3B1, 0x3C9, 0x1D6FC),
    ):
        if first <= letter <= last:
            return italic + letter - first
    return 0x1D715 if letter == ord("∂") else None
