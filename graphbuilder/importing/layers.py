"""A layer as the nodes that do its work: one operator of its kind, mostly; the exceptions stand here."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from graphbuilder.calls import Call as Made
from graphbuilder.importing.model import LAYERS, UNTOLD, Layer
from graphbuilder.importing.settings import (
    CELLS,
    ENTERS,
    Config,
    OtherWay,
    Part,
    Raw,
    Said,
    Unread,
    activation_of,
    fault_of,
    flattened,
    kind_of,
    of_cell,
    params_of,
)
from graphbuilder.operators import OPERATORS
from graphbuilder.operators.filter import filter_of

SIGMOID_OF_OLD = (
    Part("Rescaling", {"scale": 0.2, "offset": 0.5}),
    Part("Elementwise", {"function": "clip", "low": 0.0, "high": 1.0}),
)
"""What Keras called hard_sigmoid up to its second version: x / 5 + 1 / 2, cut off at 0 and 1."""

OLD_GATES = (
    "W_HARD_SIGMOID",
    (
        "works by hard_sigmoid, which was x / 5 + 1 / 2 when the file was written and is x / 6 + 1 / 2 here: its "
        "answers differ a little until it is trained on"
    ),
)


_CODE = "holds code of Python, which is never run here"


def said(layer: Layer, hard_sigmoid: int = 6) -> Said:
    """The nodes that a layer becomes. Raises Unread for one that is not known, or that has what is not known."""
    kind = kind_of(layer.kind)
    if layer.kind.startswith("Deconvolution") and "output_shape" in layer.config:  # follows from the rest, as a rule
        layer = replace(layer, config={name: one for name, one in layer.config.items() if name != "output_shape"})
    if layer.module == UNTOLD:
        raise Unread("E_FUNCTION", str(layer.config["lack"]))
    if layer.module != LAYERS and kind not in OF_OTHERS:
        raise Unread("E_LAYER_UNSUPPORTED", "is of a class that is not known here")
    if kind in OF_OTHERS:
        return OF_OTHERS[kind](layer.config)
    if own := OWN.get(layer.kind) or OWN.get(kind):
        return own(layer, hard_sigmoid)
    return _by_its_kind(kind, layer.config, hard_sigmoid)


@cache
def _is_layer(kind: str) -> bool:
    """Keras has a layer of this name, and an operator is it."""
    if kind not in OPERATORS:
        return False
    made = OPERATORS[kind]().call("layer")
    return isinstance(made, Made)


def _by_its_kind(kind: str, config: Config, hard_sigmoid: int = 6) -> Said:
    if not _is_layer(kind):
        raise Unread("E_LAYER_UNSUPPORTED", _CODE if kind == "Lambda" else "is of a class that is not known here")
    goes_on = "recurrent_initializer" in OPERATORS[kind].parameters  # and its activation works at every step
    config, behind = (config, ()) if goes_on else _activation_apart(config, hard_sigmoid)
    params, frozen, notes = params_of(kind, config)
    if fault := fault_of(kind, params):
        raise Unread("E_VALUE", f"has {fault}")
    if hard_sigmoid == 5 and _keeps_hard_sigmoid(params):
        notes += (OLD_GATES,)
    return Said((Part(kind, params), *behind), frozen, notes)


def _keeps_hard_sigmoid(params: Raw) -> bool:
    """Whether the function of that name works within the layer, or within one that it holds."""
    if "hard_sigmoid" in (params.get("activation"), params.get("recurrent_activation")):
        return True
    held = params.get("layer")
    return isinstance(held, dict) and _keeps_hard_sigmoid(held["params"])


def _activation_apart(config: Config, hard_sigmoid: int) -> tuple[Config, tuple[Part, ...]]:
    """The configuration without an activation that is a layer itself, or that is called otherwise now; and that."""
    value = config.get("activation")
    if value == "glu" and "recurrent_activation" not in config:  # halves its input, so it is a node of its own
        return {**config, "activation": "linear"}, (Part("GLU", {}),)
    if (
        isinstance(value, dict)
        and value.get("class_name") not in (None, "function")
        and "recurrent_activation" not in config
    ):
        kind, own = kind_of(str(value["class_name"])), value.get("config")
        if kind in OPERATORS and OPERATORS[kind].family.name == "activation" and isinstance(own, dict):
            inner = _by_its_kind(kind, own, hard_sigmoid)
            return {**config, "activation": "linear"}, inner.parts
    if (
        (
            hard_sigmoid == 5
            and {"units", "filters", "depth_multiplier"} & config.keys()
            and "recurrent_activation" not in config
        )
        and value is not None
        and activation_of(value) == "hard_sigmoid"
    ):
        return {**config, "activation": "linear"}, SIGMOID_OF_OLD
    return config, ()


# Classes of Keras that an operator of another name is, or several


def _activation(layer: Layer, hard_sigmoid: int) -> Said:
    if hard_sigmoid == 5 and layer.config.get("activation") == "hard_sigmoid":
        return Said(SIGMOID_OF_OLD)
    value = layer.config.get("activation")
    if value == "glu":  # halves its input, so it is no activation of a layer here
        return Said((Part("GLU", {}),))
    if isinstance(value, dict) and value.get("class_name") not in (None, "function"):
        _, parts = _activation_apart(layer.config, hard_sigmoid)
        if parts:
            return Said(parts)
    return _by_its_kind("Activation", layer.config, hard_sigmoid)


def _thresholded(layer: Layer, hard_sigmoid: int) -> Said:
    return Said((Part("Threshold", {"threshold": float(layer.config.get("theta", 1.0))}),))


def _normalization(layer: Layer, hard_sigmoid: int) -> Said:
    """Numbers may stand nested, as they are added to values. Turned round, it is one of other numbers."""
    config = dict(layer.config)
    if config.get("invert") is True and config.get("mean") is not None and config.get("variance") is not None:
        spreads = [max(one, 1e-14) for one in _numbers_in(config["variance"])]
        means = _numbers_in(config["mean"])
        means = means * len(spreads) if len(means) == 1 else means
        config["mean"] = [-mean / math.sqrt(one) for mean, one in zip(means, spreads, strict=True)]
        config["variance"] = [1 / one for one in spreads]
        config["invert"] = False
    return _by_its_kind("Normalization", config)


def _numbers_in(value: Any) -> list[float]:
    """Raises Unread."""
    found = flattened(value)
    if not found or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in found):
        raise Unread("E_VALUE", "has numbers that cannot be read")
    return [float(one) for one in found]


def _rescaling(layer: Layer, hard_sigmoid: int) -> Said:
    """A factor for each channel has a parameter of its own."""
    config = dict(layer.config)
    for name in ("scale", "offset"):
        if isinstance(config.get(name), list):
            numbers = _numbers_in(config.pop(name))
            config |= {f"{name}s": numbers, name: float(name == "scale")}
    return _by_its_kind("Rescaling", config)


_MOST_FOUND = 1_000


def _found_names(kind: str, config: Config, hard_sigmoid: int) -> Said:
    """A layer that finds its names in data has a bound here; where nothing tells how many there are, one is set."""
    if config.get("vocabulary") not in (None, []) or config.get("max_tokens") is not None:
        return _by_its_kind(kind, config, hard_sigmoid)
    if config.get("output_mode", "int") != "int":  # then it is how many values come out
        return _by_its_kind(kind, config, hard_sigmoid)
    made = _by_its_kind(kind, {**config, "max_tokens": _MOST_FOUND}, hard_sigmoid)
    note = "W_TOKENS", f"numbers all names that it finds in data, and here the {_MOST_FOUND:,} that are most frequent"
    return Said(made.parts, made.frozen, (*made.notes, note))


def _lookup(layer: Layer, hard_sigmoid: int) -> Said:
    """What stands for nothing has the first number in a file, and is one more that is unknown here."""
    config, mask = {**layer.config}, layer.config.get("mask_token")
    if mask is None:
        return _found_names(layer.kind, config, hard_sigmoid)
    config["mask_token"], told = None, repr(mask)[:40]
    if isinstance(words := config.get("vocabulary"), list) and words[:1] == [mask]:
        config["vocabulary"] = words[1:]
    unknown = config.get("num_oov_indices", 1)
    if config.get("output_mode", "int") != "int" or not isinstance(unknown, int):
        note = "W_MASK_TOKEN", f"gave nothing for {told}, which is unknown here"
        made = _found_names(layer.kind, config, hard_sigmoid)
        return Said(made.parts, made.frozen, (*made.notes, note))
    made = _found_names(layer.kind, {**config, "num_oov_indices": unknown + 1}, hard_sigmoid)
    if not unknown:
        return made
    others = "1" if unknown == 1 else f"1 to {unknown}"
    note = "W_MASK_TOKEN", f"gave {told} 0 and what is unknown {others}; here both are 0 to {unknown}"
    return Said(made.parts, made.frozen, (*made.notes, note))


_ROWS = {"multi_hot": "multi_hot", "binary": "multi_hot", "count": "count", "tf_idf": "count", "tf-idf": "count"}


def _text(layer: Layer, hard_sigmoid: int) -> Said:
    """Which words occur, how often, or weighed: the words one by one, a row for all of them without that of no word,
    and their weights."""
    config, mode = dict(layer.config), str(layer.config.get("output_mode", "int"))
    if mode not in _ROWS:
        return _found_names("TextVectorization", config, hard_sigmoid)
    weights, most = config.pop("idf_weights", None), config.get("max_tokens")
    for name in ("output_mode", "output_sequence_length", "pad_to_max_tokens"):
        config.pop(name, None)
    has_words = config.get("vocabulary") not in (None, [])
    if not isinstance(most, int):
        most = None if has_words else _MOST_FOUND
    with_none = most and most + 1  # no word is counted among them
    made = _by_its_kind("TextVectorization", {**config, "max_tokens": with_none})
    listed = made.parts[0].params.get("vocabulary")
    if with_none and (layer.config.get("pad_to_max_tokens") or not has_words):
        count = with_none
    elif isinstance(listed, list):
        count = len(listed) + 2
    else:
        raise Unread("E_OPTION", f"has output_mode = {mode} and words that are not listed in the file")
    notes = made.notes
    if not has_words and not layer.config.get("pad_to_max_tokens"):
        told = f"gives a value for each word that it finds in data, and here for the {most:,} that are most frequent"
        notes = (*notes, ("W_TOKENS", told))
    parts = [
        made.parts[0],
        Part("CategoryEncoding", {"num_tokens": count, "output_mode": _ROWS[mode]}),
        Part("Slice", {"axis": -1, "start": 1}),
    ]
    if mode.startswith("tf"):
        parts.append(Part("Rescaling", {"scale": 1.0, "scales": _weights_of_words(weights, listed, count - 1)}))
    return Said((*made.parts[:1], *parts[1:]), made.frozen, notes)


def _weights_of_words(weights: Any, listed: Any, count: int) -> list[float]:
    """As Keras has them: what is not listed weighs as much as others on average, and what may be listed nothing."""
    if weights is None or not isinstance(listed, list):
        raise Unread("E_OPTION", "weighs words as it found them in data, and the file does not tell how")
    told = _numbers_in(weights)
    if len(told) == len(listed):
        told = [sum(told) / len(told), *told]
    return [*told, *[0.0] * (count - len(told))]


def _random_crop(layer: Layer, hard_sigmoid: int) -> Said:
    keys = ("height", "width")
    note = "W_CROP", "cuts out at random in training; outside of it, the middle is cut out here"
    return Said((Part("RandomCrop", {key: layer.config[key] for key in keys if key in layer.config}),), notes=(note,))


def _pipeline(layer: Layer, hard_sigmoid: int) -> Said:
    """Several layers of preprocessing in a row."""
    layers = layer.config.get("layers")
    kinds = [one.get("class_name") if isinstance(one, dict) else None for one in layers or []]
    if not isinstance(layers, list) or not layers or None in kinds:
        raise Unread("E_LAYER_UNSUPPORTED", "holds what are no layers")
    parts: list[Part] = []
    for one in layers:
        inner = Layer("", str(one["class_name"]), config=one.get("config") or {})
        parts += said(inner).parts
    if kinds == ["RandomCrop", "CenterCrop"] and parts[0].params == parts[1].params:
        parts = parts[:1]
    return Said(tuple(parts))


_MOST_CELLS = 100


def _rnn(layer: Layer, hard_sigmoid: int) -> Said:
    """A cell that is gone through a sequence with is the layer of its kind; several are one behind the other."""
    cell = layer.config.get("cell")
    own = cell.get("config") if isinstance(cell, dict) else None
    several = own.get("cells") if isinstance(own, dict) else None
    cells = several if isinstance(several, list) and several else [cell]
    if len(cells) > _MOST_CELLS:
        raise Unread("E_TOO_BIG", f"has {len(cells):,} cells one upon the other, and {_MOST_CELLS} are allowed")
    outer = {name: value for name, value in layer.config.items() if name not in ("cell", "units")}
    parts: list[Part] = []
    notes: tuple[tuple[str, str], ...] = ()
    for place, one in enumerate(cells, start=1):
        kind = CELLS.get(str(one.get("class_name", ""))) if isinstance(one, dict) else None
        if kind is None or not isinstance(one.get("config"), dict):
            raise Unread("E_LAYER_UNSUPPORTED", "goes through a sequence with a cell that is not known here")
        within = {} if place == len(cells) else {"return_sequences": True}
        turned = {"go_backwards": False} if place > 1 else {}  # what comes from the first is turned round already
        made = _by_its_kind(kind, {**one["config"], **outer, **within, **turned}, hard_sigmoid)
        parts += made.parts
        notes += made.notes
    return Said(tuple(parts), layer.config.get("trainable") is False, notes)


def _random_range(layer: Layer, hard_sigmoid: int) -> Said:
    """Between two numbers: where one alone can be said, as far as the farther of them, with a word."""
    config, notes = dict(layer.config), []
    for name in ("factor", "height_factor", "width_factor"):
        pair = config.get(name)
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, int | float) for one in pair):
            continue
        farthest = max(abs(one) for one in pair)
        if pair != [-farthest, farthest]:
            came = f"{pair[0]:g} to {pair[1]:g}"
            says = f"draws its {name} from {came} in training, and here from {-farthest:g} to {farthest:g}"
            notes.append(("W_RANGE", says))
        config[name] = farthest
    made = _by_its_kind(layer.kind, config)
    return Said(made.parts, made.frozen, (*made.notes, *notes))


def _random_saturation(layer: Layer, hard_sigmoid: int) -> Said:
    """Keras 3 makes of one number a range around 0, where one from 0 on is meant."""
    factor = layer.config.get("factor")
    if not isinstance(factor, list) or len(factor) != 2 or not isinstance(factor[0], int | float) or factor[0] >= 0:
        return _by_its_kind("RandomSaturation", layer.config, hard_sigmoid)
    made = _by_its_kind("RandomSaturation", {**layer.config, "factor": [0.0, factor[1]]}, hard_sigmoid)
    note = "W_RANGE", f"draws its factor from {factor[0]:g} to {factor[1]:g} in training, and here from 0 on"
    return Said(made.parts, made.frozen, (*made.notes, note))


def _random_contrast(layer: Layer, hard_sigmoid: int) -> Said:
    """Keras 3 makes of one number that contrast only grows, which is seldom meant."""
    factor = layer.config.get("factor")
    if isinstance(factor, int | float):
        factor = [0, factor]
    if not isinstance(factor, list) or len(factor) != 2 or factor[0] != 0:
        return _by_its_kind("RandomContrast", layer.config)
    made = _by_its_kind("RandomContrast", {**layer.config, "factor": [factor[1]] * 2})
    note = "W_CONTRAST", "only raises contrast in training; here it lowers it as well"
    return Said(made.parts, made.frozen, (*made.notes, note))


_MODES = {
    "sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum", "concat": "Concatenate", "dot": "Dot",
}  # fmt: skip


def _merge(layer: Layer, hard_sigmoid: int) -> Said:
    """What Keras' first version had for all of them."""
    mode = layer.config.get("mode", "sum")
    if mode not in _MODES:
        raise Unread("E_OPTION", "merges in a way that is not known here")
    axis = layer.config.get("concat_axis")
    return Said((Part(_MODES[mode], {"axis": axis} if mode == "concat" and isinstance(axis, int) else {}),))


