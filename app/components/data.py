"""The data set: which one, what is in it, and which rows are kept from training."""

import streamlit as st

from app import previews, state
from app.components.fields import ask, select
from app.text import plain
from graphbuilder import editing
from graphbuilder.checks import Report
from graphbuilder.datasets import SOURCES, Source
from graphbuilder.fields import Field
from graphbuilder.shapes import show
from graphbuilder.store import Project
from graphbuilder.training.settings import Split

_OF_DATA = ("E_DATA", "E_LOSS_TARGET", "E_OUTPUT_SHAPE", "E_UNITS_CLASSES")


def data_panel(shown: Project, report: Report) -> None:
    choice, about, samples = st.columns([1.1, 1.3, 2.6], gap="medium")
    with choice:
        source = _choose(shown, report)
    if source is None:
        about.markdown("Choose a data set on the left.")
        return
    with about:
        _misfits(report)
        _about(source)
        _parts(shown, source)
    with samples:
        _samples(source)


def alike_choice(shown: Project) -> None:
    """Another data set with the same fields, to play with; nothing where there is no such set."""
    data = shown.document.data
    known = SOURCES.get(data.name)
    if known is None:
        return
    fields = known(data.options).fields()
    titles = {name: source.title for name, source in SOURCES.items() if source().fields() == fields}
    if len(titles) < 2:
        return

    select(
        "data_beside", data.name, _set_data, list(titles), titles,
        label="data set", label_visibility="collapsed", width=170,
    )  # fmt: skip


def _choose(shown: Project, report: Report) -> Source | None:
    data = shown.document.data

    titles = {name: source.title for name, source in SOURCES.items()}
    select("data_name", data.name, _set_data, list(dict.fromkeys([*SOURCES, data.name])), titles, label="data set")
    known = SOURCES.get(data.name)
    if known is None:
        return None
    for name, option in known.parameters.items():

        def change(value: object, name: str = name) -> None:
            told = f"{name} of the data set"
            state.edit(lambda document: editing.set_data_option(document, name, value), told, merge=True)

        ask(option, data.options[name], f"option:{data.name}:{name}", change)
        _faults(report, f"data.{name}")
    for name, share in Split.parameters.items():

        def change_split(value: object, name: str = name) -> None:
            told = f"{name} of the split"
            state.edit(lambda document: editing.set_split(document, name, value), told, merge=True)

        ask(share, data.split[name], f"split:{name}", change_split)
        _faults(report, f"split.{name}")
    return known(data.options)


def _set_data(name: object) -> None:
    state.edit(lambda document: editing.set_data(document, str(name)), f"data set {name}")


def _faults(report: Report, parameter: str) -> None:
    for found in report.errors:
        if found.parameter == parameter:
            st.error(plain(found.text), icon=":material/error:")


def _misfits(report: Report) -> None:
    """What does not go with the data set: told here too, where another set was chosen."""
    told = [found for found in report.errors if found.parameter in ("field", "target") or found.code in _OF_DATA]
    for found in told[:3]:
        st.error(plain(found.text), icon=":material/error:")


def _about(source: Source) -> None:
    st.markdown(f"**{source.title}** — {source.about}")
    lines = [f"- **{plain(field.name)}**: {_field(field)}" for field in source.fields().values()]
    st.markdown("\n".join(lines))


def _field(field: Field) -> str:
    if field.kind == "class":
        named = ", ".join(plain(name) for name in field.classes)
        return f"class, {len(field.classes)}: {named}"
    return f"{field.kind}, {show(field.shape)}, from {field.low:g} to {field.high:g}"


def _parts(shown: Project, source: Source) -> None:
    split, rows = shown.document.data.split, source.rows()
    validation, test = round(rows * split["validation"]), round(rows * split["test"])
    st.markdown(
        f"{rows:,} rows: about {rows - validation - test:,} to train, {validation:,} to validate, {test:,} to test."
    )
    if source.main_class:
        st.caption(f"Every part keeps the proportions of {source.main_class}.")


def _samples(source: Source) -> None:
    preview = previews.find(source)
    if isinstance(preview, previews.Pending):
        _waiting(source)
    elif isinstance(preview, previews.Failed):
        st.error(plain(preview.reason), icon=":material/error:")
    elif preview.points is not None:
        st.plotly_chart(preview.points, key=f"points:{preview.hash}", config={"displayModeBar": False}, height=300)
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
