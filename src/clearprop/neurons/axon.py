"""The axon: "this long wire", down which a neuron's pulse travels to other neurons."""

import dataclasses
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from clearprop.compilation import program
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons.axon_recording import METRES_PER_S, AxonRecording, inside
from clearprop.neurons.base import State
from clearprop.neurons.cable import CRANK_NICOLSON, Theta, diffusion
from clearprop.neurons.clock import Clock, clock
from clearprop.neurons.hodgkin_huxley import HodgkinHuxley
from clearprop.neurons.integrators import ExponentialEuler
from clearprop.neurons.parameters import check_parameters
from clearprop.neurons.pulse import Pulse
from clearprop.neurons.room import see_room
from clearprop.neurons.simulate import see_that_it_stayed
from clearprop.traced import Numbers, join, split

CM_PER_UM = 1e-4
SEGMENTS_PER_LAMBDA = 20
"""At which a pulse's speed is within 0.1% of what it is with ever shorter segments."""
FEWEST_PER_LAMBDA = 5
"""At which it is within 2%."""
STEADY_FROM_LAMBDA = 2
"""Of an axon at least so long, the velocity is within 2% of that of a longer one, at 6, 18 and 28 °C; of one half as
long it is up to 12% too high, since the electrode reaches all along it and the sealed end hurries the pulse."""
RECORDED_EVERY_MS = 0.02


