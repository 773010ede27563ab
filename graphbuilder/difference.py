"""What sets two documents apart: nodes and wires that were added, are gone or have changed, and settings.

Where nodes stand and what they are called makes no difference, as it changes nothing that a network computes; a name is
told all the same. What is in a block is compared once, however often the block is used. Where the two are cut into
blocks otherwise, the networks that they stand for are compared, with all blocks opened.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from graphbuilder.blocks import before_circles, flat, labels
from graphbuilder.document import Block, Document, Node, Wire
from graphbuilder.matching import Graph, Line, Pairs, Spot, lines_apart, match
from graphbuilder.operators import KINDS
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Parameter, in_words
from graphbuilder.settings import Settings, Split

Part = Document | Block
Side = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of two that stand for each other, in words. name: a parameter's or a setting's, for people."""

    name: str
    before: str
    after: str

    @property
    def words(self) -> str:
        return f"{self.name} {self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Pair:
    """A node of the one and the node of the other that stands for it."""

    before: Node
    after: Node
    changes: tuple[Change, ...] = ()

    @property
    def is_renamed(self) -> bool:
        return self.before.label != self.after.label


@dataclass(frozen=True, slots=True)
class Level:
    """The networks themselves, or a block of each. before, after: the block's id, "" for the network; None where the
    document has no such block. title: what people call it."""

    before: str | None
    after: str | None
    title: str
    pairs: tuple[Pair, ...]
    added: tuple[Node, ...]
    gone: tuple[Node, ...]
    wires: int
    wires_added: tuple[Wire, ...]
    wires_gone: tuple[Wire, ...]

    @property
    def changed(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.pairs if pair.changes)

    @property
    def is_equal(self) -> bool:
        return not (self.changed or self.added or self.gone or self.wires_added or self.wires_gone)


@dataclass(frozen=True, slots=True)
class Difference:
    """levels: the network first. settings: of data and training. opened: whether the blocks are cut otherwise, so that
    the only level is of the networks with all blocks opened (`opened`), whose nodes have paths for ids."""

    levels: tuple[Level, ...]
    settings: tuple[Change, ...]
    opened: bool

    @property
    def networks_equal(self) -> bool:
        return all(level.is_equal for level in self.levels)

    @property
    def is_equal(self) -> bool:
        return self.networks_equal and not self.settings

    @property
    def renamed(self) -> tuple[tuple[Pair, Level], ...]:
        """Equal nodes of another name. Of nodes in blocks that were opened the names say nothing."""
        pairs = ((pair, level) for level in self.levels for pair in level.pairs)
        return tuple(
            (pair, level)
            for pair, level in pairs
            if pair.is_renamed and not pair.changes and not (self.opened and "/" in pair.before.id + pair.after.id)
        )

    def counts(self) -> dict[str, int]:
        """Nodes by what became of them."""
        return {
            "equal": sum(not pair.changes for level in self.levels for pair in level.pairs),
            "changed": sum(len(level.changed) for level in self.levels),
            "added": sum(len(level.added) for level in self.levels),
            "gone": sum(len(level.gone) for level in self.levels),
        }


def difference(before: Document, after: Document) -> Difference:
    """What became of the one document in the other."""
    blocks = _Blocks(before, after)
    levels = (_level(before, after, "", blocks), *(_level(*two, _title(*two), blocks) for two in blocks.all()))
    settings = tuple(_settings(before, after))
    if (before.blocks or after.blocks) and not all(level.is_equal for level in levels):
        whole = opened(before), opened(after)
        level = _level(*whole, "", _Blocks(*whole))
        if _weight([level]) < _weight(levels):
            return Difference((level,), settings, opened=True)
    return Difference(levels, settings, opened=False)


def opened(document: Document) -> Document:
    """The network that a document stands for, without blocks: its nodes have their paths for ids and names."""
    graph, names = flat(document), labels(document)
    nodes = tuple(
        node.model_copy(
            update={
                "id": path,
                "label": names[path],
                "frozen": path in graph.frozen,
                "shares": graph.lenders.get(path, ""),
            }
        )
        for path, node in graph.nodes.items()
    )
    wires = tuple(
        Wire.model_construct(
            source=edge.source, source_port=edge.source_port, target=edge.target, target_port=edge.target_port
        )
        for edge in graph.edges
    )
    return document.model_copy(update={"nodes": nodes, "wires": wires, "blocks": ()})


def _weight(levels: Iterable[Level]) -> int:
    """How much there is to tell."""
    return sum(len(part) for one in levels for part in (one.changed, one.added, one.gone))


def _title(before: Block | None, after: Block | None) -> str:
    one = after or before
    return one.name if one else ""


# Blocks


