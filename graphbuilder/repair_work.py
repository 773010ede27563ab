"""Works the changes of a repair (`repair.py`) on a document. Whatever cannot be worked raises EditError.

Nodes are named by their paths in the flat graph; what is to be changed in a block is worked there, for every use.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import networkx as nx

from graphbuilder import editing, places
from graphbuilder.blocks import home
from graphbuilder.diagnostics import Diagnostic
from graphbuilder.document import Document, Node, Wire, input_ports, output_ports
from graphbuilder.grouping import inside, view
from graphbuilder.inference import wiring
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.block import Block
from graphbuilder.parameters import WrongType
from graphbuilder.refusals import EditError
from graphbuilder.repair import (
    Change,
    Connect,
    Cut,
    Put,
    PutBefore,
    PutBehind,
    Repair,
    Replace,
    SetOnBranches,
    SetParameter,
    SetSetting,
    TakeOut,
    Thaw,
    Unshare,
    UseData,
    UseOptimizer,
)

OfNode = SetParameter | SetOnBranches | PutBefore | PutBehind | Replace | TakeOut | Unshare | Thaw


def named_changes(document: Document, found: Diagnostic, repair: Repair) -> tuple[Change, ...]:
    """The repair's changes, each with its node."""
    at_fault = found.nodes[0] if found.nodes else ""
    named: list[Change] = []
    seen: set[tuple[Place, str]] = set()
    for change in repair if isinstance(repair, tuple) else (repair,):
        one = replace(change, node=change.node or at_fault) if isinstance(change, OfNode) else change
        if isinstance(one, SetOnBranches):
            for id in _on_branches(document, one.node, one.name, one.value):
                if (where := (place_of(document, id), one.name)) not in seen:  # of the times of a block, the first
                    seen.add(where)
                    named.append(SetParameter(one.name, one.value, id))
        else:
            named.append(one)
    return tuple(named)


def given_at_once(
    document: Document, steps: tuple[tuple[Change, ...], ...], key: str
) -> tuple[tuple[Change, ...], ...]:
    """The same steps, where a new node gets at once what a later step sets of it.

    Raises EditError where one value is set twice.
    """
    told: list[list[Change]] = []
    made: dict[Place, tuple[int, int]] = {}
    taken: set[tuple[str, str]] = set()
    for changes in steps:
        told.append([])
        for change in changes:
            for one in _sets(document, change):
                if one in taken:
                    raise EditError("set twice")
                taken.add(one)
            if isinstance(change, SetParameter) and place_of(document, change.node) in made:
                step, place = made[place_of(document, change.node)]
                put = told[step][place]
                assert isinstance(put, Put | PutBefore | PutBehind)
                told[step][place] = replace(put, params={**put.params, change.name: change.value})
                continue
            known = _all_places(document)
            document = changed(document, change, key)
            told[-1].append(change)
            for new in _all_places(document) - known:
                made[new] = len(told) - 1, len(told[-1]) - 1
                if isinstance(change, Put | PutBefore | PutBehind):
                    taken |= {("/".join(new), name) for name in change.params}
    return tuple(tuple(changes) for changes in told if changes)


Place = tuple[str, str]
"""A block, "" for the document itself, and the id of a node in it."""


def place_of(document: Document, path: str) -> Place:
    """Where the node of the flat graph is drawn that has this path."""
    try:
        return home(document, path)
    except KeyError:
        raise EditError("node gone") from None


def _all_places(document: Document) -> set[Place]:
    inner = {(block.id, node.id) for block in document.blocks for node in block.nodes}
    return {("", node.id) for node in document.nodes} | inner


def _sets(document: Document, change: Change) -> list[tuple[str, str]]:
    """What a change gives a value to: (place of a node or group of settings, name)."""
    match change:
        case SetParameter(name, _, node):
            return [("/".join(place_of(document, node)), name)]
        case SetSetting(where, name, _):
            return [(f"the {where}", name)]
        case Replace(_, params, node):
            at = "/".join(place_of(document, node))
            return [(at, "kind"), *((at, name) for name in params)]
        case UseData():
            return [("the data", "name")]
        case UseOptimizer():
            return [("the optimizer", "name")]
    return []


