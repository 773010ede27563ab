"""Equal parts of a network, found and folded into blocks: those in a row into one use, so many times.

A part has one value coming in and one going out. Parts follow one another where all that goes on has to pass the same
node: where a node dominates the one that postdominates it, nothing leads around (Cooper, Harvey and Kennedy, 2001).
Equal are those whose nodes have the same kinds and parameters and are wired alike, whatever their labels.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from os.path import commonprefix
from types import MappingProxyType

from graphbuilder.blocks import before_circles, stands
from graphbuilder.document import (
    MAX_BLOCKS,
    MAX_LABEL,
    Block,
    Document,
    Node,
    Wire,
    canonical,
    output_ports,
    with_ports,
)
from graphbuilder.layout import laid_out
from graphbuilder.operators import KINDS
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput
from graphbuilder.parameters import written

LEAST, LEAST_APART = 2, 4
"""Nodes of a part that stands in a row with its like, and of one that does not."""
LONGEST = 60
"""Of a word of parts."""
MOST = 5_000
"""Nodes; of more than these nothing is folded, so that it takes no more than seconds."""
_ASIDE = 280

Port = tuple[str, str]
"""A node's id and one of its ports."""


@dataclass(frozen=True, slots=True)
class Part:
    """nodes: those within, in an order that is the same for all that are equal. before: the value that comes in.
    last: the node whose value goes out. look: the same for all that are equal."""

    nodes: tuple[str, ...]
    before: Port
    last: str
    look: str


@dataclass(frozen=True, slots=True)
class Folded:
    """paths: of each node that lies in a block now, by its path, the id that it had. blocks: what was made, told."""

    document: Document
    paths: Mapping[str, str]
    blocks: tuple[str, ...]


def fold(document: Document) -> Folded:
    """The document with its equal parts as blocks; the same where there are none. Blocks that are there stay."""
    if len(document.nodes) > MOST:
        return Folded(document, {}, ())
    graph = _Graph(document)
    folding = _Folding(document, graph)
    for uses in _chosen(graph):
        if len(folding.blocks) < MAX_BLOCKS:
            folding.take(uses)
    return folding.folded()


# What leads through what


class _Graph:
    def __init__(self, document: Document) -> None:
        self.nodes = {node.id: node for node in document.nodes}
        self.into: dict[str, list[Wire]] = {id: [] for id in self.nodes}
        self.out_of: dict[str, list[Wire]] = {id: [] for id in self.nodes}
        for wire in canonical(document).wires:
            self.into[wire.target].append(wire)
            self.out_of[wire.source].append(wire)
        self.order = [*before_circles(self.nodes, document.wires)]
        lent = {node.shares for node in document.nodes if node.shares}
        self.apart = {
            id
            for id, node in self.nodes.items()
            if node.shares or id in lent or stands(node) != "anywhere" or node.operator is None
        }
        self._above = _dominators(self.order, {id: [one.source for one in self.into[id]] for id in self.order})
        back = [*reversed(self.order)]
        self._below = _dominators(back, {id: [one.target for one in self.out_of[id]] for id in back})

    def following(self, id: str) -> str | None:
        """The next node that everything behind this one has to pass, where nothing leads around to it."""
        end = self._below.get(id)
        return end if end is not None and self._dominates(id, end) else None

    def _dominates(self, one: str, other: str) -> bool:
        at: str | None = other
        while at is not None and at != one:
            at = self._above.get(at)
        return at == one

    def between(self, start: str, end: str) -> set[str]:
        """What lies behind one node and leads to another, that one too."""
        found, ahead = {end}, [end]
        while ahead:
            for wire in self.into[ahead.pop()]:
                if wire.source != start and wire.source not in found:
                    found.add(wire.source)
                    ahead.append(wire.source)
        return found

    def port_of(self, id: str) -> str | None:
        """Which of its values a node gives on; None where it gives several."""
        read = {wire.source_port for wire in self.out_of[id]}
        ports = output_ports(self.nodes[id]) or ()
        return next(iter(read), ports[0].name if ports else None) if len(read) < 2 else None

    def part(self, start: str, end: str) -> Part | None:
        """What lies between two nodes, as a part; None for what may not be in a block."""
        within = self.between(start, end)
        came = {(wire.source, wire.source_port) for id in within for wire in self.into[id] if wire.source not in within}
        gone = self.port_of(end)
        if within & self.apart or len(came) != 1 or gone is None:
            return None
        (before,) = came
        order: list[str] = []
        look = _look(self, end, within, order)
        return Part(tuple(order), before, end, f"{look} {gone}") if len(order) == len(within) else None


