"""A layer's configuration as the parameters of its operator, read by what the operator declares.

Every key of a configuration is a parameter, or whether the weights are trained, or an option that changes nothing here
(`NO_MATTER`). Any other is named: nothing is left out in silence.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from graphbuilder.activations import ACTIVATIONS
from graphbuilder.importing.versions import FREE, NO_MATTER, RENAMED, RENAMED_ACTIVATIONS, RENAMED_KINDS
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.augmentation import Share
from graphbuilder.operators.inner import LayerOf
from graphbuilder.operators.operator import REQUIRED
from graphbuilder.parameters import (
    AxesOf,
    AxisOf,
    Choice,
    Constraint,
    Edges,
    Initializer,
    Number,
    NumberList,
    NumberListOrNone,
    OneOf,
    OrNone,
    Parameter,
    Regularizer,
    Sizes,
    Whole,
    WrongType,
    YesNo,
)
from graphbuilder.texts import beginning_of

Config = Mapping[str, Any]
Raw = dict[str, Any]


class Unread(ValueError):
    """What of a layer cannot be said here: a code, and words that follow the layer's name. shape: of what it gives,
    where that is known all the same."""

    def __init__(self, code: str, text: str, shape: tuple[int | None, ...] | None = None) -> None:
        super().__init__(text)
        self.code, self.text, self.shape = code, text, shape


class OtherWay(Unread):
    """Both ways through a sequence are not of one kind, or not brought together."""


@dataclass(frozen=True, slots=True)
class Part:
    """One node that a layer becomes. came: what enters at its ports, each the number of an earlier part, or ENTERS,
    what comes to the layer; as a rule what the part before it gives."""

    kind: str
    params: Raw
    came: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A layer as a row of nodes, the first with its name and its weights. notes: (code, sentence) of what is not said
    by them. gives: the parts that give its values, where that is not the last one with the states of all."""

    parts: tuple[Part, ...]
    frozen: bool = False
    notes: tuple[tuple[str, str], ...] = ()
    gives: tuple[int, ...] = ()


ENTERS = -1


def params_of(kind: str, config: Config) -> tuple[Raw, bool, tuple[tuple[str, str], ...]]:
    """The parameters of an operator that becomes a layer of this configuration, whether its weights are frozen, and
    notes. Raises Unread."""
    operator = OPERATORS[kind]
    config = named_as_now(kind, config)
    undone = UNDONE.get(kind, {})
    params: Raw = {}
    for name, rule in undone.items():
        if name in config or name == "":
            params |= rule(config)
    notes: list[tuple[str, str]] = []
    for name, value in config.items():
        parameter = operator.parameters.get(name)
        if name in undone or name == "trainable":
            continue
        if parameter and parameter.keras_as and value is None:
            continue
        if parameter is None and name in _OF_ONE_KERNEL and "depthwise_initializer" in operator.parameters:
            if value is not None:
                text = f"has {name} = {_short(value)}, which did nothing in Keras 2 either: its kernels are others"
                notes.append(("W_NO_EFFECT", text))
            continue
        if parameter is None or parameter.of_call:
            notes += _option(name, value)
            continue
        try:
            params[name] = parameter.write(_read(kind, parameter, value))
        except Unread as fault:
            if not (isinstance(parameter, Constraint | Regularizer) and _is_own_class(parameter, value)):
                raise
            notes.append(("W_OWN_CLASS", f"{fault}: it comes without it, and answers as it did; training may differ"))
    for name in _MEASURED:
        if config.get(name, ...) is None and name in operator.parameters:
            notes.append(("W_MEASURED", f"found its {name} in data, and the file does not have it: it is found anew"))
    return {**_left_out(kind, {*config, *params}, params), **params}, config.get("trainable") is False, tuple(notes)


def _is_own_class(parameter: OneOf, value: Any) -> bool:
    """Whether a penalty or a constraint is named that Keras does not have, which only training asks.
    One of another module stays refused."""
    if not isinstance(value, dict | str):
        return False
    name = value if isinstance(value, str) else value.get("class_name")
    if not isinstance(name, str):
        return False
    try:
        _hold_module(value if isinstance(value, dict) else {}, parameter.name)
    except Unread:
        return False
    try:
        _choice_of(name, parameter)
    except Unread:
        return True
    return False


_OF_ONE_KERNEL = ("kernel_regularizer", "kernel_constraint")
"""What Keras 2 took for convolutions with a kernel for each channel as well, and left unused."""
_MEASURED = ("vocabulary", "bin_boundaries")


