"""Files that are made to harm whoever opens a model: `python -m tests.hostile_models` tells the verdict on each.

Each is named for the row of what it attacks (K1 to K25) and made anew; none is kept.
"""

import io
import itertools
import json
import struct
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.keras_files import function3, graph2, graph3, input2, input3, keras_file, layer2, layer3, row2, value3

Json = dict[str, Any]
SECONDS = 1.0
"""Of processor time for a verdict."""


def net(layer: Json) -> Json:
    return graph3([input3("x", 4), layer], ["x"], [layer["name"]])


def dense(**config: Any) -> Json:
    return net(layer3("Dense", "d", [value3("x", 4)], **{"units": 3, **config}))


def text(raw: Any) -> bytes:
    return json.dumps(raw).encode()


def function(module: str, name: str) -> Json:
    return {"module": module, "class_name": "function", "config": name, "registered_name": name}


def _row_of(module: str, name: str) -> str:
    """K3: settings of the whole process. K4: files that are named."""
    if module.startswith("keras"):
        return "K3" if name.startswith("set_") else "K4"
    return "K2"


def code_files() -> Iterator[tuple[str, bytes]]:
    """K1 to K9: classes, functions and modules that do harm when they are made."""
    bytecode = {"class_name": "__lambda__", "config": {"code": "4wEAAAAAAAAA", "defaults": None, "closure": None}}
    for number, told in enumerate((bytecode, "4wEAAAAAAAAA", ["4wEAAAAAAAAA", None, None])):
        yield f"K1-lambda-{number}.json", text(net(layer3("Lambda", "f", [value3("x", 4)], function=told)))
        yield f"K1-lambda-{number}.keras", keras_file(net(layer3("Lambda", "f", [value3("x", 4)], function=told)))
    for module, name in (
        ("os", "system"), ("builtins", "eval"), ("subprocess", "Popen"), ("posix", "system"),
        ("importlib", "import_module"),
        ("keras.config", "set_floatx"), ("keras.config", "set_max_epochs"), ("keras.utils", "set_random_seed"),
        ("keras.utils", "get_file"), ("keras.src.saving", "KerasFileEditor"), ("keras.models", "load_model"),
    ):  # fmt: skip
        fun = function(module, name)
        yield (
            f"{_row_of(module, name)}-{module}.{name}.json",
            text(net(layer3("Lambda", "f", [value3("x", 4)], function=fun, arguments={"x": "/etc/passwd"}))),
        )
        yield f"K8-activation-{module}.{name}.json", text(dense(activation=fun))
        made = {"module": module, "class_name": name, "config": {"args": ["id"]}, "registered_name": None}
        yield f"K8-initializer-{module}.{name}.json", text(dense(kernel_initializer=made))
        yield (
            f"K5-class-{module}.{name}.json",
            text(net(layer3(name, "f", [value3("x", 4)], module=module, path="/etc/passwd"))),
        )
    yield "K8-plot_model.json", text(dense(activation=function("keras.utils", "plot_model")))
    for kind, config in {
        "TFSMLayer": {"filepath": "/etc", "call_endpoint": "serve"},
        "TorchModuleWrapper": {"module": "gASVCgAAAA=="},
        "JaxLayer": {"call_fn": function("os", "system")},
        "StringLookup": {"vocabulary": "/etc/passwd"},
        "IntegerLookup": {"vocabulary": "/etc/passwd"},
        "TextVectorization": {"vocabulary": "/etc/passwd", "standardize": function("os", "system")},
    }.items():
        yield f"K6-{kind}.json", text(net(layer3(kind, "f", [value3("x", 4)], **config)))
    for module in ("keras.src.layers.core.dense_test", "keras.src.testing.test_case", "antigravity", "../../etc", ""):
        yield f"K5-module-{len(module)}.json", text(net(layer3("Dense", "d", [value3("x", 4)], module=module, units=3)))
    for place in ("optimizer", "loss", "metrics"):
        yield f"K7-{place}.json", text({**dense(), "compile_config": {place: function("os", "system")}})
    named = layer3("Dense", "d", [value3("x", 4)], units=3)
    yield "K9-registered.json", text(net({**named, "registered_name": "mine>Dense"}))
    yield "K9-registered-2.json", text(row2({**layer2("my>Dense", "d", units=3), "batch_input_shape": [None, 4]}))


