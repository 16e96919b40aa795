"""What starts a pulse: a current through an electrode in an axon."""

import dataclasses

from clearprop.neurons.parameters import check_parameters


@dataclasses.dataclass(frozen=True)
class Pulse:
    """A current through an electrode in the axon; `Axon.pulse` gives one that is strong enough.

    Args:
        at_cm: where, counted from the near end.
        start_ms: when it begins.
        duration_ms: for how long it flows.
        current_uA: how strong it is.
    """

    positive = ("duration_ms",)
    not_negative = ("at_cm", "start_ms")

    at_cm: float
    start_ms: float
    duration_ms: float
    current_uA: float

    def __post_init__(self) -> None:
        """See that every number can be what it is."""
        check_parameters(self)
