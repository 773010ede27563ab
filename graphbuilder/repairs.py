"""Faults that help: which repairs of a fault would mend it, tried out, and the working of one as a single edit.

A check names candidates (`repair.py`); here each is worked on the document and the outcome is checked. Offered is only
what leaves nothing as bad or worse behind. Where mending one fault uncovers others that it hid, their best repairs are
worked with it, and the offer's words tell all of it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import count, groupby
from typing import Any
from weakref import WeakKeyDictionary

import networkx as nx

from graphbuilder import editing, places
from graphbuilder.checks import Report, check
from graphbuilder.datasets import SOURCES
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.document import Document, Node, Wire
from graphbuilder.editing import EditError
from graphbuilder.inference import wiring
from graphbuilder.losses import LOSSES
from graphbuilder.operators import OPERATORS
from graphbuilder.parameters import Choice, Declared, WrongType
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
    UseData,
    UseOptimizer,
)
from graphbuilder.shapes import show
from graphbuilder.training.optimizers import OPTIMIZERS
from graphbuilder.training.settings import Settings, Split

MOST_FAULTS = 12
"""Of a report, the first faults that screens tell repairs of without being asked."""
MOST_NODES = 2_000
"""Of a document that repairs are tried on without being asked."""
MOST_TRIED, MOST_OFFERED = 6, 3
"""Of one fault's repairs."""
DEEPEST = 3
"""How many uncovered faults are mended along with the first."""
_MOST_CHECKS = 12
"""That trying one repair may take; each is as long as a check of the document."""
_UNASKED = 6_000
"""Nodes that are checked for offers nobody asked for, all trials together: some tenths of a second."""
_NAMED = 4
"""Nodes that a sentence names one by one."""

GONE = "That fault is gone already."


@dataclass(frozen=True, slots=True)
class Offer:
    """A repair that was tried and mends its fault. key: what `repaired` knows it by. says: all that it changes."""

    key: str
    says: str


@dataclass
class _Budget:
    """Checks that may still be made."""

    checks: int


@dataclass(frozen=True, slots=True)
class _Mended:
    """A document on its way, and what was done to it. warned: how many warnings it has more than at first. broke:
    whether something that was in order had to be mended on the way."""

    document: Document
    steps: tuple[tuple[Change, ...], ...] = ()
    clauses: tuple[str, ...] = ()
    warned: int = 0
    broke: bool = False


_unasked: "WeakKeyDictionary[Report, list[tuple[Offer, ...]]]" = WeakKeyDictionary()
_offered: "WeakKeyDictionary[Report, dict[str, tuple[Offer, ...]]]" = WeakKeyDictionary()


def offers(report: Report, found: Diagnostic) -> tuple[Offer, ...]:
    """The repairs of one fault of the report that hold, in the order of its check; those that leave a new warning,
    or break on the way what was in order, come behind the others. Tried once a report."""
    known = _offered.setdefault(report, {})
    about = _key(found, found.repairs)
    if about not in known:
        known[about] = _tried(report, found, _Budget(MOST_TRIED * _MOST_CHECKS))
    return known[about]


