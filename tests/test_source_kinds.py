"""Kinds of scripts that people have: each is read as Keras makes it, or says in words what is not."""

import json

import pytest

from graphbuilder.document import Document, Node
from graphbuilder.importing.drawing import Drawn
from graphbuilder.importing.files import import_script
from graphbuilder.importing.source import code_of
from graphbuilder.optimizers import OPTIMIZERS
from tests.test_source import HEAD, drawn, kinds, told

OLD = "from keras.models import Sequential, Model\nfrom keras.layers import *\nfrom keras import backend as K\n"
TF = "import tensorflow as tf\nfrom tensorflow.keras import layers, Model, Input\n"


def all_nodes(document: Document) -> list[Node]:
    return [*document.nodes, *(node for block in document.blocks for node in block.nodes)]


# keras.applications


@pytest.mark.parametrize(
    ("made", "parameters"),
    [
        ("VGG16(weights=None)", 138_357_544),
        ("ResNet50(weights=None)", 25_636_712),
        ("MobileNetV2(weights=None)", 3_538_984),
        ("EfficientNetB0(weights=None)", 5_330_571),
        ("resnet_v2.ResNet50V2(include_top=False, input_shape=(64, 96, 3))", 23_564_800),
        ("VGG16(include_top=False, input_shape=[64, 64, 3], pooling='avg')", 14_714_688),
        ("MobileNet(alpha=0.5, weights=None, classes=7, input_shape=(96, 96, 3))", 833_127),
    ],
)
def test_a_network_of_keras_comes_with_its_layers(made: str, parameters: int) -> None:
    came = drawn(f"from tensorflow import keras\nm = keras.applications.{made}\n")
    assert came.report.parameters == parameters
    assert not came.checked.errors and not came.report.placeholders


TRANSFER = (
    "from tensorflow.keras.applications.vgg16 import VGG16\n"
    "from tensorflow.keras import layers, Model, Sequential, Input\n"
    "base = VGG16(include_top=False, input_shape=(32, 32, 3))\n"
)


def test_what_is_built_on_a_network_of_keras_goes_on_from_its_layers() -> None:
    came = drawn(
        TRANSFER + "base.trainable = False\nx = layers.Flatten()(base.output)\n"
        "model = Model(base.input, layers.Dense(5)(x))\n"
    )
    assert kinds(came) == "Conv2D:13 Dense:1 Flatten:1 Input:1 MaxPooling2D:5"
    assert {node.frozen for node in came.document.nodes if node.kind == "Conv2D"} == {True}
    assert told(came) == [
        "line 3: VGG16 of keras.applications does not stand in the script; its layers are those of the Keras here.",
        "line 3: VGG16 begins with weights that are not in the script; they are drawn anew.",
    ]


def test_a_network_of_keras_may_be_a_layer_of_another() -> None:
    came = drawn(TRANSFER + "model = Sequential([base, layers.Flatten(), layers.Dense(5)])\n")
    assert [node.label for node in came.document.nodes] == ["vgg16_input", "vgg16", "flatten", "dense"]
    assert came.report.parameters == 14_714_688 + 512 * 5 + 5


@pytest.mark.parametrize(
    ("cut", "wanted"),
    [
        ("base.layers[-2].output", "Conv2D:13 Input:1 MaxPooling2D:4"),
        ("base.get_layer('block1_conv2').output", "Conv2D:2 Input:1"),
        ("base.layers[3].output", "Conv2D:2 Input:1 MaxPooling2D:1"),
    ],
)
def test_a_network_is_cut_where_a_layer_is_named_or_counted(cut: str, wanted: str) -> None:
    assert kinds(drawn(TRANSFER + f"model = Model(inputs=base.input, outputs={cut})\n")) == wanted


def test_layers_are_counted_as_keras_counts_them() -> None:
    """A branch that is nearer to the outputs stands later, though it was made earlier."""
    came = drawn(
        HEAD + "i = keras.Input((4,))\na = layers.Dense(1, name='a')(i)\nb = layers.Dense(2, name='b')(i)\n"
        "c = layers.Dense(1, name='c')(b)\nm = keras.Model(i, layers.Add()([a, c]))\n"
        "n = keras.Model(i, layers.Dense(3, name=m.layers[1].name + m.layers[2].name + m.layers[3].name)(c))\n"
        "n.compile()\n"
    )
    assert [node.label for node in came.document.nodes][-1] == "bac"


def test_some_layers_are_frozen_by_their_place() -> None:
    came = drawn(
        TRANSFER + "for one in base.layers[:4]:\n  one.trainable = False\n"
        "model = Model(base.input, layers.Flatten()(base.output))\n"
    )
    frozen = [node.label for node in came.document.nodes if node.frozen]
    assert frozen == ["block1_conv1", "block1_conv2"]


# Python that is not quite Python 3


def test_python_2_is_read_as_it_was() -> None:
    came = drawn(
        OLD + "print 'begins', 3\nn = 7 / 2\nm = Sequential()\nm.add(Dense(n, input_shape=(010,)))\n"
        "try:\n  m.add(Dense(2))\nexcept Exception, e:\n  print >>log, e\nif n <> 3: print 'no'\n"
        "raise ValueError, 'x'\n"
    )
    assert came.report.parameters == 8 * 3 + 3 + 3 * 2 + 2
    assert told(came) == []


def test_a_line_that_is_broken_is_left_out_and_named() -> None:
    came = drawn(
        HEAD + "m = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\nm.fit(x, y,, 3)\nm.add(layers.Dense(3))\n"
    )
    assert kinds(came) == "Dense:2 Input:1"
    assert told(came) == ["line 4: This is no Python that can be read (invalid syntax); it was left out."]


def test_a_function_whose_body_was_cut_off_leaves_the_rest() -> None:
    came = drawn(HEAD + "m = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\ndef call(x):\n")
    assert kinds(came) == "Dense:1 Input:1"


def test_tabs_among_spaces_are_eight_of_them() -> None:
    came = drawn(
        HEAD + "def make():\n        m = keras.Sequential()\n\tm.add(keras.Input((4,)))\n"
        "\tm.add(layers.Dense(2))\n\treturn m\n"
    )
    assert kinds(came) == "Dense:1 Input:1"


def test_cells_of_other_languages_are_passed_over() -> None:
    cells = [
        "%%bash\nls | wc -l\nfor f in *; do",
        "%%time\n" + HEAD + "m = keras.Sequential([keras.Input((4,))])",
        "m.add?\n!ls\nm.add(layers.Dense(2))",
    ]
    notebook = {"cells": [{"cell_type": "code", "source": one} for one in cells]}
    came = import_script(code_of(json.dumps(notebook).encode())).drawn
    assert kinds(came) == "Dense:1 Input:1"
    assert told(came) == []


# Classes, functions and rows


def test_a_class_builds_by_a_method_of_its_own() -> None:
    came = drawn(
        OLD + "class Net(object):\n  @staticmethod\n  def build(width=8, depth=3, classes=4):\n    m = Sequential()\n"
        "    m.add(Conv2D(2, 3, input_shape=(width, width, depth)))\n    m.add(Flatten())\n    m.add(Dense(classes))\n"
        "    return m\n"
    )
    assert came.report.parameters == 56 + 72 * 4 + 4


def test_a_function_of_values_is_a_network_where_there_is_no_other() -> None:
    came = drawn(
        HEAD + "def block(x, filters=3):\n  y = layers.Dense(filters)(x)\n  return layers.Concatenate()([x, y])\n"
    )
    assert kinds(came) == "Concatenate:1 Dense:1 Input:1"


def test_a_layer_is_a_network_where_there_is_no_other() -> None:
    came = drawn(
        HEAD + "class Gate(layers.Layer):\n  def __init__(self, units=3):\n    super().__init__()\n"
        "    self.d = layers.Dense(units, activation='sigmoid')\n  def call(self, x):\n    return x * self.d(x)\n"
    )
    assert kinds(came) == "Dense:1 Input:1 Multiply:1"


def test_a_model_whose_name_was_given_to_another_is_not_the_one() -> None:
    came = drawn(
        HEAD + "m = keras.Sequential([keras.Input((4,)), layers.Dense(2), layers.Dense(2)])\n"
        "m = keras.Sequential([keras.Input((4,)), layers.Dense(9)])\n"
    )
    assert came.report.parameters == 45