class _Blocks:
    """Which block of the one document stands for which of the other: by id and name, by what is in it, by name."""

    def __init__(self, before: Document, after: Document) -> None:
        self.before, self.after = ({one.id: one for one in document.blocks} for document in (before, after))
        left, right = dict(self.before), dict(self.after)
        self.pairs: Pairs = {}
        for key in (_by_id, _by_content, lambda one: one.name, lambda one: one.id):
            found = _only_once(right.values(), key)
            for told, id in _only_once(left.values(), key).items():
                if told in found:
                    self.pairs[id] = found[told]
                    del left[id], right[found[told]]
        self._names = {there: f"pair {id}" for id, there in self.pairs.items()}

    def all(self) -> Iterator[tuple[Block | None, Block | None]]:
        """Every block of either, with its other where it has one."""
        ours = {there: id for id, there in self.pairs.items()}
        for id, block in self.after.items():
            yield self.before.get(ours.get(id, "")), block
        yield from ((block, None) for id, block in self.before.items() if id not in self.pairs)

    def named(self, id: object, *, ours: bool) -> object:
        """A block by a name that both documents have for it."""
        if ours:
            return f"pair {id}" if id in self.pairs else ("before", id)
        return self._names.get(str(id), ("after", id))

    def title(self, id: object, *, ours: bool) -> str:
        block = (self.before if ours else self.after).get(str(id))
        return block.name if block else "none"


def _by_id(block: Block) -> Hashable:
    return block.id, block.name


def _by_content(block: Block) -> Hashable:
    return tuple(sorted(Counter((node.kind, _params_told(node)) for node in block.nodes).items()))


def _only_once(blocks: Iterable[Block], key: Any) -> dict[Hashable, str]:
    found: dict[Hashable, list[str]] = defaultdict(list)
    for block in blocks:
        found[key(block)].append(block.id)
    return {told: ids[0] for told, ids in found.items() if len(ids) == 1}


# Nodes and wires


def _level(before: Part | None, after: Part | None, title: str, blocks: _Blocks) -> Level:
    ones, others = before.nodes if before else (), after.nodes if after else ()
    one = _graph(before, blocks, ours=True)
    other = _graph(after, blocks, ours=False)
    pairs = match(one, other)
    theirs, taken = {node.id: node for node in others}, {*pairs.values()}
    added, gone = lines_apart(one, other, pairs)
    return Level(
        _id(before),
        _id(after),
        title,
        tuple(_pair(node, theirs[pairs[node.id]], pairs, one, other, blocks) for node in ones if node.id in pairs),
        tuple(node for node in others if node.id not in taken),
        tuple(node for node in ones if node.id not in pairs),
        len(one.lines) - len(gone),
        tuple(_wires(after, added)),
        tuple(_wires(before, gone)),
    )


def _id(part: Part | None) -> str | None:
    return None if part is None else part.id if isinstance(part, Block) else ""


def _graph(part: Part | None, blocks: _Blocks, *, ours: bool) -> Graph:
    if part is None:
        return Graph({}, (), ())
    spots = {
        node.id: Spot(node.kind, _told(node, blocks.named(node.params.get("block"), ours=ours)), node.label)
        for node in part.nodes
    }
    return Graph(spots, [_line(wire) for wire in part.wires], _in_order(spots, part.wires))


def _in_order(ids: Iterable[str], wires: Iterable[Any]) -> list[str]:
    ids = [*ids]
    return [*dict.fromkeys((*before_circles(ids, wires), *ids))]


def _line(wire: Wire) -> Line:
    return wire.source, wire.source_port, wire.target, wire.target_port


def _wires(part: Part | None, lines: Sequence[Line]) -> Iterator[Wire]:
    """The wires of these lines, each once."""
    wanted = Counter(lines)
    for wire in reversed(part.wires if part else ()):
        if wanted[line := _line(wire)]:
            wanted[line] -= 1
            yield wire


def _told(node: Node, block: object = None) -> Hashable:
    """All that a node computes by: its parameters, whether it is trained, and whether its weights are another's."""
    return _params_told(node, block), node.frozen, bool(node.shares)


def _params_told(node: Node, block: object = None) -> str:
    params = {**node.params, "block": block} if node.kind == BlockUse.kind else node.params
    return repr(sorted(params.items(), key=lambda item: item[0]))


def _pair(before: Node, after: Node, pairs: Pairs, one: Graph, other: Graph, blocks: _Blocks) -> Pair:
    return Pair(before, after, tuple(_changes(before, after, pairs, one, other, blocks)))


