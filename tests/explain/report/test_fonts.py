"""Fonts in the page: every letter that stands in it, shaped as it must be, and little else."""

import base64
import io
import re

from fontTools.ttLib import TTFont

from clearprop.explain.report.fonts import ALWAYS, FACES, font_faces

FACE = re.compile(r'font-family: "([^"]*)"; font-weight: (\d+);\s*src: url\(data:font/woff;base64,([^)]*)\)')


def fonts(css):
    """{(family, weight): the font}."""
    return {
        (family, int(weight)): TTFont(io.BytesIO(base64.b64decode(content)))
        for family, weight, content in FACE.findall(css)
    }


def letters_of(font):
    return {chr(code) for code in font.getBestCmap()}


def test_only_what_is_asked_for_is_in_it():
    (latin,) = {family for family, _weight in fonts(font_faces("abc"))} - {"STIX Two Math"}
    assert latin == "Noto Sans"
    assert letters_of(fonts(font_faces("abc"))["Noto Sans", 400]) == set("abc" + ALWAYS) - {
        "−"
    }  # which is in that of mathematics
    assert len(font_faces("abc")) < len(font_faces("abc" + "".join(map(chr, range(0x410, 0x450)))))


def test_devanagari_keeps_its_conjuncts():
    font = fonts(font_faces("\u0915\u094d\u0937"))["Noto Sans Devanagari", 400]  # KA VIRAMA SSA
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"akhn", "half"} & features
    ligatures = [
        (first, *ligature.Component, ligature.LigGlyph)
        for lookup in font["GSUB"].table.LookupList.Lookup
        for table in lookup.SubTable
        if hasattr(table, "ligatures")
        for first, found in table.ligatures.items()
        for ligature in found
    ]
    cmap = font.getBestCmap()
    wanted = tuple(cmap[ord(letter)] for letter in "\u0915\u094d\u0937")
    assert any(ligature[:-1] == wanted for ligature in ligatures), "KSSA is a letter of its own"
    assert len(font.getGlyphOrder()) > len(cmap)


def test_mathematics_has_its_slanted_letters_and_tables():
    font = fonts(font_faces("Wx\u03b1h\u2202"))["STIX Two Math", 400]
    assert {"\U0001d44a", "\U0001d465", "\U0001d6fc", "\u210e", "\U0001d715"} <= letters_of(font)
    assert "MATH" in font


def test_both_weights_are_there_and_none_twice():
    names = [(face.family, face.weight) for face in FACES]
    assert len(set(names)) == len(names) and ("Noto Sans", 700) in names
