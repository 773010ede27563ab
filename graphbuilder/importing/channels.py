"""Models whose channels come first, as Theano had them, as the same models with channels last, which is all
that is here.

Kernels have one form either way, so the weights stay what they are. What cannot be turned so leaves a model as it is.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphbuilder.importing.model import Layer, Message, Model
from graphbuilder.importing.settings import kind_of, named_as_now

FIRST, LAST = "channels_first", "channels_last"
_ORDERED = ("Reshape", "Permute", "RepeatVector", "LocallyConnected2D", "LocallyConnected1D")
"""Layers that work on the order of axes itself."""


def channels_last(model: Model) -> tuple[Model, list[Message]]:
    """The model with channels last, and what is to be said of it; itself where they are."""
    formats = {one for layer in _all(model) if (one := _format(layer)) and kind_of(layer.kind) != "Flatten"}
    if FIRST not in formats:
        return model, []
    ordered = [layer for layer in _all(model) if layer.kind in _ORDERED and _turns(layer)]
    if LAST in formats or ordered:
        who = f"{ordered[0].name!r} hangs on the order of axes" if ordered else "others work on channels last"
        text = f"Some layers work on channels first; here they come last, and since {who}, they cannot be turned."
        return model, [Message("E_CHANNELS_FIRST", text)]
    text = "The file has channels first; here they come last, so images enter as rows × columns × channels."
    messages = [Message("W_CHANNELS_FIRST", text, loses=False)]
    if any(layer.kind == "Flatten" and "data_format" not in layer.config for layer in _all(model)):
        text = "Its Flatten gives values in another order than here, so weights behind it would not fit."
        messages.append(Message("W_CHANNELS_FIRST", text))
    return _turned(model), messages


def _all(model: Model) -> Iterator[Layer]:
    for layer in model.layers:
        yield layer
        if layer.inner:
            yield from _all(layer.inner)


def _format(layer: Layer) -> str | None:
    own = _inside(layer.config)
    told = named_as_now(kind_of(layer.kind), own).get("data_format")
    return told if told in (FIRST, LAST) else None


def _inside(config: Any) -> Any:
    """The configuration of the layer that a wrapper holds."""
    held = config.get("layer")
    return held["config"] if isinstance(held, dict) and isinstance(held.get("config"), dict) else config


def _turns(layer: Layer) -> bool:
    target = layer.config.get("target_shape", layer.config.get("dims"))
    return isinstance(target, list) and len(target) > 2


def _turned(model: Model) -> Model:
    shapes = {ref: (*shape[1:], shape[0]) if len(shape) > 2 else shape for ref, shape in model.shapes.items()}
    return replace(model, layers=tuple(map(_turned_layer, model.layers)), shapes=shapes)


def _turned_layer(layer: Layer) -> Layer:
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
    if axis in (1, -3):
        config["axis"] = -1
        config.pop("concat_axis", None)
    elif isinstance(axis, int) and axis > 1:
        config["axis"] = axis - 1
    return replace(layer, config=config, inner=_turned(layer.inner) if layer.inner else None)
