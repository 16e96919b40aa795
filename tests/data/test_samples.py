"""The bundled samples."""

import subprocess
import sys

import numpy as np
import pytest

from clearprop.data import SAMPLES, infer, sample
from clearprop.errors import DataError


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_said_of_a_sample_is_true(name):
    said = SAMPLES[name]
    X, y, columns = said.load()
    assert said.name == name
    assert X.shape == (said.rows, said.columns)
    assert y.shape == (said.rows,)
    assert len(columns) == len(set(columns)) == said.columns
    assert np.isfinite(X).all()
    assert infer(y, said.target).task == said.task


@pytest.mark.parametrize("name", ["moons", "circles", "spirals"])
def test_drawn_samples_are_the_same_every_time(name):
    (X, y, _), (again, y_again, _) = SAMPLES[name].load(), SAMPLES[name].load()
    assert np.array_equal(X, again) and np.array_equal(y, y_again)
    assert len(set(np.bincount(y))) == 1  # classes of equal size


def test_circles_are_circles():
    """Two radii, 1 and ½."""
    X, y, _ = SAMPLES["circles"].load()
    radius = np.hypot(*X.T)
    assert abs(radius[y == 0].mean() - 1) < 0.02 and abs(radius[y == 1].mean() - 0.5) < 0.02


def test_classes_go_by_their_names():
    _, y, _ = sample("iris").load()
    assert set(y) == {"setosa", "versicolor", "virginica"}


def test_an_unknown_sample_suggests_the_nearest():
    with pytest.raises(DataError, match=r"no sample called 'digit'\. Did you mean 'sample:digits'\?.*breast_cancer"):
        sample("digit")


def test_scikit_learn_is_imported_only_when_one_of_its_samples_is_read():
    code = (
        "import sys; from clearprop.data import open_table; open_table('sample:moons'); print('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
