"""The graph as a picture that other programs read."""

from html import escape
from typing import Any

import pydot

from graphbuilder.checks import Report
from graphbuilder.shapes import show


def to_dot(report: Report) -> str:
    """The graph in Graphviz' language, shapes on its wires."""
    picture: Any = pydot.Dot("network", graph_type="digraph", rankdir="LR")
    picture.set_node_defaults(shape="box", style="rounded", fontname="Helvetica")
    picture.set_edge_defaults(fontname="Helvetica", fontsize="10")
    for place, (id, node) in enumerate(report.wired.nodes.items()):
        operator = report.wired.operators[id]
        title = operator.title if operator else node.kind
        line = operator.line() if operator else "unknown operator"
        text = "\n".join(part for part in (title, node.label, line) if part)
        picture.add_node(pydot.Node(f"node_{place}", label=_quoted(text)))
    places = {id: place for place, id in enumerate(report.wired.nodes)}
    for wire in report.document.wires:
        known = report.facts.get(wire.source)
        label = _quoted(show(known.shape)) if known else '""'
        picture.add_edge(pydot.Edge(f"node_{places[wire.source]}", f"node_{places[wire.target]}", label=label))
    return str(picture.to_string())


def _quoted(text: str) -> str:
    r"""A text as DOT writes one. Backslashes are doubled, so that none of Graphviz' escapes (\N, \G) is in it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


_CARD = 220, 120  # the canvas' own sizes: what lies clear there lies clear here
_STUB = 20  # how far a wire that runs back goes straight on before it turns
_ASIDE = 18  # between such a wire and the card that it goes round
_CORNER = 10
_MARGIN = 2 * _STUB

Point = tuple[float, float]


def to_svg(report: Report, proportion: float | None = None) -> str:
    """The graph as it stands on the canvas, as SVG: a card for each node in its family's colour, a curve for a wire.

    proportion: width over height of the picture, which is as large as its cards ask for where none is given.
    """
    nodes = report.document.nodes
    across, down = [n.position[0] for n in nodes] or [0.0], [n.position[1] for n in nodes] or [0.0]
    left, top = min(across) - _MARGIN, min(down) - _MARGIN
    width, height = max(across) - left + _CARD[0] + _MARGIN, max(down) - top + _CARD[1] + _MARGIN
    if proportion:
        wide, high = max(width, height * proportion), max(height, width / proportion)
        left, top, width, height = left - (wide - width) / 2, top - (high - height) / 2, wide, high
    drawn = [*_wires(report), *(_card(report, node.id) for node in nodes)]
    box = f"{left:g} {top:g} {width:g} {height:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width:g}" height="{height:g}">'
    return "\n".join([head, *drawn, "</svg>"])


def _wires(report: Report) -> list[str]:
    places = {node.id: node.position for node in report.document.nodes}
    return [
        f'<path d="{_way(places[wire.source], places[wire.target])}" fill="none" stroke="#8793a3" stroke-width="4"/>'
        for wire in report.document.wires
    ]


def _way(source: Point, target: Point) -> str:
    """A wire's path between two cards' corners, bent as on the canvas: one that runs back goes round the cards."""
    (x, y), (to_x, to_y) = (source[0] + _CARD[0], source[1] + _CARD[1] / 2), (target[0], target[1] + _CARD[1] / 2)
    if to_x >= x:
        middle = (x + to_x) / 2
        return f"M{x:g} {y:g}C{middle:g} {y:g} {middle:g} {to_y:g} {to_x:g} {to_y:g}"
    between = _corridor(source[1], target[1])
    out, back = x + _STUB, to_x - _STUB
    return _rounded([(x, y), (out, y), (out, between), (back, between), (back, to_y), (to_x, to_y)])


def _corridor(source: float, target: float) -> float:
    """Where a wire that runs back goes along: before its target's card on the side it comes from, and below both where
    they stand in one row. place.ts says the same to the canvas."""
    if abs(target - source) < _CARD[1] + 2 * _ASIDE:
        return max(source, target) + _CARD[1] + _ASIDE
    return target - _ASIDE if target > source else target + _CARD[1] + _ASIDE


def _rounded(points: list[Point]) -> str:
    path = f"M{points[0][0]:g} {points[0][1]:g}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (x, y), (to_x, to_y) = _towards(corner, before), _towards(corner, after)
        path += f"L{x:g} {y:g}Q{corner[0]:g} {corner[1]:g} {to_x:g} {to_y:g}"
    return path + f"L{points[-1][0]:g} {points[-1][1]:g}"


def _towards(start: Point, end: Point) -> Point:
    """The point on the way, which runs straight across or straight down, where a rounded corner ends."""
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])
    part = min(_CORNER, length / 2) / length if length else 0
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _card(report: Report, id: str) -> str:
    node, operator = report.wired.nodes[id], report.wired.operators[id]
    x, y = node.position
    color = operator.family.color if operator else "#6b7280"
    title = operator.title if operator else node.kind
    lines = [(title, 30, 600, 54 if node.label else 71), (node.label[:28], 26, 400, 92)]
    texts = "".join(
        f'<text x="{x + 14:g}" y="{y + down:g}" font-family="sans-serif" fill="#fff" '
        f'font-size="{_size(text, most):g}" font-weight="{weight}">{escape(text)}</text>'
        for text, most, weight, down in lines
        if text
    )
    return f'<g><rect x="{x:g}" y="{y:g}" width="{_CARD[0]}" height="{_CARD[1]}" rx="12" fill="{color}"/>{texts}</g>'


def _size(text: str, most: int) -> float:
    """The largest size of font, in pixels, at which a wide text still fits on a card."""
    return min(most, round((_CARD[0] - 28) / (0.62 * len(text)), 1))
