"""What is asked of the training host and what came of it: jobs with their records and files.

A job is a row with one writer at a time. The server asks, for a start or a stop; the host takes jobs up and says how
those ended that could not say it themselves; the job's own process tells everything else. A last state is written once.
"""

import json
import math
import secrets
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update

from graphbuilder.store import clock
from graphbuilder.store import tables as t
from graphbuilder.store.access import OPERATOR, theirs
from graphbuilder.store.database import Database, Missing, NotYours, StoreError
from graphbuilder.store.disk import LAST_STATE, has_no_room, refuse_if_full
from graphbuilder.store.limits import Limits
from graphbuilder.store.line import ACTIVE, Place, places
from graphbuilder.texts import without_folders

Kind = Literal[
    "train", "evaluate", "prepare", "build", "recover", "look", "strip", "at", "initial", "chain", "landscape",
    "import", "inside", "neighbours", "predictions", "ensemble",
]  # fmt: skip
ENDED = ("finished", "stopped", "diverged", "failed", "killed", "lost", "paused")
"""paused: by a server that closed, and the next one takes it up; or to give way, and it waits for its next turn."""

_FAILED = ("failed", "killed", "lost")
_INTERRUPTED = ("paused", "killed", "lost", "failed", "stopped")
"""Of these one that has a checkpoint did not come to its end: it is stopped by force, or failed while it trained."""

IMPORTED, INITIAL_WEIGHTS = "imported.json", "initial.weights.npz"
"""Names of the files of an import: its report, and the weights that came along."""

CHECKPOINTS = ("checkpoint", "checkpoint before")
"""Names of the files that a run goes on from, in the order of the alphabet and of trying."""

AGAIN: Mapping[str, Any] = {"state": "queued", "reason": "", "asked": "", "ended": None, "pid": None, "tries": 0}
"""What becomes of a job that was interrupted and waits for its turn once more."""

AT_ONCE = 60
"""So many chunks are told one by one; who is further behind gets the digest."""

SILENT_SECONDS, STARTING_SECONDS = 5.0, 120.0
"""A host that gave no sign of life for so long is taken for lost, and one that starts, which takes long."""

WATCHING_SECONDS = 15.0
"""A server that could not write that it is there for so long can save nothing else either."""


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
    def has_failed(self) -> bool:
        """It ended without what it was asked for."""
        return self.state in _FAILED

    @property
    def title(self) -> str:
        return self.name or f"run {self.number}"


COLUMNS = [t.job.c[name] for name in Job.__dataclass_fields__]


_LINE_SECONDS = 0.5
_NO_LINE: tuple[float, Mapping[str, Place]] = (-math.inf, {})


