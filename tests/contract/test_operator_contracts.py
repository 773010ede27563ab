"""Every registered operator, loss and optimizer against Keras: being registered is being tested.

Each is tried with its defaults and with every parameter moved off its default, on every input shape that it takes.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import combinations, product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphbuilder.calls import Argument, Call, Name
from graphbuilder.classic import SURFACES, update_of
from graphbuilder.document import Training
from graphbuilder.losses import LOSSES
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.elementwise import FUNCTIONS
from graphbuilder.operators.inner import LayerOf
from graphbuilder.operators.operator import REQUIRED, Port, ShapeFault
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.optimizers.ways import way_on
from graphbuilder.parameters import Constraint, Declared, Initializer, Regularizer
from graphbuilder.printing import expression
from graphbuilder.shapes import Shape, size
from graphbuilder.tensors import Inputs, Numbers, TensorSpec
from tests.moves import moved

SHAPES: tuple[Shape, ...] = (
    (64,), (8, 8, 4), (9, 7, 4), (8, 8, 1), (6, 4), (300, 12), (6, 4, 4, 2), (5, 6, 7, 2), (None, 8), (None, None, 4),
    (None, 6, 4), (None, 6, 7, 2),
)  # fmt: skip
SHORT = tuple((15, 12) if shape == (300, 12) else shape for shape in SHAPES)
"""Where each step is worked by itself."""
LAYERS = {kind: operator for kind, operator in OPERATORS.items() if operator.inputs and operator.outputs}
RARE: tuple[Shape, ...] = (
    (9, 7, 3), (None, 6, 3), (1, 1, 4), (6, 6), (1,), (6, 1), (2, 9, 7, 3), (2, 5, 5, 7, 2),
    (2, 2, 3, 4, 3, 2),
)  # fmt: skip

"""For what takes none of these."""
OTHERS: tuple[Shape, ...] = ((5, 3), (6, 4), (None, 8), (32,), (33,), (1,), (6,), (6, 6))
"""For the other ports of an operator that has several."""


def one_moved(declared: type[Declared]) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = [{}]
    return changes + [{name: value} for name, p in declared.parameters.items() for value in moved(p)]


def in_company(kind: type[Operator], change: dict[str, Any]) -> Operator | None:
    """The operator with this change; where that is out of bounds, with another parameter moved as well that brings it
    within. None where no other parameter does."""
    others = ({name: value} for name, p in kind.parameters.items() if name not in change for value in moved(p))
    tried = (kind({**change, **other}) for other in ({}, *others))
    return next((one for one in tried if next(one.parameter_faults(), None) is None), None)


def taken(operator: Operator, tried: Sequence[Shape] = SHAPES) -> Iterator[Inputs]:
    """What the operator takes, of these shapes: several of one shape where a port takes several, and such as are
    repeated to meet it; each optional port with and without."""
    told = operator.params.get("channels")  # of one that is told how many come in
    shapes = ((told,), (6, told), (None, 4, told), (5, 4, told)) if told else tried
    fits = list(_taken(operator, shapes))
    yield from fits or _taken(operator, RARE)


def _taken(operator: Operator, tried: Sequence[Shape]) -> Iterator[Inputs]:
    first, *others = operator.input_ports()
    for shapes in (row for shape in tried for row in rows_of(first, shape)):
        came = [(first.name, spec_for(first, shape)) for shape in shapes]
        turned = (*shapes[0][:-2], *shapes[0][:-3:-1])
        if others and not any(port.least for port in others) and not _fits(operator, Inputs.of(came)):
            continue  # with what may come beside it, it would not be taken either
        besides = (*OTHERS, *((*meeting(shapes[0]), turned) if len(others) == 1 and others[0].least else ()))
        for rest in product(*([*([None] if port.least == 0 else []), *besides] for port in others)):
            pairs = [
                (port.name, spec_for(port, one)) for port, one in zip(others, rest, strict=True) if one is not None
            ]
            inputs = Inputs.of([*came, *pairs])
            with suppress(ShapeFault):
                operator.infer(inputs, {})
                yield inputs


def is_told(inputs: Inputs) -> bool:
    """Whether no size is left open."""
    return all(None not in shape for shape in inputs)


def _fits(operator: Operator, inputs: Inputs) -> bool:
    try:
        operator.infer(inputs, {})
    except ShapeFault:
        return False
    return True


def rows_of(port: Port, shape: Shape) -> Iterator[tuple[Shape, ...]]:
    if not port.many:
        yield (shape,)
        return
    yield from ((shape,) * count for count in sorted({port.least, 3}))
    for other in meeting(shape)[1:]:
        yield from ((shape, other), (other, shape, shape))


def meeting(shape: Shape) -> tuple[Shape, ...]:
    """Shapes that are repeated to this one, itself the first."""
    ones = (1,) * (len(shape) - 1)
    return tuple(dict.fromkeys((shape, (*ones, shape[-1]), shape[-1:], (*shape[:-1], 1), (*ones, 1))))


def spec_for(port: Port, shape: Shape) -> TensorSpec:
    return TensorSpec(shape, next(one for one in Numbers if one in port.takes))


def called(
    operator: Operator, inputs: Inputs, tensors: Sequence[Any], unroll: bool = False, training: bool | None = None
) -> tuple[Any, list[Any]]:
    """The layer, None for a function, and what comes out of it, port by port, called as the compiler does. training:
    what an operator that is random is told."""
    from graphbuilder.compiler import evaluate_call, made_of

    call = operator.call("layer")
    layer = evaluate_call(call, {}) if call else None
    for one in (layer, *(getattr(layer, name, None) for name in ("layer", "forward_layer", "backward_layer"))):
        if hasattr(one, "unroll"):
            one.unroll = unroll  # else Keras tries the first step once more
    names = {f"x{place}": tensor for place, tensor in enumerate(tensors)}
    by_port: dict[str, list[Argument]] = {port.name: [] for port in operator.input_ports()}
    for place, port in enumerate(inputs.ports):
        by_port[port].append(Name(f"x{place}"))
    applied = operator.applied(by_port)
    if operator.is_random and training is not None:
        applied = replace(applied, kwargs={**applied.kwargs, "training": training})
    given = made_of(applied, layer, names)
    return layer, list(given) if len(operator.output_ports()) > 1 else [given]


def kept_open(operator: Operator, inputs: Inputs) -> bool:
    """Keras tells the query's length for how many steps the scores are of, whatever the value's is."""
    lengths = [inputs.shape_on(port) or (None,) for port in ("query", "value")]
    return (
        operator.kind == "MultiHeadAttention"
        and operator.params["return_attention_scores"] is True
        and lengths[0][0] != lengths[1][0]
    )


def hold_to_keras(operator: Operator, inputs: Inputs) -> None:
    """Shapes, kinds of numbers and counts of the operator are those of the Keras layer it becomes."""
    import keras

    tensors = [keras.Input(spec.shape, dtype=dtype_of(spec)) for spec in inputs.specs]
    layer, built = called(operator, inputs, tensors)
    outputs = list(operator.infer(inputs, {}).values())
    counts = operator.counts(inputs, outputs[0].shape)
    came = [(tuple(one.shape[1:]), "int" in one.dtype) for one in built]
    if kept_open(operator, inputs):
        *came, (scores, _) = came
        *outputs, open_one = outputs
        assert open_one.shape == (*scores[:-1], None)
    assert [(spec.shape, spec.numbers is Numbers.WHOLE) for spec in outputs] == came, inputs
    trainable = sum(prod(weight.shape) for weight in layer.trainable_weights) if layer else 0
    fixed = sum(prod(w.shape) for w in layer.non_trainable_weights if "seed" not in w.path) if layer else 0
    assert (counts.trainable, counts.fixed) == (trainable, fixed), inputs


def hold_code_to_keras(operator: Operator) -> None:
    """Printed code makes the layer that is compiled."""
    import keras

    from graphbuilder.compiler import evaluate_call

    if call := operator.call("layer"):
        names = {"keras": keras, "layers": keras.layers}
        printed = drawn(operator, lambda: eval(expression(call), names))
        assert printed.get_config() == drawn(operator, lambda: evaluate_call(call, {})).get_config()


def drawn(operator: Operator, make: Callable[[], Any]) -> Any:
    """Made with the same seed, where one is drawn."""
    import keras

    if operator.is_random:
        keras.utils.set_random_seed(1)
    return make()


def dtype_of(spec: TensorSpec) -> str:
    return {Numbers.FLOAT: "float32", Numbers.WHOLE: "int32", Numbers.TEXT: "string"}[spec.numbers]


def tf_text(words: Any) -> Any:
    import tensorflow as tf

    return tf.constant(words)


def sample_of(spec: TensorSpec, seed: int = 0) -> Any:
    """One value, with one step of each unknown length."""
    shape = (1, *(1 if axis is None else axis for axis in spec.shape))
    draw = np.random.default_rng(seed)
    whole = spec.numbers is Numbers.WHOLE
    if spec.numbers is Numbers.TEXT:
        return tf_text(np.array(["red", "pink", "the blue one"])[draw.integers(0, 3, shape)])
    return draw.integers(0, 5, shape).astype("int32") if whole else draw.normal(size=shape).astype("float32")


@contextmanager
def multiplied() -> Iterator[list[int]]:
    """Counts what TensorFlow multiplies and adds: of every product of matrices, einsum and convolution that it is asked
    for, as many as the sizes of its operands tell."""
    import tensorflow as tf

    found: list[int] = []
    nested: list[bool] = []

    convolution = tf.nn.convolution

    def in_groups(x: Any, kernel: Any, *args: Any, **kwargs: Any) -> Any:
        """Channels of a volume in groups are worked where they are compiled, and nowhere else."""
        if x.shape[-1] == kernel.shape[-2] or len(x.shape) < 5:
            return convolution(x, kernel, *args, **kwargs)
        tf.config.run_functions_eagerly(False)
        try:
            return tf.function(convolution, jit_compile=True)(x, kernel, *args, **kwargs)
        finally:
            tf.config.run_functions_eagerly(True)

    def counting(name: str, module: Any, products: Any) -> None:
        real = in_groups if name == "convolution" else getattr(module, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            nested.append(True)
            try:
                given = real(*args, **kwargs)
            finally:
                nested.pop()
            if not nested:
                found.append(products(given, *args, **kwargs))
            return given

        patch.setattr(module, name, wrapped)

    def of_einsum(given: Any, equation: str, *operands: Any, **_: Any) -> int:
        sizes: dict[str, int] = {}
        for letters, operand in zip(equation.split("->")[0].split(","), operands, strict=True):
            before, *after = letters.strip().split("...")
            missing = len(operand.shape) - len(before) - len("".join(after))
            named = [*before, *(f"... {place}" for place in range(missing) if after), *"".join(after)]
            sizes |= dict(zip(named, operand.shape, strict=True))
        return prod(sizes.values())

    def of_depthwise(given: Any, x: Any, kernel: Any, *_: Any, **__: Any) -> int:
        return prod(given.shape) * prod(kernel.shape[:2])

    def of_separable(given: Any, x: Any, depthwise: Any, pointwise: Any, *_: Any, **__: Any) -> int:
        return prod(given.shape[:-1]) * (prod(depthwise.shape) + prod(pointwise.shape))

    with pytest.MonkeyPatch.context() as patch:
        counting("matmul", tf, lambda given, a, *_, **__: prod(given.shape) * a.shape[-1])
        counting("matmul", tf.linalg, lambda given, a, *_, **__: prod(given.shape) * a.shape[-1])
        counting("tensordot", tf, lambda given, a, b, axes: prod(given.shape) * a.shape[-1])
        counting("einsum", tf, of_einsum)
        counting("convolution", tf.nn, lambda given, x, kernel, *_, **__: prod(given.shape) * prod(kernel.shape[:-1]))
        counting("conv2d", tf.nn, lambda given, x, kernel, *_, **__: prod(given.shape) * prod(kernel.shape[:-1]))
        counting("conv_transpose", tf.nn, lambda given, x, kernel, *_, **__: prod(x.shape[:-1]) * prod(kernel.shape))
        counting("depthwise_conv2d", tf.nn, of_depthwise)
        counting("separable_conv2d", tf.nn, of_separable)
        tf.config.run_functions_eagerly(True)
        try:
            yield found
        finally:
            tf.config.run_functions_eagerly(False)


def hold_to_what_is_multiplied(operator: Operator, inputs: Inputs) -> None:
    """Multiply-adds are those that TensorFlow is asked for. Raises ShapeFault where one step of unknown length is too
    short for a window."""
    steps = [replace(spec, shape=tuple(axis or 1 for axis in spec.shape)) for spec in inputs.specs]
    operator.infer(Inputs.of(zip(inputs.ports, steps, strict=True)), {})
    samples = [sample_of(spec) for spec in inputs.specs]
    with multiplied() as found:
        called(operator, inputs, samples, unroll=True, training=False)
    told = next(iter(operator.infer(inputs, {}).values())).shape
    assert operator.counts(inputs, told).multiply_adds == sum(found)


@pytest.mark.parametrize("kind", LAYERS)
def test_shapes_counts_and_code_are_those_of_keras(kind: str) -> None:
    for change in one_moved(LAYERS[kind]):
        operator = in_company(LAYERS[kind], change)
        assert operator, f"nothing goes with {change}"
        tried = 0
        for inputs in taken(operator):
            hold_to_keras(operator, inputs)
            tried += 1
        hold_code_to_keras(operator)
        assert tried, f"no input shape goes with {change}"


@pytest.mark.parametrize("kind", LAYERS)
def test_multiply_adds_are_those_that_are_worked(kind: str) -> None:
    drawn = (Initializer, Regularizer, Constraint)  # no product depends on them
    moves = [
        one for one in one_moved(LAYERS[kind]) if not any(isinstance(LAYERS[kind].parameters[n], drawn) for n in one)
    ]
    for operator in filter(None, (in_company(LAYERS[kind], change) for change in moves)):
        shapes = SHORT if any(is_told(one) for one in taken(operator, SHORT)) else SHAPES
        fits = [one for one in taken(operator, shapes) if None not in one[0] or len(one[0]) < 3]
        fits.sort(key=lambda one: (any(None in shape for shape in one), sum(map(size, one))))
        for inputs in fits[:2]:
            with suppress(ShapeFault, ValueError):  # one step of an unknown length is too short for a window
                hold_to_what_is_multiplied(operator, inputs)


@pytest.mark.parametrize("kind", LAYERS)
def test_whole_numbers_come_out_as_keras_has_them(kind: str) -> None:
    """As it has them where it works on them: it takes for granted that a layer makes amounts of them, which few do."""
    functions = LAYERS[kind]().call("layer") is None
    for operator in map(LAYERS[kind], one_moved(LAYERS[kind]) if functions else [{}]):
        known = [one for one in taken(operator) if all(None not in shape for shape in one)]
        for inputs in known[:1]:
            specs = [replace(spec, numbers=Numbers.WHOLE) for spec in inputs.specs]
            whole = Inputs.of(zip(inputs.ports, specs, strict=True))
            with suppress(ShapeFault):  # amounts alone
                given = operator.infer(whole, {}).values()
                samples = [sample_of(spec, place) for place, spec in enumerate(specs)]
                for training in (False, True):
                    answers = [np.asarray(one) for one in called(operator, whole, samples, training=training)[1]]
                    told = [(one.shape[1:], one.dtype.kind in "iu") for one in answers]
                    assert told == [(spec.shape, spec.numbers is Numbers.WHOLE) for spec in given]
                    assert all(np.isfinite(one).all() for one in answers)


@pytest.mark.parametrize("kind", [kind for kind, one in LAYERS.items() if len(one.inputs) > 1 or one.inputs[0].many])
def test_no_input_is_ignored(kind: str) -> None:
    """What comes in at any port is seen in what comes out."""
    inputs = max(taken(LAYERS[kind]()), key=lambda one: (len(one), sum(None not in shape for shape in one)))
    samples = [sample_of(spec, place) for place, spec in enumerate(inputs.specs)]
    answers = [answer_of(LAYERS[kind](), inputs, samples)]
    for place, spec in enumerate(inputs.specs):
        other = [*samples[:place], sample_of(spec, 98), *samples[place + 1 :]]
        answers.append(answer_of(LAYERS[kind](), inputs, other))
        assert not np.allclose(answers[0], answers[-1]), f"{inputs.ports[place]} changes nothing"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_a_value_is_the_one_that_is_drawn_and_stays_within_its_bounds(name: str) -> None:
    kind, operator = FUNCTIONS[name], LAYERS["Elementwise"]({"function": name})
    low, high = (0.25, 2.5) if np.isfinite(kind.low) or name in ("power", "reciprocal") else (-2.5, 1.5)
    x = np.linspace(low, high, 41).astype("float32").reshape(1, -1)
    (y,) = called(operator, Inputs.shaped((41,)), [x])[1]
    if name != "power":  # drawn with another exponent
        assert np.allclose(np.asarray(y)[0], [kind.function(float(one)) for one in x[0]], atol=1e-6)
    least, most = operator.reach([(low, high)])
    assert least - 1e-6 <= np.min(y) and np.max(y) <= most + 1e-6


COMPOSED = [kind for kind, one in LAYERS.items() if one.call is not Operator.call]


@pytest.mark.parametrize("kind", COMPOSED)
def test_what_is_composed_of_functions_is_the_same_in_a_model_that_was_saved(kind: str, tmp_path: Path) -> None:
    import keras

    operator = LAYERS[kind]()
    inputs = next(one for one in taken(operator) if all(None not in shape for shape in one))
    came = [keras.Input(spec.shape, dtype=dtype_of(spec)) for spec in inputs.specs]
    model = keras.Model(came, called(operator, inputs, came)[1])
    model.save(tmp_path / "model.keras")
    samples = [sample_of(spec, place) for place, spec in enumerate(inputs.specs)]
    answers = [one(samples) for one in (model, keras.models.load_model(tmp_path / "model.keras"))]
    for before, after in zip(*answers, strict=True):
        assert np.array_equal(before, after)


@pytest.mark.parametrize("kind", [kind for kind in COMPOSED if LAYERS[kind]().call("layer") is None])
def test_a_function_as_printed_is_the_function_as_compiled(kind: str) -> None:
    import keras

    from graphbuilder import composed

    for operator in map(LAYERS[kind], one_moved(LAYERS[kind])):
        inputs = next((one for one in taken(operator) if all(None not in shape for shape in one)), None)
        if inputs is None or next(operator.parameter_faults(), None):
            continue
        samples = [sample_of(spec, place) for place, spec in enumerate(inputs.specs)]
        names = {f"x{place}": keras.ops.convert_to_tensor(sample) for place, sample in enumerate(samples)}
        by_port: dict[str, list[Argument]] = {port.name: [] for port in operator.input_ports()}
        for name, port in zip(names, inputs.ports, strict=True):
            by_port[port].append(Name(name))
        printed = eval(expression(operator.applied(by_port)), {"keras": keras, **vars(composed), **names})
        given = list(printed) if isinstance(printed, list | tuple) else [printed]
        for one, right in zip(given, called(operator, inputs, samples)[1], strict=True):
            assert np.array_equal(one, right, equal_nan=True)


def test_places_are_told_by_the_vectors_of_the_paper() -> None:
    x = sample_of(TensorSpec((7, 6)))
    (y,) = called(LAYERS["SinusoidalPosition"](), Inputs.shaped((7, 6)), [x])[1]
    angles = np.arange(7)[:, None] / 10_000 ** (np.array([0, 0, 2, 2, 4, 4]) / 6)
    right = np.where([True, False] * 3, np.sin(angles), np.cos(angles))
    assert np.allclose(np.asarray(y)[0], right, atol=1e-5)


@pytest.mark.parametrize(("kind", "inner"), [
    (kind, inner) for kind, one in LAYERS.items() for parameter in one.parameters.values()
    if isinstance(parameter, LayerOf) for inner in parameter.options
])  # fmt: skip
def test_every_layer_that_may_stand_inside_another_is_as_keras_has_it_there(kind: str, inner: str) -> None:
    (name,) = (name for name, one in LAYERS[kind].parameters.items() if isinstance(one, LayerOf))
    operator = LAYERS[kind]({name: LAYERS[kind].parameters[name].read(inner)})
    fits = list(taken(operator))
    assert fits
    for inputs in fits[:1] + fits[-1:]:
        hold_to_keras(operator, inputs)


MERGES = [kind for kind, one in LAYERS.items() if one.output_shape is LAYERS["Add"].output_shape]


def test_inputs_that_do_not_meet_are_those_that_keras_refuses() -> None:
    import keras

    refused = 0
    for first, second in product(SHAPES, SHAPES):
        try:
            LAYERS["Add"]().output_shape(Inputs.shaped(first, second), {})
        except ShapeFault:
            refused += 1
            for kind in MERGES:
                with pytest.raises(ValueError, match="incompatible shapes"):
                    getattr(keras.layers, kind)()([keras.Input(first), keras.Input(second)])
    assert refused > 50 and len(MERGES) >= 6


@pytest.mark.parametrize("kind", MERGES)
def test_a_value_that_meets_itself_or_is_repeated_is_as_keras_has_it(kind: str) -> None:
    import keras

    x, y = sample_of(TensorSpec((8, 8, 4)), 1), sample_of(TensorSpec((1, 1, 4)), 2)
    for came in ([x, x], [x, y], [y, x]):
        operator, specs = LAYERS[kind](), [TensorSpec(one.shape[1:]) for one in came]
        ports = operator.input_ports() if len(operator.inputs) > 1 else operator.input_ports() * 2
        inputs = Inputs.of((port.name, spec) for port, spec in zip(ports, specs, strict=True))
        assert np.array_equal(answer_of(operator, inputs, came), getattr(keras.layers, kind)()(came))
        (given,) = operator.infer(inputs, {}).values()
        assert given.shape == (8, 8, 4)


@pytest.mark.parametrize("kind", [kind for kind, one in LAYERS.items() if one.is_random])
def test_what_is_random_is_so_in_training_alone(kind: str) -> None:
    """Afterwards what keeps values gives them as they came; in both cases the shape is the one that is told."""
    import keras

    sizes = {name: 5 for name in ("height", "width") if name in LAYERS[kind].parameters}
    operator = LAYERS[kind](sizes)
    inputs = next(one for one in taken(operator) if None not in one[0])
    x = np.random.default_rng(1).uniform(size=(32, *inputs[0])).astype("float32")
    keras.utils.set_random_seed(1)
    used, trained = (np.asarray(called(operator, inputs, [x], training=one)[1][0]) for one in (False, True))
    assert used.shape == trained.shape == (32, *operator.output_shape(inputs, {}))
    assert not np.allclose(used, trained)
    assert not operator.keeps_values or np.array_equal(used, x)


OF_CALLS = [
    (kind, name) for kind, one in LAYERS.items() for name, parameter in one.parameters.items() if parameter.of_call
]


@pytest.mark.parametrize(("kind", "name"), OF_CALLS)
def test_no_argument_of_a_call_is_forgotten(kind: str, name: str) -> None:
    inputs = next(one for one in taken(LAYERS[kind]()) if all(None not in shape and shape[0] > 1 for shape in one))
    samples = [sample_of(spec, place) for place, spec in enumerate(inputs.specs)]
    default = LAYERS[kind]()
    for value in moved(default.parameters[name]):
        operator = LAYERS[kind]({name: value})
        more = len(operator.output_ports()) != len(default.output_ports())
        answers = [answer_of(one, inputs, samples) for one in (default, operator)]
        assert more or not np.allclose(*answers), f"{name}={value} changes nothing"


def answer_of(operator: Operator, inputs: Inputs, samples: Sequence[Any]) -> Any:
    """What comes out first, with the same weights each time."""
    import keras

    keras.utils.set_random_seed(1)
    return np.asarray(called(operator, inputs, samples)[1][0])


WINDOW = (
    "filters", "depth_multiplier", "kernel_size", "strides", "padding", "output_padding", "dilation_rate", "groups",
    "use_bias",
)  # fmt: skip


@pytest.mark.parametrize("kind", ["Conv2D", "Conv2DTranspose", "DepthwiseConv2D", "SeparableConv2D"])
def test_convolutions_of_two_parameters_moved_together_are_those_of_keras(kind: str) -> None:
    convolution, inputs = LAYERS[kind], Inputs.shaped((8, 8, 4))
    names = [name for name in WINDOW if name in convolution.parameters]
    tried = 0
    for first, second in combinations(names, 2):
        for a, b in product(moved(convolution.parameters[first]), moved(convolution.parameters[second])):
            operator = convolution({first: a, second: b})
            if next(operator.parameter_faults(), None):
                continue
            try:
                operator.output_shape(inputs, {})
            except ShapeFault:
                with pytest.raises(ValueError, match="zero or negative"):
                    hold_to_keras(operator, inputs)
                continue
            hold_to_keras(operator, inputs)
            hold_to_what_is_multiplied(operator, inputs)
            tried += 1
    assert tried > 50


@pytest.mark.parametrize("kind", LAYERS)
def test_a_default_left_out_of_the_code_is_keras_own(kind: str) -> None:
    import keras

    layer = getattr(keras.layers, kind, None)
    if layer is None:
        pytest.skip("a function")
    signature = {**inspect.signature(layer.call).parameters, **inspect.signature(layer.__init__).parameters}
    for name, parameter in LAYERS[kind].parameters.items():
        if name == "shared_axes" or parameter.keras_default is REQUIRED:
            continue
        real = signature[name].default
        assert (tuple(real) if isinstance(real, list) else real) == parameter.keras_default, name


@pytest.mark.parametrize(("name", "from_logits"), [*product(LOSSES, (True, False))])
def test_a_loss_as_printed_is_the_loss_as_compiled(name: str, from_logits: bool) -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    for change in one_moved(LOSSES[name]):
        loss = LOSSES[name](change)
        call = loss.call(from_logits)
        compiled = evaluate_call(call, {})
        assert type(compiled).__name__ == loss.keras_class(None)
        printed = eval(expression(Call(f"keras.{call.callee}", call.args, call.kwargs)), {"keras": keras})
        of_config = {"from_logits": from_logits} if loss.logits == "chosen" else {}
        of_config |= {name: value for name, value in change.items() if name != "each_row"}
        told = [{**one.get_config(), **one._fn_kwargs} for one in (compiled, printed)]  # Huber's config lacks its delta
        assert told[0] == told[1] and of_config.items() <= told[0].items()


def test_every_loss_of_keras_is_declared() -> None:
    import keras

    there = {name for name, one in vars(keras.losses).items() if inspect.isclass(one)} - {"Loss"}
    assert there == {loss.keras for loss in LOSSES.values()} | {"CategoricalCrossentropy"}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_as_printed_is_the_optimizer_as_compiled(name: str) -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    for change in one_moved(OPTIMIZERS[name]):
        call = OPTIMIZERS[name](change).call()
        compiled = evaluate_call(call, {}).get_config()
        asked = {**OPTIMIZERS[name].defaults(), **change, **OPTIMIZERS[name].fixed}
        asked = {key: list(one) if isinstance(one, tuple) else one for key, one in asked.items()}
        unsaid = {key for key, one in OPTIMIZERS[name].parameters.items() if one.quiet and key not in change}
        assert call.kwargs.keys() == asked.keys() - unsaid
        for key, one in asked.items():
            wanted = OPTIMIZERS[name].parameters[key].keras_default if key in unsaid else one
            assert compiled[key] == (pytest.approx(wanted) if isinstance(wanted, float) else wanted), key
        named = Call(call.callee, call.args, {**call.kwargs, "name": compiled["name"]})
        assert eval(expression(named), {"keras": keras}).get_config() == compiled


@pytest.mark.parametrize("name", [name for name, one in OPTIMIZERS.items() if one.update])
def test_the_way_of_an_optimizer_on_a_surface_is_that_of_keras(name: str) -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    valley = SURFACES[1]
    for change in ({}, *one_moved(OPTIMIZERS[name])):
        options = {"learning_rate": 0.01, **change}
        way = way_on(valley.gradient, valley.start, update_of(Training(optimizer=name, options=options)), 12)
        optimizer = evaluate_call(OPTIMIZERS[name](options).call(), {})
        weights = [keras.Variable(one) for one in valley.start]
        optimizer.build(weights)
        for x, y in way[1:]:
            optimizer.apply([keras.ops.convert_to_tensor(one) for one in valley.gradient(*map(float, weights))])
            assert [float(one) for one in weights] == pytest.approx([x, y], rel=2e-3, abs=1e-4), change


def test_one_that_has_no_way_on_a_surface_works_on_matrices() -> None:
    assert [name for name, one in OPTIMIZERS.items() if not one.update] == ["Muon"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_keeps_as_many_numbers_a_weight_as_it_says(name: str) -> None:
    import keras

    from graphbuilder.compiler import evaluate_call

    optimizer = evaluate_call(OPTIMIZERS[name]().call(), {})
    optimizer.build([keras.Variable([1.0, 2.0])])
    assert sum(v.shape == (2,) for v in optimizer.variables) == OPTIMIZERS[name].slots


OF_ALL = {
    "name", "kwargs", "loss_scale_factor", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum",
    "ema_overwrite_frequency", "gradient_accumulation_steps",
}  # fmt: skip
"""Arguments of every optimizer of Keras' that are settings of training here, or of no use on a processor."""


