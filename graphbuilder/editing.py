"""Changing a document: every edit takes a document and gives a new one, or says in words why it cannot be done.

What cannot work but can be drawn (a shape that does not fit, a circle) is allowed here and reported by the checks.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from random import SystemRandom
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from graphbuilder.blocks import owner_of
from graphbuilder.datasets import NO_DATA, OWN, SOURCES, Description
from graphbuilder.document import (
    MAX_NODES,
    MAX_WIRES,
    Data,
    Document,
    Node,
    Training,
    Wire,
    canonical,
    input_port,
    input_ports,
    output_port,
    output_ports,
    told_apart,
    with_ports,
)
from graphbuilder.fields import Fields
from graphbuilder.operators import KINDS, OPERATORS
from graphbuilder.operators.block import Block
from graphbuilder.operators.data import Input
from graphbuilder.operators.families import ACTIVATION, LOSS
from graphbuilder.operators.operator import Port
from graphbuilder.operators.placeholder import Placeholder
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Params, WrongType, written
from graphbuilder.refusals import EditError
from graphbuilder.settings import Settings, Split

Position = tuple[float, float]


def _node(document: Document, id: str) -> Node:
    try:
        return document.node(id)
    except KeyError:
        raise EditError("node gone") from None


def _with(document: Document, **parts: Any) -> Document:
    after = canonical(document.model_copy(update=parts))
    refuse_too_many(after)
    return after


def refuse_too_many(document: Document) -> None:
    """Raises EditError where there are more parts than a file may have."""
    parts = (document, *document.blocks)
    for what, most in (("nodes", MAX_NODES), ("wires", MAX_WIRES)):
        if sum(len(getattr(part, what)) for part in parts) > most:
            raise EditError("too many", most=most, what=what)


def _replaced(document: Document, node: Node) -> Document:
    """The node in the place of the one with its id; wires of ports that it has no more go."""
    nodes = tuple(node if old.id == node.id else old for old in document.nodes)
    after = with_ports(document.model_copy(update={"nodes": nodes}))
    node = after.node(node.id)
    gone = {
        wire
        for wire in document.wires
        if (wire.target == node.id and input_port(node, wire.target_port) is None)
        or (wire.source == node.id and output_port(node, wire.source_port) is None)
    }
    return _with(after, wires=tuple(wire for wire in document.wires if wire not in gone))


def _made(made: type[Node] | type[Document], /, **parts: Any) -> Any:
    try:
        return made(**parts)
    except ValidationError as fault:
        found = fault.errors(include_url=False)[0]
        raise EditError("not held", where=".".join(map(str, found["loc"])), why=found["msg"]) from None


class Labels:
    """The labels of a document, and short ones that no node has yet: conv2d, conv2d 2, conv2d 3."""

    def __init__(self, document: Document) -> None:
        self.taken = {node.label for node in document.nodes}
        self._numbers: dict[str, int] = {}

    def free(self, kind: str) -> str:
        """One that is taken from now on."""
        stem = kind.lower()
        number = self._numbers.get(stem, 1)
        while (label := f"{stem} {number}" if number > 1 else stem) in self.taken:
            number += 1
        self._numbers[stem] = number
        self.taken.add(label)
        return label


def add(document: Document, id: str, kind: str, position: Position, params: Params | None = None) -> Document:
    """A new node with a label of its own; without `params` it begins with what its operator suggests. Where the Inputs
    have typed shapes, it takes no field: one alone would make faults of the others."""
    declared = KINDS.get(kind)
    if declared is None or declared is Block:
        raise EditError("no operator", name=kind)
    if any(node.id == id for node in document.nodes):
        raise EditError("node there")
    typed = not document.reads_data and any(node.kind == Input.kind for node in document.nodes)
    fields = {} if typed else _fields(document)
    taken = {str(value) for node in document.nodes if node.kind == kind for value in node.params.values()}
    begun = declared.suggested(fields, taken) if params is None else params
    settled = MappingProxyType({**declared.defaults(), **begun})
    label = Labels(document).free(declared.stem or kind)
    node = _made(Node, id=id, kind=kind, label=label, params=settled, position=position)
    return _with(document, nodes=(*document.nodes, node))


def _fields(document: Document) -> Fields:
    return document.data.fields


def insert(document: Document, id: str, kind: str, position: Position, wire: Wire) -> Document:
    """A new node put into a wire: what flowed through the wire now flows through the node. Before a Loss or an
    activation it begins without an activation of its own."""
    if wire not in document.wires:
        raise EditError("wire gone")
    plain = kind in OPERATORS and "activation" in OPERATORS[kind].parameters and _reads_raw(document, wire.target)
    added = add(document, id, kind, position, {} if plain else None)
    declared = KINDS[kind]
    if not (declared.inputs and declared.outputs):
        raise EditError("not in a wire", operator=declared.title)
    port = declared.inputs[0].name
    first = Wire(source=wire.source, source_port=wire.source_port, target=id, target_port=port)
    second = Wire(source=id, source_port=declared.outputs[0].name, target=wire.target, target_port=wire.target_port)
    kept = [second if old == wire else old for old in document.wires]
    return _with(added, wires=(*kept, first))


def _reads_raw(document: Document, id: str) -> bool:
    """Whether what reaches this node comes to a Loss or an activation, only placed otherwise on the way."""
    ahead, passed = [id], set[str]()
    while ahead:
        id = ahead.pop()
        operator = OPERATORS.get(document.node(id).kind)
        if operator and operator.family in (LOSS, ACTIVATION):
            return True
        if operator and operator.keeps_values and id not in passed:
            passed.add(id)
            ahead.extend(wire.target for wire in document.wires if wire.source == id)
    return False


def draw_wire(document: Document, wire: Wire) -> Document:
    """`connect`, as a person does it: where the wire leads to a Loss or an activation, a node that still has the
    activation that new ones begin with gives it up, since the last operator before a Loss is to be linear."""
    after = connect(document, wire)
    node = document.node(wire.source)
    declared = OPERATORS.get(node.kind)
    begun = declared.suggested({}, ()).get("activation") if declared else None
    if declared is None or begun is None or node.params["activation"] != begun or not _reads_raw(after, wire.target):
        return after
    return set_parameter(after, node.id, "activation", declared.defaults()["activation"])


def connect(document: Document, wire: Wire) -> Document:
    """A new wire. Refused: a port that is not there or is taken, a node into itself, the same wire twice, a circle."""
    source, target = _node(document, wire.source), _node(document, wire.target)
    port = input_port(target, wire.target_port)
    if output_port(source, wire.source_port) is None or port is None:
        raise EditError("no port")
    if wire.source == wire.target:
        raise EditError("itself", source=source.called, target=target.called)
    if wire in document.wires:
        raise EditError("twice", source=source.called, target=target.called)
    if not port.many and any(w.target == wire.target and w.target_port == port.name for w in document.wires):
        raise EditError("taken", source=source.called, target=target.called)
    if wire.source in _behind(document, wire.target):
        raise EditError("circle", source=source.called, target=target.called)
    return _with(document, wires=(*document.wires, wire))


def _behind(document: Document, id: str) -> set[str]:
    """The nodes that the output of a node reaches."""
    readers: dict[str, list[str]] = {}
    for wire in document.wires:
        readers.setdefault(wire.source, []).append(wire.target)
    reached: set[str] = set()
    ahead = [id]
    while ahead:
        for reader in readers.get(ahead.pop(), ()):
            if reader not in reached:
                reached.add(reader)
                ahead.append(reader)
    return reached


def disconnect(document: Document, wires: Iterable[Wire]) -> Document:
    """Without these wires; one that is gone already is no fault."""
    cut = set(wires)
    return _with(document, wires=tuple(wire for wire in document.wires if wire not in cut))


def reconnect(document: Document, old: Wire, wire: Wire) -> Document:
    """A wire's end moved elsewhere."""
    if old not in document.wires:
        raise EditError("wire gone")
    order = [wire if there == old else there for there in document.wires]
    return _with(connect(disconnect(document, [old]), wire), wires=tuple(order))


