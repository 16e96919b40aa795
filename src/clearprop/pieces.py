"""Long work on disk: each piece of it is there as soon as it is finished, so that what was stopped can go on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clearprop.errors import ClearpropError
from clearprop.files import why, write_atomically
from clearprop.i18n import _

PIECES, RESULTS = "pieces", "results.json"


class Folder:
    """The folder of one such work.

    A file of the work's name, such as comparison.json, says what was asked for; pieces/ holds a file for each piece;
    results.json and what else there is to tell are written when all pieces are there.
    """

    def __init__(self, path: str | Path, asked: dict[str, Any], name: str):
        """Make the folder, or go on with one that was made for the same.

        Args:
            path: the folder.
            asked: all that the work depends on.
            name: what the work is called: "comparison", "analogy".

        Raises:
            ClearpropError: it holds such a work that was asked for otherwise, or something else, or cannot be made.
        """
        self.path, self.asked_file = Path(path), f"{name}.json"
        if not self.path.name or self.path.name == "..":
            raise ClearpropError(_("{} cannot be a folder: give a name, such as runs/mine.").format(path))
        self._see(asked)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if not (self.path / self.asked_file).exists():
                self.write(self.asked_file, asked)
            (self.path / PIECES).mkdir(exist_ok=True)
        except OSError as error:
            raise ClearpropError(_("{path} cannot be made: {what}.").format(path=path, what=why(error))) from error

    def _see(self, asked: dict[str, Any]) -> None:
        """See that the folder is this work's, or nobody's."""
        if not self.path.exists():
            return
        if not self.path.is_dir():
            raise ClearpropError(_("{} is a file, and a folder is needed.").format(self.path))
        before = _read(self.path / self.asked_file)
        if before is None and any(path.suffix != ".tmp" for path in self.path.iterdir()):
            raise ClearpropError(_("{} holds something else: give another folder with --output.").format(self.path))
        differ = [
            key for key in {**(before or {}), **asked} if before is not None and before.get(key) != asked.get(key)
        ]
        if differ:
            raise ClearpropError(
                _(
                    "{path} was begun with other {what}: give another folder with --output, or what it was begun with."
                ).format(path=self.path, what=", ".join(differ))
            )

    def piece(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The piece of this name: as it was written, or made now and written at once."""
        file = f"{PIECES}/{name.replace(':', ',')}.json"
        found = _read(self.path / file)
        if found is None:
            made = make()
            self.write(file, made)
            found = json.loads(json.dumps(made))
        return found

    def has(self, name: str) -> bool:
        """Whether the piece of this name is there."""
        return _read(self.path / f"{PIECES}/{name.replace(':', ',')}.json") is not None

    def write(self, file: str, content: dict[str, Any]) -> None:
        """One of the folder's files, as JSON, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        write_atomically(self.path / file, (json.dumps(content, indent=1, allow_nan=False) + "\n").encode())


def would_go_on(path: Path, asked: dict[str, Any], name: str) -> bool:
    """Whether the folder holds what was asked for, begun before."""
    return _read(path / f"{name}.json") == asked


def own_or_free(path: Path, asked: dict[str, Any], name: str) -> Path:
    """Of path, path-2, path-3, … the folder in which what was asked for was begun before, or the first that is free."""
    number, place = 1, path
    while place.exists() and not would_go_on(place, asked, name):
        number += 1
        place = path.with_name(f"{path.name}-{number}")
    return place


def _read(path: Path) -> dict[str, Any] | None:
    """What a file says; None where there is none, or one that is no JSON object: its piece is made again."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
