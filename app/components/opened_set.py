"""One data set opened: what is in it, what is odd about it, how it is read, and where it is used."""

import base64
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from app import addresses, sets, state
from app.components.columns import columns_table, target_choice
from app.components.reading import reading, windows
from app.text import ago, label, plain
from graphbuilder.figures import balance, correlations
from graphbuilder.readers import READERS
from graphbuilder.store import StoreError
from graphbuilder.store.disk import in_words
from graphbuilder.store.sets import DataSet


def opened_set() -> None:
    if not state.set_id():
        st.markdown(
            "Drop a file, or choose a data set on the left, and here stands what is in it: its columns, what each is "
            "for, and what is odd about them."
        )
        return
    try:
        one = state.sets().one(state.me(), state.set_id())
    except StoreError as fault:
        st.markdown(plain(str(fault)))
        return
    found = sets.found(one)
    _head(one, found)
    if one.state == "looking":
        _waiting(one.id, one.job, one.looked)
    elif one.state == "failed":
        st.error(plain(one.reason), icon=":material/error:")
        st.button("Look again", icon=":material/refresh:", key="look_again", on_click=sets.look_again, args=(one.id,))
    if found:
        _found(one, sets.as_wanted(one, found))
    elif one.state == "failed":
        wish = state.sets().wish(state.me(), one.id)
        with st.container(width=420):
            reading(one.id, wish.get("reader", one.reader), wish.get("options", {}), {})


def _head(one: DataSet, found: Mapping[str, Any] | None) -> None:
    with st.container(key="set_head", horizontal=True, vertical_alignment="center", gap="small"):
        st.header(label(one.title), anchor=False, width="stretch")
        if found and found["description"]:
            _use(one, sets.wrong_with(found))
        with st.popover("", icon=":material/more_horiz:", help="Rename or delete"):
            key = f"title:{one.id}"
            state.hold(key, one.title)
            st.text_input(
                "Name", key=key, max_chars=80, on_change=lambda: sets.rename(one.id, state.entered(key).strip())
            )
            st.button("Delete", icon=":material/delete:", key="delete_set", on_click=sets.delete, args=(one.id,))
            if query := sets.asked(one):
                st.code(query, language="sql", wrap_lines=True)
                st.button(
                    "Ask again", icon=":material/refresh:", key="ask_again", on_click=sets.ask_again, args=(one.id,)
                )
    told = [kind_of(one), plain(one.file), in_words(one.bytes), f"added {ago(time.time() - one.made)}"]
    if found:
        told[1:1] = [f"{found['rows']:,} rows", f"{len(found['columns']):,} columns"]
    st.caption(" · ".join(told))


def _use(one: DataSet, wrong: str) -> None:
    """wrong: why nothing can be trained with it as it is, empty where something can. A press while it is looked at is
    remembered until that is done."""
    looks, waiting = one.state == "looking", state.to_use(one.id)
    here = state.project_id()
    projects = state.store().projects(state.me())
    name = next((label(project.name) or "this project" for project in projects if project.id == here), "")
    others = [project for project in projects if project.id != here][:_MOST_PROJECTS]
    bar = waiting is not None if looks else bool(wrong)
    why = (_USED_THEN if waiting is not None else _LOOKED_AT) if looks else plain(wrong) or None
    chosen = None
    if name and st.button(
        f"Use in {name}", key="use_here", type="primary", icon=":material/check:", disabled=bar, help=why
    ):
        chosen = here
    kind: Literal["primary", "secondary"] = "secondary" if name else "primary"
    if st.button("Use in a new project", key="use_new", type=kind, icon=":material/add:", disabled=bar, help=why):
        chosen = ""
    if others and not bar:
        with st.popover("Use in …"):
            for project in others:
                if st.button(label(project.name) or "Untitled", key=f"use:{project.id}", type="tertiary"):
                    chosen = project.id
    if looks and chosen is not None:
        state.remember_use(one.id, chosen)
        st.rerun()
    elif not looks:
        state.remember_use(one.id, None)
        if chosen is None and one.state == "ready":
            chosen = waiting
        if chosen is not None and not wrong:
            go_to(sets.use(one, chosen))


_MOST_PROJECTS = 20
_LOOKED_AT = "It is looked at once more, as you have changed how it is read. It is used as soon as that is done."
_USED_THEN = "It is used as soon as it was looked at once more."


@st.fragment(run_every="0.5s")
def _waiting(id: str, job: str, looked: str | None) -> None:
    """How far the look is; the page is drawn again when it tells something, and when it comes to its end."""
    one = state.sets().one(state.me(), id)
    if (one.state, one.job, one.looked) != ("looking", job, looked):
        st.rerun()
    what, share = sets.does(one)
    with st.container(key="set_waiting", horizontal=True, vertical_alignment="center"):
        engine = " The engine is starting." if state.jobs().engine() == "lost" else ""
        st.progress(share or 0.0, text=f"{what} …{engine}", width="stretch")
        st.button("Cancel", key="stop_look", on_click=sets.stop, args=(one,))


