"""Work that makes very many objects and no cycles of them, without Python's search for cycles meanwhile: that search
takes a quarter of the time in which a large file is read."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_at_work = 0
_was_on = False


@contextmanager
def uncollected() -> Iterator[None]:
    """For work that is bounded by itself. It may be nested, and several threads may be in it: the search goes on, where
    it was on, when the last has left."""
    global _at_work, _was_on
    with _lock:
        if not _at_work:
            _was_on = gc.isenabled()
            gc.disable()
        _at_work += 1
    try:
        yield
    finally:
        with _lock:
            _at_work -= 1
            if not _at_work and _was_on:
                gc.enable()
