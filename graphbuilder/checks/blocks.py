"""Whether blocks can be opened, and layers shared."""

from collections.abc import Iterator

from graphbuilder.blocks import fault_of
from graphbuilder.checks.examined import Examined
from graphbuilder.diagnostics import Diagnostic, Fault, such_as
from graphbuilder.inference import Wiring
from graphbuilder.operators.block import Block, BlockInput, BlockOutput
from graphbuilder.repair import TakeOut, Unshare
from graphbuilder.shapes import Shape, show


class UnfitUse(Fault):
    """A block is used that is not there or uses itself, in which an Input or a Loss stands, that is repeated and
    has not as many inputs as outputs, or that stands for more operators than a network may have.

    why: what follows the name.
    """

    code = "E_BLOCK"
    title = "A block that cannot be opened"
    remedy = (
        "Take the use out, or mend the block: Input and Loss belong outside, and a block that is repeated"
        " needs as many inputs as outputs."
    )
    point = (
        "A block is a function made of layers. Repeated, what it gives is what it takes next, so there "
        "must be as many; one that called itself would never end."
    )
    example = such_as(
        who="Block 'encoder'", why="repeats 'Encoder', which needs as many inputs as outputs; it has 1 and 2."
    )
    who: str
    why: str

    @property
    def message(self) -> str:
        return f"{self.who} {self.why}"


def unfit_uses(examined: Examined) -> Iterator[Diagnostic]:
    document = examined.wired.document
    for id, use in examined.every(Block):
        if not any(parameter.fault(use.params[name]) for name, parameter in use.parameters.items()):
            why = fault_of(document, examined.wired.nodes[id]) or "stands for more operators than a network may have."
            yield UnfitUse(who=examined.called(id), why=why, nodes=(id,), repairs=(TakeOut(id),))
    for kind in (BlockInput, BlockOutput):
        for id, _ in examined.every(kind):
            who, why = examined.called(id), "stands outside of any block."
            yield UnfitUse(who=who, why=why, nodes=(id,), repairs=(TakeOut(id),))


class UnfitShare(Fault):
    """A node applies the layer of another one, which has to be there and of the same kind.

    other: the node whose layer is to be applied, None where it is not there.
    """

    code = "E_SHARED"
    title = "Weights that cannot be shared"
    remedy = "Give the node a layer of its own, or let it share with one of its kind that receives alike."
    point = (
        "To share weights is to say that two places see the same kind of thing, as the two arms of a "
        "siamese network do. One matrix has one number of columns, so as many features have to come in."
    )
    example = such_as(who="Linear 'right'", other="Convolution 'left'")
    who: str
    other: str | None
    fix = "Give it a layer of its own."

    @property
    def message(self) -> str:
        if self.other is None:
            return f"{self.who} shares the weights of a node that is not there."
        return f"{self.who} shares the weights of {self.other}, which is another operator."


def unfit_shares(examined: Examined) -> Iterator[Diagnostic]:
    document = examined.wired.document
    parts = [
        ("", {one.id: one for one in examined.drawn}),
        *((block.id, {one.id: one for one in block.nodes}) for block in document.blocks),
    ]
    for within, nodes in parts:
        for node in nodes.values():
            if not node.shares:
                continue
            other = nodes.get(node.shares)
            if other is None or other.kind != node.kind or other.params.get("block") != node.params.get("block"):
                marked = tuple(_first(examined.wired, within, node.id)) if within else (node.id,)
                repairs = tuple(Unshare(id) for id in marked)
                yield UnfitShare(who=node.called, other=other.called if other else None, nodes=marked, repairs=repairs)


def _first(wired: Wiring, block: str, id: str) -> Iterator[str]:
    """A node of a block where it is worked first; none where it is worked nowhere."""
    for path in wired.nodes:
        if path.endswith(f"/{id}") and wired.within(path)[-1].block == block:
            yield path
            return


class SharedShapes(Fault):
    """Weights that are shared are made for one number of features; both nodes have to receive as many.

    came, others: what comes into the node, and into the one whose weights it shares.
    """

    code = "E_SHARED"
    example = such_as(who="Linear 'right'", other="Linear 'left'", came=((32,),), others=((64,),))
    who: str
    other: str
    came: tuple[Shape, ...]
    others: tuple[Shape, ...]
    fix = "Make both inputs alike, or give it a layer of its own."

    @property
    def message(self) -> str:
        came, others = (", ".join(map(show, shapes)) for shapes in (self.came, self.others))
        return f"{self.who} shares the weights of {self.other}, which are made for {others}; received {came}."


def unfit_shapes_of_shares(examined: Examined) -> Iterator[Diagnostic]:
    for id, lender in examined.wired.lenders.items():
        own, others = examined.facts.get(id), examined.facts.get(lender)
        operator = examined.wired.operators[id]
        if own is None or others is None or operator is None:
            continue
        counted = [operator.counts(facts.inputs, facts.shape) for facts in (own, others)]
        weights = [(one.trainable, one.fixed) for one in counted]
        features = [[shape[-1:] for shape in facts.inputs] for facts in (own, others)]
        weighs = any(weights[0]) and not operator.is_picky  # of names, as many come as may be
        if weights[0] != weights[1] or (weighs and features[0] != features[1]):
            who, other = examined.called(id), examined.called(lender)
            yield SharedShapes(
                who=who,
                other=other,
                came=tuple(own.inputs),
                others=tuple(others.inputs),
                nodes=(id, lender),
                repairs=(Unshare(id),),
            )