def test_a_lambda_in_a_row_is_what_it_does() -> None:
    came = drawn(
        OLD + "m = Sequential()\nm.add(Lambda(lambda x, by: x / by - 1., arguments={'by': 2.}, "
        "input_shape=(4, 4, 3)))\nm.add(Flatten())\n"
    )
    assert kinds(came) == "Flatten:1 Input:1 Rescaling:2"


def test_rows_that_begin_with_models_have_an_input_each() -> None:
    came = drawn(
        OLD + "a = Sequential()\na.add(Dense(3, input_dim=4))\nb = Sequential()\nb.add(Dense(2, input_dim=5))\n"
        "m = Sequential()\nm.add(Merge([a, b], mode='concat'))\nm.add(Dense(1))\n"
    )
    assert came.report.parameters == 15 + 12 + 6
    assert kinds(came) == "Concatenate:1 Dense:3 Input:2"


def test_parts_are_composed_by_a_function_that_stands_elsewhere() -> None:
    came = drawn(
        OLD + "from utils import compose\ndef conv(n):\n  return compose(Conv2D(n, 3), BatchNormalization())\n"
        "def body(x):\n  return compose(conv(2), conv(3))(x)\ni = Input((9, 9, 1))\nm = Model(i, body(i))\n"
    )
    assert kinds(came) == "BatchNormalization:2 Conv2D:2 Input:1"
    assert "utils.compose stands elsewhere; it is taken to apply its parts" in told(came)[0]


def test_sizes_of_tensorflow_1_have_a_value() -> None:
    came = drawn(TF + "i = Input((6,))\nm = Model(i, layers.Dense(i.shape[1].value // 2)(i))\n")
    assert came.report.parameters == 21


# What is done with values


def test_numbers_that_are_drawn_are_noise_in_training() -> None:
    came = drawn(
        TF + "i = Input((6,))\nmean = layers.Dense(2)(i)\nspread = layers.Dense(2)(i)\n"
        "e = tf.random.normal(shape=tf.shape(mean))\nm = Model(i, mean + tf.exp(0.5 * spread) * e)\n"
    )
    assert kinds(came) == "Add:1 Dense:2 Elementwise:1 GaussianNoise:1 Input:1 Multiply:1 Rescaling:2"
    assert (
        "line 6: tf.random.normal(shape=tf.shape(mean)) draws numbers at random; here it does so in training alone."
        in told(came)
    )
    assert not came.checked.errors


def test_patches_side_by_side_are_turned_into_rows() -> None:
    came = drawn(
        TF + "i = Input((6, 8, 3))\np = tf.image.extract_patches(images=i, sizes=[1, 2, 2, 1], "
        "strides=[1, 2, 2, 1], rates=[1, 1, 1, 1], padding='VALID')\n"
        "m = Model(i, layers.Reshape((-1, p.shape[-1]))(p))\n"
    )
    assert kinds(came) == "Input:1 Permute:1 Reshape:3"
    assert not came.checked.errors


@pytest.mark.parametrize(
    ("einsum", "shapes", "wanted"),
    [
        ("bhqd,bhkd->bhqk", "(2, 3, 5), (2, 4, 5)", (2, 3, 4)),
        ("bqhd,bkhd->bhqk", "(3, 2, 5), (4, 2, 5)", (2, 3, 4)),
        ("bhqk,bkhd->bqhd", "(2, 3, 4), (4, 2, 5)", (3, 2, 5)),
    ],
)
def test_an_einsum_of_two_is_its_operator(einsum: str, shapes: str, wanted: tuple[int, ...]) -> None:
    came = drawn(TF + f"a, b = map(Input, [{shapes}])\nm = Model([a, b], tf.einsum('{einsum}', a, b))\n")
    assert kinds(came) == "Einsum:1 Input:2"
    assert not came.checked.errors and not came.report.placeholders
    (last,) = (one.id for one in came.document.nodes if one.kind == "Einsum")
    assert came.checked.facts[last].shape == wanted


def test_products_along_axes_that_are_named() -> None:
    came = drawn(
        OLD + "a = Input((3, 5))\nb = Input((4, 5))\nm = Model([a, b], "
        "Lambda(lambda x: K.batch_dot(x[0], x[1], axes=[2, 2]))([a, b]))\n"
    )
    assert kinds(came) == "Dot:1 Input:2"
    assert not came.checked.errors


def test_axes_are_turned_as_a_matrix_is() -> None:
    came = drawn(TF + "i = Input((3, 5))\nm = Model(i, tf.linalg.matrix_transpose(i))\n")
    assert kinds(came) == "Input:1 Permute:1"


def test_a_shape_may_stand_in_the_layer_that_is_wrapped() -> None:
    came = drawn(
        OLD + "import numpy as np\nx = np.array([1, 3.1, 4])\nn = x.shape[0]\n"
        "m = Sequential([Bidirectional(LSTM(2, input_shape=(n, 1))), RepeatVector(n)])\n"
    )
    assert came.report.parameters == 2 * 4 * (2 * (1 + 2) + 2)
    assert not came.checked.errors


def test_words_in_capitals_and_amounts_that_are_whole_are_read() -> None:
    came = drawn(HEAD + "m = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(128 / 32, 3., padding='SAME')])\n")
    (conv,) = (node for node in came.document.nodes if node.kind == "Conv2D")
    assert (conv.params["filters"], conv.params["padding"]) == (4, "same")
    assert not came.checked.errors


# Data


@pytest.mark.parametrize(
    ("prepared", "shape"),
    [
        ("x = x.reshape(-1, 784).astype('float32') / 255.", (784,)),
        ("x = np.expand_dims(x, -1)", (28, 28, 1)),
        ("x = x[..., np.newaxis][:100]", (28, 28, 1)),
        ("x = x[5:, :14]\nx /= 255", (14, 28)),
        ("x, v, y, w = train_test_split(x, y, test_size=0.2)", (28, 28)),
        ("x = scaler.fit_transform(np.concatenate([x, z], axis=0))", (28, 28)),
    ],
)
def test_data_sets_of_keras_have_their_shapes(prepared: str, shape: tuple[int, ...]) -> None:
    came = drawn(
        HEAD + "import numpy as np\nfrom sklearn.model_selection import train_test_split\n"
        f"(x, y), (z, w) = keras.datasets.mnist.load_data()\n{prepared}\n"
        "m = keras.Sequential([keras.Input(x.shape[1:]), layers.Flatten(), layers.Dense(len(np.unique(y)))])\n"
    )
    (begins,) = (node for node in came.document.nodes if node.kind == "Input")
    assert begins.params["shape"] == shape
    assert came.report.parameters == 10 * _size(shape) + 10
    assert told(came) == []


def _size(shape: tuple[int, ...]) -> int:
    return shape[0] * _size(shape[1:]) if shape else 1


def test_a_network_without_a_shape_has_that_of_the_data_that_it_is_trained_on() -> None:
    came = drawn(
        HEAD + "from sklearn.datasets import load_iris\nfrom keras.utils import to_categorical\n"
        "x, y = load_iris(return_X_y=True)\ny = to_categorical(y)\n"
        "m = keras.Sequential([layers.Dense(8), layers.Dense(y.shape[1])])\nm.compile()\nm.fit(x, y)\n"
    )
    assert came.report.parameters == 40 + 27


def test_what_is_asked_of_the_order_of_axes_is_answered_by_channels_last() -> None:
    came = drawn(
        HEAD + "from config import ORDER\nshape = (8, 8, 3)\nif ORDER == 'channels_first':\n  shape = (3, 8, 8)\n"
        "m = keras.Sequential([keras.Input(shape), layers.Conv2D(2, 3)])\n"
    )
    assert came.report.parameters == 56


def test_the_larger_of_a_value_and_a_number() -> None:
    came = drawn(OLD + "i = Input((4,))\nm = Model(i, K.sqrt(K.maximum(i, K.epsilon())))\n")
    assert kinds(came) == "Activation:1 Elementwise:1 Input:1 Rescaling:2"
    assert not came.checked.errors


# Keras 1, and what is left out of a script


