"""The bytes of a model file: the header's length, the header, the arrays, and the hash over all of them."""

import hashlib
import io
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import safetensors.numpy

from clearprop.i18n import _
from clearprop.modelfile.refusal import RefusedError, refusing
from clearprop.modelfile.schema import BLANK
from clearprop.modelfile.strict_json import parse

MAX_HEADER = 2**24
"""Bytes of header, and so of history: some 200,000 epochs of five numbers."""

BLOCK = 2**20

# The document is a JSON text within a JSON text, so that its quotes are escaped once. What a user has named like this
# is escaped twice.
_HASH = re.compile(rb'\\"sha256\\":\\"([0-9a-f]{64})\\"')

# safetensors' names of the dtypes, with NumPy's. A truth value is read as the byte it is, since one that is neither 0
# nor 1 would be undefined behaviour as a NumPy bool.
_STORED = {
    "BOOL": "u1",
    **{f"{kind}{8 * size}": f"<{kind.lower()}{size}" for kind in "IU" for size in (1, 2, 4, 8)},
    **{f"F{8 * size}": f"<f{size}" for size in (2, 4, 8)},
}
_CODES = {np.dtype(bool if code == "BOOL" else stored): code for code, stored in _STORED.items()}


class Place(NamedTuple):
    """Where an array lies among the arrays, and what it is."""

    offset: int
    dtype: np.dtype
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize


def pack(arrays: Mapping[str, np.ndarray], document: str) -> bytes:
    """A whole file: safetensors with the document in its metadata, sealed with the hash.

    Raises:
        ValueError: an array of a dtype that such a file does not hold, or a header beyond MAX_HEADER.
    """
    for name, array in arrays.items():
        if array.dtype not in _CODES:
            raise ValueError(_("{name!r} is of dtype {dtype}").format(name=name, dtype=array.dtype))
    contiguous = {name: np.ascontiguousarray(array).reshape(array.shape) for name, array in arrays.items()}
    content = safetensors.numpy.save(contiguous, metadata={"clearprop": document})
    header = content[: 8 + int.from_bytes(content[:8], "little")]
    if len(header) > MAX_HEADER:
        raise ValueError(
            _("its history and description take {n} bytes of at most {limit}; keep fewer records").format(
                n=len(header), limit=MAX_HEADER
            )
        )
    start, end = _hash_place(header)
    return content[:start] + _digest(header, io.BytesIO(content[len(header) :])) + content[end:]


def read_header(file: io.BufferedIOBase) -> bytes:
    """The first bytes of the file, up to the arrays, seen to be there and no more than MAX_HEADER.

    Raises:
        RefusedError: it is too short, or is something else.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    length = file.read(8)
    n = int.from_bytes(length, "little")
    if size < 8 or n > min(size - 8, MAX_HEADER):
        raise _not_one()
    return length + file.read(n)


def verify(header: bytes, file: io.BufferedIOBase) -> None:
    """See that the file, read up to the arrays, is to the bit what was written.

    Raises:
        RefusedError: it is not.
    """
    start, end = _hash_place(header)
    if _digest(header, file) != header[start:end]:
        raise RefusedError(_("It is damaged: its content no longer agrees with its SHA-256."))


def read_entries(header: bytes) -> tuple[str, dict[str, Any]]:
    """(the document, what the header says of each array) as they stand in a header, not yet believed.

    Raises:
        RefusedError: it is not JSON of this form.
    """
    with refusing(_("Its header cannot be read ({reason}).")):
        entries = parse(header[8:].decode())
        metadata = entries.pop("__metadata__")
        if list(metadata) != ["clearprop"] or not isinstance(metadata["clearprop"], str):
            raise ValueError(_("its metadata are not clearprop's"))
        return metadata["clearprop"], entries


def locate(entries: Mapping[str, Any], expected: Mapping[str, Any], size: int) -> dict[str, Place]:
    """Where each array lies.  What the header says must be, to the last number, what the network needs.

    Args:
        entries: what the header says of each array.
        expected: the dtype and shape that each should have, by name.
        size: how many bytes of arrays the file holds.

    Raises:
        ValueError: an array is missing, one too many, or another than expected.
    """
    places: dict[str, Place] = {}
    end = 0
    for name, entry in entries.items():
        if name not in expected:
            raise ValueError(_("it has an array {name!r} too many").format(name=name))
        place = Place(end, np.dtype(expected[name].dtype), expected[name].shape)
        end += place.size
        if entry != {"dtype": _CODES.get(place.dtype), "shape": [*place.shape], "data_offsets": [place.offset, end]}:
            raise ValueError(
                _("its array {name!r} is not {dtype} of shape {shape}").format(
                    name=name, dtype=place.dtype, shape=place.shape
                )
            )
        places[name] = place
    missing = sorted(set(expected) - set(places))
    if missing:
        raise ValueError(_("it lacks the array {name!r}").format(name=missing[0]))
    if end != size:
        raise ValueError(_("its arrays take {n} bytes and should take {end}").format(n=size, end=end))
    return places


def read_array(file: io.BufferedIOBase, start: int, place: Place) -> np.ndarray:
    """One array of a file whose arrays begin at byte `start`.

    Raises:
        RefusedError: the file has become shorter since it was verified.
    """
    file.seek(start + place.offset)
    content = file.read(place.size)
    if len(content) < place.size:
        raise _not_one()
    array = np.frombuffer(content, _STORED[_CODES[place.dtype]])
    return array.astype(place.dtype, copy=False).reshape(place.shape)


def _hash_place(header: bytes) -> tuple[int, int]:
    found = list(_HASH.finditer(header))
    if len(found) != 1:
        raise _not_one()
    return found[0].span(1)


def _digest(header: bytes, rest: io.BufferedIOBase) -> bytes:
    """The SHA-256 of header and rest, in hexadecimal, with the hash in the header as zeros."""
    start, end = _hash_place(header)
    sha256 = hashlib.sha256(header[:start] + BLANK.encode() + header[end:])
    while block := rest.read(BLOCK):
        sha256.update(block)
    return sha256.hexdigest().encode()


def _not_one() -> RefusedError:
    return RefusedError(_("It is not a model file of clearprop, or it is cut short or damaged."))
