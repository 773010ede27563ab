"""Convolution, pooling and what sizes a grid: the sums told of them come out, whatever the rank and the parameters."""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.memory import estimate
from graphbuilder.operators import OPERATORS
from graphbuilder.operators.convolution import Convolution, spread_steps, spread_sum
from graphbuilder.operators.families import AUGMENTATION, PREPROCESSING
from graphbuilder.operators.operator import ShapeFault
from graphbuilder.operators.window import AXES, Grid
from graphbuilder.repairs import offers
from graphbuilder.shapes import Shape
from graphbuilder.tensors import Inputs
from tests.networks import IMAGE, chain, graph, node, wire

GRIDS = {
    kind: one
    for kind, one in OPERATORS.items()
    if issubclass(one, Grid) and one.family not in (PREPROCESSING, AUGMENTATION)
}
SHAPES: dict[int, Shape] = {1: (11, 4), 2: (9, 8, 4), 3: (6, 7, 9, 2)}
SIZES = ("kernel_size", "strides", "dilation_rate", "pool_size", "output_size", "size", "cropping", "padding")


def changed(kind: type[Grid]) -> Iterator[Grid]:
    """With its sizes at 1, 2 and 3, each combined with each padding that there is."""
    names = [name for name in SIZES if isinstance(kind.defaults().get(name), tuple)]
    paddings = {"padding": getattr(kind.parameters.get("padding"), "choices", None)}
    for sizes in product((1, 2, 3), repeat=len(names)):
        params = {name: (n,) * len(kind.defaults()[name]) for name, n in zip(names, sizes, strict=True)}  # type: ignore[arg-type]
        for padding in paddings["padding"] or ("",):
            operator = kind(params | ({"padding": padding} if padding else {}))
            if next(operator.parameter_faults(), None) is None:
                yield operator


def value_of(sum: str) -> int:
    """What a line of arithmetic comes to."""
    plain = re.sub(r"⌈(.+?) / (\d+)⌉", r"-(-(\1) // \2)", sum)
    plain = re.sub(r"⌊(.+?) / (\d+)⌋", r"((\1) // \2)", plain)
    value = eval(plain.replace("×", "*").replace(",", ""))
    assert isinstance(value, int)
    return value


@pytest.mark.parametrize("kind", GRIDS)
def test_every_sum_that_is_worked_comes_out(kind: str) -> None:
    summed, sized = 0, False
    for operator in changed(GRIDS[kind]):
        inputs = Inputs.shaped(SHAPES[operator.rank])
        try:
            output = operator.output_shape(inputs, {})
        except ShapeFault:
            continue
        sized |= len(output) > 1 and output != inputs[0]
        counts = operator.counts(inputs, output)
        ends = dict(zip(AXES[operator.rank], output, strict=False)) if len(output) > 1 else {}
        ends |= {"parameters": counts.trainable, "multiply-adds": counts.multiply_adds}
        for name, told in (line.split(": ", 1) for line in operator.worked(inputs, output)):
            if " = " in told:
                sum, end = told.split(" = ")
                assert value_of(sum) == value_of(end) == ends.get(name, value_of(end)), (operator.params, told)
                summed += 1
    assert summed or not sized or "Global" in kind or "Adaptive" in kind


@pytest.mark.parametrize(
    ("length", "window", "stride", "padding", "more", "told"),
    [
        (8, 3, 2, "valid", None, "(8 - 1) × 2 + 3 = 17"), (8, 2, 3, "valid", None, "(8 - 1) × 3 + 3 = 24"),
        (8, 3, 2, "same", None, "8 × 2 = 16"), (8, 3, 2, "valid", 1, "(8 - 1) × 2 + 3 + 1 = 18"),
        (8, 3, 2, "same", 1, "(8 - 1) × 2 + 1 + 1 = 16"), (8, 4, 2, "same", 1, "(8 - 1) × 2 + 0 + 1 = 15"),
        (None, 3, 2, "valid", None, "(? - 1) × 2 + 3 = ?"), (None, 3, 2, "same", None, "? × 2 = ?"),
    ],
)  # fmt: skip
def test_what_a_transposed_convolution_gives_is_worked(
    length: int | None, window: int, stride: int, padding: str, more: int | None, told: str
) -> None:
    assert spread_sum(length, window, stride, padding, more) == told
    assert str(spread_steps(length, window, stride, padding, more) or "?") == told.split(" = ")[1]


