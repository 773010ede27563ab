"""Python scripts that make models of Keras become documents: by their syntax, never run."""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from graphbuilder.codegen import OURS
from graphbuilder.importing.drawing import Drawn, draw
from graphbuilder.importing.files import import_file, import_script
from graphbuilder.importing.model import ImportFault, Model
from graphbuilder.network_code import PART
from graphbuilder.unsaid import HEAD as UNSAID
from tests.spending import soonest, spent

SCRIPTS = Path(__file__).parent / "scripts"
OURS_HEAD = f'"""{OURS}"""\nimport keras\nfrom keras import layers\n'
OURS_BODY = (
    "def build_model():\n  x = keras.Input((4,))\n  y = layers.Dense(2)(x)\n"
    "  return keras.Model({'x': x}, {'y': y})\n"
    "def main():\n  model = build_model()\nif __name__ == '__main__':\n  main()\n\n"
)
HEAD = "import keras\nfrom keras import layers\n"
MODEL = "m = keras.Sequential([keras.Input((4,)), layers.Dense(2)])\n"


def drawn(text: str, model: str = "") -> Drawn:
    return import_script(text.encode(), model).drawn


def kinds(came: Drawn) -> str:
    """How many nodes of each kind, blocks and all, those that share their weights left out."""
    document = came.document
    nodes = [*document.nodes, *(node for block in document.blocks for node in block.nodes)]
    count = Counter(node.kind for node in nodes if not node.shares and not node.kind.startswith("Block"))
    return " ".join(f"{kind}:{many}" for kind, many in sorted(count.items()))


def told(came: Drawn) -> list[str]:
    return [str(message) for message in came.report.messages]


