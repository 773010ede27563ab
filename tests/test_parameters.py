"""The kinds of parameter: what each reads, and what each says of a value out of bounds."""

from typing import Any

import pytest

from graphbuilder.calls import Call
from graphbuilder.operators import OPERATORS
from graphbuilder.operators.axes import place_of, places_of
from graphbuilder.operators.inner import LayerOf, operator_of, specs_within
from graphbuilder.operators.operator import Operator, ShapeFault
from graphbuilder.parameters import (
    INITIALIZERS,
    AxesOf,
    AxisOf,
    Choice,
    Chosen,
    Constraint,
    Edges,
    FieldName,
    Initializer,
    Matrix,
    Number,
    NumberList,
    NumberListOrNone,
    NumberOrNone,
    Parameter,
    Penalty,
    Regularizer,
    ShapeOf,
    Sizes,
    SizesOrNone,
    TextList,
    Weight,
    Whole,
    WholeList,
    WholeOrNone,
    WrongType,
    YesNo,
    constant_of,
    in_words,
)
from graphbuilder.repair import SetParameter
from graphbuilder.tensors import Inputs

WHOLE = Whole(3, low=1, high=9, help="")
SHARE = Number(0.5, low=0.0, high=1.0, open_high=True, help="")
RATE = Number(0.1, low=0.0, open_low=True, help="")
WORD = Choice("a", choices={"a": "A", "b": "B"}, help="")
SIZES = Sizes((2, 2), high=10, help="")
SHAPE = ShapeOf((8, 8), one_open=True, help="")
SLOPE = NumberOrNone(none="as it is", low=0.0, help="")
SEED = WholeOrNone(none="drawn", help="")
TARGET = SizesOrNone(2, none="as it comes", high=9, help="")
MEANS = NumberListOrNone(none="measured", help="")
TICKS = NumberList((0.0, 1.0), rising=True, longest=3, help="")
PLACES = WholeList((1,), low=0, high=9, longest=3, distinct=True, help="")
WORDS = TextList(("a",), longest=2, help="")
KERNEL = Matrix(((1.0, 0.0), (0.0, 1.0)), longest=3, help="")
AXIS = AxisOf(help="", low=-3, high=3)
AXES = AxesOf(help="")
LAYER = LayerOf(OPERATORS["Dense"], lambda one: one.weighs_last_axis or one.kind == "Conv1D", {"units": 8})
LAYER.__set_name__(Operator, "layer")
DRAWN = Initializer("glorot_uniform", axes=2, help="")
BIAS = Initializer("zeros", help="")
HELD = Constraint(axes=2, help="")
PULLED = Regularizer(axes=2, help="")
MAX_NORM = Chosen("max_norm", (("max_value", 3.0), ("axis", (0,))))
ROWS = Chosen("orthogonal", (("factor", 0.02), ("mode", "rows")))


