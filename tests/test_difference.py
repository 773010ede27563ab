"""What sets two documents apart: exactly what was edited, and nothing where they compute the same."""

import itertools
import random
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphbuilder import editing, grouping
from graphbuilder.difference import Difference, as_json, difference, in_sentences, opened
from graphbuilder.document import Block, Document, Node, Wire
from graphbuilder.equal_parts import fold
from graphbuilder.operators import KINDS, OPERATORS
from graphbuilder.refusals import EditError
from graphbuilder.templates import template, template_names
from tests.moves import moved
from tests.networks import DRAWN, chain, deep_row, dense, graph, node, skips, vgg16, wire
from tests.spending import as_there

LENET = template("lenet")
LINE = tuple[str, str, str, str]
PLACE = st.integers(0, 1000)


def line(one: Wire) -> LINE:
    return one.source, one.source_port, one.target, one.target_port


@dataclass
class Edits:
    """Random edits of a document, and what they come to by the ids."""

    start: Document
    draw: Any
    document: Document = field(init=False)
    worked: int = 0

    def __post_init__(self) -> None:
        self.document = self.start
        ids = map("new{}".format, itertools.count())
        for _ in range(self.draw(st.integers(1, 6))):
            edit = self.draw(st.sampled_from([self.insert, self.delete, self.cut, self.wire, self.set, self.freeze]))
            try:
                self.document = edit(next(ids))
                self.worked += 1
            except EditError:
                continue

    def some(self, of: Any) -> Any:
        of = [*of]
        if not of:
            raise EditError("no edit")
        return of[self.draw(PLACE) % len(of)]

    def insert(self, id: str) -> Document:
        kind = self.draw(st.sampled_from(["Dropout", "BatchNormalization", "Dense", "Activation"]))
        return editing.insert(self.document, id, kind, (0.0, 0.0), self.some(self.document.wires))

    def delete(self, _: str) -> Document:
        # what another stands in the place of is that other, changed; so here none of a kind that is inserted goes
        gone = [one.id for one in self.document.nodes if one.kind in ("Conv2D", "MaxPooling2D", "Flatten", "Add")]
        return editing.delete(self.document, [self.some(gone)], heal=self.draw(st.booleans()))

    def cut(self, _: str) -> Document:
        return editing.disconnect(self.document, [self.some(self.document.wires)])

    def wire(self, _: str) -> Document:
        one, other = (self.some(self.document.nodes).id for _ in range(2))
        return editing.connect(self.document, Wire(source=one, target=other))

    def set(self, _: str) -> Document:
        one = self.some(one for one in self.document.nodes if OPERATORS[one.kind].parameters)
        name, parameter = self.some(OPERATORS[one.kind].parameters.items())
        values = [] if parameter.kind == "field" else moved(parameter)
        return editing.set_parameter(self.document, one.id, name, parameter.write(self.some(values)))

    def freeze(self, _: str) -> Document:
        return editing.freeze(self.document, [self.some(self.document.nodes).id], self.draw(st.booleans()))


@given(st.data(), st.sampled_from(["lenet", "residual_network", "two_inputs_two_losses", "denoising"]))
def test_what_differs_is_exactly_what_was_edited(data: st.DataObject, name: str) -> None:
    edits = Edits(template(name), data.draw)
    before, after = edits.start, edits.document
    found = difference(before, after).levels[0]
    was, now = ({one.id: one for one in each.nodes} for each in (before, after))
    assert {one.id for one in found.added} == now.keys() - was.keys()
    assert {one.id for one in found.gone} == was.keys() - now.keys()
    assert [(pair.before.id, pair.after.id) for pair in found.pairs] == [(id, id) for id in was if id in now]
    changed = {id for id in was.keys() & now.keys() if _computes(was[id]) != _computes(now[id])}
    assert {pair.after.id for pair in found.changed if not _only_order(pair)} == changed
    lines, had = ({line(one) for one in each.wires} for each in (after, before))
    assert {line(one) for one in found.wires_added} == lines - had
    assert {line(one) for one in found.wires_gone} == had - lines
    assert _mirrored(difference(after, before)) == _counted(difference(before, after))