EXPECTED = {
    "argparse_defaults": (
        410_128,
        "Activation:1 Dense:2 Dropout:1 Input:1 Loss:1",
    ),
    "attention_shapes": (
        1_186,
        "Add:1 Dense:2 Input:1 LayerNormalization:1 Permute:2 Reshape:2 Slice:1 Squeeze:1",
    ),
    "augmentation": (
        340_353,
        (
            "Activation:3 Add:2 BatchNormalization:3 Conv2D:3 Dense:1 Dropout:1 "
            "GlobalAveragePooling2D:1 Input:1 Loss:1 MaxPooling2D:2 RandomFlip:1 RandomRotation:1 "
            "Rescaling:1 SeparableConv2D:2"
        ),
    ),
    "autoencoder": (
        50_992,
        "Dense:2 Input:1 Loss:1",
    ),
    "backend_functions": (
        117,
        "Concatenate:2 Conv2D:2 ExpandDims:2 Input:1 Multiply:1 Reshape:2",
    ),
    "closures": (
        6_564,
        "Add:1 BatchNormalization:3 Conv2D:3 Dense:1 GlobalAveragePooling2D:1 Input:1 ReLU:3",
    ),
    "constant_bases": (
        1_712,
        "Add:1 Dense:7 Input:1 ReduceSum:3 Rescaling:3 Reshape:9 Subtract:1 UpSampling1D:3",
    ),
    "coordinates": (
        440,
        "Concatenate:2 Conv2D:2 Input:1 ReduceMean:1 Rescaling:3 Reshape:10 Slice:2 Softmax:1 UpSampling1D:2",
    ),
    "position_tables": (
        216,
        "Add:2 Concatenate:1 Dense:3 Input:1 Rescaling:2 Reshape:4 SinusoidalPosition:2 Slice:2",
    ),
    "graph_attention": (
        295,
        (
            "Activation:7 Add:1 Concatenate:17 Conditional:5 Dense:12 ExpandDims:15 GlobalAveragePooling1D:1 "
            "Input:2 LeakyReLU:5 MatMul:5 Relational:5 Reshape:5 Squeeze:5"
        ),
    ),
    "tables_of_weights": (
        987,
        (
            "Activation:2 Add:4 Chunk:1 Concatenate:1 Dense:5 Flatten:1 Input:1 MatMul:4 Permute:6 "
            "PositionEmbedding:3 Rescaling:2 Reshape:4 Slice:4 Squeeze:6"
        ),
    ),
    "wide_and_deep": (
        140,
        "Concatenate:3 Dense:2 Embedding:2 Input:4 OneHot:2 Squeeze:4",
    ),
    "fourier": (
        369,
        (
            "Add:6 Dense:5 GlobalAveragePooling1D:1 Input:1 LayerNormalization:2 "
            "Permute:8 ReduceSum:8 Rescaling:10 Reshape:24 UpSampling1D:8"
        ),
    ),
    "functions_and_names": (
        1_529,
        "Conv1D:2 GRU:2 Input:1 SpatialDropout1D:2 TimeDistributed:1",
    ),
    "gan": (
        630_801,
        "BatchNormalization:1 Dense:4 Flatten:1 Input:1 LeakyReLU:2 Loss:1 Reshape:1",
    ),
    "imdb_lstm": (
        2_757_761,
        "Bidirectional:2 Dense:1 Embedding:1 Input:1 Loss:1",
    ),
    "keras_1": (
        82_826,
        "Activation:2 Conv2D:1 Dense:1 Flatten:1 Input:1 MaxPooling2D:1",
    ),
    "mnist_convnet": (
        34_826,
        "Conv2D:2 Dense:1 Dropout:1 Flatten:1 Input:1 Loss:1 MaxPooling2D:2",
    ),
    "multi_input": (
        1_392_097,
        "Concatenate:1 Dense:2 Embedding:2 Input:3 LSTM:2 Loss:2",
    ),
    "nested_sequential": (
        824,
        "Dense:4 Dropout:1 Input:1 Loss:1",
    ),
    "only_functions": (
        15_628,
        "AveragePooling2D:2 BatchNormalization:5 Concatenate:5 Conv2D:5 Dense:1 GlobalAveragePooling2D:1 Input:1",
    ),
    "resnet_block": (
        274_442,
        "Activation:19 Add:9 AveragePooling2D:1 BatchNormalization:19 Conv2D:21 Dense:1 Flatten:1 Input:1 Loss:1",
    ),
    "seq2seq": (
        718_173,
        "Dense:1 Input:2 LSTM:2 Loss:1",
    ),
    "shared_dense": (
        50,
        "Activation:1 Add:1 Concatenate:1 Dense:2 Input:2 Multiply:1 ReduceMean:1 Rescaling:2",
    ),
    "siamese": (
        116_992,
        "Dense:2 Dropout:1 Elementwise:2 Flatten:1 Input:2 ReduceSum:1 Subtract:1",
    ),
    "squeeze_excite": (
        5_893,
        "Conv2D:2 Dense:5 GlobalAveragePooling2D:2 GlobalMaxPooling2D:1 Input:1 Multiply:2 Reshape:2",
    ),
    "subclassed": (
        2_770_634,
        "Conv2D:1 Dense:2 Flatten:1 Input:1",
    ),
    "tf_ops": (
        21,
        "Activation:2 Chunk:1 Concatenate:1 Dense:1 ExpandDims:1 Input:1 ReduceMean:1 Squeeze:1",
    ),
    "transformer_text": (
        651_358,
        (
            "Add:2 Dense:4 Dropout:3 Embedding:1 GlobalAveragePooling1D:1 Input:1 LayerNormalization:2 "
            "Loss:1 MultiHeadAttention:1"
        ),
    ),
    "transfer": (
        2_514_184,
        (
            "Add:10 BatchNormalization:52 Conv2D:35 Dense:1 DepthwiseConv2D:17 GlobalAveragePooling2D:1 Input:1 "
            "ReLU:35 ZeroPadding2D:4"
        ),
    ),
    "unet": (
        2_067_779,
        "Concatenate:2 Conv2D:11 Conv2DTranspose:2 Dropout:4 Input:1 Loss:1 MaxPooling2D:2",
    ),
    "positions": (
        8_674,
        "Add:1 Dense:1 Embedding:1 GlobalAveragePooling1D:1 Input:1 Loss:1 PositionEmbedding:1",
    ),
    "own_weights": (
        50_890,
        "Dense:2 Flatten:1 Input:1 ReLU:1",
    ),
    "own_kernels": (
        7,
        "Elementwise:2 Input:1 Multiply:2 ReduceSum:2 Rescaling:1 TimeDistributed:1",
    ),
    "built_late": (
        2_105,
        "Activation:1 Add:2 Conv1D:4 Dense:1 GlobalMaxPooling1D:1 Input:1",
    ),
    "star_imports": (
        763,
        "BatchNormalization:1 Concatenate:1 Conv2D:4 Input:1 Loss:1 MaxPooling2D:1 UpSampling2D:1",
    ),
    "causal_and_mirrored": (
        112,
        "Concatenate:4 Conv2D:1 Flip:6 Input:1 Rescaling:2 Slice:6 ZeroPadding2D:1",
    ),
    "weights_in_any_shape": (
        91,
        (
            "Activation:1 Add:1 Conv2D:1 Elementwise:2 Input:1 Multiply:2 PositionEmbedding:3 Rescaling:1 Reshape:8 "
            "Slice:9 Subtract:2"
        ),
    ),
    "vgg_loops": (
        5_998_410,
        "Conv2D:7 Dense:3 Dropout:2 Flatten:1 Input:1 MaxPooling2D:3",
    ),
}


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_script_has_the_layers_and_the_parameters_that_keras_makes_of_it(name: str) -> None:
    came = import_file(SCRIPTS / f"{name}.py").drawn
    assert (came.report.parameters, kinds(came)) == EXPECTED[name]
    assert not came.checked.errors
    assert not came.report.placeholders


