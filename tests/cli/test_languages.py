"""The command line in other languages: nothing stays English but names, and machines read the same in all."""

import ast
import html
import itertools
import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import clearprop as package
import learners
import pseudo
from clearprop import exercises
from clearprop.cli import exercise
from clearprop.cli.commands import COMMANDS, GROUPS
from clearprop.compare import Problem, Settings
from clearprop.compare.run import _trainable
from clearprop.explain import picture
from clearprop.i18n import LANGUAGES, _, speaking

CASES = runpy.run_path(str(Path(__file__).with_name("test_plain_errors.py")))["CASES"]


def words(text: str) -> set[str]:
    """What stands between spaces."""
    return set(text.split())


UNITS = words("mV ms Hz nA pA cm µm kHz GB MB")
API = words("clearprop backprop DeepClassifier AUC RMSE MAE csv npz ONNX CSV UTF NaN")
PARTS = words("dense relu softmax dropout columns embedding standardize identity sigmoid adam scale")
PARTS |= words("activation flatten squared theta")
COMMAND = words("predict evaluate check optimizer classification regression")
NAMES = UNITS | API | PARTS | COMMAND | words("flowers houses customers halves sample auto balanced arcsinh")
DATA = words("""
    petal sepal noise species aster rose tulip size price age id plan spend since newsletter region town churned left
    stayed test train kernel bias gain new lif soma
""")


@pytest.fixture
def pseudo_language(monkeypatch):
    """`--lang uk` is the pseudo language; returns the texts of the pictures that were drawn."""
    monkeypatch.setattr("clearprop.i18n.catalogue.catalogue", pseudo.catalogue)
    texts: list[str] = []
    plain = picture._localise

    def see(figure):
        plain(figure)
        from matplotlib.text import Text

        figure.draw_without_rendering()
        texts.extend(text.get_text() for text in figure.findobj(Text))

    monkeypatch.setattr(picture, "_localise", see)
    return texts


TYPED = re.compile(r"--[\w-]+ [\d.]+")
"""What can be typed as it stands has a decimal point in every language."""


def translated(done, texts=(), status=0, allowed=()):
    """Nothing that was printed or drawn is English, and no number has a decimal point."""
    assert done.status == status, done.err
    for text in (done.out, done.err, *texts):
        points = re.findall(r"(?<![\w./=:])-?\d+\.\d+(?![\w.]*/)", TYPED.sub("", text))
        if pseudo.english(text, NAMES | DATA | set(allowed)) or points:
            print(text)
        assert (pseudo.english(text, NAMES | DATA | set(allowed)), points) == (set(), [])


TRAIN = ("--batch-size", 16, "--epochs", 2, "--lang", "uk")


def test_train_on_a_table_as_it_comes(clearprop, customers, pseudo_language):
    options = ("--hidden", "none", "--drop", "id", "--folds", 2, "--ensemble", 2)
    translated(clearprop("train", customers.data, *TRAIN, *options), pseudo_language)
    assert pseudo_language


@pytest.mark.parametrize("options", [("--group", "noise"), ("--time", "petal"), ("--validation", 0)])
def test_train_on_few_rows(clearprop, flowers, tmp_path, pseudo_language, options):
    rows = flowers.data.read_text().splitlines()
    (tmp_path / "few.csv").write_text("\n".join([rows[0], *rows[1:25], "", *rows[1:9]]))
    translated(clearprop("train", "few.csv", *TRAIN, "--hidden", "none", *options), pseudo_language, allowed={"few"})


@pytest.mark.parametrize("run", ["flowers", "houses", "customers", "images"])
def test_commands_on_a_model(clearprop, request, pseudo_language, run):
    trained = request.getfixturevalue(run)
    pseudo_language.clear()  # of what was drawn in English, if it was trained just now
    both = (trained.folder, trained.data, "--lang", "uk")
    translated(clearprop("info", trained.folder, "--lang", "uk"))
    translated(clearprop("evaluate", *both))
    translated(clearprop("check", *both, "--rows", 8))
    translated(clearprop("predict", *both, "--output", "predictions.csv"))
    if run != "images":
        translated(clearprop("explain-columns", *both, "--repeats", 2, "--output", "columns.png"), pseudo_language)