def _dominators(order: Sequence[str], before: Mapping[str, Sequence[str]]) -> dict[str, str | None]:
    """Of each node the nearest that all ways to it lead through; None for the root of all."""
    above: dict[str, str | None] = {}
    depth: dict[str | None, int] = {None: 0}
    for id in order:
        found: str | None = None
        for place, one in enumerate(dict.fromkeys(before[id])):
            found = one if place == 0 else _common(found, one, above, depth)
        above[id] = found
        depth[id] = depth[found] + 1
    return above


def _common(
    one: str | None, other: str | None, above: Mapping[str, str | None], depth: Mapping[str | None, int]
) -> str | None:
    while one != other:
        if depth[one] >= depth[other]:
            assert one is not None
            one = above[one]
        else:
            assert other is not None
            other = above[other]
    return one


def _look(graph: _Graph, end: str, within: set[str], order: list[str]) -> str:
    """How a part looks, whatever its nodes are called. order: takes them, as they are come upon from its end."""
    number: dict[str, int] = {end: 0}
    order.append(end)
    told: list[object] = []
    for id in order:  # grows
        node = graph.nodes[id]
        came: list[object] = []
        for wire in graph.into[id]:
            if wire.source in within and wire.source not in number:
                number[wire.source] = len(order)
                order.append(wire.source)
            came.append((wire.target_port, number.get(wire.source, -1), wire.source_port))
        params = {name: written(value) for name, value in node.params.items()}
        told.append((node.kind, params, node.frozen, came))
    return json.dumps(told, sort_keys=True)


# Which are folded


def _rows(graph: _Graph) -> Iterator[list[Part | None]]:
    """Parts one behind the other, as far as they go; None for what may not be in a block."""
    following = {id: graph.following(id) for id in graph.order}
    within = {end for end in following.values() if end}
    for id in graph.order:
        if id in within or following[id] is None:
            continue
        row: list[Part | None] = []
        start: str | None = id
        while start is not None and (end := following[start]) is not None:
            row.append(graph.part(start, end))
            start = end
        yield row


def _chosen(graph: _Graph) -> Iterator[list[list[list[Part]]]]:
    """What becomes blocks: for each its uses, for each of those the parts of every time. No node lies in two."""
    rows = [*_rows(graph)]
    taken: set[str] = set()
    found: list[tuple[int, int, list[list[Part]]]] = []
    for row in rows:
        found += _in_a_row(graph, row)
    found.sort(key=lambda one: (-one[0], one[1]))
    runs: dict[tuple[str, ...], list[list[list[Part]]]] = {}
    for _, _, words in found:
        nodes = {id for word in words for part in word for id in part.nodes}
        if not nodes & taken:
            taken |= nodes
            runs.setdefault(tuple(part.look for part in words[0]), []).append(words)
    alone = [*_apart(graph, rows, taken, runs)]
    yield from runs.values()
    yield from alone


