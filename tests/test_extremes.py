"""Networks at the far ends of what a document can hold: nothing that is told of them raises, or is too long to read."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphbuilder.cards import cards, findings, look_of, needed_by_training, state_of
from graphbuilder.checks import Report, check
from graphbuilder.checks.structure import MOST_IN_A_ROW
from graphbuilder.codegen import to_notebook, to_python
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.forms import data_form, misfits, node_form, training_form
from graphbuilder.levels import level
from graphbuilder.memory import estimate, memory_in_words, too_big_to_build
from graphbuilder.operators import OPERATORS
from graphbuilder.parameters import LARGEST_SIZE, Declared, Parameter, ShapeOf
from graphbuilder.pictures import to_dot, to_svg
from graphbuilder.plan import code_plan
from graphbuilder.problems import DocumentError
from graphbuilder.repairs import offered, repaired
from graphbuilder.settings import Settings
from graphbuilder.shapes import whole
from graphbuilder.terminal import report_as_json
from tests.moves import any_value
from tests.networks import DIGIT, IMAGE, SCORES, chain, deep_row, dense, graph, loss, node, skips, wire

SAFE = 2**53
"""Beyond it JavaScript shows a whole number wrong."""


def extremes(parameter: Parameter[Any]) -> st.SearchStrategy[Any]:
    """The far ends of what a parameter takes; most are within its bounds."""
    if isinstance(parameter, ShapeOf):
        return st.lists(st.sampled_from([1, 2, 1000, LARGEST_SIZE, -1]), min_size=1, max_size=4)
    low, high = getattr(parameter, "low", None), getattr(parameter, "high", None)
    wholes = st.sampled_from([low or 1, high or 1000, high or 1000, 2, 1000, LARGEST_SIZE])
    numbers = st.sampled_from([1e300, -1e300, 5e-324, 0.0, 1.0, -1.0, 0.999999, 1e-8])
    given: st.SearchStrategy[Any] = any_value(parameter, wholes, numbers)
    return given


def params(draw: st.DrawFn, declared: type[Declared]) -> dict[str, Any]:
    chosen = draw(st.sets(st.sampled_from([*declared.parameters]), max_size=4)) if declared.parameters else ()
    return {name: draw(extremes(declared.parameters[name])) for name in sorted(chosen)}


@st.composite
def deep(draw: st.DrawFn) -> Document:
    """A few operators with extreme parameters, again and again behind each other, merged with what stands before."""
    inputs = [node("in", "Input", **draw(st.sampled_from([{"field": "image"}, {"field": "pixels"}])))]
    if draw(st.booleans()):
        inputs = [node("in", "Input", shape=draw(extremes(OPERATORS["Input"].parameters["shape"])))]
    inner = [kind for kind, one in OPERATORS.items() if one.inputs and one.outputs]
    block = [
        (kind, params(draw, OPERATORS[kind])) for kind in draw(st.lists(st.sampled_from(inner), min_size=1, max_size=4))
    ]
    nodes, wires, last, port = [*inputs], list[dict[str, Any]](), "in", {"from_port": "out"}
    for n in range(draw(st.integers(1, 60))):
        kind, told = block[n % len(block)]
        nodes.append(node(f"n{n}", kind, **told))
        if OPERATORS[kind].inputs[0].many:  # with a copy of itself, so that it doubles
            nodes.append(node(f"c{n}", "Dropout"))
            wires += [wire(last, f"c{n}") | port, wire(f"c{n}", f"n{n}")]
        needed = [one.name for one in OPERATORS[kind].inputs if one.least]
        wires += [wire(last, f"n{n}") | port | {"to_port": name} for name in needed]
        last, port = f"n{n}", {"from_port": OPERATORS[kind].outputs[0].name}
    for n in range(draw(st.integers(0, 2))):
        nodes.append(node(f"loss{n}", "Loss", **params(draw, OPERATORS["Loss"])))
        wires.append(wire(last, f"loss{n}") | port)
    split = {"training": {"settings": params(draw, Settings)}}
    return graph(nodes, wires, data=draw(st.sampled_from(["digits", "california_housing", ""])), **split)


def values(told: Any) -> Iterator[Any]:
    """All that is read by people: a key is not."""
    yield told
    parts = [part for name, part in told.items() if name != "key"] if isinstance(told, dict) else told
    for part in parts if isinstance(parts, list) else ():
        yield from values(part)


def is_readable(text: str) -> bool:
    return len(text) < 2_000 and not re.search(r"\d{20}", text) and not re.search(r"\b(nan|inf)\b", text)


def everything_told(report: Report) -> Iterator[Any]:
    """What pages are given of a report, as JSON values."""
    yield cards(level(report, ""))
    yield findings(report)
    ids = [*report.wired.nodes]
    yield [node_form(level(report, ""), chosen) for chosen in ([ids[0]], [ids[-1]], ids[:1] + ids[-1:], ids)]
    yield [training_form(report), data_form(report), misfits(report)]
    yield [state_of(report), str(look_of(report)) if report.diagnostics else "", needed_by_training(report)]
    needed = estimate(report.document, report.facts)
    yield [whole(needed.total), too_big_to_build(report.facts), *map(memory_in_words, needed.by_node.values())]
    yield [whole(count) for count in (report.parameters, report.multiply_adds, report.memory)]
    for id, facts in report.facts.items():
        operator = report.wired.operators[id]
        assert operator
        yield [operator.line(), *operator.worked(facts.inputs, facts.shape)]


def hold(document: Document) -> None:
    report = check(document)
    for shown in everything_told(report):
        json.dumps(shown, allow_nan=False)
        for value in values(shown):
            assert not isinstance(value, int) or abs(value) <= SAFE, value
            assert not isinstance(value, str) or is_readable(value), value
    json.dumps(report_as_json(report), allow_nan=False)
    to_svg(report, in_detail=True), to_dot(report)
    assert read_document(write_document(document)) == document
    if not report.against_code:
        built = code_plan(report)
        to_python(built), to_notebook(built)
    for offers in offered(report):
        for offer in offers:
            mended, _ = repaired(document, offer.key)
            check(mended)


FLAT = node("flat", "Flatten")
HUGE = [node(f"up{n}", "UpSampling2D", size=[1000, 1000]) for n in range(5)]


def stretched(*scales: tuple[float, float]) -> Document:
    """An image through Rescalings of these scales and offsets."""
    nodes = [node(f"r{n}", "Rescaling", scale=scale, offset=offset) for n, (scale, offset) in enumerate(scales)]
    return chain(IMAGE, *nodes, FLAT, SCORES, DIGIT)


def merged(kind: str, one: dict[str, Any], *others: dict[str, Any]) -> Document:
    """One value, and another that several operators in a row make of it, merged."""
    ids = [one["id"], *(other["id"] for other in others), "merged"]
    return graph([one, *others, node("merged", kind)], [wire(ids[0], "merged"), *(wire(*way) for way in pairwise(ids))])


def doubled(times: int) -> Document:
    """A vector beside itself, again and again."""
    names = ["flat", *(f"c{n}" for n in range(times))]
    copies, nodes = [node(f"d{n}", "Dropout") for n in range(times)], [node(name, "Concatenate") for name in names[1:]]
    ways = [way for n, (a, b) in enumerate(pairwise(names)) for way in ((a, b), (a, f"d{n}"), (f"d{n}", b))]
    return graph([IMAGE, FLAT, *copies, *nodes], [wire("image", "flat"), *(wire(*way) for way in ways)])


FAR_ENDS = {
    "51 upsamplings": chain(IMAGE, *(node(f"u{n}", "UpSampling2D", size=[1000, 1000]) for n in range(51))),
    "1,500 doublings": doubled(1500),
    "an image too large for a repair": merged("Add", IMAGE, *HUGE),
    "an axis too long for a repair": merged("Concatenate", IMAGE, *HUGE, FLAT),
    "the largest shape": chain(node("in", "Input", shape=[LARGEST_SIZE] * 4), node("r", "Reshape", target_shape=[7])),
    "values without an end": stretched((1e300, 0.0), (1e300, -1e300), (1e300, 0.0)),
    "no end times nothing": stretched((1e300, 0.0), (1e300, 0.0), (0.0, 3.0)),
    "values next to nothing": stretched((5e-324, 0.0), (1.0, 50.0)),
    "an end too far for a repair": chain(
        IMAGE,
        FLAT,
        dense("d", activation="sigmoid"),
        node("r", "Rescaling", scale=5e-324),
        loss("l", kind="mean_squared_error"),
    ),
}


@pytest.mark.parametrize("name", FAR_ENDS)
def test_the_far_ends_are_told_and_can_be_read(name: str) -> None:
    hold(FAR_ENDS[name])


def test_values_too_large_for_any_number_are_told_in_words() -> None:
    (found,) = (one for one in check(FAR_ENDS["values without an end"]).diagnostics if one.code == "W_RAW_VALUES")
    assert found.text == (
        "Linear 'scores' receives values of 'image', too large for any number. Set the Rescaling's scale to 1."
    )


def test_a_circle_of_many_names_some() -> None:
    ids = [f"n{n}" for n in range(3000)]
    document = graph([node(id, "Dense") for id in ids], [wire(*way) for way in [*pairwise(ids), (ids[-1], ids[0])]])
    (found,) = (one for one in check(document).diagnostics if one.code == "E_CYCLE")
    assert "Linear 'n5' → 2,989 more → Linear 'n2995'" in found.message and len(found.nodes) == 3000
    hold(document)


def test_more_in_a_row_than_keras_builds_is_a_fault() -> None:
    assert not check(deep_row(MOST_IN_A_ROW)).against_code
    (found,) = check(deep_row(2 * MOST_IN_A_ROW)).against_code
    assert (found.code, found.nodes) == ("E_TOO_DEEP", ("n901",))


def test_a_row_is_counted_as_keras_goes_back_along_it() -> None:
    """Along what comes in first where branches meet: past 400 blocks or through them."""
    assert not check(skips(400, around_first=True)).against_code
    (found,) = check(skips(400, around_first=False)).against_code
    assert (found.code, found.nodes) == ("E_TOO_DEEP", ("sum299",))


def test_a_number_of_too_many_digits_is_refused_in_words() -> None:
    text = '{"version": 1, "nodes": [{"id": "a", "kind": "Quantum", "params": {"x": ' + "9" * 5000 + "}}]}"
    with pytest.raises(DocumentError, match="holds a whole number of 5,000 digits, and 4,300 are allowed"):
        read_document(text)


@given(deep())
@settings(max_examples=120)
def test_whatever_is_told_of_a_network_can_be_told_and_read(document: Document) -> None:
    hold(document)
