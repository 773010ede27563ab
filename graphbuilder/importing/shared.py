"""A layer that stands in a model within the model, and outside of it as well: a file tells it twice. The models around
it are opened, so that it is one layer there, applied several times.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from graphbuilder.importing.drawing import Drawn
from graphbuilder.importing.model import Call, Layer, Model, Ref
from graphbuilder.importing.wiring import for_inputs
from graphbuilder.operators import Operator
from graphbuilder.shapes import Shape

Names = tuple[str, ...]
Arrays = Mapping[Names, Sequence["np.ndarray[Any, Any]"]]
_MOST, _MOST_CALLS = 1_000, 2_000
"""How many layers of one name are compared with one another, and calls are drawn anew."""


def same_layers(drawn: Drawn, paths: Mapping[Names, str], arrays: Arrays, wanted: Iterable[Names]) -> list[set[Names]]:
    """Layers that are one and the same, by the names on the way to each: of one name, one operator, and weights that
    are equal to the last digit, or that a file has for one of them alone. paths: of their nodes."""
    alike: dict[Any, list[Names]] = {}
    for names in wanted:
        operator = drawn.checked.wired.operators[paths[names]]
        if operator:
            alike.setdefault((names[-1], operator.kind, repr(operator.params)), []).append(names)
    found: list[set[Names]] = []
    for layers in alike.values():
        if not 1 < len(layers) < _MOST:
            continue
        by_weights: dict[bytes, set[Names]] = {}
        for names in layers:
            if mark := _mark(arrays.get(names, ())):
                by_weights.setdefault(mark, set()).add(names)
        without = [names for names in layers if names not in arrays]
        given = [names for names in layers if names in arrays]
        if without and len(given) == 1:
            found.append({*given, *without})
        found += [one for one in by_weights.values() if len(one) > 1]
    return found


def marked_alike(model: Model, drawn: Drawn) -> list[set[Names]]:
    """Layers with weights that a script has once and puts into several models."""
    alike: dict[int, set[Names]] = {}
    for names, id in drawn.places.items():
        operator = drawn.checked.wired.operators.get(_path(drawn, names, id))
        mark = _layer(model, names).mark if operator and type(operator).counts is not Operator.counts else 0
        if mark:
            alike.setdefault(mark, set()).add(names)
    return [one for one in alike.values() if len(one) > 1]


def perhaps_twice(model: Model, drawn: Drawn) -> list[tuple[Names, Names]]:
    """Layers that stand in a model within, and under the same name around it, as one would: without weights nobody can
    tell. Of each the shorter way first."""
    alike: dict[Any, list[Names]] = {}
    for names, id in drawn.places.items():
        operator = drawn.checked.wired.operators.get(_path(drawn, names, id))
        if operator and type(operator).counts is not Operator.counts:
            alike.setdefault((names[-1], operator.kind, repr(operator.params)), []).append(names)
    found: dict[tuple[Names, Names], None] = {}
    for one, *others in (sorted(group, key=len) for group in alike.values()):
        for other in others[:1]:
            short, long = sorted(_lifted(model, {one, other}), key=len)
            if len(long) > len(short) and long[: len(short) - 1] == short[:-1]:
                found[short, long] = None
    return [*found]


def _path(drawn: Drawn, names: Names, id: str) -> str:
    return "/".join([*(drawn.places.get(names[:end], "") for end in range(1, len(names))), id])


def _mark(arrays: Sequence["np.ndarray[Any, Any]"]) -> bytes:
    """Of weights that no start gives to two layers; nothing of those that one does."""
    if not any(one.size > 1 and np.ptp(one) for one in arrays):
        return b""
    told = hashlib.sha256()
    for one in arrays:
        told.update(repr(one.shape).encode() + np.ascontiguousarray(one).tobytes())
    return told.digest()


@dataclass
class Opened:
    """A model with those within it opened that hold layers which stand outside as well. names: by the names on the way
    to a layer before, those on the way to it now."""

    model: Model
    names: Mapping[Names, Names]

    def now(self, names: Names) -> Names:
        """The names of a layer, or of what it became beside its first node."""
        for end in range(len(names), 0, -1):
            if names[:end] in self.names:
                return self.names[names[:end]] + names[end:]
        return names


def opened(model: Model, same: Sequence[set[Names]]) -> Opened | None:
    """None where there is nothing to open, or that would be very large."""
    lifted = {frozenset(group): frozenset(_lifted(model, group)) for group in same}
    within = _around(lifted.values())
    while broken := [one for one, up in lifted.items() if up != one and up & within]:
        lifted |= {one: one for one in broken}
        within = _around(lifted.values())
    groups = [*dict.fromkeys(lifted.values())]
    if not within or not all(_is_graph(model, one) for one in within):
        return None
    making = _Opening(within, groups)
    try:
        return Opened(making.model(model, (), ()), making.names)
    except _CannotOpen:
        return None


def _around(groups: Iterable[frozenset[Names]]) -> set[Names]:
    """The models that are between the layers of a group and what holds all of them."""
    return {one[:end] for group in groups for one in group for end in range(len(_common(group)) + 1, len(one))}


def _common(group: Iterable[Names]) -> Names:
    first, *rest = group
    end = 0
    while end < len(first) and all(one[: end + 1] == first[: end + 1] for one in rest):
        end += 1
    return first[:end]


def _lifted(model: Model, group: set[Names]) -> set[Names]:
    """The largest models around a layer that stand at all of its places."""
    while all(len(one) > 1 for one in group):
        around = {one[:-1] for one in group}
        first, *others = (_layer(model, one) for one in around)
        if len(around) < len(group) or any((one.name, one.inner) != (first.name, first.inner) for one in others):
            break
        group = around
    return group


def _layer(model: Model, names: Names) -> Layer:
    layer = model.layer(names[0])
    for name in names[1:]:
        assert layer.inner is not None
        layer = layer.inner.layer(name)
    return layer


def _is_graph(model: Model, names: Names) -> bool:
    layer = _layer(model, names)
    return layer.inner is not None and layer.kind != "TimeDistributed"


class _CannotOpen(Exception):
    pass


class _Opening:
    """Which models are opened, and what every layer is called then."""

    def __init__(self, within: set[Names], groups: Sequence[frozenset[Names]]) -> None:
        self.within = within
        self.names: dict[Names, Names] = {}
        self.count = 0
        self._called: dict[Names, str] = {}
        for group in groups:
            start = len(_common(group))
            name = "/".join(min(group, key=lambda one: (len(one), one))[start:])
            self._called |= dict.fromkeys(group, name)

    def model(self, model: Model, at: Names, home: Names) -> Model:
        """A model as it is now. at: the names on the way to it before; home: those now."""
        return _Level(self, home).opened(model, at)

    def called(self, path: Names, start: int) -> str:
        return self._called.get(path) or "/".join(path[start:])


_Value = tuple[int, Ref]
"""A value, by the opened model that it stands in, counted by its calls, and its name there."""


@dataclass
class _Level:
    """One graph that others are opened into. same: values that are others. given: by the layer and number of a call in
    an opened model, those here."""

    opening: _Opening
    home: Names
    layers: dict[str, Layer] = field(default_factory=dict)
    calls: list[tuple[int, str, Call]] = field(default_factory=list)
    same: dict[_Value, _Value] = field(default_factory=dict)
    given: dict[tuple[int, str, int], tuple[str, int]] = field(default_factory=dict)
    shapes: list[tuple[_Value, Shape]] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)
    scopes: int = 0

    def opened(self, model: Model, at: Names) -> Model:
        self._walk(model, at, len(at), 0, False)
        calls = [
            replace(
                call,
                layer=name,
                positional=self._told(call.positional, scope),
                keywords=self._told(call.keywords, scope),
            )
            for scope, name, call in self.calls
        ]
        return replace(
            model,
            layers=tuple(self.layers.values()),
            calls=tuple(calls),
            outputs=tuple(self._ref((0, ref)) for ref in model.outputs),
            sequential=False,
            shapes={self._ref(value): shape for value, shape in self.shapes},
        )

    def _walk(self, model: Model, at: Names, start: int, scope: int, frozen: bool) -> None:
        """start: how many of the names lead to the level itself."""
        layers = {layer.name: layer for layer in model.layers}
        for layer in model.layers:
            path = (*at, layer.name)
            if path not in self.opening.within and not (scope and layer.kind == "InputLayer"):
                self._keep(layer, path, start, frozen)
        self.shapes += (((scope, ref), shape) for ref, shape in model.shapes.items())
        counted: Counter[str] = Counter()
        for call in model.calls:
            number = counted[call.layer]
            counted[call.layer] += 1
            layer, path = layers[call.layer], (*at, call.layer)
            if path in self.opening.within and layer.inner is not None:
                self._open(layer, call, number, path, start, scope, frozen)
                continue
            name = self.opening.called(path, start)
            self.given[scope, call.layer, number] = name, self.numbers[name]
            self.numbers[name] += 1
            self.calls.append((scope, name, call))
            self.opening.count += 1
            if self.opening.count > _MOST_CALLS:
                raise _CannotOpen

    def _keep(self, layer: Layer, path: Names, start: int, frozen: bool) -> None:
        name = self.opening.called(path, start)
        self.opening.names[path] = (*self.home, name)
        if name in self.layers:
            return
        inner = layer.inner
        if inner is not None and any(one[: len(path)] == path for one in self.opening.within):
            inner = self.opening.model(inner, path, (*self.home, name))
        config = {**layer.config, "trainable": False} if frozen else layer.config
        self.layers[name] = replace(layer, name=name, config=config, inner=inner)

    def _open(self, layer: Layer, call: Call, number: int, path: Names, start: int, scope: int, frozen: bool) -> None:
        inner = layer.inner
        assert inner is not None
        refs = for_inputs(inner, call)
        if len(refs) != len(inner.inputs):
            raise _CannotOpen
        self.scopes += 1
        own = self.scopes
        for entrance, ref in zip(inner.inputs, refs, strict=True):
            self.same[own, entrance] = scope, ref
        for place, ref in enumerate(inner.outputs):
            self.same[scope, Ref(layer.name, number, place)] = own, ref
        self._walk(inner, path, start, own, frozen or layer.config.get("trainable") is False)

    def _ref(self, value: _Value) -> Ref:
        for _ in range(len(self.same) + 1):
            if value not in self.same:
                break
            value = self.same[value]
        scope, ref = value
        name, number = self.given.get((scope, ref.layer, ref.call), (ref.layer, ref.call))
        return Ref(name, number, ref.output)

    def _told(self, tree: Any, scope: int) -> Any:
        if isinstance(tree, Ref):
            return self._ref((scope, tree))
        if isinstance(tree, tuple):
            return tuple(self._told(one, scope) for one in tree)
        return {name: self._told(one, scope) for name, one in tree.items()} if isinstance(tree, Mapping) else tree
