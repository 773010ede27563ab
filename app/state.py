"""What a page remembers, and which project it shows. The only file that touches st.session_state.

A page holds nothing that it could lose: the project is in the store and its id in the address. The session keeps what
is merely looked at, such as the selected nodes.
"""

import math
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import streamlit as st

from app import owner as owners
from app.edits import numbered
from app.shares import SHARES
from graphbuilder.checks import Report, check
from graphbuilder.document import Document
from graphbuilder.home import default_home
from graphbuilder.levels import MOST_LETTERS, Level, level, way_of_change
from graphbuilder.pictures import Layout
from graphbuilder.recent import Recent, report_bytes
from graphbuilder.refusals import EditError
from graphbuilder.store import Project, Store, StoreError, Unsaved, clock
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.jobs import Jobs, Kind
from graphbuilder.store.limits import Limits
from graphbuilder.store.sets import Sets
from graphbuilder.store.store import Edit, Numbered
from graphbuilder.templates import template

SERVED_VARIABLE = "GRAPHBUILDER_SERVED"
STARTER = "lenet"
CANVAS = "canvas_component"
ROOMS = {
    "Network": {"Summary": "Summary", "Faults": "Faults", "Code": "Code"},
    "Data": {"Data": "Data"},
    "Training": {"Training": "This run", "Runs": "All runs"},
    "Results": {"Results": "Answers"},
}
"""What is built, what is fed, what is watched and what is asked: the panels of each room, and what their tabs say."""
PANELS = tuple(panel for panels in ROOMS.values() for panel in panels)
DOCK_SIZES = ("low", "wide", "folded")
_FIRST_PANEL = "Training"
_TRY_AGAIN_SECONDS = 3.0
_CLIENT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_EDIT_SECONDS = 0.5
"""For so long edits of one message are worked before the page is drawn; the rest is worked behind it."""
_DRAWN_AGAIN_SECONDS = 10.0
_DOUBLE_PRESS_SECONDS = 0.7
_MOST_SAID = 3
"""Refusals of one message that are told one by one."""
BOOT = secrets.token_hex(8)
"""Another one each time the server is started."""


@cache
def store() -> Store:
    return Store(default_home())


@cache
def jobs() -> Jobs:
    return Jobs(default_home())


@cache
def sets() -> Sets:
    return Sets(default_home())


# Whose page


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


def ask(kind: Kind, request: Mapping[str, Any], project: str | None = None) -> str:
    """A new job for the visitor; its id. Raises StoreError where more may not wait."""
    return jobs().ask(me(), kind, request, project, Limits.of_settings(), address=_network())


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
        done_or_told(lambda: jobs().stop(OPERATOR, job))


def pause_queue(paused: bool) -> None:
    if is_operator():
        done_or_told(lambda: jobs().pause(OPERATOR, paused))


# Which project


def project_id() -> str:
    return st.query_params.get("project", "")


def open_project(id: str) -> None:
    st.query_params["project"] = id
    show_run(None)
    for name in ("selected", "shown", "level", "led"):
        st.session_state.pop(name, None)


def open_last_or_starter() -> None:
    """Puts a project into the address: the visitor's last one, or at the first visit a new one from a template."""
    mine = store().projects(me())
    open_project(mine[0].id if mine else store().create(me(), template(STARTER)))


def remember_pressed() -> None:
    """Train was pressed, and something came of it."""
    st.session_state["pressed"] = clock.now()


def just_pressed() -> bool:
    return clock.since(st.session_state.get("pressed", -math.inf)) < _DOUBLE_PRESS_SECONDS


def want_training() -> None:
    """Somebody pressed Train: from now on what is only unfinished is told like a fault, until nothing is left of it."""
    st.session_state["wanted"] = project_id()


def is_loud(shown: Report) -> bool:
    if not shown.against_training:
        st.session_state.pop("wanted", None)
    return bool(st.session_state.get("wanted") == project_id())


def delete_project(id: str) -> None:
    """Takes a project out of the list; what it trains is stopped and kept."""
    store().delete(me(), id)
    jobs().stop_all(me(), id)
    remember_deleted(id)


def project() -> Project:
    """The project of the address. Raises StoreError where it is not there or not the visitor's."""
    return store().project(me(), project_id())


_reports: Recent[tuple[str, int], Report] = Recent(120_000_000)


