"""How a server is, for whoever runs it: jobs, visitors, disk and memory."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from graphbuilder.store import tables as t
from graphbuilder.store.disk import Usage, in_words, usage
from graphbuilder.store.jobs import COLUMNS, Job, Jobs, job_of
from graphbuilder.store.limits import Limits
from graphbuilder.store.line import ACTIVE, Place, places


@dataclass(frozen=True, slots=True)
class GoingJob:
    """A job that goes on or waits. number: its place in the line. since: of its state, in seconds since 1970. memory:
    bytes, None where there is no process."""

    id: str
    kind: str
    title: str
    state: str
    visitor: str
    address: str
    number: int | None
    wait: float | None
    since: float
    epoch: int | None
    epochs: int | None
    memory: int | None

    @property
    def memory_words(self) -> str:
        return "" if self.memory is None else in_words(self.memory)


@dataclass(frozen=True, slots=True)
class VisitorLine:
    """bytes: of what the visitor keeps. last: when something of his changed, in seconds since 1970."""

    id: str
    projects: int
    runs: int
    bytes: int
    last: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes of the machine, and of the training host."""

    free: int
    all: int
    host: int | None


@dataclass(frozen=True, slots=True)
class Overview:
    engine: str
    paused: bool
    jobs: tuple[GoingJob, ...]
    visitors: tuple[VisitorLine, ...]
    disk: Usage
    memory: Memory


def overview(jobs: Jobs, limits: Limits) -> Overview:
    """All of it, worked out now. visitors: who keeps most comes first."""
    used = usage(jobs)
    with jobs.reading() as db:
        where = places(db, limits)
        active = select(*COLUMNS, t.job.c.address).where(t.job.c.state.in_(ACTIVE)).order_by(t.job.c.place)
        going = tuple(_going(job_of(row), row.address or "", where) for row in db.execute(active))
        projects = {
            row.owner: row
            for row in db.execute(
                select(t.document.c.owner, func.count().label("n"), func.max(t.document.c.changed).label("last"))
                .where(t.document.c.deleted.is_(None))
                .group_by(t.document.c.owner)
            )
        }
        trained = select(t.job.c.owner).where(t.job.c.kind == "train", t.job.c.deleted.is_(None))
        runs = Counter(db.scalars(trained))
        host = db.scalar(select(t.engine.c.pid))
    visitors = [
        VisitorLine(
            id, projects[id].n if id in projects else 0, runs[id], used.owners.get(id, 0),
            projects[id].last if id in projects else 0.0,
        )
        for id in {*projects, *runs}
    ]  # fmt: skip
    visitors.sort(key=lambda one: (-one.bytes, one.id))
    free, all = _machine()
    engine, paused = jobs.engine(), jobs.is_paused()
    return Overview(engine, paused, going, tuple(visitors), used, Memory(free, all, resident(host) if host else None))


def resident(pid: int) -> int | None:
    """Bytes of memory that a process has, to itself or shared; None where there is no such process, or no telling."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmRSS")


def _going(job: Job, address: str, where: Mapping[str, Place]) -> GoingJob:
    place = where.get(job.id)
    return GoingJob(
        id=job.id,
        kind=job.kind,
        title=job.title,
        state=job.state,
        visitor=job.owner,
        address=address,
        number=place.number if place else None,
        wait=place.seconds if place else None,
        since=job.began or job.created,
        epoch=job.summary.get("epoch"),
        epochs=job.summary.get("epochs"),
        memory=resident(job.pid) if job.pid else None,
    )


def _machine() -> tuple[int, int]:
    told = Path("/proc/meminfo")
    return _kilobytes(told, "MemAvailable") or 0, _kilobytes(told, "MemTotal") or 0


def _kilobytes(path: Path, name: str) -> int | None:
    """The bytes that such a line of /proc tells of."""
    with suppress(OSError):
        for line in path.read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return None