_BIASES_TWICE = "W_CUDNN", "was made for a graphics card and has biases twice; the layer here has them once"


def _bidirectional(layer: Layer, hard_sigmoid: int) -> Said:
    """Two ways that are not of one kind, or are given out apart, are two layers, one of which is turned round again."""
    config = layer.config
    if config.get("merge_mode", "concat") is not None:
        try:
            made = _by_its_kind("Bidirectional", config, hard_sigmoid)
            held = config.get("layer")
            is_cudnn = isinstance(held, dict) and held.get("class_name") == "CuDNNLSTM"
            return replace(made, notes=(*made.notes, _BIASES_TWICE)) if is_cudnn else made
        except OtherWay:
            pass
    return _two_ways(config, hard_sigmoid)


def _two_ways(config: Config, hard_sigmoid: int) -> Said:
    """A layer for each way."""
    on = of_cell(config["layer"])
    back = config.get("backward_layer")
    settings = [dict(one["config"]) for one in (on, of_cell(back) if isinstance(back, dict) else on)]
    settings[1]["go_backwards"] = not settings[0].get("go_backwards", False)
    if any(one.get("return_state") for one in settings):
        raise Unread(
            "E_OPTION", "gives the states of two ways that are not brought together, which cannot be said here"
        )
    kinds = [str(one["class_name"]) for one in (on, of_cell(back) if isinstance(back, dict) else on)]
    ways = [_by_its_kind(kind_of(kind), own, hard_sigmoid) for kind, own in zip(kinds, settings, strict=True)]
    parts = [ways[0].parts[0], replace(ways[1].parts[0], came=(ENTERS,))]
    if any(len(way.parts) > 1 for way in ways):
        raise Unread("E_VALUE", "holds layers that cannot be said here as one each")
    if settings[0].get("return_sequences"):
        parts.append(Part("Flip", {"axis": [1]}))
    ends = 0, len(parts) - 1
    frozen = config.get("trainable") is False
    notes = tuple(dict.fromkeys((*ways[0].notes, *ways[1].notes)))
    if config.get("merge_mode", "concat") is None:
        return Said(tuple(parts), frozen, notes, ends)
    kind = {"concat": "Concatenate", "sum": "Add", "mul": "Multiply", "ave": "Average"}[
        config.get("merge_mode", "concat")
    ]
    return Said((*parts, Part(kind, {}, ends)), frozen, notes)