def test_every_optimizer_of_keras_is_declared_with_all_of_its_arguments() -> None:
    import keras

    there = {name for name, one in vars(keras.optimizers).items() if inspect.isclass(one)}
    of_others = {"Optimizer", "LossScaleOptimizer", "MultiOptimizer", "OptimizerMap"}
    assert there - of_others == {one.keras for one in OPTIMIZERS.values()}
    for one in OPTIMIZERS.values():
        arguments = inspect.signature(getattr(keras.optimizers, one.keras)).parameters
        told = {*one.parameters, *one.absent, *one.fixed}
        ours = {"momentum", "nesterov"} if one.keras == "SGD" else set()
        assert {*arguments} - OF_ALL - ours == told - ours, one.title
        for name, parameter in one.parameters.items():
            if name != "learning_rate" and one.keras != "SGD":
                given = arguments[name].default
                assert (() if name == "exclude_layers" else given) == parameter.keras_default, (one.title, name)


# A check that has never failed is not known to work


def test_a_shape_rule_that_ignores_its_units_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LAYERS["Dense"], "output_shape", lambda self, inputs, fields: (*inputs[0][:-1], 64))
    with pytest.raises(AssertionError):
        test_shapes_counts_and_code_are_those_of_keras("Dense")


def test_a_forgotten_use_bias_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = LAYERS["Conv2D"].counts

    def with_bias(self: Any, inputs: Any, output: Any) -> Any:
        return counts(LAYERS["Conv2D"]({**self.params, "use_bias": True}), inputs, output)

    monkeypatch.setattr(LAYERS["Conv2D"], "counts", with_bias)
    with pytest.raises(AssertionError):
        test_shapes_counts_and_code_are_those_of_keras("Conv2D")


