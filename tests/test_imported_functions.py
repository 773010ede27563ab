"""What files tell by functions of TensorFlow, by assets and by layers within layers, as nodes."""

import io
import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from graphbuilder.document import Document
from graphbuilder.importing.drawing import Drawn
from graphbuilder.importing.files import Imported, import_file, import_json
from tests.keras_files import function3, graph2, graph3, input2, input3, keras_file, layer2, layer3, row2, value3
from tests.spending import soonest, spent


def drawn(raw: Any) -> Drawn:
    return import_json(json.dumps(raw).encode()).drawn


def kinds(document: Document) -> list[str]:
    return [one.kind for one in document.nodes if one.kind != "Input"]


def faults(came: Drawn) -> list[str]:
    return [found.message for found in came.checked.errors]


def op2(function: str, *shape: int, **told: Any) -> Drawn:
    """A function of TensorFlow on one value, as tf.keras writes it."""
    config = {"name": "f", "function": function, "trainable": True}
    op = {"class_name": "TFOpLambda", "config": config, "name": "f", "inbound_nodes": [["x", 0, 0, told]]}
    return drawn(graph2([input2("x", *shape), op], ["x"], ["f"]))


@pytest.mark.parametrize(
    ("shape", "says"),
    [([-1, 2, 6], "makes 2 samples of each, as windows are"), ([-1, 8, 6], "joins several samples to one")],
)
def test_what_changes_the_number_of_samples_is_told_with_its_shape(shape: list[int], says: str) -> None:
    came = op2("reshape", 4, 6, shape=shape)
    assert says in str(came.report.messages[0])
    (placeholder,) = (one for one in came.document.nodes if one.kind == "Placeholder")
    assert placeholder.params["shape"] == tuple(shape[1:])


@pytest.mark.parametrize(
    ("function", "shape", "told", "made", "gives"),
    [
        ("split", (4, 6), {"num_or_size_splits": [1, 2, 3], "axis": 2}, ["Chunk"], (4, 1)),
        ("unstack", (4, 6), {"axis": 1, "num": None}, ["Chunk", "Squeeze"], (6,)),
        ("gather", (4, 6), {"indices": [0, 2], "axis": 1}, ["Slice", "Slice", "Concatenate"], (2, 6)),
        ("tile", (4, 6), {"multiples": [1, 2, 1]}, ["Concatenate"], (8, 6)),
        ("repeat", (4, 6), {"repeats": 2, "axis": 1}, ["ExpandDims", "Concatenate", "Reshape"], (8, 6)),
        ("roll", (4, 6), {"shift": 1, "axis": 1}, ["Slice", "Slice", "Concatenate"], (4, 6)),
        ("math.greater", (4,), {"y": 0.5}, ["Relational"], (4,)),
        ("one_hot", (4,), {"depth": 3, "axis": None, "dtype": None}, ["OneHot"], (4, 3)),
        ("math.argmax", (4, 6), {"axis": -1, "output_type": "int64"}, ["ArgMax"], (4,)),
        ("norm", (4, 6), {"axis": -1}, ["Elementwise", "ReduceSum", "Elementwise"], (4,)),
        ("nn.depth_to_space", (4, 4, 8), {"block_size": 2}, ["Reshape", "Permute", "Reshape"], (8, 8, 2)),
        ("nn.max_pool2d", (8, 8, 2), {"ksize": 2, "strides": 2, "padding": "SAME"}, ["MaxPooling2D"], (4, 4, 2)),
        ("compat.v1.pad", (4, 6), {"paddings": [[0, 0], [1, 2], [0, 0]]}, ["ZeroPadding1D"], (7, 6)),
        ("compat.v1.transpose", (4, 6), {"perm": [0, 2, 1], "conjugate": False}, ["Permute"], (6, 4)),
        ("math.squared_difference", (4,), {"y": 1.0}, ["Rescaling", "Elementwise"], (4,)),
        ("nn.gelu", (4,), {"approximate": True}, ["Elementwise"], (4,)),
        ("math.subtract", (2, 2), {"y": [[1.0, 2.0], [3.0, 4.0]]}, ["Reshape", "Rescaling", "Reshape"], (2, 2)),
        ("math.asinh", (4,), {}, ["Elementwise", "Elementwise", "Rescaling", "Elementwise", "Add", "Elementwise",
            "Elementwise", "Multiply"], (4,)),
        ("math.floordiv", (4,), {"y": 2.0}, ["FloorDivision"], (4,)),
        ("math.floormod", (4,), {"y": 2.0}, ["FloorDivision"], (4,)),
        ("math.top_k", (4, 6), {"k": 2, "sorted": False}, ["TopK"], (4, 2)),
        ("sort", (4, 6), {"axis": 1, "direction": "DESCENDING"}, ["Sort", "Flip"], (4, 6)),
        ("argsort", (4, 6), {"direction": "DESCENDING"}, ["TopK", "Slice"], (4, 6)),
        ("cumsum", (4, 6), {"axis": 1, "reverse": True}, ["Flip", "CumulativeSum", "Flip"], (4, 6)),
        ("math.cumprod", (4, 6), {"axis": -1, "exclusive": True}, ["CumulativeProduct", "Slice", "Slice", "Rescaling",
            "Concatenate"], (4, 6)),
        ("linalg.diag_part", (4, 4), {}, ["Diagonal"], (4,)),
        ("nn.local_response_normalization", (8, 8, 6), {"depth_radius": 2}, ["Elementwise", "ExpandDims",
            "ZeroPadding3D", "AveragePooling3D", "Squeeze", "Rescaling", "Elementwise", "Multiply"], (8, 8, 6)),
    ],
)  # fmt: skip
def test_a_function_of_tensorflow_is_the_nodes_that_do_its_work(
    function: str, shape: tuple[int, ...], told: dict[str, Any], made: list[str], gives: tuple[int, ...]
) -> None:
    came = op2(function, *shape, **told)
    assert kinds(came.document) == made
    assert not faults(came)
    ends = [facts.shape for id, facts in came.checked.facts.items() if not came.checked.wired.out_of[id]]
    assert gives in ends, ends