def test_pictures_of_theano_enter_with_their_channels_last() -> None:
    came = drawn(
        OLD + "i = Input((3, 32, 32))\nx = Convolution2D(4, 3, 3, border_mode='same')(i)\nx = MaxPooling2D()(x)\n"
        "x = BatchNormalization(axis=1)(x)\nx = Convolution2D(x._shape[1].value, 1, 1)(x)\n"
        "m = Model(input=i, output=x)\n"
    )
    assert came.report.parameters == 112 + 16 + 20
    (begins,) = (node for node in came.document.nodes if node.kind == "Input")
    assert begins.params["shape"] == (32, 32, 3)


def test_windows_of_keras_1_have_their_sides_apart() -> None:
    came = drawn(
        OLD + "m = Sequential()\nm.add(Conv2D(4, 3, 5, subsample=(2, 2), input_shape=(9, 9, 2)))\n"
        "m.add(SeparableConvolution2D(6, 2, 2))\nm.add(Deconvolution2D(1, 2, 2, output_shape=(None, 4, 2, 1)))\n"
    )
    assert [node.params.get("kernel_size") for node in came.document.nodes[1:]] == [(3, 5), (2, 2), (2, 2)]
    assert not came.checked.errors


@pytest.mark.parametrize(
    ("begins", "biases"),
    [("from keras.layers.recurrent import GRU\n", 1), ("from keras.engine.topology import Layer\n", 1),
     ("from keras.engine import topology\n", 1), ("from keras.layers.recurrent import *\n", 1), ("", 2)],
)  # fmt: skip
def test_a_gru_of_keras_2_forgets_before_its_product_and_has_one_bias(begins: str, biases: int) -> None:
    came = drawn(begins + OLD + "m = Sequential([GRU(5, input_shape=(7, 3)), Dense(1)])\n")
    assert came.report.parameters == 3 * (5 * (5 + 3) + biases * 5) + 6
    assert [node.params.get("reset_after", True) for node in came.document.nodes if node.kind == "GRU"] == [biases == 2]


def test_names_that_are_imported_nowhere_are_of_keras_where_it_has_them() -> None:
    came = drawn(
        "base = VGG16(include_top=False, input_tensor=Input(shape=(32, 32, 3)))\n"
        "x = Dense(2, activation='softmax')(Flatten()(base.output))\nmodel = Model(inputs=base.input, outputs=x)\n"
    )
    assert came.report.parameters == 14_714_688 + 1026
    assert "line 1: VGG16 is imported nowhere; it, and others like it, are taken to be of Keras." in told(came)


def test_names_of_the_package_that_a_module_of_keras_stands_in() -> None:
    came = drawn(
        "from ..layers import Input, Dense, merge\nfrom ..models import Model\nfrom .own import Strange\n"
        "i = Input((4,))\nm = Model(i, merge([Dense(3)(i), Dense(3)(i)], mode='sum'))\n"
    )
    assert kinds(came) == "Add:1 Dense:2 Input:1"


def test_functions_of_the_script_may_be_activations() -> None:
    came = drawn(
        OLD + "def relu6(x):\n  return K.relu(x, max_value=6)\ndef swish(x):\n  return x * K.sigmoid(x)\n"
        "m = Sequential([Dense(3, activation=swish, input_shape=(4,)), Activation(relu6), Dense(2)])\n"
    )
    assert kinds(came) == "Activation:1 Dense:2 Input:1 Multiply:1 ReLU:1"
    assert told(came) == []


def test_records_hold_what_a_network_is_made_of() -> None:
    came = drawn(
        HEAD + "import collections\nfrom dataclasses import dataclass\n"
        "Sizes = collections.namedtuple('Sizes', ['units', 'depth'])\n@dataclass\nclass Rates:\n  drop: float = 0.5\n"
        "def make(sizes, rates):\n  m = keras.Sequential([keras.Input((4,))])\n  for _ in range(sizes.depth):\n"
        "    m.add(layers.Dense(sizes.units))\n  m.add(layers.Dropout(rates.drop))\n  return m\n"
        "m = make(Sizes(7, depth=3), Rates(drop=0.25))\n"
    )
    assert came.report.parameters == 35 + 56 + 56
    (drop,) = (node for node in came.document.nodes if node.kind == "Dropout")
    assert drop.params["rate"] == 0.25


# classes of models, as they are trained

CLASS = TF + "class Net(Model):\n  def __init__(self):\n    super().__init__()\n"


@pytest.mark.parametrize(
    ("head", "made"),
    [("x, training=False", "Net()"), ("x, training", "Net()"), ("x, mask=None, training=None", "Net()")],
)
def test_what_is_done_in_training_alone_is_there(head: str, made: str) -> None:
    came = drawn(
        CLASS + f"    self.d, self.drop = layers.Dense(3), layers.Dropout(0.5)\n  def call(self, {head}):\n"
        "    x = self.d(x)\n    if training:\n      x = self.drop(x, training=training)\n"
        "    return tf.nn.dropout(x, rate=0.1) if training else x\n"
        f"m = {made}\nm.build((None, 4))\nm.compile('sgd', 'mse')\n"
    )
    assert kinds(came) == "Dense:1 Dropout:2 Input:1 Loss:1"
    assert told(came) == []


def test_training_that_is_told_to_be_false_is() -> None:
    came = drawn(
        CLASS + "    self.d = layers.Dense(3)\n  def call(self, x, training=True):\n    x = self.d(x)\n"
        "    return layers.Dropout(0.5)(x) if training else x\n"
        "i = Input((4,))\nm = Model(i, Net()(i, training=False))\n"
    )
    assert kinds(came) == "Dense:1 Input:1"


PAIR = CLASS + "    self.one, self.two = layers.Dense(3), layers.Dense(5)\n"


@pytest.mark.parametrize(
    "fed",
    [
        "m.fit((a[:, :4], a[:, 2:]), y)",
        "m.fit([a[:, :4], a[:, 2:]], y, epochs=3)",
        "m.build([(None, 4), (None, 6)])",
    ],
)
def test_a_class_whose_call_takes_several_values_apart_has_as_many_inputs(fed: str) -> None:
    came = drawn(
        PAIR + "  def call(self, given):\n    wide, deep = given\n"
        "    return layers.concatenate([self.one(wide), self.two(deep)])\n"
        "from sklearn.datasets import fetch_california_housing\nd = fetch_california_housing()\n"
        f"a, y = d.data, d.target\nm = Net()\nm.compile('sgd', 'mse')\n{fed}\n"
    )
    assert kinds(came) == "Concatenate:1 Dense:2 Input:2 Loss:1"
    assert came.report.parameters == 4 * 3 + 3 + 6 * 5 + 5


def test_a_class_whose_call_names_its_values_has_one_input_for_each() -> None:
    came = drawn(
        PAIR + "  def call(self, given):\n"
        "    return layers.concatenate([self.one(given['a']), self.two(given['b']), given['a']])\nm = Net()\n"
    )
    assert kinds(came) == "Concatenate:1 Dense:2 Input:2"
    assert [message.code for message in came.report.messages] == ["E_INPUT", "E_INPUT"]


def test_a_class_whose_call_must_be_given_several_values_has_one_input_for_each() -> None:
    came = drawn(
        PAIR + "  def call(self, a, b, mask=None, training=False):\n"
        "    return layers.concatenate([self.one(a), self.two(b)])\nm = Net()\n"
    )
    assert kinds(came) == "Concatenate:1 Dense:2 Input:2"


# conditions


def test_a_row_or_a_layer_is_no_word() -> None:
    came = drawn(
        HEAD + "i = x = keras.Input((8, 8, 1))\nfor spec in [(4, 3), 'pool', (5, 1)]:\n"
        "  x = layers.MaxPooling2D()(x) if spec == 'pool' else layers.Conv2D(*spec)(x)\n"
        "act = layers.PReLU()\nx = layers.Activation(act)(x) if act == 'relu' else act(x)\nm = keras.Model(i, x)\n"
    )
    assert kinds(came) == "Conv2D:2 Input:1 MaxPooling2D:1 PReLU:1"


def test_a_choice_between_layers_that_is_not_known_is_told() -> None:
    came = drawn(
        HEAD + "import os\ni = keras.Input((4,))\n"
        "x = layers.Dense(3)(i) if os.environ.get('WIDE') else layers.Dense(2)(i)\nm = keras.Model(i, x)\n"
    )
    assert came.report.parameters == 15
    (message,) = came.report.messages
    assert message.text.endswith("is not known before the script runs; it is taken as true.")


