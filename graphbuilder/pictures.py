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


_CARD = 190, 64
_MARGIN = 20


def to_svg(report: Report) -> str:
    """The graph as it stands on the canvas, as SVG: a card for each node in its family's colour, a curve for a wire."""
    nodes = report.document.nodes
    across, down = [n.position[0] for n in nodes] or [0.0], [n.position[1] for n in nodes] or [0.0]
    left, top = min(across) - _MARGIN, min(down) - _MARGIN
    width, height = max(across) - left + _CARD[0] + _MARGIN, max(down) - top + _CARD[1] + _MARGIN
    drawn = [*_wires(report), *(_card(report, node.id) for node in nodes)]
    box = f"{left:g} {top:g} {width:g} {height:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width:g}" height="{height:g}">'
    return "\n".join([head, *drawn, "</svg>"])


def _wires(report: Report) -> list[str]:
    places = {node.id: node.position for node in report.document.nodes}
    curves = []
    for wire in report.document.wires:
        (x, y), (to_x, to_y) = places[wire.source], places[wire.target]
        x, y, to_y = x + _CARD[0], y + _CARD[1] / 2, to_y + _CARD[1] / 2
        bend = max(30.0, abs(to_x - x) / 2)
        way = f"M{x:g} {y:g}C{x + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x:g} {to_y:g}"
        curves.append(f'<path d="{way}" fill="none" stroke="#8793a3" stroke-width="2"/>')
    return curves


def _card(report: Report, id: str) -> str:
    node, operator = report.wired.nodes[id], report.wired.operators[id]
    x, y = node.position
    color = operator.family.color if operator else "#6b7280"
    title = escape(operator.title if operator else node.kind)
    text = 'font-family="sans-serif" fill="#fff"'
    return (
        f'<g><rect x="{x:g}" y="{y:g}" width="{_CARD[0]}" height="{_CARD[1]}" rx="8" fill="{color}"/>'
        f'<text x="{x + 12:g}" y="{y + 27:g}" {text} font-size="17" font-weight="600">{title}</text>'
        f'<text x="{x + 12:g}" y="{y + 49:g}" {text} font-size="15">{escape(node.label[:22])}</text></g>'
    )
