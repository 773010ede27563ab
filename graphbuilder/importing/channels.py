"""Models whose channels come first, as Theano had them, as the same models with channels last, which is all
that is here.

Kernels have one form either way, so the weights stay what they are. What cannot be turned so leaves a model as it is.
"""

import operator
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from graphbuilder.importing.model import LAYERS, Call, Layer, Message, Model, Ref, Tree
from graphbuilder.importing.settings import kind_of, named_as_now

FIRST, LAST = "channels_first", "channels_last"
TURNED = "W_CHANNELS_FIRST"
"""What is said of a model all of which was turned."""
_ORDERED = ("Reshape", "Permute")
"""Layers that work on the order of axes itself: where they take or give channels and two sides, these are turned
to the front before them and back to the end behind them."""
_TO_FRONT, _TO_END = [3, 1, 2], [2, 3, 1]
_SIDES = 3
"""Axes of a picture, its channels among them."""


def channels_last(model: Model) -> tuple[Model, list[Message]]:
    """The model with channels last, and what is to be said of it; itself where they are."""
    if FIRST not in _formats(model):
        return model, []
    model = _between(model, ("1D",))
    formats = _formats(model)
    if FIRST not in formats:
        return model, []
    if not any("dim_ordering" in layer.config for layer in _all(model)):
        formats |= {LAST for layer in _all(model) if _format(layer) is None and _is_untold(layer)}
    ordered = list(_unturned(model))
    if LAST in formats or ordered or _is_of_pools_alone(model):
        between = _between(model, ("2D", "3D"))
        if not any(_format(layer) == FIRST for layer in _all(between)):
            return between, []
        who = f"{ordered[0].name!r} hangs on the order of axes" if ordered else "others work on channels last"
        text = f"Some layers work on channels first; here they come last, and since {who}, they cannot be turned."
        return model, [Message("E_CHANNELS_FIRST", text)]
    text = "The file has channels first; here they come last, so images enter as rows × columns × channels."
    messages = [Message(TURNED, text, loses=False)]
    if any(layer.kind == "Flatten" and "data_format" not in layer.config for layer in _all(model)):
        text = "Its Flatten gives values in another order than here, so weights behind it would not fit."
        messages.append(Message(TURNED, text))
    return _turned(model), messages


def _is_of_pools_alone(model: Model) -> bool:
    """Whether no layer works on channels first but global poolings, which then take the mean along another axis."""
    first = [kind_of(layer.kind) for layer in _all(model) if _format(layer) == FIRST]
    return all(kind.startswith("Global") for kind in first if kind != "Flatten")


def _formats(model: Model) -> set[str]:
    return {one for layer in _all(model) if (one := _format(layer)) and kind_of(layer.kind) != "Flatten"}


def _between(model: Model, ends: tuple[str, ...]) -> Model:
    """The model in which what such a layer reads is turned round for it alone, and what it gives is turned back: right
    wherever it stands, also among layers that work on channels last. ends: of how many sides, as kinds end."""
    names = {layer.name for layer in model.layers}
    layers: list[Layer] = []
    before: dict[str, str] = {}
    behind: dict[str, str] = {}
    for layer in model.layers:
        if layer.inner and (inner := _between(layer.inner, ends)) is not layer.inner:
            layer = replace(layer, inner=inner)
        kind = kind_of(layer.kind)
        if kind.endswith(ends) and not kind.startswith("ConvLSTM") and _format(layer) == FIRST:
            sides = int(kind[-2])
            before[layer.name] = _free(f"{layer.name}_end", names)
            layers.append(_permute(before[layer.name], [*range(2, sides + 2), 1], layer))
            if not kind.startswith("Global") or layer.config.get("keepdims"):
                behind[layer.name] = _free(f"{layer.name}_front", names)
                layers.append(_permute(behind[layer.name], [sides + 1, *range(1, sides + 1)], layer))
            config = {
                name: value for name, value in layer.config.items() if name not in ("data_format", "dim_ordering")
            }
            layer = replace(layer, config=config)
        layers.append(layer)
    is_same = len(layers) == len(model.layers) and all(map(operator.is_, layers, model.layers))
    made = model if is_same else replace(model, layers=tuple(layers))
    return _rewired(made, before, behind) if before else made


