"""The canvas' edits on their way to the document: whatever a browser sends, and however often."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.edits import numbered
from graphbuilder import editing
from graphbuilder.cards import findings
from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.operators import OPERATORS
from graphbuilder.refusals import EditError
from graphbuilder.templates import template
from tests.stores import store

ME, PAGE = "me", "page"
PLACE = st.integers(0, 40)
XY = st.floats(-1e4, 1e4) | st.sampled_from([1e9, float("nan"), float("inf"), 10**400, "12", "left", None, [1]])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**30) | st.floats() | st.text(max_size=4) | st.just("n3"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "to", "from_port", "to_port", "n3", "x"]), inner, max_size=4)
    ),
    max_leaves=6,
)
VALUES = st.sampled_from([3, 12, 0.5, "relu", "tanh", None, [1], {"l2": 0.1}])
SETTINGS = (
    {"of": "training", "name": "epochs"},
    {"of": "optimizer", "who": "SGD", "name": "learning_rate"},
    {"of": "optimizer", "who": "Adam", "name": "learning_rate"},
    {"of": "data", "who": "digits", "name": "seed"},
    {"of": "split", "name": "validation"},
    {"of": "label", "ids": ["n3"], "name": "label"},
    {"of": "network", "name": "name"},
    {"of": "nothing", "name": "x"},
)
NAMES = ("set", "repair", "add", "move", "connect", "reconnect", "delete", "duplicate", "undo", "redo")
KEYS = (
    *("of", "who", "ids", "name", "value", "key", "id", "kind", "x", "y", "wire", "at", "old", "nodes", "wires"),
    *("heal", "copies", "dx", "dy"),
)
GARBAGE = st.fixed_dictionaries({"op": st.sampled_from([*NAMES, "quantum"]) | JSON}, optional=dict.fromkeys(KEYS, JSON))


class Line:
    """What the history should be, said as plainly as can be: documents with labels in a line, and a head."""

    def __init__(self, document: Document) -> None:
        self.documents, self.labels, self.head = [document], [""], 0

    @property
    def document(self) -> Document:
        return self.documents[self.head]

    def step(self, by: int) -> None:
        self.head = min(max(0, self.head + by), len(self.documents) - 1)

    def edited(self, document: Document, label: str, merge: bool) -> None:
        if document == self.document:
            return
        joined = merge and self.head > 0 and self.labels[self.head] == label
        if joined and document == self.documents[self.head - 1]:  # back where it was: the step goes
            self.documents, self.labels = self.documents[: self.head], self.labels[: self.head]
            self.head -= 1
            return
        keep = self.head + (0 if joined else 1)
        self.documents = [*self.documents[:keep], document]
        self.labels = [*self.labels[:keep], label]
        self.head = keep


class Canvas(RuleBasedStateMachine):
    """Plays the canvas of one page, whose messages are sent again at random, beside another tab's inspector."""

    def __init__(self) -> None:
        super().__init__()
        self.project = store().create(ME, template("residual_network"))
        self.line = Line(template("residual_network"))
        self.fresh = itertools.count(1)
        self.next = 1
        self.pending: list[dict[str, Any]] = []
        self.sent: list[list[dict[str, Any]]] = []
        self.last = 0

    def id(self, place: int) -> str:
        ids = [*(node.id for node in self.line.document.nodes), "gone"]
        return ids[place % len(ids)]

    def wire(self, place: int) -> dict[str, Any]:
        wires = self.line.document.wires
        return wires[place % len(wires)].model_dump(by_alias=True) if wires else {"from": "gone", "to": "gone"}

    def push(self, **op: Any) -> None:
        self.pending.append({**op, "n": self.next})
        self.next += 1

    # What a person does on the canvas

    @rule(kind=st.sampled_from([*OPERATORS, "Quantum"]), x=XY, y=XY, into=st.none() | PLACE)
    def add(self, kind: str, x: Any, y: Any, into: int | None) -> None:
        wire = {} if into is None else {"wire": self.wire(into)}
        self.push(op="add", id=f"new{next(self.fresh)}", kind=kind, x=x, y=y, **wire)

    @rule(kind=st.sampled_from(["Dense", "Conv2D", "Add"]), place=PLACE)
    def add_wired(self, kind: str, place: int) -> None:
        id = f"new{next(self.fresh)}"
        self.push(op="add", id=id, kind=kind, x=1, y=2)
        self.push(op="connect", wire={"from": self.id(place), "from_port": "out", "to": id, "to_port": "in"})

    @rule(places=st.dictionaries(PLACE, st.tuples(XY, XY).map(list), max_size=3))
    def move(self, places: dict[int, Any]) -> None:
        self.push(op="move", at={self.id(place): at for place, at in places.items()})

    @rule(source=PLACE, other=PLACE)
    def connect(self, source: int, other: int) -> None:
        wire = {"from": self.id(source), "from_port": "out", "to": self.id(other), "to_port": "in"}
        self.push(op="connect", wire=wire)

    @rule(place=PLACE, other=PLACE)
    def reconnect(self, place: int, other: int) -> None:
        old = self.wire(place)
        self.push(op="reconnect", old=old, wire={**old, "to": self.id(other)})

    @rule(places=st.lists(PLACE, max_size=2), wires=st.lists(PLACE, max_size=1), heal=st.booleans())
    def delete(self, places: list[int], wires: list[int], heal: bool) -> None:
        gone = [self.id(place) for place in places]
        self.push(op="delete", nodes=gone, wires=[self.wire(place) for place in wires], heal=heal)

    @rule(places=st.lists(PLACE, max_size=3), dx=XY)
    def duplicate(self, places: list[int], dx: Any) -> None:
        copies = {self.id(place): f"new{next(self.fresh)}" for place in places}
        self.push(op="duplicate", copies=copies, dx=dx, dy=32)

    @rule(
        places=st.lists(PLACE, max_size=2),
        name=st.sampled_from(["units", "filters", "activation"]),
        value=VALUES,
        again=st.booleans(),
    )
    def enter(self, places: list[int], name: str, value: Any, again: bool) -> None:
        self.push(op="set", of="node", ids=[self.id(place) for place in places], name=name, value=value, again=again)

    @rule(of=st.sampled_from(SETTINGS), value=VALUES)
    def enter_a_setting(self, of: dict[str, str], value: Any) -> None:
        self.push(op="set", value=value, **of)

    @rule(name=st.sampled_from(["SGD", "Adam", "Nothing"]))
    def choose(self, name: str) -> None:
        self.push(op="set", of="network", name="optimizer", value=name)

    @rule(place=PLACE)
    def repair(self, place: int) -> None:
        offered = [repair["key"] for fault in findings(check(self.line.document)) for repair in fault["repairs"]]
        self.push(op="repair", key=[*offered, "gone"][place % (len(offered) + 1)])

    @rule(name=st.sampled_from(["undo", "redo"]))
    def step(self, name: str) -> None:
        self.push(op=name)

    @rule(op=GARBAGE)
    def garbage(self, op: dict[str, Any]) -> None:
        self.push(**op)

    # What becomes of it

    @rule(answered=st.booleans())
    def send(self, answered: bool) -> None:
        """answered: whether the page heard that its edits were taken; else it sends them once more."""
        self.sent.append(list(self.pending))
        self.take(self.pending)
        if answered:
            self.pending = []

    @rule(place=PLACE, backwards=st.booleans())
    def resend(self, place: int, backwards: bool) -> None:
        if self.sent:
            late = self.sent[place % len(self.sent)]
            self.take(late[::-1] if backwards else late)

    def take(self, ops: list[dict[str, Any]]) -> None:
        edits = numbered({"epoch": "e", "client": PAGE, "ops": ops, "sel": []})
        taken, refused = store().take(ME, self.project, PAGE, edits)
        assert all(reason.endswith(".") for reason in refused)
        assert len(refused) == self.replay(ops)
        assert taken.document == self.line.document
        assert store().taken(ME, self.project, PAGE) == self.last

    def replay(self, ops: list[dict[str, Any]]) -> int:
        """Works each edit once on the line, holding every one to what it may do to the nodes; how many were refused."""
        by_number = {op["n"]: op for op in ops}
        refused, just_made = 0, False
        for n, edit in numbered({"ops": ops}):
            if n <= self.last:
                continue
            self.last = n
            if edit.step:
                self.line.step(edit.step)
                just_made = False
                continue
            before = self.line.document
            try:
                after, label = edit.change(before)
            except EditError:
                refused, just_made = refused + 1, False
                continue
            if by_number[n]["op"] != "repair":  # that one may make nodes and take them out
                assert {node.id for node in after.nodes} == wanted_ids(before, by_number[n])
            self.line.edited(after, label, edit.again or (edit.merge and just_made))
            just_made = True
        return refused

    @rule(place=PLACE, units=st.integers(-2, 99))
    def edit_in_another_tab(self, place: int, units: int) -> None:
        id = self.id(place)

        def change(document: Document) -> Document:
            return editing.set_parameter(document, id, "units", units)

        try:
            after = store().edit(ME, self.project, change, f"units of {id}", merge=True)
        except EditError:
            return
        self.line.edited(change(self.line.document), f"units of {id}", merge=True)
        assert after.document == self.line.document

    @rule(by=st.sampled_from([-1, 1]))
    def step_in_another_tab(self, by: int) -> None:
        (store().undo if by < 0 else store().redo)(ME, self.project)
        self.line.step(by)

    @invariant()
    def the_project_is_the_replay(self) -> None:
        kept = store().project(ME, self.project)
        assert kept.document == self.line.document
        assert (kept.undo is None, kept.redo is None) == (
            self.line.head == 0,
            self.line.head == len(self.line.documents) - 1,
        )

    def teardown(self) -> None:
        document = store().project(ME, self.project).document
        assert read_document(write_document(document)) == document