def _left_out(kind: str, told: set[str], params: Raw) -> Raw:
    """What Keras takes for parameters that are not told, where an operator begins otherwise."""
    declared = OPERATORS[kind].parameters
    unsaid = {name: one for name, one in USUAL.get(kind, {}).items() if name not in told}
    found: Raw = {name: declared[name].write(_read(kind, declared[name], one)) for name, one in unsaid.items()}
    for name, parameter in _begun_otherwise(kind):
        if parameter.keras_as and name not in params:
            found[name] = params.get(parameter.keras_as, parameter.write(parameter.default))
        elif name not in told and name == "vocabulary":
            found[name] = []
        elif name not in told:
            with suppress(Unread):
                found[name] = parameter.write(_read(kind, parameter, parameter.keras_default))
    return found


@cache
def _begun_otherwise(kind: str) -> tuple[tuple[str, Parameter[Any]], ...]:
    """The parameters for which Keras takes something else where they are left out than an operator begins with."""

    def is_one(name: str, parameter: Parameter[Any]) -> bool:
        usual = parameter.keras_default
        if usual is REQUIRED or usual == parameter.default:
            return bool(parameter.keras_as)
        return name == "vocabulary" or usual != parameter.argument(parameter.default)

    return tuple((name, one) for name, one in OPERATORS[kind].parameters.items() if is_one(name, one))


USUAL: Mapping[str, Raw] = {"Cropping2D": {"cropping": 0}}
"""What Keras takes for one rank of a grid alone, where an operator begins otherwise."""


def named_as_now(kind: str, config: Config) -> Raw:
    """The configuration under Keras 3's names."""
    own, rest = RENAMED.get(kind, {}), RENAMED[""]
    parameters = OPERATORS[kind].parameters if kind in OPERATORS else {}
    found: Raw = {}
    if {"nb_row", "nb_col"} <= config.keys():
        found["kernel_size"] = [config["nb_row"], config["nb_col"]]
    for name, value in config.items():
        if name in ("nb_row", "nb_col"):
            continue
        new = own.get(name) or (rest.get(name) if name not in parameters else None) or name
        if new != name and new not in parameters and new not in NO_MATTER:
            new = name
        found.setdefault(new, value) if new != name else found.__setitem__(new, value)
    if isinstance(first := config.get("forget_bias_init"), str):  # an initializer, up to Keras 1
        found["unit_forget_bias"] = {"one": True, "ones": True, "zero": False, "zeros": False}.get(first, first)
    if found.get("data_format") in ("tf", "th"):
        found["data_format"] = {"tf": "channels_last", "th": "channels_first"}[found["data_format"]]
    return found


