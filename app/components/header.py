"""The line at the top: which project, undo and redo, and the state of the network."""

from functools import partial

import streamlit as st

from app import addresses, playing, state, trainings
from app.addresses import copied, linked
from app.components.form import form, history
from app.components.lesson import topic_of_selection
from app.components.take import Offer, take
from app.text import about, label
from graphbuilder.cards import large, look_of, state_of
from graphbuilder.checks import Report
from graphbuilder.exports import Subject
from graphbuilder.forms import name_form
from graphbuilder.linked import to_word
from graphbuilder.store import Project
from graphbuilder.store.disk import has_no_room
from graphbuilder.store.limits import Limits


def header(shown: Project, report: Report) -> None:
    with st.container(key="header_line", horizontal=True, vertical_alignment="center", gap="small"):
        st.page_link(
            addresses.projects(), label="**graphbuilder**", icon=":material/account_tree:", help="All projects"
        )
        _project_menu(shown, report)
        with st.container(key="history", width="content"):
            history(shown.undo, shown.redo)
        with st.container(
            key="header_state", horizontal=True, horizontal_alignment="right", vertical_alignment="center"
        ):
            _totals(report)
            _train_or_stop()
            for key, page, label, icon, told in (
                ("help_link", addresses.help(), "Help", ":material/help:", "Every operator, function and setting"),
                (
                    "export",
                    addresses.export(),
                    "Export",
                    ":material/download:",
                    "Code, model and pictures to take away",
                ),
            ):
                address = {
                    "project": shown.id,
                    **(topic_of_selection(state.shown_level(report)) if key == "help_link" else {}),
                }
                with st.container(key=key, width="content"):
                    st.page_link(page, label=label, icon=icon, query_params=address, help=told)


def _full() -> str:
    """With a full disk nothing is heard of the engine either."""
    return "The disk is full" if has_no_room(state.store().home) else ""


def _train_or_stop() -> None:
    active = [run for run in trainings.runs() if run.active]
    going = next((run for run in active if run.state != "queued"), active[-1] if active else None)
    if going is None:
        st.button("Train", icon=":material/play_arrow:", key="train", type="primary", on_click=trainings.train)
        return
    waits = {"lost": "The engine was lost and starts again", "starting": "The engine is starting"}
    engine = waits.get(state.jobs().engine())
    waiting = _full() or engine or (_waiting(going.id) if going.state == "queued" else "")
    if waiting:
        st.badge(waiting, color="gray", icon=":material/hourglass_top:")
    later = state.stops().keeps(going.id)
    stopping = later or bool(going.asked)
    st.button(
        "Stopping …" if stopping else "Stop",
        icon=":material/stop:",
        key="stop",
        disabled=stopping,
        on_click=trainings.stop,
        args=(going.id,),
        help="It stops as soon as something can be saved."
        if later
        else "Stops at the end of this batch and keeps what was learned.",
    )


def _waiting(run: str) -> str:
    """Where a run stands in the line; empty where it waits no more."""
    place = state.jobs().place(run)
    if place is None:
        return ""
    if state.jobs().is_paused():
        return "Paused by whoever runs this server"
    return f"Waiting, number {place.number}" + ("" if place.seconds is None else f", {about(place.seconds)}")


def _project_menu(shown: Project, report: Report) -> None:
    with st.popover(label(shown.document.name) or "Untitled", key=f"menu:{shown.id}"):
        form(name_form(shown.document), key="name", direction="line")
        offer = Offer(Subject(report), partial(trainings.subject, state.me(), shown.id))
        take("project", offer, "Download", width="stretch")
        again = st.button("Duplicate", icon=":material/content_copy:", width="stretch", key="duplicate")
        if again and not state.just_pressed():
            copy = state.store().duplicate(state.me(), shown.id, Limits.of_settings())
            state.remember_pressed()
            state.open_project(copy)
            st.rerun()
        if st.button("Delete", icon=":material/delete:", width="stretch", key="delete"):
            state.delete_project(shown.id)
            st.switch_page(addresses.projects())
        _copy_link(shown)
        st.page_link(addresses.projects(), label="New, open, or a lesson", icon=":material/folder_open:")


def _copy_link(shown: Project) -> None:
    asked = st.expander("Link to a copy", icon=":material/link:", key="copy_link", on_change="rerun", width=262)
    if not asked.open:
        return
    word = to_word(shown.document)
    with asked:
        if word is None:
            st.markdown("This network is too large for a link. Download gives its project file.")
            return
        st.markdown("Whoever opens it gets a copy of this network and its settings. Runs stay here.")
        address = linked(word) if playing.is_playground(shown) else copied(word)
        st.code(address, language=None, wrap_lines=True, height=90)


def _totals(report: Report) -> None:
    nodes, state_text = len(report.drawn.nodes), state_of(report, state.is_loud(report))
    least = "at least " if len(report.facts) < nodes else ""
    adds = f"{large(report.multiply_adds)} mult-adds{report.each}"
    counts = (f"{nodes:,} nodes", f"{least}{large(report.parameters)} parameters", adds)
    st.markdown(
        " ·\u00a0".join(count.translate(_UNBROKEN) for count in counts),  # broken between them alone
        help="Weights, and multiplications for one sample on its way through the network.",
    )
    if not report.diagnostics:
        st.badge(state_text, color="green", icon=":material/check_circle:")
        return
    color, icon = _LOOKS[look_of(report, state.is_loud(report))]
    st.button(
        f":{color}-badge[:material/{icon}: {state_text}]",
        key="to_faults",
        type="tertiary",
        help="Show what is wrong",
        on_click=state.show_panel,
        args=("Faults",),
    )


_UNBROKEN = str.maketrans({" ": "\N{NO-BREAK SPACE}", "-": "\N{NON-BREAKING HYPHEN}"})
_LOOKS = {"error": ("red", "error"), "need": ("gray", "info"), "warning": ("orange", "warning")}