def test_every_script_is_held_to_what_it_should_give() -> None:
    apart = {"shape_of_data", "foreign_layer"}
    assert {path.stem for path in SCRIPTS.glob("*.py")} == {*EXPECTED} | apart


@pytest.mark.parametrize(
    ("said", "l1", "l2"),
    [("'l1'", 0.01, 0), ("'L2'", 0, 0.01), ("keras.regularizers.l1()", 0.01, 0), ("keras.regularizers.L1L2()", 0, 0)],
)
def test_a_penalty_by_its_name_alone_is_as_strong_as_keras_makes_it(said: str, l1: float, l2: float) -> None:
    came = drawn(f"model = keras.Sequential([keras.Input((4,)), layers.Dense(2, kernel_regularizer={said})])")
    (penalty,) = (node.params["kernel_regularizer"] for node in came.document.nodes if node.kind == "Dense")
    assert (penalty.l1, penalty.l2) == (l1, l2)


def test_what_comes_of_data_is_asked_for_by_line() -> None:
    came = import_file(SCRIPTS / "shape_of_data.py").drawn
    assert kinds(came) == "Dense:3 Input:1 Loss:1"
    assert told(came) == [
        (
            "line 9: Axis 1 of an Input is X.shape[1], which is not known before the script runs; it is left open. "
            "Type it in."
        ),
        (
            "line 11: Dense 'dense_2' has units = len(set(data[\"y\"])) (line 7), which is not known before the script "
            "runs; 64 stands there. Type it in."
        ),
    ]


def test_what_stands_elsewhere_is_a_placeholder_and_the_rest_comes() -> None:
    came = import_file(SCRIPTS / "foreign_layer.py").drawn
    assert came.report.placeholders == ("spatial_attention",)
    assert kinds(came) == "Conv2D:1 Dense:1 Elementwise:1 Flatten:1 Input:1 Placeholder:1 Slice:1"
    assert "line 7: spatial_attention(x) cannot be read before the script runs." in told(came)


def test_of_several_models_the_last_compiled_comes_and_any_can_be_asked_for() -> None:
    text = (SCRIPTS / "autoencoder.py").read_text()
    came = drawn(text)
    assert came.document.name == "autoencoder"
    assert "The script makes 3 models; this is autoencoder (line 8), compiled last." in told(came)[0]
    decoder = drawn(text, "decoder")
    assert (decoder.document.name, kinds(decoder)) == ("decoder", "Dense:1 Input:1")
    with pytest.raises(ImportFault, match="its models are autoencoder, encoder, decoder"):
        drawn(text, "discriminator")


