"""Who may import whom: downward only; and `import clearprop` imports next to nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import clearprop

ROOT = Path(clearprop.__file__).parent

LEVELS = [
    {"errors", "i18n", "files", "machine", "parts", "pieces", "traced"},
    {"compilation"},
    {"registry"},
    {"activations", "losses", "initializers"},
    {"layers"},
    {"network"},
    {"networks"},
    {"rules", "optim"},
    {"train", "data", "modelfile"},
    {"explain", "estimators", "export"},
    {"analogy", "compare", "exercises"},
    {"loading"},
    {"cli", "web", "__main__"},
]
"""design.md: imports go downward only. A part may import its own level's and those above it in this list."""

UPWARD_WHEN_NEEDED: set[tuple[str, str]] = set()
"""(module, part) pairs that may import upward inside a function; none so far."""

APART = {"neurons"}
"""neurons/ stands alone beside them: it imports nothing above `registry`, and only explain and above import it."""

FILES = sorted(ROOT.rglob("*.py"))


def part_of(module: str) -> str:
    """The file or folder of the package: "clearprop.layers.dense" → "layers"."""
    return module.split(".")[1] if "." in module else ""


def level(part: str) -> int:
    return next(i for i, parts in enumerate(LEVELS) if part in parts)


def imports(path: Path) -> list[tuple[str, bool]]:
    """(module, whether it is imported when the file is) for each import of a file, those for type checkers left out."""
    module = ".".join(["clearprop", *path.relative_to(ROOT).with_suffix("").parts])
    found: list[tuple[str, bool]] = []

    def visit(node: ast.AST, at_once: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            if isinstance(child, ast.Import):
                found.extend((alias.name, at_once) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                base = child.module or ""
                if child.level:
                    base = ".".join([*module.split(".")[: -child.level], *([child.module] if child.module else [])])
                names = [f"{base}.{alias.name}" for alias in child.names] if base == "clearprop" else [base]
                found.extend((name, at_once) for name in names)
            visit(child, at_once and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    visit(ast.parse(path.read_text(encoding="utf-8")), True)
    return found


def upward(path: Path) -> list[str]:
    """What is wrong with a file's imports of the package."""
    name = path.relative_to(ROOT).with_suffix("").as_posix()
    mine = name.split("/")[0]
    wrong = []
    for module, at_once in imports(path):
        theirs = part_of(module) if module.split(".")[0] == "clearprop" else ""
        if not theirs or theirs == mine or theirs.startswith("__"):
            continue
        if mine in APART or theirs in APART:
            fine = level(theirs) <= level("registry") if mine in APART else level(mine) >= level("explain")
        else:
            fine = level(theirs) <= level(mine)
        if not fine and (at_once or (name, theirs) not in UPWARD_WHEN_NEEDED):
            wrong.append(f"{name} imports {module}")
    return wrong


@pytest.mark.parametrize(
    "path", [p for p in FILES if p != ROOT / "__init__.py"], ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_imports_go_downward_only(path):
    """design.md, the shape of it."""
    assert upward(path) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("import clearprop.train", True),
        ("from clearprop import train", True),
        ("from clearprop.cli import main", True),
        ("from .. import train", True),
        ("from ..train import fit", True),
        ("def f():\n    from clearprop.train import fit", True),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from clearprop.train import fit", False),
        ("from clearprop.activations import get\nfrom clearprop import losses, initializers", False),
        ("from clearprop.layers.base import Layer\nfrom . import base\nimport jax", False),
    ],
)
def test_an_upward_import_is_found(text, found, tmp_path, monkeypatch):
    """The test above, tested: written into a file of layers/."""
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    path = tmp_path / "layers" / "some.py"
    path.parent.mkdir()
    path.write_text(text)
    assert bool(upward(path)) == found


def test_every_part_has_a_level():
    """A new file or folder of the package must be given its place in LEVELS."""
    parts = {p.relative_to(ROOT).parts[0].removesuffix(".py") for p in FILES} - {"__init__"}
    assert parts <= set.union(*LEVELS, APART)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_scikit_learn_is_imported_where_it_belongs(path):
    """design.md: estimators/ has its base classes; data/ its samples and trees, explain/ its metrics and baselines."""
    part, found = path.relative_to(ROOT).parts[0], {m for m, _ in imports(path) if m.split(".")[0] == "sklearn"}
    assert (
        not found
        if part not in ("estimators", "data", "explain")
        else part == "estimators" or "sklearn.base" not in found
    )


def test_importing_clearprop_imports_neither_jax_nor_scikit_learn():
    """Issue 2, speed: each part is loaded when it is first used."""
    code = "import sys, clearprop; dir(clearprop); print(*sorted(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"jax", "jaxlib", "sklearn", "numpy", "torch", "matplotlib", "polars"} & set(done.stdout.split())


def test_each_part_is_there_when_asked_for():
    """clearprop/__init__.py."""
    for name in clearprop.__all__:
        assert getattr(clearprop, name) is not None
        assert name in dir(clearprop)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        clearprop.nothing
