"""The drawn network: what stands in the circles, how wide and how dashed the lines are, what is left out."""

import re

import numpy as np
import pytest

from clearprop import Network, explain, layers, train
from clearprop.explain.report.drawing import HALF, draw, layer_id
from clearprop.explain.report.maps import stacks
from clearprop.i18n import speaking

LINE = re.compile(r'<line class="(\w+)"[^>]*stroke-width="([\d.]+)"><title>([^<]*)</title>')
W1, b1 = np.array([[0.5, -1.0], [0.25, 0.0]], "float32"), np.array([0.0, 1.0], "float32")
W2, b2 = np.array([[2.0], [-4.0]], "float32"), np.array([0.5], "float32")


def drawn(net, params=None, X=((1.0, 2.0),), Y=((1.0,),), **settings):
    fitted = train.fit(net, np.array(X, "float32"), np.array(Y, "float32"), loss="squared", epochs=1)
    if params is not None:
        fitted = fitted.replace(params=params)
    found = explain.trace(fitted, np.array(X, "float32"), np.array(Y, "float32"), **settings)
    outputs = np.ravel(fitted.predict(np.array(X, "float32"))[0])
    return found, draw(found, outputs.tolist(), ("size", "age"), units=settings.get("units", 4))


@pytest.fixture(scope="module")
def small():
    """x = (1, 2); Z = (1, 0), A = relu = (1, 0); y = 2·1 + 0.5 = 2.5."""
    net = Network([layers.Dense(2), layers.Activation("relu"), layers.Dense(1)])
    return drawn(net, ({"W": W1, "b": b1}, {}, {"W": W2, "b": b2}))


def group(svg, name):
    return re.search(rf'<g class="{name}">(.*?)</g>', svg, re.DOTALL)[1]


def test_units_hold_their_activities_and_names(small):
    _found, drawing = small
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawing.svg)
    assert texts == ["1", "size", "2", "age", "1", "1", "0", "2", "2.5", "1"]


def test_a_lines_width_is_its_share_of_the_largest_and_dashed_means_below_zero(small):
    found, drawing = small
    lines = LINE.findall(group(drawing.svg, "weights"))
    share = lambda w, most: f"{0.3 + 4.7 * w / most:.2f}"  # noqa: E731
    assert lines == [
        ("positive", share(0.5, 1), "0.5"),
        ("negative", share(1, 1), "−1"),
        ("positive", share(0.25, 1), "0.25"),  # no line for a weight of 0
        ("positive", share(2, 4), "2"),
        ("negative", share(4, 4), "−4"),
    ]
    # dŶ = 2 (2.5 − 1) = 3: dW2 = (1·3, 0); dA = (6, −12), the second slope is 0: dW1 = (1·6, 0; 2·6, 0)
    gradients = LINE.findall(group(drawing.svg, "gradients"))
    assert [(sign, number) for sign, _width, number in gradients] == [
        ("positive", "6"),
        ("positive", "12"),
        ("positive", "3"),
    ]
    dW = {op.place: op.values["dW"] for op in found if op.phase == "backward" and op.kind == "dense"}
    assert dW["2 dense"].tolist() == [[3.0], [0.0]]


def test_columns_know_which_layers_made_them(small):
    _found, drawing = small
    made = re.findall(r'data-layers="([^"]*)"', drawing.svg)
    assert made == ["input", "0-dense 1-activation-relu", "2-dense"]
    assert layer_id("2 residual / body / 0 dense") == "2-residual/body/0-dense"


def test_the_last_column_is_made_by_all_layers_from_the_last_dense_one_on():
    Y = np.array([[1.0, 0.0]])
    net = Network([layers.Dense(2), layers.Activation("relu"), layers.Dense(2), layers.Activation("softmax")])
    _found, drawing = drawn(net, Y=Y)
    assert 'data-layers="2-dense 3-activation-softmax"' in drawing.svg


def test_what_is_left_out_is_counted():
    X = np.random.default_rng(0).normal(size=(1, 9))
    _found, drawing = drawn(Network([layers.Dense(8), layers.Dense(1)]), X=X, units=3)
    assert ">6 more units<" in drawing.svg and ">5 more units<" in drawing.svg
    assert "3 of 9 units, 3 of 8 units, 1 of 1 unit" in drawing.text


