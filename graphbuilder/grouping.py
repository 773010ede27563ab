"""Making blocks of nodes, and nodes of blocks; sharing and freezing weights. Every function gives a new document, or
raises EditError."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from graphbuilder.blocks import before_circles, flat
from graphbuilder.document import (
    MAX_BLOCKS,
    Block,
    Document,
    Node,
    Wire,
    canonical,
    input_port,
    output_port,
    output_ports,
    told_apart,
    with_ports,
)
from graphbuilder.editing import Labels
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.refusals import EditError

_ASIDE = 260
"""How far from the rest the inputs and outputs of a new block stand."""
_LABELS = {BlockInput.kind: "entry", BlockOutput.kind: "result"}
Port = tuple[str, str]
"""A node's id and one of its ports."""


def group(document: Document, ids: Iterable[str], block: str, use: str, name: str) -> Document:
    """A block of these nodes, and a use of it in their place.

    block, use: the ids of both. What comes from outside becomes an input of the block, one for each value; what goes
    outside an output, and so does what leads nowhere.
    """
    chosen = {node.id: node for node in document.nodes if node.id in {*ids}}
    _refuse_group(document, chosen)
    into = [wire for wire in document.wires if wire.source not in chosen and wire.target in chosen]
    out_of = [wire for wire in document.wires if wire.source in chosen and wire.target not in chosen]
    entrances = _named("in", (_from(wire) for wire in into), chosen)
    exits = _named("out", (*map(_from, out_of), *_loose(document, chosen)), chosen)
    wires = [
        *(wire for wire in document.wires if wire.source in chosen and wire.target in chosen),
        *(wire.model_copy(update={"source": entrances[_from(wire)], "source_port": "out"}) for wire in into),
        *(Wire(source=source, source_port=port, target=exit) for (source, port), exit in exits.items()),
    ]
    across = [node.position[0] for node in chosen.values()]
    ends = [
        *_ends(BlockInput.kind, entrances.values(), min(across) - _ASIDE, chosen),
        *_ends(BlockOutput.kind, exits.values(), max(across) + _ASIDE, chosen),
    ]
    made = Block(id=block, name=name, nodes=(*chosen.values(), *ends), wires=tuple(wires))
    around = [
        *(wire for wire in document.wires if wire.source not in chosen and wire.target not in chosen),
        *(Wire(source=at, source_port=port, target=use, target_port=id) for (at, port), id in entrances.items()),
        *(wire.model_copy(update={"source": use, "source_port": exits[_from(wire)]}) for wire in out_of),
    ]
    first = next(iter(chosen))
    user = _use_of(document, block, use, name, chosen[first])
    kept = [user if node.id == first else node for node in document.nodes if node.id == first or node.id not in chosen]
    after = _settled(document, nodes=tuple(kept), wires=tuple(around), blocks=(*document.blocks, made))
    if len([*before_circles([node.id for node in kept], after.wires)]) < len(kept):
        raise EditError("circle of a block")
    return after


def _refuse_group(document: Document, chosen: Mapping[str, Node]) -> None:
    if not chosen:
        raise EditError("nodes gone")
    outside = next((node for node in chosen.values() if node.kind in (Input.kind, Loss.kind)), None)
    if outside:
        raise EditError("outside of blocks", node=outside.called)
    if any(node.shares and (node.shares in chosen) != (node.id in chosen) for node in document.nodes):
        raise EditError("shares beyond")
    if len(document.blocks) >= MAX_BLOCKS:
        raise EditError("too many", most=MAX_BLOCKS, what="blocks")


def _from(wire: Wire) -> Port:
    return wire.source, wire.source_port


def _loose(document: Document, chosen: Mapping[str, Node]) -> list[Port]:
    """The first output of each node that nothing reads."""
    read = {wire.source for wire in document.wires}
    return [(id, port.name) for id, node in chosen.items() if id not in read for port in (output_ports(node) or ())[:1]]


def _named(stem: str, ports: Iterable[Port], chosen: Mapping[str, Node]) -> dict[Port, str]:
    """An id for each port: in, in_2, in_3."""
    found: dict[Port, str] = {}
    number = 0
    for port in dict.fromkeys(ports):
        id = ""
        while not id or id in chosen:
            number += 1
            id = stem if number == 1 else f"{stem}_{number}"
        found[port] = id
    return found


def _ends(kind: str, ids: Iterable[str], across: float, chosen: Mapping[str, Node]) -> list[Node]:
    top = min(node.position[1] for node in chosen.values())
    return [
        Node(id=id, kind=kind, label=_numbered(_LABELS[kind], place), position=(across, top + 180.0 * place))
        for place, id in enumerate(ids)
    ]


def _numbered(stem: str, place: int) -> str:
    return f"{stem} {place + 1}" if place else stem


def _use_of(document: Document, block: str, id: str, name: str, place: Node) -> Node:
    params = MappingProxyType({**BlockUse.defaults(), "block": block})
    return Node(
        id=id, kind=BlockUse.kind, label=Labels(document).free(name or "block"), params=params, position=place.position
    )