@pytest.mark.parametrize(
    ("parameter", "value", "read"),
    [
        (WHOLE, 3.0, 3),
        (WHOLE, -(10**12), -(10**12)),
        (SHARE, 1, 1.0),
        (YesNo(True, help=""), False, False),
        (WORD, "c", "c"),
        (SIZES, [1, 2.0], (1, 2)),
        (SHAPE, [-1], (-1,)),
        (Regularizer(help=""), {"l2": 1}, Penalty(0.0, 1.0)),
        (FieldName(help=""), "x", "x"),
        (SLOPE, None, None),
        (SLOPE, 2, 2.0),
        (SEED, None, None),
        (TARGET, None, None),
        (TARGET, [3, 4], (3, 4)),
        (MEANS, [1, 2.5], (1.0, 2.5)),
        (TICKS, [], ()),
        (PLACES, [3.0, 4], (3, 4)),
        (WORDS, ["a", "a b"], ("a", "a b")),
        (KERNEL, [[1, 2.5]], ((1.0, 2.5),)),
        (AXIS, -2, -2),
        (AXES, [-2, 1], (-2, 1)),
        (DRAWN, "he_normal", "he_normal"),
        (DRAWN, {"name": "orthogonal", "gain": 2}, Chosen("orthogonal", (("gain", 2.0),))),
        (DRAWN, {"name": "random_normal"}, "random_normal"),
        (DRAWN, {"name": "orthogonal", "gain": 1}, "orthogonal"),
        (LAYER, "Conv1D", LAYER.made("Conv1D", OPERATORS["Conv1D"].defaults())),
        (LAYER, {"kind": "Dense", "params": {"units": 8}}, LAYER.default),
        (HELD, None, None),
        (HELD, {"name": "non_neg"}, "non_neg"),
        (HELD, {"name": "max_norm", "max_value": 3}, MAX_NORM),
        (PULLED, {"l1": 0, "l2": 1}, Penalty(0.0, 1.0)),
        (PULLED, {"name": "orthogonal", "factor": 0.02}, ROWS),
    ],
)
def test_a_value_of_the_right_type_is_read(parameter: Parameter[Any], value: object, read: object) -> None:
    assert parameter.read(value) == read
    assert parameter.read(parameter.write(read)) == read


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        (WHOLE, True, "must be a whole number of at most 1e+12; received True"),
        (WHOLE, 1.5, "must be a whole number of at most 1e+12; received 1.5"),
        (WHOLE, 10**13, "must be a whole number of at most 1e+12; received 10000000000000"),
        (SHARE, "1", "must be a finite number; received '1'"),
        (SHARE, float("nan"), "must be a finite number; received nan"),
        (SHARE, float("inf"), "must be a finite number; received inf"),
        (YesNo(True, help=""), 1, "must be true or false; received 1"),
        (WORD, None, "must be one word; received None"),
        (SIZES, [1], "must be a list of 2 whole numbers; received [1]"),
        (SIZES, [1, True], "must be a list of 2 whole numbers; received [1, True]"),
        (SHAPE, "8", "must be a list of whole numbers; received '8'"),
        (SHAPE, [2] * 17, f"must be a list of at most 16 sizes; received {[2] * 17}"),
        (Regularizer(help=""), {"l3": 1}, 'must be an object like {"l1": 0.0, "l2": 0.01}; received {\'l3\': 1}'),
        (FieldName(help=""), 3, "must be the name of a field; received 3"),
        (SLOPE, "x", "must be a finite number; received 'x'"),
        (TARGET, [1], "must be a list of 2 whole numbers; received [1]"),
        (TICKS, 1, "must be a list of numbers; received 1"),
        (TICKS, ["a"], "must be a finite number; received 'a'"),
        (PLACES, [0.5], "must be a whole number of at most 1e+12; received 0.5"),
        (WORDS, [1], "must be a text of at most 200 characters; received 1"),
        (WORDS, ["a\n"], "has the character U+000A at place 2, which no name may have"),
        (KERNEL, [1], "must be a list of rows, each a list of numbers; received [1]"),
        (KERNEL, [["a"]], "must be a finite number; received 'a'"),
        (DRAWN, 3, "must be one word, or an object with a name; received 3"),
        (BIAS, {"name": "orthogonal"}, f"must be one of {', '.join(BIAS.options)}; received 'orthogonal'"),
        (DRAWN, {"name": "orthogonal", "gian": 1}, "has no 'gian'; there are: gain"),
        (DRAWN, {"name": "orthogonal", "gain": "1"}, "has gain, which must be a finite number; received '1'"),
        (LAYER, 3, 'must be an object like {"kind": "Dense", "params": {}}; received 3'),
        (LAYER, {"kind": "LSTM"}, "must be one of Conv1D, Dense; received 'LSTM'"),
        (LAYER, {"kind": "Dense", "params": []}, "must be an object of parameters; received []"),
        (
            LAYER,
            {"kind": "Dense", "params": {"units": "8"}},
            "has units, which must be a whole number of at most 1e+12; received '8'",
        ),
        (HELD, {"name": "non_neg", "axis": 1}, "has no 'axis'; there are: none"),
        (Regularizer(help=""), {"name": "orthogonal"}, "must be one of l1_l2; received 'orthogonal'"),
        (WORD, "x" * 100, "must be one word; received '" + "x" * 56 + "..."),
    ],
)
def test_a_value_of_another_type_is_refused(parameter: Parameter[Any], value: object, message: str) -> None:
    with pytest.raises(WrongType) as refused:
        parameter.read(value)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("parameter", "value", "fault"),
    [
        (WHOLE, 1, None),
        (WHOLE, 9, None),
        (WHOLE, 0, "must be at least 1; received 0"),
        (WHOLE, 10, "must be at most 9; received 10"),
        (SHARE, 0.0, None),
        (SHARE, 1.0, "must be below 1; received 1"),
        (RATE, 0.0, "must be above 0; received 0"),
        (WORD, "c", "must be one of a, b; received 'c'"),
        (SIZES, (1, 11), "must be from 1 to 10; received 11"),
        (SHAPE, (), "must have 1 to 6 sizes; received 0"),
        (SHAPE, (-1, -1), "must have at most one -1; received 2"),
        (SHAPE, (0, 3), "must have sizes of at least 1; received 0"),
        (Regularizer(help=""), Penalty(0.0, -1.0), "must have l2 of at least 0; received -1"),
        (SLOPE, None, None),
        (SLOPE, -1.0, "must be at least 0; received -1"),
        (TARGET, None, None),
        (TARGET, (1, 10), "must be from 1 to 9; received 10"),
        (MEANS, None, None),
        (MEANS, (), "must have 1 to 1,000 numbers; received 0"),
        (TICKS, (1.0, 0.5), "must rise from each to the next; received 1 before 0.5"),
        (TICKS, (1.0, 2.0, 3.0, 4.0), "must have 0 to 3 numbers; received 4"),
        (PLACES, (1, 2, 1), "must have none of its whole numbers twice; received 1 again"),
        (PLACES, (1, 10), "has item 2, which must be at most 9; received 10"),
        (WORDS, ("a", ""), "has item 2, which must not be empty"),
        (WORDS, ("a", "a"), "must have none of its texts twice; received 'a' again"),
        (KERNEL, ((1.0,), (1.0, 2.0)), "must have rows of one length; received rows of 1, 2"),
        (KERNEL, ((1.0,) * 4,), "must have 1 to 3 rows and columns; received 1 × 4"),
        (KERNEL, (), "must have 1 to 3 rows and columns; received 0 × 0"),
        (AXIS, 3, None),
        (AXIS, 4, "must be at most 3; received 4"),
        (AXIS, 0, "must not be 0, which is the batch; -1 is the last axis, 1 the first"),
        (AXES, (-1, 0), "must not be 0, which is the batch; -1 is the last axis, 1 the first"),
        (AXES, (1, -1), "must count all its axes from one end; received 1, -1"),
        (AXES, (), "must have 1 to 8 whole numbers; received 0"),
        (DRAWN, "he", f"must be one of {', '.join(INITIALIZERS)}; received 'he'"),
        (BIAS, "identity", f"must be one of {', '.join(BIAS.options)}; received 'identity'"),
        (
            DRAWN,
            Chosen("random_normal", (("mean", 0.0), ("stddev", -1.0))),
            "has stddev, which must be at least 0; received -1",
        ),
        (
            DRAWN,
            Chosen("random_uniform", (("minval", 1.0), ("maxval", 0.0))),
            "must have minval of at most maxval; received 1 and 0",
        ),
        (LAYER, LAYER.default, None),
        (
            LAYER,
            LAYER.read({"kind": "Dense", "params": {"units": 0}}),
            "has units, which must be at least 1; received 0",
        ),
        (
            LAYER,
            LAYER.read({"kind": "Conv1D", "params": {"groups": 5}}),
            "has groups, which must divide the 32 filters; received 5",
        ),
        (HELD, None, None),
        (HELD, MAX_NORM, None),
        (
            HELD,
            Chosen("unit_norm", (("axis", (0, -2)),)),
            "has axis, which must name axes from -2 to 1, none twice; received [0, -2]",
        ),
        (
            HELD,
            Chosen("unit_norm", (("axis", (2,)),)),
            "has axis, which must name axes from -2 to 1, none twice; received [2]",
        ),
        (
            PULLED,
            Chosen("orthogonal", (("factor", -1.0), ("mode", "rows"))),
            "has factor, which must be at least 0; received -1",
        ),
    ],
)
def test_a_bound_that_is_broken_is_told_in_words(parameter: Parameter[Any], value: Any, fault: str | None) -> None:
    assert parameter.fault(value) == fault