def value_files() -> Iterator[tuple[str, bytes]]:
    """K10 to K14: numbers beyond bounds, and graphs that are none."""
    for number, units in enumerate((10**9, 10**12, 10**17, -1, 0, "3", 2.5, True, None, [], {}, 1e18, [[[3]]])):
        yield f"K{10 if number < 3 else 11}-units-{number}.json", text(dense(units=units))
    for number, shape in enumerate(
        ([None, 10**12], [], [None], [None] * 10, [None, -1], "x", [None, 1.5], [None, [4]], 7, [[4]], {"a": 1})
    ):
        start = {**input3("x", 4), "config": {"batch_shape": shape, "name": "x", "dtype": "float32"}}
        yield (
            f"K12-shape-{number}.json",
            text(graph3([start, layer3("Dense", "d", [value3("x", 4)], units=3)], ["x"], ["d"])),
        )
    yield "K12-conv.json", text(net(layer3("Conv2D", "c", [value3("x", 4)], filters=10**9, kernel_size=[10**9, 10**9])))
    rows = [layer2("Dense", f"d{number}", units=4) for number in range(600)]
    rows[0]["config"]["batch_input_shape"] = [None, 4]
    yield "K13-600-layers.json", text(row2(*rows))
    circle = [
        input3("x", 4),
        layer3("Add", "a", [[value3("x", 4), value3("b", 4)]]),
        layer3("Dense", "b", [value3("a", 4)], units=4),
    ]
    yield "K14-circle.json", text(graph3(circle, ["x"], ["b"]))
    yield "K14-long-names.json", text(net(layer3("O" * 500_000, "n" * 500_000, [value3("x", 4)])))
    yield "K14-itself.json", text(net(layer3("Dense", "d", [value3("d", 4)], units=4)))
    yield "K14-gone.json", text(net(layer3("Dense", "d", [value3("nobody", 4)], units=4)))
    yield "K14-call-7.json", text(net(layer3("Dense", "d", [value3("x", 4, call=7)], units=4)))
    yield "K14-output-9.json", text(net(layer3("Dense", "d", [value3("x", 4, output=9)], units=4)))
    yield "K14-no-calls.json", text(net(layer3("Dense", "d", units=4)))
    yield "K14-no-outputs.json", text(graph3([input3("x", 4)], ["x"], []))
    yield (
        "K14-history.json",
        text(
            net(
                layer3(
                    "Dense",
                    "d",
                    [{"class_name": "__keras_tensor__", "config": {"keras_history": [1, "x", {}]}}],
                    units=4,
                )
            )
        ),
    )
    yield (
        "K14-history-2.json",
        text(graph2([input2("x", 4), layer2("Dense", "d", [["x", "0", None, 5]], units=3)], ["x"], ["d"])),
    )
    many = [layer3("Dense", "d", *([value3("x", 4)] for _ in range(25_000)), units=4)]
    yield "K14-25000-calls.json", text(graph3([input3("x", 4), *many], ["x"], ["d"]))
    unknown = [layer3("Own", f"o{number}", [value3("x", 4)]) for number in range(4_000)]
    yield "K14-4000-unknown.json", text(graph3([input3("x", 4), *unknown], ["x"], ["o7"]))
    alike = [layer3("Dense", "d", [value3("x", 4)], units=1) for number in range(4_000)]
    yield "K14-4000-of-one-name.json", text(graph3([input3("x", 4), *alike], ["x"], ["d"]))
    nested: Json = dense()
    for depth in range(30):
        nested = graph3(
            [
                input3("x", 4),
                {**nested, "name": f"m{depth}", "inbound_nodes": [{"args": [value3("x", 4)], "kwargs": {}}]},
            ],
            ["x"],
            [f"m{depth}"],
        )
    yield "K14-nested-30.json", text(nested)
    twice = layer3("Dense", "d", [value3("x", 4)], units=3)
    yield "K14-name-twice.json", text(graph3([input3("x", 4), twice, twice, input3("x", 4)], ["x"], ["d"]))
    for number, kind in enumerate(
        ("Expand_dims", "Split", "GetItem", "Reshape", "Transpose", "Mean", "Pad", "Power", "Where")
    ):
        yield (
            f"K11-function-{number}.json",
            text(net(function3(kind, "f", value3("x", 4), {"a": [None]}, "x", axis="q", axes=7))),
        )
        yield f"K11-function-{number}b.json", text(net(function3(kind, "f", [value3("x", 4), 10**18, None])))
    for number, value in enumerate(([], {}, [[]], "wild", -(10**18), 1e300, True, None)):
        yield (
            f"K11-conv-{number}.json",
            text(
                net(
                    layer3(
                        "Conv2D", "c", [value3("x", 4)], filters=value, kernel_size=value, padding=value, strides=value
                    )
                )
            ),
        )
        yield (
            f"K11-lstm-{number}.json",
            text(
                net(
                    layer3(
                        "LSTM",
                        "c",
                        [value3("x", 4)],
                        units=3,
                        activation=value,
                        kernel_initializer=value,
                        dropout=value,
                    )
                )
            ),
        )
        yield (
            f"K11-inner-{number}.json",
            text(net(layer3("Bidirectional", "c", [value3("x", 4)], layer=value, merge_mode=value))),
        )
        yield (
            f"K11-rescale-{number}.json",
            text(net(layer3("Rescaling", "c", [value3("x", 4)], scale=[value], offset=[value]))),
        )


