"""What a network answered, drawn in the ways that its kind of answer has, and beside it what went wrong, the worst
first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from app import state
from app.text import plain
from graphbuilder import figures
from graphbuilder.evaluation import Score, macro, of_classes, of_names, weighted

_SHOWN = 18
_TABLE = "results_table"
_COLORS = ("#E8EAED", *figures.CLASS_COLORS, "#F0E442", "#555555")
"""Of the classes of places, of which the first is most often the background."""
_MOST_COLORS = len(_COLORS)
_OVER = 0.6
"""How much of a class' colour lies over the picture."""


@dataclass(frozen=True, slots=True)
class View:
    """One way to draw answers. words: what stands beside their numbers."""

    name: str
    draw: Callable[[], None]
    words: str = ""


def views(told: Mapping[str, Any]) -> list[View]:
    """All ways that there are for an output, the usual one first; none where what is listed says all. Results of an
    older release have fewer."""
    match told["kind"]:
        case "classes":
            counts, names = told["confusion"], told["classes"]
            first = View("Confusion matrix", lambda: _plot(figures.confusion(counts, names)))
            scores = View("Scores by class", lambda: _table(names, of_classes(counts), "maps" in told))
            return [first, scores, *_curves(told, names)]
        case "names":
            counts, names = told["counts"], told["names"]
            first = View("Found and missed", lambda: _plot(figures.found(names, counts)))
            return [first, View("Scores by name", lambda: _table(names, of_names(counts))), *_curves(told, names)]
        case "values":
            return [View("Residuals", lambda: _plot(figures.residuals(told["pairs"], told["target"]))), *_spread(told)]
        case "series":
            course = View("Course", lambda: _plot(figures.course(told["pairs"], told["target"])))
            left = View("Residuals", lambda: _plot(figures.residuals(told["pairs"], told["target"])))
            return [course, left, *_spread(told)]
    return []


def answers(told: Mapping[str, Any], view: View | None, part: str = "validation") -> None:
    """part: of which the rows are; those of the test part cannot be tried."""
    can_try = part != "test"
    if view:
        view.draw()
    match told["kind"]:
        case "unnamed":
            st.markdown("This loss compares without an answer that could be right or wrong, so there is none to show.")
        case "classes":
            _maps(told, can_try) if "maps" in told else _mistakes(told, can_try)
        case "names":
            _wrong_names(told, can_try)
        case "values" | "series" if told.get("worst"):
            _worst(told, can_try)
        case "pictures":
            _pictures(told, can_try)


def _curves(told: Mapping[str, Any], names: Sequence[str]) -> list[View]:
    """ROC, precision over recall and calibration, as far as they are told."""
    if "curves" not in told:
        return []
    found = [_roc(told["curves"], names), _precision_recall(told["curves"], names)]
    if calibrated := told.get("calibration"):
        axes, under = ("how sure", "share that was right"), "the network is surer than it is right"
        if told["kind"] == "names":  # each name has its yes or no, and a sure no is no mistake
            axes, under = ("how surely said to be there", "share that was there"), "the network says yes too surely"
        words = f"Expected calibration error: {calibrated['error']:.3g}. Under the diagonal {under}."
        found.append(View("Calibration", lambda: _plot(figures.reliability(calibrated["bins"], axes)), words))
    return found


def _roc(curves: Mapping[str, Any], names: Sequence[str]) -> View:
    areas = [area for area, _ in curves["areas"]]
    drawn = _with_areas(curves["roc"], areas, names)
    axes = ("false positive rate", "true positive rate")
    return View(
        "ROC curves", lambda: _plot(figures.by_class(drawn, axes, chance=True)), _mean_area("AUC", areas, len(drawn))
    )


def _precision_recall(curves: Mapping[str, Any], names: Sequence[str]) -> View:
    areas = [area for _, area in curves["areas"]]
    drawn = _with_areas(curves["pr"], areas, names)
    axes = ("recall", "precision")
    words = _mean_area("AP", areas, len(drawn))
    return View("Precision-recall curves", lambda: _plot(figures.by_class(drawn, axes)), words)


