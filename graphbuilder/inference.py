"""The shapes and counts of every node, found without building anything.

The rules are the operators' own; contract tests hold them equal to Keras.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import networkx as nx

from graphbuilder.diagnostics import Diagnostic, error
from graphbuilder.document import Document, Node, Wire
from graphbuilder.fields import Fields
from graphbuilder.operators import Operator
from graphbuilder.operators.operator import Counts, ShapeFault
from graphbuilder.repair import Repair, TakeOut
from graphbuilder.shapes import LONGEST, Shape, is_known, show, size, whole
from graphbuilder.tensors import Inputs, TensorSpec

BYTES_PER_NUMBER = 4
"""Keras computes in float32."""

_NAMED = 8
"""Inputs that a sentence names one by one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one node whose inputs are in order. outputs: by output port."""

    inputs: Inputs
    outputs: Mapping[str, TensorSpec]
    counts: Counts

    @property
    def shape(self) -> Shape:
        """What the first output gives; of a Loss, which gives nothing on, one number."""
        return next((spec.shape for spec in self.outputs.values()), ())

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

    @property
    def memory(self) -> int:
        """Bytes of its outputs for one sample, as float32."""
        return sum(size(spec.shape) for spec in self.outputs.values()) * BYTES_PER_NUMBER


@dataclass(frozen=True)
class Wiring:
    """The document's graph, read once for everyone who asks.

    operators: by node id, None for a kind this version does not know. into: the wires into each node, in port order.
    order: ids so that every node comes after those it reads; nodes on or behind a circle are left out.
    """

    document: Document
    nodes: Mapping[str, Node]
    operators: Mapping[str, Operator | None]
    into: Mapping[str, tuple[Wire, ...]]
    out_of: Mapping[str, tuple[Wire, ...]]
    graph: "nx.DiGraph[str]"
    order: tuple[str, ...] = field(default=())

    def called(self, id: str) -> str:
        """The node as messages name it."""
        return self.nodes[id].called

    def into_port(self, id: str, port: str) -> tuple[Wire, ...]:
        return tuple(wire for wire in self.into[id] if wire.target_port == port)

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """Every node in an order of work, those on or behind a circle last."""
        return tuple(dict.fromkeys((*self.order, *self.nodes)))

    @cached_property
    def reads_data(self) -> bool:
        """Whether data were chosen; else this is an architecture."""
        return self.document.reads_data


def wiring(document: Document) -> Wiring:
    """The document as a graph. A document's wires are in canonical order, so those into one port are in theirs."""
    nodes = {node.id: node for node in document.nodes}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(nodes)
    into: dict[str, list[Wire]] = {id: [] for id in nodes}
    out_of: dict[str, list[Wire]] = {id: [] for id in nodes}
    for wire in document.wires:
        graph.add_edge(wire.source, wire.target)
        into[wire.target].append(wire)
        out_of[wire.source].append(wire)
    return Wiring(
        document=document,
        nodes=nodes,
        operators={id: node.operator for id, node in nodes.items()},
        into={id: tuple(wires) for id, wires in into.items()},
        out_of={id: tuple(wires) for id, wires in out_of.items()},
        graph=graph,
        order=tuple(_before_circles(graph)),
    )


def _before_circles(graph: "nx.DiGraph[str]") -> Iterable[str]:
    """Ids in an order of work (Kahn, 1962), as far as there is one; among equals, in the order they were made."""
    waiting = dict(graph.in_degree())
    ready = [id for id, degree in waiting.items() if degree == 0]
    for id in ready:
        yield id
        for follower in graph.successors(id):
            waiting[follower] -= 1
            if waiting[follower] == 0:
                ready.append(follower)


def infer(wired: Wiring, fields: Fields, broken: frozenset[str]) -> tuple[dict[str, Facts], list[Diagnostic]]:
    """Facts of every node that can be worked out, and a fault for each whose inputs do not fit.

    broken: ids that another check has found at fault. Nothing is said of them, nor of any node behind a broken one.
    """
    facts: dict[str, Facts] = {}
    faults: list[Diagnostic] = []
    for id in wired.order:
        operator = wired.operators[id]
        if operator is None or id in broken:
            continue
        sources = [(wire, facts.get(wire.source)) for wire in wired.into[id]]
        known = [(wire.target_port, one.outputs[wire.source_port]) for wire, one in sources if one is not None]
        if len(known) < len(sources):
            continue
        inputs = Inputs.of(known)
        try:
            outputs = _held(operator.infer(inputs, fields))
        except ShapeFault as fault:
            message = f"{wired.called(id)} {fault.message}{_received(wired, id, fault.received)}"
            without = _without_keeper(wired, id)
            one_too_many = fault.parameter is None and len(sources) == 1
            repairs = (*without, *fault.repairs) if one_too_many else (*fault.repairs, *without)
            faults.append(error(fault.code, message, fault.fix, id, parameter=fault.parameter, repairs=repairs))
            continue
        first = next((spec.shape for spec in outputs.values()), ())
        facts[id] = Facts(inputs, outputs, operator.counts(inputs, first))
    return facts, faults


def _held(outputs: Mapping[str, TensorSpec]) -> Mapping[str, TensorSpec]:
    longest = max((axis or 0 for spec in outputs.values() for axis in spec.shape), default=0)
    if longest > LONGEST:
        message = f"gives an axis of {whole(longest)}, and none can reach 2^63, which is {whole(LONGEST)}."
        raise ShapeFault(message, "Make what comes in smaller.")
    return outputs


def _without_keeper(wired: Wiring, id: str) -> list[Repair]:
    """What stands before the node and only places values otherwise might better not stand there."""
    above = [wire.source for wire in wired.into[id]]
    return [TakeOut(source) for source in above if (operator := wired.operators[source]) and operator.keeps_values]


def _received(wired: Wiring, id: str, shapes: Iterable[Shape]) -> str:
    """Who gives which of several shapes: "; Convolution 'c2' gives 8 × 8 × 16 and Linear 'd' 64."."""
    operator = wired.operators[id]
    ports = len(operator.input_ports()) if operator else 1
    told = [*zip(wired.into[id], shapes, strict=False)]
    given: list[str] = []
    for wire, shape in told if len(told) <= _NAMED else told[: _NAMED - 1]:
        verb = "" if given else " gives"
        port = f" on {wire.target_port!r}" if ports > 1 else ""
        given.append(f"{wired.called(wire.source)}{verb} {show(shape)}{port}")
    if len(told) > len(given):
        given.append(f"{len(told) - len(given):,} more")
    if not given:
        return ""
    return f"; {', '.join(given[:-1])} and {given[-1]}." if len(given) > 1 else f"; {given[0]}."
