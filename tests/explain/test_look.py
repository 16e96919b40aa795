"""One image through a network's eyes, whole; what is missing is told."""

import json

import jax
import numpy as np
import pytest

import sighted
from clearprop import layers, rules
from clearprop.errors import ClearpropError
from clearprop.explain import feature_maps, first_layer_filters, look, occlusion, saliency


@pytest.fixture(scope="module")
def seen():
    fitted, image = sighted.convolutional(), sighted.image()
    return fitted, image, look(fitted, image, of="1")


def test_it_is_each_of_its_parts(seen):
    fitted, image, found = seen
    np.testing.assert_allclose(found.answer, fitted.predict(image[None])[0], rtol=1e-12)
    np.testing.assert_array_equal(found.occlusion.falls, occlusion(fitted, image, of="1").falls)
    np.testing.assert_array_equal(found.saliency.gradient, saliency(fitted, image, of="1").gradient)
    np.testing.assert_array_equal(found.filters.images, first_layer_filters(fitted).images)
    for mine, theirs in zip(found.maps, feature_maps(fitted, image)[3:], strict=True):
        np.testing.assert_array_equal(mine.maps, theirs.maps)
    assert (found.image is image or (found.image == image).all()) and found.asked == 1 and found.without == ()


def test_the_likeliest_are_told_first(seen):
    found = seen[2]
    order = np.argsort(-found.answer)
    assert [name for name, _share in found.best] == [str(place) for place in order]
    assert found.answers()[0] == f"{order[0]} {found.answer[order[0]]:.1%}"
    lines = found.text().splitlines()
    assert lines == [
        found.occlusion.text(),
        found.saliency.text(),
        found.filters.text(),
        *[m.text() for m in found.maps],
    ]


def test_as_plain_values(seen):
    found = json.loads(json.dumps(seen[2].as_dict()))
    assert found["class"] == "1" and sum(found["probabilities"].values()) == pytest.approx(1)
    assert np.shape(found["saliency"]["map"]) == (8, 6) and found["filters"] == {"layer": "conv2d", "of": 5}
    assert [stage["layer"] for stage in found["stages"]] == [3, 4, 5]


def test_forward_forward_has_no_gradient_and_the_rest():
    parts = [layers.Flatten(), layers.Dense(4), layers.Activation("relu"), layers.Dense(2)]
    fitted, rule = sighted.untrained(parts, (4, 4)), rules.ForwardForward()
    with jax.enable_x64(True):
        shapes = fitted.network.shapes((4, 4))
        learnt, memory = rule.init(fitted.network, fitted.params, shapes, jax.random.key(0))
    found = look(fitted.replace(rule=rule, learnt=np.asarray(learnt), memory=memory), sighted.image((4, 4)))
    assert found.saliency is None and found.filters.of == 4 and found.occlusion.map.any()
    (why,) = found.without
    assert "predicts in a way of its own" in why and found.text().endswith(why)
    assert found.as_dict()["saliency"] is None


def test_a_network_whose_first_weights_see_no_image():
    fitted = sighted.untrained([layers.MaxPool(2), layers.Flatten(), layers.Dense(2)], (4, 4, 1))
    found = look(fitted, sighted.image((4, 4)))
    assert found.filters is None and "there are no filters to see" in found.text()
    assert [maps.name for maps in found.maps] == ["max_pool"]


def test_a_class_that_is_not_there(seen):
    with pytest.raises(ClearpropError, match="knows no class '7'"):
        look(seen[0], seen[1], of=7)
