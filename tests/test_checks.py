"""What is said of a network: every message as it is read, one for each cause, all at once."""

import json
import re
import resource
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphbuilder import editing
from graphbuilder.cards import cards, in_figures, large, needed_by_training, state_of
from graphbuilder.checks import check
from graphbuilder.checks.arithmetic import OutOfBounds
from graphbuilder.checks.learning import batch_without_rest
from graphbuilder.codegen import to_python
from graphbuilder.datasets import SOURCES
from graphbuilder.diagnosis.finding import Finding
from graphbuilder.diagnostics import Diagnostic
from graphbuilder.document import Document, Node, input_ports, output_ports
from graphbuilder.levels import level
from graphbuilder.memory import estimate, too_big_to_build
from graphbuilder.operators import OPERATORS
from graphbuilder.operators.operator import Port
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Parameter
from graphbuilder.pictures import to_svg
from graphbuilder.plan import NotReady, code_plan, plan
from graphbuilder.repair import SetParameter
from graphbuilder.repair_work import params_of
from graphbuilder.settings import Settings, Split
from graphbuilder.shapes import Phrase
from graphbuilder.templates import template
from graphbuilder.terminal import report_as_json
from tests.moves import any_value
from tests.networks import DIGIT, IMAGE, PIXELS, SCALE, SCORES, TEMPLATES, chain, dense, graph, loss, node, wire

RELU = dense("hidden", 32, activation="relu")
SHARES = node("shares", "Conv2D", filters=10, activation="softmax")
MEASURED = node("in", "Input", field="measurements")
NORMAL = node("normal", "Normalization")
PROGRESSION = loss("l", "progression", "mean_squared_error")
NORMED = (
    MEASURED, NORMAL, dense("h", 8), node("bn", "BatchNormalization"), node("a", "Activation"), dense("d", 3),
    loss("l", "species"),
)  # fmt: skip
TYPED = node("in", "Input", shape=[8, 8, 1])
SHARED = dense("scores", 10, activation="softmax")


def added(one: str, other: str, *rest: dict[str, Any]) -> Document:
    """Two Linear operators with these activations, added for what follows."""
    ids = ["sum", *(node["id"] for node in rest)]
    wires = [("pixels", "scale"), ("scale", "a"), ("scale", "b"), ("a", "sum"), ("b", "sum"), *pairwise(ids)]
    nodes = [dense("a", activation=one), dense("b", activation=other), node("sum", "Add")]
    return graph([PIXELS, SCALE, *nodes, *rest], [wire(*pair) for pair in wires])


def told(document: Document) -> list[str]:
    """Every diagnostic as one line: its code and its text."""
    return [f"{d.code} {d.text}" for d in check(document).diagnostics]


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_has_a_diagnostic(name: str) -> None:
    assert told(template(name)) == []


def codes() -> set[str]:
    """Of every kind of diagnostic that checks give; those that operators word are made when they are met."""
    for document, _ in MESSAGES.values():
        check(document)
    kinds = [Diagnostic]
    for kind in kinds:  # grows
        kinds += kind.__subclasses__()
    return {kind.code for kind in kinds if "code" in vars(kind) and not issubclass(kind, Finding)}