@dataclasses.dataclass(frozen=True)
class Axon:
    """An axon without myelin and with sealed ends: a Hodgkin–Huxley membrane all along a wire that conducts inside.

        C ∂V/∂t = (a / 2 R_i) ∂²V/∂x² − I_ion(V, m, h, n) + I_electrode

    V and the gates are taken at the middle of each segment. The gates are half a step ahead of V, so that each is
    stepped with the other as it is halfway, and both are exact to the second power of the step: the gates by
    exponential Euler, V in all segments at once by `method`.

    A resting axon's own measure of length is λ = √(a / (2 R_i g)), with g its membrane's conductance: the way on which
    a small lasting potential falls to 1/e.

    Args:
        radius_um: a.
        length_cm: from end to end; by default 16 λ.
        resistivity_ohm_cm: R_i, of what is inside.
        membrane: its channels, capacitance and temperature.
        segments: how many; by default 20 for each λ.
        method: `cable.CRANK_NICOLSON`, or `cable.BACKWARD_EULER`.
        spike_mV: the potential that, crossed upward, counts as a pulse; below a neuron's, since heat makes pulses low.

    Source: Hodgkin and Huxley (1952), Journal of Physiology 117, 500, equations 28 to 30; staggered as by Hines (1984),
        International Journal of Bio-Medical Computing 15, 69. Their pulse, computed for steady speed, goes at 18.8 m/s.

    >>> round(Axon().velocity_m_per_s(), 1)
    18.7
    """

    positive = ("radius_um", "length_cm", "resistivity_ohm_cm")
    not_negative = ()

    radius_um: float = 238.0
    length_cm: float | None = None
    resistivity_ohm_cm: float = 35.4
    membrane: HodgkinHuxley = HodgkinHuxley(temperature_C=18.5)
    segments: int | None = None
    method: Theta = CRANK_NICOLSON
    spike_mV: float = -30.0

    def __post_init__(self) -> None:
        """See that there is such an axon, and that its segments are short enough for a pulse."""
        check_parameters(self)
        if not isinstance(self.membrane, HodgkinHuxley):
            raise ClearpropError(
                _("membrane of Axon cannot be {!r}: give a HodgkinHuxley, whose channels carry the pulse.").format(
                    self.membrane
                )
            )
        fewest = max(math.ceil(FEWEST_PER_LAMBDA * self.end_cm / self.space_constant_cm - 1e-6), 3)
        if not isinstance(self.count, int) or self.count < fewest:
            raise ClearpropError(
                _("segments of Axon cannot be {given!r}: give a whole number of {fewest} or more.").format(
                    given=self.count, fewest=fewest
                )
            )

    @property
    def resting_conductance_mS_per_cm2(self) -> float:
        """g: of the membrane at rest, what 1 mV more lets through while the gates stay."""
        with jax.enable_x64(True):
            return float(_resting_conductance(*split(self.membrane)))

    @property
    def space_constant_cm(self) -> float:
        """λ = √(a / (2 R_i g)).

        Raises:
            ClearpropError: nothing flows through the membrane at rest.
        """
        g = self.resting_conductance_mS_per_cm2
        if g <= 0:
            raise ClearpropError(_("g_leak_mS_per_cm2 of the axon's membrane cannot be 0 where all others are."))
        return math.sqrt(1000 * self.radius_um * CM_PER_UM / (2 * self.resistivity_ohm_cm * g))

    @property
    def end_cm(self) -> float:
        """Where the far end is: `length_cm`, or 16 λ."""
        return 16 * self.space_constant_cm if self.length_cm is None else self.length_cm

    @property
    def count(self) -> int:
        """How many segments: `segments`, or 20 for each λ."""
        by_default = SEGMENTS_PER_LAMBDA * self.end_cm / self.space_constant_cm
        return max(math.ceil(by_default - 1e-6), 3) if self.segments is None else self.segments

    @property
    def place_cm(self) -> np.ndarray:
        """(segments,) the middle of each."""
        return (np.arange(self.count) + 0.5) * self.end_cm / self.count

    def pulse(
        self, at_cm: float = 0.0, start_ms: float = 0.0, duration_ms: float = 0.5, current_uA: float | None = None
    ) -> Pulse:
        """A current that starts a pulse: by default what, lasting, would hold a passive axon's end 200 mV above rest.

        >>> round(Axon().pulse().current_uA, 1)
        14.3
        """
        if current_uA is None:
            around_cm = 2 * math.pi * self.radius_um * CM_PER_UM
            current_uA = 200.0 * around_cm * self.space_constant_cm * self.resting_conductance_mS_per_cm2
        return Pulse(at_cm, start_ms, duration_ms, current_uA)

    def run(
        self,
        stimuli: Sequence[Pulse] | None = None,
        *,
        duration_ms: float | None = None,
        dt_ms: float | None = None,
        record_every_ms: float | None = None,
    ) -> AxonRecording:
        """The axon from rest, under currents through electrodes.

        Args:
            stimuli: by default one, `pulse()` at the near end.
            duration_ms: how long; by default 1 ms for each λ, of which a pulse needs 0.4 at 18.5 °C, 0.6 at 6.3 °C.
            dt_ms: the time step; by default a quarter of the longest, or less.
            record_every_ms: how often to record, a multiple of the time step; by default about every 0.02 ms.

        Raises:
            ClearpropError: a time step too long for the membrane, a stimulus that is not on the axon, a potential that
                leaves all bounds, more than memory holds.
        """
        stimuli = [self.pulse()] if stimuli is None else stimuli
        for own in stimuli:
            inside(own.at_cm, self.end_cm, "at_cm")
        ticks = self._clock(duration_ms, dt_ms, record_every_ms)
        see_room(self.count * ticks.frames, "float64")
        kind, numbers = split(self.membrane)
        starts = np.array([own.start_ms for own in stimuli])
        when = starts, starts + [own.duration_ms for own in stimuli]
        with jax.enable_x64(True):
            plan = _Plan(kind, self.method, ticks.frames, ticks.steps_a_frame)
            V = _record(plan, numbers, ticks.dt_ms, self._coupling_per_ms, self._spread(stimuli), when)
        V = np.asarray(V)
        see_that_it_stayed(self.membrane, {"V_mV": V}, ticks)
        return AxonRecording(ticks.frame_times(), self.place_cm, V, self.spike_mV)

    def velocity_m_per_s(self, *, duration_ms: float | None = None, dt_ms: float | None = None) -> float:
        """How fast a pulse from the near end travels, between a quarter and three quarters of the length.

        Raises:
            ClearpropError: none arrives, or the axon is too short for a steady one.
        """
        self.see_that_a_pulse_gets_steady()
        return self.run(duration_ms=duration_ms, dt_ms=dt_ms).velocity_m_per_s()

    def delay_ms(self) -> float:
        """How long a pulse takes from end to end, at the steady speed that it has in an axon like this of 16 λ.

        >>> round(Axon().delay_ms(), 1)
        6.0
        """
        return METRES_PER_S * self.end_cm / dataclasses.replace(self, length_cm=None, segments=None).velocity_m_per_s()

    def see_that_a_pulse_gets_steady(self) -> None:
        """See that the axon is long enough for a pulse to have a velocity of its own.

        Raises:
            ClearpropError: it is shorter than 2 λ.
        """
        least = STEADY_FROM_LAMBDA * self.space_constant_cm
        if self.end_cm < least * (1 - 1e-9):
            raise ClearpropError(
                _(
                    "length_cm={length:g} of Axon is too short for a pulse of steady velocity, which its ends hurry:"
                    " give {least:.3g} or more, or none."
                ).format(length=self.end_cm, least=least)
            )

    def _clock(self, duration_ms: float | None, dt_ms: float | None, record_every_ms: float | None) -> Clock:
        if duration_ms is None:
            duration_ms = self.end_cm / self.space_constant_cm
        if record_every_ms is None:
            dt_ms = clock(self.membrane, duration_ms, dt_ms).dt_ms
            record_every_ms = dt_ms * max(round(RECORDED_EVERY_MS / dt_ms), 1)
        return clock(self.membrane, duration_ms, dt_ms, record_every_ms)

    @property
    def _coupling_per_ms(self) -> float:
        """a / (2 R_i Δx² C): how fast the potentials of two segments draw near."""
        along = 1000 * self.radius_um * CM_PER_UM / (2 * self.resistivity_ohm_cm)
        return along / (self.end_cm / self.count) ** 2 / self.membrane.capacitance_uF_per_cm2

    def _spread(self, stimuli: Sequence[Pulse]) -> np.ndarray:
        """(stimuli, segments) µA/cm²: each current goes into the two segments beside its electrode, by nearness."""
        places, length = self.place_cm, self.end_cm / self.count
        at = np.clip([own.at_cm for own in stimuli], places[0], places[-1])[:, None]
        area = 2 * math.pi * self.radius_um * CM_PER_UM * length
        each = np.array([own.current_uA / area for own in stimuli])
        return np.maximum(1 - abs(places - at) / length, 0) * each[:, None]


