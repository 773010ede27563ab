"""Where new cards go on the canvas, so that they lie on nobody else's; frontend/src/place.ts does the same for a hand.

A place is a card's upper left corner. All of it is linear in the number of nodes: cards are looked up by the cell they
lie in.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphbuilder.document import Document

CARD = 220, 120
"""Width and height of a card, in the browser's graph.ts and style.css too."""
GRID = 20
_STEP = CARD[0] + 2 * GRID, CARD[1] + 3 * GRID
"""From one card to the next in a row, and in a column, as "tidy up" leaves it."""

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Made:
    """Where the new card goes, and which others go elsewhere to make room."""

    at: Place
    moved: Mapping[str, Place]


class _Cells:
    """The cards of a document by the cell that their corner lies in."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self.places = places
        self.cells: dict[tuple[int, int], list[str]] = {}
        for id, (x, y) in places.items():
            self.cells.setdefault((int(x // CARD[0]), int(y // CARD[1])), []).append(id)

    def near(self, at: Place, room: float = 0) -> Iterator[str]:
        """The cards that a card here would lie on, or come closer to than `room`."""
        column, row = int(at[0] // CARD[0]), int(at[1] // CARD[1])
        for x in range(column - 2, column + 3):
            for y in range(row - 2, row + 3):
                for id in self.cells.get((x, y), ()):
                    if _touch(self.places[id], at, room):
                        yield id

    def without(self, id: str) -> None:
        """Looks past this card from now on."""
        x, y = self.places[id]
        self.cells[int(x // CARD[0]), int(y // CARD[1])].remove(id)

    def free(self, at: Place) -> bool:
        return next(self.near(at, GRID), None) is None


def _touch(one: Place, other: Place, room: float = 0) -> bool:
    return all(abs(a - b) < length + room for a, b, length in zip(one, other, CARD, strict=True))


def _on_grid(value: float) -> float:
    return float(round(value / GRID) * GRID)


def _halfway(one: float, other: float) -> float:
    """On the grid, and in line with two that stand in line."""
    return one if one == other else _on_grid((one + other) / 2)


def axis_of(document: Document) -> int:
    """The axis along which the network runs: 0 from left to right, 1 from top to bottom."""
    at = {node.id: node.position for node in document.nodes}
    right = down = 0
    for wire in document.wires:
        across, along = (there - here for there, here in zip(at[wire.target], at[wire.source], strict=True))
        right += across > CARD[0]
        down += along > CARD[1] and abs(across) < CARD[0]
    return int(down > right)


def _along(place: Place, axis: int, by: float) -> Place:
    return (place[0] + by, place[1]) if axis == 0 else (place[0], place[1] + by)


def free_spot(document: Document, wanted: Place) -> Place:
    """The free place nearest to the wanted one, further away across the direction in which the network runs."""
    across = 1 - axis_of(document)
    cells = _Cells({node.id: node.position for node in document.nodes})
    start = _on_grid(wanted[0]), _on_grid(wanted[1])
    step = CARD[across] + 2 * GRID
    spots = (_along(start, across, sign * n * step) for n in range(len(document.nodes) + 1) for sign in (1, -1))
    return next((spot for spot in spots if cells.free(spot)), start)


def behind(document: Document, ids: Iterable[str]) -> Place:
    """A free place behind these nodes, in the direction of the network."""
    axis = axis_of(document)
    places = [document.node(id).position for id in ids]
    last = max(places, key=lambda place: place[axis])
    return free_spot(document, _along(last, axis, _STEP[axis]))


def before(document: Document, id: str) -> Place:
    """A free place in front of a node."""
    axis = axis_of(document)
    return free_spot(document, _along(document.node(id).position, axis, -_STEP[axis]))


def between(document: Document, source: str, target: str) -> Made:
    """A place between two nodes: halfway where nobody stands there, else in the target's place, be it in the next row,
    with the target and all behind it in its line pushed on; on a way round others, beside them."""
    axis = axis_of(document)
    places = {node.id: node.position for node in document.nodes}
    (here, there), cells = (places[source], places[target]), _Cells(places)
    half = _halfway(here[0], there[0]), _halfway(here[1], there[1])
    next_row = there[axis] < here[axis]
    if cells.free(half) and not next_row:
        return Made(half, {})
    if there[axis] - here[axis] >= 2 * (CARD[axis] + GRID):
        return Made(free_spot(document, half), {})
    return Made(there, _pushed(places, target, axis))


def _pushed(places: Mapping[str, Place], target: str, axis: int) -> dict[str, Place]:
    """The target and all behind it in its line a step further, and whoever they would then lie on as well."""
    start, across = places[target], 1 - axis
    pushed = {
        id: None
        for id, place in places.items()
        if abs(place[across] - start[across]) < CARD[across] and place[axis] >= start[axis]
    }
    others = _Cells({id: place for id, place in places.items() if id not in pushed})
    ahead = list(pushed)
    for id in ahead:  # grows
        after = _along(places[id], axis, _STEP[axis])
        hit = [other for other in others.near(after) if not _touch(places[id], places[other])]
        for other in hit:
            pushed[other] = None
            others.without(other)
        ahead.extend(hit)
    return {id: _along(places[id], axis, _STEP[axis]) for id in pushed}
