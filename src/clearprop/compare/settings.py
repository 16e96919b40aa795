"""What a comparison is asked for."""

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from clearprop import activations, optim, rules
from clearprop.errors import ClearpropError
from clearprop.i18n import _
from clearprop.rules import Rule

STEPS = {"adam": (3e-4, 0.03), "adamw": (3e-4, 0.03), "rmsprop": (3e-4, 0.03)}
"""Where learning rates are searched for, (least, most); other optimizers take 30 times larger ones."""

DECAY = (1e-4, 0.3)
"""Where the decoupled weight decay is searched for."""


@dataclass(frozen=True)
class Settings:
    """What is compared, and how.

    Attributes:
        rules: names of `clearprop.rules`, with settings after colons, or rules of your own; "all" for each rule that
            can train the network.
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

    rules: Any = "all"
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
        shares = {
            "test": _("The share of test rows lies between 0 and 1; it is {value}."),
            "validation": _("The share of validation rows lies between 0 and 1; it is {value}."),
        }
        for name, sentence in shares.items():
            if not 0 < getattr(self, name) < 1:
                raise ClearpropError(sentence.format(value=getattr(self, name)))
        activations.get(self.activation)
        optim.get(self.optimizer)
        asked = (self.rules,) if isinstance(self.rules, (str, Rule)) else tuple(self.rules)
        object.__setattr__(self, "rules", "all" if asked == ("all",) else asked)
        names = self.names()
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None or not names:
            raise ClearpropError(
                _("Name one rule or more, each once; '{}' is there twice.").format(twice)
                if twice
                else _("Name one rule or more.")
            )

    @cached_property
    def _known(self) -> list[tuple[str, Rule]]:
        """(name, rule) of each: a name as it was asked for, so that a setting given in it is known to be given."""
        asked = rules.all_names() if self.rules == "all" else self.rules
        return [(each if isinstance(each, str) else rules.name(each), rules.get(each)) for each in asked]

    def names(self) -> list[str]:
        """The rules that were asked for, back propagation first."""
        return sorted((name for name, _rule in self._known), key=lambda name: name != "backprop")

    def rule(self, name: str) -> Rule:
        """The rule of this name; back propagation is there always, to be compared with."""
        return dict(self._known).get(name) or rules.get(name)

    def searched(self, name: str) -> dict[str, tuple[float, float]]:
        """A rule's rates and where each is searched for: those that all rules have, and its own that are not given."""
        low, high = STEPS.get(self.optimizer, (0.01, 1.0))
        own = {rate: where for rate, where in self.rule(name).searched().items() if f":{rate}=" not in name}
        return {"learning_rate": (low, high), "weight_decay": DECAY, **own}

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        plain = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        names = ["all"] if self.rules == "all" else [name for name, _rule in self._known]
        return {**plain, "rules": names, "hidden": list(self.hidden)}
