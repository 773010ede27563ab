"""Weights at some steps of a run: few, early ones denser, and gone back to."""

from pathlib import Path

import numpy as np

from graphbuilder.training.snapshots import FOLDER, MOST, Keeper, steps_in, weights_at

WEIGHTS = [np.zeros((2, 3), "float32"), np.ones(3, "float32")]
BYTES = 36


def kept(folder: Path, steps: range, **how: int) -> list[int]:
    keeper = Keeper(folder / FOLDER, BYTES, **how)
    for step in steps:
        if keeper.wants(step):
            told = keeper.keep(step, 0.0, [one + step for one in WEIGHTS])
            assert told and list(told.steps) == steps_in(folder / FOLDER)
            assert told.bytes <= how.get("most_bytes", 64_000_000)
    return steps_in(folder / FOLDER)


def test_a_long_run_keeps_sixty_at_most_early_ones_denser_and_the_first(tmp_path: Path) -> None:
    steps = kept(tmp_path, range(0, 50_000, 7))
    assert MOST / 2 <= len(steps) <= MOST
    assert steps[0] == 0 and steps[-1] > 48_000
    assert steps[10] - steps[0] < 50_000 / 20


def test_bytes_bound_their_number(tmp_path: Path) -> None:
    assert len(kept(tmp_path, range(5000), most_bytes=5 * BYTES)) <= 5
    assert kept(tmp_path / "large", range(100), most_bytes=BYTES) == []


def test_the_newest_at_or_before_a_step_is_found(tmp_path: Path) -> None:
    kept(tmp_path, range(0, 30, 10))
    found = weights_at(tmp_path, 19)
    assert found and found[0] == 10
    assert (found[1][1] == 11).all()
    before = weights_at(tmp_path, -1)
    assert before and before[0] == 0, "the first, where none is earlier"
    assert weights_at(tmp_path / "none", 19) is None


def test_a_run_that_goes_on_from_earlier_takes_back_what_was_later(tmp_path: Path) -> None:
    kept(tmp_path, range(0, 50, 10))
    again = Keeper(tmp_path / FOLDER, BYTES)
    told = again.keep(25, 0.0, WEIGHTS)
    assert told and told.steps == (0, 10, 20, 25)
    assert steps_in(tmp_path / FOLDER) == [0, 10, 20, 25]


def test_what_is_held_is_wanted_no_more_and_is_there_once_it_is_written(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / FOLDER, BYTES)
    keeper.keep(0, 0.0, WEIGHTS)
    weights = [one.copy() for one in WEIGHTS]
    for step in range(1, 5000):
        weights[1] += 1
        if keeper.wants(step):
            keeper.hold(step, weights)
    assert not keeper.wants(5000) and steps_in(tmp_path / FOLDER) == [0]
    keeper.write_held()
    told = keeper.keep(5000, 0.0, weights)
    steps = steps_in(tmp_path / FOLDER)
    assert told and list(told.steps) == steps and MOST / 2 < len(steps) <= MOST
    found = weights_at(tmp_path, steps[5])
    assert found and (found[1][1] == 1 + steps[5]).all(), "as they were then"


def test_what_is_held_of_later_steps_goes_where_a_run_goes_on_from_earlier(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / FOLDER, BYTES)
    for step in (10, 20, 30):
        keeper.hold(step, WEIGHTS)
    keeper.keep(15, 0.0, WEIGHTS)
    keeper.write_held()
    assert steps_in(tmp_path / FOLDER) == [10, 15]
