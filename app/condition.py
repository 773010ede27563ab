"""How the server is, as its health page, the pages' banner and the operator's page say it."""

from dataclasses import dataclass

from app import state
from graphbuilder.store import StoreError, clock
from graphbuilder.store.disk import has_no_room, is_low
from graphbuilder.store.jobs import WATCHING_SECONDS
from graphbuilder.store.limits import Limits

_BEGAN = clock.now()


@dataclass(frozen=True, slots=True)
class Condition:
    """status: "ok", or "failing" where nothing can be saved. engine: starting, ready or lost. disk: "ok", or "low"
    where no new jobs are taken.

    says: for visitors, why nothing can be saved; empty where all is well.
    """

    status: str
    engine: str
    disk: str
    says: str


def condition() -> Condition:
    says = state.store().trouble()
    try:
        engine, silent = state.jobs().engine(), state.jobs().server_silent()
    except StoreError as fault:
        engine, silent, says = "lost", 0.0, says or str(fault)
    silent = min(silent, clock.since(_BEGAN))
    if not says and silent > WATCHING_SECONDS:
        full = has_no_room(state.store().home)
        why = "the server's disk is full" if full else "the disk may be full, or a program holds the database"
        says = f"Nothing could be saved for {silent:.0f} seconds: {why}."
        says += " Whoever runs the server has to make room." if full else ""
    low = is_low(state.store().home, Limits.of_settings())
    return Condition("failing" if says else "ok", engine, "low" if low else "ok", says)
