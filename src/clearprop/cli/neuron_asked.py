"""Which neuron was asked for on the command line, and which currents."""

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clearprop import neurons
from clearprop.cli.outputs import see_that_it_can_be_drawn
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.neurons import Neuron
from clearprop.neurons.clock import clock
from clearprop.registry import name_of, unknown

WITHOUT_TIME = {"mcculloch_pitts": "McCullochPitts", "logistic": "LogisticUnit", "logistic_unit": "LogisticUnit"}
"""Units that are no neurons in time, and what they are called in Python."""

MOST = 10_000
"""Currents at once."""


@dataclass(frozen=True)
class Asked:
    """What `clearprop neuron` was asked for.

    Attributes:
        name: of the neuron, as the shell has it.
        kind: its class, or None.
        neuron: with the parameters that were set.
        output: the picture to draw, or None.
    """

    name: str
    kind: str | None
    neuron: Neuron
    output: Path | None

    @property
    def title(self) -> str:
        """As a person calls it: "izhikevich (chattering)"."""
        return self.name if self.kind is None else f"{self.name} ({self.kind})"

    def told(self, duration_ms: float, dt_ms: float | None, method: str) -> dict[str, Any]:
        """What every JSON object of the command begins with."""
        return {
            "neuron": self.name,
            "class": self.kind,
            "parameters": {name: getattr(self.neuron, name) for name in parameters(self.neuron)},
            "current_unit": self.neuron.current_unit,
            "duration_ms": duration_ms,
            "dt_ms": clock(self.neuron, duration_ms, dt_ms).dt_ms,
            "method": method,
            "picture": None if self.output is None else str(self.output),
        }


def asked(name: str, kind: str | None, settings: Sequence[str], output: str | None) -> Asked:
    """The neuron of this name and class, with these parameters, each as "name=value".

    Raises:
        ClearpropError: there is no such neuron, class or parameter; a value it cannot have; no place for the picture.
    """
    plain = name.strip().replace("-", "_")
    if plain in WITHOUT_TIME:
        raise ClearpropError(
            _(
                "'{name}' computes its output at once and has no course in time: use clearprop.neurons.{unit} in"
                " Python, or name one of {others}."
            ).format(name=name, unit=WITHOUT_TIME[plain], others=", ".join(map(_told, neurons.NEURONS.classes)))
        )
    usual = neurons.get(plain)
    known = _told(name_of(type(usual)))
    words = [plain, *_class(usual, known, kind), *_settings(usual, known, settings)]
    path = None if output is None else see_that_it_can_be_drawn(Path(output))
    return Asked(known, kind, neurons.get(":".join(words)), path)


def parameters(neuron: Neuron) -> list[str]:
    """The names of a neuron's parameters."""
    return [field.name for field in dataclasses.fields(neuron)]  # pyright: ignore[reportArgumentType]


def _told(name: str) -> str:
    """A name as the shell has it."""
    return name.replace("_", "-")


def _class(neuron: Neuron, name: str, kind: str | None) -> list[str]:
    """The setting that chooses the class."""
    if kind is not None and not hasattr(neuron, "of_class"):
        raise ClearpropError(_("--class is for izhikevich; {} does not come in classes.").format(name))
    return [] if kind is None else [f"class={kind}"]


def _settings(neuron: Neuron, name: str, texts: Sequence[str]) -> Sequence[str]:
    """The texts, once it is seen that each is for a parameter."""
    known = parameters(neuron)
    for text in texts:
        key, equals, _value = text.partition("=")
        if not equals:
            raise ClearpropError(
                _("--set is NAME=VALUE, such as {key}={value:g}; not '{text}'.").format(
                    key=known[0], value=getattr(neuron, known[0]), text=text
                )
            )
        if key.strip() not in known:
            raise unknown(_("parameter of {}").format(name), key.strip(), known)
    return texts


def currents(text: str, current: float | None = None) -> np.ndarray:
    """(currents,) from LOW to HIGH, both included, by STEP.

    >>> currents("0:1:0.25")
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])

    Raises:
        ClearpropError: no three numbers, or such that there are no currents between, or too many; --current besides.
    """
    if current is not None:
        raise ClearpropError(_("Give --current for a trace, or --f-i for rates; not both."))
    try:
        low, high, step = map(float, text.split(":"))
    except ValueError:
        low = high = step = math.nan
    if not all(map(math.isfinite, (low, high, step))):
        raise ClearpropError(_("--f-i is LOW:HIGH:STEP, such as 0:30:0.5; not '{}'.").format(text))
    if high < low or step <= 0:
        raise ClearpropError(
            _("--f-i {} has no currents: HIGH cannot be below LOW, and STEP has to be above 0.").format(text)
        )
    count = (high - low) / step + 1
    if count > MOST:
        raise ClearpropError(
            _("--f-i {text} has more than {most:,} currents: give a longer STEP.").format(text=text, most=MOST)
        )
    return np.round(low + step * np.arange(math.floor(count + 1e-9)), 12)
