"""From data and records to Plotly figures, as plain specifications. Knows no screen.

Class colours are Okabe and Ito's, which colour-blind people can tell apart; markers differ as well.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

import numpy as np

CLASS_COLORS = ("#E69F00", "#0072B2", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
_WRONG, _RIGHT = "214,94,0", "0,114,178"
_SHADES = ((0, _WRONG, 1), (0.5, _WRONG, 0), (0.5, _RIGHT, 0), (1, _RIGHT, 1))
_PALEST = 0.14  # of a colour: that a single mistake among many is seen
MARKERS = ("circle", "diamond", "square", "x", "triangle-up", "cross")


def scatter(points: Any, classes: Any, names: Sequence[str], axes: Sequence[str]) -> dict[str, Any]:
    """Points in two dimensions by class. points: (rows, 2); classes: (rows,) numbers of `names`."""
    traces = [
        {
            "type": "scatter",
            "mode": "markers",
            "name": escape(name),
            "x": np.round(points[classes == place, 0], 3).tolist(),
            "y": np.round(points[classes == place, 1], 3).tolist(),
            "marker": {"color": CLASS_COLORS[place % 6], "symbol": MARKERS[place % 6], "size": 6, "opacity": 0.8},
        }
        for place, name in enumerate(names)
    ]
    layout = {
        "margin": {"l": 40, "r": 10, "t": 10, "b": 40},
        "xaxis": {"title": {"text": escape(axes[0])}, "zeroline": False},
        "yaxis": {"title": {"text": escape(axes[1])}, "zeroline": False, "scaleanchor": "x"},
        "legend": {"itemsizing": "constant"},
    }
    return {"data": traces, "layout": layout}


_LETTERS_BESIDE = 60
"""Letters of names that have room below their bars in a small window."""


def balance(classes: Sequence[str], rows: Sequence[int]) -> dict[str, Any]:
    """How many rows each class has, as bars. Long names are turned where they would run into each other."""
    short = len(classes) * max(map(len, classes), default=0) <= _LETTERS_BESIDE
    trace = {
        "type": "bar",
        "x": [escape(name) for name in classes],
        "y": list(rows),
        "marker": {"color": CLASS_COLORS[1]},
        "hovertemplate": "%{x}: %{y:,}<extra></extra>",
    }
    layout = {
        "margin": {"l": 44, "r": 4, "t": 4, "b": 22},
        "xaxis": {"type": "category", "nticks": 12, "automargin": True, **({"tickangle": 0} if short else {})},
        "yaxis": {"nticks": 4, "rangemode": "tozero"},
        "bargap": 0.15,
        "height": 100 if short else 150,
    }
    return {"data": [trace], "layout": layout}


def correlations(names: Sequence[str], matrix: Sequence[Sequence[float | None]]) -> dict[str, Any]:
    """How columns of numbers go together, from -1 to 1: blue where both grow, orange where one falls."""
    told = [escape(name) for name in names]
    trace = {
        "type": "heatmap",
        "x": told,
        "y": told,
        "z": [list(row) for row in matrix],
        "zmin": -1,
        "zmax": 1,
        "colorscale": [[place, f"rgba({color},{share})"] for place, color, share in _SHADES],
        "texttemplate": "%{z:.2f}" if len(names) <= _READABLE else "",
        "hovertemplate": "%{y} and %{x}: %{z:.2f}<extra></extra>",
    }
    layout = {
        "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
        "xaxis": {"automargin": True, "showgrid": False},
        "yaxis": {"automargin": True, "showgrid": False, "autorange": "reversed"},
    }
    return {"data": [trace], "layout": layout}


_READABLE = 12


def curves() -> dict[str, Any]:
    """The layout that a run's curves are drawn in; the browser adds lines to it while it goes."""
    return {
        "margin": {"l": 60, "r": 10, "t": 8, "b": 38},
        "xaxis": {"title": {"text": "epoch"}, "zeroline": False},
        "yaxis": {"zeroline": False},  # what it shows stands over the plot
    }