class Jobs(Database):
    """All jobs. What a visitor asks takes the visitor's id and refuses anybody else's job."""

    _line = _NO_LINE

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
        from. Raises StoreError where as many wait, or as much is kept, as `limits` allow.
        """
        id, packed = secrets.token_hex(16), zlib.compress(json.dumps(request).encode(), 3)
        if limits:
            refuse_if_full(self, owner if kind in _KEPT else None, limits)
        with self.writing() as db:
            if limits:
                _refuse_too_many(db, owner, kind, address, limits)
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
        return self.answer(("job", owner, id), lambda db: _own(db, owner, id))

    def runs(self, owner: str, project: str) -> list[Job]:
        """The trainings of a project, the newest first."""
        asked = select(*COLUMNS).where(
            t.job.c.owner == owner, t.job.c.project == project, t.job.c.kind == "train", t.job.c.deleted.is_(None)
        )
        ordered = asked.order_by(t.job.c.number.desc())
        return [*self.answer(("runs", owner, project), lambda db: [job_of(row) for row in db.execute(ordered)])]

    def pulse(self, owner: str, project: str) -> tuple[tuple[str, str, str], ...]:
        """What changes when a job of the project comes, goes on or ends, of which a page shows anything."""
        asked = select(t.job.c.id, t.job.c.state, t.job.c.name).where(
            t.job.c.owner == owner,
            t.job.c.project == project,
            t.job.c.deleted.is_(None),
            t.job.c.kind != "inside",  # which the browser asks by itself
        )
        ordered = asked.order_by(t.job.c.place)
        return self.answer(
            ("pulse", owner, project), lambda db: tuple((row.id, row.state, row.name) for row in db.execute(ordered))
        )

    def test_of(self, run: Job) -> Job | None:
        """The newest job that looks, or looked, at the test part by this run's weights."""
        return self._newest("evaluate", run.project, "run", run.id)

    def build_of(self, owner: str, project: str, code: str) -> Job | None:
        """The newest job of a visitor that builds, or built, the untrained model of this code."""
        job = self._newest("build", project, "code", code)
        return job if job and job.owner == owner else None

    def look_of(self, kind: Kind, owner: str, project: str, key: str) -> Job | None:
        """The newest job of a visitor that looks, or looked, at something of a project. key: names all of it."""
        job = self._newest(kind, project, "key", key)
        return job if job and job.owner == owner else None

    def import_of(self, owner: str, project: str) -> Job | None:
        """The job that a project came of; None where it was not imported."""
        asked = select(*COLUMNS).where(
            t.job.c.kind == "import", t.job.c.project == project, t.job.c.owner == owner, t.job.c.state == "finished"
        )
        return self.answer(("import", owner, project), lambda db: _first(db, asked.order_by(t.job.c.place.desc())))

    def inside_of(self, run: str) -> Job | None:
        """The newest job that answers, or answered, questions about a run's network."""
        asked = select(*COLUMNS).where(t.job.c.kind == "inside", t.job.c.parent == run)
        newest = asked.order_by(t.job.c.place.desc()).limit(1)
        return self.answer(("inside", run), lambda db: _first(db, newest))

    def looks_going(self, kind: Kind, owner: str, project: str) -> list[str]:
        """The jobs of a kind that are under way for a project."""
        asked = select(t.job.c.id).where(
            t.job.c.owner == owner, t.job.c.project == project, t.job.c.kind == kind, t.job.c.state.in_(ACTIVE)
        )
        with self.reading() as db:
            return list(db.scalars(asked))

    def _newest(self, kind: Kind, project: str | None, key: str, value: str) -> Job | None:
        asked = select(*COLUMNS, t.job.c.request).where(t.job.c.kind == kind, t.job.c.project == project)

        def newest(db: Connection) -> Job | None:
            rows = db.execute(asked.order_by(t.job.c.place.desc()))
            found = (row for row in rows if json.loads(zlib.decompress(row.request))[key] == value)
            return next(map(job_of, found), None)

        return self.answer(("newest", kind, project, key, value), newest)

    def request(self, id: str) -> dict[str, Any]:
        """What a job was asked to do."""
        with self.reading() as db:
            packed = db.scalar(select(t.job.c.request).where(t.job.c.id == id))
        if packed is None:
            raise Missing("There is no such run.")
        found: dict[str, Any] = json.loads(zlib.decompress(packed))
        return found

    def place(self, id: str) -> Place | None:
        """Where a job stands in the line; None for one that waits no more."""
        with self.reading() as db:
            return self._places(db).get(id)

    def _places(self, db: Connection) -> Mapping[str, Place]:
        """Where all stand: worked out twice a second, however many ask."""
        at, found = self._line
        if clock.since(at) > _LINE_SECONDS:
            self._line = _, found = clock.now(), places(db, Limits.of_settings())
        return found

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as db:
            yield db
        self._line = _NO_LINE

    def resumable(self, owner: str, project: str) -> frozenset[str]:
        """The runs of a project that were interrupted and can go on from a checkpoint."""
        asked = select(t.job.c.id).join(t.artefact, t.artefact.c.job == t.job.c.id)
        mine = (t.job.c.owner == owner) & (t.job.c.project == project) & t.job.c.state.in_(_INTERRUPTED)
        with self.reading() as db:
            return frozenset(db.scalars(asked.where(mine, t.artefact.c.name == CHECKPOINTS[0])))

    def resume(
        self, owner: str, id: str, limits: Limits | None = None, *, address: str | None = None,
        commands: Sequence[Mapping[str, Any]] = (),
    ) -> None:  # fmt: skip
        """Puts a run that was interrupted, or is over, back into the queue: it goes on from its checkpoint or its last
        state, and files that were made of it go. commands: what it is to do when it goes on; of those that it did not
        come to only changes are left. Raises StoreError where it goes on already or has nothing to go on from, and as
        `ask` does."""
        if limits:
            refuse_if_full(self, owner, limits)
        with self.writing() as db:
            job = _own(db, owner, id)
            here = t.artefact.c.job == id
            names = {*db.scalars(select(t.artefact.c.name).where(here))}
            kept = next((name for name in (CHECKPOINTS[0], LAST_STATE) if name in names), None)
            if job.state not in (*_INTERRUPTED, "finished") or kept is None:
                why = f" {_NO_LAST_STATE}" if job.state in ("finished", "stopped") else ""
                raise StoreError(f"{job.title} cannot go on: it is {job.state} and has no checkpoint.{why}")
            if limits:
                _refuse_too_many(db, owner, job.kind, address, limits)
            db.execute(delete(t.artefact).where(here, t.artefact.c.name.not_in((*CHECKPOINTS, kept))))
            db.execute(update(t.artefact).where(here, t.artefact.c.name == kept).values(name=CHECKPOINTS[0]))
            db.execute(update(t.job).where(t.job.c.id == id).values(**AGAIN, address=address))
            for n, told in commands_of(db, id):
                if told.get("command") not in ("change", "speed"):
                    db.execute(update(t.command).where(t.command.c.job == id, t.command.c.n == n).values(json="{}"))
            for told in commands:
                _add_command(db, id, told)

    def command(self, owner: str, id: str, told: Mapping[str, Any]) -> None:
        """Asks something of a run that goes on or waits for its turn, as JSON values; it hears it within a fraction of
        a second, since a file tells it to look. Raises StoreError where it does neither."""
        with self.writing() as db:
            job = _own(db, owner, id)
            if job.kind != "train" or not job.active:
                raise StoreError(f"{job.title} does not go on: it is {job.state}.")
            _add_command(db, id, told)
        with suppress(OSError):  # it looks now and then all the same
            asked_file(self.home, id).touch()

    def commands(self, owner: str, id: str) -> list[Mapping[str, Any]]:
        """What was asked of a run so far, the newest last."""
        with self.reading() as db:
            _own(db, owner, id)
            return [told for _, told in commands_of(db, id)]

    def recovery_of(self, run: Job) -> Job | None:
        """The newest job that makes, or made, files of what an interrupted run had learned."""
        return self._newest("recover", run.project, "run", run.id)

    def stop(self, owner: str, id: str) -> None:
        """Asks a job to stop and to keep what it has; one that waits ends at once."""
        with self.writing() as db:
            job = _own(db, owner, id)
            if job.state == "queued":
                by = " by whoever runs this server" if owner == OPERATOR else ""
                end(db, id, "stopped", f"taken out of the queue before it began{by}")
            elif job.active:
                asked = "operator" if owner == OPERATOR else "stop"
                db.execute(update(t.job).where(t.job.c.id == id, t.job.c.asked.in_(("", "turn"))).values(asked=asked))

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
        """As `news_text`, read."""
        found: dict[str, Any] = json.loads(self.news_text(owner, id, after))
        return found

    def news_text(self, owner: str, id: str, after: int) -> str:
        """What happened behind the chunk `after`, as JSON of a size that has a bound, however long the run. The events
        are handed on as they were written, since reading a megabyte of them takes longer than all else here.

        reset: the events tell all that happened, and replace what was told before.
        """
        with self.reading() as db:
            job = _own(db, owner, id)
            last = db.scalar(select(func.max(t.event.c.n)).where(t.event.c.job == id)) or 0
            reset = after > last or last - after > AT_ONCE
            begin = after
            told: list[str] = []
            if reset:
                digest = db.execute(select(t.digest.c.n, t.digest.c.json).where(t.digest.c.job == id)).one_or_none()
                begin, told = (digest.n, [digest.json]) if digest else (0, [])
            chunks = select(t.event.c.json).where(t.event.c.job == id, t.event.c.n > begin, t.event.c.n <= last)
            told += db.scalars(chunks.order_by(t.event.c.n))
            place = self._places(db).get(id) if job.state == "queued" else None
            engine, paused = _engine_state(db), _is_paused(db)
        head = {
            "state": "holding" if job.state == "running" and job.summary.get("holding") else job.state,
            "asked": job.asked,
            "reason": job.reason or None,
            "position": place and place.number,
            "wait": place and place.seconds,
            "paused": paused,
            "engine": engine,
            "full": has_no_room(self.home),
            "last": last,
            "reset": reset,
        }
        events = ",".join(filter(None, (chunk.strip()[1:-1].strip() for chunk in told)))
        return f'{json.dumps(head)[:-1]}, "events": [{events}]}}'

    def artefacts(self, id: str) -> dict[str, str]:
        """The files of a job: paths below the store's folder, by name."""
        asked = select(t.artefact.c.name, t.artefact.c.path).where(t.artefact.c.job == id)
        return {**self.answer(("artefacts", id), lambda db: {row.name: row.path for row in db.execute(asked)})}

    # The final test

    def tests(self, owner: str, data: str) -> int:
        here = (t.test_count.c.owner == owner) & (t.test_count.c.data == data)
        with self.reading() as db:
            return int(db.scalar(select(t.test_count.c.count).where(here)) or 0)

    # The engine

    def engine(self) -> str:
        """starting, ready or lost."""
        return _state_of(self.answer("engine", lambda db: db.execute(select(t.engine)).one_or_none()))

    def is_paused(self) -> bool:
        """Whether the operator has jobs that wait go on waiting."""
        return self.answer("paused", _is_paused)

    def pause(self, who: str, paused: bool) -> None:
        """Has jobs that wait go on waiting, or start again. Those that go on are left alone. Only the OPERATOR may."""
        if who != OPERATOR:
            raise NotYours("Only whoever runs this server can have the queue wait.")
        with self.writing() as db:
            if not db.execute(update(t.engine).values(paused=int(paused))).rowcount:
                never = {"pid": 0, "state": "starting", "heard": clock.now(), "watched": clock.now(), "closing": 0}
                db.execute(insert(t.engine).values(id=1, paused=int(paused), **never))

    def server_silent(self) -> float:
        """For how many seconds no server wrote that it is there; 0 where none ever did."""
        with self.reading() as db:
            watched = db.scalar(select(t.engine.c.watched))
        return clock.since(watched) if watched is not None else 0.0


