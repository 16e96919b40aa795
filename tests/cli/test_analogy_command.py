"""`clearprop analogy`."""

import json

import pytest

QUICK = (
    "--seeds", 2, "--depths", "0,1", "--trials", 10, "--trial-ms", 1000, "--excitatory", 8, "--inhibitory", 2,
    "--input-rate-hz", 40, "--rate-hz", 25, "--window-ms", 40, "--hidden", 8, "--epochs", 3,
)  # fmt: skip


@pytest.fixture(scope="module")
def measured(clearprop, tmp_path_factory):
    """(what the command said, its folder)"""
    place = tmp_path_factory.mktemp("runs") / "analogy"
    return clearprop("analogy", "--neuron", "lif", *QUICK, "--output", place), place


def test_it_says_what_it_does_and_what_came_of_it(measured):
    done, place = measured
    assert done.status == 0
    assert "lif: 8 inputs excite and 2 inhibit, each firing 40 times a second by chance." in done.out
    assert "they learn from 6 trials of 1 s, are chosen by 2 others, and 2 more are scored." in done.out
    lines = [line.split() for line in done.out.splitlines()]
    for name in ("lif", "logistic", "shuffled"):
        assert sum(line[:1] == [name] for line in lines) == 2  # in both tables
    assert f"Wrote results.json, roc.png, weights.png, activity-lif.png to {place}." in done.out
    for picture in place.glob("*.png"):
        assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 5_000


def test_the_same_command_goes_on_and_json_is_the_results(measured, clearprop):
    """Issue 5: keys such as `auc`; standard output holds the object alone."""
    _done, place = measured
    done = clearprop("analogy", "--neuron", "lif", *QUICK, "--output", place, "--json")
    assert done.status == 0 and f"Going on with what is finished in {place}." in done.err
    found = json.loads(done.out)
    assert {key: found[key] for key in found if key != "output"} == json.loads((place / "results.json").read_text())
    lif = found["neurons"]["lif"]
    assert set(lif["depths"]["0"]) == {"auc", "d_prime", "caught", "explained_variance"}
    assert set(lif["difference"]["auc"]) == {"mean", "low", "high"}
    assert lif["depths"]["0"]["auc"]["mean"] > 0.6


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--neuron", "pyramidal"), "There is no cell called 'pyramidal'"),
        (("--neuron", "lif,lif"), "Name one neuron or more, each once"),
        (("--depths", "1,2"), "depths are 1,2, and have to be 0"),
        (("--depths", "deep"), "--depths is numbers of hidden layers, 0 to 20"),
        (("--depths", "0,-1"), "--depths is numbers of hidden layers, 0 to 20"),
        (("--trials", "2"), "trials must be 5 or more, not 2"),
        (("--rate-hz", "0"), "rate_hz must lie between 0 and 200, not 0"),
    ],
)
def test_what_cannot_be_asked_for_is_one_sentence(words, sentence, clearprop, tmp_path):
    done = clearprop("analogy", *words)
    assert done.status == 2 and sentence in done.err and done.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_without_a_folder_each_question_gets_one_of_its_own(clearprop, tmp_path):
    """One that cannot be answered leaves its folder; another question goes elsewhere, and the same one back again."""
    few = ("analogy", *QUICK, "--rate-hz", 2)
    assert clearprop(*few).status == 2 and (tmp_path / "runs" / "analogy" / "analogy.json").exists()
    done = clearprop("analogy", *QUICK)
    assert done.status == 0 and "to runs/analogy-2." in done.out
    assert "Going on with what is finished in runs/analogy." in clearprop(*few).out


def test_a_folder_that_holds_something_else_is_left_alone(clearprop, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-a-friend.txt").write_text("dear")
    done = clearprop("analogy", "--output", tmp_path / "letters")
    assert done.status == 2 and "holds something else: give another folder with --output" in done.err
