"""Names for the parts of a network: how "relu" becomes an object, and an object a few words of JSON.

A model file may name only what stands in these tables (or in a list that the caller of `load` passes in). There is no
import path, no pickle and no callable in a configuration, so that a file from a stranger cannot run code.

A part is a frozen dataclass. Its configuration is its kind and name, then its fields, nested parts in the same form::

    Activation(LeakyReLU(0.1))   ⇄   {"layer": "activation", "function": {"activation": "leaky_relu", "slope": 0.1}}
"""

import dataclasses
import difflib
import json
import numbers
import re
import typing
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from clearprop.errors import ClearpropError
from clearprop.i18n import _

T = TypeVar("T")

_KINDS: dict[str, "Registry[Any]"] = {}


class Registry(Generic[T]):
    """One table of names: `Registry("activation", ActivationFunction, [Sigmoid, ReLU, …])`.

    A class is known by its `name` attribute where it has one, else by its own name in snake case.
    """

    def __init__(self, kind: str, base: type[T], classes: Iterable[type[T]]):
        self.kind, self.base = kind, base
        self.classes: dict[str, type[T]] = {name_of(cls): cls for cls in classes}
        _KINDS[kind] = self

    def get(self, part: "str | T") -> T:
        """The part itself, or the one of this name with its default settings.

        Raises:
            ClearpropError: no part has this name; the message suggests the nearest.
        """
        if not isinstance(part, str):
            return part
        if part not in self.classes:
            raise unknown(self.kind, part, self.classes)
        try:
            return self.classes[part]()
        except TypeError as error:
            raise ClearpropError(
                _("The {kind} '{name}' needs settings of its own: give it as an object, {cls}(…).").format(
                    kind=told(self.kind), name=part, cls=self.classes[part].__name__
                )
            ) from error


def unknown(kind: str, name: str, known: Iterable[str]) -> ClearpropError:
    """The error for a name that is not in a table; it suggests the nearest."""
    return ClearpropError(
        _("There is no {kind} called '{name}'.{hint} Known: {known}.").format(
            kind=told(kind), name=name, hint=_nearest(name, known), known=", ".join(sorted(known))
        )
    )


def told(kind: str) -> str:
    """A kind of part as a person calls it."""
    return {
        # Translators: from here on {kind}s of parts: "There is no activation called 'rely'."
        "activation": _("activation"),
        "layer": _("layer"),
        "augmentation": _("augmentation"),
        "loss": _("loss"),
        "initializer": _("initializer"),
        "optimizer": _("optimizer"),
        "rule": _("rule"),
        "metric": _("metric"),
        "network": _("network"),
        "front end": _("front end"),
        "score": _("score"),
        "neuron": _("neuron"),
        "cell": _("cell"),
        "integrator": _("integrator"),
        "exercise": _("exercise"),
        "function": _("function"),
    }.get(kind, kind)


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return _(" Did you mean '{}'?").format(near[0]) if near else ""


def read_settings(text: str) -> tuple[str, dict[str, str]]:
    """A name and the settings that follow it, each after a colon.

    >>> read_settings("weight_mirror : rate=0.05:decay=1")
    ('weight_mirror', {'rate': '0.05', 'decay': '1'})
    """
    name, *settings = (part.strip() for part in text.split(":"))
    pairs = (setting.partition("=") for setting in settings)
    return name, {key.strip(): value.strip() for key, _equals, value in pairs}


def with_settings(table: Registry[T], name: str, texts: Mapping[str, str], start: Mapping[str, Any] | None = None) -> T:
    """The part of this name with these settings, as text, and `start` for those that the text leaves out.

    Raises:
        ClearpropError: an unknown name or setting, or a value that a setting cannot have.
    """
    plain = table.get(name)
    if not texts and not start:
        return plain
    return build({**(start or {}), **{key: _value(text, plain, key) for key, text in texts.items()}, table.kind: name})


def _value(text: str, plain: Any, key: str) -> Any:
    """The text as JSON where it is such (true, 5, 0.1), else as it stands; a whole number for a number is one."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if whole and isinstance(getattr(plain, key, None), float) else value


def name_of(cls: type) -> str:
    """The name of a part's class in tables and model files: `LayerNorm` → "layer_norm"."""
    return cls.__dict__.get("name") or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()


