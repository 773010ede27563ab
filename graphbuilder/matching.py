"""Which node of one graph stands for which of another.

Ids come first: whoever changes a network keeps them. Graphs that are not related, such as a model of a file and one's
own, have ids that say nothing; there the shape of the graph counts, by signs of nodes that hold their surroundings
(Weisfeiler and Lehman, 1968) and an alignment of what is left (Needleman and Wunsch, 1970). Of several ways to match,
the one that leaves least to tell.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

_RELATED = 0.5
"""Share of the ids in common that must name the same operator by the same label, for ids to be believed."""
_CELLS = 400_000
"""Of an alignment; of longer rows those of one kind are paired in order."""
_SAME, _ALIKE, _NAMED = 4, 2, 1
"""What a pair is worth in an alignment: equal, only of one kind, and besides of one name."""

Pairs = dict[str, str]
"""Ids of the one graph to ids of the other."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A node as it is compared. kind, told: what it is, and with which parameters. label: the user's name."""

    kind: Hashable
    told: Hashable
    label: str


Line = tuple[str, str, str, str]
"""Source, its port, target, its port."""


@dataclass(frozen=True)
class Graph:
    """spots: by id. lines: wires, in order. order: ids in an order of work, as far as there is one."""

    spots: Mapping[str, Spot]
    lines: Sequence[Line]
    order: Sequence[str]

    @cached_property
    def into(self) -> dict[str, list[Line]]:
        return _by(self.lines, 2)

    @cached_property
    def out_of(self) -> dict[str, list[Line]]:
        return _by(self.lines, 0)


def match(one: Graph, other: Graph) -> Pairs:
    """The nodes that stand for each other, each once."""
    by_id = {id: id for id, spot in one.spots.items() if id in other.spots and _may(spot, other.spots[id])}
    common = one.spots.keys() & other.spots.keys()
    sure = sum(_is_sure(one.spots[id], other.spots[id]) for id in common)
    first = _grown(one, other, by_id)
    if common and sure >= _RELATED * len(common):
        return first
    others = (_grown(one, other, begun) for begun in (_by_name(one, other), {}))
    return min((first, *others), key=lambda pairs: cost(one, other, pairs))


def cost(one: Graph, other: Graph, pairs: Pairs) -> int:
    """How much there is to tell: nodes that have no other, or differ, and wires that have no other."""
    alone = len(one.spots) + len(other.spots) - 2 * len(pairs)
    changed = sum(one.spots[a].told != other.spots[b].told or one.spots[a].kind != other.spots[b].kind
                  for a, b in pairs.items())  # fmt: skip
    added, gone = lines_apart(one, other, pairs)
    return alone + changed + len(added) + len(gone)


def lines_apart(one: Graph, other: Graph, pairs: Pairs) -> tuple[list[Line], list[Line]]:
    """Wires of the other that the one has not, and wires of the one that the other has not."""
    left: dict[Line, int] = defaultdict(int)
    for line in other.lines:
        left[line] += 1
    gone = []
    for source, port, target, target_port in one.lines:
        there = (pairs.get(source, ""), port, pairs.get(target, ""), target_port)
        if left.get(there, 0):
            left[there] -= 1
        else:
            gone.append((source, port, target, target_port))
    added = []
    for line in reversed(other.lines):  # of equal ones the first had theirs
        if left[line]:
            left[line] -= 1
            added.append(line)
    return added[::-1], gone


def _by(lines: Iterable[Line], end: int) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[line[end]].append(line)
    return found


def _may(one: Spot, other: Spot) -> bool:
    """Whether nodes of one id may be the same: of one kind, or another operator in its place, which keeps the label."""
    return one.kind == other.kind or (one.label == other.label != "")


def _is_sure(one: Spot, other: Spot) -> bool:
    return one.label == other.label and (one.kind == other.kind or one.label != "")


def _by_name(one: Graph, other: Graph) -> Pairs:
    """Nodes of one kind with a name that no other of their graph has."""
    mine, theirs = _named(one), _named(other)
    return {id: theirs[key] for key, id in mine.items() if key in theirs}


def _named(graph: Graph) -> dict[Hashable, str]:
    found: dict[Hashable, list[str]] = defaultdict(list)
    for id, spot in graph.spots.items():
        found[spot.kind, spot.label].append(id)
    return {key: ids[0] for key, ids in found.items() if len(ids) == 1}


# By the shape of the graph


def _grown(one: Graph, other: Graph, begun: Pairs) -> Pairs:
    """The pairs, and what the shape of the graphs adds to them."""
    pairs = dict(begun)
    if len(pairs) < min(len(one.spots), len(other.spots)):
        for exact in (True, False):
            for signs in (_ends, _upward, _downward, _near):
                _pair_groups(pairs, one, other, signs(one, exact), signs(other, exact))
        _align(pairs, one, other)
        _drop_loose(pairs, begun, one, other)
    return pairs


def _own(spot: Spot, exact: bool) -> Hashable:
    return (spot.kind, spot.told) if exact else spot.kind


