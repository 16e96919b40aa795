"""The learner's folder: made once, read with care, and which of its files is read."""

import json
import os

import pytest

import learners
from clearprop import exercises
from clearprop.errors import ClearpropError
from clearprop.exercises import folder as folders
from clearprop.exercises.written import Written, read, see_python
from clearprop.i18n import speaking

NAME = "logistic-regression"
PYTHON, NOTEBOOK = "logistic_regression.py", "logistic_regression.ipynb"


@pytest.fixture
def place(tmp_path):
    """A folder that was just started in."""
    folders.start(tmp_path / "mine", exercises.get(NAME), "columns")
    return tmp_path / "mine"


def later(path, seconds):
    """Set when it was changed: so many seconds after now."""
    now = path.stat().st_mtime + seconds
    os.utime(path, (now, now))


def test_start_makes_a_folder_in_the_language(tmp_path):
    with speaking("hi"):
        record = folders.start(tmp_path / "a" / "b", exercises.get(NAME), "rows")
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["exercise.json", NOTEBOOK, PYTHON]
    assert folders.load(tmp_path / "a" / "b") == record
    assert (record.exercise, record.convention, record.language, record.checks) == (NAME, "rows", "hi", 0)
    assert list(record.functions) == [function.name for function in exercises.get(NAME).functions]


def test_an_empty_folder_will_do_and_another_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    folders.start(tmp_path / "empty", exercises.get(NAME), "rows")
    before = (tmp_path / "empty" / PYTHON).read_bytes()
    (tmp_path / "file").write_text("")
    for name in ("empty", "file"):
        with pytest.raises(ClearpropError, match="is there already and is not empty"):
            folders.start(tmp_path / name, exercises.get(NAME), "columns")
    assert (tmp_path / "empty" / PYTHON).read_bytes() == before


def test_no_folder_of_an_exercise(tmp_path):
    with pytest.raises(ClearpropError, match="is no folder of an exercise: clearprop exercise start makes one"):
        folders.load(tmp_path)


DAMAGED = [
    "",
    "{",
    "[]",
    "{}",
    {"convention": "diagonal"},
    {"language": "xx"},
    {"files": {}},
    {"files": {"../../secrets.py": ""}},
    {"checks": -1},
    {"checks": "3"},
    {"functions": {"sigmoid": {"hints": 7}}},
    {"functions": {"sigmoid": {"status": "perfect"}}},
    {"more": 1},
]


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_record_is_told(place, damage):
    path = place / "exercise.json"
    path.write_text(damage if isinstance(damage, str) else json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(ClearpropError, match=r"exercise\.json is damaged"):
        folders.load(place)


def test_of_two_files_the_changed_one_is_read(place):
    record = folders.load(place)
    written, both = folders.chosen_file(place, record)
    assert (written.path.name, both) == (PYTHON, False)
    learners.write(place / NOTEBOOK, {"sigmoid": "def sigmoid(Z):\n    return Z"})
    later(place / PYTHON, 60)  # touched, and as it was
    written, both = folders.chosen_file(place, record)
    assert (written.path.name, both) == (NOTEBOOK, False)
    learners.write(place / PYTHON, {"sigmoid": "def sigmoid(Z):\n    return -Z"})
    later(place / PYTHON, 120)
    written, both = folders.chosen_file(place, record)
    assert (written.path.name, both) == (PYTHON, True) and "return -Z" in written.text
    later(place / NOTEBOOK, 300)
    assert folders.chosen_file(place, record)[0].path.name == NOTEBOOK


def test_a_notebook_that_was_only_run_is_as_it_was(place):
    notebook = json.loads((place / NOTEBOOK).read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"], cell["outputs"] = 1, [{"output_type": "stream", "name": "stdout", "text": ["a"]}]
    (place / NOTEBOOK).write_text(json.dumps(notebook))
    assert folders.chosen_file(place, folders.load(place))[0].path.name == PYTHON


def test_one_file_is_enough_and_none_is_too_few(place):
    record = folders.load(place)
    (place / PYTHON).unlink()
    assert folders.chosen_file(place, record)[0].path.name == NOTEBOOK
    (place / NOTEBOOK).unlink()
    with pytest.raises(ClearpropError, match="holds neither of"):
        folders.chosen_file(place, record)


def test_a_changed_file_that_cannot_be_read_is_told(place):
    (place / NOTEBOOK).write_text("{")
    with pytest.raises(ClearpropError, match="is no notebook that can be read"):
        folders.chosen_file(place, folders.load(place))


def test_progress(place):
    record = folders.load(place)
    folders.checked(record, {"sigmoid": "right", "forward": "wrong"})
    first = record.functions["sigmoid"].first_right
    assert first and first.endswith("+00:00") and record.functions["forward"].first_right is None
    folders.checked(record, {"sigmoid": "wrong", "forward": "right"})
    assert (record.functions["sigmoid"].status, record.functions["sigmoid"].first_right) == ("wrong", first)
    assert (record.right, record.checks) == (1, 2)
    folders.save(place, record)
    assert folders.load(place) == record


def notebook_of(*cells: str, path) -> Written:
    """A notebook with these cells of code, and words between them, as it is read."""
    words = {"cell_type": "markdown", "source": ["no code"], "metadata": {}}
    code = [{"cell_type": "code", "source": cell, "metadata": {}} for cell in cells]
    path.write_text(json.dumps({"cells": [part for cell in code for part in (words, cell)]}), "utf-8")
    return read(path)


def test_a_notebook_as_python(tmp_path):
    written = notebook_of(
        "import numpy as np\n%matplotlib inline",
        "!ls\n?np.dot\ndef f(a):\n    return (a\n        % 2)",
        "%%bash\nrm x\n",
        "%%time\nf(3)",
        "",
        path=tmp_path / "a.ipynb",
    )
    lines = written.text.split("\n")
    assert [line for line in lines if line] == [
        "import numpy as np", "def f(a):", "    return (a", "        % 2)", "f(3)"
    ]  # fmt: skip
    see_python(written)
    assert written.place(1 + lines.index("import numpy as np")) == "code cell 1, line 1"
    assert written.place(1 + lines.index("    return (a")) == "code cell 2, line 4"
    assert written.place(1 + lines.index("f(3)")) == "code cell 4, line 2"
    assert written.place(10**6) == "code cell 5, line 2"
    assert written.cell_and_line(None) == (None, None)


@pytest.mark.parametrize("text", ["", "null", "[]", '{"cells": 3}', '{"cells": [{}]}', "[" * 100_000])
def test_what_is_no_notebook(tmp_path, text):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(ClearpropError, match="no notebook"):
        read(tmp_path / "a.ipynb")


def test_python_as_editors_save_it(tmp_path):
    path = tmp_path / "a.py"
    path.write_bytes("\ufeffπ = 3\r\n".encode())
    see_python(read(path))
    assert read(path).place(1) == "line 1"
    path.write_bytes("π = 3".encode("utf-16"))
    with pytest.raises(ClearpropError, match="is not text in UTF-8"):
        read(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = 1\nb = (", "line 2, cannot be read as Python: '(' was never closed"),
        ("def f():\nreturn 1", "line 2, cannot be read as Python: expected an indented block"),
        ("a\0", "cannot be read as Python"),
        ("(" * 100_000, "cannot be read as Python"),
    ],
)
def test_what_is_no_python(tmp_path, text, says):
    (tmp_path / "a.py").write_text(text)
    with pytest.raises(ClearpropError) as error:
        see_python(read(tmp_path / "a.py"))
    assert says in str(error.value)
