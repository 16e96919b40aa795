"""What electrodes along an axon would have recorded, and when each pulse came by."""

import dataclasses

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.i18n import _

METRES_PER_S = 10.0
"""In one centimetre per millisecond."""


@dataclasses.dataclass(frozen=True)
class AxonRecording:
    """The potential along an axon through time.

    Attributes:
        time_ms: (times,) the moments recorded, the first at the beginning.
        place_cm: (segments,) the middle of each segment, counted from the near end.
        V_mV: (times, segments) the potential.
        spike_mV: the potential that, crossed upward, counts as a pulse's arrival.
    """

    time_ms: np.ndarray
    place_cm: np.ndarray
    V_mV: np.ndarray
    spike_mV: float

    @property
    def end_cm(self) -> float:
        """Where the far end is."""
        return float(self.place_cm[0] + self.place_cm[-1])

    def at(self, place_cm: float) -> np.ndarray:
        """(times,) the potential at a place: on a straight line between the middles of the two nearest segments.

        Raises:
            ClearpropError: the place is not on the axon.
        """
        inside(place_cm, self.end_cm, "place_cm")
        own = np.interp(place_cm, self.place_cm, np.arange(len(self.place_cm)))
        left = min(int(own), len(self.place_cm) - 2)
        return self.V_mV[:, left] + (own - left) * (self.V_mV[:, left + 1] - self.V_mV[:, left])

    def arrivals_ms(self, place_cm: float) -> np.ndarray:
        """(pulses,) when each pulse came by a place: the moments when the potential there rises through `spike_mV`.

        >>> still = AxonRecording(np.array([0.0, 1.0]), np.array([0.5, 1.5]), np.array([[-60, -60], [20, -60]]), -40.0)
        >>> still.arrivals_ms(0.5), still.arrivals_ms(1.5)
        (array([0.25]), array([], dtype=float64))
        """
        V = self.at(place_cm) - self.spike_mV
        before = np.flatnonzero((V[:-1] < 0) & (V[1:] >= 0))
        share = -V[before] / (V[before + 1] - V[before])
        return self.time_ms[before] + share * (self.time_ms[before + 1] - self.time_ms[before])

    def velocity_m_per_s(self, from_cm: float | None = None, to_cm: float | None = None, pulse: int = 0) -> float:
        """How fast a pulse went from one place to another: the way over the time between its arrivals.

        Args:
            from_cm: where it came first; by default a quarter of the length, where a pulse from an end is steady.
            to_cm: where it came later; by default three quarters.
            pulse: which one of those that came by: 0 is the first.

        Raises:
            ClearpropError: no such pulse came by, or the two places are one.
        """
        start = self.end_cm / 4 if from_cm is None else from_cm
        end = 3 * self.end_cm / 4 if to_cm is None else to_cm
        if start == end:
            raise ClearpropError(_("from_cm and to_cm are both {place:g}: give two places.").format(place=start))
        took_ms = abs(self._arrival(start, pulse) - self._arrival(end, pulse))
        return METRES_PER_S * abs(end - start) / took_ms

    def _arrival(self, place_cm: float, pulse: int) -> float:
        moments = self.arrivals_ms(place_cm)
        if len(moments) <= pulse:
            raise ClearpropError(
                _(
                    "{arrived} pulses came by {place:.3g} cm within {end:g} ms, and {wanted} had to: give a longer"
                    " duration_ms, a stronger current_uA or, as heat blocks an axon, a lower temperature_C."
                ).format(arrived=len(moments), place=place_cm, end=self.time_ms[-1], wanted=pulse + 1)
            )
        return float(moments[pulse])


def inside(place_cm: float, end_cm: float, name: str) -> None:
    """See that a place is on the axon.

    Raises:
        ClearpropError: it is not.
    """
    if not 0 <= place_cm <= end_cm * (1 + 1e-9):
        raise ClearpropError(
            _("{name}={place:g} is not on the axon, which ends at {end:.4g} cm.").format(
                name=name, place=place_cm, end=end_cm
            )
        )