def changed(document: Document, change: Change, key: str) -> Document:
    """The document after a change, which is made in the block where its nodes are drawn."""
    named = {name: path for name in ("node", "source", "target") if (path := getattr(change, name, ""))}
    at = {name: place_of(document, path) for name, path in named.items()}
    blocks = {block for block, _ in at.values()}
    if len(blocks) > 1:
        raise EditError("no port")
    ids: dict[str, Any] = {name: id for name, (_, id) in at.items()}
    there = replace(change, **ids)
    return inside(document, next(iter(blocks), ""), lambda view: _changed(view, there, key))


def _changed(document: Document, change: Change, key: str) -> Document:
    match change:
        case SetParameter(name, value, node):
            return editing.set_parameter(document, node, name, value)
        case SetSetting(where, name, value):
            return _SETTING[where](document, name, value)
        case UseData(name):
            return editing.set_data(document, name)
        case UseOptimizer(name):
            return editing.set_optimizer(document, name)
        case Put(kind, params):
            ids = [node.id for node in document.nodes]
            return _add(document, key, kind, params, places.behind(document, ids) if ids else (0.0, 0.0))[0]
        case PutBefore(kind, params, node, place):
            return _put_before(document, key, kind, params, _there(document, node), place)
        case PutBehind(kind, params, node):
            return _put_behind(document, key, kind, params, _there(document, node))
        case Replace(kind, params, node):
            document = editing.replace(document, node, kind)
            for name, value in params.items():
                document = editing.set_parameter(document, node, name, value)
            return document
        case TakeOut(node):
            return editing.delete(document, [_there(document, node)], heal=True)
        case Thaw(node):
            return editing.freeze(document, [_there(document, node)], frozen=False)
        case Unshare(node):
            return editing.share(document, _there(document, node), "")
        case Connect(source, target):
            return editing.connect(document, _wire(document, source, target))
        case Cut(source, target):
            return editing.disconnect(document, _between(document, source, target))
    raise TypeError(change)


_SETTING = {
    "data": editing.set_data_option,
    "split": editing.set_split,
    "optimizer": editing.set_optimizer_option,
    "training": editing.set_training,
}


def _there(document: Document, id: str) -> str:
    name_of(document, id)
    return id


def _add(document: Document, key: str, kind: str, params: Mapping[str, Any], at: places.Place) -> tuple[Document, str]:
    """A new node with an id that the same document and key always give."""
    taken = {node.id for node in document.nodes}
    id = next(name for n in count(1) if (name := f"{key}-{n}") not in taken)
    return editing.add(document, id, kind, at, params_of(kind, params)), id


def params_of(kind: str, params: Mapping[str, Any]) -> dict[str, Any]:
    if kind not in OPERATORS:
        raise EditError("no operator", name=kind)
    try:
        return {name: OPERATORS[kind].parameters[name].read(value) for name, value in params.items()}
    except WrongType as fault:  # a size beyond all that may be set
        raise EditError("no value", name=f"{OPERATORS[kind].title}: a value", fault=fault) from None


def _put_before(
    document: Document, key: str, kind: str, params: Mapping[str, Any], id: str, place: int | None
) -> Document:
    into = [wire for wire in document.wires if wire.target == id]
    chosen = into if place is None else into[place : place + 1]
    ports = OPERATORS[kind].inputs
    if not chosen or not ports:
        added, new = _add(document, key, kind, params, places.before(document, id))
        return editing.connect(added, _wire(added, new, id))
    if len(chosen) > 1 and not ports[0].many:
        raise EditError("no port")
    made = places.between(document, chosen[0].source, id)
    document, new = _add(document, key, kind, params, made.at)
    moved = {wire: wire.model_copy(update={"target": new, "target_port": ports[0].name}) for wire in chosen}
    kept = [
        _to(document, new, wire) if wire == chosen[0] else wire
        for wire in document.wires
        if wire not in moved or wire == chosen[0]
    ]
    return editing.move(editing.with_wires(document, [*kept, *moved.values()]), made.moved)


