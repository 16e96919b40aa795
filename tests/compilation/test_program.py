"""compilation/program.py: one program for each plan and each shape, and none where another process has made it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from clearprop import losses
from clearprop.compilation import Program, cache
from clearprop.compilation import program as compiled
from clearprop.train.program import predict

SOFTMAX, SIGMOID = losses.get("softmax_cross_entropy"), losses.get("sigmoid_cross_entropy")
Z = jnp.array([[0.0, 1.0, 2.0], [3.0, 1.0, 1.0]])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache of this test's own."""
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def no_compiling(monkeypatch):
    """A function that forbids it from then on."""

    def forbid():
        monkeypatch.setattr(jax.stages.Lowered, "compile", lambda *_: pytest.fail("compiled"))

    return forbid


def test_it_computes_what_the_function_does():
    predicted = Program(predict)
    np.testing.assert_allclose(predicted(SOFTMAX, Z), predict(SOFTMAX, Z), rtol=1e-6)
    np.testing.assert_allclose(predicted(SIGMOID, Z), predict(SIGMOID, Z), rtol=1e-6)


def test_one_program_for_each_plan_and_each_shape():
    predicted = Program(predict)
    for loss, rows in [(SOFTMAX, Z), (SOFTMAX, Z + 1), (SIGMOID, Z), (SOFTMAX, Z[:1]), (SIGMOID, Z)]:
        predicted(loss, rows)
    assert len(predicted) == 3


def test_another_float_type_is_another_program():
    """The same NumPy array is 32-bit to JAX, or 64-bit where that is turned on."""
    predicted = Program(predict)
    rows = np.ones((2, 3))
    assert predicted(SOFTMAX, rows).dtype == "float32"
    with jax.enable_x64(True):
        assert predicted(SOFTMAX, rows).dtype == "float64"
    assert predicted(SOFTMAX, rows).dtype == "float32"


def test_a_second_one_reads_what_the_first_compiled(folder, no_compiling):
    """As a second process does."""
    first = Program(predict)(SOFTMAX, Z)
    assert len(list(folder.glob(f"*{cache.SUFFIX}"))) == 1
    no_compiling()
    np.testing.assert_array_equal(Program(predict)(SOFTMAX, Z), first)


@pytest.mark.parametrize(
    "other",
    [lambda p: p(SIGMOID, Z), lambda p: p(SOFTMAX, Z[:1]), lambda p: p(SOFTMAX, Z.astype("float16"))],
    ids=["plan", "shape", "type"],
)
def test_another_program_is_not_read_for_it(folder, other):
    Program(predict)(SOFTMAX, Z)
    other(Program(predict))
    assert len(list(folder.glob(f"*{cache.SUFFIX}"))) == 2


def test_a_program_that_cannot_be_loaded_is_compiled(folder):
    """Whole, but not what it should be."""
    Program(predict)(SOFTMAX, Z)
    (file,) = folder.glob(f"*{cache.SUFFIX}")
    cache.write(file.name.removesuffix(cache.SUFFIX), b"of another world")
    np.testing.assert_allclose(Program(predict)(SOFTMAX, Z).sum(1), 1, rtol=1e-6)


def test_a_users_own_part_is_compiled_and_not_kept(folder):
    """Its code may be another one tomorrow."""

    class Mine:
        output = "softmax"

    assert Program(predict)(Mine(), Z).shape == Z.shape
    assert not list(folder.iterdir())


def test_a_users_own_function_is_compiled_and_not_kept(folder):
    assert Program(lambda plan, x: x + plan)(1, Z).shape == Z.shape
    assert not list(folder.iterdir())


def test_it_can_be_part_of_a_larger_computation():
    """Under jit, grad and vmap there are no arrays to compile for."""
    predicted = Program(predict)
    inside = jax.jit(lambda z: predicted(SOFTMAX, z))(Z)
    np.testing.assert_allclose(inside, predict(SOFTMAX, Z), rtol=1e-6)
    assert len(predicted) == 0


def test_what_is_donated_is_taken():
    @compiled(donate=(1,))
    def double(plan, x):
        return 2 * x

    x = jnp.array(Z, copy=True)
    np.testing.assert_array_equal(double(None, x), 2 * Z)
    assert x.is_deleted()
