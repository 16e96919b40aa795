"""`load`: from a file that nobody vouches for to a network that predicts."""

import io
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

import clearprop
from clearprop.data import Table
from clearprop.errors import ModelFileError
from clearprop.files import why
from clearprop.i18n import _
from clearprop.layers import Layer
from clearprop.losses import Loss
from clearprop.modelfile.container import Place, locate, read_array, read_entries, read_header, verify
from clearprop.modelfile.outline import name_of_path, named, outline, try_prediction
from clearprop.modelfile.records import to_records
from clearprop.modelfile.refusal import RefusedError, reason, refusing, shorten
from clearprop.modelfile.schema import FORMAT, Document
from clearprop.modelfile.strict_json import parse
from clearprop.network import Network
from clearprop.registry import build
from clearprop.rules import Rule
from clearprop.train.fitted import Fitted, precision
from clearprop.train.history import History

MAX_PARTS = 2**14
"""How many layers, functions and initializers a network may be made of: each costs a millisecond or so to look at."""

MAX_PIXELS = 2**14
"""How many pixels the windows may have that its layers move over images: each costs as much."""


class Examined(NamedTuple):
    """A file found to be right in everything, whose arrays are still to be read."""

    document: Document
    network: Network
    loss: Loss
    rule: Rule
    tree: dict[str, Any]
    places: dict[str, Place]
    start: int


def load(path: str | Path, own: Iterable[type] = ()) -> Fitted:
    """The trained network in a file that `save` wrote; it predicts what it did, to the bit.

    A file from a stranger can be loaded: it holds no code, and names only what clearprop has, or what is passed in.

    Args:
        path: the file.
        own: classes of your own that the network was made with: layers, losses, activations, initializers or rules.

    Raises:
        ModelFileError: there is no such file, it is damaged, or it asks for something that is not there; the message
            says which, and what to do.

    >>> load("nowhere.safetensors")
    Traceback (most recent call last):
    clearprop.errors.ModelFileError: nowhere.safetensors cannot be read: No such file or directory.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():
            raise RefusedError(
                _("It is not a file."), _("Give the file itself, such as model.safetensors in a run's folder.")
            )
        with path.open("rb") as file:
            return _read(file, tuple(own))
    except RefusedError as error:
        raise ModelFileError(_("{path}: {what} {advice}").format(path=path, what=error, advice=error.advice)) from error
    except (OSError, ValueError, MemoryError, RuntimeError) as error:  # the last two: no memory, here or on the device
        what = why(error) or reason(error)
        raise ModelFileError(_("{path} cannot be read: {what}.").format(path=path, what=what)) from error


def examine(file: io.BufferedIOBase, own: tuple[type, ...]) -> Examined:
    """All that a file says, checked in the order of the package's text; its arrays are not read yet.

    Raises:
        RefusedError: what is wrong.
    """
    header = read_header(file)
    verify(header, file)
    size = file.seek(0, io.SEEK_END) - len(header)
    text, entries = read_entries(header)
    said = read_document(text)
    network, loss, rule = _parts(said, own)
    with precision(said.dtype):
        with refusing(_("Its network cannot be used ({reason})."), _advice()):
            tree = outline(network, rule, said.input_shape, said.dtype, said.members)
        with refusing(_("Its arrays do not fit its network and rule: {reason}."), _advice()):
            places = locate(entries, named(tree), size)
        with refusing(_("Its network cannot predict: {reason}."), _advice()):
            prediction = try_prediction(network, loss, rule, tree, said.input_shape, said.dtype, said.members)
            _see_that_table_fits(said.table, said.input_shape, math.prod(prediction[1:]))
    return Examined(said, network, loss, rule, tree, places, len(header))


def read_document(text: str) -> Document:
    """The document, checked against the schema.

    Raises:
        RefusedError: it is of another format, or does not agree with the schema.
    """
    with refusing(_("Its description cannot be read ({reason}).")):
        said = parse(text)
        if isinstance(said, dict) and type(said.get("format")) is int and said["format"] != FORMAT:
            raise RefusedError(
                _(
                    "It was made by another version of clearprop, {theirs}, in format {theirs_format}; this is version"
                    " {ours}, which reads format {format}."
                ).format(
                    theirs=shorten(str(said.get("clearprop")), 40),
                    theirs_format=said["format"],
                    ours=clearprop.__version__,
                    format=FORMAT,
                ),
                _("Load it with that version, or train again."),
            )
        return Document.model_validate_json(text)


def _advice() -> str:
    return _("If it was made with classes of your own, pass load those same classes; otherwise train again.")


def _parts(said: Document, own: tuple[type, ...]) -> tuple[Network, Loss, Rule]:
    """The network, loss and rule that the document describes."""
    with refusing(_("Its network cannot be built ({reason})."), _advice()):
        if _count([said.network, said.loss, said.rule]) > MAX_PARTS:
            raise ValueError(_("it has more than {n} parts").format(n=MAX_PARTS))
        network, loss, rule = (build(config, (Network, *own)) for config in (said.network, said.loss, said.rule))
        if not (isinstance(network, Network) and isinstance(loss, Loss) and isinstance(rule, Rule)):
            raise ValueError(_("its network, loss or rule is something else"))
        if _pixels(network) > MAX_PIXELS:
            raise ValueError(_("the windows of its layers have more than {n:,} pixels").format(n=MAX_PIXELS))
        return network, loss, rule


def _see_that_table_fits(table: Table | None, shape: tuple[int, ...], outputs: int) -> None:
    """A table says how rows are prepared, and what each output stands for."""
    if table is None:
        return
    if table.preparation is not None and shape != (table.preparation.width,):
        raise ValueError(
            _("it prepares {n} columns, and its network takes rows of shape {shape}").format(
                n=table.preparation.width, shape=shape
            )
        )
    if outputs not in table.outputs():
        raise ValueError(_("it has {n} outputs for {m} classes").format(n=outputs, m=len(table.classes)))


def _count(config: Any) -> int:
    """How many parts are described here: a JSON object is one."""
    if isinstance(config, list):
        return sum(map(_count, config))
    return 1 + sum(map(_count, config.values())) if isinstance(config, dict) else 0


def _pixels(part: Any) -> int:
    """How many pixels the windows of a network's layers have, all together."""
    if isinstance(part, tuple):
        return sum(map(_pixels, part))
    if not isinstance(part, Layer):
        return 0
    window: Any = getattr(part, "kernel_size", getattr(part, "size", 1))
    sides = window if isinstance(window, tuple) else (window, window)
    own = math.prod(side for side in sides if isinstance(side, int))
    return own + sum(map(_pixels, vars(part).values()))


def _read(file: io.BufferedIOBase, own: tuple[type, ...]) -> Fitted:
    found = examine(file, own)
    said = found.document

    def array(path: Any, _leaf: Any) -> jax.Array:
        return jnp.asarray(read_array(file, found.start, found.places[name_of_path(path)]))

    with precision(said.dtype):
        arrays = jax.tree_util.tree_map_with_path(array, found.tree)
    return Fitted(
        network=found.network,
        loss=found.loss,
        rule=found.rule,
        **arrays,
        input_shape=said.input_shape,
        dtype=said.dtype,
        history=History(to_records(said.history)),
        stopped=said.stopped,
        kept_epoch=said.kept_epoch,
        table=said.table,
        members=said.members,
    )
