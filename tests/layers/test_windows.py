"""Windows: what users may say, and how many there are; against JAX's own reckoning and by hand."""

import itertools

import numpy as np
import pytest
from jax import lax

from clearprop.errors import ClearpropError
from clearprop.layers.windows import out_size, padding_of, pads, pair


def test_what_a_user_may_say():
    """The docstrings of `pair` and `padding_of`."""
    assert (pair(2), pair((1, 3)), pair(np.int64(2))) == ((2, 2), (1, 3), (2, 2))
    assert (padding_of("same"), padding_of("valid"), padding_of(0)) == ("same", "valid", ((0, 0), (0, 0)))
    assert padding_of((1, 2)) == ((1, 1), (2, 2))
    assert padding_of(((1, 2), (3, 4))) == ((1, 2), (3, 4)) == padding_of(padding_of(((1, 2), (3, 4))))


@pytest.mark.parametrize(("padding", "word"), [("same", "SAME"), ("valid", "VALID")])
def test_padding_is_as_jax_reckons(padding, word):
    """An independent implementation: `lax.padtype_to_pads`, over sizes, windows, strides and dilations."""
    for n, k, s, d in itertools.product(range(5, 12), range(1, 4), range(1, 4), range(1, 3)):
        found = pads(padding, (n, n), (k, k), (s, s), (d, d))
        reach = (k - 1) * d + 1
        assert list(found) == lax.padtype_to_pads((n, n), (reach, reach), (s, s), word)
        expected = -(-n // s) if padding == "same" else len(range(0, n - reach + 1, s))
        assert out_size((n, n), (k, k), (s, s), (d, d), found) == (expected, expected)


def test_the_errors():
    """The docstrings: one sentence each."""
    for value in (0, 1.5, (1, 2, 3), (1, 0), "two", True):
        with pytest.raises(ClearpropError, match="stride is a whole number of 1 or more, or a pair"):
            pair(value, "stride")
    for value in (-1, "valide", (1, 2, 3), ((1, 2), (3,)), 0.5, ((1, 2), (3, -4)), None):
        with pytest.raises(ClearpropError, match="Padding is 'same', 'valid', a whole number of 0 or more"):
            padding_of(value)
    with pytest.raises(ClearpropError, match="A window of 3 × 2 does not fit into an image of 2 × 9"):
        out_size((2, 9), (3, 2), (1, 1), (1, 1), ((0, 0), (0, 0)))
