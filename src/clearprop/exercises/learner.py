"""The learner's own training: their `train` and `predict`, in a process of their own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np

from clearprop.errors import ClearpropError
from clearprop.exercises import process, solution, worker
from clearprop.exercises.convention import convert, convert_back
from clearprop.exercises.exercise import Exercise
from clearprop.exercises.trial import Data, Settings
from clearprop.exercises.written import Written
from clearprop.i18n import _

PARAMETERS = [{"W": "weights", "b": "bias"}]
"""Of what kind they are."""

MEGABYTES, TIMES = 2048, 16
"""The memory that the learner's code may take: so much, and so many times its samples."""


LARGE = 2**20
"""Bytes of an array that goes as a file."""


class Trained(NamedTuple):
    """What a training gave, in rows.

    Attributes:
        before: the first weights, {"W", "b"} for each layer.
        costs: (iterations,)
        predict: what the network gives in the end, (n, outputs), for the samples (n, inputs).
    """

    before: list[dict[str, np.ndarray]]
    costs: np.ndarray
    predict: Callable[[np.ndarray], np.ndarray]


def train(
    written: Written, convention: str, sizes: Sequence[int], Y: np.ndarray, data: Data, settings: Settings
) -> Trained:
    """Let the learner's `train` learn from the training rows.

    Raises:
        ClearpropError: it fails, takes too long, or returns something else than parameters, costs and parameters.
    """
    arguments = {
        "X": convert(data.training.X, "samples", convention),
        "Y": convert(Y, "samples", convention),
        "sizes": list(sizes),
        "learning_rate": settings.learning_rate,
        "iterations": settings.iterations,
        "random": settings.seed,
    }
    found = _called(written, "train", arguments, settings.seconds)
    if not isinstance(found, tuple | list) or len(found) != 3:
        raise ClearpropError(_("train has to return three things: the parameters before, the costs, those after."))
    before, costs, after = found
    return Trained(
        _parameters(before, convention, sizes),
        _costs(costs, settings.iterations),
        lambda X: _predicted(written, X, after, convention, sizes[-1], settings.seconds),
    )


def _called(written: Written, function: str, arguments: dict[str, Any], seconds: float) -> Any:
    """What a function of the learner's file returns, all others being the learner's own.

    Raises:
        ClearpropError: it returns nothing.
    """
    kinds = {"random": "random"} if "random" in arguments else {}
    megabytes = MEGABYTES + TIMES * arguments["X"].nbytes // 2**20
    with TemporaryDirectory() as folder:
        stored = {name: _stored(value, Path(folder, f"{name}.npy")) for name, value in arguments.items()}
        call = process.Call(function, stored, kinds, alone=False)
        failed, (answer,) = process.answers(
            written.text, [call], functions=[function], seconds=seconds, megabytes=megabytes
        )
    for each in (failed, answer):
        if each is not None and each.failure:
            raise ClearpropError(_placed(written, each.line, _failure(function, each, seconds)))
    return answer.value


def _stored(value: Any, path: Path) -> Any:
    """A large array as a file, which travels faster; all else as it is."""
    if not isinstance(value, np.ndarray) or value.nbytes < LARGE:
        return value
    np.save(path, value, allow_pickle=False)
    return worker.Stored(str(path))


def _failure(function: str, answer: process.Answer, seconds: float) -> str:
    """What went wrong, in a sentence."""
    match answer.failure:
        case "timeout":
            sentence = _(
                "{function} was stopped after {seconds:g} seconds: it may have a loop without an end; if it is only"
                " slow, give fewer --iterations or a larger --time-limit."
            )
        case "missing":
            sentence = _("Your file has no function {function}: it was given to you whole.")
        case "NotImplementedError":
            sentence = _("{function} calls a function that is not written yet.")
        case "SystemExit":
            sentence = _("The code ends the program, with exit: {function} has to return instead.")
        case "MemoryError":
            sentence = _("{function} needs more memory than it may take.")
        case "ended" | "skipped":
            sentence = _("The program ended before {function} returned.")
        case _raised:
            # Translators: {what} is what Python says, in English.
            sentence = _("{function} fails: {what}.")
    what = f"{answer.failure}: {answer.message}" if answer.message else answer.failure
    return sentence.format(function=function, seconds=seconds, what=what.rstrip("."))


