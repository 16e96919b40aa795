"""Numbers as the languages write them, against CLDR by way of Babel, and by hand."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as some

from clearprop.i18n import LANGUAGES, SOURCE, Message, number, speaking
from clearprop.i18n.numbers import is_number

CODES = [code for code in LANGUAGES if code != SOURCE]


@pytest.mark.parametrize("code", CODES)
@given(value=some.integers(-(10**15), 10**15))
def test_whole_numbers_are_grouped_as_cldr_groups_them(code, value):
    alone = code == "es" and abs(value) < 10_000  # CLDR's minimumGroupingDigits, which Babel does not look at
    with speaking(code):
        assert number(value, ",") == format_decimal(value, locale=code, group_separator=not alone)


@pytest.mark.parametrize("code", CODES)
@given(value=some.floats(-1e12, 1e12), digits=some.integers(0, 6))
def test_decimals_are_those_of_cldr(code, value, digits):
    rounded = Decimal(format(value, f".{digits}f"))
    pattern = "#,##,##0." if code == "hi" else "#,##0."
    with speaking(code):
        expected = format_decimal(rounded, format=(pattern + "0" * digits).rstrip("."), locale=code)
        if code == "es" and abs(value) < 9_999.5:  # as above
            expected = expected.replace(".", "")
        assert number(value, f",.{digits}f").removeprefix("-") == expected.removeprefix("-")


@pytest.mark.parametrize("code", CODES)
@given(value=some.floats(-10, 10))
def test_percentages_are_those_of_cldr(code, value):
    rounded = Decimal(format(value, ".3f"))
    with speaking(code):
        ours = number(float(rounded), ".1%")
        theirs = format_percent(rounded, decimal_quantization=False, locale=code, group_separator=False)
    assert ours.replace(",0", "").replace(".0", "") == theirs


BY_HAND = {
    (1234.5, ",.1f"): {"en": "1,234.5", "es": "1234,5", "fr": "1\u202f234,5", "hi": "1,234.5", "uk": "1\u00a0234,5"},
    (1234567, ","): {
        "en": "1,234,567",
        "es": "1.234.567",
        "fr": "1\u202f234\u202f567",
        "hi": "12,34,567",
        "uk": "1\u00a0234\u00a0567",
    },
    (0.125, ".1%"): {"en": "12.5%", "es": "12,5\u00a0%", "fr": "12,5\u00a0%", "hi": "12.5%", "uk": "12,5%"},
    (1.5e-7, ".2g"): {"en": "1.5e-07", "es": "1,5e-07", "fr": "1,5e-07", "hi": "1.5e-07", "uk": "1,5e-07"},
    (-0.25, "+.2f"): {"en": "-0.25", "es": "-0,25", "fr": "-0,25", "hi": "-0.25", "uk": "-0,25"},
    (3, ""): dict.fromkeys(LANGUAGES, "3"),
}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("asked", BY_HAND)
def test_by_hand(code, asked):
    with speaking(code):
        assert number(*asked) == BY_HAND[asked][code]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_finite_number_is_as_python_has_it(value):
    with speaking("uk"):
        assert number(value, ".2f") == format(value, ".2f")


def test_what_counts_as_a_number():
    assert all(map(is_number, (1, 1.5, np.float32(1), np.int64(2), Fraction(1, 2))))
    assert not any(map(is_number, (True, "1", None, np.bool_(True), 1j)))


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("{x:g} is too much: try --learning-rate {rate:g}.", "0,5 is too much: try --learning-rate 0.001."),
        ("dt_ms={rate:g} of {x:.2f}", "dt_ms=0.001 of 0,50"),
        ("{name}={rate:g}; = {x}", "dt_ms=0.001; = 0,5"),
    ],
)
def test_what_can_be_typed_as_it_stands_keeps_python_s_signs(message, said):
    with speaking("uk"):
        assert Message(message).format(x=0.5, rate=0.001, name="dt_ms") == said