def test_samples(clearprop, pseudo_language):
    kinds = words("digits breast_cancer breast cancer wine iris diabetes moons circles spirals")
    translated(clearprop("samples", "--lang", "uk"), allowed=kinds)


SYMBOLS = words("dX dY dZ dA dW db dtheta theta loss rate ln max mean std tanh new momentum rmsprop")
"""In equations; the loss is written as a symbol in ∂loss/∂W."""


def test_explain(clearprop, flowers, pseudo_language):
    """The steps on the terminal and all of the page: text, pictures, and what is said to those who do not see them."""
    command = ("explain", flowers.folder, flowers.data, "--output", "page.html", "--lang", "uk")
    done = clearprop(*command)
    translated(done, pseudo_language, allowed=SYMBOLS | {"page"})
    page = re.sub(r"<(script|style)\b.*?</\1>", " ", Path("page.html").read_text(encoding="utf-8"), flags=re.DOTALL)
    said = " ".join(re.findall(r'(?:title|aria-label|alt|placeholder)="([^"]*)"', page))
    for text in (re.sub(r"<[^>]*>", " ", page), said):
        names = NAMES | DATA | SYMBOLS | {"page"}
        assert pseudo.english(html.unescape(text), names) == set()


NEURONS = [
    ("neuron", "lif", "--duration", 50, "--output", "trace.png"),
    ("neuron", "lif", "--current", 1, "--duration", 50),
    ("neuron", "lif", "--f-i", "10:30:10", "--duration", 200, "--output", "rates.png"),
    ("axon", "--length-cm", 4, "--duration", 8, "--output", "axon.png"),
]


@pytest.mark.parametrize("words", NEURONS)
def test_neurons(clearprop, pseudo_language, words):
    translated(clearprop(*words, "--lang", "uk"), pseudo_language)


EXERCISE = words("exercise start check hint run solution mine logistic regression backward")
EXERCISE |= words("return inputs rows columns ln np exp uk")


def test_exercises(clearprop, pseudo_language):
    """What is printed, and what is written, from the list to a check with something wrong, and a hint."""
    speak = ("--lang", "uk")
    names = {part for name in exercises.NAMES for part in name.split("-")}
    translated(clearprop("exercise", "list", *speak), allowed=EXERCISE | names)
    start = ("exercise", "start", "logistic-regression", "--output", "mine", *speak)
    translated(clearprop(*start), allowed=EXERCISE)
    functions = {each.name for each in exercises.get("logistic-regression").functions}
    python, notebook = Path("mine/logistic_regression.py"), Path("mine/logistic_regression.ipynb")
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    for text in (
        ast.get_docstring(ast.parse(python.read_text("utf-8"))),
        *("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"),
    ):
        assert pseudo.english(text, NAMES | EXERCISE | functions | words("db dW dZ")) == set()
    wrong = {"sigmoid": "def sigmoid(Z):\n    return 1 / (1 + np.exp(Z))", "cost": "def cost(A, Y):\n    print(len(A))"}
    learners.write(python, wrong)
    translated(clearprop("exercise", "check", "mine"), status=1, allowed=EXERCISE | functions)
    for _step in range(4):
        translated(clearprop("exercise", "hint", "mine", "sigmoid"), allowed=EXERCISE | functions)
    translated(clearprop("exercise", "list", "mine", *speak), allowed=EXERCISE)


def test_compare(clearprop, flowers, pseudo_language):
    """What is shown is translated, and what machines read is not."""
    rules = ("--rules", "backprop,feedback_alignment", "--seeds", 2, "--epochs", 1, "--tune", 0, "--hidden", "4")
    command = ("compare", flowers.data, *rules, "--json", "--output")
    english = clearprop(*command, "en")
    pseudo_language.clear()
    ours = clearprop(*command, "uk", "--lang", "uk")
    assert without_times(ours.json) == without_times(english.json)
    assert Path("en/comparison.json").read_bytes() == Path("uk/comparison.json").read_bytes()
    translated(ours._replace(out=""), pseudo_language, allowed={"uk"})