class _Plan(NamedTuple):
    """All of a run that is not a number."""

    membrane: HodgkinHuxley
    method: Theta
    frames: int
    steps_a_frame: int


@program()
def _resting_conductance(membrane: HodgkinHuxley, numbers: Numbers) -> Any:
    membrane = join(membrane, numbers)
    rest = membrane.rest()
    return membrane.ionic({**rest, "V_mV": rest["V_mV"] + 1}) - membrane.ionic(rest)


@program()
def _record(plan: _Plan, numbers: Numbers, dt_ms: Any, coupling_per_ms: Any, spread: Any, when: tuple[Any, Any]) -> Any:
    """V (frames + 1, segments)."""
    membrane, axial = join(plan.membrane, numbers), diffusion(coupling_per_ms, spread.shape[1])
    rest = {name: jnp.full(spread.shape[1], value) for name, value in membrane.rest().items()}

    def gates(state: State) -> State:
        after = ExponentialEuler().step(lambda y: membrane.derivative(y, 0.0), state, dt_ms)
        return {**after, "V_mV": state["V_mV"]}

    def step(state: State, number: Any) -> tuple[State, None]:
        V = state["V_mV"]
        current = _share_of_step(number * dt_ms, dt_ms, *when) @ spread
        # With the gates as they are, the membrane's current is linear in V: slope J, the same at any V.
        slope, J = jax.jvp(
            lambda V: membrane.derivative({**state, "V_mV": V}, current)["V_mV"], (V,), (jnp.ones_like(V),)
        )
        V = plan.method.step(slope + axial.times(V), axial._replace(own=axial.own + J), V, dt_ms)
        return gates({**state, "V_mV": V}), None

    def frame(state: State, number: Any) -> tuple[State, Any]:
        state, _none = lax.scan(step, state, number * plan.steps_a_frame + jnp.arange(plan.steps_a_frame))
        return state, state["V_mV"]

    # The gates' lead of half a step costs nothing: they rest, and do not move before the potential has.
    _end, V = lax.scan(frame, rest, jnp.arange(plan.frames))
    return jnp.concatenate([rest["V_mV"][None], V])


def _share_of_step(now: Any, dt_ms: Any, starts: Any, ends: Any) -> Any:
    """(stimuli,) how much of a step each flows, so that none brings more or less charge by where the steps fall."""
    return jnp.maximum(jnp.minimum(ends, now + dt_ms) - jnp.maximum(starts, now), 0.0) / dt_ms
