"""Who comes next, and how long that takes.

The line is fair by address of the network, then by visitor, then by time: a new cookie costs nothing, so many of one
address share what one visitor of another address has alone. Trainings stand in one line, readings of a file, for which
somebody waits, in another, networks that answer questions in a third, and what else is short in a fourth. Who goes on
for long gives way to who has less, and waits for another turn. Runs of a group (trainings with the same parent) start
together and count as one.
"""

import heapq
import json
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.engine import Row

from graphbuilder.store import tables as t
from graphbuilder.store.limits import Limits

ACTIVE = ("queued", "starting", "running")
_REMEMBERED = 1000
"""So many turns back one still counts as having had one."""

TOGETHER = 8
"""Members of a group that go on at once, as one in the line; others follow as these end."""

_TYPICAL_OF = 20
_STARTING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Place:
    """number: in the line, from 1. seconds: about how long it is until the start; None where that cannot be told."""

    number: int
    seconds: float | None


Lane = Literal["train", "look", "inside", "short"]
LANES: tuple[Lane, ...] = ("look", "inside", "short", "train")
LOOKS = ("look", "import")
"""Kinds of jobs that read a file for somebody who waits, and need no Keras."""


def _in_lane(lane: Lane) -> ColumnElement[bool]:
    if lane in ("train", "inside"):
        return t.job.c.kind == lane
    return t.job.c.kind.in_(LOOKS) if lane == "look" else t.job.c.kind.not_in(("train", "inside", *LOOKS))


def line(db: Connection, lane: Lane) -> tuple[list[tuple[str, str]], list[str]]:
    """(id, owner) of the jobs that wait, in the order of starting: first whose address, and then whose owner, has
    fewest going or ahead; then whose turn is longest ago; then who came first. Nobody is overtaken when another's run
    ends. And the owner of each that goes on. A group of runs is one."""
    waiting, going = _in_order(db, lane)
    return [(row.id, row.owner) for row in waiting], [row.owner for row in going]


def places(db: Connection, limits: Limits) -> dict[str, Place]:
    """Where every job that waits stands."""
    found: dict[str, Place] = {}
    for lane in LANES:
        waiting, going = _in_order(db, lane)
        seconds = _starts(db, waiting, going, limits) if lane == "train" else [None] * len(waiting)
        found |= {row.id: Place(n, s) for n, (row, s) in enumerate(zip(waiting, seconds, strict=True), 1)}
    return found | {mate: found.get(first, Place(1, None)) for mate, first in _behind(db).items()}


def mate_to_start(db: Connection) -> str | None:
    """The next run that waits while others of its group go on, where fewer of them do than may."""
    rows = _grouped(db)
    going = Counter(row.parent for row in rows if row.state != "queued")
    ending = {row.parent for row in rows if row.state != "queued" and row.asked}
    waiting = (row for row in rows if row.state == "queued" and row.parent not in ending)
    return next((row.id for row in waiting if 0 < going[row.parent] < TOGETHER), None)


def _behind(db: Connection) -> dict[str, str]:
    """Of each run that does not stand in the line itself, the one of its group that does; empty where some go on."""
    first: dict[str, str] = {}
    rows = _grouped(db)
    going = {row.parent: "" for row in rows if row.state != "queued"}
    for row in rows:
        if row.state == "queued":
            first.setdefault(row.parent, going.get(row.parent, row.id))
    return {row.id: first[row.parent] for row in rows if row.state == "queued" and first[row.parent] != row.id}


def _grouped(db: Connection) -> Sequence["Row[Any]"]:
    """The trainings of groups that wait or go on, as they came."""
    columns = [t.job.c[name] for name in ("id", "parent", "state", "asked")]
    of_group = (t.job.c.kind == "train") & t.job.c.parent.is_not(None) & t.job.c.state.in_(ACTIVE)
    return db.execute(select(*columns).where(of_group).order_by(t.job.c.place)).all()


def to_give_way(db: Connection, long: Sequence[str], limits: Limits) -> str | None:
    """Which of the runs that have gone on for long, the longest of them first, is to give way to who is next: of those
    whose address has more going, or whose owner has where it is the same address, one of who has most. None where there
    is room, or nobody waits who has less."""
    waiting, going = _in_order(db, "train")
    owners, addresses = (Counter(getattr(row, by) for row in going) for by in ("owner", "address"))
    following = next((row for row in waiting if owners[row.owner] < limits.owner_running), None)
    if following is None or len(going) < limits.running:
        return None

    def has_more(row: "Row[Any]") -> bool:
        if row.address == following.address:
            return owners[row.owner] > owners[following.owner]
        return addresses[row.address] > addresses[following.address]

    more = {row.id: (addresses[row.address], owners[row.owner]) for row in going if has_more(row)}
    return max((id for id in long if id in more), key=lambda id: more[id], default=None)