def test_K5_numbers_that_meet_very_many_values_are_bounded_in_all() -> None:
    column = [[float(one)] for one in range(100)]
    layers = [input2("f0", 100, 200)]
    for n in range(1, 400):
        config = {"name": f"f{n}", "function": "math.multiply", "trainable": True}
        nodes = [[f"f{n - 1}", 0, 0, {"y": column}]]
        layers.append({"class_name": "TFOpLambda", "config": config, "name": f"f{n}", "inbound_nodes": nodes})
    raw, told = graph2(layers, ["f0"], ["f399"]), list[Drawn]()
    assert soonest(lambda: spent(lambda: told.append(drawn(raw))), 2) <= 2
    came = told[-1]
    told = [one for one in came.document.nodes if one.kind == "Rescaling"]
    assert sum(len(one.params["scales"]) for one in told) <= 60_000
    assert {one.code for one in came.report.messages} == {"E_TOO_BIG", "W_SHAPE_TAKEN"}


def test_an_input_that_is_made_whole_is_taken_to_be_whole_with_a_word() -> None:
    config = {"name": "f", "function": "cast", "trainable": True}
    op = {"class_name": "TFOpLambda", "config": config, "name": "f", "inbound_nodes": [["x", 0, 0, {"dtype": "int32"}]]}
    embedding = layer2("Embedding", "words", [["f", 0, 0, {}]], input_dim=9, output_dim=4)
    came = drawn(graph2([input2("x", 5), op, embedding], ["x"], ["words"]))
    assert kinds(came.document) == ["Embedding"]
    assert not faults(came)
    assert [one.code for one in came.report.messages] == ["W_WHOLE"]
    assert came.document.nodes[0].params["numbers"] == "whole"


