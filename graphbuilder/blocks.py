"""From a document with blocks to the one flat graph that it stands for.

Every use of a block becomes what is in it, as often as it is repeated, under ids that are paths: encoder/2/conv is the
node conv in the second time of the use encoder. Checks, plan and memory see the flat graph alone, so that a block costs
what its contents cost. A use that cannot be worked out, such as one of a block within itself, stays as it is.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from graphbuilder.document import MAX_NODES, Block, Document, Node, Wire
from graphbuilder.operators import KINDS
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput
from graphbuilder.shapes import whole

Port = tuple[str, str]
"""A node's id and one of its ports."""

MOST_NESTED = 12


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a block that was worked out.

    path: the id of the node that uses it, with what it lies in. block: which. called: the use, in messages. times: how
    often in a row. inputs: by port of the block, what comes in the first time; None where nothing is wired. first,
    outputs: what goes out the first time, and the last. is_shared: what is in it has the weights of another use, or of
    the first time.
    """

    path: str
    block: str
    called: str
    times: int
    inputs: Mapping[str, Port | None]
    first: Mapping[str, Port | None]
    outputs: Mapping[str, Port | None]
    is_shared: bool


class Edge(NamedTuple):
    """A wire of the flat graph, between paths."""

    source: str
    source_port: str
    target: str
    target_port: str


def key_of(edge: Edge) -> str:
    """The wire's name, as the canvas has it."""
    return f"{edge.source}.{edge.source_port}>{edge.target}.{edge.target_port}"


@dataclass(frozen=True, slots=True)
class Flat:
    """nodes: by path, in the order in which they were made, as they are drawn: of a block those of every time are the
    same. order: as far as there is one, every node after those that it reads, and each time of a block in a row.
    lenders: by path, the node whose weights another applies. frozen: nodes whose weights training leaves as they are,
    by themselves or by a block that they lie in. uses: by path."""

    nodes: Mapping[str, Node]
    edges: Sequence[Edge]
    order: Sequence[str]
    lenders: Mapping[str, str] = field(default_factory=dict)
    frozen: Collection[str] = frozenset()
    uses: Mapping[str, Use] = field(default_factory=dict)


def flat(document: Document) -> Flat:
    """The graph that the document stands for."""
    if not document.blocks and not any(node.shares or node.kind == BlockUse.kind for node in document.nodes):
        return as_drawn(document)
    return _Expansion(document).flat()


def as_drawn(document: Document) -> Flat:
    """The graph with its blocks closed."""
    nodes = {node.id: node for node in document.nodes}
    edges = [*map(_edge, document.wires)]
    frozen = {node.id for node in document.nodes if node.frozen}
    return Flat(nodes, edges, [*before_circles(nodes, edges)], frozen=frozen)


def _edge(wire: Wire) -> Edge:
    return Edge(wire.source, wire.source_port, wire.target, wire.target_port)


def labels(document: Document) -> dict[str, str]:
    """What people call each node of the flat graph, by path: of one in a block, with the uses that it lies in."""
    opened = flat(document)
    drawn = {node.id: node.label for node in document.nodes}
    found: dict[str, str] = {}
    for path, node in opened.nodes.items():
        first, *rest = path.split("/")
        found[path] = "/".join([drawn.get(first) or first, *rest[:-1], node.label or rest[-1]]) if rest else node.label
    return found


def fault_of(document: Document, node: Node) -> str | None:
    """Why this use of a block cannot be worked out, in words that follow "Block 'label' "; None where it can be."""
    return _Expansion(document).fault(node, ())


def stands(node: Node) -> str:
    """Where a node of its kind may be: anywhere, outside of blocks alone, or inside."""
    known = KINDS.get(node.kind)
    return known.stands if known else "anywhere"


def ways(document: Document) -> dict[str, str]:
    """The uses that lead to each block first, as a place: "" for the network itself. A block that nothing uses has
    none."""
    blocks = {block.id: block for block in document.blocks}
    found, ahead = {"": ""}, [(document.nodes, "")]
    for nodes, way in ahead:  # grows
        for node in nodes:
            block = blocks.get(str(node.params.get("block"))) if node.kind == BlockUse.kind else None
            if block and block.id not in found:
                found[block.id] = f"{way}{node.id}"
                ahead.append((block.nodes, f"{way}{node.id}/"))
    return found