def config_of(part: Any) -> dict[str, Any]:
    """The part as plain JSON values.

    Raises:
        ClearpropError: a field holds something a model file cannot, such as a Python function.
    """
    kind = next((k for k, table in _KINDS.items() if isinstance(part, table.base)), None)
    if kind is None or not dataclasses.is_dataclass(part):
        raise ClearpropError(
            _("{part!r} is not a part that a model file can hold: make it a frozen dataclass derived from one.").format(
                part=part
            )
        )
    known = _KINDS[kind].classes.get(name_of(type(part)))
    if known is not None and known is not type(part):
        raise ClearpropError(
            _("Your {kind} '{name}' has the name of one of clearprop's own: call the class something else.").format(
                kind=told(kind), name=name_of(type(part))
            )
        )
    fields = {f.name: _plain(getattr(part, f.name), part, kind) for f in dataclasses.fields(part) if f.init}
    if kind in fields:  # the configuration's own key
        raise ClearpropError(
            _("Your {kind} '{name}' has a setting called '{key}': call it something else.").format(
                kind=told(kind), name=name_of(type(part)), key=kind
            )
        )
    return {kind: name_of(type(part)), **fields}


def _plain(value: Any, owner: Any, kind: str) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, numbers.Real):  # NumPy's
        return int(value) if isinstance(value, numbers.Integral) else float(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item, owner, kind) for item in value]
    if any(isinstance(value, table.base) for table in _KINDS.values()):
        return config_of(value)
    raise ClearpropError(
        _(
            "The {kind} '{name}' holds {value!r}, which a model file cannot: write it as a {kind} class of your own and"
            " pass that to load(…, own=[…])."
        ).format(kind=told(kind), name=name_of(type(owner)), value=value)
    )


def build(config: Any, own: Iterable[type] = ()) -> Any:
    """The part that a configuration describes; the way back from `config_of`.

    Every name is looked up in the tables, or among `own`; every field is checked against the type it is declared with.

    Raises:
        ClearpropError: an unknown kind or name, a missing, unknown or mistyped field.
    """
    if not isinstance(config, Mapping):
        raise ClearpropError(_("A part of the network should be described by an object, not {!r}.").format(config))
    kind = next((k for k, name in config.items() if k in _KINDS and isinstance(name, str)), None)
    if kind is None:
        raise ClearpropError(_("A part of the network says neither of {}.").format(", ".join(_KINDS)))
    name = config[kind]
    mine = {name_of(cls): cls for cls in own if issubclass(cls, _KINDS[kind].base)}
    cls = _KINDS[kind].classes.get(name) or mine.get(name)
    if cls is None:
        raise ClearpropError(
            _(
                "It uses the {kind} {name!r}, which is not one of clearprop's: pass the class in, load(…, own=[…])."
            ).format(kind=told(kind), name=name)
        )
    return _construct(cls, {key: value for key, value in config.items() if key != kind}, own)


def _construct(cls: type, settings: Mapping[str, Any], own: Iterable[type]) -> Any:
    from pydantic import ConfigDict, TypeAdapter, ValidationError

    hints = typing.get_type_hints(cls)
    declared = {f.name: hints[f.name] for f in dataclasses.fields(cls) if f.init}
    if set(settings) - set(declared):
        extra = min(set(settings) - set(declared))
        raise ClearpropError(
            _("'{name}' has no setting {extra!r}.{hint}").format(
                name=name_of(cls), extra=extra, hint=_nearest(extra, declared)
            )
        )
    values = {}
    for field, value in settings.items():
        value = _nested(value, own)
        try:
            adapter = TypeAdapter(declared[field], config=ConfigDict(arbitrary_types_allowed=True))
            values[field] = adapter.validate_python(value, strict=True)
        except ValidationError as error:
            raise ClearpropError(
                _("The setting {field!r} of '{name}' cannot be {value!r}.").format(
                    field=field, name=name_of(cls), value=value
                )
            ) from error
    try:
        return cls(**values)
    except TypeError as error:
        raise ClearpropError(_("'{name}' lacks a setting: {error}.").format(name=name_of(cls), error=error)) from error


def _nested(value: Any, own: Iterable[type]) -> Any:
    if isinstance(value, list):
        return tuple(_nested(item, own) for item in value)
    if isinstance(value, Mapping):
        return build(value, own)
    return value
