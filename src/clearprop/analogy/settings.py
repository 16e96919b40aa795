"""What an analogy is asked for."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from clearprop.errors import ClearpropError
from clearprop.i18n import _


@dataclass(frozen=True)
class Settings:
    """How neurons are made to fire, and how networks learn when they do.

    Attributes:
        depths: hidden layers of each network; 0 is a single logistic unit.
        seeds: how often all is done: other synaptic weights, other input spikes, other initial weights of the networks.
        excitatory: inputs that excite.
        inhibitory: inputs that inhibit.
        input_rate_hz: of each input, a Poisson process.
        rate_hz: how often the neuron is to fire; the strength of its synapses is set so that it does.
        trials: stretches of time, each from rest: of five, three to learn from, one to choose by, one to score.
        trial_ms: how long each is.
        window_ms: how far back a network sees the spikes.
        bumps: by how many numbers it sees an input's spikes in that time.
        hidden: units of each hidden layer.
        epochs: how often a training goes through its rows.
        seed: of all that is random.
    """

    depths: tuple[int, ...] = (0, 1, 2, 3)
    seeds: int = 5
    excitatory: int = 80
    inhibitory: int = 20
    input_rate_hz: float = 10.0
    rate_hz: float = 8.0
    trials: int = 100
    trial_ms: int = 6000
    window_ms: int = 80
    bumps: int = 8
    hidden: int = 64
    epochs: int = 12
    seed: int = 0

    def __post_init__(self) -> None:
        """See that every number can be.

        Raises:
            ClearpropError: one cannot; the sentence names it.
        """
        object.__setattr__(self, "depths", tuple(sorted(set(self.depths))))
        if not self.depths or self.depths[0] != 0 or len(self.depths) < 2:
            raise ClearpropError(
                _("depths are {}, and have to be 0, the logistic unit, and one more at least.").format(
                    ",".join(map(str, self.depths)) or _("none")
                )
            )
        least = {"seeds": 1, "excitatory": 1, "inhibitory": 0, "trials": 5, "bumps": 2, "hidden": 1, "epochs": 1}
        for name, smallest in {**least, "window_ms": 10, "trial_ms": 2 * self.window_ms}.items():
            if getattr(self, name) < smallest:
                raise ClearpropError(
                    _("{name} must be {least} or more, not {value}.").format(
                        name=name, least=smallest, value=getattr(self, name)
                    )
                )
        for name in ("input_rate_hz", "rate_hz"):
            if not 0 < getattr(self, name) <= 200:
                raise ClearpropError(
                    _("{name} must lie between 0 and 200, not {value:g}.").format(name=name, value=getattr(self, name))
                )

    @property
    def inputs(self) -> int:
        """How many inputs there are; those that excite come first."""
        return self.excitatory + self.inhibitory

    def parts(self) -> tuple[range, range, range]:
        """The trials to learn from, to choose by and to score."""
        fifth = max(self.trials // 5, 1)
        return (
            range(self.trials - 2 * fifth),
            range(self.trials - 2 * fifth, self.trials - fifth),
            range(self.trials - fifth, self.trials),
        )

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return {**dataclasses.asdict(self), "depths": list(self.depths)}
