"""What is drawn for data."""

from typing import Any

import pytest

from graphbuilder import editing
from graphbuilder.branches import draw_inputs, draw_network, left_to_enter
from graphbuilder.checks import check
from graphbuilder.datasets import SOURCES, Description
from graphbuilder.datasets.description import Column
from graphbuilder.document import Document
from graphbuilder.document_file import read_document, write_document
from graphbuilder.fields import Field
from graphbuilder.tensors import Numbers


def described(*fields: Field, targets: tuple[str, ...] = (), **more: Any) -> Document:
    """A document without nodes, of data with these fields."""
    columns = tuple(
        Column(name=one.name, type="number", role="target" if one.name in targets else "feature") for one in fields
    )
    one = Description(
        title="t", file="t.csv", hash="0" * 64, reader="delimited", columns=columns, fields=fields, rows=100, **more
    )
    return editing.use_own_data(Document(), one)


NUMBERS = Field("numbers", "vector", (3,), high=9, parts=("a", "b", "c"))
COLOUR = Field("colour", "category", (1,), classes=("red", "green"), numbers=Numbers.TEXT)
TOWN = Field("town", "category", (1,), classes=tuple(f"town {n}" for n in range(200)), numbers=Numbers.TEXT)
STORY = Field("story", "text", (1,), numbers=Numbers.TEXT)
PHOTO = Field("photo", "image", (64, 48, 3), high=255)
SERIES = Field("window", "array", (24, 2))
PRICE = Field("price", "number", (1,), high=100)
KIND = Field("kind", "class", (), classes=("x", "y", "z"))
SICK = Field("sick", "class", (), classes=("no", "yes"))
TAGS = Field("tags", "labels", (4,), classes=("a", "b", "c", "d"))
MASK = Field("mask", "class", (64, 48), classes=("0", "1"))


def kinds(document: Document) -> list[str]:
    return [node.kind for node in document.nodes]


@pytest.mark.parametrize("targets", [[PRICE], [KIND], [SICK], [TAGS], [KIND, PRICE]], ids=str)
@pytest.mark.parametrize(
    "features",
    [[NUMBERS], [COLOUR], [TOWN], [STORY], [PHOTO], [SERIES], [NUMBERS, COLOUR, TOWN, STORY, PHOTO]],
    ids=len,
)
def test_a_network_for_data_is_without_a_fault(features: list[Field], targets: list[Field]) -> None:
    drawn = draw_network(described(*features, *targets, targets=tuple(one.name for one in targets)))
    report = check(read_document(write_document(drawn)))
    assert [one.text for one in report.against_training] == []
    assert kinds(drawn).count("Loss") == len(targets)
    assert {node.params["field"] for node in drawn.nodes if node.kind == "Input"} == {one.name for one in features}


def test_a_class_for_every_place_is_drawn_with_convolutions() -> None:
    drawn = draw_network(described(PHOTO, MASK, targets=("mask",)))
    report = check(drawn)
    assert [one.text for one in report.against_training] == []
    assert "Flatten" not in kinds(drawn)


@pytest.mark.parametrize("name", SOURCES)
def test_a_network_is_drawn_for_every_built_in_set(name: str) -> None:
    drawn = draw_network(editing.set_data(Document(), name))
    assert [one.text for one in check(drawn).against_training] == []


def test_an_input_is_drawn_for_what_is_not_entered_yet_and_nothing_else_moves() -> None:
    document = described(NUMBERS, COLOUR, PRICE, targets=("price",))
    document = editing.add(document, "n1", "Input", (0.0, 0.0), {"field": "numbers", "shape": (1,)})
    drawn, end = draw_inputs(document)
    assert kinds(drawn) == ["Input", "Input", "StringLookup"]
    assert end == drawn.nodes[-1].id
    assert drawn.nodes[0] == document.nodes[0]
    assert left_to_enter(drawn) == []
    assert draw_inputs(drawn) == (drawn, None)


def test_few_words_become_rows_and_many_an_embedding() -> None:
    drawn, _ = draw_inputs(described(COLOUR, TOWN))
    few, many = (node for node in drawn.nodes if node.kind == "StringLookup")
    assert (few.params["output_mode"], few.params["max_tokens"], few.params["vocabulary"]) == ("one_hot", 3, ())
    assert (many.params["output_mode"], many.params["max_tokens"]) == ("int", 201)
    assert next(node for node in drawn.nodes if node.kind == "Embedding").params["input_dim"] == 201


def test_no_two_nodes_lie_on_one_another() -> None:
    drawn = draw_network(described(NUMBERS, COLOUR, TOWN, STORY, PRICE, KIND, targets=("price", "kind")))
    places = [node.position for node in drawn.nodes]
    assert len(set(places)) == len(places)
    firsts = {node.position[0] for node in drawn.nodes if node.kind == "Input"}
    assert firsts == {0.0}