def _computes(one: Node) -> Any:
    return one.kind, dict(one.params), one.frozen, one.shares


def _only_order(pair: Any) -> bool:
    return all(change.name.startswith("order at") for change in pair.changes)


def _counted(found: Difference) -> tuple[Any, ...]:
    level = found.levels[0]
    return found.counts(), len(level.wires_added), len(level.wires_gone), len(found.settings)


def _mirrored(found: Difference) -> tuple[Any, ...]:
    counts, added, gone, settings = _counted(found)
    return {**counts, "added": counts["gone"], "gone": counts["added"]}, gone, added, settings


def foreign(document: Document, seed: int) -> Document:
    """The same network as somebody else would have drawn it: other ids, names, places and order."""
    by = random.Random(seed)
    blocks = {block.id: f"b{by.random()}".replace(".", "") for block in document.blocks}

    def other(part: Any) -> dict[str, Any]:
        ids = {one.id: f"x{by.random()}".replace(".", "") for one in part.nodes}
        nodes = [
            one.model_copy(
                update={
                    "id": ids[one.id], "label": "", "position": (by.random(), by.random()),
                    "shares": ids.get(one.shares, ""),
                    "params": {n: blocks.get(str(v), v) if n == "block" else v for n, v in one.params.items()},
                }
            )
            for one in part.nodes
        ]  # fmt: skip
        ports = {port: new for one in document.blocks for port, new in inner.get(one.id, {}).items()}
        wires = [
            one.model_copy(
                update={
                    "source": ids[one.source], "target": ids[one.target],
                    "source_port": ports.get(one.source_port, one.source_port),
                    "target_port": ports.get(one.target_port, one.target_port),
                }
            )
            for one in part.wires
        ]  # fmt: skip
        by.shuffle(nodes)
        return {"nodes": tuple(nodes), "wires": tuple(wires), "ids": ids}

    inner: dict[str, dict[str, str]] = {}
    made = []
    for block in document.blocks:
        told = other(block)
        inner[block.id] = told.pop("ids")
        made.append(block.model_copy(update={"id": blocks[block.id], **told}))
    told = other(document)
    told.pop("ids")
    return document.model_copy(update={**told, "blocks": tuple(made)})


@pytest.mark.parametrize("name", [name for name in template_names() if not template(name).blocks])
def test_a_network_that_somebody_else_drew_is_the_same(name: str) -> None:
    document = template(name)
    for seed in range(3):
        found = difference(document, foreign(document, seed))
        assert found.is_equal, in_sentences(found)
        assert all(pair.before.kind == pair.after.kind for pair in found.levels[0].pairs)


@given(st.data(), st.integers(0, 9))
def test_what_differs_can_be_found_without_ids(data: st.DataObject, seed: int) -> None:
    edits = Edits(LENET, data.draw)
    known, found = difference(LENET, edits.document), difference(LENET, foreign(edits.document, seed))
    level = found.levels[0]
    assert _rebuilt(LENET, level) == _drawn(foreign(edits.document, seed))
    counts, expected = found.counts(), known.counts()
    assert counts["equal"] + counts["changed"] >= expected["equal"] - edits.worked


def _drawn(document: Document) -> tuple[Any, ...]:
    return {one.id: _computes(one) for one in document.nodes}, sorted(line(one) for one in document.wires)


