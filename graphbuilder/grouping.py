"""Making blocks of nodes, and nodes of blocks; using, copying and renaming them. Every function gives a new document,
or raises EditError."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import count
from types import MappingProxyType
from typing import Any

from graphbuilder.blocks import before_circles, flat, stands
from graphbuilder.document import (
    MAX_BLOCKS,
    Block,
    Document,
    Node,
    Wire,
    canonical,
    input_port,
    input_ports,
    output_port,
    output_ports,
    told_apart,
    with_ports,
)
from graphbuilder.editing import Labels, Position, duplicate, refuse_too_many
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput
from graphbuilder.operators.operator import Operator
from graphbuilder.places import axis_of
from graphbuilder.refusals import EditError

_ASIDE = 260, 180
"""How far from the rest the inputs and outputs of a new block stand, and from each other: across and down."""
_LONGEST_ID = 64
Port = tuple[str, str]
"""A node's id and one of its ports."""


# Nodes to a block


def group(document: Document, ids: Iterable[str], block: str, use: str, name: str) -> Document:
    """A block of these nodes, and a use of it in their place.

    block, use: the ids of both. What comes from outside becomes an input of the block, one for each value; what goes
    outside an output, and so does what leads nowhere. Several inputs or outputs are called by what they are: the port
    that reads them, or the node that gives them.
    """
    chosen = {node.id: node for node in document.nodes if node.id in {*ids}}
    _refuse_group(document, chosen, block)
    into = [wire for wire in document.wires if wire.source not in chosen and wire.target in chosen]
    out_of = [wire for wire in document.wires if wire.source in chosen and wire.target not in chosen]
    entrances = _named("in", (_from(wire) for wire in into), chosen)
    exits = _named("out", (*map(_from, out_of), *_loose(document, chosen)), chosen)
    wires = [
        *(wire for wire in document.wires if wire.source in chosen and wire.target in chosen),
        *(wire.model_copy(update={"source": entrances[_from(wire)], "source_port": "out"}) for wire in into),
        *(Wire(source=source, source_port=port, target=exit) for (source, port), exit in exits.items()),
    ]
    axis, labels = axis_of(document), Labels(Document())
    by_id = {node.id: node for node in document.nodes}
    reads = {id: [wire for wire in into if _from(wire) == port] for port, id in entrances.items()}
    given = [(id, _of_reader(by_id, port, reads[id]), reads[id][0].target) for port, id in entrances.items()]
    gives = [(id, _of_giver(by_id[at], port), at) for (at, port), id in exits.items()]
    ends = [*_ends(BlockInput, given, chosen, axis, labels), *_ends(BlockOutput, gives, chosen, axis, labels)]
    made = Block(id=block, name=name, nodes=(*chosen.values(), *ends), wires=tuple(wires))
    around = [
        *(wire for wire in document.wires if wire.source not in chosen and wire.target not in chosen),
        *(Wire(source=at, source_port=port, target=use, target_port=id) for (at, port), id in entrances.items()),
        *(wire.model_copy(update={"source": use, "source_port": exits[_from(wire)]}) for wire in out_of),
    ]
    first = next(iter(chosen))
    user = _use_of(document, block, use, name, chosen[first].position)
    kept = [user if node.id == first else node for node in document.nodes if node.id == first or node.id not in chosen]
    after = _settled(document, nodes=tuple(kept), wires=tuple(around), blocks=(*document.blocks, made))
    if len([*before_circles([node.id for node in kept], after.wires)]) < len(kept):
        raise EditError("circle of a block")
    return after


def _refuse_group(document: Document, chosen: Mapping[str, Node], block: str) -> None:
    if not chosen:
        raise EditError("nodes gone")
    for node in chosen.values():
        _refuse_beyond(node)
    if any(node.shares and (node.shares in chosen) != (node.id in chosen) for node in document.nodes):
        raise EditError("shares beyond")
    _refuse_block(document, block)


