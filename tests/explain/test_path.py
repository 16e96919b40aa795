"""The weights by epoch: the training's own, to the bit; thinned; and safe as a file."""

import jax
import numpy as np
import pytest

from clearprop import DeepRegressor, Network, layers, modelfile, optim, train
from clearprop.errors import ClearpropError, ModelFileError
from clearprop.explain.path import DescentPath, PathRecorder

DRAW = np.random.default_rng(0)
X = DRAW.normal(size=(48, 3))
Y = X @ [1.0, -2, 0.5] + DRAW.normal(0, 0.1, 48)
NET = Network([layers.Dense(4), layers.Activation("tanh"), layers.Dense(1)])


def fit(callbacks=(), **settings):
    return train.fit(NET, X, Y, **{"loss": "squared", "epochs": 9, "batch_size": 16, **settings}, callbacks=callbacks)


def same(one, other):
    return all(jax.tree.leaves(jax.tree.map(lambda a, b: bool(np.array_equal(a, b)), one, other)))


@pytest.fixture(scope="module")
def found():
    recorder, seen = PathRecorder(), []
    fitted = fit([recorder, lambda run, record: seen.append(run.params)])
    return fitted, recorder.path, seen


def test_it_is_every_epochs_weights_and_changes_nothing(found):
    fitted, path, seen = found
    assert path.epochs.tolist() == list(range(10)) and len(path) == 10
    assert all(same(path.weights(k + 1), params) for k, params in enumerate(seen))
    alone = fit()
    assert same(alone.params, fitted.params) and same(path.weights(-1), fitted.params)
    assert alone.history["loss"] == fitted.history["loss"]


def test_it_begins_with_the_initial_weights(found):
    path = found[1]
    begun = PathRecorder()
    fit([begun], params=path.weights(0), epochs=3)
    assert same(begun.path.weights(0), path.weights(0))
    # The seed alone draws them, so that a training of another length begins with the same.
    other = PathRecorder()
    fit([other], epochs=1)
    assert same(other.path.weights(0), path.weights(0)) and len(other.path) == 2


@pytest.mark.parametrize(
    ("most", "epochs", "kept"),
    [
        (4, 9, [0, 4, 8, 9]),
        (5, 7, [0, 2, 4, 6, 7]),
        (4, 8, [0, 4, 8]),
        (3, 40, [0, 32, 40]),
        (64, 200, [*range(0, 200, 4), 200]),
    ],
)
def test_a_long_one_is_thinned(most, epochs, kept):
    recorder = PathRecorder(most)
    fitted = fit([recorder], epochs=epochs)
    assert recorder.path.epochs.tolist() == kept and len(kept) <= most
    assert same(recorder.path.weights(-1), fitted.params)
    assert same(fit(epochs=epochs).params, fitted.params)
    every = PathRecorder(500)
    fit([every], epochs=epochs)
    assert all(same(recorder.path.weights(i), every.path.weights(k)) for i, k in enumerate(kept))


def test_it_ends_with_the_weights_that_were_kept():
    """Epochs after the best one led nowhere."""
    recorder = PathRecorder()
    growing = optim.gradient_descent(optim.schedules.warm_up(40, 1e20))
    with pytest.warns(train.TrainingWarning):
        fitted = fit([recorder], optimizer=growing)
    assert fitted.stopped == "diverged" and recorder.path.epochs.tolist() == [*range(fitted.kept_epoch + 1)]
    assert same(recorder.path.weights(-1), fitted.params)


def test_early_stopping_cuts_it():
    recorder = PathRecorder()
    fitted = fit([recorder], epochs=60, keep="best", validation=(X[:4], -Y[:4]))
    assert fitted.kept_epoch < 60 and recorder.path.epochs[-1] == fitted.kept_epoch
    assert same(recorder.path.weights(-1), fitted.params)


def test_of_an_ensemble_it_is_the_first_members():
    recorder = PathRecorder()
    fitted = fit([recorder], members=2, epochs=2)
    assert same(recorder.path.weights(-1), fitted.member(0).params)
    recorder.path.see_that_it_leads_to(fitted)


