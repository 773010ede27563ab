"""What a run answers, beside what was right: for the validation part, and when asked for the test part."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from app import state, trainings
from app.components.interrupted import offer_recovery, offer_resume
from app.components.step_results import answers_at, chosen_step
from app.text import label, plain
from graphbuilder.figures import CLASS_COLORS, confusion, course, found, residuals
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
            step = chosen_step(run)
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
            told = _chosen(run, found["outputs"])
            _metrics(run, found, told)
            _weights(told)
            if step is None:
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
            _plot(confusion(told["confusion"], told["classes"]))
            _maps(told) if "maps" in told else _mistakes(told)
        case "names":
            _plot(found(told["names"], told["counts"]))
            _wrong_names(told)
        case "values":
            _plot(residuals(told["pairs"], told["target"]))
        case "series":
            _plot(course(told["pairs"], told["target"]))
        case "pictures":
            _pictures(told["pairs"])


def _plot(figure: Mapping[str, Any]) -> None:
    """As high as the panel is, so that no row of it is out of sight."""
    with st.container(key="results_plot"):
        st.plotly_chart(figure, key="results_figure", config={"displayModeBar": False}, height="stretch")


def _pictures(pairs: Sequence[Sequence[Any]]) -> None:
    """Rows of pictures, what belongs together one below the other."""
    told_as: tuple[str, ...] = ("what went in", "what came out")
    words = "Above what went in, below what came out."
    if len(pairs[0]) > 2:
        told_as = ("what went in", "what was right", "what came out")
        words = "Above what went in, in the middle what was right, below what came out."
    with st.container(key="results_list", gap="xsmall"):
        st.markdown(words)
        _rows([[_picture(pair[place]) for pair in pairs] for place in range(len(told_as))], told_as)


def _rows(rows: Sequence[Sequence[Any]], told_as: Sequence[str]) -> None:
    """Three of them are seen whole in a low panel."""
    for pictures, told in zip(rows, told_as, strict=True):
        alts = [f"image {number}, {told}" for number in range(1, len(pictures) + 1)]
        st.image(list(pictures), width=64 if len(rows) < 3 else 52, alt=alts)


def _maps(told: Mapping[str, Any]) -> None:
    """The classes of all places of some pictures, in colours."""
    maps, names = told["maps"], told["classes"]
    with st.container(key="results_list", gap="xsmall"):
        share = told["mistakes"] / max(1, told["rows"])
        with st.container(horizontal=True, gap="small"):
            st.markdown(f"**{share:.1%} of {told['rows']:,} places were wrong.**", width="content")
            st.markdown(_legend(names), width="content")
        rows = [[_colored(one[key]) for one in maps] for key in ("right", "answer")]
        told_as = ["what was right", "what came out"]
        if "image" in maps[0]:
            rows, told_as = [[_picture(one["image"]) for one in maps], *rows], ["what went in", *told_as]
        _rows(rows, told_as)


def _legend(names: Sequence[str]) -> str:
    """A square in the colour of each class before its name."""
    return " ".join(
        f"$\\color{{{_color(place)}}}\\blacksquare$ {plain(name)}" for place, name in enumerate(names[:_MOST_COLORS])
    )


def _mistakes(told: Mapping[str, Any]) -> None:
    with st.container(key="results_list", gap="small"):
        rows, mistakes = told["rows"], told["mistakes"]
        if not mistakes:
            st.markdown(f"All {rows} answers were right.")
            return
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{mistakes} of {rows} were wrong**; the surest mistakes first.", width="content")
            _try_first(told["wrong"])
        names = told["classes"]
        _wrong(told["wrong"], [_mistake(one, names) for one in told["wrong"]])


def _try_first(wrong: Sequence[Mapping[str, Any]]) -> None:
    """Leads to the surest mistake, where what the network made of it is seen."""

    def lead() -> None:
        state.show_sample(f"row:{wrong[0]['row']}")
        state.show_panel("Try")

    st.button("Try the first", key="try_first", on_click=lead, help="Looks at it in the panel Try, layer by layer.")


def _wrong_names(told: Mapping[str, Any]) -> None:
    with st.container(key="results_list", gap="small"):
        rows, mistakes = told["rows"], told["mistakes"]
        if not mistakes:
            st.markdown(f"All {rows} answers were right.")
            return
        st.markdown(f"**{mistakes} of {rows} were wrong** in a name or more; those with most first.")
        names = told["names"]
        words = [f"{_named(one['right'], names)} → {_named(one['said'], names)}" for one in told["wrong"]]
        _wrong(told["wrong"], words)


def _named(places: Sequence[int], names: Sequence[str]) -> str:
    return ", ".join(plain(names[one]) for one in places) or "none"


def _wrong(wrong: Sequence[Mapping[str, Any]], words: Sequence[str]) -> None:
    """Mistaken rows: their pictures, or in lines their texts or numbers."""
    shown = list(zip(wrong, words, strict=True))[:_SHOWN]
    if "image" in wrong[0]:
        alts = [f"row {one['row']}" for one, _ in shown]
        st.image([_picture(one["image"]) for one, _ in shown], caption=[told for _, told in shown], width=84, alt=alts)
        return
    lines = [f"- {plain(one['text']) if 'text' in one else 'row ' + str(one['row'])}: {told}" for one, told in shown]
    st.markdown("\n".join(lines))


def _mistake(one: Mapping[str, Any], names: list[str]) -> str:
    answer, sure = one["answers"][0]
    at = f", place {one['place']}" if "place" in one else ""
    return f"{plain(names[one['right']])} → {plain(names[answer])} ({sure:.0%}){at}"


def _picture(rows: list[list[Any]]) -> Any:
    """Enlarged by whole pixels; dark on light, where it is not in colour."""
    pixels = np.asarray(rows, "uint8")
    return _enlarged(pixels if pixels.ndim == 3 else 255 - pixels)


def _colored(classes: list[list[int]]) -> Any:
    colors = np.array([[int(_color(place)[at : at + 2], 16) for at in (1, 3, 5)] for place in range(_MOST_COLORS)])
    return _enlarged(colors.astype("uint8")[np.asarray(classes) % _MOST_COLORS])


_COLORS = ("#E8EAED", *CLASS_COLORS, "#F0E442", "#555555")
"""Of the classes of places, of which the first is most often the background."""
_MOST_COLORS = len(_COLORS)


def _color(place: int) -> str:
    return _COLORS[place % _MOST_COLORS]


def _enlarged(pixels: Any) -> Any:
    factor = max(1, 84 // pixels.shape[1])
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)
