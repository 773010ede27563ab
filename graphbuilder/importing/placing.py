"""Where the nodes of an imported network stand, until somebody tidies them."""

from collections.abc import Sequence

from graphbuilder.importing.settings import Raw
from graphbuilder.places import CARD, GRID

_COLUMN, _ROW = CARD[0] + 2 * GRID, CARD[1] + 3 * GRID


def put_in_columns(nodes: Sequence[Raw], wires: Sequence[Raw]) -> None:
    """Puts each node a column behind the last that it reads, in the row of the first, as far as that is free."""
    readers: dict[str, list[str]] = {node["id"]: [] for node in nodes}
    waiting = dict.fromkeys(readers, 0)
    before: dict[str, list[str]] = {node["id"]: [] for node in nodes}
    for wire in wires:
        readers[wire["from"]].append(wire["to"])
        before[wire["to"]].append(wire["from"])
        waiting[wire["to"]] += 1
    column: dict[str, int] = {}
    ready = [id for id, count in waiting.items() if not count]
    for id in ready:  # grows
        column[id] = 1 + max((column[one] for one in before[id]), default=-1)
        for reader in readers[id]:
            waiting[reader] -= 1
            if not waiting[reader]:
                ready.append(reader)
    row: dict[str, int] = {}
    taken: dict[int, set[int]] = {}
    lowest: dict[int, int] = {}
    by_id = {node["id"]: node for node in nodes}
    for id in ready:
        here = taken.setdefault(column[id], set())
        wanted = row[before[id][0]] if before[id] else 0
        if wanted in here:
            wanted = lowest[column[id]] + 1
        lowest[column[id]] = max(wanted, lowest.get(column[id], 0))
        here.add(wanted)
        row[id] = wanted
        by_id[id]["position"] = [column[id] * _COLUMN, wanted * _ROW]
