"""The canvas' edits on their way to the document: whatever a browser sends, and however often."""

import itertools
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.edits import numbered
from graphbuilder import editing
from graphbuilder.cards import findings
from graphbuilder.checks import check
from graphbuilder.document import Block, Document, canonical, version_of
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
    {"of": "block", "name": "name", "who": "b1"},
    {"of": "nothing", "name": "x"},
)
NAMES = (
    *("set", "repair", "add", "move", "connect", "reconnect", "delete", "duplicate", "undo", "redo"),
    *("group", "ungroup", "unique", "copy", "drop"),
)
WHERE = st.integers(0, 3)
KEYS = (
    *("where", "use", "uses", "block", "source"),
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

    def level(self, where: int) -> Document | Block:
        """The document, in half of the cases, or one of its blocks."""
        levels = [self.line.document, *self.line.document.blocks]
        return levels[(where // 2) % len(levels) if where < 2 else where % len(levels)]

    def id(self, place: int, where: int = 0) -> str:
        ids = [*(node.id for node in self.level(where).nodes), "gone"]
        return ids[place % len(ids)]

    def block(self, place: int) -> str:
        ids = [*(block.id for block in self.line.document.blocks), "gone"]
        return ids[place % len(ids)]

    def wire(self, place: int, where: int = 0) -> dict[str, Any]:
        wires = self.level(where).wires
        return wires[place % len(wires)].model_dump(by_alias=True) if wires else {"from": "gone", "to": "gone"}

    def push(self, at: int = 0, /, **op: Any) -> None:
        """at: the level that it is of."""
        level = self.level(at)
        within = {"where": level.id} if isinstance(level, Block) else {}
        self.pending.append({**op, **within, "n": self.next})
        self.next += 1

    # What a person does with blocks

    @rule(places=st.lists(PLACE, min_size=1, max_size=4), at=WHERE)
    def group(self, places: list[int], at: int) -> None:
        n = next(self.fresh)
        self.push(at, op="group", nodes=[self.id(place, at) for place in places], block=f"b{n}", use=f"new{n}")

    @rule(start=PLACE, count=st.integers(1, 5))
    def group_a_row(self, start: int, count: int) -> None:
        """Often a row of the template, so that most groups can be made."""
        ids = [self.id(place) for place in range(start, start + count)]
        n = next(self.fresh)
        self.push(op="group", nodes=[id for id in ids if id != "gone"], block=f"b{n}", use=f"new{n}")

    def a_use(self, place: int, at: int) -> str:
        uses = [node.id for node in self.level(at).nodes if node.kind == "Block"]
        return uses[place % len(uses)] if uses else self.id(place, at)

    @rule(place=PLACE, at=WHERE)
    def ungroup(self, place: int, at: int) -> None:
        self.push(at, op="ungroup", id=self.a_use(place, at))

    @rule(place=PLACE, at=WHERE)
    def make_unique(self, place: int, at: int) -> None:
        self.push(at, op="unique", id=self.a_use(place, at), block=f"b{next(self.fresh)}")

    @rule(block=PLACE, at=WHERE, into=st.none() | PLACE)
    def use(self, block: int, at: int, into: int | None) -> None:
        wire = {} if into is None else {"wire": self.wire(into, at)}
        id = f"new{next(self.fresh)}"
        self.push(at, op="add", id=id, kind="Block", uses=self.block(block), x=1, y=2, **wire)

    @rule(places=st.lists(PLACE, max_size=3), source=WHERE, at=WHERE)
    def copy(self, places: list[int], source: int, at: int) -> None:
        of = self.level(source)
        copies = {self.id(place, source): f"new{next(self.fresh)}" for place in places}
        self.push(at, op="copy", source=of.id if isinstance(of, Block) else "", copies=copies, dx=1, dy=2)

    @rule(block=PLACE)
    def drop(self, block: int) -> None:
        self.push(op="drop", block=self.block(block))

    @rule(place=PLACE, at=WHERE, name=st.sampled_from(["repeat", "shared"]), value=st.sampled_from([1, 2, 0, True]))
    def repeat(self, place: int, at: int, name: str, value: Any) -> None:
        self.push(at, op="set", of="node", ids=[self.a_use(place, at)], name=name, value=value)

    @rule(kind=st.sampled_from(["BlockInput", "BlockOutput", "Input", "Dense"]), at=WHERE)
    def add_within(self, kind: str, at: int) -> None:
        self.push(at, op="add", id=f"new{next(self.fresh)}", kind=kind, x=1, y=2)

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

    @rule(source=PLACE, other=PLACE, at=WHERE)
    def connect(self, source: int, other: int, at: int) -> None:
        wire = {"from": self.id(source, at), "from_port": "out", "to": self.id(other, at), "to_port": "in"}
        self.push(at, op="connect", wire=wire)

    @rule(place=PLACE, other=PLACE)
    def reconnect(self, place: int, other: int) -> None:
        old = self.wire(place)
        self.push(op="reconnect", old=old, wire={**old, "to": self.id(other)})

    @rule(places=st.lists(PLACE, max_size=2), wires=st.lists(PLACE, max_size=1), heal=st.booleans(), at=WHERE)
    def delete(self, places: list[int], wires: list[int], heal: bool, at: int) -> None:
        gone = [self.id(place, at) for place in places]
        self.push(at, op="delete", nodes=gone, wires=[self.wire(place, at) for place in wires], heal=heal)

    @rule(places=st.lists(PLACE, max_size=3), dx=XY)
    def duplicate(self, places: list[int], dx: Any) -> None:
        copies = {self.id(place): f"new{next(self.fresh)}" for place in places}
        self.push(op="duplicate", copies=copies, dx=dx, dy=32)

    @rule(
        places=st.lists(PLACE, max_size=2),
        name=st.sampled_from(["units", "filters", "activation"]),
        value=VALUES,
        again=st.booleans(),
        at=WHERE,
    )
    def enter(self, places: list[int], name: str, value: Any, again: bool, at: int) -> None:
        ids = [self.id(place, at) for place in places]
        self.push(at, op="set", of="node", ids=ids, name=name, value=value, again=again)

    @rule(place=PLACE, owner=PLACE, at=WHERE)
    def share(self, place: int, owner: int, at: int) -> None:
        self.push(at, op="set", of="weights", ids=[self.id(place, at)], name="shares", value=self.id(owner, at))

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
            if by_number[n]["op"] not in ("repair", "ungroup", "copy"):  # these may make nodes and take them out
                where = by_number[n].get("where", "")
                assert ids_in(after, where) == wanted_ids(ids_in(before, where), by_number[n])
                assert json.loads(write_document(after)) == json.loads(write_document(canonical(after)))
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
        settled = document.model_copy(update={"version": version_of(document)})
        assert read_document(write_document(document)) == settled


def ids_in(document: Document, where: str) -> set[str]:
    return {node.id for one in (document, *document.blocks) if getattr(one, "id", "") == where for node in one.nodes}


def wanted_ids(ids: set[str], op: dict[str, Any]) -> set[str]:
    """The nodes that are there after an edit that was not refused: no other edit makes or loses one. ids: before it."""
    match op["op"]:
        case "add":
            return ids | {op["id"]}
        case "delete":
            return ids - set(op.get("nodes", ()))
        case "duplicate":
            return ids | {new for old, new in op["copies"].items() if old in ids}
        case "group":
            return ids - {*op["nodes"]} | {op["use"]}
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