def report(shown: Project) -> Report:
    """What the checks say of a project, worked out once for all pages and panels that show it."""
    return checked((shown.id, shown.changes), lambda: shown.document)


def checked(key: tuple[str, int], document: Callable[[], Document]) -> Report:
    """What the checks say of the document that this key stands for."""
    return _reports.made(key, lambda: check(document()), report_bytes)


# Edits


def edit(change: Edit, label: str, merge: bool = False) -> bool:
    """Changes the project; where that cannot be done, the page says why. Whether it was done."""
    try:
        store().edit(me(), project_id(), change, label, merge)
    except (EditError, StoreError) as fault:
        say(str(fault), ":material/block:")
        return False
    return True


def undo() -> None:
    _step(store().undo)


def redo() -> None:
    _step(store().redo)


def _step(step: Callable[[str, str], Project]) -> None:
    try:
        step(me(), project_id())
    except StoreError as fault:
        say(str(fault), ":material/block:")


# The canvas


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
    way = sync.get("level")
    st.session_state["level"] = way if isinstance(way, str) and len(way) <= MOST_LETTERS else ""
    _take_turn(sync.get("panel"))
    began, until = time.thread_time(), math.inf if all_of_them else time.monotonic() + _EDIT_SECONDS
    try:
        edits = numbered(sync, store().taken(me(), project_id(), client))
        if not edits:
            return False
        if SHARES.owed(me()) and not all_of_them:
            st.session_state["edits_left"] = True
            return False
        before = store().project(me(), project_id()).document
        after, refused = store().take(me(), project_id(), client, edits, until)
        _follow_steps(before, after.document, edits)
        st.session_state["edits_left"] = store().taken(me(), project_id(), client) < edits[-1][0]
    except Unsaved as fault:  # the canvas keeps them until they are acknowledged
        st.session_state["unsaved"] = clock.now()
        say(str(fault), ":material/block:")
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
    found, way = _reports.get((project_id(), has["rev"])), has.get("level")
    return (has["rev"], level(found, way)) if found and isinstance(way, str) else None


def acknowledged() -> dict[str, int]:
    """The number of the last edit that was worked, of this page's canvas."""
    known = st.session_state["acknowledged"] = _taken()
    return known


def _taken() -> dict[str, int]:
    client = st.session_state.get("client")
    return {client: store().taken(me(), project_id(), client)} if client else {}


def told_acknowledged() -> dict[str, int]:
    """What the canvas was told of its edits when it was drawn last: the forms around it are of the same moment."""
    found: dict[str, int] = st.session_state.get("acknowledged", {})
    return found


def shown_level(report: Report) -> Level:
    """What the canvas shows: the network itself, or what is in a block."""
    return level(report, _way())


def _way() -> str:
    return str(st.session_state.get("level", ""))


def selected(shown: Level) -> list[str]:
    """The selected nodes; none where the page looks at another level than it said."""
    chosen = st.session_state.get("selected", ()) if shown.way == _way() else ()
    return [id for id in chosen if id in shown.nodes]


# What the address says


def chosen_run() -> str | None:
    """The run that the panels are to show; None for whichever is the newest."""
    return st.query_params.get("run")


def show_run(id: str | None) -> None:
    """Shows a run, or with None whichever is the newest."""
    if id:
        st.query_params["run"] = id
    elif "run" in st.query_params:
        del st.query_params["run"]


def run_to_take() -> str | None:
    """The run that was chosen on the export page: its id, empty for the network as it is now, None before a choice."""
    return st.query_params.get("take")


def take_run(id: str) -> None:
    st.query_params["take"] = id


def compared() -> list[str]:
    """The runs that are ticked, to be compared."""
    found: list[str] = st.session_state.get("compared", [])
    return found


def compare(id: str, yes: bool) -> None:
    st.session_state["compared"] = [*(one for one in compared() if one != id), *([id] if yes else [])]


def looks() -> dict[str, int]:
    """The number of the colour and dash that each run was last drawn in."""
    found: dict[str, int] = st.session_state.get("looks", {})
    return found


def remember_looks(found: Mapping[str, int]) -> None:
    st.session_state["looks"] = {**looks(), **found}


def topic() -> str:
    """The key of the help's topic that the address asks for; empty where it asks for none."""
    return st.query_params.get("topic", "")


def show_topic(key: str) -> None:
    st.query_params["topic"] = key


