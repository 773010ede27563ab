"""The visitor's own data sets: added, looked at anew, and read."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from app import state
from graphbuilder.store import StoreError
from graphbuilder.store.limits import Limits


def add(owner: str, file: str, hash: str, bytes: int, address: str | None) -> str:
    """A new set of a file that is kept, which a job looks at; its id. Raises StoreError where no more may be kept."""
    id = state.sets().add(owner, file, hash=hash, bytes=bytes, limits=Limits.of_settings())
    with suppress(StoreError):  # then the set says that nobody looked at it, and the page offers to
        _look(owner, id, {}, address)
    return id


def _look(owner: str, id: str, wish: Mapping[str, Any], address: str | None) -> None:
    job = state.jobs().ask(owner, "look", {"kind": "look", "set": id}, None, Limits.of_settings(), address=address)
    state.sets().looks(owner, id, job, wish)