@pytest.mark.parametrize("kind", GRIDS)
def test_a_rank_has_sizes_for_all_of_its_axes(kind: str) -> None:
    operator, rank = GRIDS[kind], GRIDS[kind].rank
    sizes = [value for value in operator.defaults().values() if isinstance(value, tuple)]
    assert all(len(value) in (rank, 2 * rank) for value in sizes)
    assert not any("{axes}" in parameter.help for parameter in operator.parameters.values())


def test_kinds_of_one_sort_have_the_same_parameters_in_every_rank() -> None:
    by_sort: dict[str, set[tuple[str, ...]]] = {}
    for kind, operator in GRIDS.items():
        names = tuple(name for name in operator.parameters if name != "interpolation")
        if kind == "GlobalAveragePooling1D":  # Keras' mean over steps alone takes a mask
            assert "masked" in names
            names = tuple(name for name in names if name != "masked")
        by_sort.setdefault(re.sub(r"\dD", "", kind), set()).add(names)
    assert all(len(names) == 1 for names in by_sort.values()), by_sort


@pytest.mark.parametrize(
    ("shape", "kind", "wanted"),
    [
        ([300, 12], "Conv2D", "Put Convolution 1D in the place of Convolution 'c'"),
        ([6, 8, 8, 1], "MaxPooling2D", "Put Max pooling 3D in the place of Max pooling 'c'"),
        ([8, 8, 1], "Conv2DTranspose", None),
        ([8, 8, 3], "Conv1D", "Put Reshape (to 64 × 3) before Convolution 1D 'c'"),
        ([64], "GlobalMaxPooling1D", "Put Reshape (to 64 × 1) before Global max pooling 1D 'c'"),
    ],
)  # fmt: skip
def test_a_grid_of_another_rank_is_mended_by_its_operator_or_a_reshape(
    shape: list[int], kind: str, wanted: str | None
) -> None:
    report = check(chain(node("in", "Input", shape=shape), node("c", kind), data=""))
    offered = [offer.says for fault in report.errors for offer in offers(report, fault)]
    assert wanted in offered if wanted else not report.errors


def skip(shape: list[int], one: dict[str, Any], kind: str = "Add") -> Document:
    """An Input, and the same through an operator, brought together."""
    nodes = [node("in", "Input", shape=shape), one, node("sum", kind)]
    return graph(nodes, [wire("in", one["id"]), wire("in", "sum"), wire(one["id"], "sum")], data="")


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (skip([12, 4], node("c", "Conv1D", filters=8, padding="same", strides=[2])), "Convolution 1D (8 × 1 /2, same)"),
        (skip([12, 4], node("p", "MaxPooling1D"), "Concatenate"), "Upsampling 1D (× 2)"),
        (skip([6, 8, 8, 2], node("c", "Conv3D", filters=4, padding="same")), "Convolution 3D (4 × 1×1×1, same)"),
        (skip([6, 8, 8, 2], node("c", "Cropping3D", cropping=[0, 0, 1, 1, 1, 1])), "Zero padding 3D"),
    ],
)  # fmt: skip
def test_branches_of_any_rank_are_brought_to_one_shape(document: Document, wanted: str) -> None:
    report = check(document)
    offered = [offer.says for fault in report.errors for offer in offers(report, fault)]
    assert any(wanted in title for title in offered), offered


def test_looking_around_and_mixing_apart_is_not_two_linear_operators_in_a_row() -> None:
    def suspected(first: str) -> list[str]:
        nodes = [node("a", first, padding="same"), node("b", "Conv2D", filters=8, activation="relu")]
        return [one.code for one in check(chain(node("in", "Input", shape=[9, 9, 32]), *nodes, data="")).diagnostics]

    assert "W_LINEAR_AFTER_LINEAR" in suspected("Conv2D")
    assert "W_LINEAR_AFTER_LINEAR" not in suspected("DepthwiseConv2D")


def test_a_linear_operator_that_joins_no_places_of_a_volume_is_suspected() -> None:
    report = check(chain(node("in", "Input", shape=[4, 6, 6, 3]), node("d", "Dense", units=5), data=""))
    (found,) = [one for one in report.diagnostics if one.code == "W_LAST_AXIS_OF_IMAGE"]
    assert "receives a volume of 4 × 6 × 6 × 3" in found.text
    assert "Put Global average pooling 3D before" in " ".join(one.says for one in offers(report, found))