def _all(model: Model) -> Iterator[Layer]:
    for layer in model.layers:
        yield layer
        if layer.inner:
            yield from _all(layer.inner)


def _format(layer: Layer) -> str | None:
    own = _inside(layer.config)
    kind = kind_of(layer.kind)
    told = named_as_now(kind, own).get("data_format")
    return told if told in (FIRST, LAST) else None


def _is_untold(layer: Layer) -> bool:
    """Whether it is a convolution that has its channels last, as Keras has it that is not told. Others may stand before
    the first that tells."""
    kind = kind_of(layer.kind)
    return layer.module == LAYERS and "Conv" in kind and kind.endswith(("2D", "3D"))


def _inside(config: Any) -> Any:
    """The configuration of the layer that a wrapper holds."""
    held = config.get("layer")
    return held["config"] if isinstance(held, dict) and isinstance(held.get("config"), dict) else config


def _unturned(model: Model) -> Iterator[Layer]:
    """Layers that work on the order of axes, of which it is not known how many these are."""
    axes = _Axes(model)
    for layer in model.layers:
        if layer.kind in _ORDERED:
            target = _target(layer)
            counts = [*axes.given(layer), None if target is None else len(target)]
            if any(one is None or one > _SIDES for one in counts):
                yield layer
        if layer.inner:
            yield from _unturned(layer.inner)


def _target(layer: Layer) -> list[Any] | None:
    target = layer.config.get("target_shape", layer.config.get("dims"))
    return list(target) if isinstance(target, list | tuple) else None


class _Axes:
    """How many axes the values of a model have, without the batch."""

    def __init__(self, model: Model) -> None:
        self._layers = {layer.name: layer for layer in model.layers}
        self._read: dict[str, list[tuple[Ref, ...]]] = {}
        self._known: dict[Ref, int | None] = {}
        for call in model.calls:
            self._read.setdefault(call.layer, []).append(call.refs)

    def given(self, layer: Layer) -> list[int | None]:
        """Of each value that comes in."""
        return [self.of(ref) for refs in self._read.get(layer.name, ()) for ref in refs]

    def of(self, ref: Ref) -> int | None:
        """None where it is not known."""
        trail: dict[Ref, None] = {}
        told: Ref | int | None = ref
        while isinstance(told, Ref):
            if told in trail:
                told = None
            elif told in self._known:
                told = self._known[told]
            else:
                trail[told] = None
                told = self._told(told)
        self._known.update(dict.fromkeys(trail, told))
        return told

    def _told(self, ref: Ref) -> Ref | int | None:
        """A number, or the value that has as many."""
        layer = self._layers.get(ref.layer)
        if layer is None:
            return None
        if layer.inner:
            ends = layer.inner.outputs
            return _Axes(layer.inner).of(ends[ref.output]) if ref.output < len(ends) else None
        kind = kind_of(layer.kind)
        if kind == "InputLayer":
            shape = layer.config.get("batch_input_shape", layer.config.get("batch_shape"))
            return len(shape) - 1 if isinstance(shape, list | tuple) else None
        if kind in _ORDERED:
            target = _target(layer)
            return None if target is None else len(target)
        if kind == "Flatten" or kind.startswith("Global"):
            return 1
        if kind == "RepeatVector":
            return 2
        if kind in ("LSTM", "GRU", "SimpleRNN", "Bidirectional"):
            return 2 if _inside(layer.config).get("return_sequences") else 1
        if kind[-2:] in ("1D", "2D", "3D") and not kind.startswith(("ConvLSTM", "SpatialDropout")):
            return int(kind[-2]) + 1
        calls = self._read.get(ref.layer, [])
        first = calls[ref.call][0] if ref.call < len(calls) and calls[ref.call] else None
        if kind == "Embedding":
            is_input = first and (at := self._layers.get(first.layer)) and at.kind == "InputLayer"
            told = self._told(first) if is_input and first else None
            return told + 1 if isinstance(told, int) else None
        return None if kind in ("TimeDistributed", "ConvLSTM2D") else first