def _time_distributed(layer: Layer, hard_sigmoid: int) -> Said:
    """A row of layers that is applied to every step is each of them applied to every step."""
    if layer.inner is None:
        held = layer.config.get("layer")
        kind, own = (held.get("class_name"), held.get("config")) if isinstance(held, dict) else (None, None)
        if kind == "Bidirectional" and isinstance(own, dict):
            return _both_ways_each_step(own, hard_sigmoid)
        if kind == "TimeDistributed" and isinstance(own, dict) and _is_by_place(own.get("layer")):
            return _time_distributed(replace(layer, config={**layer.config, "layer": own["layer"]}), hard_sigmoid)
        return _by_its_kind("TimeDistributed", layer.config, hard_sigmoid)
    parts: list[Part] = []
    for one in layer.inner.layers:
        if one.kind == "InputLayer":
            continue
        inner = said(one, layer.inner.hard_sigmoid)
        if inner.notes:
            raise Unread("E_OPTION", f"applies {one.kind} to every step, which {inner.notes[0][1]}")
        parts += (
            Part("TimeDistributed", {"layer": {"kind": part.kind, "params": part.params}}) for part in inner.parts
        )
    return Said(tuple(parts), layer.config.get("trainable") is False)


def _is_by_place(held: Any) -> bool:
    """Whether a layer does the same whatever axes stand before the last."""
    kind = kind_of(str(held.get("class_name"))) if isinstance(held, dict) else ""
    return kind == "Dense" or (kind in OPERATORS and OPERATORS[kind].family.name == "activation")


