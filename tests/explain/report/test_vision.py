"""The sections of a page about images: the image, what is seen in it, what decides, what is confused."""

import html
import re
import sys

import numpy as np
import pytest

import sighted
from clearprop import layers
from clearprop.data.table import Table
from clearprop.errors import DataError
from clearprop.explain import Trace
from clearprop.explain.report import report, vision
from clearprop.explain.report import sections as the_sections
from clearprop.explain.report import subject as the_subject
from clearprop.explain.report.parts import exact
from clearprop.explain.report.subject import Subject

SCRIPT = "<script>alert('cat')</script>"
CLASSES = (SCRIPT, "dog & <b>cow</b>", "$fox$ {x}")
X = np.random.default_rng(5).integers(0, 255, (40, *sighted.COLOURED)).astype(np.uint8)
Y = np.arange(40) % 3


@pytest.fixture(scope="module")
def fitted():
    return sighted.convolutional().replace(table=Table(task="classification", classes=CLASSES, n_columns=8))


@pytest.fixture
def alone(monkeypatch):
    """Pages without the sections that say nothing of images."""
    for name in ("_steps", "_loss", "_descents", "_regions", "_units", "_check"):
        empty = the_sections.Section(name, name)
        monkeypatch.setattr(the_sections, name, lambda *_given, empty=empty: empty)
    page = sys.modules[report.__module__]
    monkeypatch.setattr(page, "trace", lambda *_given, **_more: object.__new__(Trace))
    monkeypatch.setattr(page, "_with_fonts", lambda page: page)
    monkeypatch.setattr(the_sections, "_plane", lambda *_given: (None, []))


def part(page, name):
    """A section's source."""
    return page.partition(f'<section id="{name}"')[2].partition("</section>")[0]


def test_a_page_has_its_sections_and_nothing_of_the_datas_is_markup(fitted, alone):
    told = []
    page = report(fitted, X, Y, row=4, name=f"{SCRIPT}.npz", progress=lambda what, done, of_all: told.append(what))
    body = page.partition("<body>")[2]
    assert re.findall(r"<script\b", body) == ["<script"] and body.count("</script>") == 1, "its own alone"
    assert SCRIPT not in body and html.escape(SCRIPT, quote=False).split("'")[0] in body and "<b>" not in body
    assert "img-src data:" in page and not re.search(r'<image [^>]*href="(?!data:image/png;base64,)', page)
    ids = re.findall(r'\bid="([^"]*)"', body)
    assert len(ids) == len(set(ids))
    assert "the image" in told
    pictures = {name: part(page, name).count("<svg") for name in ("row", "seen", "decided", "confused")}
    assert pictures == {"row": 1, "seen": 2, "decided": 2, "confused": 1}
    assert all(part(page, name).count("<image") >= 1 for name in pictures)
    assert body.index('id="row"') < body.index('id="seen"') < body.index('id="decided"') < body.index('id="confused"')


def test_a_table_has_none_of_it(alone):
    fitted = sighted.untrained([layers.Dense(2)], (3,))
    page = report(fitted, np.zeros((5, 3)), np.arange(5) % 2)
    assert not any(part(page, name) for name in ("seen", "decided", "confused")) and "<image" not in page


def test_words_have_the_numbers(fitted):
    found = vision.looked(Subject(fitted, X, Y, 4, None, ""))
    np.testing.assert_array_equal(found.image, X[4])
    assert vision.image(found).text.endswith(f"{found.answers()[0]}, {found.answers()[1]}, {found.answers()[2]}.")
    seen, decided, confused = vision.sections(Subject(fitted, X, Y, 4, None, ""), found, 0)
    assert [figure.text for figure in seen.figures] == [found.filters.text(), " ".join(m.text() for m in found.maps)]
    assert [figure.text for figure in decided.figures] == [found.occlusion.text(), found.saliency.text()]
    (table,) = confused.tables
    assert "rows were taken for what they are" in confused.figures[0].text and table.rows


def test_mistakes_are_told_by_their_rows_in_the_data(fitted, monkeypatch):
    """Of 25 rows drawn: each row in the table is of its class, was taken for another, and has this probability."""
    monkeypatch.setattr(vision, "ROWS", 25)
    subject = Subject(fitted, X, Y, 0, None, "")
    rows, found = vision.mistakes(subject, 3)
    P = fitted.predict(X)
    assert len(set(rows)) == 25 == found.matrix.sum() and found.classes == CLASSES
    for each in found.common:
        for row, p in zip(rows[each.rows], each.probabilities, strict=True):
            assert Y[row] == each.right and P[row].argmax() == each.taken and p == pytest.approx(P[row].max())
    table = vision.sections(subject, vision.looked(subject), 3)[2].tables[0]
    first = found.common[0]
    assert table.rows[0][:4] == [CLASSES[first.right], CLASSES[first.taken], first.n, rows[first.rows[0]] + 1]


def test_of_many_images_the_page_is_about_some_by_their_own_numbers(fitted, alone, monkeypatch):
    """Of 40 images 12, row 31 among them: it is shown, and of the mistakes each is a row of this class in the data."""
    monkeypatch.setattr(the_subject, "IMAGES", 12)
    page = report(fitted, X, Y, row=30, seed=1)
    assert re.search(r"<title>.*row \W*31\W*</title>", page)
    few = Subject(fitted, X, Y, 30, None, "").few(1)
    found = vision.looked(few)
    np.testing.assert_array_equal(found.image, X[30])
    table = vision.sections(few, found, 1)[2].tables[0]
    assert table.rows and all(few.classes[Y[number - 1]] == right for right, _taken, _n, number, _p in table.rows)
    P = fitted.predict(X)
    assert all(exact(float(P[row[3] - 1].max()), ".1%") == row[4] for row in table.rows)


def test_lists_are_rows_too_and_numbers_have_no_confusions():
    fitted = sighted.untrained([layers.Flatten(), layers.Dense(1)], (4, 4), loss="squared")
    images = np.random.default_rng(0).normal(size=(6, 4, 4))
    subject = Subject(fitted, images.tolist(), [[1.0]] * 6, 2, None, "")
    found = vision.looked(subject)
    np.testing.assert_array_equal(found.image[..., 0], images[2])
    assert [section.name for section in vision.sections(subject, found, 0)] == ["seen", "decided"]


def test_a_row_that_is_not_there(fitted, alone):
    with pytest.raises(DataError, match=r"^There is no row 41: the data have rows 1 to 40\.$"):
        report(fitted, X, Y, row=40)


def test_the_loss_is_shown_over_fewer_rows_where_maps_are_large():
    """10 numbers a row in a small network, 2.4 million in one that makes 64 maps of 128 × 128."""
    small = sighted.untrained([layers.Dense(3), layers.Activation("tanh")], (4,))
    maps = sighted.untrained([layers.Conv2D(64), layers.Activation("relu"), layers.MaxPool(2)], (128, 128, 3))
    subjects = [Subject(fitted, np.zeros((1, *fitted.input_shape)), [0], 0, None, "") for fitted in (small, maps)]
    assert [the_sections._rows(subject) for subject in subjects] == [512, 32]
    middle = sighted.untrained([layers.Conv2D(20)], (16, 16, 3))
    numbers = 16 * 16 * (3 + 20)
    subject = Subject(middle, np.zeros((1, 16, 16, 3)), [0], 0, None, "")
    assert the_sections._rows(subject) == 2**21 // numbers
