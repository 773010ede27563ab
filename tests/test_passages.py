"""A wire whose curve would run over cards is led through the gaps between them: as the canvas does it, too."""

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest

from graphbuilder.equal_parts import fold
from graphbuilder.passages import Columns, Point, passage
from graphbuilder.places import CARD
from graphbuilder.templates import template

GOLDEN = Path(__file__).parent / "golden" / "passages.json"


def places() -> dict[str, tuple[list[Point], list[tuple[Point, Point]]]]:
    """Cards, and the ends of wires between them, by name: a laid out network, and one with cards moved."""
    folded = fold(template("inception_v3")).document
    at = {node.id: node.position for node in folded.nodes}
    wires = [_ends(at[wire.source], at[wire.target]) for wire in folded.wires]
    chance = random.Random(16)
    moved = {
        id: (x + chance.randint(-120, 120), y + chance.randint(-120, 120)) if chance.random() < 0.1 else (x, y)
        for id, (x, y) in at.items()
    }
    led = [_ends(moved[wire.source], moved[wire.target]) for wire in folded.wires]
    return {"laid out": ([*at.values()], wires), "moved": ([*moved.values()], led)}


def _ends(source: Point, target: Point) -> tuple[Point, Point]:
    return (source[0] + CARD[0], source[1] + CARD[1] / 2), (target[0], target[1] + CARD[1] / 2)


def ways() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for name, (cards, wires) in places().items():
        columns = Columns(cards)
        told = [
            {"start": start, "end": end, "points": passage(start, end, columns)}
            for start, end in wires
            if start[0] <= end[0]
        ]
        found.append({"name": name, "cards": cards, "ways": told})
    return found


def test_the_page_gives_the_same_ways() -> None:
    """The golden file is read by frontend/src/passage.test.ts."""
    found = json.loads(json.dumps(ways()))
    assert any(len(way["points"]) > 2 for case in found for way in case["ways"])
    assert found == json.loads(GOLDEN.read_text("utf-8"))


@pytest.mark.parametrize(
    ("cards", "points"),
    [
        ([], 2),
        ([(500, 0)], 4),
        ([(500, 200)], 2),
        ([(240, 0)], 4),
        ([(225, 0)], 2),  # there is no room to turn before it
        ([(500, -120), (500, 0), (500, 120)], 4),
    ],
)
def test_a_wire_is_led_past_what_is_in_its_way_where_it_can(cards: list[Point], points: int) -> None:
    assert len(passage((220, 60), (1000, 60), Columns(cards))) == points


@pytest.mark.parametrize("name", ["laid out", "moved"])
def test_a_wire_that_is_led_runs_over_no_card(name: str) -> None:
    cards, wires = places()[name]
    columns = Columns(cards)
    for start, end in wires:
        points = passage(start, end, columns) if start[0] <= end[0] else []
        pieces = [*pairwise(points)] if len(points) > 2 else []
        for (x, y), (to_x, to_y) in pieces:
            passed = [c for c in cards if c[0] < to_x and c[0] + CARD[0] > x]
            curve = [_on_curve((x, y), (to_x, to_y), step / 50) for step in range(51)]
            assert not any(c[0] < a < c[0] + CARD[0] and c[1] < b < c[1] + CARD[1] for c in passed for a, b in curve)


def _on_curve(start: Point, end: Point, part: float) -> Point:
    """A point of the curve that is drawn, whose middle control points lie halfway across."""
    along = part * (1.5 + part * (part - 1.5))
    return start[0] + (end[0] - start[0]) * along, start[1] + (end[1] - start[1]) * part * part * (3 - 2 * part)
