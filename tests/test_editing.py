"""Editing: whatever a person does, the document stays one."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from graphbuilder import editing
from graphbuilder.cards import palette
from graphbuilder.checks import check
from graphbuilder.datasets import NO_DATA, SOURCES
from graphbuilder.diagnostics import Severity
from graphbuilder.document import Document, Node, Wire, canonical
from graphbuilder.document_file import read_document, write_document
from graphbuilder.operators import OPERATORS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.refusals import REFUSALS, EditError
from graphbuilder.store import Project
from graphbuilder.templates import template
from tests.networks import DIGIT, PIXELS, SCALE, SCORES, TEMPLATES, chain, graph, node, vgg16, wire
from tests.stores import store

PLACE = st.integers(0, 60)
KIND = st.sampled_from([*OPERATORS, "Quantum"])
POSITION = st.tuples(st.floats(-2e7, 2e7), st.floats(-500, 500))
LABEL = st.text(max_size=82)
VALUE = st.sampled_from(
    [0, 1, 7, -1, 0.5, True, "relu", "same", "image", [2, 2], [8, 8, 1], {"l2": 0.1}, None, [], "x"]
)


ME = "me"


class Editor(RuleBasedStateMachine):
    """Plays a person at a project, with undo and redo, and replays the kept edits at the end.

    made: every edit of the history's line; head: how many of them are not undone.
    """

    def __init__(self) -> None:
        super().__init__()
        self.start = template("residual_network")
        self.project: Project = store().project(ME, store().create(ME, self.start))
        self.new_id = map("m{}".format, itertools.count())
        self.made: list[Any] = []
        self.head = 0

    @property
    def document(self) -> Document:
        return self.project.document

    def id(self, place: int) -> str:
        ids = [*(one.id for one in self.document.nodes), "gone"]
        return ids[place % len(ids)]

    def wire(self, place: int) -> Wire:
        wires = [*self.document.wires, Wire(source="gone", target="gone")]
        return wires[place % len(wires)]

    def do(self, edit: Any, *arguments: Any, **more: Any) -> None:
        def change(document: Document) -> Document:
            return edit(document, *arguments, **more)  # type: ignore[no-any-return]

        try:
            after = store().edit(ME, self.project.id, change, edit.__name__)
        except EditError as refused:
            assert str(refused).endswith(".")
            return
        if after.document != self.document:
            self.made = [*self.made[: self.head], change]
            self.head += 1
        self.project = after

    @rule(kind=KIND, at=POSITION)
    def add(self, kind: str, at: Any) -> None:
        self.do(editing.add, next(self.new_id), kind, at)

    @rule(kind=KIND, at=POSITION, place=PLACE)
    def insert(self, kind: str, at: Any, place: int) -> None:
        self.do(editing.insert, next(self.new_id), kind, at, self.wire(place))

    @rule(source=PLACE, other=PLACE, port=st.sampled_from(["in", "in", "in", "side"]))
    def connect(self, source: int, other: int, port: str) -> None:
        self.do(editing.connect, Wire(source=self.id(source), target=self.id(other), target_port=port))

    @rule(place=PLACE)
    def disconnect(self, place: int) -> None:
        self.do(editing.disconnect, [self.wire(place)])

    @rule(place=PLACE, other=PLACE)
    def reconnect(self, place: int, other: int) -> None:
        old = self.wire(place)
        self.do(editing.reconnect, old, old.model_copy(update={"target": self.id(other)}))

    @rule(places=st.lists(PLACE, max_size=2), heal=st.booleans())
    def delete(self, places: list[int], heal: bool) -> None:
        self.do(editing.delete, [self.id(place) for place in places], heal)

    @rule(place=PLACE, at=POSITION)
    def move(self, place: int, at: Any) -> None:
        self.do(editing.move, {self.id(place): at})

    @rule(places=st.lists(PLACE, max_size=3, unique=True), offset=POSITION)
    def duplicate(self, places: list[int], offset: Any) -> None:
        self.do(editing.duplicate, {self.id(place): next(self.new_id) for place in places}, offset)

    @rule(place=PLACE, label=LABEL)
    def rename_node(self, place: int, label: str) -> None:
        self.do(editing.rename_node, self.id(place), label)

    @rule(name=LABEL)
    def rename(self, name: str) -> None:
        self.do(editing.rename, name)

    @rule(place=PLACE, which=PLACE, value=VALUE)
    def set_parameter(self, place: int, which: int, value: Any) -> None:
        kinds = {one.id: one.kind for one in self.document.nodes}
        declared = OPERATORS.get(kinds.get(self.id(place), ""))
        names = [*(declared.parameters if declared else ()), "nothing"]
        self.do(editing.set_parameter, self.id(place), names[which % len(names)], value)

    @rule(name=st.sampled_from([*SOURCES, "nothing"]))
    def set_data(self, name: str) -> None:
        self.do(editing.set_data, name)

    @rule(name=st.sampled_from(["size", "noise", "seed", "nothing"]), value=VALUE)
    def set_data_option(self, name: str, value: Any) -> None:
        self.do(editing.set_data_option, name, value)

    @rule(name=st.sampled_from(["validation", "test", "seed", "nothing"]), value=VALUE)
    def set_split(self, name: str, value: Any) -> None:
        self.do(editing.set_split, name, value)

    @rule(name=st.sampled_from([*OPTIMIZERS, "Sofia"]))
    def set_optimizer(self, name: str) -> None:
        self.do(editing.set_optimizer, name)

    @rule(name=st.sampled_from(["learning_rate", "momentum", "nothing"]), value=VALUE)
    def set_optimizer_option(self, name: str, value: Any) -> None:
        self.do(editing.set_optimizer_option, name, value)

    @rule(name=st.sampled_from(["epochs", "seed", "nothing"]), value=VALUE)
    def set_training(self, name: str, value: Any) -> None:
        self.do(editing.set_training, name, value)

    @rule(times=st.integers(1, 4))
    def undo(self, times: int) -> None:
        for _ in range(times):
            self.project = store().undo(ME, self.project.id)
        self.head = max(0, self.head - times)

    @rule(times=st.integers(1, 4))
    def redo(self, times: int) -> None:
        for _ in range(times):
            self.project = store().redo(ME, self.project.id)
        self.head = min(len(self.made), self.head + times)

    @invariant()
    def the_document_is_one(self) -> None:
        document = self.document
        ids = [one.id for one in document.nodes]
        assert len(ids) == len(set(ids))
        assert all(w.source in ids and w.target in ids for w in document.wires)
        assert canonical(document) == document
        assert read_document(write_document(document)) == document

    def teardown(self) -> None:
        check(self.document)
        replayed = self.start
        for change in self.made[: self.head]:
            replayed = change(replayed)
        assert replayed == self.document
        for _ in range(self.head):
            self.undo(1)
        assert (self.document, self.project.undo) == (self.start, None)
        for _ in self.made:
            self.redo(1)
        assert (self.project.redo, len(self.made)) == (None, self.head)


Editor.TestCase.settings = settings(max_examples=20, stateful_step_count=50, deadline=None)


class test_G9_whatever_is_done_and_undone_the_document_stays_whole(Editor.TestCase):  # type: ignore[name-defined,misc]  # noqa: N801
    pass


CHAIN = chain(PIXELS, SCALE, SCORES, DIGIT)


def wires(document: Document) -> list[tuple[str, str]]:
    return [(w.source, w.target) for w in document.wires]


def test_an_inserted_node_stands_in_its_wire() -> None:
    after = editing.insert(CHAIN, "new", "Dropout", (0, 0), CHAIN.wires[1])
    assert wires(after) == [("pixels", "scale"), ("new", "scores"), ("scores", "digit"), ("scale", "new")]


def test_a_healing_delete_leaves_no_gap() -> None:
    assert wires(editing.delete(CHAIN, ["scale"], heal=True)) == [("pixels", "scores"), ("scores", "digit")]
    assert wires(editing.delete(CHAIN, ["scale"])) == [("scores", "digit")]


def test_healing_a_node_that_feeds_itself_leaves_nothing_of_it() -> None:
    nodes = (Node(id="a", kind="Unknown"), Node(id="b", kind="Add"))
    wires = (Wire(source="a", target="a"), Wire(source="a", source_port="more", target="b"))
    assert editing.delete(Document(nodes=nodes, wires=wires), ["a"], heal=True).wires == ()


def test_healing_a_circle_makes_no_node_feed_itself() -> None:
    circle = graph([SCALE, SCORES], [wire("scale", "scores"), wire("scores", "scale")])
    assert wires(editing.delete(circle, ["scores"], heal=True)) == []


def test_copies_keep_the_wires_among_them() -> None:
    after = editing.duplicate(CHAIN, {"scale": "scale2", "scores": "scores2"}, (10, 10))
    assert wires(after)[-1] == ("scale2", "scores2")
    assert [one.label for one in after.nodes][-2:] == ["scale 2", "scores 2"]


def test_a_wire_moved_to_another_source_keeps_its_place_among_the_inputs() -> None:
    nodes = [PIXELS, SCALE, SCORES, node("both", "Concatenate")]
    before = graph(nodes, [wire("pixels", "both"), wire("scores", "both")])
    first = before.wires[0]
    after = editing.reconnect(before, first, first.model_copy(update={"source": "scale"}))
    assert wires(after) == [("scale", "both"), ("scores", "both")]


def test_every_refusal_has_its_sentence_and_no_sentence_is_left_over() -> None:
    root = Path(editing.__file__).parents[1]
    texts = [path.read_text("utf-8") for path in (*root.glob("graphbuilder/**/*.py"), *root.glob("app/*.py"))]
    said = {code for text in texts for code in re.findall(r'EditError\(\s*"([^"]+)"', text)}
    assert said | {"other optimizer", "other data"} == set(REFUSALS)


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        (Wire(source="scale", target="scale"), "Rescaling 'scale' cannot feed itself."),
        (Wire(source="pixels", target="scale"), "These two are wired already."),
        (
            Wire(source="pixels", target="scores"),
            "Linear 'scores' takes one wire here, and has it. Delete that one first.",
        ),
        (Wire(source="digit", target="scores"), "There is no such port."),
        (Wire(source="pixels", target="gone"), "The node is not there any more."),
    ],
)  # fmt: skip
def test_a_wire_that_cannot_be_is_refused_in_words(wire: Wire, message: str) -> None:
    with pytest.raises(EditError) as refused:
        editing.connect(CHAIN, wire)
    assert str(refused.value) == message


def test_a_value_comes_to_a_merge_more_than_once_by_wires_that_are_told_apart() -> None:
    drawn = chain(node("in", "Input", shape=[4]), node("sum", "Add"), data="")
    (first,) = drawn.wires
    second = first.model_copy(update={"again": 1})
    both = editing.connect(drawn, second)
    assert both.wires == (first, second)
    assert check(both).facts["sum"].inputs == ((4,), (4,))
    assert editing.disconnect(both, [first]).wires == (second,)
    with pytest.raises(EditError, match="wired already"):
        editing.connect(both, second)
    with pytest.raises(EditError, match="takes one wire here"):
        editing.connect(CHAIN, CHAIN.wires[0].model_copy(update={"again": 1}))


def test_a_file_names_what_tells_wires_apart_and_only_then_is_of_version_2() -> None:
    drawn = chain(node("in", "Input", shape=[4]), node("sum", "Add"), data="")
    text = write_document(drawn)
    both = editing.connect(drawn, drawn.wires[0].model_copy(update={"again": 1}))
    assert "again" not in text and '"version": 1' in text
    assert '"to_port": "in", "again": 1}' in write_document(both) and '"version": 2' in write_document(both)
    assert read_document(write_document(both)).wires == both.wires


def test_a_gap_is_closed_for_each_wire_of_a_value_that_comes_twice() -> None:
    drawn = chain(node("in", "Input", shape=[4]), node("old", "Flatten"), node("sum", "Add"), data="")
    both = editing.connect(drawn, drawn.wires[1].model_copy(update={"again": 1}))
    assert [(one.source, one.again) for one in editing.delete(both, ["old"], heal=True).wires] == [("in", 0), ("in", 1)]


def test_a_wire_that_closes_a_circle_is_refused() -> None:
    open_end = editing.disconnect(CHAIN, [CHAIN.wires[0]])
    with pytest.raises(EditError, match="circle: Rescaling 'scale' already leads to Linear 'scores'"):
        editing.connect(open_end, Wire(source="scores", target="scale"))


@pytest.mark.parametrize("edit", [editing.set_data_option, editing.set_optimizer_option])
def test_an_option_of_something_unknown_is_refused_in_words(edit: Any) -> None:
    unknown = chain(PIXELS, data="nothing", training={"optimizer": "Sofia", "options": {}})
    with pytest.raises(EditError, match="is not known"):
        edit(unknown, "size", 3)


@pytest.mark.parametrize("name", TEMPLATES)
def test_without_data_a_network_keeps_its_shapes_and_is_an_architecture(name: str) -> None:
    before, after = check(template(name)), check(editing.set_data(template(name), NO_DATA))
    assert {id: facts.shape for id, facts in after.facts.items()} == {id: f.shape for id, f in before.facts.items()}
    assert [found.code for found in after.diagnostics if found.severity is not Severity.WARNING] == ["E_NO_DATA"]
    assert read_document(write_document(after.document)) == after.document


def test_a_loss_added_to_an_architecture_makes_no_fault_of_its_inputs() -> None:
    drawn = editing.add(vgg16(), "loss", "Loss", (0, 0))
    report = check(editing.connect(drawn, Wire(source="predictions", target="loss")))
    # VGG16 ends in softmax, and a new Loss reads logits: that is one, and none of the Inputs.
    assert [found.code for found in report.diagnostics] == ["E_ACTIVATION_LOGITS", "E_NO_DATA"]


def test_data_chosen_again_are_taken_by_no_node_by_itself() -> None:
    again = check(editing.set_data(editing.set_data(template("lenet"), NO_DATA), "digits"))
    assert [found.code for found in again.diagnostics] == ["E_NO_DATA"]


def test_a_full_document_takes_no_more_nodes() -> None:
    full = graph([{"id": f"n{n}", "kind": "Flatten"} for n in range(20_000)], [])
    with pytest.raises(EditError, match=r"at most 20,000 nodes"):
        editing.add(full, "one-more", "Flatten", (0, 0))


@pytest.mark.parametrize("name", TEMPLATES)
def test_moving_a_node_changes_nothing_of_the_network(name: str) -> None:
    before = template(name)
    after = editing.move(before, {before.nodes[0].id: (5, 5)})
    assert [one.params for one in after.nodes] == [one.params for one in before.nodes]
    assert after.wires == before.wires and after.nodes[0].position == (5.0, 5.0)


def activation_of(document: Document, id: str) -> object:
    return document.node(id).params["activation"]


@pytest.mark.parametrize("kind", ["Dense", "Conv2D"])
def test_a_new_convolution_or_linear_begins_with_relu(kind: str) -> None:
    assert activation_of(editing.add(Document(), "new", kind, (0, 0)), "new") == "relu"
    assert activation_of(editing.insert(CHAIN, "new", kind, (0, 0), CHAIN.wires[0]), "new") == "relu"


@pytest.mark.parametrize("between", [(), ("Flatten",), ("Dropout", "Reshape"), ("Activation",), ("Flatten", "PReLU")])
def test_put_in_before_a_loss_or_an_activation_it_begins_linear(between: tuple[str, ...]) -> None:
    document = editing.add(Document(), "first", "Dense", (0, 0))
    line = ["first", *between, "last"]
    for kind in between:
        document = editing.add(document, kind, kind, (0, 0))
    document = editing.add(document, "last", "Loss", (0, 0))
    for source, target in itertools.pairwise(line):
        document = editing.connect(document, Wire(source=source, source_port="out", target=target, target_port="in"))
    first = next(one for one in document.wires if one.source == "first")
    assert activation_of(editing.insert(document, "new", "Dense", (0, 0), first), "new") == "linear"
    assert activation_of(document, "first") == "relu"  # wiring changes no node


def test_a_file_without_an_activation_is_read_as_linear() -> None:
    text = '{"version": 1, "nodes": [{"id": "d", "kind": "Dense", "params": {"units": 3}}]}'
    assert activation_of(read_document(text), "d") == "linear"


def test_the_last_operator_that_is_wired_to_a_loss_gives_up_the_activation_it_began_with() -> None:
    document = editing.add(editing.add(Document(), "last", "Dense", (0, 0)), "loss", "Loss", (0, 0))
    wire = Wire(source="last", target="loss")
    assert editing.draw_wire(document, wire).node("last").params["activation"] == "linear"
    assert editing.connect(document, wire).node("last").params["activation"] == "relu"
    chosen = editing.set_parameter(document, "last", "activation", "tanh")
    assert editing.draw_wire(chosen, wire).node("last").params["activation"] == "tanh"
    inner = editing.add(document, "next", "Dense", (0, 0))
    assert editing.draw_wire(inner, Wire(source="last", target="next")).node("last").params["activation"] == "relu"


def around_a_placeholder(sources: int, results: int) -> Document:
    """What is of an unknown class, between as many Inputs and Flattens as it has ports."""
    into, out = range(1, sources + 1), range(1, results + 1)
    inputs = [node(f"x{n}", "Input", shape=[4]) for n in into]
    unknown = node("gate", "Placeholder", sources=sources, results=results, shape=[4])
    wires = [{"from": f"x{n}", "to": "gate", "to_port": "in" if n == 1 else f"in_{n}"} for n in into]
    wires += [{"from": "gate", "to": f"y{n}", "from_port": "out" if n == 1 else f"out_{n}"} for n in out]
    return graph([*inputs, unknown, *(node(f"y{n}", "Flatten") for n in out)], wires)


def in_its_place(document: Document, kind: str, id: str = "gate") -> Document:
    return editing.stand_in(document, id, lambda apart, position: editing.add(apart, id, kind, position))


@pytest.mark.parametrize(
    ("kind", "ports"),
    [
        ("Dense", ["x1 in", "y1 out"]),
        ("Add", ["x1 in", "x2 in", "x3 in", "y1 out"]),
        ("Subtract", ["x1 in", "x2 less", "y1 out"]),
    ],
)
def test_an_operator_in_the_place_of_a_placeholder_has_its_wires(kind: str, ports: list[str]) -> None:
    before = around_a_placeholder(len(ports) - 1, 1)
    after = in_its_place(before, kind)
    into = [f"{one.source} {one.target_port}" for one in after.wires if one.target == "gate"]
    out = [f"{one.target} {one.source_port}" for one in after.wires if one.source == "gate"]
    assert sorted(into + out) == ports
    was, now = before.node("gate"), after.node("gate")
    assert (now.kind, now.label, now.position) == (kind, was.label, was.position)
    assert not [one for one in check(after).diagnostics if one.severity is Severity.ERROR]


def test_the_wires_of_a_placeholder_are_never_cut() -> None:
    with pytest.raises(EditError, match="Linear cannot take the place of Placeholder 'gate', which has 2 inputs and"):
        in_its_place(around_a_placeholder(2, 1), "Dense")
    with pytest.raises(EditError, match="which has 1 input and 2 outputs: it has 1 input and 1 output"):
        in_its_place(around_a_placeholder(1, 2), "Dense")
    with pytest.raises(EditError, match="Flatten 'y1' is no placeholder"):
        in_its_place(around_a_placeholder(1, 1), "Dense", "y1")


def test_a_placeholder_that_is_applied_twice_is_one_layer_afterwards() -> None:
    gate = {"stands_for": "Gate", "shape": [4]}
    nodes = [node("x", "Input", shape=[4]), node("gate", "Placeholder", **gate), node("again", "Placeholder", **gate)]
    nodes[2]["shares"] = "gate"
    document = graph(nodes, [wire("x", "gate"), wire("gate", "again")], version=2)
    for chosen in ("gate", "again"):
        after = in_its_place(document, "Dense", chosen)
        assert [(one.kind, one.shares) for one in after.nodes[1:]] == [("Dense", ""), ("Dense", "gate")], chosen
        assert [(one.source, one.target) for one in after.wires] == [("x", "gate"), ("gate", "again")]
        assert after.node("again").params == after.node("gate").params


def test_what_takes_the_place_of_a_placeholder_before_a_loss_is_linear() -> None:
    nodes = [PIXELS, node("flat", "Flatten"), node("gate", "Placeholder", shape=[10]), DIGIT]
    document = chain(*nodes, data="digits")
    assert in_its_place(document, "Dense").node("gate").params["activation"] == "linear"
    inner = chain(*nodes[:3], SCORES, DIGIT, data="digits")
    assert in_its_place(inner, "Dense").node("gate").params["activation"] == "relu"


def test_the_palette_says_whose_place_an_operator_takes() -> None:
    told = palette()["operators"]
    assert [one["kind"] for one in told if one.get("replaced")] == ["Placeholder"]