def _placed(written: Written, line: int | None, sentence: str) -> str:
    """The sentence, and where in the learner's file."""
    if line is None:
        return sentence
    # Translators: {place} is "line 3".
    return _("{path}, {place}: {sentence}").format(path=written.path, place=written.place(line), sentence=sentence)


def _parameters(found: Any, convention: str, sizes: Sequence[int]) -> list[dict[str, np.ndarray]]:
    """The parameters in rows, seen to be those of a network with so many units.

    Raises:
        ClearpropError: they are not.
    """
    layers = convert_back(found, PARAMETERS, convention)
    if not _are_layers(layers) or len(layers) != len(sizes) - 1:
        raise ClearpropError(
            _("The parameters that train returns are a list of {n}, {form} for each layer.").format(
                n=len(sizes) - 1, form='{"W": …, "b": …}'
            )
        )
    for place, (layer, fan_in, fan_out) in enumerate(zip(layers, sizes[:-1], sizes[1:], strict=True), start=1):
        for name, shape in (("W", (fan_in, fan_out)), ("b", (fan_out,))):
            _see_shape(found[place - 1][name], layer[name], name, place, shape, convention)
    return [{name: np.asarray(layer[name], np.float64) for name in ("W", "b")} for layer in layers]


def _are_layers(layers: Any) -> bool:
    return isinstance(layers, list | tuple) and all(
        isinstance(layer, dict) and all(isinstance(layer.get(name), np.ndarray) for name in ("W", "b"))
        for layer in layers
    )


def _see_shape(theirs: Any, value: Any, name: str, place: int, shape: tuple[int, ...], convention: str) -> None:
    if value.shape != shape or not np.isfinite(value).all():
        kind = {"W": "weights", "b": "bias"}[name]
        raise ClearpropError(
            _(
                "{name} of layer {place} should begin as finite numbers of shape {right}; yours has shape {shape}."
            ).format(name=name, place=place, right=convert(np.empty(shape), kind, convention).shape, shape=theirs.shape)
        )


def _costs(found: Any, iterations: int) -> np.ndarray:
    """One number for each iteration.

    Raises:
        ClearpropError: they are not.
    """
    try:
        costs = np.array([np.asarray(cost, np.float64).item() for cost in found])
    except (TypeError, ValueError):
        raise ClearpropError(_("The costs that train returns have to be numbers, one for each iteration.")) from None
    if len(costs) != iterations:
        raise ClearpropError(
            _("train returned {found:,} costs, and there were {n:,} iterations: one for each is needed.").format(
                found=len(costs), n=iterations
            )
        )
    return costs


def _predicted(
    written: Written, X: np.ndarray, after: Any, convention: str, outputs: int, seconds: float
) -> np.ndarray:
    """(n, outputs)

    Raises:
        ClearpropError: predict fails, or gives something else.
    """
    given = {"X": convert(X, "samples", convention), "parameters": after}
    P = convert_back(_called(written, "predict", given, seconds), "samples", convention)
    if not isinstance(P, np.ndarray) or P.shape != (len(X), outputs) or P.dtype.kind not in "biuf":
        right = convert(np.empty((len(X), outputs)), "samples", convention).shape
        raise ClearpropError(_("predict has to return numbers of shape {shape}.").format(shape=right))
    return P


def see_that_it_fits(exercise: Exercise, convention: str, sizes: Sequence[int], Y: np.ndarray, X: np.ndarray) -> None:
    """See that the `train` that is given makes a network with these layers, by the right solution's.

    Raises:
        ClearpropError: it makes another.
    """
    names = solution.compiled(solution.source(exercise, convention))
    X, Y = (convert(each, "samples", convention) for each in (X, Y))
    try:
        before = names["train"](X, Y, list(sizes), 0.0, 1, np.random.RandomState(0))[0]
        layers = [layer["W"].shape[convention == "rows"] for layer in before]
    except (ValueError, IndexError):
        layers = []
    if layers != list(sizes[1:]):
        asked = ",".join(map(str, sizes[1:-1])) or "none"
        raise ClearpropError(
            _("The network of the exercise {name} does not have the hidden layers {layers}.").format(
                name=exercise.name, layers=asked
            )
        )
