"""What a check is given to look at."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from graphbuilder.fields import Fields
from graphbuilder.inference import Facts, Wiring
from graphbuilder.operators import Operator
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.operator import EVERYTHING, Span

Kind = TypeVar("Kind", bound=Operator)


@dataclass(frozen=True)
class Examined:
    """A document under examination. facts: of the nodes whose shape is known. broken: ids already found at fault."""

    wired: Wiring
    fields: Fields
    facts: Mapping[str, Facts]
    broken: frozenset[str] = frozenset()

    def called(self, id: str) -> str:
        return self.wired.called(id)

    def every(self, kind: type[Kind]) -> Iterator[tuple[str, Kind]]:
        """Each node of one operator, with its id."""
        for id, operator in self.wired.operators.items():
            if isinstance(operator, kind):
                yield id, operator

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """Nodes whose output leads nowhere, in an order of work; Inputs come last."""
        wired = self.wired
        order = dict.fromkeys((*wired.order, *wired.nodes))
        ends = [id for id in order if (one := wired.operators[id]) and one.outputs and not wired.out_of[id]]
        return tuple(sorted(ends, key=lambda id: not wired.into[id]))

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        """Nodes with fewer wires than their input needs."""
        wired = self.wired
        named = ((id, one) for id, one in wired.operators.items() if one and one.inputs)
        return tuple(id for id, one in named if len(wired.into[id]) < one.inputs[0].least)

    @cached_property
    def entered(self) -> tuple[str, ...]:
        """Fields that an Input takes."""
        return tuple(operator.field for _, operator in self.every(Input) if operator.field)

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """Fields that a Loss compares with."""
        return tuple(operator.target for _, operator in self.every(Loss) if operator.target)

    @cached_property
    def entrances(self) -> tuple[str, ...]:
        """The Inputs."""
        return tuple(id for id, _ in self.every(Input))

    def before(self, id: str) -> list[str]:
        """The nodes that a node reads."""
        return [wire.source for wire in self.wired.into[id]]

    def past_keepers(self, id: str) -> str | None:
        """From a node with one input up past operators that only place values otherwise: who made the values.

        None where nothing, or several nodes, stand there.
        """
        above = self.before(id)
        passed: set[str] = set()
        while len(above) == 1 and above[0] not in passed:
            passed.add(above[0])
            operator = self.wired.operators[above[0]]
            if operator is None or not operator.keeps_values:
                return above[0]
            above = self.before(above[0])
        return None

    @cached_property
    def reach(self) -> Mapping[str, Span]:
        """Between which values those of each node lie when the network is used; of the nodes whose shape is known."""
        found: dict[str, Span] = {}
        for id in self._known:
            operator = self.wired.operators[id]
            if isinstance(operator, Input):
                field = self.fields.get(operator.field)
                found[id] = (field.low, field.high) if field else EVERYTHING
            elif operator:
                found[id] = operator.reach([found.get(source, EVERYTHING) for source in self.before(id)])
        return found

    @cached_property
    def makers(self) -> Mapping[str, Mapping[str | None, str]]:
        """For each node who made the values that it gives, past all that only places, averages or picks them: by the
        activation that they went through last, one node each; None stands for an operator that has no activation."""
        found: dict[str, dict[str | None, str]] = {}
        for id in self._known:
            operator = self.wired.operators[id]
            if operator and self._keeps_range(id, operator):
                found[id] = {}
                for source in self.before(id):
                    found[id] = {**found.get(source, {}), **found[id]}
            elif operator:
                found[id] = {operator.activation_name(): id}
        return found

    @cached_property
    def leads_to_loss(self) -> frozenset[str]:
        """Losses, and the nodes whose values come to Losses alone, with nothing between but what keeps their range."""
        return self._leads_to_loss(self._keeps_range)

    @cached_property
    def placed_for_loss(self) -> frozenset[str]:
        """The same with nothing between but what places values otherwise."""
        return self._leads_to_loss(lambda _, operator: operator.keeps_values)

    def _leads_to_loss(self, keeps: Callable[[str, Operator], bool]) -> frozenset[str]:
        found: set[str] = set()
        for id in reversed(self.wired.order):
            operator, out = self.wired.operators[id], self.wired.out_of[id]
            kept = operator and keeps(id, operator) and out and all(wire.target in found for wire in out)
            if isinstance(operator, Loss) or kept:
                found.add(id)
        return frozenset(found)

    @property
    def _known(self) -> Iterator[str]:
        return (id for id in self.wired.order if id in self.facts)

    def _keeps_range(self, id: str, operator: Operator) -> bool:
        """As the operator says; also an activation by itself that is linear, or a ReLU of what is never below zero."""
        name, facts = operator.activation_name(), self.facts.get(id)
        if operator.keeps_range or facts is None or facts.counts.trainable or name not in ("linear", "relu"):
            return operator.keeps_range
        return name == "linear" or all(self.reach[source][0] >= 0 for source in self.before(id))
