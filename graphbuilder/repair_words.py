"""Tells in words what the changes of a repair (`repair.py`) do to a document."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from typing import Any, TypeVar

from graphbuilder.datasets import SOURCES
from graphbuilder.document import Document
from graphbuilder.losses import LOSSES
from graphbuilder.operators import OPERATORS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Inner, OneOf, OrNone, in_words
from graphbuilder.repair import (
    Change,
    Connect,
    Cut,
    Put,
    PutBefore,
    PutBehind,
    Replace,
    SetParameter,
    SetSetting,
    TakeOut,
    Thaw,
    Unshare,
    UseData,
    UseOptimizer,
)
from graphbuilder.repair_work import into, name_of, node_of, params_of
from graphbuilder.settings import Settings, Split
from graphbuilder.texts import started

Kind = TypeVar("Kind")
_NAMED = 4
"""Nodes that a sentence names one by one."""


def sentence(clauses: tuple[str, ...]) -> str:
    return started(", then ".join(clauses))


def clauses_of(document: Document, changes: Sequence[Change]) -> Iterator[str]:
    """What the changes do, in words; several of one sort beside each other in one clause."""
    match [*changes]:
        case [Cut(source, target), Connect(first, node), Connect(again, last)] if (source, target, node) == (
            first,
            last,
            again,
        ):
            between = f"{name_of(document, source)} and {name_of(document, target)}"
            yield f"wire {name_of(document, node)} in between {between}"
            return
        case [UseData() as data, *taken] if taken and all(isinstance(one, SetParameter) for one in taken):
            each = [f"{one.value} for {name_of(document, one.node)}" for one in _of(SetParameter, taken)]
            yield f"{_clause(document, data)}: {_listed(each)}"
            return
        case [PutBehind(kind, params), *_]:
            alike = [*takewhile(lambda one: _puts_behind(one, kind, params), changes)]
            behind = dict.fromkeys(one.node for one in _of(PutBehind, alike))
            if 1 < len(behind) == len(alike):
                yield f"put {_new(kind, params)} behind each of {_nodes(document, behind)}"
                yield from clauses_of(document, changes[len(alike) :])
                return
    said: set[str] = set()
    for _, group in groupby(changes, _sort_of):
        alike = list(group)
        match alike[0]:
            case PutBefore(_, _, node, place):
                new = _new_ones([_new(one.kind, one.params) for one in _of(PutBefore, alike)])
                yield f"put {new} {_where(document, node, place)}"
            case PutBehind(_, _, node):
                new = _new_ones([_new(one.kind, one.params) for one in reversed(_of(PutBehind, alike))])
                yield f"put {new} behind {'it' if said == {node} else name_of(document, node)}"
            case SetParameter():
                yield from _sets(document, _of(SetParameter, alike))
            case TakeOut():
                yield f"take out {_nodes(document, [one.node for one in _of(TakeOut, alike)])}"
            case Thaw():
                yield f"thaw {_nodes(document, [one.node for one in _of(Thaw, alike)])}"
            case _:
                yield from (_clause(document, change) for change in alike)
        said = {one.node for one in _of(SetParameter, alike)}


def _sets(document: Document, changes: Sequence[SetParameter]) -> Iterator[str]:
    """Parameters that change together: those of one node in one clause, and those of one value in several nodes."""
    nodes, names = ([*dict.fromkeys(each)] for each in zip(*((one.node, one.name) for one in changes), strict=True))
    inside = any(isinstance(node_of(document, one.node).params.get(one.name), Inner) for one in changes)
    endings, values = {one.rpartition("_")[2] for one in names}, {repr(one.value) for one in changes}
    if len(nodes) == 1 < len(names) and not inside:
        told = [
            (one.name, _told(OPERATORS.get(node_of(document, one.node).kind), one.name, one.value)) for one in changes
        ]
        (first, value), *others = told
        named = name_of(document, nodes[0])
        if len(values) == 1:
            yield f"set {_listed(names)} of {named} to {value}"
        else:
            yield f"set {first} of {named} to {value}{''.join(f' and its {name} to {one}' for name, one in others)}"
        return
    if len(values) == len(endings) == 1 < len(names) and not inside:
        one = changes[0]
        value = _told(OPERATORS.get(node_of(document, one.node).kind), one.name, one.value)
        yield f"set the {endings.pop()}s of {_nodes(document, nodes)} to {value}"
        return
    for name in names:
        yield f"set {_set_all(document, name, [one for one in changes if one.name == name])}"


_MOST_NAMED = 3
"""Nodes that are named one by one: more do not fit on a button."""


def _nodes(document: Document, nodes: Iterable[str]) -> str:
    named = [name_of(document, one) for one in nodes]
    return _listed(named) if len(named) <= _MOST_NAMED else f"{named[0]} and {len(named) - 1} others"


def _of(kind: type[Kind], changes: Iterable[Change]) -> list[Kind]:
    return [change for change in changes if isinstance(change, kind)]


def _puts_behind(change: Change, kind: str, params: Mapping[str, Any]) -> bool:
    return isinstance(change, PutBehind) and (change.kind, change.params) == (kind, params)


def _sort_of(change: Change) -> tuple[object, ...]:
    match change:
        case PutBefore(_, _, node, place):
            return PutBefore, node, place
        case PutBehind(_, _, node):
            return PutBehind, node
    return (type(change),)


def _where(document: Document, node: str, place: int | None) -> str:
    feeding = into(document, node)
    if place is None or place >= len(feeding):
        return f"before {name_of(document, node)}"
    return f"between {feeding[place].called} and {name_of(document, node)}"


def _clause(document: Document, change: Change) -> str:
    match change:
        case SetSetting(where, name, value):
            owners: dict[str, tuple[str, type[Declared] | None]] = {
                "data": (" of the data set", SOURCES.get(document.data.name)),
                "split": (" of the split", Split),
                "optimizer": (" of the optimizer", OPTIMIZERS.get(document.training.optimizer)),
                "training": ("", Settings),
            }
            whose, owner = owners[where]
            whose = "" if name == "learning_rate" else whose  # nothing else has one
            return f"set {name}{whose} to {_told(owner, name, value)}"
        case UseData(name):
            return f"take the data set {SOURCES[name].title if name in SOURCES else name}"
        case UseOptimizer(name):
            return f"take the optimizer {OPTIMIZERS[name].title if name in OPTIMIZERS else name}"
        case Put(kind, params):
            return f"add {_new(kind, params)}"
        case Replace(kind, params, node):
            return f"put {_new(kind, params)} in the place of {name_of(document, node)}"
        case Unshare(node):
            return f"give {name_of(document, node)} a layer of its own"
        case Connect(source, target):
            return f"wire {name_of(document, source)} to {name_of(document, target)}"
        case Cut(source, target):
            return f"cut the wire from {name_of(document, source)} to {name_of(document, target)}"
    raise TypeError(change)


def _new(kind: str, params: Mapping[str, Any]) -> str:
    """A new node, with what its card will say where that was chosen: Linear (10 units)."""
    declared = OPERATORS[kind]
    return f"{declared.title} ({declared(params_of(kind, params)).line()})" if params else declared.title


def _new_ones(new: Sequence[str]) -> str:
    """New nodes in their order; several alike that follow on each other by their number."""
    runs = [(one, len(list(group))) for one, group in groupby(new)]
    return _listed([one if count == 1 else f"{count} × {one}" for one, count in runs])


def _set_all(document: Document, name: str, changes: Sequence[SetParameter]) -> str:
    """What one parameter of some nodes becomes: units of Linear 'one' to 64, of Linear 'two' to 32."""
    told = []
    for _, group in groupby(changes, lambda one: repr(one.value)):
        alike = [*group]
        told.append(_set(document, alike[0].node, name, alike[0].value, _nodes(document, [one.node for one in alike])))
    first = f"{name} of "
    if not all(one.startswith(first) for one in told):
        return " and ".join(told)
    return ", ".join([*told[:1], *(f"of {one.removeprefix(first)}" for one in told[1:])])


def _set(document: Document, id: str, name: str, value: Any, named: str) -> str:
    """What a parameter becomes: of a layer inside, where no more than one of its own changes, that one."""
    node = node_of(document, id)
    declared, before = OPERATORS.get(node.kind), node.params.get(name)
    after = declared.parameters[name].read(value) if declared and isinstance(before, Inner) else None
    if isinstance(before, Inner) and isinstance(after, Inner) and before.name == after.name:
        moved = [(own, told) for own, told in after.args if before.params.get(own) != told]
        if len(moved) == 1:
            return f"{moved[0][0]} of the {name} inside {named} to {in_words(moved[0][1])}"
    return f"{name} of {named} to {_told(declared, name, value)}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    told = [*names[:_NAMED], f"{more} more"] if more > 0 else [*names]
    return f"{', '.join(told[:-1])} and {told[-1]}" if len(told) > 1 else told[0]


def _told(declared: type[Declared] | None, name: str, value: Any) -> str:
    """A value as people read it."""
    parameter = declared.parameters.get(name) if declared else None
    if isinstance(parameter, OneOf) and isinstance(value, str) and value in LOSSES:
        return LOSSES[value].word
    if value is None and isinstance(parameter, OrNone):
        return parameter.none
    return in_words(parameter.read(value) if parameter else value)