def test_why_a_rule_is_refused_is_english_in_files(pseudo_language):
    problem = Problem(np.arange(40.0).reshape(20, 2), np.arange(20) % 2, "classification")
    settings = Settings(hidden=(), seeds=1, epochs=1)
    with speaking("uk"):
        _names, refused = _trainable(problem, settings, problem.given(settings, 0))
        assert refused
        for reason in refused.values():
            assert json.loads(json.dumps(reason)).isascii() and pseudo.english(str(reason), NAMES) == set()


@pytest.mark.parametrize("case", CASES)
def test_errors_in_data(clearprop, tmp_path, pseudo_language, case):
    content, options, _sentence = CASES[case]
    if content is not None:
        (tmp_path / "data.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    done = clearprop("train", "data.csv", "--hidden", "none", "--epochs", 1, *options, "--lang", "uk")
    translated(done, status=2, allowed={"data", "inf", "number"})


WRONG = [
    ("trian",),
    ("nothing",),
    ("train",),
    ("train", "a.csv", "--epoch", "3"),
    ("train", "a.csv", "--nothing"),
    ("train", "a.csv", "--epochs"),
    ("train", "a.csv", "--epochs", "many"),
    ("train", "a.csv", "--epochs", "1.5"),
    ("train", "a.csv", "--epochs", "0"),
    ("train", "a.csv", "--seed", "99999999999"),
    ("train", "a.csv", "--learning-rate", "fast"),
    ("train", "a.csv", "--task", "guess"),
    ("train", "a.csv", "--class-weight", "none"),
    ("train", "a.csv", "b.csv"),
    ("train", "a.csv", "b.csv", "c.csv"),
    ("train", "a.csv", "--json=yes"),
    ("export", "runs/a"),
    ("exercise", "nothing"),
    ("exercise", "start"),
    ("exercise", "start", "deep-network", "--convention", "nothing"),
    ("exercise", "hint", "mine", "cost", "--step", "4"),
    ("--nothing",),
    ("train", "--lang", "xx"),
    ("--lang",),
]

ASK = """
import sys, json, io, contextlib
import numpy as np
import pseudo
import clearprop.i18n.catalogue
clearprop.i18n.catalogue.catalogue = pseudo.catalogue
from clearprop.cli import main
found = []
for words in json.loads(sys.argv[1]):
    sys.argv = ["clearprop", *words, "--lang", "uk"] if words != ["--lang"] else ["clearprop", "--lang=uk", "--lang"]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as ended:
            found.append([ended.code, out.getvalue(), err.getvalue()])
print(json.dumps(found))
"""


def ask(commands):
    """What each of these prints in the pseudo language, the program being started in it: (status, out, err)."""
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "COLUMNS": "200"}
    words = json.dumps(commands)
    done = subprocess.run([sys.executable, "-c", ASK, words], capture_output=True, text=True, check=True, env=env)
    return json.loads(done.stdout)


IN_ERRORS = {"train", "export", "exercise", "start", "hint", "rows", "columns"}


def test_a_wrong_command_line_is_told_of_in_the_language():
    for words, (status, out, err) in zip(WRONG, ask(WRONG), strict=True):
        assert status == 2 and not out
        allowed = NAMES | {name.replace("_", "-") for name in ("many", "fast", "guess")} | {"xx", "nothing", "trian"}
        names = {"en", "English", "es", "Espa", "ol", "fr", "Fran", "ais", "hi", "uk"}
        assert pseudo.english(err, allowed | names | IN_ERRORS) == set(), words


def test_the_help_is_in_the_language():
    names = [function.__name__.replace("_", "-") for function in COMMANDS] + list(GROUPS)
    names += [f"exercise {function.__name__.rstrip('_')}" for function in exercise.COMMANDS]
    found = ask([["--help"], *([*name.split(), "--help"] for name in names)])
    own = {part for name in names for part in re.split("[ -]", name)} | set(LANGUAGES)
    for name, (status, out, err) in zip(["", *names], found, strict=True):
        assert status == 0 and not err
        assert pseudo.english(out, NAMES | PARTS | own | API_IN_HELP) == set(), name


API_IN_HELP = words("""
    number category boolean date drop lif adaptive exponential izhikevich hodgkin huxley branched chattering resonator
    all elu selu gelu silu tanh momentum nesterov rmsprop adamw euler midpoint rk classification regression True
    False none lenet vgg small resnet rows columns
""")


