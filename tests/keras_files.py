"""Files of Keras as its versions write them, made by hand: small ones, each with a trait."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import h5py
import numpy as np

Json = dict[str, Any]


def layer3(kind: str, name: str, *nodes: Any, module: str = "keras.layers", **config: Any) -> Json:
    """A layer as Keras 3 writes it. nodes: of each call its arguments, or (arguments, arguments by name)."""
    calls = [node if isinstance(node, tuple) else (node, {}) for node in nodes]
    return {
        "module": module,
        "class_name": kind,
        "config": {"name": name, "trainable": True, "dtype": "float32", **config},
        "registered_name": None,
        "name": name,
        "inbound_nodes": [{"args": args, "kwargs": kwargs} for args, kwargs in calls],
    }


def input3(name: str, *shape: int | None, dtype: str = "float32") -> Json:
    config = {"batch_shape": [None, *shape], "dtype": dtype, "name": name}
    return {"module": "keras.layers", "class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


def value3(name: str, *shape: int | None, call: int = 0, output: int = 0) -> Json:
    told = {"shape": [None, *shape], "dtype": "float32", "keras_history": [name, call, output]}
    return {"class_name": "__keras_tensor__", "config": told}


def function3(kind: str, name: str, *args: Any, **config: Any) -> Json:
    """A function of keras.ops as Keras 3 writes it."""
    return {
        "module": "keras.src.ops.numpy",
        "class_name": kind,
        "config": {"name": name, **config},
        "registered_name": kind,
        "name": name,
        "inbound_nodes": [{"args": list(args), "kwargs": {}}],
    }


def graph3(layers: Sequence[Json], inputs: Sequence[str], outputs: Sequence[str], name: str = "net") -> Json:
    ends = {"input_layers": [[one, 0, 0] for one in inputs], "output_layers": [[one, 0, 0] for one in outputs]}
    config = {"name": name, "trainable": True, "layers": list(layers), **ends}
    return {"module": "keras.src.models.functional", "class_name": "Functional", "config": config}


def layer2(kind: str, name: str, *nodes: Sequence[Any], **config: Any) -> Json:
    """A layer as Keras 2 writes it. nodes: of each call the values, each by the name of its layer, or whole."""
    calls = [[value if isinstance(value, list) else [value, 0, 0, {}] for value in node] for node in nodes]
    return {
        "class_name": kind,
        "config": {"name": name, "trainable": True, **config},
        "name": name,
        "inbound_nodes": calls,
    }


def input2(name: str, *shape: int | None, dtype: str = "float32") -> Json:
    config = {"batch_input_shape": [None, *shape], "dtype": dtype, "sparse": False, "name": name}
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


def graph2(layers: Sequence[Json], inputs: Sequence[str], outputs: Sequence[str], **head: Any) -> Json:
    ends = {"input_layers": [[one, 0, 0] for one in inputs], "output_layers": [[one, 0, 0] for one in outputs]}
    config = {"name": "net", "layers": list(layers), **ends}
    return {"class_name": "Model", "config": config, "keras_version": "2.2.4", "backend": "tensorflow", **head}


def row2(*layers: Json, version: str = "2.2.4", **head: Any) -> Json:
    """A Sequential as Keras 2.0 to 2.2.2 write it: a bare list."""
    bare = [{"class_name": one["class_name"], "config": one["config"]} for one in layers]
    return {"class_name": "Sequential", "config": bare, "keras_version": version, "backend": "tensorflow", **head}


def keras_file(config: Any, members: Mapping[str, bytes] | None = None, packed: int = zipfile.ZIP_STORED) -> bytes:
    """A .keras file of this configuration."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packed) as archive:
        text = config if isinstance(config, bytes) else json.dumps(config).encode()
        archive.writestr("config.json", text)
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        for name, data in (members or {}).items():
            archive.writestr(name, data)
    return file.getvalue()


def dense_of_3_to_2() -> bytes:
    """A .keras file of a Dense of 3 to 2, whose kernel is 0 to 5 and whose bias is 7 and 8."""
    config = graph3([input3("x", 3), layer3("Dense", "out", [value3("x", 3)], units=2)], ["x"], ["out"])
    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        own = file.create_group("layers/dense/vars")
        own["0"], own["1"] = np.arange(6, dtype="float32").reshape(3, 2), np.array([7, 8], "float32")
    return keras_file(config, {"model.weights.h5": held.getvalue()})


def dense_in_a_row(count: int, units: int = 2) -> bytes:
    """A .keras file of so many Dense of 2 to 2, or so many more, each with an activation behind it; the kernel of each
    is its number."""
    layers, at = [input3("x", units)], "x"
    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        for place in range(count):
            layers.append(layer3("Dense", f"d{place}", [value3(at, units)], units=units))
            layers.append(layer3("Activation", f"a{place}", [value3(f"d{place}", units)], activation="relu"))
            at = f"a{place}"
            own = file.create_group(f"layers/dense{f'_{place}' if place else ''}/vars")
            own["0"] = np.full((units, units), place, "float32")
            own["1"] = np.zeros(units, "float32")
    return keras_file(graph3(layers, ["x"], [at]), {"model.weights.h5": held.getvalue()})
