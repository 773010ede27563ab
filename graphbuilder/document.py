"""The document: everything a person has made, as one frozen value. Changing it gives a new one (editing.py)."""

from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainSerializer, model_validator

from graphbuilder.datasets import OWN, SOURCES, Description, Own, Source
from graphbuilder.fields import Fields
from graphbuilder.frozen import Frozen
from graphbuilder.operators import KINDS, Operator
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput, ports
from graphbuilder.operators.operator import Port
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import FieldName, Parameter, Params, written
from graphbuilder.settings import Settings, Split
from graphbuilder.texts import one_line

VERSION = 3
"""The newest that this program reads."""
MAX_NODES = 20_000
MAX_WIRES = 60_000
MAX_BLOCKS = 1_000
MAX_VALUES, MAX_DEPTH, MAX_LISTED = 200, 8, 25_000
"""Of the parameters of one node: values that are no list of plain ones, how deeply they are nested, and how many such a
list has, as a vocabulary. These limits keep reading the largest file to seconds."""
MAX_LABEL = 80
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"


_HOLD_MORE = {dict, list}


def _frozen(params: Mapping[str, Any]) -> Mapping[str, Any]:
    """Refuses what no operator's parameters are, since those of an unknown one are kept as they came."""
    if isinstance(params, MappingProxyType):
        return params
    held = 1
    ahead: list[tuple[Any, int]] = [(params, 0)]
    for value, depth in ahead:  # grows
        parts = members_of(value)
        kinds = {*map(type, parts)}
        is_plain = isinstance(value, list) and kinds.isdisjoint(_HOLD_MORE)
        held += 0 if is_plain else len(parts)  # a list is counted where it stands
        if held > MAX_VALUES or (parts and depth == MAX_DEPTH) or len(parts) > MAX_LISTED:
            raise ValueError(f"holds more than {MAX_VALUES} values, or is nested more than {MAX_DEPTH} deep")
        if float in kinds and not all(isfinite(part) for part in parts if isinstance(part, float)):
            raise ValueError("holds a number that is too large for a computer")
        if not kinds.isdisjoint(_HOLD_MORE):
            ahead += [(part, depth + 1) for part in parts if type(part) in _HOLD_MORE]
    return MappingProxyType(dict(params))


def _written_params(params: Params) -> dict[str, Any]:
    return {name: written(value) for name, value in params.items()}


Id = Annotated[str, Field(pattern=ID_PATTERN)]
Text = Annotated[str, Field(max_length=MAX_LABEL), AfterValidator(one_line)]
Word = Annotated[str, Field(max_length=200), AfterValidator(one_line)]
Settled = Annotated[
    Mapping[str, Any],
    AfterValidator(_frozen),
    PlainSerializer(_written_params),
    Field(json_schema_extra={"type": "object"}),
]
"""Values of declared parameters, by name. `read_document` holds them to their declaration."""
Coordinate = Annotated[float, Field(allow_inf_nan=False, ge=-1e7, le=1e7)]


def _none() -> Params:
    return MappingProxyType({})


def _optimizer_defaults(name: str | None) -> Params:
    known = OPTIMIZERS.get(name or "")
    return MappingProxyType(known.defaults() if known else {})


class Node(Frozen):
    """One operator on the canvas.

    id: immutable and hidden; events, checkpoints and undo key on it. label: the user's own text. shares: the node whose
    layer this one applies again, with its weights and parameters; empty for a layer of its own. frozen: training leaves
    the weights as they are. ports: ids of the inputs and outputs of the block that a Block uses; they follow from the
    document and stand in no file.
    """

    id: Id
    kind: Word
    label: Text = ""
    params: Settled = Field(default_factory=_none)
    position: tuple[Coordinate, Coordinate] = Field(default=(0.0, 0.0), strict=False)
    shares: Id | Literal[""] = ""
    frozen: bool = False
    ports: tuple[tuple[str, ...], tuple[str, ...]] = Field(default=((), ()), exclude=True, repr=False)

    @property
    def operator(self) -> Operator | None:
        """The node as its operator; None for a kind that this version does not know."""
        known = KINDS.get(self.kind)
        return known(self.params) if known else None

    @property
    def called(self) -> str:
        """The node as messages name it, by the words that stand on its card: Convolution 'c1'."""
        known = KINDS.get(self.kind)
        title = known.title if known else self.kind
        return f"{title} {self.label!r}" if self.label else f"{title} (no label)"


