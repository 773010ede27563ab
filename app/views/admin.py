"""The operator's page: how the server is, and what can be done about it."""

import time

import streamlit as st

from app import addresses, admission, state
from app.condition import condition
from app.text import about, ago, plain
from graphbuilder.store.disk import in_words
from graphbuilder.store.limits import Limits
from graphbuilder.store.overview import GoingJob, Overview, overview

_MOST_VISITORS = 50


def show() -> None:
    with st.container(key="admin_page"):
        st.page_link(addresses.projects(), label="**graphbuilder**", icon=":material/account_tree:")
        st.title("This server", anchor=False)
        if state.is_operator():
            _all()
        else:
            _ask_for_the_token()


def _ask_for_the_token() -> None:
    st.markdown("This page is for whoever runs the server. It printed a token when it was started.")
    with st.form("token_form", border=False, width=480):
        st.text_input("Token", type="password", key="token", autocomplete="off")
        st.form_submit_button("Open", on_click=_given)
    if state.was_refused_as_operator():
        st.error("That is not the token that the server printed at its start.", icon=":material/error:")


def _given() -> None:
    state.remember_operator(admission.is_token(str(state.entered("token"))))


@st.fragment(run_every="5s")
def _all() -> None:
    found = overview(state.jobs(), Limits.of_settings())
    _state(found)
    _jobs(found)
    _disk(found)
    _visitors(found)
    for text, icon in state.messages():
        st.toast(plain(text), icon=icon)


def _state(found: Overview) -> None:
    trouble = condition().says
    if trouble:
        st.error(plain(trouble), icon=":material/error:")
    paused = found.paused
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Engine **{found.engine}** · queue **{'paused' if paused else 'open'}**")
        st.button(
            "Let jobs start again" if paused else "Pause the queue",
            key="pause",
            icon=":material/play_arrow:" if paused else ":material/pause:",
            on_click=state.pause_queue,
            args=(not paused,),
            help="Jobs that wait go on waiting; those that go on are left alone.",
        )


def _jobs(found: Overview) -> None:
    st.subheader("Jobs", anchor=False)
    if not found.jobs:
        st.markdown("None goes on, and none waits.")
    for job in found.jobs:
        with st.container(key=f"job-{job.id}", horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_line(job), width="stretch")
            st.button(
                "Stop", key=f"stop:{job.id}", icon=":material/stop:", on_click=state.stop_as_operator, args=(job.id,)
            )


def _line(job: GoingJob) -> str:
    told = [
        f"**{job.kind}** {job.state}" + (f", number {job.number}" if job.number else ""),
        "" if job.wait is None else about(job.wait),
        f"epoch {job.epoch} of {job.epochs}" if job.epochs else "",
        f"since {ago(time.time() - job.since)}",
        job.memory_words,
        f"visitor {job.visitor[:8]} at {plain(job.address) or 'an unknown address'}",
    ]
    return " · ".join(part for part in told if part)


def _disk(found: Overview) -> None:
    st.subheader("Disk and memory", anchor=False)
    used, memory, limits = found.disk, found.memory, Limits.of_settings()
    host = "" if memory.host is None else f"\n- training host: {in_words(memory.host)}"
    st.markdown(
        f"- kept by visitors: **{in_words(sum(used.owners.values()))}**\n"
        f"- deleted, can be brought back: {in_words(sum(used.deleted.values()))}\n"
        f"- data sets: {in_words(used.snapshots)}\n"
        f"- database: {in_words(used.database)}\n"
        f"- all: {in_words(used.all)} of {in_words(limits.disk_mb * 10**6)}\n"
        f"- free on the disk: **{in_words(used.free)}**; new jobs need {in_words(limits.free_disk_mb * 10**6)}\n"
        f"- memory free: **{in_words(memory.free)}** of {in_words(memory.all)}{host}"
    )
    st.caption("`graphbuilder clean --dry-run` says what would go; the server clears the disk every ten minutes.")


def _visitors(found: Overview) -> None:
    st.subheader(f"Visitors ({len(found.visitors)})", anchor=False)
    lines = ["| visitor | projects | runs | keeps | last change |", "|---|--:|--:|--:|---|"]
    for one in found.visitors[:_MOST_VISITORS]:
        last = ago(time.time() - one.last) if one.last else ""
        lines.append(f"| {plain(one.id[:8])} | {one.projects} | {one.runs} | {in_words(one.bytes)} | {last} |")
    st.markdown("\n".join(lines))
