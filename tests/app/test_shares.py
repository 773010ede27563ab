"""A visitor who asks for more than a share waits, and nobody else does."""

from app.shares import BURST, EACH, LONGEST, RATE, Shares


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_whoever_uses_no_more_than_a_share_never_waits() -> None:
    clock = Clock()
    shares = Shares(clock)
    for _ in range(1000):
        clock.now += 0.1
        assert shares.used("me", 0.1 * RATE) == 0


def test_a_burst_is_free_and_what_comes_behind_it_waits_as_long_as_it_takes_to_pay() -> None:
    shares = Shares(Clock())
    assert shares.used("me", BURST) == 0
    assert shares.used("me", 0.1) == 0.1 / RATE
    assert shares.used("another", 0.1) == 0


def test_no_message_is_held_for_very_long_and_a_debt_is_no_punishment() -> None:
    clock = Clock()
    shares = Shares(clock)
    assert shares.used("me", 1000.0) == LONGEST and shares.owed("me")
    clock.now += LONGEST + 1
    assert not shares.owed("me")


def test_a_flood_of_messages_that_do_nothing_is_slowed_down_too() -> None:
    shares = Shares(Clock())
    waits = [shares.used("me", EACH) for _ in range(int(BURST / EACH) + 100)]
    assert waits[0] == 0 and waits[-1] > 1
