"""What the canvas and the forms beside it sent: edits, the selection, the level and the panel that were turned to."""

import math
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.edits import numbered
from app.shares import SHARES
from app.state.looked_at import DOCK_SIZES, PANELS, project_id, set_dock_size, show_panel, take_link
from app.state.opened import REPORTS
from app.state.said import say
from app.state.whose import me, store
from graphbuilder.checks import Report
from graphbuilder.document import Document, Wire, wire_key
from graphbuilder.levels import MOST_LETTERS, Level, level, way_of_change
from graphbuilder.refusals import EditError
from graphbuilder.store import StoreError, Unsaved, clock
from graphbuilder.store.store import Numbered

CANVAS = "canvas_component"
BOOT = secrets.token_hex(8)
"""Another one each time the server is started."""
_TRY_AGAIN_SECONDS = 3.0
KEPT = "Edits are kept here and sent later."
_CLIENT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EDIT_SECONDS = 0.5
"""For so long edits of one message are worked before the page is drawn; the rest is worked behind it."""
_MOST_SAID = 3
"""Refusals of one message that are told one by one."""


def take_canvas_edits(all_of_them: bool = False) -> bool:
    """Works the canvas' edits that were not worked yet, as many as the visitor's share allows; whether there were any.
    Sent twice they are worked once."""
    sync = st.session_state.get(CANVAS, {}).get("sync")
    if not isinstance(sync, Mapping) or sync.get("epoch") != project_id():
        return False
    client, chosen = sync.get("client"), sync.get("sel")
    if not isinstance(client, str) or not _CLIENT.fullmatch(client):
        return False
    st.session_state["client"] = client
    st.session_state["selected"] = [id for id in chosen if isinstance(id, str)] if isinstance(chosen, list) else []
    wire = sync.get("wire")
    st.session_state["selected_wire"] = wire if isinstance(wire, str) else None
    way = sync.get("level")
    st.session_state["level"] = way if isinstance(way, str) and len(way) <= MOST_LETTERS else ""
    _take_turn(sync.get("panel"))
    take_link(sync.get("link"))
    began, until = time.thread_time(), math.inf if all_of_them else time.monotonic() + _EDIT_SECONDS
    try:
        edits = numbered(sync, store().taken(me(), project_id(), client))
        if not edits:
            return False
        if SHARES.owed(me()) and not all_of_them:
            st.session_state["edits_left"] = True
            return False
        before = store().project(me(), project_id()).document if any(edit.step for _, edit in edits) else None
        after, refused = store().take(me(), project_id(), client, edits, until)
        if before is not None:
            _follow_steps(before, after.document, edits)
        st.session_state["edits_left"] = store().taken(me(), project_id(), client) < edits[-1][0]
    except Unsaved as fault:  # the canvas keeps them until they are acknowledged
        st.session_state["unsaved"] = clock.now()
        say(f"{fault.why} {KEPT}", ":material/block:")
        return False
    except (EditError, StoreError) as fault:
        say(str(fault), ":material/block:")
        return False
    finally:
        SHARES.used(me(), time.thread_time() - began)  # paid for before this page's next message is read
    for reason in refused[:_MOST_SAID]:
        say(reason, ":material/block:")
    return True


def _follow_steps(before: Document, after: Document, edits: Sequence[tuple[int, Numbered]]) -> None:
    """Remembers to which level a step back or forward leads, for the page that took it."""
    steps = [n for n, edit in edits if edit.step]
    way = way_of_change(before, after, _way()) if steps else None
    if way is not None:
        st.session_state["led"] = {"client": st.session_state["client"], "n": steps[-1], "level": way}


def led() -> dict[str, Any] | None:
    """The number of the last undo or redo that belongs to another level than was shown, and that level."""
    found: dict[str, Any] | None = st.session_state.get("led")
    return found


def refused() -> str:
    """Why what stands in a field of this page was not taken; empty where all was."""
    sync = st.session_state.get(CANVAS, {}).get("sync")
    told = sync.get("refused") if isinstance(sync, Mapping) and sync.get("epoch") == project_id() else None
    return next((why[:300] for why in told if isinstance(why, str)), "") if isinstance(told, list) else ""


def can_go_on() -> bool:
    """Whether there are edits in the last message for which there was no time, and now is."""
    return bool(st.session_state.get("edits_left")) and not SHARES.owed(me())


def can_save_again() -> bool:
    """Whether edits that the store refused a while ago may be tried again, as they are with the page that is drawn."""
    refused: float | None = st.session_state.get("unsaved")
    if refused is None or clock.since(refused) < _TRY_AGAIN_SECONDS or store().trouble():
        return False
    st.session_state["unsaved"] = None
    return True


def _take_turn(told: object) -> None:
    """The panel that the person turned to, and how much room it is given. A turn has a number: what is said again of an
    earlier one is no wish."""
    if not isinstance(told, Mapping):
        return
    n, name, size = told.get("n"), told.get("to"), told.get("size")
    if type(n) is int and turn() < n < 2**53 and name in PANELS:
        st.session_state["turn"] = n
        show_panel(str(name))
        if size in DOCK_SIZES:
            set_dock_size(str(size))


def turn() -> int:
    """The number of the last turn to a panel that this page was told of."""
    return int(st.session_state.get("turn", 0))


def page_has() -> tuple[int, Level] | None:
    """The revision of the network that this page said it has, and the level whose cards; None where it said nothing, or
    it is not known here any more."""
    sync = st.session_state.get(CANVAS, {}).get("sync")
    has = sync.get("has") if isinstance(sync, Mapping) and sync.get("epoch") == project_id() else None
    if not isinstance(has, Mapping) or has.get("boot") != BOOT or type(has.get("rev")) is not int:
        return None
    found, way = REPORTS.get((project_id(), has["rev"])), has.get("level")
    return (has["rev"], level(found, way)) if found and isinstance(way, str) else None


# What was worked


def acknowledged() -> dict[str, int]:
    """The number of the last edit that was worked, of this page's canvas."""
    known = st.session_state["acknowledged"] = taken()
    return known


def taken() -> dict[str, int]:
    client = st.session_state.get("client")
    return {client: store().taken(me(), project_id(), client)} if client else {}


def told_acknowledged() -> dict[str, int]:
    """What the canvas was told of its edits when it was drawn last: the forms around it are of the same moment."""
    found: dict[str, int] = st.session_state.get("acknowledged", {})
    return found


# What is shown


def shown_level(report: Report) -> Level:
    """What the canvas shows: the network itself, or what is in a block."""
    return level(report, _way())


def _way() -> str:
    return str(st.session_state.get("level", ""))


def selected_wire(shown: Level) -> Wire | None:
    """The wire that is selected alone; None where the page looks at another level than it said."""
    name = st.session_state.get("selected_wire") if shown.way == _way() else None
    return next((wire for wire in shown.wires if wire_key(wire) == name), None) if name else None


def selected(shown: Level) -> list[str]:
    """The selected nodes; none where the page looks at another level than it said."""
    chosen = st.session_state.get("selected", ()) if shown.way == _way() else ()
    return [id for id in chosen if id in shown.nodes]
