"""The workbench: palette, canvas, inspector and the panels below, on one page."""

from typing import Any

import streamlit as st

from app import playing, routes, state, trainings, versus
from app.acting import follow_edits
from app.components.canvas import canvas, news
from app.components.dock import dock
from app.components.drop import drop_anywhere
from app.components.header import header
from app.components.inspector import inspector
from app.components.opening import arrived, arriving
from app.components.trouble import drawn, not_drawn, project_to_show
from app.text import plain
from graphbuilder.cards import palette
from graphbuilder.features import feature_titles
from graphbuilder.figures import CLASS_COLORS
from graphbuilder.levels import Level
from graphbuilder.linked import to_word
from graphbuilder.store import Missing, NotYours, Project, StoreError
from graphbuilder.store.disk import in_words
from graphbuilder.store.jobs import Job
from graphbuilder.store.limits import Limits

PALETTE = palette()


def show() -> None:
    if project := arrived():
        state.open_project(project)
    state.open_copy()
    playing.open_link()
    shown = project_to_show()
    if shown is None:
        return
    st.set_page_config(page_title=f"{shown.document.name} · graphbuilder")
    with st.container(key="workbench", gap=None):
        desk()
        most = Limits.of_settings().data_mb * 10**6
        drop_anywhere(routes.MODELS, most, in_words(most), key="drop_model")
        arriving()
    follow()


@st.fragment
def desk() -> None:
    """All that shows the network. An edit anywhere on it draws it again, and what was edited first: the canvas."""
    try:
        state.remember_shown(state.pulse())
        _draw(state.project())
    except (Missing, NotYours) as fault:  # deleted in another tab: the page says so
        state.say(str(fault), ":material/block:")
        st.rerun()
    except StoreError as fault:
        st.error(plain(str(fault)), icon=":material/block:")
    except Exception as fault:
        not_drawn("This project", "desk", fault)


def _draw(shown: Project) -> None:
    report = state.report(shown)
    level = state.shown_level(report)
    top, stage, side, below = (st.container(key=key) for key in ("top", "stage", "side", "below"))
    with stage, drawn("The canvas", "canvas"):
        network(shown, level)
    with side, drawn("The form", "form"):
        inspector(shown, level)
    acting = follow_edits(shown, report)
    state.show_linked(to_word(shown.document) if playing.is_playground(shown) else None)
    with top, drawn("This line", "line"):
        header(shown, report)
    with below, drawn("This panel", "panel"):
        dock(shown, report, acting)
    for text, icon in state.messages():
        st.toast(plain(text), icon=icon)


def network(shown: Project, level: Level) -> None:
    has = state.page_has()
    told = news.since(*has, level) if has else {**news.whole(level), "palette": PALETTE}
    canvas(
        {
            "id": shown.id,
            "epoch": shown.id,
            "boot": state.BOOT,
            "rev": shown.changes,
            "acks": state.acknowledged(),
            **told,
            "level": level.way,
            "led": state.led(),
            "loud": state.is_loud(level.report),
            "differing": versus.over_canvas(shown),
            "tour": state.tour(),
            "run": strips_of(trainings.shown_run()),
        },
        key=state.CANVAS,
        height=600,
        on_sync=state.take_canvas_edits,
        on_open=lambda: state.fold_inspector(False),
    )
    if state.take_canvas_edits():  # made while no server was there: to a new one the page comes without a callback
        st.rerun()


def strips_of(run: Job | None) -> dict[str, Any] | None:
    """Where the canvas fetches what its cards and wires show of a run, the step that they show, and where its
    network is asked."""
    if run is None:
        return None
    told = {
        "path": routes.events_of(run.id),
        "asks": routes.questions_of(run.id),
        "commands": routes.commands_of(run.id),
        "step": state.step(),
        "ends": trainings.ends_of(run.id),
        "titles": feature_titles(trainings.run_document(run.id)),
        "tints": [*CLASS_COLORS[:2]],
    }
    return {"id": run.id, **told}


@st.fragment(run_every="1s")
def follow() -> None:
    """Draws the page again when the project was changed in another tab, one of its runs went on to another state, or
    edits that could not be saved, or for which there was no time, can be."""
    if state.is_behind() or state.can_save_again() or state.can_go_on():
        st.rerun()