def use(document: Document, id: str, block: str, position: tuple[float, float]) -> Document:
    """Another use of a block."""
    known = next((one for one in document.blocks if one.id == block), None)
    if known is None:
        raise EditError("no block")
    if any(node.id == id for node in document.nodes):
        raise EditError("node there")
    node = _use_of(document, block, id, known.name, Node(id=id, kind=BlockUse.kind, position=position))
    return _settled(document, nodes=(*document.nodes, node))


def ungroup(document: Document, id: str) -> Document:
    """What is in a block in the place of its use, under ids that begin with the use's; repeated, as often as that. The
    block itself stays as long as another use has it."""
    user = next((node for node in document.nodes if node.id == id and node.kind == BlockUse.kind), None)
    block = next((one for one in document.blocks if user and one.id == user.params["block"]), None)
    if user is None or block is None:
        raise EditError("no block")
    shut = tuple(one.model_copy(update={"nodes": tuple(map(_closed, one.nodes))}) for one in document.blocks)
    others = tuple(node if node.id == id else _closed(node) for node in document.nodes)
    alone = document.model_copy(update={"nodes": others, "blocks": shut})
    opened = flat(alone)
    if id not in opened.uses:
        raise EditError("not opened", block=user.called)

    def new(path: str) -> str:
        return path.replace("/", "_")

    middle = [node.position for node in block.nodes]
    shift = (user.position[0] - min(x for x, _ in middle), user.position[1] - min(y for _, y in middle))
    wide = max(x for x, _ in middle) - min(x for x, _ in middle) + _ASIDE
    nodes: list[Node] = []
    by_id = {node.id: node for node in document.nodes}
    for path, node in opened.nodes.items():
        if path in by_id:
            nodes.append(by_id[path])
            continue
        times = opened.uses[id].times
        number = int(path.removeprefix(f"{id}/").split("/", 1)[0]) - 1 if times > 1 else 0
        x, y = node.position
        at = (x + shift[0] + number * wide, y + shift[1])
        kind = BlockUse.kind if node.kind == _CLOSED else node.kind
        made = {"id": new(path), "position": at, "shares": new(node.shares), "kind": kind}
        nodes.append(node.model_copy(update=made))
    if len({node.id for node in nodes}) < len(nodes):
        raise EditError("node there")
    wires = tuple(
        wire.model_copy(update={"source": new(wire.source), "target": new(wire.target)}) for wire in opened.wires
    )
    return _without_unused(_settled(document, nodes=tuple(nodes), wires=wires))


def _closed(node: Node) -> Node:
    """Another use, which stays what it is: under a kind that is not opened."""
    return node.model_copy(update={"kind": _CLOSED}) if node.kind == BlockUse.kind else node


_CLOSED = "a closed block"


def inside(document: Document, block: str, change: Callable[[Document], Document]) -> Document:
    """An edit of what is in a block, worked as on a document. Wires of ports that the block has no more go, at every
    use."""
    known = next((one for one in document.blocks if one.id == block), None)
    if known is None:
        raise EditError("no block")
    view = canonical(document.model_copy(update={"nodes": known.nodes, "wires": known.wires}))
    after = change(view)
    made = known.model_copy(update={"nodes": after.nodes, "wires": after.wires})
    blocks = tuple(made if one.id == block else one for one in after.blocks)
    return _settled(document, blocks=blocks)


def rename_block(document: Document, block: str, name: str) -> Document:
    renamed = tuple(one.model_copy(update={"name": name}) if one.id == block else one for one in document.blocks)
    return _settled(document, blocks=renamed)


def _without_unused(document: Document) -> Document:
    """Without blocks that nothing uses, nor what lies in them alone."""
    used: set[str] = set()
    ahead = [str(node.params["block"]) for node in document.nodes if node.kind == BlockUse.kind]
    blocks = {block.id: block for block in document.blocks}
    while ahead:
        id = ahead.pop()
        if id in blocks and id not in used:
            used.add(id)
            ahead += [str(node.params["block"]) for node in blocks[id].nodes if node.kind == BlockUse.kind]
    return document.model_copy(update={"blocks": tuple(block for block in document.blocks if block.id in used)})


def _settled(document: Document, **parts: Any) -> Document:
    """The document with these parts, and no wire whose port is gone."""
    after = with_ports(document.model_copy(update=parts))
    blocks = tuple(block.model_copy(update={"wires": _held(block.nodes, block.wires)}) for block in after.blocks)
    return canonical(after.model_copy(update={"wires": _held(after.nodes, after.wires), "blocks": blocks}))


def _held(nodes: Iterable[Node], wires: Iterable[Wire]) -> tuple[Wire, ...]:
    by_id = {node.id: node for node in nodes}
    return told_apart(
        wire
        for wire in wires
        if output_port(by_id[wire.source], wire.source_port) and input_port(by_id[wire.target], wire.target_port)
    )
