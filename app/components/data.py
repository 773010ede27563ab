"""The data set: which one, what is in it, and which rows are kept from training."""

import streamlit as st

from app import addresses, previews, sets, state
from app.components.form import faults, form
from app.text import label, plain
from graphbuilder import editing
from graphbuilder.branches import draw_inputs, draw_network, left_to_enter
from graphbuilder.checks import Report
from graphbuilder.datasets import Own, Source
from graphbuilder.document import Data, Document
from graphbuilder.fields import OF_ROWS, Field
from graphbuilder.forms import alike_form, data_form, misfits
from graphbuilder.shapes import show
from graphbuilder.store import Project
from graphbuilder.store.sets import DataSet
from graphbuilder.tensors import Numbers
from graphbuilder.texts import amount

MOST_NAMED = 12
_NO_DATA = (
    "There are no data: the network is an architecture, whose code, pictures and summary can be taken away. "
    "To train it, choose a data set on the left."
)


def data_panel(shown: Project, report: Report) -> None:
    with st.container(key="data", horizontal=True, gap="medium"):
        with st.container(key="data_choice", gap="small"):
            form(data_form(report), key="data")
            _own(shown)
        source = shown.document.data.source
        with st.container(key="data_about", gap="small"):
            if source is None:
                st.markdown("Choose a data set on the left." if shown.document.data.name else _NO_DATA)
                return
            _gone(shown)
            told = misfits(report)
            if told:
                faults(told, key="misfits")
            _about(source)
            _parts(shown, source)
            _draw(shown.document)
        with st.container(key="data_samples"):
            _samples(shown.document.data, source)


def alike_choice(report: Report) -> None:
    """Another data set with the same fields, to play with, or others of these samples; nothing where there is no such
    set."""
    alike = alike_form(report)
    if alike:
        with st.container(key="alike", horizontal=True, vertical_alignment="center", gap="small", width=340):
            form(alike, key="alike", direction="line")
            if "seed" in report.document.data.options:
                told = "Other samples of the same kind."
                st.button("Others", icon=":material/casino:", key="other_samples", help=told, on_click=_draw_others)


def _draw_others() -> None:
    """One step on, so that the same ones come again in the same order."""
    state.edit(
        lambda document: editing.set_data_option(document, "seed", document.data.options["seed"] + 1),
        "other samples of the data",
    )


def _own(shown: Project) -> None:
    """The visitor's own data, and the door to the page where they come from."""
    there = {one.id: one for one in sets.usable()}
    if there:
        now = shown.document.data.description
        chosen = next(
            (id for id, one in there.items() if now and one.hash == now.hash and one.title == now.title), None
        )
        key = f"own_data:{shown.id}"
        state.hold(key, chosen)
        st.selectbox(
            "Your data", list(there), key=key, placeholder="None of them", on_change=_use_own, args=(key,),
            format_func=lambda id: there[id].title,
        )  # fmt: skip
    st.page_link(
        addresses.data(), label="Add or change data", icon=":material/database:", query_params={"project": shown.id}
    )


def _use_own(key: str) -> None:
    one = next((one for one in sets.usable() if one.id == state.entered(key)), None)
    if one:
        sets.use(one, state.project_id())


def _gone(shown: Project) -> None:
    """That the data of the project are not here, with what can be put in their place."""
    source = shown.document.data.source
    lack = source.lack(state.store().home) if isinstance(source, Own) else ""
    if not lack:
        return
    st.warning(plain(lack), icon=":material/database_off:")
    for one in sets.in_place(shown.document)[:_MOST_OFFERED]:
        st.button(
            f"Put {label(one.title)} in their place", key=f"in_place:{one.id}", icon=":material/swap_horiz:",
            help="It has the shapes that this network reads and tells.", on_click=_put, args=(one, shown.id),
        )  # fmt: skip


_MOST_OFFERED = 3


def _put(one: DataSet, project: str) -> None:
    sets.use(one, project)


def _about(source: Source) -> None:
    st.markdown(f"**{plain(source.title)}** — {plain(source.about)}")
    lines = [f"- **{plain(field.name)}**: {_field(field)}" for field in source.fields().values()]
    st.markdown("\n".join(lines))


def _field(field: Field) -> str:
    if field.classes:
        named = ", ".join(plain(name) for name in field.classes[:MOST_NAMED])
        more = f" and {len(field.classes) - MOST_NAMED:,} more" if len(field.classes) > MOST_NAMED else ""
        return f"{field.kind}, {len(field.classes):,}: {named}{more}"
    if field.numbers is Numbers.TEXT:
        return field.kind
    if field.kind in OF_ROWS:
        return OF_ROWS[field.kind]
    return f"{field.kind}, {show(field.shape)}, between {amount(field.low)} and {amount(field.high)}"


def _parts(shown: Project, source: Source) -> None:
    split, rows = shown.document.data.split, source.rows()
    (train, validation), test = source.parts(split), round(rows * split["test"])
    st.markdown(f"{rows:,} rows: about {train:,} to train, {validation:,} to validate, {test:,} to test.")
    by = source.split_fields(split)
    if source.main_class and not {"time", "part"} & by.keys():
        st.caption(f"Every part keeps the proportions of {plain(source.main_class)}.")
    for argument, told in _PARTED.items():
        if argument in by:
            st.caption(told.format(plain(by[argument])))
    if split["together"]:
        st.caption("Rows that enter the network alike, value by value, stay together.")


_PARTED = {
    "part": "{} says which part a row is in.",
    "time": "By {}, validation is later than training, and the test is last.",
    "groups": "Rows of one {} stay together.",
}


def _draw(document: Document) -> None:
    """What is drawn for these data, where some of their fields are not entered yet."""
    if not left_to_enter(document):
        return
    empty = not document.nodes
    what = "Draw a network for these data" if empty else "Draw an input for these data"
    told = (
        "Inputs, what makes numbers of them, a hidden layer, and a Loss for each target."
        if empty
        else "An Input for each field that is not entered yet, what makes numbers of it, and what joins them."
    )
    st.button(what, key="draw_for_data", icon=":material/account_tree:", help=told, on_click=_drawn, args=(empty,))


def _drawn(whole: bool) -> None:
    state.edit(draw_network if whole else lambda document: draw_inputs(document)[0], "draw for the data")


def _samples(data: Data, source: Source) -> None:
    preview = previews.find(data)
    if isinstance(preview, previews.Pending):
        _waiting(source)
    elif isinstance(preview, previews.Failed):
        st.error(plain(preview.reason), icon=":material/error:")
    elif preview.points is not None:
        st.plotly_chart(
            preview.points, key=f"points:{preview.hash}", config={"displayModeBar": False}, height="stretch"
        )
    elif preview.picture is not None:
        caption = plain(preview.caption)
        st.image(preview.picture, caption=caption, width="stretch", alt=f"Samples of {source.title}")
    else:
        st.markdown("\n".join(preview.table))


@st.fragment(run_every="1s")
def _waiting(source: Source) -> None:
    """Looks again every second, and draws the panel when the samples are there."""
    engine = "" if state.jobs().engine() == "ready" else " The engine is starting, which takes up to 15 seconds."
    st.caption("Preparing the data set, which takes some seconds the first time …" + engine)
    if previews.arrived(source):
        st.rerun()
