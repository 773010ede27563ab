"""Whether the wires make a network: circles, loose ends, inputs that are missing or too many."""

from collections import Counter
from collections.abc import Iterator, Mapping

import networkx as nx

from graphbuilder.checks import loss_remedies, remedies, rewiring
from graphbuilder.checks.examined import Examined
from graphbuilder.diagnostics import Diagnostic, Fault, Need, such_as
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.placeholder import Placeholder
from graphbuilder.repair import TakeOut

_HELPED = 50
"""Faults of one sort that candidates are named for: nobody reads more, and each takes its time."""
_NAMED = 12
"""Nodes that a sentence names one by one."""


class UnknownOperator(Fault):
    """The file names an operator that this version does not know; the node is kept as it is."""

    code = "E_UNKNOWN_OPERATOR"
    title = "An operator that is not known"
    remedy = "Put a known operator in its place, or open the file with a newer version."
    point = (
        "A format is a promise about names. A program that drops what it does not understand destroys "
        "what a newer one could read."
    )
    example = such_as(who="Mixture 'm1'")
    who: str
    fix = "Put a known one in its place, or use a newer version."

    @property
    def message(self) -> str:
        return f"{self.who} is an operator that this version does not know."


def unknown_operators(examined: Examined) -> Iterator[Diagnostic]:
    for id, operator in examined.wired.operators.items():
        if operator is None:
            yield UnknownOperator(who=examined.called(id), nodes=(id,), repairs=(TakeOut(id),))


class UnknownLayer(Fault):
    """A placeholder stands for a layer of an imported model that is not known here. What is around it was imported.

    stands_for: the layer's own class, empty where that is not known either. missing: what is not known of it.
    has_shape: the shape of what it gives is.
    """

    code = "E_PLACEHOLDER"
    title = "A layer that is not known"
    remedy = "Put operators that do its work in its place; until then type in the shape of what it gives."
    point = (
        "A model file names its layers and does not hold them: what a layer of somebody's own does is written in "
        "their program alone."
    )
    example = such_as(who="Placeholder 'attention_pool'", stands_for="AttentionPool", missing="", has_shape=False)
    who: str
    stands_for: str
    missing: str
    has_shape: bool

    @property
    def message(self) -> str:
        what = f"the layer {self.stands_for!r}" if self.stands_for else "a layer"
        why = f": {self.missing}." if self.missing else ", which is not known here."
        return f"{self.who} stands for {what}{why}"

    @property
    def fix(self) -> str:
        shape = "" if self.has_shape else " Its shape, typed in, lets what follows be checked."
        return f"Put operators that do its work in its place.{shape}"


def shapeless_placeholders(examined: Examined) -> Iterator[Diagnostic]:
    return _placeholders(examined, has_shape=False)


def placeholders(examined: Examined) -> Iterator[Diagnostic]:
    return _placeholders(examined, has_shape=True)


def _placeholders(examined: Examined, has_shape: bool) -> Iterator[Diagnostic]:
    """No repair of E_PLACEHOLDER: what its layer did, nobody can guess."""
    for id, one in examined.wired.operators.items():
        if isinstance(one, Placeholder) and (one.shape is not None) == has_shape:
            yield UnknownLayer(
                who=examined.called(id),
                stands_for=one.stands_for,
                missing=one.missing.rstrip("."),
                has_shape=has_shape,
                nodes=(id,),
            )


class Circle(Fault):
    """Wires lead in a circle. A network is worked through from its inputs on, so no value may come back to where
    it was made.

    way: the names of its nodes.
    """

    code = "E_CYCLE"
    title = "Wires in a circle"
    remedy = "Cut one of its wires, usually the one that leads back to an earlier operator."
    point = (
        "A value that depends on itself has no first step. Recurrent layers get round it by time: what "
        "they read of themselves is from the step before."
    )
    see = ("operator.LSTM", "idea.backpropagation")
    example = such_as(way=("Linear 'd1'", "Add 'sum'", "Linear 'd2'"))
    way: tuple[str, ...]
    fix = "Cut one of these wires."

    @property
    def message(self) -> str:
        return f"The wires lead in a circle: {' → '.join(_some([*self.way, self.way[0]]))}."


def circles(examined: Examined) -> Iterator[Diagnostic]:
    """One circle is named for each knot of nodes; mending it may show another."""
    wired = examined.wired
    if len(wired.order) == len(wired.nodes):
        return
    graph, places = wired.graph, {id: place for place, id in enumerate(wired.nodes)}
    for knot in nx.strongly_connected_components(graph):
        if len(knot) == 1 and not graph.has_edge(*list(knot) * 2):
            continue
        way = _way_around(graph, knot, min(knot, key=places.__getitem__))
        named = tuple(map(examined.called, way))
        yield Circle(way=named, nodes=tuple(way), repairs=rewiring.of_circle(examined, way))


