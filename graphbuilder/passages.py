"""The way of a wire whose curve would run over cards: through the gaps between them, worked out from places alone.

frontend/src/passage.ts does the same for a hand; a test holds both to one file of ways. Wires run along x here, from
left to right. Cards that stand above one another are a column: the wire keeps to one height, its lane, past each, and
turns between them.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphbuilder.places import CARD

Point = tuple[float, float]

_ASIDE = 18  # between a wire and the card that it passes, where there is room
_NEAR = 6  # of a card: a curve that comes so near is led past
_LEAST_GAP = 2 * _NEAR
_TURN = 10  # the least room to go up or down in
_BEND = 60  # how much of a detour a turn is worth
_REACHES = 300, 1200, math.inf  # above and below its ends a way is looked for, the nearest first


class Columns:
    """Cards by where they lie from left to right, so that a wire need not look at all of them."""

    def __init__(self, cards: Iterable[Point]) -> None:
        self._bands: dict[int, list[Point]] = {}
        for left, top in cards:
            self._bands.setdefault(int(left // CARD[0]), []).append((left, top))

    def between(self, low: float, high: float) -> list[Point]:
        """The cards that lie between two ends, in no order."""
        bands = range(int(low // CARD[0]) - 1, int(high // CARD[0]) + 1)
        found = (card for band in bands for card in self._bands.get(band, ()))
        return [card for card in found if card[0] < high and card[0] + CARD[0] > low]


def passage(start: Point, end: Point, columns: Columns, sag: float = 0) -> list[Point]:
    """The points between which a wire is drawn, each a curve that begins and ends along x: its two ends alone where
    that is clear of all cards, or no way is. sag: how much lower its middle lies."""
    cards = columns.between(start[0], end[0])
    if _is_clear(start, end, cards, sag):
        return [start, end]
    for reach in _REACHES:
        low, high = min(start[1], end[1]) - reach, max(start[1], end[1]) + reach
        near = [card for card in cards if card[1] < high + _ASIDE and card[1] + CARD[1] > low - _ASIDE]
        passed = _columns_of(near, start[0], end[0], (low, high))
        lanes = _lanes(passed, start, end)
        if lanes:
            return _turns(passed, lanes, start, end, near)
    return [start, end]


def _is_clear(start: Point, end: Point, cards: Iterable[Point], sag: float = 0) -> bool:
    """Whether a wire's curve comes near to no card."""
    low, high = min(start[1], end[1]) - _NEAR, max(start[1], end[1]) + _NEAR + sag
    for left, top in cards:
        if top >= high or top + CARD[1] <= low:
            continue
        if left >= end[0] or left + CARD[0] <= start[0]:
            continue
        a, b = _height(start, end, left), _height(start, end, left + CARD[0])
        if top < max(a, b) + _NEAR + sag and top + CARD[1] > min(a, b) - _NEAR:
            return False
    return True


def _height(start: Point, end: Point, x: float) -> float:
    """How far down the curve from start to end is at x."""
    along = (x - start[0]) / (end[0] - start[0])
    if along <= 0 or along >= 1:
        return start[1] if along <= 0 else end[1]
    part = along
    for _ in range(5):
        part -= (part * (1.5 + part * (part - 1.5)) - along) / (1.5 + part * (3 * part - 3))
    return start[1] + (end[1] - start[1]) * part * part * (3 - 2 * part)


@dataclass(frozen=True, slots=True)
class _Column:
    """Cards with no room to turn between them. free: where a wire can pass, from and to which height."""

    left: float
    right: float
    free: Sequence[Point]

    def lets_pass(self, y: float) -> bool:
        return any(low <= y <= high for low, high in self.free)


def _columns_of(cards: Sequence[Point], start: float, end: float, bounds: Point) -> list[_Column]:
    found: list[tuple[float, float, list[float]]] = []
    for left, top in sorted(cards):
        if found and left < found[-1][1] + _TURN:
            found[-1] = found[-1][0], max(found[-1][1], left + CARD[0]), [*found[-1][2], top]
        else:
            found.append((left, left + CARD[0], [top]))
    return [_Column(max(left, start), min(right, end), [*_gaps(tops, bounds)]) for left, right, tops in found]


def _gaps(tops: Sequence[float], bounds: Point) -> Iterator[Point]:
    low, highest = bounds
    inset = 0.0
    for top in sorted(tops):
        if top - low >= _LEAST_GAP:
            room = min(_ASIDE, (top - low) / 2)
            yield low + (inset and room), top - room
        if top + CARD[1] > low:
            low, inset = top + CARD[1], _ASIDE
    if low + inset <= highest:
        yield low + inset, highest


def _lanes(passed: Sequence[_Column], start: Point, end: Point) -> list[float]:
    """The height at which each column is passed, with few turns and little way up and down; none where none is."""
    edges = {y for column in passed for gap in column.free for y in gap if math.isfinite(y)}
    heights = sorted({start[1], end[1], *edges})
    costs = [0.0 if y == start[1] else math.inf for y in heights]
    came: list[list[int]] = []
    right = start[0]
    for column in [*passed, _Column(end[0], end[0], [(end[1], end[1])])]:
        costs, back = _turned(heights, costs, column.left - right >= _TURN)
        costs = [cost if column.lets_pass(y) else math.inf for y, cost in zip(heights, costs, strict=True)]
        came.append(back)
        right = column.right
    at = heights.index(end[1])
    if costs[at] == math.inf:
        return []
    lanes: list[float] = []
    for back in reversed(came):
        at = back[at]
        lanes.append(heights[at])
    return lanes[-2::-1]


def _turned(heights: Sequence[float], costs: Sequence[float], has_room: bool) -> tuple[list[float], list[int]]:
    """The least cost of each height behind a place where a wire can turn, and from which it came there."""
    found, back = [*costs], [*range(len(costs))]
    for sign in (1, -1) if has_room else ():
        best, best_at = math.inf, 0
        for at in range(len(heights)) if sign > 0 else reversed(range(len(heights))):
            if costs[at] - sign * heights[at] < best:
                best, best_at = costs[at] - sign * heights[at], at
            if best + sign * heights[at] + _BEND < found[at]:
                found[at], back[at] = best + sign * heights[at] + _BEND, best_at
    return found, back


def _turns(
    passed: Sequence[_Column], lanes: Sequence[float], start: Point, end: Point, cards: Sequence[Point]
) -> list[Point]:
    """The ends of all turns, each as wide as can be: over columns in which it is clear of cards, so long as every lane
    is kept past one column."""
    heights = [start[1], *lanes, end[1]]
    ways_out = [start[0], *(column.right for column in passed)]
    ways_in = [*(column.left for column in passed), end[0]]
    places = [at for at in range(len(ways_in)) if heights[at] != heights[at + 1]]
    points = [start]
    first = 0
    for turn, following in zip(places, [*places[1:], len(passed) + 1], strict=True):
        low = high = turn
        before, behind = heights[turn], heights[turn + 1]
        tried = 0, 0
        while (low, high) != tried:
            tried = low, high
            if high + 1 < following and _is_clear((ways_out[low], before), (ways_in[high + 1], behind), cards):
                high += 1
            if low > first and _is_clear((ways_out[low - 1], before), (ways_in[high], behind), cards):
                low -= 1
        points += [(ways_out[low], before), (ways_in[high], behind)]
        first = high + 1
    points.append(end)
    return [point for at, point in enumerate(points) if not at or point != points[at - 1]]