def test_compile_settings_come_along() -> None:
    document = import_file(SCRIPTS / "autoencoder.py").drawn.document
    assert document.training.optimizer == "Adam"
    assert document.training.options["beta_1"] == 0.8
    (loss,) = (node for node in document.nodes if node.kind == "Loss")
    assert loss.params["loss"] == "mean_squared_error"


def test_a_function_and_its_variable_may_have_one_name() -> None:
    came = import_file(SCRIPTS / "functions_and_names.py").drawn
    assert [node.label for node in came.document.nodes] == [
        "input_layer", "conv_0", "spatial_dropout1d", "conv_1", "spatial_dropout1d_1", "gru_00", "gru_01",
        "time_distributed",
    ]  # fmt: skip


def test_a_layer_applied_twice_shares_its_weights() -> None:
    nodes = import_file(SCRIPTS / "shared_dense.py").drawn.document.nodes
    first, second = (node for node in nodes if node.label == "shared")
    assert (first.shares, second.shares) == ("", first.id)


def test_what_cannot_be_read_has_its_line() -> None:
    came = drawn(HEAD + MODEL + "m.add(some_layer(3))\nm.add(layers.Dense(unknown))\n")
    assert came.report.placeholders == ("some_layer",)
    assert "line 4: some_layer(3) cannot be read before the script runs." in told(came)
    assert any(one.startswith("line 5: Dense 'dense_1' has units = unknown, which is not known") for one in told(came))


def test_a_script_without_a_model_is_a_sentence() -> None:
    with pytest.raises(ImportFault) as fault:
        drawn("x = 1\n")
    assert (fault.value.code, fault.value.text) == ("E_NO_MODEL", "makes no model of Keras that can be read.")
    with pytest.raises(ImportFault, match="is no Python that can be read: line 1: invalid syntax"):
        drawn("to be or not\n")


def test_nothing_of_a_script_is_run(tmp_path: Path) -> None:
    at = tmp_path / "made"
    drawn(f"import os\nos.system('touch {at}')\n__import__('os').system('touch {at}')\nexec('1/0')\n{HEAD}{MODEL}")
    assert not at.exists()


