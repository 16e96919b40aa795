"""Which way up a photograph is: cameras store it as the sensor lay, and say in EXIF how to turn it.

Read here rather than by Pillow, which warns of what is odd in the other fields; and no warning can be kept back in one
thread alone.

Source: Exif 2.3 (CIPA DC-008), section 4.6.4, Orientation; TIFF 6.0, section 2, for how fields are stored.
"""

import struct
from typing import Any

TAG = 0x0112
KINDS = {3: "H", 4: "I"}
"""SHORT, as it should be stored, and LONG, as some store it."""


def orientation(exif: bytes) -> int:
    r"""1 to 8, as EXIF says it; 1, upright, where it says nothing that can be read.

    >>> orientation(b"Exif\0\0II*\0" + bytes([8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]))
    6
    """
    fields = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(fields[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", fields, 4)
        (count,) = struct.unpack_from(order + "H", fields, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(order + "HH", fields, place)
            if tag == TAG:
                (value,) = struct.unpack_from(order + KINDS.get(kind, "H"), fields, place + 8)
                return value if value in range(1, 9) else 1
    except struct.error:
        pass  # cut short
    return 1


def sideways(turned: int) -> bool:
    """Whether height and width change places."""
    return turned >= 5


def upright(image: Any, turned: int) -> Any:
    """The image of this orientation, as it was seen."""
    from PIL.Image import Transpose

    turns = (
        Transpose.FLIP_LEFT_RIGHT,
        Transpose.ROTATE_180,
        Transpose.FLIP_TOP_BOTTOM,
        Transpose.TRANSPOSE,
        Transpose.ROTATE_270,
        Transpose.TRANSVERSE,
        Transpose.ROTATE_90,
    )
    return image if turned == 1 else image.transpose(turns[turned - 2])