def stands_at(document: Document, place: str) -> bool:
    """Whether a node is there: a place is a path without the numbers of times."""
    blocks = {block.id: block for block in document.blocks}
    nodes = document.nodes
    for step in place.split("/"):
        node = next((one for one in nodes if one.id == step), None)
        if node is None:
            return False
        block = blocks.get(str(node.params.get("block"))) if node.kind == BlockUse.kind else None
        nodes = block.nodes if block else ()
    return True


def place_now(document: Document, place: str, moved: Mapping[str, str]) -> str:
    """Where a node that once stood at a place is now, "" where it is gone. moved: by its place, the path of each that
    may have gone into a block meanwhile."""
    if not place or stands_at(document, place):
        return place
    try:
        block, id = home(document, moved[place])
        return f"{ways(document)[block]}/{id}"
    except KeyError:
        return ""


def home(document: Document, path: str) -> Port:
    """The block that a node of the flat graph is drawn in, "" for the document itself, and its id there. Raises
    KeyError where the path leads to none."""
    blocks = {block.id: block for block in document.blocks}
    steps, within, nodes = path.split("/"), "", document.nodes
    while True:
        node = next((one for one in nodes if one.id == steps[0]), None)
        if node is None:
            raise KeyError(path)
        if len(steps) == 1:
            return within, node.id
        block = blocks[str(node.params["block"])]
        steps = steps[1 + (BlockUse(node.params).repeat > 1) :]
        within, nodes = block.id, block.nodes


def owner_of(node: Node, nodes: Mapping[str, Node]) -> Node:
    """The node whose layer a node applies: itself, or the end of the row of nodes that it shares with."""
    seen = {node.id}
    while node.shares and node.shares in nodes and node.shares not in seen:
        node = nodes[node.shares]
        seen.add(node.id)
    return node


def _as_owned(node: Node, nodes: Mapping[str, Node]) -> Node:
    """A node that applies the layer of another one, with the parameters of that one."""
    if not node.shares:
        return node
    owner = owner_of(node, nodes)
    shares = owner.id if owner is not node else ""
    params = owner.params if owner.kind == node.kind else node.params
    return node.model_copy(update={"shares": shares, "params": params, "frozen": owner.frozen})


def before_circles(nodes: Iterable[str], wires: Iterable[Wire | Edge]) -> Iterator[str]:
    """Ids in an order of work (Kahn, 1962), as far as there is one; among equals, in the order they were made."""
    ids = tuple(nodes)
    readers: dict[str, dict[str, None]] = {id: {} for id in ids}
    for wire in wires:
        readers[wire.source][wire.target] = None
    waiting = dict.fromkeys(ids, 0)
    for each in readers.values():
        for reader in each:
            waiting[reader] += 1
    ready = [id for id in ids if waiting[id] == 0]
    for id in ready:  # grows
        yield id
        for reader in readers[id]:
            waiting[reader] -= 1
            if waiting[reader] == 0:
                ready.append(reader)


class _Drawn:
    """Nodes and wires of a block, or of the document itself, read once for all times that they are used.

    nodes: those that share weights have the parameters of whose they are, and name it. order: every id, in an order of
    work as far as there is one; `circular` are the rest. entries, exits: ids of the inputs and outputs of a block;
    inner: the others, in order. through: ids whose values are made elsewhere, outside of the block or in another one.
    """

    def __init__(self, nodes: Iterable[Node], wires: Sequence[Wire]) -> None:
        by_id = {node.id: node for node in nodes}
        self.nodes = {id: _as_owned(node, by_id) for id, node in by_id.items()}
        self.into: dict[str, list[Edge]] = {id: [] for id in self.nodes}
        for wire in wires:
            self.into[wire.target].append(_edge(wire))
        in_order = dict.fromkeys(before_circles(self.nodes, wires))
        self.circular = {id: None for id in self.nodes if id not in in_order}
        self.order = (*in_order, *self.circular)
        self.entries = [id for id, node in self.nodes.items() if node.kind == BlockInput.kind]
        self.exits = [id for id, node in self.nodes.items() if node.kind == BlockOutput.kind]
        self.inner = [id for id in self.order if id not in {*self.entries, *self.exits}]
        self.uses = [node for node in self.nodes.values() if node.kind == BlockUse.kind]
        self.through = {*self.entries, *(node.id for node in self.uses)}

    def first(self, id: str, port: str) -> Edge | None:
        """The wire into a port of one."""
        return next((wire for wire in self.into[id] if wire.target_port == port), None)


