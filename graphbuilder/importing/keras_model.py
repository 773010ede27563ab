"""The configuration of a Keras model, of any version from the second on, as a `Model`. Nothing of it is ever made by
Keras: it is plain JSON, of which names that are known are taken.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Literal

from graphbuilder.blocks import MOST_NESTED
from graphbuilder.importing.functions import is_known
from graphbuilder.importing.masks import MASKS
from graphbuilder.importing.model import (
    FUNCTIONS,
    LAYERS,
    MOST_LAYERS,
    MOST_READ,
    OTHER,
    Along,
    Call,
    Compiled,
    ImportFault,
    Layer,
    Model,
    Ref,
    Rest,
    Tree,
    in_a_row,
)
from graphbuilder.importing.signatures import IN_ORDER
from graphbuilder.importing.works.function_names import function_of
from graphbuilder.shapes import Shape

Json = Mapping[str, Any]

MODELS = ("Functional", "Model", "Sequential")
_OF_LAYERS = re.compile(
    r"(keras|tf_keras|tensorflow\.keras|tensorflow\.python\.keras)(\.src)?\.(layers|models|engine)(\..*)?|keras|tf_keras"
)
_OF_FUNCTIONS = re.compile(r"(keras|tf_keras)\.src\.(ops|activations)(\.\w+)*|keras\.ops(\.\w+)*")


@dataclass
class Context:
    """How a file is written. hard_sigmoid: as of Model. layers: how many were read."""

    hard_sigmoid: Literal[5, 6] = 6
    layers: int = 0
    backend: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """A model with the form of its file in words, its version of Keras, and the backend that it names."""

    model: Model
    source: str
    version: str = ""
    backend: str = ""


def read(raw: Any, version: str = "", training: Any = None, form: str = "JSON") -> Read:
    """The model that a configuration tells of. version: of Keras, where it stands elsewhere in the file; training: its
    compile settings. Raises ImportFault."""
    raw, version, backend, training, wrapped = _unwrapped(raw, version, training)
    is_new = _is_new(raw, version)
    context = Context(6 if is_new else 5, backend=backend)
    model = _model(raw, "model", context, 0)
    if training is None and isinstance(raw, dict):
        training = raw.get("compile_config")
    model = replace(model, compiled=_compiled(training))
    told = f" {version}" if re.fullmatch(r"[\w.+-]{1,20}", version) else f" {3 if is_new else 2}"
    return Read(model, f"{form} of Keras{told}{wrapped}", version, backend)


def _unwrapped(raw: Any, version: str, training: Any) -> tuple[Any, str, str, Any, str]:
    """The configuration itself, out of what other programs put around it."""
    wrapped, backend = "", ""
    for _ in range(4):
        if not isinstance(raw, dict):
            break
        version = version or _word(raw.get("keras_version"))
        backend = backend or _word(raw.get("backend"))
        training = training if training is not None else raw.get("training_config")
        if "modelTopology" in raw:
            wrapped = ", as TensorFlow.js has it"
            raw = raw["modelTopology"]
        elif "model_config" in raw:
            raw = raw["model_config"]
        else:
            break
    return raw, version, backend, training, wrapped


def _word(value: Any) -> str:
    return value if isinstance(value, str) and len(value) <= 40 else ""


def _is_new(raw: Any, version: str) -> bool:
    """Whether the file is of Keras 3: by its version, or by how it writes an Input and calls."""
    if version[:1].isdigit():
        return int(version.split(".")[0][:4] or 0) >= 3
    for layer in _all_layers(raw):
        config = layer.get("config")
        if isinstance(config, dict) and "batch_input_shape" in config:
            return False
        if isinstance(config, dict) and "batch_shape" in config:
            return True
        nodes = layer.get("inbound_nodes")
        if isinstance(nodes, list) and nodes and isinstance(nodes[0], dict):
            return True
    return False


def _all_layers(raw: Any) -> Iterator[Json]:
    config = raw.get("config", raw) if isinstance(raw, dict) else raw
    listed = config.get("layers") if isinstance(config, dict) else config
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            yield one


def _compiled(training: Any) -> Compiled | None:
    if not isinstance(training, dict) or not training:
        return None
    optimizer = training.get("optimizer", training.get("optimizer_config"))
    return Compiled(optimizer, training.get("loss"), training.get("loss_weights"), training.get("metrics"))


# Models


def _model(raw: Any, place: str, context: Context, depth: int) -> Model:
    if depth > MOST_NESTED:
        raise ImportFault("E_TOO_DEEP", f"has models within models more than {MOST_NESTED} deep.")
    config = raw.get("config", raw) if isinstance(raw, dict) else raw
    name = config.get("name") if isinstance(config, dict) else None
    name = name if isinstance(name, str) and name else (raw.get("name") if isinstance(raw, dict) else None)
    name = name if isinstance(name, str) and name else "model"
    listed = config.get("layers") if isinstance(config, dict) else config
    if not isinstance(listed, list):
        what = raw.get("class_name") if isinstance(raw, dict) else None
        own = f"a class of somebody's own ({str(what)[:60]})" if isinstance(what, str) else "no model of Keras"
        raise ImportFault("E_FORMAT", f"holds {own}, whose layers do not stand in it.")
    if not listed:
        raise ImportFault("E_FORMAT", "holds a model without layers.")
    context.layers += len(listed)
    if context.layers > MOST_LAYERS:
        raise ImportFault("E_TOO_BIG", f"has {context.layers:,} layers, and {MOST_LAYERS:,} are allowed.")
    for number, one in enumerate(listed, start=1):
        if not isinstance(one, dict) or not isinstance(one.get("class_name"), str):
            raise ImportFault("E_FORMAT", f"has no layer where layer {number} of {place} should stand.")
    is_graph = isinstance(config, dict) and "output_layers" in config
    if is_graph:
        return _functional(name, config, listed, place, context, depth)
    return _sequential(name, config if isinstance(config, dict) else {}, listed, place, context, depth)


def _layer(raw: Json, name: str, number: int, place: str, context: Context, depth: int) -> Layer:
    given, config = str(raw["class_name"]), raw.get("config")
    config = _settled(config) if isinstance(config, dict) else {}
    at = f"layer {number} of {place}, {name[:60]!r}"
    kind, module = _kind_of(raw, given)
    if module == FUNCTIONS:
        return Layer(name, kind, module, {key: _tree(value, None) for key, value in config.items()}, place=at)
    if given == "TFOpLambda" or given == "SlicingOpLambda":
        function = str(config.get("function", "")).rpartition(".")[2].strip("_")
        return Layer(name, function_of(_snake(function)), FUNCTIONS, place=at)
    if given == "TensorFlowOpLayer":
        definition = config.get("node_def")
        function = definition.get("op", "") if isinstance(definition, dict) else ""
        return Layer(name, function_of(_snake(str(function))), FUNCTIONS, place=at)
    inner = None
    if module == LAYERS and kind in MODELS:
        inner = _model(raw, f"{name[:60]!r}", context, depth + 1)
        kept = {key: value for key, value in config.items() if key != "layers"}
        return Layer(name, kind, module, kept, inner, at)
    if kind == "TimeDistributed" and isinstance(held := config.get("layer"), dict) and held.get("class_name") in MODELS:
        inner = _model(held, f"{name[:60]!r}", context, depth + 1)
    if kind == "GRU" and context.hard_sigmoid == 5:
        config.setdefault("reset_after", False)
    return Layer(name, kind, module, config, inner, at)


def _kind_of(raw: Json, given: str) -> tuple[str, str]:
    """The class of a layer, and where it is declared."""
    own = given.rpartition(">")[2]
    module, registered = raw.get("module"), raw.get("registered_name")
    if isinstance(module, str) and _OF_FUNCTIONS.fullmatch(module):
        return function_of(_snake(own)), FUNCTIONS
    if module is None and _is_function(raw):
        return function_of(_snake(own)), FUNCTIONS
    foreign = ">" in given or (registered is not None and registered != given)
    known = module is None or (isinstance(module, str) and _OF_LAYERS.fullmatch(module) and "test" not in module)
    return (own, OTHER) if foreign or not known else (given, LAYERS)


def _is_function(raw: Json) -> bool:
    """Whether Keras 3 wrote a function where it tells no module: a layer says whether it is trained."""
    config, nodes = raw.get("config"), raw.get("inbound_nodes")
    if not isinstance(nodes, list) or not nodes or not isinstance(nodes[0], dict) or not isinstance(config, dict):
        return False
    given = str(raw.get("class_name"))
    function = function_of(_snake(given))
    is_named = "name" in config and given not in (*IN_ORDER, *MODELS) and ">" not in given
    return "trainable" not in config and (is_known(function) or function in MASKS or is_named)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _settled(config: Json) -> dict[str, Any]:
    """A configuration with arrays as lists."""
    return {name: _listed(value) for name, value in config.items()}


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("class_name") in ("__numpy__", "__tensor__") and isinstance(value.get("config"), dict):
            return value["config"].get("value")
        if value.keys() == {"type", "value"} and value["type"] == "ndarray":
            return value["value"]
        if value.get("class_name") in ("__tuple__", "TensorShape", "__tuple") and "items" in value:
            return value["items"]
        return {name: _listed(one) for name, one in value.items()}
    if not isinstance(value, list):
        return value
    return [_listed(one) if isinstance(one, dict | list) else one for one in value]


def _named(listed: Sequence[Json]) -> list[str]:
    """The name of each layer, none twice."""
    names: list[str] = []
    taken: set[str] = set()
    again: Counter[str] = Counter()
    for number, one in enumerate(listed, start=1):
        config = one.get("config")
        name = one.get("name")
        if not isinstance(name, str) or not name:
            name = config.get("name") if isinstance(config, dict) else None
        if not isinstance(name, str) or not name:
            name = f"{_snake(str(one['class_name']))}_{number}"
        stem = name
        while name in taken:
            again[stem] += 1
            name = f"{stem}_{again[stem] + 1}"
        taken.add(name)
        names.append(name)
    return names


def _sequential(name: str, config: Json, listed: Sequence[Json], place: str, context: Context, depth: int) -> Model:
    layers = [
        _layer(one, own, number, place, context, depth)
        for number, (one, own) in enumerate(zip(listed, _named(listed), strict=True), start=1)
    ]
    own = listed[0].get("config")
    branches = own.get("layers") if layers[0].kind == "Merge" and isinstance(own, dict) else None
    if isinstance(branches, list) and branches:
        return _merged(name, layers, branches, context, depth)
    if layers[0].kind != "InputLayer":
        layers.insert(0, implied(layers[0], listed[0], config))
    return in_a_row(name, layers, context.hard_sigmoid)


def _merged(name: str, row: Sequence[Layer], branches: Sequence[Json], context: Context, depth: int) -> Model:
    """A row whose first layer merges models, as Keras' first version had it: each with inputs of its own."""
    layers: list[Layer] = []
    calls: list[Call] = []
    inputs: list[Ref] = []
    ends: list[Ref] = []
    for number, branch in enumerate(branches, start=1):
        if not isinstance(branch, dict) or branch.get("class_name") not in MODELS:
            raise ImportFault("E_FORMAT", "merges something that is no model.")
        inner = _model(branch, f"branch {number}", context, depth + 1)
        own = f"branch_{number}"
        entrances = [
            replace(inner.layer(ref.layer), name=f"{own}_input{f'_{place}' if place > 1 else ''}")
            for place, ref in enumerate(inner.inputs, start=1)
        ]
        came = tuple(Ref(one.name) for one in entrances)
        layers += [*entrances, Layer(own, "Sequential", inner=inner, place=row[0].place)]
        calls.append(Call(own, (came if len(came) > 1 else came[0],)))
        inputs += came
        ends.append(Ref(own))
    calls.append(Call(row[0].name, (tuple(ends),)))
    for before, layer in pairwise(row):
        calls.append(Call(layer.name, (Ref(before.name),)))
    layers += row
    return Model(name, tuple(layers), tuple(calls), tuple(inputs), (Ref(row[-1].name),), False, context.hard_sigmoid)