class Wire(Frozen):
    """From the output port of one node to an input port of another.

    again: which of several wires between the same two ports it is, where one value comes more than once.
    """

    source: Id = Field(alias="from")
    source_port: Word = Field(default="out", alias="from_port")
    target: Id = Field(alias="to")
    target_port: Word = Field(default="in", alias="to_port")
    again: int = Field(default=0, ge=0, le=MAX_WIRES)


def wire_key(wire: Wire) -> str:
    """The wire's name among those of its level, as the canvas has it."""
    again = f"#{wire.again}" if wire.again else ""
    return f"{wire.source}.{wire.source_port}>{wire.target}.{wire.target_port}{again}"


class Block(Frozen):
    """A part of a network, drawn once. Nodes of the kind Block use it, as often as they like."""

    id: Id
    name: Text = ""
    nodes: tuple[Node, ...] = Field(default=(), strict=False)
    wires: tuple[Wire, ...] = Field(default=(), strict=False)

    def ids(self, kind: type[Operator]) -> tuple[str, ...]:
        """Of the nodes of one kind."""
        return tuple(node.id for node in self.nodes if node.kind == kind.kind)


class Data(Frozen):
    """Which data set, with which options, and which rows are kept from training. description: of a user's own data,
    which have the name OWN."""

    name: Word = "digits"
    options: Settled = Field(default_factory=_none)
    split: Settled = Field(default_factory=lambda: MappingProxyType(Split.defaults()))
    description: Description | None = None

    @model_validator(mode="after")
    def _is_described(self) -> Self:
        if (self.name == OWN) != (self.description is not None):
            raise ValueError(f"has a description where its name is {OWN!r}, and only there")
        return self

    @property
    def source(self) -> Source | None:
        """The data set; None where none is chosen, and for one that this version does not know."""
        if self.description:
            return Own(self.description)
        known = SOURCES.get(self.name)
        return known(self.options) if known else None

    @property
    def fields(self) -> Fields:
        """What the data set offers, by name; nothing where there is none."""
        source = self.source
        return source.fields() if source else {}


class Training(Frozen):
    """How the network is trained. options: the optimizer's own."""

    optimizer: Word = "Adam"
    options: Settled = Field(default_factory=lambda training: _optimizer_defaults(training.get("optimizer")))
    settings: Settled = Field(default_factory=lambda: MappingProxyType(Settings.defaults()))


class Document(Frozen):
    """A network with its data and its training. Nodes stand in the order in which they were made.

    version: of the file that it came from; one is written as `version_of` says.
    """

    version: int = 1
    name: Text = "Untitled"
    nodes: tuple[Node, ...] = Field(default=(), strict=False)
    wires: tuple[Wire, ...] = Field(default=(), strict=False)
    blocks: tuple[Block, ...] = Field(default=(), strict=False)
    data: Data = Field(default_factory=Data)
    training: Training = Field(default_factory=Training)

    @property
    def reads_data(self) -> bool:
        """Whether data were chosen: a data set is, and some node takes a field of it. Else this is an architecture."""
        return bool(self.data.name) and any(
            node.params.get(name)
            for node in self.nodes
            if (known := KINDS.get(node.kind))
            for name, parameter in known.parameters.items()
            if isinstance(parameter, FieldName)
        )

    def node(self, id: str) -> Node:
        """The node with this id. Raises KeyError where there is none."""
        for node in self.nodes:
            if node.id == id:
                return node
        raise KeyError(id)


def input_ports(node: Node) -> tuple[Port, ...] | None:
    """The node's input ports, which may depend on its parameters; None for an unknown operator."""
    known = KINDS.get(node.kind)
    if known is BlockUse:
        return ports(node.ports[0])
    if known is None or known.input_ports is Operator.input_ports:
        return known.inputs if known else None
    return known(node.params).input_ports()


def output_ports(node: Node) -> tuple[Port, ...] | None:
    known = KINDS.get(node.kind)
    if known is BlockUse:
        return ports(node.ports[1])
    if known is None or known.output_ports is Operator.output_ports:
        return known.outputs if known else None
    return known(node.params).output_ports()


def input_port(node: Node, name: str) -> Port | None:
    """The node's input port of this name; an unknown operator has whatever port a wire names."""
    ports = input_ports(node)
    if ports is None:
        return Port(name, many=True, least=0)
    return next((port for port in ports if port.name == name), None)


def output_port(node: Node, name: str) -> Port | None:
    ports = output_ports(node)
    return Port(name) if ports is None else next((port for port in ports if port.name == name), None)