def _in_a_row(graph: _Graph, row: Sequence[Part | None]) -> Iterator[tuple[int, int, list[list[Part]]]]:
    """Words of parts that follow one another at least twice: how many nodes that saves, the length of the word, and its
    times."""
    looks = [part.look if part else None for part in row]
    known: list[tuple[int, int, int]] = []
    for length in range(1, min(LONGEST, len(row) // 2) + 1):
        for start, end in _stretches(looks, length):
            if any(length % one == 0 and length > 2 * one and a <= start and end <= b for one, a, b in known):
                continue  # shorter words say the same, and save more
            known.append((length, start, end))
            for at in range(start, min(start + length, end - length + 1)):
                if at and _goes_with(graph, row[at - 1], row[at]):
                    continue
                times = (end - at) // length + 1
                words = [[*row[at + place * length : at + (place + 1) * length]] for place in range(times)]
                whole = [[part for part in word if part] for word in words]
                size = sum(len(part.nodes) for part in whole[0])
                if size >= LEAST:
                    yield (times - 1) * size, length, whole


def _stretches(looks: Sequence[str | None], length: int) -> Iterator[tuple[int, int]]:
    """From where to where each looks like the one so many places behind it, at least for that length."""
    start = 0
    for at in range(len(looks) - length + 1):
        is_equal = at + length < len(looks) and looks[at] is not None and looks[at] == looks[at + length]
        if not is_equal:
            if at - start >= length:
                yield start, at
            start = at + 1


def _goes_with(graph: _Graph, before: Part | None, part: Part | None) -> bool:
    """A normalization or an activation is not torn from the layer before it."""
    if before is None or part is None or len(before.nodes) != 1 or len(part.nodes) != 1:
        return False
    return KINDS[graph.nodes[part.last].kind].family.name in _BEHIND


_BEHIND = ("normalization", "activation", "regularization")


def _apart(
    graph: _Graph,
    rows: Sequence[Sequence[Part | None]],
    taken: set[str],
    runs: dict[tuple[str, ...], list[list[list[Part]]]],
) -> Iterator[list[list[list[Part]]]]:
    """Words that stand at several places, those first that save most nodes; and further uses of what was chosen."""
    number: dict[str, int] = {}
    for row in rows:
        for one in row:
            if one:
                number.setdefault(one.look, len(number))
    places: dict[tuple[int, ...], list[list[Part]]] = {}
    for row in rows:
        for at in range(len(row)):
            if at and _goes_with(graph, row[at - 1], row[at]):
                continue
            word: list[Part] = []
            for part in row[at : at + LONGEST]:
                if part is None or taken & {*part.nodes}:
                    break
                word.append(part)
                places.setdefault(tuple(number[one.look] for one in word), []).append([*word])
    for looks, uses in runs.items():
        for word in places.get(tuple(number[look] for look in looks), ()):
            if not {id for part in word for id in part.nodes} & taken:
                taken |= {id for part in word for id in part.nodes}
                uses.append([word])

    def saves(words: list[list[Part]]) -> int:
        return (len(words) - 1) * sum(len(part.nodes) for part in words[0])

    several = [words for words in places.values() if len(words) > 1]
    for words in sorted(several, key=saves, reverse=True):
        free: list[list[list[Part]]] = []
        held: set[str] = set()
        for word in words:
            nodes = {id for part in word for id in part.nodes}
            if not nodes & (taken | held) and len(nodes) >= LEAST_APART:
                held |= nodes
                free.append([word])
        if len(free) > 1:
            taken |= held
            yield free


# Folding


class _Folding:
    """A document whose parts become blocks, one after the other."""

    def __init__(self, document: Document, graph: _Graph) -> None:
        self.document, self.graph = document, graph
        self.nodes: dict[str, Node] = {node.id: node for node in document.nodes}
        self.wires = [*canonical(document).wires]
        self.blocks = [*document.blocks]
        self.paths: dict[str, str] = {}
        self.told: list[str] = []
        self._ends: dict[Port, Port] = {}
        self._ids = {*self.nodes}

    def folded(self) -> Folded:
        wired = [(wire.source, wire.target) for wire in self.wires]
        places = laid_out([*self.nodes], wired) if self.told else {}
        nodes = [node.model_copy(update={"position": places.get(id, node.position)}) for id, node in self.nodes.items()]
        update = {"nodes": tuple(nodes), "wires": tuple(self.wires), "blocks": tuple(self.blocks)}
        after = canonical(with_ports(self.document.model_copy(update=update)))
        return Folded(after, self.paths, tuple(self.told))

    def take(self, uses: Sequence[Sequence[Sequence[Part]]]) -> None:
        """One block of these parts, and its uses in their place."""
        inner = _ids(uses[0][0])
        block = self._block(uses[0][0], inner)
        entry, exit = block.nodes[0].id, block.nodes[-1].id
        self.blocks.append(block)
        for words in uses:
            self._use(words, block, inner, entry, exit)
        self.told.append(f"{block.name}: {_so_many([len(words) for words in uses])}, of {len(inner)} nodes")

    def _block(self, word: Sequence[Part], inner: Sequence[str]) -> Block:
        graph, kept = self.graph, [self.nodes[id] for id in inner]
        entry, exit = _free_id("in", {*inner}), _free_id("out", {*inner})
        wires = [wire for id in inner for wire in graph.into[id]]
        wires = [
            wire if wire.source in inner else wire.model_copy(update={"source": entry, "source_port": "out"})
            for wire in wires
        ]
        last = word[-1].last
        wires.append(Wire(source=last, source_port=graph.port_of(last) or "out", target=exit))
        left, right = (limit(node.position[0] for node in kept) for limit in (min, max))
        ends = [
            Node(id=entry, kind=BlockInput.kind, label="in", position=(left - _ASIDE, kept[0].position[1])),
            Node(id=exit, kind=BlockOutput.kind, label="out", position=(right + _ASIDE, kept[-1].position[1])),
        ]
        id = _free_id(f"block-{inner[0]}", {one.id for one in self.blocks})
        return Block(id=id, name=_name(kept), nodes=(ends[0], *kept, ends[1]), wires=tuple(wires))

    def _use(self, words: Sequence[Sequence[Part]], block: Block, inner: Sequence[str], entry: str, exit: str) -> None:
        first, last = words[0][0], words[-1][-1].last
        gone = [id for word in words for id in _ids(word)]
        use = _free_id(f"use-{gone[0]}", self._ids)
        self._ids.add(use)
        params = MappingProxyType({**BlockUse.defaults(), "block": block.id, "repeat": len(words)})
        kept = [self.nodes[id] for id in _ids(words[0])]
        made = Node(id=use, kind=BlockUse.kind, label=_name(kept), params=params, position=kept[0].position)
        for place, word in enumerate(words, start=1):
            at = f"{use}/{place}" if len(words) > 1 else use
            self.paths |= {f"{at}/{old}": new for old, new in zip(inner, _ids(word), strict=True)}
        self.nodes = {
            key: node
            for id, old in self.nodes.items()
            if id == gone[0] or id not in {*gone}
            for key, node in [(use, made) if id == gone[0] else (id, old)]
        }
        source, port = self._ends.get(first.before, first.before)
        within = {*gone}
        self.wires = [
            wire.model_copy(update={"source": use, "source_port": exit}) if wire.source == last else wire
            for wire in self.wires
            if wire.target not in within
        ]
        self.wires.append(Wire(source=source, source_port=port, target=use, target_port=entry))
        self._ends |= {(last, wire.source_port): (use, exit) for wire in self.graph.out_of[last]}


def _ids(word: Sequence[Part]) -> list[str]:
    """The nodes of parts one behind the other, roughly in the order of work."""
    return [id for part in word for id in reversed(part.nodes)]


def _free_id(stem: str, taken: Collection[str]) -> str:
    stem = stem[:56]
    return next(id for n in count(1) if (id := stem if n == 1 else f"{stem}_{n}") not in taken)


def _name(nodes: Sequence[Node]) -> str:
    """What all of their labels begin with, as whole words; else what the first is called."""
    labels = [node.label for node in nodes]
    common = commonprefix(labels)  # noqa: RUF071
    if any(label[len(common) : len(common) + 1].isalnum() for label in labels) and common[-1:].isalnum():
        common = re.sub(r"[^\W_]+$", "", common)
    name = re.sub(r"[\W_]+$", "", common) or f"{labels[0] or nodes[0].kind.lower()} and on"
    return name[:MAX_LABEL]


def _so_many(uses: Sequence[int]) -> str:
    """How often a part stands there, of how many each of its uses is in a row."""
    in_rows, alone = [f"{count} in a row" for count in uses if count > 1], uses.count(1)
    if not in_rows:
        return f"{alone} times"
    return ", ".join(in_rows) + (f" and {alone} more" if alone else "")
