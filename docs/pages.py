"""What the scripts that write into these pages share: a command, a table, and its place between marks."""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path


def clearprop(*words: str, folder: str) -> str:
    """What the command prints."""
    program = str(Path(sys.executable).with_name("clearprop"))
    run = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, check=True)
    return run.stdout


def markdown(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table."""
    lines = [list(header), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def filled(text: str, mark: str, table: str) -> str:
    """The page with this table between <!-- mark --> and the next <!-- end -->."""
    pattern = re.compile(f"(<!-- {mark} -->\n).*?(<!-- end -->)", re.DOTALL)
    return pattern.sub(lambda marks: f"{marks[1]}\n{table}\n\n{marks[2]}", text)
