"""Four times the nodes take about four times the work, whatever the operators and however they are wired.

Work is counted, not timed: lines of Python that ran, and comparisons of ids, which show a search through a list.
"""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from itertools import pairwise
from types import FrameType
from typing import Any

import pytest

from graphbuilder import editing
from graphbuilder.cards import cards, findings
from graphbuilder.checks import check
from graphbuilder.codegen import to_python
from graphbuilder.document import Document
from graphbuilder.forms import node_form
from graphbuilder.levels import level
from graphbuilder.names import layer_names
from graphbuilder.operators import OPERATORS
from graphbuilder.pictures import to_dot, to_svg
from graphbuilder.plan import code_plan
from graphbuilder.repair import PutBehind
from graphbuilder.repair_work import changed
from tests.networks import DIGIT, IMAGE, PIXELS, SCORES, dense, graph, node, wire

Nodes, Ways = list[dict[str, Any]], Iterable[tuple[str, str]]
FEW = 60


class Id(str):
    """A node's id that counts how often it is compared with another."""

    compared = 0

    def __eq__(self, other: object) -> bool:
        Id.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def with_counted_ids(document: Document) -> Document:
    known = {one.id: Id(one.id) for one in document.nodes}
    nodes = [one.model_copy(update={"id": known[one.id]}) for one in document.nodes]
    ends = [{"source": known[wire.source], "target": known[wire.target]} for wire in document.wires]
    wires = [wire.model_copy(update=update) for wire, update in zip(document.wires, ends, strict=True)]
    return document.model_copy(update={"nodes": tuple(nodes), "wires": tuple(wires)})


