"""What the canvas is told of a network: all of it, or only what differs from what the page has already.

A page says which state it has. It gets what changed since, if that state is still known here; else the whole. A state
is every level of a document, by the block that it is in ("" for the network itself), what the blocks are called, and
what the cards of the level that is shown say. frontend/src/news.ts puts it together again.
"""

from collections.abc import Mapping
from typing import Any

from graphbuilder.cards import cards, own_ports, port_titles, ports_of
from graphbuilder.document import Document, Node, Wire, wire_key
from graphbuilder.levels import Level, held_by, uses_of
from graphbuilder.operators.block import Block

Keyed = Mapping[str, Any]


def whole(shown: Level) -> dict[str, Any]:
    """The network and what the cards of a level say."""
    document = shown.report.document
    levels = {
        where: {"nodes": list(nodes.values()), "wires": list(wires.values())}
        for where, (nodes, wires) in _levels(document).items()
    }
    return {"levels": levels, "blocks": _blocks(document), "notes": cards(shown)}


def since(rev: int, before: Level, now: Level) -> dict[str, Any]:
    """What makes this state of that of revision `rev`, which `before` tells of."""
    old, new = before.report.document, now.report.document
    changes: dict[str, Any] = {"levels": {}, "blocks": change(_blocks(old), _blocks(new))}
    if old is not new:
        had, has = _levels(old), _levels(new)
        for where, level in has.items():
            pairs = zip(("nodes", "wires"), had.get(where, ({}, {})), level, strict=True)
            told = {name: change(there, here) for name, there, here in pairs}
            if where not in had or any(one != NOTHING for one in told.values()):
                changes["levels"][where] = told
    return {"base": rev, "of": before.way, "changes": {**changes, "notes": change(cards(before), cards(now))}}


NOTHING: Keyed = {"gone": [], "put": [], "order": None}


def change(before: Keyed, now: Keyed) -> dict[str, Any]:
    """What is gone, what is put in place or behind all others, and the order where that is not enough."""
    gone = [key for key in before if key not in now]
    put = [[key, value] for key, value in now.items() if key not in before or before[key] != value]
    order = list(now)
    follows = [key for key in before if key in now] + [key for key in now if key not in before]
    return {"gone": gone, "put": put, "order": None if follows == order else order}


def _levels(document: Document) -> dict[str, tuple[Keyed, Keyed]]:
    """Nodes and wires of each level by their keys."""
    titles = port_titles(document)
    parts = {"": (document.nodes, document.wires), **{one.id: (one.nodes, one.wires) for one in document.blocks}}
    return {
        where: ({node.id: _node(node, titles) for node in nodes}, dict(map(_keyed, wires)))
        for where, (nodes, wires) in parts.items()
    }


def _node(node: Node, titles: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    x, y = node.position
    told: dict[str, Any] = {"id": node.id, "kind": node.kind, "label": node.label, "x": x, "y": y}
    if node.kind == Block.kind:
        told["block"] = node.params["block"]
        if node.params["repeat"] != 1:
            told["times"] = node.params["repeat"]
    if node.shares:
        told["shares"] = node.shares
    if node.frozen:
        told["frozen"] = True
    return told | own_ports(node, titles)


def _keyed(wire: Wire) -> tuple[str, dict[str, Any]]:
    return wire_key(wire), wire.model_dump(by_alias=True, exclude=None if wire.again else {"again"})


def _blocks(document: Document) -> dict[str, dict[str, Any]]:
    """By id what each block is called, how many nodes use it, its ports, and the blocks that it holds."""
    uses, holds = uses_of(document), held_by(document)
    return {
        block.id: {"name": block.name, "uses": uses[block.id], "ports": ports_of(block), "holds": holds[block.id]}
        for block in document.blocks
    }
