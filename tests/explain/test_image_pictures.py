"""Pictures of what a network makes of images: whole files, the right pixels, words with the numbers in them."""

import dataclasses
import re

import numpy as np
import pytest
from matplotlib.figure import Figure

import sighted
from clearprop import layers
from clearprop.explain import (
    confusion,
    confusion_picture,
    feature_maps_picture,
    first_layer_picture,
    look,
    look_picture,
    occlusion_picture,
    saliency_picture,
)
from clearprop.explain.image_colours import as_signed, as_weights, laid_over
from clearprop.explain.picture import THEME, _localise, svg
from clearprop.i18n import speaking

HOSTILE = ["$x^2$ <b>cat</b>", "a\nname\x1b[2J of " + "many " * 20, "\\alpha"]
X = np.random.default_rng(5).integers(0, 255, (30, *sighted.COLOURED)).astype(np.uint8)


@pytest.fixture(scope="module")
def seen():
    return look(sighted.convolutional(), sighted.image(), of="1")


@pytest.fixture(scope="module")
def confused():
    y, P = np.arange(30) % 3, np.random.default_rng(6).dirichlet(np.ones(3), 30)
    return confusion(np.array(HOSTILE)[y], P, HOSTILE)


def painted(paint, *given):
    figure = Figure(layout="constrained")
    paint(figure, *given)
    figure.draw_without_rendering()
    return figure


def drawn_images(figure):
    return [np.asarray(image.get_array()) for axes in figure.get_axes() for image in axes.get_images()]


def titles(figure):
    return [axes.get_title() for axes in figure.get_axes() if axes.get_title()]


def test_whole_files(seen, confused, tmp_path):
    look_picture.draw(tmp_path / "look.png", seen, "a $title$ <b>")
    confusion_picture.draw(tmp_path / "confusion.png", confused, "mistakes", X)
    saliency_picture.draw(tmp_path / "saliency.png", seen.image, seen.saliency, "")
    occlusion_picture.draw(tmp_path / "occlusion.png", seen.image, seen.occlusion, "")
    first_layer_picture.draw(tmp_path / "filters.png", seen.filters, "")
    feature_maps_picture.draw(tmp_path / "maps.png", seen.maps, "")
    files = sorted(tmp_path.iterdir())
    assert len(files) == 6
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


def test_the_filters_are_in_colour(seen):
    figure = painted(first_layer_picture.paint, seen.filters)
    (whole,) = drawn_images(figure)
    greatest = np.abs(seen.filters.images).max()
    assert whole.shape == (3, 5 * 3 + 4, 4), "five of 3 × 3, a pixel between"
    for place, image in enumerate(seen.filters.images):
        np.testing.assert_allclose(whole[:, 4 * place : 4 * place + 3], as_weights(image, greatest))
    assert titles(figure) == ["Filters of the first layer (grey: 0)"] and len(figure.get_axes()) == 1


def test_filters_of_one_channel_have_a_scale_about_zero():
    fitted = sighted.untrained([layers.Flatten(), layers.Dense(40)], (4, 4))
    found = look(fitted, sighted.image((4, 4))).filters
    figure = painted(first_layer_picture.paint, found)
    (axes,) = figure.get_axes()
    (bar,) = axes.child_axes
    greatest = np.abs(found.images).max()
    assert len(found.images) == 32 and found.of == 40
    assert bar.get_ylim() == pytest.approx((-greatest, greatest)) and bar.get_ylabel() == "weight"
    np.testing.assert_allclose(drawn_images(figure)[0][:4, :4], as_signed(found.images[0, ..., 0], greatest))
    assert "32 of 40 filters of 4 × 4" in first_layer_picture.describe(found)


def test_a_line_of_maps_for_each_stage(seen):
    figure = painted(feature_maps_picture.paint, seen.maps)
    wholes = drawn_images(figure)
    assert titles(figure) == [
        "Layer 3, activation tanh: 5 of 5 maps",
        "Layer 4, max_pool: 5 of 5 maps",
        "Layer 5, residual: 5 of 5 maps",
    ]
    for whole, maps in zip(wholes, seen.maps, strict=True):
        height, width = maps.maps.shape[1:]
        np.testing.assert_allclose(whole[:height, :width], as_signed(maps.maps[0], np.abs(maps.maps).max()))
    assert all(maps.text() in feature_maps_picture.describe(seen.maps) for maps in seen.maps)


def test_saliency_and_occlusion_lie_over_the_image(seen):
    (whole,) = drawn_images(painted(saliency_picture.paint, seen.image, seen.saliency))
    np.testing.assert_allclose(whole, laid_over(seen.image, seen.saliency.map, seen.saliency.map.max()))
    figure = painted(occlusion_picture.paint, seen.image, seen.occlusion)
    fall = seen.occlusion.map
    np.testing.assert_allclose(drawn_images(figure)[0], laid_over(seen.image, fall, np.abs(fall).max()))
    (bar,) = figure.get_axes()[0].child_axes
    assert bar.get_ylabel() == "fall of the probability, in %"
    assert bar.get_ylim() == pytest.approx((min(fall.min(), 0), max(fall.max(), 0)))
    assert f"{seen.occlusion.whole:.1%}" in occlusion_picture.describe(seen.occlusion)
    assert "ninth" in saliency_picture.describe(seen.saliency) or "Most of it" in saliency_picture.describe(
        seen.saliency
    )