def with_wires(document: Document, wires: Iterable[Wire]) -> Document:
    """These wires and no others: many ends moved at once, where it is known that no circle comes of it."""
    return _with(document, wires=tuple(dict.fromkeys(wires)))


def delete(document: Document, ids: Iterable[str], heal: bool = False) -> Document:
    """Without these nodes and their wires; with `heal`, what fed a node of one input now feeds its readers."""
    gone = dict.fromkeys(ids)
    wires = _healed(document.wires, gone) if heal else document.wires
    kept = tuple(wire for wire in wires if wire.source not in gone and wire.target not in gone)
    return _with(document, nodes=tuple(_without(document.nodes, gone)), wires=kept)


def _healed(wires: Sequence[Wire], gone: Iterable[str]) -> Iterable[Wire]:
    """The wires when these nodes go, one after the other: each that led on from one comes from what fed it."""
    at = dict(enumerate(wires))
    into: dict[str, dict[int, None]] = {}
    out_of: dict[str, dict[int, None]] = {}
    for place, wire in at.items():
        into.setdefault(wire.target, {})[place] = None
        out_of.setdefault(wire.source, {})[place] = None
    there = set(wires)
    for id in gone:
        before = [at[place] for place in into.pop(id, ()) if place in at]
        for place in sorted(out_of.pop(id, ())):
            wire = at.pop(place)
            there.discard(wire)
            into.get(wire.target, {}).pop(place, None)
            if len(before) != 1 or wire.target in (id, before[0].source):
                continue
            source = before[0].source
            bridge = wire.model_copy(update={"source": source, "source_port": before[0].source_port})
            if source != id and bridge not in there:
                at[place] = bridge
                there.add(bridge)
                into.setdefault(wire.target, {})[place] = None
                out_of.setdefault(source, {})[place] = None
    return [at[place] for place in sorted(at)]


