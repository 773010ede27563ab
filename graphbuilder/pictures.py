"""The graph as a picture that other programs read."""

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