def _changes(
    before: Node, after: Node, pairs: Pairs, one: Graph, other: Graph, blocks: _Blocks
) -> Iterator[Change]:  # fmt: skip
    if before.kind != after.kind:
        yield Change("operator", _of_kind(before.kind), _of_kind(after.kind))
    declared = KINDS[after.kind].parameters if after.kind in KINDS else {}
    for name in dict.fromkeys((*declared, *before.params, *after.params)):
        if before.kind != after.kind and not (name in before.params and name in after.params):
            continue
        parameter = declared.get(name)
        values = [node.params.get(name, parameter.default if parameter else None) for node in (before, after)]
        if (before.kind, after.kind, name) == (BlockUse.kind, BlockUse.kind, "block"):
            if blocks.named(values[0], ours=True) != blocks.named(values[1], ours=False):
                titles = blocks.title(values[0], ours=True), blocks.title(values[1], ours=False)
                yield Change("block", *titles)
        elif values[0] != values[1] or type(values[0]) is not type(values[1]):
            yield Change(_spaced(name), *(_said(value, parameter) for value in values))
    if before.frozen != after.frozen:
        yield Change("weights", *("frozen" if node.frozen else "trained" for node in (before, after)))
    if pairs.get(before.shares, before.shares and "gone") != after.shares:
        yield Change("weights of", *(node.shares or "its own" for node in (before, after)))
    yield from _reordered(before, after, pairs, one, other)


def _reordered(before: Node, after: Node, pairs: Pairs, one: Graph, other: Graph) -> Iterator[Change]:
    """Ports at which the same values come in, but in another order."""
    came, comes = _at_ports(one.into.get(before.id, ())), _at_ports(other.into.get(after.id, ()))
    for port, sources in came.items():
        mapped = [(pairs.get(source), given) for source, given in sources]
        if mapped != comes.get(port) and Counter(mapped) == Counter(comes.get(port, [])):
            orders = (
                ", ".join(graph.spots[source].label or source for source, _ in told)
                for graph, told in ((one, sources), (other, comes[port]))
            )
            yield Change(f"order at {port}", *orders)


