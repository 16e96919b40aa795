"""The programming exercise: forward prop, back prop and gradient descent, written by the learner, and checked.

    clearprop exercise list | start NAME | check FOLDER | hint FOLDER FUNCTION | solution FOLDER | run FOLDER DATA

`exercise.py` says what an exercise is, `check.py` how it is checked, `worker.py` where the learner's code runs.
"""

import importlib.util
from dataclasses import replace
from pathlib import Path

from clearprop.errors import ClearpropError
from clearprop.exercises.exercise import Exercise
from clearprop.i18n import _
from clearprop.registry import unknown

READY = Path(__file__).parent / "ready"
NAMES = (
    "logistic-regression",
    "one-hidden-layer",
    "deep-network",
    "softmax",
    "initialisation",
    "regularisation",
    "optimizers",
    "gradient-checking",
    "convolution",
    "leaky-integrate-and-fire",
)
"""The ready ones, in the order they are done in."""


def get(name: str) -> Exercise:
    """An exercise by its name, or by the folder of a teacher's own; its words in the language spoken now.

    Raises:
        ClearpropError: an unknown name, a folder that holds no exercise.
    """
    if name in NAMES:
        return _read(READY / name.replace("-", "_"))
    if (Path(name) / "exercise.py").is_file():
        return _read(Path(name).resolve())
    if Path(name).is_dir():
        raise ClearpropError(_("{} holds no exercise: a file exercise.py makes it one.").format(name))
    if len(Path(name).parts) > 1:
        raise ClearpropError(_("There is no exercise in {}: has its folder been moved?").format(name))
    raise unknown("exercise", name, NAMES)


def _read(folder: Path) -> Exercise:
    """What the folder's `exercise()` returns. It is Python, and runs: a teacher's own, or ours."""
    spec = importlib.util.spec_from_file_location(f"clearprop_exercise_{folder.name}", folder / "exercise.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        return replace(module.exercise(), folder=folder)
    except ClearpropError:
        raise
    except Exception as error:
        raise ClearpropError(
            _("{path} cannot be used as an exercise: {kind}, {what}.").format(
                path=folder / "exercise.py", kind=type(error).__name__, what=str(error).rstrip(".")
            )
        ) from error