# searches


def test_what_a_search_tries_out_begins_with_its_first() -> None:
    came = drawn(
        HEAD + "import keras_tuner\ndef build(hp):\n  m = keras.Sequential([keras.Input((4,))])\n"
        "  for n in range(hp.Int('depth', 2, 5)):\n"
        "    m.add(layers.Dense(hp.Int(f'units_{n}', min_value=8, max_value=64, step=8, default=16),\n"
        "      activation=hp.Choice('act', ['tanh', 'relu'])))\n"
        "  if hp.Boolean('drop', default=True):\n    m.add(layers.Dropout(hp.Float('rate', 0.1, 0.5)))\n"
        "  return m\nkeras_tuner.RandomSearch(build)\n"
    )
    assert kinds(came) == "Dense:2 Dropout:1 Input:1"
    assert came.report.parameters == 4 * 16 + 16 + 16 * 17
    assert {node.params["activation"] for node in came.document.nodes if node.kind == "Dense"} == {"tanh"}
    assert {message.code for message in came.report.messages} == {"W_TUNER"}


def test_a_space_of_hyperas_or_hyperopt_begins_with_its_first_or_least() -> None:
    came = drawn(
        "from keras.models import Sequential\nfrom keras.layers import Dense, Dropout\n"
        "from hyperas.distributions import choice, uniform\nfrom hyperopt import hp\n"
        "def create_model():\n    model = Sequential()\n    model.add(Dense({{choice([8, 16])}}, input_shape=(4,)))\n"
        "    model.add(Dropout({{uniform(0.25, 1)}}))\n    if {{choice(['two', 'three'])}} == 'three':\n"
        "        model.add(Dense(5))\n    model.add(Dense(hp.choice('units', [3, 6])))\n    return model\n"
    )
    assert [node.params.get("units", node.params.get("rate")) for node in came.document.nodes][1:] == [8, 0.25, 3]
    assert {message.code for message in came.report.messages} == {"W_TUNER"}
    assert len(came.report.messages) == 4


def test_a_search_of_optuna_begins_with_its_least() -> None:
    came = drawn(
        HEAD + "def objective(trial):\n  m = keras.Sequential([keras.Input((4,))])\n"
        "  m.add(layers.Dense(trial.suggest_int('u', 3, 9), trial.suggest_categorical('a', ['relu', 'tanh'])))\n"
        "  return m\nimport optuna\noptuna.create_study().optimize(objective)\n"
    )
    assert came.report.parameters == 15
    assert {message.code for message in came.report.messages} == {"W_TUNER"}


def test_a_model_may_keep_what_the_script_gives_it_and_a_layer_that_does_nothing_its_shape() -> None:
    came = drawn(
        OLD + "from keras.layers.core import Layer\nm = Sequential()\nm.add(Layer(input_shape=(4,)))\n"
        "m.rest = [Dense(3), Dense(2)]\nfor one in m.rest:\n  m.add(one)\n"
    )
    assert kinds(came) == "Activation:1 Dense:2 Input:1"
    assert came.report.parameters == 15 + 8
    assert told(came) == []


def test_pictures_of_theano_may_enter_by_any_layer() -> None:
    came = drawn(
        OLD + "m = Sequential()\nm.add(ZeroPadding2D((1, 1), input_shape=(3, 20, 30)))\n"
        "m.add(Convolution2D(8, 3, 3, activation='relu'))\nm.add(MaxPooling2D((2, 2), strides=(2, 2)))\n"
        "m.add(Flatten())\nm.add(Dense(5))\n"
    )
    assert came.report.parameters == 3 * 9 * 8 + 8 + 8 * 10 * 15 * 5 + 5
    assert came.document.nodes[0].params["shape"] == (20, 30, 3)


@pytest.mark.parametrize(
    ("made", "shape"),
    [
        ("tf.keras.utils.image_dataset_from_directory('d', image_size=(18, 20)).cache().prefetch(1)", (18, 20, 3)),
        ("G(rescale=1 / 255).flow_from_directory('d', target_size=(12, 14), color_mode='grayscale')", (12, 14, 1)),
        ("G().flow_from_dataframe(frame)", (256, 256, 3)),
    ],
)
def test_pictures_of_a_folder_tell_the_shape_of_what_is_trained_on_them(made: str, shape: tuple[int, ...]) -> None:
    came = drawn(
        TF + "from tensorflow.keras.preprocessing.image import ImageDataGenerator as G\n"
        f"m = tf.keras.Sequential([layers.Flatten(), layers.Dense(2)])\nm.compile('adam', 'mse')\nm.fit({made})\n"
    )
    assert came.document.nodes[0].params["shape"] == shape
    assert [one.code for one in came.report.messages] == (["W_GENERATOR"] if "rescale" in made else [])


def test_what_a_generator_does_to_its_pictures_is_told_once() -> None:
    came = drawn(
        OLD + "from keras.preprocessing.image import ImageDataGenerator\n"
        "one = ImageDataGenerator(rescale=1. / 255, shear_range=0.2, validation_split=0.2)\n"
        "two = ImageDataGenerator(rescale=1. / 255)\n"
        "m = Sequential([Dense(2, input_shape=(3,))])\n"
        "m.compile('adam', 'mse')\nm.fit_generator(one.flow_from_directory('d'), nb_epoch=7)\n"
    )
    (message,) = told(came)
    assert message.startswith("line 5: Its pictures are changed as they are read (rescale, shear_range), which")
    assert came.document.nodes[0].params["shape"] == (3,)


@pytest.mark.parametrize(
    ("told", "weights"),
    [
        ("class_weight={0: 1, 1: 5.5}", [1.0, 5.5]),
        ("class_weight={2: 3}", [1.0, 1.0, 3.0]),
        ("class_weight=dict(enumerate(measured))", None),
        ("class_weight={0: -1.0}", None),
        ("class_weight={'rare': 4}", None),
        ("class_weight={10**9: 4}", None),
    ],
)
def test_how_much_classes_count_in_fit_is_how_they_count_in_the_loss(told: str, weights: list[float] | None) -> None:
    came = drawn(
        HEAD + "m = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
        f"m.compile('adam', 'sparse_categorical_crossentropy')\nm.fit(x, y, {told})\n"
    )
    (loss,) = (node for node in came.document.nodes if node.kind == "Loss")
    assert loss.params.get("class_weight", "equal") == ("given" if weights else "equal")
    assert [*loss.params.get("class_weights", ())] == (weights or [])
    assert ("class_weight" in came.report.dropped) == (weights is None)


@pytest.mark.parametrize(("told", "epochs"), [("", 1), (", epochs=7", 7), (", 16, 4", 4), (", nb_epoch=3", 3)])
def test_fit_trains_for_one_epoch_unless_it_is_told(told: str, epochs: int) -> None:
    came = drawn(
        HEAD + "m = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
        f"m.compile('adam', 'mse')\nm.fit(x, y{told})\n"
    )
    assert came.document.training.settings["epochs"] == epochs


@pytest.mark.parametrize("name", [name for name, one in OPTIMIZERS.items() if one.keras == name])
def test_an_optimizer_by_its_name_is_that_one(name: str) -> None:
    for written in (name.lower(), name):
        came = drawn(
            HEAD + "m = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
            f"m.compile({written!r}, 'mse')\nm.fit(x, y)\n"
        )
        assert (came.document.training.optimizer, came.report.dropped) == (name, ())


@pytest.mark.parametrize(
    "told",
    ["keras.optimizers.LossScaleOptimizer(inner)", "keras.mixed_precision.LossScaleOptimizer(inner_optimizer=inner)"],
)
def test_an_optimizer_that_scales_the_loss_is_the_one_inside(told: str) -> None:
    came = drawn(
        HEAD + "m = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
        f"inner = keras.optimizers.RMSprop(0.05)\nm.compile({told}, 'mse')\nm.fit(x, y)\n"
    )
    assert (came.document.training.optimizer, came.document.training.options["learning_rate"]) == ("RMSprop", 0.05)


