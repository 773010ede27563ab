"""What stands in the form's place while no node is selected: the network in figures, and what to do next."""

import streamlit as st

from app import state, trainings
from app.components.imported import imported
from app.components.prepared import lesson_words
from app.text import plain
from graphbuilder.cards import block_in_figures, in_figures, needed_by_training
from graphbuilder.checks import Report
from graphbuilder.levels import Level
from graphbuilder.store import Project


def overview(shown: Project, level: Level) -> None:
    report = level.report
    is_new = shown.id == state.imported()
    with st.container(key="overview", gap="small"):
        if is_new:
            imported(shown.id, shown.document)
        lesson_words(shown)
        if report.drawn.nodes:
            figures = block_in_figures(level) if level.block else in_figures(report)
            rows = [f"| {name} | {plain(value)} |" for name, value in figures.items()]
            st.markdown("\n".join(["| | |", "|---|--:|", *rows]))
        _next(shown, report)
        if not is_new:
            imported(shown.id, shown.document)
        if report.drawn.nodes:
            st.caption(
                "Select a node to set its parameters and to see what it computes, or a wire to see the chain rule."
            )


def _next(shown: Project, report: Report) -> None:
    """One sentence and, where it is another panel's, the way there."""
    told, button, panel = _next_step(shown, report)
    st.markdown(told)
    if button:
        st.button(button, key="next_step", on_click=state.show_panel, args=(panel,))


def _next_step(shown: Project, report: Report) -> tuple[str, str, str]:
    if not report.drawn.nodes:
        return "**Next:** drag an operator onto the canvas, and set its parameters here.", "", ""
    if report.errors:
        return "**Next:** mend the faults. Each says what to do.", "Show the faults", "Faults"
    if report.needs:
        panel = "Data" if {found.needs for found in report.needs} == {"data"} else "Faults"
        return f"**Next:** training needs {needed_by_training(report)}.", f"Show the {panel.lower()}", panel
    run = next(iter(trainings.runs()), None)
    if run is None:
        return "**Next:** press Train, and watch the loss and every layer.", "", ""
    if run.state == "queued":
        return "**Now:** it waits to begin; the line at the top says for what.", "Show the training", "Training"
    if run.active:
        return "**Now:** it is learning. Watch whether both losses fall.", "Show the training", "Training"
    if run.id in trainings.resumable():
        told = f"**Next:** {plain(run.title)} was interrupted. Resume it: it goes on from what was kept."
        return told, "Show the training", "Training"
    if trainings.is_of_now(run, shown):
        if run.has_failed:
            told = f"**Next:** {plain(run.title)} ended without a result. The training says why; mend that,"
            return f"{told} and train again.", "Show the training", "Training"
        return "**Next:** see what it answers. Then change one thing, and train again.", "Show the answers", "Results"
    if trainings.are_together(run, shown):
        return "**Next:** see what all of them came to, and how far apart they are.", "Show the runs", "Runs"
    if trainings.is_of_network(run, shown):
        return f"**Next:** data or settings are others than {plain(run.title)} had. Train it, and compare.", "", ""
    return f"**Next:** it is another network than {plain(run.title)} had. Train it, and compare.", "", ""
