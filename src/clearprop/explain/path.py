"""The path of a descent: the weights epoch by epoch, from those that training began with to those it kept.

    θ_0, θ_1, θ_2, …, θ_T        θ_0 the initial weights, θ_T the trained ones, to the bit

A long training is thinned as it goes: when there are too many, every other one is let go, and from then on only every
2nd, 4th, 8th … epoch is taken down. Its file is a sealed safetensors file, as a model's is (see `clearprop.modelfile`).
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import jax
import numpy as np
from jaxtyping import Float, Int
from pydantic import BaseModel, ConfigDict, Field

import clearprop
from clearprop.errors import ClearpropError, ModelFileError
from clearprop.files import write_atomically
from clearprop.i18n import _
from clearprop.layers.base import Params
from clearprop.modelfile.container import locate, pack, read_array, read_entries, read_header, verify
from clearprop.modelfile.outline import name_of_path, named
from clearprop.modelfile.refusal import RefusedError, reason, refusing
from clearprop.modelfile.schema import BLANK
from clearprop.modelfile.strict_json import parse
from clearprop.train import Fitted, Run

MOST = 64
"""How many epochs' weights a path has, by default at most."""


@dataclass(frozen=True, eq=False)
class DescentPath:
    """The weights by epoch.

    Attributes:
        epochs: (k,) which epochs, ascending; the last one is that whose weights were kept.
        params: the weights, a tree as the network's with k as the first axis of every array.
    """

    epochs: Int[np.ndarray, " k"]
    params: Params

    def __len__(self) -> int:
        """How many there are, k."""
        return len(self.epochs)

    def weights(self, i: int) -> Params:
        """The weights of `epochs[i]`, as `Fitted.params`; i = −1: the trained ones."""
        return jax.tree.map(lambda leaf: leaf[i], self.params)

    def matrix(self) -> Float[np.ndarray, "k n"]:
        """A row for each epoch, all its n weights one after the other, float64."""
        return np.concatenate([np.asarray(a, float).reshape(len(self), -1) for a in jax.tree.leaves(self.params)], 1)

    def see_that_it_leads_to(self, fitted: Fitted) -> None:
        """See that the path ends in these weights.

        Raises:
            ClearpropError: it is the path of another training.
        """
        ends, own = self.weights(-1), fitted.member(0).params
        same = jax.tree.structure(ends) == jax.tree.structure(own)
        if not same or not all(map(np.array_equal, jax.tree.leaves(ends), jax.tree.leaves(own))):
            raise ClearpropError(
                _("The path ends in other weights than the model's: give the path of the same training.")
            )

    def as_dict(self) -> dict[str, Any]:
        """The epochs, and how far the weights were from the trained ones then, ‖θ_k − θ_T‖."""
        theta = self.matrix()
        distances = np.linalg.norm(theta - theta[-1], axis=1)
        return {"epochs": self.epochs.tolist(), "parameters": theta.shape[1], "distances": distances.tolist()}

    def text(self) -> str:
        """What it is, in a sentence."""
        return _("The weights of {k} epochs, from {first} to {last}; {distance:.4g} apart.").format(
            k=len(self), first=self.epochs[0], last=self.epochs[-1], distance=self.as_dict()["distances"][0]
        )

    def save(self, path: str | Path) -> None:
        """Write the path as one safetensors file, whole or not at all.

        Raises:
            ModelFileError: the folder is missing or not writable, the disk is full.
        """
        said = {"format": 1, "kind": "path", "clearprop": clearprop.__version__, "sha256": BLANK}
        arrays = {name: np.asarray(leaf) for name, leaf in named({"params": self.params}).items()}
        content = pack(arrays, json.dumps({**said, "epochs": self.epochs.tolist()}, separators=(",", ":")))
        try:
            write_atomically(path, content)
        except OSError as error:
            raise ModelFileError(
                _("{path} cannot be written: {what}.").format(path=path, what=error.strerror or error)
            ) from error

    @classmethod
    def load(cls, path: str | Path, fitted: Fitted) -> "DescentPath":
        """The path in a file that `save` wrote; one from a stranger can be loaded, since it is data alone.

        Raises:
            ModelFileError: there is no such file, it is damaged or something else, or the path is not this network's.
        """
        try:
            with Path(path).open("rb") as file:
                return _read(file, fitted.member(0))
        except RefusedError as error:
            raise ModelFileError(
                _("{path}: {what} {advice}").format(path=path, what=error, advice=error.advice)
            ) from error
        except (OSError, MemoryError) as error:
            what = getattr(error, "strerror", None) or reason(error)
            raise ModelFileError(_("{path} cannot be read: {what}.").format(path=path, what=what)) from error