def implied(first: Layer, raw: Json, config: Json) -> Layer:
    """The Input that the first layer of a row implies."""
    shape = None
    if first.inner is not None and first.inner.inputs and first.kind != "TimeDistributed":
        return replace(first.inner.layer(first.inner.inputs[0].layer), name=f"{first.name}_input")
    own = first.config
    built = raw.get("build_config")
    for told in (
        own.get("batch_input_shape"), own.get("batch_shape"), config.get("build_input_shape"),
        built.get("input_shape") if isinstance(built, dict) else None,
    ):  # fmt: skip
        if isinstance(told, list) and told:
            shape = told
            break
    else:
        if isinstance(own.get("input_shape"), list):
            shape = [None, *own["input_shape"]]
        elif isinstance(own.get("input_dim"), int) and first.kind not in ("Embedding",):
            length = own.get("input_length")
            shape = [None, *([length] if "input_length" in own else []), own["input_dim"]]
        elif first.kind == "Embedding":
            length = own.get("input_length")
            shape = [None, *length] if isinstance(length, list) else [None, length]
    if shape is None and first.kind == "TextVectorization":
        return Layer(f"{first.name}_input", "InputLayer", config={"batch_shape": [None, 1], "dtype": "string"})
    dtype = "int32" if first.kind == "Embedding" else own.get("input_dtype", own.get("dtype", "float32"))
    dtype = dtype if isinstance(dtype, str) else "float32"
    return Layer(f"{first.name}_input", "InputLayer", config={"batch_shape": shape, "dtype": dtype}, place=first.place)