@dataclass(slots=True, eq=False)
class _Level:
    """One time of a use, or the document itself. path: before the ids of its nodes. owner: the same of the level whose
    weights it has; its own where they are its own."""

    path: str
    owner: str
    drawn: _Drawn
    frozen: bool
    parent: "_Level | None" = None
    use: str = ""
    before: "_Level | None" = None
    children: dict[str, list["_Level"]] = field(default_factory=dict)


class _Expansion:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.blocks: dict[str, Block] = {block.id: block for block in document.blocks}
        self._sizes: dict[str, int] = {}
        self._drawn: dict[str, _Drawn] = {}
        self.nodes: dict[str, Node] = {}
        self.edges: list[Edge] = []
        self.order: list[str] = []
        self.lenders: dict[str, str] = {}
        self.frozen: set[str] = set()
        self.uses: dict[str, Use] = {}

    def flat(self) -> Flat:
        top = _Level("", "", _Drawn(self.document.nodes, self.document.wires), False)
        self._open(top, ())
        self._keep(top)
        return Flat(self.nodes, self.edges, self.order, self.lenders, self.frozen, self.uses)

    # Whether a use can be worked out

    def fault(self, node: Node, within: tuple[str, ...]) -> str | None:
        id = str(node.params.get("block"))
        block, use = self.blocks.get(id), BlockUse(node.params)
        if block is None:
            return "uses a block that is not there."
        if id in within or self._is_within(id, id):
            return f"uses {block.name!r}, which uses itself."
        if any(parameter.fault(node.params[name]) for name, parameter in use.parameters.items()):
            return None  # told of as any parameter is
        inputs, outputs = block.ids(BlockInput), block.ids(BlockOutput)
        if use.repeat > 1 and len(inputs) != len(outputs):
            counts = f"{len(inputs)} and {len(outputs)}"
            return f"repeats {block.name!r}, which needs as many inputs as outputs; it has {counts}."
        misplaced = next((one for one in block.nodes if stands(one) == "outside"), None)
        if misplaced:
            return f"uses {block.name!r}, in which {misplaced.called} stands: it belongs outside."
        count = use.repeat * self._size(id)
        if count > MAX_NODES:
            return f"stands for {whole(count)} operators, and {whole(MAX_NODES)} are allowed in all."
        if len(within) >= MOST_NESTED:
            return f"lies in {len(within)} blocks, and {MOST_NESTED} are allowed."
        return None

    def _is_within(self, inner: str, outer: str) -> bool:
        ahead, seen = [outer], {outer}
        while ahead:
            block = self.blocks.get(ahead.pop())
            for node in block.nodes if block else ():
                used = str(node.params.get("block")) if node.kind == BlockUse.kind else None
                if used == inner:
                    return True
                if used is not None and used not in seen:
                    seen.add(used)
                    ahead.append(used)
        return False

    def _size(self, id: str) -> int:
        """Operators that a block stands for; of one that is not there or uses itself, none."""
        if id not in self._sizes:
            self._sizes[id] = 0
            block = self.blocks.get(id)
            for node in block.nodes if block else ():
                uses = node.kind == BlockUse.kind
                times = BlockUse(node.params).repeat if uses else 1
                self._sizes[id] += times * (self._size(str(node.params.get("block"))) if uses else 1)
        return self._sizes[id]

    # Levels

    def _open(self, level: _Level, within: tuple[str, ...]) -> None:
        """Makes the levels of all uses in this one."""
        size = len(self.nodes)
        for node in level.drawn.uses:
            block = self.blocks.get(str(node.params.get("block")))
            if block is None or self.fault(node, within) or self._is_out_of_bounds(node):
                continue
            use = BlockUse(node.params)
            size += use.repeat * self._size(block.id)
            if size > MAX_NODES:
                continue
            level.children[node.id] = self._times(level, node, use, block)
            for child in level.children[node.id]:
                self._open(child, (*within, block.id))

    def _times(self, level: _Level, node: Node, use: BlockUse, block: Block) -> list[_Level]:
        owner = level.drawn.nodes.get(node.shares)
        if owner is None or owner.params.get("block") != block.id:
            owner = node
        times: list[_Level] = []
        if block.id not in self._drawn:
            self._drawn[block.id] = _Drawn(block.nodes, block.wires)
        for number in range(1, use.repeat + 1):
            part, of = (f"/{number}" if use.repeat > 1 else ""), 1 if use.shared else number
            own = f"/{of}" if BlockUse(owner.params).repeat > 1 else ""
            times.append(
                _Level(
                    f"{level.path}{node.id}{part}/",
                    f"{level.owner}{owner.id}{own}/",
                    self._drawn[block.id],
                    level.frozen or owner.frozen,
                    parent=level,
                    use=node.id,
                    before=times[-1] if times else None,
                )
            )
        return times

    @staticmethod
    def _is_out_of_bounds(node: Node) -> bool:
        return any(one.fault(node.params[name]) for name, one in BlockUse(node.params).parameters.items())

    # What comes of them

    def _keep(self, level: _Level) -> None:
        """Nodes and wires of a level and of all in it, in an order of work."""
        drawn, owner = level.drawn, level.owner if level.owner != level.path else None
        for id in drawn.inner if level.parent else drawn.order:
            if id in level.children:
                for child in level.children[id]:
                    self._keep(child)
                self._keep_use(level, id)
                continue
            node, path = drawn.nodes[id], level.path + id
            self.nodes[path] = node
            if id not in drawn.circular:
                self.order.append(path)
            if node.shares or owner is not None:
                self.lenders[path] = level.owner + (node.shares or id)
            if node.frozen or level.frozen:
                self.frozen.add(path)
            for source, given, _, port in drawn.into[id]:
                if source not in drawn.through:
                    self.edges.append(Edge(level.path + source, given, path, port))
                elif at := self.source(level, source, given):
                    self.edges.append(Edge(*at, path, port))

    def _keep_use(self, level: _Level, id: str) -> None:
        times, node = level.children[id], level.drawn.nodes[id]
        path = level.path + id
        self.uses[path] = Use(
            path,
            str(node.params["block"]),
            node.called,
            len(times),
            {port: self.source(times[0], port, "out") for port in times[0].drawn.entries},
            {port: self._given(times[0], port) for port in times[0].drawn.exits},
            {port: self._given(times[-1], port) for port in times[-1].drawn.exits},
            any(one.owner != one.path for one in times),
        )

    def _given(self, level: _Level, port: str) -> Port | None:
        wire = level.drawn.first(port, "in")
        return self.source(level, wire.source, wire.source_port) if wire else None

    def source(self, level: _Level, id: str, port: str) -> Port | None:
        """The node and port of the flat graph that gives what a port of a level gives; None where nothing is wired."""
        for _ in range(MAX_NODES):
            before, parent, drawn = level.before, level.parent, level.drawn
            if id not in drawn.through:
                return level.path + id, port
            if drawn.nodes[id].kind == BlockInput.kind and before is not None:
                place = drawn.entries.index(id)
                level, wire = before, drawn.first(drawn.exits[place], "in")
            elif drawn.nodes[id].kind == BlockInput.kind and parent is not None:
                level, wire = parent, parent.drawn.first(level.use, id)
            elif id in level.children:
                level = level.children[id][-1]
                wire = level.drawn.first(port, "in")
            else:
                return level.path + id, port
            if wire is None:
                return None
            id, port = wire.source, wire.source_port
        return None