def _first(db: Connection, asked: "Select[Any]") -> Job | None:
    row = db.execute(asked).first()
    return job_of(row) if row else None


def job_of(row: Any) -> Job:
    values = {name: row._mapping[name] for name in Job.__dataclass_fields__}
    return Job(**{**values, "summary": json.loads(row.summary)})


_NO_LAST_STATE = "What a run that is over goes on from is kept for a day, and not of very large networks."


def asked_file(home: Path, id: str) -> Path:
    """A file that is touched when something was asked of a job: to see that takes no query."""
    return home / "runs" / id / "asked"


COMMANDS_KEPT = 200
"""Of one job, the newest; it hears each within a second of its coming."""


def commands_of(db: Connection, id: str, after: int = 0) -> list[tuple[int, Mapping[str, Any]]]:
    """What was asked of a job behind the command `after`, each with its number."""
    here = (t.command.c.job == id) & (t.command.c.n > after)
    rows = db.execute(select(t.command.c.n, t.command.c.json).where(here).order_by(t.command.c.n))
    return [(row.n, json.loads(row.json)) for row in rows]


def _add_command(db: Connection, id: str, told: Mapping[str, Any]) -> None:
    n = (db.scalar(select(func.max(t.command.c.n)).where(t.command.c.job == id)) or 0) + 1
    db.execute(insert(t.command).values(job=id, n=n, json=json.dumps(told)))
    db.execute(delete(t.command).where(t.command.c.job == id, t.command.c.n <= n - COMMANDS_KEPT))


