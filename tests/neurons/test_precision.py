"""The type of a simulation's numbers."""

import jax
import jax.numpy as jnp
import pytest

from clearprop.errors import ClearpropError
from clearprop.neurons.precision import FLOAT_TYPES, precision


@pytest.mark.parametrize("float_type", FLOAT_TYPES)
def test_within_it_numbers_are_of_that_type(float_type):
    """And after it of the type they were before."""
    before = jnp.asarray(0.5).dtype
    with precision(float_type):
        assert jnp.asarray(0.5).dtype == jax.jit(lambda x: x * 2)(0.5).dtype == float_type
    assert jnp.asarray(0.5).dtype == before


@pytest.mark.parametrize("wrong", ["float16", "double", ""])
def test_others_are_refused(wrong):
    with pytest.raises(ClearpropError, match=f"float_type cannot be '{wrong}': give one of float32, float64"):
        precision(wrong)