def test_a_row_of_words_that_are_found_in_data_is_as_long_as_there_may_be_words_with_a_word() -> None:
    text = layer2("TextVectorization", "row", [["x", 0, 0, {}]], output_mode="count", max_tokens=20)
    padded = layer2("TextVectorization", "row", [["x", 0, 0, {}]], output_mode="count", max_tokens=20)
    padded["config"]["pad_to_max_tokens"] = True
    source = input2("x", 1)
    source["config"]["dtype"] = "string"
    unbounded = layer2("TextVectorization", "row", [["x", 0, 0, {}]], output_mode="multi_hot", max_tokens=None)
    weighed = layer2("TextVectorization", "row", [["x", 0, 0, {}]], output_mode="tf_idf", max_tokens=20)
    assert kinds(drawn(graph2([source, weighed], ["x"], ["row"])).document) == ["Placeholder"]
    for layer, length, said in ((text, 20, ["W_TOKENS"]), (padded, 20, []), (unbounded, 1000, ["W_TOKENS"])):
        came = drawn(graph2([source, layer], ["x"], ["row"]))
        assert kinds(came.document) == ["TextVectorization", "CategoryEncoding", "Slice"]
        ends = [facts for id, facts in came.checked.facts.items() if not came.checked.wired.out_of[id]]
        assert [facts.shape for facts in ends] == [(length,)]
        assert [one.code for one in came.report.messages] == said


def test_a_reshape_by_the_shape_of_a_value_keeps_the_samples() -> None:
    def op(function: str, name: str, *node: Any) -> dict[str, Any]:
        config = {"name": name, "function": function}
        return {"class_name": "TFOpLambda", "config": config, "name": name, "inbound_nodes": [[*node]]}

    layers = [
        input2("x", 4, 6),
        op("compat.v1.shape", "s", "x", 0, 0, {"out_type": "int32"}),
        op("__operators__.getitem", "n", "s", 0, 0, {"slice_spec": 0}),
        op("__operators__.getitem", "k", "s", 0, 0, {"slice_spec": 2}),
        op("reshape", "r", "x", 0, 0, {"shape": [["n", 0, 0], ["k", 0, 0], -1]}),
    ]
    came = drawn(graph2(layers, ["x"], ["r"]))
    assert kinds(came.document) == ["Reshape"]
    assert came.document.nodes[-1].params["target_shape"] == (6, -1)


def test_cells_one_upon_the_other_go_backwards_once_and_give_the_states_of_all() -> None:
    cells = {"class_name": "StackedRNNCells", "config": {"cells": [
        {"class_name": "LSTMCell", "config": {"units": 4}}, {"class_name": "GRUCell", "config": {"units": 3}},
    ]}}  # fmt: skip
    rnn = layer3("RNN", "r", [value3("x", 5, 2)], cell=cells, go_backwards=True, return_state=True)
    ends = [layer3("Dense", f"d{place}", [value3("r", output=place)], units=1) for place in (1, 2, 3)]
    came = drawn(graph3([input3("x", 5, 2), rnn, *ends], ["x"], ["r", "d1", "d2", "d3"]))
    first, second = (one for one in came.document.nodes if one.kind in ("LSTM", "GRU"))
    assert (first.params["go_backwards"], second.params["go_backwards"]) == (True, False)
    sources = [(wire.source, wire.source_port) for wire in came.document.wires if wire.target in ("d1", "d2", "d3")]
    assert sources == [("r", "state_h"), ("r", "state_c"), ("r_2", "state")]


def test_a_gate_of_before_is_told_of_within_another_layer_too() -> None:
    held = {"class_name": "LSTM", "config": {"units": 3, "recurrent_activation": "hard_sigmoid"}}
    came = drawn(row2(layer2("Bidirectional", "b", layer=held, batch_input_shape=[None, 5, 4])))
    assert [one.code for one in came.report.messages] == ["W_HARD_SIGMOID"]


def test_an_embedding_is_shared_by_sequences_of_other_lengths() -> None:
    layers = [
        input3("x", 7, dtype="int32"),
        input3("z", 5, dtype="int32"),
        layer3("Embedding", "e", [value3("x", 7)], [value3("z", 5)], input_dim=9, output_dim=4),
        layer3("Attention", "a", [[value3("e", 7, 4), value3("e", 5, 4, call=1)]]),
    ]
    assert not faults(drawn(graph3(layers, ["x", "z"], ["a"])))


