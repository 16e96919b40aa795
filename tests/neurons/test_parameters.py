"""Parameters that cannot be: each sentence names the one."""

import dataclasses
import math
from typing import ClassVar

import numpy as np
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons import NMDA, Alpha, Exponential, HodgkinHuxley, LeakyIntegrateAndFire, PairSTDP
from clearprop.neurons.parameters import check_parameters


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        (HodgkinHuxley, "capacitance_uF_per_cm2", -1.0),
        (HodgkinHuxley, "capacitance_uF_per_cm2", 0.0),
        (HodgkinHuxley, "q10", 0.0),
        (HodgkinHuxley, "g_na_mS_per_cm2", -0.1),
        (HodgkinHuxley, "g_k_mS_per_cm2", -0.1),
        (HodgkinHuxley, "g_leak_mS_per_cm2", -0.1),
        (HodgkinHuxley, "e_na_mV", math.nan),
        (HodgkinHuxley, "temperature_C", math.inf),
        (LeakyIntegrateAndFire, "tau_m_ms", 0.0),
        (LeakyIntegrateAndFire, "resistance_MOhm", -1.0),
        (LeakyIntegrateAndFire, "refractory_ms", -1.0),
        (LeakyIntegrateAndFire, "v_reset_mV", -60.0),
        (Exponential, "tau_ms", 0.0),
        (Exponential, "reversal_mV", math.nan),
        (Alpha, "tau_ms", -2.0),
        (NMDA, "tau_rise_ms", 0.0),
        (NMDA, "tau_rise_ms", 80.0),
        (NMDA, "reversal_mV", None),
        (NMDA, "magnesium_mM", -1.0),
        (PairSTDP, "tau_plus_ms", 0.0),
        (PairSTDP, "a_minus", -0.1),
        (PairSTDP, "w_max", math.nan),
        (PairSTDP, "w_max", -1.0),
    ],
)
def test_a_parameter_that_cannot_be_is_named(kind, name, value):
    with pytest.raises(ClearpropError, match=rf"{name}.* {kind.__name__}|{kind.__name__}.* {name}"):
        kind(**{name: value})


@dataclasses.dataclass(frozen=True)
class Thing:
    """A part with fields of several kinds."""

    positive: ClassVar[tuple[str, ...]] = ("size_cm",)
    not_negative: ClassVar[tuple[str, ...]] = ("age_s",)

    size_cm: float = 1.0
    age_s: float = 0.0
    weight_g: float | None = None
    label: str = "thing"
    legs: int = 4

    def __post_init__(self):
        check_parameters(self)


@pytest.mark.parametrize("value", ["fast", None, [1.0, 2.0], math.nan, -math.inf])
def test_what_is_no_number_is_shown(value):
    with pytest.raises(ClearpropError, match=r"size_cm of Thing cannot be .*: give a number\."):
        Thing(size_cm=value)


def test_bounds_and_kinds():
    """A whole number and NumPy's become Python's own; text that is a number counts as one; None only where allowed."""
    thing = Thing(size_cm=np.float32(2), age_s=0, weight_g=3, label="0")
    assert (thing.size_cm, thing.age_s, thing.weight_g, thing.label) == (2.0, 0.0, 3.0, "0")
    assert all(type(value) is float for value in (thing.size_cm, thing.age_s, thing.weight_g))
    assert type(Thing(legs=np.int64(6)).legs) is int  # pyright: ignore[reportArgumentType]
    assert Thing(weight_g=None).weight_g is None
    with pytest.raises(ClearpropError, match=r"size_cm of Thing cannot be 0: give a number above 0\."):
        Thing(size_cm=0)
    with pytest.raises(ClearpropError, match=r"age_s of Thing cannot be -1: give 0 or more\."):
        Thing(age_s=-1)
    with pytest.raises(ClearpropError, match="weight_g of Thing cannot be 'heavy'"):
        Thing(weight_g="heavy")