def _with_areas(
    curves: Mapping[str, Any], areas: Sequence[float | None], names: Sequence[str]
) -> list[tuple[str, Sequence[float], Sequence[float]]]:
    return [(f"{names[int(place)]} {areas[int(place)]:.3f}", *curve) for place, curve in curves.items()]


def _mean_area(measure: str, areas: Sequence[float | None], drawn: int) -> str:
    known = [one for one in areas if one is not None]
    if not known:
        return f"No class has both rows that are of it and rows that are not, so there is no {measure}."
    words = f"Mean {measure} of {len(known)} classes, each against the rest: {np.mean(known):.3f}."
    return words if len(known) == drawn else f"{words} Drawn are the {drawn} with the lowest AP."


def _spread(told: Mapping[str, Any]) -> list[View]:
    found = told.get("residuals")
    if not found:
        return []
    words = f"Residuals: mean {found['mean']:.4g}, standard deviation {found['spread']:.4g}."
    edges, counts = found["edges"], found["counts"]
    return [View("Histogram of residuals", lambda: _plot(figures.histogram(edges, counts, told["target"])), words)]


def _plot(figure: Mapping[str, Any]) -> None:
    """As high as the panel is, so that no row of it is out of sight."""
    with st.container(key="results_plot"):
        st.plotly_chart(figure, key="results_figure", config={"displayModeBar": False}, height="stretch")


def _table(names: Sequence[str], scores: Sequence[Score | None], with_iou: bool = False) -> None:
    """Precision, recall and F1 of each class, with how many rows it has, and their means."""
    kept = [name for name in ("precision", "recall", "f1", "iou") if with_iou or name != "iou"]
    heads = {"precision": "precision", "recall": "recall", "f1": "F1", "iou": "IoU"}
    rows = [f"| | {' | '.join(heads[name] for name in kept)} | support |", f"|---|{'--:|' * (len(kept) + 1)}"]
    means = [("**mean, macro**", macro(scores)), ("**weighted**", weighted(scores))]
    for name, one in [*zip(map(plain, names), scores, strict=True), *means]:
        cells = [f"{getattr(one, part):.3f}" for part in kept] if one else ["–"] * len(kept)
        rows.append(f"| {name} | {' | '.join(cells)} | {one.support if one else 0:,.0f} |")
    with st.container(key="results_scores"):
        st.markdown("\n".join(rows))


def _pictures(told: Mapping[str, Any], can_try: bool) -> None:
    """Pictures beside each other, what belongs together one below the other."""
    pairs = told["pairs"]
    told_as: tuple[str, ...] = ("what went in", "what came out")
    words = "Above what went in, below what came out"
    if len(pairs[0]) > 2:
        told_as = ("what went in", "what was right", "what came out")
        words = "Above what went in, in the middle what was right, below what came out"
    can_try = can_try and "of" in told
    with st.container(key="results_list", gap="xsmall"):
        st.markdown(words + ("; those with the largest error first." if "errors" in told else ".") + _press(can_try))
        errors = told.get("errors") or [None] * len(pairs)
        below = [f"{error:.3g}" if error is not None else "" for error in errors]
        rows = told.get("of") or [{"row": row} for row in range(len(pairs))]
        _tiles(
            rows, [[*map(_picture, pair)] for pair in pairs], below, 64 if len(told_as) < 3 else 52, can_try, told_as
        )


def _maps(told: Mapping[str, Any], can_try: bool) -> None:
    """The classes of all places of some pictures, in colours over what went in."""
    maps, names = told["maps"], told["classes"]
    with st.container(key="results_list", gap="xsmall"):
        share = told["mistakes"] / max(1, told["rows"])
        with st.container(horizontal=True, gap="small"):
            words = f"**{share:.1%} of {told['rows']:,} places were wrong.** The worst pictures first."
            st.markdown(words + _press(can_try), width="content")
            st.markdown(_legend(names), width="content")
        told_as: tuple[str, ...] = ("what was right", "what came out")
        drawn = [[_colored(one[key], one.get("image")) for key in ("right", "answer")] for one in maps]
        if "image" in maps[0]:
            told_as = ("what went in", *told_as)
            drawn = [[_picture(one["image"]), *stack] for one, stack in zip(maps, drawn, strict=True)]
        below = [f"IoU {one['iou']:.2f}" if "iou" in one else "" for one in maps]
        _tiles(maps, drawn, below, 52 if len(told_as) > 2 else 64, can_try, told_as)


