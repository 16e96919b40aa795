"""The README's pictures, from a real run.

    .venv/bin/pip install pyte && .venv/bin/python docs/make_pictures.py

Runs the demo's command in a terminal of 100 columns, and writes what the terminal shows at its end as
`docs/images/train.svg`, and the run's own picture as `docs/images/curve.png`.
"""

import io
import os
import pty
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pyte
from rich.console import Console
from rich.style import Style
from rich.text import Text

COMMAND = ["train", "sample:digits", "--hidden", "128,64", "--epochs", "60", "--seed", "0"]
COLUMNS, LINES = 100, 60
IMAGES = Path(__file__).parent / "images"
NAMES = {"brown": "yellow", "brightblack": "bright_black"}
"""pyte's names of colours where they are not Rich's."""


def screen_after(command: list[str], folder: str) -> pyte.Screen:
    """What a terminal shows once the command, run in this folder, has ended."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.environ.update(TERM="xterm-256color", COLUMNS=str(COLUMNS), LINES=str(LINES))
        os.execv(command[0], command)
    while True:
        try:
            content = os.read(terminal, 65536)
        except OSError:  # on Linux, the end of a pseudo-terminal
            break
        stream.feed(content)
    os.waitpid(pid, 0)
    return screen


def colour_of(name: str) -> str | None:
    """pyte's name of a colour as Rich's: a word, or six hexadecimal digits."""
    if name == "default":
        return None
    return f"#{name}" if re.fullmatch("[0-9a-f]{6}", name) else NAMES.get(name, name)


def as_text(screen: pyte.Screen) -> Text:
    """The screen's lines down to the last that holds something, in colour."""
    lines = []
    for number in range(LINES):
        line = Text()
        for column in range(COLUMNS):
            cell = screen.buffer[number][column]
            line.append(cell.data, Style(color=colour_of(cell.fg), bold=cell.bold))
        line.rstrip()
        lines.append(line)
    while not lines[-1].plain:
        lines.pop()
    return Text("\n").join(lines)


def main() -> None:
    """Run, and write both pictures."""
    IMAGES.mkdir(exist_ok=True)
    program = str(Path(sys.executable).with_name("clearprop"))
    with tempfile.TemporaryDirectory() as folder:
        shown = as_text(screen_after([program, *COMMAND], folder))
        shutil.copy(Path(folder, "runs", "digits", "curve.png"), IMAGES / "curve.png")
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text("$ " + " ".join(["clearprop", *COMMAND]), style="bold"))
    console.print(shown)
    picture = console.export_svg(title="clearprop train")
    # Rich's picture asks a server for its font; ours asks nobody, and takes the reader's own.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)
    (IMAGES / "train.svg").write_text(picture)


if __name__ == "__main__":
    main()
