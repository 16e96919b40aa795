"""Every sentence is translated into every language, and every translation fits its sentence."""

import gettext
import re
import string
import warnings
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from babel.plural import PluralRule

import clearprop
from clearprop.i18n import LANGUAGES, SOURCE
from clearprop.i18n.catalogue import DOMAIN

PACKAGE = Path(clearprop.__file__).parent
CODES = [code for code in LANGUAGES if code != SOURCE]


def source_messages(folder: Path = PACKAGE) -> Catalog:
    """All sentences of the source, as `make messages` finds them."""
    found = Catalog(charset="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        methods, options = [("**.py", "python"), ("**.html", "jinja2")], {"**.html": {"encoding": "utf-8"}}
        for name, line, message, comments, _context in extract_from_dir(folder, methods, options, comment_tags=[]):
            found.add(message, locations=[(name, line)], auto_comments=comments)
    return found


def placeholders(text: str) -> list[str]:
    """Every field of a format string, with its conversion and its format: "{n:,}".

    Raises:
        ValueError: a brace without its other.
    """
    fields = [field for field in string.Formatter().parse(text) if field[1] is not None]
    return [f"{{{name}{'!' + mark if mark else ''}{':' + spec if spec else ''}}}" for _text, name, spec, mark in fields]


def forms_of(translated: Catalog, count: int) -> int:
    """The plural form for a count, by the catalogue's own rule as gettext reads it."""
    return gettext.c2py(translated.plural_expr)(count)  # pyright: ignore[reportAttributeAccessIssue]


def one_way(message: str | tuple[str, ...]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def faults(source: Catalog, translated: Catalog) -> list[str]:
    """All that is wrong with a catalogue."""
    ours, theirs = ({m.id: m for m in catalogue if m.id} for catalogue in (source, translated))
    found = [f"missing: {one_way(name)[0]}" for name in ours if name not in theirs]
    found += [f"stale: {one_way(name)[0]}" for name in theirs if name not in ours]
    found += [f"obsolete: {one_way(m.id)[0]}" for m in translated.obsolete.values()]
    for name in ours.keys() & theirs.keys():
        found += [f"{what}: {one_way(name)[0]}" for what in wrong(theirs[name], translated.num_plurals)]
    return sorted(found)


def wrong(message, forms: int) -> list[str]:
    """What is wrong with one translation."""
    originals, found = one_way(message.id), []
    texts = one_way(message.string)
    if message.fuzzy:
        found.append("fuzzy")
    if len(texts) != (forms if len(originals) == 2 else 1):
        found.append(f"{len(texts)} plural forms")
    if not all(texts):
        return [*found, "untranslated"]
    for text in texts:
        found += differs(originals[-1], text, may_lack=lackable(originals, forms))
        if options(text) not in [options(original) for original in originals]:
            found.append(f"options {options(text)}")
    return found


def lackable(originals: tuple[str, ...], forms: int) -> tuple[str, ...]:
    """Placeholders that a plural form may do without, as where "one" is said for 1.

    None in a language that says 21 as it says 1.
    """
    if len(originals) == 1 or forms > 2:
        return ()
    one, many = (set(placeholders(text)) for text in originals)
    return tuple(one ^ many)


def differs(original: str, text: str, may_lack: tuple[str, ...] = ()) -> list[str]:
    """In what a translation does not fit its sentence."""
    try:
        theirs = placeholders(text)
    except ValueError:
        return ["broken placeholder"]
    ours, found = placeholders(original), []
    needed = [field for field in ours if field not in may_lack]
    there = [field for field in theirs if field not in may_lack]
    if "{}" in ours or any(field.startswith(("{:", "{!")) for field in ours):
        same = ours == theirs  # they are filled in their order
    else:
        same = set(needed) == set(there)
    if not same:
        found.append(f"placeholders {theirs} for {ours}")
    ends = (lambda t: t[: len(t) - len(t.lstrip())]), (lambda t: t[len(t.rstrip()) :])
    if any(end(original) != end(text) for end in ends):
        found.append("space at an end")
    if original.count("\n") != text.count("\n"):
        found.append("lines")
    return found


def options(text: str) -> set[str]:
    """What is to be typed as it stands: --output."""
    return set(re.findall(r"(?<![\w-])--[a-z][a-zA-Z-]*", text))


def catalogue_of(code: str) -> Catalog:
    with (PACKAGE / "locale" / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=code)


@pytest.fixture(scope="module")
def source() -> Catalog:
    return source_messages()


@pytest.mark.parametrize("code", CODES)
def test_every_sentence_is_translated_and_fits(source, code):
    assert len(source) > 500
    assert faults(source, catalogue_of(code)) == []


def test_every_sentence_of_the_source_can_be_formatted(source):
    """A brace that is not a placeholder's would break it in every language."""
    for message in source:
        for text in one_way(message.id):
            placeholders(text)


COUNTS = [*range(200), 1000, 1001, 1_000_000]


@pytest.mark.parametrize("code", CODES)
def test_plural_forms_are_those_of_cldr(code):
    """Of whole numbers; "many" of French and Spanish, for millions, is said with the form of "other"."""
    rule: PluralRule = Locale.parse(code).plural_form
    catalogue = catalogue_of(code)
    order = {"uk": ["one", "few", "many"]}.get(code, ["one", "other"])
    assert catalogue.num_plurals == len(order)
    for count in COUNTS:
        category = rule(count)
        expected = category if category in order else "other"
        assert order[forms_of(catalogue, count)] == expected, count


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("es", [1, 0, 1, 1, 1, 1, 1, 1]),
        ("fr", [0, 0, 1, 1, 1, 1, 1, 1]),
        ("hi", [0, 0, 1, 1, 1, 1, 1, 1]),
        ("uk", [2, 0, 1, 2, 2, 0, 1, 2]),
    ],
)
def test_plural_forms_by_hand(code, forms):
    """French and Hindi count none as one; Ukrainian has 1 and 21, 2 and 22, and the others."""
    catalogue = catalogue_of(code)
    assert [forms_of(catalogue, count) for count in (0, 1, 2, 5, 11, 21, 22, 100)] == forms


