"""What the canvas is told of a network: all of it, or only what differs from what the page has already.

A page says which state it has. It gets what changed since, if that state is still known here; else the whole.
frontend/src/news.ts puts it together again.
"""

from collections.abc import Mapping
from typing import Any

from graphbuilder.cards import cards, own_ports
from graphbuilder.checks import Report
from graphbuilder.document import Wire

Keyed = Mapping[str, Any]


def whole(report: Report) -> dict[str, Any]:
    """The network and what its cards say."""
    nodes, wires, notes = _state(report)
    return {"doc": {"nodes": list(nodes.values()), "wires": list(wires.values())}, "notes": notes}


def since(rev: int, before: Report, now: Report) -> dict[str, Any]:
    """What makes this state of that of revision `rev`, which `before` tells of."""
    names = ("nodes", "wires", "notes")
    changes = zip(names, _state(before), _state(now), strict=True)
    return {"base": rev, "changes": {name: change(old, new) for name, old, new in changes}}


def change(before: Keyed, now: Keyed) -> dict[str, Any]:
    """What is gone, what is put in place or behind all others, and the order where that is not enough."""
    gone = [key for key in before if key not in now]
    put = [[key, value] for key, value in now.items() if key not in before or before[key] != value]
    order = list(now)
    follows = [key for key in before if key in now] + [key for key in now if key not in before]
    return {"gone": gone, "put": put, "order": None if follows == order else order}


def _state(report: Report) -> tuple[Keyed, Keyed, Keyed]:
    """Nodes, wires and notes by their keys."""
    document = report.document
    nodes = {
        node.id: {"id": node.id, "kind": node.kind, "label": node.label, "x": x, "y": y, **own_ports(node)}
        for node in document.nodes
        for x, y in (node.position,)
    }
    return nodes, {_key(wire): _told(wire) for wire in document.wires}, cards(report)


def _key(wire: Wire) -> str:
    again = f"#{wire.again}" if wire.again else ""
    return f"{wire.source}.{wire.source_port}>{wire.target}.{wire.target_port}{again}"


def _told(wire: Wire) -> dict[str, Any]:
    return wire.model_dump(by_alias=True, exclude=None if wire.again else {"again"})
