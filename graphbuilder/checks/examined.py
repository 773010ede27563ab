"""What a check is given to look at."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from graphbuilder.datasets import SOURCES
from graphbuilder.fields import Fields
from graphbuilder.inference import Facts, Wiring
from graphbuilder.operators import Operator
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.operator import EVERYTHING, Span
from graphbuilder.parameters import Declared, Params
from graphbuilder.training.settings import Split

Kind = TypeVar("Kind", bound=Operator)

MOST_KEPT = 0.9
"""Share of the rows that may be kept from training."""


def _unfit(declared: type[Declared], params: Params) -> bool:
    return any(parameter.fault(params[name]) for name, parameter in declared.parameters.items())


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
    def rows(self) -> int | None:
        """How many rows there are to train on; None where data or split are not right."""
        document = self.wired.document
        source, split = SOURCES.get(document.data.name), document.data.split
        options = document.data.options
        if source is None or _unfit(source, options) or _unfit(Split, split):
            return None
        if split["validation"] + split["test"] > MOST_KEPT:
            return None
        return source(options).rows_to_train_on(split["validation"], split["test"])

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
        return self._past(id, lambda _, operator: operator.keeps_values)

    def past_linear(self, id: str) -> str | None:
        """The same past all that bends nothing and learns nothing."""
        return self._past(id, lambda one, operator: operator.is_linear or self._without_weights(one, ("linear",)))

    def _past(self, id: str, passes: Callable[[str, Operator], bool]) -> str | None:
        above = self.before(id)
        passed: set[str] = set()
        while len(above) == 1 and above[0] not in passed:
            passed.add(above[0])
            operator = self.wired.operators[above[0]]
            if operator is None or not passes(above[0], operator):
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
        return self._followed(self._keeps_range)

    def _followed(self, passes: Callable[[str, Operator], bool]) -> dict[str, dict[str | None, str]]:
        found: dict[str, dict[str | None, str]] = {}
        for id in self._known:
            operator = self.wired.operators[id]
            if operator and passes(id, operator):
                found[id] = {}
                for source in self.before(id):
                    found[id] = {**found.get(source, {}), **found[id]}
            elif operator:
                found[id] = {operator.activation_name(): id}
        return found

    @cached_property
    def leads_to_loss(self) -> frozenset[str]:
        """Losses, and the nodes whose values come to Losses alone, with nothing between but what keeps their range; the
        ends of an architecture without any Loss stand for them."""
        return self._leads_to_loss(self._keeps_range, ends=not any(self.every(Loss)))

    @cached_property
    def placed_for_loss(self) -> frozenset[str]:
        """The same with nothing between but what places values otherwise."""
        return self._leads_to_loss(lambda _, operator: operator.keeps_values)

    @cached_property
    def unweighed(self) -> frozenset[str]:
        """The same with no kernel between."""
        return self._leads_to_loss(lambda id, one: self._has_no_kernel(id))

    @cached_property
    def summed_for_loss(self) -> frozenset[str]:
        """The same of Losses that read what comes as it is, with nothing between but sums and multiples."""
        return self._leads_to_loss(
            lambda id, one: self._keeps_range(id, one) or one.is_linear or one.sums_inputs,
            reads=lambda loss: not loss.on_logits,
        )

    def _leads_to_loss(
        self,
        keeps: Callable[[str, Operator], bool],
        ends: bool = False,
        reads: Callable[[Loss], bool] = lambda _: True,
    ) -> frozenset[str]:
        """ends: what leads nowhere stands for a Loss. reads: of which Losses."""
        found: set[str] = set()
        for id in reversed(self.wired.order):
            operator, out = self.wired.operators[id], self.wired.out_of[id]
            kept = operator and keeps(id, operator) and (out or ends) and all(wire.target in found for wire in out)
            if (isinstance(operator, Loss) and reads(operator)) or kept:
                found.add(id)
        return frozenset(found)

    @property
    def _known(self) -> Iterator[str]:
        return (id for id in self.wired.order if id in self.facts)

    def _keeps_range(self, id: str, operator: Operator) -> bool:
        """As the operator says; also an activation by itself that is linear, or keeps what is never below zero."""
        if operator.keeps_range or self._without_weights(id, ("linear",)):
            return True
        positive = operator.keeps_positive or self._without_weights(id, ("relu",))
        return positive and all(self.reach.get(source, EVERYTHING)[0] >= 0 for source in self.before(id))

    def _without_weights(self, id: str, activations: Collection[str]) -> bool:
        """The node is one of these activations by itself."""
        operator, facts = self.wired.operators[id], self.facts.get(id)
        return bool(operator and facts and not facts.parameters and operator.activation_name() in activations)

    @cached_property
    def origins(self) -> Mapping[str, Mapping[str | None, str]]:
        """As `makers`, and past all that has no kernel, but softmax and sigmoid: which of these, or which operator
        with a kernel, made what is only stretched, moved, added or bent before this."""
        themselves = ("softmax", "sigmoid")
        return self._followed(
            lambda id, one: self._has_no_kernel(id) and bool(one.inputs) and one.activation_name() not in themselves
        )

    @cached_property
    def sums(self) -> Mapping[str, Mapping[str | None, str]]:
        """As `makers`, and past sums and multiples."""
        return self._followed(lambda id, one: self._keeps_range(id, one) or one.is_linear or one.sums_inputs)

    @cached_property
    def softmaxed_logits(self) -> Mapping[str, str]:
        """Losses that apply softmax themselves to what softmax made already, and who applied it: however that was
        stretched, moved or bent, shares are all that the loss gets to see."""
        found: dict[str, str] = {}
        for id, loss in self.every(Loss):
            origins = self.origins.get(self.before(id)[0], {}) if id in self.facts else {}
            if loss.on_logits and {*origins} == {"softmax"}:
                found[id] = origins["softmax"]
        return found

    def _has_no_kernel(self, id: str) -> bool:
        return id in self.facts and not self.facts[id].counts.multiply_adds
