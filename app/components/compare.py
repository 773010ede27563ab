"""Two networks beside each other: what differs, their curves over each other, and whether they differ by more than
chance."""

import itertools
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from app import imports, routes, state, trainings, versus
from app.components.form import lines
from app.components.live import live
from app.components.opening import begun, opened
from app.text import capital, plain, unbroken
from app.uploads import Room
from app.versus import SEEDS, Scores, Side
from graphbuilder.carried import open_document
from graphbuilder.difference import Difference, in_sentences
from graphbuilder.figures import curves
from graphbuilder.metrics import score_of
from graphbuilder.overlay import MOST_NODES
from graphbuilder.problems import DocumentError
from graphbuilder.records.chance import in_words, mean_and_spread, signed, welch
from graphbuilder.records.comparison import LOOKS
from graphbuilder.store import Project, StoreError
from graphbuilder.store.limits import Limits

_NAMES = "A", "B"
_MOST_LINES = 60
_OPENED = "Their blocks are cut otherwise, so the networks are compared with all blocks opened."
_LARGER, _CHANCE = "more than chance", "may be chance"


def compare_panel(shown: Project) -> None:
    sides = versus.pair(shown)
    found, told = versus.between(*sides), versus.scores(sides)
    with st.container(key="versus", horizontal=True, gap="medium"):
        with st.container(key="versus_list", gap="small"):
            with st.container(key="versus_choice", horizontal=True, vertical_alignment="bottom", gap="small"):
                _choice(shown, sides)
            _coming()
            _differing(found, sides, shown)
            if told:
                st.markdown(_table(told))
        with st.container(key="versus_plot", gap="small"):
            with st.container(key="versus_chance", horizontal=True, vertical_alignment="center", gap="small"):
                _chance(sides, told)
            if told:
                live(_curves(sides), key="versus_component", height=300)


def _choice(shown: Project, sides: Sequence[Side]) -> None:
    offered = versus.offered(shown)
    offered = versus.told_apart(offered | {one.key: one.title for one in sides})
    for side, one in zip("ab", sides, strict=True):
        key = f"versus_{side}"
        state.hold(key, one.key)
        st.selectbox(
            side.upper(),
            list(offered),
            format_func=lambda key: offered[key],
            key=key,
            on_change=_chosen,
            args=(side,),
        )
    # Another one for each file: the one before closes when its file was taken, and does not cover what differs.
    with st.popover("A file …", icon=":material/upload_file:", key=f"versus_file-{state.versus_file()}"):
        _file()


def _chosen(side: str) -> None:
    state.set_versus(side, str(state.entered(f"versus_{side}")))


def _file() -> None:
    """A file is opened as a project of its own, and that is compared."""
    most = Room.of(Limits.of_settings()).file // 10**6
    file = st.file_uploader("A project file, a picture or notebook of one, or a model of Keras", max_upload_size=most)
    st.caption("It is opened as a project of its own, as B. Drop a larger one on the page, then choose it above.")
    if file is None or state.versus_file() == file.file_id:
        return
    if imports.is_model(content := file.getvalue(), file.name):
        if begun(file.file_id, content, file.name):
            state.remember_versus_file(file.file_id)
            st.rerun()
    elif project := _project(content, file.name):
        state.remember_versus_file(file.file_id)
        _compare_with(project)


def _coming() -> None:
    """Of a file that a job reads: how far it is, what is asked, and why it did not come. Beneath the choice, where
    there is room for it."""
    file = state.versus_file()
    id = state.import_of(file)
    job = imports.job(id) if id else None
    if job and (project := opened(job.id, file, str(state.jobs().request(job.id)["file"]))):
        state.remember_import("", "")
        _compare_with(project)


def _compare_with(project: str) -> None:
    state.set_versus("b", f"project:{project}")
    st.rerun()


def _project(content: bytes, name: str) -> str | None:
    try:
        return state.store().create(state.me(), open_document(content, name), Limits.of_settings())
    except (StoreError, DocumentError) as fault:
        told = fault.problems[0].of(name) if isinstance(fault, DocumentError) else str(fault)
        st.error(plain(told), icon=":material/error:")
        return None


# What differs


def _differing(found: Difference, sides: tuple[Side, Side], shown: Project) -> None:
    st.markdown(_head(found))
    if found.opened:
        st.caption(_OPENED)
    if not found.is_equal and not versus.is_marked(sides, shown):
        st.caption(f"Above {MOST_NODES:,} nodes what differs is told here, and not marked on the canvas.")
    if told := in_sentences(found):
        with st.container(key="versus_lines"):
            listed = zip(told, versus.places(sides, shown), strict=True)
            lines(list(itertools.islice(listed, _MOST_LINES)), key="versus")
            if len(told) > _MOST_LINES:
                st.caption(f"and {len(told) - _MOST_LINES:,} more")


