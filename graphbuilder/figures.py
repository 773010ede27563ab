"""From data and records to Plotly figures, as plain specifications. Knows no screen.

Class colours are Okabe and Ito's, which colour-blind people can tell apart; markers differ as well.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

CLASS_COLORS = ("#E69F00", "#0072B2", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
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


def curves(accuracy: bool = True) -> dict[str, Any]:
    """The layouts that a run's curves are drawn in, by what they show; the browser adds lines to them while it goes."""
    layout = {
        "margin": {"l": 46, "r": 10, "t": 8, "b": 38},
        "xaxis": {"title": {"text": "epoch"}, "zeroline": False},
        "yaxis": {"zeroline": False},  # what it shows stands over the plot
    }
    return {what: {"layout": layout} for what in (("loss", "accuracy") if accuracy else ("loss",))}


def confusion(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> dict[str, Any]:
    """How often each class was taken for which. counts: a row for each right class, a column for each answer."""
    names = [escape(name) for name in classes]
    shares = [[count / max(1, sum(row)) for count in row] for row in counts]
    trace = {
        "type": "heatmap",
        "z": shares,
        "x": names,
        "y": names,
        "text": [[str(count) if count else "" for count in row] for row in counts],
        "texttemplate": "%{text}",
        "hovertemplate": "%{y} was taken for %{x}: %{text}<extra></extra>",
        "colorscale": [[0, "rgba(0,114,178,0)"], [1, "rgba(0,114,178,1)"]],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
    }
    layout = {
        "margin": {"l": 60, "r": 10, "t": 10, "b": 45},
        "xaxis": {"title": {"text": "answer"}, "type": "category", "constrain": "domain"},
        "yaxis": {"title": {"text": "right"}, "type": "category", "autorange": "reversed"},
    }
    return {"data": [trace], "layout": layout}


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
