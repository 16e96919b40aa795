"""Traces to read: in a terminal and in a notebook."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import jax
import numpy as np
import pytest

import traced
from clearprop import Network, explain, layers
from clearprop.explain.terms import digits, total, written
from clearprop.explain.trace_text import broken
from clearprop.i18n import speaking

TEXT = """\
One learning step by backprop on 1 row: the loss is 0.25.

Forward
───────

  1  Layer 0, dense: forward
     Each unit multiplies every input by its weight, adds them up and adds its bias.
       Z = X W + b
       X (1, 2), W (2, 1), b (1,) → Z (1, 1)
         Z₁ = 1·0.1 + 2·0.2 + 0 = 0.5

Loss
────

  2  The loss, squared
     How wrong the output is, as one number; and how much that number changes with each output: the
     error that goes back.
       ℓ = (ŷ − y)²
       loss = Σ w ℓ
       ∂ℓ/∂ŷ = 2 (ŷ − y)
       dŶ = w ∂ℓ/∂ŷ
       Ŷ (1, 1), Y (1, 1), w (1,) → loss (), dŶ (1, 1)
         ℓ₁ = (0.5 − 1)² = 0.25
         loss = 1·0.25 = 0.25
         dŶ₁ = 1·(2·(0.5 − 1)) = 1·(−1) = −1

Backward
────────

  3  Layer 0, dense: backward
     How much the loss changes with each weight: the input times the error of its unit, summed over
     rows. The error travels on through the same weights.
       dW = Xᵀ dZ
       db = Σ dZ
       dX = dZ Wᵀ
       dZ (1, 1), X (1, 2), W (2, 1) → dW (2, 1), db (1,), dX (1, 2)
         dW₁,₁ = 1·(−1) = −1
         dW₂,₁ = 2·(−1) = −2
         db₁ = −1
         dX₁ = (−1)·0.1 = −0.1
         dX₂ = (−1)·0.2 = −0.2
"""


@pytest.fixture(scope="module")
def small():
    with jax.enable_x64(True):
        params = ({"W": np.array([[0.1], [0.2]]), "b": np.zeros(1)},)
        return explain.trace(traced.fitted_for(Network([layers.Dense(1)]), (2,), params=params), [[1.0, 2.0]], [[1.0]])


def test_the_text_of_a_small_trace(small):
    """Headings, a block an operation, shapes, numbers; `str` is the same."""
    assert small.text() == TEXT == str(small)


def test_rows_count_from_1_for_people(small):
    """Row 1 in Python, the second, is row 2 in text, as on the page and as units are counted."""
    two = replace(small, rows=2, row=1)
    assert "The numbers shown are those of row 2; sums over rows are over all." in " ".join(two.text().split())
    assert "row 2;" in two._repr_html_()
    assert two.as_dict()["row"] == 1


def test_the_dict_is_english_in_any_language_and_json(small):
    """Machines read the same everywhere; numbers are whole."""
    english = small.as_dict()
    with speaking("uk"):
        assert small.as_dict() == english
        assert small.operations[0].numbers == ("Z₁ = 1·0,1 + 2·0,2 + 0 = 0,5",)
    again = json.loads(json.dumps(english))
    assert again == english
    assert again["operations"][0]["values"] == {"X": [[1.0, 2.0]], "W": [[0.1], [0.2]], "b": [0.0], "Z": [[0.5]]}
    assert again["operations"][2]["outputs"] == ["dW", "db", "dX"]


def test_the_html_is_well_formed_with_an_article_an_operation(small):
    """Tables of shapes, equations as MathML, no script and nothing from elsewhere."""
    html = small._repr_html_()
    page = ElementTree.fromstring(html)
    assert len(page.findall("article")) == 3
    assert len(page.findall(".//math")) == 8
    assert page.findall(".//tbody/tr")[0].find("th").text == "X"
    assert "<script" not in html and "http" not in html and "url(" not in html
    assert page.find("article/code").text == "Z₁ = 1·0.1 + 2·0.2 + 0 = 0.5"


def test_hostile_names_are_escaped(float64):
    """A class may be called anything."""
    name = "<img src=x onerror=alert(1)>&\"'"
    Hostile = type(name, (layers.Dense,), {})
    loss = type(name, (), {"__call__": lambda self, Y_hat, Y, w: (Y_hat.sum(), 1 + 0 * Y_hat)})()
    found = explain.trace(traced.fitted_for(Network([Hostile(1)]), (2,), loss=loss), [[1.0, 2.0]], [[1.0]])
    html = found._repr_html_()
    assert "<img" not in html
    ElementTree.fromstring(html)
    assert "<img src=x" in found.text()


def test_long_lines_are_broken_between_terms():
    """No line above 100 columns; what follows is set in below the first equals sign."""
    line = written(total("dW₁,₂", [(0.123456, -0.123456)] * 9, 1.0)) + " = 1" * 20
    lines = broken(line, "    ")
    assert len(lines) > 1 and max(map(len, lines)) <= 100
    assert lines[1].startswith(" " * 10)
    assert " ".join("".join(lines).split()) == " ".join(line.split())


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (0.25, "0.25"), (-3, "−3"), (1.5e-7, "1.5·10⁻⁷"), (-2e12, "−2·10¹²"), (1 / 3, "0.33333"),
     (float("inf"), "inf"), (float("-inf"), "−inf"), (float("nan"), "nan")],
)  # fmt: skip
def test_numbers(value, text):
    """Five digits, true minus signs, powers of ten."""
    assert digits(value) == text


def test_a_long_sum_says_its_largest_terms_and_the_rest():
    """1·1 + … + 1·6: the three largest stand there, the other three are 6 together."""
    line = total("Z", [(1.0, float(k)) for k in range(1, 7)], 21.5, bias=0.5)
    assert written(line) == "Z = 1·4 + 1·5 + 1·6 + … (3 more: 6) + 0.5 = 21.5"
