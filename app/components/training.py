"""How the network is trained, beside how it goes."""

from typing import Any

import streamlit as st

from app import routes, state, trainings
from app.components.fields import ask, select
from app.components.lesson import in_short, show_lesson
from app.components.live import live
from app.previews import plane
from app.text import plain
from graphbuilder import editing
from graphbuilder.checks import Report
from graphbuilder.figures import curves
from graphbuilder.help import key_of
from graphbuilder.plan import NotReady, plan
from graphbuilder.store import Project
from graphbuilder.store.jobs import Job
from graphbuilder.training.optimizers import OPTIMIZERS
from graphbuilder.training.settings import Settings

EMPTY = "Press Train, and the loss, the accuracy and every layer's activations appear here while the network learns."


def training_panel(shown: Project, report: Report) -> None:
    with st.container(key="training", horizontal=True, gap="small"):
        with st.container(key="training_form", gap="small"):
            _settings(shown, report)
        with st.container(key="training_live", gap=None):
            run = trainings.shown_run()
            _line_over(run, shown)
            live(watched(run), key="live_component", height=300)


def _line_over(run: Job | None, shown: Project) -> None:
    if run is None:
        return
    changed = not trainings.is_of_now(run, shown)
    text = f"**{plain(run.title)}**" + (" · the network, its data or settings have changed since" if changed else "")
    st.markdown(text)


def watched(run: Job | None) -> dict[str, Any]:
    """What the live view of a run is told."""
    if run is None:
        return {
            "run": None,
            "path": "",
            "nodes": [],
            "figures": curves(),
            "compare": [],
            "empty": EMPTY,
            "view": "watch",
        }
    document = trainings.run_document(run.id)
    report = trainings.report_of(run.id)
    nodes = [
        {
            "id": id,
            "label": report.wired.nodes[id].label,
            "color": operator.family.color,
            "color_dark": operator.family.color_dark,
        }
        for id in report.wired.order
        if (operator := report.wired.operators[id]) and operator.outputs
    ]
    try:
        planned = plan(report)
    except NotReady:
        planned = None
    dropout = any(operator and operator.is_random for operator in report.wired.operators.values())
    accuracy = planned is None or any("accuracy" in output.metrics for output in planned.outputs)
    return {
        "run": run.id,
        "path": routes.events_of(run.id),
        "nodes": nodes,
        "figures": curves(accuracy),
        "compare": [],
        "empty": EMPTY,
        "view": "watch",
        "dropout": dropout,
        "plane": plane(document),
    }


def _settings(shown: Project, report: Report) -> None:
    training = shown.document.training

    def optimizer_changed(name: object) -> None:
        state.edit(lambda document: editing.set_optimizer(document, str(name)), f"optimizer {name}")

    titles = {name: optimizer.title for name, optimizer in OPTIMIZERS.items()}
    names = list(dict.fromkeys([*OPTIMIZERS, training.optimizer]))
    known = OPTIMIZERS.get(training.optimizer)
    told = {"label": "optimizer", "help": in_short(known.__doc__ or "", known.lesson()) if known else None}
    select("optimizer", training.optimizer, optimizer_changed, names, titles, **told)
    options = known.parameters if known else {}
    rate = {name: option for name, option in options.items() if name == "learning_rate"}
    for name, option in rate.items():
        _ask_option(name, option, training, report)
    for name, setting in Settings.parameters.items():
        if not setting.more:
            _ask_setting(name, setting, training, report)
    others = {name: option for name, option in options.items() if name not in rate}
    more = st.expander("More", key="training_more", on_change="rerun")
    with more:
        if more.open:
            if known:
                show_lesson(known.lesson(), key_of("optimizer", known.name))
            for name, option in others.items():
                _ask_option(name, option, training, report)
            for name, setting in Settings.parameters.items():
                if setting.more:
                    _ask_setting(name, setting, training, report)


def _ask_option(name: str, option: Any, training: Any, report: Report) -> None:
    def change(value: object) -> None:
        told = f"{name} of {training.optimizer}"
        state.edit(lambda document: editing.set_optimizer_option(document, name, value), told, merge=True)

    ask(option, training.options[name], f"optimizer:{training.optimizer}:{name}", change)
    _faults(report, name)


def _ask_setting(name: str, setting: Any, training: Any, report: Report) -> None:
    def change(value: object) -> None:
        state.edit(lambda document: editing.set_training(document, name, value), f"{name} of the training", merge=True)

    ask(setting, training.settings[name], f"training:{name}", change)
    _faults(report, name)


def _faults(report: Report, name: str) -> None:
    for found in report.errors:
        if found.parameter == f"training.{name}":
            st.error(plain(found.text), icon=":material/error:")