HOSTILE = {
    "power of powers": HEAD + "n = 9**9**9**9\nk = 10**10**10\n" + MODEL + "m.add(layers.Dense(n))\n",
    "brackets": HEAD + MODEL + "x = " + "(" * 100_000 + "1" + ")" * 100_000,
    "signs": HEAD + MODEL + "x = " + "-" * 100_000 + "1",
    "sums": HEAD + MODEL + "x = " + "1+" * 100_000 + "1",
    "attributes": HEAD + MODEL + "x = a" + ".b" * 100_000,
    "loops": HEAD + MODEL + "for i in range(10**9):\n  for j in range(10**9):\n    x = i * j\n",
    "loop of layers": HEAD + "m = keras.Sequential()\nfor i in range(10**9):\n  m.add(layers.Dense(1))\n",
    "for ever": HEAD + MODEL + "while True:\n  x = 1\n",
    "recursion": HEAD + "def f(x):\n  return f(f(x))\n" + MODEL + "f(1)\nf(m)\n",
    "branching recursion": HEAD + "def f(n):\n  return f(n - 1) + f(n - 2) if n > 1 else 1\n" + MODEL + "x = f(40)\n",
    "doubled lists": HEAD
    + MODEL
    + "a = [1]\nt = (1,)\nfor i in range(60):\n  a = [a, a]\n  t = (t, t)\n"
    + "b = a == a\nk = {t: 1}\nm.add(layers.Dense(a))\n",
    "a list in itself": HEAD + "a = [1]\na.append(a)\n" + MODEL + "m.add(layers.Dense(a))\nz = f'{a}'\n",
    "long texts": HEAD
    + "s = 'a' * 10**9\nt = 'a' * 9000\nu = t.replace('a', t)\nv = '%1000000000d' % 1\nw = f'{1:>999999999}'\n"
    + "z = '{:>1000000000}'.format(1)\n"
    + MODEL,
    "ranges": HEAD
    + "a = list(range(10**12))\nb = sum(range(10**12))\nc = [0] * 10**10\nd = max(range(10**12))\n"
    + MODEL,
    "comprehensions": HEAD + "x = [a for a in range(4000) for b in range(4000) for c in range(4000)]\n" + MODEL,
    "models of models": HEAD
    + "x = keras.Input((4,))\nk = [keras.Model(x, layers.Dense(4)(x))]\nfor i in range(30):\n"
    + "  y = z = keras.Input((4,))\n  for one in k:\n    z = one(z)\n  k.append(keras.Model(y, z))\n",
    "a model in itself": HEAD + "m = keras.Sequential([keras.Input((4,))])\nm.add(m)\n",
    "networks without end": HEAD + "for i in range(1000):\n  m = keras.applications.NASNetLarge()\n",
    "small networks without end": HEAD + "for i in range(10000):\n  m = keras.applications.VGG16()\n",
    "data without end": HEAD
    + "import numpy as np\n(x, y), z = keras.datasets.mnist.load_data()\nfor i in range(10000):\n"
    + "  x = np.expand_dims(x, -1)\n  x = np.concatenate([x, x])\na = x.reshape((10**18,) * 5000)\n"
    + MODEL,
    "lines that are broken": HEAD + MODEL + "x = = 1\n" * 20_000,
    "lines of Python 2": HEAD + MODEL + "print 'a', `b` <> 010L; " * 10_000 + "\n",
    "shapes": HEAD
    + "i = x = keras.Input((4, 4, 4))\nfor _ in range(3000):\n  x = layers.Conv2D(x.shape[-1], 1)(x)\n"
    + "m = keras.Model(i, x)\n",
    "says that it is ours": OURS_HEAD
    + f'def build_part(x, name):\n  """{PART}"""\n  return build_part(build_part(x, name), name)\n'
    + "def build_model():\n  x = keras.Input((4,))\n  return keras.Model({'x': x}, {'y': build_part(x, 'a')})\n"
    + "def main():\n  model = build_model()\n  while True:\n    model = [model, model]\n"
    + "if __name__ == '__main__':\n  main()\n",
    "ours with a comment that is wrong": OURS_HEAD + OURS_BODY + f"{UNSAID}\n# {'[' * 30_000}\n",
    "ours with a comment of other kinds": OURS_HEAD
    + OURS_BODY
    + f'{UNSAID}\n# {{"labels": 3, "params": [1], "settings": "x", "data": 7, "fields": null, "name": {{}}}}\n',
    "reduce": "from functools import reduce\n"
    + HEAD
    + "a = reduce(lambda one, other: [one, one], [1] * 5000)\n"
    + "f = reduce(lambda f, g: lambda x: f(f(x)), [len] * 5000)\n"
    + "f(a)\n"
    + MODEL,
    "objects without end": HEAD
    + "class A:\n  def __init__(self):\n    self.a = A()\n    self.b = A()\n"
    + "  def build_model(self):\n    return Sequential\n",
    "a build of itself": HEAD
    + "class L(layers.Layer):\n  def build(self, s):\n    super().build(s)\n    self.l = L()\n    self.l.build(s)\n"
    + "  def call(self, x):\n    return self.l(x)\nx = keras.Input((4,))\nm = keras.Model(x, L()(x))\n",
    "a call of itself": HEAD + "f = lambda g: g(g)\nf(f)\n" + MODEL,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_script_that_means_harm_ends_within_a_second_with_a_sentence(name: str) -> None:
    def read() -> None:
        try:
            assert drawn(HOSTILE[name]).document.nodes
        except ImportFault as fault:
            assert fault.text.endswith(".") and len(fault.text) < 400

    assert soonest(lambda: spent(read), 1) <= 1


@pytest.mark.parametrize(("told", "rate"), [("'adadelta'", 0.001), ("keras.optimizers.Adagrad()", 0.001),
                                            ("keras.optimizers.Adadelta(1.0)", 1.0), ("'sgd'", 0.01)])  # fmt: skip
def test_an_optimizer_that_is_told_no_rate_has_that_of_keras(told: str, rate: float) -> None:
    came = drawn(HEAD + MODEL + f"m.compile({told}, 'mse')\n")
    assert came.document.training.options.get("learning_rate") == rate


def test_windows_of_a_script_lie_side_by_side_where_it_tells_no_strides() -> None:
    told = drawn(
        HEAD + "x = keras.Input((9, 9, 2))\ny = layers.MaxPool2D((3, 1))(x)\n"
        "y = layers.AveragePooling2D((1, 3), strides=None)(y)\nm = keras.Model(x, layers.Cropping2D()(y))\n"
    )
    assert [one.params["strides"] for one in told.document.nodes[1:3]] == [(3, 1), (1, 3)]
    assert [facts.shape for facts in told.checked.facts.values()][-1] == (3, 3, 2)


def test_a_row_of_weights_of_a_layers_own_that_channels_are_multiplied_by_is_a_layer_scale() -> None:
    told = drawn(
        HEAD + "class Scale(layers.Layer):\n  def build(self, s):\n"
        "    self.g = self.add_weight(shape=(s[-1],), initializer=keras.initializers.Constant(0.5))\n"
        "  def call(self, x):\n    return x * self.g\n"
        "x = keras.Input((4, 3))\nm = keras.Model(x, Scale()(x))\n"
    )
    (block,) = told.document.blocks
    (scale,) = (one for one in block.nodes if one.kind == "LayerScale")
    assert (scale.params["channels"], scale.params["of"], scale.params["start"]) == (3, "sequence", 0.5)
    assert told.report.parameters == 3 and not told.report.messages


def test_what_a_function_takes_that_is_not_known_is_said_of_its_node() -> None:
    told = drawn(HEAD + "import other\nx = keras.Input((4,))\nm = keras.Model(x, keras.ops.multiply(x, other.f()))\n")
    assert [one.text for one in told.report.messages if one.code == "E_FUNCTION"] == [
        "multiply 'multiply' takes other.f(), which is not known before the script runs."
    ]
    assert not any("class" in one.text for one in told.report.messages)


def test_values_of_a_function_that_gives_several_are_taken_by_place_and_by_name() -> None:
    told = drawn(
        HEAD + "import tensorflow as tf\nx = keras.Input((4, 6))\na = keras.ops.top_k(x, 2)[0]\n"
        "b = tf.math.top_k(x, k=3).indices\nc = tf.unstack(x, axis=1)[2]\nd = x // 2 % 3\n"
        "m = keras.Model(x, [a, b, c, d])\n"
    )
    assert not told.report.placeholders and not told.report.messages
    assert not told.checked.errors
    kinds = sorted(one.kind for one in told.document.nodes)
    assert kinds == ["Chunk", "FloorDivision", "FloorDivision", "Input", "Slice", "Squeeze", "TopK", "TopK"]


def units(text: str) -> list[int]:
    """Of each Linear that a script makes, in its order. text: makes `sizes` of NumPy, imported as np."""
    head = f"{HEAD}import numpy as np\nimport tensorflow as tf\nfrom keras import ops\n"
    row = "m = keras.Sequential([keras.Input((4,)), *[layers.Dense(int(n)) for n in sizes]])\n"
    return [node.params["units"] for node in drawn(f"{head}{text}\n{row}").document.nodes if node.kind == "Dense"]


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("sizes = np.array([8, 16]) * 2", [16, 32]),
        ("sizes = 2 ** np.arange(3, 6)", [8, 16, 32]),
        ("sizes = -np.array([-3, -4])", [3, 4]),
        ("sizes = np.array([1, 2]) + np.array([3, 4])", [4, 6]),
        ("sizes = np.linspace(8, 32, 3).astype(int)", [8, 20, 32]),
        ("sizes = np.zeros(3)\nsizes[1:] = 5\nsizes = sizes + 1", [1, 6, 6]),
        ("table = np.arange(6).reshape(2, 3)\nsizes = table.T[:, 1]", [3, 4, 5]),
        ("sizes = []\nfor one in np.array([[1, 2], [3, 4]]):\n  sizes.append(one.sum())", [3, 7]),
        ("a, b = np.array([7, 9])\nsizes = [b, a]", [9, 7]),
        ("one, other = np.meshgrid(np.arange(1, 3), np.arange(3, 5))\nsizes = [*other[:, 0], len(one)]", [3, 4, 2]),
        ("sizes = tf.cast(tf.range(1, 4) / 2, tf.int32) + 1", [1, 2, 2]),
        ("sizes = ops.where(ops.arange(3) > 1, 5, 6)", [6, 6, 5]),
        ("sizes = np.concatenate([np.ones(2), [4]])", [1, 1, 4]),
        ("sizes = np.where(np.array([1, 2, 3]) % 2 == 1, 10, 20)", [10, 20, 10]),
        ("sizes = np.tril(np.ones((3, 3))).sum(axis=1)", [1, 2, 3]),
        ("sizes = list(np.array([2, 3])) if np.array([2, 3]) is not None else []", [2, 3]),
    ],
)
def test_numbers_are_worked_out_as_numpy_does_it(text: str, sizes: list[int]) -> None:
    assert units(text) == sizes


