"""The page in a real browser: opened from disk without a network, walked by mouse and keyboard, read back exactly."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import clearprop
import pseudo
import reported
from clearprop.explain import trace
from clearprop.i18n import LANGUAGES, speaking
from clearprop.i18n.catalogue import catalogue as real_catalogue


def script(name):
    """A function in JavaScript, to be called in the page."""
    return (Path(__file__).parent / "scripts" / f"{name}.js").read_text(encoding="utf-8")


every_language = pytest.mark.parametrize("lang", LANGUAGES)
both_widths = pytest.mark.parametrize("width", [390, 1600])
both_themes = pytest.mark.parametrize("theme", ["light", "dark"])

READ = script("read")


def found_by_python():
    """The trace of the page's row, by the core."""
    model, _path = reported.classifier()
    X, y = reported.rows()
    X, one = model.prepare(X), slice(reported.ROW, reported.ROW + 1)
    fitted = model.fitted_
    return fitted, trace(fitted, X[one], model.encode(X, y)[one], units=3, learning_rate=0.1)


@every_language
def test_walked_step_by_step_and_back_each_number_is_pythons(opened, in_language, lang):
    page = opened(in_language(lang)).page
    _fitted, steps = found_by_python()
    assert page.locator("html").get_attribute("lang") == lang
    forth, back = page.locator('[data-go="next"]'), page.locator('[data-go="previous"]')
    seen = []
    for op in steps:
        read = page.evaluate(READ)
        seen.append(read["id"])
        assert read["visible"] and page.locator(".operation:visible").count() == 1
        with speaking(lang):
            assert op.title() in read["heading"]
        compare(op, read["rows"])
        if op.number < len(steps):
            forth.click()
    assert seen == [f"step-{n}" for n in range(1, len(steps) + 1)]
    assert forth.is_disabled() and page.locator('[data-go="last"]').is_disabled()
    for number in range(len(steps) - 1, 0, -1):
        back.click()
        assert page.evaluate(READ)["id"] == f"step-{number}"
    assert back.is_disabled() and page.url.endswith("#step-1")


def compare(op, rows):
    """Each row of a step's table: the root mean square, and the numbers of the units shown, to the last bit."""
    assert len(rows) == len(op.values)
    for (_name, texts), value in zip(rows, op.values.values(), strict=True):
        read = [float(text) for text in texts]
        assert read[0] == float(np.sqrt(np.mean(np.square(value.astype(float)))))
        own = value.ravel() if value.ndim < 2 else value[0].ravel()
        if len(read) > 1:
            assert read[1:] == [float(own[unit]) for unit in op.shown]


def test_the_numbers_of_a_dense_layer_are_x_w_plus_b(opened, in_language):
    fitted, steps = found_by_python()
    page = opened(in_language("en")).page
    op = next(op for op in steps if op.kind == "dense" and op.phase == "forward")
    page.evaluate("n => { location.hash = `#step-${n}` }", op.number)
    page.wait_for_function(f"document.querySelector('.operation.current').id === 'step-{op.number}'")
    W, b = (np.asarray(fitted.params[int(op.place.split()[0])][name], float) for name in "Wb")
    Z = dict(page.evaluate(READ)["rows"])["Z"]
    assert np.allclose(
        [float(text) for text in Z[1:]], (op.values["X"].astype(float) @ W + b)[0, list(op.shown)], atol=1e-6
    )


def test_a_steps_heading_stays_in_view(opened, in_language):
    """On a phone there is more between the button and the heading than the screen may hold."""
    page = opened(in_language("en"), width=390).page
    page.set_viewport_size({"width": 390, "height": 420})
    for name in ("next", "last", "previous"):
        button = page.locator(f'[data-go="{name}"]')
        button.evaluate("one => one.scrollIntoView({ block: 'end' })")
        button.click()
        top, bottom, height = page.evaluate(
            "() => { const at = document.querySelector('.operation.current h3').getBoundingClientRect();"
            " return [at.top, at.bottom, innerHeight] }"
        )
        assert top >= 0 and bottom <= height, name


