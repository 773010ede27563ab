"""Whose page it is, where what is theirs is kept, and what they ask of the jobs."""

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import streamlit as st

from app import owner as owners
from app.state.said import done_or_told
from graphbuilder.home import default_home
from graphbuilder.store import Store
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.jobs import Jobs, Kind
from graphbuilder.store.limits import Limits
from graphbuilder.store.sets import Sets
from graphbuilder.store.stops import Stops

SERVED_VARIABLE = "GRAPHBUILDER_SERVED"


@cache
def store() -> Store:
    return Store(default_home())


@cache
def jobs() -> Jobs:
    return Jobs(default_home())


@cache
def stops() -> Stops:
    return Stops(jobs())


@cache
def sets() -> Sets:
    return Sets(default_home())


def visitor() -> str | None:
    """Whose page it is; None where the browser keeps no cookies. A server started by hand has one visitor, "local".

    The session remembers: while a page is being left, its connection is gone and with it the cookies, but its script
    may still run.
    """
    known: str | None = st.session_state.get("visitor")
    if known:
        return known
    key = owners.signing_key(store().home)
    signed = st.context.cookies.get(owners.cookie_name(key))
    found = owners.read(signed, key) if signed else None if os.environ.get(SERVED_VARIABLE) else "local"
    if found:
        st.session_state["visitor"] = found
    return found


def me() -> str:
    owner = visitor()
    assert owner is not None, "pages are drawn for visitors with a cookie alone"
    return owner


def ask(
    kind: Kind, request: Mapping[str, Any], project: str | None = None, together: int = 1, group: str | None = None
) -> str:
    """A new job for the visitor; its id. together: how many belong to one press, and wait as one; group: what these are
    known by. Raises StoreError where more may not wait."""
    limits = Limits.of_settings()
    limits = replace(limits, owner_queued=limits.owner_queued + together - 1)
    return jobs().ask(me(), kind, request, project, limits, parent=group, address=_network())


def resume(run: str) -> None:
    """Puts an interrupted run back into the queue. Raises StoreError where it may not go on, or too many wait."""
    jobs().resume(me(), run, Limits.of_settings(), address=_network())


def _network() -> str | None:
    return owners.network(st.context.ip_address)


# The operator


def is_operator() -> bool:
    """Whether this page gave the server's token."""
    return st.session_state.get("operator") is True


def was_refused_as_operator() -> bool:
    return st.session_state.get("operator") is False


def remember_operator(yes: bool) -> None:
    st.session_state["operator"] = yes


def stop_as_operator(job: str) -> None:
    if is_operator():
        done_or_told(lambda: stops().ask(OPERATOR, job))


def pause_queue(paused: bool) -> None:
    if is_operator():
        done_or_told(lambda: jobs().pause(OPERATOR, paused))
