"""Equations as MathML: what each sign becomes; always well-formed; nothing gets through unescaped."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clearprop.explain
from clearprop.explain.mathml import mathml

SPACE = '<mspace width="0.25em"/>'


@pytest.mark.parametrize(
    ("equation", "inside"),
    [
        ("dX = dZ Wᵀ", f"<mi>dX</mi><mo>=</mo><mi>dZ</mi>{SPACE}<msup><mi>W</mi><mo>T</mo></msup>"),
        ("g′(Z)", "<msup><mi>g</mi><mo>′</mo></msup><mo>(</mo><mi>Z</mi><mo>)</mo>"),
        ("W₁,₁₂", "<msub><mi>W</mi><mn>1,12</mn></msub>"),
        ("x_j", "<msub><mi>x</mi><mi>j</mi></msub>"),
        ("X̂", '<mover accent="true"><mi>X</mi><mo>^</mo></mover>'),
        ("dŶ", '<mrow><mi>d</mi><mover accent="true"><mi>Y</mi><mo>^</mo></mover></mrow>'),
        ("√(σ² + ε)", "<msqrt><msup><mi>σ</mi><mo>2</mo></msup><mo>+</mo><mi>ε</mi></msqrt>"),
        ("√((a) b)", f"<msqrt><mo>(</mo><mi>a</mi><mo>)</mo>{SPACE}<mi>b</mi></msqrt>"),
        ("e^−Z", "<msup><mi>e</mi><mrow><mo>−</mo><mi>Z</mi></mrow></msup>"),
        ("e^z_j", "<msup><mi>e</mi><mrow><msub><mi>z</mi><mi>j</mi></msub></mrow></msup>"),
        ("e^(Z − 1)", "<msup><mi>e</mi><mrow><mo>(</mo><mi>Z</mi><mo>−</mo><mn>1</mn><mo>)</mo></mrow></msup>"),
        ("−0,5·10⁻⁷", '<mo form="prefix">−</mo><mn>0,5</mn><mo>·</mo><msup><mn>10</mn><mo>−7</mo></msup>'),
        ("12,34,567.8", "<mn>12,34,567.8</mn>"),
        ("a / b", "<mi>a</mi><mo>/</mo><mi>b</mi>"),
        ("max(0, Z)", "<mi>max</mi><mo>(</mo><mn>0</mn><mo>,</mo><mi>Z</mi><mo>)</mo>"),
        ("x <b>&", "<mi>x</mi><mo>&lt;</mo><mi>b</mi><mo>&gt;</mo><mo>&amp;</mo>"),
        ("ще même", f"<mi>ще</mi>{SPACE}<mi>même</mi>"),
    ],
)
def test_each_sign(equation, inside):
    """Presentation MathML: names mi, numbers mn, signs mo; scripts, roots and hats around them."""
    assert mathml(equation) == f"<math>{inside}</math>"


@given(st.text())
def test_any_text_is_well_formed_and_loses_no_letter(text):
    """Whatever a user's part is called, the page stays a page; letters and decimal digits are all there."""
    found = "".join(ElementTree.fromstring(mathml(text)).itertext())
    assert sum(map(str.isascii, filter(str.isalnum, text))) <= sum(map(str.isascii, filter(str.isalnum, found)))


@given(st.text("√(^)_|−₁²ᵀ̂Xe,.0 "))
def test_signs_in_any_order_are_well_formed(text):
    """Unclosed roots, exponents of nothing, marks on nothing."""
    ElementTree.fromstring(mathml(text))


def test_every_equation_of_a_trace_is_well_formed():
    """All strings with an equals sign in the modules of the equations."""
    folder = Path(clearprop.explain.__file__).parent
    code = "".join(path.read_text("utf8") for path in folder.glob("*equations.py"))
    texts = re.findall(r'"([^"\n]* = [^"\n]*)"', code)
    assert len(texts) > 60
    for text in texts:
        ElementTree.fromstring(mathml(text))
