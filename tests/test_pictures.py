"""A picture of a network shows which card feeds which: no wire runs over a card that it does not belong to."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from graphbuilder.checks import check
from graphbuilder.document import Document
from graphbuilder.equal_parts import fold
from graphbuilder.pictures import _ASIDE, _BARELY, _NEAR, to_svg
from graphbuilder.places import CARD
from graphbuilder.templates import template, template_names
from tests.test_equal_parts import unfolded

Point = tuple[float, float]
CARD = CARD
CANVAS = Path(__file__).parent.parent / "app" / "components" / "canvas" / "frontend" / "src"


def test_a_card_is_as_large_in_a_picture_as_on_the_canvas() -> None:
    """What lies clear of another card on the one has to on the other."""
    graph, style = (CANVAS / name for name in ("graph.ts", "style.css"))
    drawn = re.search(r"CARD = \{ width: (\d+), height: (\d+) \}", graph.read_text("utf-8"))
    styled = re.search(r"\.nn-card \{[^}]*width: (\d+)px;\s*height: (\d+)px;", style.read_text("utf-8"))
    assert drawn and styled
    assert {tuple(map(int, drawn.groups())), tuple(map(int, styled.groups()))} == {CARD}
    aside = re.search(r"ASIDE = (\d+);", (CANVAS / "place.ts").read_text("utf-8"))
    assert aside and int(aside[1]) == _ASIDE
    clear = re.search(r"\[NEAR, BARELY\] = \[(\d+), (\d+)\];", (CANVAS / "place.ts").read_text("utf-8"))
    assert clear and (int(clear[1]), int(clear[2])) == (_NEAR, _BARELY)


def points_of(path: str) -> list[Point]:
    """The places that a path of curves and straight lines goes through, close together."""
    found: list[Point] = []
    for command, numbers in re.findall(r"([MLCQ])([^MLCQ]+)", path):
        values = [float(number) for number in numbers.split()]
        ends = list(zip(values[::2], values[1::2], strict=True))
        found += [blend([*found[-1:], *ends], step / 40) for step in range(41)] if command != "M" else ends
    return found


def blend(points: list[Point], part: float) -> Point:
    """De Casteljau: a point of the curve with these control points."""
    while len(points) > 1:
        points = [(x + (to_x - x) * part, y + (to_y - y) * part) for (x, y), (to_x, to_y) in pairwise(points)]
    return points[0]


def is_over(point: Point, corner: Point) -> bool:
    (x, y), (left, top) = point, corner
    return left < x < left + CARD[0] and top < y < top + CARD[1]


@pytest.mark.parametrize("name", template_names())
def test_no_wire_of_a_template_runs_over_a_card_folded_or_not(name: str) -> None:
    flat = unfolded(name)
    for document in (template(name), flat, fold(flat).document):
        assert over_cards(document) == []


def over_cards(document: Document) -> list[tuple[str, str, str]]:
    """Ends of each wire that runs over a card, with the card."""
    paths = re.findall(r'<path d="([^"]+)"', to_svg(check(document)))
    assert len(paths) == len(document.wires)
    drawn = [(wire, points_of(path)) for wire, path in zip(document.wires, paths, strict=True)]
    return [
        (wire.source, wire.target, node.id)
        for wire, points in drawn
        for node in document.nodes
        if any(is_over(point, node.position) for point in points)
    ]


@pytest.mark.parametrize("name", template_names())
def test_no_two_cards_of_a_template_overlap(name: str) -> None:
    corners = [node.position for node in template(name).nodes]
    for place, (x, y) in enumerate(corners):
        for other_x, other_y in corners[place + 1 :]:
            assert abs(x - other_x) >= CARD[0] or abs(y - other_y) >= CARD[1]


def test_pictures_of_one_proportion_are_of_one_proportion() -> None:
    documents = [Document(), *map(template, template_names())]
    for document in documents:
        found = re.search(r'width="([^"]+)" height="([^"]+)"', to_svg(check(document), proportion=2))
        assert found
        assert float(found[1]) == pytest.approx(2 * float(found[2]), rel=1e-3)