def _turned(model: Model) -> Model:
    axes = _Axes(model)
    layers: list[Layer] = []
    names = {layer.name for layer in model.layers}
    before: dict[str, str] = {}
    behind: dict[str, str] = {}
    for layer in model.layers:
        given = axes.given(layer)
        if layer.kind in _ORDERED and _SIDES in given:
            before[layer.name] = _free(f"{layer.name}_front", names)
            layers.append(_permute(before[layer.name], _TO_FRONT, layer))
        layers.append(_turned_layer(layer, given[0] if given else None))
        if layer.kind in _ORDERED and len(_target(layer) or ()) == _SIDES:
            behind[layer.name] = _free(f"{layer.name}_end", names)
            layers.append(_permute(behind[layer.name], _TO_END, layer))
    made = _rewired(replace(model, layers=tuple(layers)), before, behind)
    shapes = {ref: (*shape[1:], shape[0]) if len(shape) > 2 else shape for ref, shape in made.shapes.items()}
    return replace(made, shapes=shapes)


def _rewired(model: Model, before: Mapping[str, str], behind: Mapping[str, str]) -> Model:
    """A model in which layers read by way of others, and are read by way of others. before, behind: these, by layer."""

    def at(tree: Tree) -> Tree:
        if isinstance(tree, Ref):
            return replace(tree, layer=behind.get(tree.layer, tree.layer))
        if isinstance(tree, tuple):
            return tuple(map(at, tree))
        return {name: at(part) for name, part in tree.items()} if isinstance(tree, Mapping) else tree

    def value(ref: Ref) -> Ref:
        return replace(ref, layer=behind.get(ref.layer, ref.layer))

    calls: list[Call] = []
    counts: Counter[str] = Counter()
    for call in model.calls:
        name, number = call.layer, counts[call.layer]
        counts[name] += 1
        now = Call(
            name, tuple(map(at, call.positional)), {key: at(one) for key, one in call.keywords.items()}, call.label
        )
        if name in before:
            calls.append(replace(now, layer=before[name], keywords={}, label=""))
            now = replace(now, positional=(Ref(before[name], number),))
        calls.append(now)
        if name in behind:
            calls.append(Call(behind[name], (Ref(name, number),)))
    shapes = {value(ref): shape for ref, shape in model.shapes.items()}
    return replace(model, calls=tuple(calls), outputs=tuple(map(value, model.outputs)), shapes=shapes)


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _permute(name: str, dims: list[int], of: Layer) -> Layer:
    return Layer(name, "Permute", config={"name": name, "dims": dims}, place=of.place)


def _turned_layer(layer: Layer, given: int | None) -> Layer:
    """given: how many axes what comes in has."""
    config: dict[str, Any] = dict(layer.config)
    for name in ("batch_input_shape", "batch_shape"):
        shape = config.get(name)
        if layer.kind == "InputLayer" and isinstance(shape, list) and len(shape) > 3:
            config[name] = [shape[0], *shape[2:], shape[1]]
    for name in ("data_format", "dim_ordering"):
        config.pop(name, None)
    if isinstance(held := config.get("layer"), dict) and isinstance(held.get("config"), dict):
        own = {name: value for name, value in held["config"].items() if name not in ("data_format", "dim_ordering")}
        config["layer"] = {**held, "config": own}
    axis = config.get("axis", config.get("concat_axis"))
    if isinstance(axis, list) and len(axis) == 1:
        axis = axis[0]
    if axis is None and kind_of(layer.kind) == "BatchNormalization":
        axis = -1
    if given is not None and given < _SIDES:
        pass
    elif given == _SIDES and axis in (-1, -2):  # the last of the sides, or the one before
        config["axis"] = axis - 1
        config.pop("concat_axis", None)
    elif axis in (1, -3):
        config["axis"] = -1
        config.pop("concat_axis", None)
    elif isinstance(axis, int) and axis > 1:
        config["axis"] = axis - 1
    return replace(layer, config=config, inner=_turned(layer.inner) if layer.inner else None)