def test_of_a_schedule_whose_length_is_not_known_the_first_rate_stays() -> None:
    came = drawn(
        HEAD + "m = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
        "rate = keras.optimizers.schedules.ExponentialDecay(0.05, 100, 0.9)\n"
        "m.compile(keras.optimizers.Adam(rate), 'mse')\nm.fit(x, y, epochs=2)\n"
    )
    assert came.document.training.options["learning_rate"] == 0.05
    assert "schedule ExponentialDecay" in came.report.dropped


@pytest.mark.parametrize("by_name", [False, True])
def test_the_json_of_a_model_that_stands_in_a_script_is_the_model(by_name: bool) -> None:
    layer = {"class_name": "Dense", "config": {"name": "d", "units": 3, "batch_input_shape": [None, 4]}}
    text = json.dumps({"class_name": "Sequential", "config": [layer], "keras_version": "2.1.2"})
    given = f"text = {text!r}\nm = model_from_json(text)" if by_name else f"m = model_from_json({text!r})"
    came = drawn(f"from keras.models import model_from_json\n{given}\nm.load_weights('w.h5')\n")
    assert kinds(came) == "Dense:1 Input:1"
    assert came.report.parameters == 15
    assert len(told(came)) == 1


def test_merges_and_modules_that_are_imported_nowhere_are_of_keras() -> None:
    came = drawn("x = kl.Input((4,))\ny = add([kl.Dense(4)(x), x])\nm = km.Model(x, multiply([y, x]))\n")
    assert kinds(came) == "Add:1 Dense:1 Input:1 Multiply:1"


def test_one_size_of_a_reshape_that_is_not_known_follows_from_the_rest() -> None:
    came = drawn(OLD + "def net(n):\n  x = Input((4, 6))\n  return Model(x, Reshape((3, n))(x))\n")
    (reshape,) = (node for node in came.document.nodes if node.kind == "Reshape")
    assert reshape.params["target_shape"] == (3, -1)
    assert told(came) == ["line 6: A size of Reshape 'reshape' is n; it follows from the rest."]


# What a script is set by

SETTINGS = {
    "the environment": (
        "import os\nn = int(os.environ.get('UNITS', '12'))\nmore = os.getenv('MORE', default=3)\n",
        ["n", "more"],
        [12, 3],
    ),
    "flags": (
        (
            "from absl import flags\nFLAGS = flags.FLAGS\nflags.DEFINE_integer('units', 12, 'how many')\n"
            "flags.DEFINE_list('sizes', default=['3', '4'], help='')\n"
        ),
        ["FLAGS.units", "int(FLAGS.sizes[1])"],
        [12, 4],
    ),
    "a data class": (
        (
            "from dataclasses import dataclass, field\n@dataclass\nclass Told:\n    units: int = 12\n"
            "    depth: int = 3\n"
            "    sizes: list = field(default_factory=lambda: [5, 6])\n    @classmethod\n    def small(cls, **over):\n"
            "        made = cls(units=7)\n        for name, value in over.items():\n"
            "            setattr(made, name, value)\n        return made\n"
            "told = Told.small(depth=2)\n"
        ),
        ["told.units", "told.depth", "told.sizes[1]", "Told().units"],
        [7, 2, 6, 12],
    ),
    "JSON and patterns": (
        (
            'import json\nspec = json.loads(\'[{"kind": "wide", "n": 9}, {"kind": "none"}, 4]\')\n'
            "def units(one):\n    match one:\n        case {'kind': 'wide', 'n': int(n)}:\n            return n\n"
            "        case int() as other:\n            return other\n        case rest:\n            return len(rest)\n"
        ),
        ["units(spec[0])", "units(spec[1])", "units(spec[2])"],
        [9, 1, 4],
    ),
}


@pytest.mark.parametrize("kind", SETTINGS)
def test_what_a_script_is_set_by_has_its_defaults(kind: str) -> None:
    before, asked, units = SETTINGS[kind]
    rows = "".join(f"m.add(layers.Dense({one}))\n" for one in asked)
    came = drawn(f"{TF}{before}m = tf.keras.Sequential([Input((2,))])\n{rows}")
    assert [one.params["units"] for one in came.document.nodes if one.kind == "Dense"] == units
    assert not any(message.loses for message in came.report.messages)


def test_a_model_that_is_called_on_data_once_has_their_shape() -> None:
    came = drawn(
        f"{TF}class Net(Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.out = layers.Dense(4)\n    def call(self, x):\n        return self.out(x)\n"
        "m = Net()\nm(tf.zeros((1, 6)))\n"
    )
    assert came.report.parameters == 7 * 4


# Conditions


def test_what_is_known_decides_a_condition_that_is_not_known_as_a_whole() -> None:
    came = drawn(
        f"{TF}x = Input((4, 3))\nrnn = layers.LSTM(5)\n"
        "if settings.attention and isinstance(rnn, layers.GRU):\n    y, state = rnn(x)\nelse:\n    y = rnn(x)\n"
        "if settings.wide or True:\n    y = layers.Dense(7)(y)\nm = Model(x, y)\n"
    )
    assert [one.kind for one in came.document.nodes][1:] == ["LSTM", "Dense"]
    assert not came.checked.errors and not came.report.messages


def test_a_layer_within_a_layer_is_told_the_shape_of_what_comes_in() -> None:
    came = drawn(
        f"{TF}class Heads(layers.Layer):\n    def __init__(self):\n        super().__init__()\n"
        "        self.dense = layers.Dense(8)\n    def call(self, inputs):\n        count = tf.shape(inputs)[0]\n"
        "        return tf.reshape(self.dense(inputs), (count, -1, 2, 4))\n"
        "class Part(layers.Layer):\n    def __init__(self):\n        super().__init__()\n        self.all = [Heads()]\n"
        "    def call(self, inputs):\n        return self.all[0](inputs)\n"
        "x = Input((6, 3))\nm = Model(x, Part()(layers.Dense(5)(x)))\n"
    )
    assert not came.checked.errors and not came.report.messages
    assert came.report.parameters == 4 * 5 + 6 * 8


FITTED = (
    "import keras\nfrom keras import layers\nm = keras.Sequential([keras.Input((4,)), layers.Dense(1, 'sigmoid')])\n"
    "m.compile(keras.optimizers.SGD(0.1), 'binary_crossentropy', METRICS)\n"
)


SPLIT = "from sklearn.model_selection import train_test_split\n"


def fitted(call: str, before: str = "", metrics: str = "None") -> Drawn:
    return drawn(FITTED.replace("METRICS", metrics) + before + "\n" + call)


@pytest.mark.parametrize(
    ("call", "share"),
    [
        ("m.fit(x, y, validation_split=0.02)", 0.02),
        ("m.fit(x, y, 32, 3, 1, None, 0.1)", 0.1),
        ("m.fit(x, y, epochs=3)", 0.2),
        ("m.fit(a, c, validation_data=(b, d))", 0.25),
    ],
)
def test_the_share_that_a_script_watches_training_by_comes_along(call: str, share: float) -> None:
    """A split made by `train_test_split` is one where its second part is what training is watched by."""
    came = fitted(call, f"{SPLIT}a, b, c, d = train_test_split(x, y, test_size=0.25)", "['accuracy']")
    assert came.document.data.split["validation"] == share
    assert not came.report.dropped
    says_so = [one.code for one in came.report.messages] == ["W_SPLIT"]
    assert says_so == (share in (0.02, 0.1)), "rows that were drawn are drawn here, too"


def test_a_large_share_for_watching_leaves_rows_to_train_on() -> None:
    came = fitted("m.fit(x, y, validation_split=0.8)")
    assert came.document.data.split["validation"] == 0.8
    assert came.document.data.split["test"] == 0.1
    assert fitted("m.fit(x, y, validation_split=0.95)").report.dropped == ("validation_split",)


@pytest.mark.parametrize(
    ("rates", "schedule"),
    [
        ("lambda epoch: 0.1 if epoch < 3 else 0.01", {"boundaries": (3,), "factor": 0.1}),
        ("lambda epoch: 0.1 * 0.5 ** epoch", {"decay_rate": 0.5, "every": 1.0, "staircase": True}),
        ("lambda epoch, rate: rate * 0.9", {"decay_rate": 0.9, "every": 1.0, "staircase": True}),
        ("lambda epoch: 0.1 / (1 + 0.5 * epoch)", {"decay_rate": 0.5, "every": 1.0, "staircase": True}),
    ],
)
def test_a_function_of_the_epoch_becomes_a_schedule(rates: str, schedule: dict[str, object]) -> None:
    came = fitted(f"m.fit(x, y, epochs=6, callbacks=[keras.callbacks.LearningRateScheduler({rates})])")
    assert dict(came.document.training.settings["schedule"].args) == schedule
    assert not came.report.dropped


