"""Where a network's cards stand after it was laid out: as the canvas does it, too."""

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest

from graphbuilder.layout import laid_out
from graphbuilder.places import CARD, GRID

GOLDEN = Path(__file__).parent / "golden" / "layout.json"


def networks() -> dict[str, list[tuple[str, str]]]:
    """Modules of branches one behind the other, residual blocks, and whatever chance wires, by name."""
    chance = random.Random(16)
    modules, last = [], "in"
    for module in range(6):
        for branch, length in enumerate(chance.sample(range(1, 6), 3)):
            names = [last, *(f"m{module}b{branch}n{place}" for place in range(length)), f"m{module}end"]
            modules += pairwise(names)
        last = f"m{module}end"
    residual = [pair for n in range(0, 30, 3) for pair in pairwise(f"r{place}" for place in range(n, n + 4))]
    residual += [(f"r{n}", f"r{n + 3}") for n in range(0, 30, 3)]
    wild = [(f"w{chance.randrange(max(0, n - 9), n)}", f"w{n}") for n in range(1, 40) for _ in range(2)]
    return {"modules": modules, "residual": residual, "wild": wild, "circle": [("a", "b"), ("b", "c"), ("c", "b")]}


def nodes_of(wires: list[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(id for wire in wires for id in wire))


def test_the_page_gives_the_same_places() -> None:
    """The golden file is read by frontend/src/layout.test.ts."""
    cases = [
        {"name": name, "wires": wires, "places": laid_out(nodes_of(wires), wires)} for name, wires in networks().items()
    ]
    assert json.loads(json.dumps(cases)) == json.loads(GOLDEN.read_text("utf-8"))


@pytest.mark.parametrize("name", ["modules", "residual", "wild"])
def test_no_two_cards_overlap_and_all_stand_on_the_grid(name: str) -> None:
    places = [*laid_out(nodes_of(wires := networks()[name]), wires).values()]
    assert all(x % GRID == 0 and y % GRID == 0 for x, y in places)
    apart = [
        abs(a[0] - b[0]) >= CARD[0] or abs(a[1] - b[1]) >= CARD[1] for n, a in enumerate(places) for b in places[:n]
    ]
    assert all(apart)


def test_branches_run_straight_and_come_back_to_the_line_that_they_left() -> None:
    wires = [("s", "a1"), ("a1", "a2"), ("a2", "t"), ("s", "b"), ("b", "t"), ("s", "c1"), ("c1", "c2"), ("c2", "t")]
    at = laid_out(nodes_of(wires), wires)
    assert at["a1"][1] == at["a2"][1] and at["c1"][1] == at["c2"][1]
    assert at["s"][1] == at["t"][1] == sorted(at[id][1] for id in ("a1", "b", "c1"))[1]


def test_thousands_of_wires_to_one_node_are_laid_out_within_bounds() -> None:
    ids = [f"n{n}" for n in range(2_000)]
    wires = [*pairwise(ids), *((id, ids[-1]) for id in ids[:-2])]
    assert len(laid_out(ids, wires)) == 2_000
