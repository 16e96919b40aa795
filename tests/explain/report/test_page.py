"""The page as a file: whole in itself, well made, for every kind of model; what it refuses, in a sentence."""

import base64
import hashlib
import io
import re
from html.parser import HTMLParser

import jax
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from markupsafe import Markup

import reported
from clearprop import Network, layers, rules, train
from clearprop.errors import ClearpropError, DataError
from clearprop.estimators import DeepClassifier, DeepRegressor
from clearprop.explain import DescentPath, PathRecorder
from clearprop.explain.report import report
from clearprop.explain.report import sections as the_sections
from clearprop.explain.report.page import _letters, _with_fonts
from clearprop.explain.report.subject import Subject

VOID = {"meta", "input", "br", "img", "link", "hr"}
ONCE = {"html", "head", "body", "main", "h1", "title"}


class Strict(HTMLParser):
    """Sees that each element that begins ends, and ends inside of what it began in; keeps what it saw."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.text, self.source = [], [], [], page
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        names = [name for name, _value in attributes]
        assert len(names) == len(set(names)), (tag, "an attribute twice", names)
        self.seen.append((tag, dict(attributes), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        assert tag in VOID or "svg" in self.open or "math" in self.open, tag
        self.seen.append((tag, dict(attributes), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.open[-3:], self.getpos())

    def handle_data(self, data):
        self.text.append(data)

    def all(self, *tags):
        return [attributes for tag, attributes, _inside in self.seen if tag in tags]


@pytest.fixture(scope="module")
def page():
    return reported.page()


@pytest.fixture(scope="module")
def parsed(page):
    return Strict(page)


def test_it_is_balanced_html_with_a_language(page, parsed):
    assert page.startswith("<!DOCTYPE html>\n")
    assert parsed.all("html") == [{"lang": "en"}]
    tags = [tag for tag, _attributes, inside in parsed.seen if "svg" not in inside]
    assert {tag: tags.count(tag) for tag in ONCE} == dict.fromkeys(ONCE, 1)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)


def test_ids_are_unique_and_what_is_pointed_at_is_there(parsed):
    ids = [attributes["id"] for _tag, attributes, _inside in parsed.seen if "id" in attributes]
    assert len(ids) == len(set(ids))
    pointed = []
    for _tag, attributes, _inside in parsed.seen:
        pointed += attributes.get("aria-labelledby", "").split()
        for name in ("href", "xlink:href"):
            if name in attributes:
                assert attributes[name].startswith("#"), attributes
                pointed.append(attributes[name][1:])
        pointed += re.findall(r"url\(#([^)]*)\)", " ".join(filter(None, attributes.values())))
    assert len(pointed) > 20 and set(pointed) <= set(ids)


def test_it_asks_nothing_of_any_other_computer(page, parsed):
    names = ("http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink", "http://www.w3.org/1998/Math/MathML")
    rest = page
    for name in names:
        rest = rest.replace(f'="{name}"', "")
    assert not re.search(r"https?:|//[a-z]+\.|@import", re.sub(r"base64,[A-Za-z0-9+/=]+", "", rest))
    assert not [a for _t, a, _i in parsed.seen for name in ("src", "srcset", "action", "poster", "data") if name in a]
    assert {url.partition(":")[0] for url in re.findall(r"url\(([^#)]*)\)", page) if url} == {"data"}


def test_its_policy_allows_its_own_script_and_nothing_else(page, parsed):
    (policy,) = [a["content"] for a in parsed.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert "default-src 'none'" in policy and f"script-src 'sha256-{digest}'" in policy
    assert not [name for _tag, a, _inside in parsed.seen for name in a if name.startswith("on")]


def test_everything_drawn_has_a_name_and_each_figure_words(page, parsed):
    drawn = parsed.all("svg")
    assert len(drawn) == len(parsed.all("figure")) == page.count("<figcaption>") >= 6
    assert all(a["role"] == "img" and a["aria-labelledby"] for a in drawn)
    regions = [a for a in parsed.all("div") if "scroll" in a.get("class", "").split()]
    assert regions and all(a["role"] == "group" and a["aria-label"] and a["tabindex"] == "0" for a in regions)
    assert all(a.get("type") == "button" for a in parsed.all("button"))


def test_it_is_the_same_each_time(page):
    assert reported.page.__wrapped__() == page


def test_its_size(page):
    assert 100_000 < len(page.encode()) < 1_000_000


def test_the_language_is_the_pages_alone():
    page = Strict(reported.page("hi"))
    assert page.all("html") == [{"lang": "hi"}]
    with pytest.raises(ClearpropError, match=r"There is no language 'xx': clearprop speaks en \(English\)"):
        reported.page.__wrapped__("xx")


@pytest.mark.parametrize("lang", ["en", "hi"])
def test_every_letter_is_in_a_font_of_the_page(lang):
    page = reported.page(lang)
    fonts = re.findall(r"url\(data:font/woff;base64,([^)]*)\)", page)
    known = [set(map(chr, TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap())) for font in fonts]
    assert {letter for letter in _letters(page) if not letter.isspace()} - set().union(*known) == set()


# Kinds of models. Only what differs among them is computed: the row, the steps, the units, the gradients.


@pytest.fixture
def quick(monkeypatch):
    """Pages without pictures of the loss, which take longest and are alike for all."""
    empty = {name: the_sections.Section(name, name) for name in ("loss", "descents")}
    monkeypatch.setattr(the_sections, "_loss", lambda *_given: empty["loss"])
    monkeypatch.setattr(the_sections, "_descents", lambda *_given: empty["descents"])
    monkeypatch.setattr(the_sections, "_plane", lambda *_given: (None, []))


X = np.random.default_rng(1).normal(size=(40, 3)).astype("float32")
SETTINGS = {"hidden_layer_sizes": (3,), "epochs": 1, "batch_size": 20, "random_state": 0}


def seen(*given, **settings):
    page = Strict(report(*given, row=2, units=2, **settings))
    return page, " ".join("".join(page.text).split())


def test_an_ensemble_on_a_table_with_gaps_and_categories(quick):
    import pandas as pd

    table = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "kind": np.where(X[:, 2] > 0, "north", None)})
    table.loc[2, "a"] = np.nan
    y = X[:, 1].astype(float) * 3
    model = DeepRegressor(**SETTINGS, ensemble_size=2).fit(table, y)
    page, text = seen(model, table, y)
    own, _answer, scaled = [float(a["value"]) for a in page.all("data")][:3]
    assert own == pytest.approx(model.predict_members(table)[0, 2], abs=1e-5), "the first network's, not the mean"
    assert scaled == pytest.approx(model.fitted_.member(0).predict(model.prepare(table))[2, 0], abs=1e-6)
    assert "What the row holds" in text and "kind" in text
    assert "an ensemble of 2 networks; the first of them" in text


def test_images(quick):
    images = np.random.default_rng(2).random((30, 4, 4, 1)).astype("float32")
    y = np.arange(30) % 3
    model = DeepClassifier(**SETTINGS).fit(images, y)
    page, text = seen(model, images, y)
    assert "Step by step" in text and page.all("svg")


def test_a_network_by_itself_in_float64(quick):
    net = Network([layers.Dense(3), layers.Activation("tanh"), layers.Dense(1)])
    Y = X[:, :1] * 2
    fitted = train.fit(net, X.astype(float), Y.astype(float), loss="squared", epochs=1, dtype="float64")
    page, text = seen(fitted, X.astype(float), Y.astype(float))
    assert "Layer 1, activation tanh: backward" in text
    digits = max(len(a["value"]) for a in page.all("data"))
    assert digits > 14, "all of a double's digits"


def test_predictive_coding(quick):
    y = np.where(X[:, 0] > 0, 1, 0)
    net = Network([layers.Dense(3), layers.Activation("tanh"), layers.Dense(2)])
    fitted = train.fit(net, X, y, loss="softmax_cross_entropy", epochs=1, rule=rules.PredictiveCoding())
    page, text = seen(fitted, X, y)
    assert "Learning rule: predictive_coding. Loss of this row: " in text
    assert re.search(r"\d+ steps like the one above are left out\.", part(page, "steps"))


@pytest.fixture
def small(monkeypatch):
    """Whole pages, whose pictures are of few points."""
    for name in ("LINE", "PLANE", "REGIONS"):
        monkeypatch.setattr(the_sections, name, 5)


def test_a_whole_page_of_forward_forward_with_its_path(small):
    y, recorder = np.where(X[:, 0] > 0, 1, 0), PathRecorder()
    net = Network([layers.Dense(3), layers.Activation("relu"), layers.Dense(2)])
    fitted = train.fit(
        net, X, y, loss="softmax_cross_entropy", epochs=2, rule=rules.ForwardForward(), callbacks=[recorder]
    )
    page, text = seen(fitted, X, y, path=recorder.path)
    assert "Learning rule: forward_forward. Loss of this row: " in text
    values = [float(a["value"]) for a in page.all("data")][:2]
    assert values == pytest.approx(fitted.predict(X[2:3])[0].tolist())  # of classes 0 and 1, by their numbers
    rows = re.findall(r"<tr><th scope=.row.>(\d)</th>.*?</tr>", part(page, "row"))
    assert rows == ["0", "1"]
    assert text.count("what the learning rule has learnt besides them is the trained network's at every epoch") == 2
    assert "predicts in a way of its own, so that back propagation has no gradient" in text
    assert "activities and errors here are those of a plain way forward" in text


def part(page, section):
    """A section's source."""
    return page.source.partition(f'<section id="{section}"')[2].partition("</section>")[0]


