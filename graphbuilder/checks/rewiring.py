"""What might help where wires are wrong, missing or too many, the best first."""

from collections.abc import Sequence
from itertools import islice, pairwise

from graphbuilder.checks.examined import Examined
from graphbuilder.checks.loss_remedies import new_loss
from graphbuilder.checks.remedies import SEVERAL, Repairs
from graphbuilder.operators.fitting import ADD, CONCATENATE
from graphbuilder.repair import Connect, Cut, PutBefore, Repair, TakeOut

_LONGEST_BRANCH = 100
"""That is taken out as a whole."""


def of_circle(examined: Examined, way: Sequence[str]) -> Repairs:
    """Cut the wire that leads back to where the circle is entered, else another of its wires."""
    wired = examined.wired
    inside = set(way)
    wires = [*pairwise([*way, way[0]])]
    entered = [target for target in way if any(wire.source not in inside for wire in wired.into[target])]
    wires.sort(key=lambda wire: wire[1] not in entered[:1])
    return tuple(Cut(*wire) for wire in wires[: 2 * SEVERAL])


def of_too_many_wires(examined: Examined, id: str, sources: Sequence[str]) -> Repairs:
    """Add for branches that end alike, Concatenate for others, or one wire less."""
    first, *rest = (examined.wired.nodes[source] for source in sources)
    alike = all((one.kind, one.params) == (first.kind, first.params) for one in rest)
    kinds = (ADD, CONCATENATE) if alike else (CONCATENATE, ADD)
    return (*(PutBefore(kind, node=id) for kind in kinds), Cut(sources[-1], id))


def of_no_wire(examined: Examined, id: str) -> Repairs:
    """It is wired in where it was dropped, or an end that leads nowhere is wired to it, or it is deleted, or an Input
    feeds it."""
    return (
        *_dropped(examined, id),
        *_from_ends(examined, id),
        TakeOut(id),
        *(Connect(source, id) for source in examined.entrances[:2]),
    )


def _dropped(examined: Examined, id: str) -> list[Repair]:
    """For a node without any wire: between an end and what lacks an input, or else into the wire of a Loss. For what
    lacks an input: the wires of such a node that lies before it."""
    fed = [*islice(examined.fed, 1)]
    if id not in examined.loose:
        return [(Connect(end, one), Connect(one, id)) for end in fed for one in islice(examined.loose, SEVERAL)]
    lacking = next((one for one in examined.losses if one in examined.lacking), None)
    if fed and lacking:
        return [(Connect(fed[0], id), Connect(id, lacking))]
    into = (wire for loss in examined.losses for wire in examined.wired.into[loss])
    ways = ((wire.source, wire.target) for wire in islice(into, 0 if fed else SEVERAL))
    return [(Cut(*way), Connect(way[0], id), Connect(id, way[1])) for way in ways]


def of_too_few_wires(examined: Examined, id: str) -> Repairs:
    return (*_from_ends(examined, id), TakeOut(id))


def _from_ends(examined: Examined, id: str) -> Sequence[Repair]:
    return [Connect(end, id) for end in examined.ends[:SEVERAL] if end != id][:2]


def of_loose_end(examined: Examined, id: str) -> Repairs:
    """It is wired to what lacks an input, or to the Loss that reads what stands before it, or taken out with the branch
    that leads to it alone, or given a Loss."""
    wired = examined.wired
    branch = [id]
    while (
        len(branch) <= _LONGEST_BRANCH
        and len(above := wired.into[branch[-1]]) == 1
        and len(wired.out_of[above[0].source]) == 1
    ):
        branch.append(above[0].source)
    alone = [tuple(TakeOut(node) for node in branch)] if len(branch) <= _LONGEST_BRANCH else []
    lacking: list[Repair] = [Connect(id, other) for other in islice(examined.lacking, SEVERAL) if other != id]
    early = examined.read_early.get(id)
    on = [(Cut(early.source, early.target), Connect(id, early.target))] if early else []
    return (*lacking[:2], *on, *alone, *(new_loss(examined, id) if wired.into[id] else ()))