def _at_ports(lines: Iterable[Line]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for source, given, _, port in lines:
        found[port].append((source, given))
    return found


# Settings


def _settings(before: Document, after: Document) -> Iterator[Change]:
    """Of data, parts, optimizer and training."""
    a, b = before.data, after.data
    sources = a.source, b.source
    titles = [source.title if source else data.name or "none" for source, data in zip(sources, (a, b), strict=True)]
    hashes = [data.description.hash if data.description else "" for data in (a, b)]
    if a.name != b.name or hashes[0] != hashes[1]:
        yield Change("data", *(f"{title} (another file)" if titles[0] == titles[1] and place else title
                               for place, title in enumerate(titles)))  # fmt: skip
    elif sources[0] and sources[1]:
        yield from _apart("data ", a.options, b.options, sources[0].parameters)
    yield from _apart("split ", a.split, b.split, Split.parameters)
    one, other = before.training, after.training
    if one.optimizer != other.optimizer:
        yield Change("optimizer", *(_of_optimizer(told.optimizer) for told in (one, other)))
    known = [OPTIMIZERS[told.optimizer].parameters for told in (one, other) if told.optimizer in OPTIMIZERS]
    both = {name: known[-1][name] for name in known[0] if all(name in one for one in known)} if known else {}
    yield from _apart("", one.options, other.options, both)
    yield from _apart("", one.settings, other.settings, Settings.parameters)


def _apart(
    prefix: str, before: Mapping[str, Any], after: Mapping[str, Any], declared: Mapping[str, Parameter[Any]]
) -> Iterator[Change]:
    for name, parameter in declared.items():
        values = [told.get(name, parameter.default) for told in (before, after)]
        if values[0] != values[1]:
            yield Change(f"{prefix}{_spaced(name)}", *(_said(value, parameter) for value in values))


def _of_optimizer(name: str) -> str:
    return OPTIMIZERS[name].title if name in OPTIMIZERS else name


def _of_kind(kind: str) -> str:
    return KINDS[kind].title if kind in KINDS else kind


def _said(value: Any, parameter: Parameter[Any] | None) -> str:
    if isinstance(value, str):
        return str(getattr(parameter, "choices", {}).get(value, value)) or "none"
    if value is None and (none := getattr(parameter, "none", "")):
        return str(none)
    return in_words(value)


def _spaced(name: str) -> str:
    return name.replace("_", " ")


# In words


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, and the node that it is about: in which of the two it stands, in which block, and its id; no id where
    it is about none."""

    text: str
    side: Side = "after"
    block: str = ""
    id: str = ""


def told(found: Difference) -> list[Told]:
    """All that differs, a sentence each; wires that follow from added and gone nodes go without saying. Names come
    last."""
    lines: list[Told] = []
    for level in found.levels:
        where, after, before = _where(level), level.after or "", level.before or ""
        for pair in level.changed:
            lines.append(Told(f"{pair.after.called}{where}: {_listed(pair.changes)}.", "after", after, pair.after.id))
        lines += [Told(f"{node.called} is added{where}.", "after", after, node.id) for node in level.added]
        lines += [Told(f"{node.called} is gone{where}.", "before", before, node.id) for node in level.gone]
        for how, wires in wires_told(level):
            side: Side = "after" if how == "added" else "before"
            block = after if how == "added" else before
            lines += [Told(f"{_wired(wire, level)} is {how}{where}.", side, block, wire.target) for wire in wires]
    lines += [Told(f"{_capital(change.words)}.") for change in found.settings]
    for pair, level in found.renamed:
        text = f"{pair.before.called}{_where(level)} is renamed to {pair.after.label!r}."
        lines.append(Told(text, "after", level.after or "", pair.after.id))
    return lines


def in_sentences(found: Difference) -> list[str]:
    """What `told` says."""
    return [line.text for line in told(found)]


def _where(level: Level) -> str:
    return f" in block {level.title!r}" if level.title else ""


def _listed(changes: Sequence[Change]) -> str:
    return ", ".join(change.words for change in changes)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _wired(wire: Wire, level: Level) -> str:
    nodes = {node.id: node.called for pair in level.pairs for node in (pair.before, pair.after)}
    return f"A wire from {nodes[wire.source]} to {nodes[wire.target]}"


def wires_told(level: Level) -> Iterator[tuple[Literal["added", "gone"], list[Wire]]]:
    """Wires, added and gone, between nodes that both have, but for those in whose way a node was put, or was before."""
    there = {pair.before.id: pair.after.id for pair in level.pairs}
    back = {pair.after.id: pair.before.id for pair in level.pairs}
    ways = _Ways(level.wires_added, {node.id for node in level.added})
    before = _Ways(level.wires_gone, {node.id for node in level.gone})
    yield "added", [wire for wire in level.wires_added if _between(wire, back, before)]
    yield "gone", [wire for wire in level.wires_gone if _between(wire, there, ways)]


def _between(wire: Wire, known: Mapping[str, str], ways: "_Ways") -> bool:
    ends = known.get(wire.source), known.get(wire.target)
    return None not in ends and ends[1] not in ways.ends(str(ends[0]))


@dataclass(frozen=True)
class _Ways:
    """Ways along wires through nodes of one side alone."""

    wires: Sequence[Wire]
    through: set[str]

    @cached_property
    def _goes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for wire in self.wires:
            found[wire.source].append(wire.target)
        return found

    def ends(self, start: str) -> set[str]:
        """Where one comes to from a node by at least one of `through`."""
        seen: set[str] = set()
        ahead = [id for id in self._goes.get(start, ()) if id in self.through]
        found: set[str] = set()
        for id in ahead:  # grows
            if id in seen:
                continue
            seen.add(id)
            targets = self._goes.get(id, ())
            ahead += [target for target in targets if target in self.through]
            found |= {target for target in targets if target not in self.through}
        return found


def as_json(found: Difference) -> dict[str, Any]:
    """The difference as JSON values."""

    def node(one: Node, level: Level) -> dict[str, Any]:
        return {"id": one.id, "kind": one.kind, "label": one.label, "block": level.title or None}

    def changed(pair: Pair, level: Level) -> dict[str, Any]:
        changes = [{"name": one.name, "before": one.before, "after": one.after} for one in pair.changes]
        return {**node(pair.after, level), "before": pair.before.id, "changes": changes}

    def wire(one: Wire, level: Level) -> dict[str, Any]:
        return {**one.model_dump(mode="json", by_alias=True, exclude={"again"}), "block": level.title or None}

    levels = found.levels
    return {
        "equal": found.is_equal,
        "networks_equal": found.networks_equal,
        "compute_the_same": found.networks_equal,
        "blocks_opened": found.opened,
        "counts": found.counts(),
        "changed": [changed(pair, level) for level in levels for pair in level.changed],
        "added": [node(one, level) for level in levels for one in level.added],
        "gone": [node(one, level) for level in levels for one in level.gone],
        "renamed": [
            {**node(pair.after, level), "before": pair.before.label}
            for level in levels
            for pair in level.pairs
            if pair.is_renamed
        ],
        "wires": {
            "equal": sum(level.wires for level in levels),
            "added": [wire(one, level) for level in levels for one in level.wires_added],
            "gone": [wire(one, level) for level in levels for one in level.wires_gone],
        },
        "settings": [{"name": one.name, "before": one.before, "after": one.after} for one in found.settings],
        "words": in_sentences(found),
    }
