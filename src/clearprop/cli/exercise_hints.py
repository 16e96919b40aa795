"""`clearprop exercise hint` and `solution`: a little help, and all of it; neither comes before it is asked for."""

import shlex

from clearprop.cli.exercise_folder import Opened, keep, opened, say_code
from clearprop.cli.printing import console, say
from clearprop.exercises import solution as solutions
from clearprop.exercises.exercise import Function
from clearprop.exercises.folder import Progress
from clearprop.exercises.template import in_convention
from clearprop.i18n import _

LAST = 3


def hint(place: str, name: str, step: int | None) -> None:
    """The next hint for a function, or the one asked for."""
    with opened(place) as at:
        function, out = at.function(name), console()
        progress = at.record.functions.setdefault(name, Progress())
        which = step or progress.hints + 1
        folder = shlex.quote(str(at.folder))
        if which > LAST:
            say(out, _("You have seen all {n} hints for {function}.").format(n=LAST, function=name))
            again = f"clearprop exercise hint {folder} {name} --step {LAST}"
            say(out, _("To see the last one again: {}").format(again))
            say(out, _("To see the solution: {}").format(f"clearprop exercise solution {folder} {name}"))
            return
        # Translators: {n} of {last} hints; behind it the kind of hint, one of the three that follow.
        heading = _("Hint {n} of {last} for {function}: {kind}")
        kind = (_("a question"), _("the equation"), _("the line"))[which - 1]
        say(out, heading.format(n=which, last=LAST, function=name, kind=kind), style="bold")
        say_code(out, _text(at, function, which))
        progress.hints = max(progress.hints, which)
        keep(at.folder, at.record)


def _text(at: Opened, function: Function, step: int) -> str:
    convention = at.record.convention
    if step == 1:
        return function.question
    if step == 2:
        parts = (in_convention(each, convention) for each in (function.equation, function.shapes))
        return "\n".join(part for part in parts if part)
    return solutions.hint_lines(at.exercise, convention, function.name)


def solution(place: str, name: str | None) -> None:
    """One function of the right solution, or all of it."""
    with opened(place) as at:
        convention = at.record.convention
        text = (
            solutions.whole(at.exercise, convention)
            if name is None
            else solutions.function_source(at.exercise, convention, at.function(name).name)
        )
        console().print(text.rstrip("\n"), soft_wrap=True)
