"""What is asked of the training host and what came of it: jobs with their records and files.

A job is a row with one writer at a time. The server asks, for a start or a stop; the host takes jobs up and says how
those ended that could not say it themselves; the job's own process tells everything else. A last state is written once.
"""

import json
import os
import secrets
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select, update

from graphbuilder.store import tables as t
from graphbuilder.store.access import theirs
from graphbuilder.store.clock import since
from graphbuilder.store.database import Database, Missing, StoreError

Kind = Literal["train", "evaluate", "prepare", "build"]
ACTIVE = ("queued", "starting", "running")
ENDED = ("finished", "stopped", "diverged", "failed", "killed", "lost")
AT_ONCE = 60
"""So many chunks are told one by one; who is further behind gets the digest."""

SILENT_SECONDS, STARTING_SECONDS = 5.0, 120.0
"""A host that gave no sign of life for so long is taken for lost, and one that starts, which takes long."""

WATCHING_SECONDS = 15.0
"""A server that could not write that it is there for so long can save nothing else either."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may go on at once."""

    running: int = 2
    owner_running: int = 1
    owner_queued: int = 2

    @classmethod
    def of_settings(cls) -> "Limits":
        """As GRAPHBUILDER_RUNNING, _OWNER_RUNNING and _OWNER_QUEUED say, else as many trainings as there are cores."""
        told = {name: os.environ.get(f"GRAPHBUILDER_{name.upper()}") for name in cls.__dataclass_fields__}
        usual = {"running": os.cpu_count() or 2}
        return cls(**{**usual, **{name: max(1, int(value)) for name, value in told.items() if value}})


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it stands. number: of the runs of its project, from 1. summary: what a list shows of it.

    parent: the job that it comes from.
    """

    id: str
    owner: str
    kind: Kind
    project: str | None
    number: int
    name: str
    state: str
    reason: str
    asked: str
    created: float
    began: float | None
    ended: float | None
    progress: float | None
    pid: int | None
    started: str | None
    tries: int
    summary: Mapping[str, Any]
    parent: str | None

    @property
    def active(self) -> bool:
        return self.state in ACTIVE

    @property
    def title(self) -> str:
        return self.name or f"run {self.number}"


COLUMNS = [t.job.c[name] for name in Job.__dataclass_fields__]


class Jobs(Database):
    """All jobs. What a visitor asks takes the visitor's id and refuses anybody else's job."""

    # Asked by visitors

    def ask(
        self,
        owner: str,
        kind: Kind,
        request: Mapping[str, Any],
        project: str | None = None,
        limits: Limits | None = None,
        *,
        parent: str | None = None,
        address: str | None = None,
    ) -> str:
        """A new job at the end of the queue; its id, of 128 random bits.

        parent: the job that it comes from, such as the run that is resumed. address: of the network, that it is asked
        from. Raises StoreError where the owner has as many waiting as `limits` allow.
        """
        id, packed = secrets.token_hex(16), zlib.compress(json.dumps(request).encode(), 3)
        with self.writing() as db:
            mine = select(func.count()).where(t.job.c.owner == owner, t.job.c.kind == kind)
            active = db.scalar(mine.where(t.job.c.state.in_(ACTIVE))) or 0
            if limits and active >= limits.owner_running + limits.owner_queued:
                raise StoreError(
                    f"You have {active} runs going or waiting, and more are not allowed at once. "
                    "Wait for one to end, or stop one."
                )
            of_project = select(func.max(t.job.c.number)).where(t.job.c.project == project, t.job.c.kind == kind)
            number = (db.scalar(of_project) or 0) + 1
            place = (db.scalar(select(func.max(t.job.c.place))) or 0) + 1
            db.execute(
                insert(t.job).values(
                    id=id, owner=owner, kind=kind, project=project, number=number, name="", request=packed,
                    state="queued", reason="", asked="", created=time.time(), tries=0, summary="{}",
                    parent=parent, address=address, place=place,
                )
            )  # fmt: skip
        return id

    def job(self, owner: str, id: str) -> Job:
        with self.reading() as db:
            return _own(db, owner, id)

    def runs(self, owner: str, project: str) -> list[Job]:
        """The trainings of a project, the newest first."""
        asked = select(*COLUMNS).where(
            t.job.c.owner == owner, t.job.c.project == project, t.job.c.kind == "train", t.job.c.deleted.is_(None)
        )
        with self.reading() as db:
            return [job_of(row) for row in db.execute(asked.order_by(t.job.c.number.desc()))]

    def pulse(self, owner: str, project: str) -> tuple[tuple[str, str, str], ...]:
        """What changes when a job of the project comes, goes on or ends."""
        asked = select(t.job.c.id, t.job.c.state, t.job.c.name).where(
            t.job.c.owner == owner, t.job.c.project == project, t.job.c.deleted.is_(None)
        )
        with self.reading() as db:
            return tuple((row.id, row.state, row.name) for row in db.execute(asked.order_by(t.job.c.place)))

    def test_of(self, run: Job) -> Job | None:
        """The newest job that looks, or looked, at the test part by this run's weights."""
        return self._newest("evaluate", run.project, "run", run.id)

    def build_of(self, owner: str, project: str, code: str) -> Job | None:
        """The newest job of a visitor that builds, or built, the untrained model of this code."""
        job = self._newest("build", project, "code", code)
        return job if job and job.owner == owner else None

    def _newest(self, kind: Kind, project: str | None, key: str, value: str) -> Job | None:
        asked = select(*COLUMNS, t.job.c.request).where(t.job.c.kind == kind, t.job.c.project == project)
        with self.reading() as db:
            for row in db.execute(asked.order_by(t.job.c.place.desc())):
                if json.loads(zlib.decompress(row.request))[key] == value:
                    return job_of(row)
        return None

    def request(self, id: str) -> dict[str, Any]:
        """What a job was asked to do."""
        with self.reading() as db:
            packed = db.scalar(select(t.job.c.request).where(t.job.c.id == id))
        if packed is None:
            raise Missing("There is no such run.")
        found: dict[str, Any] = json.loads(zlib.decompress(packed))
        return found

    def position(self, id: str) -> int | None:
        """The place in the queue, from 1; None for a job that waits no more."""
        with self.reading() as db:
            order = [job.id for job in queue(db)]
        return order.index(id) + 1 if id in order else None

    def stop(self, owner: str, id: str) -> None:
        """Asks a job to stop and to keep what it has; one that waits ends at once."""
        with self.writing() as db:
            job = _own(db, owner, id)
            if job.state == "queued":
                end(db, id, "stopped", "taken out of the queue before it began")
            elif job.active:
                db.execute(update(t.job).where(t.job.c.id == id, t.job.c.asked == "").values(asked="stop"))

    def stop_all(self, owner: str, project: str) -> None:
        """Stops whatever goes on or waits for a project."""
        for id, state, _ in self.pulse(owner, project):
            if state in ACTIVE:
                self.stop(owner, id)

    def rename(self, owner: str, id: str, name: str) -> None:
        with self.writing() as db:
            _own(db, owner, id)
            db.execute(update(t.job).where(t.job.c.id == id).values(name=" ".join(name.split())[:80]))

    def delete(self, owner: str, id: str) -> None:
        """Takes a job out of the list. Raises StoreError while it goes on."""
        with self.writing() as db:
            if _own(db, owner, id).active:
                raise StoreError("This run is still going. Stop it first.")
            db.execute(update(t.job).where(t.job.c.id == id).values(deleted=time.time()))

    def restore(self, owner: str, id: str) -> None:
        with self.writing() as db:
            _own(db, owner, id, also_deleted=True)
            db.execute(update(t.job).where(t.job.c.id == id).values(deleted=None))

    def news(self, owner: str, id: str, after: int) -> dict[str, Any]:
        """What happened behind the chunk `after`, as JSON values of a size that has a bound, however long the run.

        reset: the events tell all that happened, and replace what was told before.
        """
        with self.reading() as db:
            job = _own(db, owner, id)
            last = db.scalar(select(func.max(t.event.c.n)).where(t.event.c.job == id)) or 0
            reset = after > last or last - after > AT_ONCE
            events: list[Any] = []
            begin = after
            if reset:
                digest = db.execute(select(t.digest.c.n, t.digest.c.json).where(t.digest.c.job == id)).one_or_none()
                begin, events = (digest.n, json.loads(digest.json)) if digest else (0, [])
            chunks = select(t.event.c.json).where(t.event.c.job == id, t.event.c.n > begin, t.event.c.n <= last)
            for chunk in db.scalars(chunks.order_by(t.event.c.n)):
                events += json.loads(chunk)
            position = [one.id for one in queue(db)].index(id) + 1 if job.state == "queued" else None
            engine = _engine_state(db)
        return {
            "state": job.state,
            "asked": job.asked,
            "reason": job.reason or None,
            "position": position,
            "engine": engine,
            "last": last,
            "reset": reset,
            "events": events,
        }

    def artefacts(self, id: str) -> dict[str, str]:
        """The files of a job: paths below the store's folder, by name."""
        with self.reading() as db:
            rows = db.execute(select(t.artefact.c.name, t.artefact.c.path).where(t.artefact.c.job == id))
            return {row.name: row.path for row in rows}

    # The final test

    def tests(self, owner: str, data: str) -> int:
        here = (t.test_count.c.owner == owner) & (t.test_count.c.data == data)
        with self.reading() as db:
            return int(db.scalar(select(t.test_count.c.count).where(here)) or 0)

    # The engine

    def engine(self) -> str:
        """starting, ready or lost."""
        with self.reading() as db:
            return _engine_state(db)

    def server_silent(self) -> float:
        """For how many seconds no server wrote that it is there; 0 where none ever did."""
        with self.reading() as db:
            watched = db.scalar(select(t.engine.c.watched))
        return since(watched) if watched is not None else 0.0