def _both_ways_each_step(config: Config, hard_sigmoid: int) -> Said:
    """A layer for each way, applied to every step."""
    made = _two_ways(config, hard_sigmoid)
    parts = [
        replace(part, params={"axis": [2]})
        if part.kind == "Flip"
        else replace(part, kind="TimeDistributed", params={"layer": {"kind": part.kind, "params": part.params}})
        if "recurrent_initializer" in OPERATORS[part.kind].parameters
        else part
        for part in made.parts
    ]
    return replace(made, parts=tuple(parts))


def _cudnn(layer: Layer, hard_sigmoid: int) -> Said:
    kind = layer.kind.removeprefix("CuDNN")
    config = {"reset_after": True, **layer.config} if kind == "GRU" else layer.config
    made = _by_its_kind(kind, config)
    return Said(made.parts, made.frozen, made.notes if kind == "GRU" else (*made.notes, _BIASES_TWICE))


def _depthwise(layer: Layer, hard_sigmoid: int) -> Said:
    """A kernel that stands in the file, and is not trained, is a filter."""
    start, window = layer.config.get("depthwise_initializer"), _window(layer.config)
    if window is None or not isinstance(start, dict) or layer.config.get("trainable") is not False:
        return _by_its_kind("DepthwiseConv2D", layer.config, hard_sigmoid)
    usual = {"use_bias": False, "strides": [1, 1], "dilation_rate": [1, 1], "depth_multiplier": 1}
    for key, value in usual.items():
        if layer.config.get(key, value) not in (value, tuple(value) if isinstance(value, list) else value):
            raise Unread("E_OPTION", f"has weights that stand in the file and {key} = {layer.config[key]}")
    padding = layer.config.get("padding", "valid")
    return Said((Part("FixedFilter", {**filter_of(window), "padding": padding}),))


