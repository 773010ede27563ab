"""The shapes and counts of every node, found without building anything.

The rules are the operators' own; contract tests hold them equal to Keras.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import networkx as nx

from graphbuilder.blocks import Edge, Flat, Port, Use, as_drawn, flat
from graphbuilder.diagnostics import Diagnostic, Fault, such_as
from graphbuilder.document import Document, Node
from graphbuilder.fields import Fields
from graphbuilder.operators import KINDS, Operator
from graphbuilder.operators.fitting import RESCALING
from graphbuilder.operators.operator import Counts, ShapeFault
from graphbuilder.repair import PutBefore, Repair, SetParameter, TakeOut
from graphbuilder.shapes import LONGEST, Shape, filled, is_known, show, size
from graphbuilder.tensors import Inputs, Numbers, TensorSpec

BYTES_PER_NUMBER = 4
"""Keras computes in float32."""

MOST_AXES = 16
"""Of a value: TensorFlow works with 8 in most of its functions, and no file names more than 16."""

_NAMED = 8
"""Inputs that a sentence names one by one."""


@dataclass(frozen=True)
class Facts:
    """What is known of one node whose inputs are in order. outputs: by output port. shape: what the first output gives;
    of a Loss, which gives nothing on, one number. kept, work, copies: what training needs beside, by its operator; kept
    is below zero where it overwrites what came in, which nothing else reads."""

    inputs: Inputs
    outputs: Mapping[str, TensorSpec]
    shape: Shape
    counts: Counts
    kept: int = 0
    work: int = 0
    copies: int = 0

    @property
    def is_per_step(self) -> bool:
        """Some size is known only with the data: counts and memory are those of one step of it."""
        return not all(map(is_known, (*self.inputs, *(spec.shape for spec in self.outputs.values()))))

    @property
    def each(self) -> str:
        """What counts and memory are of, where not of a sample: behind a number."""
        return " a step" if self.is_per_step else ""

    @property
    def parameters(self) -> int:
        return self.counts.trainable + self.counts.fixed

    @cached_property
    def memory(self) -> int:
        """Bytes of its outputs for one sample, as float32."""
        return sum([size(spec.shape) for spec in self.outputs.values()]) * BYTES_PER_NUMBER


@dataclass(frozen=True)
class Wiring:
    """The document's graph, read once for everyone who asks.

    operators: by node id, None for a kind this version does not know. into: the wires into each node, in port order.
    order: ids so that every node comes after those it reads; nodes on or behind a circle are left out. uses: of blocks,
    by path; what is in them stands among the nodes. lenders, frozen: as of `Flat`.
    """

    document: Document
    nodes: Mapping[str, Node]
    operators: Mapping[str, Operator | None]
    into: Mapping[str, Sequence[Edge]]
    out_of: Mapping[str, Sequence[Edge]]
    order: Sequence[str]
    lenders: Mapping[str, str]
    frozen: Collection[str]
    uses: Mapping[str, Use]

    def called(self, id: str) -> str:
        """The node as messages name it, and the blocks that it lies in."""
        if not self.uses:
            return self.nodes[id].called
        within = [one.called for one in self.within(id)]
        return " in ".join([self.nodes[id].called, *reversed(within)])

    def within(self, id: str) -> list[Use]:
        """The uses of blocks that a node lies in, the outermost first."""
        if "/" not in id:
            return []
        ends = [place for place, one in enumerate(id) if one == "/"]
        return [use for end in ends if (use := self.uses.get(id[:end]))]

    def place(self, id: str) -> str:
        """The node's path without the numbers of times: the same for all times of a block."""
        place, start = "", 0
        for use in self.within(id):
            place, start = f"{place}{id[start : len(use.path)]}/", len(use.path) + 1
            if use.times > 1:
                start = id.index("/", start) + 1
        return place + id[start:]

    def layer_of(self, id: str) -> str:
        """The node that counts the weights that this one works with: itself, where they are its own."""
        return self.lenders.get(id, id)

    def into_port(self, id: str, port: str) -> tuple[Edge, ...]:
        return tuple(wire for wire in self.into[id] if wire.target_port == port)

    @cached_property
    def before(self) -> Mapping[str, Sequence[str]]:
        """The nodes that each node reads, one for each wire."""
        return {id: [source for source, *_ in edges] for id, edges in self.into.items()}

    @cached_property
    def graph(self) -> "nx.DiGraph[str]":
        """For what networkx answers."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.nodes)
        graph.add_edges_from((wire.source, wire.target) for wires in self.into.values() for wire in wires)
        return graph

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """Every node in an order of work, those on or behind a circle last."""
        return tuple(dict.fromkeys((*self.order, *self.nodes)))

    @cached_property
    def reads_data(self) -> bool:
        """Whether data were chosen; else this is an architecture."""
        return self.document.reads_data


def wiring(document: Document) -> Wiring:
    """The graph that the document stands for, blocks opened. A document's wires are in canonical order, so those into
    one port are in theirs."""
    return _wired(document, flat(document))


def drawn(document: Document) -> Wiring:
    """The graph as it is drawn, blocks closed."""
    return _wired(document, as_drawn(document))


def _wired(document: Document, opened: Flat) -> Wiring:
    nodes = opened.nodes
    into: dict[str, list[Edge]] = {id: [] for id in nodes}
    out_of: dict[str, list[Edge]] = {id: [] for id in nodes}
    for edge in opened.edges:
        into[edge.target].append(edge)
        out_of[edge.source].append(edge)
    return Wiring(
        document=document,
        nodes=nodes,
        operators=_operators(nodes),
        into=into,
        out_of=out_of,
        order=opened.order,
        lenders=opened.lenders,
        frozen=opened.frozen,
        uses=opened.uses,
    )


def _operators(nodes: Mapping[str, Node]) -> dict[str, Operator | None]:
    """Nodes of one kind with equal parameters have one operator, so what follows from it alone is worked out once."""
    equal: dict[Hashable, Operator | None] = {}
    same: dict[tuple[str, int], Operator | None] = {}  # times of a block have them in common
    found: dict[str, Operator | None] = {}
    for path, node in nodes.items():
        kind, params = node.kind, node.params
        if (kind, id(params)) not in same:
            key = (kind, *params, *params.values()) if kind in KINDS else kind
            if key not in equal:
                equal[key] = node.operator
            same[kind, id(params)] = equal[key]
        found[path] = same[kind, id(params)]
    return found


@dataclass(frozen=True, slots=True)
class Given:
    """What one of several inputs gives. port: on which, where the operator has several."""

    who: str
    shape: Shape
    port: str | None


class Misfit(Fault):
    """What comes into an operator has not the shape that it works on.

    Inputs that do not fit an operator. says, advises: its own words, with places for the facts that are given.
    gives: which of several inputs gives what, where the sentence ends in that.
    """

    code = "E_SHAPE"
    title = "Shapes that do not fit"
    remedy = (
        "See which axis differs. Padding, strides and pooling change rows and columns, filters and units "
        "change channels, and Flatten or Reshape makes other axes of them."
    )
    point = (
        "Shapes are the grammar of networks. Work one sum by hand, input less window, by stride, and one "
        "more, and most faults of this sort explain themselves."
    )
    see = ("operator.Conv2D", "operator.Flatten", "operator.Reshape")
    example = such_as(
        who="Convolution 'c3'",
        says="needs {what}; received {came}.",
        advises="A Reshape to (rows, columns, channels) makes an image of it.",
        given={"what": "an image of rows × columns × channels", "came": (64,)},
        gives=(),
    )
    who: str
    says: str
    advises: str
    given: Mapping[str, Any]
    gives: tuple[Given, ...]

    @property
    def message(self) -> str:
        return f"{self.who} {filled(self.says, self.given)}{_received(self.gives)}"

    @property
    def fix(self) -> str:
        return filled(self.advises, self.given)

    @property
    def facts(self) -> dict[str, Any]:
        return {"who": self.who, "says": self.says, **self.given} | (
            {"gives": [asdict(one) for one in self.gives]} if self.gives else {}
        )


class OtherNumbers(Misfit):
    """Amounts, whole numbers or text come where an operator takes another of these.

    Numbers of another kind than a port takes.
    """

    code = "E_NUMBERS"
    title = "Numbers of another kind"
    remedy = (
        "Put between them what turns one into the other: Text vectorization for words, Embedding for "
        "numbers that name something, Rescaling for whole numbers that are amounts."
    )
    point = (
        "A number that names something is no amount: word 7 is not seven times word 1. So names are "
        "looked up in a table of vectors, and are never added or weighed."
    )
    see = ("operator.Embedding", "operator.TextVectorization", "operator.Rescaling")
    example = such_as(
        who="Embedding 'words'",
        says="needs {wanted}; received {came}.",
        advises="Text vectorization makes whole numbers of words.",
        given={"wanted": "whole numbers", "came": "numbers"},
        gives=(),
    )


def _received(gives: Sequence[Given]) -> str:
    """As the end of a sentence: "; Convolution 'c2' gives 8 × 8 × 16 and Linear 'd' 64."."""
    told = [
        f"{one.who}{'' if place else ' gives'} {show(one.shape)}{f' on {one.port!r}' if one.port else ''}"
        for place, one in enumerate(gives if len(gives) <= _NAMED else gives[: _NAMED - 1])
    ]
    if len(gives) > len(told):
        told.append(f"{len(gives) - len(told):,} more")
    if not told:
        return ""
    return f"; {', '.join(told[:-1])} and {told[-1]}." if len(told) > 1 else f"; {told[0]}."


def infer(wired: Wiring, fields: Fields, broken: frozenset[str]) -> tuple[dict[str, Facts], list[Diagnostic]]:
    """Facts of every node that can be worked out, and a fault for each whose inputs do not fit.

    broken: ids that another check has found at fault. Nothing is said of them, nor of any node behind a broken one.
    """
    facts: dict[str, Facts] = {}
    faults: list[Diagnostic] = []
    alike: dict[Hashable, Facts] = {}
    for id in wired.order:
        operator = wired.operators[id]
        if operator is None or id in broken:
            continue
        edges = wired.into[id]
        known = [(port, facts[source].outputs[given]) for source, given, _, port in edges if source in facts]
        if len(known) < len(edges):
            continue
        alone = operator.overwrites() and len(wired.out_of[edges[0][0]]) == 1
        key = operator, alone, *known
        if key in alike:
            facts[id] = _in_network(wired, id, alike[key])
            continue
        inputs = Inputs.of(known)
        try:
            outputs = _held(operator.infer(inputs, fields))
        except ShapeFault as fault:
            without = _without_keeper(wired, id)
            one_too_many = fault.parameter is None and len(edges) == 1
            repairs = (*without, *fault.repairs) if one_too_many else (*fault.repairs, *without)
            if fault.code == "E_NUMBERS":
                repairs = _of_other_numbers(wired, id, operator)
            kind = next(kind for kind in (Misfit, OtherNumbers) if kind.code == fault.code)
            gives = _given(wired, id, fault.received)
            found = kind(who=wired.called(id), says=fault.message, advises=fault.fix, given=fault.facts, gives=gives)
            faults.append(replace(found, nodes=(id,), parameter=fault.parameter, repairs=repairs))
            continue
        shape = first_shape(outputs)
        kept = operator.kept(inputs, shape) - alone * size(shape)
        work, copies = operator.work(inputs, shape), operator.copies(inputs)
        alike[key] = Facts(inputs, outputs, shape, operator.counts(inputs, shape), kept, work, copies)
        facts[id] = _in_network(wired, id, alike[key])
    return facts, faults


def _in_network(wired: Wiring, id: str, facts: Facts) -> Facts:
    """What a node adds to the network: shared weights are counted where they are made, frozen ones are not trained."""
    counts = facts.counts
    if id in wired.lenders:
        return replace(facts, counts=Counts(multiply_adds=counts.multiply_adds))
    if id in wired.frozen:
        fixed = counts.fixed + counts.trainable
        return replace(facts, counts=Counts(fixed=fixed, multiply_adds=counts.multiply_adds))
    return facts


def first_shape(outputs: Mapping[str, TensorSpec]) -> Shape:
    for spec in outputs.values():
        return spec.shape
    return ()


def facts_of_uses(wired: Wiring, facts: Mapping[str, Facts]) -> dict[str, Facts]:
    """Of each use of a block what is known of it as a whole, by path: what comes in and out, and the sum of counts. A
    use in which something is not known has none."""
    sums: dict[str, Counts] = {}
    unknown: set[str] = set()
    for id in wired.nodes:
        for use in wired.within(id):
            if id in facts:
                sums[use.path] = sums.get(use.path, Counts()) + facts[id].counts
            else:
                unknown.add(use.path)

    def spec(at: Port | None) -> TensorSpec | None:
        return facts[at[0]].outputs.get(at[1]) if at and at[0] in facts else None

    found: dict[str, Facts] = {}
    for path, use in wired.uses.items():
        came = [(port, one) for port, at in use.inputs.items() if (one := spec(at))]
        given = {port: one for port, at in use.outputs.items() if (one := spec(at))}
        if path not in unknown:
            found[path] = Facts(Inputs.of(came), given, first_shape(given), sums.get(path, Counts()))
    return found


def _held(outputs: Mapping[str, TensorSpec]) -> Mapping[str, TensorSpec]:
    for spec in outputs.values():
        if len(spec.shape) > MOST_AXES:
            message = "gives {axes} axes, and {most} are the most."
            raise ShapeFault(message, "Take axes together by a Reshape.", axes=len(spec.shape), most=MOST_AXES)
        for axis in spec.shape:
            if axis is not None and axis > LONGEST:
                message = "gives an axis of {longest:,}, and none can reach 2^63, which is {most:,}."
                raise ShapeFault(message, "Make what comes in smaller.", longest=axis, most=LONGEST)
    return outputs


def _without_keeper(wired: Wiring, id: str) -> list[Repair]:
    """What stands before the node and only places values otherwise might better not stand there."""
    above = [wire.source for wire in wired.into[id]]
    return [TakeOut(source) for source in above if (operator := wired.operators[source]) and operator.keeps_values]


def _of_other_numbers(wired: Wiring, id: str, operator: Operator) -> tuple[Repair, ...]:
    """The Inputs before a node whose shape was typed in give what its first port takes; amounts are made of others."""
    takes = next(port.takes for port in operator.input_ports())
    wanted = next(one for one in Numbers if one in takes)
    typed = [wire.source for wire in wired.into[id] if wired.nodes[wire.source].params.get("numbers")]
    before = (PutBefore(RESCALING, {}, id),) if wanted is Numbers.FLOAT else ()
    return (*before, *(SetParameter("numbers", wanted.value, source) for source in typed))


def _given(wired: Wiring, id: str, shapes: Sequence[Shape]) -> tuple[Given, ...]:
    """Who gives which of several shapes."""
    operator = wired.operators[id]
    ports = len(operator.input_ports()) if operator else 1
    return tuple(
        Given(wired.called(wire.source), shape, wire.target_port if ports > 1 else None)
        for wire, shape in zip(wired.into[id], shapes, strict=False)
    )
