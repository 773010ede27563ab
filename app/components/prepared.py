"""Lessons: cards that open a network prepared for an idea, and what to do with it."""

import streamlit as st

from app import addresses, state
from app.text import label, plain
from graphbuilder.help import TOPICS
from graphbuilder.prepared import Prepared, lesson_of
from graphbuilder.store import Project, StoreError
from graphbuilder.store.limits import Limits


def lesson_card(lesson: Prepared) -> None:
    with st.container(key=f"lesson-{lesson.name}", border=True, gap="small"):
        name = label(lesson.document.name)
        if st.button(name, key=f"lesson:{lesson.name}", icon=":material/school:", width="stretch"):
            _open(lesson)
        st.markdown(plain(lesson.about))


def lesson_words(shown: Project) -> None:
    """What to do and what to see, while the project is one of a lesson."""
    lesson = lesson_of(shown.document)
    if lesson is None:
        return
    with st.container(key="lesson_words", gap="small"):
        steps = "\n".join(f"{number}. {plain(step)}" for number, step in enumerate(lesson.steps, 1))
        st.markdown(f"**Lesson:** {plain(lesson.about)}\n\n{steps}\n\n**What you see:** {plain(lesson.see)}")
        topic = TOPICS[lesson.topics[0]]
        address = {"topic": topic.key, "project": shown.id}
        st.page_link(addresses.help(), label=label(topic.title), icon=":material/help:", query_params=address)


def _open(lesson: Prepared) -> None:
    """The lesson's network as a project: the visitor's own where it is as it was prepared, else a new one."""
    try:
        id = _untouched(lesson) or state.store().create(state.me(), lesson.document, Limits.of_settings())
    except StoreError as fault:
        st.error(plain(str(fault)), icon=":material/error:")
        return
    state.open_beside(lesson.opens)
    st.switch_page(addresses.build(), query_params={"project": id})


def _untouched(lesson: Prepared) -> str | None:
    """So that many visits do not fill the list of projects."""
    mine = (line for line in state.store().projects(state.me()) if line.name == lesson.document.name)
    return next((one.id for one in mine if state.store().project(state.me(), one.id).document == lesson.document), None)