def test_an_address_leads_to_a_step(opened, in_language):
    page = opened(in_language("en"), "#step-5").page
    assert page.evaluate(READ)["id"] == "step-5"
    assert page.locator("input[type=range]").input_value() == "5"
    page.locator('[data-phase="loss"]').first.click()
    assert page.locator('.phases [aria-current="step"]').get_attribute("data-phase") == "loss"
    assert page.locator(".operation.current").get_attribute("data-phase") == "loss"


# Keyboard only.

FOCUS = script("focus")
REACHABLE = script("reachable")


@both_widths
def test_tab_reaches_everything_in_order_and_leaves_again(opened, in_language, width):
    page = opened(in_language("en"), width=width).page
    expected, stops = page.evaluate(REACHABLE), []
    for _press in range(expected + 1):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
        if stops[-1]["tag"] == "BODY":
            break
    assert stops.pop()["tag"] == "BODY", "the last Tab leaves the page"
    assert len(stops) == expected
    assert all(stop["outline"] and stop["shown"] for stop in stops), stops
    inside = [stop["y"] for stop in stops if stop["tag"] != "BUTTON" and stop["what"] != ""]
    assert all(below >= above - 60 for above, below in pairwise(inside)), inside


def test_by_keyboard_alone(opened, in_language):
    page = opened(in_language("en")).page
    steps = page.locator(".operation").count()
    current = lambda: int(page.evaluate(READ)["id"].removeprefix("step-"))  # noqa: E731
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["what"] == "#walk"
    page.keyboard.press("Enter")  # skip to the steps
    assert page.evaluate(FOCUS)["what"] == "walk"
    for key, where in (
        ("ArrowRight", 2),
        ("ArrowRight", 3),
        ("ArrowLeft", 2),
        ("End", steps),
        ("Home", 1),
        ("ArrowLeft", 1),
    ):
        page.keyboard.press(key)
        assert current() == where, key
    page.locator('[data-go="next"]').focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert current() == 3
    page.locator('[data-go="last"]').focus()
    page.keyboard.press("Enter")
    assert (current(), page.evaluate(FOCUS)["what"]) == (steps, "previous"), "a button that goes out hands the focus on"
    page.locator('[data-go="first"]').focus()
    page.keyboard.press("Space")
    assert (current(), page.evaluate(FOCUS)["what"]) == (1, "next")
    page.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert current() == 3
    page.locator('[data-go="all"]').focus()
    page.keyboard.press("Enter")
    assert page.locator(".operation:visible").count() == steps
    assert page.locator('[data-go="all"]').get_attribute("aria-pressed") == "true"
    page.keyboard.press("Enter")
    assert page.locator(".operation:visible").count() == 1
    page.locator("#show-weights").focus()
    page.keyboard.press("ArrowRight")
    assert not page.locator("#network .weights").is_visible() and page.locator("#network .gradients").is_visible()


def test_what_is_said_as_one_walks(opened, in_language):
    page = opened(in_language("uk")).page
    page.locator('[data-go="next"]').click()
    said = page.locator('[role="status"]').inner_text()
    assert said == page.locator(".operation.current").get_attribute("data-said")
    assert page.locator("input[type=range]").get_attribute("aria-valuetext") == said


# What it looks like.

UNREACHED = script("unreached")
SMALL = script("small")


@every_language
@both_widths
def test_it_fits(opened, in_language, artefacts, lang, width):
    page = opened(in_language(lang), "#step-3", width=width).page
    page.screenshot(path=artefacts / f"report-{lang}-{width}-light.png", full_page=True)
    assert page.evaluate(UNREACHED) == {"wide": 0, "clipped": [], "outside": []}
    assert page.evaluate(SMALL) == []


FAINT = script("faint")


@both_themes
def test_contrast_is_enough(opened, in_language, theme, artefacts):
    page = opened(in_language("en"), color_scheme=theme).page
    page.screenshot(path=artefacts / f"report-en-1600-{theme}.png", full_page=True)
    page.locator('[data-go="all"]').click()
    for lines in ("weights", "gradients"):
        page.locator(f"#show-{lines}").check()
        found = page.evaluate(FAINT)
        assert found["checked"] > 500 and found["faint"] == []
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (paper == "rgb(255, 255, 255)") == (theme == "light")


