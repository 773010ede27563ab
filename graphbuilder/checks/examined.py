"""What a check is given to look at."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.blocks import Edge
from graphbuilder.document import Node
from graphbuilder.fields import Fields
from graphbuilder.inference import Facts, Wiring
from graphbuilder.operators import Operator
from graphbuilder.operators.data import Input
from graphbuilder.operators.fitting import is_picture
from graphbuilder.operators.loss import Loss
from graphbuilder.operators.operator import EVERYTHING, Span
from graphbuilder.parameters import Declared, Params
from graphbuilder.settings import Split

Kind = TypeVar("Kind", bound=Operator)

MOST_KEPT = 0.9
"""Share of the rows that may be kept from training."""

Ids = dict[str, None]
"""Nodes in an order, each found at once."""

_SOFTMAXES = 16
_NOTHING, _LOSS, _WEIGHTS, _SUM, _RELU = (
    frozenset[str](), frozenset({"loss"}), frozenset({"weights"}), frozenset({"sum"}), frozenset({"relu"}),
)  # fmt: skip


def _unfit(declared: type[Declared], params: Params) -> bool:
    return any(parameter.fault(params[name]) for name, parameter in declared.parameters.items())


def _sized_by(operator: Operator | None) -> str | None:
    return next((name for name in ("units", "filters") if operator and name in operator.parameters), None)


@dataclass(frozen=True)
class Examined:
    """A document under examination. facts: of the nodes whose shape is known. broken: ids already found at fault.
    drawn: nodes as they stand on the canvas, with blocks closed."""

    wired: Wiring
    fields: Fields
    facts: Mapping[str, Facts]
    broken: frozenset[str] = frozenset()
    drawn: tuple[Node, ...] = ()

    def called(self, id: str) -> str:
        return self.wired.called(id)

    def every(self, kind: type[Kind]) -> Iterator[tuple[str, Kind]]:
        """Each node of one operator, with its id."""
        return self.where(lambda operator: isinstance(operator, kind))  # type: ignore[return-value]

    def where(self, holds: Callable[[Operator], object]) -> Iterator[tuple[str, Operator]]:
        """Each node of whose operator this holds, which is asked once of operators that are equal."""
        held = {operator for operator in self._operators if holds(operator)}
        for id, operator in self.wired.operators.items() if held else ():
            if operator in held:
                yield id, operator

    @cached_property
    def _operators(self) -> frozenset[Operator]:
        """Of equal ones one."""
        return frozenset(operator for operator in {*self.wired.operators.values()} if operator)

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """Nodes whose output leads nowhere, in an order of work; Inputs come last."""
        wired = self.wired
        ends = [
            id for id in wired.listed if (one := wired.operators[id]) and one.output_ports() and not wired.out_of[id]
        ]
        return tuple(sorted(ends, key=lambda id: not wired.into[id]))

    @cached_property
    def lacking(self) -> Ids:
        """Nodes with fewer wires than one of their inputs needs."""
        wired = self.wired
        return {
            id: None
            for id, one in wired.operators.items()
            if one and any(len(wired.into_port(id, port.name)) < port.least for port in one.input_ports())
        }

    @cached_property
    def loose(self) -> Ids:
        """Ends that lack an input too."""
        return {id: None for id in self.ends if id in self.lacking}

    @cached_property
    def fed(self) -> Ids:
        """Ends that lack none."""
        return {id: None for id in self.ends if id not in self.lacking}

    @cached_property
    def entered(self) -> frozenset[str]:
        """Fields that an Input takes."""
        return frozenset(operator.field for _, operator in self.every(Input) if operator.field)

    @cached_property
    def compared(self) -> frozenset[str]:
        """Fields that a Loss compares with."""
        return frozenset(operator.target for _, operator in self.every(Loss) if operator.target)

    @cached_property
    def rows(self) -> int | None:
        """How many rows there are to train on; None where data or split are not right."""
        return self._parts and self._parts[0]

    @cached_property
    def rows_at_once(self) -> int | None:
        """The most rows that a batch can have, of those to train on or to validate with; None as for `rows`."""
        return self._parts and max(self._parts)

    @cached_property
    def _parts(self) -> tuple[int, int] | None:
        """How many rows there are to train on and to validate with."""
        document = self.wired.document
        data, split = document.data.source, document.data.split
        if data is None or _unfit(type(data), data.params) or _unfit(Split, split):
            return None
        if split["validation"] + split["test"] > MOST_KEPT:
            return None
        return data.parts(split)

    @cached_property
    def entrances(self) -> tuple[str, ...]:
        """The Inputs."""
        return tuple(id for id, _ in self.every(Input))

    @cached_property
    def losses(self) -> tuple[str, ...]:
        """The Losses."""
        return tuple(id for id, _ in self.every(Loss))

    def before(self, id: str) -> Sequence[str]:
        """The nodes that a node reads."""
        return self.wired.before[id]

    @cached_property
    def past_keepers(self) -> Mapping[str, str]:
        """Who made the values that come to a node with one input, past operators that only place values otherwise."""
        return self._above(lambda _, operator: not operator.keeps_values)

    @cached_property
    def past_linear(self) -> Mapping[str, str]:
        """The same past all that bends nothing and learns nothing."""
        return self._above(lambda id, one: not one.is_linear and self._alone(id, one) != "linear")

    @cached_property
    def last_weighed(self) -> Mapping[str, str]:
        """The last operator with a kernel in the row before a node."""
        return self._above(lambda id, _: id in self.facts and not self._has_no_kernel(id))

    @cached_property
    def last_sized(self) -> Mapping[str, tuple[str, str]]:
        """The last operator in the row before a node that says how many values there are, and by which parameter, past
        those that leave their count."""

        def changes(id: str) -> bool:
            facts = self.facts.get(id)
            return bool(facts and facts.inputs and facts.inputs[0][-1:] != facts.shape[-1:])

        last = self._above(lambda id, one: bool(_sized_by(one)) or changes(id))
        named = ((id, above, _sized_by(self.wired.operators[above])) for id, above in last.items())
        return {id: (above, name) for id, above, name in named if name}

    @cached_property
    def first_on_channels(self) -> Mapping[str, str]:
        """Of the operators in the row before a node, the first that weighs the channels of each place of an
        image or a volume alone."""
        found: dict[str, str] = {}
        for id, above in self._rows:
            operator, facts = self.wired.operators[above], self.facts.get(above)
            if above in found:
                found[id] = found[above]
            elif operator and operator.weighs_last_axis and facts and is_picture(facts.inputs[0]):
                found[id] = above
        return found

    @cached_property
    def read_early(self) -> Mapping[str, Edge]:
        """For each node the first wire of a Loss that reads what lies before the node."""
        first: dict[str, tuple[int, Edge]] = {}
        wires = [wire for loss in self.losses for wire in self.wired.into[loss]]
        for place, wire in enumerate(wires):
            first.setdefault(wire.source, (place, wire))
        found: dict[str, tuple[int, Edge]] = {}
        for id in self.wired.order:
            met = [at[one] for one in self.before(id) for at in (first, found) if one in at]
            if met:
                found[id] = min(met, key=lambda one: one[0])
        return {id: wire for id, (_, wire) in found.items()}

    @property
    def _rows(self) -> Iterator[tuple[str, str]]:
        """Each node with one wire into it, and the node that it reads, in an order of work."""
        return ((id, wires[0].source) for id in self.wired.order if len(wires := self.wired.into[id]) == 1)

    def _above(self, holds: Callable[[str, Operator], bool]) -> dict[str, str]:
        """For each node the nearest in the row before it of which this holds; one that is not known ends the row."""
        found: dict[str, str] = {}
        for id, above in self._rows:
            operator = self.wired.operators[above]
            if operator is None or holds(above, operator):
                found[id] = above
            elif above in found:
                found[id] = found[above]
        return found

    @cached_property
    def softmaxes(self) -> Mapping[str, Ids]:
        """The softmaxes that made what comes to a node, with no kernel between: some of them, where they are many."""
        found: dict[str, Ids] = {}
        for id in self.wired.order:
            met: Ids = {}
            for source in self.before(id):
                operator = self.wired.operators[source]
                if operator is None or source not in self.facts or len(met) >= _SOFTMAXES:
                    continue
                if operator.activation_name() == "softmax":
                    met[source] = None
                elif self._has_no_kernel(source):
                    met |= found[source]
            found[id] = met
        return found

    @cached_property
    def reach(self) -> Mapping[str, Span]:
        """Between which values those of each node lie when the network is used; of the nodes whose shape is known."""
        found: dict[str, Span] = {}
        alike: dict[Hashable, Span] = {}
        for id in self.wired.order:
            operator = self.wired.operators[id]
            if operator is None or id not in self.facts:
                continue
            came = [found.get(source, EVERYTHING) for source in self.before(id)]
            key = operator, *came
            if key not in alike:
                alike[key] = self._reach(operator, came)
            found[id] = alike[key]
        return found

    def _reach(self, operator: Operator, came: Sequence[Span]) -> Span:
        if isinstance(operator, Input):
            field = self.fields.get(operator.field)
            return (field.low, field.high) if field else EVERYTHING
        low, high = operator.reach(came)
        return (low, high) if low <= high else EVERYTHING  # infinities together are no number

    @cached_property
    def makers(self) -> Mapping[str, Mapping[str | None, str]]:
        """For each node that a Loss reads who made the values that it gives, past all that only places, averages or
        picks them: by the activation that they went through last, one node each; None stands for an operator that has
        no activation."""
        return self._followed(self._keeps_range)

    def _followed(self, passes: Callable[[str, Operator], bool]) -> Mapping[str, Mapping[str | None, str]]:
        """Back from the Losses as far as this holds, and of those in between as well."""
        passed: dict[str, bool] = {}
        ahead = [source for loss in self.losses for source in self.before(loss)]
        for id in ahead:  # grows
            operator = self.wired.operators[id]
            if operator and id in self.facts and id not in passed:
                passed[id] = passes(id, operator)
                ahead += self.before(id) if passed[id] else ()
        found: dict[str, Mapping[str | None, str]] = {}
        for id in self.wired.order:
            operator = self.wired.operators[id]
            if operator is None or id not in passed:
                continue
            if not passed[id]:
                found[id] = {operator.activation_name(): id}
                continue
            before, met = self.before(id), dict[str | None, str]()
            for source in before:
                met = {**found.get(source, {}), **met}
            found[id] = met
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
    def answers(self) -> frozenset[str]:
        """The nodes whose values are answers: they come to Losses alone, each by itself, with no kernel between."""
        return self._leads_to_loss(lambda id, one: self._has_no_kernel(id) and len(self.before(id)) == 1)

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

    def _keeps_range(self, id: str, operator: Operator) -> bool:
        """As the operator says; also an activation by itself that is linear, or keeps what is never below zero."""
        if operator.keeps_range:
            return True
        alone = self._alone(id, operator)
        bent = ACTIVATIONS.get(alone or "")
        positive = operator.keeps_positive or (bent and bent.keeps_positive)
        return alone == "linear" or bool(
            positive and all(self.reach.get(source, EVERYTHING)[0] >= 0 for source in self.before(id))
        )

    def _alone(self, id: str, operator: Operator) -> str | None:
        """Which activation the node is, without weights."""
        facts = self.facts.get(id)
        return self._bends[operator] if facts and not facts.parameters else None

    @cached_property
    def _bends(self) -> Mapping[Operator, str | None]:
        """Which activation the values of each operator go through last."""
        return {operator: operator.activation_name() for operator in self._operators}

    @cached_property
    def ahead(self) -> Mapping[str, frozenset[str]]:
        """For each node what its values meet next, on every way: weights, relu, sum or loss."""
        found: dict[str, frozenset[str]] = {}
        out_of = self.wired.out_of
        for id in reversed(self.wired.order):
            met = _NOTHING
            for wire in out_of[id]:
                further = self._meets(wire.target) or found.get(wire.target, _NOTHING)
                met = met | further if met else further
            found[id] = met
        return found

    def _meets(self, id: str) -> frozenset[str]:
        """What a node is to values that come to it; empty where they pass."""
        operator, facts = self.wired.operators[id], self.facts.get(id)
        if facts and facts.counts.multiply_adds:
            return _WEIGHTS
        return self._takes[operator] if operator else _NOTHING

    @cached_property
    def _takes(self) -> Mapping[Operator, frozenset[str]]:
        """The same of each operator, where it has no weights."""

        def takes(operator: Operator) -> frozenset[str]:
            if isinstance(operator, Loss):
                return _LOSS
            return _SUM if operator.sums_inputs else _RELU if operator.silent_at_zero() else _NOTHING

        return {operator: takes(operator) for operator in self._operators}

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