def test_the_whole_look(seen):
    figure = painted(look_picture.paint, seen)
    assert titles(figure)[:3] == [seen.answers()[0], "Which pixels would move it", "What it loses when hidden"]
    assert figure.get_axes()[0].texts[0].get_text() == "\n".join(seen.answers()[1:])
    assert len(drawn_images(figure)) == 3 + 1 + 3
    said = look_picture.describe(seen)
    assert said.startswith(", ".join(seen.answers())) and seen.filters.text() in said


def test_the_panels_of_a_look_are_of_one_size_and_their_bars_as_high(seen):
    figure = painted(look_picture.paint, seen)
    image, *others = figure.get_axes()[:3]
    places = [axes.get_window_extent() for axes in (image, *others)]
    for place in places[1:]:
        assert [place.y0, place.y1, place.width] == pytest.approx([places[0].y0, places[0].y1, places[0].width])
    for axes, place in zip(others, places[1:], strict=True):
        bar = axes.child_axes[0].get_window_extent()
        assert (bar.y0, bar.y1) == pytest.approx((place.y0, place.y1)) and bar.x0 > place.x1
    right = others[0].child_axes[0].get_tightbbox().x1
    assert places[1].x1 < right < places[2].x0, "there is room for the scale's numbers"


def test_numbers_of_a_scale_are_written_as_the_language_writes_them(seen):
    figure = Figure(layout="constrained")
    saliency_picture.paint(figure, seen.image, seen.saliency)
    with speaking("uk"):
        _localise(figure)
        figure.draw_without_rendering()
        words = [text.get_text() for text in figure.get_axes()[0].child_axes[0].get_yticklabels()]
    assert any("," in word for word in words) and not any("." in word for word in words)


def test_a_look_without_gradient_filters_or_maps(seen):
    bare = dataclasses.replace(seen, saliency=None, filters=None, maps=())
    figure = painted(look_picture.paint, bare)
    assert len(drawn_images(figure)) == 2 and look_picture.size(bare)[1] == look_picture.TOP


def test_the_matrix_and_its_examples(confused):
    figure = painted(confusion_picture.paint, confused, X)
    axes = figure.get_axes()[0]
    counts = {(round(t.get_position()[1]), round(t.get_position()[0])): int(t.get_text()) for t in axes.texts}
    assert counts == {(i, j): n for (i, j), n in np.ndenumerate(confused.matrix) if n}
    assert not {text.get_color() for text in axes.texts} & set(THEME), (
        "a dark page leaves counts and squares as they are"
    )
    first = drawn_images(figure)[1]
    np.testing.assert_allclose(first[:8, :6, :3], X[confused.common[0].rows[0]] / 255)
    assert len(drawn_images(figure)) == 1 + len(confused.common)
    assert not any(text.get_parse_math() for text in axes.get_xticklabels()), "names are no mathematics"
    alone = painted(confusion_picture.paint, confused)
    assert len(drawn_images(alone)) == 1
    assert f"{confused.right} of 30 rows" in confusion_picture.describe(confused)


def test_few_confusions_stand_together_in_the_middle():
    """Two of them, one with a single example: the images are of one size, side by side, below the matrix."""
    y, P = [0, 0, 1], [[0.1, 0.9], [0.2, 0.8], [0.6, 0.4]]
    figure = painted(confusion_picture.paint, confusion(y, P, [0, 1]), X)
    left, right = (axes.get_window_extent() for axes in figure.get_axes()[1:])
    assert left.width == pytest.approx(right.width) and 0 < right.x0 - left.x1 < left.width / 4
    assert left.x0 + right.x1 == pytest.approx(figure.bbox.width, rel=1e-3)


def test_of_very_many_classes_no_counts_are_written():
    P = np.eye(30)[::-1]
    found = confusion(np.arange(30), P, range(30))
    assert not painted(confusion_picture.paint, found).get_axes()[0].texts


def test_on_a_page_equal_pixels_make_no_ids_twice(seen, confused):
    """Matplotlib names an image by its pixels; a page may have the same image twice."""

    def twice(figure):
        for axes in figure.subplots(1, 2):
            axes.imshow(np.ones((2, 2, 4)), interpolation="none")

    for name, paint in (
        ("twice", twice),
        ("look", lambda figure: look_picture.paint(figure, seen)),
        ("confusion", lambda figure: confusion_picture.paint(figure, confused, X)),
    ):
        page = svg(paint, 6, 4, name, "title", "text")
        ids = re.findall(r'\bid="([^"]*)"', page)
        assert len(ids) == len(set(ids)) and "<image" in page
        assert set(re.findall(r'href="([a-z]+:[^,]*,)', page)) == {"data:image/png;base64,"}
        assert "<b>" not in page and "\x1b" not in page
