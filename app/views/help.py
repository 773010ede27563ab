"""The pages of help: a list of topics, and the one that was chosen."""

from typing import Any

import streamlit as st

from app import addresses, state
from app.components.lesson import picture
from app.components.prepared import lesson_card
from app.text import plain
from graphbuilder.help import TOPICS, Topic, search
from graphbuilder.parameters import Parameter
from graphbuilder.prepared import lessons_of


def show() -> None:
    chosen = TOPICS.get(state.topic()) or next(iter(TOPICS.values()))
    with st.container(key="help_page"):
        listed, told = st.columns([1, 2.6], gap="large")
        with listed:
            hits, query = _search()
            topic = hits[0] if query and hits and chosen not in hits else chosen
            _list(hits, topic, in_groups=not query)
        with told:
            _tell(topic)
    st.set_page_config(page_title=f"{topic.title} · Help · graphbuilder")


def _search() -> tuple[list[Topic], str]:
    """What answers the search, all topics where there is none, and what was asked."""
    if state.project_id():
        address = {"project": state.project_id()}
        st.page_link(addresses.build(), label="Back to the network", icon=":material/arrow_back:", query_params=address)
    else:
        st.page_link(addresses.projects(), label="All projects", icon=":material/arrow_back:")
    query = st.text_input("Search help", key="help_query", placeholder="Search, such as overfitting or softmax")
    hits = search(query)
    if not hits:
        st.markdown(f"Nothing matches {plain(query)}. Try a shorter word, or Keras' own name.")
    return hits, query


def _list(topics: list[Topic], chosen: Topic, in_groups: bool) -> None:
    with st.container(key="help_topics", gap=None):
        for place, topic in enumerate(topics):
            before = topics[place - 1] if place else None
            if in_groups and (before is None or before.group != topic.group):
                st.markdown(f"**{topic.group}**")
            if in_groups and topic.family and (before is None or before.family != topic.family):
                st.caption(topic.family)
            st.button(
                topic.title,
                key=f"topic:{topic.key}",
                type="secondary" if topic is chosen else "tertiary",
                width="stretch",
                on_click=state.show_topic,
                args=(topic.key,),
            )


def _tell(topic: Topic) -> None:
    name = topic.keras or topic.fault
    beside = f" :gray[{name}]" if _plainly(name) not in ("", _plainly(topic.title)) else ""
    st.title(f"{topic.title}{beside}", anchor=False)
    st.markdown(topic.summary)
    if topic.fault:
        _tell_of_fault(topic)
    else:
        drawn, told = st.columns([1.15, 1], gap="medium")
        with drawn:
            picture(topic.lesson)
            st.caption(topic.lesson.picture.told if topic.lesson.picture else "")
        with told:
            st.markdown(f"**When:** {topic.lesson.when}")
            _point(topic)
    _lessons(topic)
    if topic.lesson.formula:
        st.latex(topic.lesson.formula)
    if topic.shapes:
        st.markdown(topic.shapes)
    if topic.code:
        st.code(topic.code, language="python", wrap_lines=True)
    if topic.defaults:
        st.markdown(f"Default: {plain(topic.defaults)}.  \nBounds: {plain(topic.parameters[0].bounds())}.")
    elif topic.parameters:
        rows = ["| setting | what it does | default | bounds |", "|---|---|---|---|"]
        st.markdown("\n".join(rows + [_row(parameter) for parameter in topic.parameters]))
    _go_on(topic)


def _lessons(topic: Topic) -> None:
    """Networks that are prepared for it, each opened by one press."""
    found = lessons_of(topic.key)
    if found:
        st.markdown("**Try it** with a network that is prepared for it:")
        with st.container(key="lessons"):
            for lesson in found:
                lesson_card(lesson)


def _tell_of_fault(topic: Topic) -> None:
    st.markdown("**For example:**" if len(topic.examples) == 1 else "**It is told in these cases:**")
    for means, sentence in topic.examples:
        st.markdown("\n> ".join([f"{means}  " if means else "", plain(sentence)]))
    st.markdown(f"**What to do:** {topic.lesson.when}")
    _point(topic)


def _point(topic: Topic) -> None:
    st.info(topic.lesson.point, icon=":material/lightbulb:")


def _go_on(topic: Topic) -> None:
    if not topic.see:
        return
    with st.container(key="help_see", horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("**See:**")
        for key in topic.see:
            st.button(TOPICS[key].title, key=f"see:{key}", on_click=state.show_topic, args=(key,))


def _plainly(name: str) -> str:
    return name.replace("_", "").replace(" ", "").casefold()


def _row(parameter: Parameter[Any]) -> str:
    default = parameter.write(parameter.default)
    cells = [parameter.name, parameter.help, "" if default in ("", {"l1": 0.0, "l2": 0.0}) else str(default)]
    return "| " + " | ".join(plain(cell) for cell in [*cells, parameter.bounds()]) + " |"
