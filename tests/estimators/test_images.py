"""Estimators on images: in memory and on disk, grey and in colour, before networks by name, function and layers."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

import clearprop
from clearprop import layers, networks
from clearprop.data.images import Pictures, scan
from clearprop.errors import ClearpropError, DataError
from clearprop.estimators import DeepClassifier, DeepRegressor, images
from clearprop.estimators.architecture import network_of, start
from clearprop.estimators.inputs import Inputs
from clearprop.layers import standardize
from clearprop.network import Network
from clearprop.train import supply
from pictures import write_set

N = 40
RNG = np.random.default_rng(0)
CODES = np.arange(N) % 2
X = (60 + 110 * CODES[:, None, None, None] + RNG.integers(-40, 40, (N, 8, 8, 3))).astype(np.uint8)
Y = np.array(["dark", "light"])[CODES]
QUICK = {"epochs": 2, "batch_size": 20, "learning_rate": 0.03, "random_state": 0}


def small(outputs):
    """A convolution with all that a layer may keep: statistics, and nothing."""
    return [
        layers.Conv2D(4, 3, bias=False),
        layers.BatchNorm(),
        layers.Activation("relu"),
        layers.GlobalAveragePool(),
        layers.Dense(outputs),
    ]


@pytest.fixture(scope="module")
def fitted():
    """Trained on bytes, with augmentation."""
    return DeepClassifier(network=small, augment="flip,crop:pixels=1", **QUICK).fit(X, Y)


def built(shape=(28, 28, 1), outputs=10, **settings):
    return network_of(DeepClassifier(**settings), outputs, None, Inputs(None), shape).layers


# ---- the network that the parameters describe -----------------------------------------------------------------------


def test_a_name_a_function_and_layers_are_the_same_network():
    expected = (layers.Standardize(), *networks.lenet(10, dropout=0.5))
    ways = ["lenet", lambda outputs: networks.lenet(outputs, 0.5), networks.lenet(10, 0.5)]
    for network in [*ways, layers.Sequence(networks.lenet(10, 0.5))]:
        assert built(network=network) == expected


def test_dropout_reaches_a_network_by_name():
    assert layers.Dropout(0.2, fade=True) in built(network="resnet", dropout=0.2)
    assert not [part for part in built(network="resnet", dropout=0.0) if isinstance(part, layers.Dropout)]


def test_what_stands_in_front():
    """The axis of grey images, the scale, what changes the images, the fixed stage, the network."""
    found = built((28, 28), network="lenet", augment="flip,crop:pixels=2", front_end="v1")
    assert found[:5] == (
        layers.Reshape((28, 28, 1)),
        layers.Standardize(),
        layers.RandomFlip(),
        layers.RandomCrop(2),
        layers.V1(),
    )
    own = [layers.RandomColor(), layers.RandomFlip()]
    learnt = layers.Conv2D(8, 5, 2)
    assert built(network="lenet", augment=own, front_end=learnt)[1:4] == (*own, learnt)
    assert built(network="lenet", augment="none") == built(network="lenet")


def test_the_scale_to_begin_with():
    """Of all pixels together in front of a network for images, so that a shifted image stays what it is; of numbers in
    front of hidden layers each has its own. The other layers begin as they do.
    """
    one, none, *_rest = start(Network([layers.Standardize(), *small(1)]), X / 255, 1)
    np.testing.assert_allclose(one["mean"], np.full((8, 8, 3), X.mean() / 255))
    np.testing.assert_allclose(one["scale"], np.full((8, 8, 3), X.std() / 255))
    assert none is None
    _flat, each, _dense = start(Network([layers.Flatten(), layers.Standardize(), layers.Dense(1)]), X / 255, 2)
    np.testing.assert_allclose(each["scale"], np.stack([(X.reshape(N, -1) / 255).std(0)] * 2))


def test_hidden_layers_may_stand_behind_augmentation():
    kinds = [type(part).__name__ for part in built((8, 8), hidden_layer_sizes=5, dropout=0.0, augment="flip")]
    assert kinds == ["Reshape", "Standardize", "RandomFlip", "Flatten", "Scale", "Dense", "Activation", "Dense"]


# ---- in plain sentences ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"network": "lennet"}, "network.*lennet.*lenet"),
        ({"network": "lenet", "front_end": "v2"}, "front end.*v2"),
        ({"network": "lenet", "augment": "flop"}, "augmentation.*flop.*flip"),
        ({"network": "lenet"}, "5 × 5 does not fit into an image of 4 × 4"),
        ({"network": [layers.Flatten(), layers.Dense(7)]}, r"\(7,\).*Dense\(1\)"),
        ({"network": lambda outputs: [layers.Dense(outputs)]}, r"\(8, 8, 1\).*Dense\(1\)"),
    ],
)
def test_what_cannot_be(settings, sentence):
    with pytest.raises(ClearpropError, match=sentence):
        DeepClassifier(**settings, **QUICK).fit(X, Y)


@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 28, 20), (4, 5, 5)])
def test_channels_come_last(shape):
    with pytest.raises(DataError, match=r"shape \(.*channels first: give X.transpose\(0, 2, 3, 1\)"):
        DeepClassifier(network=small, **QUICK).fit(np.zeros((4, *shape), np.uint8), [0, 1, 0, 1])


@pytest.mark.parametrize("shape", [(3, 8, 3), (4, 4, 16), (8, 8, 8), (3, 3), (1, 1, 3)])
def test_what_may_be_channels_last_is_taken_so(shape):
    assert layers.Standardize() in images.image_layers(shape, None, None)


@pytest.mark.parametrize("settings", [{"network": "lenet"}, {"augment": "flip"}, {"front_end": "v1"}])
def test_a_table_is_no_image(settings):
    name = next(iter(settings))
    with pytest.raises(ClearpropError, match=f"{name}=.* is for images.*columns"):
        DeepClassifier(**settings, **QUICK).fit(X[:, 0, :, 0], Y)


def test_images_of_another_size(fitted):
    with pytest.raises(DataError, match=r"\(8, 8, 3\).*\(8, 6, 3\)"):
        fitted.predict(X[:, :, :6])


# ---- what is learnt -------------------------------------------------------------------------------------------------


def test_it_learns(fitted):
    """Dark images from light ones."""
    assert fitted.classes_.tolist() == ["dark", "light"]
    assert fitted.score(X, Y) > 0.9
    assert fitted.predict_proba(X).shape == (N, 2)


def test_the_scale_is_one_for_all_pixels(fitted):
    state = fitted.fitted_.state[0]
    np.testing.assert_allclose(state["mean"], X.mean(), rtol=1e-6)
    np.testing.assert_allclose(state["scale"], X.std(), rtol=1e-6)


def test_statistics_begin_as_the_layers_own_and_are_learnt(fitted):
    """Running ones, of the batch normalisation."""
    place = next(i for i, part in enumerate(fitted.fitted_.network.layers) if isinstance(part, layers.BatchNorm))
    assert all(np.abs(values).sum() > 0 for values in fitted.fitted_.state[place].values())


def test_bytes_and_numbers_are_the_same_images(fitted):
    np.testing.assert_array_equal(fitted.predict_proba(X), fitted.predict_proba(X.astype(np.float32)))


def test_a_prediction_changes_no_image(fitted):
    """Augmentation is for training."""
    np.testing.assert_array_equal(fitted.predict_proba(X), fitted.predict_proba(X))
    np.testing.assert_allclose(fitted.predict_proba(X[:3]), fitted.predict_proba(X)[:3], atol=1e-6)


def test_it_comes_back_from_a_file(fitted, tmp_path):
    fitted.save(tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict_proba(X), fitted.predict_proba(X))
    assert again.augment == "flip,crop:pixels=1"
    assert again.network is None  # a function, which a file cannot hold


def test_layers_are_kept_in_a_file(tmp_path):
    """And a front end with a bank of filters of its own, and two members."""
    front = layers.V1(2, 2, 3, 1, pixels_per_degree=8.0, frequencies_cpd=(1.0, 4.0))
    parts = [layers.GlobalAveragePool(), layers.Dense(1)]
    model = DeepClassifier(network=parts, front_end=front, ensemble_size=2, **QUICK).fit(X, Y)
    members = model.predict_members(X)
    assert members.shape == (2, N, 2)
    assert np.abs(members[0] - members[1]).max() > 1e-3
    np.testing.assert_allclose(members.mean(0), model.predict_proba(X), atol=1e-6)
    model.save(tmp_path / "model.safetensors")
    again = clearprop.load(tmp_path / "model.safetensors")
    np.testing.assert_array_equal(again.predict_members(X), members)
    assert (list(again.network), again.front_end) == (parts, front)


def test_it_goes_on(fitted):
    """A warm start and single passes begin with the weights, the scale and the statistics as they are."""
    more = clone(fitted).set_params(warm_start=True, epochs=1).fit(X, Y)
    scale = more.fitted_.state[0]
    more.fit(X // 2, Y)
    assert len(more.history_) == 2
    np.testing.assert_array_equal(more.fitted_.state[0]["mean"], scale["mean"])
    more.partial_fit(X, Y)
    assert len(more.history_) == 3
    np.testing.assert_array_equal(more.fitted_.state[0]["mean"], scale["mean"])


def test_numbers_of_grey_images():
    """(n, height, width), two numbers of each; the last W and b give them in their own units."""
    light = X[..., 0].mean((1, 2))
    y = np.column_stack([light, -10 * light])
    model = DeepRegressor(network=small, **{**QUICK, "epochs": 30}).fit(X[..., 0], y)
    assert model.score(X[..., 0], y) > 0.8
    assert model.coefs_[-1].shape == (4, 2)


# ---- scikit-learn's tools -------------------------------------------------------------------------------------------


def test_a_search_over_networks():
    search = GridSearchCV(
        DeepClassifier(hidden_layer_sizes=4, dropout=0.0, **QUICK),
        {"network": [small, None]},
        cv=2,
        error_score="raise",
        refit=False,
    ).fit(X, Y)
    assert search.best_score_ > 0.9
    assert [each["network"] for each in search.cv_results_["params"]] == [small, None]


def test_a_clone_has_all_three():
    model = DeepClassifier(network="resnet", front_end="v1", augment="flip")
    found = clone(model).get_params()
    assert (found["network"], found["front_end"], found["augment"]) == ("resnet", "v1", "flip")


# ---- on disk --------------------------------------------------------------------------------------------------------


def test_images_on_disk_train_the_same_network_to_the_bit(tmp_path, monkeypatch):
    """Read one batch at a time: of 23 + 17 images 10 are held out, and the last batch of the others has 10."""
    found = scan(write_set(tmp_path, {"dark": 23, "light": 17})).train
    pictures = Pictures(found.files, (8, 8, 3))
    monkeypatch.setattr(supply, "CHUNK_BYTES", 20 * 8 * 8 * 3)
    model = DeepClassifier(network=small, early_stopping=True, validation_fraction=0.25, **QUICK)
    pixels, weights = np.asarray(pictures), np.arange(1.0, 41)
    stored = clone(model).fit(pictures, found.y, sample_weight=weights)
    memory = clone(model).fit(pixels, found.y, sample_weight=weights)
    np.testing.assert_array_equal(stored.predict_proba(pictures), memory.predict_proba(pixels))
    for mine, other in zip(stored.coefs_, memory.coefs_, strict=True):
        np.testing.assert_array_equal(mine, other)
    assert stored.history_[-1]["val_loss"] == memory.history_[-1]["val_loss"]


def test_images_of_ones_own_to_judge_by_may_lie_on_disk(fitted, tmp_path):
    found = scan(write_set(tmp_path, {"dark": 5, "light": 3})).train
    part = fitted._own_validation(Pictures(found.files, (8, 8, 3)), found.y)
    np.testing.assert_array_equal(part.Y, [0] * 5 + [1] * 3)
    assert isinstance(part.X, Pictures)


def test_of_many_images_some_give_the_scale_wherever_they_lie(tmp_path, monkeypatch):
    """Evenly spread; the same to the bit; few give it as they always did."""
    monkeypatch.setattr(images, "SOME", 10)
    monkeypatch.setattr(standardize, "AT_ONCE", 3 * 8 * 8 * 3)
    pictures = Pictures(scan(write_set(tmp_path, {"dark": 15, "light": 10})).train.files, (8, 8, 3))
    pixels, network = pictures.read(), Network([layers.Standardize(), *small(1)])
    stored, memory = (start(network, X, 1)[0] for X in (pictures, pixels))
    for name in ("mean", "scale"):
        np.testing.assert_array_equal(stored[name], memory[name])
    some = pixels[[0, 2, 5, 7, 10, 12, 15, 17, 20, 22]]
    np.testing.assert_allclose(stored["mean"], np.full((8, 8, 3), some.mean()))
    np.testing.assert_allclose(stored["scale"], np.full((8, 8, 3), some.std()))
    few = [start(network, X[:10], 1)[0]["mean"] for X in (pictures, pixels)]
    np.testing.assert_array_equal(*few)
    np.testing.assert_allclose(few[0], np.full((8, 8, 3), pixels[:10].mean()))
    table = np.arange(60.0).reshape(20, 3)
    assert images.rows_to_scale(table) is None  # each column has a scale of its own, from all rows


def test_no_more_is_held_out_than_there_is_room_for(tmp_path, monkeypatch):
    """On disk: 8 of 40 images are a fifth, and two, as numbers, are what fits; in memory they are there anyway."""
    found = scan(write_set(tmp_path, {"dark": 20, "light": 20})).train
    pictures = Pictures(found.files, (8, 8, 3))
    model = DeepClassifier(network=small, early_stopping=True, validation_fraction=0.2, **QUICK)

    def held_out(X):
        return len(model._split(model._read(X, found.y, None, True, 2), None, None)[1].X)

    assert held_out(pictures) == 8
    monkeypatch.setattr(images, "room", lambda: 2 * 4 * 8 * 8 * 3)
    assert held_out(pictures) == 2
    assert held_out(pictures.read()) == 8


def test_images_of_ones_own_to_judge_by_fit_into_memory(fitted, tmp_path, monkeypatch):
    found = scan(write_set(tmp_path, {"dark": 5, "light": 3})).train
    pictures = Pictures(found.files, (8, 8, 3))
    monkeypatch.setattr(images, "room", lambda: pictures.nbytes - 1)
    with pytest.raises(DataError, match=r"validation images take 0\.0 GB"):
        fitted._own_validation(pictures, found.y)
    fitted._own_validation(pictures[:7], found.y[:7])
    fitted._own_validation(pictures.read(), found.y)