def test_dark_on_a_phone(opened, in_language, artefacts):
    for lang in LANGUAGES:
        page = opened(in_language(lang), "#step-9", width=390, color_scheme="dark").page
        page.screenshot(path=artefacts / f"report-{lang}-390-dark.png", full_page=True)
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(20, 24, 29)"
        assert page.evaluate(UNREACHED)["wide"] <= 0


def test_print_has_all_steps_and_no_controls(opened, in_language, artefacts):
    page = opened(in_language("en"), "#step-3", color_scheme="dark").page
    page.emulate_media(media="print")
    assert page.locator(".operation:visible").count() == page.locator(".operation").count() > 5
    assert page.locator("button:visible, input:visible, nav:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()") == "#ffffff"
    printed = page.pdf(path=artefacts / "report-en.pdf", format="A4")
    pages = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert printed.startswith(b"%PDF") and pages > 3, "several sheets, since nothing is folded away"
    page.set_viewport_size({"width": 720, "height": 1000})
    page.screenshot(path=artefacts / "report-en-print.png", full_page=True)
    assert page.evaluate(UNREACHED)["wide"] <= 0


def test_without_its_script_all_steps_are_there(opened, in_language):
    page = opened(in_language("en"), java_script_enabled=False).page
    assert page.locator(".operation:visible").count() == page.locator(".operation").count() > 5
    assert page.locator("button:visible").count() == 0
    page.locator("#show-gradients").check()
    assert page.locator("#network .gradients").is_visible() and not page.locator("#network .weights").is_visible()


# What is said to those who do not see it.


def test_roles_and_names(opened, in_language):
    page = opened(in_language("en")).page
    tree = page.locator("body").aria_snapshot()
    for part in (
        'button "On one step',
        'slider "Step"',
        'radio "weights" [checked]',
        'navigation "Sections"',
        'button "Show all steps"',
    ):
        assert part in tree, part
    for role in ("button", "slider", "radio", "img", "navigation", "figure"):
        assert not re.search(rf"^\s*- {role}(:|$| \[)", tree, re.MULTILINE) or role == "figure", role
    assert page.locator("svg").count() == page.get_by_role("img").count()
    levels = [int(tag[1]) for tag in page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => one.tagName)")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    named = page.locator("svg[role=img]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-labelledby').split(' ')"
        ".map(id => document.getElementById(id)?.textContent))"
    )
    assert len(named) >= 6 and all(all(words) for words in named)


# Every word passes through the catalogues.

WORDS = script("words")
NAMES = {
    # of data
    *reported.COLUMNS, *reported.CLASSES, "sample", "colours",
    # of the API: layers, losses, optimizers, parameters
    "target", "dense", "scale", "dropout", "activation", "relu", "cross", "entropy", "gradient", "descent", "momentum",
    "rmsprop", "adam", "backprop",
    "theta", "clearprop", "AUC", "RMSProp",
}  # fmt: skip


def test_no_word_is_left_in_english(opened, tmp_path, monkeypatch):
    monkeypatch.setattr("clearprop.i18n.catalogue.catalogue", pseudo.catalogue)
    file = tmp_path / "pseudo.html"
    file.write_text(reported.page.__wrapped__("uk"), encoding="utf-8")
    page = opened(file).page
    texts = page.evaluate(WORDS)
    assert len(texts) > 200
    assert {text: left for text in texts if (left := pseudo.english(text, NAMES))} == {}
    cells = {str(reported.rows()[0][name][reported.ROW]) for name in reported.COLUMNS}
    decimals = [text for text in texts if re.search(r"(?<![\d.])\d+\.\d+(?![.\d])", text) and text not in cells]
    assert all(clearprop.__version__ in text for text in decimals), "numbers in the language's signs"


@every_language
def test_its_sentences_are_the_languages_own(opened, in_language, lang):
    heading = opened(in_language(lang)).page.locator("#steps h2").inner_text()
    said = "Step by step: forward, loss, back, descent"
    assert (heading == said) == (lang == "en" or real_catalogue(lang).gettext(said) == said)
    assert lang == "en" or heading != said
