"""On a real terminal (a pty), and interrupted as a person would: real processes."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import clearprop as package


class Terminal:
    """A command on a terminal of 100 columns; `screen` is what it wrote so far."""

    def __init__(self, *words, **environment):
        ours, theirs = pty.openpty()
        env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "40", **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "clearprop", *map(str, words)],
            stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.ours, self.screen = ours, ""

    def read_until(self, pattern, times, seconds=60):
        """Read on until this stands on the screen so many times."""
        end = time.monotonic() + seconds
        while len(re.findall(pattern, plain(self.screen))) < times:
            assert time.monotonic() < end, self.screen
            assert self._read(), self.screen

    def finish(self):
        """Read to the end; returns the exit status."""
        end = time.monotonic() + 120
        while self._read():
            if time.monotonic() > end:
                self.process.kill()
        os.close(self.ours)
        return self.process.wait(60)

    def _read(self):
        if not select.select([self.ours], [], [], 60)[0]:
            return False
        try:
            some = os.read(self.ours, 65536)
        except OSError:  # the other side is closed
            return False
        self.screen += some.decode(errors="replace")
        return bool(some)


COLOUR = r"\x1b\[[\d;]*(3[0-7]|38|9[0-7])[\d;]*m"


def plain(screen):
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", screen)


def test_a_live_bar_and_ctrl_c_keeps_the_best_weights_so_far_and_says_where():
    terminal = Terminal(
        "train", "sample:digits", "--hidden", "16", "--learning-rate", 2e-5, "--early-stopping", "--epochs", 1_000_000
    )
    terminal.read_until("validation accuracy", 24)
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.finish() == 130
    screen = plain(terminal.screen)
    epochs = [int(n) for n in re.findall(r"epoch (\d+)/1000000", screen)]
    assert epochs == sorted(epochs) and len(set(epochs)) > 3
    assert re.search(r"━ loss [\d.e-]+ +validation accuracy \d+\.\d% +[\d:]+ left", screen)
    assert re.search(COLOUR, terminal.screen)
    assert re.search(r"Interrupted after \d+ of 1000000 epochs; kept the weights of epoch \d+", screen)
    assert "Saved in runs/digits" in screen and "Traceback" not in screen
    fitted = package.load("runs/digits/model.safetensors").fitted_
    report = json.loads(Path("runs/digits/report.json").read_text())
    assert fitted.stopped == report["training"]["stopped"] == "interrupted"
    assert fitted.kept_epoch == report["training"]["kept_epoch"] >= 1
    assert len(Path("runs/digits/history.jsonl").read_text().splitlines()) == report["training"]["epochs"]
    assert report["metrics"]["validation"]["accuracy"]["value"] > 0.5
    assert [path.name for path in Path("runs").iterdir()] == ["digits"]


def test_no_color_is_heeded_and_json_leaves_the_bar_to_standard_error():
    """The bar may stay, as it is no colour; and --json with both streams on a terminal still prints an object last."""
    terminal = Terminal("train", "sample:moons", "--hidden", "4", "--epochs", 200, "--json", NO_COLOR="1")
    assert terminal.finish() == 0
    assert not re.search(COLOUR, terminal.screen)
    assert re.search(r"epoch 200/200 ━+ loss .* in \d:\d\d", plain(terminal.screen))
    assert json.loads(plain(terminal.screen)[plain(terminal.screen).index("\r\n{") :])["run"] == "runs/moons"


def test_ctrl_c_without_a_terminal_while_it_compiles(tmp_path):
    """Pressed before the first epoch ended: what there is is kept, or nothing was begun and nothing is left."""
    process = subprocess.Popen(
        [sys.executable, "-m", "clearprop", "train", "sample:moons", "--epochs", "1000000", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if "total" in line:  # the network's table: training comes next
            break
    process.send_signal(signal.SIGINT)
    try:
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Traceback" not in err and "\x1b" not in out + err
    if out:
        assert json.loads(out)["training"]["stopped"] == "interrupted"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["runs"]
    else:
        assert err.endswith("Interrupted; nothing was saved.\n") and list(tmp_path.iterdir()) == []


def test_a_comparison_has_a_bar_with_the_time_left_and_ctrl_c_keeps_what_is_finished():
    settings = {"rules": "backprop", "seeds": 30, "hidden": 16, "epochs": 60, "tune": 0}
    words = ["compare", "sample:iris", *(f"--{name}={value}" for name, value in settings.items())]
    terminal = Terminal(*words)
    terminal.read_until(r"seed ([3-9]|\d\d) of 30.* left", 1)  # the bar, drawn ten times a second, may skip a seed
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.finish() == 130
    screen = plain(terminal.screen)
    assert re.search(r"backprop +━.*seed \d+ of 30 +\d+:\d\d left", screen)
    assert "Interrupted; what is finished is in runs/compare-iris, and the same command goes on" in " ".join(
        screen.split()
    )
    assert "Traceback" not in screen
    finished = list(Path("runs/compare-iris/pieces").iterdir())
    assert 1 <= len(finished) < 30
    again = Terminal(*words)
    assert again.finish() == 0
    assert "Going on with what is finished in runs/compare-iris." in plain(again.screen)
    assert Path("runs/compare-iris/results.json").exists()