def _some(names: list[str]) -> list[str]:
    """Of many names the first and the last."""
    more = len(names) - _NAMED
    return [*names[: _NAMED // 2], f"{more:,} more", *names[-_NAMED // 2 :]] if more > 1 else names


def _way_around(graph: "nx.DiGraph[str]", knot: set[str], first: str) -> list[str]:
    """The nodes of the shortest way from `first` back to itself."""
    before = {first: first}
    for id in (ahead := [first]):  # grows
        for reader in graph.successors(id):
            if reader == first:
                way = [id]
                while way[-1] != first:
                    way.append(before[way[-1]])
                return way[::-1]
            if reader in knot and reader not in before:
                before[reader] = id
                ahead.append(reader)
    raise AssertionError("a knot leads back")


MOST_IN_A_ROW = 900
"""Operators. Keras calls itself for each when it builds a model, and Python ends that at 1,000; some calls stand before
it, in a notebook about fifty."""


class TooDeep(Fault):
    """More operators stand in a row than Keras can build: it goes back from the outputs by calls within calls, where
    branches meet along the first of them, and what was met on it is not gone through again.

    place: of the first operator that is too many, counted from the Inputs.
    """

    code = "E_TOO_DEEP"
    title = "Too many operators in a row"
    remedy = "Make the network less deep: wider layers in fewer rows, or branches side by side."
    point = (
        "Depth alone stops helping long before. The first residual network of 1,202 layers did worse on "
        "its test images than one of 110."
    )
    see = ("idea.vanishing_gradient", "operator.Add")
    example = such_as(who="Linear 'd901'", place=901, most=900)
    who: str
    place: int
    most: int
    fix = "Make the network less deep."

    @property
    def message(self) -> str:
        return f"{self.who} is number {self.place} in a row, and Keras builds at most {self.most}."


def too_deep(examined: Examined) -> Iterator[Diagnostic]:
    """No repair of E_TOO_DEEP: which operators to leave out, nobody can guess."""
    depth: dict[str, int] = {}
    for id in examined.wired.order if len(examined.wired.order) > MOST_IN_A_ROW else ():
        if examined.wired.nodes[id].kind != Loss.kind:
            depth[id] = 1 + max([depth[source] for source in examined.before(id)], default=0)
    if max(depth.values(), default=0) > MOST_IN_A_ROW and (row := _too_many_calls(examined, depth)):
        at = row[MOST_IN_A_ROW]
        yield TooDeep(who=examined.called(at), place=MOST_IN_A_ROW + 1, most=MOST_IN_A_ROW, nodes=(at,))


def _too_many_calls(examined: Examined, depth: Mapping[str, int]) -> list[str]:
    """The first row of more than MOST_IN_A_ROW that Keras goes back along, from an Input on; empty where there is none.
    depth: of every node. The deepest outputs come first: from them the way is longest."""
    met: set[str] = set()
    ends = [id for id in depth if all(wire.target not in depth for wire in examined.wired.out_of[id])]
    for end in sorted(ends, key=lambda id: -depth[id]):
        met.add(end)
        row, ahead = [end], [iter(examined.before(end))]
        while row:
            source = next((one for one in ahead[-1] if one not in met), None)
            if source is not None:
                met.add(source)
                row.append(source)
                ahead.append(iter(examined.before(source)))
            elif len(row) > MOST_IN_A_ROW:
                return row[::-1]
            else:
                row.pop()
                ahead.pop()
    return []


class TooManyWires(Fault):
    """Several wires come to an input that takes one.

    port: named where the operator has several, here and in what follows.
    """

    code = "E_INPUTS"
    title = "Wires on an input"
    remedy = (
        "Wire an output to each input that needs one. Where several values belong together, let Add or "
        "Concatenate make one of them."
    )
    point = (
        "A layer is a function, and each of its arguments is given once. Whether two values are added or "
        "set side by side makes two different networks, so somebody has to say it."
    )
    see = ("operator.Add", "operator.Concatenate")
    example = such_as(who="Linear 'd1'", wires=2)
    who: str
    wires: int
    port: str | None = None
    fix = "Let Add or Concatenate bring them together."

    @property
    def message(self) -> str:
        return f"{self.who} takes one wire on its input{_at(self.port)}; received {self.wires}."


class NoWire(Fault):
    """Nothing comes to an input that needs something."""

    code = "E_INPUTS"
    example = such_as(who="Linear 'd1'")
    unfinished = True
    who: str
    ports: tuple[str, ...] = ()
    fix = "Wire an output to it, or delete it."

    @property
    def message(self) -> str:
        named = " and ".join(map(repr, self.ports))
        inputs = f"inputs {named}" if len(self.ports) > 1 else f"input {named}" if named else "input"
        return f"{self.who} has nothing on its {inputs}."


class TooFewWires(Fault):
    """An operator that brings branches together has too few of them."""

    code = "E_INPUTS"
    example = such_as(who="Add 'sum'", least=2, wires=1)
    unfinished = True
    who: str
    least: int
    wires: int
    port: str | None = None
    fix = "Wire another branch to it, or delete it."

    @property
    def message(self) -> str:
        on = f" on{_at(self.port)}" if self.port else ""
        return f"{self.who} needs at least {self.least} inputs{on}; received {self.wires}."


def _at(port: str | None) -> str:
    return f" {port!r}" if port else ""


def wrong_number_of_inputs(examined: Examined) -> Iterator[Diagnostic]:
    """An input port has no wire, more than it takes, or fewer than it needs."""
    fed = any(examined.every(Input))  # else all hangs loose for one reason, which `no_input` names
    helped = 0
    for id, operator in examined.wired.operators.items():
        ports, wired = operator.input_ports() if operator else (), examined.wired.into[id]
        if len(ports) == 1 and ports[0].least == 1 and len(wired) == 1 and wired[0].target_port == ports[0].name:
            continue
        came = Counter(wire.target_port for wire in wired)
        empty = [port.name for port in ports if port.least and not came[port.name]]
        who = examined.called(id)
        if empty and fed:
            helped += 1
            repairs = rewiring.of_no_wire(examined, id) if helped <= _HELPED else ()
            yield NoWire(who=who, ports=tuple(empty) if len(ports) > 1 else (), nodes=(id,), repairs=repairs)
        for port in ports:
            wires, at = came[port.name], port.name if len(ports) > 1 else None
            if wires > 1 and not port.many:
                repairs = rewiring.of_too_many_wires(
                    examined, id, [wire.source for wire in wired if wire.target_port == port.name]
                )
                yield TooManyWires(who=who, wires=wires, port=at, nodes=(id,), repairs=repairs)
            elif 0 < wires < port.least:
                repairs = rewiring.of_too_few_wires(examined, id)
                yield TooFewWires(who=who, least=port.least, wires=wires, port=at, nodes=(id,), repairs=repairs)


class NoInput(Fault):
    """A network needs an Input, where samples enter."""

    code = "E_NO_INPUT"
    title = "No Input"
    remedy = "Add an Input, let it take a field of the data or type its shape in, and wire it to the first operator."
    point = (
        "Every shape of a network follows from that of one sample. Without it not even the number of weights is known."
    )
    see = ("operator.Input",)
    example = such_as()
    unfinished = True
    message = "The network has no Input."
    fix = "Add one, and wire it to the first operator."


def no_input(examined: Examined) -> Iterator[Diagnostic]:
    if not any(examined.every(Input)):
        unfed = [id for id, operator in examined.wired.operators.items() if operator and not examined.wired.into[id]]
        yield NoInput(nodes=tuple(unfed), repairs=remedies.new_input(examined, unfed))


class NoLoss(Need):
    """Training needs a Loss, which says what is to be learned. Without any, a network is an architecture: it
    gives code and pictures, and its ends are its outputs."""

    code = "E_NO_LOSS"
    title = "No Loss"
    remedy = "Add a Loss, wire the last operator to it, and choose what it compares with."
    point = (
        "A network computes whatever its weights say. Only a loss makes a number of 'better', and a slope to go down."
    )
    see = ("operator.Loss", "idea.gradient_descent")
    example = such_as()
    needs = "a Loss"
    fix = "Add one, and wire the last operator to it."


def no_loss(examined: Examined) -> Iterator[Diagnostic]:
    if not any(examined.every(Loss)):
        yield NoLoss(repairs=loss_remedies.new_loss(examined))


class LooseEnd(Fault):
    """An output leads nowhere, so the node would not be part of the network that is trained. Without any Loss
    such ends are the outputs of the architecture."""

    code = "E_LOOSE_END"
    title = "An end that leads nowhere"
    remedy = "Wire it on, in the end to a Loss, or delete it."
    point = (
        "No gradient comes back from an end that no loss reads: the weights behind it would stay as they were drawn."
    )
    see = ("idea.backpropagation", "operator.Loss")
    example = such_as(who="Linear 'd2'")
    unfinished = True
    who: str
    fix = "Wire it on, in the end to a Loss, or delete it."

    @property
    def message(self) -> str:
        return f"The output of {self.who} leads nowhere."


def loose_ends(examined: Examined) -> Iterator[Diagnostic]:
    if not any(examined.every(Loss)):
        return
    helped = 0
    for id, operator in examined.wired.operators.items():
        if operator and operator.output_ports() and not examined.wired.out_of[id] and id not in examined.broken:
            helped += 1
            repairs = rewiring.of_loose_end(examined, id) if helped <= _HELPED else ()
            yield LooseEnd(who=examined.called(id), nodes=(id,), repairs=repairs)