def confusion(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> dict[str, Any]:
    """How often each class was taken for which. counts: a row for each right class, a column for each answer.

    Right answers are blue and mistakes orange, the fuller the larger their share of the row. Where a cell is pale its
    count has the page's own ink, which is seen in both schemes.
    """
    names = [escape(name) for name in classes]
    shares = [[count / max(1, sum(row)) for count in row] for row in counts]
    cells = [
        [(1 if right == answer else -1) * max(_PALEST, share) if share else 0 for answer, share in enumerate(row)]
        for right, row in enumerate(shares)
    ]
    colored = {
        "type": "heatmap",
        "z": cells,
        "x": names,
        "y": names,
        "text": [[str(count) for count in row] for row in counts],
        "hovertemplate": "%{y} was taken for %{x}: %{text}<extra></extra>",
        "colorscale": [[place, f"rgba({color},{opacity})"] for place, color, opacity in _SHADES],
        "zmin": -1,
        "zmax": 1,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
    }
    told = [
        (names[answer], names[right], str(count), shares[right][answer] > 0.4)
        for right, row in enumerate(counts)
        for answer, count in enumerate(row)
        if count
    ]
    written = [
        {
            "type": "scatter",
            "mode": "text",
            "x": [x for x, _, _, full in told if full == on_full],
            "y": [y for _, y, _, full in told if full == on_full],
            "text": [text for _, _, text, full in told if full == on_full],
            "hoverinfo": "skip",
            **({"textfont": {"color": "#FFFFFF"}} if on_full else {}),
        }
        for on_full in (True, False)
    ]
    axis = {"type": "category", "categoryarray": names, "showgrid": False}  # lines would strike the counts out
    layout = {
        "margin": {"l": 60, "r": 10, "t": 10, "b": 45},
        "showlegend": False,
        "xaxis": {"title": {"text": "answer"}, **axis, "constrain": "domain"},
        "yaxis": {"title": {"text": "true class"}, **axis, "autorange": "reversed"},
    }
    return {"data": [colored, *written], "layout": layout}


def residuals(pairs: Sequence[Sequence[float | None]], target: str) -> dict[str, Any]:
    """What is left of each target when the answer is taken away, over the answer. pairs: (right, answered)."""
    known = [(right, answer) for right, answer in pairs if right is not None and answer is not None]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [answer for _, answer in known],
        "y": [right - answer for right, answer in known],
        "marker": {"color": CLASS_COLORS[1], "size": 6, "opacity": 0.6},
        "hovertemplate": "answer %{x:.4g}, residual %{y:.4g}<extra></extra>",
    }
    layout = {
        "margin": {"l": 60, "r": 10, "t": 10, "b": 45},
        "xaxis": {"title": {"text": f"answer: {escape(target)}"}, "zeroline": False},
        "yaxis": {"title": {"text": "right − answer"}, "zeroline": True},
        "showlegend": False,
    }
    return {"data": [trace], "layout": layout}