def test_a_whole_page_of_one_input_two_classes_and_a_path_too_short_for_a_plane(small):
    x, y, recorder = X[:, :1], np.where(X[:, 0] > 0, "yes", "no"), PathRecorder()
    model = DeepClassifier(**SETTINGS, callbacks=[recorder]).fit(x, y)
    page, text = seen(model, x, y, path=recorder.path, name="caf\udce9.csv")
    assert "Data: caf\\udce9.csv." in text, "a name that is no UTF-8 is spelt out"
    values = [float(a["value"]) for a in page.all("data")][:2]
    assert values == pytest.approx(model.predict_proba(x)[2], abs=1e-6) and sum(values) == pytest.approx(1)
    assert "These rows differ in one direction only: a plane needs two." in part(page, "regions")
    assert "The training had too few epochs for the plane of its path" in part(page, "loss")
    assert "was not kept" not in text


def test_a_page_of_labels_that_do_not_exclude_each_other(quick, small):
    Y = (X > 0).astype(int)
    Y[2] = [1, 0, 1]
    page, _text = seen(DeepClassifier(**SETTINGS).fit(X, Y), X, Y)
    marks = re.findall(r'<th scope="row">(.*?)</th><td><data [^>]*>[^<]*</data></td><td>(.*?)</td>', part(page, "row"))
    assert marks == [("0", "the answer"), ("1", ""), ("2", "the answer")]
    assert "not 0" in part(page, "regions")