def _head(found: Difference) -> str:
    renamed = len(found.renamed)
    names = f"{renamed:,} {'node has' if renamed == 1 else 'nodes have'} another name" if renamed else ""
    if found.is_equal:
        but = f" but names: {names}." if names else ". Choose another run, project or file, or change something."
        return f"**Nothing differs**{but}"
    if found.networks_equal:
        return f"**From A to B** the network is equal{f', but {names}' if names else ''}."
    parts = [f"{count:,} {what}" for what, count in found.counts().items() if count]
    return f"**From A to B**: {', '.join(parts)} nodes{f'; {names}' if names else ''}."


# Whether by more than chance


def _chance(sides: tuple[Side, Side], told: Scores) -> None:
    same = versus.are_alike(sides)
    if not told:
        is_run = any(one.key.startswith("run:") for one in sides)
        what = "was trained to its end, and only such trainings are compared" if is_run else "was trained yet"
        st.markdown(f"Neither {what}. Their curves are here when they were.")
    elif boosted := [one.title for one in sides if one.member]:
        st.markdown(
            f"{plain(boosted[0])} is a member of a boosted ensemble. It learned what those before it left, so its "
            "score says how well it did that, and not whether its network is better."
        )
    elif same:
        st.markdown("Both are trained alike, so what they score differs by chance alone.")
    else:
        key = next(iter(told))
        st.markdown(plain(capital(in_words(_score(key), *told[key], _NAMES))))
    lacking = sum(len(versus.missing(one)) for one in (sides[:1] if same else sides))
    going = sum(run.active for run in trainings.runs())
    if going:
        st.caption(f"{going} training{'s go' if going > 1 else ' goes'} on; what ends is counted at once.")
    if lacking:
        st.button(
            f"Train {SEEDS} seeds" if same else f"Train {SEEDS} seeds of each",
            icon=":material/casino:",
            key="versus_seeds",
            disabled=bool(going),
            on_click=versus.train_seeds,
            help=f"{lacking} runs that differ from these in their seeds alone, so that mean and spread are seen.",
        )


def _score(key: str) -> str:
    return f"val {score_of(key.removeprefix('val_')).word}"


def _table(told: Scores) -> str:
    rows = ["| | A | B | B − A, with its interval |", "|---|--:|--:|---|"]
    for key, (one, other) in told.items():
        cells = [unbroken(mean_and_spread(values)) if values else "–" for values in (one, other)]
        found = welch(one, other)
        interval = f"{signed(found.difference, 2)} ({signed(found.low, 2)} to {signed(found.high, 2)})" if found else ""
        apart = f"{interval}, {_LARGER if found.is_larger else _CHANCE}" if found else ""
        rows.append(f"| {plain(_score(key))} | {' | '.join(cells)} | {apart} |")
    counts = [len(one) for one in next(iter(told.values()))]
    return "\n".join([*rows, f"| seeds | {counts[0]} | {counts[1]} | |"])


def _curves(sides: Sequence[Side]) -> dict[str, Any]:
    """Both over each other, with mean and band where there are several seeds."""
    distinct = [one for place, one in enumerate(sides) if one.runs not in [other.runs for other in sides[:place]]]
    shown = [
        (f"{name}: {one.short}", LOOKS[place], one.runs[: versus.SEEDS])
        for place, (name, one) in enumerate(zip(_NAMES, distinct, strict=False))
        if one.runs
    ]
    first = shown[0][2][0]
    keys = [key for _, _, runs in shown for run in runs for key in run.summary.get("metrics") or {}]
    metrics = [key for key in dict.fromkeys(keys) if not key.startswith("val_") and key != "loss"]
    return {
        "run": first.id,
        "path": routes.events_of(first.id),
        "active": first.active,
        "nodes": [],
        "layout": curves(),
        "metrics": [asdict(score_of(key)) for key in metrics],
        "compare": [
            {
                "run": run.id,
                "name": name,
                "path": routes.events_of(run.id),
                "active": run.active,
                "look": asdict(look),
                "quiet": place > 0,
            }
            for name, look, runs in shown
            for place, run in enumerate(runs)
        ],
        "bands": [
            {"name": name, "look": asdict(look), "runs": [run.id for run in runs]}
            for name, look, runs in shown
            if len(runs) > 1
        ],
        "empty": "",
        "view": "curves",
    }
