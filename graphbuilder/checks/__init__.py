"""Whether a network is right, and what is wrong with it: every fault at once, one cause one message.

Each check is a function from what is known of a document to diagnostics, whose classes beside it carry their pages of
help. To add one, write both in a module of this package and name the check in the list below. `check` runs in
milliseconds and builds nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graphbuilder.checks import (
    arithmetic,
    blocks,
    judging,
    last_activation,
    learning,
    outcome,
    remedies,
    settings,
    structure,
    suspicions,
)
from graphbuilder.checks.examined import Examined
from graphbuilder.diagnostics import Diagnostic, Severity, kinds
from graphbuilder.document import Document
from graphbuilder.inference import Facts, Wiring, drawn, facts_of_uses, infer, wiring
from graphbuilder.operators.data import Input

BEFORE_SHAPES = (
    structure.unknown_operators,
    structure.shapeless_placeholders,
    blocks.unfit_uses,
    blocks.unfit_shares,
    structure.circles,
    structure.no_input,
    structure.wrong_number_of_inputs,
    arithmetic.bounds,
)
"""Checks whose nodes get no shape: what hangs behind them stays quiet."""

AFTER_SHAPES = (
    blocks.unfit_shapes_of_shares,
    structure.placeholders,
    structure.too_deep,
    structure.no_loss,
    structure.loose_ends,
    settings.no_data,
    settings.data_set,
    settings.training,
    settings.monitored,
    settings.unbound_inputs,
    last_activation.softmax_over_one,
    outcome.losses_and_targets,
    judging.metrics_and_weights,
    outcome.late_normalization,
    outcome.nothing_to_learn,
    arithmetic.too_big,
    learning.equal_kernels,
    learning.nothing_passes,
    learning.batches_of_one,
    suspicions.raw_values_into_weights,
    suspicions.values_in_another_range,
    suspicions.linear_after_linear,
    suspicions.last_axis_of_an_image,
    suspicions.repeated_channels,
    suspicions.softmax_inside,
    suspicions.dropout_before_loss,
    suspicions.batch_larger_than_data,
)


DIAGNOSTICS = kinds()
"""Every kind of diagnostic that a check may tell, by code."""

_WEIGHT = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, eq=False)
class Report:
    """Everything found out about a document without Keras. facts: of every node, in blocks too, by path.

    diagnostics: errors first, what is only unfinished behind them, then needs and warnings; each sort in the order of
    the network.
    """

    document: Document
    wired: Wiring
    facts: Mapping[str, Facts]
    diagnostics: tuple[Diagnostic, ...]

    def facts_of(self, id: str) -> Facts | None:
        """What is known of a node, or of a use of a block as a whole."""
        return self.facts.get(id) or self._of_uses.get(id)

    @cached_property
    def _of_uses(self) -> Mapping[str, Facts]:
        return facts_of_uses(self.wired, self.facts)

    @cached_property
    def drawn(self) -> Wiring:
        """The graph as it stands on the canvas, with blocks closed; `wired` is the one that is worked with."""
        return drawn(self.document) if self.wired.uses else self.wired

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity is Severity.ERROR)

    @property
    def needs(self) -> tuple[Diagnostic, ...]:
        """What training cannot start without; the network is an architecture all the same."""
        return tuple(d for d in self.diagnostics if d.severity is Severity.NEED)

    @property
    def against_code(self) -> tuple[Diagnostic, ...]:
        """Why the network gives no code and no model; with none, it does, whatever keeps it from being trained."""
        return tuple(d for d in self.diagnostics if d.keeps_from_code)

    @property
    def against_training(self) -> tuple[Diagnostic, ...]:
        """Why the network cannot be trained: errors first, then what is needed."""
        return tuple(d for d in self.diagnostics if d.keeps_from_training)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(d for d in self.diagnostics if d.severity is Severity.WARNING)

    @property
    def parameters(self) -> int:
        return sum(facts.parameters for facts in self.facts.values())

    @property
    def multiply_adds(self) -> int:
        return sum(facts.counts.multiply_adds for facts in self.facts.values())

    @property
    def each(self) -> str:
        """What multiply-adds and memory are of, where some size is known only with the data: behind a number."""
        return next((facts.each for facts in self.facts.values() if facts.each), "")

    @property
    def memory(self) -> int:
        return sum(facts.memory for facts in self.facts.values())

    @property
    def trainable(self) -> int:
        return sum(facts.counts.trainable for facts in self.facts.values())


def check(document: Document) -> Report:
    """Shapes, counts and every fault of the document. Never raises for what a document can hold."""
    examined, found, faults = _inferred(document)
    wired = examined.wired
    found += [remedies.with_other_data(examined, d) for d in faults]
    found += [d for one in AFTER_SHAPES for d in one(examined)]
    places = {id: place for place, id in enumerate(wired.listed)}
    found.sort(key=lambda d: (_WEIGHT[d.severity], d.unfinished, places[d.nodes[0]] if d.nodes else -1))
    if wired.uses:
        found = _once_a_block(wired, found)
    return Report(document, wired, examined.facts, tuple(found))


def inferred(document: Document) -> Report:
    """Shapes and counts as `check` finds them, with no other fault than those that keep them from being known."""
    examined, found, faults = _inferred(document)
    return Report(document, examined.wired, examined.facts, (*found, *faults))


def _inferred(document: Document) -> tuple[Examined, list[Diagnostic], Sequence[Diagnostic]]:
    """The network with its shapes, what was found before these, and what kept some from being known."""
    wired = wiring(document)
    source = document.data.source
    fields = source.fields() if source else {}
    early = Examined(wired, fields, {}, drawn=document.nodes)
    found = [d for one in BEFORE_SHAPES for d in one(early)]
    broken = frozenset(id for d in found for id in d.nodes)
    if source is None and wired.reads_data:  # what it would have given stays quiet: its name is the one fault
        broken |= {id for id, _ in early.every(Input)}
    facts, faults = infer(wired, fields, broken)
    return Examined(wired, fields, facts, broken | {id for d in faults for id in d.nodes}), found, faults


def _once_a_block(wired: Wiring, found: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What is wrong in a block that is repeated has one cause, and is told once."""
    first: dict[object, Diagnostic] = {}
    for one in found:
        places = tuple(wired.place(id) for id in one.nodes)
        first.setdefault((one.code, one.message, places), one)
    return list(first.values())
