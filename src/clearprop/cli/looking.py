"""What `clearprop look` does."""

from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from clearprop.cli import show
from clearprop.cli.model import file_of, open_model
from clearprop.cli.outputs import see_that_it_can_be_drawn, see_that_it_is_safe, writing
from clearprop.cli.pixels import take_bytes
from clearprop.cli.tables import see_images
from clearprop.data import open_table_for
from clearprop.errors import ClearpropError, DataError
from clearprop.explain import look_picture
from clearprop.explain.asked import image_shape
from clearprop.explain.look import Look, look
from clearprop.explain.picture import short
from clearprop.i18n import _
from clearprop.train import Fitted

ARRAYS = (".npz", ".h5", ".hdf5")
"""How the names of files end that hold many images."""


def run(model: str, image: str, output: str | None, of: str | None, row: int, as_json: bool) -> None:
    """Look at the image; draw what is seen if a picture is asked for."""
    if output is not None:
        see_that_it_can_be_drawn(Path(output))
        see_that_it_is_safe(Path(output), "--output", image, str(file_of(model)))
    estimator, _table = open_model(model)
    shape = image_shape(estimator.fitted_)
    if shape is None:
        raise ClearpropError(_("{} is of a table, not of images: `clearprop explain` follows its rows.").format(model))
    notes = take_bytes(estimator) if _is_picture(image) else []
    found = look(estimator, _read(estimator.fitted_, image, shape, row), of=of)
    if output is not None:
        with writing(Path(output)):
            look_picture.draw(output, found, _("{image}: what the network sees").format(image=_title(image)))
    if as_json:
        show.print_json({"model": model, "image": image, "row": row + 1, **found.as_dict(), "picture": output})
        return
    out = show.console()
    for note in notes:
        show.say(out, note)
    _say(out, found, image, output)


def _is_picture(image: str) -> bool:
    return not image.startswith("sample:") and not image.lower().endswith(ARRAYS)


def _read(fitted: Fitted, image: str, shape: tuple[int, int, int], row: int) -> np.ndarray:
    """(height, width, channels) of the picture, or of a row of a file of arrays or a sample.

    Raises:
        DataError: it cannot be read, is of another shape, or has no such row.
    """
    if _is_picture(image):
        from clearprop.data.images import decode

        return decode(image, *see_images(fitted, image))
    source: Any = open_table_for((), image)
    rows = source.X if isinstance(source.X, np.ndarray) else source.X.to_numpy()
    if row >= len(rows):
        raise DataError(
            _("{data} has no row {row}: its rows are 1 to {rows}.").format(data=image, row=row + 1, rows=len(rows))
        )
    pixels = rows[row]
    return pixels.reshape(shape) if pixels.ndim == 1 and pixels.size == np.prod(shape) else pixels


def _title(image: str) -> str:
    return short(Path(image).name, 60)


def _say(out: Console, found: Look, image: str, output: str | None) -> None:
    """The prediction, then what was found, a line each."""
    first, *others = found.answers()
    # Translators: the file of an image, then what is predicted: "holiday.jpg: cat 93.1%".
    show.say(out, _("{image}: {answer}").format(image=image, answer=first), style="bold")
    for other in others:
        show.say(out, f"  {other}")
    show.say(out, found.text())
    if found.members > 1:
        show.say(out, _("Shown is the first of {n} networks.").format(n=found.members))
    if output is not None:
        show.say(out, _("Drawn in {}.").format(output), style="green")