def _rebuilt(document: Document, level: Any) -> tuple[Any, ...]:
    """The other network, of the one and what sets it apart."""
    there = {pair.before.id: pair.after for pair in level.pairs}
    gone = {one.id for one in level.gone}
    assert {one.id for one in document.nodes} == there.keys() | gone
    nodes = {
        pair.after.id: _computes(pair.after) if pair.changes else (*_computes(pair.before)[:3], pair.after.shares)
        for pair in level.pairs
    } | {one.id: _computes(one) for one in level.added}
    lost = [line(one) for one in level.wires_gone]
    kept = [line(one) for one in document.wires]
    for one in lost:
        kept.remove(one)
    mapped = [(there[a].id, b, there[c].id, d) for a, b, c, d in kept]
    return nodes, sorted([*mapped, *(line(one) for one in level.wires_added)])


@pytest.mark.parametrize("name", template_names())
def test_a_document_is_no_other_than_itself(name: str) -> None:
    document = template(name)
    found = difference(document, editing.move(document, {document.nodes[0].id: (7.0, 7.0)}))
    assert (found.is_equal, found.opened, in_sentences(found)) == (True, False, [])


def test_a_deeper_network_of_a_family_differs_by_its_own_layers() -> None:
    deeper = [dict(one) for one in _raw(vgg16())]
    for place in (9, 14, 19):
        deeper.insert(place, {**deeper[place - 1], "id": f"more{place}", "label": "more"})
    vgg19 = foreign(chain(*deeper), 1)
    found = difference(vgg16(), vgg19)
    assert found.counts() == {"equal": len(vgg16().nodes), "changed": 0, "added": 3, "gone": 0}
    assert {one.kind for one in found.levels[0].added} == {"Conv2D"}


def _raw(document: Document) -> list[dict[str, Any]]:
    return [{"id": one.id, "kind": one.kind, "label": one.label, "params": _written(one)} for one in document.nodes]


def _written(one: Node) -> dict[str, Any]:
    return {name: KINDS[one.kind].parameters[name].write(value) for name, value in one.params.items()}


def test_what_differs_is_told_in_few_words() -> None:
    one = editing.set_parameter(LENET, "n3", "filters", 32)
    into_loss = next(one for one in LENET.wires if one.target == "n5")
    one = editing.insert(one, "drop", "Dropout", (0.0, 0.0), into_loss)
    one = editing.set_optimizer_option(editing.set_training(one, "batch_size", 8), "learning_rate", 0.1)
    assert in_sentences(difference(LENET, one)) == [
        "Convolution 'c1': filters 16 → 32.", "Dropout 'dropout' is added.", "Learning rate 0.002 → 0.1.",
        "Batch size 32 → 8.",
    ]  # fmt: skip
    assert in_sentences(difference(one, LENET))[1] == "Dropout 'dropout' is gone."


def test_data_parts_and_optimizer_are_told() -> None:
    other = editing.set_split(editing.set_data(LENET, "iris"), "test", 0.3)
    other = editing.set_optimizer(other, "SGD")
    told = in_sentences(difference(LENET, other))
    assert "Split test 0.2 → 0.3." in told
    assert any(one.startswith("Data ") and one.endswith("→ Iris flowers.") for one in told)
    assert any(one.startswith("Optimizer Adam →") for one in told)


def test_another_operator_in_a_place_is_told_as_that() -> None:
    other = editing.replace(LENET, "n4", "AveragePooling2D")
    (pair,) = difference(LENET, other).levels[0].changed
    assert (pair.after.id, pair.changes[0].name) == ("n4", "operator")


def test_the_order_at_a_port_is_a_difference() -> None:
    ends = [DRAWN, node("a", "Rescaling"), node("b", "Flatten"), node("c", "Rescaling", scale=2.0)]
    wires = [wire("in", "a"), wire("in", "c")]
    one, other = (
        graph([*ends, node("both", "Concatenate")], [*wires, *(wire(id, "both") for id in ids)], data="")
        for ids in ("ac", "ca")
    )
    told = difference(one, other)
    assert [in_sentences(told), told.networks_equal] == [["Concatenate 'both': order at in a, c → c, a."], False]