def _upward(graph: Graph, exact: bool) -> dict[str, int]:
    """What a node is, with all that leads to it."""
    signs: dict[str, int] = {}
    for id in graph.order:
        came = tuple(sorted((port, signs.get(source, 0), given) for source, given, _, port in graph.into.get(id, ())))
        signs[id] = hash((_own(graph.spots[id], exact), came))
    return signs


def _downward(graph: Graph, exact: bool) -> dict[str, int]:
    """What a node is, with all that depends on it."""
    signs: dict[str, int] = {}
    for id in reversed(graph.order):
        goes = tuple(sorted((given, signs.get(target, 0), port) for _, given, target, port in graph.out_of.get(id, ())))
        signs[id] = hash((_own(graph.spots[id], exact), goes))
    return signs


def _ends(graph: Graph, exact: bool) -> dict[str, int]:
    up, down = _upward(graph, exact), _downward(graph, exact)
    return {id: hash((up[id], down[id])) for id in up}


def _near(graph: Graph, exact: bool, rounds: int = 2) -> dict[str, int]:
    """What a node is, with its neighbours and theirs."""
    signs = {id: hash(_own(spot, exact)) for id, spot in graph.spots.items()}
    for _ in range(rounds):
        signs = {
            id: hash(
                (
                    signs[id],
                    tuple(sorted((port, signs[source], given) for source, given, _, port in graph.into.get(id, ()))),
                    tuple(sorted((given, signs[target], port) for _, given, target, port in graph.out_of.get(id, ()))),
                )
            )
            for id in graph.spots
        }
    return signs


def _pair_groups(pairs: Pairs, one: Graph, other: Graph, mine: Mapping[str, int], theirs: Mapping[str, int]) -> None:
    """Pairs what has one sign, where as many are left of it on both sides; of several those of one name first."""
    taken = {*pairs.values()}
    left, right = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list)
    for id in one.order:
        if id not in pairs and id in mine:
            left[mine[id]].append(id)
    for id in other.order:
        if id not in taken and id in theirs:
            right[theirs[id]].append(id)
    for sign, ids in left.items():
        if len(ids) == len(found := right.get(sign, [])):
            pairs.update(_named_first(ids, found, one, other))


def _named_first(ids: Sequence[str], found: Sequence[str], one: Graph, other: Graph) -> Pairs:
    by_name = {other.spots[id].label: id for id in found}
    pairs: Pairs = {}
    for id in ids:
        if (there := by_name.pop(one.spots[id].label, None)) is not None:
            pairs[id] = there
    rest = (id for id in found if id not in set(pairs.values()))
    return pairs | dict(zip((id for id in ids if id not in pairs), rest, strict=True))


def _align(pairs: Pairs, one: Graph, other: Graph) -> None:
    """Pairs what is left along both orders, so that no two pairs cross and they are worth most."""
    taken = {*pairs.values()}
    left = [id for id in one.order if id not in pairs]
    right = [id for id in other.order if id not in taken]
    if len(left) * len(right) > _CELLS:
        waiting = defaultdict[Hashable, list[str]](list)
        for id in reversed(right):
            waiting[other.spots[id].kind].append(id)
        pairs.update({id: found.pop() for id in left if (found := waiting[one.spots[id].kind])})
        return
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for row in range(len(left) - 1, -1, -1):
        spot, below, here = one.spots[left[row]], best[row + 1], best[row]
        for at in range(len(right) - 1, -1, -1):
            worth = _worth(spot, other.spots[right[at]])
            here[at] = max(below[at], here[at + 1], worth and worth + below[at + 1])
    row = at = 0
    while row < len(left) and at < len(right):
        worth = _worth(one.spots[left[row]], other.spots[right[at]])
        if worth and best[row][at] == worth + best[row + 1][at + 1]:
            pairs[left[row]] = right[at]
            row, at = row + 1, at + 1
        elif best[row][at] == best[row + 1][at]:
            row += 1
        else:
            at += 1


def _worth(one: Spot, other: Spot) -> int:
    if one.kind != other.kind:
        return 0
    return (_SAME if one.told == other.told else _ALIKE) + (_NAMED if one.label == other.label else 0)


def _drop_loose(pairs: Pairs, begun: Pairs, one: Graph, other: Graph) -> None:
    """Takes back pairs that only the kind of their nodes speaks for: no wire of them is the same, and others are equal
    to them."""
    lines = {*other.lines}
    held: set[str] = set()
    for source, port, target, target_port in one.lines:
        if (pairs.get(source), port, pairs.get(target), target_port) in lines:
            held |= {source, target}
    left, right = (Counter((spot.kind, spot.told) for spot in graph.spots.values()) for graph in (one, other))
    for id, there in [*pairs.items()]:
        spot = one.spots[id]
        only = left[spot.kind, spot.told] == right[other.spots[there].kind, other.spots[there].told] == 1
        if id not in begun and id not in held and not (only and spot.told == other.spots[there].told):
            del pairs[id]