# Graphs


@dataclass
class _Values:
    """What nodes of a graph name as values. names: of its layers. shapes: of those that the file tells. read: how many
    were named so far."""

    names: frozenset[str]
    shapes: dict[Ref, Shape] = field(default_factory=dict)
    read: int = 0


def _functional(name: str, config: Json, listed: Sequence[Json], place: str, context: Context, depth: int) -> Model:
    names = _named(listed)
    layers = tuple(
        _layer(one, own, number, place, context, depth)
        for number, (one, own) in enumerate(zip(listed, names, strict=True), start=1)
    )
    values = _Values(frozenset(names))
    calls: list[Call] = []
    for raw, layer in zip(listed, layers, strict=True):
        for node in _nodes(raw):
            if len(calls) > MOST_LAYERS:
                raise ImportFault("E_TOO_BIG", f"has more than {MOST_LAYERS:,} calls of layers.")
            if node or layer.kind != "InputLayer":
                calls.append(_call(raw, layer, node, values))
    inputs = tuple(_ends(config.get("input_layers"), values))
    outputs = tuple(_ends(config.get("output_layers"), values))
    if not outputs:
        raise ImportFault("E_FORMAT", f"names no outputs of {place}.")
    if any(_is_new_node(node) for raw in listed for node in _nodes(raw)):
        outputs = tuple(_shifted(outputs, _graphs_within(layers)))
    shift = _counted_from_one(layers, calls, outputs)
    if shift:
        calls = [
            replace(one, positional=_shifted(one.positional, shift), keywords=_shifted(one.keywords, shift))
            for one in calls
        ]
        outputs = tuple(_shifted(outputs, shift))
        values.shapes = {_shifted(ref, shift): shape for ref, shape in values.shapes.items()}
    told = config.get("output_layers")
    ends = tuple(sorted(told)) if isinstance(told, dict) and len(told) == len(outputs) else ()
    return Model(
        name, layers, tuple(calls), inputs, outputs, False, context.hard_sigmoid, shapes=values.shapes, ends=ends
    )