MESSAGES: dict[str, tuple[Document, list[str]]] = {
    "an unknown operator": (
        chain(PIXELS, SCALE, node("q", "Quantum"), SCORES, DIGIT),
        [
            (
                "E_UNKNOWN_OPERATOR Quantum 'q' is an operator that this version does not know. Put a known one "
                "in its place, or use a newer version."
            ),
        ],
    ),
    "a layer that is not known": (
        chain(
            PIXELS,
            SCALE,
            node("p", "Placeholder", stands_for="Pool", missing="it is not known", shape=[4]),
            SCORES,
            DIGIT,
        ),
        [
            (
                "E_PLACEHOLDER Placeholder 'p' stands for the layer 'Pool': it is not known. Put operators that do its "
                "work in its place."
            ),
        ],
    ),
    "a layer that is not known, nor its shape": (
        chain(PIXELS, SCALE, node("p", "Placeholder"), SCORES, DIGIT),
        [
            (
                "E_PLACEHOLDER Placeholder 'p' stands for a layer, which is not known here. Put operators that do its "
                "work in its place. Its shape, typed in, lets what follows be checked."
            ),
        ],
    ),
    "a circle, named": (
        graph(
            [PIXELS, node("a", "Add"), RELU, dense("back", 64, activation="relu"), SCORES, DIGIT],
            [
                wire("pixels", "a"),
                wire("a", "hidden"),
                wire("hidden", "back"),
                wire("back", "a"),
                wire("hidden", "scores"),
                wire("scores", "digit"),
            ],
        ),
        [
            (
                "E_CYCLE The wires lead in a circle: Add 'a' → Linear 'hidden' → Linear 'back' → Add 'a'. Cut one "
                "of these wires."
            ),
        ],
    ),
    "more in a row than Keras builds": (
        chain(TYPED, *(node(f"n{n}", "Rescaling") for n in range(2, 1000)), data=""),
        [
            (
                "E_TOO_DEEP Rescaling 'n901' is number 901 in a row, and Keras builds at most 900. "
                "Make the network less deep."
            ),
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "a node wired to itself": (
        graph(
            [PIXELS, SCALE, node("a", "Add"), SCORES, DIGIT],
            [wire("pixels", "scale"), wire("scale", "a"), wire("a", "a"), wire("a", "scores"), wire("scores", "digit")],
        ),
        [
            "E_CYCLE The wires lead in a circle: Add 'a' → Add 'a'. Cut one of these wires.",
        ],
    ),
    "two circles, each named": (
        graph(
            [PIXELS, SCALE, SCORES, DIGIT, dense("a"), dense("b"), dense("c"), dense("d")],
            [
                wire("pixels", "scale"),
                wire("scale", "scores"),
                wire("scores", "digit"),
                wire("a", "b"),
                wire("b", "a"),
                wire("c", "d"),
                wire("d", "c"),
            ],
        ),
        [
            "E_CYCLE The wires lead in a circle: Linear 'a' → Linear 'b' → Linear 'a'. Cut one of these wires.",
            "E_CYCLE The wires lead in a circle: Linear 'c' → Linear 'd' → Linear 'c'. Cut one of these wires.",
        ],
    ),
    "nothing on an input": (
        graph(
            [PIXELS, SCALE, SCORES, DIGIT, RELU],
            [wire("pixels", "scale"), wire("scale", "scores"), wire("scores", "digit")],
        ),
        [
            "E_INPUTS Linear 'hidden' has nothing on its input. Wire an output to it, or delete it.",
        ],
    ),
    "two wires on one input": (
        graph(
            [PIXELS, SCALE, RELU, dense("other", 32, activation="relu"), SCORES, DIGIT],
            [
                wire("pixels", "scale"),
                wire("scale", "hidden"),
                wire("scale", "other"),
                wire("hidden", "scores"),
                wire("other", "scores"),
                wire("scores", "digit"),
            ],
        ),
        [
            (
                "E_INPUTS Linear 'scores' takes one wire on its input; received 2. Let Add or Concatenate bring "
                "them together."
            ),
        ],
    ),
    "one branch to add": (
        chain(PIXELS, SCALE, node("sum", "Add"), SCORES, DIGIT),
        [
            "E_INPUTS Add 'sum' needs at least 2 inputs; received 1. Wire another branch to it, or delete it.",
        ],
    ),
    "a bound": (
        chain(PIXELS, SCALE, dense("hidden", 0), SCORES, DIGIT),
        [
            "E_BOUNDS Linear 'hidden': units must be at least 1; received 0.",
        ],
    ),
    "several bounds of one node": (
        chain(
            IMAGE,
            SCALE,
            node("c1", "Conv2D", filters=0, kernel_size=[0, 3], padding="some", kernel_regularizer={"l1": -1.0}),
            node("flat", "Flatten"),
            SCORES,
            DIGIT,
        ),
        [
            "E_BOUNDS Convolution 'c1': filters must be at least 1; received 0.",
            "E_BOUNDS Convolution 'c1': kernel_size must be from 1 to 1000; received 0.",
            "E_BOUNDS Convolution 'c1': padding must be one of valid, same; received 'some'.",
            "E_BOUNDS Convolution 'c1': kernel_regularizer must have l1 of at least 0; received -1.",
        ],
    ),
    "bounds between parameters": (
        chain(
            IMAGE,
            SCALE,
            node("c1", "Conv2D", filters=32, strides=[2, 2], dilation_rate=[2, 2], groups=3),
            node("flat", "Flatten"),
            SCORES,
            DIGIT,
        ),
        [
            "E_BOUNDS Convolution 'c1': dilation_rate must be 1 where strides are above 1; received 2.",
            "E_BOUNDS Convolution 'c1': groups must divide the 32 filters; received 3.",
        ],
    ),
    "a window that does not fit": (
        chain(IMAGE, SCALE, node("c1", "Conv2D", kernel_size=[9, 9]), node("flat", "Flatten"), SCORES, DIGIT),
        [
            (
                "E_SHAPE Convolution 'c1' with a window of 9×9, padding valid, on 8×8 leaves 8 - 9 + 1 = 0 rows. Use "
                "padding 'same' or a smaller window."
            ),
        ],
    ),
    "an image that is none": (
        chain(PIXELS, SCALE, node("c1", "Conv2D"), node("flat", "Flatten"), SCORES, DIGIT),
        [
            (
                "E_SHAPE Convolution 'c1' needs an image of rows × columns × channels; received 64. A Reshape to "
                "(rows, columns, channels) makes an image of it."
            ),
        ],
    ),
    "groups that do not divide the channels": (
        chain(IMAGE, SCALE, node("c1", "Conv2D", groups=2), node("flat", "Flatten"), SCORES, DIGIT),
        [
            (
                "E_SHAPE Convolution 'c1' in 2 groups needs a number of channels that 2 divides; received 1. Change "
                "groups, or the channels that come in."
            ),
        ],
    ),
    "shapes that do not add up": (
        graph(
            [PIXELS, SCALE, RELU, node("sum", "Add"), SCORES, DIGIT],
            [
                wire("pixels", "scale"),
                wire("scale", "hidden"),
                wire("scale", "sum"),
                wire("hidden", "sum"),
                wire("sum", "scores"),
                wire("scores", "digit"),
            ],
        ),
        [
            (
                "E_SHAPE Add 'sum' needs inputs of one shape; Rescaling 'scale' gives 64 and Linear 'hidden' 32. Make "
                "the branches end in one shape: equal strides and padding, then equal channels or units."
            ),
        ],
    ),
    "one channel that is added to many": (
        graph(
            [
                IMAGE,
                SCALE,
                node("c1", "Conv2D", padding="same"),
                node("sum", "Add"),
                node("flat", "Flatten"),
                SCORES,
                DIGIT,
            ],
            [
                wire("image", "scale"),
                wire("scale", "c1"),
                wire("scale", "sum"),
                wire("c1", "sum"),
                wire("sum", "flat"),
                wire("flat", "scores"),
                wire("scores", "digit"),
            ],
        ),
        [
            (
                "W_REPEATED_CHANNEL Add 'sum' repeats the one channel of Rescaling 'scale', 8 × 8 × 1, 32 times. A 1×1 "
                "convolution on one branch makes the channels equal."
            ),
        ],
    ),
    "axes that do not concatenate": (
        graph(
            [IMAGE, SCALE, node("flat", "Flatten"), node("both", "Concatenate"), SCORES, DIGIT],
            [
                wire("image", "scale"),
                wire("scale", "flat"),
                wire("scale", "both"),
                wire("flat", "both"),
                wire("both", "scores"),
                wire("scores", "digit"),
            ],
        ),
        [
            (
                "E_SHAPE Concatenate 'both' needs inputs with equally many axes; Rescaling 'scale' gives 8 × 8 × 1 and "
                "Flatten 'flat' 64. A Flatten or Reshape helps."
            ),
        ],
    ),
    "an axis that is not there": (
        graph(
            [PIXELS, SCALE, node("both", "Concatenate", axis=2), SCORES, DIGIT],
            [
                wire("pixels", "scale"),
                wire("pixels", "both"),
                wire("scale", "both"),
                wire("both", "scores"),
                wire("scores", "digit"),
            ],
        ),
        [
            "E_SHAPE Concatenate 'both' along axis 2 needs that axis; received 64. Use axis -1, which is the last.",
        ],
    ),
    "sizes that do not concatenate": (
        graph(
            [IMAGE, SCALE, node("c1", "Conv2D"), node("both", "Concatenate"), node("flat", "Flatten"), SCORES, DIGIT],
            [
                wire("image", "scale"),
                wire("scale", "c1"),
                wire("scale", "both"),
                wire("c1", "both"),
                wire("both", "flat"),
                wire("flat", "scores"),
                wire("scores", "digit"),
            ],
        ),
        [
            (
                "E_SHAPE Concatenate 'both' needs inputs that are equal but for axis -1; Rescaling 'scale' gives "
                "8 × 8 × 1 and Convolution 'c1' 6 × 6 × 32. Make the other axes equal, for images by padding 'same' "
                "and equal strides."
            ),
        ],
    ),
    "an axis longer than any": (
        chain(
            IMAGE,
            SCALE,
            *[node(f"up{n}", "UpSampling2D", size=[1000, 1000]) for n in range(7)],
            node("gap", "GlobalAveragePooling2D"),
            SCORES,
            DIGIT,
        ),
        [
            (
                "E_TOO_BIG Upsampling 'up5' makes the network too big: training would take about 1.8 × 10^34 MB, and "
                "4,000 MB are allowed; this node alone has 0 parameters and 1.6 × 10^34 MB. Make the batch smaller, or "
                "the image, by pooling or strides."
            ),
            (
                "E_SHAPE Upsampling 'up6' gives an axis of 8.0 × 10^21, and none can reach 2^63, which is 9.2 × 10^18. "
                "Make what comes in smaller."
            ),
        ],
    ),
    "a reshape to another number of values": (
        chain(PIXELS, SCALE, node("r", "Reshape", target_shape=[9, 7]), node("flat", "Flatten"), SCORES, DIGIT),
        [
            (
                "E_SHAPE Reshape 'r' to 9 × 7 needs 63 values; received 64. Choose sizes whose product is the "
                "number of values that come in, or one -1."
            ),
        ],
    ),
    "a reshape that leaves a rest": (
        chain(PIXELS, SCALE, node("r", "Reshape", target_shape=[9, -1]), node("flat", "Flatten"), SCORES, DIGIT),
        [
            (
                "E_SHAPE Reshape 'r' to 9 × -1 needs a multiple of 9 values; received 64. Choose sizes whose "
                "product is the number of values that come in, or one -1."
            ),
        ],
    ),
    "slopes shared over no image": (
        chain(PIXELS, SCALE, node("p", "PReLU", shared_axes=True), SCORES, DIGIT),
        [
            (
                "E_SHAPE PReLU 'p' needs an image of rows × columns × channels to share a slope over; received "
                "64. Set shared_axes to no."
            ),
        ],
    ),
    "an input without a field": (
        chain(node("in", "Input"), SCALE, node("flat", "Flatten"), SCORES, DIGIT),
        [
            "E_NO_FIELD Input 'in' takes no field of the data set. Choose one of image, pixels.",
        ],
    ),
    "a field that is not there": (
        chain(node("in", "Input", field="sound"), SCALE, SCORES, DIGIT),
        [
            "E_SHAPE Input 'in' reads the field 'sound', which this data set lacks. Choose one of image, pixels.",
        ],
    ),
    "a class as input": (
        chain(node("in", "Input", field="digit"), SCALE, SCORES, DIGIT),
        [
            "E_SHAPE Input 'in' reads 'digit', which is a class and no input. Choose one of image, pixels.",
        ],
    ),
    "nothing at all": (
        graph([], []),
        [
            "E_NO_INPUT The network has no Input. Add one, and wire it to the first operator.",
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
        ],
    ),
    "no input": (
        graph([SCORES, DIGIT], [wire("scores", "digit")]),
        ["E_NO_INPUT The network has no Input. Add one, and wire it to the first operator."],
    ),
    "nothing that could learn": (
        chain(
            node("measurements", "Input", field="measurements"),
            loss("same", target="measurements", kind="mean_squared_error"),
            data={"name": "iris"},
        ),
        [
            (
                "E_NOTHING_TO_LEARN Training needs weights: nothing before Loss 'same' has any that could be learned. "
                "Put a Linear or a Convolution before it."
            ),
        ],
    ),
    "a loose end": (
        graph(
            [PIXELS, SCALE, SCORES, DIGIT, RELU],
            [wire("pixels", "scale"), wire("scale", "scores"), wire("scale", "hidden"), wire("scores", "digit")],
        ),
        [
            "E_LOOSE_END The output of Linear 'hidden' leads nowhere. Wire it on, in the end to a Loss, or delete it.",
        ],
    ),
    "no loss": (
        chain(PIXELS, SCALE, SCORES),
        [
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
        ],
    ),
    "no data": (
        chain(TYPED, node("flat", "Flatten"), SCORES, node("l", "Loss"), data=""),
        ["E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it."],
    ),
    "no data and no loss": (
        chain(TYPED, node("flat", "Flatten"), SCORES, data=""),
        [
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "a data set of which nothing reads a field": (
        chain(TYPED, node("flat", "Flatten"), SCORES, node("l", "Loss")),
        [
            (
                "E_NO_DATA Training needs data. Let Input 'in' take a field of Handwritten digits, or choose another "
                "data set."
            ),
        ],
    ),
    "an unknown data set of which nothing reads a field": (
        chain(TYPED, node("flat", "Flatten"), SCORES, node("l", "Loss"), data="imagenet"),
        ["E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it."],
    ),
    "a field without data": (
        chain(PIXELS, SCALE, SCORES, node("l", "Loss"), data=""),
        [
            (
                "E_SHAPE Input 'pixels' reads the field 'pixels', and no data are chosen. Choose a data set, or no "
                "field."
            ),
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "one input with a field and one without": (
        graph(
            [PIXELS, SCALE, TYPED, node("flat", "Flatten"), node("sum", "Add"), SCORES, DIGIT],
            [
                wire("pixels", "scale"),
                wire("scale", "sum"),
                wire("in", "flat"),
                wire("flat", "sum"),
                wire("sum", "scores"),
                wire("scores", "digit"),
            ],
        ),
        ["E_NO_FIELD Input 'in' takes no field of the data set. Choose one of image, pixels."],
    ),
    "no data, and a split that leaves nothing": (
        chain(
            TYPED,
            node("flat", "Flatten"),
            SCORES,
            node("l", "Loss"),
            data={"name": "", "split": {"validation": 0.5, "test": 0.5}},
        ),
        [
            (
                "E_BOUNDS Split: validation and test together must be at most 0.9; received 1. Leave more rows "
                "to train on."
            ),
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "an unknown data set": (
        chain(PIXELS, SCALE, SCORES, DIGIT, data="nothing"),
        [
            (f"E_DATA The data set 'nothing' is not known. Choose one of {', '.join(SOURCES)}."),
        ],
    ),
    "a data option out of bounds": (
        chain(
            node("in", "Input", field="point"),
            dense("one", 1),
            loss("class", "class", "binary_crossentropy"),
            data={"name": "moons", "options": {"size": 0}},
        ),
        [
            "E_BOUNDS Data set Moons: size must be at least 20; received 0.",
        ],
    ),
    "a split that leaves nothing": (
        chain(PIXELS, SCALE, SCORES, DIGIT, data={"name": "digits", "split": {"validation": 0.5, "test": 0.5}}),
        [
            (
                "E_BOUNDS Split: validation and test together must be at most 0.9; received 1. Leave more rows "
                "to train on."
            ),
        ],
    ),
    "a fold that is none, and parts that nothing gives": (
        chain(PIXELS, SCALE, SCORES, DIGIT, data={"name": "digits", "split": {"folds": 5, "fold": 6, "by": "time"}}),
        [
            "E_BOUNDS Split: fold must be at most folds, 5; received 6.",
            (
                "E_DATA Split: by time needs a column of the role time, which these data lack. Let the data say how "
                "they are parted, or give a column that role."
            ),
        ],
    ),
    "a share out of bounds": (
        chain(PIXELS, SCALE, SCORES, DIGIT, data={"name": "digits", "split": {"validation": 0.0}}),
        [
            "E_BOUNDS Split: validation must be at least 0.01; received 0.",
        ],
    ),
    "an unknown optimizer": (
        chain(PIXELS, SCALE, SCORES, DIGIT, training={"optimizer": "Sofia", "options": {}}),
        [
            (
                "E_TRAINING The optimizer 'Sofia' is not known. Choose one of SGD, Momentum, Nesterov, Adagrad, "
                "Adadelta, RMSprop, Ftrl, Adafactor, Adam, AdamW, Nadam, Adamax, Lamb, ScheduleFreeAdamW, Lion, Muon."
            ),
        ],
    ),
    "an unknown monitor": (
        chain(PIXELS, SCALE, SCORES, DIGIT, training={"settings": {"monitor": "val_f1"}}),
        [
            (
                "E_TRAINING Training: monitor is 'val_f1', which this network does not tell. Watch one of val_loss, "
                "val_accuracy, loss, accuracy."
            ),
        ],
    ),
    "optimizer out of bounds": (
        chain(PIXELS, SCALE, SCORES, DIGIT, training={"optimizer": "Adam", "options": {"learning_rate": 0}}),
        [
            "E_BOUNDS Adam: learning_rate must be above 0; received 0.",
        ],
    ),
    "settings out of bounds": (
        chain(PIXELS, SCALE, SCORES, DIGIT, training={"settings": {"epochs": 0}}),
        [
            "E_BOUNDS Training: epochs must be at least 1; received 0.",
        ],
    ),
    "a batch out of bounds": (
        chain(PIXELS, SCALE, SCORES, DIGIT, training={"settings": {"batch_size": 10000000}}),
        [
            "E_BOUNDS Training: batch_size must be at most 1000000; received 10000000.",
        ],
    ),
    "no target": (
        chain(PIXELS, SCALE, SCORES, node("digit", "Loss")),
        [
            "E_TARGET Loss 'digit' has no target to compare with. Choose one of image, pixels, digit, is_even.",
        ],
    ),
    "a target that is not there": (
        chain(PIXELS, SCALE, SCORES, loss("l", "species")),
        [
            (
                "E_TARGET Loss 'l' compares with the field 'species', which this data set lacks. Choose one of "
                "image, pixels, digit, is_even."
            ),
        ],
    ),
    "too few units for the classes": (
        chain(PIXELS, SCALE, dense("scores", 7), DIGIT),
        [
            (
                "E_UNITS_CLASSES Loss 'digit': 'digit' has 10 classes, so softmax cross-entropy needs 10 units; "
                "received 7. Give the last Linear 10 units."
            ),
        ],
    ),
    "two units for two classes with one output": (
        chain(PIXELS, SCALE, dense("scores", 2), loss("l", "is_even", "binary_crossentropy")),
        [
            (
                "E_UNITS_CLASSES Loss 'l': 'is_even' has 2 classes, so binary cross-entropy needs 1 unit; "
                "received 2. Give the last Linear 1 unit. Or use softmax cross-entropy with 2 units."
            ),
        ],
    ),
    "several classes and binary cross-entropy": (
        chain(PIXELS, SCALE, SCORES, loss("l", "digit", "binary_crossentropy")),
        [
            (
                "E_LOSS_TARGET Loss 'l': binary cross-entropy cannot compare with 'digit', which is a class of "
                "10. Use softmax cross-entropy with one unit a class."
            ),
        ],
    ),
    "softmax on an image": (
        chain(PIXELS, SCALE, dense("out", 64), loss("l", "pixels")),
        [
            (
                "E_LOSS_TARGET Loss 'l': softmax cross-entropy cannot compare with 'pixels', which is a vector. "
                "Use mean squared error."
            ),
        ],
    ),
    "another shape than the target": (
        chain(PIXELS, SCALE, dense("out", 63), loss("l", "pixels", "mean_squared_error")),
        [
            "E_OUTPUT_SHAPE Loss 'l': the target 'pixels' is 64; received 63. Give the last Linear 64 units.",
        ],
    ),
    "another rank than the target": (
        chain(PIXELS, SCALE, dense("out", 64), loss("l", "image", "mean_squared_error")),
        [
            "E_OUTPUT_SHAPE Loss 'l': the target 'image' is 8 × 8 × 1; received 64. Make the two shapes equal.",
        ],
    ),
    "values beyond 0 to 1": (
        chain(PIXELS, SCALE, dense("out", 64), loss("l", "pixels", "binary_crossentropy")),
        [
            (
                "E_LOSS_TARGET Loss 'l': binary cross-entropy needs targets from 0 to 1; 'pixels' goes from 0 to "
                "16. Use mean squared error."
            ),
        ],
    ),
    "softmax before a loss on logits": (
        chain(PIXELS, SCALE, dense("scores", 10, activation="softmax"), DIGIT),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'digit': softmax cross-entropy on logits applies softmax itself, and "
                "Linear 'scores' has already applied softmax. Set its activation to linear, or from_logits of "
                "Loss 'digit' to no."
            ),
        ],
    ),
    "softmax as an operator before a loss on logits": (
        chain(PIXELS, SCALE, SCORES, node("act", "Activation", activation="softmax"), DIGIT),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'digit': softmax cross-entropy on logits applies softmax itself, and "
                "Activation 'act' has already applied softmax. Take it out, or set from_logits of Loss 'digit' to no."
            ),
        ],
    ),
    "sigmoid before softmax cross-entropy on logits": (
        chain(PIXELS, SCALE, dense("scores", 10, activation="sigmoid"), DIGIT),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'digit': softmax cross-entropy on logits applies softmax itself, and "
                "Linear 'scores' has already applied sigmoid. Set its activation to linear."
            ),
        ],
    ),
    "sigmoid where several classes are told apart": (
        chain(PIXELS, SCALE, dense("scores", 10, activation="sigmoid"), loss("digit", from_logits=False)),
        [
            (
                "E_LAST_ACTIVATION Loss 'digit': softmax cross-entropy needs probabilities of several classes, "
                "which softmax gives; Linear 'scores' ends in sigmoid. Set its activation to softmax."
            ),
        ],
    ),
    "linear where probabilities are needed": (
        chain(PIXELS, SCALE, SCORES, loss("digit", from_logits=False)),
        [
            (
                "E_LAST_ACTIVATION Loss 'digit': softmax cross-entropy needs probabilities of the classes, which "
                "softmax gives; Linear 'scores' ends in linear. Set its activation to softmax, or set "
                "from_logits to yes."
            ),
        ],
    ),
    "relu before a loss on logits": (
        chain(PIXELS, SCALE, dense("scores", 10, activation="relu"), DIGIT),
        [
            (
                "W_LOGITS_BENT Loss 'digit': softmax cross-entropy reads logits of any sign, and Linear 'scores' "
                "ends in ReLU. Linear is the usual last activation."
            ),
        ],
    ),
    "mean squared error on a class": (
        chain(PIXELS, SCALE, SCORES, loss("l", "digit", "mean_squared_error")),
        [
            (
                "W_LOSS_ON_CLASSES Loss 'l': mean squared error on the class 'digit' learns slowly where the "
                "answer is far off. Cross-entropy is the usual loss for classes."
            ),
        ],
    ),
    "normalization behind weights": (
        chain(PIXELS, SCALE, RELU, node("norm", "Normalization"), SCORES, DIGIT),
        [
            (
                "E_NORMALIZATION_LATE Normalization 'norm' stands behind operators that are trained, but "
                "measures only once. Use Batch normalization there."
            ),
        ],
    ),
    "raw values": (
        chain(PIXELS, SCORES, DIGIT),
        [
            (
                "W_RAW_VALUES Linear 'scores' receives the raw values of 'pixels', from 0 to 16. Put a Rescaling "
                "or a Normalization behind the Input."
            ),
        ],
    ),
    "raw values past keepers": (
        chain(IMAGE, node("flat", "Flatten"), SCORES, DIGIT),
        [
            (
                "W_RAW_VALUES Linear 'scores' receives the raw values of 'image', from 0 to 16. Put a Rescaling "
                "or a Normalization behind the Input."
            ),
        ],
    ),
    "values still large behind a rescaling": (
        chain(PIXELS, node("scale", "Rescaling", scale=1.0), SCORES, DIGIT),
        [
            (
                "W_RAW_VALUES Linear 'scores' receives the raw values of 'pixels', from 0 to 16. Put a Rescaling "
                "or a Normalization behind the Input."
            ),
        ],
    ),
    "values larger behind a rescaling": (
        chain(PIXELS, node("scale", "Rescaling", scale=100.0), SCORES, DIGIT),
        [
            (
                "W_RAW_VALUES Linear 'scores' receives values of 'pixels', from 0 to 1600. Set the Rescaling's "
                "scale to 0.0625."
            ),
        ],
    ),
    "values moved far off by a rescaling": (
        chain(PIXELS, node("scale", "Rescaling", scale=1.0, offset=100.0), SCORES, DIGIT),
        [
            (
                "W_RAW_VALUES Linear 'scores' receives values of 'pixels', from 100 to 116. Set the Rescaling's "
                "scale to 0.0625 and its offset to 0."
            ),
        ],
    ),
    "large values behind a fixed filter": (
        chain(IMAGE, node("edges", "FixedFilter", filter="laplace"), node("flat", "Flatten"), SCORES, DIGIT),
        [
            (
                "W_RAW_VALUES Linear 'scores' receives the raw values of 'image', from -64 to 64. Put a Rescaling "
                "or a Normalization behind the Input."
            ),
        ],
    ),
    "pixels beyond the range that is taken": (
        chain(
            IMAGE,
            node("light", "RandomBrightness"),
            node("scale", "Rescaling", scale=0.0625),
            node("flat", "Flatten"),
            SCORES,
            DIGIT,
        ),
        [
            (
                "W_VALUE_RANGE Random brightness 'light' takes values of 0 to 1; received 0 to 16: it cuts off the "
                "rest. Set value_range to 0 to 16."
            ),
        ],
    ),
    "pixels in a small part of the range that is taken": (
        chain(
            IMAGE,
            node("scale", "Rescaling", scale=0.0625),
            node("light", "RandomBrightness", value_range=[0, 255]),
            node("flat", "Flatten"),
            SCORES,
            DIGIT,
        ),
        [
            (
                "W_VALUE_RANGE Random brightness 'light' takes values of 0 to 255; received 0 to 1: its changes are "
                "far too large for them. Set value_range to 0 to 1."
            ),
        ],
    ),
    "values larger behind two rescalings": (
        chain(
            PIXELS,
            node("half", "Rescaling", scale=0.5),
            node("scale", "Rescaling", scale=10.0),
            node("drop", "Dropout"),
            SCORES,
            DIGIT,
        ),
        [
            (
                "W_RAW_VALUES Linear 'scores' receives values of 'pixels', from 0 to 80. Set the Rescaling's "
                "scale to 0.125."
            ),
        ],
    ),
    "linear after linear": (
        chain(PIXELS, SCALE, dense("first", 32), SCORES, DIGIT),
        [
            (
                "W_LINEAR_AFTER_LINEAR Linear 'first' has no activation before Linear 'scores': the two are but "
                "one. Give the first one an activation, such as ReLU."
            ),
        ],
    ),
    "last axis of an image": (
        chain(
            IMAGE,
            node("joined", "Rescaling", scale=0.0625),
            dense("places", 8, activation="relu"),
            node("flat", "Flatten"),
            SCORES,
            DIGIT,
        ),
        [
            (
                "W_LAST_AXIS_OF_IMAGE Linear 'places' receives an image of 8 × 8 × 1 and works on each place's "
                "channels alone. Put a Flatten before it to join all places."
            ),
        ],
    ),
    "softmax inside": (
        chain(PIXELS, SCALE, dense("first", 32, activation="softmax"), SCORES, DIGIT),
        [
            "W_SOFTMAX_INSIDE Linear 'first' applies softmax inside the network. ReLU is the usual choice there.",
        ],
    ),
    "softmax as an operator inside": (
        chain(PIXELS, SCALE, dense("first", 32, activation="relu"), node("shares", "Softmax"), SCORES, DIGIT),
        ["W_SOFTMAX_INSIDE Softmax 'shares' applies softmax inside the network. ReLU is the usual choice there."],
    ),
    "noise last": (
        chain(PIXELS, SCALE, SCORES, node("noise", "GaussianNoise"), DIGIT),
        [
            (
                "W_DROPOUT_LAST Gaussian noise 'noise' changes the network's answers themselves. Put it before the "
                "last operator with weights."
            ),
        ],
    ),
    "normalization by given numbers behind weights": (
        chain(PIXELS, SCALE, RELU, node("norm", "Normalization", mean=[0], variance=[4]), SCORES, DIGIT),
        [],
    ),
    "a kernel of one number": (
        chain(
            PIXELS,
            SCALE,
            dense("hidden", 32, activation="relu6", kernel_initializer={"name": "constant", "value": 0}),
            SCORES,
            DIGIT,
        ),
        [
            (
                "W_EQUAL_KERNEL Linear 'hidden' starts with a kernel of 0: every output is 0, where ReLU6 has no "
                "slope, so none of its weights will ever move. Set kernel_initializer to glorot_uniform, which draws "
                "them at random."
            ),
        ],
    ),
    "dropout last": (
        chain(PIXELS, SCALE, SCORES, node("drop", "Dropout"), DIGIT),
        [
            (
                "W_DROPOUT_LAST Dropout 'drop' drops the network's answers themselves. Put it before the last "
                "operator with weights."
            ),
        ],
    ),
    "a batch larger than the data": (
        chain(PIXELS, SCALE, SCORES, DIGIT, training={"settings": {"batch_size": 5000}}),
        [
            (
                "W_BATCH_SIZE Training: batch_size is 5,000, and the training part has 1,079 samples. Each "
                "epoch is one step then."
            ),
        ],
    ),
    "too many units": (
        chain(PIXELS, SCALE, dense("huge", 10**9, activation="relu"), SCORES, DIGIT),
        [
            (
                "E_TOO_BIG Linear 'huge' makes the network too big: training would take about 2,261,690 MB, and "
                "4,000 MB are allowed; this node alone has 65,000,000,000 parameters and 1,816,002 MB. Give it "
                "fewer units or filters, or make what comes in smaller, by pooling or strides."
            ),
        ],
    ),
    "too many filters": (
        chain(
            IMAGE, SCALE, node("c1", "Conv2D", filters=10**6, activation="relu"), node("flat", "Flatten"), SCORES, DIGIT
        ),
        [
            (
                "E_TOO_BIG Convolution 'c1' makes the network too big: training would take about 25,066 MB, and 4,000 "
                "MB are allowed; this node alone has 10,000,000 parameters and 9,458 MB. Give it fewer units or "
                "filters, or make what comes in smaller, by pooling or strides."
            ),
        ],
    ),
    "a large image laid out": (
        chain(
            IMAGE,
            SCALE,
            node("up", "UpSampling2D", size=[100, 100]),
            node("flat", "Flatten"),
            dense("wide", 1000, activation="relu"),
            SCORES,
            DIGIT,
        ),
        [
            (
                "E_TOO_BIG Linear 'wide' makes the network too big: training would take about 17,261 MB, and "
                "4,000 MB are allowed; this node alone has 640,001,000 parameters and 15,362 MB. Give it fewer "
                "units or filters, or make what comes in smaller, by pooling or strides."
            ),
        ],
    ),
    "softmax over one unit": (
        chain(
            node("in", "Input", field="point"),
            dense("one", 1, activation="softmax"),
            loss("class", "class", "binary_crossentropy", from_logits=False),
            data="circles",
        ),
        [
            (
                "E_SOFTMAX_ONE Linear 'one' applies softmax over one value, which gives 1 whatever comes in. Use "
                "sigmoid for one output, or give it a value for each class."
            ),
        ],
    ),
    "softmax at every place, averaged, before a loss on logits": (
        chain(IMAGE, SCALE, SHARES, node("gap", "GlobalAveragePooling2D"), DIGIT),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'digit': softmax cross-entropy on logits applies softmax itself, and "
                "Convolution 'shares' has already applied softmax. Set its activation to linear, or from_logits of "
                "Loss 'digit' to no."
            ),
        ],
    ),
    "an operator without an activation where probabilities are needed": (
        chain(PIXELS, SCALE, SCORES, node("bn", "BatchNormalization"), loss("digit", from_logits=False)),
        [
            (
                "E_LAST_ACTIVATION Loss 'digit': softmax cross-entropy needs probabilities of the classes, which "
                "softmax gives; Batch normalization 'bn' gives values of any size. Put an Activation with softmax "
                "behind it, or set from_logits to yes."
            ),
        ],
    ),
    "a bounded operator without an activation where probabilities are needed": (
        chain(
            node("in", "Input", field="point"),
            dense("one", 1, activation="tanh"),
            node("wide", "Rescaling", scale=2.0),
            loss("class", "class", "binary_crossentropy", from_logits=False),
            data="circles",
        ),
        [
            (
                "E_LAST_ACTIVATION Loss 'class': binary cross-entropy needs probabilities of the classes, which "
                "sigmoid gives; Rescaling 'wide' gives values from -2 to 2. Put an Activation with sigmoid behind it, "
                "or set from_logits to yes."
            ),
        ],
    ),
    "a last activation that ends before its target": (
        chain(MEASURED, NORMAL, dense("out", 1, activation="sigmoid"), PROGRESSION, data="diabetes"),
        [
            (
                "W_OUT_OF_REACH Loss 'l': the target 'progression' goes from 25 to 346; Linear 'out' ends in sigmoid "
                "and gives only values from 0 to 1. Set its activation to linear, or put a Rescaling of scale 321 and "
                "offset 25 behind it."
            ),
        ],
    ),
    "a rescaling that ends before its target": (
        chain(
            MEASURED,
            NORMAL,
            dense("out", 1, activation="sigmoid"),
            node("wide", "Rescaling", scale=100.0),
            PROGRESSION,
            data="diabetes",
        ),
        [
            (
                "W_OUT_OF_REACH Loss 'l': the target 'progression' goes from 25 to 346; Rescaling 'wide' gives only "
                "values from 0 to 100. Put a Rescaling of scale 3.21 and offset 25 behind it."
            ),
        ],
    ),
    "a last activation that is never below zero": (
        chain(
            node("in", "Input", field="point"),
            dense("out", 2, activation="relu"),
            loss("l", "point", "mean_squared_error"),
            data="circles",
        ),
        [
            (
                "W_OUT_OF_REACH Loss 'l': the target 'point' goes from -1 to 1; Linear 'out' ends in ReLU and gives "
                "only values of at least 0. Set its activation to linear."
            ),
        ],
    ),
    "zeros before ReLU": (
        chain(PIXELS, SCALE, dense("hidden", 32, activation="relu", kernel_initializer="zeros"), SCORES, DIGIT),
        [
            (
                "W_EQUAL_KERNEL Linear 'hidden' starts with a kernel of zeros: every output is 0, where ReLU has no "
                "slope, so none of its weights will ever move. Set kernel_initializer to glorot_uniform, which draws "
                "them at random."
            ),
        ],
    ),
    "zeros inside the network": (
        chain(PIXELS, SCALE, dense("hidden", 32, activation="tanh", kernel_initializer="zeros"), SCORES, DIGIT),
        [
            (
                "W_EQUAL_KERNEL Linear 'hidden' starts with a kernel of zeros: at the start nothing passes it, and "
                "units that start alike learn alike. Set kernel_initializer to glorot_uniform, which draws them at "
                "random."
            ),
        ],
    ),
    "ones inside the network": (
        chain(PIXELS, SCALE, dense("hidden", 32, activation="tanh", kernel_initializer="ones"), SCORES, DIGIT),
        [
            (
                "W_EQUAL_KERNEL Linear 'hidden' starts with a kernel of ones: all its units answer the same, and units "
                "that start alike learn alike. Set kernel_initializer to glorot_uniform, which draws them at random."
            ),
        ],
    ),
    "batches of one before batch normalization": (
        chain(*NORMED, data="iris", training={"settings": {"batch_size": 1}}),
        [
            (
                "W_BATCH_OF_ONE Batch normalization 'bn' measures every batch by itself and gets batches of one "
                "sample: one value has no spread, so 0 comes of it. Set batch_size to 32; batch normalization wants 16 "
                "or more."
            ),
        ],
    ),
    "a last batch of one before batch normalization": (
        chain(
            *NORMED,
            data={"name": "iris", "split": {"validation": 0.14, "test": 0.2}},
            training={"settings": {"batch_size": 7}},
        ),
        [
            (
                "W_BATCH_OF_ONE Batch normalization 'bn' measures every batch by itself and gets a last batch of one "
                "sample, of 99 in all: one value has no spread, so 0 comes of it. Set batch_size to 32; batch "
                "normalization wants 16 or more."
            ),
        ],
    ),
    "images one by one before batch normalization": (
        chain(
            IMAGE,
            SCALE,
            node("bn", "BatchNormalization"),
            node("flat", "Flatten"),
            SCORES,
            DIGIT,
            training={"settings": {"batch_size": 1}},
        ),
        [
            (
                "W_BATCH_OF_ONE Batch normalization 'bn' measures every batch by itself and gets batches of one "
                "sample: each image is measured by itself. Set batch_size to 32; batch normalization wants 16 or more."
            ),
        ],
    ),
    "an image of one place where units are needed": (
        chain(IMAGE, SCALE, node("gap", "GlobalAveragePooling2D", keepdims=True), SCORES, DIGIT),
        [
            (
                "E_UNITS_CLASSES Loss 'digit': 'digit' has 10 classes, so softmax cross-entropy needs 10 units; "
                "received 1 × 1 × 10. A Flatten before it is enough."
            ),
        ],
    ),
    "softmax before a leaky bend and a loss on logits": (
        chain(PIXELS, SCALE, SHARED, node("bend", "LeakyReLU"), DIGIT),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'digit': softmax cross-entropy on logits applies softmax itself, and "
                "Linear 'scores' has already applied softmax. Set its activation to linear, or from_logits of "
                "Loss 'digit' to no."
            ),
        ],
    ),
    "softmax stretched before a loss on logits": (
        chain(PIXELS, SCALE, SHARED, node("wide", "Rescaling", scale=2.0), DIGIT),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'digit': softmax cross-entropy on logits applies softmax itself, and "
                "Linear 'scores' has already applied softmax. Set its activation to linear."
            ),
        ],
    ),
    "softmax normalized before a loss on logits": (
        chain(PIXELS, SCALE, SHARED, node("bn", "BatchNormalization"), DIGIT),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'digit': softmax cross-entropy on logits applies softmax itself, and "
                "Linear 'scores' has already applied softmax. Set its activation to linear."
            ),
        ],
    ),
    "softmax and tanh before a loss on logits": (
        chain(PIXELS, SCALE, SHARED, node("bend", "Activation", activation="tanh"), DIGIT),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'digit': softmax cross-entropy on logits applies softmax itself, and Linear "
                "'scores' has already applied softmax. Set its activation to linear."
            ),
        ],
    ),
    "no target, and softmax before a loss on logits": (
        chain(PIXELS, SCALE, SHARED, node("digit", "Loss")),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'digit': softmax cross-entropy on logits applies softmax itself, and Linear "
                "'scores' has already applied softmax. Set its activation to linear, or from_logits of Loss 'digit' to "
                "no."
            ),
            "E_TARGET Loss 'digit' has no target to compare with. Choose one of image, pixels, digit, is_even.",
        ],
    ),
    "softmax cross-entropy of an image": (
        chain(IMAGE, SCALE, node("c1", "Conv2D", filters=1, padding="same"), loss("l", "image")),
        [
            (
                "E_LOSS_TARGET Loss 'l': softmax cross-entropy cannot compare with 'image', which is an image. Use "
                "mean squared error."
            ),
        ],
    ),
    "one softmax of two that are added for a loss on logits": (
        added("softmax", "linear", DIGIT),
        [
            ("W_SOFTMAX_INSIDE Linear 'a' applies softmax inside the network. Linear is the usual choice there."),
        ],
    ),
    "a sum of softmaxes where probabilities are needed": (
        added("softmax", "softmax", loss("digit", from_logits=False)),
        [
            (
                "E_LAST_ACTIVATION Loss 'digit': softmax cross-entropy needs probabilities of the classes, "
                "which softmax gives; Add 'sum' gives values from 0 to 2. Put an Activation with softmax behind "
                "it, or set from_logits to yes."
            ),
        ],
    ),
    "softmax twice at the end": (
        chain(
            PIXELS, SCALE, SHARED, node("again", "Activation", activation="softmax"), loss("digit", from_logits=False)
        ),
        [
            (
                "W_SOFTMAX_INSIDE Linear 'scores' applies softmax, and Activation 'again' does it again. Set "
                "the activation of the first to linear."
            ),
        ],
    ),
    "softmax over one unit where the target is large": (
        chain(MEASURED, NORMAL, dense("one", 1, activation="softmax"), PROGRESSION, data="diabetes"),
        [
            (
                "E_SOFTMAX_ONE Linear 'one' applies softmax over one value, which gives 1 whatever comes in. "
                "Use linear, since the target 'progression' goes from 25 to 346."
            ),
        ],
    ),
    "softmax over one unit before a loss on logits": (
        chain(PIXELS, SCALE, dense("one", 1, activation="softmax"), loss("l", "is_even", "binary_crossentropy")),
        [
            (
                "E_SOFTMAX_ONE Linear 'one' applies softmax over one value, which gives 1 whatever comes in. "
                "Use linear for one output, since Loss 'l' applies sigmoid itself, or give it a value for each "
                "class."
            ),
        ],
    ),
    "a rescaling by zero": (
        chain(PIXELS, node("scale", "Rescaling", scale=0.0, offset=1.0), SCORES, DIGIT),
        [
            (
                "W_NOTHING_PASSES Rescaling 'scale' multiplies by 0: it gives 1 whatever comes in. Set scale to "
                "another number, such as 0.0625."
            ),
        ],
    ),
    "gammas of zeros before ReLU": (
        chain(
            PIXELS,
            SCALE,
            dense("h", 32),
            node("bn", "BatchNormalization", gamma_initializer="zeros"),
            node("a", "Activation"),
            SCORES,
            DIGIT,
        ),
        [
            (
                "W_NOTHING_PASSES Batch normalization 'bn' starts with a gamma of zeros: every output is 0, "
                "where ReLU has no slope, so nothing before it will ever learn. Set gamma_initializer to ones."
            ),
        ],
    ),
    "softmax before a loss on logits, without data": (
        chain(TYPED, node("flat", "Flatten"), SHARED, node("l", "Loss"), data=""),
        [
            (
                "E_ACTIVATION_LOGITS Loss 'l': softmax cross-entropy on logits applies softmax itself, and "
                "Linear 'scores' has already applied softmax. Set its activation to linear, or from_logits of "
                "Loss 'l' to no."
            ),
            ("E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it."),
        ],
    ),
    "softmax where each value is a chance of its own, which Keras trains": (
        chain(
            TYPED,
            node("flat", "Flatten"),
            dense("three", 3, activation="softmax"),
            node("l", "Loss", loss="binary_crossentropy", from_logits=False),
            data="",
        ),
        [
            ("E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it."),
            (
                "W_SHARES_AS_CHANCES Loss 'l': binary cross-entropy takes each value as a chance of its own, and "
                "Linear 'three' ends in softmax, whose values add up to 1. Set its activation to sigmoid, or use "
                "softmax cross-entropy where just one is right."
            ),
        ],
    ),
    "linear where probabilities are needed, without data": (
        chain(
            TYPED,
            node("flat", "Flatten"),
            dense("one", 1),
            node("l", "Loss", loss="binary_crossentropy", from_logits=False),
            data="",
        ),
        [
            (
                "E_LAST_ACTIVATION Loss 'l': binary cross-entropy needs values from 0 to 1, which sigmoid "
                "gives; Linear 'one' ends in linear. Set its activation to sigmoid, or set from_logits to yes."
            ),
            ("E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it."),
        ],
    ),
    "a leaky ReLU that is a straight line": (
        chain(PIXELS, SCALE, dense("first", 32), node("leak", "LeakyReLU", negative_slope=1.0), SCORES, DIGIT),
        [
            (
                "W_LINEAR_AFTER_LINEAR Leaky ReLU 'leak' bends nothing between Linear 'first' and Linear 'scores': the "
                "two are but one. Give the first one an activation, such as ReLU."
            ),
        ],
    ),
    "a ReLU that is a straight line": (
        chain(PIXELS, SCALE, dense("first", 32), node("r", "ReLU", negative_slope=1.0), SCORES, DIGIT),
        [
            (
                "W_LINEAR_AFTER_LINEAR ReLU 'r' bends nothing between Linear 'first' and Linear 'scores': the two are "
                "but one. Give the first one an activation, such as ReLU."
            ),
        ],
    ),
    "linear after linear past a rescaling": (
        chain(
            PIXELS,
            SCALE,
            dense("first", 32),
            node("half", "Rescaling", scale=0.5),
            node("a", "Activation", activation="linear"),
            SCORES,
            DIGIT,
        ),
        [
            (
                "W_LINEAR_AFTER_LINEAR Activation 'a' bends nothing between Linear 'first' and Linear 'scores': the "
                "two are but one. Give the first one an activation, such as ReLU."
            ),
        ],
    ),
    "linear after linear past a mean": (
        chain(
            IMAGE, SCALE, node("c1", "Conv2D"), node("mean", "AveragePooling2D"), node("flat", "Flatten"), SCORES, DIGIT
        ),
        [
            (
                "W_LINEAR_AFTER_LINEAR Convolution 'c1' has no activation before Linear 'scores': the two are "
                "but one. Give the first one an activation, such as ReLU."
            ),
        ],
    ),
    "too few filters for the classes": (
        chain(IMAGE, SCALE, node("c3", "Conv2D", filters=7), node("gap", "GlobalAveragePooling2D"), DIGIT),
        [
            (
                "E_UNITS_CLASSES Loss 'digit': 'digit' has 10 classes, so softmax cross-entropy needs 10 units; "
                "received 7. Give Convolution 'c3' 10 filters, or put a Linear of 10 units before the Loss."
            ),
        ],
    ),
    "too many filters for one answer": (
        chain(
            IMAGE,
            SCALE,
            node("c3", "Conv2D", filters=7),
            node("gap", "GlobalAveragePooling2D"),
            loss("l", "is_even", "binary_crossentropy"),
        ),
        [
            (
                "E_UNITS_CLASSES Loss 'l': 'is_even' has 2 classes, so binary cross-entropy needs 1 unit; "
                "received 7. Give Convolution 'c3' 1 filter, or put a Linear of 1 unit before the Loss."
            ),
        ],
    ),
    "nothing that has units": (
        chain(PIXELS, SCALE, node("bn", "BatchNormalization"), DIGIT),
        [
            (
                "E_UNITS_CLASSES Loss 'digit': 'digit' has 10 classes, so softmax cross-entropy needs 10 units; "
                "received 64. Put a Linear of 10 units before the Loss."
            ),
        ],
    ),
    "too many units for a number": (
        chain(MEASURED, NORMAL, dense("one", 3), PROGRESSION, data="diabetes"),
        [
            ("E_OUTPUT_SHAPE Loss 'l': the target 'progression' is 1; received 3. Give the last Linear 1 unit."),
        ],
    ),
    "whole numbers where Keras cannot work on them": (
        chain(
            node("in", "Input", shape=[4, 4, 1]),
            node("bins", "Discretization"),
            node("cut", "Cropping2D"),
            node("conv", "Conv2D", kernel_size=[1, 1]),
            data="",
        ),
        [
            (
                "E_NUMBERS Convolution 'conv' needs amounts; received whole numbers. Put a Rescaling before it, which "
                "makes amounts of whole numbers."
            ),
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "corners of an image of one row": (
        chain(node("in", "Input", shape=[1, 4, 1]), node("p", "RandomPerspective"), data=""),
        [
            (
                "E_SHAPE Random perspective 'p' moves four corners and needs 2 rows and 2 columns; received 1 × 4 × 1. "
                "What has one row or column has no corners: take it out."
            ),
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "amounts where names are looked up": (
        graph([node("in", "Input", shape=[7]), node("e", "Embedding")], [wire("in", "e")], data=""),
        [
            (
                "E_NUMBERS Embedding 'e' needs whole numbers; received amounts. Embedding looks up names: give it an "
                "Input of whole numbers, or use Linear for amounts."
            ),
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "a vocabulary that is larger than its table": (
        graph(
            [node("in", "Input", shape=[7], numbers="whole", vocabulary=5000), node("e", "Embedding", input_dim=100)],
            [wire("in", "e")],
            data="",
        ),
        [
            "E_SHAPE Embedding 'e' has 100 vectors, and 5,000 different numbers come in. Set input_dim to 5000.",
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "two ports without a wire": (
        graph([node("in", "Input", shape=[7]), node("a", "MultiHeadAttention")], [], data=""),
        [
            (
                "E_INPUTS Multi-head attention 'a' has nothing on its inputs 'query' and 'value'. "
                "Wire an output to it, or delete it."
            ),
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "a block that is not there": (
        graph([node("in", "Input", shape=[7]), {**node("b", "Block", block="gone"), "label": "b"}], [], data=""),
        [
            "E_BLOCK Block 'b' uses a block that is not there.",
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "weights that do not fit": (
        graph(
            [
                node("a", "Input", shape=[6]),
                node("b", "Input", shape=[5]),
                dense("one", 4),
                {**dense("two", 4), "shares": "one"},
            ],
            [wire("a", "one"), wire("b", "two")],
            data="",
        ),
        [
            (
                "E_SHARED Linear 'two' shares the weights of Linear 'one', which are made for 6; received 5. "
                "Make both inputs alike, or give it a layer of its own."
            ),
            "E_NO_LOSS Training needs a Loss. Add one, and wire the last operator to it.",
            "E_NO_DATA Training needs data. Choose a data set, and at every Input a field of it.",
        ],
    ),
    "a count that may fall below zero": (
        chain(MEASURED, dense("o", 1), loss("l", "progression", "poisson"), data="diabetes"),
        [
            (
                "E_LAST_ACTIVATION Loss 'l': Poisson loss needs values of at least 0, which softplus gives; Linear "
                "'o' ends in linear. Set its activation to softplus."
            ),
            (
                "W_RAW_VALUES Linear 'o' receives the raw values of 'measurements', from 0 to 302. Put a Rescaling "
                "or a Normalization behind the Input."
            ),
        ],
    ),
    "a hinge loss behind sigmoid": (
        chain(PIXELS, SCALE, dense("o", 1, activation="sigmoid"), loss("l", "is_even", "hinge")),
        [
            (
                "W_OUT_OF_REACH Loss 'l': the target 'is_even' is written as -1 or 1; Linear 'o' ends in sigmoid "
                "and gives only values from 0 to 1. Set its activation to linear, or put a Rescaling of scale 2 "
                "and offset -1 behind it."
            ),
        ],
    ),
    "softmax before CTC": (
        chain(PIXELS, SCALE, dense("o", 10, activation="softmax"), loss("l", "digit", "ctc")),
        [
            (
                "E_LOSS_TARGET Loss 'l': CTC loss cannot compare with 'digit', which is a class of 10. Use softmax "
                "cross-entropy with one unit a class."
            ),
        ],
    ),
    "areas without probabilities": (
        chain(PIXELS, SCALE, dense("o", 10), loss("l", "digit", "dice", class_weight="balanced")),
        [
            (
                "E_LAST_ACTIVATION Loss 'l': Dice loss needs probabilities of the classes, which softmax gives; "
                "Linear 'o' ends in linear. Set its activation to softmax."
            ),
            (
                "E_WEIGHTS Loss 'l': Dice loss has one value for the whole batch, so rows cannot be weighed. Let all "
                "count alike."
            ),
        ],
    ),
    "per cent of zero": (
        chain(PIXELS, SCALE, dense("o", 64), loss("l", "pixels", "mean_absolute_percentage_error")),
        [
            (
                "W_LOSS_DIVIDES Loss 'l': mean absolute percentage error divides by the target, and 'pixels' goes "
                "from 0 to 16; near zero it explodes. Mean absolute error does not divide."
            ),
        ],
    ),
    "metrics that do not go with the target": (
        chain(PIXELS, SCALE, SCORES, loss("l", metrics=["accuracy", "iou", "auc_roc", "mae"])),
        [
            (
                "E_METRIC Loss 'l': IoU does not go with 'digit', which is told by an output for each class. Take "
                "it off the list."
            ),
            (
                "E_METRIC Loss 'l': AUC (ROC) does not go with 'digit', which comes as logits of several classes; "
                "a last softmax and from_logits off give what can be compared. Take it off the list."
            ),
            "E_METRIC Loss 'l': MAE does not go with 'digit', which comes as logits. Take it off the list.",
        ],
    ),
    "more of the top than there are classes": (
        chain(PIXELS, SCALE, SCORES, loss("l", metrics=["top_k"], k=11)),
        [
            (
                "E_METRIC Loss 'l': Top-k accuracy does not go with 'digit', which has 10 classes, and k is 11. "
                "Take it off the list."
            ),
        ],
    ),
    "weights for other classes": (
        chain(PIXELS, SCALE, SCORES, loss("l", class_weight="given", class_weights=[1, 2])),
        [
            "E_WEIGHTS Loss 'l': 'digit' has 10 classes; received 2 weights. Give one weight for each class.",
        ],
    ),
    "weights for no class, and of rows that are images": (
        chain(
            PIXELS, SCALE, dense("o", 64), loss("l", "pixels", "huber", class_weight="balanced", sample_weight="image")
        ),
        [
            "E_WEIGHTS Loss 'l' has weights for classes, and 'pixels' is no class. Let all count alike.",
            ("E_WEIGHTS Loss 'l' weighs rows by the field 'image', which holds no number for each row. Choose none."),
        ],
    ),
    "all at once": (
        graph(
            [PIXELS, dense("hidden", 0), SCORES, node("sum", "Add"), loss("l", "none")],
            [wire("pixels", "hidden"), wire("hidden", "scores"), wire("scores", "sum")],
            training={"settings": {"epochs": 0}},
        ),
        [
            "E_BOUNDS Training: epochs must be at least 1; received 0.",
            "E_BOUNDS Linear 'hidden': units must be at least 1; received 0.",
            "E_INPUTS Loss 'l' has nothing on its input. Wire an output to it, or delete it.",
            "E_INPUTS Add 'sum' needs at least 2 inputs; received 1. Wire another branch to it, or delete it.",
        ],
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_fault_is_told_once_in_these_words(name: str) -> None:
    document, messages = MESSAGES[name]
    assert told(document) == messages


def test_every_code_of_the_library_is_told_of_above() -> None:
    assert codes() == {message.split()[0] for _, messages in MESSAGES.values() for message in messages}


def test_the_facts_of_every_kind_are_plain_values() -> None:
    found = [one for document, _ in MESSAGES.values() for one in check(document).diagnostics]
    assert json.loads(json.dumps([one.facts for one in found], allow_nan=False))
    (loose,) = check(MESSAGES["a loose end"][0]).diagnostics
    assert loose.facts == {"who": "Linear 'hidden'"}
    (misfit,) = check(MESSAGES["slopes shared over no image"][0]).diagnostics
    assert (misfit.facts["who"], misfit.facts["came"]) == ("PReLU 'p'", (64,))


QUIET: dict[str, Document] = {
    "softmax at every place, averaged": chain(
        IMAGE, SCALE, SHARES, node("gap", "GlobalAveragePooling2D"), loss("digit", from_logits=False)
    ),
    "the largest of probabilities at every place, laid out": chain(
        IMAGE, SCALE, SHARES, node("up", "UpSampling2D", interpolation="bilinear"), node("drop", "Activation",
        activation="relu"), node("max", "MaxPooling2D", pool_size=[12, 12]), node("flat", "Flatten"),
        loss("digit", from_logits=False),
    ),
    "a linear activation behind softmax": chain(
        PIXELS, SCALE, dense("scores", 10, activation="softmax"), node("a", "Activation", activation="linear"),
        loss("digit", from_logits=False),
    ),
    "tanh moved to 0 to 1": chain(
        node("in", "Input", field="point"), dense("one", 1, activation="tanh"),
        node("half", "Rescaling", scale=0.5, offset=0.5),
        loss("class", "class", "binary_crossentropy", from_logits=False), data="circles",
    ),
    "a sigmoid that is brought to its target": chain(
        PIXELS, SCALE, dense("out", 64, activation="sigmoid"), node("wide", "Rescaling", scale=16.0),
        loss("l", "pixels", "mean_squared_error"),
    ),
    "a unit for each channel of an image of one place": chain(
        IMAGE, SCALE, node("gap", "GlobalAveragePooling2D", keepdims=True), dense("hidden", 8, activation="relu"),
        node("flat", "Flatten"), SCORES, DIGIT,
    ),
    "probabilities past a leaky bend": chain(
        PIXELS, SCALE, SHARED, node("bend", "LeakyReLU"), node("slope", "PReLU"), loss("digit", from_logits=False)
    ),
    "the mean of two softmaxes": added(
        "softmax", "softmax", node("half", "Rescaling", scale=0.5), loss("digit", from_logits=False)
    ),
    "gammas of zeros before weights": chain(
        PIXELS, SCALE, RELU, node("bn", "BatchNormalization", gamma_initializer="zeros"), SCORES, DIGIT
    ),
    "a linear bottleneck past a mean": chain(
        IMAGE, SCALE, node("c1", "Conv2D", filters=8), node("gap", "GlobalAveragePooling2D"), SCORES, DIGIT
    ),
    "a linear bottleneck": chain(PIXELS, SCALE, dense("narrow", 4), SCORES, DIGIT),
    "a last kernel of zeros": chain(PIXELS, SCALE, RELU, dense("scores", 10, kernel_initializer="zeros"), DIGIT),
    "zeros and ones that are no kernel": chain(
        PIXELS, SCALE, dense("h", 32, bias_initializer="ones"), node("bn", "BatchNormalization"), node("p", "PReLU"),
        SCORES, DIGIT,
    ),
    "a branch that starts with zeros and is added": graph(
        [IMAGE, SCALE, node("a", "Conv2D", filters=1, padding="same", kernel_initializer="zeros"), node("sum", "Add"),
         node("flat", "Flatten"), SCORES, DIGIT],
        [wire(*pair) for pair in (("image", "scale"), ("scale", "a"), ("scale", "sum"), ("a", "sum"), ("sum", "flat"),
                                  ("flat", "scores"), ("scores", "digit"))],
    ),
    "a last batch of two before batch normalization": chain(
        *NORMED, data="iris", training={"settings": {"batch_size": 44}}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_nothing_is_said_of_what_is_right(name: str) -> None:
    assert told(QUIET[name]) == []


def test_a_diagnostic_names_its_node_and_its_parameter() -> None:
    found = check(chain(PIXELS, SCALE, dense("hidden", 0), SCORES, DIGIT)).diagnostics
    assert found == (
        OutOfBounds(
            who="Linear 'hidden'",
            name="units",
            must=Phrase("must be at least {low}; received {received}", low=1, received=0),
            nodes=("hidden",),
            parameter="units",
            repairs=(SetParameter("units", 1),),
        ),
    )


def test_why_nothing_passes_is_words_with_places_and_what_stands_in_them() -> None:
    (found,) = check(chain(PIXELS, node("scale", "Rescaling", scale=0.0, offset=1.0), SCORES, DIGIT)).diagnostics
    says = "multiplies by 0: it gives {gives:g} whatever comes in"
    assert found.facts == {"who": "Rescaling 'scale'", "says": says, "gives": 1.0, "name": "scale", "value": 0.0625}


def test_operators_that_are_equal_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    alike = [dense(f"d{place}", 64, activation="relu") for place in range(20)]
    document = chain(PIXELS, SCALE, *alike, dense("other", 64, activation="tanh"), SCORES, DIGIT)
    asked = []
    shape_of = OPERATORS["Dense"].output_shape
    monkeypatch.setattr(OPERATORS["Dense"], "output_shape", lambda *told: asked.append(1) or shape_of(*told))
    report = check(document)
    assert report.diagnostics == () and len(asked) == 3
    assert report.parameters == 21 * (64 * 64 + 64) + 650 and not report.facts["d3"].is_per_step


def test_a_warning_keeps_nothing_from_training() -> None:
    report = check(chain(PIXELS, SCORES, DIGIT))
    assert (len(report.errors), len(report.warnings)) == (0, 1)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_need_says_what_training_needs_up_to_its_first_stop(name: str) -> None:
    report = check(MESSAGES[name][0])
    assert all(found.message.startswith("Training needs ") for found in report.needs)
    assert needed_by_training(report) in ("", "a Loss", "data", "a Loss and data", "weights")


def test_a_network_without_data_and_loss_is_right_as_an_architecture() -> None:
    report = check(chain(TYPED, node("flat", "Flatten"), SCORES, data=""))
    assert (report.errors, report.against_code) == ((), ())
    assert state_of(report) == "No faults · training needs a Loss and data"
    with pytest.raises(NotReady, match=r"^Training needs a Loss\. .* There is 1 thing more\.$"):
        plan(report)


def test_before_data_are_chosen_no_size_is_a_fault_and_afterwards_one_of_training_alone() -> None:
    huge = [dense("huge", 10**9, activation="relu"), SCORES]
    assert check(chain(TYPED, node("flat", "Flatten"), *huge, data="")).errors == ()
    report = check(chain(PIXELS, SCALE, *huge, DIGIT))
    assert [found.code for found in report.errors] == ["E_TOO_BIG"]
    assert report.against_code == ()
    assert "units=1000000000" in to_python(code_plan(report))
    with pytest.raises(NotReady, match="too big"):
        plan(report)


def test_bounds_of_data_that_nothing_reads_keep_no_code() -> None:
    report = check(MESSAGES["no data, and a split that leaves nothing"][0])
    assert (len(report.errors), report.against_code) == (1, ())


@pytest.mark.parametrize("end", [SHARED, node("shares", "Conv2D", activation="softmax")], ids=["last", "laid out"])
def test_softmax_at_the_end_of_an_architecture_is_right(end: dict[str, Any]) -> None:
    way = [PIXELS, SCALE, end] if end is SHARED else [IMAGE, SCALE, end, node("flat", "Flatten")]
    assert [found.code for found in check(chain(*way)).diagnostics] == ["E_NO_LOSS"]


def test_what_training_lacks_keeps_no_code() -> None:
    typed = chain(TYPED, node("flat", "Flatten"), SCORES, DIGIT)
    rate = chain(PIXELS, SCALE, SCORES, training={"optimizer": "Adam", "options": {"learning_rate": -1.0}})
    epochs = chain(PIXELS, SCALE, SCORES, training={"settings": {"epochs": 0}})
    unknown = chain(PIXELS, SCALE, SCORES, training={"optimizer": "Sofia", "options": {}})
    for document in (typed, chain(PIXELS, SCALE, SCORES, node("l", "Loss")), rate, epochs, unknown):
        report = check(document)
        assert (len(report.errors), report.against_code) == (1, ())
        assert "load_data" not in to_python(code_plan(report))


def test_a_seed_that_cannot_be_keeps_all_code() -> None:
    report = check(chain(PIXELS, SCALE, SCORES, training={"settings": {"seed": -1}}))
    assert [found.parameter for found in report.against_code] == ["training.seed"]


@pytest.mark.parametrize("rows_and_size", [(33, 33), (97, 33), (100, 32), (20, 20)])
def test_a_batch_that_is_advised_leaves_no_single_sample(rows_and_size: tuple[int, int]) -> None:
    rows, size = rows_and_size
    assert batch_without_rest(rows, 32) == size


def test_the_largest_network_is_no_fault_of_the_picture() -> None:
    report = check(chain(PIXELS, SCALE, dense("huge", 10**9, activation="relu"), SCORES, DIGIT))
    assert "⚠" not in to_svg(report, in_detail=True)


HUGE = {
    "Dense": chain(PIXELS, SCALE, dense("huge", 10**9, activation="relu"), SCORES, DIGIT),
    "Conv2D": chain(IMAGE, SCALE, node("huge", "Conv2D", filters=10**6), node("flat", "Flatten"), SCORES, DIGIT),
    "Flatten": chain(
        IMAGE, SCALE, node("up", "UpSampling2D", size=[1000, 1000]), node("f", "Flatten"), dense("huge"), DIGIT
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_R1_a_network_too_big_is_refused_with_numbers_and_takes_no_memory(name: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    (fault,) = check(HUGE[name]).errors
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000
    assert (fault.code, fault.nodes) == ("E_TOO_BIG", ("up",) if name == "Flatten" else ("huge",))
    assert re.search(r"about [0-9,]+ MB, and 4,000 MB are allowed; this node alone has [0-9,]+ parameters", fault.text)


def test_R4_an_optimizer_works_on_a_few_layers_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphbuilder.memory._IN_FLIGHT", 8)
    layers = [dense(f"d{n}", 1_000) for n in range(81)]

    def copies(optimizer: str, **options: Any) -> float:
        training = {"optimizer": optimizer, "options": options}
        report = check(chain(PIXELS, SCALE, *layers, SCORES, DIGIT, training=training))
        return estimate(report.document, report.facts).total / (4 * report.parameters)

    # of 1.1 × (weights and slots), and of a tenth of gradients and work; what is fixed is as much as 0.835 copies
    found = [copies(name) / 1.1 - 0.835 for name in ("Adam", "RMSprop", "SGD")]
    assert found == pytest.approx([3.3, 2.4, 1.2], abs=0.03)
    more = [copies("Adam", amsgrad=True) - copies("Adam"), copies("RMSprop", momentum=0.5, centered=True)]
    assert more == pytest.approx([1.1, copies("RMSprop") + 2.2], abs=0.01)


def test_R4_a_batch_is_counted_with_no_more_rows_than_its_part_has() -> None:
    up, pool = node("up", "UpSampling2D", size=[80, 80]), node("p", "GlobalAveragePooling2D")
    whole = editing.set_training(chain(IMAGE, up, pool, SCORES, DIGIT), "batch_size", 10_000)
    found = []
    for validation, test in ((0.05, 0.85), (0.05, 0.05), (0.85, 0.05)):
        split = editing.set_split(editing.set_split(whole, "validation", validation), "test", test)
        found.append([one.code for one in check(split).errors])
    assert found == [[], ["E_TOO_BIG"], ["E_TOO_BIG"]]


def test_R1_the_largest_numbers_a_document_holds_are_worked_with() -> None:
    many = [dense(f"d{n}", 10**9) for n in range(30)]
    assert [d.code for d in check(chain(PIXELS, SCALE, *many, SCORES, DIGIT)).errors] == ["E_TOO_BIG"]


def grown(kind: str, count: int, **params: Any) -> Document:
    """A chain of operators, each of which gives several times what it receives."""
    merge = [wire(f"g{n}", f"g{n + 1}") for n in range(count - 1)]
    if kind == "Concatenate":  # of itself and a copy
        names = [name for n in range(count) for name in (f"c{n}", f"g{n}")]
        nodes = [node(name, "Concatenate" if name[0] == "g" else "Dropout") for name in names]
        before = ["flat", *(f"g{n}" for n in range(count - 1))]
        merge = [wire(b, f"{to}{n}") for n, b in enumerate(before) for to in "cg"]
        merge += [wire(f"c{n}", f"g{n}") for n in range(count)]
        first, end = [node("flat", "Flatten"), *nodes], []
        wires = [wire("image", "flat"), *merge, wire(f"g{count - 1}", "scores")]
    else:
        first, end = [node(f"g{n}", kind, **params) for n in range(count)], [node("gap", "GlobalAveragePooling2D")]
        wires = [wire("image", "g0"), *merge, wire(f"g{count - 1}", "gap"), wire("gap", "scores")]
    return graph([IMAGE, *first, *end, SCORES, DIGIT], [*wires, wire("scores", "digit")])


@given(st.integers(1, 80), st.integers(1, 1000))
@settings(max_examples=30)
def test_whatever_size_is_reached_it_is_told_in_words(count: int, times: int) -> None:
    for document in (grown("UpSampling2D", count, size=[times, times]), grown("Concatenate", count)):
        report = check(document)
        assert all(card["shape"] is not None for card in cards(level(report, "")).values())
        json.dumps(report_as_json(report))
        assert too_big_to_build(report.facts) or report.facts


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (999, "999"), (61_706, "61,706"), (1_240_000, "1.24 M"), (10**14, "100.00 T"), (10**15, "1.0 × 10^15"),
        (1_234 * 10**18, "1.2 × 10^21"), (10**30 - 1, "1.0 × 10^30"), (10**4000, "1.0 × 10^4000"),
    ],
)  # fmt: skip
def test_a_count_is_told_at_a_glance_however_large(number: int, words: str) -> None:
    assert large(number) == words


def test_a_card_shows_the_fault_that_is_not_only_unfinished() -> None:
    wires = [wire("pixels", "scale"), wire("scale", "scores"), wire("scores", "digit")]
    report = check(graph([PIXELS, SCALE, SCORES, DIGIT, dense("loose", 0)], wires))
    assert [(found.code, found.unfinished) for found in report.errors] == [("E_BOUNDS", False), ("E_INPUTS", True)]
    assert cards(level(report, ""))["loose"]["fault"]["code"] == "E_BOUNDS"


def test_the_network_in_figures_says_at_least_where_a_shape_is_not_known() -> None:
    assert in_figures(check(template("lenet"))) == {
        "nodes": "10",
        "parameters": "16,486",
        "multiply-adds": "94,536",
        "memory": "9.1 kB a sample",
        "memory to train": "103 MB",
        "data": "Handwritten digits",
        "loss": "Softmax CE → digit",
    }
    loose = in_figures(check(graph([TYPED, dense("loose")], [])))
    assert (loose["parameters"], loose["loss"]) == ("at least 0", "none yet")


def test_a_circle_of_operators_that_keep_values_is_told_of_and_ends() -> None:
    nodes = [IMAGE, node("a", "Dropout"), node("b", "Flatten"), node("c", "Concatenate")]
    wires = [wire("image", "c"), wire("c", "a"), wire("a", "b"), wire("b", "c")]
    assert [d.code for d in check(graph(nodes, wires)).diagnostics] == ["E_CYCLE", "E_NO_LOSS"]


# Whatever a document can hold


WHOLE = st.integers(-3, 12) | st.integers(-(10**12), 10**12)
NUMBER = st.floats(-2, 2) | st.floats(-1e300, 1e300)


def values_of(parameter: Parameter[Any]) -> st.SearchStrategy[Any]:
    given: st.SearchStrategy[Any] = any_value(parameter, WHOLE, NUMBER)
    return st.just(parameter.write(parameter.default)) | given


def any_params(declared: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: values_of(p) for name, p in declared.parameters.items()})


def wire_of(source: str, source_port: str, target: str, target_port: str) -> dict[str, str]:
    return {"from": source, "from_port": source_port, "to": target, "to_port": target_port}


@st.composite
def any_document(draw: st.DrawFn) -> Document:
    nodes = []
    for n in range(draw(st.integers(0, 9))):
        kind = draw(st.sampled_from([*OPERATORS, "Input", "Loss", "Quantum"]))
        nodes.append(node(f"n{n}", kind, **(draw(any_params(OPERATORS[kind])) if kind in OPERATORS else {})))
    made = [
        Node(id=one["id"], kind=kind, params=params_of(kind, one["params"]) if kind in OPERATORS else one["params"])
        for one in nodes
        for kind in (one["kind"],)
    ]
    sources = [(one.id, port.name) for one in made for port in output_ports(one) or [Port("out")] if one.kind != "Loss"]
    targets = [(one.id, port.name) for one in made for port in input_ports(one) or [Port("in")] if one.kind != "Input"]
    pairs = [(*source, *target) for source in sources for target in targets]
    wires = (
        [wire_of(*four) for four in draw(st.lists(st.sampled_from(pairs), max_size=14, unique=True))] if pairs else []
    )
    forward = draw(st.booleans())  # half of the graphs have no circle, so that shapes get far
    if forward:
        wires = [w for w in wires if int(w["from"][1:]) < int(w["to"][1:])]
    data = draw(st.sampled_from([*SOURCES, "nothing", ""]))
    optimizer = draw(st.sampled_from([*OPTIMIZERS, "Sofia"]))
    return graph(
        nodes,
        wires,
        data={
            "name": data,
            "options": draw(any_params(SOURCES[data])) if data in SOURCES else {},
            "split": draw(any_params(Split)),
        },
        training={
            "optimizer": optimizer,
            "options": draw(any_params(OPTIMIZERS[optimizer])) if optimizer in OPTIMIZERS else {},
            "settings": draw(any_params(Settings)),
        },
    )


@given(any_document())
@settings(max_examples=400)
def test_a_check_never_raises_and_names_only_what_is_there(document: Document) -> None:
    report = check(document)
    ids = {one.id for one in document.nodes}
    assert all(set(found.nodes) <= ids for found in report.diagnostics)
    assert all(found.message.endswith(".") for found in report.diagnostics)
    told_at = [(one.code, one.nodes, one.parameter, one.message) for one in report.errors if one.nodes]
    assert len(told_at) == len(set(told_at))


@given(any_document())
@settings(max_examples=200)
def test_a_network_without_faults_can_be_planned_and_printed(document: Document) -> None:
    report = check(document)
    if not report.against_code:
        compile(to_python(code_plan(report)), "model.py", "exec", dont_inherit=True)
    if not report.against_training:
        plan(report)


@given(any_document())
@settings(max_examples=200)
def test_the_sums_and_lines_of_every_node_can_be_told(document: Document) -> None:
    report = check(document)
    for id, operator in report.wired.operators.items():
        if operator:
            assert isinstance(operator.line(), str)
        if operator and id in report.facts:
            assert all(operator.worked(report.facts[id].inputs, report.facts[id].shape))


@pytest.mark.parametrize(
    "params",
    [{"kind": "Conv2D", "strides": [0, 0]}, {"kind": "EinsumDense", "equation": "...c,cd->...d", "sizes": []}],
    ids=["bounds of one", "bounds between two"],
)
def test_an_operator_out_of_its_bounds_and_without_an_input_is_told_of_both(params: dict[str, Any]) -> None:
    lone = graph([node("lone", **params)], [])
    assert {found.code for found in check(lone).diagnostics} >= {"E_BOUNDS", "E_NO_INPUT"}