def _option(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Notes of an option without a parameter. Raises Unread for one that would change what the layer gives."""
    if name == "data_format" and value == "channels_first":
        raise Unread("E_CHANNELS_FIRST", "works on channels first; here they come last")
    if name == "stateful":
        if value:
            yield "W_STATEFUL", "kept its state from batch to batch (stateful), which is not done here"
        return
    if name in ("quantization_config", "quantization_mode") and value is not None:
        raise Unread("E_OPTION", f"{_quantized(value)}: import the model as it was before it was quantized")
    if name == "lora_rank" and value is not None:
        yield "W_LORA", f"learned by an adapter of rank {_short(value)} (LoRA); here all of its weights do"
        return
    if name not in NO_MATTER:
        raise Unread("E_OPTION", f"has the option {_short(name)} = {_short(value)}, which is not known here")
    allowed = NO_MATTER[name]
    if not any(one is FREE or one == value for one in allowed):
        raise Unread("E_OPTION", f"has {name} = {_short(value)}, which cannot be said here")


def _quantized(value: Any) -> str:
    """How a layer keeps its weights, by its configuration of Keras 3."""
    kind = str(value.get("class_name", "")) if isinstance(value, dict) else str(value)
    return f"keeps its weights as {kind.removesuffix('QuantizationConfig').lower()[:20] or 'few bits'}, not as amounts"


def _short(value: Any) -> str:
    told = value[:100] if isinstance(value, str) else beginning_of(value, 40)
    told = re.sub(r"[^\x20-\x7e\u00a0-\uffff]", "?", told)
    return told if len(told) <= 40 else f"{told[:37]}..."


# One value


def _read(kind: str, parameter: Parameter[Any], value: Any) -> Any:
    """The value of a parameter that says what stands in a configuration. Raises Unread."""
    fault: Exception | None = None
    for tried in _tried(kind, parameter, value):
        try:
            return parameter.read(tried)
        except WrongType as wrong:
            fault = fault or wrong
        except (KeyError, TypeError, OverflowError):
            continue
    raise Unread("E_VALUE", f"has {parameter.name} = {_short(value)}: it {fault or 'cannot be read'}")


def _tried(kind: str, parameter: Parameter[Any], value: Any) -> Iterator[Any]:
    """The value as a document would have it: several ways, where that depends."""
    match parameter:
        case OrNone() if value == [] and isinstance(parameter.of, AxesOf):
            yield None
        case OrNone():
            yield from [None] if value is None else _tried(kind, parameter.of, value)
        case LayerOf():
            yield _inner(value)
        case Initializer() | Constraint() | Regularizer():
            yield from _chosen(parameter, value)
        case Edges():
            yield _edges([*map(_whole, flattened(value))], parameter.length)
        case Sizes():
            flat = [*map(_whole, flattened(value))]
            yield flat * parameter.length if len(flat) == 1 else flat
        case AxesOf() | NumberList() | NumberListOrNone():
            yield flattened(value)
        case Share():
            low, high = value if isinstance(value, list) and len(value) == 2 else (0.0, value)
            yield as_written((low + high) / 2)
        case Number() if isinstance(value, list):
            yield _of_pair(parameter.name, value, PAIRS.get((kind, parameter.name)))
        case Number():
            yield as_written(value)
        case AxisOf() | Whole():
            flat = [*map(_whole, flattened(value))]
            if (form := PAIRS.get((kind, parameter.name))) and len(flat) == 2:
                yield _of_pair(parameter.name, flat, form)
            else:
                yield flat[0] if len(flat) == 1 else value
        case Choice() if parameter.choices.keys() & ACTIVATIONS.keys() == ACTIVATIONS.keys():
            yield activation_of(value)
        case Choice() if value is None:
            yield "none"
        case Choice() if isinstance(value, str) and value not in parameter.choices:
            yield value.lower()
        case YesNo() if not isinstance(value, bool):
            yield value if value is None else {0: False, 1: True}.get(value, value)
        case _:
            yield _plain(value)


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else as_written(value)


def _whole(value: Any) -> Any:
    """64 for 64.0, as scripts that divide have it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def as_written(value: Any) -> Any:
    """A number that was kept in single precision as it was written: 0.02 for 0.019999999552965164."""
    if not isinstance(value, float) or abs(value) > 1e38 or float(np.float32(value)) != value:
        return value
    return float(str(np.float32(value)))


def _of_pair(name: str, pair: list[Any], form: Callable[[float], list[float]] | None) -> Any:
    """The number of which Keras makes this pair. Raises Unread where it makes another of any."""
    last = pair[-1] if pair else None
    if form is not None and isinstance(last, int | float) and form(last) == pair:
        return as_written(float(last))
    raise Unread("E_VALUE", f"has {name} = {_short(pair)}, which cannot be said here")


def _around_zero(most: float) -> list[float]:
    return [-most, most]


def _from_zero(most: float) -> list[float]:
    return [0.0, most]


def _twice(value: float) -> list[float]:
    return [value, value]


PAIRS: Mapping[tuple[str, str], Callable[[float], list[float]]] = {
    **dict.fromkeys(
        [("RandomRotation", "factor"), ("RandomBrightness", "factor"), ("RandomColorDegeneration", "factor")],
        _around_zero,
    ),
    **dict.fromkeys(
        [
            ("RandomShear", "x_factor"), ("RandomShear", "y_factor"), ("RandomHue", "factor"),
            ("Solarization", "addition_factor"), ("RandomElasticTransform", "scale"), ("RandomGaussianBlur", "sigma"),
            ("Solarization", "threshold_factor"),
        ],
        _from_zero,
    ),
    **dict.fromkeys([("Hashing", "salt"), ("RandomGaussianBlur", "kernel_size")], _twice),
}  # fmt: skip
"""What Keras makes of one number, by operator and parameter."""


_MOST_NUMBERS = 100_000


def flattened(value: Any) -> list[Any]:
    found: list[Any] = []
    ahead = [value]
    while ahead:
        one = ahead.pop()
        if isinstance(one, list | tuple):
            if len(found) + len(ahead) + len(one) > _MOST_NUMBERS:
                raise Unread("E_TOO_BIG", f"has a list of more than {_MOST_NUMBERS:,} numbers")
            ahead.extend(reversed(one))
        else:
            found.append(as_written(one))
    return found


def _edges(flat: list[Any], length: int) -> list[Any]:
    """One number for all edges, one for both ends of each axis, or each of its own."""
    if len(flat) == 1:
        return flat * length
    return [one for one in flat for _ in range(2)] if 2 * len(flat) == length else flat


def activation_of(value: Any) -> str:
    """The name of an activation. Raises Unread for what is none of those that are known."""
    if value is None:
        return "linear"
    if isinstance(value, dict):  # a function by its name; a layer is taken out before
        named = value.get("config")
        of_keras = str(value.get("module", "builtins")).split(".")[0] in ("builtins", "keras", "tf_keras", "tensorflow")
        value = named if isinstance(named, str) and value.get("class_name") == "function" and of_keras else value
    if isinstance(value, str):
        name = _snake(value) if value not in ACTIVATIONS else value
        name = RENAMED_ACTIVATIONS.get(name, name)
        if name in ACTIVATIONS:
            return name
    raise Unread("E_VALUE", f"has the activation {_short(_class_of(value))}, which is not known here")


def _class_of(value: Any) -> Any:
    if isinstance(value, dict):
        config = value.get("config")
        return config if isinstance(config, str) else value.get("class_name", value)
    return value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


_SAME_CHOICE: Mapping[str, str] = {
    "normal": "random_normal", "uniform": "random_uniform", "zero": "zeros", "one": "ones", "l1l2": "l1_l2",
    "lecun": "lecun_uniform", "maxnorm": "max_norm", "nonneg": "non_neg", "unitnorm": "unit_norm", "minmaxnorm":
    "min_max_norm", "orthogonal_regularizer": "orthogonal", "l1": "l1_l2", "l2": "l1_l2", "l1_l2": "l1_l2",
    "min_max_norm": "min_max_norm", "initializer_v2": "", "weight_regularizer": "l1_l2", "identity_initializer":
    "identity", "orthogonal_initializer": "orthogonal", "glorot_normal_v2": "glorot_normal",
}  # fmt: skip
_SAME_ARGUMENT: Mapping[str, str] = {"m": "max_value"}
_ALONE, _USUAL_PENALTY = ("l1", "L1", "l2", "L2"), 0.01
"""Penalties that a script may call by name alone, and how strong Keras then takes them."""
_OF_NO_MATTER = ("seed", "dtype", "name", "input_axes", "output_axes")


def _chosen(parameter: OneOf, value: Any) -> Iterator[Any]:
    """An initializer, a penalty or a constraint as a document has it. Raises Unread."""
    if value is None:
        yield parameter.write(parameter.default) if isinstance(parameter, Regularizer) else None
        if isinstance(parameter, Initializer):
            yield parameter.write(parameter.default)
        return
    if isinstance(value, str):
        value = {"class_name": value, "config": {}}
    if not isinstance(value, dict) or not isinstance(value.get("class_name", value.get("name")), str):
        raise Unread("E_VALUE", f"has {parameter.name} = {_short(value)}, which is not known here")
    _hold_module(value, parameter.name)
    given = value["class_name"] if "class_name" in value else value["name"]
    name = _choice_of(given, parameter)
    own = value.get("config", {})
    own = own if isinstance(own, dict) else {}
    if given in _ALONE and "l" in own:  # up to Keras' second version
        own = {given.lower() if one == "l" else one: value for one, value in own.items()}
    kept = _own(name, parameter, own)
    if name == "l1_l2":
        alone = {given.lower(): _USUAL_PENALTY} if given in _ALONE and not own else {}
        yield {"l1": 0.0, "l2": 0.0, **alone, **kept}
        return
    yield {"name": name, **kept} if kept else name


def _own(name: str, parameter: OneOf, own: Config) -> Raw:
    """Its arguments. Raises Unread for one that is not known."""
    option = parameter.options[name]
    kept: Raw = {}
    for given, value in own.items():
        argument = _SAME_ARGUMENT.get(given, given)
        if argument in option.parameters:
            if value is not None:
                wanted = option.parameters[argument]
                kept[argument] = flattened(value) if isinstance(wanted.default, tuple) else as_written(value)
        elif given not in _OF_NO_MATTER and value not in (None, False):
            raise Unread("E_OPTION", f"has {parameter.name} with {_short(given)}, which is not known here")
    if kept.get("distribution") == "normal":
        kept["distribution"] = "truncated_normal"
    return kept


def _choice_of(given: str, parameter: OneOf) -> str:
    snake = _snake(given)
    for name in (given, snake, _SAME_CHOICE.get(snake, ""), _SAME_CHOICE.get(given.lower(), "")):
        if name in parameter.options:
            return name
    raise Unread("E_VALUE", f"has {parameter.name} = {_short(given)}, which is not known here")


def _hold_module(value: Config, name: str) -> None:
    """Refuses what is declared elsewhere than in Keras."""
    module, registered = value.get("module"), value.get("registered_name")
    if module is not None and str(module).split(".")[0] not in ("keras", "tf_keras", "tensorflow"):
        raise Unread("E_VALUE", f"has {name} of the module {_short(module)}, which is not known here")
    if registered is not None and registered != value.get("class_name"):
        raise Unread("E_VALUE", f"has {name} = {_short(registered)}, which is somebody's own")


def _inner(value: Any) -> Raw:
    """The layer inside a layer. Raises Unread."""
    if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
        raise Unread("E_VALUE", f"holds {_short(value)}, which is no layer")
    value = of_cell(value)
    kind, config = kind_of(value["class_name"]), value.get("config")
    if kind not in OPERATORS or not isinstance(config, dict):
        raise Unread("E_LAYER_UNSUPPORTED", f"holds {_short(kind)}, which is not known here")
    _hold_module(value, "the layer inside")
    params, frozen, _ = params_of(kind, {name: one for name, one in config.items() if name != "name"})
    del frozen
    return {"kind": kind, "params": params}


CELLS = {"LSTMCell": "LSTM", "GRUCell": "GRU", "SimpleRNNCell": "SimpleRNN"}
"""By cell, the layer that goes through a sequence with it."""


def of_cell(layer: Config) -> Config:
    """A layer that goes through a sequence with one cell that is known, as the layer of that kind; else itself."""
    config = layer.get("config")
    cell = config.get("cell") if layer.get("class_name") == "RNN" and isinstance(config, dict) else None
    if not isinstance(cell, dict) or cell.get("class_name") not in CELLS or not isinstance(cell.get("config"), dict):
        return layer
    outer = {name: one for name, one in (config or {}).items() if name not in ("cell", "units")}
    return {"class_name": CELLS[cell["class_name"]], "config": {**cell["config"], **outer}}


def kind_of(name: str) -> str:
    """A class by the name that it has now."""
    return RENAMED_KINDS.get(name, name)


# What operators tell Keras otherwise than by a parameter, the other way round


def _noise_shape(config: Config) -> Raw:
    drawn = config["noise_shape"]
    if drawn is None:
        return {}
    if not isinstance(drawn, list) or not drawn or drawn[0] is not None:
        raise Unread("E_VALUE", f"has noise_shape = {_short(drawn)}, which draws once for a whole batch")
    return {"noise_shape": drawn[1:]}


def _both_ways(name: str) -> Callable[[Config], Raw]:
    """Of a number that operators give as a pair of equal ones."""

    def undone(config: Config) -> Raw:
        value = config[name]
        pair = flattened(value)
        if len(pair) == 2 and pair[0] == pair[1]:
            return {name: pair[0]}
        if value is None:
            return {name: None}
        raise Unread("E_VALUE", f"has {name} = {_short(value)}, which cannot be said here")

    return undone


def _shared_axes(config: Config) -> Raw:
    axes = config["shared_axes"]
    if axes in (None, []):
        return {"shared_axes": False}
    if sorted(flattened(axes)) == [1, 2]:
        return {"shared_axes": True}
    return {"shared_along": flattened(axes)}


def _axes_of_dot(config: Config) -> Raw:
    axes = flattened(config["axes"])
    return {"axis": axes[0], "other_axis": axes[-1]}


def _first_or(name: str, parameter: str) -> Callable[[Config], Raw]:
    def undone(config: Config) -> Raw:
        value = config[name]
        return {parameter: value[0] if isinstance(value, list) and value else value}

    return undone


def _einsum(config: Config) -> Raw:
    """The sizes of the new axes, in the order of the operator; `Einsum` has them among the output's."""
    equation, shape = config.get("equation"), flattened(config.get("output_shape"))
    if not isinstance(equation, str):
        raise Unread("E_VALUE", "has no equation")
    told = {"equation": equation, "use_bias": config.get("bias_axes") is not None}
    into, _, out = equation.replace(" ", "").partition("->")
    first, _, kernel = into.partition(",")
    rest = "..." in out
    letters = out.replace("...", "") if rest else out[1:]
    shape = shape[-len(letters) :] if rest and letters else shape
    sizes = dict(zip(letters, shape, strict=False))
    new = [one for one in letters if one not in first and one in kernel]
    if (added := config.get("bias_axes")) and {*str(added)} != {*new}:
        told_new = f"those of its new axes {''.join(new)!r}" if new else "any of its axes"
        raise Unread(
            "E_OPTION", f"adds constants along {str(added)[:20]!r}, not along {told_new}, as cannot be said here"
        )
    return told | {"sizes": [sizes[one] for one in new if one in sizes]}


def _nothing(config: Config) -> Raw:
    return {}


_MOST_SPECIAL = 100
"""How many numbers before a vocabulary stand for nothing and for what is not in it."""


def _vocabulary(config: Config) -> Raw:
    words = config["vocabulary"]
    if words is None:
        return {"vocabulary": []}
    if not isinstance(words, list):
        raise Unread("E_VALUE", f"has its vocabulary in {_short(words)}, which is never opened")
    special = ["", "[UNK]", -1, config.get("mask_token"), config.get("oov_token")]
    told = next((place for place, one in enumerate(words) if one not in special), len(words))
    return {"vocabulary": words[told:] if told <= _MOST_SPECIAL else words}


def _bins(config: Config) -> Raw:
    return {} if config["bin_boundaries"] is None else {"bin_boundaries": config["bin_boundaries"]}


def _bits(config: Config) -> Raw:
    bits = flattened(config["factor"])
    if len(bits) == 2 and bits[1] in (7, 8):
        return {"factor": bits[0]}
    raise Unread("E_VALUE", f"has factor = {_short(config['factor'])}, which cannot be said here")


def _value_dim(config: Config) -> Raw:
    """A file says every argument, this one as it was taken; a script says only those that it gives."""
    taken = "attention_axes" in config and config["value_dim"] == config.get("key_dim")
    return {} if taken else {"value_dim": config["value_dim"]}


def _features(config: Config) -> Raw:
    sizes = flattened(config["output_shape"])
    if len(sizes) != 1:
        raise Unread("E_VALUE", f"has output_shape = {_short(config['output_shape'])}, which cannot be said here")
    return {"features": sizes[0]}


def _backward(config: Config) -> Raw:
    """The layer that goes back is the one that goes on, turned round. Raises Unread for another."""
    back, on = config.get("backward_layer"), config.get("layer")
    if not isinstance(back, dict) or not isinstance(on, dict):
        return {}
    one, other = (_inner(part) for part in (on, back))
    for part in (one, other):
        part["params"].pop("go_backwards", None)
    if one != other:
        raise OtherWay("E_OPTION", "has another backward_layer than its layer turned round")
    return {}


UNDONE: Mapping[str, Mapping[str, Callable[[Config], Raw]]] = {
    "Dropout": {"noise_shape": _noise_shape}, "AlphaDropout": {"noise_shape": _noise_shape},
    "PReLU": {"shared_axes": _shared_axes}, "Dot": {"axes": _axes_of_dot},
    "EinsumDense": {"equation": _einsum, "output_shape": _nothing, "bias_axes": _nothing},
    "StringLookup": {"vocabulary": _vocabulary}, "IntegerLookup": {"vocabulary": _vocabulary},
    "TextVectorization": {"vocabulary": _vocabulary}, "Discretization": {"bin_boundaries": _bins},
    "RandomContrast": {"factor": _both_ways("factor")},
    "RandomColorJitter": {"contrast_factor": _both_ways("contrast_factor")},
    "RandomPosterization": {"factor": _bits}, "Bidirectional": {"backward_layer": _backward},
    "MultiHeadAttention": {"value_dim": _value_dim, "output_shape": _features},
}  # fmt: skip
"""By operator and key of a configuration: what `arguments` of the operator does, the other way round."""


def fault_of(kind: str, params: Raw) -> str | None:
    """Which bound between an operator's parameters is broken."""
    operator: type[Operator] = OPERATORS[kind]
    values = {name: operator.parameters[name].read(value) for name, value in params.items()}
    return next((f"{name} {told}" for name, told in operator(values).parameter_faults()), None)
