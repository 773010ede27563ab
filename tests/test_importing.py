"""Models of Keras become documents: what each version writes, and its traps."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.blocks import place_now, stands_at
from graphbuilder.document import Document, Node
from graphbuilder.importing.drawing import Drawn
from graphbuilder.importing.files import import_json, import_script
from graphbuilder.importing.functions import WORKED_BY
from graphbuilder.importing.model import ImportFault
from graphbuilder.importing.works.function_names import ELEMENTWISE
from graphbuilder.shapes import Shape
from tests.keras_files import function3, graph2, graph3, input2, input3, layer2, layer3, row2, value3


def drawn(raw: Any) -> Drawn:
    return import_json(json.dumps(raw).encode()).drawn


def node(document: Document, id: str, block: int | None = None) -> Node:
    nodes = document.nodes if block is None else document.blocks[block].nodes
    return next(one for one in nodes if one.id == id)


def kinds(document: Document) -> list[str]:
    return [one.kind for one in document.nodes]


def faults(came: Drawn) -> list[str]:
    return [found.message for found in came.checked.errors]


def row(*layers: dict[str, Any], **head: Any) -> Drawn:
    return drawn(row2(*layers, **head))


def shape_behind(came: Drawn, id: str) -> Shape | None:
    (port,) = came.checked.facts[id].outputs.values()
    return port.shape


DENSE = layer2("Dense", "d", units=3, activation="relu", batch_input_shape=[None, 4])


def test_a_row_of_keras_2_implies_its_input_and_keeps_its_names() -> None:
    long = "a_layer_name_of_more_than_28_letters"
    came = row(DENSE, layer2("Dense", long, units=2, kernel_regularizer={"class_name": "L2", "config": {"l2": 0.5}}))
    assert kinds(came.document) == ["Input", "Dense", "Dense"]
    assert node(came.document, "d_input").params["shape"] == (4,)
    assert node(came.document, long).label == long
    assert node(came.document, long).params["kernel_regularizer"].l2 == 0.5
    assert came.report.parameters == 4 * 3 + 3 + 3 * 2 + 2
    assert came.report.source == "JSON of Keras 2.2.4"
    assert not faults(came)
    assert not came.report.messages


def test_hard_sigmoid_of_keras_2_is_another_function_than_that_of_keras_3() -> None:
    gate = layer2("Dense", "d", units=3, activation="hard_sigmoid", batch_input_shape=[None, 4])
    came = row(gate)
    assert kinds(came.document) == ["Input", "Dense", "Rescaling", "Elementwise"]
    (dense, rescaled, clipped) = came.document.nodes[1:]
    assert dense.params["activation"] == "linear"
    assert (rescaled.params["scale"], rescaled.params["offset"]) == (0.2, 0.5)
    assert (clipped.params["function"], clipped.params["low"], clipped.params["high"]) == ("clip", 0.0, 1.0)
    newer = drawn(
        graph3([input3("x", 4), layer3("Dense", "d", [value3("x", 4)], units=3, activation="hard_sigmoid")], "x", "d")
    )
    assert node(newer.document, "d").params["activation"] == "hard_sigmoid"


def test_gates_by_the_older_hard_sigmoid_are_told_of() -> None:
    lstm = layer2("LSTM", "l", units=3, recurrent_activation="hard_sigmoid", batch_input_shape=[None, 5, 4])
    came = row(lstm)
    (message,) = came.report.messages
    assert message.code == "W_HARD_SIGMOID"
    assert not faults(came)


INNER2 = graph2([input2("i", 4), layer2("Dense", "d", ["i"], units=3)], ["i"], ["d"])["config"]


def test_calls_of_a_model_within_are_counted_from_1_by_keras_2() -> None:
    inner = {**layer2("Model", "tower", ["x"], ["y"]), "config": {**INNER2, "name": "tower"}}
    both = layer2("Concatenate", "both", [["tower", 1, 0, {}], ["tower", 2, 0, {}]], axis=-1)
    came = drawn(graph2([input2("x", 4), input2("y", 4), inner, both], ["x", "y"], ["both"]))
    assert kinds(came.document) == ["Input", "Input", "Block", "Block", "Concatenate"]
    first, second = (one for one in came.document.nodes if one.kind == "Block")
    assert (first.shares, second.shares) == ("", first.id)
    assert came.report.parameters == 4 * 3 + 3
    assert not faults(came)
    assert came.places["tower",] == "tower"
    assert came.places["tower", "d"] == "d"


def test_a_mask_that_keras_3_writes_out_is_the_one_of_the_embedding() -> None:
    layers = [
        input3("x", 7, dtype="int32"),
        layer3("Embedding", "e", [value3("x", 7)], input_dim=9, output_dim=4, mask_zero=True),
        function3("NotEqual", "ne", value3("x", 7), 0),
        layer3("LSTM", "l", ([value3("e", 7, 4)], {"mask": value3("ne", 7), "training": False}), units=3),
    ]
    came = drawn(graph3(layers, ["x"], ["l"]))
    assert kinds(came.document) == ["Input", "Embedding", "LSTM"]
    assert node(came.document, "e").params["mask_zero"] is True
    assert not came.report.messages
    layers[1]["config"]["mask_zero"] = False
    other = drawn(graph3(layers, ["x"], ["l"]))
    assert kinds(other.document) == ["Input", "Embedding", "Relational", "LSTM"]
    assert node(other.document, "l").params["masked"] is True
    assert ("ne", "l", "mask") in {(one.source, one.target, one.target_port) for one in other.document.wires}
    layers[-1] = layer3("Attention", "l", ([[value3("e", 7, 4)] * 2], {"mask": [value3("ne", 7)] * 2}))
    other = drawn(graph3(layers, ["x"], ["l"]))
    assert other.report.placeholders == ("l",)
    assert "mask" in other.report.messages[0].text


def test_a_mask_of_masking_is_its_own() -> None:
    layers = [
        input3("x", 7, 2),
        function3("NotEqual", "ne", value3("x", 7, 2), 0.0),
        layer3("Masking", "m", [value3("x", 7, 2)], mask_value=0.0),
        function3("Any", "any", value3("ne", 7, 2), axis=-1, keepdims=False),
        layer3("GRU", "g", ([value3("m", 7, 2)], {"mask": value3("any", 7)}), units=3),
    ]
    assert kinds(drawn(graph3(layers, ["x"], ["g"])).document) == ["Input", "Masking", "GRU"]


def test_training_false_means_something_on_models_within_alone() -> None:
    inner = graph3([input3("i", 4), layer3("Dense", "d", [value3("i", 4)], units=3)], ["i"], ["d"])
    nested = {**inner, "name": "base", "registered_name": "Functional"}
    nested["inbound_nodes"] = [{"args": [value3("x", 4)], "kwargs": {"training": False}}]
    layers = [input3("x", 4), nested, layer3("Dropout", "o", ([value3("base", 3)], {"training": False}), rate=0.5)]
    (message,) = drawn(graph3(layers, ["x"], ["o"])).report.messages
    assert (message.code, "base" in message.text) == ("W_TRAINING", True)
    nested["config"] = {**nested["config"], "trainable": False}
    frozen = drawn(graph3(layers, ["x"], ["o"]))
    assert not frozen.report.messages
    assert next(one for one in frozen.document.nodes if one.kind == "Block").frozen


def test_an_axis_in_a_list_and_a_frozen_layer_and_a_rate_of_1() -> None:
    norm = layer2("BatchNormalization", "n", axis=[3], batch_input_shape=[None, 6, 6, 2])
    norm["config"]["trainable"] = False
    drop = layer2("Dropout", "o", rate=1.0)
    drop["config"]["trainable"] = False
    came = row(norm, drop, layer2("ReLU", "r"))
    assert node(came.document, "n").params["axis"] == 3
    assert [one.frozen for one in came.document.nodes] == [False, True, False, False]
    assert faults(came) == ["Dropout 'o': rate must be below 1; received 1."]


def test_a_keras_file_of_tf_keras_has_modules_and_the_older_shapes() -> None:
    dense = {**DENSE, "module": "keras.layers", "registered_name": None}
    start = {**input2("x", 4), "module": "keras.layers", "registered_name": None}
    raw = {"module": "keras.src.engine.sequential", "class_name": "Sequential", "registered_name": "Sequential"}
    gate = {**layer2("Activation", "a", activation="hard_sigmoid"), "module": "keras.layers"}
    came = drawn({**raw, "config": {"name": "net", "layers": [start, dense, gate]}})
    assert kinds(came.document) == ["Input", "Dense", "Rescaling", "Elementwise"]


def test_whole_numbers_enter_where_something_takes_no_others() -> None:
    came = row(layer2("Embedding", "e", input_dim=20, output_dim=4, input_length=7, batch_input_shape=[None, 7]))
    assert node(came.document, "e_input").params["numbers"] == "whole"
    named = graph2([input2("x", 7), layer2("Embedding", "e", ["x"], input_dim=20, output_dim=4)], ["x"], ["e"])
    assert node(drawn(named).document, "x").params["numbers"] == "whole"


def test_several_inputs_outputs_and_calls_of_one_layer() -> None:
    layers = [
        input2("x", 4),
        input2("y", 4),
        layer2("Dense", "shared", ["x"], ["y"], units=3),
        layer2("Add", "sum", ["shared", ["shared", 1, 0, {}]]),
        layer2("LSTM", "l", ["seq"], units=2, return_state=True, return_sequences=True),
        input2("seq", 5, 3),
        layer2("Dense", "h", [["l", 0, 1, {}]], units=1),
    ]
    raw = graph2(layers, ["x", "y", "seq"], ["sum", "h"])
    came = drawn(raw)
    assert not faults(came)
    shared = [one for one in came.document.nodes if one.kind == "Dense" and one.label == "shared"]
    assert [one.shares for one in shared] == ["", "shared"]
    assert any(wire.source_port == "state_h" for wire in came.document.wires)


def test_compile_settings_come_as_far_as_they_have_a_place() -> None:
    training = {
        "optimizer_config": {
            "class_name": "SGD",
            "config": {"lr": 0.10000000149011612, "momentum": 0.9, "decay": 0.5},
        },
        "loss": {"d": "mse"},
        "metrics": ["accuracy", "my_own"],
        "loss_weights": None,
    }
    came = drawn(
        {"modelTopology": {"model_config": row2(DENSE), "keras_version": "2.2.4", "training_config": training}}
    )
    assert came.report.source == "JSON of Keras 2.2.4, as TensorFlow.js has it"
    loss = next(one for one in came.document.nodes if one.kind == "Loss")
    assert loss.params["loss"] == "mean_squared_error"
    assert came.document.training.optimizer == "Momentum"
    assert came.document.training.options["learning_rate"] == 0.1
    assert came.report.dropped == ("decay of Momentum", "metric my_own")


@pytest.mark.parametrize(
    ("weight", "told", "dropped"),
    [
        (0.5, 0.5, ()),
        (0, None, ("loss mse of d, whose weight is 0",)),
        (-2.0, 1.0, ("weight -2.0 of the loss of d",)),
        (float("nan"), 1.0, ("weight NaN of the loss of d",)),
    ],
)
def test_what_a_loss_counts_comes_or_is_said_to_be_left(weight: float, told: float | None, dropped: tuple[str]) -> None:
    training = {"loss": {"d": "mse"}, "metrics": None, "loss_weights": {"d": weight}}
    topology = {"model_config": row2(DENSE), "keras_version": "2.2.4", "training_config": training}
    came = drawn({"modelTopology": topology})
    losses = [one.params["weight"] for one in came.document.nodes if one.kind == "Loss"]
    assert losses == ([] if told is None else [told])
    assert came.report.dropped == dropped


def test_the_optimizer_inside_the_one_that_scales_the_loss_comes() -> None:
    adam = {"module": "keras.optimizers", "class_name": "Adam", "config": {"learning_rate": 0.02, "beta_1": 0.8}}
    scaled = {"class_name": "LossScaleOptimizer", "config": {"inner_optimizer": adam, "initial_scale": 32768.0}}
    training = {"optimizer_config": scaled, "loss": {"d": "mse"}, "metrics": None, "loss_weights": None}
    topology = {"model_config": row2(DENSE), "keras_version": "2.2.4", "training_config": training}
    came = drawn({"modelTopology": topology})
    assert came.document.training.optimizer == "Adam"
    assert came.document.training.options | {"learning_rate": 0.02, "beta_1": 0.8} == came.document.training.options
    assert came.report.dropped == ("loss scaling",)


def test_operations_on_values_are_their_operators() -> None:
    layers = [
        input3("x", 8),
        input3("w", 8),
        function3("Add", "sum", value3("x", 8), value3("w", 8)),
        function3("Multiply", "half", value3("sum", 8), 0.5),
        function3("Subtract", "less", 1, value3("half", 8)),
        function3("TrueDivide", "over", value3("less", 8), value3("w", 8)),
        function3("Clip", "clip", value3("over", 8), x_min=0, x_max=1),
        function3("GetItem", "part", value3("clip", 8), [_slice(), _slice(2, 6)]),
        function3("ExpandDims", "wide", value3("part", 4), axis=1),
        function3("Mean", "mean", value3("wide", 1, 4), axis=-1, keepdims=False),
        function3("Relu", "relu", value3("mean", 1)),
    ]
    came = drawn(graph3(layers, ["x", "w"], ["relu"]))
    assert kinds(came.document) == [
        "Input", "Input", "Add", "Rescaling", "Rescaling", "Elementwise", "Multiply", "Elementwise", "Slice",
        "ExpandDims", "ReduceMean", "Activation",
    ]  # fmt: skip
    assert not faults(came)
    less = node(came.document, "less")
    assert (less.params["scale"], less.params["offset"]) == (-1.0, 1.0)
    taken = next(one for one in came.document.nodes if one.kind == "Slice")
    assert {name: taken.params[name] for name in ("axis", "start", "stop")} == {"axis": 1, "start": 2, "stop": 6}


def test_operations_of_tf_keras_are_their_operators_too() -> None:
    def op(function: str, name: str, *node: Any, kind: str = "TFOpLambda") -> dict[str, Any]:
        config = {"name": name, "function": function, "trainable": True}
        return {"class_name": kind, "config": config, "name": name, "inbound_nodes": [[*node]]}

    all_of = {"start": None, "stop": None, "step": None}
    taken = [all_of, {**all_of, "stop": 4}]
    added = {"name": "Add", "op": "AddV2", "input": ["a", "b"]}
    layers = [
        input2("x", 8, 8, 3),
        op("math.truediv", "over", "x", 0, 0, {"y": 127.5, "name": None}),
        op("__operators__.getitem", "part", "over", 0, 0, {"slice_spec": taken}, kind="SlicingOpLambda"),
        op("concat", "both", ["part", 0, 0, {"axis": -1}], ["part", 0, 0, {"axis": -1}]),
        {"class_name": "TensorFlowOpLayer", "config": {"node_def": added, "constants": {"1": 3.0}}, "name": "add",
         "inbound_nodes": [[["both", 0, 0, {}]]]},
        op("image.resize", "large", "add", 0, 0, {"size": [16, 16]}),
        op("math.reduce_mean", "mean", "large", 0, 0, {"axis": [1, 2], "keepdims": False}),
        op("__operators__.add", "twice", "mean", 0, 0, {"y": ["mean", 0, 0], "name": None}),
    ]  # fmt: skip
    came = drawn(graph2(layers, ["x"], ["twice"]))
    assert kinds(came.document) == [
        "Input", "Rescaling", "Slice", "Concatenate", "Rescaling", "Resizing", "ReduceMean", "Add",
    ]  # fmt: skip
    assert not faults(came)
    assert len([wire for wire in came.document.wires if wire.target == "twice"]) == 2


def _slice(start: int | None = None, stop: int | None = None) -> dict[str, Any]:
    return {"class_name": "__slice__", "config": {"start": start, "stop": stop, "step": None}}


def test_functions_are_known_by_the_operators_that_call_them() -> None:
    assert WORKED_BY["mean"].kind == "ReduceMean"
    assert WORKED_BY["get_item"].kind == "Slice"
    assert ELEMENTWISE["absolute"] == "absolute"
    assert len(WORKED_BY) > 12


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (layer3("Lambda", "f", [value3("x", 4)], function="..."), "holds code of Python, which is never run here"),
        (layer3("Dense", "f", [value3("x", 4)], units=3, new_option=7), "has the option new_option = 7"),
        (layer3("Dense", "f", [value3("x", 4)], units="three"), "units = three: it must be a whole number"),
        (layer3("Dense", "f", [value3("x", 4)], units=3, activation="my_act"), "has the activation my_act"),
        (
            layer3("Dense", "f", [value3("x", 4)], module="some.program", units=3),
            "is of a class that is not known here",
        ),
        (layer3("Own", "f", [value3("x", 4)], module="some.program"), "is of a class that is not known here"),
    ],
)
def test_what_is_not_known_is_a_placeholder_that_says_what_of_it(layer: dict[str, Any], words: str) -> None:
    after = layer3("Dense", "after", [value3("f", 3)], units=2)
    came = drawn(graph3([input3("x", 4), layer, after], ["x"], ["after"]))
    stand_in = node(came.document, "f")
    assert (stand_in.kind, stand_in.params["stands_for"]) == ("Placeholder", layer["class_name"])
    assert stand_in.params["shape"] == (3,), "the file tells it where the value is read"
    assert came.report.placeholders == ("f",)
    (message,) = came.report.messages
    assert words in message.text
    assert message.place.startswith("layer 2 of ")
    assert len(faults(came)) == 1
    assert came.checked.against_training
    assert came.report.parameters == 3 * 2 + 2


def test_what_is_told_of_a_node_says_its_place_also_in_a_block_and_once_parts_are_folded() -> None:
    odd = layer3("Odd", "odd", [value3("in", 4)], module="some.program")
    inner = graph3([input3("in", 4), odd], ["in"], ["odd"], name="inner")["config"]
    model = layer3("Functional", "use", [value3("x", 4)])
    model["config"] |= {**inner, "name": "use"}
    came = drawn(graph3([input3("x", 4), model], ["x"], ["use"]))
    assert [one.node for one in came.report.messages] == ["use/odd"]
    assert stands_at(came.document, "use/odd") and not stands_at(came.document, "odd")
    assert not stands_at(came.document, "use/none")
    moved = {"conv": "use/odd"}
    assert place_now(came.document, "conv", moved) == "use/odd"
    assert place_now(came.document, "x", moved) == "x"
    assert place_now(came.document, "gone", moved) == place_now(came.document, "", {}) == ""


def test_a_line_of_a_script_leads_to_the_node_that_it_made_and_asks_for_a_shape_once() -> None:
    script = """