def _found(one: DataSet, found: Mapping[str, Any]) -> None:
    facts = found["facts"] or {}
    if found["fault"]:
        st.error(plain(found["fault"]), icon=":material/error:")
    _findings(one, facts.get("findings", ()))
    named = ["Columns", "First rows"]
    named += ["Pictures"] if found["pictures"] else []
    named += ["Correlations"] if len(facts.get("related", ())) > 1 else []
    named += ["How it is read"]
    tabs = dict(zip(named, st.tabs(named), strict=True))
    with tabs["Columns"]:
        _columns(one, found)
    with tabs["First rows"]:
        _rows(found["head"])
    if "Pictures" in tabs:
        with tabs["Pictures"]:
            _pictures(found["pictures"])
    if "Correlations" in tabs:
        with tabs["Correlations"]:
            figure = correlations(facts["related"], facts["correlations"])
            st.plotly_chart(figure, key=f"together:{one.id}", config={"displayModeBar": False}, height=420)
    with tabs["How it is read"], st.container(horizontal=True, gap="large", key="set_reading"):
        with st.container(width=380):
            reading(one.id, found["reader"], found["options"], found["choices"])
        with st.container(width="stretch"):
            st.markdown("\n".join(f"- {plain(text)}" for text in found["told"]))


def _findings(one: DataSet, findings: Sequence[Mapping[str, Any]]) -> None:
    """What is odd, errors first; many are folded away behind the first few."""
    ordered = sorted(findings, key=lambda finding: finding["severity"] != "error")
    with st.container(key="set_findings", gap=None):
        first = len(ordered) if len(ordered) == _FIRST + 1 else _FIRST
        for place, finding in enumerate(ordered[:first]):
            _finding(one, place, finding)
        if rest := ordered[first:]:
            with st.expander(f"{len(rest)} more"):
                for place, finding in enumerate(rest, first):
                    _finding(one, place, finding)


_FIRST = 3


def _finding(one: DataSet, place: int, finding: Mapping[str, Any]) -> None:
    icon = ":red[:material/error:]" if finding["severity"] == "error" else ":orange[:material/warning:]"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{icon} {plain(finding['text'])}", width="stretch")
        for way, named in (("change", "mend"), ("instead", "instead")):
            if change := finding.get(way):
                words, key = _change_in_words(change), f"{named}:{one.id}:{place}"
                st.button(words, key=key, on_click=sets.set_columns, args=(one.id, change))


def _change_in_words(change: Mapping[str, Mapping[str, str]]) -> str:
    """What a button does, such as "Ignore age" or "Fill age by its median"."""
    named = [label(name) for name in change]
    whom = named[0] if len(named) == 1 else f"{len(named)} columns"
    if all(each.get("role") == "target" for each in change.values()) and len(named) > 1:
        return f"Make {' and '.join(named) if len(named) == 2 else f'these {whom}'} targets"
    told = {(key, value) for each in change.values() for key, value in each.items()}
    words = {
        ("role", "ignore"): f"Ignore {whom}",
        ("missing", "drop"): f"Drop these rows of {whom}",
        ("missing", "category"): "Make it a category of its own",
    }
    if type := next((value for key, value in told if key == "type" and value in _TAKEN_AS), None):
        return f"Take {whom} as {_TAKEN_AS[type]}"
    if len(told) == 1:
        ((key, value),) = told
        usual = f"Fill {whom} by the {value}" if key == "missing" else f"Make {whom} a {value}"
        return words.get((key, value), usual)
    return f"Change {whom}"


_TAKEN_AS = {"number": "numbers", "date": "dates", "category": "a category"}


def _columns(one: DataSet, found: Mapping[str, Any]) -> None:
    described = found["description"] or {}
    with st.container(horizontal=True, gap="medium"):
        with st.container(key="set_target", width=280):
            target_choice(one.id, found["columns"])
        main = next((field for field in described.get("fields", ()) if field["name"] == described["main_class"]), None)
        if main and described["class_rows"]:
            with st.container(key="set_balance", width="stretch", gap="small"):
                st.caption(_baseline(main["classes"], described["class_rows"]))
                if len(main["classes"]) <= _MOST_BARS:
                    figure = balance(main["classes"], described["class_rows"])
                    st.plotly_chart(figure, key=f"balance:{one.id}", config={"displayModeBar": False},
                                    height=figure["layout"]["height"])  # fmt: skip
    if found.get("series"):
        windows(one.id, found["window"])
    facts = found["facts"] or {}
    columns_table(one.id, one.looked or "", found["columns"], facts.get("columns", ()))


_MOST_BARS = 30


def _baseline(classes: Sequence[str], rows: Sequence[int]) -> str:
    most = max(range(len(rows)), key=lambda place: rows[place])
    return f"Whoever always says {plain(classes[most])} is right in {rows[most] / max(1, sum(rows)):.0%}."


def _rows(head: Mapping[str, Any]) -> None:
    names = head["names"]
    st.dataframe(
        {name: [row[place] for row in head["rows"]] for place, name in enumerate(names)},
        hide_index=True,
        width="stretch",
    )
    if head["more"] > len(names):
        st.caption(f"{len(names)} of {head['more']:,} columns.")


def _pictures(pictures: Sequence[Mapping[str, str]]) -> None:
    images = [base64.b64decode(one["png"]) for one in pictures]
    st.image(images, caption=[plain(one["label"]) for one in pictures], width=96)


def go_to(project: str | None) -> None:
    """To the project that uses the data now."""
    if project:
        state.show_panel("Data")
        st.switch_page(addresses.build(), query_params={"project": project})


def kind_of(one: DataSet) -> str:
    known = READERS.get(one.reader)
    return known.title if known else "not read yet" if one.state != "failed" else "not read"