def _own(db: Connection, owner: str, id: str, also_deleted: bool = False) -> Job:
    return job_of(theirs(db, owner, t.job, id, also_deleted=also_deleted))


def _refuse_too_many(db: Connection, owner: str, kind: Kind, address: str | None, limits: Limits) -> None:
    """Raises StoreError where there are as many jobs of the owner, its address or all as may be."""
    active, queued = t.job.c.state.in_(ACTIVE), t.job.c.state == "queued"

    def count(*where: Any) -> int:
        return db.scalar(select(func.count()).select_from(t.job).where(*where)) or 0

    mine = count(active, t.job.c.owner == owner, t.job.c.kind == kind)
    if mine >= (_OWNER_LOOKS if kind in ("look", "inside") else limits.owner_running + limits.owner_queued):
        raise StoreError(
            f"You have {mine} {_MANY[kind]} going or waiting, and more are not allowed at once. "
            "Wait for one to end, or stop one."
        )
    if address and (ours := count(queued, t.job.c.address == address)) >= limits.address_queued:
        raise StoreError(f"{ours} jobs of your network's address wait already, and more may not. Try again later.")
    if (all := count(queued)) >= limits.queued:
        raise StoreError(f"{all} jobs wait on this server already, and more may not. Try again later.")


_KEPT = ("train", "build", "recover", "import")
"""Kinds of jobs whose files count for who asked for them."""

