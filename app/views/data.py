"""The page of data: what is mine, what comes with graphbuilder, and one set opened."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app import addresses, routes, sets, state
from app.components.drop import drop
from app.components.opened_set import go_to, kind_of, opened_set
from app.components.trouble import no_cookies
from app.text import label, plain
from graphbuilder.datasets import SOURCES
from graphbuilder.store.disk import in_words, kept_by
from graphbuilder.store.limits import Limits
from graphbuilder.store.sets import DataSet, Use


def show() -> None:
    st.set_page_config(page_title="Data · graphbuilder")
    if state.visitor() is None:
        no_cookies()
        return
    with st.container(key="data_page"):
        with st.container(key="data_top", horizontal=True, vertical_alignment="center"):
            st.title("Data", anchor=False, width="stretch")
            if state.project_id():
                address = {"project": state.project_id()}
                st.page_link(addresses.build(), label="The network", icon=":material/arrow_back:", query_params=address)
            st.page_link(addresses.projects(), label="All projects", icon=":material/folder_open:")
        listed, opened = st.columns([1, 2.5], gap="large")
        with listed:
            _come()
            _deleted()
            _mine()
            _built_in()
        with opened:
            opened_set()
    for text, icon in state.messages():
        st.toast(plain(text), icon=icon)


# What comes


def _come() -> None:
    limits = Limits.of_settings()
    most = limits.data_mb * 10**6
    kinds = "Tables (CSV, Excel, Parquet, JSON), arrays, zips of pictures or texts"
    drop(routes.DATA, most, in_words(most), kinds, key="drop", on_arrived=_take_arrived)
    if sets.folder():
        st.selectbox(
            "Or a file on the server", sets.there(), index=None, key="there", placeholder="Choose a file",
            on_change=_take_there,
        )  # fmt: skip
    if databases := sets.databases():
        with st.expander("Ask a database"):
            source = st.selectbox("Server", databases, key="database")
            query = st.text_area("Query", key="query", placeholder="SELECT * FROM customers", max_chars=4000)
            if st.button("Ask", key="ask_database", disabled=not query.strip()):
                state.done_or_told(lambda: sets.ask_database(source, query))
                st.rerun()
    kept = in_words(kept_by(state.store(), state.me()))
    st.caption(f"Projects, runs and data take {kept} of {in_words(limits.owner_disk_mb * 10**6)}.")


def _take_arrived() -> None:
    told = state.entered("drop").get("arrived")
    if isinstance(told, Mapping) and isinstance(told.get("id"), str):
        state.show_set(told["id"])


def _take_there() -> None:
    path = state.entered("there")
    state.hold("there", None)
    if path:
        state.done_or_told(lambda: sets.add_from_folder(path))


# What is there


def _deleted() -> None:
    if state.deleted_set() is None:
        return
    with st.container(key="data_deleted", horizontal=True, vertical_alignment="center"):
        st.markdown("The data set was deleted.")
        st.button("Undo", icon=":material/undo:", key="restore_set", on_click=sets.restore)


def _mine() -> None:
    st.subheader("Yours", anchor=False)
    mine, uses = sets.mine(), sets.uses()
    if not mine:
        st.markdown("None yet. Drop a file above, or choose one.")
    with st.container(key="data_mine", gap=None):
        for one in mine:
            _line(one, uses.get(one.hash, []) if one.hash else [])
    if looking := [one.id for one in mine if one.state == "looking"]:
        _until_looked(looking)


@st.fragment(run_every="1s")
def _until_looked(ids: Sequence[str]) -> None:
    """The page is drawn again when one of the sets that were looked at when the list was drawn is no longer."""
    if not {one.id for one in sets.mine() if one.state == "looking"}.issuperset(ids):
        st.rerun()


def _line(one: DataSet, used: Sequence[Use]) -> None:
    icon = {"looking": ":material/hourglass_top:", "failed": ":material/error:"}.get(one.state, ":material/table:")
    st.button(
        label(one.title),
        key=f"set:{one.id}",
        icon=icon,
        type="secondary" if one.id == state.set_id() else "tertiary",
        width="stretch",
        on_click=state.show_set,
        args=(one.id,),
    )
    told = [kind_of(one), *([f"{one.rows:,} rows"] if one.rows is not None else []), in_words(one.bytes)]
    told += [f"used in {plain(used[0].name)}" + (f" and {len(used) - 1} more" if len(used) > 1 else "")] if used else []
    st.caption(" · ".join(filter(None, told)))


def _built_in() -> None:
    st.subheader("Built in", anchor=False)
    with st.container(key="data_built_in", gap=None):
        for name, source in SOURCES.items():
            shown = source()
            told = f"{source.about} {shown.rows():,} rows: {', '.join(shown.fields())}."
            title = label(source.title)
            if st.button(
                title, key=f"source:{name}", icon=":material/inventory_2:", type="tertiary", width="stretch", help=told
            ):
                go_to(sets.use_built_in(name, state.project_id()))