def _without(nodes: Iterable[Node], gone: Container[str]) -> Iterator[Node]:
    """The nodes without those that go; of several that share the weights of one that goes, the first has them."""
    by_id = {node.id: node for node in nodes}
    heirs: dict[str, str] = {}
    for node in by_id.values():
        if node.id in gone:
            continue
        owner = by_id.get(node.shares) if node.shares in gone else None
        if owner and owner.id in heirs:
            yield node.model_copy(update={"shares": heirs[owner.id]})
        elif owner:
            heirs[owner.id] = node.id
            yield node.model_copy(update={"shares": "", "params": owner.params, "frozen": owner.frozen})
        else:
            yield node


def move(document: Document, at: Mapping[str, Position]) -> Document:
    """Nodes put elsewhere; one that is gone is no fault."""
    nodes = [
        _made(Node, **{**dict(node), "position": at[node.id]}) if node.id in at else node for node in document.nodes
    ]
    return _with(document, nodes=tuple(nodes))


def duplicate(document: Document, copies: Mapping[str, str], offset: Position, of: Document | None = None) -> Document:
    """Copies of nodes under new ids, with the wires among them. copies: new id by old id. of: the document that they
    are copied from, where that is another; a node that shared weights there and is copied alone has its own."""
    of = of or document
    there = {node.id: node for node in of.nodes}
    chosen = {old: new for old, new in copies.items() if old in there}
    if not chosen:
        raise EditError("nodes gone")
    labels, made = Labels(document), list[Node]()
    for old, new in chosen.items():
        node = there[old]
        position = (node.position[0] + offset[0], node.position[1] + offset[1])
        stem = node.label or node.kind.lower()
        counted = re.fullmatch(r"(.+) \d+", stem)
        if counted and counted[1] in labels.taken:  # "c1 2" is a copy of "c1"
            stem = counted[1]
        label = labels.free(stem[:70])
        owner = owner_of(node, there)
        parts = {"shares": chosen.get(node.shares, node.shares if of is document else ""), "params": node.params}
        if not parts["shares"] and node.shares:
            parts["params"] = owner.params
        made.append(_made(Node, id=new, kind=node.kind, label=label, position=position, frozen=node.frozen, **parts))
    if len({*(node.id for node in document.nodes), *chosen.values()}) < len(document.nodes) + len(chosen):
        raise EditError("node there")
    inner = [
        wire.model_copy(update={"source": chosen[wire.source], "target": chosen[wire.target]})
        for wire in of.wires
        if wire.source in chosen and wire.target in chosen
    ]
    return _with(document, nodes=(*document.nodes, *made), wires=(*document.wires, *inner))


