"""The type of the numbers that a simulation computes with."""

from typing import Any

import jax

from clearprop.errors import ClearpropError
from clearprop.i18n import _

FLOAT_TYPES = ("float32", "float64")


def precision(float_type: str) -> Any:
    """A context in which JAX computes in numbers of this type.

    Raises:
        ClearpropError: there is no such type here.

    >>> import jax.numpy as jnp
    >>> with precision("float64"):
    ...     jnp.asarray(0.5).dtype
    dtype('float64')
    """
    if float_type not in FLOAT_TYPES:
        raise ClearpropError(
            _("float_type cannot be {given!r}: give one of {known}.").format(
                given=float_type, known=", ".join(FLOAT_TYPES)
            )
        )
    return jax.enable_x64(float_type == "float64")
