"""Ablation: the network without each of some nodes, what fed a node feeding what read it, to see what each does."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from statistics import fmean

from graphbuilder import editing
from graphbuilder.checks import Report, check
from graphbuilder.document import Document
from graphbuilder.records.chance import mean_and_spread, welch
from graphbuilder.records.comparison import seedless

MOST_LOOKED = 60
"""Nodes that are tried at once: each takes a check of the network."""
MOST_RUNS = 40
"""Of one ablation."""


Ablated = tuple[str, tuple[int, ...]]
"""A node's title, empty for the whole network, and the places of the runs without it."""


@dataclass(frozen=True, slots=True)
class Bypass:
    """A node that may be taken out. why_not: in words, where the network could not be trained without it."""

    id: str
    title: str
    why_not: str = ""


def bypasses(report: Report, ids: Sequence[str] = ()) -> list[Bypass]:
    """What becomes of the network without each of its nodes; of these alone where they are given. Inputs, losses and
    nodes that join several values have no way around them, and are left out."""
    document = report.document
    came: dict[str, int] = {}
    for wire in document.wires:
        came[wire.target] = came.get(wire.target, 0) + 1
    feeds = {wire.source for wire in document.wires}
    nodes = [node for node in document.nodes if came.get(node.id) == 1 and node.id in feeds]
    nodes = [node for node in nodes if not ids or node.id in ids][:MOST_LOOKED]
    found = []
    for node in nodes:
        against = check(without(document, node.id)).against_training
        found.append(Bypass(node.id, node.called, against[0].text if against else ""))
    return found


def without(document: Document, id: str) -> Document:
    return editing.delete(document, [id], heal=True)


def ablations(document: Document, ids: Sequence[str], seeds: int) -> list[Document]:
    """The network without each of these nodes and as it is, each with as many seeds from its own on. The last is the
    network as it stands, with its own seed: the newest run is what is shown when all are trained. Raises ValueError for
    more than MOST_RUNS, or for none to take out."""
    count = (len(ids) + 1) * seeds
    if not ids:
        raise ValueError("Choose at least one node to take out.")
    if count > MOST_RUNS:
        raise ValueError(f"{count} networks are more than {MOST_RUNS}. Choose fewer nodes or seeds.")
    first = document.training.settings["seed"]
    variants = [*(without(document, id) for id in ids), document]
    return [editing.set_training(one, "seed", first + more) for more in reversed(range(seeds)) for one in variants]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. title: of the node that was taken out, empty for the whole network. runs: places of its
    runs. words: whether what it scores differs by more than chance from the whole network."""

    title: str
    runs: tuple[int, ...]
    score: str
    difference: float | None
    words: str


def ablated(documents: Sequence[Document]) -> list[Ablated]:
    """Of runs that were started together, the whole network and each that lacks a node. Empty where they are no
    ablation."""
    alike = [seedless(one) for one in documents]
    distinct = list({repr(one): one for one in alike}.values())
    whole = max(distinct, key=lambda one: len(one.nodes))
    titles = {}
    for one in distinct:
        gone = [node for node in whole.nodes if all(node.id != other.id for other in one.nodes)]
        if one is not whole and (len(gone) != 1 or without(whole, gone[0].id) != one):
            return []
        titles[repr(one)] = gone[0].called if gone else ""
    if len(distinct) < 2:
        return []
    ordered = sorted(titles, key=lambda key: (titles[key] != "", _place(whole, titles[key])))
    return [(titles[key], tuple(i for i, one in enumerate(alike) if repr(one) == key)) for key in ordered]


def _place(document: Document, title: str) -> int:
    return next((place for place, node in enumerate(document.nodes) if node.called == title), 0)


def table(members: Sequence[Ablated], scores: Sequence[float | None]) -> list[Row]:
    """scores: of each run, None where it has none yet."""
    values = [[score for place in places if (score := scores[place]) is not None] for _, places in members]
    whole = values[0]
    rows = []
    for (title, places), mine in zip(members, values, strict=True):
        told = mean_and_spread(mine) if mine else "–"
        apart = _apart(fmean(mine), fmean(whole)) if mine and whole and title else None
        rows.append(Row(title, places, told, apart, _words(whole, mine) if apart is not None else ""))
    return rows


def _apart(one: float, other: float) -> float:
    """What is due to the rounding of scores alone is no difference."""
    return 0.0 if isclose(one, other, rel_tol=1e-6, abs_tol=1e-9) else one - other


def _words(whole: Sequence[float], mine: Sequence[float]) -> str:
    found = welch(whole, mine)
    if found is None:
        return "one run: may be chance"
    return f"{'more than' if found.is_larger else 'within'} the spread (p = {found.p:.2g})"