def test_estimators_take_the_recorder():
    recorder = PathRecorder()
    model = DeepRegressor((4,), epochs=3, callbacks=[recorder], random_state=0).fit(X, Y)
    assert recorder.path.epochs.tolist() == [0, 1, 2, 3]
    recorder.path.see_that_it_leads_to(model.fitted_)


def test_saved_and_loaded_to_the_bit(found, tmp_path):
    fitted, path, _seen = found
    path.save(tmp_path / "path.safetensors")
    again = DescentPath.load(tmp_path / "path.safetensors", fitted)
    assert again.epochs.tolist() == path.epochs.tolist() and same(again.params, path.params)
    assert [p.name for p in tmp_path.iterdir()] == ["path.safetensors"]


def test_float64_stays_float64(tmp_path):
    recorder = PathRecorder()
    fitted = fit([recorder], dtype="float64", epochs=2)
    recorder.path.save(tmp_path / "p")
    again = DescentPath.load(tmp_path / "p", fitted)
    assert again.params[0]["W"].dtype == np.float64 and same(again.weights(-1), fitted.params)


@pytest.mark.parametrize("place", [3, 40, 300, -5])
def test_a_damaged_file_is_refused(found, tmp_path, place):
    fitted, path, _seen = found
    file = tmp_path / "path.safetensors"
    path.save(file)
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"path.safetensors: .*\.$"):
        DescentPath.load(file, fitted)


def test_files_of_other_things_are_refused(found, tmp_path):
    fitted, path, _seen = found
    file = tmp_path / "some"
    file.write_bytes(b"not a path at all, but some text")
    with pytest.raises(ModelFileError, match="not a model file"):
        DescentPath.load(file, fitted)
    file.write_bytes(b"")
    with pytest.raises(ModelFileError):
        DescentPath.load(file, fitted)
    fitted.save(file)
    with pytest.raises(ModelFileError, match="not the path of a descent"):
        DescentPath.load(file, fitted)
    path.save(file)
    with pytest.raises(ModelFileError, match="description"):
        modelfile.load(file)
    with pytest.raises(ModelFileError, match="No such file"):
        DescentPath.load(tmp_path / "nowhere", fitted)
    with pytest.raises(ModelFileError, match="cannot be written"):
        path.save(tmp_path / "nowhere" / "path")


def test_a_path_of_another_network_is_refused(found, tmp_path):
    _fitted, path, _seen = found
    path.save(tmp_path / "p")
    wider = train.fit(Network([layers.Dense(5), layers.Dense(1)]), X, Y, loss="squared", epochs=1)
    with pytest.raises(ModelFileError, match="path of another network"):
        DescentPath.load(tmp_path / "p", wider)
    with pytest.raises(ClearpropError, match="other weights"):
        path.see_that_it_leads_to(fit(epochs=2))


@pytest.mark.parametrize("epochs", [[0, 2, 1], [0, 1], [-1, 0, 1], []])
def test_a_sealed_file_with_wrong_epochs_is_refused(found, tmp_path, epochs):
    """Whoever writes a file can seal it."""
    fitted, path, _seen = found
    DescentPath(np.array(epochs, int), jax.tree.map(lambda leaf: leaf[:3], path.params)).save(tmp_path / "p")
    with pytest.raises(ModelFileError):
        DescentPath.load(tmp_path / "p", fitted)


def test_what_it_says(found):
    _fitted, path, _seen = found
    said = path.as_dict()
    W = np.concatenate([leaf.ravel() for leaf in jax.tree.leaves(path.weights(0))])
    T = np.concatenate([leaf.ravel() for leaf in jax.tree.leaves(path.weights(-1))])
    assert said["parameters"] == 21 and said["distances"][-1] == 0
    assert said["distances"][0] == pytest.approx(np.linalg.norm(W - T), rel=1e-6)
    assert path.text().startswith("The weights of 10 epochs, from 0 to 9; ")
    with pytest.raises(ClearpropError, match="no path yet"):
        PathRecorder().path
    with pytest.raises(ClearpropError, match="room for 3"):
        PathRecorder(2)