SENTENCES = """
_("Plain {name}.")
_("In order {} {!r}.")
ngettext("{n:,} row", "{n:,} rows", n)
_("Left out --drop.")
_("two\\nlines")
_("end ")
"""

GOOD = {
    "Plain {name}.": "Sencillo {name}.",
    "In order {} {!r}.": "Sigue {} {!r}.",
    ("{n:,} row", "{n:,} rows"): ("{n:,} fila", "{n:,} filas"),
    "Left out --drop.": "Sin --drop.",
    "two\nlines": "dos\nrenglones",
    "end ": "fin ",
}

PLANTED = [
    ("Plain {name}.", None, "missing"),
    ("Plain {name}.", "", "untranslated"),
    ("Plain {name}.", "Sencillo {nombre}.", "placeholders"),
    ("Plain {name}.", "Sencillo.", "placeholders"),
    ("Plain {name}.", "Sencillo {name.", "broken placeholder"),
    ("Plain {name}.", " Sencillo {name}.", "space at an end"),
    ("In order {} {!r}.", "Sigue {!r} {}.", "placeholders"),
    (("{n:,} row", "{n:,} rows"), ("{n:,} fila", "{n} filas"), "placeholders"),
    (("{n:,} row", "{n:,} rows"), ("{n:,} fila", ""), "untranslated"),
    (("{n:,} row", "{n:,} rows"), ("{n:,} fila",), "1 plural forms"),
    ("Left out --drop.", "Sin --quitar.", "options"),
    ("two\nlines", "dos renglones", "lines"),
    ("end ", "fin", "space at an end"),
    ("Never said.", "Nunca.", "stale"),
]


@pytest.fixture
def small(tmp_path) -> Catalog:
    (tmp_path / "some.py").write_text(SENTENCES)
    return source_messages(tmp_path)


def filled(texts) -> Catalog:
    """A Spanish catalogue that says its plural forms itself, as a file does: Babel's own have changed."""
    catalogue = Catalog(locale="es")
    catalogue.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n != 1);")]
    for name, text in texts.items():
        catalogue.add(name, text)
    return catalogue


def test_a_good_catalogue_has_no_fault(small):
    assert len(small) == len(GOOD)
    assert faults(small, filled(GOOD)) == []


@pytest.mark.parametrize(("name", "text", "what"), PLANTED)
def test_a_planted_fault_is_found(small, name, text, what):
    planted = filled({k: v for k, v in {**GOOD, name: text}.items() if v is not None})
    [fault] = faults(small, planted)
    assert fault.startswith(what) and fault.endswith(one_way(name)[0])


def test_a_fuzzy_translation_is_found(small):
    catalogue = filled(GOOD)
    catalogue.get("end ").flags.add("fuzzy")
    assert faults(small, catalogue) == ["fuzzy: end "]
