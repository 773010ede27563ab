"""The shape walk tells of every axis, every cost, and how far a value looks."""

from typing import Any

import pytest

from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.operators import OPERATORS
from graphbuilder.templates import template
from graphbuilder.walk import Walk, walk
from tests.contract.test_operator_contracts import LAYERS, taken
from tests.networks import chain, graph, node, wire


def behind(shape: list[int | None], *nodes: dict[str, Any]) -> Document:
    """The nodes one behind the other, behind an Input of this shape."""
    return chain(node("in", "Input", shape=shape), *nodes, data="")


def walked(document: Document, id: str) -> Walk:
    found = walk(check(document), id)
    assert found
    return found


def line(document: Document, id: str, what: str) -> str:
    return next(one for one in walked(document, id).lines if one.startswith(what))


@pytest.mark.parametrize("kind", LAYERS)
def test_every_axis_has_a_line(kind: str) -> None:
    operator = LAYERS[kind]()
    for inputs in list(taken(operator))[:3]:
        sources = [node(f"in{place}", "Input", shape=list(spec.shape), numbers=spec.numbers.value)
                   for place, spec in enumerate(inputs.specs)]  # fmt: skip
        wires = [{**wire(f"in{place}", "one"), "to_port": port} for place, port in enumerate(inputs.ports)]
        document = graph([*sources, node("one", kind)], wires, data="")
        facts = check(document).facts["one"]
        lines = [
            one for one in walked(document, "one").lines if not one.startswith(("parameters", "multiply", "memory"))
        ]
        axes = [one for one in lines if not one.startswith(("receptive", "trained", "not trained"))]
        whole = axes[0].startswith(("shape:", "values:"))
        assert whole or len(axes) >= len(facts.shape), axes


@pytest.mark.parametrize("kind", LAYERS)
def test_a_line_says_more_than_that_a_number_is_itself_and_costs_have_their_sums(kind: str) -> None:
    operator = LAYERS[kind]()
    inputs = next((one for one in taken(operator) if all(None not in shape for shape in one)), None)
    if inputs is None:
        return
    shape = next(iter(operator.infer(inputs, {}).values())).shape
    counts, lines = operator.counts(inputs, shape), list(operator.worked(inputs, shape))
    for one in lines:
        what, _, sums = one.partition(": ")
        ends = sums.split(" = ")
        assert len(ends) != 2 or ends[0] != ends[1], one
        assert not what.startswith("multiply-adds") or ends[-1].split()[-1].replace(",", "").isdigit(), one
    costs = " ".join(one for one in lines if one.startswith(("parameters", "trained")))
    assert costs or not counts.trainable, (counts, lines)


def test_a_convolution_is_walked_through() -> None:
    document = behind(
        [64, 64, 3], node("a", "Conv2D", filters=16, kernel_size=[5, 5], strides=[2, 2]), node("b", "MaxPooling2D"),
        node("c", "Conv2D", filters=8, kernel_size=[3, 3], dilation_rate=[2, 2], padding="same"),
    )  # fmt: skip
    assert walked(document, "a").lines == (
        "rows: ⌊(64 - 5) / 2⌋ + 1 = 30",
        "columns: ⌊(64 - 5) / 2⌋ + 1 = 30",
        "channels: one for each filter, 16",
        "parameters: (5×5×3 + 1) × 16 = 1,216",
        "multiply-adds: 5×5×3 × 14,400 = 1,080,000",
        "memory of the output: 30 × 30 × 16 × 4 bytes = 57.6 kB a sample",
        "receptive field: 5 × 5 of the 64 × 64 places of Input 'in'; 1 + (5 - 1) × 1 = 5",
    )
    assert line(document, "b", "receptive") == (
        "receptive field: 7 × 7 of the 64 × 64 places of Input 'in'; 5 + (2 - 1) × 2 = 7"
    )
    assert line(document, "b", "parameters") == "parameters: none"
    assert "7 + (5 - 1) × 4 = 23" in line(document, "c", "receptive")
    assert len(walked(document, "c").sources) == 2


def test_what_looks_at_everything_sees_the_whole_grid() -> None:
    document = behind([9, 7, 2], node("a", "Flatten"), node("b", "Dense", units=3))
    assert line(document, "b", "receptive") == "receptive field: 9 × 7 of the 9 × 7 places of Input 'in'"


def test_of_an_unknown_length_all_is_seen_by_what_looks_at_all() -> None:
    document = behind([None, 4], node("a", "Conv1D", kernel_size=[3]), node("b", "LSTM", units=3))
    assert line(document, "a", "receptive").startswith("receptive field: 3 of the ? places of Input 'in'")
    assert line(document, "b", "receptive") == "receptive field: ? of the ? places of Input 'in'"


def test_the_places_of_a_text_are_what_it_was_cut_into() -> None:
    names, cut = template("colour_names"), "places of Text vectorization 'letters and runs of them'"
    assert line(names, "n3", "receptive") == f"receptive field: 1 of the 80 {cut}"
    assert line(names, "n4", "receptive") == f"receptive field: 80 of the 80 {cut}"
    assert not any(one.startswith("receptive") for one in walked(names, "n2").lines), "a text is a single value"


def test_values_without_places_have_no_receptive_field() -> None:
    document = behind([9], node("b", "Dense", units=3))
    assert not any(one.startswith("receptive") for one in walked(document, "b").lines)


def test_of_branches_the_widest_counts() -> None:
    nodes = [node("in", "Input", shape=[20, 20, 4]), node("a", "Conv2D", filters=4, padding="same"),
             node("b", "Conv2D", filters=4, kernel_size=[1, 7], padding="same"), node("sum", "Add")]  # fmt: skip
    wires = [wire("in", "a"), wire("in", "b"), wire("a", "sum"), wire("b", "sum")]
    assert "3 × 7 of the 20 × 20" in line(graph(nodes, wires, data=""), "sum", "receptive")


def test_a_node_whose_shape_is_not_known_has_none() -> None:
    assert walk(check(behind([9], node("a", "Conv2D"))), "a") is None


def test_every_operator_that_looks_on_places_says_a_step_of_more_than_none() -> None:
    for kind, operator in OPERATORS.items():
        looks = operator().looks(next(taken(operator()))) if kind in LAYERS else None
        assert looks is None or all(one.window >= 1 and one.step > 0 for one in looks), kind


def test_much_memory_is_told_in_larger_units() -> None:
    document = behind([1000, 1000, 3], node("a", "Conv2D", filters=32, padding="same"))
    assert line(document, "a", "memory").endswith("× 4 bytes = 128.0 MB a sample")