def test_of_a_deep_network_the_middle_is_not_drawn():
    _found, drawing = drawn(Network([*(layers.Dense(2) for _layer in range(10)), layers.Dense(1)]))
    assert drawing.svg.count('class="column"') == 2 * HALF
    assert "4 columns of units in the middle are not drawn." in drawing.text


def test_a_residual_block_is_drawn_where_its_layers_fit():
    block = layers.Residual([layers.Dense(2), layers.Activation("tanh")])
    _found, drawing = drawn(Network([layers.Dense(2), block, layers.Dense(1)]))
    made = re.findall(r'data-layers="([^"]*)"', drawing.svg)
    assert any("1-residual/body/0-dense" in names.split() for names in made)


def test_a_network_without_dense_layers_says_so():
    _found, drawing = drawn(Network([layers.Scale(), layers.Flatten()]), Y=((1.0, 2.0),))
    assert drawing.svg == "" and drawing.text == "This network has no dense layers to draw."


@pytest.fixture(scope="module")
def of_images():
    """An image of 4 × 6, two filters, a pool; a block of two convolutions; a dense layer."""
    block = layers.Residual([layers.Conv2D(2, 1), layers.Activation("relu"), layers.Conv2D(2, 1)])
    parts = [layers.RandomFlip(), layers.V1(1, 1, 3, 1), layers.Conv2D(2), layers.Activation("relu"), layers.MaxPool(2)]
    net = Network([*parts, block, layers.Flatten(), layers.Dense(1)])
    return drawn(net, X=np.random.default_rng(0).normal(size=(1, 4, 6, 1)))


def test_what_it_makes_of_an_image_is_a_row_of_stacks(of_images):
    """The image, fixed cells, the convolution with what follows it, the block as one; then the columns of units."""
    _found, drawing = of_images
    made = re.findall(r'data-layers="([^"]*)"', drawing.svg)
    assert made[0] == "input"
    assert made[1].split() == ["0-random_flip", "1-v1"]
    assert made[2].split() == ["2-conv2d", "3-activation-relu", "4-max_pool"]
    assert "5-residual/body/0-conv2d" in made[3].split() and "5-residual" in made[3].split()
    titles = re.findall(r"<title>([^<]*: [^<]*)</title>", drawing.svg)
    assert titles == [
        "the image: 4 × 6",
        "1 v1: 2 maps of 4 × 6",
        "2 conv2d: 2 maps of 2 × 3",
        "5 residual: 2 maps of 2 × 3",
    ]
    assert drawing.svg.count("data:image/png;base64,") == 1 + 2 + 2 + 2
    assert drawing.text.startswith("Each stack holds the feature maps")
    assert "4 × 6, 2 maps of 4 × 6, 2 maps of 2 × 3, 2 maps of 2 × 3." in drawing.text
    assert "4 of 12 units, 1 of 1 unit" in drawing.text


def test_the_maps_are_those_of_the_trace(of_images):
    """What stands in the pictures is what the pool gave, and the image."""
    found, _drawing = of_images
    image, _cells, maps, _block = stacks(found)
    pooled = next(op.values["Y"] for op in found if (op.kind, op.phase) == ("max_pool", "forward"))
    np.testing.assert_array_equal(maps.maps, pooled[0])
    assert image.maps.shape == (4, 6, 1)


def test_a_deep_network_on_images_leaves_out_the_middle():
    net = Network([*(layers.Conv2D(1, 1) for _layer in range(2 * HALF + 2)), layers.GlobalAveragePool()])
    _found, drawing = drawn(net, X=np.ones((1, 2, 2, 1)))
    assert drawing.svg.count('class="column"') == 2 * HALF
    assert "3 stacks of maps in the middle are not drawn." in drawing.text


def test_numbers_are_the_languages_and_names_are_text():
    net = Network([layers.Dense(1)])
    X, Y = np.array([[1.5, 2.0]], "float32"), np.array([[1.0]], "float32")
    fitted = train.fit(net, X, Y, loss="squared", epochs=1)
    with speaking("uk"):
        drawing = draw(explain.trace(fitted, X, Y), [0.25], ("<b>a very long name indeed</b>", "b"), ("&",))
    assert ">1,5<" in drawing.svg and ">0,25<" in drawing.svg
    assert "<b>" not in drawing.svg and "&lt;b&gt;a very long …" in drawing.svg and ">&amp;<" in drawing.svg