def rename_node(document: Document, id: str, label: str) -> Document:
    return _replaced(document, _made(Node, **{**dict(_node(document, id)), "label": label}))


def rename(document: Document, name: str) -> Document:
    return _made(Document, **{**dict(document), "name": name})  # type: ignore[no-any-return]


def replace(document: Document, id: str, kind: str) -> Document:
    """Another operator in a node's place; wires, label and parameters of the same name and sort stay."""
    node, declared = _node(document, id), OPERATORS.get(kind)
    if declared is None:
        raise EditError("no operator", name=kind)
    params = declared.defaults()
    for name in params.keys() & node.params.keys():
        with suppress(WrongType):
            params[name] = declared.parameters[name].read(written(node.params[name]))
    after = _replaced(document, node.model_copy(update={"kind": kind, "params": MappingProxyType(params)}))
    if len(after.wires) < len(document.wires):
        raise EditError("other ports", operator=declared.title)
    return after


def stand_in(document: Document, id: str, add: Callable[[Document, Position], Document]) -> Document:
    """Something new in the place of a placeholder: it keeps place, label and wires, port by port in their order. Where
    the placeholder's layer is applied several times, so is the new one. add: puts the new node, of the id `id`, into a
    document without the placeholder."""
    old = _node(document, id)
    if old.kind != Placeholder.kind:
        raise EditError("no placeholder", node=old.called)
    layer = old.shares or id
    places = {node.id: node for node in document.nodes if layer in (node.id, node.shares)}
    apart = tuple(node for node in document.nodes if node.id not in places)
    ends = tuple(wire for wire in document.wires if not {wire.source, wire.target} & places.keys())
    added = add(_with(document, nodes=apart, wires=ends), old.position)
    made = added.node(id)
    kept = {"kind": made.kind, "params": made.params, "ports": made.ports}
    nodes = tuple(node.model_copy(update=kept) if node.id in places else node for node in document.nodes)
    after = added.model_copy(update={"nodes": nodes})
    wires = tuple(_led_over(wire, places, after) for wire in document.wires)
    whole = _with(after, wires=told_apart(wires))
    begun = OPERATORS[made.kind].suggested({}, ()).get("activation") if made.kind in OPERATORS else None
    leads = (wire.target for wire in whole.wires if wire.source in places)
    if begun is not None and any(_reads_raw(whole, target) for target in leads):
        whole = set_parameter(whole, layer, "activation", OPERATORS[made.kind].defaults()["activation"])
    return whole


