"""Pictures of landscapes and descents: files, words, and only the colours that a page can change."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from clearprop.explain import descent_picture, landscape_picture
from clearprop.explain.contours import arrows, levels
from clearprop.explain.descent import descent
from clearprop.explain.landscape import Landscape, PathInPlane
from clearprop.explain.picture import svg
from clearprop.i18n import speaking

A, B = np.linspace(-2, 1, 13), np.linspace(-1, 1, 11)
BOWL = A**2 + 3 * B[:, None] ** 2 + 0.25
POINTS = np.array([[-1.5, 0.7], [-1.0, 0.1], [-0.3, 0.05], [0.0, 0.0]])


def plane(loss=BOWL, path=True):
    at = (POINTS**2 @ [1, 3]) + 0.25
    seen = PathInPlane(np.arange(4), POINTS, at + 0.01, at, np.array([0.9, 0.08])) if path else None
    return Landscape("path" if path else "random", A, B, loss, 0.25, ((), ()), np.arange(40), seen)


def holed():
    loss = BOWL.copy()
    loss[0, :2] = np.nan
    return plane(loss, path=False)


LINE = Landscape("line", A, None, A**2 + 0.25, 0.25, ((),), np.arange(40))
DESCENTS = {"rates": {"gradient_descent": 0.09, "momentum": 0.01, "rmsprop": 0.1, "adam": 0.3}, "steps": 20}
CASES = {
    "path": (landscape_picture, plane),
    "random": (landscape_picture, lambda: plane(path=False)),
    "holed": (landscape_picture, holed),
    "line": (landscape_picture, lambda: LINE),
    "descents": (descent_picture, lambda: descent("bowl", **DESCENTS)),
}


@pytest.mark.parametrize("case", CASES)
def test_a_page_can_change_all_its_colours(case):
    module, make = CASES[case]
    found = make()
    drawn = svg(lambda figure: module.paint(figure, found), *module.SIZE, case, "title", module.describe(found))
    assert re.findall(r"#[0-9a-fA-F]{6}\b", drawn) == []


@pytest.mark.parametrize("case", CASES)
def test_it_is_a_whole_png_file(case, tmp_path):
    module, make = CASES[case]
    module.draw(tmp_path / "a.png", make(), "Any $title$")
    content = (tmp_path / "a.png").read_bytes()
    assert content.startswith(b"\x89PNG") and content.endswith(b"IEND\xaeB`\x82")


def words(figure):
    axes = figure.axes[0]
    return [text.get_text() for text in axes.get_legend().get_texts()]


def painted(found):
    figure = Figure(layout="constrained")
    landscape_picture.paint(figure, found)
    return figure


def test_what_is_marked_is_named():
    assert words(painted(plane())) == ["path of the descent", "epoch 0", "trained weights"]
    assert words(painted(holed())) == ["not finite", "trained weights"]
    assert words(painted(LINE)) == ["loss", "trained weights"]
    axes = painted(plane()).axes[0]
    assert "90.0% of its variance" in axes.get_xlabel() and "8.0%" in axes.get_ylabel()
    lines = {line.get_label(): line.get_xydata() for line in axes.get_lines()}
    np.testing.assert_array_equal(lines["path of the descent"], POINTS)
    assert lines["trained weights"].tolist() == [[0, 0]] and lines["epoch 0"].tolist() == [[-1.5, 0.7]]


def test_described_with_its_numbers():
    assert "0.25 at the trained weights" in landscape_picture.describe(LINE)
    said = landscape_picture.describe(plane())
    assert "from a loss of 3.98 in epoch 0 to 0.26 in epoch 3" in said
    said = descent_picture.describe(descent("bowl", **DESCENTS))
    assert "gradient_descent, learning rate 0.09: it diverged" in said and "adam, learning rate 0.3: loss" in said


def test_numbers_are_written_as_the_language_does():
    with speaking("uk"):
        assert "0,25" in landscape_picture.describe(LINE)


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(0.02, 5.0, [0.05, 0.1, 0.2, 0.5, 1, 2]), (1e-3, 1e3, [0.01, 0.1, 1, 10, 100]), (-1, 1, None), (2, 3, None)],
)
def test_levels_are_round_and_spaced_as_the_values_are(low, high, found):
    values = np.geomspace(low, high, 500) if low > 0 else np.linspace(low, high, 500)
    lines = levels(values)
    assert 4 <= len(lines) <= 12 and low < lines[0] and lines[-1] < high
    if found is not None:
        np.testing.assert_allclose(lines, found)
    else:
        np.testing.assert_allclose(np.diff(lines), lines[1] - lines[0])


def test_arrows_point_along_the_path():
    axes = painted(plane(path=False)).axes[0]
    before = len(axes.texts)
    arrows(axes, POINTS, "black")
    found = axes.texts[before:]
    assert len(found) == 3
    for arrow in found:
        assert (np.asarray(arrow.xy) - arrow.xyann)[0] > 0
    arrows(axes, POINTS[-1:], "black")
    arrows(axes, np.full((2, 2), np.nan), "black")
    assert len(axes.texts) == before + 3
