"""What the names of Keras and TensorFlow do in a script: layers, models, functions of tensors, optimizers."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graphbuilder.importing import script_tables
from graphbuilder.importing.compiled import INNER_OPTIMIZER
from graphbuilder.importing.folding import FUNCTIONS
from graphbuilder.importing.model import MOST_NUMBERS, UNTOLD
from graphbuilder.importing.script_values import (
    Array,
    Causal,
    Draw,
    Made,
    Named,
    Network,
    Own,
    Piece,
    Places,
    Table,
    Tensor,
    Unknown,
    Value,
    Weight,
    has_table,
    tensors_in,
    unknown_in,
)
from graphbuilder.importing.settings import kind_of
from graphbuilder.importing.signatures import IN_ORDER
from graphbuilder.importing.tracing import Tracing, snake
from graphbuilder.importing.works.function_names import function_of

MERGES = {
    "add": "Add", "subtract": "Subtract", "multiply": "Multiply", "average": "Average", "maximum": "Maximum",
    "minimum": "Minimum", "concatenate": "Concatenate", "dot": "Dot",
}  # fmt: skip
_MADE = ("optimizers", "initializers", "regularizers", "constraints", "losses", "metrics", "callbacks")
_OF_FUNCTIONS = ("ops", "backend", "activations", "nn", "math", "linalg", "image", "numpy", "random")
_SETTINGS: dict[str, Value] = {
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
    "image_dim_ordering": "tf",
    "floatx": "float32",
}
_OF_SIDES = {
    "Convolution2D": 2, "SeparableConvolution2D": 2, "AtrousConvolution2D": 2, "Deconvolution2D": 2, "Convolution3D": 3,
}  # fmt: skip
"""Of Keras 1, which layers were given each side of their window by itself."""
_OLD_WORDS = {"nb_filter", "border_mode", "subsample", "bias", "init", "W_regularizer", "dim_ordering"}
_OLD_ROOMS = re.compile(r"keras\.(engine\.topology|legacy\.layers|layers\.recurrent)\b")
"""Modules that Keras had up to its second version, whose GRU forgot before the product with the weights."""
_IF_FIRST = {"image_data_format": "channels_first", "image_dim_ordering": "th"}
_SCALED = ("mobilenet", "mobilenet_v2", "inception_v3", "inception_resnet_v2", "xception", "resnet_v2", "nasnet")
_UNSCALED = ("efficientnet", "efficientnet_v2", "mobilenet_v3", "convnext")
"""Networks whose pictures are scaled to -1 to 1 before they come in, and those that do it themselves."""
_OF_IMAGENET: dict[str, tuple[tuple[float, ...], tuple[float, ...] | None]] = {
    **dict.fromkeys(("vgg16", "vgg19", "resnet", "resnet50"), ((103.939, 116.779, 123.68), None)),
    "densenet": ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}
"""Networks whose pictures have the mean of ImageNet taken away, and are divided by its deviation where that is told."""
_MOST_PARTS = 32
_ROOTS = (
    ("tensorflow.compat.v1.", "tensorflow."), ("tensorflow.compat.v2.", "tensorflow."),
    ("tensorflow.python.keras.", "keras."), ("tensorflow.keras.", "keras."), ("tensorflow.contrib.keras.", "keras."),
    ("tf_keras.", "keras."), ("tensorflow_addons.", "keras."), ("keras_applications.", "keras.applications."),
    ("keras.src.", "keras."), ("keras.api.", "keras."), ("tensorflow._api.v2.", "tensorflow."),
)  # fmt: skip


def full_name(path: str) -> str:
    """A name as Keras 3 has it, by whichever way it was imported."""
    for old, new in _ROOTS:
        if f"{path}.".startswith(old):
            path = (new + f"{path}."[len(old) :]).rstrip(".")
    return path


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call stands. text: its words."""

    line: int
    text: str


