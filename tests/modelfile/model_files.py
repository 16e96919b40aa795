"""Small trained networks, and files of them that someone has edited."""

import functools
import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from clearprop import Network, layers, losses, rules, train
from clearprop.modelfile.write import encode
from clearprop.train import Fitted
from clearprop.train.history import History

X = np.random.default_rng(0).normal(size=(24, 4))
CLASSES = (X[:, 0] > 0).astype(int) + (X[:, 1] > 0)

_HASH = re.compile(rb'(\\"sha256\\":\\")[0-9a-f]{64}(\\")')


def trained(*parts: layers.Layer, loss: Any = "softmax_cross_entropy", Y: Any = CLASSES, **settings: Any) -> Fitted:
    """A network of these layers and a last one of three outputs, trained for a moment."""
    network = Network([*parts, layers.Dense(3)])
    return train.fit(network, X, Y, loss=loss, **{"epochs": 2, "batch_size": 8, **settings})


def untrained(*parts: layers.Layer, loss: Any = None) -> Fitted:
    """The same with the weights it would begin with, which takes no time."""
    network, rule = Network([*parts, layers.Dense(3)]), rules.Backprop()
    params, state, _shape = network.init(jax.random.key(0), X.shape[1:])
    return Fitted(network, params, state, loss or losses.SoftmaxCrossEntropy(), rule, X.shape[1:])


@functools.cache
def tiny() -> Fitted:
    """A trained model whose file is short."""
    fitted = trained(layers.Dense(2), layers.BatchNorm(), layers.Residual([layers.Activation("leaky_relu")]))
    same_time = History({**record, "seconds": 0.25} for record in fitted.history)
    return fitted.replace(history=same_time)  # so that the file is the same at every run


def split(content: bytes) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """(what the header says of the arrays, the document, the arrays) of a file."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    document = json.loads(header.pop("__metadata__")["clearprop"])
    return header, document, content[end:]


def join(entries: Any, document: Any, arrays: bytes) -> bytes:
    """The file of which `split` would give these, its hash correct.  A document or header may be given as text."""
    text = document if isinstance(document, str) else compact(document)
    if isinstance(entries, dict):
        entries = compact({"__metadata__": {"clearprop": text}, **entries})
    header = entries.encode()
    return seal(len(header).to_bytes(8, "little") + header + arrays)


def compact(value: Any) -> str:
    """JSON as Pydantic writes it: the hash is looked for in that form."""
    return json.dumps(value, separators=(",", ":"))


def seal(content: bytes) -> bytes:
    """The file with a hash that is correct: what a stranger could do."""
    blank = _HASH.sub(rb"\g<1>" + b"0" * 64 + rb"\g<2>", content)
    return _HASH.sub(rb"\g<1>" + hashlib.sha256(blank).hexdigest().encode() + rb"\g<2>", blank)


def edited(content: bytes, edit: Callable[[dict[str, Any]], Any]) -> bytes:
    """The file with its document changed in place, or replaced by what `edit` returns, and the hash correct."""
    entries, document, arrays = split(content)
    changed = edit(document)
    return join(entries, document if changed is None else changed, arrays)


def tiny_file() -> bytes:
    """The bytes of the tiny model's file."""
    return encode(tiny())