@pytest.mark.parametrize(
    ("parameter", "value", "nearest"),
    [
        (SLOPE, -1.0, 0.0),
        (TARGET, (0, 99), (1, 9)),
        (TICKS, (2.0, 1.0), (1.0, 2.0)),
        (PLACES, (1, 1, 12), (1, 9)),
        (WORDS, ("a", ""), ("a",)),
        (KERNEL, ((),), KERNEL.default),
        (AXIS, 0, -1),
        (AXES, (0, 2), (2,)),
        (DRAWN, "he_norm", "he_normal"),
        (
            DRAWN,
            Chosen("random_normal", (("mean", 3.0), ("stddev", -1.0))),
            Chosen("random_normal", (("mean", 3.0), ("stddev", 0.0))),
        ),
        (DRAWN, Chosen("random_uniform", (("minval", 1.0), ("maxval", 0.0))), "random_uniform"),
        (
            LAYER,
            LAYER.read({"kind": "Dense", "params": {"units": 0}}),
            LAYER.read({"kind": "Dense", "params": {"units": 1}}),
        ),
        (HELD, "max", None),
        (PULLED, Penalty(-1.0, 0.5), Penalty(0.0, 0.5)),
        (
            PULLED,
            Chosen("orthogonal", (("factor", -1.0), ("mode", "rows"))),
            Chosen("orthogonal", (("factor", 0.0), ("mode", "rows"))),
        ),
    ],
)
def test_the_nearest_value_within_bounds_is_known(parameter: Parameter[Any], value: Any, nearest: Any) -> None:
    assert parameter.fault(value) is not None
    assert parameter.nearest(value) == nearest
    assert parameter.fault(nearest) is None