def _separable_1d(layer: Layer, hard_sigmoid: int) -> Said:
    """What reads no later steps has as many of 0 before them."""
    config = dict(layer.config)
    sizes = [flattened(config.get(name, usual)) for name, usual in (("kernel_size", None), ("dilation_rate", 1))]
    whole = [one[0] for one in sizes if len(one) == 1 and isinstance(one[0], int)]
    if config.get("padding") != "causal" or len(whole) < len(sizes):
        return _by_its_kind("SeparableConv1D", config, hard_sigmoid)
    made = _by_its_kind("SeparableConv1D", {**config, "padding": "valid"}, hard_sigmoid)
    before = Part("ZeroPadding1D", {"padding": [whole[1] * (whole[0] - 1), 0]})
    return Said((before, *made.parts), made.frozen, made.notes)


def _window(config: Config) -> list[list[float]] | None:
    """The kernel of one channel that an initializer holds."""
    start = config.get("depthwise_initializer")
    own = start.get("config") if isinstance(start, dict) else None
    value = own.get("value") if isinstance(own, dict) else None
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        return None
    rows = [
        [one[0][0] if isinstance(one, list) and one and isinstance(one[0], list) else one for one in row]
        for row in value
    ]
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for row in rows for one in row)
    return rows if rows and numbers and len({len(row) for row in rows}) == 1 else None


