"""The panel Inside: what a trained network looked at in a sample, and how its nodes lay out many."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app import routes, state, trainings
from app.components.asked import not_yet
from app.components.looked import looked
from graphbuilder.blocks import labels
from graphbuilder.checks import Report
from graphbuilder.figures import CLASS_COLORS
from graphbuilder.store.jobs import Job
from graphbuilder.tensors import Numbers
from graphbuilder.training.layouts import slow_methods

_FIRST = "validation:0"
_EMPTY = "Train this network first: then you see here what it looked at in a sample, and how its nodes lay out many."


def inside_panel() -> None:
    run = trainings.shown_run()
    with st.container(key="inside"):
        looked(_told(run), key="looked_component", height=300)
        if run and (why := trainings.why_not_asked(run)):
            not_yet(run, why, tells=False)


def _told(run: Job | None) -> Mapping[str, Any]:
    if run is None or (why := trainings.why_not_asked(run)):
        return {"run": None, "empty": why if run else _EMPTY}
    report = trainings.report_of(run.id)
    called = labels(report.document)
    nodes = hidden_nodes(report)
    return {
        "run": run.id,
        "project": run.project,
        "active": run.active,
        "step": state.step(),
        "sample": state.sample() or _FIRST,
        "led": state.sample_led(),
        "path": routes.questions_of(run.id),
        "aside": routes.neighbours_of(run.id),
        "nodes": [{"id": id, "label": called[id]} for id in nodes],
        "last": last_hidden(report, nodes),
        "steps": run.summary.get("snapshots", []),
        "samples": _validation_rows(report),
        "methods": slow_methods(),
        "tints": [*CLASS_COLORS[:2]],
        "colors": [*CLASS_COLORS],
        "empty": "",
    }


def hidden_nodes(report: Report) -> list[str]:
    """The nodes that give amounts, in order."""
    found = []
    for id in report.wired.order:
        facts = report.facts.get(id)
        given = facts.outputs.get("out") if facts else None
        operator = report.wired.operators[id]
        if given and given.numbers is Numbers.FLOAT and operator and operator.outputs:
            found.append(id)
    return found


def last_hidden(report: Report, nodes: list[str]) -> str:
    """The node before the last layer that has weights: what that parts into classes."""
    wired = report.wired
    ends = [wire.source for id in wired.order if id not in nodes for wire in wired.into[id] if wire.source in nodes]
    id = ends[-1] if ends else ""
    while id and id in nodes:
        into = [wire.source for wire in wired.into[id] if wire.source in nodes]
        if not into:
            return id
        facts = report.facts[id]
        if facts.counts.trainable:
            return into[0]
        id = into[0]
    return nodes[-1] if nodes else ""


def _validation_rows(report: Report) -> int:
    data = report.document.data
    return data.source.parts(data.split)[1] if data.source else 0