_NAMED = {
    "Tile": "repeats", "Repeat": "repeats", "Take": "indices", "Roll": "shift",
    "Unstack": "num", "OneHot": "num_classes",
    "ArgMax": "axis", "CumSum": "axis", "Norm": "axis", "Einsum": "subscripts",
}  # fmt: skip
"""Functions, and an argument of each that may be anything."""


def inner_files() -> Iterator[tuple[str, bytes]]:
    """K10, K11, K14: layers within layers, and functions that become several nodes."""
    sequence = value3("x", 4, 4)
    cell = {"class_name": "LSTMCell", "config": {"units": 3}}
    for count in (3_000, 15_000):
        cells = {"class_name": "StackedRNNCells", "config": {"cells": [cell] * count}}
        yield f"K14-cells-{count}.json", text(net(layer3("RNN", "r", [sequence], cell=cells)))
    for number, own in enumerate((None, 7, [], {"class_name": ["x"]}, {"class_name": "LSTMCell", "config": []})):
        yield f"K11-cell-{number}.json", text(net(layer3("RNN", "r", [sequence], cell=own)))
        yield f"K11-each-{number}.json", text(net(layer3("TimeDistributed", "t", [sequence], layer=own)))
        ways = layer3("Bidirectional", "b", [sequence], layer=own, backward_layer=own, merge_mode=None)
        yield f"K11-ways-{number}.json", text(net(ways))
    held: Json = {"class_name": "LSTM", "config": {"units": 3}}
    for depth in range(25):
        other = {"backward_layer": held} if depth < 8 else {}
        held = {"class_name": "Bidirectional", "config": {"layer": held, **other}}
    yield "K14-ways-25-deep.json", text(net(layer3("Bidirectional", "b", [sequence], layer=held)))
    each: Json = dense()
    for _ in range(30):
        layer = layer3("TimeDistributed", "t", [value3("i", 4)], layer=each)
        each = graph3([input3("i", 4), layer], ["i"], ["t"])
    yield "K14-each-30-deep.json", text(each)
    for number, value in enumerate((10**17, -1, 0, "x", None, [1, 10**9], [10**9, 1], [[1], 2], {"a": 1}, [1] * 5_000)):
        for kind, name in _NAMED.items():
            along = {"axis": 1} if name != "axis" else {}
            told = function3(kind, "f", value3("x", 4), **{name: value, **along})
            yield f"K11-{kind}-{number}.json", text(net(told))
        norm = layer3("Normalization", "n", [value3("x", 4)], mean=value, variance=value, axis=value)
        yield f"K11-mean-{number}.json", text(net(norm))
    many = [1.0] * 150_000
    yield "K10-mean.json", text(net(layer3("Normalization", "n", [value3("x", 4)], mean=many, variance=many)))