def _to_one_number(layer: Layer, hard_sigmoid: int) -> Said:
    """Without an axis it is one number, which has one of size 1 here."""
    if layer.config.get("target_shape") in ([], ()):
        return Said((Part("Reshape", {"target_shape": [1]}),))
    return _by_its_kind("Reshape", layer.config, hard_sigmoid)


OWN: Mapping[str, Callable[[Layer, int], Said]] = {
    "Reshape": _to_one_number, "TextVectorization": _text,
    "Activation": _activation, "ThresholdedReLU": _thresholded, "Normalization": _normalization,
    "Rescaling": _rescaling, "StringLookup": _lookup, "IntegerLookup": _lookup,
    "DepthwiseConv2D": _depthwise, "SeparableConv1D": _separable_1d,
    **dict.fromkeys(("RandomZoom", "RandomTranslation", "RandomRotation", "RandomBrightness"), _random_range),
    "RandomSaturation": _random_saturation,
    "RandomContrast": _random_contrast, "RandomCrop": _random_crop, "Pipeline": _pipeline, "RNN": _rnn, "Merge": _merge,
    "TimeDistributed": _time_distributed, "Bidirectional": _bidirectional, "CuDNNLSTM": _cudnn, "CuDNNGRU": _cudnn,
}  # fmt: skip

NOTHING_DONE = ("Identity", "ActivityMonitor")
"""Layers that give what comes in."""


# Classes of others' programs that an operator does the work of


def _layer_scale(config: Config) -> Said:
    if "start" in config:
        return _by_its_kind("LayerScale", config)
    return Said(
        (
            Part(
                "LayerScale",
                {"of": "image", "channels": config.get("projection_dim", 1), "start": config.get("init_values", 1e-6)},
            ),
        ),
        config.get("trainable") is False,
    )


def _stochastic_depth(config: Config) -> Said:
    rate = config.get("drop_path_rate", config.get("drop_rate", 0.0))
    return Said((Part("Dropout", {"rate": rate, "noise_shape": [1, 1, 1]}),))


def _cast_to_amounts(config: Config) -> Said:
    """AutoKeras puts it before everything."""
    return Said((Part("Rescaling", {"scale": 1.0}),))


OF_OTHERS: Mapping[str, Callable[[Config], Said]] = {
    "LayerScale": _layer_scale,
    "StochasticDepth": _stochastic_depth,
    "CastToFloat32": _cast_to_amounts,
}
SCALED_SUM = "CustomScaleLayer"
"""Of InceptionResNet: the sum of the first value and the second, which is scaled."""
