"""What a run answers, beside what was right: for the validation part, and when asked for the test part."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app import looks, routes, state, trainings
from app.components.answers import View, answers, views
from app.components.interrupted import offer_recovery, offer_resume
from app.components.step_results import answers_at, chosen_step, walked_step
from app.text import label, plain
from graphbuilder.metrics import score_of
from graphbuilder.store.jobs import Job

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
    walked = walked_step(run) if found is None else None
    if found is None and walked is None:
        st.markdown("The answers are here when the training ends. Those of a step before are here once you walk to it.")
        return
    with st.container(key="results", horizontal=True, gap="medium"):
        with st.container(key="results_numbers", gap="small"):
            step = chosen_step(run) if found else walked
            if not found:
                st.caption(f"Answers at step {step:,}, while the training goes on.")
            tested = trainings.result(run, "test") if step is None else None
            parts = ["validation", *(["test"] if tested else [])]
            # Another key when the test part has come, so that the panel turns to it.
            key = f"part:{run.id}:{len(parts)}"
            part = st.segmented_control(
                "part", parts, default=parts[-1], required=True, key=key, label_visibility="collapsed"
            )
            if part == "test" and tested:
                found = tested
            if step is not None:
                then = answers_at(run, step)
                if then is None:
                    return
                found = then
            assert found is not None
            told = _chosen(run, found["outputs"])
            view = _view(told)
            _metrics(run, found, told)
            if view and view.words:
                st.caption(view.words)
            _weights(told)
            if not run.active and (told["kind"] != "unnamed" or len(found["outputs"]) > 1):
                _offer_predictions(run, str(part), step)
            if step is None:
                _ask_for_test(run)
        with st.container(key="results_answers", horizontal=True, gap="medium"):
            answers(told, view, found["part"])


def _view(told: Mapping[str, Any]) -> View | None:
    """What is drawn of the answers; the choice stays for others of the kind."""
    offered = {one.name: one for one in views(told)}
    if len(offered) < 2:
        return next(iter(offered.values()), None)
    key = f"view:{told['kind']}"
    state.drop_unless(key, offered)
    return offered[st.selectbox("view", list(offered), key=key, label_visibility="collapsed")]


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
    baseline = shown.get("baseline")
    rows = []
    for name, value in told.items():
        output = max((one for one in outputs if name.startswith(f"{one}_")), key=len, default=None)
        if output not in (None, shown["output"]):
            continue
        score = score_of(name, {output: shown["label"] or output} if output else {})
        cells = [plain(score.word), _number(value)]
        if baseline:
            scored = name.removeprefix(f"{output}_") if output or len(outputs) == 1 else ""
            cells.append(_number(baseline["scores"].get(scored)) if scored in baseline["scores"] else "")
        rows.append(f"| {' | '.join(cells)} |")
    head = [plain(run.title), found["part"], *(["baseline"] if baseline else [])]
    st.markdown("\n".join([f"| {' | '.join(head)} |", f"|---|{'--:|' * (len(head) - 1)}", *rows]))
    beside = [f"Baseline: {plain(baseline['words'])}."] if baseline else []
    if words := " ".join([*beside, *_simple(run, shown["output"])]):
        st.caption(words)


def _simple(run: Job, output: str) -> list[str]:
    """What simple methods score beside it."""
    found = run.summary.get("baselines", {}).get(output)
    named = (("nearest", "5 nearest neighbours"), ("linear", "linear"))
    scores = [f"{words} {found[name]:.3g}" for name, words in named if found and found[name] is not None]
    if not found or not scores:
        return []
    metric = "accuracy" if found["metric"] == "accuracy" else "R²"
    return [f"Simple methods, {metric}: {', '.join(scores)}; from {found['rows']:,} rows."]


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _weights(shown: Mapping[str, Any]) -> None:
    """How much each class counted in the loss, as it was measured on the training part or given."""
    if "class_weights" in shown:
        told = ", ".join(f"{plain(name)} {weight:.3g}" for name, weight in shown["class_weights"])
        st.caption(f"Weights of the classes: {told}")


def _offer_predictions(run: Job, part: str, step: int | None) -> None:
    """The answers for every row as a file, which a job writes when it is asked for."""
    job = looks.predictions_of(run, part, step)
    if job and job.state == "finished":
        st.link_button("Download predictions (CSV)", routes.predictions_of(job.id), icon=":material/download:")
        rows, of = job.summary.get("rows", 0), job.summary.get("of", 0)
        if rows < of:
            st.caption(f"The file has the first {rows:,} of {of:,} rows; more would be larger than a file may be.")
        return
    if job and job.active:
        _writing(job.id)
        return
    st.button(
        "Predictions (CSV)",
        key="predictions",
        icon=":material/table_rows:",
        on_click=looks.ask_predictions,
        args=(run, part, step),
        help="For every row what is right, what was answered and how surely, with the row's number in the source.",
    )
    if job and job.reason:
        st.caption(plain(job.reason))


@st.fragment(run_every="0.5s")
def _writing(id: str) -> None:
    engine = "" if state.jobs().engine() == "ready" else " The engine is starting."
    st.caption(f"Writing the answers for every row …{engine}")
    if not trainings.job(id).active:
        st.rerun()


def _ask_for_test(run: Job) -> None:
    count = state.jobs().tests(state.me(), trainings.data_of(run))
    looks = {0: "You have not looked", 1: "You looked once"}.get(count, f"You looked {count} times")
    test = trainings.test_of(run)
    waiting = test is not None and test.active
    if not trainings.run_document(run.id).data.split["test"]:
        st.caption("There is no test part: the split keeps no rows for it. The panel Data gives it some.")
        return
    if test and test.has_failed:
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