def form_files() -> Iterator[tuple[str, bytes]]:
    """K15 to K19, K24, K25: what is no JSON or no zip, and bombs."""
    yield "K15-spaces.keras", _spaces(300_000_000)
    yield "K16-brackets.json", b"[" * 100_000
    yield "K16-brackets.keras", keras_file(b"[" * 100_000 + b"]" * 100_000)
    yield "K16-nested-dicts.json", b'{"a":' * 900 + b"1" + b"}" * 900
    for number, raw in enumerate(
        (
            b"",
            b"{",
            b"null",
            b"[]",
            b"3",
            b'"x"',
            b"{}",
            b'{"class_name": "Model"}',
            b"\xff\xfe{",
            b"\0\1\2",
            b"[1, 2]",
            b'{"config": {"layers": 7}}',
            b'{"config": {"layers": []}}',
            b'{"config": {"layers": [7]}}',
            b'{"layers": [{"class_name": 7}]}',
        )
    ):
        yield f"K16-not-json-{number}.json", raw
        yield f"K16-not-json-{number}.keras", keras_file(raw)
    good = text(dense())
    yield "K17-keys-twice.json", good.replace(b'"units": 3', b'"units": 3, "units": 4')
    for number, value in enumerate((b"NaN", b"Infinity", b"1e999", b"1" * 30, b"-" + b"9" * 5000, b'"\\ud800"')):
        yield f"K17-{number}.json", good.replace(b'"units": 3', b'"units": ' + value)
    whole = keras_file(dense())
    for number, cut in enumerate(
        (
            whole[:100],
            whole[: len(whole) // 2],
            whole[:-30],
            whole[20:],
            b"PK\x05\x06" + bytes(18),
            b"PK\x03\x04" + bytes(200),
        )
    ):
        yield f"K18-cut-{number}.keras", cut
    yield "K18-twice.keras", _twice()
    yield "K18-locked.keras", _locked(whole)
    yield "K18-renamed.keras", good
    yield "K18-text.keras", b"hello, world"
    yield "K19-members.keras", keras_file(dense(), {f"assets/{number}": b"" for number in range(3_000)})
    for number, name in enumerate(("../../evil", "/etc/evil", "a\\..\\..\\evil", "C:/evil")):
        yield f"K19-out-{number}.keras", keras_file(dense(), {name: b"evil"})
    yield "K19-link.keras", _link()
    yield "K19-bomb.keras", keras_file(dense(), {"assets/big": bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    yield "K19-weights-bomb.keras", keras_file(dense(), {"model.weights.h5": bytes(200_000_000)}, zipfile.ZIP_DEFLATED)
    yield "K24-saved-model.zip", _zip({"net/saved_model.pb": b"x", "net/variables/variables.index": b"x"})
    yield "K24-pickle.pkl", b"\x80\x04\x95\x0b\0\0\0\0\0\0\0\x8c\x05model\x94."
    yield "K24-torch.pt", _zip({"net/data.pkl": b"x", "net/version": b"3"})
    yield "K24-onnx.onnx", b"\x08\x08\x12\x07pytorch" + bytes(range(200))
    yield "K24-tflite.tflite", b"\x1c\0\0\0TFL3" + bytes(100)
    yield "K25-version.json", text({**dense(), "keras_version": "9.1.0"})
    yield "K25-option.json", text(dense(quantum=True))


def weight_files() -> Iterator[tuple[str, bytes]]:
    """K20 to K23: weights that lead elsewhere, fill memory, or do not fit."""
    import h5py
    import numpy as np

    def made(fill: Callable[[Any], None], model: Json | None = None) -> bytes:
        file = io.BytesIO()
        with h5py.File(file, "w") as held:
            fill(held)
        return keras_file(model or dense(), {"model.weights.h5": file.getvalue()})

    def own(held: Any) -> Any:
        return held.create_group("layers/dense/vars")

    yield (
        "K20-external-link.keras",
        made(lambda held: own(held).__setitem__("0", h5py.ExternalLink("/etc/passwd", "/"))),
    )
    yield "K20-soft-link.keras", made(lambda held: own(held).__setitem__("0", h5py.SoftLink("/layers")))
    yield "K20-layers-link.keras", made(lambda held: held.__setitem__("layers", h5py.ExternalLink("/tmp/x.h5", "/")))
    yield (
        "K20-external-data.keras",
        made(lambda held: own(held).create_dataset("0", (4, 3), "f4", external=[("/etc/passwd", 0, 48)])),
    )
    source = h5py.VirtualSource("/tmp/other.h5", "x", (4, 3), "f4")
    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = source
    yield "K20-virtual.keras", made(lambda held: own(held).create_virtual_dataset("0", layout))
    yield "K20-loop.keras", made(lambda held: held.create_group("layers/dense").__setitem__("again", held["layers"]))
    yield "K20-text.keras", made(lambda held: own(held).create_dataset("0", data=["a", "b"], dtype=h5py.string_dtype()))
    for number, shape in enumerate(((2**30,), (2**34,), (2**40, 3))):
        yield (
            f"K21-shape-{number}.keras",
            made(lambda held, shape=shape: own(held).create_dataset("0", shape, "f4", chunks=True, fillvalue=1.0)),
        )  # type: ignore[misc]
    yield "K22-missing.keras", made(lambda held: held.create_group("layers"))
    yield "K22-shape.keras", made(lambda held: [own(held).create_dataset("0", data=np.ones((7, 7), "f4"))])

    def extra(held: Any) -> None:
        own(held).create_dataset("0", data=np.ones((4, 3), "f4"))
        held["layers/dense/vars"].create_dataset("1", data=np.ones(3, "f4"))
        held.create_group("layers/dense_1/vars").create_dataset("0", data=np.ones(3, "f4"))

    yield "K22-extra.keras", made(extra)

    def turned(held: Any) -> None:
        own(held).create_dataset("0", data=np.ones((3, 4), "f4"))
        held["layers/dense/vars"].create_dataset("1", data=np.ones(3, "f4"))

    yield "K22-turned.keras", made(turned)

    def nan(held: Any) -> None:
        own(held).create_dataset("0", data=np.full((4, 3), np.nan, "f4"))
        held["layers/dense/vars"].create_dataset("1", data=np.full(3, np.inf, "f4"))

    yield "K23-nan.keras", made(nan)
    huge = graph3([input3("x", 12_000), layer3("Dense", "d", [value3("x", 12_000)], units=12_000)], ["x"], ["d"])
    packed = {"chunks": (1000, 1000), "compression": "gzip", "fillvalue": 1.0}
    yield (
        "K21-right-shape.keras",
        made(lambda held: own(held).create_dataset("0", (12_000, 12_000), "f4", **packed), huge),
    )
    yield "K22-group.keras", made(lambda held: own(held).create_group("0"))
    yield "K20-no-hdf5.keras", keras_file(dense(), {"model.weights.h5": b"\x89HDF\r\n\x1a\n" + bytes(5000)})
    yield "K20-empty.keras", keras_file(dense(), {"model.weights.h5": b""})
    older = io.BytesIO()
    with h5py.File(older, "w") as held:
        held.attrs["model_config"] = json.dumps(dense())
        held.attrs["keras_version"] = "2.4.0"
        held.create_group("model_weights").attrs["layer_names"] = [b"d", b"../../d", b"x"]
        held["model_weights"].create_group("d").attrs["weight_names"] = [b"../x", b"d/kernel:0"]
    yield "K20-names.h5", older.getvalue()
    settings = io.BytesIO()
    with h5py.File(settings, "w") as held:
        held.attrs["model_config"] = json.dumps(dense())
        held.attrs["training_config"] = '{"loss": NaN'
        held.create_group("model_weights").attrs["layer_names"] = [b"d"]
    yield "K7-settings.h5", settings.getvalue()
    bare = io.BytesIO()
    with h5py.File(bare, "w") as held:
        held.create_group("layers")
    yield "K22-weights-alone.h5", bare.getvalue()
    yield "K18-cut.h5", older.getvalue()[:700]


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def _spaces(count: int) -> bytes:
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("config.json", "w") as member,
    ):
        for _ in range(count // 1_000_000):
            member.write(b" " * 1_000_000)
    return file.getvalue()


def _twice() -> bytes:
    file = io.BytesIO()
    import warnings

    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr("config.json", json.dumps(dense()))
    return file.getvalue()


def _locked(data: bytes) -> bytes:
    """With the mark of a password in its directory and before each file."""
    made = bytearray(data)
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = made.find(mark)
        while place >= 0:
            flags = struct.unpack_from("<H", made, place + at)[0] | 1
            struct.pack_into("<H", made, place + at, flags)
            place = made.find(mark, place + 4)
    return bytes(made)


def _link() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.json", json.dumps(dense()))
        link = zipfile.ZipInfo("assets/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return file.getvalue()


def _one_for_all(data: bytes) -> bytes:
    """Every file of the directory lies where the first does."""
    made = bytearray(data)
    places = [place for place in range(len(made)) if made[place : place + 4] == b"PK\x01\x02"]
    for place in places:
        made[place + 42 : place + 46] = made[places[0] + 42 : places[0] + 46]
    return bytes(made)


def _said_small(data: bytes) -> bytes:
    """The first file says that it unpacks to 500 bytes."""
    made = bytearray(data)
    place = made.find(b"PK\x01\x02")
    made[place + 24 : place + 28] = made[22:26] = struct.pack("<I", 500)
    return bytes(made)


def _in_itself() -> bytes:
    """Weights in a group that lies in itself."""
    import h5py

    held = io.BytesIO()
    with h5py.File(held, "w") as file:
        group = file.create_group("layers/dense")
        group["again"] = group
    return held.getvalue()


def opened_files() -> Iterator[tuple[str, bytes]]:
    """Models within models that hold a layer of those around them, values by name, and zips that lie."""
    within = graph3([input3("i", 4), layer3("Dense", "d", [value3("i", 4)], units=4)], ["i"], ["d"], name="b")
    for _ in range(8):
        calls = [{"args": [value3(name, 4)], "kwargs": {}} for name in ("i", "b")]
        own = {**within, "name": "b", "inbound_nodes": calls}
        around = layer3("Dense", "d", [value3("b", 4, call=1)], units=4)
        within = graph3([input3("i", 4), own, around], ["i"], ["d"], name="b")
    yield "K14-within-twice.json", text(within)
    node = {"a": ["x", 0, 0, {}], "b": 7, "c": None, "d": {"e": ["x", 0, 0]}}
    layer = {**layer2("Dense", "d", units=3), "inbound_nodes": [node]}
    yield "K14-by-name.json", text(graph2([input2("x", 4), layer], ["x"], ["d"]))
    ends = dense()
    ends["config"]["output_layers"] = {"a": {"b": {"c": ["d", 0, 0]}}, "": ["d", 0, 0]}
    yield "K14-ends.json", text(ends)
    lookup = layer3("StringLookup", "s", [value3("x", 4)], vocabulary=["a"], mask_token=[{}] * 99, num_oov_indices=9**9)
    yield "K11-mask.json", text(net(lookup))
    large = keras_file(b" " * 30_000_000, {"a.json": b"{}"}, zipfile.ZIP_DEFLATED)
    yield "K18-size-lies.keras", _said_small(large)
    yield "K19-one-for-all.keras", _one_for_all(large)
    yield "K20-in-itself.keras", keras_file(dense(), {"model.weights.h5": _in_itself()})


def _row_of_layers(count: int, make: Callable[[str, str], Json]) -> bytes:
    names = ["x", *(f"l{number}" for number in range(count))]
    layers = [make(name, before) for before, name in itertools.pairwise(names)]
    return text(graph3([input3("x", 4), *layers], ["x"], names[-1:]))


def large_files() -> Iterator[tuple[str, bytes]]:
    """K10, K14 and K16: as much as is allowed, or a little more."""
    kinds: dict[str, Callable[[str, str], Json]] = {
        "dense": lambda name, at: layer3("Dense", name, [value3(at, 4)], units=4),
        "lambda": lambda name, at: layer3("Lambda", name, [value3(at, 4)]),
        "sums": lambda name, at: layer3("Add", name, [[value3(at, 4), value3("x", 4)]]),
    }
    for kind, make in kinds.items():
        for count in (1_200, 4_000, 6_000):
            yield f"K14-{count}-{kind}.json", _row_of_layers(count, make)
    several: dict[str, Json] = {
        "Take": {"indices": [*range(64)], "axis": 1},
        "Tile": {"repeats": [1, 64]},
        "Roll": {"shift": 1, "axis": 1},
        "Norm": {"axis": -1, "keepdims": True},
    }
    for kind, own in several.items():
        yield (
            f"K14-2000-{kind}.json",
            _row_of_layers(2_000, lambda name, at, kind=kind, own=own: function3(kind, name, [value3(at, 4)], **own)),
        )
    read = [value3("x", 4)] * 56_000
    yield "K14-reads.json", text(net(layer3("Own", "c", [read])))
    head = b'{"class_name":"Functional","config":{"layers":['
    yield "K16-objects.json", head + b",".join([b"{}"] * 450_000) + b"]}}"
    yield "K16-lists.json", head + b",".join([b"[]"] * 450_000) + b"]}}"
    value = {"class_name": "Constant", "config": {"value": [[1.5] * 1000] * 1000}}
    yield "K10-constants.json", text(dense(kernel_initializer=value))


def files() -> Iterator[tuple[str, bytes]]:
    for part in (code_files, value_files, inner_files, form_files, weight_files, opened_files, large_files):
        yield from part()


def verdict(path: Path) -> tuple[str, float]:
    """What an import says of a file, in a line, and the processor time that it took. Raises what no import may."""
    from graphbuilder.importing.files import import_file
    from graphbuilder.importing.model import ImportFault

    start = time.process_time()
    try:
        came = import_file(path)
    except ImportFault as fault:
        return f"{fault.code}: {fault}", time.process_time() - start
    spent = time.process_time() - start
    told = [f"{message.code}: {message}" for message in came.report.messages]
    told += [f"{found.code}: {found.message}" for found in came.drawn.checked.errors]
    return "; ".join(told) or "imported", spent


def main() -> int:
    slow = 0
    with tempfile.TemporaryDirectory() as folder:
        count = 0
        for name, data in files():
            path = Path(folder) / name.replace("/", "_")
            path.write_bytes(data)
            said, spent = verdict(path)
            path.unlink()
            slow += spent > SECONDS
            count += 1
            print(f"{name:45} {spent:5.2f} s  {said[:150]}")
    print(f"{count} files, {slow} over {SECONDS:g} s")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
