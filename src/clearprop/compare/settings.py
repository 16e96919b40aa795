"""What a comparison is asked for."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from clearprop import activations, optim, rules
from clearprop.errors import ClearpropError
from clearprop.i18n import _

STEPS = {"adam": (3e-4, 0.03), "adamw": (3e-4, 0.03), "rmsprop": (3e-4, 0.03)}
"""Where learning rates are searched for, (least, most); other optimizers take 30 times larger ones."""

DECAY = (1e-4, 0.3)
"""Where the decoupled weight decay is searched for."""


@dataclass(frozen=True)
class Settings:
    """What is compared, and how.

    Attributes:
        rules: names of `clearprop.rules`, with settings after colons; ("all",) for each that can train the network.
        seeds: how often each rule is trained, each time from other initial weights, in another order of batches.
        hidden: units of each hidden layer.
        activation: of hidden units.
        optimizer: a name of `clearprop.optim`.
        epochs: how often a training goes through its rows.
        batch_size: rows a step; "auto" for the estimators' own.
        tune: random trials for each rule's rates; 0 for their defaults.
        test: the share of rows that are read once, at the end.
        validation: the share of the others by which rates are chosen.
        seed: of all that is random.
    """

    rules: tuple[str, ...] = ("all",)
    seeds: int = 5
    hidden: tuple[int, ...] = (128,)
    activation: str = "relu"
    optimizer: str = "adam"
    epochs: int = 20
    batch_size: Any = "auto"
    tune: int = 8
    test: float = 0.2
    validation: float = 0.2
    seed: int = 0

    def __post_init__(self) -> None:
        """See that names are known and numbers can be, and write the rules' names in one way.

        Raises:
            ClearpropError: one that is not, or cannot; a rule asked for twice.
        """
        for name, least in {"seeds": 1, "epochs": 1, "tune": 0}.items():
            if getattr(self, name) < least:
                raise ClearpropError(
                    _("{name} must be {least} or more, not {value}.").format(
                        name=name, least=least, value=getattr(self, name)
                    )
                )
        for name in ("test", "validation"):
            if not 0 < getattr(self, name) < 1:
                raise ClearpropError(
                    _("The share of {name} rows lies between 0 and 1; it is {value}.").format(
                        name=name, value=getattr(self, name)
                    )
                )
        activations.get(self.activation)
        optim.get(self.optimizer)
        if self.rules != ("all",):
            object.__setattr__(self, "rules", tuple(rules.name(rule) for rule in self.rules))
        twice = next((rule for rule in self.rules if self.rules.count(rule) > 1), None)
        if twice is not None or not self.rules:
            raise ClearpropError(
                _("Name one rule or more, each once; '{}' is there twice.").format(twice)
                if twice
                else _("Name one rule or more.")
            )

    def names(self) -> list[str]:
        """The rules that were asked for, back propagation first."""
        asked = rules.all_names() if self.rules == ("all",) else list(self.rules)
        return sorted(asked, key=lambda name: name != "backprop")

    def searched(self, rule: str) -> dict[str, tuple[float, float]]:
        """A rule's rates and where each is searched for: those that all rules have, and its own that are not given."""
        low, high = STEPS.get(self.optimizer, (0.01, 1.0))
        own = {name: where for name, where in rules.get(rule).searched().items() if f":{name}=" not in rule}
        return {"learning_rate": (low, high), "weight_decay": DECAY, **own}

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in dataclasses.asdict(self).items()}