from keras import Input, Sequential, layers
import numpy as np
x = np.load("x.npy")
model = Sequential([
    Input(x.shape[1:]),
    layers.Dense(3),
    layers.Lambda(len),
])
"""
    came = import_script(script.encode())
    assert [(one.place, one.node) for one in came.report.messages] == [("line 6", "input_layer"), ("line 8", "lambda")]


def test_a_placeholder_that_is_read_is_taken_to_give_what_comes_in_with_a_word() -> None:
    lam = layer2("Lambda", "scale", function=["code", None, None], output_shape=None, batch_input_shape=[None, 8, 8, 3])
    came = row(lam, layer2("Conv2D", "c", filters=2, kernel_size=[3, 3]), layer2("Own", "end"))
    assert node(came.document, "scale").params["shape"] == (8, 8, 3)
    assert node(came.document, "end").params["shape"] is None
    assert came.report.parameters == 3 * 9 * 2 + 2
    assert [one.code for one in came.report.messages] == ["E_LAYER_UNSUPPORTED", "E_LAYER_UNSUPPORTED", "W_SHAPE_TAKEN"]
    assert len(faults(came)) == 2


def test_a_row_that_begins_by_merging_models_has_an_input_for_each() -> None:
    branch = {"class_name": "Sequential", "config": [DENSE]}
    merge = layer2("Merge", "both", mode="concat", concat_axis=-1, layers=[branch, branch])
    came = drawn(row2(merge, layer2("Dense", "o", units=2)))
    assert [node.kind for node in came.document.nodes] == ["Input", "Input", "Block", "Block", "Concatenate", "Dense"]
    assert came.report.parameters == 2 * 15 + 14 and not came.checked.errors


def test_numbers_that_stand_as_arrays_are_numbers() -> None:
    capped = layer2("ReLU", "r", max_value={"type": "ndarray", "value": 6}, threshold=0.0)
    came = drawn(row2(DENSE, capped))
    assert came.document.nodes[2].params["max_value"] == 6.0


def test_a_file_without_a_model_says_so() -> None:
    with pytest.raises(ImportFault, match="MyModel"):
        drawn({"class_name": "MyModel", "config": {"size": 3}})


def test_an_import_writes_a_document_and_reports_as_json(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from graphbuilder.cli import main

    (tmp_path / "net.json").write_text(json.dumps(row2(DENSE)))
    told = CliRunner().invoke(
        main, ["import", str(tmp_path / "net.json"), "--out", str(tmp_path / "doc.json"), "--json"]
    )
    report = json.loads(told.stdout)
    assert (told.exit_code, report["nodes"], report["parameters"]) == (0, 2, 15)
    assert (report["placeholders"], report["messages"]) == ([], [])
    assert (tmp_path / "doc.json").exists()
    again = [dict(DENSE, config={**DENSE["config"], "name": f"d{n}", "units": 3}) for n in range(6)]
    acts = [{"class_name": "Activation", "config": {"name": f"a{n}", "activation": "relu"}} for n in range(6)]
    (tmp_path / "row.json").write_text(
        json.dumps(row2(*(one for pair in zip(again, acts, strict=True) for one in pair)))
    )
    told = CliRunner().invoke(
        main, ["import", str(tmp_path / "row.json"), "--out", str(tmp_path / "row.gb.json"), "--fold", "--json"]
    )
    assert json.loads(told.stdout)["folded"] == ["d0 and on: 6 in a row, of 2 nodes"]
    wrong = CliRunner().invoke(main, ["import", str(tmp_path / "doc.json"), "--out", str(tmp_path / "no.json")])
    assert wrong.exit_code == 2


def test_channels_first_are_turned_to_the_last_axis_with_a_word() -> None:
    conv = layer2("Convolution2D", "c", nb_filter=8, nb_row=3, nb_col=3, border_mode="same", dim_ordering="th")
    conv["config"]["batch_input_shape"] = [None, 3, 32, 20]
    norm = layer2("BatchNormalization", "n", axis=1)
    pool = layer2("MaxPooling2D", "p", pool_size=[2, 2], dim_ordering="th", border_mode="valid")
    came = row(conv, norm, pool, layer2("Flatten", "f"), layer2("Dense", "d", output_dim=2), version="1.2.2")
    assert node(came.document, "c_input").params["shape"] == (32, 20, 3)
    assert node(came.document, "n").params["axis"] == -1
    assert not faults(came)
    assert came.report.parameters == (3 * 9 + 1) * 8 + 4 * 8 + (16 * 10 * 8 + 1) * 2
    assert [message.code for message in came.report.messages] == ["W_CHANNELS_FIRST", "W_CHANNELS_FIRST"]
    last = layer2("MaxPooling2D", "q", pool_size=[2, 2], data_format="channels_last")
    held = {
        "class_name": "Conv2D",
        "config": {"name": "h", "filters": 2, "kernel_size": 3, "data_format": "channels_first"},
    }
    each = layer2("TimeDistributed", "t", layer=held, batch_input_shape=[None, 4, 3, 9, 9])
    mixed = row(each, last)
    assert mixed.report.messages[0].code == "E_CHANNELS_FIRST"
    assert "channels first" in faults(mixed)[0]


def test_of_both_orders_of_channels_each_layer_has_its_own() -> None:
    conv = layer2("Conv2D", "c", filters=8, kernel_size=[3, 3], padding="same", data_format="channels_first")
    conv["config"]["batch_input_shape"] = [None, 3, 32, 20]
    pool = layer2("MaxPooling2D", "q", pool_size=[2, 2], data_format="channels_last")
    mean = layer2("GlobalAveragePooling2D", "g", data_format="channels_first")
    came = row(conv, pool, mean, layer2("Dense", "d", units=2))
    assert not faults(came)
    assert not came.report.messages
    assert node(came.document, "c_input").params["shape"] == (3, 32, 20)
    turns = [one.params["dims"] for one in came.document.nodes if one.kind == "Permute"]
    assert turns == [(2, 3, 1), (3, 1, 2), (2, 3, 1)]
    assert came.report.parameters == (3 * 9 + 1) * 8 + (4 + 1) * 2


def test_steps_that_channels_come_before_are_turned_for_their_layer_alone() -> None:
    mean = layer2("GlobalAveragePooling1D", "g", data_format="channels_first", batch_input_shape=[None, 16, 7])
    came = row(mean, layer2("Dense", "d", units=2))
    assert not faults(came)
    assert came.report.parameters == (16 + 1) * 2


def test_the_last_axis_of_channels_first_is_a_side() -> None:
    conv = layer2("Convolution2D", "c", nb_filter=8, nb_row=3, nb_col=3, border_mode="same", dim_ordering="th")
    conv["config"]["batch_input_shape"] = [None, 3, 32, 20]
    came = row(conv, layer2("BatchNormalization", "n", axis=-1, mode=0), version="1.2.2")
    assert node(came.document, "n").params["axis"] == -2
    assert came.report.parameters == (3 * 9 + 1) * 8 + 4 * 20


def test_a_reshape_among_channels_first_works_on_their_order() -> None:
    conv = layer2("Convolution2D", "c", nb_filter=8, nb_row=3, nb_col=3, border_mode="same", dim_ordering="th")
    into = [layer2("Reshape", "r", target_shape=[2, 4, 6]), layer2("BatchNormalization", "n", axis=1)]
    begin = layer2("Dense", "d", output_dim=48, batch_input_shape=[None, 5])
    came = row(begin, *into, conv, version="1.2.2")
    assert kinds(came.document) == ["Input", "Dense", "Reshape", "Permute", "BatchNormalization", "Conv2D"]
    assert not faults(came)
    assert shape_behind(came, "r_end") == (4, 6, 2)
    assert came.report.parameters == 5 * 48 + 48 + 4 * 2 + (2 * 9 + 1) * 8
    conv["config"]["batch_input_shape"] = [None, 3, 4, 6]
    rows = [layer2("Reshape", "r", target_shape=[8, 24]), layer2("Permute", "t", dims=[2, 1])]
    out = row(conv, *rows, layer2("Activation", "a", activation="softmax"), version="1.2.2")
    assert kinds(out.document) == ["Input", "Conv2D", "Permute", "Reshape", "Permute", "Activation"]
    assert shape_behind(out, "r") == (8, 24)
    assert shape_behind(out, "t") == (24, 8)
    turned = row(conv, layer2("Permute", "t", dims=[3, 2, 1]), version="1.2.2")
    assert kinds(turned.document) == ["Input", "Conv2D", "Permute", "Permute", "Permute"]
    assert shape_behind(turned, "t_end") == (4, 8, 6)


def test_a_row_in_a_row_is_a_block_and_a_layer_of_ones_own_a_placeholder() -> None:
    inner = {"class_name": "Sequential", "config": [{"class_name": "Dense", "config": DENSE["config"]}]}
    own = {"class_name": "ClusteringLayer", "config": {"name": "clustering", "output_dim": 100}}
    came = drawn(
        {"class_name": "Sequential", "config": [inner, own], "keras_version": "2.0.6", "backend": "tensorflow"}
    )
    assert kinds(came.document) == ["Input", "Block", "Placeholder"]
    assert came.report.parameters == 15
    assert len(faults(came)) == 1


def test_a_recurrent_layer_that_is_made_for_others_keeps_what_is_known() -> None:
    cell = {"class_name": "LSTMCell", "config": {"units": 4, "activation": "tanh"}}
    came = row(layer2("RNN", "r", cell=cell, return_sequences=True, batch_input_shape=[None, 5, 3]))
    assert (node(came.document, "r").kind, node(came.document, "r").params["units"]) == ("LSTM", 4)
    gru = row(layer2("GRU", "g", units=4, batch_input_shape=[None, 5, 3]))
    assert node(gru.document, "g").params["reset_after"] is False


def test_K23_weights_that_are_no_numbers_or_do_not_fit_begin_no_training(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from graphbuilder import initial_weights
    from graphbuilder.checks import check
    from graphbuilder.cli import main
    from graphbuilder.templates import assets, template

    report = check(template("spiral_perceptron"))
    dense = next(id for id, facts in report.facts.items() if facts.parameters)
    size = report.facts[dense].parameters
    held = tmp_path / "w.npz"
    network = str(assets() / "templates" / "spiral_perceptron.json")
    for arrays, words in (
        ({dense: [np.full(3, np.nan, "float32")]}, "are no numbers"),
        ({"nobody": [np.ones(3, "float32")]}, "no node of this network"),
        ({dense: [np.ones(size + 500, "float64")]}, f"has {size:,} weights"),
    ):
        initial_weights.write(held, arrays)
        told = CliRunner().invoke(main, ["train", network, "--weights", str(held), "--home", str(tmp_path)])
        assert (told.exit_code, words in " ".join(told.stderr.split())) == (2, True), told.stderr
    held.write_bytes(b"no zip")
    told = CliRunner().invoke(main, ["train", network, "--weights", str(held), "--home", str(tmp_path)])
    assert "no file of initial weights" in " ".join(told.stderr.split())


def test_weights_are_written_and_read_as_they_are(tmp_path: Path) -> None:
    from graphbuilder import initial_weights

    arrays = {
        "a": [np.arange(6, dtype="float32").reshape(2, 3), np.ones(3, "float32")],
        "b/2/c": [np.array(5, "int64")],
    }
    initial_weights.write(tmp_path / "w.npz", arrays)
    again = initial_weights.read(tmp_path / "w.npz", {"a": 9, "b/2/c": 1})
    assert again.keys() == arrays.keys()
    for node, variables in arrays.items():
        for one, other in zip(variables, again[node], strict=True):
            assert one.dtype == other.dtype
            assert np.array_equal(one, other)


def test_layers_for_graphics_cards_are_those_of_their_kind() -> None:
    gru = row(layer2("CuDNNGRU", "g", units=4, batch_input_shape=[None, 5, 3]))
    assert (node(gru.document, "g").kind, node(gru.document, "g").params["reset_after"]) == ("GRU", True)
    lstm = row(layer2("CuDNNLSTM", "l", units=4, batch_input_shape=[None, 5, 3]))
    assert [message.code for message in lstm.report.messages] == ["W_CUDNN"]
    held = {"class_name": "CuDNNLSTM", "config": {"name": "l", "units": 4}}
    both = row(layer2("Bidirectional", "b", layer=held, batch_input_shape=[None, 5, 3]))
    assert [message.code for message in both.report.messages] == ["W_CUDNN"]


@pytest.mark.parametrize(("first", "begins"), [("one", True), ("zero", False)])
def test_layers_of_the_first_keras_are_read_with_its_words(first: str, begins: bool) -> None:
    lstm = layer2(
        "LSTM", "l", output_dim=4, forget_bias_init=first, inner_activation="sigmoid", return_sequences=True,
        batch_input_shape=[None, 5, 3],
    )  # fmt: skip
    came = row(lstm, layer2("TimeDistributedDense", "d", output_dim=2))
    assert not came.report.messages
    assert node(came.document, "l").params["unit_forget_bias"] is begins
    assert shape_behind(came, "d") == (5, 2)


@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan")])
def test_a_number_that_is_none_makes_a_placeholder_of_its_layer_alone(number: float) -> None:
    layers = [
        input3("x", 4),
        layer3("Dense", "d", [value3("x", 4)], units=3),
        layer3("ReLU", "r", [value3("d", 3)], max_value=number),
    ]
    came = drawn(graph3(layers, ["x"], ["r"]))
    assert kinds(came.document) == ["Input", "Dense", "Placeholder"]
    assert str(number)[:3].lower() in came.report.messages[0].text.lower()


@pytest.mark.parametrize(("called", "becomes"), [("sequential_3", "lesson"), ("model", "lesson"), ("my_net", "my_net")])
def test_a_model_that_nobody_named_is_called_as_its_file(called: str, becomes: str) -> None:
    raw = {"class_name": "Sequential", "config": {"name": called, "layers": [input3("x", 4), layer3("ReLU", "r")]}}
    came = import_json(json.dumps(raw).encode(), "lesson.json")
    assert came.drawn.document.name == came.drawn.checked.document.name == becomes
    script = f"import keras\n{called} = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])\n"
    assert import_script(script.encode(), name="lesson.py").drawn.document.name == becomes


@pytest.mark.parametrize("along", ["dc", "c", "bd"])
def test_a_linear_by_an_equation_keeps_no_constants_along_axes_that_stay(along: str) -> None:
    """They would be left out, and the count would be another than Keras'."""
    told = {"equation": "abc,cd->abd", "output_shape": [5, 3], "activation": "linear"}
    layers = [input3("x", 5, 4), layer3("EinsumDense", "e", [value3("x", 5, 4)], **told, bias_axes=along)]
    came = drawn(graph3(layers, ["x"], ["e"]))
    assert kinds(came.document) == ["Input", "Placeholder"]
    assert "adds constants along" in came.report.messages[0].text


