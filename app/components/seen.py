"""What is seen inside the selected node, by the weights of the run that is shown."""

import streamlit as st

from app import routes, state, trainings
from app.components.inside import inside
from app.text import plain
from graphbuilder.figures import CLASS_COLORS
from graphbuilder.levels import Level
from graphbuilder.training.one_window import has_window
from graphbuilder.training.sights import sights


def has_inside(level: Level, id: str) -> bool:
    """Whether the node has anything that could be seen, once the network is trained."""
    return bool(sights(level.report, level.path(id)))


def look_inside(level: Level, id: str) -> None:
    """Weights and values of the node; else why there are none, and what to do."""
    run, node = trainings.shown_run(), level.path(id)
    if run is None:
        st.caption("Train this network first: then its weights are seen here, and what it makes of each sample.")
        return
    then = trainings.report_of(run.id)
    views = sights(then, node)
    now = level.report.wired
    if not views or then.wired.nodes[node].kind != now.nodes[node].kind:
        st.caption(f"{plain(run.title)} had no such node. Train the network as it stands to see inside it.")
        return
    told = {
        "path": routes.questions_of(run.id),
        "run": run.id,
        "project": state.project_id(),
        "active": run.active,
        "step": state.step(),
        "node": node,
        "views": [*views],
        "sums": has_window(then.wired.operators[node]),
        "tints": [*CLASS_COLORS[:2]],
        "note": "" if then.wired.nodes[node] == now.nodes[node] else f"As the node was in {run.title}.",
    }
    inside(told, key=f"inside_{run.id}_{node}")
