"""`clearprop exercise check`: what is right, what is wrong, and why."""

import shlex
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from clearprop.cli.exercise_folder import Opened, keep, opened, say_code
from clearprop.cli.printing import console, print_json, say
from clearprop.exercises import folder as folders
from clearprop.exercises.check import Finding, check_source
from clearprop.exercises.template import in_convention
from clearprop.exercises.written import Written, read, see_python
from clearprop.i18n import SOURCE, _, ngettext

WRONG = 1
"""The exit status where something is wrong, or unwritten."""

PRINTED = 5
"""Lines that are shown of what a function printed."""


def run(place: str, json: bool) -> int:
    """Check the file; note down in the folder's own files' progress what came of it; say it, as JSON in English."""
    with opened(place, SOURCE if json else None) as at:
        written, both = (read(at.file), False) if at.file else folders.chosen_file(at.folder, at.record)
        see_python(written)
        found = check_source(at.exercise, at.record.convention, written.text, place=written.place)
        if written.path.name in at.record.files:
            folders.checked(at.record, {each.function: each.status for each in found})
            keep(at.folder, at.record)
        if json:
            print_json(_report(at, written, found))
        else:
            _say(console(), at, written, both, found)
    return 0 if all(each.status == folders.RIGHT for each in found) else WRONG


def _report(at: Opened, written: Written, found: Sequence[Finding]) -> dict[str, Any]:
    return {
        "exercise": at.exercise.name,
        "convention": at.record.convention,
        "file": str(written.path),
        "functions": [_of_function(written, each) for each in found],
        "right": sum(each.status == folders.RIGHT for each in found),
        "of": len(found),
        "checks": at.record.checks,
    }


def _of_function(written: Written, finding: Finding) -> dict[str, Any]:
    cell, line = written.cell_and_line(finding.line)
    told = [{"name": name, "says": says} for name, says in zip(finding.mistakes, finding.says, strict=True)]
    return {
        "function": finding.function,
        "status": finding.status,
        "mistakes": told,
        "cell": cell,
        "line": line,
        "printed": finding.printed,
    }


def _say(out: Console, at: Opened, written: Written, both: bool, found: Sequence[Finding]) -> None:
    say(out, f"{at.exercise.title}: {written.path}", style="bold")
    if both:
        say(out, _("Both files were changed; this one was changed last. To check the other one, give its name."))
    out.print()
    for finding in found:
        _say_finding(out, at, written, finding)
    out.print()
    right, count = sum(each.status == folders.RIGHT for each in found), len(found)
    folder = shlex.quote(str(at.folder))
    if right == count:
        sentence = ngettext("The function is right. Well done!", "All {n} functions are right. Well done!", count)
        say(out, sentence.format(n=count), style="green")
        if at.exercise.run is not None:
            say(out, _("To see your network learn: {}").format(f"clearprop exercise run {folder}"))
        return
    # Translators: {right} of {n} functions.
    sentence = ngettext("{right} of {n} function is right.", "{right} of {n} functions are right.", count)
    say(out, sentence.format(right=right, n=count))
    left = sorted(
        (each for each in found if each.status != folders.RIGHT), key=lambda each: each.status == folders.UNWRITTEN
    )
    say(out, _("For a hint: {}").format(f"clearprop exercise hint {folder} {left[0].function}"))


def _say_finding(out: Console, at: Opened, written: Written, finding: Finding) -> None:
    """A line with the status; below it, what is wrong, where it stopped, and the equation."""
    match finding.status:
        case folders.RIGHT:
            say(out, _("✓ {function}: right").format(function=finding.function), style="green")
        case folders.UNWRITTEN:
            say(out, _("– {function}: not written yet").format(function=finding.function), style="yellow")
        case _:
            say(out, _("✗ {function}: wrong").format(function=finding.function), style="red")
            for sentence in finding.says:
                say(out, f"    {sentence}")
            if finding.line is not None:
                # Translators: {place} is "line 3", or "code cell 2, line 3".
                say(out, "    " + _("It stopped in {place}.").format(place=written.place(finding.line)))
            say_code(out, in_convention(at.function(finding.function).equation, at.record.convention))
    if finding.printed.strip() and finding.status != folders.RIGHT:
        say(out, "    " + _("It printed:"))
        say_code(out, "\n".join(f"> {line}" for line in finding.printed.strip().splitlines()[:PRINTED]))