def test_an_output_that_others_read_is_an_output_still() -> None:
    layers = [
        input3("x", 4),
        layer3("Dense", "h", [value3("x", 4)], units=3),
        layer3("Dense", "o", [value3("h", 3)], units=2),
    ]
    came = drawn(graph3(layers, ["x"], ["h", "o"]))
    ends = [node.label for node in came.document.nodes if not came.checked.wired.out_of[node.id]]
    assert ends == ["o", "h_output"]


def test_a_layer_of_keras_3_without_its_module_is_no_function() -> None:
    drop = layer3("SpatialDropout2D", "s", [value3("x", 4, 4, 2)], rate=0.2)
    del drop["module"], drop["config"]["trainable"]
    assert kinds(drawn(graph3([input3("x", 4, 4, 2), drop], ["x"], ["s"])).document) == ["SpatialDropout2D"]


TEXT = layer3("TextVectorization", "t", [value3("x", 1)], vocabulary=None, max_tokens=20, output_sequence_length=4)
WORDS = graph3([input3("x", 1, dtype="string"), TEXT], ["x"], ["t"])


def imported(data: bytes, folder: Path, name: str = "net.keras") -> Imported:
    (folder / name).write_bytes(data)
    return import_file(folder / name)


def test_a_vocabulary_that_was_measured_comes_from_beside_the_configuration(tmp_path: Path) -> None:
    place = "assets/layers/text_vectorization/vocabulary.txt"
    came = imported(keras_file(WORDS, {place: b"\n[UNK]\nthe\ncat"}), tmp_path)
    assert came.drawn.document.nodes[1].params["vocabulary"] == ("the", "cat")
    assert not [one for one in came.report.messages if one.code == "W_MEASURED"]
    for data in (
        keras_file(WORDS),
        keras_file(WORDS, {place: b"\xff\xfe"}),
        keras_file(WORDS, {place: b"a\n" * 3_000_000}),
    ):
        came = imported(data, tmp_path)
        assert came.drawn.document.nodes[1].params["vocabulary"] == ()
        assert "W_MEASURED" in [one.code for one in came.report.messages]


def older(config: Any, weights: dict[str, dict[str, Any]]) -> bytes:
    """An .h5 file. weights: by layer, its arrays by their names."""
    file = io.BytesIO()
    with h5py.File(file, "w") as held:
        held.attrs["model_config"], held.attrs["keras_version"] = json.dumps(config), "2.15.0"
        group = held.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name in weights]
        for name, arrays in weights.items():
            own = group.create_group(name)
            own.attrs["weight_names"] = [one.encode() for one in arrays]
            for one, array in arrays.items():
                own[one] = array
    return file.getvalue()


def nested(depth: int) -> dict[str, Any]:
    """Models within models, each with a Dense of one and the same name."""
    layers: list[dict[str, Any]] = [layer2("Dense", "d", units=2)]
    if depth:
        layers.append({"class_name": "Sequential", "config": nested(depth - 1)})
    layers[0]["config"]["batch_input_shape"] = [None, 2]
    return {"name": f"m{depth}", "layers": layers}


def test_weights_of_models_within_models_come_to_each_of_them(tmp_path: Path) -> None:
    config = {"class_name": "Sequential", "config": nested(2)}
    inner = config["config"]["layers"][1]["config"]
    last = inner["layers"][1]["config"]["layers"][0]
    last["name"] = last["config"]["name"] = "a/b"
    told = {
        "d": {"d/kernel:0": np.full((2, 2), 1, "float32"), "d/bias:0": np.zeros(2, "float32")},
        "m1": {
            "d/kernel:0": np.full((2, 2), 2, "float32"), "d/bias:0": np.zeros(2, "float32"),
            "a/b/kernel:0": np.full((2, 2), 3, "float32"), "a/b/bias:0": np.zeros(2, "float32"),
        },
    }  # fmt: skip
    came = imported(older(config, told), tmp_path, "net.h5")
    assert came.weights is not None and not came.report.messages
    assert sorted(float(one[0][0, 0]) for one in came.weights.arrays.values()) == [1.0, 2.0, 3.0]