def _refuse_beyond(node: Node) -> None:
    """Refuses what may not stand just anywhere."""
    if stands(node) == "outside":
        raise EditError("outside of blocks", node=node.called)
    if stands(node) == "inside":
        raise EditError("of a block", node=node.called)


def _refuse_block(document: Document, id: str) -> None:
    if any(one.id == id for one in document.blocks):
        raise EditError("node there")
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


def _of_reader(nodes: Mapping[str, Node], port: Port, readers: Sequence[Wire]) -> str:
    """What a value is that comes from outside: by the port that it comes to, where the node there has several, else by
    who gives it."""
    told = {wire.target_port for wire in readers if len(input_ports(nodes[wire.target]) or ()) > 1}
    of_uses = any(nodes[wire.target].kind == BlockUse.kind for wire in readers)  # whose ports are ids
    return told.pop() if len(told) == 1 and not of_uses else _of_giver(nodes[port[0]], port[1])


def _of_giver(node: Node, port: str) -> str:
    several = len(output_ports(node) or ()) > 1 and node.kind != BlockUse.kind
    return " ".join(filter(None, [node.label or node.kind.lower(), port if several else ""]))


def _ends(
    kind: type[Operator], told: Sequence[tuple[str, str, str]], chosen: Mapping[str, Node], axis: int, labels: Labels
) -> list[Node]:
    """The inputs or outputs of a new block, each beside the node inside that it is of. told: id, name and that node."""
    along = [node.position[axis] for node in chosen.values()]
    at = min(along) - _ASIDE[axis] if kind is BlockInput else max(along) + _ASIDE[axis]
    made: dict[str, Node] = {}
    last = float("-inf")
    for id, name, beside in sorted(told, key=lambda one: chosen[one[2]].position[1 - axis]):
        last = max(chosen[beside].position[1 - axis], last + _ASIDE[1 - axis])
        label = labels.free((name if len(told) > 1 else kind.stem)[:70])
        made[id] = Node(id=id, kind=kind.kind, label=label, position=(at, last) if axis == 0 else (last, at))
    return [made[id] for id, *_ in told]


def _use_of(document: Document, block: str, id: str, name: str, position: Position) -> Node:
    params = MappingProxyType({**BlockUse.defaults(), "block": block})
    label = Labels(document).free(name or "block")
    return Node(id=id, kind=BlockUse.kind, label=label, params=params, position=position)


def free_name(document: Document, stem: str = "Block") -> str:
    """A name that no block has yet: Block, Block 2."""
    taken = {block.name for block in document.blocks}
    return next(name for n in count(1) if (name := f"{stem} {n}" if n > 1 else stem) not in taken)


# Uses


def use(document: Document, id: str, block: str, position: Position, wire: Wire | None = None) -> Document:
    """Another use of a block. wire: what flowed through this one flows through the use from now on."""
    known = _block(document, block)
    if any(node.id == id for node in document.nodes):
        raise EditError("node there")
    after = _settled(document, nodes=(*document.nodes, _use_of(document, block, id, known.name, position)))
    if wire is None:
        return after
    inputs, outputs = after.node(id).ports
    if wire not in document.wires:
        raise EditError("wire gone")
    if not (inputs and outputs):
        raise EditError("not in a wire", operator=known.name or "This block")
    first = wire.model_copy(update={"target": id, "target_port": inputs[0]})
    second = wire.model_copy(update={"source": id, "source_port": outputs[0]})
    return _settled(after, wires=(*(second if old == wire else old for old in after.wires), first))


def make_unique(document: Document, id: str, block: str) -> Document:
    """A use gets a copy of its block, under the id `block`, that no other use has."""
    node = _user(document, id)
    own = _block(document, str(node.params["block"]))
    _refuse_block(document, block)
    made = own.model_copy(update={"id": block, "name": free_name(document, own.name or "Block")})
    params = MappingProxyType({**node.params, "block": block})
    changed = node.model_copy(update={"params": params, "shares": ""})
    nodes = tuple(
        changed if one.id == id else one.model_copy(update={"shares": ""}) if one.shares == id else one
        for one in document.nodes
    )
    return _settled(document, nodes=nodes, blocks=(*document.blocks, made))