@pytest.mark.parametrize("text", [
    "t = np.zeros((10**6, 10**6))", "t = np.arange(10**17)", "t = np.tile(np.ones(1000), 10**6)",
    "t = np.ones((10**6, 1)) * np.ones((1, 10**6))", "t = np.outer(np.ones(10**5), np.ones(10**5))",
    "t = np.ones(1000)\nfor i in range(10**5):\n  t = np.concatenate([t, t])", "t = np.eye(10**6)",
    "t = np.ones((1000, 1000))\nwhile True:\n  t = np.sin(t)", "t = np.ones((1400, 1400)) @ np.ones((1400, 1400))",
    "t = np.linspace(0, 1, 10**12)", "t = np.repeat(np.ones(9), 10**12)", "t = np.pad(np.ones(9), 10**12)",
    "t = np.broadcast_to(np.ones(1), (10**6, 10**6))", "t = np.meshgrid(*[np.ones(100)] * 8)",
    "t = np.array([10]) ** 10**9", "t = np.array([2**62]) * 2**70", "t = np.ones((1,) * 60)",
    "t = np.ones((1000, 1000))\nfor r in t:\n  for c in r:\n    s = np.sin(t)", "t = np.array([[]])\nt[:, 5] = 3",
    "t = np.arange(9)\nt[np.arange(10**7)] = 1", "t = np.diag(np.ones(10**6))",
    "t = tf.one_hot(np.arange(10**4), 10**6)",
    "t = np.ones(10)\nt.resize(10**9)", "t = np.cumsum(np.ones((8, 8)), axis=9)", "t = ops.arange(0, 5, 0)",
])  # fmt: skip
def test_numbers_that_would_be_too_many_are_not_worked_out(text: str) -> None:
    begun = time.process_time()
    assert units(f"{text}\nsizes = [2, len(str(1))]") == [2, 1]
    assert time.process_time() - begun < 1


