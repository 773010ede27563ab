"""How many real models can be drawn: `make expressible`. Nothing here is a test; it says what is worth building next.

Every model of keras.applications is built without weights and, layer by layer, said again as a document: a class that
is no operator, an argument that no parameter holds, and a network that does not check or has other parameters than the
model, are what it lacks. Given files (.keras), it takes those.
"""

import gc
import inspect
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graphbuilder.checks import check
from graphbuilder.document_file import read_document
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.inner import LayerOf
from graphbuilder.parameters import AxesOf, OneOf, OrNone, Parameter, Params, Sizes, WrongType
from graphbuilder.training.engine import load_keras
from tests.networks import node, raw, wire

SAME_AS: dict[str, Callable[[Any], tuple[str, dict[str, Any]]]] = {
    "LayerScale": lambda one: (
        "LayerScale",
        {"of": "image", "channels": one["projection_dim"], "start": one["init_values"]},
    ),
    "StochasticDepth": lambda one: ("Dropout", {"rate": one["drop_path_rate"], "noise_shape": [1, 1, 1]}),
    "CustomScaleLayer": lambda _: ("Add", {}),
}
"""Layers of other packages that an operator does the work of."""
SECOND_SCALED = {"CustomScaleLayer": "scale"}
"""Of these, such as multiply the second input first: by what."""
OF_ONE: dict[str, Callable[[float], dict[str, float]]] = {
    "Add": lambda c: {"offset": c},
    "Subtract": lambda c: {"offset": -c},
    "Multiply": lambda c: {"scale": c},
    "TrueDivide": lambda c: {"scale": 1 / c},
}
"""Functions of a tensor and a number, as a Rescaling."""
NO_MATTER = {"name", "dtype", "trainable", "seed", "build_config", "shared_object_id", "synchronized"}
"""Of a layer's config: what it answers does not hang on them, on one machine."""


class Lack(Exception):
    """What there is no way to say, in a few words."""


@dataclass
class Said:
    """A model said as a document, as far as there are words. lacks: how often each is missing. customs: classes of
    other packages that an operator stands for."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    wires: list[dict[str, str]] = field(default_factory=list)
    lacks: Counter[str] = field(default_factory=Counter)
    customs: Counter[str] = field(default_factory=Counter)
    made: dict[int, tuple[str, str]] = field(default_factory=dict)
    """By tensor, the node and the port that give it."""


def said(model: Any) -> Said:
    """The model's layers as nodes, those of models within it in their place."""
    told = Said()
    for tensor in model.inputs:
        id = f"n{len(told.nodes)}"
        numbers = {"string": "text"}.get(tensor.dtype, "whole" if "int" in tensor.dtype else "float")
        told.nodes.append(
            node(id, "Input", shape=list(tensor.shape[1:]), **({} if numbers == "float" else {"numbers": numbers}))
        )
        told.made[_key(tensor)] = id, "out"
    _add(told, model)
    return told


def _key(tensor: Any) -> int:
    return id(tensor)


def _add(told: Said, model: Any) -> None:
    import keras

    first: dict[int, str] = {}
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for one in model._nodes_by_depth[depth]:
            work = one.operation
            if isinstance(work, keras.layers.InputLayer):
                continue
            if isinstance(work, keras.Model):
                _within(told, work, one)
                continue
            try:
                made = _node_of(told, work, one)
            except Lack as lack:
                told.lacks[str(lack)] += 1
                made = node(f"n{len(told.nodes)}", "Unknown")
            id = made["id"]
            if id_of_first := first.get(_key(work)):
                made |= {"shares": id_of_first}
            first.setdefault(_key(work), id)
            told.nodes.append(made)
            ports = [port.name for port in OPERATORS[made["kind"]].inputs] if made["kind"] in OPERATORS else ["in"]
            for place, tensor in enumerate(one.arguments.keras_tensors):
                source, port = told.made[_key(tensor)]
                if place == 1 and (scale := SECOND_SCALED.get(type(work).__name__)):
                    scaled = node(f"n{len(told.nodes)}", "Rescaling", scale=getattr(work, scale))
                    told.wires.append(wire(source, scaled["id"]) | {"from_port": port})
                    told.nodes.append(scaled)
                    source, port = scaled["id"], "out"
                told.wires.append(wire(source, id) | {"from_port": port, "to_port": ports[min(place, len(ports) - 1)]})
            outs = OPERATORS[made["kind"]](_params(made)).output_ports() if made["kind"] in OPERATORS else ()
            for place, tensor in enumerate(one.output_tensors):
                told.made[_key(tensor)] = id, outs[place].name if place < len(outs) else "out"