def _legend(names: Sequence[str]) -> str:
    """A square in the colour of each class before its name."""
    return " ".join(
        f"$\\color{{{_color(place)}}}\\blacksquare$ {plain(name)}" for place, name in enumerate(names[:_MOST_COLORS])
    )


def _mistakes(told: Mapping[str, Any], can_try: bool) -> None:
    with st.container(key="results_list", gap="small"):
        rows, mistakes = told["rows"], told["mistakes"]
        if not mistakes:
            st.markdown(f"All {rows} answers were right.")
            return
        names, wrong = told["classes"], told["wrong"]
        head = f"**{mistakes:,} of {rows:,} were wrong**; the surest mistakes first"
        st.markdown(f"{head}{_arrow('columns' not in wrong[0])}.{_press(can_try)}")
        if "columns" in wrong[0]:
            sure = [one["answers"][0] for one in wrong]
            told_of = {
                "right": [names[one["right"]] for one in wrong],
                "answer": [names[answer] for answer, _ in sure],
                "sure": [share for _, share in sure],
            }
            _as_table(wrong, told_of, can_try, {"sure": st.column_config.NumberColumn(format="percent")})
            return
        _wrong(wrong, [_mistake(one, names) for one in wrong], can_try)


def _wrong_names(told: Mapping[str, Any], can_try: bool) -> None:
    with st.container(key="results_list", gap="small"):
        rows, mistakes = told["rows"], told["mistakes"]
        if not mistakes:
            st.markdown(f"All {rows} answers were right.")
            return
        names, wrong = told["names"], told["wrong"]
        head = f"**{mistakes:,} of {rows:,} were wrong** in a name or more; those with most first"
        st.markdown(f"{head}{_arrow('columns' not in wrong[0])}.{_press(can_try)}")
        if "columns" in wrong[0]:
            both = {"right": [one["right"] for one in wrong], "answer": [one["said"] for one in wrong]}
            _as_table(wrong, {key: [", ".join(names[at] for at in one) for one in both[key]] for key in both}, can_try)
            return
        words = [f"{_named(one['right'], names)} → {_named(one['said'], names)}" for one in wrong]
        _wrong(wrong, words, can_try)


def _worst(told: Mapping[str, Any], can_try: bool) -> None:
    """The rows whose amounts were missed by most."""
    worst = told["worst"]
    with st.container(key="results_list", gap="small"):
        drawn = not {"image", "series", "text"}.isdisjoint(worst[0])
        st.markdown(f"**The largest residuals** first{_arrow(drawn)}.{_press(can_try)}")
        if drawn:
            _wrong(worst, [f"{_amount(one['right'])} → {_amount(one['answer'])}" for one in worst], can_try)
            return
        part = {"of": [one["part"] for one in worst]} if "part" in worst[0] else {}
        left = [_less(one["right"], one["answer"]) for one in worst]
        told_of = {key: [one[key] for one in worst] for key in ("right", "answer")}
        _as_table(worst, {**part, **told_of, "residual": left}, can_try)


def _arrow(is_drawn: bool) -> str:
    """What stands before an arrow and what behind it; a table says it in its head."""
    return ", as right → answer" if is_drawn else ""


def _press(can_try: bool) -> str:
    return " Press one to look at it in Try, layer by layer." if can_try else ""


def _lead(row: int) -> None:
    """row: its place in the data."""
    state.show_sample(f"row:{row}")
    state.show_panel("Try")


def _less(right: float | None, answer: float | None) -> float | None:
    return None if right is None or answer is None else float(f"{right - answer:.6g}")