def picture_layout() -> Layout:
    found: Layout = st.session_state.get("layout", "canvas")
    return found


# The tour


def tour() -> int | None:
    """The number of the last wish for the tour, which came with the address; the canvas works each number once."""
    if "tour" in st.query_params:
        del st.query_params["tour"]
        st.session_state["tour"] = time.time_ns() // 1_000_000
    found: int | None = st.session_state.get("tour")
    return found


# Whether the page is behind


def pulse() -> tuple[object, ...]:
    """What the page shows without being told: it is drawn again when any of it changes. An edit that was refused
    changes nothing but what is acknowledged, and its page waits to be told so."""
    project = project_id()
    return store().changes(me(), project), _taken(), jobs().engine(), jobs().pulse(me(), project)


def remember_shown(pulse: tuple[object, ...]) -> None:
    st.session_state["redrawn"] = st.session_state.pop("redrawing", 0)
    st.session_state["shown"], st.session_state["drawn"] = pulse, clock.now()


def is_behind() -> bool:
    """Whether the page is to be drawn again by itself: the project, or one of its runs, changed elsewhere since it was
    drawn; or some time has passed, twice as much each time, as what a busy server has drawn may be lost on the way."""
    try:
        if pulse() != st.session_state.get("shown"):
            return True
    except StoreError:
        return True
    times: int = st.session_state["redrawn"]
    if clock.since(st.session_state["drawn"]) <= _DRAWN_AGAIN_SECONDS * 2**times:
        return False
    st.session_state["redrawing"] = times + 1
    return True


# Small things


def done_or_told(act: Callable[[], object]) -> bool:
    """Whether it could be done; where it could not, the page says why."""
    try:
        act()
    except StoreError as fault:
        say(str(fault), ":material/block:")
        return False
    return True


def say(text: str, icon: str) -> None:
    """A short message, shown when the page is drawn next."""
    st.session_state.setdefault("messages", []).append((text, icon))


def messages() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = st.session_state.pop("messages", [])
    return found


def hold(key: str, value: Any) -> None:
    """Makes a widget show this value, unless it shows it already."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def entered(key: str) -> Any:
    """The value of a widget, in its callback."""
    return st.session_state[key]


def panel() -> str:
    """The panel that is open; the address remembers it."""
    return _of_page("panel", PANELS, _FIRST_PANEL)


def show_panel(name: str) -> None:
    """Turns to a panel, and gives the panels their room back where they are folded away."""
    _set_of_page("panel", name)
    if dock_size() == "folded":
        set_dock_size("low")


def dock_size() -> str:
    """How much room the panels have: low below the network, wide beside it, or folded away."""
    return _of_page("dock", DOCK_SIZES, DOCK_SIZES[0])


def set_dock_size(size: str) -> None:
    _set_of_page("dock", size)


def _of_page(name: str, known: Sequence[str], usual: str) -> str:
    """What the address says at first, and afterwards what was set: every message of the browser brings its address
    along, which may be the one from before."""
    found = st.session_state.get(f"page_{name}", st.query_params.get(name))
    if found not in known:
        return usual
    if st.query_params.get(name) != found:
        st.query_params[name] = found
    return str(found)


def _set_of_page(name: str, value: str) -> None:
    st.session_state[f"page_{name}"] = st.query_params[name] = value


def inspector_folded() -> bool:
    return bool(st.session_state.get("inspector_folded"))


def fold_inspector(folded: bool) -> None:
    st.session_state["inspector_folded"] = folded


def remember_deleted(id: str | None) -> None:
    st.session_state["deleted"] = id


def deleted() -> str | None:
    found: str | None = st.session_state.get("deleted")
    return found


def remember_deleted_run(id: str | None) -> None:
    st.session_state["deleted_run"] = id


def remember_deleted_set(id: str | None) -> None:
    st.session_state["deleted_set"] = id


def deleted_set() -> str | None:
    found: str | None = st.session_state.get("deleted_set")
    return found


def set_id() -> str:
    """The data set of the address; empty where it names none."""
    return st.query_params.get("set", "")


def show_set(id: str) -> None:
    if id:
        st.query_params["set"] = id
    elif "set" in st.query_params:
        del st.query_params["set"]


def deleted_run() -> str | None:
    found: str | None = st.session_state.get("deleted_run")
    return found