def _params(made: Mapping[str, Any]) -> Params:
    declared = OPERATORS[made["kind"]].parameters
    return {name: declared[name].read(value) for name, value in made["params"].items()}


def _within(told: Said, model: Any, one: Any) -> None:
    """A model inside a model, which is drawn as its layers, in a block or not."""
    for inner, outer in zip(model.inputs, one.arguments.keras_tensors, strict=True):
        told.made[_key(inner)] = told.made[_key(outer)]
    _add(told, getattr(model, "_functional", model))
    for inner, outer in zip(model.outputs, one.output_tensors, strict=True):
        told.made[_key(outer)] = told.made[_key(inner)]


def _node_of(told: Said, work: Any, one: Any) -> dict[str, Any]:
    """The node that does what a layer does, or a function. Raises Lack."""
    import keras

    id, kind = f"n{len(told.nodes)}", type(work).__name__
    if not isinstance(work, keras.Layer):
        function, params = _function(kind, one)
        return node(id, function, **params)
    if keras.saving.get_registered_name(type(work)) != kind or not type(work).__module__.startswith("keras.src.layers"):
        if kind not in SAME_AS:
            raise Lack(f"custom layer {kind}")
        told.customs[kind] += 1
        kind, params = SAME_AS[kind](work.get_config())
        return node(id, kind, **params)
    if extra := {
        name: value for name, value in one.arguments.kwargs.items() if value is not None and name != "training"
    }:
        raise Lack(f"{kind} called with {', '.join(extra)}")
    config = work.get_config()
    params = held(kind, config)
    hold_to(
        OPERATORS[kind](_params({"kind": kind, "params": params})), config, len(one.arguments.keras_tensors[0].shape)
    )
    return node(id, kind, **params)


def _function(kind: str, one: Any) -> tuple[str, dict[str, Any]]:
    args = [*one.arguments.args, *one.arguments.kwargs.values()]
    tensors, numbers = one.arguments.keras_tensors, [arg for arg in args if isinstance(arg, int | float)]
    if len(tensors) == 1 and len(numbers) == len(args) - 1 == 1 and kind in OF_ONE and args[0] is tensors[0]:
        return "Rescaling", OF_ONE[kind](float(numbers[0]))
    if len(tensors) == len(args) == 2 and kind in ("Add", "Subtract", "Multiply", "Maximum", "Minimum"):
        return kind, {}
    raise Lack(f"keras.ops {kind}")


# A layer's config as parameters


def held(kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, off their defaults, of the operator that becomes a layer of this config. Raises Lack."""
    if kind not in OPERATORS or OPERATORS[kind]().call("layer") is None:
        raise Lack(kind)
    declared = OPERATORS[kind]
    params = {}
    for name, parameter in declared.parameters.items():
        if name not in config or parameter.of_call:
            continue
        value = next((one for one in read(parameter, config[name])), None)
        if value is None:
            raise Lack(f"{kind}.{name} = {_short(config[name])}")
        if value[0] != parameter.default:
            params[name] = parameter.write(value[0])
    operator = declared(_params({"kind": kind, "params": params}))
    if fault := next((f"{name} {told}" for name, told in operator.parameter_faults()), None):
        raise Lack(f"{kind}: {fault}")
    return params


def read(parameter: Parameter[Any], value: Any) -> Iterator[tuple[Any]]:
    """The value of a parameter that says what stands in a config, in a tuple; nothing where there is none."""
    for tried in _as_json(parameter, value):
        try:
            found = parameter.read(tried)
        except (WrongType, KeyError, TypeError):
            continue
        if not parameter.fault(found):
            yield (found,)


def _as_json(parameter: Parameter[Any], value: Any) -> Iterator[Any]:
    """A config's value as documents would have it: several ways, where that depends."""
    if isinstance(parameter, OrNone):
        if isinstance(value, list | tuple) and value and value[0] is None:  # the batch
            yield list(value[1:])
        yield from [None] if value is None else _as_json(parameter.of, value)
    elif isinstance(parameter, LayerOf) and isinstance(value, dict):
        yield {"kind": value["class_name"], "params": held(value["class_name"], value["config"])}
    elif isinstance(parameter, OneOf) and isinstance(value, dict) and "class_name" in value:
        own = {name: one for name, one in value["config"].items() if name != "seed" and one is not None}
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", value["class_name"]).lower()
        yield (
            {"l1": own.get("l1", 0.0), "l2": own.get("l2", 0.0)}
            if name in ("l1", "l2", "l1_l2")
            else {"name": name, **own}
        )
    elif isinstance(parameter, OneOf) and value is None:
        yield from (None, "none", parameter.write(parameter.default))
    elif isinstance(parameter, Sizes | AxesOf):  # Edges are sizes
        yield _flat(value)
    else:
        yield _plain(value)
        yield value is not None  # said as yes or no


def _flat(value: Any) -> list[Any]:
    return [one for part in value for one in _flat(part)] if isinstance(value, list | tuple) else [value]


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else list(value) if isinstance(value, tuple) else value


def hold_to(operator: Operator, config: Mapping[str, Any], rank: int) -> None:
    """The layer that the operator becomes has this config, but for what does not matter. rank: of what it reads, the
    batch along. Raises Lack."""
    from graphbuilder.compiler import evaluate_call

    call = operator.call("layer")
    again = evaluate_call(call, {}).get_config() if call else {}
    for name, value in config.items():
        came, given = value, again.get(name)
        if name == "axis" and value is not None:
            came, given = ([axis % rank for axis in _flat(one)] for one in (came, given))
        if name not in NO_MATTER and not _alike(came, given):
            raise Lack(f"{operator.kind}.{name} = {_short(value)}")


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(_alike(one.get(name), other.get(name)) for name in {*one, *other} - NO_MATTER)
    one, other = _plain(one), _plain(other)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, float | int) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=1e-6)
    return bool(one == other)