def test_K21_weights_that_unpack_to_far_more_than_the_file_holds_are_left_out(tmp_path: Path) -> None:
    file = io.BytesIO()
    with h5py.File(file, "w") as held:
        own = held.create_group("layers/dense/vars")
        own.create_dataset("0", (5000, 5000), "f4", chunks=(500, 500), fillvalue=1.0)
        own.create_dataset("1", (5000,), "f4")
    layers = [input3("x", 5000), layer3("Dense", "d", [value3("x", 5000)], units=5000)]
    came = imported(keras_file(graph3(layers, ["x"], ["d"]), {"model.weights.h5": file.getvalue()}), tmp_path)
    assert came.weights is None
    assert [one.code for one in came.report.messages] == ["E_WEIGHTS_UNSAFE"]


def test_K22_a_group_in_the_place_of_weights_is_told(tmp_path: Path) -> None:
    file = io.BytesIO(older(row2(layer2("Dense", "d", units=3, batch_input_shape=[None, 4])), {"d": {}}))
    with h5py.File(file, "r+") as held:
        held["model_weights/d"].attrs["weight_names"] = [b"d/kernel:0"]
        held["model_weights/d"].create_group("d/kernel:0")
    came = imported(file.getvalue(), tmp_path, "net.h5")
    assert [one.code for one in came.report.messages] == ["E_WEIGHTS"]


def test_a_mask_of_values_that_were_joined_is_that_of_their_embeddings() -> None:
    layers = [
        input3("x", 7, dtype="int32"),
        layer3("Embedding", "e", [value3("x", 7)], input_dim=9, output_dim=4, mask_zero=True),
        function3("NotEqual", "ne", value3("x", 7), 0),
        layer3("Concatenate", "c", [[value3("e", 7, 4), value3("e", 7, 4)]], axis=-1),
        function3("ZerosLike", "z", value3("e", 7, 4)),
        function3("ExpandDims", "w", value3("ne", 7), axis=-1),
        function3("LogicalOr", "o", value3("z", 7, 4), value3("w", 7, 1)),
        function3("All", "all", value3("o", 7, 4), axis=-1),
        layer3("LSTM", "l", ([value3("c", 7, 8)], {"mask": value3("all", 7)}), units=3),
    ]
    came = drawn(graph3(layers, ["x"], ["l"]))
    assert kinds(came.document) == ["Embedding", "Concatenate", "LSTM"]
    assert not came.report.messages


def test_numbers_of_each_channel_stand_with_an_operation() -> None:
    row = {"class_name": "__numpy__", "config": {"value": [1.0, -2.0, 3.0], "dtype": "float32"}}
    came = drawn(graph3([input3("x", 3), function3("Multiply", "m", value3("x", 3), row)], ["x"], ["m"]))
    assert came.document.nodes[-1].params["scales"] == (1.0, -2.0, 3.0)
    assert not faults(came)


def test_a_range_that_is_wider_on_one_side_is_told() -> None:
    zoom = layer2("RandomZoom", "z", height_factor=[-0.3, -0.1], batch_input_shape=[None, 8, 8, 3])
    came = drawn(row2(zoom))
    assert kinds(came.document) == ["RandomZoom"]
    assert [one.code for one in came.report.messages] == ["W_RANGE"]


def test_a_call_that_hands_values_over_by_name_and_outputs_that_have_names() -> None:
    inner = graph2(
        [input2("u", 3), input2("v", 3), layer2("Subtract", "less", ["u", "v"]), layer2("Add", "more", ["u", "v"])],
        ["u", "v"],
        [],
    )["config"]
    inner |= {
        "input_layers": {"v": ["v", 0, 0], "u": ["u", 0, 0]},
        "output_layers": {"s": ["more", 0, 0], "d": ["less", 0, 0]},
    }
    pair = {**layer2("Functional", "pair"), "config": inner}
    pair["inbound_nodes"] = [{"v": ["y", 0, 0, {}], "u": ["x", 0, 0, {}]}]
    told = layer2("Concatenate", "both", [["pair", 1, 1, {}], ["pair", 1, 0, {}]])
    came = drawn(graph2([input2("x", 3), input2("y", 3), pair, told], ["x", "y"], ["both"]))
    assert not came.report.messages
    assert not came.checked.errors
    wires = {(one.source, one.target, one.target_port) for one in came.document.wires}
    assert {("x", "pair", "u"), ("y", "pair", "v")} <= wires
    first = next(one for one in came.document.wires if one.target == "both")  # Keras counts names in their order
    (block,) = came.document.blocks
    assert [one.source for one in block.wires if one.target == first.source_port] == ["more"]


