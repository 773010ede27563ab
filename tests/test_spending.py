"""A bound of time still falls: neither the pace of a machine nor another go hides work that is too long."""

from tests.spending import GOES, soonest


def goes_of(seconds: float, bound: float) -> tuple[float, int]:
    """What is told of work that takes so long, and how often it was tried."""
    goes: list[float] = []

    def work() -> float:
        goes.append(seconds)
        return seconds

    return soonest(work, bound), len(goes)


def test_work_that_is_always_too_long_is_over_its_bound() -> None:
    told, goes = goes_of(100.0, 1)
    assert told > 1 and goes == GOES


def test_work_within_its_bound_goes_once() -> None:
    assert goes_of(0.5, 1) == (0.5, 1)