def _put_behind(document: Document, key: str, kind: str, params: Mapping[str, Any], id: str) -> Document:
    out = [wire for wire in document.wires if wire.source == id]
    if not out or not OPERATORS[kind].outputs:
        added, new = _add(document, key, kind, params, places.behind(document, [id]))
        return editing.connect(added, _wire(added, id, new))
    made = places.between(document, id, out[0].target)
    document, new = _add(document, key, kind, params, made.at)
    first = _wire(document, id, new).model_copy(update={"source_port": out[0].source_port})
    begins = _to(document, new, out[0])
    behind = {"source": new, "source_port": begins.source_port}
    moved = {wire for wire in out if wire.source_port == out[0].source_port}
    wires = [wire.model_copy(update=behind) if wire in moved else wire for wire in document.wires]
    return editing.move(editing.with_wires(document, [*wires, first]), made.moved)


def _to(document: Document, id: str, wire: Wire) -> Wire:
    """The wire from the node to where this one leads."""
    outputs = output_ports(document.node(id))
    if not outputs:
        raise EditError("no port")
    return wire.model_copy(update={"source": id, "source_port": outputs[0].name})


def _wire(document: Document, source: str, target: str) -> Wire:
    """A wire from the first output to the first input that is free."""
    there, here = node_of(document, target), node_of(document, source)
    outputs = output_ports(here)
    first = "out" if outputs is None else outputs[0].name if outputs else ""
    taken = {wire.target_port for wire in document.wires if wire.target == target}
    needed_first = sorted(input_ports(there) or (), key=lambda port: not port.least)
    free = [port.name for port in needed_first if port.many or port.name not in taken]
    if not first or not free:
        raise EditError("no port")
    return Wire(source=source, source_port=first, target=target, target_port=free[0])


def _between(document: Document, source: str, target: str) -> list[Wire]:
    wires = [wire for wire in document.wires if (wire.source, wire.target) == (source, target)]
    if not wires:
        raise EditError("wire gone")
    return wires


def _on_branches(document: Document, id: str, name: str, value: Any) -> list[str]:
    """The nodes on the branches that meet in a node, up to where they part, whose parameter has another value; where
    there is none, those before the branches part."""
    wired = wiring(document)
    if id not in wired.nodes:
        raise EditError("node gone")
    above = [{wire.source, *nx.ancestors(wired.graph, wire.source)} for wire in wired.into[id]]
    common: set[str] = set.intersection(*above) if above else set()
    ways = set[str]().union(*above) - common
    other = [node for node in wired.order if _has_another(wired.operators[node], name, value)]
    found = [node for node in other if node in ways] or [node for node in other if node in common]
    if not found:
        raise EditError("no branch")
    return found


def _has_another(operator: Operator | None, name: str, value: Any) -> bool:
    """A parameter of this name, which may have the value and has another."""
    if operator is None or name not in operator.parameters:
        return False
    try:
        return bool(operator.params[name] != operator.parameters[name].read(value))
    except WrongType:  # of this name, and of another kind
        return False


def node_of(document: Document, path: str) -> Node:
    return _drawn(document, path)[0].node(_drawn(document, path)[1])


def _drawn(document: Document, path: str) -> tuple[Document, str]:
    """The level where a node is drawn, and its id there."""
    block, id = place_of(document, path)
    return (view(document, block) if block else document), id


def into(document: Document, path: str) -> list[Node]:
    """Who feeds a node, where it is drawn."""
    level, id = _drawn(document, path)
    return [level.node(wire.source) for wire in level.wires if wire.target == id]


def name_of(document: Document, path: str) -> str:
    """A node as messages name it; of one in a block, with that, and how many uses change with it."""
    block, _ = place_of(document, path)
    called = node_of(document, path).called
    if not block:
        return called
    parts = (document.nodes, *(one.nodes for one in document.blocks))
    uses = sum(node.kind == Block.kind and node.params["block"] == block for nodes in parts for node in nodes)
    name = next(one.name for one in document.blocks if one.id == block) or "its block"
    return f"{called} in {name}" + (f" (at all {uses} uses)" if uses > 1 else "")