def _nodes(raw: Json) -> list[Any]:
    nodes = raw.get("inbound_nodes", [])
    return nodes if isinstance(nodes, list) else []


def _is_new_node(node: Any) -> bool:
    return isinstance(node, dict) and "args" in node


def _graphs_within(layers: Sequence[Layer]) -> frozenset[str]:
    """The layers whose calls Keras 3 counts from 1 where outputs name them, and from 0 where calls do."""
    return frozenset(one.name for one in layers if one.inner is not None and one.kind in ("Functional", "Model"))


def _call(raw: Json, layer: Layer, node: Any, values: _Values) -> Call:
    """One inbound node, as Keras 3 writes it, or as those before it."""
    if _is_new_node(node):
        args, kwargs = node["args"], node.get("kwargs", {})
        positional = _tree(args, values)
        keywords = {name: _tree(one, values) for name, one in kwargs.items()} if isinstance(kwargs, dict) else {}
        return Call(layer.name, positional if isinstance(positional, tuple) else (), keywords)
    keywords = {}
    if isinstance(node, dict):
        named = {name: _tree(one[:3] if isinstance(one, list) else one, values) for name, one in node.items()}
        return Call(layer.name, (named,))
    if isinstance(node, list) and node and isinstance(node[0], str):
        node = [node]
    given: list[Tree] = []
    for one in node if isinstance(node, list) else []:
        if isinstance(one, list) and one and one[0] == "_CONSTANT_VALUE" and len(one) > 2:
            given.append(_tree(one[2], values))
        elif isinstance(one, list) and len(one) >= 3 and isinstance(one[0], str):
            given.append(_ref(one[:3], values))
        else:
            raise ImportFault("E_FORMAT", f"has a call of {layer.name[:60]!r} that cannot be read.")
        if isinstance(one, list) and len(one) > 3 and isinstance(one[3], dict):
            keywords = {key: _tree(value, values) for key, value in one[3].items() if key != "name"}
    given = _with_constants(raw, given, values)
    several = len(given) > 1 and not (layer.module == FUNCTIONS and raw.get("class_name") == "TensorFlowOpLayer")
    return Call(layer.name, (tuple(given),) if several else tuple(given), keywords)