def test_a_shape_rule_that_ignores_a_port_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    attention = LAYERS["MultiHeadAttention"]

    right = attention.output_specs

    def of_value(self: Any, inputs: Inputs, fields: Any) -> Any:
        return (inputs.on("value")[0], *right(self, inputs, fields)[1:])

    monkeypatch.setattr(attention, "output_specs", of_value)
    with pytest.raises(AssertionError):
        test_shapes_counts_and_code_are_those_of_keras("MultiHeadAttention")


def test_a_forgotten_argument_of_a_call_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    attention = LAYERS["MultiHeadAttention"]
    monkeypatch.setattr(attention, "call_arguments", lambda self: {})
    with pytest.raises(AssertionError):
        test_no_argument_of_a_call_is_forgotten("MultiHeadAttention", "use_causal_mask")


def test_a_port_that_is_not_handed_on_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = LAYERS["LSTM"].applied
    monkeypatch.setattr(
        LAYERS["LSTM"], "applied", lambda self, values: applied(self, {**values, "state_h": [], "state_c": []})
    )
    with pytest.raises(AssertionError):
        test_no_input_is_ignored("LSTM")


def test_forgotten_multiply_adds_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = LAYERS["LSTM"].counts
    monkeypatch.setattr(
        LAYERS["LSTM"], "counts", lambda *args: replace(counts(*args), multiply_adds=counts(*args).multiply_adds // 2)
    )
    with pytest.raises(AssertionError):
        test_multiply_adds_are_those_that_are_worked("LSTM")


@pytest.mark.parametrize(
    ("kind", "uses"),
    [
        ("Conv2DTranspose", lambda self, inputs, output: [((*self.kernel_size, inputs[0][-1]), prod(output))]),
        ("SeparableConv2D", lambda self, inputs, output: [(self.kernel_size, prod(output[:-1]) * inputs[0][-1])]),
        ("DepthwiseConv1D", lambda self, inputs, output: [((*self.kernel_size, inputs[0][-1]), prod(output))]),
    ],
    ids=["of what comes out", "of the windows alone", "of all channels"],
)
def test_multiply_adds_of_another_convolution_are_caught(kind: str, uses: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LAYERS[kind], "_uses", uses)
    with pytest.raises(AssertionError):
        test_multiply_adds_are_those_that_are_worked(kind)


def test_a_shape_rule_that_ignores_output_padding_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LAYERS["Conv1DTranspose"], "_more", lambda self: (None,) * self.rank)
    with pytest.raises(AssertionError):
        test_shapes_counts_and_code_are_those_of_keras("Conv1DTranspose")
