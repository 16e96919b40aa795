"""A run's folder: whole or not at all, and never over another."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clearprop.cli.run_folder import place_for, save, see_that_it_can_be_made, undisturbed
from clearprop.errors import ClearpropError


def fill(folder):
    (folder / "a").write_text("a")


def test_the_next_free_number_is_taken():
    assert [save(Path("runs/digits"), fill) for _ in range(3)] == [
        Path("runs/digits"),
        Path("runs/digits-2"),
        Path("runs/digits-3"),
    ]
    (Path("runs") / "digits-4").write_text("a file")
    (Path("runs") / "digits-5").mkdir()
    (Path("runs") / "digits-6").symlink_to("nowhere")
    assert save(Path("runs/digits"), fill) == Path("runs/digits-7")
    assert list(Path("runs/digits-5").iterdir()) == []


def test_of_many_at_once_each_gets_its_own():
    """Twenty-four saves at once: as many folders, each whole, and nothing besides."""
    with ThreadPoolExecutor(12) as pool:
        places = list(
            pool.map(lambda i: save(Path("runs/x"), lambda folder: (folder / "who").write_text(str(i))), range(24))
        )
    assert len(set(places)) == 24
    assert [(place / "who").read_text() for place in places] == list(map(str, range(24)))
    assert len(list(Path("runs").iterdir())) == 24


def test_somebody_faster_is_noticed(monkeypatch):
    """Between the look and the renaming another process takes the name."""
    seen = []
    real = os.path.lexists

    def look(path):
        answer = real(path)
        if not seen:
            seen.append(path)
            Path(path).mkdir()
            (Path(path) / "theirs").touch()
        return answer

    monkeypatch.setattr("os.path.lexists", look)
    assert save(Path("x"), fill) == Path("x-2")
    assert (Path("x") / "theirs").exists() and not (Path("x") / "a").exists()


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt(), ValueError("a bug")])
def test_a_failure_leaves_nothing(error, tmp_path):
    def fail(folder):
        fill(folder)
        raise error

    with pytest.raises(ClearpropError if isinstance(error, OSError) else type(error)):
        save(Path("new/runs/x"), fail)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_is_not_heard_while_saving():
    with undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert threading.current_thread() is threading.main_thread()


def test_it_is_as_open_to_others_as_any_folder():
    Path("plain").mkdir()
    assert save(Path("x"), fill).stat().st_mode == Path("plain").stat().st_mode


@pytest.mark.parametrize(
    ("source", "output", "place"),
    [
        ("sample:digits", None, "runs/digits"),
        ("data/flowers.v2.csv", None, "runs/flowers.v2"),
        ("x.npz", "here/run", "here/run"),
    ],
)
def test_where_a_run_goes(source, output, place):
    assert place_for(source, output) == Path(place)


@pytest.mark.parametrize("output", [".", "..", "/", "file/run", "file/deep/er"])
def test_what_cannot_be_made_is_known_beforehand(output):
    Path("file").touch()
    with pytest.raises(ClearpropError):
        see_that_it_can_be_made(Path(output))


def test_a_folder_that_is_not_ours(monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(ClearpropError, match="not yours to write in"):
        see_that_it_can_be_made(Path("runs/x"))
