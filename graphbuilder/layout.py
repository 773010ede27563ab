"""Lays a network out from left to right: the places that "Tidy from left to right" gives on the canvas.

frontend/src/layout.ts, layers.ts, straight.ts and wrap.ts do the same for a hand; a test holds both to one file of
places. Cards stand in layers, in an order in which few wires cross, as many as can in one line with their neighbours
(Brandes and Köpf, Fast and simple horizontal coordinate assignment, 2001); a wire that passes layers keeps a narrow
place in each.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from graphbuilder.places import CARD, GRID

Places = dict[str, tuple[int, int]]
Wires = Sequence[tuple[str, str]]

_RANK, _SIDE = 40, 40
_ORDERINGS, _PATIENCE = 24, 6
_MOST_PASSED = 20_000
_STAGE = 1200, 640
"""Pixels of the drawing in a usual window."""
_FRAME = 104, 84
_READABLE, _LEAST, _BETWEEN = 0.7, 0.6, 4 * GRID


@dataclass(eq=False, slots=True)
class _Item:
    """What stands in a layer: a card, or a wire that passes, whose id is None."""

    id: str | None
    rank: int
    breadth: int
    before: list["_Item"] = field(default_factory=list)
    behind: list["_Item"] = field(default_factory=list)
    place: int = 0
    across: float = 0.0


def laid_out(ids: Sequence[str], wires: Wires) -> Places:
    """The upper left corner of each card, in rows where one would be too long to read."""
    if not ids:
        return {}
    order = _in_order(ids, wires)
    places = _aside_of_wires(_layered(order, wires), order, wires)
    return _in_rows_where_long(places, wires)


def _on_grid(value: float) -> int:
    return math.floor(value / GRID + 0.5) * GRID


def _in_order(ids: Sequence[str], wires: Wires) -> list[str]:
    """From sources on; nodes on a circle come last."""
    targets: dict[str, list[str]] = {id: [] for id in ids}
    waiting = dict.fromkeys(ids, 0)
    for source, target in wires:
        targets[source].append(target)
        waiting[target] += 1
    ready = [id for id in ids if not waiting[id]]
    for id in ready:  # grows
        for target in targets[id]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    seen = set(ready)
    return [*ready, *(id for id in ids if id not in seen)]


def _layered(order: Sequence[str], wires: Wires) -> Places:
    cards = [_Item(id, 0, CARD[1] + _SIDE, place=place) for place, id in enumerate(order)]
    by_id = {card.id: card for card in cards}
    for source, target in ((by_id[a], by_id[b]) for a, b in wires):
        if source.place < target.place:
            source.behind.append(target)
            target.before.append(source)
    _rank(cards)
    _leave_out_longest(cards)
    layers = _fewest_crossings([*cards, *_passing(cards)])
    _place_across(layers)
    step = CARD[0] + _RANK
    return {str(card.id): (_on_grid(card.rank * step), _on_grid(card.across - CARD[1] / 2)) for card in cards}


def _rank(cards: Sequence[_Item]) -> None:
    """Without a gap. What feeds no more than it is fed by stands early, all else as late as can be."""
    for card in cards:
        card.rank = max((one.rank for one in card.before), default=-1) + 1
    for card in reversed(cards):
        if len(card.behind) > len(card.before):
            card.rank = min(one.rank for one in card.behind) - 1
    dense = {rank: place for place, rank in enumerate(sorted({card.rank for card in cards}))}
    for card in cards:
        card.rank = dense[card.rank]


def _leave_out_longest(cards: Sequence[_Item]) -> None:
    """Where wires pass more than MOST_PASSED layers in all, the longest take no part in what follows."""
    room = _MOST_PASSED
    kept: set[tuple[int, int]] = set()
    spans = sorted((other.rank - card.rank, card.place, at) for card in cards for at, other in enumerate(card.behind))
    for span, place, at in spans:
        room -= span - 1
        if room < 0:
            break
        kept.add((place, at))
    if len(kept) < len(spans):
        for card in cards:
            card.behind = [other for at, other in enumerate(card.behind) if (card.place, at) in kept]


def _passing(cards: Sequence[_Item]) -> list[_Item]:
    """For each wire an item in every layer that it passes, wired in between."""
    items: list[_Item] = []

    def passed(source: _Item, target: _Item) -> _Item:
        for rank in range(target.rank - 1, source.rank, -1):
            here = _Item(None, rank, 2 * GRID, [], [target])
            target.before.append(here)
            items.append(here)
            target = here
        target.before.append(source)
        return target

    for card in cards:
        card.before = []
    for card in cards:
        card.behind = [passed(card, target) for target in card.behind]
    return items


def _layers_of(items: Sequence[_Item], turned: bool) -> list[list[_Item]]:
    """Each layer begun in the order in which a walk along the wires, or from their ends, comes to it."""
    layers: list[list[_Item]] = [[] for _ in range(1 + max(item.rank for item in items))]
    seen: set[int] = set()
    for start in reversed(items) if turned else items:
        waiting = [start]
        while waiting:
            item = waiting.pop()
            if id(item) in seen:
                continue
            seen.add(id(item))
            layers[item.rank].append(item)
            waiting.extend(item.before if turned else reversed(item.behind))
    return layers


def _fewest_crossings(items: Sequence[_Item]) -> list[list[_Item]]:
    """The order with the fewest crossings that sweeps forth and back come to."""
    found: list[list[_Item]] = []
    fewest = math.inf
    for turned in (False, True):
        layers = _layers_of(items, turned)
        _number(layers)
        idle = 0
        for sweep in range(-1, _ORDERINGS):
            if sweep >= 0:
                if not fewest or idle >= _PATIENCE:
                    break
                back = (sweep % 2 == 1) != turned
                for layer in reversed(layers) if back else layers:
                    _sort(layer, back, sweep % 4 > 1)
            count = _crossings(layers)
            if count < fewest:
                found, fewest, idle = [[*layer] for layer in layers], count, 0
            elif sweep >= 0:
                idle += 1
    _number(found)
    return found


def _number(layers: Iterable[list[_Item]]) -> None:
    for layer in layers:
        for place, item in enumerate(layer):
            item.place = place


def _sort(layer: list[_Item], back: bool, turned: bool) -> None:
    """By the mean place of the neighbours on one side; what has none stays. Of equals the one behind may come first."""

    def wanted(item: _Item) -> tuple[float, int]:
        beside = item.behind if back else item.before
        mean = beside[0].place if len(beside) == 1 else sum([one.place for one in beside]) / len(beside)
        return mean, -item.place if turned else item.place

    if len(layer) < 2:
        return
    free = sorted((item for item in layer if (item.behind if back else item.before)), key=wanted)
    following = iter(free)
    layer[:] = [next(following) if (item.behind if back else item.before) else item for item in layer]
    _number([layer])


def _crossings(layers: Sequence[list[_Item]]) -> int:
    count = 0
    for layer in layers:
        if len(layer) < 2:
            continue
        ends: list[int] = []
        for item in layer:
            places = [one.place for one in item.behind]
            ends += places if len(places) == 1 else sorted(places)
        if all(one <= other for one, other in pairwise(ends)):
            continue
        passed = [0] * (max(ends, default=0) + 2)  # a Fenwick tree: how many ends lie before a place
        for before, end in enumerate(ends):
            place = end + 1
            while place > 0:
                before -= passed[place]
                place -= place & -place
            count += before
            place = end + 1
            while place < len(passed):
                passed[place] += 1
                place += place & -place
    return count


_Across = dict[int, float]
"""By the id of an item where its middle is."""


def _place_across(layers: Sequence[list[_Item]]) -> None:
    crossed = _crossed_passing(layers)
    found: list[_Across] = []
    for back in (False, True):
        for turned in (False, True):
            ordered = [[*reversed(layer)] if turned else layer for layer in (reversed(layers) if back else layers)]
            across = _packed(ordered, _in_line(ordered, back, crossed))
            found.append({item: -at for item, at in across.items()} if turned else across)
    items = [item for layer in layers for item in layer]
    spans = [
        (min(one[id(i)] - i.breadth / 2 for i in items), max(one[id(i)] + i.breadth / 2 for i in items))
        for one in found
    ]
    least = min(spans, key=lambda span: span[1] - span[0])
    shifts = [least[1] - high if place % 2 else least[0] - low for place, (low, high) in enumerate(spans)]
    for item in items:
        at = sorted(across[id(item)] + shift for across, shift in zip(found, shifts, strict=True))
        item.across = (at[1] + at[2]) / 2


def _crossed_passing(layers: Sequence[list[_Item]]) -> set[tuple[int, int]]:
    """The wires that cross one which passes, as target and source: they do not run straight, for it does."""
    found: set[tuple[int, int]] = set()
    for above, layer in pairwise(layers):
        start, low = 0, 0
        for at, item in enumerate(layer):
            passing = next((one for one in item.before if one.id is None), None) if item.id is None else None
            if passing is None and at < len(layer) - 1:
                continue
            high = passing.place if passing else len(above)
            for one in layer[start : at + 1]:
                for other in one.before:
                    if not low <= other.place <= high and not (other.id is None and one.id is None):
                        found.add((id(one), id(other)))
            start, low = at + 1, high
    return found


def _in_line(layers: Sequence[list[_Item]], back: bool, crossed: set[tuple[int, int]]) -> dict[int, int]:
    """For each item the first of those that stand in one line with it, by their ids."""
    first: dict[int, int] = {}
    place: dict[int, int] = {}
    taken: set[int] = set()
    for layer in layers:
        for at, item in enumerate(layer):
            place[id(item)] = at
        last = -1
        for item in layer:
            mine = id(item)
            first[mine] = mine
            beside = sorted(item.behind if back else item.before, key=lambda one: place[id(one)])
            middle = (len(beside) - 1) / 2
            for other in beside[max(0, math.floor(middle)) : math.ceil(middle) + 1] if beside else ():
                its = id(other)
                is_crossed = ((its, mine) if back else (mine, its)) in crossed
                if first[mine] != mine or its in taken or place[its] <= last or is_crossed:
                    continue
                taken.add(its)
                first[mine] = first[its]
                last = place[its]
    return first


def _packed(layers: Sequence[list[_Item]], first: Mapping[int, int]) -> _Across:
    """Lines as close to each other as they can stand, from the first on; then each as near to the next as it can."""
    after: dict[int, dict[int, float]] = {line: {} for line in first.values()}
    waiting = dict.fromkeys(after, 0)
    for layer in layers:
        for one, other in pairwise(layer):
            known, line = after[first[id(one)]], first[id(other)]
            if line not in known:
                waiting[line] += 1
            known[line] = max(known.get(line, 0.0), (one.breadth + other.breadth) / 2)
    at = dict.fromkeys(after, 0.0)
    ready = [line for line in after if not waiting[line]]
    for line in ready:  # grows
        for following, apart in after[line].items():
            at[following] = max(at[following], at[line] + apart)
            waiting[following] -= 1
            if not waiting[following]:
                ready.append(following)
    for line in reversed(ready):
        if after[line]:
            at[line] = max(at[line], min(at[following] - apart for following, apart in after[line].items()))
    return {item: at[line] for item, line in first.items()}


def _aside_of_wires(places: Places, order: Sequence[str], wires: Wires) -> Places:
    """Steps cards out of the way of wires that pass them, as far as there is room."""
    columns: dict[int, list[str]] = {}
    for id, (x, _) in places.items():
        columns.setdefault(x, []).append(id)
    passers = _passers(places, sorted(columns), wires)

    def is_free(id: str, at: tuple[int, int]) -> bool:
        near = (x for x in columns if abs(x - at[0]) < CARD[0] + GRID)
        return all(one == id or abs(places[one][1] - at[1]) >= CARD[1] + GRID for x in near for one in columns[x])

    for id in order:
        for source, target in passers.get(places[id][0], ()):
            x, y = places[id]
            line = _line_at(places, source, target, x)
            off, room = y + CARD[1] / 2 - line, CARD[1] / 2 + GRID
            if abs(off) >= room:
                continue
            there = x, _on_grid(line + (-room - GRID / 2 if off < 0 else room + GRID / 2) - CARD[1] / 2)
            if is_free(id, there):
                places[id] = there
    return places


def _passers(places: Places, columns: Sequence[int], wires: Wires) -> dict[int, list[tuple[str, str]]]:
    """By column the wires that pass it; none at all where these are too many to go through."""
    found: dict[int, list[tuple[str, str]]] = {}
    room = _MOST_PASSED
    for source, target in wires:
        start, end = places[source][0] + CARD[0] / 2, places[target][0] - CARD[0] / 2
        passed = columns[bisect_right(columns, start) : bisect_left(columns, end)]
        room -= len(passed)
        if room < 0:
            return {}
        for column in passed:
            found.setdefault(column, []).append((source, target))
    return found


def _line_at(places: Places, source: str, target: str, x: int) -> float:
    """How far down a wire is where it passes the middle of the cards of a column."""
    start, end = places[source][0] + CARD[0], places[target][0]
    a, b = places[source][1], places[target][1]
    return a + ((b - a) * (x + CARD[0] / 2 - start)) / (end - start) + CARD[1] / 2


def _in_rows_where_long(places: Places, wires: Wires) -> Places:
    """As laid out, unless that is far longer than the stage: then at most k ranks in a row, with the k that is read
    best."""
    columns: dict[int, list[str]] = {}
    for id, (x, _) in places.items():
        columns.setdefault(x, []).append(id)
    ranks = [columns[x] for x in sorted(columns)]
    (_, size), now = _box(places.values()), _zoom(places)
    if len(ranks) < 2 or now >= _READABLE or size[0] / size[1] * _STAGE[1] / _STAGE[0] < 1.5:
        return places
    cut = _cut_after(ranks, wires)
    best, best_zoom, before = places, now, 0
    rows = 2
    while rows <= len(ranks):
        k = math.ceil(len(ranks) / rows)
        rows += max(1, rows // 16)
        if k == before:
            continue
        before = k
        tried = _in_rows(places, ranks, cut, k)
        zoom = _zoom(tried)
        if zoom > best_zoom * 1.05:
            best, best_zoom = tried, zoom
        elif zoom < best_zoom * 0.6:
            break
    return best


def _zoom(places: Places) -> float:
    _, size = _box(places.values())
    return min((_STAGE[0] - _FRAME[0]) / size[0], (_STAGE[1] - _FRAME[1]) / size[1])


def _in_rows(places: Places, ranks: Sequence[list[str]], cut: Sequence[int], k: int) -> Places:
    found: Places = {}
    first = edge = 0
    while first < len(ranks):
        end = _end_of_row(cut, first, k)
        row = [id for rank in ranks[first:end] for id in rank]
        corner, size = _box(places[id] for id in row)
        for id in row:
            found[id] = places[id][0] - corner[0], places[id][1] - corner[1] + edge
        edge += size[1] + _BETWEEN
        first = end
    return found


def _end_of_row(cut: Sequence[int], first: int, k: int) -> int:
    """A row ends where the fewest wires go on to the next, not far from its k ranks."""
    most = min(first + k, len(cut))
    if most == len(cut):
        return most
    return min(
        (end for end in range(most, first, -1) if end == most or end - first >= _LEAST * k), key=lambda n: cut[n - 1]
    )


def _cut_after(ranks: Sequence[list[str]], wires: Wires) -> list[int]:
    """From how many nodes wires lead past each rank."""
    rank = {id: place for place, ids in enumerate(ranks) for id in ids}
    farthest: dict[str, int] = {}
    for source, target in wires:
        farthest[source] = max(farthest.get(source, 0), rank[target])
    change = [0] * (len(ranks) + 1)
    for id, last in farthest.items():
        if last > rank[id]:
            change[rank[id]] += 1
            change[last] -= 1
    open_now, found = 0, []
    for by in change[:-1]:
        open_now += by
        found.append(open_now)
    return found


def _box(places: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Corner and size of all cards."""
    at = [*places]
    xs, ys = [x for x, _ in at], [y for _, y in at]
    return (min(xs), min(ys)), (max(xs) - min(xs) + CARD[0], max(ys) - min(ys) + CARD[1])
