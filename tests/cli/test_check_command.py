"""`clearprop check`."""

import dataclasses

import jax
import pytest

import clearprop as package
from clearprop import layers
from clearprop.cli import model as model_file


@pytest.mark.parametrize("run", ["flowers", "images"])
def test_gradients_agree(clearprop, run, request):
    trained = request.getfixturevalue(run)
    done = clearprop("check", trained.folder, trained.data, "--json")
    found = done.json
    assert done.status == 0 and found["agree"] is True
    fitted = package.load(trained.folder / "model.safetensors").fitted_
    assert len(found["checks"]) == len(jax.tree.leaves(fitted.params))
    for check in found["checks"]:
        assert check["passed"] and check["error"] <= 1e-6
        assert check["numeric"] == pytest.approx(check["analytic"], rel=1e-4, abs=1e-6)


def test_a_line_a_parameter(clearprop, flowers):
    done = clearprop("check", flowers.folder, flowers.data, "--rows", 10)
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert f"Gradients of the loss over 10 rows of {flowers.data}:" in lines
    assert [line.split()[1:3] for line in lines if "✓" in line and " dense " in line] == [
        ["dense", "W"],
        ["dense", "b"],
    ] * 2
    assert "All agree" in lines[-1]


@dataclasses.dataclass(frozen=True)
class Wrong(layers.Dense):
    """A dense layer whose way back has a factor too much."""

    def forward(self, params, state, X, pass_):
        Z, backprop, state = super().forward(params, state, X, pass_)

        def wrong(dZ, feedback=params):
            gradients, dX = backprop(dZ, feedback)
            return {**gradients, "W": 1.01 * gradients["W"]}, dX

        return Z, wrong, state


def test_a_wrong_gradient_is_found_and_named(clearprop, flowers, monkeypatch):
    wrong = package.load(flowers.folder / "model.safetensors")
    parts = list(wrong.fitted_.network.layers)
    first = next(place for place, part in enumerate(parts) if type(part) is layers.Dense)
    parts[first] = Wrong(**{f.name: getattr(parts[first], f.name) for f in dataclasses.fields(parts[first])})
    wrong._model = wrong._model.replace(network=package.Network(parts))
    wrong.target_name_ = "species"
    monkeypatch.setattr(model_file, "load", lambda path: wrong)
    done = clearprop("check", flowers.folder, flowers.data)
    assert done.status == 1
    marked = [" ".join(line.split()) for line in done.out.splitlines() if "✗" in line and "marked" not in line]
    assert len(marked) == 1 and marked[0].startswith(f"{first} wrong W 3 × 8")
    assert "Not all agree" in done.out
    found = clearprop("check", flowers.folder, flowers.data, "--json")
    assert found.status == 1 and found.json["agree"] is False


def test_the_right_answers_are_needed(clearprop, flowers, tmp_path):
    (tmp_path / "new.csv").write_text("petal,sepal,noise\n1,2,3\n")
    done = clearprop("check", flowers.folder, "new.csv")
    assert done.status == 2 and "no column 'species'" in done.err


def test_of_an_ensemble_the_first_network_is_checked(clearprop, customers):
    """On prepared rows: embeddings and all."""
    done = clearprop("check", customers.folder, customers.data, "--rows", 20)
    assert done.status == 0 and "Checked is the first of 2 networks" in done.out
    assert any("1/E" in line for line in done.out.splitlines())  # the matrix of an embedding
