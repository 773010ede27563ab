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
