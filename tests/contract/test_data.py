"""The data sets: what they declare is what they have, and no part of the split knows another."""

import gzip
import hashlib
import inspect
import json
import multiprocessing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuilder.checks import check
from graphbuilder.data_code import load_call, load_functions
from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.preparation import one_hot, split_rows, zero_one
from graphbuilder.datasets.snapshot import is_of, prepare, snapshot_hash
from graphbuilder.fields import OF_ROWS
from graphbuilder.plan import Plan, code_plan
from graphbuilder.readers import DataError
from graphbuilder.templates import template
from graphbuilder.tensors import Numbers


def there(name: str) -> bool:
    """Whether a set can be had here without the internet."""
    needs = SOURCES[name].needs
    return not needs or (" " not in needs and find_spec(needs) is not None)


@pytest.mark.parametrize("name", SOURCES)
def test_a_set_has_what_it_declares(name: str, home: Path) -> None:
    if not there(name):
        pytest.skip(f"needs {SOURCES[name].needs}")
    source = SOURCES[name]()
    arrays = prepare(source, home).arrays
    assert list(arrays) == list(source.fields())
    if source.main_class:
        counts = np.bincount(np.asarray(arrays[source.main_class]))
        assert tuple(counts.tolist()) == source.class_rows()
    for field in source.fields().values():
        values = np.asarray(arrays[field.name][:])
        assert values.shape == (source.rows(), *field.shape)
        if field.numbers is Numbers.TEXT:
            words = set(values.ravel())
            assert words <= {"", *field.classes} if field.kind == "category" else "" not in words
            continue
        assert np.isfinite(values).all() or any(field.missing)
        if field.kind == "class":
            assert (values.dtype, set(values.ravel())) == (np.int64, set(range(len(field.classes))))
        else:
            assert values.dtype == (np.float64 if field.kind == "time" else np.float32)
        if field.kind not in ("class", *OF_ROWS):
            low, high = np.nanmin(values), np.nanmax(values)
            assert (field.low <= low and high <= field.high) or source.parameters
        if field.kind == "vector" and field.parts:
            assert len(field.parts) == field.shape[0]


@pytest.mark.parametrize("name", [name for name in SOURCES if there(name) and name != "mnist_5k"])
def test_code_loads_the_same(name: str, home: Path) -> None:
    """Not that of 5,000 digits, which takes seconds and is one function like the others."""
    source, printed = SOURCES[name](), {"np": np}
    for text, imports in load_functions(source):
        exec("\n".join([*imports, text]), printed)
    arrays = eval(load_call(source).flat, printed)
    for field, values in prepare(source, home).arrays.items():
        assert np.array_equal(arrays[field], values[:], equal_nan=values.dtype != object)


FETCHED = [name for name, source in SOURCES.items() if source.needs.startswith("the internet")]
WORDS = {"good": 1, "a": 2, "film": 3, "never": 4}


