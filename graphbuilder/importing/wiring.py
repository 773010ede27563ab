"""Which value of a call comes to which port of an operator."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from graphbuilder.importing.model import Call, Layer, Model, Ref, Tree, refs_in
from graphbuilder.importing.settings import Raw, Unread
from graphbuilder.operators import OPERATORS, Operator


def of_call(kind: str, call: Call, hidden: Collection[str] = ()) -> tuple[Mapping[str, Tree], Raw]:
    """The values that a layer is handed by name, and the parameters that it is told when it is called. hidden: names of
    values that layers here hand on by themselves. Raises Unread for other arguments."""
    parameters, opened = OPERATORS[kind].parameters, OPERATORS[kind].opened_by
    values: dict[str, Tree] = {}
    params: Raw = {}
    for name, value in call.keywords.items():
        if any(True for _ in refs_in(value)):
            if name == "inputs" and not call.positional:
                continue
            if name in hidden:
                continue
            if name == "mask" and kind in _OF_PAIRS and isinstance(value, tuple):
                value = _of_the_value(value)
            if name == "mask" and name not in opened:
                raise Unread("E_MASK", "is called with a mask that the file makes by itself, which cannot be said here")
            values[name] = value
            params |= {opened[name]: True} if name in opened else {}
        elif name in parameters and parameters[name].of_call:
            if value is not None:
                params[name] = value
        elif value not in (None, False) and name not in ("training", "mask"):
            raise Unread("E_OPTION", f"is called with {name[:40]} = {str(value)[:40]}, which is not known here")
    return values, params


_OF_PAIRS = ("Attention", "AdditiveAttention")
"""Layers that are handed a mask for the query and one for the value."""


def _of_the_value(masks: tuple[Tree, ...]) -> Tree:
    """Raises Unread where there is one for the query, whose steps would be 0."""
    if len(masks) < 2 or any(True for one in masks[:1] for _ in refs_in(one)):
        raise Unread("E_MASK", "is called with a mask of its query, which cannot be said here")
    return masks[1]


def values_of(layer: Layer, call: Call) -> tuple[Ref, ...]:
    """What a layer is handed without a name, in its order. Raises Unread where nothing is, or numbers are."""
    given = call.positional or (call.keywords.get("inputs"),)
    found = tuple(ref for tree in given for ref in refs_in(tree))
    if not found and not call.refs:
        raise Unread("E_GRAPH", "is called on nothing")
    if any(
        isinstance(one, int | float) and not isinstance(one, bool) for tree in call.positional for one in _leaves(tree)
    ):
        raise Unread("E_GRAPH", "is called on numbers that stand in the file, which cannot be said here")
    return found


def _leaves(tree: Tree) -> Iterator[Tree]:
    if isinstance(tree, tuple):
        for part in tree:
            yield from _leaves(part)
    else:
        yield tree


_SAME_PORT = {"inputs": "in", "sequence": "in", "x": "in", "input": "in"}


def ports_of(
    operator: Operator, layer: Layer, refs: Sequence[Ref], keywords: Mapping[str, Tree]
) -> list[tuple[str, Ref]]:
    """Which value comes to which port. Raises Unread where they do not fit."""
    ports = operator.input_ports()
    if ports[0].many:
        refs = (*refs, *(ref for tree in keywords.values() for ref in refs_in(tree)))
        return [(ports[0].name, ref) for ref in refs]
    free = [port.name for port in ports]
    found: list[tuple[str, Ref]] = []
    for ref in refs:
        if not free:
            raise Unread("E_GRAPH", f"takes {len(ports)} values and is called with {len(refs)}")
        found.append((free.pop(0), ref))
    for name, tree in keywords.items():
        values = list(refs_in(tree))
        fitting = (one for one in free if name == "initial_state" or one in (name, _SAME_PORT.get(name, "")))
        wanted = list(fitting)[: len(values)]
        if len(wanted) < len(values):
            raise Unread("E_GRAPH", f"is called with {name[:40]!r}, which is not known here")
        found += zip(wanted, values, strict=True)
        free = [one for one in free if one not in wanted]
    needed = [port.name for port in ports if port.least and port.name not in {name for name, _ in found}]
    if needed:
        raise Unread("E_GRAPH", f"is called without {needed[0]!r}")
    return found


def for_inputs(inner: Model, call: Call) -> list[Ref]:
    """The values that a model is called on, in the order of its inputs: by name where they come so."""
    names = [ref.layer for ref in inner.inputs]
    tree = call.positional[0] if call.positional else None
    if isinstance(tree, Mapping) and set(tree) == set(names):
        return [ref for name in names for ref in refs_in(tree[name])]
    if isinstance(tree, Mapping):
        return [ref for name in sorted(tree) for ref in refs_in(tree[name])]
    given = [ref for one in call.positional for ref in refs_in(one)]
    return given + [ref for key, one in call.keywords.items() if key != "mask" for ref in refs_in(one)]