def test_numbers_that_no_network_can_hold_are_named() -> None:
    came = drawn(
        HEAD + "import numpy as np\nx = keras.Input((3, 3))\n"
        "m = keras.Model(x, x + np.where(np.tril(np.ones((3, 3))) > 0, 0, -np.inf))\n"
    )
    (said,) = (one for one in came.report.messages if one.code == "E_FUNCTION")
    assert "np.where" in said.text and said.place == "line 5"


def test_a_dict_that_is_laid_out_in_a_row_gives_its_keys() -> None:
    assert units("counts = {3: 'a', 5: 'b'}\nsizes = [*counts, *{7: 0}]") == [3, 5, 7]


def test_weights_that_begin_with_numbers_of_their_own_are_named_and_their_layer_stays() -> None:
    came = drawn(
        HEAD + "import numpy as np\nx = keras.Input((4,))\nb = keras.initializers.Constant(np.eye(2).flatten())\n"
        "m = keras.Model(x, layers.Dense(4, bias_initializer=b, name='turn')(x))\n"
    )
    assert [one.kind for one in came.document.nodes] == ["Input", "Dense"]
    assert told(came) == ["line 6: Dense 'turn' has a bias_initializer of many numbers; what is usual stands there."]


def test_a_table_of_weights_that_is_no_parameter_is_not_taken_for_one() -> None:
    came = drawn(
        HEAD + "class Places(layers.Layer):\n  def build(self, s):\n"
        "    self.p = self.add_weight(shape=(1, s[1], s[2]), trainable=False)\n"
        "  def call(self, x):\n    return x + self.p\n"
        "x = keras.Input((4, 3))\nm = keras.Model(x, Places()(x))\n"
    )
    assert came.report.placeholders and came.report.parameters == 0


