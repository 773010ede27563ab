"""What help tells of a thing: its picture, its formula, when to use it, and what a lecture would say of it."""

import streamlit as st

from app import addresses, state
from graphbuilder.help import TOPICS, key_of
from graphbuilder.lessons import Lesson
from graphbuilder.levels import Level


def picture(lesson: Lesson) -> None:
    """The drawing, where there is one."""
    if lesson.picture is None:
        return
    with st.container(key="lesson_picture"):
        st.image(lesson.picture.svg(), width="stretch", alt=lesson.picture.told)


def show_lesson(lesson: Lesson, topic: str) -> None:
    """The lesson in a narrow place, and the way to the whole topic in help."""
    picture(lesson)
    if lesson.formula:  # in the line of a text, where it is broken to the width that there is
        st.markdown(f"$\\displaystyle {lesson.formula}$")
    st.markdown(f"**When:** {lesson.when}")
    st.markdown(f"**The point:** {lesson.point}")
    address = {"topic": topic, "project": state.project_id()}
    st.page_link(addresses.help(), label="More in help", icon=":material/help:", query_params=address)


def topic_of_selection(level: Level) -> dict[str, str]:
    """For the address of help: the topic of the operator that is selected; nothing where it is none or several."""
    chosen = state.selected(level)
    key = key_of("operator", level.nodes[chosen[0]].kind) if len(chosen) == 1 else ""
    return {"topic": key} if key in TOPICS else {}