def test_what_fit_is_told_and_has_no_place_is_named() -> None:
    """Nothing of how a script trains is left out in silence."""
    before = "class Own(keras.callbacks.Callback):\n  pass\n"
    told = "callbacks=[Own(), keras.callbacks.CSVLogger('a'), keras.callbacks.LearningRateScheduler(other)]"
    call = f"m.fit(x, y, epochs=args.epochs, shuffle=False, sample_weight=w, steps_per_epoch=100, {told})"
    came = fitted(call, before)
    assert came.report.dropped == (
        "callback Own", "callback LearningRateScheduler", "sample_weight of fit", "steps_per_epoch of fit",
        "shuffle=False of fit",
    )  # fmt: skip
    assert any("fit has epochs = args.epochs" in str(one) for one in came.report.messages)


@pytest.mark.parametrize(
    "data",
    [
        "ImageDataGenerator().flow_from_directory('a', target_size=(2, 2), batch_size=17)",
        "keras.utils.image_dataset_from_directory('a', image_size=(2, 2), batch_size=17).cache()",
        "tf.data.Dataset.from_tensor_slices((x, y)).shuffle(100).batch(17).prefetch(1)",
    ],
)
def test_rows_at_once_come_of_the_data(data: str) -> None:
    head = "import tensorflow as tf\nfrom keras.preprocessing.image import ImageDataGenerator\n"
    came = fitted("m.fit(data, epochs=3)", f"{head}data = {data}")
    assert came.document.training.settings["batch_size"] == 17


def test_metrics_stand_beside_their_loss() -> None:
    metrics = "['acc', keras.metrics.AUC(curve='PR'), keras.metrics.Precision(0.7), keras.metrics.FalsePositives()]"
    came = fitted("m.fit(x, y)", metrics=metrics)
    [loss] = [node for node in came.document.nodes if node.kind == "Loss"]
    assert loss.params["metrics"] == ("accuracy", "auc_pr", "precision")
    assert loss.params["threshold"] == 0.7
    assert came.report.dropped == ("metric FalsePositives",)


def test_a_training_in_a_function_that_nothing_calls_is_read() -> None:
    came = drawn(FITTED.replace("METRICS", "None") + "def train(model, epochs=9):\n  model.fit(x, y, epochs=epochs)\n")
    assert came.document.training.settings["epochs"] == 9


def test_what_an_unknown_loop_fills_is_not_known() -> None:
    """Otherwise a layer has as many units as the empty list has rows."""
    text = "names = []\nfor one in os.listdir('a'):\n  names.append(one)\nm = keras.Sequential([keras.Input((4,)), "
    came = drawn("import keras, os\nfrom keras import layers\n" + text + "layers.Dense(len(names))])")
    assert any("units = len(names)" in str(one) for one in came.report.messages)


def test_constants_of_another_module_are_asked_for() -> None:
    came = drawn(FITTED.replace("layers.Dense(1, 'sigmoid')", "layers.Dense(config.UNITS)") + "import config\n")
    assert any("units = config.UNITS" in str(one) for one in came.report.messages)
    assert not came.report.placeholders


@pytest.mark.parametrize(
    ("said", "units"),
    [
        ("len(set('banana'))", 3),
        ("len({one for one in 'banana'})", 3),
        ("len(sorted(set(one for word in ['ab', 'bc'] for one in word)))", 3),
        ("eval('[64, 32]')[1]", 32),
        ("ast.literal_eval('{\"a\": (5, 7)}')['a'][1]", 7),
    ],
)
def test_what_a_script_works_out_of_texts_and_sets(said: str, units: int) -> None:
    came = drawn(f"import ast\n{HEAD}m = keras.Sequential([keras.Input((4,)), layers.Dense({said})])\n")
    assert [node.params["units"] for node in came.document.nodes if node.kind == "Dense"] == [units]


@pytest.mark.parametrize("said", ["eval('open(1)')", "eval('[' * 400)", "eval('9' * 900)", "eval(len)", "set([[1]])"])
def test_what_no_literal_says_is_not_known(said: str) -> None:
    came = drawn(f"{HEAD}m = keras.Sequential([keras.Input((4,)), layers.Dense({said})])\n")
    assert any("units = " in str(one) for one in came.report.messages)


def test_a_loop_over_models_leaves_them_their_names() -> None:
    text = f"{HEAD}a = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\n"
    text += (
        "b = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\nfor one in (a, b):\n  one.compile('adam', 'mse')\n"
    )
    assert drawn(text, "a").report.parameters == 10
    assert drawn(text, "b").report.parameters == 15


def test_weights_that_are_read_twice_are_one_layer() -> None:
    own = (
        "class Own(layers.Layer):\n  def build(self, shape):\n    self.w = self.add_weight(shape=(4, 4))\n"
        "  def call(self, x):\n    return keras.ops.matmul(keras.ops.matmul(x, self.w), SECOND)\n"
        "i = keras.Input((4,))\nm = keras.Model(i, Own()(i))\n"
    )
    assert drawn(HEAD + own.replace("SECOND", "self.w")).report.parameters == 16
    came = drawn(HEAD + own.replace("SECOND", "keras.ops.transpose(self.w)"))
    assert came.report.placeholders  # no two layers have one matrix in two ways


LOOKS_BACK = (
    "class Own(layers.Layer):\n  def __init__(self):\n    super().__init__()\n"
    "    self.own = layers.MultiHeadAttention(2, 4)\n  def call(self, x):\n    shape = keras.ops.shape(x)\n"
    "    i, j = keras.ops.arange(shape[1])[:, None], keras.ops.arange(shape[1])\n"
    "    mask = keras.ops.cast(MASK, 'int32')\n"
    "    return self.own(x, x, attention_mask=keras.ops.reshape(mask, (1, shape[1], shape[1])))\n"
    "i = keras.Input((None, 8))\nm = keras.Model(i, Own()(i))\n"
)


@pytest.mark.parametrize(("mask", "is_known"), [("i >= j", True), ("j <= i", True), ("i <= j", False)])
def test_a_mask_of_what_came_before_is_known_for_any_length(mask: str, is_known: bool) -> None:
    came = drawn(HEAD + LOOKS_BACK.replace("MASK", mask))
    is_causal = [
        node.params["use_causal_mask"] for node in all_nodes(came.document) if node.kind == "MultiHeadAttention"
    ]
    assert is_causal == [is_known]
    assert any("attention_mask = " in one for one in told(came)) is not is_known


SEQ = (
    "import tensorflow as tf\nfrom tensorflow.keras import layers\n"
    "class Encoder(tf.keras.Model):\n  def __init__(self):\n    super().__init__()\n"
    "    self.words, self.gru = layers.Embedding(9, 4), layers.GRU(5, return_sequences=True, return_state=True)\n"
    "  def call(self, x, hidden):\n    return self.gru(self.words(x), initial_state=hidden)\n"
    "class Decoder(tf.keras.Model):\n  def __init__(self):\n    super().__init__()\n"
    "    self.words, self.out = layers.Embedding(9, 4), layers.Dense(7)\n"
    "  def call(self, x, hidden, seen):\n    size = tf.shape(x)[1]\n"
    "    y = tf.reduce_mean(seen, axis=1) + hidden\n    x = tf.reduce_mean(self.words(x), axis=1)\n"
    "    return self.out(tf.concat([x, y], axis=-1)), size\n"
)


def test_models_that_are_called_on_data_once_have_the_shapes_of_all_of_it() -> None:
    made = "encoder, decoder = Encoder(), Decoder()\nseen, hidden = encoder(tf.ones((3, 6)), tf.zeros((3, 5)))\n"
    made += "given = decoder(tf.ones((3, 1)), hidden, seen)\n"
    came = drawn(SEQ + made, "decoder")
    assert came.report.parameters == 9 * 4 + 10 * 7
    assert sorted(node.params["shape"] for node in came.document.nodes if node.kind == "Input") == [(1,), (5,), (6, 5)]
    assert drawn(SEQ + made, "encoder").report.parameters == 9 * 4 + 3 * 5 * (4 + 5 + 2)


