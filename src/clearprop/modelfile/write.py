"""`save`: a trained network as one file, written whole or not at all."""

import dataclasses
import io
import math
from pathlib import Path
from typing import Any

import numpy as np

import clearprop
from clearprop.errors import ClearpropError, ModelFileError
from clearprop.files import why, write_atomically
from clearprop.i18n import _
from clearprop.losses import Loss
from clearprop.modelfile.container import pack
from clearprop.modelfile.outline import named, tree_of
from clearprop.modelfile.read import examine
from clearprop.modelfile.records import to_columns
from clearprop.modelfile.refusal import reason
from clearprop.modelfile.schema import BLANK, FORMAT, Document
from clearprop.registry import config_of
from clearprop.train.fitted import Fitted


def save(fitted: Fitted, path: str | Path) -> None:
    """Write the model as one safetensors file: all that `load` needs to predict the same, to the bit.

    The file is examined as `load` would before it is written, so that no model is lost in a file that cannot be loaded.
    One that stood there before is replaced only by a whole one.

    Raises:
        ClearpropError: a part that a file cannot hold: a plain function as the loss, a `Lambda` layer.
        ModelFileError: the folder is missing or not writable, the disk is full.

    >>> import tempfile, clearprop
    >>> from clearprop import Network, layers, train
    >>> X = np.linspace(-1, 1, 20)[:, None]
    >>> fitted = train.fit(Network([layers.Dense(1)]), X, 2 * X, loss="squared", epochs=2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(fitted, f"{folder}/model.safetensors")
    ...     again = clearprop.load(f"{folder}/model.safetensors")
    >>> bool((again.predict(X) == fitted.predict(X)).all())
    True
    """
    content = encode(fitted)
    try:
        write_atomically(path, content)
    except (OSError, ValueError) as error:
        what = why(error) or str(error)
        raise ModelFileError(
            _("{path} cannot be written: {what}. See that its folder is there and yours to write in.").format(
                path=path, what=what
            )
        ) from error


def encode(fitted: Fitted) -> bytes:
    """The bytes of the model's file.

    Raises:
        ClearpropError: it cannot be saved.
    """
    if not isinstance(fitted.loss, Loss):
        raise ClearpropError(
            _(
                "The loss {loss} is a plain function, which a model file cannot hold: write it as a frozen dataclass"
                " derived from losses.Loss, and pass that class to load(…, own=[…])."
            ).format(loss=getattr(fitted.loss, "__name__", repr(fitted.loss)))
        )
    try:
        document = describe(fitted)
        arrays = {name: np.asarray(leaf) for name, leaf in named(tree_of(fitted)).items()}
        content = pack(arrays, document.model_dump_json())
        _see_that_it_loads(content, document, (fitted.network, fitted.loss, fitted.rule))
        return content
    except ClearpropError:
        raise
    except Exception as error:
        raise ClearpropError(_("This model cannot be saved: {reason}.").format(reason=reason(error))) from error


def describe(fitted: Fitted) -> Document:
    """What the file says besides the arrays, with the hash left blank."""
    return Document(
        format=FORMAT,
        clearprop=clearprop.__version__,
        sha256=BLANK,
        network=config_of(fitted.network),
        loss=config_of(fitted.loss),
        rule=config_of(fitted.rule),
        input_shape=tuple(fitted.input_shape),
        dtype=fitted.dtype,  # pyright: ignore[reportArgumentType]
        kept_epoch=fitted.kept_epoch,
        stopped=fitted.stopped,  # pyright: ignore[reportArgumentType]
        history=to_columns({name: _score(value) for name, value in record.items()} for record in fitted.history),
        table=fitted.table,
        members=fitted.members,
    )


def _score(value: Any) -> Any:
    """NumPy's and JAX's numbers as Python's; JSON knows none that is not finite."""
    value = value.item() if getattr(value, "ndim", None) == 0 else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _see_that_it_loads(content: bytes, document: Document, parts: tuple[Any, ...]) -> None:
    """Whoever has a class of their own whose settings do not come back learns it now and not at load."""
    found = examine(io.BytesIO(content), tuple(_classes_in(parts)))
    rebuilt = (found.network, found.loss, found.rule)
    configs = [document.network, document.loss, document.rule]
    if [config_of(part) for part in rebuilt] != configs or _classes_in(rebuilt) != _classes_in(parts):
        raise ValueError(
            _(
                "a class of your own would come back with other settings; its fields must be all that it is made from,"
                " and its name not another's"
            )
        )


def _classes_in(value: Any) -> set[type]:
    """The classes of all parts in here."""
    if isinstance(value, (list, tuple)):
        return set().union(*map(_classes_in, value))
    if not dataclasses.is_dataclass(value):
        return set()
    return {type(value)}.union(*(_classes_in(getattr(value, field.name)) for field in dataclasses.fields(value)))
