"""Images on disk: from folders of files to arrays of bytes, decoded in parallel and never all at once.

`scan` reads a folder, one sub-folder a class; `Pictures` stands for its images as an array that is read when it is
asked for. Pillow decodes, and is imported when the first image is.
"""

from clearprop.data.images.decoding import PictureError, decode
from clearprop.data.images.doubles import doubles
from clearprop.data.images.folder import Folder, Labelled, scan
from clearprop.data.images.gathered import Gathered, gather, room
from clearprop.data.images.pictures import Pictures
from clearprop.data.images.sizes import pictures_size
from clearprop.data.images.sound import sound
from clearprop.data.images.walk import EXTENSIONS, is_picture, pictures_in

__all__ = [
    "EXTENSIONS",
    "Folder",
    "Gathered",
    "Labelled",
    "PictureError",
    "Pictures",
    "decode",
    "doubles",
    "gather",
    "is_picture",
    "pictures_in",
    "pictures_size",
    "room",
    "scan",
    "sound",
]