def wanted_ids(before: Document, op: dict[str, Any]) -> set[str]:
    """The nodes that are there after an edit that was not refused: no other edit makes or loses one."""
    ids = {node.id for node in before.nodes}
    match op["op"]:
        case "add":
            return ids | {op["id"]}
        case "delete":
            return ids - set(op.get("nodes", ()))
        case "duplicate":
            return ids | {new for old, new in op["copies"].items() if old in ids}
    return ids


Canvas.TestCase.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)


class test_whatever_the_canvas_sends_the_project_is_its_replay(Canvas.TestCase):  # type: ignore[name-defined,misc]  # noqa: N801
    pass


def edited(*ops: dict[str, Any]) -> tuple[Document, list[str]]:
    """The template after one message with these edits."""
    id = store().create(ME, template("lenet"))
    numbers = [{**op, "n": n} for n, op in enumerate(ops, 1)]
    taken, refused = store().take(ME, id, PAGE, numbered({"ops": numbers}))
    return taken.document, refused


UNKNOWN = "The canvas sent an edit that is not known here; reload the page."


@given(op=GARBAGE)
def test_garbage_is_refused_in_words_or_does_what_it_says(op: dict[str, Any]) -> None:
    ((_, edit),) = numbered({"ops": [{**op, "n": 1}]})
    try:
        edit.change(template("lenet"))
    except EditError as refused:
        assert str(refused).endswith(".")