def _led_over(wire: Wire, places: Mapping[str, Node], after: Document) -> Wire:
    """The wire at the ports of what stands in the place of a placeholder now."""
    update: dict[str, str] = {}
    for end, ports in (("source", output_ports), ("target", input_ports)):
        old = places.get(getattr(wire, end))
        if old is None:
            continue
        node = after.node(old.id)
        number = [port.name for port in ports(old) or ()].index(getattr(wire, f"{end}_port"))
        port = _port_at(ports(node) or (), number)
        if port is None:
            has, needs = map(_counted, (node, old))
            raise EditError("other place", operator=KINDS[node.kind].title, node=old.called, has=has, needs=needs)
        update[f"{end}_port"] = port.name
    return wire.model_copy(update=update)


def _port_at(ports: tuple[Port, ...], number: int) -> Port | None:
    """The port of a number; the last one stands for all behind it where it takes any number of wires."""
    if number < len(ports):
        return ports[number]
    return ports[-1] if ports and ports[-1].many else None


def _counted(node: Node) -> str:
    """1 input and 2 outputs."""
    counts = {"input": len(input_ports(node) or ()), "output": len(output_ports(node) or ())}
    return " and ".join(f"{count} {what}{'' if count == 1 else 's'}" for what, count in counts.items())


def set_parameter(document: Document, id: str, name: str, value: object) -> Document:
    """One parameter of a node. value: as JSON has it; out of bounds is allowed and reported by the checks."""
    node = owner_of(_node(document, id), {one.id: one for one in document.nodes})
    declared = KINDS.get(node.kind)
    if declared is None:
        raise EditError("unknown operator", name=node.kind)
    params = _changed(declared, node.params, name, value)
    return _replaced(document, node.model_copy(update={"params": params}))


def share(document: Document, id: str, owner: str) -> Document:
    """A node applies the layer of another one from now on, or with an empty `owner` one of its own again, which begins
    with the parameters that it had last."""
    by_id = {node.id: node for node in document.nodes}
    node, other = by_id.get(id), by_id.get(owner)
    if node is None or (owner and other is None):
        raise EditError("node gone")
    if other and (other.kind != node.kind or other.params.get("block") != node.params.get("block")):
        raise EditError("other kind", node=node.called, other=other.called)
    if other and (other.shares or other.id == id):
        raise EditError("shares itself", other=other.called)
    before = by_id.get(node.shares)
    update: dict[str, Any] = {"shares": owner, "params": before.params if before and not owner else node.params}
    readers = {one.id: owner or id for one in document.nodes if one.shares == id} if other else {}
    nodes = tuple(
        one.model_copy(update=update)
        if one.id == id
        else one.model_copy(update={"shares": readers[one.id]})
        if one.id in readers
        else one
        for one in document.nodes
    )
    return _with(document, nodes=nodes)


def freeze(document: Document, ids: Iterable[str], frozen: bool) -> Document:
    """Training leaves the weights of these nodes as they are, or changes them again."""
    chosen = {*ids}
    nodes = tuple(n.model_copy(update={"frozen": frozen}) if n.id in chosen else n for n in document.nodes)
    return _with(document, nodes=nodes)


def set_data(document: Document, name: str) -> Document:
    """Another data set with its default options; the split stays. NO_DATA leaves the architecture alone: every Input
    keeps the shape that its field gave it, and no node names a field any more."""
    if name == NO_DATA:
        return _with(document, nodes=_unbound(document), data=Data(name=NO_DATA, split=document.data.split))
    if name == document.data.name == OWN:
        return document
    source = SOURCES.get(name)
    if source is None:
        raise EditError("no data set", name=name)
    data = Data(name=name, options=MappingProxyType(source.defaults()), split=document.data.split)
    return _with(document, data=data)


def use_own_data(document: Document, description: Description) -> Document:
    """Data of the user's own; the split stays. Inputs and Losses whose field is not there keep its name, which a check
    tells of."""
    return _with(document, data=Data(name=OWN, split=document.data.split, description=description))


def _unbound(document: Document) -> tuple[Node, ...]:
    fields = _fields(document)
    return tuple(
        node.model_copy(update={"params": MappingProxyType({**node.params, **known.without_data(node.params, fields)})})
        if (known := OPERATORS.get(node.kind))
        else node
        for node in document.nodes
    )