def copy(document: Document, copies: Mapping[str, str], offset: Position, source: str, target: str) -> Document:
    """Copies of nodes of one level in another. copies: new id by old id. source, target: blocks, "" for the document
    itself. What may not stand there is left out."""
    of = view(document, source) if source else document
    there = {node.id: node for node in of.nodes}
    other = "outside" if target else "inside"
    held = {old: new for old, new in copies.items() if old in there and stands(there[old]) != other}
    for old in copies:
        if not held and old in there:
            _refuse_beyond(there[old])
    return inside(document, target, lambda view: duplicate(view, held, offset, of))


def drop(document: Document, block: str) -> Document:
    """Without a block that nothing uses."""
    known = _block(document, block)
    parts = (document.nodes, *(one.nodes for one in document.blocks))
    if any(node.kind == BlockUse.kind and node.params["block"] == block for nodes in parts for node in nodes):
        raise EditError("still used", block=known.name or "The block")
    return _settled(document, blocks=tuple(one for one in document.blocks if one.id != block))


def rename_block(document: Document, block: str, name: str) -> Document:
    made = Block(**{**dict(_block(document, block)), "name": name})
    return _settled(document, blocks=tuple(made if one.id == block else one for one in document.blocks))


# Blocks to nodes


def ungroup(document: Document, id: str, where: str = "") -> Document:
    """What is in a block in the place of its use, under ids that begin with the use's; repeated, as often as that. The
    block itself stays as long as another use has it. where: the block in which the use stands."""
    after = inside(document, where, lambda view: _opened(view, id))
    orphans = _used(document) - _used(after)
    return _settled(after, blocks=tuple(block for block in after.blocks if block.id not in orphans))


def _opened(document: Document, id: str) -> Document:
    user = _user(document, id)
    block = _block(document, str(user.params["block"]))
    shut = tuple(one.model_copy(update={"nodes": tuple(map(_closed, one.nodes))}) for one in document.blocks)
    others = tuple(node if node.id == id else _closed(node) for node in document.nodes)
    opened = flat(document.model_copy(update={"nodes": others, "blocks": shut}))
    if id not in opened.uses:
        raise EditError("not opened", block=user.called)
    middle = [node.position for node in block.nodes if stands(node) == "anywhere"] or [user.position]
    shift = (user.position[0] - min(x for x, _ in middle), user.position[1] - min(y for _, y in middle))
    wide = max(x for x, _ in middle) - min(x for x, _ in middle) + _ASIDE[0]
    by_id, labels = {node.id: node for node in document.nodes}, Labels(document)
    labels.taken.discard(user.label)
    nodes: list[Node] = []
    for path, node in opened.nodes.items():
        if path in by_id:
            nodes.append(by_id[path])
            continue
        times = opened.uses[id].times
        number = int(path.removeprefix(f"{id}/").split("/", 1)[0]) - 1 if times > 1 else 0
        x, y = node.position
        at = (x + shift[0] + number * wide, y + shift[1])
        kind = BlockUse.kind if node.kind == _CLOSED else node.kind
        label = labels.free(node.label) if node.label in labels.taken else node.label
        labels.taken.add(label)
        made = {"id": _short(path), "position": at, "kind": kind, "label": label, "frozen": path in opened.frozen}
        made["shares"] = _short(opened.lenders.get(path, ""))
        nodes.append(node.model_copy(update=made))
    if len({node.id for node in nodes}) < len(nodes):
        raise EditError("node there")
    wires = tuple(
        Wire(
            source=_short(one.source),
            source_port=one.source_port,
            target=_short(one.target),
            target_port=one.target_port,
        )
        for one in opened.edges
    )
    return _settled(document, nodes=tuple(nodes), wires=wires)


