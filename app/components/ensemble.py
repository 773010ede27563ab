"""Ensembles: asked for above the list of runs; what all members answer together stands in the row of the runs."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import looks, state, trainings
from app.text import plain
from graphbuilder.checks import Report
from graphbuilder.ensembles import HOWS, LEAST, MOST, TITLES, How, why_ended, why_not
from graphbuilder.metrics import score_of
from graphbuilder.store.jobs import Job

_USUAL = 5


def offer_ensemble(report: Report) -> None:
    asked = st.popover("Ensemble …", icon=":material/groups:", key=state.popover("ensemble"), on_change="rerun")
    if not asked.open:
        return
    with asked:
        how: How = st.segmented_control(
            "how", list(TITLES), default="bagging", required=True, key="ensemble_how", format_func=TITLES.__getitem__,
            label_visibility="collapsed",
        )  # fmt: skip
        st.caption(HOWS[how])
        run = trainings.shown_run()
        asked_of = trainings.report_of(run.id) if how == "dropout" and run else report
        if lack := why_not(asked_of, how):
            st.markdown(plain(lack))
        elif how == "dropout":
            _of_dropout(run)
        else:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                members = st.number_input("members", LEAST, MOST, _USUAL, key="ensemble_members", width=120,
                                          label_visibility="collapsed")  # fmt: skip
                st.button(
                    f"Train {members} members", icon=":material/play_arrow:", key="ensemble_start", type="primary",
                    on_click=_start, args=(how, members),
                )  # fmt: skip


def _start(how: How, members: int) -> None:
    """What was asked for is seen in the list, which the popover covers."""
    (trainings.bag if how == "bagging" else trainings.boost)(members)


def _of_dropout(run: Job | None) -> None:
    if run is None or run.state != "finished":
        st.markdown("Train this network first; when it is finished, it can answer 50 times.")
    elif looks.ensemble_of([run], "dropout") is None:
        _offer([run], "dropout", f"Let {plain(run.title)} answer 50 times")
    else:
        st.markdown(f"What {plain(run.title)} answered stands in the list.")


def dropout_answer() -> None:
    """What the shown run answers with its dropout left on, once that was asked: in the list, since what asks for it
    has too little room."""
    run = trainings.shown_run()
    if run and run.state == "finished" and looks.ensemble_of([run], "dropout"):
        st.markdown(f"**{plain(run.title)}, 50 times with dropout left on**")
        _together([run], "dropout", "")


def joint_answer(members: Sequence[Job]) -> None:
    """What these answer together, where they are an ensemble."""
    how = looks.how_joined(members)
    if why := why_ended(members[0].summary.get("boost") or {"stage": 1, "of": 1}):
        st.caption(why)
    ended = [run for run in reversed(members) if run.state == "finished"]
    if how is None or len(ended) < LEAST:
        return
    if how == "boosting":
        ended = [run for run in ended if (run.summary.get("boost") or {}).get("count")]
    if any(run.active for run in members) or len(ended) < LEAST:
        return
    _together(ended, how, f"Let all {len(ended)} answer together")


def _together(members: Sequence[Job], how: How, words: str) -> None:
    job = looks.ensemble_of(members, how)
    if job is None:
        _offer(members, how, words)
    elif job.active:
        _waiting(job.id)
    elif job.state != "finished":
        st.markdown(plain(job.reason) or "They could not answer together.")
    else:
        with st.container(key=f"joint_answer:{members[0].id}"):
            for output in looks.found(job)["outputs"]:
                st.markdown(in_lines(output, how))


def _offer(members: Sequence[Job], how: How, words: str) -> None:
    st.button(
        words, icon=":material/groups:", key=f"ensemble_ask:{members[0].id}", on_click=_ask, args=(members, how)
    )  # fmt: skip


def _ask(members: Sequence[Job], how: How) -> None:
    looks.ask_ensemble(members, how)
    if how == "dropout":
        state.close_popover("ensemble")


@st.fragment(run_every="0.5s")
def _waiting(id: str) -> None:
    job = trainings.job(id)
    engine = "" if state.jobs().engine() == "ready" else " The engine is starting."
    st.caption(f"They answer the validation part …{engine}")
    if not job.active:
        st.rerun()


def in_lines(told: Mapping[str, Any], how: How) -> str:
    """The joint answer beside the single ones, with spread and disagreement, as Markdown."""
    name = plain(score_of(told["score"]).word)
    single = [one for one in told["single"] if one is not None]
    lines = [f"| validation, {told['rows']:,} rows | {name} |", "|---|--:|"]
    if "plain" in told:
        lines.append(f"| without dropout, as it usually answers | {_number(told['plain'])} |")
    if single:
        what = "one answer with dropout" if how == "dropout" else "one member"
        lines.append(f"| {what}, in the mean | {_number(sum(single) / len(single))} |")
        lines.append(f"| the worst and the best of {len(single)} | {_number(min(single))} to {_number(max(single))} |")
    if how == "boosting":
        firsts = ", ".join(_number(one) for one in told["first"])
        lines.append(f"| the first 1, 2, … together | {firsts} |")
    lines.append(f"| **all {len(told['first'])} together** | **{_number(told['joint'])}** |")
    if told["disagreement"] is not None:
        lines.append(f"| rows on which two of them disagree | {told['disagreement']:.1%} |")
    if told["spread"] is not None:
        of = "how sure they are" if told["score"] == "accuracy" else "what they answer"
        lines.append(f"| spread of {of} (standard deviation) | {told['spread']:.3g} |")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"