def job_of(row: Any) -> Job:
    values = {name: row._mapping[name] for name in Job.__dataclass_fields__}
    return Job(**{**values, "summary": json.loads(row.summary)})


def _own(db: Connection, owner: str, id: str, also_deleted: bool = False) -> Job:
    return job_of(theirs(db, owner, t.job, id, also_deleted=also_deleted))


def queue(db: Connection) -> list[Job]:
    """Who waits, in the order of starting: first those with fewest runs going or ahead, then whose turn is longest ago,
    then who came first. Nobody is overtaken when another's run ends."""
    going = select(t.job.c.owner).where(t.job.c.state.in_(ACTIVE[1:]), t.job.c.kind == "train")
    turn: dict[str, int] = {}
    for owner in db.execute(going).scalars():
        turn[owner] = turn.get(owner, 0) + 1
    last = select(t.job.c.owner, func.max(t.job.c.began)).where(t.job.c.kind == "train").group_by(t.job.c.owner)
    had = {owner: began or 0.0 for owner, began in db.execute(last)}
    rows = db.execute(select(*COLUMNS).where(t.job.c.state == "queued").order_by(t.job.c.place))
    placed: list[tuple[int, float, int, Job]] = []
    for job in map(job_of, rows):
        placed.append((turn.get(job.owner, 0), had.get(job.owner, 0.0), len(placed), job))
        turn[job.owner] = turn.get(job.owner, 0) + 1
    return [job for *_, job in sorted(placed, key=lambda one: one[:3])]


def end(db: Connection, id: str, state: str, reason: str) -> bool:
    values = {"state": state, "reason": reason[:400], "ended": time.time()}
    done = db.execute(update(t.job).where(t.job.c.id == id, t.job.c.state.in_(ACTIVE)).values(**values))
    return done.rowcount > 0


def _engine_state(db: Connection) -> str:
    row = db.execute(select(t.engine)).one_or_none()
    if row is None:
        return "starting"
    patience = STARTING_SECONDS if row.state == "starting" else SILENT_SECONDS
    return "lost" if since(row.heard) > patience else str(row.state)
