"""`clearprop exercise start`: the learner's folder is made, and what to do in it is said."""

import shlex
from pathlib import Path
from typing import Literal

from clearprop import exercises
from clearprop.cli.printing import console, say
from clearprop.exercises import folder as folders
from clearprop.exercises import solution, template
from clearprop.i18n import _, ngettext


def run(name: str, convention: Literal["rows", "columns"], output: str | None) -> None:
    """Write the folder, and say how it goes on."""
    exercise = exercises.get(name)
    folder = Path(output or exercise.name)
    record = folders.start(folder, exercise, convention)
    out, count, place = console(), len(exercise.functions), shlex.quote(str(folder))
    say(out, exercise.title, style="bold")
    say(out, exercise.words)
    if not solution.is_the_same_in_both(exercise):
        say(out, template.sentence_of(convention))
    out.print()
    sentence = ngettext(
        "{n} function to write, in one of these files, whichever you like better:",
        "{n} functions to write, in one of these files, whichever you like better:",
        count,
    )
    say(out, sentence.format(n=count))
    for file in record.files:
        say(out, f"    {folder / file}")
    say(out, _("To check what you wrote: {}").format(f"clearprop exercise check {place}"))
    say(out, _("If you are stuck: {}").format(f"clearprop exercise hint {place} {exercise.functions[0].name}"))
