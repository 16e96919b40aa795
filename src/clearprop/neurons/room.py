"""Whether what a simulation records fits into memory."""

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.machine import memory_bytes


def see_room(numbers: int, float_type: str) -> None:
    """See that so many numbers fit, and as many again while they are put together.

    Raises:
        ClearpropError: they do not; better known now than when the system ends the process.
    """
    memory, needed = memory_bytes(), numbers * (8 if float_type == "float64" else 4)
    if memory is not None and 2 * needed > memory:
        raise ClearpropError(
            _(
                "{needed:,.1f} GB would be recorded, more than half of this computer's memory: give a shorter"
                " duration_ms, a longer record_every_ms or dt_ms, or fewer neurons or segments."
            ).format(needed=needed / 1e9)
        )
