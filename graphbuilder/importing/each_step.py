"""A model that is applied to every step of a sequence, as a model each of whose layers is."""

from dataclasses import replace
from typing import Any

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.importing.model import FUNCTIONS, LAYERS, Layer, Model
from graphbuilder.importing.settings import Unread
from graphbuilder.importing.works.arithmetic import ARITHMETIC
from graphbuilder.importing.works.function_names import ELEMENTWISE

_MERGES = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
"""Layers of several values that do the same whatever axes stand before."""


def is_row(model: Model) -> bool:
    """Whether it is layers in a row and nothing else."""
    return model.sequential and all(layer.inner is None for layer in model.layers)


def at_each_step(model: Model) -> Model:
    """Raises Unread for what cannot be applied so."""
    several = {call.layer for call in model.calls if len(call.refs) != 1}
    if any(call.keywords.get("mask") is not None for call in model.calls):
        raise Unread("E_MASK", "applies a model with masks to every step, which cannot be said here")
    layers = tuple(_each(layer, layer.name in several) for layer in model.layers)
    return replace(model, layers=layers, shapes={})


def _each(layer: Layer, is_of_several: bool) -> Layer:
    if layer.kind == "InputLayer" or (layer.module == LAYERS and layer.kind in _MERGES):
        return layer
    if layer.module == FUNCTIONS:
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
