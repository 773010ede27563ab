"""A difference as it is drawn over the network that the canvas shows, which may be either of the two or a third one.

What the canvas has of it is marked there. What it has not is drawn as a ghost: where it stood beside the nodes that the
canvas has, and clear of every card.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from graphbuilder.blocks import Port, flat, home, ways
from graphbuilder.difference import Difference, Level, difference, opened, told, wires_told
from graphbuilder.document import Block, Document, Node, Wire

State = Literal["changed", "added", "gone"]
MOST_NODES = 2_000
"""Of a network: larger ones take longer to compare than a hand takes to the next edit."""
_CARD = 220.0, 120.0
"""As the canvas has it (graph.ts)."""
_GAP = 20.0


@dataclass(frozen=True)
class Overlay:
    """marks: by id of a card, what it is and in which words. ghosts: cards that the canvas has not. wires: from and to
    cards and ghosts, by id."""

    marks: dict[str, dict[str, str]] = field(default_factory=dict)
    ghosts: list[dict[str, Any]] = field(default_factory=list)
    wires: list[dict[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"marks": self.marks, "ghosts": self.ghosts, "wires": self.wires}


def overlay(before: Document, after: Document, found: Difference, now: Document) -> dict[str, dict[str, Any]]:
    """What is drawn over each level of the network `now`, by the block that it is in ("" for the network itself)."""
    if is_too_large(before, after, now):
        return {}
    shown = _Shown(now)
    known = _Known.of(before, after, found, now)
    drawn: dict[str, Overlay] = defaultdict(Overlay)
    for level in found.levels:
        if not level.is_equal:
            _draw(level, known, shown, drawn)
    return {at: one.as_json() for at, one in drawn.items()}


def leads(before: Document, after: Document, found: Difference, now: Document) -> list[str]:
    """Of each line that is `told`, the place in the network `now` to which it leads: that of its node or, where it has
    none, of the nearest one that is wired to it; "" where there is none."""
    known, way = _Known.of(before, after, found, now), ways(now)
    found_at = [known.nearest(line.side, (line.block, line.id)) if line.id else None for line in told(found)]
    return ["/".join(filter(None, (way[at[0]], at[1]))) if at and at[0] in way else "" for at in found_at]


def is_too_large(*documents: Document) -> bool:
    """Whether one of them has more nodes than are marked on the canvas."""
    return max(map(_size, documents)) > MOST_NODES


def _size(document: Document) -> int:
    return len(document.nodes) + sum(len(block.nodes) for block in document.blocks)


class _Shown:
    """The network on the canvas: where its cards stand, by block and id, and which places are taken."""

    def __init__(self, now: Document) -> None:
        parts = {"": now.nodes, **{block.id: block.nodes for block in now.blocks}}
        self.at = {(block, node.id): node.position for block, nodes in parts.items() for node in nodes}
        self.taken = {block: [node.position for node in nodes] for block, nodes in parts.items()}


@dataclass(frozen=True)
class _Known:
    """here: by side, what the canvas has for each of its nodes, all by block and id. parts: the nodes of each side, by
    block. beside: by side, what is wired to a node. blocks: by side and block, the block on the canvas."""

    here: Mapping[str, dict[Port, Port]]
    parts: Mapping[str, Mapping[Port, Node]]
    beside: Mapping[str, Mapping[Port, list[Port]]]
    blocks: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, before: Document, after: Document, found: Difference, now: Document) -> "_Known":
        here, parts, beside = {}, {}, {}
        blocks: dict[tuple[str, str], str] = {}
        for side, one in (("before", before), ("after", after)):
            to_now = difference(one, now)
            here[side] = _here(one, now, to_now, found.opened)
            blocks |= {(side, level.before or ""): level.after or "" for level in to_now.levels if _is_in_both(level)}
            whole = opened(one) if found.opened else one
            parts[side] = {(at, node.id): node for at, part in _parts(whole) for node in part.nodes}
            beside[side] = _beside(whole)
        return cls(here, parts, beside, blocks)

    def nearest(self, side: str, node: Port) -> Port | None:
        """What the canvas has for this node, or else for the one that is fewest wires away from it."""
        near = self.known_near(side, node)
        return self.here[side][near] if near else None

    def known_near(self, side: str, node: Port) -> Port | None:
        """The nearest node of its own network that the canvas has, too."""
        ahead, seen = deque([node]), {node}
        while ahead:
            one = ahead.popleft()
            if one in self.here[side]:
                return one
            for other in self.beside[side].get(one, ()):
                if other not in seen:
                    seen.add(other)
                    ahead.append(other)
        return None


def _is_in_both(level: Level) -> bool:
    return level.before is not None and level.after is not None


def _parts(document: Document) -> list[tuple[str, Document | Block]]:
    return [("", document), *((block.id, block) for block in document.blocks)]


def _beside(document: Document) -> Mapping[Port, list[Port]]:
    found: dict[Port, list[Port]] = defaultdict(list)
    for at, part in _parts(document):
        for wire in part.wires:
            found[at, wire.source].append((at, wire.target))
            found[at, wire.target].append((at, wire.source))
    return found


def _here(one: Document, now: Document, found: Difference, by_path: bool) -> dict[Port, Port]:
    """Of the nodes of a document, those that the canvas has, each by block and id. by_path: the document's are told by
    their paths, as of a network with its blocks opened."""
    if found.opened:
        paths = {pair.before.id: home(now, pair.after.id) for pair in found.levels[0].pairs}
        return {("", path) if by_path else home(one, path): at for path, at in paths.items()}
    drawn = {
        (level.before or "", pair.before.id): (level.after or "", pair.after.id)
        for level in found.levels
        for pair in level.pairs
    }
    if not by_path:
        return drawn
    homes = {path: home(one, path) for path in flat(one).nodes}
    return {("", path): drawn[at] for path, at in homes.items() if at in drawn}


def _draw(level: Level, known: _Known, shown: _Shown, drawn: dict[str, Overlay]) -> None:
    """Draws what differs of a level over each level of the canvas."""
    before, after = level.before or "", level.after or ""
    here = {
        (side, id): at
        for side, own in (("before", before), ("after", after))
        for (block, id), at in known.here[side].items()
        if block == own
    }
    own = {"before": before, "after": after}
    at = known.blocks.get(("after", after) if level.after is not None else ("before", before))
    if not here and at is None:
        return

    def draw(node: Node, side: Literal["before", "after"], state: State, words: str, to: Port | None) -> None:
        if to is not None:
            drawn[to[0]].marks[to[1]] = {"state": state, "words": words}
            return
        block, (x, y) = _place(node, side, own[side], at or "", known, shown)
        ghost = f"{side} {node.id}"
        here[side, node.id] = block, ghost
        drawn[block].ghosts.append({"id": ghost, "title": node.called, "x": x, "y": y, "state": state, "words": words})

    for pair in level.changed:
        words = ", ".join(change.words for change in pair.changes)
        to = here.get(("after", pair.after.id), here.get(("before", pair.before.id)))
        draw(pair.after, "after", "changed", words, to)
    for node in level.added:
        draw(node, "after", "added", "added", here.get(("after", node.id)))
    for node in level.gone:
        draw(node, "before", "gone", "gone", here.get(("before", node.id)))
    _draw_wires(level, here, drawn)


def _draw_wires(level: Level, here: Mapping[tuple[str, str], Port], drawn: dict[str, Overlay]) -> None:
    pairs = {pair.after.id: pair.before.id for pair in level.pairs}
    back = {there: mine for mine, there in pairs.items()}
    alone = {"added": {node.id for node in level.added}, "gone": {node.id for node in level.gone}}
    between = dict(wires_told(level))

    def end(id: str, side: str) -> Port | None:
        if (side, id) in here:
            return here[side, id]
        return here.get(("before", pairs.get(id, "")) if side == "after" else ("after", back.get(id, "")))

    sides: tuple[tuple[Literal["added", "gone"], str, Sequence[Wire]], ...] = (
        ("added", "after", level.wires_added),
        ("gone", "before", level.wires_gone),
    )
    for state, side, wires in sides:
        for wire in wires:
            if wire not in between[state] and not alone[state] & {wire.source, wire.target}:
                continue  # a node was put into its way, or taken out of it
            one, other = end(wire.source, side), end(wire.target, side)
            if one and other and one[0] == other[0]:
                drawn[one[0]].wires.append({"from": one[1], "to": other[1], "state": state})


def _place(node: Node, side: str, own: str, at: str, known: _Known, shown: _Shown) -> tuple[str, tuple[float, float]]:
    """Where the ghost of a node stands, and in which block: as far from the nearest node that the canvas has as in its
    own network, and clear of every card."""
    x, y = node.position
    if near := known.known_near(side, (own, node.id)):
        there, mine = known.here[side][near], known.parts[side][near]
        at = there[0]
        x += shown.at[there][0] - mine.position[0]
        y += shown.at[there][1] - mine.position[1]
    taken = shown.taken[at]
    while any(abs(x - a) < _CARD[0] + _GAP and abs(y - b) < _CARD[1] + _GAP for a, b in taken):
        y += _CARD[1] + _GAP
    taken.append((x, y))
    return at, (x, y)
