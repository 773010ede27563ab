"""What a screen shows at a time: the network itself, or what is in a block, as at the use that one came from.

A way names a level by the ids of the uses that lead to it (encoder/attention), and a place a node in one
(encoder/attention/dense). Of a use that is repeated, the first time is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from graphbuilder.blocks import Edge, Port, Use
from graphbuilder.checks import Report
from graphbuilder.document import Block, Document, Node, Wire
from graphbuilder.inference import Facts
from graphbuilder.operators import Operator
from graphbuilder.operators.block import Block as BlockUse
from graphbuilder.operators.block import BlockInput, BlockOutput
from graphbuilder.operators.operator import Counts
from graphbuilder.tensors import Inputs


@dataclass(frozen=True, eq=False)
class Level:
    """block: whose inside it is; "" for the network itself. before: what stands before the ids of its nodes in the flat
    graph; None in a block that could not be opened. use: the one that was opened."""

    report: Report
    way: str
    block: str
    nodes: Mapping[str, Node]
    wires: tuple[Wire, ...]
    before: str | None = ""
    use: Use | None = None

    @cached_property
    def operators(self) -> Mapping[str, Operator | None]:
        if not self.way:
            return self.report.drawn.operators
        return {id: node.operator for id, node in self.nodes.items()}

    @property
    def title(self) -> str:
        """What it is called."""
        return (self._blocks[self.block].name or "Block") if self.block else "Network"

    def place(self, id: str) -> str:
        return f"{self.way}/{id}" if self.way else id

    def path(self, id: str) -> str:
        """The node in the flat graph; its id alone where it is not there."""
        return f"{self.before or ''}{id}"

    def own(self, place: str) -> str | None:
        """The node here at which a place is told: itself, or the use that it lies in; None where it lies elsewhere."""
        if not self.way:
            return place.split("/", 1)[0]
        return place[len(self.way) + 1 :].split("/", 1)[0] if place.startswith(f"{self.way}/") else None

    def facts_of(self, id: str) -> Facts | None:
        """What is known of a node here; of what a block takes or gives, its shape at this use."""
        if self.before is None:
            return None
        return self._of_end(id) if self.use else self.report.facts_of(id)

    def _of_end(self, id: str) -> Facts | None:
        assert self.use
        ends = self.use.inputs if self.nodes[id].kind == BlockInput.kind else self.use.first
        if self.nodes[id].kind not in (BlockInput.kind, BlockOutput.kind):
            return self.report.facts_of(self.path(id))
        at = ends.get(id)
        given = self.report.facts.get(at[0]) if at else None
        if at is None or given is None:
            return None
        spec = given.outputs[at[1]]
        came = Inputs.of([("in", spec)] if self.nodes[id].kind == BlockOutput.kind else [])
        return Facts(came, {"out": spec}, spec.shape, Counts())

    def block_of(self, id: str) -> Block | None:
        """The block that a node uses."""
        return block_of(self.nodes[id], self._blocks)

    @cached_property
    def _blocks(self) -> Mapping[str, Block]:
        return {block.id: block for block in self.report.document.blocks}

    def port_titles(self, id: str) -> Mapping[str, str]:
        """What people call the ports of a use: the labels of what takes and gives values inside."""
        return titles_of(self.block_of(id))

    def edges_of(self, wire: Wire) -> list[Edge]:
        """The wires of the flat graph that one drawn here stands for: into a block those to what reads it inside, out
        of one those to what reads it outside. None in a block that could not be opened."""
        at = self._left_by(wire)
        if at is None or self.before is None:
            return []
        return [
            edge
            for edge in self.report.wired.out_of.get(at[0], ())
            if edge.source_port == at[1] and self._ends(wire, edge)
        ]

    def _left_by(self, wire: Wire) -> Port | None:
        """What the wire leaves, in the flat graph."""
        if self.use and self.nodes[wire.source].kind == BlockInput.kind:
            return self.use.inputs.get(wire.source)
        path = self.path(wire.source)
        use = self.report.wired.uses.get(path)
        return use.outputs.get(wire.source_port) if use else (path, wire.source_port)

    def _ends(self, wire: Wire, edge: Edge) -> bool:
        path = self.path(wire.target)
        if self.nodes[wire.target].kind == BlockOutput.kind:
            return not edge.target.startswith(self.before or "")
        if path in self.report.wired.uses:
            return edge.target.startswith(f"{path}/")
        return (edge.target, edge.target_port) == (path, wire.target_port)

    def probed(self, id: str) -> str:
        """The node of the flat graph whose values are looked at for this one in training: of a use, what it gives last;
        of what a block takes, what comes in."""
        path = self.path(id)
        use = self.report.wired.uses.get(path)
        ends: Mapping[str, Port | None] = use.outputs if use else {}
        if self.use and self.nodes[id].kind == BlockInput.kind:
            ends = {id: self.use.inputs.get(id)}
        if self.use and self.nodes[id].kind == BlockOutput.kind:
            ends = {id: self.use.first.get(id)}
        return next((at[0] for at in ends.values() if at), path)


def level(report: Report, way: str) -> Level:
    """The level at the end of a way, followed as far as it leads."""
    document = report.document
    found = Level(report, "", "", report.drawn.nodes, document.wires)
    blocks = {block.id: block for block in document.blocks}
    for id in filter(None, way.split("/")):
        block = block_of(found.nodes.get(id), blocks)
        if block is None or len(found.way) > MOST_LETTERS:
            break
        use = None if found.before is None else report.wired.uses.get(f"{found.before}{id}")
        before = f"{use.path}/{'1/' if use.times > 1 else ''}" if use else None
        nodes = {node.id: node for node in block.nodes}
        found = Level(report, found.place(id), block.id, nodes, block.wires, before, use)
    return found


MOST_LETTERS = 1_000
"""Of a way: blocks that use themselves could be gone into for ever."""


def block_of(node: Node | None, blocks: Mapping[str, Block]) -> Block | None:
    """The block that a node uses."""
    return blocks.get(str(node.params.get("block"))) if node and node.kind == BlockUse.kind else None


def titles_of(block: Block | None) -> dict[str, str]:
    """By port of a block what people call it."""
    ends = (BlockInput.kind, BlockOutput.kind)
    return {node.id: node.label for node in block.nodes if node.kind in ends and node.label} if block else {}


def uses_of(document: Document) -> dict[str, int]:
    """How many nodes use each block, wherever they stand."""
    count = dict.fromkeys((block.id for block in document.blocks), 0)
    for nodes in (document.nodes, *(block.nodes for block in document.blocks)):
        for node in nodes:
            if node.kind == BlockUse.kind and (id := str(node.params.get("block"))) in count:
                count[id] += 1
    return count


def held_by(document: Document) -> dict[str, list[str]]:
    """The blocks that lie in each block, however deep, and itself, which are those that cannot lie around it."""
    inner = {
        block.id: [str(node.params.get("block")) for node in block.nodes if node.kind == BlockUse.kind]
        for block in document.blocks
    }
    found: dict[str, list[str]] = {}
    for id in inner:
        held = {id: None}
        for one in (ahead := [id]):  # grows
            fresh = [other for other in inner.get(one, ()) if other not in held]
            held |= dict.fromkeys(fresh)
            ahead += fresh
        found[id] = [*held]
    return found


def way_to(document: Document, block: str) -> str | None:
    """The shortest way to a use of a block; "" for the network itself, None where nothing uses it."""
    blocks = {one.id: one for one in document.blocks}
    ways: dict[str, str] = {"": ""}
    for at, way in (ahead := [("", "")]):  # grows
        for node in blocks[at].nodes if at else document.nodes:
            inner = block_of(node, blocks)
            if inner and inner.id not in ways:
                ways[inner.id] = f"{way}/{node.id}" if way else node.id
                ahead.append((inner.id, ways[inner.id]))
    return ways.get(block)


def way_of_change(before: Document, after: Document, shown: str) -> str | None:
    """To which level what differs belongs, for a person who looks at `shown`; None where that shows it, or no level
    does."""
    were = {block.id: block for block in before.blocks}
    changed = ["" for one in (after,) if (one.nodes, one.wires) != (before.nodes, before.wires)]
    changed += [block.id for block in after.blocks if block.id in were and block != were[block.id]]
    blocks = {block.id: block for block in after.blocks}
    here, nodes = "", after.nodes
    for id in filter(None, shown.split("/")):
        block = block_of(next((node for node in nodes if node.id == id), None), blocks)
        if block is None:
            break
        here, nodes = block.id, block.nodes
    if here in changed or not changed:
        return None
    return next((way for id in changed if (way := way_to(after, id)) is not None), None)