@pytest.mark.parametrize(
    ("parameter", "value", "argument"),
    [
        (Edges((1, 2), help=""), (1, 2), (1, 2)),
        (Edges((1, 2, 3, 4), help=""), (1, 2, 3, 4), ((1, 2), (3, 4))),
        (Edges((1, 2, 3, 4, 5, 6), help=""), (1, 2, 3, 4, 5, 6), ((1, 2), (3, 4), (5, 6))),
        (AXES, (-1,), -1),
        (AXES, (1, 2), (1, 2)),
        (DRAWN, "he_normal", "he_normal"),
        (DRAWN, Chosen("orthogonal", (("gain", 2.0),)), Call("initializers.Orthogonal", kwargs={"gain": 2.0})),
        (HELD, "non_neg", Call("constraints.NonNeg")),
        (HELD, MAX_NORM, Call("constraints.MaxNorm", kwargs={"max_value": 3.0, "axis": 0})),
        (PULLED, ROWS, Call("regularizers.OrthogonalRegularizer", kwargs={"factor": 0.02, "mode": "rows"})),
    ],
)
def test_keras_is_told_the_value_in_its_own_form(parameter: Parameter[Any], value: Any, argument: Any) -> None:
    assert parameter.argument(value) == argument


def test_a_weight_in_one_line_has_all_that_may_be_said_of_it() -> None:
    class Two(Operator):
        before = YesNo(True, help="")
        kernel = Weight("glorot_uniform", axes=2)
        bias = Weight("zeros", "biases", beside=("begun",))
        begun = YesNo(True, help="")
        after = YesNo(True, help="")

    class One(Two):
        bias = None

    assert [*Two.parameters] == [
        "before", "kernel_initializer", "bias_initializer", "begun", "kernel_regularizer", "bias_regularizer",
        "kernel_constraint", "bias_constraint", "after",
    ]  # fmt: skip
    two = Two({"bias_initializer": "ones"})
    assert (two.kernel.initializer, two.bias.initializer, two.bias.constraint) == ("glorot_uniform", "ones", None)
    assert Two.parameters["bias_initializer"].help == "How the biases are drawn at the start."
    assert "bias_constraint" not in One.parameters


