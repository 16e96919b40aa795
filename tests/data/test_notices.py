"""What is said of a table, and what is not: each notice at its edge."""

import numpy as np
import polars
import pytest

from clearprop.data.notices import notices
from clearprop.data.samples import SAMPLES
from clearprop.errors import DataError

N = 200
DRAW = np.random.default_rng(0)
CLASSES = np.arange(N) % 2
HONEST = polars.Series("honest", CLASSES + DRAW.normal(0, 1, N))


def about(frame, y=CLASSES, task="classification", **settings):
    """[(about, columns)]"""
    return [(notice.about, notice.columns) for notice in notices(frame, y, task, **settings)]


def of(name, values, **settings):
    """What is said of one column beside an honest one."""
    return about(polars.DataFrame([polars.Series(name, values, strict=False), HONEST]), **settings)


def mixed(values):
    return np.random.default_rng(1).permutation(values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("row", mixed(np.arange(N))),
        ("row", mixed(np.arange(N)).astype(str)),
        ("number", mixed(1000 + 10 * np.arange(N))),
        ("number", mixed(np.setdiff1d(np.arange(N + 90), DRAW.permutation(N + 90)[:90]))),
        ("customer_id", mixed(np.arange(N) ** 2)),
        ("customerId", mixed(np.arange(N) ** 2)),
        ("ID", mixed(np.arange(N) ** 2)),
        ("id", [*mixed(np.arange(N - 8) ** 2), *[4] * 8]),
        ("code", [f"x{i * 7919 % 1000}" for i in range(N)]),
        ("uuid", [None, *[f"{i:04x}-{i**2:06x}" for i in range(N - 1)]]),
    ],
)
def test_an_identifier_is_seen(name, values):
    assert of(name, values) == [("identifier", (name,))]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("area", mixed(np.arange(N) ** 2)),
        ("paid", mixed(np.arange(N) ** 2)),
        ("id", mixed(np.arange(N) ** 2 + 0.5)),
        ("id", mixed(np.arange(N) // 2)),
        ("row", mixed(np.arange(N) // 2 * 2)),
        ("city", [f"city {i % 60}" for i in range(N)]),
        ("day", [f"2026-{1 + i // 28 % 12:02}-{1 + i % 28:02}" for i in range(N)]),
        ("weight", DRAW.normal(70, 10, N)),
        ("year", 2000 + np.arange(N) % 20),
    ],
)
def test_other_columns_are_no_identifiers(name, values):
    assert of(name, values) == []


def test_a_tiny_column_or_one_alone_is_no_identifier():
    few = [("few rows", ())]
    assert about(polars.DataFrame({"a": range(19), "b": [0.5] * 18 + [1.0]}), np.arange(19) % 2) == few
    assert about(polars.DataFrame({"x": mixed(np.arange(N))})) == []


@pytest.mark.parametrize(
    "values",
    [
        CLASSES * 2.5,
        np.where(CLASSES, "late", "paid"),
        [f"{word} {i % 10}" for i, word in enumerate(np.where(CLASSES, "late", "paid"))],
        CLASSES + DRAW.uniform(0, 0.9, N),
        np.where(CLASSES, np.nan, 3.0),
        CLASSES.astype(bool),
        np.where(np.arange(N) == 0, 1 - CLASSES, CLASSES),
    ],
    ids=["number", "words", "more words", "a threshold", "missing", "truth", "one wrong"],
)
def test_a_column_that_tells_the_class_is_seen(values):
    assert ("leak", ("told",)) in of("told", values)


def test_a_column_that_tells_a_class_of_many_is_seen():
    classes = np.random.default_rng(2).integers(0, 12, 1000)
    frame = polars.DataFrame({"grade": 3.0 * classes, "other": DRAW.normal(size=1000)})
    assert about(frame, classes) == [("leak", ("grade",))]
    assert about(frame, np.array(list("abcdefghijkl"))[classes]) == [("leak", ("grade",))]


@pytest.mark.parametrize("seed", range(10))
def test_strong_but_honest_columns_tell_no_class(seed):
    """A column that is right 97 times in 100 or 93 in 100, one that is noise; 50 rows, or 1,000."""
    draw = np.random.default_rng(seed)
    for n, right in ((60, 0.9), (200, 0.95), (1000, 0.97)):
        classes = draw.integers(0, 2, n)
        strong = np.where(draw.random(n) < right, classes, 1 - classes) + draw.uniform(0, 0.5, n)
        assert about(polars.DataFrame({"strong": strong, "noise": draw.normal(size=n)}), classes) == []


@pytest.mark.parametrize("n", [40, 70])
def test_of_few_rows_no_leak_is_said(n):
    """With all of 70 rows right, the 95% interval still reaches down to 0.948."""
    classes = np.arange(n) % 2
    frame = polars.DataFrame({"told": classes * 1.0, "other": np.random.default_rng(0).normal(size=n)})
    assert "leak" not in [name for name, _columns in about(frame, classes)]


def test_a_leak_of_a_rare_class_must_tell_the_rare_ones():
    """Of 1,000 rows 40 are of class 1. A column that tells 90 of 100 of them leaves 4 wrong: as many as may be."""
    y = (np.arange(1000) % 25 == 0).astype(int)
    other = np.random.default_rng(0).normal(size=1000)
    for missed, said in ((4, True), (5, False)):
        told = y.copy()
        told[np.flatnonzero(y)[:missed]] = 0
        found = about(polars.DataFrame({"told": told, "other": other}), y)
        assert (("leak", ("told",)) in found) == said


@pytest.mark.parametrize(
    ("transform", "said"),
    [
        (lambda y, e: 3 * y + 1, True),
        (lambda y, e: np.exp(y), True),
        (lambda y, e: -(y**3), True),
        (lambda y, e: y + 0.05 * e, True),
        (lambda y, e: y + 0.2 * e, False),
        (lambda y, e: np.abs(y), False),
        (lambda y, e: e, False),
    ],
    ids=["scaled", "exp", "cubed", "R² 0.9975", "R² 0.96", "without its sign", "noise"],
)
def test_a_column_that_tells_the_number(transform, said):
    draw = np.random.default_rng(3)
    y, e, other = draw.normal(size=(3, 600))
    frame = polars.DataFrame({"told": transform(y, e), "other": other})
    assert about(frame, y, "regression") == ([("leak", ("told",))] if said else [])


def test_a_category_that_tells_the_number():
    y = np.random.default_rng(4).integers(0, 12, 600) * 1.5
    frame = polars.DataFrame({"code": [f"code {int(v)}" for v in y], "other": DRAW.normal(size=600)})
    assert about(frame, y, "regression") == [("leak", ("code",))]
    numbers = frame.with_columns(polars.col("code").str.slice(5))
    assert about(numbers, y, "regression", kinds={"code": "category"}) == [("leak", ("code",))]


def test_a_column_alone_is_no_leak():
    """y = sin x is what is to be learnt."""
    x = np.random.default_rng(0).uniform(0, 6, 500)
    assert about(x[:, None], np.sin(x), "regression") == []


def test_a_constant_column_is_seen():
    assert of("unit", ["cm"] * N) == [("constant", ("unit",))]
    assert of("unit", [2.0] * N) == [("constant", ("unit",))]
    assert of("unit", [2.0] * (N - 1) + [2.5]) == []
    assert of("unit", [2.0] * (N - 1) + [None]) == []


def test_missing_columns_are_seen_from_more_than_half():
    half = [None if i % 4 < 2 else i % 7 * 1.1 for i in range(N)]
    assert of("gaps", half) == []
    half[3] = None
    assert of("gaps", half) == [("missing", ("gaps",))]
    assert of("gaps", ["n/a"] * N) == [("missing", ("gaps",))]
    assert of("gaps", [None] * N) == [("missing", ("gaps",))]


def test_copies_of_rows_are_seen():
    """From 5% on, where values are so many that chance does not explain them."""
    X = np.random.default_rng(0).normal(size=(N, 3))
    for copies, said in ((10, True), (9, False)):
        again = X.copy()
        again[-copies:] = again[:copies]
        assert about(again) == ([("duplicate rows", ())] if said else [])
    other_target = np.where(np.arange(N) < N - 10, CLASSES, 1 - CLASSES)
    again[-10:] = again[:10]
    assert about(again, other_target) == []


def test_rows_of_few_values_are_the_same_by_chance():
    draw = np.random.default_rng(0)
    assert about(draw.integers(0, 3, (N, 3)), draw.integers(0, 2, N)) == []


def test_imbalance_is_seen_below_five_in_a_hundred():
    X = np.random.default_rng(0).normal(size=(N, 2))
    for rare, said in ((10, False), (9, True)):
        y = np.where(np.arange(N) < rare, "yes", "no")
        assert about(X, y) == ([("imbalance", ())] if said else [])
    sentence = notices(X, y, "classification")[0].sentence
    assert sentence.startswith("Only 4.5% of the rows (9 of 200) are of class 'yes'")
    assert 'class_weight="balanced"' in sentence


def test_many_classes_alike_are_no_imbalance():
    """40 classes have 2.5% each; one of a twentieth of that is rare."""
    X = np.random.default_rng(0).normal(size=(2000, 2))
    y = np.arange(2000) % 40
    assert about(X, y) == []
    y[(y == 0) & (np.arange(2000) > 200)] = 1
    assert about(X, y) == [("imbalance", ())]


def test_a_class_of_one_row_is_named():
    X = np.random.default_rng(0).normal(size=(N, 2))
    y = np.where(np.arange(N) == 7, "odd", np.where(CLASSES, "a", "b")).astype("U5")
    (notice,) = notices(X, y, "classification")
    assert notice.about == "one member" and notice.sentence.startswith("Class 'odd' has one row alone")
    y[8] = "odder"
    assert notices(X, y, "classification")[0].sentence.startswith("2 classes, such as 'odd', have one row alone")
    assert about(X, DRAW.normal(size=N), "regression") == []


def test_few_rows_and_many_parameters():
    X, y = np.random.default_rng(0).normal(size=(50, 2)), np.arange(50) % 2
    assert about(X, y, parameters=5000) == []
    assert about(X, y, parameters=5001) == [("parameters", ())]
    assert about(X[:49], y[:49], parameters=4900) == [("few rows", ())]
    assert "There is only 1 row:" in notices(X[:1], y[:1], "regression")[0].sentence


def test_text_as_a_file_has_it_is_understood():
    """All cells of a .csv file are text; words for what is missing, and space around them."""
    frame = polars.DataFrame(
        {
            "id": [f" {i}" for i in mixed(np.arange(N))],
            "price": [f"{v:.3f}" for v in DRAW.normal(size=N)],
            "gaps": ["NA" if i % 3 else str(i % 7) for i in range(N)],
            "unit": ["cm"] * N,
        }
    )
    found = [("identifier", ("id",)), ("constant", ("unit",)), ("missing", ("gaps",))]
    assert about(frame) == found


def test_columns_are_told_together_and_one_to_drop_is_not():
    frame = polars.DataFrame({f"c{i}": [i] * N for i in range(8)} | {"honest": HONEST})
    (notice,) = notices(frame, CLASSES, "classification", kinds={"c7": "drop"})
    assert notice.columns == tuple(f"c{i}" for i in range(7))
    assert notice.sentence.startswith("7 columns ('c0', 'c1', 'c2', 'c3', 'c4', …) are the same in every row")


def test_arrays_have_names_of_their_own():
    X = np.stack([np.ones(N), HONEST.to_numpy(), np.full(N, np.nan)], 1)
    assert about(X) == [("constant", ("x0",)), ("missing", ("x2",))]
    assert about(X, names=["one", "two", "three"]) == [("constant", ("one",)), ("missing", ("three",))]
    assert about(X.reshape(N, 3, 1)) == about(X)


def test_a_hostile_name_is_shown_safely():
    (notice,) = notices(polars.DataFrame({"\x1b[2J": [1] * N, "h": HONEST}), CLASSES, "classification")
    assert "\x1b" not in notice.sentence


def test_a_column_of_lists_is_refused():
    with pytest.raises(DataError, match="Column 'a' holds List"):
        notices(polars.DataFrame({"a": [[1]] * N}), CLASSES, "classification")


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_no_false_alarm_on_the_bundled_samples(name):
    """Three pixels of the digits are always 0."""
    X, y, names = SAMPLES[name].load()
    known = {"digits": [("constant", ("pixel_0_0", "pixel_4_0", "pixel_4_7"))]}
    assert about(X, y, SAMPLES[name].task, names=names) == known.get(name, [])


@pytest.mark.parametrize("seed", range(5))
def test_no_false_alarm_on_noise(seed):
    """30 columns of numbers, words and dates that know nothing of the target."""
    draw = np.random.default_rng(seed)
    n = 120
    frame = polars.DataFrame(
        {f"n{i}": draw.normal(size=n) for i in range(10)}
        | {f"w{i}": draw.choice(list("abcdefgh"), n) for i in range(10)}
        | {f"i{i}": draw.integers(0, 50, n) for i in range(10)}
    )
    assert about(frame, draw.integers(0, 3, n)) == []
    assert about(frame, draw.normal(size=n), "regression") == []
