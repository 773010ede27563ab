"""A model that is applied to every step of a sequence, as a model each of whose layers is."""

from dataclasses import replace
from typing import Any

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.importing.functions import arguments
from graphbuilder.importing.model import FUNCTIONS, LAYERS, Call, Layer, Model
from graphbuilder.importing.settings import Unread
from graphbuilder.importing.works.arithmetic import ARITHMETIC
from graphbuilder.importing.works.function_names import ELEMENTWISE

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
    """Raises Unread for what cannot be applied so."""
    several = {call.layer for call in model.calls if len(call.refs) != 1}
    if any(call.keywords.get("mask") is not None for call in model.calls):
        raise Unread("E_MASK", "applies a model with masks to every step, which cannot be said here")
    named = {layer.name: layer for layer in model.layers}
    calls = tuple(_shifted(named[call.layer], call) for call in model.calls)
    layers = tuple(_each(layer, layer.name in several) for layer in model.layers)
    return replace(model, layers=layers, calls=calls, shapes={})


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
    is_masked = layer.kind == "Embedding" and layer.config.get("mask_zero")
    if layer.kind == "InputLayer" or (layer.module == LAYERS and layer.kind in _ANYWHERE and not is_masked):
        return layer
    if layer.module == FUNCTIONS:
        if layer.kind in _OVER_AXES:
            return replace(layer, config={})
        if layer.kind in ARITHMETIC or ((layer.kind in ELEMENTWISE or layer.kind in ACTIVATIONS) and not is_of_several):
            return layer
        raise Unread("E_FUNCTION", f"applies the function {layer.kind[:40]!r} to every step, which cannot be said here")
    if layer.inner is not None and layer.kind != "TimeDistributed":
        return replace(layer, inner=at_each_step(layer.inner))
    config: dict[str, Any] = dict(layer.config)
    if layer.kind == "Concatenate" and isinstance(config.get("axis", -1), int):
        axis = config.get("axis", -1)
        return replace(layer, config={**config, "axis": axis + 1 if axis > 0 else axis})
    if is_of_several:
        raise Unread("E_LAYER_UNSUPPORTED", f"applies {layer.kind[:40]} to every step, which cannot be said here")
    held = {"class_name": layer.kind, "config": config}
    own: dict[str, Any] = {name: config[name] for name in ("name", "trainable") if name in config}
    return replace(layer, kind="TimeDistributed", config={**own, "layer": held})
