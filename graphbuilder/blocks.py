"""From a document with blocks to the one flat graph that it stands for.

Every use of a block becomes what is in it, as often as it is repeated, under ids that are paths: encoder/2/conv is the
node conv in the second time of the use encoder. Checks, plan and memory see the flat graph alone, so that a block costs
what its contents cost. A use that cannot be worked out, such as one of a block within itself, stays as it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from graphbuilder.document import MAX_NODES, Block, Document, Node, Wire
from graphbuilder.operators import KINDS
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput
from graphbuilder.shapes import whole

Port = tuple[str, str]
"""A node's id and one of its ports."""

Part = TypeVar("Part", Node, Wire)

MOST_NESTED = 12


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a block that was worked out.

    path: the id of the node that uses it, with what it lies in. block: which. called: the use, in messages. times: how
    often in a row. inputs, outputs: for each time, by port of the block, what comes in and what goes out; None where
    nothing is wired. is_shared: what is in it has the weights of another use, or of the first time.
    """

    path: str
    block: str
    called: str
    times: int
    inputs: tuple[Mapping[str, Port | None], ...]
    outputs: tuple[Mapping[str, Port | None], ...]
    is_shared: bool


@dataclass(frozen=True, slots=True)
class Flat:
    """nodes: by path, in the order in which they were made. order: as far as there is one, every node after those that
    it reads, and each time of a block in a row. uses: by path."""

    nodes: Mapping[str, Node]
    wires: tuple[Wire, ...]
    order: tuple[str, ...]
    uses: Mapping[str, Use] = field(default_factory=dict)


def flat(document: Document) -> Flat:
    """The graph that the document stands for."""
    if not document.blocks and not any(node.shares or node.kind == BlockUse.kind for node in document.nodes):
        nodes = {node.id: node for node in document.nodes}
        return Flat(nodes, document.wires, tuple(before_circles(nodes, document.wires)))
    return _Expansion(document).flat()


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


def before_circles(nodes: Iterable[str], wires: Iterable[Wire]) -> Iterator[str]:
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


@dataclass(slots=True, eq=False)
class _Level:
    """One time of a use, or the document itself. path: before the ids of its nodes. owner: the same of the level whose
    weights it has; its own where they are its own."""

    path: str
    owner: str
    nodes: Mapping[str, Node]
    wires: tuple[Wire, ...]
    frozen: bool
    parent: "_Level | None" = None
    use: str = ""
    before: "_Level | None" = None
    children: dict[str, list["_Level"]] = field(default_factory=dict)
    into: dict[str, list[Wire]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for wire in self.wires:
            self.into.setdefault(wire.target, []).append(wire)

    def first(self, id: str, port: str) -> Wire | None:
        """The wire into a port of one."""
        return next((wire for wire in self.into.get(id, ()) if wire.target_port == port), None)


class _Expansion:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.blocks: dict[str, Block] = {block.id: block for block in document.blocks}
        self._sizes: dict[str, int] = {}
        self.nodes: dict[str, Node] = {}
        self.wires: list[Wire] = []
        self.order: list[str] = []
        self.uses: dict[str, Use] = {}

    def flat(self) -> Flat:
        nodes = {node.id: node for node in self.document.nodes}
        top = _Level("", "", nodes, self.document.wires, False)
        self._open(top, ())
        self._keep(top)
        return Flat(self.nodes, tuple(self.wires), tuple(self.order), self.uses)

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
        for id, node in level.nodes.items():
            if node.kind != BlockUse.kind:
                continue
            block = self.blocks.get(str(node.params.get("block")))
            if block is None or self.fault(node, within) or self._is_out_of_bounds(node):
                continue
            use = BlockUse(node.params)
            size += use.repeat * self._size(block.id)
            if size > MAX_NODES:
                continue
            level.children[id] = self._times(level, node, use, block)
            for child in level.children[id]:
                self._open(child, (*within, block.id))

    def _times(self, level: _Level, node: Node, use: BlockUse, block: Block) -> list[_Level]:
        owner = level.nodes.get(node.shares)
        if owner is None or owner.params.get("block") != block.id:
            owner = node
        times: list[_Level] = []
        nodes = {one.id: one for one in block.nodes}
        for number in range(1, use.repeat + 1):
            part, of = (f"/{number}" if use.repeat > 1 else ""), 1 if use.shared else number
            own = f"/{of}" if BlockUse(owner.params).repeat > 1 else ""
            times.append(
                _Level(
                    f"{level.path}{node.id}{part}/",
                    f"{level.owner}{owner.id}{own}/",
                    nodes,
                    block.wires,
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
        in_order = dict.fromkeys(before_circles(level.nodes, level.wires))
        for id in (*in_order, *(id for id in level.nodes if id not in in_order)):
            if id in level.children:
                for child in level.children[id]:
                    self._keep(child)
                self._keep_use(level, id)
            elif level.nodes[id].kind not in (BlockInput.kind, BlockOutput.kind) or level.parent is None:
                self._keep_node(level, id, id in in_order)

    def _keep_node(self, level: _Level, id: str, in_order: bool) -> None:
        node, path = level.nodes[id], level.path + id
        owner = owner_of(node, level.nodes)
        shares = f"{level.owner}{owner.id}"
        update = {
            "id": path,
            "shares": "" if shares == path else shares,
            "frozen": level.frozen or owner.frozen,
            "params": owner.params if owner.kind == node.kind else node.params,
        }
        self.nodes[path] = node if level.parent is None and not node.shares else _copy(node, **update)
        if in_order:
            self.order.append(path)
        for wire in level.into.get(id, ()):
            source = self.source(level, wire.source, wire.source_port)
            if source:  # paths are no ids of a document, and nothing is held to their pattern in a copy
                self.wires.append(_copy(wire, source=source[0], source_port=source[1], target=path))

    def _keep_use(self, level: _Level, id: str) -> None:
        times, node = level.children[id], level.nodes[id]
        path = level.path + id
        self.uses[path] = Use(
            path,
            str(node.params["block"]),
            node.called,
            len(times),
            tuple({port: self.source(one, port, "out") for port in _ids(one, BlockInput)} for one in times),
            tuple({port: self._given(one, port) for port in _ids(one, BlockOutput)} for one in times),
            any(one.owner != one.path for one in times),
        )

    def _given(self, level: _Level, port: str) -> Port | None:
        wire = level.first(port, "in")
        return self.source(level, wire.source, wire.source_port) if wire else None

    def source(self, level: _Level, id: str, port: str) -> Port | None:
        """The node and port of the flat graph that gives what a port of a level gives; None where nothing is wired."""
        for _ in range(MAX_NODES):
            before, parent = level.before, level.parent
            if level.nodes[id].kind == BlockInput.kind and before is not None:
                place = _ids(level, BlockInput).index(id)
                level, wire = before, before.first(_ids(level, BlockOutput)[place], "in")
            elif level.nodes[id].kind == BlockInput.kind and parent is not None:
                level, wire = parent, parent.first(level.use, id)
            elif id in level.children:
                level = level.children[id][-1]
                wire = level.first(port, "in")
            else:
                return level.path + id, port
            if wire is None:
                return None
            id, port = wire.source, wire.source_port
        return None


def _ids(level: _Level, kind: type[BlockInput] | type[BlockOutput]) -> list[str]:
    return [node.id for node in level.nodes.values() if node.kind == kind.kind]


def _copy(part: Part, **update: object) -> Part:
    """What `model_copy` gives, in a third of the time, which is half of that of opening a block."""
    made = object.__new__(type(part))
    object.__setattr__(made, "__dict__", {**part.__dict__, **update})
    object.__setattr__(made, "__pydantic_fields_set__", part.__pydantic_fields_set__)
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made
