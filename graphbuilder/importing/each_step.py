"""A model that is applied to every step of a sequence, as a model each of whose layers is."""

from dataclasses import replace
from typing import Any

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.importing.functions import BY_NUMBER, SAME_VALUE, arguments
from graphbuilder.importing.model import FUNCTIONS, LAYERS, Call, Layer, Model
from graphbuilder.importing.settings import Unread
from graphbuilder.importing.works.function_names import ARITHMETIC, ELEMENTWISE

_ANYWHERE = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Embedding")
"""Layers that do the same whatever axes stand before."""
_OVER_AXES = (
    "sum", "mean", "max", "min", "prod", "std", "var", "logsumexp", "norm", "cumsum", "softmax", "concatenate",
    "expand_dims", "squeeze",
)  # fmt: skip
"""Functions that say along which axes they work."""


def is_row(model: Model) -> bool:
    """Whether it is layers in a row and nothing else."""
    return model.sequential and all(layer.inner is None for layer in model.layers)


def at_each_step(model: Model) -> Model:
    """Without the masks that it makes itself, which tell of the steps within each step. Raises Unread for what cannot
    be applied so."""
    model = _without_masks(model)
    several = {call.layer for call in model.calls if len(call.refs) != 1}
    named = {layer.name: layer for layer in model.layers}
    calls = tuple(_shifted(named[call.layer], call) for call in model.calls)
    layers = tuple(_each(layer, layer.name in several) for layer in model.layers)
    return replace(model, layers=layers, calls=calls, shapes={})


def makes_masks(model: Model) -> bool:
    """Whether layers of it leave steps out by a mask that others of it make."""
    inner = any(layer.inner and makes_masks(layer.inner) for layer in model.layers)
    return inner or any(layer.config.get("mask_zero") or layer.kind == "Masking" for layer in model.layers)


def _without_masks(model: Model) -> Model:
    """Without what Keras 3 writes of masks, and what is worked for them alone."""
    if not any(call.keywords.get("mask") is not None for call in model.calls):
        return model
    bare = [
        replace(one, keywords={key: told for key, told in one.keywords.items() if key != "mask"}) for one in model.calls
    ]
    needed = {ref.layer for ref in model.outputs}
    for call in reversed(bare):
        if call.layer in needed:
            needed |= {ref.layer for ref in call.refs}
    kept = tuple(layer for layer in model.layers if layer.name in needed or layer.kind == "InputLayer")
    return replace(model, layers=kept, calls=tuple(call for call in bare if call.layer in needed))


def _shifted(layer: Layer, call: Call) -> Call:
    """A call of a function whose axes are counted behind those of the steps."""
    if layer.module != FUNCTIONS or layer.kind not in _OVER_AXES:
        return call
    given = arguments(layer, call)
    axis = given.get("axis")
    axes = axis if isinstance(axis, tuple) else (axis,)
    if not all(isinstance(one, int) and one for one in axes):
        raise Unread("E_FUNCTION", f"applies the function {layer.kind} over all axes of every step")
    moved = tuple(one + 1 if isinstance(one, int) and one > 0 else one for one in axes)
    return replace(call, positional=(), keywords={**given, "axis": moved if isinstance(axis, tuple) else moved[0]})


def _each(layer: Layer, is_of_several: bool) -> Layer:
    if layer.kind == "Embedding" and layer.config.get("mask_zero"):
        return replace(layer, config={**layer.config, "mask_zero": False})
    if layer.kind == "InputLayer" or (layer.module == LAYERS and layer.kind in _ANYWHERE):
        return layer
    if layer.module == FUNCTIONS:
        if layer.kind in _OVER_AXES:
            return replace(layer, config={})
        if layer.kind in ARITHMETIC or layer.kind in BY_NUMBER:
            return layer
        if layer.kind in (*ELEMENTWISE, *ACTIVATIONS, *SAME_VALUE) and not is_of_several:
            return layer
        raise Unread("E_FUNCTION", f"applies the function {layer.kind[:40]!r} to every step, which cannot be said here")
    if layer.inner is not None and layer.kind != "TimeDistributed":
        return replace(layer, inner=at_each_step(layer.inner))
    if layer.kind == "Masking":
        return replace(layer, kind="Identity", config={})
    config: dict[str, Any] = dict(layer.config)
    if layer.kind == "Concatenate" and isinstance(config.get("axis", -1), int):
        axis = config.get("axis", -1)
        return replace(layer, config={**config, "axis": axis + 1 if axis > 0 else axis})
    if is_of_several:
        raise Unread("E_LAYER_UNSUPPORTED", f"applies {layer.kind[:40]} to every step, which cannot be said here")
    held = {"class_name": layer.kind, "config": config}
    own: dict[str, Any] = {name: config[name] for name in ("name", "trainable") if name in config}
    return replace(layer, kind="TimeDistributed", config={**own, "layer": held})