def _amount(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def _as_table(
    wrong: Sequence[Mapping[str, Any]],
    told_of: Mapping[str, Sequence[Any]],
    can_try: bool,
    config: Mapping[str, Any] | None = None,
) -> None:
    """A line for each row: its number in the source, what is told of it, and its columns."""
    table: dict[str, Sequence[Any]] = {"row": [_number(one) for one in wrong], **told_of}
    for place, (name, _) in enumerate(wrong[0].get("columns", ())):
        table[name if name not in table else f"{name} (in)"] = [one["columns"][place][1] for one in wrong]

    def lead() -> None:
        for place, _ in state.entered(_TABLE)["selection"]["cells"][:1]:
            _lead(wrong[place]["row"])

    pressed: dict[str, Any] = {"on_select": lead, "selection_mode": "single-cell", "key": _TABLE} if can_try else {}
    st.dataframe(table, hide_index=True, width="stretch", height="stretch", column_config=config, **pressed)


def _number(one: Mapping[str, Any]) -> int:
    """Of the row in the source, from 1. Results of an older release have its place in the data alone."""
    return int(one.get("number", one["row"] + 1))


def _named(places: Sequence[int], names: Sequence[str]) -> str:
    return ", ".join(plain(names[one]) for one in places) or "none"


def _wrong(wrong: Sequence[Mapping[str, Any]], words: Sequence[str], can_try: bool) -> None:
    """Mistaken rows: their pictures or their courses, or in lines their texts or numbers."""
    if "image" in wrong[0] or "series" in wrong[0]:
        some = wrong[:_SHOWN]
        drawn = [[_picture(one["image"]) if "image" in one else figures.spark(one["series"])] for one in some]
        _tiles(some, drawn, words[:_SHOWN], 84 if "image" in wrong[0] else 168, can_try)
        return
    with st.container(key="results_lines", gap=None):
        for at, (one, told) in enumerate(zip(wrong, words, strict=True)):
            line = f"{plain(one['text']) if 'text' in one else f'row {_number(one):,}'}: {told}"
            if can_try:
                st.button(line, key=f"try_row_{at}", type="tertiary", on_click=_lead, args=(one["row"],))
            else:
                st.markdown(f"- {line}")


def _tiles(
    rows: Sequence[Mapping[str, Any]],
    drawn: Sequence[Sequence[Any]],
    words: Sequence[str],
    wide: int,
    can_try: bool,
    told_as: Sequence[str] = (),
) -> None:
    """Of each row one picture or several below each other, with its words under the last; a press opens it in Try.
    wide: pixels. told_as: what each of several is."""
    with st.container(key="results_tiles", horizontal=True, gap="small"):
        for at, (one, stack, told) in enumerate(zip(rows, drawn, words, strict=True)):
            row = f"row {_number(one)}"
            alts = [f"{row}, {what}" for what in told_as] or [row]
            captions = [*[""] * (len(stack) - 1), told] if told else None
            with st.container(key=f"results_tile_{at}", width=wide, gap=None):
                st.image([*stack], caption=captions, width=wide, alt=alts)
                if can_try:
                    st.button(f"Try {row}", key=f"try_row_{at}", on_click=_lead, args=(one["row"],))


def _mistake(one: Mapping[str, Any], names: Sequence[str]) -> str:
    answer, sure = one["answers"][0]
    at = f", place {one['place']}" if "place" in one else ""
    return f"{plain(names[one['right']])} → {plain(names[answer])} ({sure:.0%}){at}"


def _picture(rows: list[list[Any]]) -> Any:
    """As light as its values are high, and enlarged by whole pixels."""
    return _enlarged(np.asarray(rows, "uint8"))


def _colored(classes: list[list[int]], under: list[list[Any]] | None) -> Any:
    """Each class in its colour, over the picture that it is told of where there is one."""
    colors = np.array([[int(_color(place)[at : at + 2], 16) for at in (1, 3, 5)] for place in range(_MOST_COLORS)])
    drawn = colors[np.asarray(classes) % _MOST_COLORS]
    if under:
        picture = np.asarray(under, "uint8")
        picture = picture if picture.ndim == 3 else picture[..., np.newaxis].repeat(3, axis=-1)
        across, along = (np.arange(size) * of // size for size, of in zip(drawn.shape, picture.shape[:2], strict=False))
        drawn = _OVER * drawn + (1 - _OVER) * picture[across][:, along]
    return _enlarged(drawn.astype("uint8"))


def _color(place: int) -> str:
    return _COLORS[place % _MOST_COLORS]


def _enlarged(pixels: Any) -> Any:
    factor = max(1, 84 // pixels.shape[1])
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)