def test_of_a_model_that_is_built_for_no_shape_words_are_taken_to_stand_in_a_row() -> None:
    made = SEQ.replace("seen, axis=1) + hidden", "self.words(seen), axis=1)").replace("x, hidden, seen", "x, seen")
    came = drawn(f"{made}decoder = Decoder()\n", "decoder")
    assert [node.params["shape"] for node in came.document.nodes if node.kind == "Input"] == [(None,), (None,)]
    assert not came.report.placeholders
    assert sum("words in a row" in one for one in told(came)) == 2


def test_a_mask_that_a_layer_makes_by_itself_is_named_as_not_read() -> None:
    own = "class Own(layers.Layer):\n  def call(self, x):\n    return x * 2\n"
    own += "  def compute_mask(self, x, mask=None):\n    "
    tail = "\nm = keras.Sequential([keras.Input((4,)), Own()])\n"
    assert "compute_mask" in told(drawn(f"{HEAD}{own}return keras.ops.not_equal(x, 0){tail}"))[0]
    assert not told(drawn(f"{HEAD}{own}return mask{tail}"))


@pytest.mark.parametrize(("state", "says"), [("tf.zeros((3, 5))", ""), ("state", "initial_state = state")])
def test_states_that_are_not_known_are_named_and_those_of_zeros_are_the_usual(state: str, says: str) -> None:
    text = f"{TF}i = Input((4, 2))\nm = Model(i, layers.GRU(5)(i, initial_state={state}))\n"
    assert says in "".join(told(drawn(text)))
    assert drawn(text).report.parameters == 3 * 5 * (2 + 5 + 2)


@pytest.mark.parametrize(
    ("does", "says"),
    [("", "gives its steps as samples"), ("x = layers.Softmax()(x)\n", "works on samples and their steps as one row")],
)
def test_steps_that_become_samples_are_named_where_they_stay_so(does: str, says: str) -> None:
    text = f"{TF}i = Input((4, 2))\nx = layers.Dense(3)(tf.reshape(i, (-1, 2)))\n{does}m = Model(i, x)\n"
    assert any(says in one for one in told(drawn(text)))


def test_one_step_is_no_row_of_samples() -> None:
    text = f"{TF}i = Input((1, 2))\nm = Model(i, layers.Dense(3)(tf.reshape(i, (-1, 2))))\n"
    assert not told(drawn(text))


@pytest.mark.parametrize(
    ("does", "instead"),
    [
        ("tf.signal.stft(x, 4, 2)", "Spectrogram"),
        ("tf.signal.rfft(x)", "Spectrogram"),
        ("tf.tensordot(x, x, 2)", "Dot"),
    ],
)
def test_a_function_that_is_not_known_comes_with_what_may_stand_in_its_place(does: str, instead: str) -> None:
    text = f"{TF}x = Input((8,))\nm = Model(x, layers.Dense(3)({does}))\n"
    assert any(f"a {instead}" in one for one in told(drawn(text)))


def test_layers_that_are_kept_by_two_numbers_are_found_again() -> None:
    came = drawn(
        TF + "x = {(9, 9): None}\nx[0, 0] = Input((8,))\n"
        "for i in range(1, 3):\n    x[i, 0] = layers.Dense(4)(x[i - 1, 0])\n"
        "y = layers.Concatenate()([x[i, 0] for i in range(1, 3)])\nmodel = Model(x[0, 0], y)\n"
    )
    assert kinds(came) == "Concatenate:1 Dense:2 Input:1"
    assert not told(came)


HELPED = (
    f"{OLD}def stem(x, n):\n  return Conv2D(n, 3)(x)\n"
    "def build(n, side=32):\n  i = Input((side, side, 3))\n  return Model(i, Dense(n)(Flatten()(stem(i, 2 * n))))\n"
)


def test_a_function_that_another_calls_is_called_by_that_one_alone() -> None:
    """It knows what to give it; by itself its arguments were unknown, and what was said of them was of no model."""
    came = drawn(f"{HELPED}CLASSES = ['a', 'b']\ndef main():\n  model = build(len(CLASSES))\n")
    assert told(came) == []
    assert came.report.parameters == (27 * 4 + 4) + (30 * 30 * 4 * 2 + 2)


def test_a_class_of_a_model_that_a_function_makes_is_made_by_that_one() -> None:
    text = f"{TF}class M(tf.keras.Model):\n  def __init__(self, n):\n    super().__init__()\n"
    text += "    self.d = layers.Dense(n)\n"
    came = drawn(f"{text}  def call(self, x):\n    return self.d(x)\ndef main():\n  m = M(7)\n  m.build((None, 3))\n")
    assert told(came) == []
    assert came.report.parameters == 28


@pytest.mark.parametrize(
    ("does", "wanted"),
    [
        ("layers.Lambda(tf.nn.relu)(x)", "Activation:1 Input:1"),
        ("layers.Lambda(tf.keras.applications.vgg16.preprocess_input)(x)", "Flip:1 Input:1 Rescaling:1"),
        ("layers.Lambda(tf.keras.applications.densenet.preprocess_input)(x)", "Input:1 Rescaling:1"),
        ("tf.cast(layers.Lambda(lambda y: y * 2.)(x), x.dtype)", "Input:1 Rescaling:1"),
        ("tf.keras.backend.switch(tf.reduce_all(tf.equal(x, 0.), -1, keepdims=True), lambda: x * 2., lambda: x)",
         "Conditional:1 Input:1 ReduceMin:1 Relational:2 Rescaling:1"),
        ("tf.squeeze(layers.Dense(1)(x))", "Dense:1 Input:1 Squeeze:1"),
    ],
)  # fmt: skip
def test_functions_of_libraries_are_what_nodes_do(does: str, wanted: str) -> None:
    came = drawn(f"{TF}x = Input((8, 8, 3))\nm = Model(x, {does})\n")
    assert not came.report.placeholders and not came.checked.errors
    assert kinds(came) == wanted


CAPSULES = (
    OLD
    + """
class Capsule(Layer):
    def build(self, shape):
        self.kernel = self.add_weight(name='k', shape=(1, shape[-1], 4 * 6), initializer='glorot_uniform')
    def call(self, u):
        hats = K.permute_dimensions(K.reshape(K.conv1d(u, self.kernel), (-1, K.shape(u)[1], 4, 6)), (0, 2, 1, 3))
        b = K.zeros_like(hats[:, :, :, 0])
        for n in range(3):
            o = K.tanh(K.batch_dot(K.softmax(b, 1), hats, [2, 2]))
            if n < 2:
                b += K.batch_dot(o, hats, [2, 3])
        return o
i = Input((9, 5))
m = Model(i, Dense(2)(Capsule()(i)))
"""
)


def test_capsules_are_rows_that_meet_the_matrix_of_their_place() -> None:
    came = drawn(CAPSULES)
    assert not came.report.placeholders and not came.checked.errors
    assert came.report.parameters == 5 * 24 + (6 * 2 + 2)
    assert {one.code for one in came.report.messages} == {"W_SCRIPT"}


def test_variables_of_tensorflow_are_weights() -> None:
    """As TensorFlow's own guide makes layers; what is not trained stays a number."""
    came = drawn(
        f"{TF}class Linear(layers.Layer):\n  def __init__(self):\n    super().__init__()\n"
        "    w = tf.random_normal_initializer()\n"
        "    self.w = tf.Variable(initial_value=w(shape=(2, 4), dtype='float32'), trainable=True)\n"
        "    self.b = tf.Variable(tf.zeros((4,)))\n    self.v = tf.Variable(tf.random.normal([4, 5]), name='v')\n"
        "    self.two = tf.Variable(tf.ones((5,)) * 2., trainable=False)\n"
        "  def call(self, x):\n    return tf.matmul(tf.matmul(x, self.w) + self.b, self.v) * self.two\n"
        "i = Input((2,))\nm = Model(i, Linear()(i))\n"
    )
    assert kinds(came) == "Dense:2 Input:1 Rescaling:1"
    assert came.report.parameters == 2 * 4 + 4 + 4 * 5
    assert not told(came)


