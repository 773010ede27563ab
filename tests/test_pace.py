"""A bound of time still falls: neither the pace of a machine nor another go hides work that is too long."""

from tests.pace import GOES, soonest


def test_work_that_is_always_too_long_is_over_its_bound() -> None:
    goes: list[float] = []
    assert soonest(lambda: goes.append(1) or 100.0, 1) > 1  # type: ignore[func-returns-value]
    assert len(goes) == GOES


def test_work_within_its_bound_goes_once() -> None:
    goes: list[float] = []
    assert soonest(lambda: goes.append(1) or 0.5, 1) == 0.5  # type: ignore[func-returns-value]
    assert len(goes) == 1
