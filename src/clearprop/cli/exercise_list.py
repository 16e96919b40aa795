"""`clearprop exercise list`: which exercises there are, and how far learners have come."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from clearprop import exercises
from clearprop.cli.app import FAILED, complain
from clearprop.cli.exercise_folder import opened
from clearprop.cli.printing import console, print_json, say, table
from clearprop.errors import ClearpropError
from clearprop.i18n import SOURCE, _, chosen, from_environment, speaking


def run(places: Sequence[str], json: bool) -> int:
    """The exercises; or, of these folders, the progress. The exit status."""
    if places:
        return _progress(places, json)
    _exercises(json)
    return 0


def _exercises(json: bool) -> None:
    with speaking(SOURCE if json else None):
        all_ = [exercises.get(name) for name in exercises.NAMES]
    if json:
        told = [{"name": e.name, "title": e.title, "functions": [f.name for f in e.functions]} for e in all_]
        print_json({"exercises": told})
        return
    out = console()
    lines = [[str(place), e.name, e.title, str(len(e.functions))] for place, e in enumerate(all_, 1)]
    table(out, ["", _("name"), _("exercise"), _("functions")], lines, right=(0, 3))
    asked = chosen()
    language = f" --lang {asked}" if asked and asked != from_environment() else ""
    say(out, _("To begin one: {}").format(f"clearprop exercise start {all_[0].name}{language}"))


def _progress(places: Sequence[str], json: bool) -> int:
    """A line for each folder; one that cannot be read is told, and does not keep the others back."""
    found, status = [], 0
    for place in places:
        try:
            found.append(_of_folder(place))
        except ClearpropError as error:
            complain(str(error))
            status = FAILED
    if json:
        print_json({"folders": found})
        return status
    if not found:
        return status
    header = [_("folder"), _("exercise"), _("right"), _("functions"), _("checks"), _("hints")]
    keys = ("folder", "exercise", "right", "functions", "checks", "hints")
    lines = [[str(each[key]) for key in keys] for each in found]
    table(console(), header, lines, right=(2, 3, 4, 5))
    return status


def _of_folder(place: str) -> dict[str, Any]:
    with opened(place, SOURCE) as at:
        record = at.record
        each = {name: progress.model_dump() for name, progress in record.functions.items()}
        return {
            "folder": str(Path(place)),
            "exercise": at.exercise.name,
            "convention": record.convention,
            "right": record.right,
            "functions": len(at.exercise.functions),
            "checks": record.checks,
            "hints": sum(progress.hints for progress in record.functions.values()),
            "progress": each,
        }
