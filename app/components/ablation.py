"""Ablation: asked for above the list of runs, and told as a table in the row of its runs."""

from collections.abc import Sequence

import streamlit as st

from app import state, trainings
from app.text import plain, unbroken
from graphbuilder.ablation import MOST_LOOKED, Ablated, bypasses, table
from graphbuilder.checks import Report
from graphbuilder.metrics import METRICS, score_of
from graphbuilder.records.chance import signed
from graphbuilder.shapes import whole
from graphbuilder.store.jobs import Job

_SEEDS = (1, 3, 5)
_FIRST = 5
"""Nodes that are chosen to begin with."""


def offer_ablation(report: Report) -> None:
    asked = st.popover(
        "Take nodes out …", icon=":material/content_cut:", key=state.popover("ablation"), on_change="rerun"
    )
    if not asked.open:
        return
    with asked:
        selected = state.selected(state.shown_level(report))
        if len(report.document.nodes) > MOST_LOOKED and not selected:
            st.caption(f"Select the nodes to take out: this network has more than {MOST_LOOKED}.")
            return
        found = {one.id: one for one in bypasses(report, selected if len(report.document.nodes) > MOST_LOOKED else ())}
        can = [id for id, one in found.items() if not one.why_not]
        if not can:
            st.caption("No node of this network can be taken out: what reads it would not fit what feeds it.")
            return
        begin = [id for id in selected if id in can] or can[:_FIRST]
        chosen = st.multiselect(
            "Nodes", can, default=begin, format_func=lambda id: found[id].title, key=f"ablation_nodes:{begin}",
            label_visibility="collapsed", placeholder="Which to take out, one at a time",
        )  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            seeds = st.segmented_control("seeds", _SEEDS, default=_SEEDS[1], required=True, key="ablation_seeds",
                                         format_func=lambda count: f"{count} seed{'s' if count > 1 else ''}",
                                         label_visibility="collapsed")  # fmt: skip
            st.button(
                f"Train {(len(chosen) + 1) * seeds} networks", icon=":material/play_arrow:", key="ablation_start",
                type="primary", disabled=not chosen, on_click=_start, args=(tuple(chosen), seeds),
            )  # fmt: skip
        st.caption("The whole network, and without each of these: what fed it feeds what read it.")


def _start(ids: Sequence[str], seeds: int) -> None:
    """What was asked for is seen in the list, which the popover covers."""
    trainings.ablate(ids, seeds)


def ablation_table(members: Sequence[Job], found: Sequence[Ablated]) -> None:
    """What each node does, where these runs are an ablation. found: as `ablated` says."""
    if not found:
        return
    scores = [run.summary.get("kept") or {} for run in members]
    told = dict.fromkeys(key for one in scores for key in one if key.startswith("val_"))
    key = next((key for key in told if key.removeprefix("val_") in METRICS), "val_loss")
    name = plain(score_of(key.removeprefix("val_")).word)
    lines = [f"| without | params | val {name} | difference |", "|---|--:|--:|---|"]
    for row in table(found, [one.get(key) for one in scores]):
        parameters = whole(trainings.report_of(members[row.runs[0]].id).parameters)
        apart = "" if row.difference is None else f"**{signed(row.difference, 3)}** {_bracket_whole(row.words)}"
        lines.append(f"| {plain(row.title) or '*nothing*'} | {parameters} | {unbroken(row.score)} | {apart} |")
    with st.container(key="ablation_table"):
        st.markdown("\n".join(lines))


def _bracket_whole(words: str) -> str:
    before, bracket, inside = words.partition("(")
    return before + unbroken(bracket + inside)