def offered(report: Report) -> list[tuple[Offer, ...]]:
    """For each diagnostic what screens offer unasked: nothing in large documents, nor behind the first faults, nor
    once the time for it is used up."""
    known = _unasked.get(report)
    if known is None:
        size = len(report.document.nodes)
        most = MOST_FAULTS if size <= MOST_NODES else 0
        budget = _Budget(_UNASKED // max(1, size))
        first = [_tried(report, found, budget) for found in report.diagnostics[:most]]
        known = _unasked[report] = [*first, *((),) * (len(report.diagnostics) - len(first))]
    return known


def repaired(document: Document, key: str) -> tuple[Document, str]:
    """The document with the offer of this key worked on it, and the words for the history.

    Raises EditError where the fault is not there any more, or cannot be mended so any more.
    """
    report = check(document)
    for found in report.diagnostics:
        for repair in found.repairs:
            if _key(found, repair) == key:
                mended = _mended(report, found, repair, key, _Budget(_MOST_CHECKS))
                if mended is None:
                    raise EditError("The network has changed: this would not mend it any more.")
                return mended.document, _sentence(mended.clauses)
    raise EditError("That fault is gone already.")


def _key(found: Diagnostic, repair: object) -> str:
    told = repr((found.code, found.nodes, found.parameter, repair))
    return "r" + blake2b(told.encode(), digest_size=8).hexdigest()


def _tried(report: Report, found: Diagnostic, budget: _Budget) -> tuple[Offer, ...]:
    keys = [(repair, _key(found, repair)) for repair in found.repairs[:MOST_TRIED]]
    tried = [(mended, key) for repair, key in keys if (mended := _mended(report, found, repair, key, budget))]
    least = min((mended.warned for mended, _ in tried), default=0)
    held: list[tuple[_Mended, Offer]] = []
    for mended, key in sorted(tried, key=lambda one: (one[0].broke, one[0].warned > least)):
        if all(mended.document != other.document for other, _ in held):
            held.append((mended, Offer(key, _sentence(mended.clauses))))
    return tuple(offer for _, offer in held[:MOST_OFFERED])


# Trying


_OF_THE_WHOLE = ("E_NO_INPUT", "E_NO_DATA", "E_NOTHING_TO_LEARN")
"""Faults of which a document has one, whatever nodes they mark."""
_HIDES_ALL = "E_NO_DATA"
"""Behind it, whatever is found out from data was hidden."""
Identity = tuple[str, tuple[str, ...], str | None]


def _identities(report: Report) -> Counter[Identity]:
    return Counter(map(_identity, report.diagnostics))


def _identity(found: Diagnostic) -> Identity:
    return found.code, () if found.code in _OF_THE_WHOLE else found.nodes, found.parameter


def _mended(report: Report, found: Diagnostic, repair: Repair, key: str, budget: _Budget) -> _Mended | None:
    """The document without this fault and with none as bad that was not there; None where that is not to be had."""
    own = _Budget(min(_MOST_CHECKS, budget.checks))
    budget.checks -= own.checks
    mended = _Trial(report, found, key, own).mend(report, found, repair, _Mended(report.document), frozenset())
    budget.checks += own.checks
    return mended


class _Trial:
    """One repair of one fault on its way: depth first over the repairs of what it uncovers, with bounded work."""

    def __init__(self, first: Report, found: Diagnostic, key: str, budget: _Budget) -> None:
        self.first, self.found, self.key, self.budget = first, found, key, budget
        self.at_first = _identities(first)

    def mend(
        self, before: Report, found: Diagnostic, repair: Repair, so_far: _Mended, uncovered: frozenset[Identity]
    ) -> _Mended | None:
        """uncovered: faults that came up on the way and may stay for a later step."""
        if len(so_far.steps) > DEEPEST or self.budget.checks <= 0:
            return None
        try:
            mended = self._one_more(so_far, _named(before.document, found, repair))
        except EditError:
            return None
        self.budget.checks -= 1
        after = check(mended.document)
        left = _identities(after)
        if left[_identity(found)] >= _identities(before)[_identity(found)]:
            same = next((d for d in after.diagnostics if _identity(d) == _identity(found)), found)
            progress = same.text != found.text and len(mended.steps) < DEEPEST
            return self._further(after, same, mended, uncovered) if progress else None
        come = [d for d in after.diagnostics if self._weighs(d) and left[_identity(d)] > self.at_first[_identity(d)]]
        if not come:
            gone = left[_identity(self.found)] < self.at_first[_identity(self.found)]
            warned = 0 if self.found.code == _HIDES_ALL else _new_warnings(self.first, after)
            return replace(mended, warned=warned) if gone else None
        if not all(_identity(d) in uncovered or _was_hidden(d, before, found) for d in come):
            return None
        broke = mended.broke or any(_was_in_order(d, before, found) for d in come)
        return self._further(after, come[0], replace(mended, broke=broke), frozenset(map(_identity, come)))

    def _further(
        self, after: Report, found: Diagnostic, so_far: _Mended, uncovered: frozenset[Identity]
    ) -> _Mended | None:
        ways = (self.mend(after, found, one, so_far, uncovered) for one in found.repairs[:MOST_TRIED])
        return next((way for way in ways if way), None)

    def _one_more(self, so_far: _Mended, changes: tuple[Change, ...]) -> _Mended:
        """With one step more. Raises EditError where it cannot be worked, or sets again what was set on the way."""
        steps = (*so_far.steps, changes)
        mended = _worked(self.first.document, steps, self.key)
        told = _given_at_once(self.first.document, steps, self.key)
        if told != steps:
            mended = _worked(self.first.document, told, self.key)
        if mended.document == self.first.document:
            raise EditError("Nothing would change.")
        return replace(mended, broke=so_far.broke)

    def _weighs(self, come: Diagnostic) -> bool:
        """Whether a fault is as bad as the one that is to be mended."""
        return come.severity is not Severity.WARNING or self.found.severity is Severity.WARNING


def _was_in_order(come: Diagnostic, before: Report, found: Diagnostic) -> bool:
    """Whether nothing had hidden a fault that came up."""
    return bool(come.nodes) and {*come.nodes}.isdisjoint(found.nodes) and all(id in before.facts for id in come.nodes)


def _new_warnings(first: Report, after: Report) -> int:
    """How many more there are, code by code, of those that nothing had hidden: one that only moved is none."""
    hidden = first.wired.nodes.keys() - first.facts.keys()
    come = Counter(found.code for found in after.warnings if hidden.isdisjoint(found.nodes))
    return (come - Counter(found.code for found in first.warnings)).total()


def _was_hidden(come: Diagnostic, before: Report, found: Diagnostic) -> bool:
    """Whether a fault that came up was there all the time, behind the one that was mended, or is one with it."""
    return (
        come.code == found.code
        or not found.nodes
        or found.code == _HIDES_ALL
        or bool(come.nodes and come.unfinished)
        or not {*come.nodes}.isdisjoint(found.nodes)
        or any(id not in before.facts for id in come.nodes)
    )


# Working


OfNode = SetParameter | SetOnBranches | PutBefore | PutBehind | Replace | TakeOut


def _named(document: Document, found: Diagnostic, repair: Repair) -> tuple[Change, ...]:
    """The repair's changes, each with its node."""
    at_fault = found.nodes[0] if found.nodes else ""
    named: list[Change] = []
    for change in repair if isinstance(repair, tuple) else (repair,):
        one = replace(change, node=change.node or at_fault) if isinstance(change, OfNode) else change
        if isinstance(one, SetOnBranches):
            named += [
                SetParameter(one.name, one.value, id) for id in _on_branches(document, one.node, one.name, one.value)
            ]
        else:
            named.append(one)
    return tuple(named)


def _worked(document: Document, steps: Sequence[Sequence[Change]], key: str) -> _Mended:
    """The document with all changes, one by one, and a clause for each. Raises EditError."""
    clauses: list[str] = []
    for changes in steps:
        clauses += _clauses(document, changes)
        for change in changes:
            document = _changed(document, change, key)
    return _Mended(document, tuple(map(tuple, steps)), tuple(clauses))


def _given_at_once(
    document: Document, steps: tuple[tuple[Change, ...], ...], key: str
) -> tuple[tuple[Change, ...], ...]:
    """The same steps, where a new node gets at once what a later step sets of it.

    Raises EditError where one value is set twice.
    """
    told: list[list[Change]] = []
    made: dict[str, tuple[int, int]] = {}
    taken: set[tuple[str, str]] = set()
    for changes in steps:
        told.append([])
        for change in changes:
            for one in _sets(change):
                if one in taken:
                    raise EditError("This would be set twice.")
                taken.add(one)
            if isinstance(change, SetParameter) and change.node in made:
                step, place = made[change.node]
                new = told[step][place]
                assert isinstance(new, Put | PutBefore | PutBehind)
                told[step][place] = replace(new, params={**new.params, change.name: change.value})
                continue
            known = {node.id for node in document.nodes}
            document = _changed(document, change, key)
            told[-1].append(change)
            for id in {node.id for node in document.nodes} - known:
                made[id] = len(told) - 1, len(told[-1]) - 1
                if isinstance(change, Put | PutBefore | PutBehind):
                    taken |= {(id, name) for name in change.params}
    return tuple(tuple(changes) for changes in told if changes)


def _sets(change: Change) -> list[tuple[str, str]]:
    """What a change gives a value to: (node or group of settings, name)."""
    match change:
        case SetParameter(name, _, node):
            return [(node, name)]
        case SetSetting(where, name, _):
            return [(f"the {where}", name)]
        case Replace(_, params, node):
            return [(node, "kind"), *((node, name) for name in params)]
        case UseData():
            return [("the data", "name")]
        case UseOptimizer():
            return [("the optimizer", "name")]
    return []


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
    _called(document, id)
    return id


def _add(document: Document, key: str, kind: str, params: Mapping[str, Any], at: places.Place) -> tuple[Document, str]:
    """A new node with an id that the same document and key always give."""
    taken = {node.id for node in document.nodes}
    id = next(name for n in count(1) if (name := f"{key}-{n}") not in taken)
    return editing.add(document, id, kind, at, _read(kind, params)), id


def _read(kind: str, params: Mapping[str, Any]) -> dict[str, Any]:
    if kind not in OPERATORS:
        raise EditError(f"There is no operator {kind!r}.")
    try:
        return {name: OPERATORS[kind].parameters[name].read(value) for name, value in params.items()}
    except WrongType as fault:  # a size beyond all that may be set
        raise EditError(f"{OPERATORS[kind].title}: a value {fault}.") from None


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
        raise EditError("There is no such port.")
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
    wires = [wire.model_copy(update=behind) if wire.source == id else wire for wire in document.wires]
    return editing.move(editing.with_wires(document, [*wires, first]), made.moved)


def _to(document: Document, id: str, wire: Wire) -> Wire:
    """The wire from the node to where this one leads."""
    outputs = OPERATORS[document.node(id).kind].outputs
    if not outputs:
        raise EditError("There is no such port.")
    return wire.model_copy(update={"source": id, "source_port": outputs[0].name})


def _wire(document: Document, source: str, target: str) -> Wire:
    """A wire from the first output to the first input that is free."""
    there, here = _node(document, target), _node(document, source)
    outputs = [port.name for port in OPERATORS[here.kind].outputs] if here.kind in OPERATORS else ["out"]
    inputs = OPERATORS[there.kind].inputs if there.kind in OPERATORS else ()
    taken = {wire.target_port for wire in document.wires if wire.target == target}
    free = [port.name for port in inputs if port.many or port.name not in taken]
    if not outputs or not free:
        raise EditError("There is no such port.")
    return Wire(source=source, source_port=outputs[0], target=target, target_port=free[0])


def _between(document: Document, source: str, target: str) -> list[Wire]:
    wires = [wire for wire in document.wires if (wire.source, wire.target) == (source, target)]
    if not wires:
        raise EditError("The wire is not there any more.")
    return wires


def _on_branches(document: Document, id: str, name: str, value: Any) -> list[str]:
    """The nodes on the branches that meet in a node, up to where they part, whose parameter has another value; where
    there is none, those before the branches part."""
    wired = wiring(document)
    if id not in wired.nodes:
        raise EditError("The node is not there any more.")
    above = [{wire.source, *nx.ancestors(wired.graph, wire.source)} for wire in wired.into[id]]
    common: set[str] = set.intersection(*above) if above else set()
    ways = set[str]().union(*above) - common
    having = [(node, operator) for node in wired.order if (operator := wired.operators[node])]
    having = [(node, operator) for node, operator in having if name in operator.parameters]
    other = [node for node, operator in having if operator.params[name] != operator.parameters[name].read(value)]
    found = [node for node in other if node in ways] or [node for node in other if node in common]
    if not found:
        raise EditError("Nothing on these branches can be changed.")
    return found


# Wording


def _node(document: Document, id: str) -> Node:
    try:
        return document.node(id)
    except KeyError:
        raise EditError("The node is not there any more.") from None


def _called(document: Document, id: str) -> str:
    return _node(document, id).called


def _sentence(clauses: tuple[str, ...]) -> str:
    told = ", then ".join(clauses)
    return told[:1].upper() + told[1:]


def _clauses(document: Document, changes: Sequence[Change]) -> Iterator[str]:
    """What the changes do, in words; several of one sort beside each other in one clause."""
    match [*changes]:
        case [Cut(source, target), Connect(first, node), Connect(again, last)] if (source, target, node) == (
            first,
            last,
            again,
        ):
            between = f"{_called(document, source)} and {_called(document, target)}"
            yield f"wire {_called(document, node)} in between {between}"
            return
        case [UseData() as data, *taken] if taken and all(isinstance(one, SetParameter) for one in taken):
            each = [f"{one.value} for {_called(document, one.node)}" for one in taken if isinstance(one, SetParameter)]
            yield f"{_clause(document, data)}: {_listed(each)}"
            return
    for _, group in groupby(changes, _sort_of):
        alike = list(group)
        match alike[0]:
            case PutBefore(_, _, node, place):
                new = _listed([_new(change.kind, change.params) for change in alike])  # type: ignore[union-attr]
                yield f"put {new} {_where(document, node, place)}"
            case PutBehind(_, _, node):
                new = _listed([_new(change.kind, change.params) for change in reversed(alike)])  # type: ignore[union-attr]
                yield f"put {new} behind {_called(document, node)}"
            case SetParameter(name, value, node):
                named = _listed([_called(document, change.node) for change in alike])  # type: ignore[union-attr]
                yield f"set {name} of {named} to {_told(OPERATORS.get(_node(document, node).kind), name, value)}"
            case TakeOut():
                yield f"take out {_listed([_called(document, change.node) for change in alike])}"  # type: ignore[union-attr]
            case _:
                yield from (_clause(document, change) for change in alike)


def _sort_of(change: Change) -> tuple[object, ...]:
    match change:
        case SetParameter(name, value):
            return SetParameter, name, repr(value)
        case PutBefore(_, _, node, place):
            return PutBefore, node, place
        case PutBehind(_, _, node):
            return PutBehind, node
    return (type(change),)


def _where(document: Document, node: str, place: int | None) -> str:
    into = [wire for wire in document.wires if wire.target == node]
    if place is None or place >= len(into):
        return f"before {_called(document, node)}"
    return f"between {_called(document, into[place].source)} and {_called(document, node)}"


def _clause(document: Document, change: Change) -> str:
    match change:
        case SetSetting(where, name, value):
            owners: dict[str, tuple[str, type[Declared] | None]] = {
                "data": ("the data set", SOURCES.get(document.data.name)),
                "split": ("the split", Split),
                "optimizer": ("the optimizer", OPTIMIZERS.get(document.training.optimizer)),
                "training": ("the training", Settings),
            }
            whose, owner = owners[where]
            return f"set {name} of {whose} to {_told(owner, name, value)}"
        case UseData(name):
            return f"take the data set {SOURCES[name].title if name in SOURCES else name}"
        case UseOptimizer(name):
            return f"take the optimizer {OPTIMIZERS[name].title if name in OPTIMIZERS else name}"
        case Put(kind, params):
            return f"add {_new(kind, params)}"
        case Replace(kind, params, node):
            return f"put {_new(kind, params)} in the place of {_called(document, node)}"
        case Connect(source, target):
            return f"wire {_called(document, source)} to {_called(document, target)}"
        case Cut(source, target):
            return f"cut the wire from {_called(document, source)} to {_called(document, target)}"
    raise TypeError(change)


def _new(kind: str, params: Mapping[str, Any]) -> str:
    """A new node, with what its card will say where that was chosen: Linear (10 units)."""
    declared = OPERATORS[kind]
    return f"{declared.title} ({declared(_read(kind, params)).line()})" if params else declared.title


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    told = [*names[:_NAMED], f"{more} more"] if more > 0 else [*names]
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]


def _told(declared: type[Declared] | None, name: str, value: Any) -> str:
    """A value as people read it."""
    parameter = declared.parameters.get(name) if declared else None
    if isinstance(parameter, Choice) and value in LOSSES:
        return LOSSES[value].title.lower()
    match value:
        case bool():
            return "yes" if value else "no"
        case list() | tuple():
            return show(tuple(value))
        case dict():
            return ", ".join(f"{part} {weight:g}" for part, weight in value.items())
        case float():
            return f"{value:g}"
    return str(value) or "none"
