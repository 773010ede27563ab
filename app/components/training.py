"""How the network is trained, beside how it goes."""

from dataclasses import asdict
from typing import Any

import streamlit as st

from app import playing, routes, state, trainings
from app.acting import Acting
from app.addresses import linked
from app.components.form import form
from app.components.initialisation import initialisation
from app.components.interrupted import offer_resume
from app.components.lesson import show_lesson
from app.components.live import live
from app.components.race import lead_to_race
from app.components.verdict import verdict
from app.previews import plane
from app.text import capital, plain
from graphbuilder.blocks import labels
from graphbuilder.cards import layers, needed_by_training
from graphbuilder.checks import Report
from graphbuilder.datasets.playground import LEAST_POINTS, MOST_POINTS, Drawn
from graphbuilder.document import Document
from graphbuilder.figures import CLASS_COLORS, curves
from graphbuilder.forms import playground_form, training_form
from graphbuilder.help import key_of
from graphbuilder.linked import to_word
from graphbuilder.metrics import score_of
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.plan import NotReady, plan
from graphbuilder.records.comparison import trained_with
from graphbuilder.records.divergence import advice
from graphbuilder.records.events import ALL_EPOCHS
from graphbuilder.store import Project
from graphbuilder.store.jobs import Job

DATA_SET, ALL_SETTINGS = "data_set", "all_settings"
"""Controls of the playground beside the fields of its bar, as an address names them that leaves some out."""
_OUTDATED = "The data have changed since. Press Train to see them parted."
_OUTDATED_STILL = "The data have changed since. Stop, then press Train to see them parted."
_PRESS = "press Train, and the loss, the accuracy and every layer's activations appear here while the network learns."


def training_panel(shown: Project, report: Report, acting: Acting) -> None:
    with st.container(key="training", horizontal=True, gap="small"):
        with st.container(key="training_form", gap="small"):
            _settings(shown, report)
        with st.container(key="training_live", gap=None):
            if state.initial_shown():
                initialisation(report)
                return
            run = trainings.shown_run()
            _line_over(run, shown, acting)
            verdict(run, shown)
            live(watched(run, shown), key="live_component", height=300)


def _line_over(run: Job | None, shown: Project, acting: Acting) -> None:
    """Which run it is, what the network has otherwise since, and what can be done about it."""
    if run is None:
        return
    with st.container(key="run_line", horizontal=True, vertical_alignment="center", gap="small"):
        text = f"**{plain(run.title)}**"
        if run.state == "finished" and run.reason and run.reason != ALL_EPOCHS:
            text += f" · ended early: {plain(run.reason)}"
        words = acting.words if run.active else ""
        changed = acting.rest if run.active else not trainings.is_of_now(run, shown)
        if words:
            text += f" · {plain(words)}{'; the rest has changed since' if changed else ''}"
        elif changed:
            text += " · the network, its data or settings have changed since"
        if starts := run.summary.get("starts"):
            text += f" · {plain(starts)}"
        for note in filter(None, map(run.summary.get, ("note", "elsewhere"))):
            text += f" · :material/warning: {plain(note)}"
        st.markdown(text)
        if run.active and acting.rest:
            st.button(
                "Restart with these",
                icon=":material/restart_alt:",
                key=f"restart:{run.id}",
                on_click=trainings.restart,
                args=(run.id,),
                help="Stops this run, keeps what it learned, and trains the network as it stands now.",
            )
        if changed and not run.active:
            st.button(
                "Train with it",
                icon=":material/play_arrow:",
                key="train_changed",
                on_click=trainings.train,
                help="Trains the network as it stands now, as a run of its own beside this one.",
            )
        if run.id in trainings.resumable():
            offer_resume(run, "training")


def _empty(report: Report) -> str:
    """What comes before anything is seen."""
    if report.errors:
        return f"Mend the faults first; Faults, beside Summary, lists them. Then {_PRESS}"
    return f"Training needs {needed_by_training(report)}. Then {_PRESS}" if report.needs else capital(_PRESS)