def test_a_plane_of_the_path_that_is_not_there_is_a_random_one(small):
    """Two epochs that led nowhere, and the path of another training."""
    model, path = reported.classifier()
    subject = Subject(model, *reported.rows(), 0, standing(path), "")
    found, (said,) = the_sections._plane(subject, 0)
    assert found.plane == "random" and said.startswith("The path goes nowhere")
    other = DescentPath(path.epochs, jax.tree.map(lambda leaf: leaf + 1, path.params))
    with pytest.raises(ClearpropError, match=r"^The path ends in other weights than the model's"):
        report(model, *reported.rows(), path=other)


def standing(path):
    """A path as long, on which nothing moves."""
    return DescentPath(path.epochs, jax.tree.map(lambda leaf: np.stack([leaf[-1]] * len(leaf)), path.params))


def test_the_fonts_are_in_the_style_whatever_the_target_is_called():
    head = "<title>@fonts@ &lt;style&gt;</title>\n<style>\n"
    page = _with_fonts(f"{head}body {{}}\n</style>\n<body>ABC<script></script></body>")
    assert page.startswith(f"{head}@font-face {{ ") and page.count("<style>") == 1
    assert page.index("@font-face") < page.index("body {}")


def test_a_row_that_is_not_there():
    model, _path = reported.classifier()
    for row in (60, -1):
        with pytest.raises(DataError, match=rf"^There is no row {row + 1}: the data have rows 1 to 60\.$"):
            report(model, *reported.rows(), row=row)


def test_answers_that_do_not_fit():
    model, _path = reported.classifier()
    table, y = reported.rows()
    with pytest.raises((ClearpropError, ValueError)):
        report(model, table, y[:-1])
    with pytest.raises((ClearpropError, ValueError)):
        report(model, table, np.full(60, "purple"))


def test_a_plane_without_a_slope_has_a_sentence(monkeypatch):
    def refuse(*_given):
        raise ClearpropError("no slope here")

    monkeypatch.setattr(the_sections, "plane_of", refuse)
    model, _path = reported.classifier()
    subject = Subject(model, *reported.rows(), 0, None, "")
    plane = the_sections.landscape(subject.fitted, *subject.prepared, points=3)
    found = the_sections._descents(subject, plane)
    assert list(found.text) == ["no slope here"] and not found.figures


def test_a_rows_cells_are_found_by_place_not_by_label():
    import pandas as pd
    import polars

    table = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", None]}, index=[1, 0])
    model, _path = reported.classifier()
    for given in (table, polars.DataFrame({"a": [1.5, 2.5], "b": ["x", None]})):
        found = Subject(model, given, None, 1, None, "").cells()
        assert [(name, Markup(cell).striptags()) for name, cell in found] == [("a", "2.5"), ("b", "–")]


def test_a_regression_is_told_in_its_own_units_and_as_the_network_sees_it():
    X = np.linspace(0, 1, 60)[:, None]
    y = 1000 + 300 * X[:, 0]
    model = DeepRegressor(hidden_layer_sizes=(3,), epochs=2, random_state=0).fit(X, y)
    subject = Subject(model, X, y, 3, None, "")
    predicted = subject.fitted.predict(subject.prepared[0][3:4])[0]
    _header, rows = the_sections._predicted(subject, predicted, subject.prepared[1][3])
    plain = [[float(re.search('value="(.*?)"', cell)[1]) for cell in row[1:]] for row in rows]
    assert plain[0] == pytest.approx([model.predict(X[3:4])[0], y[3]])
    assert plain[1] == pytest.approx([predicted[0], (y[3] - y.mean()) / y.std()], abs=1e-5)
