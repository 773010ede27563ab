"""Values whose samples a script moves away from the first axis for a moment, to take their parts one by one: queries,
keys and values of an attention that were made together, (3, samples, heads, steps, features); or several values that
are stacked before their samples, and turned back or brought together again."""

from collections.abc import Mapping
from dataclasses import replace

from graphbuilder.importing.functions import arguments
from graphbuilder.importing.model import FUNCTIONS, Along, Call, Layer, Model, Ref, Tree
from graphbuilder.importing.settings import Unread

_FIRST = 0
_BRING_TOGETHER = ("mean", "sum", "max", "min", "prod", "std", "var", "logsumexp", "any", "all")


def samples_first(model: Model) -> Model:
    """The same model, in which such a value keeps its samples first, and what takes a part of it takes it behind them.
    A value that anything else reads stays as it is."""
    layers = {layer.name: layer for layer in model.layers}
    moved = _moved(model, layers)
    moved -= {*model.outputs}
    told: dict[int, Call] = {}
    for call in model.calls:
        for ref in moved & {*call.refs}:
            taken = _taken(layers[call.layer], call, ref)
            if taken is None:
                moved.discard(ref)
            else:
                told[id(call)] = taken
    if not moved:
        return model
    counted: dict[str, int] = {}
    calls: list[Call] = []
    for call in model.calls:
        own = Ref(call.layer, number := counted.get(call.layer, 0))
        counted[call.layer] = number + 1
        if own in moved:
            given = arguments(layers[call.layer], call)
            if layers[call.layer].kind == "stack":
                call = replace(call, positional=(given["x"],), keywords={"axis": 1})
            else:
                axes = given["axes"]
                assert isinstance(axes, tuple)
                call = replace(call, positional=(given["x"], (axes[1], axes[0], *axes[2:])), keywords={})
        calls.append(told.get(id(call), call) if moved & {*call.refs} else call)
    bare = {ref.layer for ref in moved} | {call.layer for call in calls if moved & {*call.refs}}
    kept = tuple(replace(one, config={}) if one.name in bare else one for one in model.layers)
    shapes = {ref: shape for ref, shape in model.shapes.items() if ref not in moved}
    return replace(model, layers=kept, calls=tuple(calls), shapes=shapes)


def _given(layer: Layer, call: Call) -> Mapping[str, Tree]:
    try:
        return arguments(layer, call)
    except Unread:
        return {}


def _moved(model: Model, layers: Mapping[str, Layer]) -> set[Ref]:
    """What is turned so that its samples come second."""
    found: set[Ref] = set()
    counted: dict[str, int] = {}
    for call in model.calls:
        layer, number = layers[call.layer], counted.get(call.layer, 0)
        counted[call.layer] = number + 1
        if layer.module != FUNCTIONS or layer.kind not in ("transpose", "stack"):
            continue
        given = _given(layer, call)
        if layer.kind == "stack" and given.get("axis") in (None, _FIRST) and isinstance(given.get("x"), tuple):
            found.add(Ref(call.layer, number))
        axes = given.get("axes")
        if isinstance(axes, tuple) and len(axes) > 2 and axes[1] == _FIRST:
            found.add(Ref(call.layer, number))
    return found


def _taken(layer: Layer, call: Call, ref: Ref) -> Call | None:
    """What takes parts of the first axis, behind the samples; None for what does anything else."""
    given = _given(layer, call) if layer.module == FUNCTIONS else {}
    if given.get("x") != ref:
        return None
    if layer.kind == "unstack" and given.get("axis") in (None, 0):
        told = {"num": given["num"]} if given.get("num") is not None else {}
        return replace(call, positional=(ref,), keywords={**told, "axis": 1})
    if layer.kind in _BRING_TOGETHER and _only(given.get("axis")) == _FIRST and not given.get("keepdims"):
        return replace(call, positional=(ref,), keywords={"axis": 1})
    axes = given.get("axes")
    if layer.kind == "transpose" and isinstance(axes, tuple) and axes[:1] == (1,):
        return replace(call, positional=(ref, tuple(map(_where, axes))), keywords={})
    key = given.get("key")
    keys = key if isinstance(key, tuple) else (key,)
    if layer.kind != "get_item" or not isinstance(keys[0], int) or isinstance(keys[0], bool):
        return None
    samples, *rest = keys[1:] or (Along(),)
    if samples != Along():
        return None
    return replace(call, positional=(ref, (Along(), keys[0], *rest)), keywords={})


def _where(axis: Tree) -> Tree:
    """Where an axis stands once the samples are first."""
    return 1 - axis if isinstance(axis, int) and axis in (0, 1) else axis


def _only(axis: Tree) -> Tree:
    return axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