def watched(run: Job | None, shown: Project) -> dict[str, Any]:
    """What the live view of a run is told."""
    if run is None:
        return {
            "run": None,
            "path": "",
            "nodes": [],
            "layout": curves(),
            "metrics": [asdict(score_of("accuracy"))],
            "compare": [],
            "empty": _empty(state.report(shown)),
            "view": "watch",
        }
    document = trainings.run_document(run.id)
    report = trainings.report_of(run.id)
    dropout = any(operator and operator.varies() for operator in report.wired.operators.values())
    return {
        "run": run.id,
        "path": routes.events_of(run.id),
        "active": run.active,
        "commands": routes.commands_of(run.id),
        "more": trainings.can_go_on(run),
        "interrupted": run.id in trainings.resumable(),
        "step": state.step(),
        "ends": trainings.ends_of(run.id),
        "nodes": layers(report),
        "layout": curves(),
        "metrics": _scores(report),
        "compare": [],
        "empty": _empty(report),
        "view": "watch",
        "dropout": dropout,
        "settings": [asdict(setting) for setting in trained_with(trainings.goes_by(run), shown.document)],
        "plane": _placed(shown) or plane(document),
        "points": _points(shown),
        "outdated": ""
        if _same_data(document, shown.document) or _points(shown)
        else _OUTDATED_STILL
        if run.active
        else _OUTDATED,
        "advice": advice(document),
    }


def _placed(shown: Project) -> dict[str, Any] | None:
    """The plane as it stands with the points that a person places."""
    source = shown.document.data.source
    if not isinstance(source, Drawn):
        return None
    return {
        "points": [row[:2] for row in source.points],
        "labels": [int(row[2] >= 0.5) for row in source.points],
        "classes": source.fields()["class"].classes,
        "colors": CLASS_COLORS[:2],
    }


def _points(shown: Project) -> dict[str, Any] | None:
    """The points that a person places, where these are the project's data: what is drawn in the plane, and edited."""
    data = shown.document.data
    source = data.source
    if not isinstance(source, Drawn):
        return None
    rows = [[*map(float, row)] for row in source.points]
    return {"project": shown.id, "target": {"of": "data", "who": data.name}, "name": "points", "rows": rows,
            "most": MOST_POINTS, "least": LEAST_POINTS}  # fmt: skip


def _scores(report: Report) -> list[dict[str, Any]]:
    """What the training of a network tells beside its loss."""
    try:
        planned = plan(report)
    except NotReady:
        return [asdict(score_of("accuracy"))]
    called = labels(report.document)
    named = {output.name: called[output.node] for output in planned.outputs}
    return [asdict(score_of(key, named)) for key in planned.metrics]


def _same_data(one: Document, other: Document) -> bool:
    return (one.data.name, one.data.options) == (other.data.name, other.data.options)


def _settings(shown: Project, report: Report) -> None:
    if playing.is_playground(shown):
        without = state.left_out()
        form(playground_form(report, without), key="playground")
        if ALL_SETTINGS not in without:
            all_of_them = st.expander("All settings", key=ALL_SETTINGS, on_change="rerun")
            with all_of_them:
                if all_of_them.open:
                    form(training_form(report), key="training")
        if without:
            st.button("Show all controls", key="show_all", icon=":material/tune:", on_click=state.show_all_controls)
        _link(shown, report)
    else:
        form(training_form(report), key="training")
    folds = shown.document.data.split["folds"]
    if folds > 1:
        st.button(
            f"Train all {folds} folds",
            key="train_folds",
            icon=":material/view_week:",
            on_click=trainings.train,
            kwargs={"folds": True},
            help="One run for each fold; All runs tells their mean and spread.",
        )
    lead_to_race()
    st.button(
        "Initialisation",
        key="initial_open",
        icon=":material/bar_chart:",
        on_click=state.show_initial,
        args=(True,),
        help="What each rule for the first weights makes of activations and gradients, layer by layer.",
    )
    known = OPTIMIZERS.get(shown.document.training.optimizer)
    what = st.expander("What it does", key="optimizer_lesson", on_change="rerun")
    with what:
        if what.open and known:
            show_lesson(known.lesson(), key_of("optimizer", known.name))


def _link(shown: Project, report: Report) -> None:
    """The playground to be handed on: data, network and settings are in the address, and what of the bar is left out
    for a class that is to look at one thing."""
    word = to_word(shown.document)
    with st.popover("Link to this", icon=":material/link:", key="playground_link"):
        if word is None:
            st.markdown("This network is too large for a link. Export gives its project file.")
        else:
            st.markdown("Whoever opens it gets these data, this network and these settings, and it begins to learn.")
            (group,) = playground_form(report)["groups"]
            called = {DATA_SET: "data set"} | {field["name"]: field["label"] for field in group["fields"]}
            called |= {ALL_SETTINGS: "all settings"}
            without = st.multiselect(
                "Controls that it is shown without", [*called], format_func=called.__getitem__, key="link_without"
            )
            st.code(linked(word, without), language=None, wrap_lines=True, height=120)