@pytest.mark.parametrize(
    "op",
    [
        {},
        {"op": "quantum"},
        {"op": "add"},
        {"op": ["add"]},
        {"op": "move", "at": [1]},
        {"op": "move", "at": {"n3": [10**400, 0]}},
        {"op": "move", "at": {"n3": ["left", 0]}},
        {"op": "connect", "wire": {"from": "n3"}},
        {"op": "delete", "nodes": [[]]},
    ],
)
def test_an_edit_that_is_not_of_the_protocol_is_refused(op: dict[str, Any]) -> None:
    assert edited(op) == (template("lenet"), [UNKNOWN])


@pytest.mark.parametrize(
    "ops",
    [
        [{"op": "undo"}],
        [{"op": "undo", "n": "1"}],
        [{"op": "undo", "n": True}],
        [{"op": "undo", "n": 2**53}],
        [{"op": "undo", "n": 0}],
        ["undo"],
        "undo",
        7,
        {"n": 1},
    ],
)
def test_edits_without_numbers_are_no_message(ops: Any) -> None:
    with pytest.raises(EditError, match="reload the page"):
        numbered({"ops": ops})


def test_edits_are_worked_in_the_order_of_their_numbers() -> None:
    wire = {"from": "n1", "from_port": "out", "to": "new", "to_port": "in"}
    ops = [{"op": "connect", "wire": wire, "n": 2}, {"op": "add", "id": "new", "kind": "Add", "x": 0, "y": 0, "n": 1}]
    assert [n for n, _ in numbered({"ops": ops})] == [1, 2]


def test_a_node_added_and_wired_at_once_is_one_step_with_a_name_for_people() -> None:
    id = store().create(ME, template("lenet"))
    wire = {"from": "n1", "from_port": "out", "to": "new", "to_port": "in"}
    ops = [{"op": "add", "id": "new", "kind": "Add", "x": 0, "y": 0, "n": 1}, {"op": "connect", "wire": wire, "n": 2}]
    taken, _ = store().take(ME, id, PAGE, numbered({"ops": ops}))
    assert (len(taken.document.wires), taken.undo) == (10, "add Add")
    undone = store().undo(ME, id)
    assert (undone.document, undone.undo) == (template("lenet"), None)