@pytest.mark.parametrize("name", FETCHED)
def test_a_set_that_is_fetched_comes_as_it_declares(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what Keras gives in little."""
    import keras

    source, module = SOURCES[name](), getattr(keras.datasets, name)
    entered, target, part = source.fields().values()
    if entered.kind == "text":
        monkeypatch.setattr(module, "get_word_index", lambda: WORDS)
        texts = np.empty(2, object)
        texts[:] = [[2, 1, 3], [4]]
        monkeypatch.setattr(module, "load_data", lambda **_: ((texts, np.array([1, 0])), (texts[:1], np.array([1]))))
    else:
        shape = entered.shape if entered.shape[-1] == 3 else entered.shape[:2]
        right = np.array([1, 0]) if len(shape) == 2 else np.array([[1], [0]])
        parts = [(np.full((rows, *shape), 9, "uint8"), right[:rows]) for rows in (2, 1)]
        monkeypatch.setattr(module, "load_data", lambda: tuple(parts))
    arrays = source.arrays(Path())
    assert arrays[entered.name].shape == (3, *entered.shape)
    assert (arrays[target.name].tolist(), arrays[part.name].tolist()) == ([1, 0, 1], [0, 0, 2])
    if entered.kind == "text":
        assert arrays[entered.name].ravel().tolist() == ["a good film", "never", "a good film"]


def test_fashion_is_read_where_debian_keeps_it(tmp_path: Path) -> None:
    """The files begin with what numbers they hold, and how many: as IDX has it."""
    for part, first in (("train", 0), ("t10k", 7)):
        images = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28, *[first] * 784, *[first + 1] * 784])
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(
            gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 2, first, 9]))
        )
    source = SOURCES["fashion_mnist"]
    assert inspect.signature(source.load).parameters["folder"].default == "/usr/share/datasets/fashion-mnist"
    arrays = source.load(folder=tmp_path)
    assert arrays["image"].shape == (4, 28, 28, 1) and arrays["image"][:, 3, 3, 0].tolist() == [0, 1, 7, 8]
    assert (arrays["class"].tolist(), arrays["part"].tolist()) == ([0, 9, 7, 9], [0, 0, 2, 2])


def test_a_window_of_hours_is_followed_by_what_it_tells_and_lies_across_no_gap() -> None:
    arrays = SOURCES["temperatures"].load(window=24, ahead=6)
    hours = arrays["hour"] / 3600
    assert np.array_equal(hours[6:1000] - 6, hours[:994])
    later = arrays["past"][6:1000, -1, 0]
    assert np.array_equal(later, arrays["temperature"][:994, 0])
    steps = np.diff(hours)
    assert set(steps) == {1, 31}, "the windows on both sides of the hour that is left out"
    assert SOURCES["temperatures"]({"window": 5, "ahead": 2}).rows() == len(
        SOURCES["temperatures"].load(window=5, ahead=2)["hour"]
    )


def test_surnames_of_two_languages_are_in_none() -> None:
    arrays = SOURCES["surnames"].load()
    assert len(set(arrays["name"].ravel())) == 2000


def test_noisy_digits_are_the_clean_ones_and_as_much_grain_as_is_declared() -> None:
    arrays = SOURCES["noisy_digits"].load(size=200, noise=0.2, seed=3)
    between = (arrays["clean"] > 100) & (arrays["clean"] < 155)  # where nothing is cut off
    assert (arrays["noisy"] - arrays["clean"])[between].std() == pytest.approx(0.2 * 255, rel=0.1)
    assert np.array_equal(arrays["clean"], SOURCES["printed_digits"].load(size=200, noise=0.0, seed=3)["image"])


@pytest.mark.parametrize("name", FETCHED)
def test_a_set_that_cannot_be_fetched_says_so_and_other_faults_are_told_as_they_are(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    def failing(why: str) -> Any:
        def load(**_: Any) -> Any:
            raise Exception(why)

        return load

    module = getattr(keras.datasets, name)
    monkeypatch.setattr(module, "get_word_index", dict, raising=False)
    monkeypatch.setattr(module, "load_data", failing("URL fetch failure on somewhere: None -- no such name"))
    with pytest.raises(DataError, match=r"is fetched from the internet, which cannot be reached from here\."):
        prepare(SOURCES[name](), tmp_path)
    monkeypatch.setattr(module, "load_data", failing("the archive is broken"))
    with pytest.raises(Exception, match=r"^the archive is broken$"):
        prepare(SOURCES[name](), tmp_path)


def test_a_snapshot_is_known_by_the_name_that_an_older_program_gave_it() -> None:
    """As stands in the checkpoint of a run that it began: sha256 of the first release's [1, name, options]."""
    moons = SOURCES["moons"]()
    older = hashlib.sha256(json.dumps([1, "moons", dict(moons.params)], sort_keys=True).encode()).hexdigest()[:24]
    assert is_of(older, moons) and is_of(snapshot_hash(moons), moons)
    assert not is_of(older, SOURCES["moons"]({"seed": 3}))


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if "noise" in source.parameters])
def test_made_up_sets_follow_size_noise_and_seed(name: str) -> None:
    def made(**options: Any) -> Any:
        return next(iter(SOURCES[name].load(**{"size": 60, "noise": 0.1, "seed": 0, **options}).values()))

    assert np.array_equal(made(), made())
    assert not np.array_equal(made(), made(seed=1))
    assert not np.array_equal(made(), made(noise=0.2))
    assert len(made(size=61)) == 61


LABELS = st.lists(st.integers(0, 4), min_size=30, max_size=300)


