"""For how long after a pulse an axon lets no other through."""

from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.axon import Axon


def refractory_ms(axon: Axon, tolerance_ms: float = 0.05) -> float:
    """The shortest time between two like currents at the near end of which the second, too, starts a pulse that travels
    three quarters of the length; found by halving.

    Args:
        axon: with its default currents, `Axon.pulse`. To stronger ones it is open a little earlier.
        tolerance_ms: how exactly.

    Raises:
        ClearpropError: a tolerance that is not above 0, an axon along which no second pulse travels.

    >>> 1.0 < refractory_ms(Axon(), 0.5) < 2.5
    True
    """
    if not tolerance_ms > 0:
        raise ClearpropError(
            _("{name} cannot be {value!r}: give a number above 0.").format(name="tolerance_ms", value=tolerance_ms)
        )
    closed, opened = 0.0, axon.end_cm / axon.space_constant_cm
    if not _travels(axon, opened, 2 * opened):
        raise ClearpropError(_("no second pulse travels along this axon within {gap:g} ms.").format(gap=opened))
    duration = 2 * opened
    while opened - closed > tolerance_ms:
        middle = (closed + opened) / 2
        closed, opened = (closed, middle) if _travels(axon, middle, duration) else (middle, opened)
    return opened


def _travels(axon: Axon, gap_ms: float, duration_ms: float) -> bool:
    found = axon.run([axon.pulse(), axon.pulse(start_ms=gap_ms)], duration_ms=duration_ms)
    return len(found.arrivals_ms(3 * axon.end_cm / 4)) > 1