def canonical(document: Document) -> Document:
    """The same document with its wires in canonical order: by the node they lead to, its port, and within one port as
    they were, since there the order counts. Uses of blocks have the ports of what they use."""
    document = with_ports(document)
    blocks = tuple(block.model_copy(update={"wires": _in_order(block.nodes, block.wires)}) for block in document.blocks)
    return document.model_copy(update={"wires": _in_order(document.nodes, document.wires), "blocks": blocks})


def with_ports(document: Document) -> Document:
    """The document whose uses of blocks know the ports of what they use."""
    ports_of = {block.id: (block.ids(BlockInput), block.ids(BlockOutput)) for block in document.blocks}

    def known(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        if not any(node.kind == BlockUse.kind for node in nodes):
            return nodes
        return tuple(
            node.model_copy(update={"ports": ports_of.get(str(node.params.get("block")), ((), ()))})
            if node.kind == BlockUse.kind
            else node
            for node in nodes
        )

    blocks = tuple(block.model_copy(update={"nodes": known(block.nodes)}) for block in document.blocks)
    return document.model_copy(update={"nodes": known(document.nodes), "blocks": blocks})


def told_apart(wires: Iterable[Wire]) -> tuple[Wire, ...]:
    """The wires; of several between the same two ports, each with a number of its own."""
    found: dict[Wire, None] = {}
    for wire in wires:
        while wire in found:
            wire = wire.model_copy(update={"again": wire.again + 1})
        found[wire] = None
    return tuple(found)


def _in_order(nodes: Iterable[Node], wires: Iterable[Wire]) -> tuple[Wire, ...]:
    nodes = tuple(nodes)
    order = {node.id: place for place, node in enumerate(nodes)}
    ports = {(node.id, port.name): place for node in nodes for place, port in enumerate(input_ports(node) or ())}

    def place(wire: Wire) -> tuple[int, int, str]:
        return order[wire.target], ports.get((wire.target, wire.target_port), 0), wire.target_port

    return tuple(sorted(wires, key=place))


def version_of(document: Document) -> int:
    """The lowest version of a file that can say what is in the document, so that older programs read what they know:
    2 for blocks, shared and frozen layers, and a value that comes to one port more than once; 3 for data of
    one's own."""
    if document.data.description:
        return 3
    newer = document.blocks or any(node.shares or node.frozen for node in document.nodes)
    return 2 if newer or any(wire.again for wire in document.wires) else 1


def as_json(document: Document) -> dict[str, Any]:
    """The document as plain JSON values, keys in the order of the file."""
    document = canonical(document)
    raw: dict[str, Any] = document.model_dump(mode="json", by_alias=True)
    raw["version"] = version_of(document)
    _leave_out(document.nodes, raw)
    for name in _unsaid(Split.parameters, document.data.split):
        del raw["data"]["split"][name]
    training = document.training
    optimizer = OPTIMIZERS.get(training.optimizer)
    for name in _unsaid(optimizer.parameters if optimizer else {}, training.options):
        del raw["training"]["options"][name]
    for name in _unsaid(Settings.parameters, training.settings):
        del raw["training"]["settings"][name]
    for block, written_block in zip(document.blocks, raw["blocks"], strict=True):
        _leave_out(block.nodes, written_block)
    if not document.blocks:
        del raw["blocks"]
    if not document.data.description:
        del raw["data"]["description"]
    return raw


def _leave_out(nodes: Iterable[Node], raw: dict[str, Any]) -> None:
    """Of a written graph what files did not name before it could be set, where it has the value that was meant then."""
    for wire in raw["wires"]:
        if not wire["again"]:
            del wire["again"]
    for node, written_node in zip(nodes, raw["nodes"], strict=True):
        for name in _quiet(node):
            del written_node["params"][name]
        for key in ("shares", "frozen"):
            if not written_node[key]:
                del written_node[key]


def _quiet(node: Node) -> list[str]:
    known = KINDS.get(node.kind)
    return _unsaid(known.parameters if known else {}, node.params)


def _unsaid(parameters: Mapping[str, Parameter[Any]], params: Params) -> list[str]:
    """What a file does not name, since it has the value that was meant before it could be set."""
    return [
        name
        for name, value in params.items()
        if (parameter := parameters.get(name)) and parameter.quiet and value == parameter.default
    ]


def members_of(value: Any) -> Collection[Any]:
    """What a JSON object or list holds."""
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
