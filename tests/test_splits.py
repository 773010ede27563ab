"""Honest parts: whatever is asked of a split, no row is in two parts, no group is parted and no time looks ahead."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.model_selection import TimeSeriesSplit

from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.preparation import equal_rows, imputed, split_rows, split_rows_by
from graphbuilder.datasets.source import Source, by_name
from graphbuilder.fields import Field
from graphbuilder.settings import Split
from tests.spending import as_there

SHARES = st.sampled_from([0.1, 0.2, 0.35])


def whole(parts: Any, rows: int) -> bool:
    return sorted(np.concatenate(parts).tolist()) == list(range(rows))


@settings(max_examples=60)
@given(st.integers(20, 200), SHARES, SHARES, st.integers(0, 9), st.integers(2, 40), st.booleans())
def test_groups_are_never_parted_and_the_shares_are_held(
    rows: int, validation: float, test: float, seed: int, groups: int, timed: bool
) -> None:
    random = np.random.default_rng([rows, groups])
    who, classes = random.integers(0, groups, rows), random.integers(0, 3, rows)
    time = random.permutation(rows).astype(float) if timed else None
    parts = split_rows_by(rows, classes, validation, test, seed, groups=who, time=time)
    assert whole(parts, rows)
    assert not any(
        set(who[a]) & set(who[b]) for a, b in ((parts[0], parts[1]), (parts[0], parts[2]), (parts[1], parts[2]))
    )
    largest = np.bincount(who).max()
    for share, part in ((test, parts[2]), (validation, parts[1])):
        assert abs(len(part) - share * rows) <= 2 * largest * len(set(classes)) + 1
    again = split_rows_by(rows, classes, validation, test, seed, groups=who, time=time)
    assert all(np.array_equal(a, b) for a, b in zip(parts, again, strict=True))


def test_equal_rows_have_one_number_whatever_they_hold_and_go_with_their_groups() -> None:
    pictures = np.array([[[1, 2]], [[1, 3]], [[1, 2]], [[1, 2]]], "uint8")
    words = np.array(["ab", "ab", "ab", "b"], dtype=object)
    assert equal_rows([pictures]).tolist() == [0, 1, 0, 0]
    assert equal_rows([pictures, words]).tolist() == [0, 1, 0, 2]
    barred = [np.array(["a|", "a"], dtype=object), np.array(["b", "|b"], dtype=object)]
    assert equal_rows(barred).tolist() == [0, 1], "words side by side stay apart"
    assert equal_rows([np.array([0.0, -0.0, np.nan, np.nan])]).tolist() == [0, 0, 1, 1]
    # 0 and 4 are equal, 4 and 1 of one group, 1 and 3 equal: all of them hang together, and 2 alone
    numbers, groups = np.array([7, 8, 9, 8, 7]), np.array(["a", "b", "c", "d", "b"])
    assert equal_rows([numbers], groups).tolist() == [0, 0, 2, 0, 0]


@settings(max_examples=40)
@given(st.integers(20, 3000), SHARES, st.integers(2, 400), st.booleans())
def test_no_row_has_its_equal_in_another_part(rows: int, share: float, several: int, grouped: bool) -> None:
    random = np.random.default_rng([rows, several])
    values, classes = random.integers(0, several, rows), random.integers(0, 3, rows)
    groups = random.integers(0, rows, rows) if grouped else None
    parts = split_rows_by(rows, classes, share, share, 0, groups=equal_rows([values[:, None]], groups))
    assert whole(parts, rows)
    for told in (values, groups) if groups is not None else (values,):
        assert not set(told[parts[0]]) & (set(told[parts[1]]) | set(told[parts[2]]))
        assert not set(told[parts[1]]) & set(told[parts[2]])


def test_equal_rows_of_a_hundred_thousand_pictures_are_found_in_seconds() -> None:
    import time

    pictures = np.random.default_rng(0).integers(0, 255, (50_000, 28, 28), "uint8")
    began = time.process_time()
    assert len(np.unique(equal_rows([np.concatenate([pictures, pictures])]))) == 50_000
    assert as_there(time.process_time() - began, 10) <= 10


def test_classes_keep_their_shares_where_each_group_is_of_one() -> None:
    classes = np.repeat([0] * 80 + [1] * 20, 5)
    parts = split_rows_by(500, classes, 0.2, 0.2, 3, groups=np.repeat(np.arange(100), 5))
    assert [np.bincount(classes[part]).tolist() for part in parts] == [[240, 60], [80, 20], [80, 20]]


@given(st.integers(20, 200), SHARES, SHARES)
def test_by_time_validation_is_later_than_training_and_the_test_last(rows: int, validation: float, test: float) -> None:
    time = np.random.default_rng(rows).permutation(rows).astype(float)
    parts = split_rows_by(rows, None, validation, test, 0, time=time)
    assert whole(parts, rows)
    in_time = np.concatenate([time[part] for part in parts])
    assert in_time.tolist() == sorted(time)
    assert abs(len(parts[2]) - test * rows) <= 1 and abs(len(parts[1]) - validation * rows) <= 1


@pytest.mark.parametrize(("rows", "folds"), [(60, 5), (44, 3), (200, 9)])
def test_folds_by_time_are_those_of_scikit_learn(rows: int, folds: int) -> None:
    rows -= rows % (folds + 1)
    time = np.random.default_rng(1).permutation(rows)
    order = np.argsort(time)
    for fold, (train, validation) in enumerate(TimeSeriesSplit(folds).split(order), 1):
        found = split_rows_by(rows, None, 0.2, 0.0, 0, time=time, folds=folds, fold=fold)
        assert [part.tolist() for part in found] == [order[train].tolist(), order[validation].tolist(), []]


@settings(max_examples=60)
@given(st.integers(40, 200), st.integers(2, 6), SHARES, st.booleans())
def test_folds_validate_each_row_but_the_tests_once(rows: int, folds: int, test: float, grouped: bool) -> None:
    random = np.random.default_rng([rows, folds])
    classes, groups = random.integers(0, 3, rows), random.integers(0, rows // 3, rows) if grouped else None
    found = [
        split_rows_by(rows, classes, 0.2, test, 1, groups=groups, folds=folds, fold=fold)
        for fold in range(1, folds + 1)
    ]
    assert all(whole(parts, rows) for parts in found)
    assert len({tuple(sorted(parts[2])) for parts in found}) == 1
    validated = np.concatenate([parts[1] for parts in found])
    assert sorted(validated) == sorted(np.concatenate(found[0][:2]))
    for _, validation, _ in found:
        if groups is None:
            for label in range(3):
                kept = (classes[validated] == label).sum() / folds
                assert abs((classes[validation] == label).sum() - kept) <= 1
        else:
            assert not set(groups[validation]) & set(groups[np.setdiff1d(np.arange(rows), validation)])


def test_folds_and_a_share_leave_the_test_part_as_it_was() -> None:
    classes = np.arange(100) % 3
    train, validation, test = split_rows(100, classes, 0.2, 0.2, 5)
    part = split_rows_by(100, classes, 0.2, 0.2, 5, share=0.5)
    assert set(part[1]) == set(validation) and set(part[2]) == set(test) and set(part[0]) < set(train)
    assert set(split_rows_by(100, classes, 0.2, 0.2, 5, folds=4, fold=2)[2]) == set(test)


def test_a_bootstrap_draws_from_the_training_part_alone() -> None:
    classes = np.arange(300) % 3
    train, validation, test = split_rows(300, classes, 0.2, 0.2, 5)
    drawn = [split_rows_by(300, classes, 0.2, 0.2, 5, bootstrap=seed) for seed in (1, 1, 2)]
    assert all(set(part[1]) == set(validation) and set(part[2]) == set(test) for part in drawn)
    assert all(len(part[0]) == len(train) and set(part[0]) < set(train) for part in drawn)
    assert np.array_equal(drawn[0][0], drawn[1][0]) and not np.array_equal(drawn[0][0], drawn[2][0])
    assert abs(len({*drawn[0][0]}) / len(train) - (1 - np.exp(-1))) < 0.08


def test_a_larger_share_of_training_holds_the_smaller_and_every_class() -> None:
    classes = np.array([0] * 150 + [1] * 45 + [2] * 5)
    trains = [split_rows_by(200, classes, 0.2, 0.2, 0, share=share)[0] for share in (0.05, 0.3, 1.0)]
    assert set(trains[0]) < set(trains[1]) < set(trains[2])
    assert set(classes[trains[0]]) == {0, 1, 2}
    assert [
        abs(len(train) - share * len(trains[2])) <= 3 for train, share in zip(trains, (0.05, 0.3, 1.0), strict=True)
    ]


def test_by_time_a_share_of_training_is_what_is_nearest_to_validation() -> None:
    parts = split_rows_by(100, None, 0.2, 0.2, 0, time=np.arange(100.0), share=0.5)
    assert (parts[0].tolist(), parts[1][0]) == (list(range(30, 60)), 60)


def test_a_part_that_is_given_is_kept_and_one_that_is_not_is_taken_from_training() -> None:
    part = np.array([0] * 70 + [2] * 30)
    _, validation, test = split_rows_by(100, None, 0.2, 0.4, 0, part=part)
    assert (sorted(test), len(validation), max(validation) < 70) == (list(range(70, 100)), 20, True)
    part = np.array([0] * 70 + [1] * 20 + [2] * 10)
    assert [sorted(own) for own in split_rows_by(100, None, 0.2, 0.4, 0, part=part)] == [
        list(range(70)), list(range(70, 90)), list(range(90, 100)),
    ]  # fmt: skip


def test_a_million_rows_in_many_groups_are_parted_in_seconds() -> None:
    import time

    rows = 1_000_000
    who, classes = np.arange(rows) // 4, np.arange(rows) % 10
    began = time.process_time()
    parts = split_rows_by(rows, classes, 0.2, 0.2, 0, groups=who)
    assert as_there(time.process_time() - began, 5) <= 5
    assert [round(len(part) / rows, 2) for part in parts] == [0.6, 0.2, 0.2]


def test_what_is_missing_is_measured_on_the_training_part_alone() -> None:
    values = np.random.default_rng(1).normal(size=(40, 3)).astype("float32")
    values[::3, 0] = values[1::4, 1] = values[::5, 2] = np.nan
    train, rest = np.arange(25), np.arange(25, 40)
    found = imputed(values, rest, train, ("mean", "median", "zero"))
    for place, told in enumerate(
        (SimpleImputer(), SimpleImputer(strategy="median"), SimpleImputer(strategy="constant"))
    ):
        wanted = told.fit(values[train][:, [place]]).transform(values[rest][:, [place]])
        np.testing.assert_allclose(found[:, [place]], wanted, rtol=1e-6)
    assert np.isnan(imputed(values, rest, train, ("", "mean", "mean"))[:, 0]).any()
    assert np.isnan(values[:, 0]).any()


@pytest.mark.parametrize("asked", [{}, {"folds": 5, "fold": 2}, {"share": 0.5}, {"folds": 3, "fold": 3, "share": 0.25}])
def test_a_set_knows_how_many_rows_its_parts_have(asked: dict[str, Any]) -> None:
    source = SOURCES["iris"]()
    split = {**Split.defaults(), **asked}
    shares = {name: value for name, value in split.items() if name not in ("by", "grouped", "together")}
    train, validation, _ = split_rows_by(150, np.repeat([0, 1, 2], 50), **shares)
    assert source.parts(split) == (len(train), len(validation))


class Timed(Source):
    """60 rows, one behind the other."""

    def rows(self) -> int:
        return 60

    def fields(self) -> dict[str, Field]:
        return by_name(Field("when", "time", ()), Field("level", "number", (1,)))


@pytest.mark.parametrize("fold", [1, 3, 5])
def test_a_series_knows_how_many_rows_come_before_each_fold(fold: int) -> None:
    split = {**Split.defaults(), "test": 0.0, "folds": 5, "fold": fold}
    assert Timed().split_fields(split) == {"time": "when"}
    train, validation, _ = split_rows_by(60, None, 0.2, 0.0, 0, time=np.arange(60.0), folds=5, fold=fold)
    assert Timed().parts(split) == (len(train), len(validation))


def test_each_setting_of_the_split_is_of_one_kind_and_told_where_it_is_asked_for() -> None:
    usual = Split.defaults()
    beside = {"by", "grouped", "together"}  # columns and equal rows, which say more than the split's arguments
    assert {*Split.SHARES, *Split.OF_TRAINING} | beside == Split.parameters.keys()
    assert [*Split.asked(usual)] == [*Split.SHARES] == [*Split.of_test(usual)], "as documents of before were told apart"
    for changed, told in (
        ({"folds": 5}, {"folds", "fold"}),
        ({"share": 0.5}, {"share"}),
        ({"bootstrap": 1}, {"bootstrap"}),
    ):
        assert Split.asked(usual | changed).keys() - {*Split.SHARES} == told
        assert Split.of_test(usual | changed) == Split.of_test(usual)
    assert Split.asked(usual | {"fold": 3, "folds": 1}) == Split.asked(usual)
    for changed in ({"by": "random"}, {"grouped": False}, {"together": True}, {"seed": 9}):
        assert Split.of_test(usual | changed) == Split.of_test(usual) | changed