def test_places_that_keras_looks_up_outside_of_its_model_are_told() -> None:
    model = "x = keras.Input((4, 3))\nm = keras.Model(x, x + layers.Embedding(4, 3)(keras.ops.arange(4)))\n"
    (said,) = drawn(HEAD + model).report.messages
    assert (said.code, said.place) == ("W_WEIGHTS", "line 4")
    within = (
        "class Places(layers.Layer):\n  def __init__(self):\n    self.e = layers.Embedding(4, 3)\n"
        "  def call(self, x):\n    return x + self.e(keras.ops.arange(4))\n"
        "x = keras.Input((4, 3))\nm = keras.Model(x, Places()(x))\n"
    )
    assert not drawn(HEAD + within).report.messages


def test_numbers_that_a_depthwise_kernel_begins_with_and_keeps_are_a_filter() -> None:
    kernel = "np.array([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]])[:, :, None, None]"
    came = drawn(
        HEAD + f"import numpy as np\nk = keras.initializers.Constant({kernel})\nx = keras.Input((8, 8, 1))\n"
        "d = layers.DepthwiseConv2D(3, use_bias=False, padding='same', depthwise_initializer=k, trainable=False)\n"
        "m = keras.Model(x, d(x))\n"
    )
    assert [one.kind for one in came.document.nodes] == ["Input", "FixedFilter"]


def test_parts_that_differ_in_names_alone_are_drafted_once_for_their_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    drafted: list[Model] = []

    def noted(model: Model, *told: Any, **how: Any) -> Drawn:
        drafted.append(model)
        return draw(model, *told, **how)

    monkeypatch.setattr("graphbuilder.importing.tracing.draw", noted)
    script = (
        HEAD
        + "i = x = keras.Input((8, 8, 4))\nfor n in range(6):\n"
        + "  x = layers.Conv2D(x.shape[-1] * (2 if n == 3 else 1), 3, padding='same', name=f'a{n}')(x)\n"
        + "  x = layers.Concatenate(name=f'b{n}')([x, x])\nm = keras.Model(i, x)\n"
    )
    document = drawn(script).document
    filters = [one.params["filters"] for one in document.nodes if one.kind == "Conv2D"]
    assert filters == [4, 8, 16, 64, 128, 256]  # joined with themselves; the fourth twice that
    forms = [one.form() for one in drafted]
    assert len({*forms}) == len(forms) > 0

    drafted.clear()
    drawn(HOSTILE["shapes"])
    assert len(drafted) < 10


@pytest.mark.parametrize(("one", "other", "sizes"), [
    ("layers.Dense(3, name='a')(i)", "layers.Dense(7, name='b')(i)", (3, 7)),
    ("layers.Dense(3)(i)", "layers.Dense(3)(j)", (3, 3)),
    ("layers.Dense(3)(j)", "layers.Embedding(9, 3)(j)", (3, 3)),
    ("layers.Concatenate(axis=1)([i, j])", "layers.Concatenate(axis=1)([i, i])", (6, 8)),
    ("keras.ops.sum(k, axis=1)", "keras.ops.sum(k, axis=2)", (5, 4)),
])  # fmt: skip
def test_parts_that_differ_in_more_have_shapes_of_their_own(one: str, other: str, sizes: tuple[int, int]) -> None:
    script = (
        HEAD
        + "i = keras.Input((4,))\nj = keras.Input((2,))\nk = keras.Input((4, 5))\n"
        + f"a = {one}\nb = {other}\n"
        + "x = layers.Dense(a.shape[-1] * 100 + b.shape[-1])(i)\nm = keras.Model([i, j, k], x)\n"
    )
    units = [node.params["units"] for node in drawn(script).document.nodes if node.kind == "Dense"]
    assert units == [sizes[0] * 100 + sizes[1]]