def set_data_option(document: Document, name: str, value: object) -> Document:
    data = document.data
    source = SOURCES.get(data.name)
    if source is None:
        raise EditError("unknown data set", name=data.name) if data.name else EditError("no data")
    options = _changed(source, data.options, name, value)
    return _with(document, data=data.model_copy(update={"options": options}))


def set_split(document: Document, name: str, value: object) -> Document:
    data = document.data
    return _with(document, data=data.model_copy(update={"split": _changed(Split, data.split, name, value)}))


def set_optimizer(document: Document, name: str) -> Document:
    """Another optimizer with its default options; the settings beside it stay."""
    optimizer = OPTIMIZERS.get(name)
    if optimizer is None:
        raise EditError("no optimizer", name=name)
    settings = document.training.settings
    options = MappingProxyType(optimizer.defaults())
    return _with(document, training=Training(optimizer=name, options=options, settings=settings))


def set_optimizer_option(document: Document, name: str, value: object) -> Document:
    training = document.training
    optimizer = OPTIMIZERS.get(training.optimizer)
    if optimizer is None:
        raise EditError("unknown optimizer", name=training.optimizer)
    options = _changed(optimizer, training.options, name, value)
    return _with(document, training=training.model_copy(update={"options": options}))


def set_training(document: Document, name: str, value: object) -> Document:
    training = document.training
    settings = _changed(Settings, training.settings, name, value)
    return _with(document, training=training.model_copy(update={"settings": settings}))


def draw_seed(document: Document) -> Document:
    """What is trained where the seed is not kept: the document with a seed of its own."""
    if document.training.settings["keep_seed"]:
        return document
    return set_training(document, "seed", SystemRandom().randrange(1, 10**6))


def enter(
    document: Document, of: str, name: str, value: object, ids: Sequence[str] = (), who: str | None = None
) -> Document:
    """What a person entered into a field of a form, whichever it is (forms.py).

    of: "node", "label" or "weights" (of the nodes `ids`), "optimizer" or "data" (an option of the one called `who`),
    "training", "split", or "network" (its name, optimizer or data set).
    """
    if of == "node":
        for id in ids:
            document = set_parameter(document, id, name, value)
        return document
    if of == "weights" and name == "frozen":
        return freeze(document, ids, value is True)
    if of == "weights":
        for id in ids:
            document = share(document, id, str(value))
        return document
    if of == "label":
        for id in ids:
            document = rename_node(document, id, str(value))
        return document
    for what, there in (("optimizer", document.training.optimizer), ("data", document.data.name)):
        if of == what and who != there:
            raise EditError(f"other {what}", name=name, who=who)
    change = _ENTERED.get((of, name)) or _ENTERED.get((of, ""))
    if change is None:
        raise EditError("no field")
    return change(document, name, value)


_ENTERED: Mapping[tuple[str, str], Callable[[Document, str, Any], Document]] = {
    ("network", "name"): lambda document, _, value: rename(document, str(value)),
    ("network", "optimizer"): lambda document, _, value: set_optimizer(document, str(value)),
    ("network", "data"): lambda document, _, value: set_data(document, str(value)),
    ("optimizer", ""): lambda document, name, value: set_optimizer_option(document, name, value),
    ("data", ""): lambda document, name, value: set_data_option(document, name, value),
    ("split", ""): lambda document, name, value: set_split(document, name, value),
    ("training", ""): lambda document, name, value: set_training(document, name, value),
}


def _changed(declared: type[Declared], params: Params, name: str, value: object) -> Params:
    parameter = declared.parameters.get(name)
    if parameter is None:
        raise EditError("no parameter", name=name)
    try:
        return MappingProxyType({**params, name: parameter.read(value)})
    except WrongType as fault:
        raise EditError("no value", name=name, fault=fault) from None
