"""A difference as it is drawn over the network that the canvas shows, which may be either of the two or a third one.

What the canvas has of it is marked there. What it has not is drawn as a ghost: where it stood beside the nodes that the
canvas has, and clear of every card.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from graphbuilder.difference import Difference, Level, difference, wires_told
from graphbuilder.document import Block, Document, Node

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
    known = [_places(one, now) for one in (before, after)]
    drawn = {}
    for level in found.levels:
        if level.is_equal:
            continue
        at = known[1].blocks.get(level.after or "") if level.after else known[0].blocks.get(level.before or "")
        if level.after == level.before == "":
            at = ""
        if at is not None:
            drawn[at] = _drawn(level, known, _part(now, at), (_part(before, level.before), _part(after, level.after)))
    return {at: one.as_json() for at, one in drawn.items()}


def is_too_large(*documents: Document) -> bool:
    """Whether one of them has more nodes than are marked on the canvas."""
    return max(map(_size, documents)) > MOST_NODES


def _size(document: Document) -> int:
    return len(document.nodes) + sum(len(block.nodes) for block in document.blocks)


@dataclass(frozen=True)
class _Known:
    """Of one document: the ids that the canvas has for its nodes, by block and id, and for its blocks."""

    nodes: Mapping[tuple[str, str], str]
    blocks: Mapping[str, str]


def _places(one: Document, now: Document) -> _Known:
    levels = difference(one, now).levels
    nodes = {(level.before or "", pair.before.id): pair.after.id for level in levels for pair in level.pairs}
    blocks = {level.before: level.after for level in levels if level.before is not None and level.after is not None}
    return _Known(nodes, blocks)


def _part(document: Document, id: str | None) -> Document | Block | None:
    if not id:
        return document if id == "" else None
    return next((block for block in document.blocks if block.id == id), None)


def _drawn(
    level: Level,
    known: list[_Known],
    now: Document | Block | None,
    parts: tuple[Document | Block | None, Document | Block | None],
) -> Overlay:
    made = Overlay()
    before, after = level.before or "", level.after or ""
    here = {
        **{("before", id): there for (block, id), there in known[0].nodes.items() if block == before},
        **{("after", id): there for (block, id), there in known[1].nodes.items() if block == after},
    }
    pairs = {pair.after.id: pair.before.id for pair in level.pairs}
    taken = [node.position for node in now.nodes] if now else []
    placing = {
        side: _Placing(part, {id: at for (of, id), at in here.items() if of == side}, now, taken)
        for side, part in zip(("before", "after"), parts, strict=True)
    }

    def draw(node: Node, side: str, state: State, words: str, id: str | None) -> None:
        if id is not None:
            made.marks[id] = {"state": state, "words": words}
            return
        x, y = placing[side].place(node)
        here[side, node.id] = ghost = f"{side} {node.id}"
        made.ghosts.append({"id": ghost, "title": node.called, "x": x, "y": y, "state": state, "words": words})

    for pair in level.changed:
        words = ", ".join(change.words for change in pair.changes)
        there = here.get(("after", pair.after.id), here.get(("before", pair.before.id)))
        draw(pair.after, "after", "changed", words, there)
    for node in level.added:
        draw(node, "after", "added", "added", here.get(("after", node.id)))
    for node in level.gone:
        draw(node, "before", "gone", "gone", here.get(("before", node.id)))
    alone = {node.id for node in level.added}, {node.id for node in level.gone}
    told = dict(wires_told(level))
    for wires, side, state, own in (
        (level.wires_added, "after", "added", alone[0]), (level.wires_gone, "before", "gone", alone[1])
    ):  # fmt: skip
        for wire in wires:
            if wire not in told[state] and not own & {wire.source, wire.target}:
                continue  # a node was put into its way, or taken out of it
            ends = [_end(id, side, here, pairs) for id in (wire.source, wire.target)]
            if None not in ends:
                made.wires.append({"from": str(ends[0]), "to": str(ends[1]), "state": state})
    return made


def _end(id: str, side: str, here: Mapping[tuple[str, str], str], pairs: Mapping[str, str]) -> str | None:
    if (side, id) in here:
        return here[side, id]
    back = {there: mine for mine, there in pairs.items()}
    return here.get(("before", pairs.get(id, "")) if side == "after" else ("after", back.get(id, "")))


class _Placing:
    """Where ghosts of one document stand: as far from the nearest node that the canvas has as in their own network."""

    def __init__(
        self,
        part: Document | Block | None,
        here: Mapping[str, str],
        now: Document | Block | None,
        taken: list[tuple[float, float]],
    ) -> None:
        at = {node.id: node.position for node in now.nodes} if now else {}
        self.own = {node.id: node.position for node in part.nodes} if part else {}
        self.there = {id: at[shown] for id, shown in here.items() if shown in at}
        self.taken = taken
        self.beside: dict[str, list[str]] = {id: [] for id in self.own}
        for wire in part.wires if part else ():
            self.beside[wire.source].append(wire.target)
            self.beside[wire.target].append(wire.source)

    def place(self, node: Node) -> tuple[float, float]:
        x, y = self.own[node.id]
        if near := self._nearest(node.id):
            x += self.there[near][0] - self.own[near][0]
            y += self.there[near][1] - self.own[near][1]
        while any(abs(x - a) < _CARD[0] + _GAP and abs(y - b) < _CARD[1] + _GAP for a, b in self.taken):
            y += _CARD[1] + _GAP
        self.taken.append((x, y))
        return x, y

    def _nearest(self, id: str) -> str | None:
        ahead, seen = deque([id]), {id}
        while ahead:
            one = ahead.popleft()
            if one in self.there:
                return one
            for other in self.beside[one]:
                if other not in seen:
                    seen.add(other)
                    ahead.append(other)
        return None