def work(act: Callable[[Document], object], document: Document) -> int:
    """How many lines ran and ids were compared; each time round in a comprehension is a line."""
    document, lines = with_counted_ids(document), 0

    def count(frame: FrameType, event: str, _: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    Id.compared, before = 0, sys.gettrace()
    sys.settrace(count)
    try:
        act(document)
    finally:
        sys.settrace(before)
    return lines + Id.compared


def wired(nodes: Nodes, ways: Ways, **rest: Any) -> Document:
    """The first output of each leads to every input of the next that has to have one."""
    kinds = {one["id"]: OPERATORS.get(one["kind"]) for one in nodes}
    drawn = []
    for source, target in ways:
        out, inputs = kinds[source].outputs[0].name, [one.name for one in kinds[target].inputs if one.least]
        drawn += [{**wire(source, target), "from_port": out, "to_port": port} for port in inputs]
    return graph(nodes, drawn, **rest)


def row(kind: str, count: int, name: str = "n", **params: Any) -> Nodes:
    return [node(f"{name}{place}", kind, **params) for place in range(count)]


def ids(nodes: Nodes) -> list[str]:
    return [one["id"] for one in nodes]


def chain_of(kind: str, count: int) -> Document:
    """An Input, a Linear, one kind again and again, a Loss."""
    nodes = [PIXELS, dense("first"), *row(kind, count), DIGIT]
    return wired(nodes, pairwise(ids(nodes)))


def fan_of(kind: str, count: int) -> Document:
    """All read one Input; nothing reads them."""
    nodes = row(kind, count)
    return wired([IMAGE, *nodes], [("image", id) for id in ids(nodes)])


def comb_of(kind: str, count: int) -> Document:
    """Half of them in a row behind a softmax, each read by a Loss."""
    nodes, losses = row(kind, count // 2), row("Loss", count // 2, "l", target="digit")
    first = [PIXELS, dense("first", activation="softmax")]
    return wired([*first, *nodes, *losses], [*pairwise(ids(first + nodes)), *zip(ids(nodes), ids(losses), strict=True)])


def read_by_many(kind: str, count: int) -> Document:
    """Half of them in a row, and Linears that read the last of these."""
    nodes, readers = [PIXELS, dense("first"), *row(kind, count // 2)], row("Dense", count // 2, "d")
    return wired([*nodes, *readers], [*pairwise(ids(nodes)), *((nodes[-1]["id"], id) for id in ids(readers))])


def loose(kind: str, count: int) -> Document:
    return wired([PIXELS, *row(kind, count)], [])


def from_inputs(count: int) -> Document:
    """Many Inputs of one field with raw values, and many Linears that read all of them."""
    nodes, readers = row("Input", count // 2, field="pixels"), row("Dense", count // 2, "d")
    merged = [(id, "all") for id in ids(nodes)]
    return wired([*nodes, node("all", "Concatenate"), *readers], [*merged, *(("all", id) for id in ids(readers))])


def of_all_sizes(count: int) -> Document:
    nodes = [dense(f"n{place}", place + 1) for place in range(count)]
    ways = [("pixels", id) for id in ids(nodes)] + [(id, "sum") for id in ids(nodes)]
    return wired([PIXELS, *nodes, node("sum", "Add")], ways)


def of_blocks(count: int) -> Document:
    """Uses of one block in a row, each twice."""
    inner = [node("in", "BlockInput"), dense("d"), node("out", "BlockOutput")]
    block = {"id": "b", "nodes": inner, "wires": [wire("in", "d"), wire("d", "out")]}
    uses = row("Block", count, block="b", repeat=2)
    ways = [{"from": "pixels", "to": "n0", "to_port": "in"}] + [
        {"from": source, "from_port": "out", "to": target, "to_port": "in"} for source, target in pairwise(ids(uses))
    ]
    return graph([PIXELS, *uses], ways, blocks=[block])


def in_pairs(count: int) -> Document:
    nodes = row("Concatenate", count)
    return wired(nodes, [(f"n{place}", f"n{place ^ 1}") for place in range(count)])


def in_a_ring(count: int) -> Document:
    nodes = row("Concatenate", count)
    return wired(nodes, [*pairwise(ids(nodes)), (f"n{count - 1}", "n0")])


def without_target(count: int) -> Document:
    nodes = row("Loss", count, target="nothing")
    return wired([PIXELS, SCORES, *nodes], [("pixels", "scores"), *(("scores", id) for id in ids(nodes))])


def without_field(count: int) -> Document:
    return wired([*row("Input", count), PIXELS, *row("Loss", count, "l", target="digit")], [])


def of_every_kind(count: int) -> Document:
    """An architecture whose operators come in turn."""
    kinds = ("Dropout", "Activation", "BatchNormalization", "Dense", "Rescaling", "LeakyReLU", "Normalization", "PReLU")
    nodes = [node(f"n{place}", kinds[place % len(kinds)]) for place in range(count)]
    return wired([node("in", "Input", shape=[8]), *nodes], pairwise(["in", *ids(nodes)]), data="")


def of_long_names(count: int) -> Document:
    labels = [f"a label that is as long as {place % (count // 2)}" for place in range(count)]
    nodes = [node(f"n{place}", "Dense") | {"label": label} for place, label in enumerate(labels)]
    return wired([node("in", "Input", shape=[8]), *nodes], pairwise(["in", *ids(nodes)]), data="")


SHAPES = (chain_of, fan_of, comb_of, read_by_many, loose)
OTHERS = (
    from_inputs, of_all_sizes, in_pairs, in_a_ring, without_target, without_field, of_every_kind, of_long_names,
    of_blocks,
)  # fmt: skip
MOST = 4.4
"""Times as much work for four times the nodes. Half a line for each pair of nodes would already be more."""


def growth(act: Callable[[Document], object], made: Callable[[int], Document]) -> float:
    return work(act, made(4 * FEW)) / work(act, made(FEW))


def fits(kind: str, shape: Callable[[str, int], Document]) -> bool:
    """Whether operators of this kind can be wired so."""
    operator = OPERATORS[kind]
    return shape is loose or (bool(operator.inputs) and (shape is fan_of or bool(operator.outputs)))


@pytest.mark.parametrize("shape", SHAPES)
def test_a_check_is_linear_in_operators_of_any_kind(shape: Callable[[str, int], Document]) -> None:
    found = {kind: growth(check, partial(shape, kind)) for kind in OPERATORS if fits(kind, shape)}
    assert {kind: times for kind, times in found.items() if times > MOST} == {}


@pytest.mark.parametrize("made", OTHERS)
def test_a_check_is_linear_however_nodes_are_wired(made: Callable[[int], Document]) -> None:
    assert growth(check, made) < MOST


@pytest.mark.parametrize("made", [*OTHERS, partial(chain_of, "Dropout")])
def test_what_is_shown_of_a_network_is_linear(made: Callable[[int], Document], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphbuilder.repairs._UNASKED", 0)  # their checks are counted, not their work

    def show(document: Document) -> None:
        report = check(document)
        (
            findings(report),
            cards(level(report, "")),
            layer_names(document.nodes),
            node_form(level(report, ""), [*report.drawn.nodes]),
        )
        to_svg(report, in_detail=True), to_dot(report)
        if not report.against_code:
            to_python(code_plan(report))

    assert growth(show, made) < MOST


def test_putting_an_operator_before_many_readers_is_linear() -> None:
    def put(document: Document) -> None:
        changed(document, PutBehind("Rescaling", {"scale": 0.5}, "image"), "key")

    assert growth(put, partial(fan_of, "Dense")) < MOST


@pytest.mark.parametrize("made", [partial(chain_of, "Dense"), partial(fan_of, "Dense"), of_all_sizes, of_long_names])
def test_deleting_and_duplicating_all_is_linear(made: Callable[[int], Document]) -> None:
    def heal(document: Document) -> None:
        editing.delete(document, [one.id for one in document.nodes if one.kind == "Dense"], heal=True)

    def copy(document: Document) -> None:
        editing.duplicate(document, {one.id: f"c{place}" for place, one in enumerate(document.nodes)}, (0, 0))

    assert growth(heal, made) < MOST
    assert growth(copy, made) < MOST