def test_a_layer_in_several_models_is_one_layer() -> None:
    came = drawn(
        f"{TF}from tensorflow.keras import Sequential\nparts = [layers.Dense(4), layers.LayerNormalization()]\n"
        "i = Input((4,))\nm = Model(i, Sequential(parts)(Sequential(parts)(i)))\nm.compile()\n"
    )
    assert came.report.parameters == 20 + 8


def test_a_data_set_of_arrays_tells_its_shape() -> None:
    came = drawn(
        "import tensorflow as tf\nfrom tensorflow import keras\n(x, y), _ = keras.datasets.cifar10.load_data()\n"
        "def made(data, shuffle):\n  d = tf.data.Dataset.from_tensor_slices(data)\n  return d.shuffle(9).batch(32)\n"
        "m = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])\nm.compile('adam', 'mse')\n"
        "m.fit(made((x, y), True), epochs=2)\n"
    )
    assert came.report.parameters == 3072 * 10 + 10


def test_a_class_whose_call_takes_values_by_their_place_has_as_many_inputs() -> None:
    came = drawn(
        f"{TF}class M(tf.keras.Model):\n  def __init__(self):\n    super().__init__()\n    self.d = layers.Dense(3)\n"
        "  def call(self, both):\n    return self.d(both[0]) + self.d(both[1])\nm = M()\n"
    )
    assert kinds(came) == "Add:1 Dense:1 Input:2"


@pytest.mark.parametrize("kind", ["SeparableConv2D(4, 3", "DepthwiseConv2D(3", "SeparableConv1D(4, 3"])
def test_a_penalty_that_did_nothing_in_keras_2_does_not_stop_a_layer(kind: str) -> None:
    """As face_classification's mini_XCEPTION has it, and many after it."""
    shape = (8, 2) if "1D" in kind else (8, 8, 2)
    came = drawn(f"{TF}i = Input({shape})\nm = Model(i, layers.{kind}, kernel_regularizer='l2')(i))\n")
    assert not came.report.placeholders
    assert [one.code for one in came.report.messages] == ["W_NO_EFFECT"]


def test_a_global_pooling_on_channels_first_alone_turns_no_network_round() -> None:
    """An attention over another axis, among layers that have their channels last."""
    came = drawn(
        f"{TF}i = Input((5, 6, 7))\ns = layers.GlobalAveragePooling2D(data_format='channels_first')(i)\n"
        "s = layers.Reshape((5, 1, 1))(layers.Dense(5)(s))\nm = Model(i, layers.multiply([i, s]))\n"
    )
    assert came.report.parameters == 30
    assert [node.params["shape"] for node in came.document.nodes if node.kind == "Input"] == [(5, 6, 7)]


def test_attention_along_other_axes_is_taken_to_keep_its_shape() -> None:
    came = drawn(
        f"{TF}i = Input((5, 6, 8))\nx = layers.MultiHeadAttention(2, 4, attention_axes=(2,))(i, i)\n"
        "m = Model(i, layers.Dense(x.shape[-1] * 2)(x))\n"
    )
    assert came.report.placeholders == ("multi_head_attention",)
    assert came.report.parameters == 8 * 16 + 16


def test_weights_by_functions_of_the_backend_and_of_old_keras_are_weights() -> None:
    """As the attention of Yang's hierarchical network and the Scale of ResNet-101 have them."""
    came = drawn(
        f"{OLD}from keras import initializers, initializations\nfrom keras.engine import InputSpec\n"
        "class Scored(Layer):\n  def __init__(self):\n    self.init = initializers.get('glorot_uniform')\n"
        "    super().__init__()\n  def build(self, s):\n    self.W = K.variable(self.init((s[-1], 8)), name='W')\n"
        "    self.b = K.variable(self.init((8,)))\n  def call(self, x):\n    return K.tanh(K.dot(x, self.W) + self.b)\n"
        "class Scale(Layer):\n  def build(self, s):\n    self.input_spec = [InputSpec(shape=s)]\n"
        "    self.g = initializations.get('one')((int(s[-1]),), name='g')\n"
        "  def call(self, x):\n    s = self.input_spec[0].shape\n    return x * K.reshape(self.g, [1, 1, s[-1]])\n"
        "i = Input((5, 3))\nm = Model(i, Scale()(Scored()(i)))\n"
    )
    assert not told(came)
    assert came.report.parameters == 3 * 8 + 8 + 8


HIERARCHICAL = (
    f"{TF}s = Input((6,), dtype='int32')\nh = layers.GRU(4)(layers.Embedding(20, 5, mask_zero=True)(s))\n"
    "each = Model(s, layers.Dense(3)(h))\nd = Input((7, 6), dtype='int32')\n"
    "model = Model(d, layers.LSTM(2)(layers.TimeDistributed(each)(d)))\n"
)


def test_a_model_at_every_step_comes_without_the_masks_within() -> None:
    came = drawn(HIERARCHICAL)
    assert not came.report.placeholders and not came.checked.errors
    assert came.report.parameters == 20 * 5 + 3 * (5 * 4 + 4 * 4 + 8) + 15 + 4 * (3 * 2 + 2 * 2 + 2)
    assert "W_MASK" in {one.code for one in came.report.messages}
    assert next(one.text for one in came.report.messages if one.code == "W_SEVERAL").endswith("takes another.")


@pytest.mark.parametrize(("zero", "is_said"), [("True", True), ("False", False)])
def test_a_mask_that_a_layer_of_the_script_is_handed_is_named(zero: str, is_said: bool) -> None:
    came = drawn(
        f"{OLD}class Sum(Layer):\n  def call(self, x, mask=None):\n    if mask is not None:\n      x = x * mask\n"
        "    return K.sum(x, axis=1)\n"
        f"i = Input((5,))\nm = Model(i, Sum()(Embedding(9, 4, mask_zero={zero})(i)))\n"
    )
    assert any(one.code == "W_MASK" for one in came.report.messages) is is_said


def test_kinds_of_numbers_are_compared_by_their_word() -> None:
    came = drawn(
        f"{TF}both = {{'a': Input((2,), name='a'), 'b': Input((1,), name='b', dtype=tf.string)}}\n"
        "some = [one for one in both.values() if one.dtype == tf.float32]\n"
        "m = Model(some, layers.Dense(len(some))(some[0]))\n"
    )
    assert came.report.parameters == 3


def test_a_model_whose_layers_stand_in_rows_is_larger_than_each() -> None:
    came = drawn(
        f"{TF}class Res(layers.Layer):\n  def __init__(self):\n    super().__init__()\n"
        "    self.own = [tf.keras.Sequential([layers.ReLU(), layers.Dense(4), layers.Dense(4)]) for _ in range(2)]\n"
        "  def call(self, x):\n    for one in self.own:\n      x = x + one(x)\n    return x\n"
        "class Net(tf.keras.Model):\n  def __init__(self):\n    super().__init__()\n"
        "    self.rows = [layers.Dense(4), Res()]\n"
        "  def call(self, x):\n    for one in self.rows:\n      x = one(x)\n    return x\n"
        "net = Net()\nnet(tf.random.normal((1, 3)))\n"
    )
    assert came.report.parameters == 3 * 4 + 4 + 4 * 20


def test_attention_to_a_grid_is_attention_to_its_places() -> None:
    came = drawn(f"{TF}i = Input((4, 5, 8))\nx = layers.MultiHeadAttention(2, 3)(i, i)\nm = Model(i, x + i)\n")
    assert not came.report.placeholders and not came.checked.errors
    assert kinds(came) == "Add:1 Input:1 MultiHeadAttention:1 Reshape:2"
    assert came.report.parameters == 3 * (8 * 6 + 6) + 6 * 8 + 8


@pytest.mark.parametrize("axes", ["(1,)", "(2,)", "(-2,)"])
def test_attention_along_one_axis_of_a_grid_is_named(axes: str) -> None:
    came = drawn(
        f"{TF}i = Input((4, 5, 8))\nm = Model(i, layers.MultiHeadAttention(2, 3, attention_axes={axes})(i, i))\n"
    )
    assert any("axes" in one for one in told(came)) and came.report.placeholders