@pytest.mark.parametrize("place", ["before", "after", "environment"])
def test_the_language_can_be_said_in_three_places(place):
    words = {"before": ["--lang", "uk", "train", "--help"], "after": ["train", "--help", "--lang=uk"]}
    env = {**os.environ, "LANG": "uk_UA.UTF-8"} if place == "environment" else os.environ
    command = [sys.executable, "-m", "clearprop", *words.get(place, ["train", "--help"])]
    out = subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout
    with speaking("uk"):
        assert out.startswith(_("Usage: ") + "clearprop train")
        assert _("Show the traceback of an error.") in " ".join(out.split()) and re.search("[а-яі]", out)


def test_help_in_english_needs_no_babel():
    code = "import sys, atexit; sys.argv = ['clearprop', '--help']; atexit.register(lambda: print(*sys.modules))"
    code += "; from clearprop.cli import main; main()"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "babel" not in {name.split(".")[0] for name in out.split()}


def without_times(value):
    """JSON without what differs from run to run."""
    if isinstance(value, dict):
        return {
            k: without_times(v) for k, v in value.items() if k not in ("seconds", "step_time_ratio", "run", "output")
        }
    return [without_times(item) for item in value] if isinstance(value, list) else value


def told(clearprop, code, *words):
    """The JSON that a command prints in a language."""
    done = clearprop(*words, "--json", "--lang", code)
    assert done.status == 0, done.err
    done.out.encode("ascii")
    return without_times(done.json)


def test_machines_read_the_same_in_every_language(clearprop, customers, tmp_path, monkeypatch):
    """Odd columns, for there are notices, and a blank line, for there is a note."""
    for module in ("clearprop.train.loop", "clearprop.cli.training"):  # how long it took is all that differs
        clock = SimpleNamespace(perf_counter=(tick / 64 for tick in itertools.count()).__next__)
        monkeypatch.setattr(f"{module}.time", clock)
    rows = customers.data.read_text().splitlines()
    (tmp_path / "odd.csv").write_text("\n".join([*rows[:9], "", *rows[9:40], *rows[9:12]]))
    train = ("train", "odd.csv", "--hidden", "4", "--epochs", 2)
    english = told(clearprop, "en", *train, "--output", "en")
    assert english["notices"] and english["data"]["notes"]
    for code in set(LANGUAGES) - {"en"}:
        assert told(clearprop, code, *train, "--output", code) == english
        files = sorted(path.name for path in Path("en").iterdir() if path.suffix != ".png")
        for name in files:
            assert Path("en", name).read_bytes() == Path(code, name).read_bytes(), (code, name)


@pytest.mark.parametrize("command", ["evaluate", "explain-columns", "check"])
def test_what_is_told_of_a_model_is_the_same_for_machines(clearprop, flowers, command):
    extra = ("--repeats", 2) if command == "explain-columns" else ()
    words = (command, flowers.folder, flowers.data, *extra)
    assert told(clearprop, "uk", *words) == told(clearprop, "en", *words)


@pytest.mark.parametrize("words", [("samples",), ("neuron", "lif", "--duration", 50)])
def test_what_needs_no_model_is_the_same_for_machines(clearprop, words):
    assert told(clearprop, "hi", *words) == told(clearprop, "en", *words)


def test_predictions_have_decimal_points_in_every_language(clearprop, houses):
    words = ("predict", houses.folder, houses.data)
    assert clearprop(*words, "--lang", "uk").out == clearprop(*words).out


def test_an_onnx_file_is_the_same_in_every_language(clearprop, flowers):
    pytest.importorskip("onnx")
    for code in ("en", "uk"):
        assert clearprop("export", flowers.folder, "--onnx", f"{code}.onnx", "--lang", code).status == 0
    assert Path("en.onnx").read_bytes() == Path("uk.onnx").read_bytes()


def test_python_is_told_in_the_language(pseudo_language):
    """Errors of the library, and a notice, where `speaking` is asked for."""
    with speaking("uk"), pytest.raises(ValueError) as error:
        package.activations.get("rely")
    assert pseudo.english(str(error.value)) <= set(package.activations.ACTIVATIONS.classes)