def test_unlike_masks_that_keras_2_brought_together_are_told_where_something_reads_them() -> None:
    def merged(kind: str, other: str, reader: str) -> list[str]:
        masked = {"input_dim": 9, "output_dim": 4, "mask_zero": True}
        layers = [
            input2("x", 7, dtype="int32"), input2("y", 7, dtype="int32"),
            layer2("Embedding", "e", ["x"], **masked), layer2("Embedding", "f", [other], **masked),
            layer2(kind, "m", ["e", "f"]), layer2("Dropout", "o", ["m"], rate=0.5),
            layer2(reader, "r", ["o"], **({"units": 3} if reader == "LSTM" else {})),
        ]  # fmt: skip
        return [one.code for one in drawn(graph2(layers, ["x", "y"], ["r"])).report.messages]

    assert merged("Add", "y", "LSTM") == merged("Concatenate", "y", "GlobalAveragePooling1D") == ["W_MASK"]
    assert merged("Add", "x", "LSTM") == merged("Add", "y", "Flatten") == []


def test_what_stands_for_nothing_among_words_keeps_its_number_or_is_told() -> None:
    def lookup(**config: Any) -> tuple[Any, list[str]]:
        layer = layer3("StringLookup", "s", [value3("x", 1)], vocabulary=["a", "b"], mask_token="", **config)
        came = drawn(graph3([input3("x", 1, dtype="string"), layer], ["x"], ["s"]))
        (found,) = (one for one in came.document.nodes if one.kind == "StringLookup")
        assert not came.checked.errors
        return found.params, [one.code for one in came.report.messages]

    params, codes = lookup(num_oov_indices=0)
    assert (params["vocabulary"], params["num_oov_indices"], codes) == (("a", "b"), 1, [])
    params, codes = lookup(num_oov_indices=1)
    assert (params["vocabulary"], params["num_oov_indices"], codes) == (("a", "b"), 2, ["W_MASK_TOKEN"])


def test_one_number_everywhere_is_a_scale_of_0() -> None:
    came = drawn(graph3([input3("x", 4), function3("OnesLike", "o", value3("x", 4))], ["x"], ["o"]))
    (found,) = (one for one in came.document.nodes if one.kind == "Rescaling")
    assert (found.params["scale"], found.params["offset"]) == (0.0, 1.0)


def test_a_layer_of_the_same_name_within_is_told_of_where_no_weights_tell() -> None:
    inner = graph3([input3("i", 4), layer3("Dense", "d", [value3("i", 4)], units=4)], ["i"], ["d"], name="inner")
    within = {**inner, "name": "inner", "inbound_nodes": [{"args": [value3("x", 4)], "kwargs": {}}]}
    around = layer3("Dense", "d", [value3("inner", 4)], units=4)
    net = graph3([input3("x", 4), within, around], ["x"], ["d"])
    came = import_json(json.dumps(net).encode())
    assert [one.code for one in came.report.messages] == ["W_SHARED"]
    other = layer3("Dense", "d", [value3("inner", 4)], units=3)
    assert not drawn(graph3([input3("x", 4), within, other], ["x"], ["d"])).report.messages


def test_a_separable_convolution_that_reads_no_later_steps_has_nothing_before_them() -> None:
    layer = layer2(
        "SeparableConv1D", "s", filters=5, kernel_size=[3], dilation_rate=[2], padding="causal",
        batch_input_shape=[None, 9, 3],
    )  # fmt: skip
    came = drawn(row2(layer))
    assert [one.kind for one in came.document.nodes] == ["Input", "ZeroPadding1D", "SeparableConv1D"]
    assert came.document.nodes[1].params["padding"] == (4, 0)
    (given,) = came.checked.facts[came.document.nodes[2].id].outputs.values()
    assert given.shape == (9, 5)
    assert came.report.parameters == 3 * 3 + 3 * 5 + 5