def _short(path: str) -> str:
    """The id of what had a path."""
    id = path.replace("/", "_")
    return id if len(id) <= _LONGEST_ID else "n" + blake2b(id.encode(), digest_size=12).hexdigest()


def _closed(node: Node) -> Node:
    """Another use, which stays what it is: under a kind that is not opened."""
    return node.model_copy(update={"kind": _CLOSED}) if node.kind == BlockUse.kind else node


_CLOSED = "a closed block"


def _used(document: Document) -> set[str]:
    """The blocks that the network is made of, and those within them."""
    used: set[str] = set()
    blocks = {block.id: block for block in document.blocks}
    ahead = [str(node.params["block"]) for node in document.nodes if node.kind == BlockUse.kind]
    while ahead:
        id = ahead.pop()
        if id in blocks and id not in used:
            used.add(id)
            ahead += [str(node.params["block"]) for node in blocks[id].nodes if node.kind == BlockUse.kind]
    return used


# Levels


def inside(document: Document, block: str, change: Callable[[Document], Document]) -> Document:
    """An edit of what is in a block, worked as on a document; with an empty `block`, of the document itself. Wires of
    ports that the block has no more go, at every use. What belongs outside is refused, and the block within itself."""
    if not block:
        return change(document)
    known = _block(document, block)
    after = change(view(document, block))
    made = known.model_copy(update={"nodes": after.nodes, "wires": after.wires})
    settled = _settled(document, blocks=tuple(made if one.id == block else one for one in after.blocks))
    before = {node.id: (node.kind, node.params.get("block")) for node in known.nodes}
    for node in made.nodes:
        if (node.kind, node.params.get("block")) == before.get(node.id):
            continue
        if stands(node) == "outside":
            raise EditError("outside of blocks", node=node.called)
        if node.kind == BlockUse.kind and _is_within(settled, block, str(node.params["block"])):
            raise EditError("within itself", block=known.name or "A block")
    return settled


def _is_within(document: Document, inner: str, outer: str) -> bool:
    """Whether one block is another, or stands in it."""
    blocks = {one.id: one for one in document.blocks}
    seen = {outer}
    for id in (ahead := [outer]):  # grows
        for node in blocks[id].nodes if id in blocks else ():
            used = str(node.params["block"]) if node.kind == BlockUse.kind else ""
            if used and used not in seen:
                seen.add(used)
                ahead.append(used)
    return inner in seen


def view(document: Document, block: str) -> Document:
    """What is in a block, as a document with the same blocks and data. The block itself has only its ports there."""
    known = _block(document, block)
    ends = tuple(node for node in known.nodes if stands(node) == "inside")
    hollow = known.model_copy(update={"nodes": ends, "wires": ()})
    blocks = tuple(hollow if one.id == block else one for one in document.blocks)
    return canonical(document.model_copy(update={"nodes": known.nodes, "wires": known.wires, "blocks": blocks}))


def _block(document: Document, id: str) -> Block:
    known = next((one for one in document.blocks if one.id == id), None)
    if known is None:
        raise EditError("no block")
    return known


def _user(document: Document, id: str) -> Node:
    """The use of a block with this id."""
    found = next((node for node in document.nodes if node.id == id and node.kind == BlockUse.kind), None)
    if found is None:
        raise EditError("no block")
    return found


def _settled(document: Document, **parts: Any) -> Document:
    """The document with these parts, and no wire whose port is gone."""
    after = with_ports(document.model_copy(update=parts))
    blocks = tuple(block.model_copy(update={"wires": _held(block.nodes, block.wires)}) for block in after.blocks)
    settled = canonical(after.model_copy(update={"wires": _held(after.nodes, after.wires), "blocks": blocks}))
    refuse_too_many(settled)
    return settled


def _held(nodes: Iterable[Node], wires: Iterable[Wire]) -> tuple[Wire, ...]:
    by_id = {node.id: node for node in nodes}
    return told_apart(
        wire
        for wire in wires
        if output_port(by_id[wire.source], wire.source_port) and input_port(by_id[wire.target], wire.target_port)
    )
