"""All trainings of the project: what each was, and their curves in one plot."""

import streamlit as st

from app import routes, state, trainings
from app.components.live import live
from app.text import plain
from graphbuilder.figures import curves
from graphbuilder.store import Project
from graphbuilder.store.jobs import Job
from graphbuilder.training.optimizers import OPTIMIZERS

_NEWEST = 12
_BLOCKS = "▁▂▃▄▅▆▇█"
_ICONS = {
    "queued": "hourglass_empty", "starting": "hourglass_top", "running": "play_circle", "finished": "check_circle",
    "stopped": "stop_circle", "diverged": "trending_up", "failed": "error", "killed": "error", "lost": "help",
}  # fmt: skip


def runs_panel(shown: Project) -> None:
    runs = trainings.runs()
    if not runs and not state.deleted_run():
        st.markdown("Every training is kept here, to look at again and to compare. Press Train for the first one.")
        return
    lines, plot = st.columns([1.25, 1.6], gap="medium")
    with lines:
        several = len(runs) > _NEWEST
        listed = runs if several and st.toggle(f"Show all {len(runs)} runs", key="all_runs") else runs[:_NEWEST]
        chosen = [run for run in listed if _line(run, shown)]
        if state.deleted_run():
            st.button("Undo delete", icon=":material/undo:", key="restore_run", on_click=trainings.restore)
    with plot:
        compared = chosen or runs[:1]
        if compared:
            live(compared_view(compared), key="compare_component", height=300)


def compared_view(runs: list[Job]) -> dict[str, object]:
    """What the live view is told to draw several runs in one plot."""
    first, *others = runs
    return {
        "run": first.id,
        "name": first.title,
        "path": routes.events_of(first.id),
        "nodes": [],
        "figures": curves(any("val_accuracy" in (run.summary.get("metrics") or {}) for run in runs)),
        "compare": [{"run": run.id, "name": run.title, "path": routes.events_of(run.id)} for run in others],
        "empty": "",
        "view": "curves",
    }


def _line(run: Job, shown: Project) -> bool:
    """One run; whether it is to be compared."""
    with st.container(key=f"run:{run.id}", horizontal=True, vertical_alignment="center", gap="small"):
        chosen = st.checkbox(f"compare {plain(run.title)}", key=f"compare:{run.id}", label_visibility="collapsed")
        st.button(
            plain(run.title),
            icon=f":material/{_ICONS[run.state]}:",
            key=f"show:{run.id}",
            type="tertiary",
            help=plain(run.reason or run.state),
            on_click=_show,
            args=(run.id,),
        )
        st.markdown(f"{_curve(run)} {_told(run)}")
        with st.popover("", icon=":material/more_vert:", key=f"more:{run.id}", help=f"More about {plain(run.title)}"):
            _menu(run, shown)
    return bool(chosen)


def _show(id: str) -> None:
    state.show_run(id)
    state.show_panel("Training")


def _told(run: Job) -> str:
    """How it ended, its last values, and by which settings."""
    training = trainings.run_document(run.id).training
    optimizer = OPTIMIZERS.get(training.optimizer)
    metrics = run.summary.get("kept") or run.summary.get("metrics") or {}
    shown = [name for name in ("val_accuracy", "val_loss") if metrics.get(name) is not None]
    values = [f"{name.replace('_', ' ')} **{metrics[name]:.4g}**" for name in shown]
    epochs = f"{run.summary.get('epoch', 0)} of {training.settings['epochs']} epochs"
    rate = training.options.get("learning_rate")
    name = plain(optimizer.title if optimizer else training.optimizer)
    by = f"{name} {rate:g}, batch {training.settings['batch_size']}"
    return " · ".join([*values, epochs, by, *([] if run.state == "finished" else [run.state])])


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
    if run.active:
        st.button("Stop", icon=":material/stop:", key=f"stop:{run.id}", on_click=trainings.stop, args=(run.id,))
    else:
        st.button("Delete", icon=":material/delete:", key=f"remove:{run.id}", on_click=trainings.delete, args=(run,))