def test_shared_weights_are_a_difference() -> None:
    twins = graph([DRAWN, dense("a", 4), dense("b", 4)], [wire("in", "a"), wire("in", "b")], data="")
    told = in_sentences(difference(twins, editing.share(twins, "b", "a")))
    assert told == ["Linear 'b': weights of its own → a."]


def test_what_is_in_a_block_is_told_once_and_at_its_block() -> None:
    document = template("residual_blocks")
    block = document.blocks[0]
    one = next(one for one in block.nodes if one.kind == "Conv2D")
    other = grouping.inside(document, block.id, lambda view: editing.set_parameter(view, one.id, "filters", 7))
    told = in_sentences(difference(document, other))
    assert len(told) == 1 and f" in block {block.name!r}: filters " in told[0]
    more = editing.set_parameter(document, _use(document).id, "repeat", 5)
    assert [change.name for pair in difference(document, more).levels[0].changed for change in pair.changes] == [
        "repeat"
    ]


def _use(document: Document) -> Node:
    return next(one for one in document.nodes if one.kind == "Block")


def test_a_network_cut_into_blocks_computes_the_same() -> None:
    some = [one.id for one in LENET.nodes[2:5]]
    folded = grouping.group(LENET, some, "block", "use", "Features")
    found = difference(LENET, folded)
    assert (found.is_equal, found.opened, in_sentences(found)) == (True, True, [])
    changed = grouping.inside(folded, "block", lambda view: editing.set_parameter(view, some[0], "filters", 7))
    assert in_sentences(difference(LENET, changed)) == ["Convolution 'features/c1': filters 16 → 7."]


@pytest.mark.parametrize("name", ["resnet50", "inception_v3"])
def test_a_network_with_its_equal_parts_folded_is_equal_to_itself_unfolded(name: str) -> None:
    document = template(name)
    whole = opened(document) if document.blocks else document
    folded = fold(whole).document if not document.blocks else document
    for one, other in ((folded, whole), (whole, folded)):
        found = difference(one, other)
        assert (found.networks_equal, found.counts()["equal"], in_sentences(found)) == (True, len(whole.nodes), [])


def test_nodes_of_another_name_alone_are_told_as_renamed() -> None:
    renamed = editing.rename_node(LENET, "n3", "features")
    found = difference(LENET, renamed)
    assert (found.is_equal, in_sentences(found)) == (True, ["Convolution 'c1' is renamed to 'features'."])


def test_blocks_of_other_ids_are_found_by_what_is_in_them() -> None:
    document = template("residual_blocks")
    other = "other"
    blocks = tuple(block.model_copy(update={"id": other, "name": "Mine"}) for block in document.blocks[:1])
    block = document.blocks[0].id

    def renamed(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        return tuple(
            one.model_copy(update={"params": {**one.params, "block": other}})
            if one.params.get("block") == block
            else one
            for one in nodes
        )

    rest: tuple[Block, ...] = document.blocks[1:]
    changed = document.model_copy(update={"nodes": renamed(document.nodes), "blocks": (*blocks, *rest)})
    assert difference(document, changed).is_equal


def test_large_networks_are_compared_while_one_looks() -> None:
    for document in (deep_row(3000), skips(900, around_first=True)):
        other = editing.set_parameter(foreign(document, 3), foreign(document, 3).nodes[70].id, "scale", 3.0)
        began = time.process_time()
        assert difference(document, other).counts()["changed"] == 1
        assert as_there(time.process_time() - began, 2) <= 2


def test_the_answer_for_programs_tells_the_same() -> None:
    told = as_json(difference(LENET, editing.set_parameter(LENET, "n3", "filters", 32)))
    assert (told["equal"], told["counts"]["changed"], told["wires"]["equal"]) == (False, 1, len(LENET.wires))
    assert told["changed"] == [
        {"id": "n3", "kind": "Conv2D", "label": "c1", "block": None, "before": "n3",
         "changes": [{"name": "filters", "before": "16", "after": "32"}]}
    ]  # fmt: skip
