"""Python's search for cycles rests while large files are read, and goes on afterwards."""

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from graphbuilder.uncollected import uncollected


def test_it_rests_within_and_goes_on_when_the_last_has_left() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_a_fault() -> None:
    with pytest.raises(ValueError, match="no"), uncollected():
        raise ValueError("no")
    assert gc.isenabled()


def test_what_was_off_before_stays_off() -> None:
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_threads_may_be_in_it_at_once() -> None:
    together = Barrier(4)

    def work(_: int) -> bool:
        with uncollected():
            together.wait()
            was = gc.isenabled()
            together.wait()
        return was

    with ThreadPoolExecutor(4) as pool:
        assert not any(pool.map(work, range(4)))
    assert gc.isenabled()
