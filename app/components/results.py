"""What a run answers, beside what was right: for the validation part, and when asked for the test part."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from app import state, trainings
from app.components.interrupted import offer_recovery, offer_resume
from app.text import label, plain
from graphbuilder.figures import confusion, residuals
from graphbuilder.metrics import score_of
from graphbuilder.store.jobs import Job

_SHOWN = 18
_WITHOUT = "Press Train, and the network's answers are set beside what was right."


def results_panel() -> None:
    run = trainings.shown_run()
    found = trainings.result(run, "results") if run else None
    if run is None:
        st.markdown(_WITHOUT)
        return
    if found is None and run.id in trainings.resumable():
        st.markdown(f"{plain(run.title)} was interrupted before it gave results: {_why(run)}.")
        with st.container(horizontal=True, gap="small"):
            offer_resume(run, "results")
            offer_recovery(run)
        return
    if found is None and not run.active:
        st.markdown(f"{plain(run.title)} ended before it gave results: {_why(run)}. Train again.")
        return
    if found is None:
        st.markdown("The answers are here when the training ends.")
        return
    with st.container(key="results", horizontal=True, gap="medium"):
        with st.container(key="results_numbers", gap="small"):
            tested = trainings.result(run, "test")
            parts = ["validation", *(["test"] if tested else [])]
            # Another key when the test part has come, so that the panel turns to it.
            key = f"part:{run.id}:{len(parts)}"
            part = st.segmented_control(
                "part", parts, default=parts[-1], required=True, key=key, label_visibility="collapsed"
            )
            if part == "test" and tested:
                found = tested
            told = _chosen(run, found["outputs"])
            _metrics(run, found, told)
            _weights(told)
            _ask_for_test(run)
        with st.container(key="results_answers", horizontal=True, gap="medium"):
            _output(told)


def _chosen(run: Job, outputs: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The output that is shown: of several losses the one that was chosen, by the name on its card."""
    if len(outputs) == 1:
        return outputs[0]
    labels = [label(told["label"] or told["output"]) for told in outputs]
    place = st.segmented_control(
        "output", range(len(outputs)), format_func=labels.__getitem__, default=0, required=True, key=f"output:{run.id}"
    )
    return outputs[place or 0]


def _why(run: Job) -> str:
    return plain(run.reason or run.state)


def _metrics(run: Job, found: Mapping[str, Any], shown: Mapping[str, Any]) -> None:
    """The metrics over all outputs, and those of the one that is shown."""
    kept = run.summary.get("kept", {})
    told = found.get("metrics") or {name[4:]: value for name, value in kept.items() if name.startswith("val_")}
    outputs = [one["output"] for one in found["outputs"]]
    rows = []
    for name, value in told.items():
        output = max((one for one in outputs if name.startswith(f"{one}_")), key=len, default=None)
        if output not in (None, shown["output"]):
            continue
        score = score_of(name, {output: shown["label"] or output} if output else {})
        number = "–" if value is None else f"{value:.4g}"
        rows.append(f"| {plain(score.word)} | {number} |")
    st.markdown("\n".join([f"| {plain(run.title)} | {found['part']} |", "|---|--:|", *rows]))


def _weights(shown: Mapping[str, Any]) -> None:
    """How much each class counted in the loss, as it was measured on the training part or given."""
    if "class_weights" in shown:
        told = ", ".join(f"{plain(name)} {weight:.3g}" for name, weight in shown["class_weights"])
        st.caption(f"Weights of the classes: {told}")


def _ask_for_test(run: Job) -> None:
    count = state.jobs().tests(state.me(), trainings.data_of(run))
    looks = {0: "You have not looked", 1: "You looked once"}.get(count, f"You looked {count} times")
    test = trainings.test_of(run)
    waiting = test is not None and test.active
    if not trainings.run_document(run.id).data.split["test"]:
        st.caption("There is no test part: the split keeps no rows for it. The panel Data gives it some.")
        return
    if test and test.state in ("failed", "killed", "lost"):
        st.error(f"The test part could not be looked at: {plain(test.reason)}", icon=":material/error:")
    st.button(
        "Testing …" if waiting else "Look at the test part",
        key="test",
        disabled=waiting or trainings.result(run, "test") is not None,
        on_click=trainings.test,
        args=(run,),
        help="Ask the kept weights about rows that neither training nor you have seen.",
    )
    st.caption(f"{looks} at the test part of these data. Each look makes it a little less of a test.")


def _output(told: Mapping[str, Any]) -> None:
    match told["kind"]:
        case "unnamed":
            st.markdown("This loss compares without an answer that could be right or wrong, so there is none to show.")
        case "classes":
            _classes(told)
        case "values":
            _plot(residuals(told["pairs"], told["target"]))
        case "pictures":
            with st.container(key="results_list", gap="small"):
                st.markdown("Above what went in, below what came out.")
                for place, told_as in enumerate(("what went in", "what came out")):
                    alts = [f"image {number}, {told_as}" for number in range(1, len(told["pairs"]) + 1)]
                    st.image([_picture(pair[place]) for pair in told["pairs"]], width=64, alt=alts)


def _plot(figure: Mapping[str, Any]) -> None:
    """As high as the panel is, so that no row of it is out of sight."""
    with st.container(key="results_plot"):
        st.plotly_chart(figure, key="results_figure", config={"displayModeBar": False}, height="stretch")


def _classes(told: Mapping[str, Any]) -> None:
    _plot(confusion(told["confusion"], told["classes"]))
    with st.container(key="results_list", gap="small"):
        rows, mistakes = told["rows"], told["mistakes"]
        if not mistakes:
            st.markdown(f"All {rows} answers were right.")
            return
        st.markdown(f"**{mistakes} of {rows} were wrong**; the surest mistakes first.")
        mistaken = told["wrong"][:_SHOWN]
        names = told["classes"]
        if "image" in mistaken[0]:
            captions = [_mistake(one, names) for one in mistaken]
            alts = [f"row {one['row']}" for one in mistaken]
            st.image([_picture(one["image"]) for one in mistaken], caption=captions, width=84, alt=alts)
        else:
            lines = [f"- row {one['row']}: {_mistake(one, names)}" for one in mistaken]
            st.markdown("\n".join(lines))


def _mistake(one: Mapping[str, Any], names: list[str]) -> str:
    answer, sure = one["answers"][0]
    at = f", place {one['place']}" if "place" in one else ""
    return f"{plain(names[one['right']])} → {plain(names[answer])} ({sure:.0%}){at}"


def _picture(rows: list[list[int]]) -> Any:
    """Enlarged by whole pixels, dark on light."""
    pixels = 255 - np.asarray(rows, "uint8")
    factor = max(1, 84 // pixels.shape[1])
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)