class Keras:
    """within: in how many calls of layers of the script's own. is_first: pictures enter with their channels first.
    is_old: of Keras 1 or 2. begins: the shape of what entered last, with the batch. Raises ImportFault alone."""

    def __init__(self, tracing: Tracing) -> None:
        self.tracing = tracing
        self.networks: list[Network | Own] = []
        self.foreign: set[str] = set()
        self.is_first = False
        self.is_old = False
        self.begins: Value = None
        self.within = 0
        self._entrances: dict[Unknown, Tensor] = {}

    def sees(self, path: str) -> None:
        """What a script imports tells for which Keras it was written."""
        self.is_old = self.is_old or bool(_OLD_ROOMS.match(path))

    # What is called by a name

    def call(self, path: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """What a name of Keras or TensorFlow gives; NotImplemented for one that is not known."""
        room, _, last = path.rpartition(".")
        rooms = room.split(".")
        if rooms == ["graphbuilder", "composed"]:
            piece = self.tracing.piece(last, "ops", {}, at.line)
            return self.tracing.apply(piece, tuple(given), named, at.line)
        if rooms[0] not in ("keras", "tensorflow"):
            return NotImplemented
        if rooms[-1] == "initializations" and last == "get" and given and isinstance(given[0], str):  # of Keras 1
            return given[0]
        if "activations" in rooms and last in ("get", "deserialize"):
            by_name = given[0] if given else None
            return Named(f"keras.activations.{by_name or 'linear'}") if isinstance(by_name, str | None) else by_name
        is_made = path == "tensorflow.Variable" or path.endswith("backend.variable")
        if is_made and (weight := _variable(given, named, at)):
            return weight
        if last == "get_source_inputs":
            return self.tracing.sources(tensors_in([given, named], self.tracing.steps))
        if last == "preprocess_input" and given and isinstance(given[0], Tensor):
            entered = self._entered_as(rooms[-1], given[0], named, at)
            if entered is not None:
                return entered
        if rooms[0] == "tensorflow" and last.endswith("_initializer"):
            return Made(last.removesuffix("_initializer"), "initializers", _by_name(last, given, named))
        if last == "Input" or (last == "InputLayer" and rooms[0] == "keras"):
            return self._input(last, given, named, at)
        if last in ("Sequential", "Model", "Functional") and rooms[0] == "keras":
            return self._network(last, given, named, at)
        if "applications" in rooms and last[:1].isupper():
            return self._application(last, named, at)
        if last == "LossScaleOptimizer":
            return given[0] if given else next((named[key] for key in INNER_OPTIMIZER if key in named), None)
        part = next((one for one in rooms[1:] if one in _MADE), "")
        if part:
            if last in ("get", "deserialize") and given and isinstance(given[0], str):
                return given[0]
            if not tensors_in([given, named], self.tracing.steps):
                return Made(last, "optimizers" if "schedules" in rooms else part, _by_name(last, given, named))
        if rooms[0] == "keras" and any(one in ("layers", "legacy", "engine") for one in rooms[1:]):
            return self._of_layers(last, given, named, at)
        if rooms[0] == "tensorflow" or set(rooms) & set(_OF_FUNCTIONS):
            return self.function(path, given, named, at)
        return NotImplemented

    def _entered_as(self, network: str, picture: Tensor, named: dict[str, Value], at: Place) -> Value:
        """A picture as a network of keras.applications has been trained on; None of one that is not known."""
        if network in _SCALED:
            made = self.layer("Rescaling", [], {"scale": 1 / 127.5, "offset": -1.0}, at)
            return self.applied(made, [picture], {}, at)
        if network in _UNSCALED:
            return picture
        if network in _OF_IMAGENET and named.get("data_format") != "channels_first":
            mean, deviation = _OF_IMAGENET[network]
            if deviation is None:  # blue comes first, as in Caffe
                turned = self.function("keras.ops.flip", [picture], {"axis": -1}, at)
                return self.function("keras.ops.subtract", [turned, mean], {}, at)
            scales = {"scale": [1 / 255 / one for one in deviation]}
            scales["offset"] = [-one / other for one, other in zip(mean, deviation, strict=True)]
            return self.applied(self.layer("Rescaling", [], scales, at), [picture], {}, at)
        return None

    def _input(self, kind: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        config = dict(named)
        if given:
            config["shape"] = given[0]
        if isinstance(tensor := config.pop("tensor", None), Tensor):
            return tensor
        shape = config.pop("shape", config.pop("input_shape", None))
        if "batch_shape" not in config and "batch_input_shape" not in config:
            config["batch_shape"] = _batched(shape)
        for key in [key for key in ("batch_shape", "batch_input_shape") if key in config]:
            config[key] = self._whole(config[key], at)
            if config[key] is None:
                del config[key]
        config = {
            key: one for key, one in config.items() if key in ("name", "batch_shape", "batch_input_shape", "dtype")
        }
        if not isinstance(config.get("name"), str):
            config.pop("name", None)
        self.begins = config.get("batch_shape", config.get("batch_input_shape"))
        if kind == "InputLayer":
            return self.tracing.piece("InputLayer", "layers", config, at.line)
        return self.tracing.input(config, at.line)

    def _whole(self, shape: Value, at: Place) -> Value:
        """A shape whose unknown axes are left open, and named; None where it is not known at all."""
        if not isinstance(shape, list | tuple):
            if isinstance(shape, Unknown):
                self.asked(shape, at)
            return None
        found: list[Value] = []
        for axis, size in enumerate(shape):
            if isinstance(size, Unknown | Named) and axis:
                words = size.text if isinstance(size, Unknown) else size.path
                text = f"Axis {axis} of an Input is {words[:80]}, which is not known before the script runs; it is "
                self.tracing.say("E_INPUT", f"{text}left open. Type it in.", at.line, loses=False)
            known = isinstance(size, int) and not isinstance(size, bool)
            found.append(size if known else None)
        return found

    def asked(self, shape: Unknown, at: Place) -> None:
        text = f"The shape of an Input is {shape.text[:80]}, which is not known before the script runs. Type it in."
        self.tracing.say("E_INPUT", text, at.line, loses=False)

    def _network(self, kind: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        is_row = kind == "Sequential"
        in_order = ("layers", "name") if is_row else ("inputs", "outputs", "name")
        told = {**dict(zip(in_order, given, strict=False)), **named}
        for old, new in (("input", "inputs"), ("output", "outputs")):
            if old in told:
                told.setdefault(new, told.pop(old))
        name = told.get("name")
        name = name if isinstance(name, str) and name else self.tracing.named("sequential" if is_row else "functional")
        network = Network(kind, "layers", {}, name, at.line, row=[] if is_row else None)
        self.tracing.steps.made()
        if is_row:
            layers = told.get("layers")
            if isinstance(layers, Unknown):
                text = f"The layers of {name!r} are {layers.text[:80]}, which cannot be read."
                self.tracing.say("E_GRAPH", text, at.line)
            for one in layers if isinstance(layers, list | tuple) else ():
                self.add(network, one, at)
        else:
            network.inputs, network.outputs = self._entered(told.get("inputs")), told.get("outputs")
            if not tensors_in(network.outputs, self.tracing.steps):
                found = unknown_in(network.outputs, self.tracing.steps)
                what = f"{found.text[:80]} (line {found.line})" if found else "no values of layers"
                self.tracing.say("E_GRAPH", f"The outputs of {name!r} are {what}; the model was left out.", at.line)
                return Unknown(at.text, at.line)
        self.networks.append(network)
        return network

    def add(self, network: Network, part: Value, at: Place) -> None:
        """Puts a layer behind a row."""
        assert network.row is not None
        if isinstance(part, Tensor):
            part = part.of.piece
        if not isinstance(part, Piece):
            part = self.stranger(part, at)
        network.row.append(part)

    def stranger(self, value: Value, at: Place) -> Piece:
        """A layer that stands for what cannot be read."""
        text = value.text if isinstance(value, Unknown) else getattr(value, "name", at.text)
        name = re.sub(r"\W+", " ", re.split(r"[(\n]", text)[0].rpartition(".")[2]).strip()[:40] or "something"
        line = value.line if isinstance(value, Unknown) else at.line
        if text not in self.foreign:
            self.foreign.add(text)
            self.tracing.say("E_SCRIPT", f"{text[:120]} cannot be read before the script runs.", line)
        return self.tracing.piece(name, "", {}, line)

    def _application(self, kind: str, named: dict[str, Value], at: Place) -> Value:
        """A model of keras.applications, which does not stand in the file."""
        text = f"{kind} of keras.applications does not stand in the script; import it by itself, saved by Keras."
        self.tracing.say("E_APPLICATION", text, at.line)
        tensor = named.get("input_tensor")
        if not isinstance(tensor, Tensor):
            usual = (224, 224, 3) if named.get("include_top", True) is True else (None, None, 3)
            tensor = self._input("Input", [named.get("input_shape") or usual], {}, at)
        piece = self.tracing.piece(kind, "", {"name": named.get("name")}, at.line)
        output = self.tracing.apply(piece, (tensor,), {}, at.line)
        return Network("Functional", "layers", {}, piece.name, at.line, inputs=tensor, outputs=output)

    def _of_layers(self, last: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        if last == "merge" or (last in MERGES and last not in IN_ORDER):
            inputs = given[0] if given else named.pop("inputs", None)
            own = dict(zip(("mode",), given[1:], strict=False)) if last == "merge" else {}
            rest = [] if last == "merge" else given[1:]
            piece = self.layer(MERGES.get(last, "Merge"), rest, {**own, **named}, at)
            return self.applied(piece, [inputs], {}, at)
        return self.layer(last, given, named, at) if last[:1].isupper() else NotImplemented

    def layer(self, kind: str, given: list[Value], named: dict[str, Value], at: Place) -> Piece:
        if kind == "GELU":
            kind, given, named = "Activation", ["gelu"], {key: one for key, one in named.items() if key == "name"}
        if kind == "Layer":  # which gives what comes in
            kind, given, named = "Activation", ["linear"], named
        config = _by_name(kind, given, named)
        sides = _OF_SIDES.get(kind, 2 if _OLD_WORDS & named.keys() and kind in ("Conv2D", "SeparableConv2D") else 0)
        if (
            sides and len(given) > sides and all(isinstance(one, int) for one in given[1 : sides + 1])
        ):  # as Keras 1 had it
            config = {**_by_name(kind, given[:1], named), "kernel_size": given[1 : sides + 1]}
        for key in ("batch_input_shape", "input_shape"):
            shape = config.get(key)
            if isinstance(shape, int) and not isinstance(shape, bool):
                config[key] = [shape]
            elif isinstance(shape, Unknown):
                self.asked(config.pop(key), at)
            elif isinstance(shape, list | tuple) and any(isinstance(one, Unknown | Named) for one in shape):
                is_batched = key == "batch_input_shape"
                whole = self._whole(shape if is_batched else [None, *shape], at)
                config[key] = whole[0 if is_batched else 1 :]
        if isinstance(shape := config.get("input_shape"), list | tuple):
            self.begins = [None, *shape]
        self.is_old = self.is_old or bool(_OLD_WORDS & config.keys())
        if kind == "GRU" and self.is_old:
            config.setdefault("reset_after", False)
        self._ordered(kind, config)
        if config.pop("weights", None) is not None:
            text = f"{kind} begins with weights that are not in the script; they are drawn anew."
            self.tracing.say("W_WEIGHTS", text, at.line)
        return self.tracing.piece(kind, "layers", config, at.line)

    def _ordered(self, kind: str, config: dict[str, Value]) -> None:
        """Says of a layer of pictures that channels come first, where the script works so, or is of Keras 1 and has
        pictures of a form that Theano had."""
        now = kind_of(kind)
        if not now.endswith(("2D", "3D")) or {"data_format", "dim_ordering"} & config.keys():
            return
        is_old = kind.startswith("Convolution") or bool(_OLD_WORDS & config.keys())
        self.is_first = self.is_first or (is_old and _is_of_theano(self.begins))
        if self.is_first:
            config["data_format"] = "channels_first"

    # What is applied

    def applied(self, piece: Piece, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """What a layer or a model gives for these values."""
        steps = self.tracing.steps
        is_places = bool(given) and (isinstance(given[0], Places) or script_tables.is_in_order(given[0]))
        if kind_of(piece.kind) == "Embedding" and is_places:
            if not self.within:
                text = (
                    f"{piece.kind} {piece.name!r} is given numbers alone, outside of a layer: Keras leaves its weights "
                )
                self.tracing.say("W_WEIGHTS", f"{text}out of the model, as they were drawn; here they learn.", at.line)
            return Places(at.text, at.line, piece)
        pair = given[0] if given and isinstance(given[0], list | tuple) else ()
        if kind_of(piece.kind) == "Add" and len(pair) == 2:
            known = self.with_weight("Add", pair[0], pair[1], at)
            if known is not None:
                return known
        if not tensors_in([given, named], steps):
            first = given[0] if given else None
            unknown = first if isinstance(first, Table) else unknown_in([given, named], steps)
            if unknown is None:
                return Unknown(at.text, at.line)
            given = [self._entrance(unknown), *given[1:]]
        if isinstance(piece, Network) and given and isinstance(given[0], Tensor):
            piece.entered = piece.entered or given[0]
        if kind_of(piece.kind) == "MultiHeadAttention" and _is_causal(named.get("attention_mask")):
            named = {key: one for key, one in named.items() if key != "attention_mask"} | {"use_causal_mask": True}
        if piece.kind == "Concatenate" and given:
            given = [self._beside(given[0], piece.config.get("axis", -1), at), *given[1:]]
        if piece.kind in _OF_NUMBERS and len(given) == 1 and has_table(given, steps):
            return self._merged(piece.kind, given[0], piece.config, at)
        if _is_zero(named.get("initial_state")):
            del named["initial_state"]
        is_plain = not named and all(isinstance(one, Tensor) for one in given)
        for key, value in [] if is_plain else [*enumerate(given), *named.items()]:
            if key != "training" and (lack := unknown_in(value, steps)):
                what = f"{key} = {lack.text[:80]}" if isinstance(key, str) else lack.text[:80]
                text = f"{piece.kind} {piece.name!r} is given {what}, which is not known before the script runs; it is "
                self.tracing.say("E_VALUE", f"{text}left out.", at.line)
        tensor = self.tracing.apply(piece, tuple(given), named, at.line)
        count = self._count(piece, named)
        return tensor if count == 1 else [Tensor(tensor.of, place) for place in range(count)]

    def _merged(self, kind: str, parts: Value, config: dict[str, Value], at: Place) -> Value:
        """What a layer that merges values gives for some that are numbers: what its function does."""
        if kind == "Concatenate":
            return self.function("keras.ops.concatenate", [parts, config.get("axis", -1)], {}, at)
        value = parts[0]
        for one in parts[1:]:
            value = self.function(f"keras.ops.{kind.lower()}", [value, one], {}, at)
        return value

    def _entrance(self, unknown: Unknown) -> Tensor:
        """What is not known, as an Input that is asked for: once for each."""
        if unknown not in self._entrances:
            name = re.sub(r"\W+", "_", unknown.text)[:30].strip("_") or "input"
            told = {"batch_shape": [None, *unknown.shape[1:]]} if isinstance(unknown, Array) else {}
            self._entrances[unknown] = self.tracing.input({"name": name, **told}, unknown.line)
        return self._entrances[unknown]

    def _entered(self, value: Value) -> Value:
        """What a model begins with; what is not known, as the Input that stands for it where it was applied to."""
        if isinstance(value, list | tuple):
            return [self._entered(one) for one in value]
        return self._entrances.get(value, value) if isinstance(value, Unknown) else value

    def _count(self, piece: Piece, named: dict[str, Value]) -> int:
        """How many values it gives."""
        config, kind = piece.config, kind_of(piece.kind)
        if isinstance(piece, Network):
            return max(1, len(self.tracing.ends(piece)[1])) if piece.row is None else 1
        held = config.get("layer", config.get("cell"))
        inner = held if isinstance(held, Piece) else piece
        if config.get("return_state") is True or inner.config.get("return_state") is True:
            states = 2 if "LSTM" in kind_of(inner.kind) else 1
            return 1 + states * (2 if kind == "Bidirectional" else 1)
        return 2 if named.get("return_attention_scores") is True else 1

    def with_weight(self, operation: str, one: Value, other: Value, at: Place) -> Value:
        """A value joined with weights of a layer's own, or with places; None where that is no layer that is known.

        A product with a matrix is a Dense, and a row that is added to it its bias; an Embedding of places that is added
        to a sequence is a PositionEmbedding of that, and so are any weights that meet a value number by number.
        """
        if isinstance(one, Weight) and operation in ("Sub", "Div") and isinstance(other, Tensor):
            spread = self._spread(one, other, at)
            return spread and self.function(f"keras.ops.{_WORKS[operation]}", [spread, other], {}, at)
        if isinstance(one, Weight | Places | Draw) and operation in ("Add", "Mult"):
            one, other = other, one
        if not isinstance(one, Tensor):
            return None
        if isinstance(other, Places) and other.piece and operation == "Add":
            config = {key: value for key, value in other.piece.config.items() if key != "mask_zero"}
            piece = self.tracing.piece("PositionEmbedding", "layers", {**config, "name": other.piece.name}, at.line)
            added = self.tracing.apply(piece, (one,), {}, at.line)
            return self.tracing.apply(self.tracing.piece("Add", "layers", {}, at.line), ([one, added],), {}, at.line)
        if isinstance(other, Draw) and operation in ("Add", "Mult"):
            return self._with_draw(operation, one, other, at)
        if not isinstance(other, Weight):
            return None
        if operation == "Add" and (placed := self.rows_of(other, one, at)):
            return self.tracing.apply(self.tracing.piece("Add", "layers", {}, at.line), ([one, placed],), {}, at.line)
        shape = other.shape if isinstance(other.shape, list | tuple) else ()
        if operation == "MatMult":
            return self._times(one, other, at)
        if operation == "Mult" and len(shape) == 1 and (scaled := self._scaled(one, shape[0], other, at)):
            return scaled
        made = one.of.piece
        gives = made.config.get("units" if made.kind == "Dense" else "filters")
        is_bias = operation == "Add" and len(shape) == 1 and shape[0] == gives and made.kind in _BEGINS
        if is_bias and made.config.get("use_bias") is False and not other.pieces:
            made.config["use_bias"] = True
            other.pieces["bias"] = made
            return one
        if is_bias and other.pieces.get("bias") is made:
            return one
        if operation not in _WORKS:
            return None
        spread = self._spread(other, one, at)
        return spread and self.function(f"keras.ops.{_WORKS[operation]}", [one, spread], {}, at)

    def _made_of(self, weight: Weight, kind: str, config: dict[str, Value], at: Place) -> Piece | None:
        """The layer that has these weights; None where another has them, or has them otherwise."""
        key = f"{kind} {weight.turn} {config}"
        if weight.pieces and key not in weight.pieces:
            return None
        begins = weight.initializer
        known = begins is not None and unknown_in(begins, self.tracing.steps) is None
        told = {_BEGINS[kind]: begins} if known and kind in _BEGINS else {}
        made = weight.pieces.get(key) or self.tracing.piece(kind, "layers", {**config, **told}, at.line)
        weight.pieces[key] = made
        return made

    def _times(self, one: Tensor, weight: Weight, at: Place) -> Tensor | None:
        """A product with a matrix of weights, or with one row of them, which takes the last axis away."""
        shape = [*weight.shape] if isinstance(weight.shape, list | tuple) else []
        known = self.tracing.shape_of(one) if len(shape) == 1 else None
        if len(shape) == 1 and known and len(known) > 1 and known[-1] == shape[0]:
            product = self._times(one, weight.seen([shape[0], 1]), at)
            return product and self.function("keras.ops.squeeze", [product], {"axis": -1}, at)
        if len(shape) != 2 or not isinstance(shape[-1], int):
            return None
        made = self._made_of(weight, "Dense", {"units": shape[-1], "use_bias": False}, at)
        return self.tracing.apply(made, (one,), {}, at.line) if made else None

    def _convolved(self, name: str, given: list[Value], named: dict[str, Value], at: Place) -> Tensor | None:
        """A convolution with weights of a layer's own as its kernel, as the layer that has them; None of any other."""
        value, kernel, strides, padding, *_ = [*given, None, None, None, None]
        kernel = next(
            (named[one] for one in ("kernel", "filters", "filter", "depthwise_kernel") if one in named), kernel
        )
        value = next((named[one] for one in ("x", "inputs", "input") if one in named), value)
        strides = next((named[one] for one in ("strides", "stride") if one in named), strides)
        padding, widens = named.get("padding", padding), named.get("dilation_rate", named.get("dilations"))
        sizes = kernel.sizes() if isinstance(kernel, Weight) and not kernel.turn else None
        last = named.get("data_format") in (None, "channels_last", "NWC", "NHWC", "NDHWC")
        if not isinstance(value, Tensor) or not sizes or not 3 <= len(sizes) <= 5 or not last:
            return None
        assert isinstance(kernel, Weight)
        config: dict[str, Value] = {"kernel_size": sizes[:-2], "use_bias": False}
        config |= {"depth_multiplier": sizes[-1]} if "depthwise" in name else {"filters": sizes[-1]}
        for key, told in (("strides", strides), ("dilation_rate", widens)):
            of_all = isinstance(told, list | tuple) and len(told) == len(sizes)  # TensorFlow tells samples and channels
            config |= {} if told is None else {key: told[1:-1] if of_all else told}
        config |= {"padding": padding.lower()} if isinstance(padding, str) else {}
        kind = f"{'Depthwise' if 'depthwise' in name else ''}Conv{len(sizes) - 2}D"
        made = self._made_of(kernel, kind, config, at)
        return self.tracing.apply(made, (value,), {}, at.line) if made else None

    def _spread(self, weight: Weight, one: Tensor, at: Place) -> Tensor | None:
        """Weights that meet a value number by number, as a value of their own: a PositionEmbedding of a part of it that
        has as many rows. None where they do not fit it."""
        sizes, known = weight.sizes(), self.tracing.shape_of(one)
        while sizes and known is not None and len(sizes) > len(known) and sizes[0] == 1:
            sizes.pop(0)
        if sizes is None or not known or len(sizes) > len(known):
            return None
        sizes = [1] * (len(known) - len(sizes)) + sizes
        if known[-1] == 1 and sizes[-1] > 1 and not {*sizes[:-1]} - {1}:  # one number becomes several
            filled = self.function("keras.ops.ones_like", [one], {}, at)
            return self._times(filled, weight.seen([1, sizes[-1]]), at)
        if any(size not in (1, there) for size, there in zip(sizes, known, strict=True)):
            return None
        rows, columns = math.prod(sizes[:-1]), sizes[-1]
        if rows * columns > MOST_NUMBERS:
            return None
        made = self._made_of(weight, "PositionEmbedding", {"input_dim": rows, "output_dim": columns}, at)
        if made is None:
            return None
        cuts = tuple(slice(None) if size == there else slice(0, 1) for size, there in zip(sizes, known, strict=True))
        if any(cut.stop for cut in cuts):
            one = self.function("keras.ops.get_item", [one, (slice(None), *cuts)], {}, at)
        if len(sizes) != 2:
            one = self.function("keras.ops.reshape", [one, (-1, rows, columns)], {}, at)
        placed = self.tracing.apply(made, (one,), {}, at.line)
        return placed if len(sizes) == 2 else self.function("keras.ops.reshape", [placed, (-1, *sizes)], {}, at)

    def rows_of(self, weight: Weight, one: Tensor, at: Place) -> Tensor | None:
        """A table of weights with a row for each step of a sequence, as a PositionEmbedding of that; None where it is
        no such table."""
        rows, known = weight.rows(), self.tracing.shape_of(one)
        if rows is None or known is None or len(known) != 2 or known[1] != rows[1]:
            return None
        if known[0] not in (None, rows[0]):
            return None
        piece = self._made_of(weight, "PositionEmbedding", {"input_dim": rows[0], "output_dim": rows[1]}, at)
        return self.tracing.apply(piece, (one,), {}, at.line) if piece else None

    def _beside(self, parts: Value, axis: Value, at: Place) -> Value:
        """Values that are joined along their steps, of which some are rows of weights, such as a class token."""
        tensors = [one for one in parts if isinstance(one, Tensor)] if isinstance(parts, list | tuple) else []
        if not tensors or axis not in (1, -2) or not any(isinstance(one, Weight) for one in parts):
            return parts
        return [self._token(one, tensors[0], at) if isinstance(one, Weight) else one for one in parts]

    def _token(self, weight: Weight, one: Tensor, at: Place) -> Value:
        rows, known = weight.rows(), self.tracing.shape_of(one)
        if rows is None or known is None or len(known) != 2 or known[0] is None or known[0] < rows[0]:
            return weight
        first = self.function("keras.ops.get_item", [one, (slice(None), slice(0, rows[0]))], {}, at)
        return self.rows_of(weight, first, at) or weight

    def _scaled(self, one: Tensor, count: Value, weight: Weight, at: Place) -> Tensor | None:
        """A value whose channels are multiplied by a row of weights; None where it has others than so many."""
        known = self.tracing.shape_of(one)
        of = _OF_AXES.get(len(known or ()))
        if known is None or of is None or known[-1] != count:
            return None
        start = weight.start
        config: dict[str, Value] = {"of": of, "channels": count, "start": 1.0 if start is None else start}
        made = self._made_of(weight, "LayerScale", config, at)
        return self.tracing.apply(made, (one,), {}, at.line) if made else None

    def _with_draw(self, operation: str, one: Tensor, draw: Draw, at: Place) -> Tensor:
        """A value to which numbers drawn at random are added, or that is multiplied by them."""
        text = f"{draw.text[:80]} draws numbers at random; here it does so in training alone."
        self.tracing.say("W_RANDOM", text, draw.line)

        def applied(kind: str, config: dict[str, Value], value: Value) -> Tensor:
            return self.tracing.apply(self.tracing.piece(kind, "layers", config, at.line), (value,), {}, at.line)

        around = one
        if operation == "Mult" or draw.mean:
            scale = 0.0 if operation == "Mult" else 1.0
            around = applied("Rescaling", {"scale": scale, "offset": draw.mean}, one)
        drawn = applied("GaussianNoise", {"stddev": draw.stddev}, around)
        return applied("Multiply", {}, [one, drawn]) if operation == "Mult" else drawn

    def function(self, path: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """What a function of keras.ops, of the backend or of TensorFlow gives for tensors."""
        rooms, name = path.split("."), path.rpartition(".")[2]
        tensors = tensors_in([given, named], self.tracing.steps)
        if name in ("set_image_dim_ordering", "set_image_data_format") and given:
            self.is_first = given[0] in ("th", "channels_first")
        if name in _SETTINGS:
            return _IF_FIRST.get(name, _SETTINGS[name]) if self.is_first else _SETTINGS[name]
        if name in ("int_shape", "shape", "get_shape", "ndim") and len(tensors) == 1:
            shape = self.shape(tensors[0], at)
            return len(shape) if name == "ndim" and isinstance(shape, tuple) else shape
        if name == "get_uid":
            return self.tracing.counted(str(given[0]) if given else "")
        if name == "is_keras_tensor":
            return bool(tensors)
        if not tensors:
            return _of_numbers(name, given, named, at)
        named = {key: one for key, one in named.items() if key != "name"}
        joins = _JOINS.get(name) if len(given) > 1 and _is_product(name, given, named) else None
        known = self.with_weight(joins, given[0], given[1], at) if joins else None
        if known is None and name in _CONVOLVES:
            known = self._convolved(name, given, named, at)
        if known is not None:
            return known
        if function_of(name) == "concatenate" and given:
            axis = named.get("axis", given[1] if len(given) > 1 else -1 if "backend" in rooms else 0)
            given = [self._beside(given[0], axis, at), *given[1:]]
        if unknown := unknown_in([given, named], self.tracing.steps):
            lack = {"lack": f"takes {unknown.text[:80]}, which is not known before the script runs"}
            return self.tracing.apply(self.tracing.piece(name, UNTOLD, lack, at.line), tuple(tensors), {}, at.line)
        is_tensorflow = rooms[0] == "tensorflow"
        function = function_of(snake(name) if is_tensorflow else name)
        usual: dict[str, Value] = {}
        if "backend" in rooms and name in ("concatenate", "expand_dims") and len(given) < 2:
            usual = {"axis": -1}
        if function == "gelu" and "ops" not in rooms and len(given) < 2:
            usual = {"approximate": False}
        if name == "batch_dot" and ("axes" in named or len(given) > 2):
            axes = named.get("axes", given[2] if len(given) > 2 else None)
            rows = self._row_by_row(given[:2], axes, at)
            if rows is not None:
                return rows
            return self.applied(self.layer("Dot", [axes], {}, at), [[*given[:2]]], {}, at)
        if name == "repeat" and "backend" in rooms:  # a row at each of n steps, where NumPy's repeats along an axis
            count = named.get("n", given[1] if len(given) > 1 else None)
            return self.applied(self.layer("RepeatVector", [count], {}, at), [tensors[0]], {}, at)
        if name == "dropout" and len(tensors) == 1:
            return self.applied(self.layer("Dropout", [_rate(given, named)], {}, at), [tensors[0]], {}, at)
        if name == "matrix_transpose":
            function, given = "swapaxes", [tensors[0], -1, -2]
        if function == "split":
            return self._split(given, named, is_tensorflow, at)
        is_of_all = function == "squeeze" and len(given) < 2 and "axis" not in named
        if function in _OF_SHAPES or is_of_all or has_table([given, named], self.tracing.steps):
            for one in tensors[:_MOST_PARTS]:
                self.tracing.shape_of(one)
        if function == "reshape" and len(tensors) == 1 and self._is_one_row(tensors[0], given, named):
            row = self.tracing.apply(self.tracing.piece("identity", "ops", {}, at.line), (tensors[0],), {}, at.line)
            self.tracing.merged.add(id(row.of))
            return row
        piece = self.tracing.piece(function, "ops", {}, at.line)
        tensor = self.tracing.apply(piece, tuple(given), {**usual, **named}, at.line)
        count = self._parts(function, tensors[0], given, named) if function in _OF_SEVERAL else 0
        return [Tensor(tensor.of, place) for place in range(count)] if count else tensor

    def _row_by_row(self, pair: list[Value], axes: Value, at: Place) -> Value:
        """What Keras' batch_dot gave up to 2.2 for rows and matrices that stand along one further axis, such as those
        of capsules: each row with the matrix of its place. None of any other."""
        rows, matrices = [*pair, None, None][:2]
        if not isinstance(rows, Tensor) or not isinstance(matrices, Tensor):
            return None
        here, there = self.tracing.shape_of(rows), self.tracing.shape_of(matrices)
        if not here or not there or (len(here), len(there)) != (2, 3) or here[0] != there[0]:
            return None
        if not isinstance(axes, list | tuple) or len(axes) != 2 or axes[0] != 2 or axes[1] not in (2, 3):
            return None
        text = f"{at.text[:80]} joins each row with the matrix of its place, as Keras did up to 2.2."
        self.tracing.say("W_SCRIPT", text, at.line, loses=False)
        if axes[1] == 3:
            matrices = self.function("keras.ops.swapaxes", [matrices, -1, -2], {}, at)
        row = self.function("keras.ops.expand_dims", [rows, 2], {}, at)
        return self.function(
            "keras.ops.squeeze", [self.function("keras.ops.matmul", [row, matrices], {}, at), 2], {}, at
        )

    def _is_one_row(self, tensor: Tensor, given: list[Value], named: dict[str, Value]) -> bool:
        """Whether samples and their steps are to be one row of rows, as a product with a matrix took them once."""
        target = next((named[one] for one in ("shape", "newshape") if one in named), [*given, None][1])
        if not isinstance(target, list | tuple) or len(target) != 2 or target[0] not in (-1, None):
            return False
        known = self.tracing.shape_of(tensor)
        return known is not None and len(known) > 1 and known[-1] == target[1] and {*known[:-1]} != {1}

    def _parts(self, function: str, tensor: Tensor, given: list[Value], named: dict[str, Value]) -> int:
        """How many values a function gives that gives several; 0 where that is not known."""
        if function != "unstack":
            return 2
        count, axis = [*given, None, None, None][1:3]
        count, axis = named.get("num", count), named.get("axis", axis or 0)
        shape = self.tracing.shape_of(tensor)
        if not isinstance(count, int) and shape is not None and isinstance(axis, int) and axis:
            place = axis - 1 if axis > 0 else axis
            count = shape[place] if -len(shape) <= place < len(shape) else None
        return min(count, _MOST_PARTS) if isinstance(count, int) else 0

    def _split(self, given: list[Value], named: dict[str, Value], is_tensorflow: bool, at: Place) -> Value:
        """TensorFlow has sizes of the parts where Keras has the places between them."""
        value, cuts, axis = [*given, None, None, None][:3]
        value = next((named[one] for one in ("x", "value") if one in named), value)
        cuts = next((named[one] for one in ("indices_or_sections", "num_or_size_splits") if one in named), cuts)
        axis = named.get("axis", axis or 0)
        if is_tensorflow and isinstance(cuts, list | tuple):
            cuts = [sum(cuts[: end + 1]) for end in range(min(len(cuts), _MOST_PARTS) - 1)]
        self.tracing.shape_of(tensors_in(value, self.tracing.steps)[0])
        piece = self.tracing.piece("split", "ops", {}, at.line)
        tensor = self.tracing.apply(piece, (value,), {"indices_or_sections": cuts, "axis": axis}, at.line)
        count = cuts if isinstance(cuts, int) else len(cuts) + 1
        return [Tensor(tensor.of, place) for place in range(min(count, _MOST_PARTS))]

    def shape(self, tensor: Tensor, at: Place) -> Value:
        shape = self.tracing.shape_of(tensor)
        if shape and id(tensor.of) in self.tracing.merged:
            shape = shape[-1:]
        return Unknown(at.text, at.line) if shape is None else (None, *shape)


def _variable(given: list[Value], named: dict[str, Value], at: Place) -> Weight | None:
    """Weights that a script makes with what they begin with; None of a single number, and of what is not trained."""
    begins = named.get("initial_value", named.get("value", given[0] if given else None))
    if named.get("trainable", given[1] if len(given) > 1 else None) is False:
        return None
    if isinstance(begins, Weight):
        return begins
    if isinstance(begins, Draw) and isinstance(begins.shape, list | tuple) and begins.shape:
        told = {"mean": begins.mean, "stddev": begins.stddev}
        return Weight(at.text, at.line, begins.shape, None, Made("RandomNormal", "initializers", told))
    if not isinstance(begins, Table) or not begins.numbers.ndim:
        return None
    values = {float(one) for one in begins.numbers.ravel()[:MOST_NUMBERS]}
    start = values.pop() if len(values) == 1 else None
    initializer = None if start is None else Made("Constant", "initializers", {"value": start})
    return Weight(at.text, at.line, [*begins.numbers.shape], start, initializer)


def _of_numbers(name: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
    """What a function gives for what are no values of layers."""
    if name in ("arange", "range"):
        start, step = named.get("start", given[0] if len(given) > 1 else 0), named.get("step", named.get("delta", 1))
        return Places(at.text, at.line) if start in (0, None) and step in (1, None) else Unknown(at.text, at.line)
    if name in ("random_normal", "normal", "truncated_normal") and (given or "shape" in named):
        told = {**dict(zip(("shape", "mean", "stddev"), given, strict=False)), **named}
        mean, stddev = told.get("mean", 0.0), told.get("stddev", 1.0)
        known = all(isinstance(one, int | float) for one in (mean, stddev)) and stddev > 0
        return Draw(at.text, at.line, float(mean), float(stddev), told["shape"]) if known else Unknown(at.text, at.line)
    first = given[0] if given else named.get("x")
    if isinstance(first, Draw):
        return first if name in ("cast", "convert_to_tensor", "reshape") else Unknown(at.text, at.line)
    if isinstance(first, Places):
        axis = named.get("axis", given[1] if len(given) > 1 else None)
        if name == "expand_dims" and axis in (1, -1):
            return replace(first, is_column=True)
        return first if name in ("cast", "expand_dims", "reshape") else Unknown(at.text, at.line)
    if isinstance(first, Causal):
        return first if name in _FOR_EACH_SAMPLE else Unknown(at.text, at.line)
    if name == "expand_dims" and (first is None or isinstance(first, int)):  # a size, of which a shape is made
        return [first]
    if name in ("concatenate", "concat") and isinstance(first, list | tuple):
        rows = [script_tables.rows_of(one) for one in first]
        known = all(isinstance(one, list | tuple) and all(isinstance(size, int | None) for size in one) for one in rows)
        return [size for one in rows for size in one] if known else Unknown(at.text, at.line)
    if isinstance(first, Weight):
        if _gives_whole(name, first, [*given[1:], *(named[one] for one in ("repeats", "axis") if one in named)]):
            return first
        return _shaped_anew(name, first, given[1:], named) or Unknown(at.text, at.line)
    if name in ("constant", "cast", "convert_to_tensor", "Variable") and given:
        return first
    worked = FUNCTIONS.get(f"math.{'pow' if name == 'power' else name}")
    return worked(*given) if worked and given else Unknown(at.text, at.line)


_FOR_EACH_SAMPLE = ("cast", "reshape", "tile", "expand_dims", "broadcast_to", "convert_to_tensor", "repeat")
"""What a mask of places stays the same by."""


def _is_causal(value: Value) -> bool:
    """Whether a mask lets each place look at itself and those before it."""
    if not isinstance(value, Table) or value.numbers.ndim < 2:
        return isinstance(value, Causal)
    *around, rows, columns = value.numbers.shape
    is_one = rows == columns and math.prod(around) == 1
    return is_one and bool(np.array_equal(value.numbers.reshape(rows, columns), np.tri(rows)))


def _is_zero(value: Value) -> bool:
    """Whether states are those that a layer begins with anyway."""
    if isinstance(value, list | tuple):
        return bool(value) and all(map(_is_zero, value))
    return isinstance(value, Table) and not value.numbers.any()


def _shaped_anew(name: str, weight: Weight, rest: list[Value], named: dict[str, Value]) -> Weight | None:
    """The same weights in another shape; None where they are not, or where that is not known."""
    sizes = weight.sizes()
    by_name = next((named[one] for one in ("newshape", "shape", "axis", "axes", "perm") if one in named), None)
    told: Any = rest[0] if rest else by_name
    if sizes is None:
        return None
    there = np.broadcast_to(np.int8(0), sizes)
    match name:
        case "reshape":
            return weight.seen([*there.reshape([-1 if one is None else one for one in told]).shape])
        case "expand_dims":
            return weight.seen([*np.expand_dims(there, -1 if told is None else told).shape])
        case "squeeze":
            return weight.seen([*np.squeeze(there, told).shape])
        case "transpose" | "permute_dimensions" | "matrix_transpose":
            turned = np.transpose(there, told)
            moved = sum(one > 1 for one in sizes) > 1
            return weight.seen([*turned.shape], f"{name}{told}" if moved else "")
    return None


def _gives_whole(name: str, weight: Weight, rest: list[Value]) -> bool:
    """Whether a function gives a table of weights as it is, but for the samples that it is the same for."""
    rows, told = weight.rows(), rest[-1] if rest else None
    match name:
        case "cast" | "convert_to_tensor" | "identity":
            return True
        case "broadcast_to" | "slice":
            return rows is not None and isinstance(told, list | tuple) and tuple(told[-2:]) == rows
        case "tile":
            return isinstance(told, list | tuple) and all(one == 1 for one in told[1:])
        case "repeat":
            return len(rest) == 2 and rest[1] == 0
    return False


def _rate(given: list[Value], named: dict[str, Value]) -> Value:
    """Of TensorFlow's and the backend's dropout, which had the part that is kept before."""
    kept = named.get("keep_prob")
    if isinstance(kept, int | float):
        return 1 - kept
    return next((named[one] for one in ("rate", "level") if one in named), given[1] if len(given) > 1 else None)


def _is_product(name: str, given: list[Value], named: dict[str, Value]) -> bool:
    """Whether a tensordot is a product of matrices, as any other join is what its name says."""
    axes = named.get("axes", given[2] if len(given) > 2 else 1)
    last = axes[1] if isinstance(axes, list | tuple) and len(axes) == 2 else None
    return name != "tensordot" or axes == 1 or last in (0, [0], (0,))


_OF_AXES = {1: "vector", 2: "sequence", 3: "image"}
_OF_SHAPES = (
    "swapaxes", "extract_patches", "unstack", "argsort", "median", "diagonal", "trace", "diag_part", "repeat", "tile",
    "roll", "depth_to_space", "space_to_depth", "tril", "triu", "fft", "fft2",
)  # fmt: skip
"""Functions whose work hangs on the shape of what comes in."""
_OF_NUMBERS = ("Add", "Subtract", "Multiply", "Maximum", "Minimum", "Concatenate")
"""Layers that merge values, whose functions merge numbers with them too."""
_OF_SEVERAL = ("top_k", "moments", "unstack", "fft", "fft2")
_JOINS = {
    "matmul": "MatMult", "dot": "MatMult", "add": "Add", "bias_add": "Add", "multiply": "Mult", "tensordot": "MatMult",
    "subtract": "Sub", "divide": "Div", "true_divide": "Div", "truediv": "Div",
}  # fmt: skip
_WORKS = {"Add": "add", "Mult": "multiply", "Sub": "subtract", "Div": "divide"}
_CONVOLVES = ("conv1d", "conv2d", "conv3d", "conv", "depthwise_conv", "depthwise_conv2d", "convolution")
_BEGINS = {
    "PositionEmbedding": "embeddings_initializer",
    **dict.fromkeys(("Dense", "Conv1D", "Conv2D", "Conv3D"), "kernel_initializer"),
}
"""How a layer calls what its weights begin with."""


def _is_of_theano(shape: Value) -> bool:
    """Whether it is that of a picture whose one or three channels come first."""
    if not isinstance(shape, list | tuple) or len(shape) != 4:
        return False
    channels, *sides = shape[1:]
    return channels in (1, 3) and all(isinstance(one, int) and one > 4 for one in sides)


def _batched(shape: Value) -> Value:
    if isinstance(shape, int) and not isinstance(shape, bool):
        shape = [shape]
    return [None, *shape] if isinstance(shape, list | tuple) else shape


def _by_name(kind: str, given: Sequence[Value], named: dict[str, Value]) -> dict[str, Value]:
    """Arguments by their names."""
    in_order = IN_ORDER.get(kind_of(kind)) or IN_ORDER.get(kind, ())
    return {**dict(zip(in_order, given, strict=False)), **named}