def _in_order(db: Connection, lane: Lane) -> tuple[list["Row[Any]"], list["Row[Any]"]]:
    """Those that wait, in order, and those that go on."""
    kind = _in_lane(lane)
    columns = [t.job.c[name] for name in ("id", "owner", "address", "state", "place", "summary", "parent")]
    rows = db.execute(select(*columns).where(t.job.c.state.in_(ACTIVE), kind).order_by(t.job.c.place)).all()
    going = _one_of_each(row for row in rows if row.state != "queued")
    grouped = {row.parent for row in going if row.parent}
    waiting = _one_of_each(row for row in rows if row.state == "queued" and row.parent not in grouped)
    if len(waiting) < 2:
        return waiting, going
    turns = db.execute(
        select(t.job.c.owner, t.job.c.address, t.job.c.turn)
        .where(t.job.c.turn.is_not(None), kind)
        .order_by(t.job.c.turn.desc())
        .limit(_REMEMBERED)
    ).all()
    by_owner = _ranked(((row.owner, (row.place,), row) for row in waiting), going, turns, "owner")
    by_address = _ranked(((row.address, rank, row) for rank, row in by_owner), going, turns, "address")
    return [row for _, row in by_address], going


def _one_of_each(rows: Iterable["Row[Any]"]) -> list["Row[Any]"]:
    """Those of no group, and the first of each group."""
    found: dict[str, Row[Any]] = {}
    for row in rows:
        found.setdefault(row.parent or row.id, row)
    return list(found.values())


def _ranked(
    asking: Iterable[tuple[str | None, tuple[int, ...], "Row[Any]"]],
    going: Sequence["Row[Any]"],
    turns: Sequence[Any],
    by: str,
) -> list[tuple[tuple[int, ...], "Row[Any]"]]:
    """Those that ask, each behind as many as its owner or address has going or ahead of it; they come in the order of
    those that are alike in that."""
    ahead = Counter(getattr(row, by) for row in going)
    had = {getattr(row, by): row.turn for row in reversed(turns)}
    ranked = []
    for who, rank, row in asking:
        ranked.append(((ahead[who], had.get(who, 0), *rank), row))
        ahead[who] += 1
    return sorted(ranked, key=lambda one: one[0])


def _starts(
    db: Connection, waiting: Sequence["Row[Any]"], going: Sequence["Row[Any]"], limits: Limits
) -> list[float | None]:
    """In about how many seconds each of those in the line starts: those that go on take what their epochs took until
    now, and the rest as long as runs took lately. Whoever has as many going as they may waits for one of their own,
    which gives way to nobody's but others'."""
    typical = _typical(db)
    left = {row.id: _left(json.loads(row.summary), typical) for row in going}
    if None in left.values():
        return [None] * len(waiting)
    longest, turn = limits.run_minutes * 60.0, limits.turn_minutes * 60.0
    ends = {row.id: min(left[row.id] or 0.0, longest) for row in going}
    idle = [0.0] * (limits.running - len(going))
    free = heapq.nsmallest(limits.running, [*idle, *(min(end, turn) for end in ends.values())])
    own = {row.owner: [0.0] * limits.owner_running for row in (*waiting, *going)}
    for row in going:
        heapq.heappushpop(own[row.owner], ends[row.id])
    starts: list[float | None] = []
    for row in waiting:
        if not free or not own[row.owner]:
            starts.append(None)
            continue
        start = max(min(free), heapq.heappop(own[row.owner]))
        starts.append(start)
        free.remove(max(one for one in free if one <= start))  # what was free before stays so for those behind
        if typical is not None:
            free.append(start + min(typical, longest, turn))
            heapq.heappush(own[row.owner], start + min(typical, longest))
    return starts


def _left(summary: dict[str, Any], typical: float | None) -> float | None:
    """Seconds that a run still takes, at most: it may stop early."""
    epoch, epochs, seconds = (summary.get(name) for name in ("epoch", "epochs", "seconds"))
    if epoch and epochs and seconds:
        return max(0.1, float(seconds / epoch * (epochs - epoch)))
    return typical


def _typical(db: Connection) -> float | None:
    """Seconds that a run took lately, with its start."""
    ended = t.job.c.state.in_(("finished", "stopped", "diverged"))
    asked = select(t.job.c.summary).where(t.job.c.kind == "train", ended, t.job.c.turn.is_not(None))
    told = [json.loads(text) for text in db.scalars(asked.order_by(t.job.c.turn.desc()).limit(_TYPICAL_OF))]
    took: list[float] = [summary["seconds"] for summary in told if summary.get("seconds")]
    return float(statistics.median(took)) + _STARTING_SECONDS if took else None