def test_which_weights_an_initializer_goes_with() -> None:
    dense, bias = (OPERATORS["Dense"].parameters[f"{weight}_initializer"] for weight in ("kernel", "bias"))
    conv = OPERATORS["Conv2D"].parameters["kernel_initializer"]
    assert all(isinstance(one, Initializer) for one in (dense, bias, conv))
    assert {"orthogonal", "identity"}.isdisjoint(bias.options) and {"orthogonal", "identity"} <= {*dense.options}
    assert "orthogonal" in conv.options and "identity" not in conv.options


@pytest.mark.parametrize(
    ("value", "constant"),
    [
        ("zeros", 0.0),
        ("ones", 1.0),
        ("he_normal", None),
        ("nothing", None),
        (Chosen("constant", (("value", 0.5),)), 0.5),
    ],
)
def test_whether_all_weights_start_with_one_value_is_known(value: Any, constant: float | None) -> None:
    assert constant_of(value) == constant


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((3, None), "3 × ?"), (("a", "b"), "a, b"), (((1.0, 0.5), (2.0, 1.0)), "1 0.5; 2 1"), ((), "none"),
        (MAX_NORM, "max_norm (max_value 3, axis 0)"), (Penalty(0.0, 0.01), "l2 0.01"), (None, "none"), (True, "yes"),
        (tuple("abcdefgh"), "a, b, c, d, e, f, 2 more"),
    ],
)  # fmt: skip
def test_a_value_is_told_in_few_words(value: Any, words: str) -> None:
    assert in_words(value) == words


def test_an_operator_inside_another_is_a_layer_for_keras_and_quiet_where_its_file_is() -> None:
    assert LAYER.write(LAYER.default)["params"].keys().isdisjoint({"kernel_constraint", "activity_regularizer"})
    held = LAYER.read({"kind": "Dense", "params": {"units": 9, "kernel_constraint": "non_neg"}})
    assert LAYER.write(held)["params"]["kernel_constraint"] == "non_neg"
    assert operator_of(held).params["use_bias"] is True
    told = {"units": 9, "activation": "linear", "kernel_constraint": Call("constraints.NonNeg"), "name": "dense"}
    assert LAYER.argument(held) == Call("layers.Dense", kwargs=told)


def test_what_does_not_fit_inside_is_told_of_the_owner_and_mended_there() -> None:
    class Owner(Operator):
        layer = LayerOf(OPERATORS["Conv1D"], lambda one: one.kind == "Conv1D", {"groups": 3, "filters": 9})

    assert specs_within(Owner(), "layer", Inputs.shaped((8, 6)), {})[0].shape == (6, 9)
    with pytest.raises(ShapeFault) as refused:
        specs_within(Owner(), "layer", Inputs.shaped((8, 4)), {})
    assert refused.value.message.startswith("holds Convolution 1D, which in {groups} groups needs")
    (repair,) = refused.value.repairs
    assert (repair.name, repair.value["params"]["groups"], refused.value.parameter) == ("layer", 1, "layer")  # type: ignore[union-attr]


def test_an_axis_is_found_in_a_shape_without_the_batch() -> None:
    shape = (8, 6, 4)
    assert [place_of(axis, shape) for axis in (1, 3, -1, -3)] == [0, 2, 2, 0]
    assert places_of((-1, 1), shape) == (0, 2)
    for axis in (0, 4, -4):
        with pytest.raises(ShapeFault):
            place_of(axis, shape)
    with pytest.raises(ShapeFault) as twice:
        places_of((3, -1), shape)
    assert twice.value.repairs == (SetParameter("axis", [3]),)