class PathRecorder:
    """A callback of `train.fit` and of the estimators: takes the weights down, and gives their path.

    What is learnt is the same, to the bit, with and without it. Of an ensemble it is the first member's path; of
    several fits with one recorder, the last one's.

    >>> from clearprop import Network, layers, train
    >>> X, recorder = np.linspace(-1, 1, 20)[:, None], PathRecorder(most=4)
    >>> fitted = train.fit(Network([layers.Dense(1)]), X, 2 * X, loss="squared", epochs=10, callbacks=[recorder])
    >>> recorder.path.epochs, np.array_equal(recorder.path.weights(-1)[0]["W"], fitted.params[0]["W"])
    (array([ 0,  4,  8, 10]), True)
    """

    def __init__(self, most: int = MOST):
        """`most`: how many epochs' weights there are at most, at least 3.

        Raises:
            ClearpropError: fewer.
        """
        if most < 3:
            raise ClearpropError(_("A path needs room for {least} epochs or more, not {n}.").format(least=3, n=most))
        self.most, self.stride = most, 1
        self._taken: dict[int, Params] = {}
        self._path: DescentPath | None = None

    @property
    def path(self) -> DescentPath:
        """From the initial weights to the trained ones.

        Raises:
            ClearpropError: no training has ended yet.
        """
        if self._path is None:
            raise ClearpropError(_("There is no path yet: give the recorder to a training, as one of its callbacks."))
        return self._path

    def begin(self, run: Run) -> None:
        """Take down the initial weights."""
        self.stride, self._taken, self._path = 1, {}, None
        self(run, {})

    def __call__(self, run: Run, record: dict[str, Any]) -> None:
        """Take down the weights of every stride-th epoch; double the stride where they become too many."""
        if run.epoch % self.stride:
            return
        self._taken[run.epoch] = run.weights_of_a_member()
        if len(self._taken) >= self.most:  # one place is the trained weights'
            self.stride *= 2
            self._taken = {epoch: params for epoch, params in self._taken.items() if epoch % self.stride == 0}

    def end(self, fitted: Fitted) -> None:
        """Put the trained weights at the end; epochs after the one that was kept led nowhere."""
        before = {epoch: params for epoch, params in self._taken.items() if epoch < fitted.kept_epoch}
        trained = jax.tree.map(np.array, fitted.member(0).params)
        stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *before.values(), trained)
        self._path, self._taken = DescentPath(np.array([*before, fitted.kept_epoch]), stacked), {}


class _Document(BaseModel):
    """What the file says besides its arrays."""

    model_config = ConfigDict(strict=True, extra="forbid")

    format: Literal[1]
    kind: Literal["path"]
    clearprop: str = Field(max_length=100)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    epochs: list[Annotated[int, Field(ge=0, lt=2**31)]] = Field(min_length=1, max_length=2**16)


def _read(file: Any, fitted: Fitted) -> DescentPath:
    """Its length and hash first, then what it says, then its arrays, seen to be those of this network."""
    header = read_header(file)
    verify(header, file)
    size = file.seek(0, 2) - len(header)
    text, entries = read_entries(header)
    with refusing(_("It is not the path of a descent ({reason}).")):
        epochs = np.array(_Document.model_validate(parse(text)).epochs)
        if (np.diff(epochs) <= 0).any():
            raise ValueError(_("its epochs do not ascend"))
    expected = jax.tree.map(
        lambda leaf: jax.ShapeDtypeStruct((len(epochs), *leaf.shape), leaf.dtype), {"params": fitted.params}
    )
    with refusing(_("It is the path of another network: {reason}."), _("Give the path of the same training.")):
        places = locate(entries, named(expected), size)

    def array(path: Any, _leaf: Any) -> np.ndarray:
        found = read_array(file, len(header), places[name_of_path(path)])
        if not np.isfinite(found).all():
            raise RefusedError(_("It holds weights that are not finite."))
        return found

    return DescentPath(epochs, jax.tree_util.tree_map_with_path(array, expected)["params"])
