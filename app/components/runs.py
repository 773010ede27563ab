"""All trainings of the project: what each was, and their curves in one plot."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, stdev
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app import looks, routes, state, trainings
from app.components.ablation import ablation_table, offer_ablation
from app.components.ensemble import dropout_answer, joint_answer, offer_ensemble
from app.components.interrupted import offer_resume
from app.components.live import live
from app.components.paths import classic, paths_of
from app.components.race import offer_race
from app.previews import plane
from app.text import label, plain
from graphbuilder.ablation import ablated
from graphbuilder.cards import layers
from graphbuilder.checks import Report
from graphbuilder.document import Document
from graphbuilder.figures import curves
from graphbuilder.metrics import METRICS, score_of
from graphbuilder.plan import NotReady, plan
from graphbuilder.records.comparison import (
    LOOKS,
    MOST_SHOWN,
    Look,
    differ_in_luck,
    families_of,
    looks_for,
    names_of,
    seedless,
    seeds_of,
    trained_with,
)
from graphbuilder.records.folds import taken_together
from graphbuilder.store import Project
from graphbuilder.store.disk import rule
from graphbuilder.store.jobs import Job
from graphbuilder.store.limits import Limits

_NEWEST = 12
_BY_TIME, _BY_LOSS = "Newest", "Least val loss"
_SHOWN = 3
"""Metrics in one line, at most."""
_BLOCKS = "▁▂▃▄▅▆▇█"
_ICONS = {
    "queued": "hourglass_empty", "starting": "hourglass_top", "running": "play_circle", "finished": "check_circle",
    "stopped": "stop_circle", "diverged": "trending_up", "failed": "error", "killed": "error", "lost": "help",
    "paused": "pause_circle",
}  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """A run that is shown in the plot. end: what stands at the end of its line; empty where another of its set, which
    differs in its seed alone, has the name of all."""

    run: Job
    name: str
    look: Look
    end: str


def runs_panel(shown: Project, report: Report) -> None:
    runs = trainings.runs()
    with st.container(key="runs", horizontal=True, gap="medium"):
        with st.container(key="runs_list", gap="small"):
            offer_race(shown, report)
            with st.container(key="runs_offers", horizontal=True, gap="small"):
                offer_ablation(report)
                offer_ensemble(report)
            dropout_answer()
            if not runs and not state.deleted_run():
                st.markdown(
                    "Every training is kept here, to look at again and to compare. Press Train for the first one."
                )
            families, listed = _listed(runs)
            chosen = [run for run in runs if run.id in state.compared()]
            by_id = {run.id: run for run in listed}
            newest = [run for run in runs if (run.parent or run.id) == (runs[0].parent or runs[0].id)]
            ticked = [run.id for run in chosen or newest]
            compared = _compared(chosen or newest)
            if len(compared) < len(ticked):
                together = any({*ticked} <= {*family} for family in families)
                of = f"{len(ticked)} {'runs that were started together' if together else 'ticked runs'}"
                st.caption(f"{len(compared)} of the {of} are shown. More cannot be told apart.")
            _folds(runs)
            for family in families:
                members = [by_id[id] for id in family]
                if len(members) == 1:
                    _line(members[0], shown, ticked, compared.get(family[0]))
                    joint_answer(members)
                else:
                    _group(members, shown, ticked, compared)
            if state.deleted_run():
                st.button("Undo delete", icon=":material/undo:", key="restore_run", on_click=trainings.restore)
            if runs:
                st.caption(rule(Limits.of_settings()))
        with st.container(key="runs_plot"):
            if compared:
                _plot(list(compared.values()))


_CURVES, _BESIDE, _PATHS, _CLASSIC = "Curves", "Side by side", "Paths", "Classic"


def _plot(compared: list[Compared]) -> None:
    """What is seen of these runs: their curves, or the way that their weights went."""
    line = st.container(key="runs_view_line", horizontal=True, vertical_alignment="center", gap="small")
    chosen = line.segmented_control(
        "what is seen", (_CURVES, _BESIDE, _PATHS, _CLASSIC), default=_CURVES, key="runs_view",
        label_visibility="collapsed", required=True, on_change=looks.drop_landscape,
    )  # fmt: skip
    own = [one for one in compared if one.end]
    if chosen == _PATHS:
        paths_of(own, line)
    elif chosen == _CLASSIC:
        classic(own, line)
    elif chosen == _BESIDE:
        _side_by_side(own, line)
    else:
        live(compared_view(compared), key="compare_component", height=300)


def _side_by_side(compared: list[Compared], line: DeltaGenerator) -> None:
    """The first two of them at the same step."""
    if len(compared) < 2:
        line.caption("Tick two runs to see them at the same step.")
        return
    if len(compared) > 2:
        line.caption("The first two of the runs.")
    live(beside_view(compared[:2]), key="beside_component", height=300)


def beside_view(compared: list[Compared]) -> dict[str, Any]:
    """What the live view is told to draw two runs with their layers and boundaries."""
    told = compared_view(compared)
    reports = [trainings.report_of(one.run.id) for one in compared]
    seen = [
        {"nodes": layers(report), "ends": trainings.ends_of(one.run.id), "plane": plane(report.document)}
        for one, report in zip(compared, reports, strict=True)
    ]
    return {**told, "compare": [{**run, **more} for run, more in zip(told["compare"], seen, strict=True)],
            "bands": [], "view": "beside"}  # fmt: skip


def _listed(runs: list[Job]) -> tuple[list[list[str]], list[Job]]:
    """The families and the runs that are listed: where they are many, the first of the chosen order or all. A group
    counts as one, and is there as a whole."""
    families = families_of([(run.id, run.parent) for run in runs])
    if len(runs) > _NEWEST:
        with st.container(key="runs_order", horizontal=True, vertical_alignment="center", gap="small"):
            all_of_them = st.toggle(f"Show all {len(runs)} runs", key="all_runs")
            order = st.segmented_control(
                "order", (_BY_TIME, _BY_LOSS), default=_BY_TIME, key="runs_sorted", label_visibility="collapsed",
                required=True,
            )  # fmt: skip
        query = st.text_input(
            "Search runs", key="runs_query", type="search", live=True, label_visibility="collapsed",
            placeholder="Search, such as run 7, adam, seed 3 or stopped", icon=":material/search:",
        )  # fmt: skip
        if query:
            found = _matching(runs, query)
            families = [one for family in families for one in _as_found(family, found)]
            st.caption(_told_of_search(query, len(found), len(runs)))
        if order == _BY_LOSS:
            least = {run.id: _val_loss(run) for run in runs}
            families.sort(key=lambda family: min(map(least.__getitem__, family)))
        if not all_of_them:
            families = families[:_NEWEST]
    ids = {id for family in families for id in family}
    return families, [run for run in runs if run.id in ids]


def _matching(runs: Sequence[Job], query: str) -> set[str]:
    """The runs that have what is looked for in their name, settings or state: as it was typed, or where none has that,
    each word of it."""
    told = {run.id: " · ".join((run.title, named, _by(run), run.state)).lower() for run, named in _named(runs)}
    typed = query.lower().split()
    whole = {id for id, text in told.items() if " ".join(typed) in text}
    return whole or {id for id, text in told.items() if all(word in text for word in typed)}


def _as_found(family: list[str], found: Collection[str]) -> list[list[str]]:
    """A group of which all are found as one, else each of those that are."""
    those = [id for id in family if id in found]
    return [family] if len(those) == len(family) else [[id] for id in those]


def _named(runs: Sequence[Job]) -> Iterator[tuple[Job, str]]:
    """Each run, with what sets it apart from those it was started with."""
    for family in families_of([(run.id, run.parent) for run in runs]):
        members = [run for run in runs if run.id in family]
        documents = [trainings.run_document(run.id) for run in members]
        yield from zip(members, names_of(documents, [""] * len(members), [""] * len(members)), strict=True)


def _told_of_search(query: str, found: int, of: int) -> str:
    if not found:
        return f"Nothing matches {plain(query)}. Try a shorter word, a setting such as batch 16, or how a run ended."
    return f"{found:,} of {of:,} runs {'match' if found > 1 else 'matches'}."


def _val_loss(run: Job) -> float:
    """Behind all others where it has none, or one that is no number."""
    loss = _validated(run).get("val_loss")
    return math.inf if loss is None or math.isnan(loss) else loss


def _how_many_go(members: Sequence[Job]) -> str:
    """Of those that are not over: how many go, and how many wait to begin."""
    waiting = sum(run.state == "queued" for run in members)
    going = sum(run.active for run in members) - waiting
    told = ((going, f"{going} of {len(members)} going"), (waiting, f"{waiting} waiting"))
    return ", ".join(words for count, words in told if count)


def _group(members: list[Job], shown: Project, ticked: Sequence[str], compared: Mapping[str, Compared]) -> None:
    """Runs that were started together, as one row that opens."""
    documents = [trainings.run_document(run.id) for run in members]
    named = dict(
        zip(
            (run.id for run in members),
            names_of(documents, [run.title for run in members], [""] * len(members)),
            strict=True,
        )
    )
    going = sum(run.active for run in members)
    scored = [(score, named[run.id]) for run in members if (score := _validated(run).get("val_loss")) is not None]
    how = looks.how_joined(members)
    called = f"members by {how}" if how else "runs"
    told = _how_many_go(members) if going else f"{len(members)} {called}"
    if going and (member := trainings.member_of(members[0].id)):
        told = f"{member.words} by boosting goes"
    best = f" · least val loss **{min(scored)[0]:.3g}**: {plain(min(scored)[1])}" if scored else ""
    if how == "boosting":
        best = ""  # each learns what those before it left, so their losses are of different things
    elif len(scored) > 1 and differ_in_luck(documents):
        values = [score for score, _ in scored]
        best = f" · val loss **{fmean(values):.3g} ± {stdev(values):.2g}** over {'members' if how else 'seeds'}"
    numbers = f"{members[-1].title} to {members[0].number}"
    newest = members[0].id == trainings.runs()[0].id
    rows = ablated(documents) if newest else []
    opens = bool(rows) or (newest and how is not None)
    what = st.expander(
        f"**{label(numbers)}** · {told}{best}", key=f"group:{members[0].parent}", on_change="rerun", expanded=opens
    )
    with what:
        if what.open:
            ablation_table(members, rows or ablated(documents))
            joint_answer(members)
            st.button(
                "Show these in the plot",
                key=f"group_shown:{members[0].parent}",
                icon=":material/stacked_line_chart:",
                type="tertiary",
                on_click=state.compare_only,
                args=([run.id for run in members],),
            )
            for run in members:
                _line(run, shown, ticked, compared.get(run.id))


def _folds(runs: list[Job]) -> None:
    """What runs of folds say together."""
    scored = [(trainings.run_document(run.id), _validated(run)) for run in runs]
    for one in taken_together(scored):
        values = [
            f"{plain(score_of(key.removeprefix('val_')).word)} **{mean:.3g} ± {spread:.2g}**"
            for key, (mean, spread) in one.scores.items()
        ]
        missing = f" ({one.folds - one.trained} more to train)" if one.trained < one.folds else ""
        st.markdown(f"**{one.trained} of {one.folds} folds**, validation: {' · '.join(values)}{missing}")


def _validated(run: Job) -> dict[str, float | None]:
    """What a run scored on its validation part."""
    scores = run.summary.get("kept") or {}
    return {key: value for key, value in scores.items() if key.startswith("val_")}


def _compared(runs: list[Job]) -> dict[str, Compared]:
    """The runs that the plot shows of these, by id. Each keeps its colour while others come and go. Where they are more
    than can be told apart, those that differ in their seeds alone share one."""
    documents = [trainings.run_document(run.id) for run in runs]
    sets = seeds_of(documents)
    together = len(runs) > MOST_SHOWN >= len(sets) > 1 and min(map(len, sets)) > 1
    firsts = {runs[place].id: runs[places[0]].id for places in sets for place in places} if together else {}
    looks = looks_for([run.id for run in runs if firsts.get(run.id, run.id) == run.id], state.looks())
    state.remember_looks(looks)
    drawn = [(run, one) for run, one in zip(runs, documents, strict=True) if firsts.get(run.id, run.id) in looks]
    given = [run.name or _as_member(run) for run, _ in drawn]
    names = names_of([one for _, one in drawn], [run.title for run, _ in drawn], given)
    of_sets = dict(zip((runs[places[0]].id for places in sets), _set_names(runs, documents, sets), strict=True))
    found = {}
    for (run, _), name in zip(drawn, names, strict=True):
        look = LOOKS[looks[firsts.get(run.id, run.id)]]
        found[run.id] = Compared(run, name, look, of_sets.get(run.id, "") if firsts else name)
    return found


def _as_member(run: Job) -> str:
    """What to call a boosted one: by its place, since its seed is not what sets it apart."""
    member = trainings.member_of(run.id)
    return f"member {member.stage}" if member else ""


def _set_names(runs: Sequence[Job], documents: Sequence[Document], sets: Sequence[Sequence[int]]) -> list[str]:
    """What to call those that differ in their seeds alone."""
    firsts = [places[0] for places in sets]
    return names_of([seedless(documents[place]) for place in firsts], [runs[place].title for place in firsts],
                    [""] * len(sets))  # fmt: skip


def compared_view(compared: list[Compared]) -> dict[str, Any]:
    """What the live view is told to draw several runs in one plot."""
    first = compared[0].run
    return {
        "run": first.id,
        "path": routes.events_of(first.id),
        "active": first.active,
        "nodes": [],
        "layout": curves(),
        "step": state.step(),
        "metrics": [asdict(score_of(key)) for key in _told(compared)],
        "compare": [
            {
                "run": one.run.id,
                "name": one.end or one.name,
                "path": routes.events_of(one.run.id),
                "active": one.run.active,
                "look": asdict(one.look),
                "quiet": not one.end,
            }
            for one in compared
        ],
        "bands": _bands(compared),
        "empty": "",
        "view": "curves",
    }


def _bands(compared: list[Compared]) -> list[dict[str, object]]:
    """Those that differ in their seeds alone, to be drawn with mean and spread; several such sets where all runs are
    in one, each in the look of its first."""
    runs, documents = [one.run for one in compared], [trainings.run_document(one.run.id) for one in compared]
    sets = seeds_of(documents)
    if min(map(len, sets)) < 2 or any(trainings.member_of(run.id) for run in runs):
        return []
    if len(sets) == 1:
        return [{"name": "", "look": None, "runs": [run.id for run in runs]}]
    return [
        {"name": name, "look": asdict(compared[places[0]].look), "runs": [runs[place].id for place in places]}
        for name, places in zip(_set_names(runs, documents, sets), sets, strict=True)
    ]


def _told(compared: list[Compared]) -> list[str]:
    """What these trainings tell beside their loss, each once: also those that have not told anything yet."""
    told = [key for one in compared for key in one.run.summary.get("metrics") or _will_tell(one.run.id)]
    return [key for key in dict.fromkeys(told) if key != "loss" and not key.startswith("val_")]


def _will_tell(run: str) -> Sequence[str]:
    try:
        return plan(trainings.report_of(run)).metrics
    except NotReady:
        return ()


def _line(run: Job, shown: Project, ticked: Sequence[str], compared: Compared | None) -> None:
    """One run, and how its lines are drawn where the plot shows it."""

    def tick() -> None:
        if (after := ticked_after(ticked, run.id, on, bool(state.entered(key)))) is not None:
            state.compare_only(after)

    key = f"compare:{run.id}"
    with st.container(key=f"run:{run.id}", horizontal=True, vertical_alignment="center", gap="small"):
        on = run.id in ticked
        state.hold(key, on)
        look = LOOKS.index(compared.look) if compared else "none"
        with st.container(key=f"look-{look}-{run.id}", width="content"):  # style.css draws a piece of the line there
            st.checkbox(f"compare {label(run.title)}", value=on, key=key, label_visibility="collapsed", on_change=tick)
        st.button(
            label(run.title),
            icon=f":material/{_ICONS[run.state]}:",
            key=f"show:{run.id}",
            type="tertiary",
            help=plain(run.reason or run.state),
            on_click=_show,
            args=(run.id,),
        )
        if compared and compared.name != run.title:
            st.markdown(f"**{plain(compared.name)}**  \n{_values(run)}")
        else:
            st.markdown(f"{_values(run)} · {_by(run)} {'' if compared else _curve(run)}")
        with st.popover(f"More about {label(run.title)}", icon=":material/more_vert:", key=f"more:{run.id}"):
            _menu(run, shown)


def ticked_after(ticked: Sequence[str], id: str, was: bool, told: bool) -> list[str] | None:
    """What is ticked after a page told of a run's box. None where nobody pressed it: a page whose list has closed says
    once more what it showed, and Streamlit takes that for news, since it forgets what is drawn no more."""
    if told == was:
        return None
    others = [one for one in ticked if one != id]
    return [*others, id] if told else others


def _show(id: str) -> None:
    state.show_run(id)
    state.show_panel("Training")


def _values(run: Job) -> str:
    """Its last values, and how it ended."""
    metrics = run.summary.get("kept") or run.summary.get("metrics") or {}
    keys = [key.removeprefix("val_") for key, value in metrics.items() if key.startswith("val_") and value is not None]
    own = [key for key in keys if key in METRICS][:_SHOWN]
    values = [
        f"val {plain(score_of(key).word)} **{metrics[f'val_{key}']:.3g}**"
        for key in (*own, *(["loss"] if "loss" in keys else []))
    ]
    epochs, all = run.summary.get("epoch", 0), trainings.run_document(run.id).training.settings["epochs"]
    part = [] if epochs == all else [f"{epochs} of {all} epochs"]
    member = [one.words] if (one := trainings.member_of(run.id)) else []
    return " · ".join([*member, *values, *part, *([] if run.state == "finished" else [run.state])])


def _by(run: Job) -> str:
    """By which settings."""
    document = trainings.run_document(run.id)
    return plain(" · ".join(setting.words for setting in trained_with(document, document)))


def _curve(run: Job) -> str:
    """The validation loss over the epochs, as small blocks."""
    values = [value for value in run.summary.get("curve", []) if value is not None][-40:]
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    every = max(1, len(values) // 12)
    top = len(_BLOCKS) - 1
    return "".join(_BLOCKS[round(top * (value - low) / ((high - low) or 1))] for value in values[::every])


def _menu(run: Job, shown: Project) -> None:
    def renamed() -> None:
        trainings.rename(run.id, str(state.entered(f"name:{run.id}")))

    st.text_input("name", value=run.title, key=f"name:{run.id}", max_chars=80, on_change=renamed)
    same = trainings.is_of_now(run, shown)
    st.caption(
        "Network, data and settings are as they were then."
        if same
        else f"The network, its data or settings have changed since {plain(run.title)}."
    )
    st.button(
        "Bring back its graph",
        icon=":material/restore:",
        key=f"graph:{run.id}",
        disabled=same,
        on_click=trainings.open_graph_of,
        args=(run,),
        help="The network, data and settings that this run had. Undo takes you back.",
    )
    if run.id in trainings.resumable():
        offer_resume(run, "runs")
    if run.active:
        st.button("Stop", icon=":material/stop:", key=f"stop:{run.id}", on_click=trainings.stop, args=(run.id,))
    else:
        st.button("Delete", icon=":material/delete:", key=f"remove:{run.id}", on_click=trainings.delete, args=(run,))
