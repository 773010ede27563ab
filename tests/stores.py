"""A store for tests that hypothesis runs many times over: opening one takes longer than they do."""

import tempfile
from functools import cache
from pathlib import Path

from graphbuilder.store import Store


@cache
def store() -> Store:
    """One for all tests of this process."""
    return Store(Path(tempfile.mkdtemp()))