def test_what_autokeras_puts_before_everything_comes_in() -> None:
    cast = layer3("CastToFloat32", "c", [value3("x", 4)], module="autokeras.keras_layers")
    came = drawn(graph3([input3("x", 4), cast, layer3("Dense", "d", [value3("c", 4)], units=2)], ["x"], ["d"]))
    assert kinds(came.document) == ["Input", "Rescaling", "Dense"]
    assert came.report.parameters == 10 and not came.report.messages


def one_dense(**config: Any) -> bytes:
    layers = [input3("x", 4), layer3("Dense", "d", [value3("x", 4)], units=3, **config)]
    return json.dumps(graph3(layers, ["x"], ["d"])).encode()


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("kernel_constraint", {"class_name": "ClipConstraint", "config": {"clip_value": 0.01}}),
        ("kernel_regularizer", {"class_name": "Orthogonality", "config": {}}),
    ],
)
def test_a_class_of_ones_own_that_training_alone_asks_is_left_out_with_a_word(name: str, own: Any) -> None:
    came = import_json(one_dense(**{name: own}))
    assert (came.report.parameters, came.report.placeholders) == (15, ())
    (said,) = came.report.messages
    assert said.code == "W_OWN_CLASS"
    assert said.text.startswith(f"'d' has {name} = ")


@pytest.mark.parametrize("own", [{"activation": "mine"}, {"kernel_initializer": "mine"}])
def test_an_activation_or_initializer_of_ones_own_is_a_placeholder(own: dict[str, str]) -> None:
    assert len(import_json(one_dense(**own)).report.placeholders) == 1