_OWNER_LOOKS = 50
"""Of one visitor at once: many files are dropped together, and each is looked at for a moment; networks that are asked
nothing make room by themselves."""

_MANY: dict[Kind, str] = {
    "train": "runs", "evaluate": "final tests", "prepare": "data sets", "build": "untrained models",
    "recover": "weights to take", "look": "data sets", "strip": "strips of samples",
    "at": "looks at a step", "initial": "looks at initial weights", "chain": "looks at a gradient",
    "landscape": "looks at paths of weights", "import": "models",
    "inside": "networks that answer questions", "neighbours": "layouts of samples",
    "predictions": "files of predictions", "ensemble": "looks at an ensemble",
}  # fmt: skip


def end(db: Connection, id: str, state: str, reason: str) -> bool:
    """reason: may be any program's words; visitors read it without the server's folders."""
    values = {"state": state, "reason": without_folders(reason)[:400], "ended": time.time()}
    done = db.execute(update(t.job).where(t.job.c.id == id, t.job.c.state.in_(ACTIVE)).values(**values))
    return done.rowcount > 0


WHY_PAUSED: Mapping[str, str] = {
    "close": "the server was closed",
    "turn": "gave way to somebody who waited, and goes on at its next turn",
    "hold": "held for a minute, and kept; it goes on when it is told to",
}
"""The reason of a job that was asked to pause, by how it was asked."""


def why_stopped(asked: str) -> str:
    """The reason of a job that was asked to stop, as its run tells it; empty where it is the visitor's own wish."""
    minutes = Limits.of_settings().run_minutes
    return {
        "operator": "stopped by whoever runs this server",
        "limit": f"took the {minutes} min that a run may take on this server; what it learned until then is kept",
    }.get(asked, "")


def _is_paused(db: Connection) -> bool:
    return bool(db.scalar(select(t.engine.c.paused)))


def _engine_state(db: Connection) -> str:
    return _state_of(db.execute(select(t.engine)).one_or_none())


def _state_of(row: "Row[Any] | None") -> str:
    """Of the engine: it grows silent while nothing is written."""
    if row is None:
        return "starting"
    patience = STARTING_SECONDS if row.state == "starting" else SILENT_SECONDS
    return "lost" if clock.since(row.heard) > patience else str(row.state)
