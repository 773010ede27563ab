"""The data sets: what they declare is what they have, and no part of the split knows another."""

import hashlib
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
from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.preparation import one_hot, split_rows, zero_one
from graphbuilder.datasets.snapshot import is_of, prepare, snapshot_hash
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
            assert set(values.ravel()) <= {"", *field.classes}
            continue
        assert np.isfinite(values).all() or any(field.missing)
        if field.kind == "class":
            assert (values.dtype, set(values.ravel())) == (np.int64, set(range(len(field.classes))))
        else:
            assert values.dtype == np.float32
        if field.kind == "vector" and field.parts:
            assert len(field.parts) == field.shape[0]


FETCHED = [name for name, source in SOURCES.items() if source.needs == "the internet"]


@pytest.mark.parametrize("name", FETCHED)
def test_a_set_that_is_fetched_comes_as_it_declares(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what Keras gives in little."""
    import keras

    source = SOURCES[name]()
    shape = source.fields()["image"].shape
    shape = shape if shape[-1] == 3 else shape[:2]
    right = np.arange(6) if len(shape) == 2 else np.arange(6)[:, np.newaxis]
    parts = [(np.full((rows, *shape), 9, "uint8"), right[:rows]) for rows in (6, 2)]
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", lambda: tuple(parts))
    arrays = source.arrays(Path())
    assert arrays["image"].shape == (8, *source.fields()["image"].shape)
    assert (arrays["class"].tolist(), arrays["part"].tolist()) == ([0, 1, 2, 3, 4, 5, 0, 1], [0] * 6 + [2] * 2)


@pytest.mark.parametrize("name", FETCHED)
def test_a_set_that_cannot_be_fetched_says_so_and_other_faults_are_told_as_they_are(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keras

    def failing(why: str) -> Any:
        def load() -> Any:
            raise Exception(why)

        return load

    module = getattr(keras.datasets, name)
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


@pytest.mark.parametrize("name", ["digits", "iris", "wine", "breast_cancer", "diabetes"])
def test_a_real_sets_values_lie_in_the_range_it_declares(name: str, home: Path) -> None:
    arrays = prepare(SOURCES[name](), home).arrays
    for field in SOURCES[name]().fields().values():
        if field.kind != "class":
            assert field.low <= arrays[field.name].min() and arrays[field.name].max() <= field.high


@pytest.mark.parametrize("name", [name for name, source in SOURCES.items() if source.parameters])
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
        assert pool.map(_prepare, [tmp_path] * 6) == [500] * 6
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
    for fields, more in (
        ({"groups": "who"}, {}), ({"time": "when"}, {"folds": 4, "fold": 2}), ({}, {"share": 0.5}),
    ):  # fmt: skip
        plan = replace(
            whole,
            split={**whole.split, **more},
            split_fields=fields,
            imputed={"measurements": ("", "median", "mean", "zero")},
        )
        printed: dict[str, Any] = {"__name__": "printed"}
        exec(codegen.to_python(plan), printed)
        told = {argument: data[name] for argument, name in fields.items()}
        parts = printed["split_rows_by"](150, data["species"], **plan.split, **told)
        for part, own in zip(parts, split(plan, data), strict=True):
            assert np.array_equal(part, own)
            x, _ = printed["prepare"](data, part, parts[0])
            (fed,) = inputs_of(plan, data, part).values()
            assert np.array_equal(next(iter(x.values())), fed) and not np.isnan(fed).any()
        calls = {line.strip() for line in codegen.to_python(plan).splitlines() if "prepare(data" in line}
        assert all("train)" in call for call in calls) and len(calls) == 4
