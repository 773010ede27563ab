"""Jobs as those know them who work them: the host that starts them, the process of each, the server that watches."""

import json
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from graphbuilder.store import clock
from graphbuilder.store import tables as t
from graphbuilder.store.jobs import AGAIN, AT_ONCE, CHECKPOINTS, COLUMNS, ENDED, Job, Jobs, commands_of, end, job_of
from graphbuilder.store.limits import Limits
from graphbuilder.store.line import ACTIVE, LANES, Lane, line, mate_to_start, to_give_way


class Work(Jobs):
    """All jobs, whoever asked them. Nothing of this is for a visitor's hands."""

    # The host's

    def active(self) -> list[Job]:
        with self.reading() as db:
            rows = db.execute(select(*COLUMNS).where(t.job.c.state.in_(("starting", "running"))))
            return [job_of(row) for row in rows]

    def take_up(self, limits: Limits, there: Collection[str] = (), lanes: Sequence[Lane] = LANES) -> Job | None:
        """The next job to start, marked as starting; None where none may start now. What gave way waits again. Not for
        those whose process is still `there`."""
        with self.writing() as db:
            gave_way = (t.job.c.state == "paused") & (t.job.c.asked == "turn") & t.job.c.id.not_in(there)
            db.execute(update(t.job).where(gave_way, t.job.c.deleted.is_(None)).values(**AGAIN))
            if db.scalar(select(t.engine.c.paused)):
                return None
            id = next((id for lane in lanes if (id := _next(db, lane, limits, there))), None)
            if id is None:
                return None
            values = {
                "state": "starting",
                "began": time.time(),
                "progress": time.time(),
                "tries": t.job.c.tries + 1,
                "turn": (db.scalar(select(func.max(t.job.c.turn))) or 0) + 1,
            }
            db.execute(update(t.job).where(t.job.c.id == id).values(**values))
            return job_of(db.execute(select(*COLUMNS).where(t.job.c.id == id)).one())

    def has_process(self, id: str, pid: int, started: str) -> None:
        with self.writing() as db:
            values = {"pid": pid, "started": started, "progress": time.time()}
            db.execute(update(t.job).where(t.job.c.id == id).values(**values))

    def try_again(self, id: str) -> None:
        """Puts a job that did not come to its start back into the queue."""
        with self.writing() as db:
            starting = (t.job.c.id == id) & (t.job.c.state == "starting")
            db.execute(update(t.job).where(starting).values(state="queued", pid=None))

    def end(self, id: str, state: str, reason: str = "") -> bool:
        """Writes a job's last state, unless it has one; whether it had none."""
        with self.writing() as db:
            return end(db, id, state, reason)

    def take_up_paused(self) -> None:
        """Puts back into the queue what a server that closed interrupted; what was held waits for its owner."""
        with self.writing() as db:
            paused = (t.job.c.state == "paused") & (t.job.c.asked != "hold")
            db.execute(update(t.job).where(paused, t.job.c.deleted.is_(None)).values(**AGAIN))

    def ask_to_give_way(self, long: Sequence[str], limits: Limits) -> None:
        """Has one of these runs give way where it should, unless one is about to. long: those that have gone on for
        their turn, the longest first."""
        with self.reading() as db:
            ending = select(t.job.c.id).where(t.job.c.state.in_(ACTIVE), t.job.c.asked != "")
            if db.scalar(select(t.engine.c.paused)) or db.scalar(ending):
                return
            id = to_give_way(db, long, limits)
            group = select(t.job.c.parent).where(t.job.c.id == id).scalar_subquery()
            mates = db.scalars(select(t.job.c.id).where(t.job.c.parent == group, t.job.c.state.in_(ACTIVE[1:]))).all()
        for one in {id, *mates} - {None}:
            self.ask_to_stop(one, "turn")

    def ask_all_to_close(self) -> None:
        with self.writing() as db:
            going = t.job.c.state.in_(("starting", "running"))
            db.execute(update(t.job).where(going, t.job.c.asked == "").values(asked="close"))

    def ask_to_stop(self, id: str, why: str) -> None:
        """Asks a job to stop or pause, unless it was asked before. why: as `why_stopped` or WHY_PAUSED knows it."""
        with self.writing() as db:
            db.execute(update(t.job).where(t.job.c.id == id, t.job.c.asked == "").values(asked=why))

    # The process' of a job

    def asked(self, id: str) -> str:
        """Why a job is to stop: stop, close, turn, limit or operator; empty where it is to go on. One that is over
        stops."""
        with self.reading() as db:
            row = db.execute(select(t.job.c.asked, t.job.c.state).where(t.job.c.id == id)).one_or_none()
        return row.asked if row and row.state in ACTIVE else "stop"

    def is_wanted(self, id: str, run: str) -> tuple[bool, bool]:
        """Whether a job that answers questions about a run is to go on, and whether another waits for its room."""
        gone = t.job.c.state.not_in(ACTIVE) | (t.job.c.asked != "")
        waits = (t.job.c.kind == "inside") & (t.job.c.state == "queued")
        with self.reading() as db:
            over = db.scalar(select(func.count()).select_from(t.job).where(t.job.c.id == id, gone))
            there = db.scalar(
                select(func.count()).select_from(t.job).where(t.job.c.id == run, t.job.c.deleted.is_(None))
            )
            return bool(there and not over), bool(db.scalar(select(func.count()).select_from(t.job).where(waits)))

    def heard(self, id: str, after: int) -> tuple[str, list[tuple[int, Mapping[str, Any]]]]:
        """As `asked`, and the commands behind the one numbered `after`, each with its number."""
        with self.reading() as db:
            row = db.execute(select(t.job.c.asked, t.job.c.state).where(t.job.c.id == id)).one_or_none()
            return (row.asked if row and row.state in ACTIVE else "stop"), commands_of(db, id, after)

    def held(self, id: str) -> None:
        """Says that a job ends as paused because it was held, whatever else it was asked: it waits for its owner."""
        with self.writing() as db:
            db.execute(update(t.job).where(t.job.c.id == id).values(asked="hold"))

    def runs_now(self, id: str) -> bool:
        """Says that the job runs; False where nobody waits for that any more."""
        with self.writing() as db:
            values = {"state": "running", "progress": time.time()}
            starting = (t.job.c.id == id) & (t.job.c.state == "starting")
            return db.execute(update(t.job).where(starting).values(**values)).rowcount > 0

    def goes_on(self, id: str) -> None:
        """A sign of life between two parts of the work that tell nothing."""
        with self.writing() as db:
            db.execute(update(t.job).where(t.job.c.id == id).values(progress=time.time()))

    def tell(
        self, id: str, chunks: Iterable[tuple[int, Sequence[Any]]], digest: tuple[int, Sequence[Any]] | None,
        summary: Mapping[str, Any],
    ) -> None:  # fmt: skip
        """Adds numbered chunks of records, and where it is given the digest of all up to a chunk."""
        with self.writing() as db:
            for n, records in chunks:
                db.execute(insert(t.event).values(job=id, n=n, json=_json(records)))
            if digest:
                db.execute(delete(t.digest).where(t.digest.c.job == id))
                db.execute(insert(t.digest).values(job=id, n=digest[0], json=_json(digest[1])))
                # who is further behind is told the digest, so older chunks are asked for no more
                db.execute(delete(t.event).where(t.event.c.job == id, t.event.c.n <= digest[0] - AT_ONCE))
            values = {"progress": time.time(), "summary": _json(summary)}
            db.execute(update(t.job).where(t.job.c.id == id).values(**values))

    def tell_anew(self, id: str, digest: Sequence[Any], summary: Mapping[str, Any]) -> int:
        """Lets the digest stand for all that a job told so far; the number of the last chunk.

        Where it told anything that is so far ahead that nobody who followed it is told chunks one by one: whatever they
        heard is replaced by the digest.
        """
        with self.writing() as db:
            last = int(db.scalar(select(func.max(t.event.c.n)).where(t.event.c.job == id)) or 0)
            if not last:
                return 0
            last += AT_ONCE + 1
            for table in (t.event, t.digest):
                db.execute(delete(table).where(table.c.job == id))
            db.execute(insert(t.event).values(job=id, n=last, json="[]"))
            db.execute(insert(t.digest).values(job=id, n=last, json=_json(digest)))
            values = {"progress": time.time(), "summary": _json(summary)}
            db.execute(update(t.job).where(t.job.c.id == id).values(**values))
        return last

    def number(self, id: str) -> int:
        """Of the jobs of its kind in its project, from 1."""
        with self.reading() as db:
            return int(db.scalar(select(t.job.c.number).where(t.job.c.id == id)) or 0)

    def add_to_summary(self, id: str, more: Mapping[str, Any]) -> None:
        with self.writing() as db:
            told = json.loads(db.scalar(select(t.job.c.summary).where(t.job.c.id == id)) or "{}")
            db.execute(update(t.job).where(t.job.c.id == id).values(summary=_json({**told, **more})))

    def add_checkpoint(self, id: str, sha256: str, path: str) -> None:
        """Makes this the newest checkpoint of a job, and the newest so far the one before."""
        newest, before = CHECKPOINTS
        here = t.artefact.c.job == id
        with self.writing() as db:
            db.execute(delete(t.artefact).where(here, t.artefact.c.name == before))
            db.execute(update(t.artefact).where(here, t.artefact.c.name == newest).values(name=before))
            db.execute(insert(t.artefact).values(job=id, name=newest, sha256=sha256, path=path))

    def ask_next(self, id: str, request: Mapping[str, Any]) -> str:
        """A training that belongs to the group of this one and follows it, as was asked when the group was; its id."""
        columns = [t.job.c[name] for name in ("owner", "project", "parent", "address")]
        with self.reading() as db:
            row = db.execute(select(*columns).where(t.job.c.id == id)).one()
        return self.ask(row.owner, "train", request, row.project, parent=row.parent, address=row.address)

    def checkpoints(self, id: str) -> list[tuple[str, str]]:
        """SHA-256 and path of each checkpoint of a job, the newest first."""
        asked = select(t.artefact.c.sha256, t.artefact.c.path).where(
            t.artefact.c.job == id, t.artefact.c.name.in_(CHECKPOINTS)
        )
        with self.reading() as db:
            return [(row.sha256, row.path) for row in db.execute(asked.order_by(t.artefact.c.name))]

    def drop_checkpoints(self, id: str) -> None:
        with self.writing() as db:
            db.execute(delete(t.artefact).where(t.artefact.c.job == id, t.artefact.c.name.in_(CHECKPOINTS)))

    def add_artefact(self, id: str, name: str, sha256: str, path: str) -> None:
        with self.writing() as db:
            db.execute(delete(t.artefact).where(t.artefact.c.job == id, t.artefact.c.name == name))
            db.execute(insert(t.artefact).values(job=id, name=name, sha256=sha256, path=path))

    def drop_older_builds(self, id: str) -> list[str]:
        """Forgets the models of a project's builds before this one, which are large and quickly made again; the ids of
        those whose files may go."""
        with self.writing() as db:
            job = job_of(db.execute(select(*COLUMNS).where(t.job.c.id == id)).one())
            others = (t.job.c.kind == "build") & (t.job.c.project == job.project) & (t.job.c.id != id)
            older = [*db.scalars(select(t.job.c.id).where(others, t.job.c.state.in_(ENDED)))]
            db.execute(delete(t.artefact).where(t.artefact.c.job.in_(older)))
        return older

    def count_test(self, owner: str, data: str) -> int:
        """Counts one more look at the test part of these data; how often that is now."""
        with self.writing() as db:
            here = (t.test_count.c.owner == owner) & (t.test_count.c.data == data)
            count = (db.scalar(select(t.test_count.c.count).where(here)) or 0) + 1
            db.execute(delete(t.test_count).where(here))
            db.execute(insert(t.test_count).values(owner=owner, data=data, count=count))
        return count

    def engine_health(self) -> tuple[str, float, int]:
        """What the host last said it is, for how many seconds it was silent since, and its process, 0 for none."""
        with self.reading() as db:
            row = db.execute(select(t.engine)).one_or_none()
        return (row.state, clock.since(row.heard), row.pid) if row else ("starting", 0.0, 0)

    def host_says(self, pid: int, state: str) -> tuple[float, bool]:
        """The host's sign of life; for how long the server was silent, and whether it wants the host to close."""
        with self.writing() as db:
            row = db.execute(select(t.engine)).one_or_none()
            values = {"pid": pid, "state": state, "heard": clock.now()}
            if row is None:
                db.execute(insert(t.engine).values(id=1, watched=clock.now(), closing=0, **values))
                return 0.0, False
            db.execute(update(t.engine).values(**values))
            return clock.since(row.watched), bool(row.closing)

    def server_says(self, closing: bool) -> None:
        """The server's sign of life, without which a host that has nothing to do ends."""
        with self.writing() as db:
            values = {"watched": clock.now(), "closing": int(closing)}
            if not db.execute(update(t.engine).values(**values)).rowcount:
                db.execute(insert(t.engine).values(id=1, pid=0, state="starting", heard=clock.now(), **values))


def _next(db: Connection, lane: Lane, limits: Limits, there: Collection[str]) -> str | None:
    """The job of a line that may start now."""
    if lane == "train" and (mate := mate_to_start(db)) and mate not in there:
        return mate
    waiting, busy = line(db, lane)
    if len(busy) >= {"look": limits.looks, "inside": limits.inside}.get(lane, limits.running):
        return None
    free = (id for id, owner in waiting if id not in there)
    if lane == "train":
        free = (id for id, owner in waiting if id not in there and busy.count(owner) < limits.owner_running)
    return next(free, None)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