def found(names: Sequence[str], counts: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Of each name how often it was found, missed, and said where it is not. counts: these three of each."""
    told = [escape(name) for name in names]
    looks = (
        ("found", CLASS_COLORS[1], ""),
        ("missed", CLASS_COLORS[4], "/"),
        ("said, not there", CLASS_COLORS[5], "."),
    )
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "name": word,
            "y": told,
            "x": [own[place] for own in counts],
            "marker": {"color": color, "pattern": {"shape": shape}},
            "hovertemplate": f"%{{y}}: %{{x}} {word}<extra></extra>",
        }
        for place, (word, color, shape) in enumerate(looks)
    ]
    layout = {
        "barmode": "stack",
        "margin": {"l": 10, "r": 10, "t": 10, "b": 40},
        "xaxis": {"title": {"text": "rows"}, "rangemode": "tozero"},
        "yaxis": {"type": "category", "automargin": True, "autorange": "reversed", "ticks": ""},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
    }
    return {"data": traces, "layout": layout}


def course(pairs: Sequence[Sequence[float | None]], target: str) -> dict[str, Any]:
    """A series and what was told of it, one step behind the other. pairs: (right, answered)."""
    looks = ("right", {"color": CLASS_COLORS[1], "width": 3}), ("answer", {"color": CLASS_COLORS[5], "dash": "dot"})
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": list(range(1, len(pairs) + 1)),
            "y": [pair[place] for pair in pairs],
            "line": look,
            "hovertemplate": f"{name} %{{y:.4g}}<extra></extra>",
        }
        for place, (name, look) in enumerate(looks)
    ]
    layout = {
        "margin": {"l": 60, "r": 10, "t": 10, "b": 45},
        "xaxis": {"title": {"text": "row"}, "zeroline": False},
        "yaxis": {"title": {"text": escape(target)}, "zeroline": False},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hovermode": "x unified",
    }
    return {"data": traces, "layout": layout}


@dataclass(frozen=True, slots=True)
class Path:
    """A way over a surface. at: the places of its stops; told: of each, what stands under the pointer."""

    name: str
    at: Sequence[Sequence[float]]
    told: Sequence[str]
    color: str
    dash: str = ""


_CONTOUR = "110,130,165"
_LEGEND_HEIGHT = 400
"""Pixels up to which names stand without a bar to scroll them, where a plot is lower, too."""


def paths(
    x: Sequence[float], y: Sequence[float], heights: Sequence[Sequence[float | None]], ways: Sequence[Path],
) -> dict[str, Any]:  # fmt: skip
    """Ways over a surface whose contours stand at equal ratios of its height, from an open circle to a full diamond.

    heights: a row for each y. The higher, the fuller, which is seen on a light page and on a dark one.
    """
    found = np.array([[np.nan if one is None else one for one in row] for row in heights], float)
    known = found[np.isfinite(found)]
    least, most = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    shift = 0.0 if least > 0 else 1e-3 * ((most - least) or 1.0) - least
    logs = np.log10(found + shift)
    surface = {
        "type": "contour",
        "x": list(x),
        "y": list(y),
        "z": [[None if not np.isfinite(one) else round(float(one), 4) for one in row] for row in logs],
        "customdata": [list(row) for row in heights],
        "ncontours": 24,
        "colorscale": [[0, f"rgba({_CONTOUR},0.01)"], [1, f"rgba({_CONTOUR},0.045)"]],
        "line": {"width": 0.75, "color": f"rgba({_CONTOUR},0.8)"},
        "showscale": False,
        "hovertemplate": "loss %{customdata:.4g}<extra></extra>",
    }
    traces = [surface]
    for way in ways:
        name = escape(way.name)
        last = len(way.at) - 1
        traces.append({
            "type": "scatter",
            "mode": "lines+markers",
            "name": name,
            "x": [one[0] for one in way.at],
            "y": [one[1] for one in way.at],
            "line": {"color": way.color, "width": 2.5, "dash": way.dash or "solid"},
            "marker": {
                "color": way.color,
                "size": [10 if place in (0, last) else 4 for place in range(last + 1)],
                "symbol": ["circle-open", *["circle"] * (last - 1), "diamond"],
                "line": {"width": [2, *[0] * last], "color": way.color},
                "opacity": 1,
            },
            "text": [escape(one) for one in way.told],
            "hovertemplate": f"{name}: %{{text}}<extra></extra>",
        })  # fmt: skip
    layout = {
        "margin": {"l": 36, "r": 10, "t": 6, "b": 24},
        "xaxis": {"zeroline": False, "range": [x[0], x[-1]]},
        "yaxis": {"zeroline": False, "range": [y[0], y[-1]], "nticks": 6},
        "legend": {"itemsizing": "constant", "y": 1, "yanchor": "top", "maxheight": _LEGEND_HEIGHT},
        "showlegend": True,
    }
    return {"data": traces, "layout": layout}


def by_class(
    curves: Sequence[tuple[str, Sequence[float], Sequence[float]]], axes: tuple[str, str], chance: bool = False
) -> dict[str, Any]:
    """A curve for each class, within the unit square. curves: name, x and y of each. chance: the diagonal is drawn, on
    which whoever guesses is."""
    dashes = ("solid", "dash", "dot")
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": escape(name),
            "x": list(x),
            "y": list(y),
            "line": {"color": CLASS_COLORS[place % 6], "width": 2, "dash": dashes[place // 6 % 3]},
            "hovertemplate": f"{escape(name)}: {axes[0]} %{{x:.3f}}, {axes[1]} %{{y:.3f}}<extra></extra>",
        }
        for place, (name, x, y) in enumerate(curves)
    ]
    return {"data": [*([_DIAGONAL] if chance else []), *traces], "layout": _unit_square(*axes)}


_DIAGONAL = {
    "type": "scatter",
    "mode": "lines",
    "x": [0, 1],
    "y": [0, 1],
    "line": {"color": "rgba(128,128,128,0.7)", "width": 1, "dash": "dash"},
    "hoverinfo": "skip",
    "showlegend": False,
}


def _unit_square(across: str, up: str) -> dict[str, Any]:
    return {
        "margin": {"l": 52, "r": 10, "t": 8, "b": 42},
        "xaxis": {"title": {"text": across}, "range": [-0.02, 1.02], "zeroline": False, "constrain": "domain"},
        "yaxis": {"title": {"text": up}, "range": [-0.02, 1.02], "zeroline": False, "nticks": 6},
        "legend": {"itemsizing": "constant"},
        "showlegend": True,
    }


def reliability(
    bins: Sequence[tuple[float, float, int]], axes: tuple[str, str] = ("how sure", "share that was right")
) -> dict[str, Any]:
    """The share of right answers over how sure they were, larger where there are more of them; on the diagonal an
    answer is as sure as it is right. bins: how sure, share that was right, how many. axes: what these are called."""
    most = max(rows for *_, rows in bins)
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "answers",
        "cliponaxis": False,
        "x": [sure for sure, *_ in bins],
        "y": [share for _, share, _ in bins],
        "customdata": [rows for *_, rows in bins],
        "line": {"color": CLASS_COLORS[1], "width": 2},
        "marker": {"color": CLASS_COLORS[1], "size": [6 + 12 * (rows / most) ** 0.5 for *_, rows in bins]},
        "hovertemplate": "%{xaxis.title.text} %{x:.1%}<br>%{yaxis.title.text} %{y:.1%}<br>%{customdata:,} answers"
        "<extra></extra>",
    }
    layout = _unit_square(*axes) | {"showlegend": False}
    return {"data": [_DIAGONAL, trace], "layout": layout}


def histogram(edges: Sequence[float], counts: Sequence[int], target: str) -> dict[str, Any]:
    """How residuals are spread over all rows."""
    trace = {
        "type": "bar",
        "x": [(low + high) / 2 for low, high in pairwise(edges)],
        "y": list(counts),
        "width": [high - low for low, high in pairwise(edges)],
        "marker": {"color": CLASS_COLORS[1]},
        "hovertemplate": "residual %{x:.4g}: %{y:,}<extra></extra>",
    }
    layout = {
        "margin": {"l": 52, "r": 10, "t": 8, "b": 42},
        "xaxis": {"title": {"text": f"right − answer: {escape(target)}"}, "zeroline": True},
        "yaxis": {"title": {"text": "values"}, "rangemode": "tozero", "nticks": 5},
        "bargap": 0.05,
        "showlegend": False,
    }
    return {"data": [trace], "layout": layout}


def spark(lines: Sequence[Sequence[float | None]], width: int = 168, height: int = 60) -> str:
    """A series in small as SVG, its quantities over each other, each within its own range."""
    drawn = []
    for place, line in enumerate(lines):
        known = [one for one in line if one is not None]
        low, high = (min(known), max(known)) if known else (0.0, 0.0)
        reach, step = (high - low) or 1.0, (width - 8) / max(1, len(line) - 1)
        spots = [
            f"{4 + step * at:.1f},{height - 5 - (height - 10) * (one - low) / reach:.1f}"
            for at, one in enumerate(line)
            if one is not None
        ]
        ink = _INKS[place % len(_INKS)]
        drawn.append(f'<polyline points="{" ".join(spots)}" fill="none" stroke="{ink}" stroke-width="1.8"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">{"".join(drawn)}</svg>'


_INKS = (CLASS_COLORS[4], CLASS_COLORS[0], CLASS_COLORS[2])
"""Seen on a light page and on a dark one."""


def letters(values: "np.ndarray[Any, Any]") -> str:
    """A letter for each number, from "0" to "p" with "P" for zero, by how far it lies from zero among all of them. What
    is no number counts as zero."""
    values = np.nan_to_num(values.astype("float64"), nan=0.0, posinf=0.0, neginf=0.0)
    reach = max(float(np.abs(values).max(initial=0.0)), 1e-30)
    return bytes((80 + np.round(values / reach * 32)).astype("uint8").ravel()).decode("ascii")