@given(LABELS, st.floats(0.05, 0.45), st.floats(0, 0.45), st.integers(0, 99))
def test_a_split_is_complete_disjoint_stratified_and_seeded(
    labels: list[int], validation: float, test: float, seed: int
) -> None:
    classes = np.array(labels)
    parts = split_rows(len(classes), classes, validation, test, seed)
    assert sorted(np.concatenate(parts)) == list(range(len(classes)))
    for share, part in ((validation, parts[1]), (test, parts[2])):
        for label in np.unique(classes):
            assert abs((classes[part] == label).sum() - share * (classes == label).sum()) <= 1
    again = split_rows(len(classes), classes, validation, test, seed)
    assert all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True))


def test_another_seed_splits_otherwise() -> None:
    first, second = (split_rows(100, None, 0.2, 0.2, seed)[2] for seed in (0, 1))
    assert set(first) != set(second)


def test_classes_are_written_as_a_loss_wants_them() -> None:
    classes = np.array([0, 2, 1])
    assert zero_one(np.array([0, 1])).tolist() == [[0.0], [1.0]]
    assert one_hot(classes, 3).tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_a_snapshot_is_made_once_and_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = SOURCES["moons"]()
    made = prepare(source, tmp_path)
    monkeypatch.setattr(SOURCES["moons"], "load", staticmethod(lambda **_: pytest.fail("loaded twice")))
    again = prepare(source, tmp_path)
    assert made.path == again.path and [path.name for path in (tmp_path / "data").iterdir()] == [made.hash]
    assert snapshot_hash(SOURCES["moons"]({"seed": 1})) != made.hash
    with pytest.raises(ValueError, match="read-only"):
        again.arrays["point"][0] = 0


def test_a_snapshot_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(DataError, match=r"The data set Moons cannot be written below .*: No space left on device\."):
        prepare(SOURCES["moons"](), tmp_path)
    assert list((tmp_path / "data").iterdir()) == []


def _prepare(home: Path) -> int:
    return len(prepare(SOURCES["circles"](), home).arrays["point"])


def test_two_processes_making_one_snapshot_do_not_disturb_each_other(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map_async(_prepare, [tmp_path] * 6).get(300) == [500] * 6
    assert len(list((tmp_path / "data").iterdir())) == 1


def test_a_set_that_is_not_what_it_declares_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SOURCES["moons"], "load", staticmethod(lambda **_: {"point": np.zeros((3, 2)), "class": None}))
    with pytest.raises(DataError, match=r"The field 'point' of Moons should be \(500, 2\); it is \(3, 2\)\."):
        prepare(SOURCES["moons"](), tmp_path)


def test_code_parts_and_imputes_as_the_training_does(home: Path) -> None:
    """Whatever is asked of a split, and where values are missing."""
    from graphbuilder import codegen
    from graphbuilder.compiler import inputs_of, split

    whole = code_plan(check(template("logistic_regression")))
    assert isinstance(whole, Plan)
    data = dict(prepare(whole.source, home).arrays)
    values = np.array(data["measurements"])
    values[::7, 1] = values[3::5, 2] = np.nan
    data |= {"measurements": values, "who": np.arange(150) // 3, "when": np.arange(150.0)[::-1]}
    data["measurements"][100:] = data["measurements"][50:100]
    for fields, more, alike in (
        ({"groups": "who"}, {}, ()), ({"time": "when"}, {"folds": 4, "fold": 2}, ()), ({}, {"share": 0.5}, ()),
        ({}, {}, ("measurements",)), ({"groups": "who"}, {}, ("measurements",)),
    ):  # fmt: skip
        plan = replace(
            whole,
            split={**whole.split, **more},
            split_fields=fields,
            alike=alike,
            imputed={"measurements": ("", "median", "mean", "zero")},
        )
        printed: dict[str, Any] = {"__name__": "printed"}
        exec(codegen.to_python(plan), printed)
        told = {argument: data[name] for argument, name in fields.items()}
        if alike:
            told["groups"] = printed["equal_rows"]([data[name] for name in alike], told.get("groups"))
        parts = printed["split_rows_by"](150, data["species"], **plan.split, **told)
        for part, own in zip(parts, split(plan, data), strict=True):
            assert np.array_equal(part, own)
            x, _ = printed["prepare"](data, part, parts[0])
            (fed,) = inputs_of(plan, data, part).values()
            assert np.array_equal(next(iter(x.values())), fed) and not np.isnan(fed).any()
        calls = {line.strip() for line in codegen.to_python(plan).splitlines() if "prepare(data" in line}
        assert all("train)" in call for call in calls) and len(calls) == 4