def test_what_a_separable_convolution_gives_on_the_way_counts_as_memory() -> None:
    def needed(kind: str) -> int:
        ends = [node("pool", "GlobalAveragePooling2D"), node("s", "Dense", units=10), node("l", "Loss", target="digit")]
        report = check(chain(IMAGE, node("c", kind, filters=2, padding="same", kernel_size=[1, 1]), *ends))
        return estimate(report.document, report.facts).by_node["c"]

    wide = 32 * 2 * (8 * 8 * 1) * 4  # batch, itself and its gradient, bytes
    assert needed("SeparableConv2D") - needed("Conv2D") == pytest.approx(wide, abs=100)


def test_what_adaptive_pooling_lays_and_picks_of_counts_as_memory() -> None:
    pooling = OPERATORS["AdaptiveMaxPooling2D"]({"output_size": (3, 2)})
    inputs = Inputs.shaped((5, 6, 4))
    along_rows, along_columns = (4 + 3) * 6, 3 * (4 + 3)  # windows of 2 and 3 on 5, of 3 and 4 on 6
    assert pooling.kept(inputs, (3, 2, 4)) == (along_rows + along_columns) * 4


def test_interpolation_that_overshoots_keeps_no_range() -> None:
    upsampling = OPERATORS["UpSampling2D"]
    keeps = {name: upsampling({"interpolation": name}).keeps_range for name in ("nearest", "bilinear", "bicubic")}
    assert keeps == {"nearest": True, "bilinear": True, "bicubic": False}
    assert upsampling.keeps_range


def test_windows_are_told_as_the_card_has_them() -> None:
    lines = {
        "Conv2DTranspose": ({"strides": (2, 2), "padding": "same"}, "32 × 3×3 ↑2, same"),
        "DepthwiseConv2D": ({"depth_multiplier": 2, "strides": (2, 2)}, "2 × 3×3 /2, valid"),
        "Cropping1D": ({"cropping": (2, 0)}, "start 2"),
        "ZeroPadding3D": ({"padding": (0, 0, 1, 0, 0, 2)}, "top 1, right 2"),
    }
    assert {kind: OPERATORS[kind](params).line() for kind, (params, _) in lines.items()} == {
        kind: told for kind, (_, told) in lines.items()
    }


@pytest.mark.parametrize(
    ("kind", "params", "name"),
    [
        ("Conv2DTranspose", {"output_padding": (1, 0)}, "output_padding"),
        ("Conv2DTranspose", {"output_padding": (0, 0), "padding": "same", "kernel_size": (4, 3)}, "output_padding"),
        ("AdaptiveMaxPooling2D", {"output_size": (1, 3)}, "output_size"),
        ("Conv3DTranspose", {"strides": (2, 2, 2), "dilation_rate": (2, 1, 1)}, "dilation_rate"),
    ],
)  # fmt: skip
def test_what_keras_cannot_work_is_a_bound_with_a_remedy(kind: str, params: dict[str, Any], name: str) -> None:
    operator = OPERATORS[kind](params)
    assert [at for at, _ in operator.parameter_faults()] == [name]
    mended = list(operator.parameter_repairs(name))
    fixed = OPERATORS[kind]({**operator.params, name: operator.parameters[name].read(mended[-1].value)})  # type: ignore[union-attr]
    assert list(fixed.parameter_faults()) == []


def test_one_window_over_everything_is_a_global_pooling() -> None:
    report = check(
        chain(node("in", "Input", shape=[8, 8, 3]), node("p", "AdaptiveMaxPooling2D", output_size=[1, 1]), data="")
    )
    (fault,) = report.errors
    assert "Put Global max pooling" in offers(report, fault)[0].says


def test_an_axis_of_one_place_is_not_divided() -> None:
    """Keras ends the process there."""
    with pytest.raises(ShapeFault, match="at least 2"):
        OPERATORS["AdaptiveAveragePooling2D"]().output_shape(Inputs.shaped((8, 1, 3)), {})


def test_every_convolution_says_what_each_channel_is_made_of() -> None:
    for kind, operator in GRIDS.items():
        if issubclass(operator, Convolution):
            inputs = Inputs.shaped(SHAPES[operator.rank])
            told = [*operator().worked(inputs, operator().output_shape(inputs, {}))]
            assert sum(line.startswith("channels: ") for line in told) == 1, kind