def _short(value: Any) -> str:
    value = value["class_name"] if isinstance(value, dict) and "class_name" in value else value
    told = repr(_plain(value))
    return told if len(told) <= 40 else f"{type(value).__name__} of {len(value)}"


# Models


def lacking(model: Any) -> Said:
    """A model as a document; where every layer has a node, the document is checked and counted as well."""
    told = said(model)
    if told.lacks:
        return told
    report = check(read_document(json.dumps(raw(told.nodes, told.wires))))
    for fault in report.errors:
        told.lacks[fault.code] += 1
    if not told.lacks and report.parameters != model.count_params():
        told.lacks[f"{report.parameters} parameters, not {model.count_params()}"] += 1
    return told


def applications() -> Iterator[tuple[str, Any]]:
    """Every architecture of keras.applications, without weights."""
    import keras

    for name, make in vars(keras.applications).items():
        if inspect.isfunction(make) and "weights" in inspect.signature(make).parameters:
            yield name, make(weights=None)


def files(paths: Sequence[str]) -> Iterator[tuple[str, Any]]:
    import keras

    for path in paths:
        yield Path(path).name, keras.models.load_model(path, compile=False)


def main(paths: Sequence[str]) -> None:
    load_keras()
    import keras

    found: dict[str, Said] = {}
    for name, model in files(paths) if paths else applications():
        found[name] = lacking(model)
        told = found[name]
        lacks = "; ".join(f"{what} ({times})" for what, times in told.lacks.most_common()) or "whole"
        customs = f", {', '.join(told.customs)} by operators" if told.customs else ""
        print(f"{name:20} {len(told.nodes):5} nodes  {lacks}{customs}", flush=True)
        del model
        keras.backend.clear_session()
        gc.collect()
    tell({name: told.lacks for name, told in found.items()})
    stood_for = Counter(custom for told in found.values() for custom in told.customs)
    print("Models with layers of their own that operators do the work of:", dict(stood_for) or "none")


def tell(lacks: Mapping[str, Counter[str]]) -> None:
    """How many models are whole, and what makes more of them so, the most first."""
    whole = [name for name, one in lacks.items() if not one]
    print(f"\n{len(whole)} of {len(lacks)} models can be drawn whole ({len(whole) / len(lacks):.0%}).")
    left = {name: {*one} for name, one in lacks.items() if one}
    while left:
        wanted = Counter(frozenset(one) for one in left.values())
        best = max(wanted, key=lambda these: (sum(one <= these for one in left.values()) / len(these), -len(these)))
        freed = [name for name, one in left.items() if one <= best]
        print(f"with {' and '.join(sorted(best))}: {len(freed)} more ({', '.join(freed)})")
        left = {name: one - best for name, one in left.items() if not one <= best}


if __name__ == "__main__":
    main(sys.argv[1:])