def _with_constants(raw: Json, given: list[Tree], values: _Values) -> list[Tree]:
    """With the numbers that an operation of TensorFlow has at some of its places."""
    config = raw.get("config")
    if raw.get("class_name") != "TensorFlowOpLayer" or not isinstance(config, dict):
        return given
    constants = config.get("constants")
    for place, value in sorted(constants.items()) if isinstance(constants, dict) else ():
        if str(place).isdigit() and int(place) <= len(given):
            given.insert(int(place), _tree(value, values))
    return given


def _ref(told: Sequence[Any], values: _Values) -> Ref:
    name, call, output = told
    values.read += 1
    if values.read > MOST_READ:
        raise ImportFault("E_TOO_BIG", f"reads more than {MOST_READ:,} values.")
    if name not in values.names or not all(isinstance(one, int) and 0 <= one < 10**6 for one in (call, output)):
        raise ImportFault("E_GRAPH", f"reads a value of {str(name)[:60]!r}, which is no layer of it.")
    return Ref(name, call, output)


def _tree(value: Any, values: _Values | None) -> Tree:
    """An argument of a call."""
    if isinstance(value, dict):
        return _object(value, values)
    if isinstance(value, list):
        named = values is not None and len(value) == 3 and isinstance(value[0], str) and value[0] in values.names
        if (
            values is not None
            and named
            and all(isinstance(one, int) and not isinstance(one, bool) for one in value[1:])
        ):
            return _ref(value, values)
        return tuple(_tree(one, values) for one in value)
    return value  # type: ignore[no-any-return]


def _object(value: Json, values: _Values | None) -> Tree:
    kind, config = value.get("class_name"), value.get("config")
    if kind == "__keras_tensor__" and isinstance(config, dict):
        told = config.get("keras_history")
        if not values or not isinstance(told, list) or len(told) != 3:
            raise ImportFault("E_FORMAT", "has a value that cannot be read.")
        ref, shape = _ref(told, values), config.get("shape")
        if isinstance(shape, list) and len(shape) <= 9 and all(one is None or isinstance(one, int) for one in shape):
            values.shapes[ref] = tuple(shape[1:])
        return ref
    if kind in ("__slice__", "slice") and isinstance(config, dict):
        return _along(config)
    if kind in ("__ellipsis__", "ellipsis"):
        return Rest()
    if value.keys() == {"start", "stop", "step"}:
        return _along(value)
    settled = _listed(value)
    if not isinstance(settled, dict):
        return _tree(settled, values)
    return {str(name): _tree(one, values) for name, one in settled.items()}


def _along(told: Json) -> Along:
    parts = [told.get(name) for name in ("start", "stop", "step")]
    if not all(one is None or (isinstance(one, int) and abs(one) <= 10**12) for one in parts):
        raise ImportFault("E_FORMAT", "has an index that cannot be read.")
    return Along(*parts)


def _ends(told: Any, values: _Values) -> Iterator[Ref]:
    """The values that inputs or outputs name, nested or by name as they may be: Keras counts names in their order."""
    if isinstance(told, dict):
        for name in sorted(told):
            yield from _ends(told[name], values)
    elif isinstance(told, list):
        if len(told) == 3 and isinstance(told[0], str) and not isinstance(told[1], list):
            yield _ref(told, values)
        else:
            for one in told:
                yield from _ends(one, values)


def _counted_from_one(layers: Sequence[Layer], calls: Sequence[Call], outputs: Sequence[Ref]) -> frozenset[str]:
    """Models within the model whose calls are counted from 1: the 0th was that of the model by itself."""
    inner = {layer.name for layer in layers if layer.inner is not None}
    count = Counter(call.layer for call in calls)
    read = [ref for call in calls for ref in call.refs] + [*outputs]
    return frozenset(ref.layer for ref in read if ref.layer in inner and 0 < count[ref.layer] <= ref.call)


def _shifted(tree: Any, names: frozenset[str]) -> Any:
    if isinstance(tree, Ref):
        return replace(tree, call=max(tree.call - 1, 0)) if tree.layer in names else tree
    if isinstance(tree, tuple):
        return tuple(_shifted(one, names) for one in tree)
    if isinstance(tree, Mapping):
        return {name: _shifted(one, names) for name, one in tree.items()}
    return tree
