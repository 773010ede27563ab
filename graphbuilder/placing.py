"""Where the cards of a network stand that came without places."""

from collections.abc import Sequence

from graphbuilder.document import Document, Node, Wire
from graphbuilder.layout import Places, Wires, laid_out
from graphbuilder.places import CARD

MOST_PLACED = 1_200
"""Nodes that are placed with care, which takes longer by far for more; those of larger ones stand in rows, in the order
of the file, until somebody tidies them."""
_LEAST_IN_A_ROW, _BROAD = 12, 2.0
"""How many of them, and how many times as broad as high all rows are, as a screen is: a strip would be seen in part."""


def places_of(ids: Sequence[str], wires: Wires, count: int) -> Places:
    """The upper left corner of each card of one graph. count: how many nodes all graphs of the document have."""
    if count <= MOST_PLACED:
        return laid_out(ids, wires)
    across, down = 5 * CARD[0] // 4, 2 * CARD[1]
    columns = max(_LEAST_IN_A_ROW, round((len(ids) * _BROAD * down / across) ** 0.5))
    rows = (divmod(place, columns) for place in range(len(ids)))
    return {id: (column * across, row * down) for id, (row, column) in zip(ids, rows, strict=True)}


def placed(document: Document) -> Document:
    """The document, with each graph laid out whose cards all stand in one place, as a program writes them that leaves
    places out."""
    count = len(document.nodes) + sum(len(block.nodes) for block in document.blocks)
    blocks = tuple(
        block.model_copy(update={"nodes": _placed(block.nodes, block.wires, count)}) for block in document.blocks
    )
    nodes = _placed(document.nodes, document.wires, count)
    return document.model_copy(update={"nodes": nodes, "blocks": blocks})


def _placed(nodes: tuple[Node, ...], wires: Sequence[Wire], count: int) -> tuple[Node, ...]:
    if len(nodes) < 2 or len({node.position for node in nodes}) > 1:
        return nodes
    places = places_of([node.id for node in nodes], [(wire.source, wire.target) for wire in wires], count)
    return tuple(node.model_copy(update={"position": places[node.id]}) for node in nodes)
